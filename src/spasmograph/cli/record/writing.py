"""A file that a command was asked for: written whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from spasmograph.errors import OutputError


def write_file(out: Path, content: bytes) -> None:
    """Put a file in its place, instead of one that is there; for its owner alone, as the record is.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        number, staged = tempfile.mkstemp(prefix=".spasmograph-", dir=out.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(staged).replace(out)
        except BaseException:
            with suppress(OSError):
                Path(staged).unlink()
            raise
    except OSError as error:
        msg = f"{out} could not be written ({error.strerror or error}); free some space or choose another place with --out"
        raise OutputError(msg) from error
