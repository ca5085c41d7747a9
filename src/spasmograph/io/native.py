"""What compiled libraries print by themselves."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_STANDARD_ERROR = 2


@contextmanager
def native_messages_hidden() -> Iterator[None]:
    """Libraries that write to standard error directly are not heard inside the block; errors are still raised.

    The landmark runtime announces itself so, and has no setting for it.
    """
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:
        # The process has no standard error.
        yield
        return
    if sys.stderr:
        sys.stderr.flush()
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - the device has no path worth a Path
            os.dup2(nowhere.fileno(), _STANDARD_ERROR)
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)
