"""Libraries that are needed at the end are loaded while the workers measure, so that nobody waits for them."""

from contextlib import suppress
from functools import cache
from importlib import import_module
from threading import Thread

# What scores, pages and files import where they need it.
LIBRARIES = ("importlib.metadata", "scipy.special", "jinja2", "typst", "pyarrow.parquet", "spasmograph.present", "spasmograph.io.results")


@cache
def load_ahead() -> Thread:
    """Begin to load `LIBRARIES` beside what this process does; once is enough."""
    thread = Thread(target=_load, name="loading")
    thread.start()
    return thread


def _load() -> None:
    """One that is missing is missed by whoever needs it, with a better message."""
    for name in LIBRARIES:
        with suppress(ImportError):
            import_module(name)
