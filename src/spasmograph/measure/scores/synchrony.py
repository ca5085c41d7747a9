"""What moves together: the two eyelids, and the eye and the mouth of one side, each against what chance gives.

Two movements in one face share some time by chance, and a landmark model may couple them a little. Both are measured by shifting one
signal against the other, around the end of the recording, by lags beyond the parameter `synchrony_lag_s`: what is left at such lags is not
synchrony. Signals are compared in bins of `synchrony_bin_s` of seen time, so that the frame rate makes no difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.scores.clock import cells, equal_bins, joined, outside, summed
from spasmograph.measure.scores.intervals import Interval, block_bins, fisher_z, ratio_interval, resampled, t_limit
from spasmograph.measure.scores.words import NO_TIME, PROBABILITY, Heading, sided
from spasmograph.model import Event, Floats, Quality, Score, Signals, Span
from spasmograph.parameters import Parameters
from spasmograph.terms import FRACTION, INDEX, EventKind, Side

_STILL = "nothing to compare: one of the two did not move"
_SHORT = "too little time was seen to tell synchrony from chance"
_MISSING = "one of the two was not measured"
_LEAST_BLOCKS = 4
_MOST_LAGS = 2000
_NO_SPREAD = 1e-9
_EXACT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two movements side by side in bins of seen time, (m,) each; `reason` says why they cannot be compared."""

    first: Floats
    second: Floats
    total_s: float
    reason: str = ""


def bilateral_synchrony(*, signals: Signals, events: Sequence[Event], quality: Quality, parameters: Parameters) -> tuple[Score, ...]:
    """How much of the eyelid activity is shared by both sides, 0-1, what chance gives, and how seldom chance gives as much.

    Activity is closure beyond the parameter `eyelid_activity`, outside blinks. The score is the activity that both sides have at the same time over
    the activity that either has (smaller over larger, added up over time): 1 both always alike, 0 never together.
    """
    level = parameters["eyelid_activity"]
    edge_s = parameters["synchrony_bin_s"]
    # An event's onset lies a little way up its flank; the rest of the blink goes with it.
    blinks = joined(Span(onset_s=one.onset_s - edge_s, offset_s=one.offset_s + edge_s) for one in events if one.kind is EventKind.BLINK)
    names = ("eye_closure_left", "eye_closure_right")
    pair = _pair(signals, names, (level, level), quality, parameters, without=blinks)
    shared, either = np.minimum(pair.first, pair.second), np.maximum(pair.first, pair.second)
    headings = (
        Heading(name="bilateral_synchrony", label="Eyelid activity shared by both sides", unit=FRACTION),
        Heading(name="bilateral_synchrony_null", label="The same by chance", unit=FRACTION),
        Heading(name="bilateral_synchrony_p", label="Chance gives as much", unit=PROBABILITY),
    )
    if pair.reason or np.sum(either) <= 0:
        return tuple(heading.untold(pair.reason or _STILL, pair.total_s) for heading in headings)
    interval = ratio_interval(shared, either, total_s=pair.total_s, parameters=parameters)
    value = float(np.sum(shared) / np.sum(either))
    return _against_chance(headings, value, interval, _shared_by_chance(pair, parameters), pair.total_s)


def eye_mouth_synchrony(side: Side, *, signals: Signals, quality: Quality, parameters: Parameters) -> tuple[Score, ...]:
    """How closely the mouth corner moves with the eyelid of the same side: their correlation, what chance gives, and how seldom as much.

    Correlated are the eyelid's closure beyond the parameter `eyelid_activity` (blinks included: a mouth that moves with each blink is what is
    looked for) and the mouth corner's excursion beyond `mouth_activity_mm` in either direction, from -1 to 1. Within
    chance, nothing is said about synkinesis.
    """
    names = (f"eye_closure_{side}", f"oral_commissure_excursion_{side}_mm")
    pair = _pair(signals, names, (parameters["eyelid_activity"], parameters["mouth_activity_mm"]), quality, parameters)
    headings = (
        sided("eye_mouth_synchrony", "Mouth moves with the eye", side, INDEX),
        sided("eye_mouth_synchrony_null", "The same by chance", side, INDEX),
        sided("eye_mouth_synchrony_p", "Chance gives as much", side, PROBABILITY),
    )
    still = not (np.any(pair.first > 0) and np.any(pair.second > 0))
    if pair.reason or still:
        return tuple(heading.untold(pair.reason or _STILL, pair.total_s) for heading in headings)
    value, chance = float(np.corrcoef(pair.first, pair.second)[0, 1]), _correlated_by_chance(pair, parameters)
    return _against_chance(headings, value, _correlation_interval(pair, chance, parameters), chance, pair.total_s)


def _pair(
    signals: Signals, names: tuple[str, str], levels: tuple[float, float], quality: Quality, parameters: Parameters, *, without: Floats | None = None
) -> Pair:
    """Both movements beyond their levels, in equal bins of the time in which both were measured; time in `without` is taken out."""
    nothing = np.zeros(0)
    if not set(names) <= set(signals):
        return Pair(first=nothing, second=nothing, total_s=0.0, reason=_MISSING)
    places = cells(signals.time_s, joined(quality.observed), cap_s=parameters["sample_reach_s"])
    places = places.where(np.isfinite(signals[names[0]] + signals[names[1]])[places.index])
    if without is not None:
        places = outside(places, without)
    total_s = float(np.sum(places.width_s))
    if total_s < 4 * parameters["synchrony_lag_s"]:
        return Pair(first=nothing, second=nothing, total_s=total_s, reason=_SHORT if total_s > 0 else NO_TIME)
    moved = [np.maximum(np.abs(signals[name][places.index]) - level, 0.0) * places.width_s for name, level in zip(names, levels, strict=True)]
    first, second = summed(places, moved, equal_bins(total_s, bin_s=parameters["synchrony_bin_s"]))
    return Pair(first=first, second=second, total_s=total_s)


def _lags(pair: Pair, parameters: Parameters) -> NDArray[np.intp]:
    """Shifts in bins that are longer than a coincidence could explain: all of them, or so many of them evenly spread."""
    count = len(pair.first)
    least = int(np.ceil(count * parameters["synchrony_lag_s"] / pair.total_s - _EXACT))
    every = np.arange(least, count - least + 1)
    return every[:: 1 + len(every) // _MOST_LAGS]


def _shared_by_chance(pair: Pair, parameters: Parameters) -> Floats:
    """The shared activity at every lag, smaller over larger; from the sum, since the larger and the smaller add up to both."""
    count, lags = len(pair.first), _lags(pair, parameters)
    twice = np.concatenate([pair.second, pair.second])
    active = np.flatnonzero(pair.first > 0)
    shared = np.array([np.sum(np.minimum(pair.first[active], twice[active + count - lag])) for lag in lags])
    return shared / (np.sum(pair.first) + np.sum(pair.second) - shared)


def _correlated_by_chance(pair: Pair, parameters: Parameters) -> Floats:
    """The correlation at every lag, by the Fourier transform."""
    first, second = ((one - np.mean(one)) / np.std(one) for one in (pair.first, pair.second))
    count = len(first)
    at_all_lags = np.fft.irfft(np.fft.rfft(first) * np.conj(np.fft.rfft(second)), count) / count
    return at_all_lags[_lags(pair, parameters)]


def _correlation_interval(pair: Pair, chance: Floats, parameters: Parameters) -> Interval:
    """The 95 % interval of the correlation: by Fisher's z, with t limits, from the block bootstrap; -1 to 1 with fewer than four blocks.

    Resampling cannot show what happened to be missing, such as a first coincidence; so its spread is taken to be at least that of chance.
    """
    x, y = ((one - np.mean(one)) / np.std(one) for one in (pair.first, pair.second))
    value = float(np.mean(x * y))
    block = block_bins(x * y - value * (x * x + y * y) / 2, pair.total_s, parameters)
    if len(x) < _LEAST_BLOCKS * block:
        return -1.0, 1.0
    moments = resampled(np.array([np.ones_like(x), x, y, x * x, y * y, x * y]), block=block, replicates=int(parameters["bootstrap_replicates"]))
    n, sx, sy, sxx, syy, sxy = moments
    spread = (n * sxx - sx * sx) * (n * syy - sy * sy)
    kept = spread > _NO_SPREAD * np.median(spread)
    z = fisher_z((n * sxy - sx * sy)[kept] / np.sqrt(spread[kept]))
    reach = max(float(np.std(z)), float(np.std(fisher_z(chance)))) * t_limit(len(x) // block)
    centre = float(fisher_z(value))
    return float(np.tanh(centre - reach)), float(np.tanh(centre + reach))


def _against_chance(
    headings: tuple[Heading, Heading, Heading], value: float, interval: Interval, chance: Floats, total_s: float
) -> tuple[Score, ...]:
    """The score, the middle and central 95 % of what chance gives, and the share of shifts that reach the score (itself counted as one)."""
    low, high = np.quantile(chance, (0.025, 0.975))
    p = (1 + float(np.sum(chance >= value - 1e-12))) / (1 + len(chance))
    scored, null, probability = headings
    return scored.told(value, interval, total_s), null.told(float(np.mean(chance)), (low, high), total_s), probability.told(p, (p, p), total_s)
