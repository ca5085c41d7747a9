"""Files that pass through the record's folder: what is taken away, and a table of another program until it is read."""

import re
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from spasmograph.errors import NotThereError, OutputError

_UPLOADS, _PART, _TABLE = "uploads", ".part", "table-"
_NAME = re.compile(r"[0-9a-f]{32}")
# A table that nobody came back to is somebody's health data lying about.
_TABLE_KEPT_S = 86_400.0


def leaving(home: Path, ending: str = "") -> Path:
    """A name for a file that is made to be taken away and thrown away then; what a killed program leaves of it goes with other unfinished files.

    Raises:
        OutputError: the folder cannot be written.
    """
    return _folder(home) / f"{uuid4().hex}{_PART}{ending}"


def keep_table(home: Path, content: bytes) -> str:
    """Keep a table until it is read, for a day at most; the name by which it is asked for.

    Raises:
        OutputError: the folder cannot be written.
    """
    folder, name = _folder(home), uuid4().hex
    _drop_old(folder)
    try:
        path = _path(folder, name)
        path.touch(0o600)
        path.write_bytes(content)
    except OSError as error:
        raise _unwritten(error) from error
    return name


def kept_table(home: Path, name: str) -> bytes:
    """A table that was kept.

    Raises:
        NotThereError: there is none of that name, or no longer.
    """
    try:
        if _NAME.fullmatch(name):
            return _path(home / _UPLOADS, name).read_bytes()
    except OSError:
        pass
    msg = "this table is not here any more: it was read, or a day has passed; choose the file again. Nothing was changed"
    raise NotThereError(msg)


def drop_table(home: Path, name: str) -> None:
    """Throw a table away; one that is gone is no matter."""
    if _NAME.fullmatch(name):
        with suppress(OSError):
            _path(home / _UPLOADS, name).unlink()


def _path(folder: Path, name: str) -> Path:
    return folder / f"{_TABLE}{name}{_PART}"


def _drop_old(folder: Path) -> None:
    for path in folder.glob(f"{_TABLE}*{_PART}"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _TABLE_KEPT_S:
                path.unlink()


def _folder(home: Path) -> Path:
    folder = home / _UPLOADS
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritten(error) from error
    return folder


def _unwritten(error: OSError) -> OutputError:
    return OutputError(f"the file could not be kept in the record's folder: {error.strerror or error}; free some space and try again")
