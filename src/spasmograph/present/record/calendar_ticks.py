"""Round moments of the calendar for an axis: days, Mondays, months or years, as many as there is room for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from spasmograph.language import written

LEAST_PX = 70.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A moment and how it is written."""

    at: datetime
    label: str


def ticks_between(since: datetime, until: datetime, width_px: float) -> list[Tick]:
    """Ticks in `[since, until)` with room for their labels: the finest steps of the calendar that fit."""
    most = max(2, int(width_px / LEAST_PX))
    for step, parts in _STEPS:
        moments = list(islice((at for at in step(since, until) if since <= at < until), most + 1))
        if len(moments) <= most:
            return [Tick(at=at, label=written(at, parts)) for at in moments]
    return []


def _days(every: int, since: datetime, until: datetime) -> Iterator[datetime]:
    """Midnights; by the week they are Mondays."""
    at = since.replace(hour=0, minute=0, second=0, microsecond=0)
    at -= timedelta(days=at.weekday() if every % 7 == 0 else 0)
    while at < until:
        yield at
        at += timedelta(days=every)


def _months(every: int, since: datetime, until: datetime) -> Iterator[datetime]:
    """First days of months, counted from January."""
    at = since.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    while at < until:
        yield at
        month = at.month - 1 + every
        at = at.replace(year=at.year + month // 12, month=month % 12 + 1)


Stepping = Callable[[datetime, datetime], Iterator[datetime]]
_STEPS: tuple[tuple[Stepping, str], ...] = (
    (partial(_days, 1), "MMMd"),
    (partial(_days, 7), "MMMd"),
    (partial(_days, 14), "MMMd"),
    *((partial(_months, every), "yMMM") for every in (1, 2, 3, 6)),
    *((partial(_months, 12 * every), "y") for every in (1, 2, 5, 10)),
)
