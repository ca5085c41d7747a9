"""What every measurement is made of, whether of a film or of an EMG: spans, signals, events, quality, scores, provenance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import InputError
from spasmograph.terms import EventKind, Pattern, Reason, Region, Side, Task, Verdict

EVENT_COLUMNS = (
    "onset_s",
    "apex_s",
    "offset_s",
    "kind",
    "side",
    "regions",
    "pattern",
    "amplitude",
    "amplitude_unit",
    "confidence",
    "task",
    "censored",
)
SCHEMA_VERSION = "1.0"

Floats = NDArray[np.floating[Any]]


def frozen(array: Floats) -> Floats:
    """The same numbers as a read-only array; the caller's own array stays writable."""
    view = np.asarray(array).view()
    view.setflags(write=False)
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open stretch of time `[onset_s, offset_s)` in seconds.

    Raises:
        InputError: the end lies before the start, or either is not a number.
    """

    onset_s: float
    offset_s: float

    def __post_init__(self) -> None:
        if not self.onset_s <= self.offset_s:
            msg = f"a span ends at {self.offset_s} s, before its start at {self.onset_s} s"
            raise InputError(msg)

    @property
    def duration_s(self) -> float:
        """Length in seconds, at least 0."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Time courses on one clock: `values[name]` is (n,) and NaN where it was not measured.

    A name is `<signal>_<side>` with its unit as suffix, for example `palpebral_fissure_height_left_mm`; a ratio has no suffix.

    Raises:
        InputError: a signal has another length than `time_s`.
    """

    time_s: Floats
    values: Mapping[str, Floats]

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen(self.time_s))
        checked = {name: frozen(array) for name, array in self.values.items()}
        for name, array in checked.items():
            if array.shape != self.time_s.shape:
                msg = f"signal {name} has shape {array.shape}, time_s has {self.time_s.shape}"
                raise InputError(msg)
        object.__setattr__(self, "values", MappingProxyType(checked))

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Signals, time_s=self.time_s, values=dict(self.values)), ()

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.time_s)


def check_event(onset_s: float, apex_s: float, offset_s: float, confidence: float) -> None:
    """What holds for every event.

    Raises:
        InputError: onset, apex and offset are not in order, or confidence lies outside 0–1.
    """
    if not onset_s <= apex_s <= offset_s:
        msg = f"onset {onset_s} s, apex {apex_s} s and offset {offset_s} s are not in order"
        raise InputError(msg)
    if not 0.0 <= confidence <= 1.0:
        msg = f"confidence is {confidence}; it must lie in 0–1"
        raise InputError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that moved: when, on which side, where, how strongly and how sure.

    `amplitude` is the peak of the leading region: a closure of 0–1 (unit `closure`) where the eyelid takes part, millimetres (unit `mm`) elsewhere.
    `peaks` holds the peak of every region that took part, keyed `<region>_<side>` with unit suffix (`eyelid_left`, `mouth_left_mm`).
    `symmetry` is the weaker over the stronger side's peak, 0–1. `members` are the brief contractions of a clonic train.
    `censored`: it began before or ended after what was seen, so its duration is a lower bound.

    Raises:
        InputError: onset, apex and offset are not in order, or confidence lies outside 0–1.
    """

    onset_s: float
    apex_s: float
    offset_s: float
    kind: EventKind
    side: Side
    regions: tuple[Region, ...]
    pattern: Pattern
    amplitude: float
    amplitude_unit: str
    confidence: float
    task: Task = Task.NONE
    censored: bool = False
    symmetry: float = float("nan")
    peaks: Mapping[str, float] = field(default_factory=dict)
    members: tuple["Event", ...] = ()

    def __post_init__(self) -> None:
        check_event(self.onset_s, self.apex_s, self.offset_s, self.confidence)

    @property
    def duration_s(self) -> float:
        """Length in seconds; a lower bound if censored."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReason:
    """Why some time was not measured: a code, how long in seconds, when, and words that a person can act on."""

    code: Reason
    seconds: float
    message: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How much of the recording was measured, and why the rest was not.

    `observed` are the stretches in which the face was measured; `observed_s` is their sum, the denominator of every rate.
    """

    verdict: Verdict
    duration_s: float
    observed: tuple[Span, ...]
    reasons: tuple[QualityReason, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def observed_s(self) -> float:
        """Seconds in which the face was measured."""
        return sum(span.duration_s for span in self.observed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """A published range beside a number: `low`–`high` in the score's own unit, for whom or which condition, and the source's key."""

    low: float
    high: float
    condition: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One number over the observed time, with a 95 % interval; NaN with `reason` where it cannot be told.

    `name` is `<score>_<side>` where it has a side, in snake case.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    observed_s: float
    label: str = ""
    reason: str = ""
    norms: tuple[Norm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made the numbers: package version, landmark source, model hashes, parameters and the version of the rule set."""

    package_version: str
    landmark_source: str
    model_sha256: Mapping[str, str]
    parameters: Mapping[str, float | str | bool]
    rule_set_version: str
    runtime: Mapping[str, str] = field(default_factory=dict)
