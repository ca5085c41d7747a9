"""A person's record on one axis of time, ready to be drawn or told: what was noted, measured, filled in and done, and where nothing was."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from spasmograph.model.record.journal import Appointment
from spasmograph.model.record.treatments import Treatment


class Step(StrEnum):
    """How far readings are put together: not at all, by the week from Monday on, or by the month."""

    EACH = "each"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number at a moment: one that was noted, with its interval where it has one, or the median of `count`, with its quartiles.

    `id` is the entry that a single reading comes from.
    """

    at: datetime
    value: float
    low: float | None = None
    high: float | None = None
    count: int = 1
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Readings of one kind in order of time, in runs without a gap; `gaps` are the stretches between them.

    `low` and `high` are the range that the values can have, `high` None where it has no end; `side` is empty where there is none.
    """

    name: str
    runs: tuple[tuple[Reading, ...], ...]
    gaps: tuple[tuple[datetime, datetime], ...] = ()
    unit: str = ""
    low: float = 0.0
    high: float | None = None
    side: str = ""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All of them."""
        return tuple(reading for run in self.runs for reading in run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many there were in `[start, end)`."""

    start: datetime
    end: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What is on the axis in `[since, until)`."""

    since: datetime
    until: datetime
    step: Step
    severity: Course
    episodes: tuple[Count, ...]
    scales: tuple[Course, ...]
    measured: tuple[Course, ...]
    treatments: tuple[Treatment, ...]
    appointments: tuple[Appointment, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.severity.runs or self.episodes or self.scales or self.measured or self.treatments or self.appointments)
