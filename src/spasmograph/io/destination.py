"""Where results will go, checked before the long work begins."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from spasmograph.errors import OutputError

_PROBE_BYTES = 1 << 20


@contextmanager
def destination(folder: Path) -> Iterator[Path]:
    """A folder that can be written to, made where there is none; what was made and stayed empty is removed again.

    Raises:
        OutputError: the folder cannot be made or written to, or the disk is full.
    """
    made = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _probe(folder)
        except OSError as error:
            raise _refused(folder, error) from error
        yield folder
    finally:
        for path in made:
            with suppress(OSError):
                path.rmdir()


def _probe(folder: Path) -> None:
    """Write something nameless for a moment: permissions alone do not tell about read-only and full disks."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\0" * _PROBE_BYTES)
        file.flush()
        os.fsync(file.fileno())


def _refused(folder: Path, error: OSError) -> OutputError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return OutputError(f"{folder} cannot be a folder: a file of that name is in the way; choose another folder with --out")
    cause = error.strerror or str(error)
    return OutputError(f"nothing can be written to {folder} ({cause}); free some space or choose another folder with --out")
