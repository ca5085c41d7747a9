"""A film or an EMG in the record: what was recorded, how far its analysis is, what was found in short, and what a person says of the events."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from spasmograph.errors import EntryError
from spasmograph.model.common import check_event
from spasmograph.model.record.common import LONGEST_NAME, Entry, check_moment, check_text
from spasmograph.terms import AnalysisState, EntryKind, EventKind, Judgement, MediaKind, Side, Task, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolStep:
    """What the person was asked to do from `onset_s` to `offset_s`, in seconds of the recording."""

    task: Task
    onset_s: float
    offset_s: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.onset_s <= self.offset_s:
            msg = f"the step {self.task} runs from {self.onset_s} s to {self.offset_s} s; it must run forward from 0 s or later"
            raise EntryError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says of one event, kept beside the machine's own.

    `event` is the event's number from 0 in the measurement, None for one that was missed. `kind`, `side`, `onset_s` and `offset_s` tell the event as
    it should be, for CHANGED and ADDED.

    Raises:
        EntryError: an added event without its time, or one that names an event although it was missed, or the reverse.
    """

    judgement: Judgement
    at: datetime
    event: int | None = None
    kind: EventKind | None = None
    side: Side | None = None
    onset_s: float | None = None
    offset_s: float | None = None

    def __post_init__(self) -> None:
        check_moment("a correction", self.at)
        if (self.event is None) != (self.judgement is Judgement.ADDED):
            msg = f"a correction of kind {self.judgement} {'needs' if self.event is None else 'has no'} event number"
            raise EntryError(msg)
        if self.judgement in (Judgement.ADDED, Judgement.CHANGED):
            self._check_event()

    def _check_event(self) -> None:
        if self.onset_s is None or self.offset_s is None or self.kind is None or self.side is None:
            msg = f"a correction of kind {self.judgement} needs kind, side, onset_s and offset_s"
            raise EntryError(msg)
        check_event(self.onset_s, self.onset_s, self.offset_s, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreInShort:
    """A score of a measurement as it is kept for trends: `name` as in the measurement, the value with its 95 % interval, None where unknown."""

    name: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingEntry(Entry):
    """One recording of the record.

    `name` is the file's own name, `sha256` its contents'; `steps` the protocol; `media_kept` whether the film or the EMG itself is still there.
    `state` is how far the analysis is, `error` why it failed, in words; `verdict`, `observed_s` and `scores` tell in short what was found, with the
    corrections worked in.
    """

    kind: ClassVar[EntryKind] = EntryKind.RECORDING

    media: MediaKind
    name: str
    sha256: str
    size_bytes: int = 0
    task: Task = Task.NONE
    mirrored: bool = False
    steps: tuple[ProtocolStep, ...] = ()
    note: str = ""
    media_kept: bool = True
    state: AnalysisState = AnalysisState.WAITING
    error: str = ""
    verdict: Verdict | None = None
    duration_s: float | None = None
    observed_s: float | None = None
    scores: tuple[ScoreInShort, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        check_text("name", self.name, longest=LONGEST_NAME, needed=True)
        check_text("note", self.note)
