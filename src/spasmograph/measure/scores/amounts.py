"""How much of the observed time: time in contractions, their burden, time with closed eyes, and which side has more of it."""

from collections.abc import Sequence

import numpy as np

from spasmograph.measure.scores.clock import cells, covered_s, equal_bins, joined, seconds, seconds_before, summed
from spasmograph.measure.scores.intervals import Interval, ratio_interval
from spasmograph.measure.scores.rates import contractions
from spasmograph.measure.scores.words import CLOSURE_SECONDS_PER_MINUTE, NO_CONTRACTION, NO_EYELIDS, NO_TIME, Heading, sided
from spasmograph.model import Event, Floats, Quality, Score, Signals, Span
from spasmograph.parameters import Parameters
from spasmograph.terms import FRACTION, INDEX, Region, Side


def contraction_time(side: Side, *, events: Sequence[Event], quality: Quality, parameters: Parameters) -> Score:
    """Share of the observed time that lies within contractions whose side is exactly `side`, of whatever region."""
    heading = sided("contraction_time", "Time in contractions", side, FRACTION)
    part_s, whole_s = _bins_s(contractions(events, side), quality, parameters), _bins_s(quality.observed, quality, parameters)
    observed_s = float(np.sum(whole_s))
    if observed_s <= 0:
        return heading.untold(NO_TIME)
    return heading.told(float(np.sum(part_s)) / observed_s, ratio_interval(part_s, whole_s, total_s=observed_s, parameters=parameters), observed_s)


def contraction_burden(side: Side, *, signals: Signals, events: Sequence[Event], quality: Quality, parameters: Parameters) -> Score:
    """Eyelid closure in contractions per observed minute: closure (0-1) integrated over their time, in closure-seconds a minute, 0-60.

    One second of a fully closed eye, or two seconds half closed, is 1. Contractions count whose side is exactly `side` and in which the
    eyelid took part; for `both` the closure is the mean of the two eyes. Time in which it was not measured leaves integral and minutes.
    """
    heading = sided("contraction_burden", "Eyelid closure in contractions", side, CLOSURE_SECONDS_PER_MINUTE)
    closures = _closures(signals, side)
    if closures is None:
        return heading.untold(NO_EYELIDS)
    lid_events = [event for event in contractions(events, side) if Region.EYELID in event.regions]
    share, (low, high), measured_s = _mean(np.mean(closures, axis=0), signals.time_s, quality, parameters, within=joined(lid_events))
    return heading.told(60 * share, (60 * low, 60 * high), measured_s) if measured_s > 0 else heading.untold(NO_TIME)


def eyes_closed_time(side: Side, *, signals: Signals, quality: Quality, parameters: Parameters) -> Score:
    """Share of the observed time in which the eye is closed to at least the parameter `closed_level`; for `both`, both eyes at once.

    Blinks count: this is the proportion of time with closed eyes. Time in which an eyelid was not measured is left out.

    References:
        Peterson et al., Neurology 2016.
    """
    name = "eyes_closed_time" if side is Side.BOTH else f"eyes_closed_time_{side}"
    heading = Heading(name=name, label="Both eyes closed" if side is Side.BOTH else f"Eye closed, {side}", unit=FRACTION)
    closures = _closures(signals, side)
    if closures is None:
        return heading.untold(NO_EYELIDS)
    closure = np.min(closures, axis=0)
    closed = np.where(np.isnan(closure), np.nan, closure >= parameters["closed_level"])
    share, interval, measured_s = _mean(closed, signals.time_s, quality, parameters)
    return heading.told(share, interval, measured_s) if measured_s > 0 else heading.untold(NO_TIME)


def laterality_index(*, events: Sequence[Event], quality: Quality, parameters: Parameters) -> Score:
    """Which side contracts for longer: -1 all left, 0 alike, +1 all right, of the time in one-sided contractions of any region.

    Contractions of both sides are left out; without a one-sided one there is nothing to compare and the index is NaN.
    """
    heading = Heading(name="laterality_index", label="One-sided time, from left (−1) to right (+1)", unit=INDEX)
    left_s, right_s = (_bins_s(contractions(events, side), quality, parameters) for side in (Side.LEFT, Side.RIGHT))
    observed_s, one_sided_s = seconds(joined(quality.observed)), left_s + right_s
    if np.sum(one_sided_s) <= 0:
        return heading.untold(NO_CONTRACTION if observed_s > 0 else NO_TIME, observed_s)
    low, high = ratio_interval(right_s, one_sided_s, total_s=observed_s, parameters=parameters)
    return heading.told(np.sum(right_s - left_s) / np.sum(one_sided_s), (2 * low - 1, 2 * high - 1), observed_s)


def _closures(signals: Signals, side: Side) -> list[Floats] | None:
    """The closure, 0-1, of the eye or the two eyes; None if one is missing."""
    names = [f"eye_closure_{one}" for one in (Side.LEFT, Side.RIGHT) if side in {one, Side.BOTH}]
    return [np.clip(signals[name], 0.0, 1.0) for name in names] if all(name in set(signals) for name in names) else None


def _bins_s(events: Sequence[Event | Span], quality: Quality, parameters: Parameters) -> Floats:
    """Seconds within the events, in equal bins of observed time."""
    observed = joined(quality.observed)
    covered = seconds_before(observed, joined(events))
    return np.diff(seconds_before(covered[covered[:, 1] > covered[:, 0]], equal_bins(seconds(observed), bin_s=parameters["bootstrap_bin_s"])))


def _mean(values: Floats, time_s: Floats, quality: Quality, parameters: Parameters, *, within: Floats | None = None) -> tuple[float, Interval, float]:
    """A 0-1 signal's mean over the seconds in which it was measured, its interval and those seconds; `within` says where it counts."""
    places = cells(time_s, joined(quality.observed), cap_s=parameters["sample_reach_s"])
    places = places.where(np.isfinite(values[places.index]))
    measured_s = float(np.sum(places.width_s))
    if measured_s <= 0:
        return np.nan, (np.nan, np.nan), 0.0
    counted_s = places.width_s if within is None else covered_s(places, within)
    edges_s = equal_bins(measured_s, bin_s=parameters["bootstrap_bin_s"])
    part_s, whole_s = summed(places, [values[places.index] * counted_s, places.width_s], edges_s)
    interval = ratio_interval(part_s, whole_s, total_s=measured_s, parameters=parameters)
    return float(np.sum(part_s) / np.sum(whole_s)), interval, measured_s
