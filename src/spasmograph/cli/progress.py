"""How far the work is: a bar in a terminal, a line for each film elsewhere, nothing when asked to be quiet."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from spasmograph.cli.wording import safe, say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

NAME_CELLS = 22
BAR_CELLS = 12
MINUTE_S = 60


class Display(Protocol):
    """Where progress is shown."""

    def start(self, name: str) -> None:
        """A film, or whatever takes time, begins."""

    def frames(self, done: int, total: int) -> None:
        """So many of its frames are done."""

    def finish(self, line: str) -> None:
        """It is done; `line` says so."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Something is printed meanwhile."""


@contextmanager
def display(*, quiet: bool) -> Iterator[Display]:
    """The display that suits standard error."""
    if quiet or not sys.stderr:
        yield Silence()
    elif not sys.stderr.isatty():
        yield Lines()
    else:
        with _bar() as bar:
            yield bar


class Silence:
    """Shows nothing."""

    def start(self, name: str) -> None:
        """Nothing."""

    def frames(self, done: int, total: int) -> None:
        """Nothing."""

    def finish(self, line: str) -> None:
        """Nothing."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing."""
        yield


class Lines(Silence):
    """A plain line for everything that is done."""

    def finish(self, line: str) -> None:
        """Say what was done."""
        say(line)


class Bar(Silence):
    """A bar with frames, speed and time left; it leaves nothing behind."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, pace="")
        self._since_s = time.monotonic()

    def start(self, name: str) -> None:
        """A new film: its name, and a bar that only shows that something goes on."""
        self._progress.reset(self._task, total=None, description=shortened(safe(name), NAME_CELLS), pace="")
        self._since_s = time.monotonic()

    def frames(self, done: int, total: int) -> None:
        """Move the bar; until something is done it only shows that something goes on."""
        pace = pace_words(done, total, time.monotonic() - self._since_s)
        self._progress.update(self._task, completed=done, total=total if done else None, pace=pace)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away while something else is printed."""
        self._progress.stop()
        yield
        self._progress.start()


@contextmanager
def _bar() -> Iterator[Bar]:
    from rich.console import Console

    with rich_progress(Console(stderr=True, highlight=False, emoji=False)) as progress:
        yield Bar(progress)


def rich_progress(console: "Console") -> "Progress":
    """The columns of the bar; what is printed to standard output stays there, the bar does not take it over."""
    from rich.progress import BarColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=BAR_CELLS),
        TextColumn("{task.fields[pace]}", markup=False),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def pace_words(done: int, total: int, elapsed_s: float) -> str:
    """`900/1800 frames, 150 a second, 6 s left`; without speed and time as long as they cannot be told."""
    words = f"{done}/{total} frames"
    if not done or elapsed_s <= 0:
        return words
    speed = done / elapsed_s
    shown = f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}"  # noqa: PLR2004 - two digits are enough
    return f"{words}, {shown} a second, {duration_words((total - done) / speed)} left"


def duration_words(seconds: float) -> str:
    """`8 s`, `2:05 min`, `1:02 h`."""
    whole = round(seconds)
    if whole < MINUTE_S:
        return f"{whole} s"
    minutes, rest = divmod(whole, MINUTE_S)
    return f"{minutes}:{rest:02} min" if minutes < MINUTE_S else f"{minutes // MINUTE_S}:{minutes % MINUTE_S:02} h"


def shortened(name: str, cells: int) -> str:
    """The name in so many cells of a terminal, its end kept, where clips of one series differ."""
    from rich.cells import cell_len, chop_cells

    if cell_len(name) <= cells:
        return name
    kept = chop_cells(name[::-1], cells - 1)[0][::-1]
    return f"…{kept}"
