"""How bursts follow each other and go together, in observation words, beside what has been published."""

from dataclasses import dataclass
from enum import StrEnum

from spasmograph.model.common import Span
from spasmograph.model.evoked import Estimate


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

    `duration_quartiles_s` and `interval_quartiles_s` are the first, middle and third quartile, NaN with too few bursts. `rhythm_hz` is the strongest
    rhythm of the envelope, `rhythm_strength` the share of the power that lies in it (0–1), `rhythm_probability` how seldom bursts without rhythm
    give as much. `trains` are the stretches with at least three brief bursts less than 1 s apart.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchrony:
    """What the bursts of two muscles share.

    `shared` is the share (0–1) of the rarer muscle's bursts that begin together with one of the other; `null_low` to `null_high` is the central
    95 % of what chance gives and `probability` how seldom chance gives as much. `lag_ms` is the median onset of the second after the first.
    `same_waveform` is the median correlation (0–1, without sign) of the two signals at zero lag within shared bursts, the mark of volume conduction.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Synkinesis:
    """What another muscle does while one is moved on purpose: its envelope over that of the moved one, each over its own strongest."""

    moved: str
    follower: str
    movements: int
    ratio: Estimate
    reason: str = ""


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
    `agreement` is the share (0–1) of the film's contractions of a side that have a burst of that side with them, `agreement_bursts` the reverse.
    """

    film: str
    offset_s: Estimate
    stated: bool
    pairs: int
    lag_ms: Estimate
    agreement: Estimate
    agreement_bursts: Estimate
    reason: str = ""
