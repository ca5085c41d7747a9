"""A recording of voltages: the file and its channels, the bursts in it, and all that was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from spasmograph.errors import InputError
from spasmograph.model.common import Floats, QualityReason, Span, check_event
from spasmograph.model.evoked import EvokedResponse, ResponseCourse, Stimuli
from spasmograph.model.film import Measurement
from spasmograph.model.patterns import Alignment, ChannelPattern, PublishedPattern, Synchrony, Synkinesis
from spasmograph.model.tables import Measured
from spasmograph.terms import ChannelKind, EventKind, Muscle, Pattern, Side, Task, Verdict

_LONG_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel as its file states it, and the muscle and side that it was matched to.

    `index` is its place in the file, from 0; `label` is how it is called in signals and scores: `<muscle>_<side>`, or its own name where no
    muscle is known. `unit` is the file's own, empty where it says none; `uv_per_unit` turns it into microvolts, NaN where it is no voltage or not
    calibrated, and samples are then in that unit. `low_uv` and `high_uv` are what the amplifier can show at most, NaN where the file does not
    say; a channel that is no voltage has them in its own unit. `filters` is the file's own note of what was filtered beforehand.

    Raises:
        InputError: the rate is not a positive number.
    """

    index: int
    name: str
    label: str
    kind: ChannelKind
    rate_hz: float
    sample_count: int
    muscle: Muscle | None = None
    side: Side | None = None
    unit: str = "uV"
    uv_per_unit: float = 1.0
    low_uv: float = float("nan")
    high_uv: float = float("nan")
    filters: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.rate_hz < float("inf"):
            msg = f"channel {self.name!r} has a rate of {self.rate_hz} Hz; it must be a positive number"
            raise InputError(msg)

    @property
    def duration_s(self) -> float:
        """From the first sample to one period after the last."""
        return self.sample_count / self.rate_hz


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A remark in the file: when, how long (0 where it does not say), and its words."""

    onset_s: float
    text: str
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BiosignalRecording:
    """What was recorded, as the file states it; gaps are where an interrupted recording holds nothing."""

    name: str
    sha256: str
    duration_s: float
    file_format: str
    channels: tuple[Channel, ...]
    gaps: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    task: Task = Task.NONE
    start_s: float = 0.0
    end_s: float = float("nan")


class SampleSource(Protocol):
    """Where samples come from, a stretch at a time, so that memory does not grow with the recording."""

    def samples(self, channel: int, first: int, stop: int) -> Floats:
        """Samples `first` to `stop` (not included) of the channel with that index, in microvolts; other than voltages in their own unit.

        Sample i lies at `i / rate_hz` seconds; what the file does not hold (a gap, a lost packet) is NaN.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ArraySource:
    """Samples that are in memory: one array (n,) a channel, by its index."""

    arrays: Mapping[int, Floats]

    def samples(self, channel: int, first: int, stop: int) -> Floats:
        """See `SampleSource`."""
        return np.asarray(self.arrays[channel][first:stop], np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Biosignal:
    """An opened recording: what it is, its annotations, and where its samples come from."""

    recording: BiosignalRecording
    source: SampleSource
    annotations: tuple[Annotation, ...] = ()

    def samples(self, channel: Channel, first: int = 0, stop: int | None = None) -> Floats:
        """Samples of a channel in microvolts (other than voltages in their own unit), all of them if not told which."""
        return self.source.samples(channel.index, first, channel.sample_count if stop is None else stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """One muscle's activity above its own noise: when, how strong, and how sure.

    `channel` is the channel's label. `peak_uv` and `mean_uv` are of the envelope, noise taken out; `median_frequency_hz` halves the power of its
    spectrum, NaN where it is too short or the rate too low. `interval_s` is the time since the burst before it ended, NaN for the first or where time
    between them was not measured. `censored`: it began before or ended after what was measured.

    Raises:
        InputError: onset, apex and offset are not in order, or confidence lies outside 0–1.
    """

    onset_s: float
    apex_s: float
    offset_s: float
    channel: str
    peak_uv: float
    mean_uv: float
    confidence: float
    muscle: Muscle | None = None
    side: Side | None = None
    median_frequency_hz: float = float("nan")
    interval_s: float = float("nan")
    task: Task = Task.NONE
    censored: bool = False

    def __post_init__(self) -> None:
        check_event(self.onset_s, self.apex_s, self.offset_s, self.confidence)

    @property
    def duration_s(self) -> float:
        """Length in seconds; a lower bound if censored."""
        return self.offset_s - self.onset_s

    @property
    def kind(self) -> EventKind:
        """Always `BURST`."""
        return EventKind.BURST

    @property
    def regions(self) -> tuple[str, ...]:
        """The muscle, or the channel's label where no muscle is known."""
        return (str(self.muscle) if self.muscle else self.channel,)

    @property
    def pattern(self) -> Pattern:
        """`BRIEF` under 1 s, `TONIC` from 1 s on; every burst is an event of its own, also within a train."""
        return Pattern.BRIEF if self.duration_s < _LONG_S else Pattern.TONIC

    @property
    def amplitude(self) -> float:
        """The peak of the envelope in microvolts."""
        return self.peak_uv

    @property
    def amplitude_unit(self) -> str:
        """Microvolts."""
        return "uv"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelQuality:
    """How well one channel could be measured: the stretches that were, why the rest was not, and what disturbed it.

    `noise_uv` is the envelope between bursts; `mains_hz` the frequency of mains interference that was removed, NaN without; `mains_uv` its
    amplitude; `ecg_per_min` the rate of heart beats that were seen in it, NaN without.
    """

    label: str
    verdict: Verdict
    observed: tuple[Span, ...]
    reasons: tuple[QualityReason, ...] = ()
    notes: tuple[str, ...] = ()
    noise_uv: float = float("nan")
    mains_hz: float = float("nan")
    mains_uv: float = float("nan")
    ecg_per_min: float = float("nan")

    @property
    def observed_s(self) -> float:
        """Seconds in which the channel was measured."""
        return sum(span.duration_s for span in self.observed)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmgMeasurement(Measured[BiosignalRecording, Burst]):
    """All that was measured in one recording of voltages.

    `quality.observed` is the time in which at least one muscle was measured; `channels` says it for each. What was not asked for or cannot be had
    from the recording is empty.
    """

    channels: tuple[ChannelQuality, ...] = ()
    patterns: tuple[ChannelPattern, ...] = ()
    synchrony: tuple[Synchrony, ...] = ()
    synkinesis: tuple[Synkinesis, ...] = ()
    published: tuple[PublishedPattern, ...] = ()
    stimuli: tuple[Stimuli, ...] = ()
    evoked: tuple[EvokedResponse, ...] = ()
    courses: tuple[ResponseCourse, ...] = ()
    alignment: Alignment | None = None
    film: Measurement | None = None
