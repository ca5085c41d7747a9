"""What is where in an archive; `docs/archive.md` tells it to other programs."""

from collections.abc import Mapping
from dataclasses import dataclass

FORMAT, FORMAT_VERSION = "spasmograph-record", 1
MANIFEST, ENTRIES = "manifest.json", "record.jsonl"
# The folders with the files of recordings: `<room>/<recording's id>/...`, in the archive as in the record's own folder.
ROOMS = ("media", "results")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInArchive:
    """A file of the archive: where it is, how long, and its SHA-256 in hexadecimal digits."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself: which format, made when and by which version, how many entries of each kind, and every other file in it."""

    format: str
    format_version: int
    program_version: str
    made_at: str
    entries: Mapping[str, int]
    files: tuple[FileInArchive, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an archive may hold; a record of ten years stays far below, whoever means harm does not."""

    files: int = 200_000
    manifest_bytes: int = 64 << 20
    entries_bytes: int = 256 << 20
    line_bytes: int = 16 << 20
    # Deflate makes nothing more than 1032 times shorter; parts that claim more overlap.
    ratio: int = 1100
