"""What a doctor reads of a person's record in two minutes: a period in short, as values; the words are made where it is shown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from spasmograph.model.record.journal import Appointment, JournalEntry, Question
from spasmograph.model.record.recordings import RecordingEntry
from spasmograph.model.record.scales import ScaleResult
from spasmograph.model.record.settings import Settings
from spasmograph.model.record.timeline import Timeline
from spasmograph.model.record.treatments import SideEffect, Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Ratings of a stretch of time: how many, their median and quartiles, 0–10."""

    since: datetime
    until: datetime
    count: int
    median: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalInShort:
    """The journal of a period.

    `first` and `last` are the ratings of its first and last weeks, None where nothing was rated; `days` is on how many days something was noted, of
    `days_in_all`; `back_filled` how many entries were written later; `tags` the most frequent ones with their number of entries.
    """

    entries: int
    back_filled: int
    episodes: int
    days: int
    days_in_all: int
    first: Spread | None
    last: Spread | None
    tags: tuple[tuple[str, int], ...]


class ScaleChange(StrEnum):
    """What became of a scale's total, beside the change that is published to count."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    SMALLER = "smaller"
    NO_THRESHOLD = "no_threshold"
    SINGLE = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleInShort:
    """A scale in a period: its first and last total, and whether they differ by as much as counts; `threshold` is that amount, with its source."""

    name: str
    first: ScaleResult
    last: ScaleResult
    change: ScaleChange
    threshold: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A recording beside the treatment: how many days after the last injection it was made, None before the first."""

    entry: RecordingEntry
    days_after_injection: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorPage:
    """A period of a record in short, and what its appendix lists."""

    made_at: datetime
    settings: Settings
    timeline: Timeline
    journal: JournalInShort
    side_effects: tuple[tuple[Treatment, SideEffect], ...]
    scales: tuple[ScaleInShort, ...]
    measured: tuple[Measured, ...]
    questions: tuple[Question, ...]
    next_visit: Appointment | None
    notes: tuple[JournalEntry, ...] = ()

    @property
    def treatments(self) -> tuple[Treatment, ...]:
        """Those of the period, in order of their start."""
        return self.timeline.treatments
