"""Writing an archive: as a stream, under a name of its own until all of it is on the disk."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from spasmograph import __version__
from spasmograph.errors import OutputError, RecordError
from spasmograph.io.archive.layout import ENTRIES, FORMAT, FORMAT_VERSION, MANIFEST, FileInArchive, Manifest
from spasmograph.io.results.placing import flush_folder
from spasmograph.io.store.codec import entry_to_dict
from spasmograph.model.record import Entry

_HIDDEN, _UNFINISHED = ".spasmograph-archive-", ".partial"
_STALE_S = 3600.0
_PIECE_BYTES = 1 << 20
_COMPRESSED = frozenset({".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".ogv", ".pdf", ".parquet", ".png", ".jpg"})


class NewArchive:
    """An archive that is being written: first the entries, then files."""

    def __init__(self, container: ZipFile, made_at: datetime) -> None:
        self._zip, self._made_at = container, made_at
        self._entries: dict[str, int] = {}
        self._files: list[FileInArchive] = []

    def add_entries(self, entries: list[Entry]) -> None:
        """All entries, one a line."""
        with self._part(ENTRIES) as write:
            for entry in entries:
                kind = str(entry.kind)
                self._entries[kind] = self._entries.get(kind, 0) + 1
                write(json.dumps(entry_to_dict(entry), ensure_ascii=False, allow_nan=False).encode() + b"\n")

    def add_file(self, name: str, source: BinaryIO) -> None:
        """A file under a name with `/` between its folders."""
        with self._part(name) as write:
            while piece := source.read(_PIECE_BYTES):
                write(piece)

    def finish(self) -> None:
        """What is in it comes last, because it is known last."""
        manifest = Manifest(
            format=FORMAT,
            format_version=FORMAT_VERSION,
            program_version=__version__,
            made_at=self._made_at.isoformat(),
            entries=self._entries,
            files=tuple(self._files),
        )
        self._zip.writestr(_info(MANIFEST), json.dumps(asdict(manifest), ensure_ascii=False, indent=1))

    @contextmanager
    def _part(self, name: str) -> "Iterator[_Writing]":
        """One file of the archive, summed up while it is written."""
        with self._zip.open(_info(name), "w", force_zip64=True) as part:
            writing = _Writing(part)
            yield writing
        self._files.append(FileInArchive(name=name, size_bytes=writing.size_bytes, sha256=writing.sum.hexdigest()))


class _Writing:
    """Writes, counts and sums up."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part, self.sum, self.size_bytes = part, hashlib.sha256(), 0

    def __call__(self, piece: bytes) -> None:
        self._part.write(piece)
        self.sum.update(piece)
        self.size_bytes += len(piece)


def _info(name: str) -> ZipInfo:
    """A file's head: no time of its own, so that the same record makes the same archive; for its owner's eyes alone."""
    info = ZipInfo(name)
    info.compress_type = ZIP_STORED if Path(name).suffix.lower() in _COMPRESSED else ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@contextmanager
def new_archive(target: Path, made_at: datetime) -> Iterator[NewArchive]:
    """An archive to be filled; it stands at `target` when the block ends well, and nothing does otherwise.

    Raises:
        OutputError: a file is there already, the disk is full, or the folder cannot be written.
        RecordError: a file has a name that no archive can hold.
    """
    if os.path.lexists(target):
        msg = f"{target} is there already and was not overwritten; choose another name"
        raise OutputError(msg)
    try:
        part = _part_beside(target)
    except OSError as error:
        raise _unwritten(target, error) from error
    try:
        with ZipFile(part, "w", allowZip64=True) as container:
            archive = NewArchive(container, made_at)
            yield archive
            archive.finish()
        _put_in_place(part, target)
    except UnicodeEncodeError as error:
        msg = "a file of the record has a name that is no text; rename the recording's file and try again"
        raise RecordError(msg) from error
    except OSError as error:
        raise error if isinstance(error, OutputError) else _unwritten(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def _part_beside(target: Path) -> Path:
    """An empty file that only its owner may read; what killed programs left there long ago goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for old in target.parent.glob(f"{_HIDDEN}*{_UNFINISHED}"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _STALE_S:
                old.unlink()
    handle, name = tempfile.mkstemp(prefix=_HIDDEN, suffix=_UNFINISHED, dir=target.parent)
    os.close(handle)
    return Path(name)


def _put_in_place(part: Path, target: Path) -> None:
    """Wait until the disk has the archive, then give it its name."""
    with part.open("r+b") as file:
        os.fsync(file.fileno())
    part.rename(target)
    flush_folder(target.parent)


def _unwritten(target: Path, error: OSError) -> OutputError:
    cause = error.strerror or str(error)
    return OutputError(
        f"the archive could not be written to {target}: {cause}; free some space or choose another folder. Nothing half-written is left"
    )
