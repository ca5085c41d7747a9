"""What a stimulus evoked in a muscle: single responses, and their course over an operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from spasmograph.model.common import Floats, Norm, frozen
from spasmograph.terms import Muscle, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


class ResponseKind(StrEnum):
    """Which response was looked for, by its window after the stimulus and by where it was recorded."""

    DIRECT = "direct_response"
    BLINK_REFLEX_R1 = "blink_reflex_r1"
    BLINK_REFLEX_R2 = "blink_reflex_r2"
    R1_LIKE = "r1_like_response"
    LATERAL_SPREAD = "lateral_spread"


class Presence(StrEnum):
    """What the test of a response says; `UNDECIDED` is not absence."""

    PRESENT = "present"
    REDUCED = "reduced"
    ABSENT = "absent"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvokedResponse:
    """One response in one muscle over all sweeps.

    `channel` is the label of the recording channel; `stimulated` the side that was stimulated, None where it is not known. `presence` is the
    outcome of the test, `probability` how seldom noise alone gives as much, and `detectable_uv` the smallest peak-to-peak amplitude that these
    sweeps would have shown in 95 of 100 cases, NaN where no amplitude would do. Latency is from the stimulus to the onset. `amplitude_uv` is peak to
    peak, `area_uv_ms` the rectified area; of R2, whose time of arrival varies, the mean amplitude of single sweeps, and onset and area of the
    rectified average. Amplitudes of a channel that is not calibrated are in its own unit. `time_ms` (n,) from the stimulus; `average_uv`, `low_uv`,
    `high_uv` (n,) the average (of R2 the rectified one) and its 95 % interval over sweeps, NaN where the stimulus artefact was taken out. Numbers of
    a response that is not present are NaN, with `reason`. `single_uv` (k, n) are some of the sweeps, evenly chosen, for drawings alone: no result
    file holds them.
    """

    kind: ResponseKind
    channel: str
    muscle: Muscle | None
    side: Side | None
    stimulated: Side | None
    presence: Presence
    probability: float
    detectable_uv: float
    sweeps: int
    rejected: int
    latency_ms: Estimate
    amplitude_uv: Estimate
    duration_ms: Estimate
    area_uv_ms: Estimate
    time_ms: Floats
    average_uv: Floats
    low_uv: Floats
    high_uv: Floats
    window_ms: tuple[float, float]
    norms: tuple[Norm, ...] = ()
    reason: str = ""
    single_uv: Floats = field(default_factory=lambda: np.empty((0, 0)))

    def __post_init__(self) -> None:
        for name in ("time_ms", "average_uv", "low_uv", "high_uv", "single_uv"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def rectified(self) -> bool:
        """Whether the average is of rectified sweeps: R2 comes at another time in each, and would cancel out."""
        return self.kind is ResponseKind.BLINK_REFLEX_R2


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStep:
    """The response in one group of neighbouring sweeps: when, what the test says, and how strong."""

    time_s: float
    presence: Presence
    amplitude_uv: Estimate
    latency_ms: Estimate
    sweeps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseChange:
    """From when on a response was reduced, gone, or back."""

    time_s: float
    before: Presence
    after: Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCourse:
    """A response's course over a recording, such as the lateral spread response over an operation."""

    kind: ResponseKind
    channel: str
    steps: tuple[CourseStep, ...]
    changes: tuple[CourseChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvokedAverage:
    """The sweeps after each stimulus, cleaned and cut, and their average.

    `time_ms` (m,) from the stimulus, `sweeps_uv` (n, m) in the order of `times_s` (n,), `average_uv`, `low_uv` and `high_uv` (m,) the average and
    its 95 % interval over sweeps. Where the stimulus artefact was taken out (`blank`, (m,)) sweeps hold 0 and the averages NaN. `noise_uv` is the
    standard deviation of the average before the stimulus. `rejected` counts the sweeps that were left out, by reason.
    """

    time_ms: Floats
    sweeps_uv: Floats
    times_s: Floats
    average_uv: Floats
    low_uv: Floats
    high_uv: Floats
    noise_uv: float
    blank: NDArray[np.bool_]
    rejected: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("time_ms", "sweeps_uv", "times_s", "average_uv", "low_uv", "high_uv"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def rate_hz(self) -> float:
        """Samples a second."""
        return 1000.0 * (len(self.time_ms) - 1) / float(self.time_ms[-1] - self.time_ms[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimuli:
    """When stimuli were given, where that is known from, and the side that was stimulated.

    `nerve` is what the recording says of the nerve, empty where it says nothing. `note` says what is to be known of them, such as that a trigger
    channel holds no trigger.
    """

    source: str
    times_s: Floats
    stimulated: Side | None = None
    nerve: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "times_s", frozen(self.times_s))
