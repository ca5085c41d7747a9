"""Recordings of the record: kept with their file and the work that waits, found again, freed of their film, removed with all their files."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from spasmograph.errors import ConflictError, InputError, RecordError
from spasmograph.io.media import Arrived, MediaFolder
from spasmograph.io.store import EntryStore
from spasmograph.io.store.entries import save_in
from spasmograph.io.store.jobs import add_job_in, change_in, job_of
from spasmograph.model.record import ProtocolStep, RecordingEntry
from spasmograph.model.record.common import LONGEST_NAME
from spasmograph.terms import AnalysisState, EntryKind, MediaKind, Task

PIECE_BYTES = 1 << 20
_EMG_ENDINGS = frozenset({".edf", ".bdf", ".xdf", ".txt", ".csv", ".tsv", ".h5", ".hdf5", ".npy", ".npz"})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of a file that is added: its name, when it was recorded, and what was asked of the person.

    `media` is a first guess; the analysis looks at the contents.
    """

    name: str
    at: datetime
    media: MediaKind = MediaKind.FILM
    mirrored: bool = False
    task: Task = Task.NONE
    steps: tuple[ProtocolStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A recording that is kept now, and whether it is new; the same file twice is one recording."""

    entry: RecordingEntry
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an analysis is, in frames or samples; 0 of 0 where nothing is begun or nothing is left to do."""

    done: int = 0
    total: int = 0


class Recordings:
    """All recordings of one record, with their files."""

    def __init__(self, *, home: Path, store: EntryStore) -> None:
        self._store, self.media = store, MediaFolder(home)

    def add(self, arrived: Arrived, about: About, *, now: datetime) -> Added:
        """Keep a file that has arrived, and the work on it; when this comes back, both are there whatever happens.

        Raises:
            InputError: the file is empty.
            OutputError: it could not be put in its place.
        """
        if not arrived.size_bytes:
            msg = "the file is empty (0 bytes); copy or record it again"
            raise InputError(msg)
        there = self._store.recording(arrived.sha256)
        if there is not None:
            return Added(entry=there, new=False)
        entry = _entry(arrived, about)
        self.media.keep(arrived, entry.id, about.name)
        return self._entered(entry, now)

    def _entered(self, entry: RecordingEntry, now: datetime) -> Added:
        try:
            with self._store.engine.begin() as connection:
                kept = save_in(connection, entry, now=now)
                add_job_in(connection, kept.id)
        except ConflictError:
            self.media.drop(entry.id)
            self.media.settle(entry.id)
            there = self._store.recording(entry.sha256)
            if there is None:
                raise
            return Added(entry=there, new=False)
        self.media.settle(entry.id)
        return Added(entry=kept, new=True)

    def progress(self, recording_id: str) -> Progress:
        """How far the analysis of a recording is."""
        job = job_of(self._store.engine, recording_id)
        return Progress(done=job.done, total=job.total) if job else Progress()

    def measure_again(self, recording_id: str, *, now: datetime) -> RecordingEntry:
        """Let a recording that could not be measured, or whose results are gone, be measured once more.

        Raises:
            ConflictError: it was measured, or its film is gone.
            NotThereError: it was removed.
        """
        with self._store.engine.begin() as connection:
            kept = change_in(connection, recording_id, self._waiting, now=now)
            add_job_in(connection, recording_id)
        return kept

    def _waiting(self, entry: RecordingEntry) -> RecordingEntry:
        lost = entry.state is AnalysisState.DONE and self.media.results(entry.id) is None
        if not (lost or entry.state is AnalysisState.FAILED) or self.media.medium(entry.id) is None:
            msg = "only a recording that could not be measured, or whose results are gone, and whose file is still there can be measured again"
            raise ConflictError(msg)
        return replace(entry, state=AnalysisState.WAITING, error="")

    def measure_otherwise(self, entry: RecordingEntry, *, now: datetime) -> RecordingEntry:
        """Let a recording be measured anew, because something that was said of it was wrong; what was said of its events is asked for again then.

        Raises:
            ConflictError: the recording was changed meanwhile, is still to be measured, or its film is gone.
        """
        if entry.state not in (AnalysisState.DONE, AnalysisState.FAILED) or self.media.medium(entry.id) is None:
            msg = "only a recording whose analysis is over and whose file is still there can be measured anew"
            raise ConflictError(msg)
        with self._store.engine.begin() as connection:
            kept = save_in(connection, replace(entry, state=AnalysisState.WAITING, error=""), now=now)
            add_job_in(connection, entry.id)
        return kept

    def delete_film(self, recording_id: str, *, now: datetime) -> RecordingEntry:
        """Throw the film or EMG away and keep what was measured.

        Raises:
            ConflictError: it was not measured yet.
            NotThereError: it was removed.
        """
        with self._store.engine.begin() as connection:
            kept = change_in(connection, recording_id, _without_film, now=now)
        self.media.drop_medium(recording_id)
        return kept

    def remove(self, recording_id: str, *, version: int | None = None) -> None:
        """Remove a recording with its film and all that was measured.

        Raises:
            NotThereError: it is gone already.
            ConflictError: somebody changed it meanwhile.
        """
        if not self.media.holds(recording_id):
            self._store.remove(recording_id, version=version)
            return
        self.media.unsettle(recording_id)
        try:
            self._store.remove(recording_id, version=version)
        except RecordError:
            self.media.settle(recording_id)
            raise
        self.media.drop(recording_id)
        self.media.settle(recording_id)

    def tidy(self) -> None:
        """Throw away files that no recording has any more, after a program was killed between two steps."""
        found = (entry for entry in self._store.entries(EntryKind.RECORDING) if isinstance(entry, RecordingEntry))
        self.media.tidy({entry.id: entry.media_kept for entry in found})


def guessed_media(name: str) -> MediaKind:
    """What a file may be by its name, as a first guess."""
    return MediaKind.EMG if Path(name).suffix.lower() in _EMG_ENDINGS else MediaKind.FILM


def about_file(path: Path) -> About:
    """What a file says of itself: its name, and when it was last changed.

    Raises:
        InputError: there is no such file.
    """
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError as error:
        msg = f"{path.name} cannot be read ({error.strerror}); check the name and that you may open it"
        raise InputError(msg) from error
    return About(name=path.name, at=changed, media=guessed_media(path.name))


def pieces_of(path: Path) -> Iterable[bytes]:
    """A file piece by piece.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
    except OSError as error:
        msg = f"{path.name} cannot be read ({error.strerror}); check the name and that you may open it"
        raise InputError(msg) from error


def _entry(arrived: Arrived, about: About) -> RecordingEntry:
    from uuid import uuid4

    return RecordingEntry(
        id=uuid4().hex,
        at=about.at,
        media=about.media,
        name=_shown_name(about.name),
        sha256=arrived.sha256,
        size_bytes=arrived.size_bytes,
        task=about.task,
        mirrored=about.mirrored,
        steps=about.steps,
    )


def _shown_name(name: str) -> str:
    """The file's own name, without folders and shortened in the middle where it is very long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "").encode("utf-8", "replace").decode().strip() or "recording"
    if len(last) <= LONGEST_NAME:
        return last
    ending = Path(last).suffix[:12]
    return last[: LONGEST_NAME - len(ending) - 1] + "…" + ending


def _without_film(entry: RecordingEntry) -> RecordingEntry:
    if entry.state is not AnalysisState.DONE:
        msg = "the film is still needed: it was not measured yet; remove the whole recording if it is not wanted"
        raise ConflictError(msg)
    return replace(entry, media_kept=False)
