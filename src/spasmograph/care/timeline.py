"""Readings become courses for an axis of time: single ones or medians of weeks and months, in runs between gaps.

Nothing is interpolated or imputed: two readings belong to one run only when no longer time lies between them than their series usually has.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median, quantiles

from spasmograph.model.record import Count, Course, Reading, Step

# Up to these lengths single readings, then weeks, can be told apart on a screen.
EACH_UP_TO, WEEKS_UP_TO = timedelta(days=120), timedelta(days=3 * 366)
# A series pauses when nothing came for three times as long as usually lies between two readings, and for eight days at least.
PAUSE_FACTOR, LEAST_PAUSE = 3.0, timedelta(days=8)
# A run of weeks goes on over one empty week, a run of months over none.
BIN_PAUSE = {Step.WEEK: timedelta(days=15), Step.MONTH: timedelta(days=46)}


def step_for(since: datetime, until: datetime) -> Step:
    """How far to put readings together so that they can be told apart."""
    span = until - since
    return Step.EACH if span <= EACH_UP_TO else Step.WEEK if span <= WEEKS_UP_TO else Step.MONTH


def course(like: Course, readings: Sequence[Reading], step: Step) -> Course:
    """The readings as a course with the name and the range of `like`, put together by `step`."""
    shown = binned(readings, step)
    pause = BIN_PAUSE.get(step) or usual_pause([reading.at for reading in readings])
    return replace(like, runs=runs(shown, pause), gaps=gaps([reading.at for reading in shown], pause))


def binned(readings: Sequence[Reading], step: Step) -> tuple[Reading, ...]:
    """Median and quartiles of every week or month that has readings, in the middle of it; single readings stay as they are."""
    if step is Step.EACH:
        return tuple(readings)
    groups: dict[tuple[int, int], list[Reading]] = {}
    for reading in readings:
        groups.setdefault(_number(reading.at, step), []).append(reading)
    return tuple(_median(*stretch(group[0].at, step), [one.value for one in group]) for _key, group in sorted(groups.items()))


def _median(start: datetime, end: datetime, values: list[float]) -> Reading:
    lower, middle, upper = quartiles(values)
    return Reading(at=start + (end - start) / 2, value=middle, low=lower, high=upper, count=len(values))


def _number(at: datetime, step: Step) -> tuple[int, int]:
    """Which day, week or month a moment lies in, by its own calendar, as numbers in the order of time."""
    if step is Step.EACH:
        return at.year, at.toordinal()
    return (at.year, at.month) if step is Step.MONTH else at.isocalendar()[:2]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile, between neighbours by their distance."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    lower, middle, upper = quantiles(values, n=4, method="inclusive")
    return lower, middle, upper


def stretch(at: datetime, step: Step) -> tuple[datetime, datetime]:
    """The day, the week or the month in which a moment lies, by its own calendar, `[start, end)`."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if step is Step.EACH:
        return day, day + timedelta(days=1)
    if step is Step.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def usual_pause(moments: Sequence[datetime]) -> timedelta:
    """The time without a reading from which on a series has a gap."""
    between_s = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    return max(LEAST_PAUSE, timedelta(seconds=PAUSE_FACTOR * median(between_s))) if between_s else LEAST_PAUSE


def runs(readings: Sequence[Reading], pause: timedelta) -> tuple[tuple[Reading, ...], ...]:
    """The readings in runs in which no two neighbours lie further apart than the pause."""
    found: list[list[Reading]] = []
    for reading in readings:
        if found and reading.at - found[-1][-1].at <= pause:
            found[-1].append(reading)
        else:
            found.append([reading])
    return tuple(tuple(run) for run in found)


def gaps(moments: Sequence[datetime], pause: timedelta) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches between two neighbours that lie further apart than the pause.

    What lies before the first and after the last is no gap but the time before and after the record.
    """
    return tuple((earlier, later) for earlier, later in pairwise(moments) if later - earlier > pause)


def counted(moments: Sequence[datetime], step: Step) -> tuple[Count, ...]:
    """How many moments fall into each day, week or month that has any."""
    groups: dict[tuple[int, int], list[datetime]] = {}
    for at in moments:
        groups.setdefault(_number(at, step), []).append(at)
    spans = [(*stretch(group[0], step), len(group)) for _key, group in sorted(groups.items())]
    return tuple(Count(start=start, end=end, count=count) for start, end, count in spans)
