"""What is true of a simulated EMG: bursts, stimuli, responses and disturbances, each with its exact time."""

from dataclasses import dataclass

from spasmograph.model.common import Span
from spasmograph.model.evoked import ResponseKind
from spasmograph.terms import Reason, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueBurst:
    """One contraction of one muscle.

    Where the nerve fires by itself, the first potential begins at the onset and the last ones are at their middle at the offset; where the units are
    recruited, they begin one by one from the onset on, and the last one begins before the offset.
    `strength` is its root mean square over that of the noise, `rms_uv` the same in microvolts.
    """

    channel: str
    onset_s: float
    offset_s: float
    strength: float
    rms_uv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueResponse:
    """What one stimulus evoked in one muscle: its latency from the stimulus to the first deflection, its peak-to-peak amplitude and its length."""

    channel: str
    kind: ResponseKind
    stimulus: int
    latency_ms: float
    amplitude_uv: float
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueArtefact:
    """A stretch of one channel in which it does not show the muscle, and why."""

    channel: str
    reason: Reason
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTalk:
    """What one channel sees of another's muscle through the tissue: the same waveform at the same moment, times `gain`."""

    source: str
    target: str
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueSynkinesis:
    """A muscle that moves along on purposeful movement of another: its strength over the other's, and how much later it begins."""

    moved: str
    follower: str
    ratio: float
    lag_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EmgTruth:
    """All that is true of a simulated recording.

    `noise_uv` is the root mean square of the broad-band noise within 20–450 Hz, the band of surface EMG. `mains_hz` is NaN without mains,
    `rhythm_hz` NaN where no rhythm was put in. `stimuli_s` are in seconds; `reduced_from` and `gone_from` are the numbers, from 0, of the
    first stimulus after which a fading response is reduced and of the first that it no longer follows, None without one.
    """

    world: str
    noise_uv: float
    bursts: tuple[TrueBurst, ...] = ()
    stimuli_s: tuple[float, ...] = ()
    stimulated: Side | None = None
    responses: tuple[TrueResponse, ...] = ()
    reduced_from: int | None = None
    gone_from: int | None = None
    artefacts: tuple[TrueArtefact, ...] = ()
    cross_talk: tuple[CrossTalk, ...] = ()
    synkinesis: tuple[TrueSynkinesis, ...] = ()
    beats_s: tuple[float, ...] = ()
    mains_hz: float = float("nan")
    rhythm_hz: float = float("nan")

    def bursts_of(self, channel: str) -> tuple[TrueBurst, ...]:
        """The bursts of one channel in the order of time."""
        return tuple(burst for burst in self.bursts if burst.channel == channel)

    def responses_of(self, channel: str, kind: ResponseKind) -> tuple[TrueResponse, ...]:
        """The responses of that kind in one channel in the order of the stimuli."""
        return tuple(response for response in self.responses if response.channel == channel and response.kind is kind)
