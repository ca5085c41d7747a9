"""Standard output and standard error for people who may have gone: a closed terminal or a full disk never stops the measuring."""

import errno
import sys
from io import TextIOWrapper
from typing import Any


class Outlet(TextIOWrapper):
    """A stream whose errors are not raised. `lost` is the first that cost words which somebody waited for; a reader who left did not."""

    lost: OSError | None = None

    def write(self, text: str) -> int:
        """Print, or let it go."""
        try:
            return super().write(text)
        except OSError as error:
            self._lose(error)
            return len(text)

    def flush(self) -> None:
        """Print what waits, or let it go."""
        try:
            super().flush()
        except OSError as error:
            self._lose(error)

    def close(self) -> None:
        """Nothing: the stream below is Python's own."""

    def _lose(self, error: OSError) -> None:
        if error.errno != errno.EPIPE:
            self.lost = self.lost or error


def use_outlets() -> None:
    """Print through outlets from now on; a character that the terminal's encoding does not have becomes an escape."""
    sys.stdout, sys.stderr = _outlet(sys.stdout), _outlet(sys.stderr)


def lost_output() -> OSError | None:
    """Why something that was printed to standard output did not arrive; nothing if all did."""
    if not isinstance(sys.stdout, Outlet):
        return None
    sys.stdout.flush()
    return sys.stdout.lost


def _outlet(stream: Any) -> Any:
    if isinstance(stream, Outlet) or not isinstance(stream, TextIOWrapper):
        return stream
    stream.flush()
    return Outlet(
        stream.buffer,
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
