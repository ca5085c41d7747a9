"""What a world asks for: contractions, responses to stimuli, disturbances and faults, before a single sample is made."""

from dataclasses import dataclass, field

from numpy.random import Generator

from spasmograph.measure.emg.simulate.disturbances import Disturbance, random_of
from spasmograph.measure.emg.simulate.truth import CrossTalk, TrueArtefact, TrueSynkinesis
from spasmograph.model.common import Span
from spasmograph.model.emg import Annotation
from spasmograph.model.evoked import ResponseKind
from spasmograph.terms import Muscle, Side

Electrode = tuple[Muscle, Side]
ECTOPIC_HZ = (150.0, 400.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the user of a world may choose.

    `strength` is the root mean square of bursts, or the peak-to-peak amplitude of responses, over the noise's root mean square `noise_uv`.
    """

    seed: int = 0
    duration_s: float = 60.0
    rate_hz: float = 2000.0
    strength: float = 8.0
    noise_uv: float = 5.0
    side: Side = Side.RIGHT

    @property
    def random(self) -> Generator:
        """The random numbers of the plan."""
        return random_of(self.seed, 0)

    @property
    def limit_uv(self) -> float:
        """The most that the amplifier can show: a thousand times the noise, or ten times the strength."""
        return max(1000.0, 10 * self.strength) * self.noise_uv


@dataclass(frozen=True, slots=True, kw_only=True)
class Contraction:
    """One contraction to be acted out.

    With `discharge_hz` all units fire from the first moment on at rates within it; without, they are recruited by a drive that rises and falls
    within `rise_s`. `units` is how many motor units take part, all if None.
    """

    electrode: Electrode
    onset_s: float
    offset_s: float
    strength: float
    discharge_hz: tuple[float, float] | None = None
    rise_s: float = 0.05
    units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How one muscle replies to a stimulus.

    `strength` is the peak-to-peak amplitude over the noise; `jitter_ms` the standard deviation of the latency, `wobble` that of the amplitude as a
    share. `spread` makes it an interference pattern of that length instead of one potential.
    """

    electrode: Electrode
    kind: ResponseKind
    latency_ms: float
    strength: float
    duration_ms: float = 6.0
    jitter_ms: float = 0.0
    wobble: float = 0.1
    spread: bool = False
    fades: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimulation:
    """Stimuli at known times, what they leave in every channel, and the replies.

    `artefact` is the height of the stimulus artefact over the noise, `decay_ms` the time in which it falls to a third. From stimulus number
    `reduced_from` on a fading reply has a third of its strength, from `gone_from` on nothing is left.
    """

    times_s: tuple[float, ...]
    side: Side
    replies: tuple[Reply, ...] = ()
    artefact: float = 200.0
    decay_ms: float = 0.6
    reduced_from: int | None = None
    gone_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that a world asks for."""

    electrodes: tuple[Electrode, ...]
    contractions: tuple[Contraction, ...] = ()
    stimulation: Stimulation | None = None
    disturbance: Disturbance = field(default_factory=Disturbance)
    cross_talk: tuple[CrossTalk, ...] = ()
    synkinesis: tuple[TrueSynkinesis, ...] = ()
    faults: tuple[TrueArtefact, ...] = ()
    jolts: tuple[TrueArtefact, ...] = ()
    gaps: tuple[Span, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    rhythm_hz: float = float("nan")


def label_of(electrode: Electrode) -> str:
    """How the channel over that muscle is called."""
    muscle, side = electrode
    return f"{muscle}_{side}"
