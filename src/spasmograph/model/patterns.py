"""How bursts follow each other and go together, in observation words, beside what has been published."""

from dataclasses import dataclass
from enum import StrEnum

from spasmograph.model.common import Span
from spasmograph.model.evoked import Estimate

_UNTOLD = Estimate(value=float("nan"))


class Together(StrEnum):
    """What the bursts of two muscles have to do with each other."""

    SYNCHRONOUS = "synchronous"
    BY_CHANCE = "by_chance"
    CROSS_TALK = "cross_talk"
    NOT_TOLD = "not_told"


class Standing(StrEnum):
    """What a feature of the recording says about a published pattern."""

    FOR = "for"
    AGAINST = "against"
    NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPattern:
    """How the bursts of one muscle follow each other.

    `duration_quartiles_s` and `interval_quartiles_s` are the first, middle and third quartile, NaN with too few bursts; an interval is the time from
    one burst's end to the next one's onset. `rhythm_hz` is the strongest rhythm in which bursts begin, `rhythm_strength` the share (0–1) of the
    power at that frequency which bursts at random moments would not give, `rhythm_probability` how seldom bursts without rhythm give as much, and
    `rhythmic` that both reach what the rule set asks for. `trains` are the stretches with at least three brief bursts less than 1 s apart,
    `in_trains` the number of bursts in them.
    """

    channel: str
    bursts: int
    duration_quartiles_s: tuple[float, float, float]
    interval_quartiles_s: tuple[float, float, float]
    rhythm_hz: Estimate
    rhythm_strength: float
    rhythm_probability: float
    trains: tuple[Span, ...]
    in_trains: int
    reason: str = ""
    rhythmic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchrony:
    """What the bursts of two muscles share.

    `shared` is the share (0–1) of the rarer muscle's bursts that begin together with one of the other; `null_low` to `null_high` is the central
    95 % of what chance gives and `probability` how seldom chance gives as much. `lag_ms` is the median onset of the second after the first.
    `same_waveform` is the median correlation (0–1, without sign) of the two signals at zero lag within shared bursts, the mark of volume conduction;
    `copies` the share (0–1) of the shared bursts of which nothing is left when the other muscle's signal is taken out.
    """

    first: str
    second: str
    pairs: int
    shared: Estimate
    null_low: float
    null_high: float
    probability: float
    lag_ms: Estimate
    same_waveform: float
    together: Together
    reason: str = ""
    copies: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synkinesis:
    """What another muscle does while one is moved on purpose: its envelope over that of the moved one, each over its own strongest.

    `movements` counts the movements of the one, `followed` those in which the other had a burst. `annotated`: they were named in the recording, not
    taken from the moved muscle's long bursts.
    """

    moved: str
    follower: str
    movements: int
    ratio: Estimate
    reason: str = ""
    followed: int = 0
    annotated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One published feature, what this recording shows of it, and which way it speaks."""

    text: str
    seen: str
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPattern:
    """A published pattern beside this recording: what speaks for it and what against; never a diagnosis."""

    pattern_id: str
    name: str
    features: tuple[Feature, ...]
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """A film of the same event on the recording's clock: time here = time in the film + `offset_s`.

    `stated` says that the user gave the offset; otherwise it comes from `pairs` shared events, and its interval tells its error.
    `agreement` is the share (0–1) of the film's movements of a side that have a burst of that side with them, `agreement_bursts` the reverse.
    `lag_ms` is the median onset of a movement after the burst; only a stated offset can tell it, since an offset that comes from the events
    themselves has it in it. `drift_ppm` is by how many millionths the recording's clock runs faster than the film's, NaN where too short to tell.
    """

    film: str
    offset_s: Estimate
    stated: bool
    pairs: int
    lag_ms: Estimate
    agreement: Estimate
    agreement_bursts: Estimate
    reason: str = ""
    drift_ppm: Estimate = _UNTOLD
