"""How often: blinks and contractions per observed minute."""

from collections.abc import Sequence

import numpy as np

from spasmograph.measure.scores.clock import joined, seconds, seconds_before
from spasmograph.measure.scores.intervals import poisson_interval
from spasmograph.measure.scores.words import NO_TIME, Heading, norms, sided
from spasmograph.model import Event, Norm, Quality, Score
from spasmograph.terms import PER_MINUTE, EventKind, Side, Task


def blink_rate(*, events: Sequence[Event], quality: Quality, task: Task) -> Score:
    """Blinks per observed minute, with the exact Poisson interval and the published rates, those of the same task first."""
    blinks = [event for event in events if event.kind is EventKind.BLINK]
    return _rate(Heading(name="blink_rate", label="Blinks", unit=PER_MINUTE), blinks, quality, norms("blink_rate", task=task))


def contraction_rate(side: Side, *, events: Sequence[Event], quality: Quality) -> Score:
    """Contractions per observed minute whose side is exactly `side`, with the exact Poisson interval.

    A contraction of both sides counts for `both` alone. A train of brief ones counts once, as does each part of a contraction that unseen
    time cut in two.
    """
    return _rate(sided("contraction_rate", "Contractions", side, PER_MINUTE), contractions(events, side), quality)


def contractions(events: Sequence[Event], side: Side) -> list[Event]:
    """The contractions whose side is exactly `side`."""
    return [event for event in events if event.kind is EventKind.CONTRACTION and event.side is side]


def seen(events: Sequence[Event], quality: Quality) -> list[Event]:
    """The events of which any part lies in observed time."""
    observed = joined(quality.observed)
    edges_s = np.array([(event.onset_s, event.offset_s) for event in events]).reshape(-1, 2)
    overlap_s = np.diff(seconds_before(observed, edges_s), axis=1).ravel()
    return [event for event, shared_s in zip(events, overlap_s, strict=True) if shared_s > 0]


def _rate(heading: Heading, events: Sequence[Event], quality: Quality, published: tuple[Norm, ...] = ()) -> Score:
    """Events per observed minute."""
    observed_s = seconds(joined(quality.observed))
    if observed_s <= 0:
        return heading.untold(NO_TIME)
    count, minutes = len(seen(events, quality)), observed_s / 60
    low, high = poisson_interval(count)
    return heading.told(count / minutes, (low / minutes, high / minutes), observed_s, norms=published)
