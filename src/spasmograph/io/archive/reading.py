"""Reading an archive that may come from anywhere: every name, length and sum in it is checked before anything of it counts."""

import hashlib
import json
import os
import re
import shutil
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from spasmograph.errors import ArchiveError, EntryError, NewerRecordError, RecordError
from spasmograph.io.archive.layout import ENTRIES, FORMAT, FORMAT_VERSION, MANIFEST, ROOMS, FileInArchive, Limits, Manifest
from spasmograph.io.results.placing import flush_folder
from spasmograph.io.store.codec import entry_from_dict
from spasmograph.model.record import Entry
from spasmograph.terms import EntryKind

_PIECE_BYTES = 1 << 20
_ENCRYPTED = 0x1
# What a damaged or hostile ZIP makes the library for it raise.
_DAMAGE = (BadZipFile, EOFError, zlib.error, struct.error, NotImplementedError, OSError, ValueError, OverflowError, RecursionError)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class OpenArchive:
    """An archive whose list of contents has been checked; the contents are, when they are read."""

    def __init__(self, container: ZipFile, manifest: Manifest, limits: Limits) -> None:
        self._zip, self.manifest, self._limits = container, manifest, limits
        self._listed = {file.name: file for file in manifest.files}

    def entries(self) -> Iterator[Entry]:
        """Every entry; the sum over all of them is checked at the end.

        Raises:
            ArchiveError: a line cannot be read, or they are not those that the archive was made with.
            NewerRecordError: only a newer version knows an entry of this kind.
        """
        summed, size_bytes, number = hashlib.sha256(), 0, 0
        with _telling_damage(), self._zip.open(ENTRIES) as lines:
            while line := lines.readline(self._limits.line_bytes):
                number, size_bytes = number + 1, size_bytes + len(line)
                summed.update(line)
                yield _entry(line, number)
        _check_sum(self._listed[ENTRIES], size_bytes, summed.hexdigest())

    def unpack(self, folder: Path) -> None:
        """All files of recordings into an empty folder, each waited for until the disk has it.

        Raises:
            ArchiveError: a file is not the one that the archive was made with.
            RecordError: the disk is full or cannot be written.
        """
        files = [file for file in self.manifest.files if file.name != ENTRIES]
        self._check_space(folder, files)
        try:
            for file in files:
                self._unpack_one(file, folder)
            for room in folder.rglob("*"):
                if room.is_dir():
                    flush_folder(room)
        except OSError as error:
            msg = f"the archive could not be unpacked: {error.strerror or error}; free some space and try again. Nothing was changed"
            raise RecordError(msg) from error

    def _check_space(self, folder: Path, files: list[FileInArchive]) -> None:
        needed, free = sum(file.size_bytes for file in files), shutil.disk_usage(folder).free
        if needed > free:
            msg = f"the archive needs {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are free; free some space. Nothing was changed"
            raise RecordError(msg)

    def _unpack_one(self, file: FileInArchive, folder: Path) -> None:
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        summed, size_bytes = hashlib.sha256(), 0
        with target.open("xb") as out:
            for piece in self._pieces(file.name):
                size_bytes += len(piece)
                summed.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        _check_sum(file, size_bytes, summed.hexdigest())

    def _pieces(self, name: str) -> Iterator[bytes]:
        """A file of the archive piece by piece."""
        with _telling_damage(), self._zip.open(name) as source:
            while piece := source.read(_PIECE_BYTES):
                yield piece


@contextmanager
def open_archive(source: Path, limits: Limits | None = None) -> Iterator[OpenArchive]:
    """Open an archive and check what it says of itself.

    Raises:
        ArchiveError: it is none, or it is damaged, cut short or made to do harm.
        NewerRecordError: a newer version of the program made it.
    """
    limits = limits or Limits()
    try:
        file = source.open("rb")
    except OSError as error:
        msg = f"{source.name} cannot be read: {error.strerror or error}"
        raise ArchiveError(msg) from error
    with file:
        with _telling_damage():
            container = ZipFile(file)
            parts = _checked_parts(container, source.stat().st_size, limits)
            manifest = _manifest(container, parts, limits)
        yield OpenArchive(container, manifest, limits)


@contextmanager
def _telling_damage() -> Iterator[None]:
    """What the library for ZIP finds wrong, in words."""
    try:
        yield
    except (ArchiveError, NewerRecordError):
        raise
    except _DAMAGE as error:
        raise _damaged(str(error) or type(error).__name__) from error


def _damaged(why: str) -> ArchiveError:
    return ArchiveError(f"this is no archive of a record, or a damaged one ({why}); nothing was changed. Copy the archive again, or use an older one")


def _checked_parts(container: ZipFile, size_bytes: int, limits: Limits) -> dict[str, ZipInfo]:
    """The files of the container by name, none of which leads anywhere else, is a link, comes twice or is longer than it can be."""
    parts = [part for part in container.infolist() if not part.is_dir()]
    if len(parts) > limits.files:
        why = f"it holds {len(parts)} files, more than {limits.files}"
        raise _damaged(why)
    if sum(part.file_size for part in parts) > limits.ratio * size_bytes:
        why = "it says that it holds more than can be in it"
        raise _damaged(why)
    for part in parts:
        _check_part(part)
    if len({unicodedata.normalize("NFC", part.filename).casefold() for part in parts}) < len(parts):
        why = "a file is in it twice"
        raise _damaged(why)
    return {part.filename: part for part in parts}


def _check_part(part: ZipInfo) -> None:
    """A plain file, stored in a plain way, under a safe name."""
    kind = stat.S_IFMT(part.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        why = f"{part.filename[:80]!r} is a link or no plain file"
        raise _damaged(why)
    if part.flag_bits & _ENCRYPTED or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        why = f"{part.filename[:80]!r} is encrypted or compressed in an unknown way"
        raise _damaged(why)
    if not _is_safe(part.filename):
        why = f"{part.filename[:80]!r} is no name that an archive holds"
        raise _damaged(why)


def _is_safe(name: str) -> bool:
    """Whether a name is one of the archive's own, or leads to a file below a recording's folder."""
    if name in (MANIFEST, ENTRIES):
        return True
    room, *rest = name.split("/")
    if room not in ROOMS or len(rest) < 2 or not _ID.fullmatch(rest[0]):  # noqa: PLR2004 - the id and the file
        return False
    plain = all(char not in "\\:" and unicodedata.category(char) not in ("Cc", "Cs") for char in name)
    return plain and all(part not in ("", ".", "..") for part in rest)


def _manifest(container: ZipFile, parts: dict[str, ZipInfo], limits: Limits) -> Manifest:
    """What the archive says of itself, held against what is in it."""
    for name, most in ((MANIFEST, limits.manifest_bytes), (ENTRIES, limits.entries_bytes)):
        if name not in parts or parts[name].file_size > most:
            why = f"{name} is {'too long' if name in parts else 'missing'}"
            raise _damaged(why)
    manifest = _read_manifest(container.read(MANIFEST))
    listed = {file.name: file.size_bytes for file in manifest.files}
    found = {name: part.file_size for name, part in parts.items() if name != MANIFEST}
    wrong = [name for name in {*listed, *found} if listed.get(name) != found.get(name)]
    if wrong or len(listed) != len(manifest.files):
        why = f"{min(wrong, default='a file')[:80]!r} is missing, not listed, listed twice or of another length"
        raise _damaged(why)
    return manifest


def _read_manifest(content: bytes) -> Manifest:
    from pydantic import TypeAdapter, ValidationError

    said = json.loads(content)
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        why = f"{MANIFEST} is not one of Spasmograph"
        raise _damaged(why)
    if isinstance(said.get("format_version"), int) and said["format_version"] > FORMAT_VERSION:
        version = str(said.get("program_version", "?"))[:20]
        msg = f"this archive was made by a newer version of Spasmograph ({version}); update Spasmograph. Nothing was changed"
        raise NewerRecordError(msg)
    try:
        manifest: Manifest = TypeAdapter(Manifest).validate_python(said)
    except ValidationError as error:
        why = f"{MANIFEST} cannot be read"
        raise _damaged(why) from error
    return manifest


def _entry(line: bytes, number: int) -> Entry:
    plain: Any = json.loads(line)
    if not isinstance(plain, dict):
        why = f"line {number} of {ENTRIES} is no entry"
        raise _damaged(why)
    if plain.get("kind") not in set(EntryKind):
        msg = (
            f"this archive holds entries of a kind that is not known here ({str(plain.get('kind'))[:40]!r}); update Spasmograph. Nothing was changed"
        )
        raise NewerRecordError(msg)
    try:
        return entry_from_dict(plain)
    except EntryError as error:
        why = f"line {number} of {ENTRIES}: {error}"
        raise _damaged(why) from error


def _check_sum(file: FileInArchive, size_bytes: int, sha256: str) -> None:
    if (file.size_bytes, file.sha256) != (size_bytes, sha256) or not _SHA256.fullmatch(file.sha256):
        why = f"{file.name[:80]!r} is not the file that the archive was made with"
        raise _damaged(why)
