"""The files of a record's recordings: uploads as they arrive, the films and EMG themselves, and what was measured in them.

Below the record's folder lie `uploads/` (what is arriving), `media/<id>/` (one file each) and `results/<id>/<name>/` (the files of a measurement).
While a recording comes or goes, `uploads/<id>.unsettled` says so: should the program be killed in between, the record decides whether it is there.
Files that bear no such mark are never thrown away because a record does not know them: it may be another record that was opened by mistake.
"""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self
from uuid import uuid4

from spasmograph.errors import OutputError, RecordError
from spasmograph.io.results import result_stem
from spasmograph.io.results.placing import flush_folder

_UPLOADS, _MEDIA, _RESULTS = "uploads", "media", "results"
_PART, _UNSETTLED = ".part", ".unsettled"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}")
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
# What nobody has touched for so long belongs to nobody who is still at work.
_STALE_S = 3600.0
_HEAD_BYTES = 64
OTHER_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file that is whole and on the disk, not yet in its place."""

    path: Path
    sha256: str
    size_bytes: int


class Arrival:
    """A file on its way in: written and summed up piece by piece; what is not finished leaves nothing behind."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sum = hashlib.sha256()
        self._size = 0
        self._file: BinaryIO = path.open("xb")

    def write(self, piece: bytes) -> None:
        """The next bytes.

        Raises:
            OutputError: the disk is full or cannot be written.
        """
        self._sum.update(piece)
        self._size += len(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            raise _unwritten(error) from error

    def finish(self) -> Arrived:
        """All has arrived; comes back when the disk has it.

        Raises:
            OutputError: the disk is full or cannot be written.
        """
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            flush_folder(self._path.parent)
        except OSError as error:
            raise _unwritten(error) from error
        return Arrived(path=self._path, sha256=self._sum.hexdigest(), size_bytes=self._size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """What was not put in its place by now is thrown away."""
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


class MediaFolder:
    """The files of all recordings of one record."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def arrival(self) -> Arrival:
        """A new file on its way in, to be used in a `with` block.

        Raises:
            OutputError: the folder cannot be written.
        """
        folder = self._home / _UPLOADS
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return Arrival(folder / f"{uuid4().hex}{_PART}")
        except OSError as error:
            raise _unwritten(error) from error

    def keep(self, arrived: Arrived, recording_id: str, name: str) -> Path:
        """Put a file that has arrived in its recording's place, unsettled; comes back when the disk knows.

        Raises:
            OutputError: the folder cannot be written.
        """
        target = self._of(_MEDIA, recording_id) / safe_name(name)
        try:
            self.unsettle(recording_id)
            target.parent.mkdir(parents=True, mode=0o700)
            arrived.path.replace(target)
            for folder in (target.parent, target.parent.parent, self._home):
                flush_folder(folder)
        except OSError as error:
            raise _unwritten(error) from error
        return target

    def medium(self, recording_id: str) -> Path | None:
        """The film or EMG of a recording, if it is still there."""
        folder = self._of(_MEDIA, recording_id)
        return next((path for path in sorted(folder.iterdir()) if path.is_file()), None) if folder.is_dir() else None

    def results_room(self, recording_id: str) -> Path:
        """Where the results of a recording are written."""
        return self._of(_RESULTS, recording_id)

    def results(self, recording_id: str) -> Path | None:
        """The folder with the files of a recording's measurement, if it was measured."""
        room = self.results_room(recording_id)
        found = sorted(room.glob("[!.]*/measurement.json")) if room.is_dir() else []
        return found[0].parent if found else None

    def drop_medium(self, recording_id: str) -> None:
        """Throw the film or EMG away."""
        _throw_away(self._of(_MEDIA, recording_id))

    def drop(self, recording_id: str) -> None:
        """Throw away all files of a recording."""
        self.drop_medium(recording_id)
        _throw_away(self.results_room(recording_id))

    def unsettle(self, recording_id: str) -> None:
        """From here on, the record alone says whether these files stay, until they are settled."""
        mark = self._mark(recording_id)
        mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mark.touch()
        flush_folder(mark.parent)

    def settle(self, recording_id: str) -> None:
        """The files and the record agree."""
        self._mark(recording_id).unlink(missing_ok=True)

    def holds(self, recording_id: str) -> bool:
        """Whether there is any file of a recording."""
        return any(self._of(room, recording_id).exists() for room in (_MEDIA, _RESULTS))

    def tidy(self, kept: Mapping[str, bool]) -> None:
        """Throw away what a program that was killed left behind; `kept` tells of every recording whether its medium stays."""
        for path in _listed(self._home / _UPLOADS):
            if _stale(path) and path.suffix == _UNSETTLED:
                self._decide(path.stem, known=path.stem in kept)
            elif _stale(path) and path.suffix == _PART:
                path.unlink(missing_ok=True)
        for recording_id in (one for one, stays in kept.items() if not stays):
            self.drop_medium(recording_id)

    def _decide(self, recording_id: str, *, known: bool) -> None:
        """A recording that was coming or going when the program was killed."""
        if not known:
            self.drop(recording_id)
        self.settle(recording_id)

    def _mark(self, recording_id: str) -> Path:
        return self._of(_UPLOADS, recording_id).with_suffix(_UNSETTLED)

    def _of(self, room: str, recording_id: str) -> Path:
        """A recording's folder; an id that came from elsewhere leads nowhere else.

        Raises:
            RecordError: the id cannot be the name of a folder.
        """
        if not _ID.fullmatch(recording_id):
            msg = "the id of a recording may have letters, digits, - and _ alone"
            raise RecordError(msg)
        return self._home / room / recording_id


def safe_name(name: str) -> str:
    """A file name that is one on every system, with its ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    ending = Path(last).suffix
    return _UNSAFE.sub("_", result_stem(last)) + (ending if _ENDING.fullmatch(ending) else "")


def content_type(path: Path) -> str:
    """What a browser may play a file as, told from its first bytes; a type that it will not try to show for everything else."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free"}:
        return "video/mp4"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm"
    if head.startswith(b"OggS"):
        return "video/ogg"
    return "video/x-msvideo" if head.startswith(b"RIFF") and head[8:12] == b"AVI " else OTHER_TYPE


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _stale(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > _STALE_S
    return False


def _throw_away(folder: Path) -> None:
    """Remove a folder with all that is in it; one that is gone is no matter."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def _unwritten(error: OSError) -> OutputError:
    return OutputError(f"the file could not be kept in the record's folder: {error.strerror or error}; free some space and try again")
