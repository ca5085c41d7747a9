"""What single contractions are like: how long, how strong, and with the brow up or down."""

from collections.abc import Sequence

import numpy as np

from spasmograph.measure.scores.intervals import median_interval, share_interval, survival_median
from spasmograph.measure.scores.rates import contractions, seen
from spasmograph.measure.scores.words import NO_CONTRACTION, Heading, sided
from spasmograph.model import Event, Quality, Score, Signals
from spasmograph.parameters import Parameters
from spasmograph.terms import CLOSURE, FRACTION, MILLIMETRE, SECONDS, Region, Side

_FEW = "fewer than six contractions: too few for an interval of their median"
_OPEN_ABOVE = "contractions cut off by unseen time leave the upper limit open"
_MOSTLY_CUT = "half of the contractions or more were cut off by unseen time; the low limit still holds"


def contraction_duration_median(side: Side, *, events: Sequence[Event], quality: Quality) -> Score:
    """Median duration in seconds of the contractions of exactly this side, a train counting as one.

    A contraction cut off by unseen time (censored) lasted at least as long as it was seen: the median is that of Kaplan and Meier, the
    interval comes from the order of the durations and holds even if long contractions are cut off more often.
    """
    heading = sided("contraction_duration_median", "Median duration", side, SECONDS)
    chosen = seen(contractions(events, side), quality)
    if not chosen:
        return heading.untold(NO_CONTRACTION, quality.observed_s)
    durations_s, censored = np.array([event.duration_s for event in chosen]), np.array([event.censored for event in chosen])
    value, interval = survival_median(durations_s, censored), median_interval(durations_s, censored)
    return heading.told(value, interval, quality.observed_s, reason=_missing(value, interval))


def contraction_duration_longest(side: Side, *, events: Sequence[Event], quality: Quality) -> Score:
    """The longest contraction of exactly this side, in seconds.

    A fact about this recording, so both limits are the value itself, unless a contraction was cut off by unseen time: then the upper limit
    is NaN, because that one may have lasted longer.
    """
    heading = sided("contraction_duration_longest", "Longest", side, SECONDS)
    chosen = seen(contractions(events, side), quality)
    if not chosen:
        return heading.untold(NO_CONTRACTION, quality.observed_s)
    longest_s = max(event.duration_s for event in chosen)
    cut = any(event.censored for event in chosen)
    return heading.told(longest_s, (longest_s, np.nan if cut else longest_s), quality.observed_s, reason=_OPEN_ABOVE if cut else "")


def contraction_peak_closure(side: Side, *, events: Sequence[Event], quality: Quality) -> Score:
    """How far the eye closes at the peak of a contraction of exactly this side: the median over contractions, 0-1.

    Of contractions in which the eyelid took part; for `both` the mean of the two eyes.
    """
    return _peak(sided("contraction_peak_closure", "Eyelid closure at the peak", side, CLOSURE), Region.EYELID, side, events, quality)


def contraction_peak_mouth(side: Side, *, events: Sequence[Event], quality: Quality) -> Score:
    """How far the mouth corner moves at the peak of a contraction of exactly this side: the median over contractions, in mm.

    Of contractions in which the mouth took part, in whichever direction along the smile; for `both` the mean of the two corners.
    """
    return _peak(sided("contraction_peak_mouth", "Mouth corner at the peak", side, MILLIMETRE), Region.MOUTH, side, events, quality)


def brow_up_during_closure(side: Side, *, signals: Signals, events: Sequence[Event], quality: Quality, parameters: Parameters) -> Score:
    """Share of the eyelid contractions of exactly this side in which the brow of that side rises, as no closing eye makes it do.

    The brow counts as raised if its mean height, while the eye is closed at least half as far as at the peak, exceeds its median before
    the onset by more than the parameter `brow_rise_mm`. Contractions whose brow was not measured are left out. Clopper-Pearson interval.

    References:
        Pawlowski et al., Mov Disord 2013 (the "other Babinski sign").
    """
    heading = sided("brow_up_during_closure", "Brow seen to rise as the eye closes", side, FRACTION)
    if not {f"eye_closure_{side}", f"brow_height_{side}_mm"} <= set(signals):
        return heading.untold("the brow was not measured")
    chosen = [event for event in seen(contractions(events, side), quality) if Region.EYELID in event.regions]
    rises_mm = np.array([brow_rise_mm(event, side, signals, baseline_s=parameters["brow_baseline_s"]) for event in chosen])
    rises_mm = rises_mm[np.isfinite(rises_mm)]
    if not len(rises_mm):
        return heading.untold("the brow was not measured during a contraction" if chosen else NO_CONTRACTION, quality.observed_s)
    raised = int(np.sum(rises_mm > parameters["brow_rise_mm"]))
    return heading.told(raised / len(rises_mm), share_interval(raised, len(rises_mm)), quality.observed_s)


def brow_rise_mm(event: Event, side: Side, signals: Signals, *, baseline_s: float) -> float:
    """How much higher the brow of this side is while the eye is closed in the event than just before it, in mm; NaN if not measured."""
    first, onset, last = np.searchsorted(signals.time_s, (event.onset_s - baseline_s, event.onset_s, event.offset_s))
    brow_mm, closure = signals[f"brow_height_{side}_mm"][first:last], np.clip(signals[f"eye_closure_{side}"][first:last], 0.0, 1.0)
    known = np.isfinite(brow_mm) & np.isfinite(closure)
    before, during = known.copy(), known
    before[onset - first :], during[: onset - first] = False, False
    if not (before.any() and during.any()):
        return float("nan")
    during &= closure >= np.max(closure[during]) / 2
    stands_for_s = np.gradient(signals.time_s[first:last])
    return float(np.average(brow_mm[during], weights=stands_for_s[during]) - np.median(brow_mm[before]))


def _peak(heading: Heading, region: Region, side: Side, events: Sequence[Event], quality: Quality) -> Score:
    """The median over contractions of a region's peak."""
    chosen = [event for event in seen(contractions(events, side), quality) if region in event.regions]
    peaks = np.array([_region_peak(event, region, side) for event in chosen])
    peaks = peaks[np.isfinite(peaks)]
    if not len(peaks):
        return heading.untold(NO_CONTRACTION, quality.observed_s)
    interval = median_interval(peaks, np.zeros(len(peaks), dtype=bool))
    return heading.told(float(np.median(peaks)), interval, quality.observed_s, reason=_missing(0.0, interval))


def _region_peak(event: Event, region: Region, side: Side) -> float:
    """A region's peak in its own unit, the mean of both sides where the event is of both; NaN if it is not known."""
    suffix = "" if region is Region.EYELID else f"_{MILLIMETRE}"
    keys = [f"{region}_{one}{suffix}" for one in (Side.LEFT, Side.RIGHT) if side in {one, Side.BOTH}]
    return float(np.mean([abs(event.peaks.get(key, np.nan)) for key in keys]))


def _missing(value: float, interval: tuple[float, float]) -> str:
    """Which part of a median could not be told."""
    if np.isnan(value):
        return _MOSTLY_CUT
    if np.isnan(interval[0]):
        return _FEW
    return _OPEN_ABOVE if np.isnan(interval[1]) else ""
