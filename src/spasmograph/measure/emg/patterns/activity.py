"""One muscle as its bursts show it: when it was measured, when it was active, and how strongly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.scores.clock import joined
from spasmograph.model import Burst, ChannelQuality, Floats, Span
from spasmograph.model.common import frozen
from spasmograph.terms import Muscle, Side

_APART_S = 0.001

Waveform = Callable[[str, float, float], Floats]
"""Conditioned samples (n,) in microvolts of the channel with that label, from an onset to an offset in seconds, NaN where not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One channel: its bursts in order of time, its envelope, and the time in which it was measured.

    `envelope_uv` (n,), sample i at `i / envelope_rate_hz` seconds, NaN where not measured; `rate_hz` is the rate of its conditioned samples.
    """

    bursts: tuple[Burst, ...]
    envelope_uv: Floats
    envelope_rate_hz: float
    quality: ChannelQuality
    rate_hz: float
    muscle: Muscle | None = None
    side: Side | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "bursts", tuple(sorted(self.bursts, key=lambda burst: burst.onset_s)))
        object.__setattr__(self, "envelope_uv", frozen(self.envelope_uv))

    @property
    def label(self) -> str:
        """How the channel is called in signals and scores."""
        return self.quality.label

    @property
    def noise_uv(self) -> float:
        """The envelope between bursts, in microvolts."""
        return self.quality.noise_uv

    @property
    def observed(self) -> Floats:
        """When it was measured, (k, 2) onsets and offsets in seconds."""
        return joined(self.quality.observed)


def edges(bursts: Sequence[Burst]) -> Floats:
    """Onsets and offsets of bursts, (n, 2) in seconds."""
    return np.array([(burst.onset_s, burst.offset_s) for burst in bursts], dtype=float).reshape(-1, 2)


def covered(bursts: Sequence[Burst]) -> Floats:
    """The time that lies in any burst, (k, 2)."""
    times_s = edges(bursts)
    # As a detector tells them they lie apart, in order.
    if np.all(times_s[:, 1] > times_s[:, 0]) and np.all(times_s[1:, 0] > times_s[:-1, 1] + _APART_S):
        return times_s
    return joined([Span(onset_s=burst.onset_s, offset_s=burst.offset_s) for burst in bursts])


def within(moments_s: Floats, spans: Floats) -> NDArray[np.bool_]:
    """Which moments lie within the spans, (n,)."""
    if not len(spans):
        return np.zeros(len(moments_s), dtype=bool)
    span = np.searchsorted(spans[:, 0], moments_s, side="right") - 1
    return np.asarray((span >= 0) & (moments_s < spans[span, 1]))


def same_span(first_s: Floats, second_s: Floats, spans: Floats) -> NDArray[np.bool_]:
    """Whether all the time between two moments was measured, (n,)."""
    first, second = (np.searchsorted(spans[:, 0], moments_s, side="right") for moments_s in (first_s, second_s))
    return np.asarray(first == second)


def both(first: Floats, second: Floats) -> Floats:
    """The time that lies in both of two sets of spans, (k, 2)."""
    moments = np.unique(np.concatenate([first.ravel(), second.ravel()]))
    middle = (moments[1:] + moments[:-1]) / 2
    kept = within(middle, first) & within(middle, second)
    return joined([Span(onset_s=a, offset_s=b) for a, b in zip(moments[:-1][kept], moments[1:][kept], strict=True)])


def plain(name: str) -> str:
    """A channel's label or a muscle as it is read: `orbicularis oculi left`."""
    return name.replace("_", " ")
