"""A whole record into one file and back, and a whole record gone."""

import os
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from spasmograph.errors import ArchiveError, ConflictError, RecordError
from spasmograph.io.archive import Limits, Manifest, new_archive, open_archive
from spasmograph.io.archive.layout import ENTRIES, ROOMS
from spasmograph.io.results.placing import flush_folder
from spasmograph.io.store import EntryStore
from spasmograph.io.store.database import erase_database
from spasmograph.io.store.entries import entries_in, insert_in
from spasmograph.io.store.jobs import add_job_in
from spasmograph.language import text as _
from spasmograph.model.record import Entry, RecordingEntry
from spasmograph.terms import AnalysisState, EntryKind

if TYPE_CHECKING:
    from sqlalchemy import Connection

_UPLOADS, _STAGED = "uploads", ".spasmograph-restore-"
_UNFINISHED = (".part", ".partial", ".part.zip")
_STALE_S = 3600.0
# What the store calls a new entry; other folders may be somebody else's.
_OWN_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An entry of an archive that was not restored, and why."""

    entry: Entry
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restoring did: how many entries were added, how many stood there just so already, and which were left out."""

    added: int
    already_there: int
    skipped: tuple[Skipped, ...] = ()


def archive(store: EntryStore, home: Path, target: Path, *, now: datetime) -> Path:
    """Write the whole record into one file; into a folder, under a name with the time.

    Raises:
        OutputError: the file is there already, the disk is full, or the folder cannot be written.
        RecordError: the record cannot be read.
    """
    path = target / f"spasmograph-{now:%Y-%m-%d-%H%M%S}.zip" if target.is_dir() else target
    entries = store.entries()
    with new_archive(path, made_at=now) as container:
        container.add_entries(entries)
        for name, file in _files_of(home, entries):
            with suppress(FileNotFoundError), file.open("rb") as source:  # a film that is thrown away meanwhile is not missed
                container.add_file(name, source)
    return path


def _files_of(home: Path, entries: Sequence[Entry]) -> Iterator[tuple[str, Path]]:
    """Every file of every recording with its name in the archive; none that is hidden, unfinished or a link."""
    for recording in sorted(entry.id for entry in entries if isinstance(entry, RecordingEntry)):
        for room in ROOMS:
            folder = home / room / recording
            for path in sorted(folder.rglob("*")):
                parts = path.relative_to(folder).parts
                if path.is_file() and not any(part.startswith(".") for part in parts) and not _has_link(folder, parts):
                    yield "/".join((room, recording, *parts)), path


def _has_link(folder: Path, parts: Sequence[str]) -> bool:
    """Whether a link lies on the way from a folder to a file."""
    return any(folder.joinpath(*parts[: depth + 1]).is_symlink() for depth in range(len(parts)))


def restore(store: EntryStore, home: Path, source: Path, *, merge: bool, now: datetime, limits: Limits | None = None) -> Restored:
    """Put an archive's record into this one: all of it or nothing.

    Raises:
        ArchiveError: it is no archive, or one that is damaged or made to do harm.
        NewerRecordError: a newer version of the program made it.
        ConflictError: the record has entries already, and it was not said that what is missing shall be added.
        RecordError: there is no room for it, or the folder cannot be written.
    """
    with open_archive(source, limits) as opened, _staged(home) as folder:
        entries = tuple(opened.entries())
        _check_whole(entries, opened.manifest)
        _check_welcome(sum(store.counts().values()), merge=merge)
        opened.unpack(folder)
        # Should the very commit fail, files stay that nobody misses: whether it was heard far away cannot be known, and the next restoring uses them.
        with store.engine.begin() as connection, _placing(home, folder) as place:
            there = entries_in(connection)
            _check_welcome(len(there), merge=merge)
            restored = _add(connection, there, entries, now=now)
            _place_files(place, entries, left_out={skipped.entry.id for skipped in restored.skipped}, known={entry.id for entry in there})
            flush_folder(home)
    return restored


def _check_welcome(there: int, *, merge: bool) -> None:
    """An archive goes into an empty record, or where it was said that it be added.

    Raises:
        ConflictError: the record has entries.
    """
    if there and not merge:
        msg = f"the record has {there} entries already; restore into an empty one, or have only what is missing added. Nothing was changed"
        raise ConflictError(msg)


def _place_files(place: "_Placing", entries: Iterable[Entry], *, left_out: Container[str], known: Container[str]) -> None:
    """The files of all recordings that are now in the record as the archive has them."""
    for entry in entries:
        if isinstance(entry, RecordingEntry) and entry.id not in left_out:
            place(entry.id, new=entry.id not in known)


def _check_whole(entries: Sequence[Entry], manifest: Manifest) -> None:
    """The entries are as many as the archive says, each there once and with a version, and every file belongs to a recording among them.

    Raises:
        ArchiveError: they are not.
    """
    recordings = {entry.id for entry in entries if isinstance(entry, RecordingEntry)}
    owners = {file.name.split("/")[1] for file in manifest.files if file.name != ENTRIES}
    counted = Counter(str(entry.kind) for entry in entries)
    whole = dict(counted) == dict(manifest.entries) and all(entry.version >= 1 for entry in entries) and owners <= recordings
    if not whole or len({entry.id for entry in entries}) < len(entries):
        msg = "the archive's list does not fit what is in it; nothing was changed. Copy the archive again, or use an older one"
        raise ArchiveError(msg)


def _add(connection: "Connection", there: Iterable[Entry], entries: Sequence[Entry], *, now: datetime) -> Restored:
    """Put in what is not there; what is there stays as it is."""
    known = {entry.id: entry for entry in there}
    films = {entry.sha256 for entry in known.values() if isinstance(entry, RecordingEntry)}
    skipped, same = [], 0
    for entry in entries:
        if entry.id in known:
            same += known[entry.id] == entry
            if known[entry.id] != entry:
                skipped.append(Skipped(entry=entry, why=_("the record has another version of this entry, which stays")))
        elif isinstance(entry, RecordingEntry) and entry.sha256 in films:
            skipped.append(Skipped(entry=entry, why=_("the record has the same recording already")))
        else:
            _insert(connection, entry, now=now)
    return Restored(added=len(entries) - same - len(skipped), already_there=same, skipped=tuple(skipped))


def _insert(connection: "Connection", entry: Entry, *, now: datetime) -> None:
    """One entry exactly as it was, with the work on it that still waits.

    Raises:
        ArchiveError: the archive holds it twice, or under an id that is none.
    """
    try:
        insert_in(connection, entry, now=now)
    except (ConflictError, ValueError) as error:
        msg = f"the archive holds an entry that cannot be kept ({error}); nothing was changed"
        raise ArchiveError(msg) from error
    if isinstance(entry, RecordingEntry) and entry.state in (AnalysisState.WAITING, AnalysisState.RUNNING):
        add_job_in(connection, entry.id)


@contextmanager
def _staged(home: Path) -> Iterator[Path]:
    """A folder in the record's own for what is not in its place yet; what killed programs left there long ago goes."""
    try:
        for old in home.glob(f"{_STAGED}*"):
            if time.time() - old.stat().st_mtime > _STALE_S:
                shutil.rmtree(old, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = Path(tempfile.mkdtemp(prefix=_STAGED, dir=home))
    except OSError as error:
        raise _unwritten(error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Placing:
    """Moves the folders of recordings from where they were unpacked to where they belong."""

    def __init__(self, home: Path, staged: Path) -> None:
        self._home, self._staged = home, staged
        self.placed: list[Path] = []

    def __call__(self, recording: str, *, new: bool) -> None:
        """Where the record has the recording already, the files that are there are left as they are."""
        for room in ROOMS:
            source, target = self._staged / room / recording, self._home / room / recording
            if source.is_dir() and not (_same_files(source, target) if new else os.path.lexists(target)):
                self._move(source, target)

    def _move(self, source: Path, target: Path) -> None:
        if os.path.lexists(target):
            msg = (
                f"{target.parent.name}/{target.name} in the record's folder is in the way, with other files in it; move it away. Nothing was changed"
            )
            raise RecordError(msg)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        os.utime(source)  # nobody takes it for something that was left behind
        source.rename(target)
        self.placed.append(target)
        flush_folder(target.parent)


@contextmanager
def _placing(home: Path, staged: Path) -> Iterator[_Placing]:
    """Folders are put in place by this; when the block fails they are taken away again.

    Raises:
        RecordError: a folder is in the way, or cannot be written.
    """
    placing = _Placing(home, staged)
    try:
        yield placing
    except BaseException as error:
        for folder in placing.placed:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise _unwritten(error) from error
        raise


def _same_files(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files; a restoring that was killed left such a one."""
    return other.is_dir() and not other.is_symlink() and _contents(one) == _contents(other)


def _contents(folder: Path) -> Mapping[str, bytes]:
    import hashlib

    def summed(path: Path) -> bytes:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()

    return {path.relative_to(folder).as_posix(): summed(path) for path in folder.rglob("*") if path.is_file()}


def _unwritten(error: OSError) -> RecordError:
    return RecordError(f"the record's folder could not be written: {error.strerror or error}; free some space and try again. Nothing was changed")


def erase(store: EntryStore, home: Path) -> None:
    """Delete the record for good: its tables, copies of them, and every file of its recordings. What others put into the folder stays.

    Raises:
        RecordError: another program has the record open, or a file cannot be deleted.
    """
    ours = {entry.id for entry in store.entries(EntryKind.RECORDING)}
    erase_database(store.engine)
    try:
        for room in ROOMS:
            _empty(home / room, lambda path: path.name in ours or bool(_OWN_ID.fullmatch(path.name)))
        _empty(home / _UPLOADS, lambda path: path.name.endswith(_UNFINISHED))
        for staged in home.glob(f"{_STAGED}*"):
            shutil.rmtree(staged)
    except OSError as error:
        msg = f"{error.filename} could not be deleted: {error.strerror}; everything before it is gone. Close what uses it and delete again"
        raise RecordError(msg) from error


def _empty(room: Path, is_ours: Callable[[Path], bool]) -> None:
    """Delete what is ours in a room, and the room itself if nothing else is in it."""
    for path in list(room.iterdir()) if room.is_dir() else []:
        if not is_ours(path):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    with suppress(OSError):
        room.rmdir()
