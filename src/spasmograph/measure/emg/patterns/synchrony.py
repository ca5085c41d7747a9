"""Do the bursts of two muscles begin together, more often than chance makes them?

Chance has three faces, and bursts are synchronous only if all three give as much too seldom. One muscle's bursts are shifted in short blocks of the
time in which both muscles were measured, each block by an amount of its own and around its ends: so each muscle keeps its own bursts, their
distances and how busy it was at the time. They are shifted all by the same amount: so two rhythms of the same frequency do not count
as one. And onsets that are together are compared with those a little further apart: so two muscles that take part in the same movement, each at
its own moment, do not count either.

References:
    Amarasingham, Harrison, Hatsopoulos and Geman, J Neurophysiol 2012 (conditional modelling by jitter).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.patterns.activity import Activity, Waveform, both, edges, within
from spasmograph.measure.emg.patterns.crosstalk import CrossTalk, cross_talk
from spasmograph.measure.scores.clock import equal_bins, seconds, seconds_before
from spasmograph.measure.scores.intervals import median_interval, ratio_interval
from spasmograph.model import Estimate, Floats, Synchrony, Together
from spasmograph.parameters import Parameters
from spasmograph.terms import Side

_NAN = float("nan")
_NONE = Estimate(value=_NAN)
_APART_S = 10.0
_MS = 1000.0
_AROUND = 3
_TAILS = (0.025, 0.975)
_SHORT = "the two were measured together for {:.0f} s; at least {:.0f} s are needed"
_FEW = "one of the two has only {} bursts in the time in which both were measured; at least {:.0f} are needed"
_UNDECIDED = "more than chance gives in most cases, but not enough to tell"

Indices = NDArray[np.intp]


def measure_synchrony(activities: Sequence[Activity], waveform: Waveform | None, parameters: Parameters) -> tuple[Synchrony, ...]:
    """Every pair of muscles of one side, every muscle with the same one of the other side, and every pair of which a muscle or side is not known."""
    pairs = [(first, second) for first, second in combinations(activities, 2) if _compared(first, second)]
    return tuple(pair_synchrony(first, second, waveform, parameters) for first, second in pairs)


def pair_synchrony(first: Activity, second: Activity, waveform: Waveform | None, parameters: Parameters) -> Synchrony:
    """What the bursts of two muscles share, with what chance gives, and whether it may be one muscle seen by both electrodes.

    Without a `waveform` cross-talk cannot be told from synchrony, so that neither is said.
    """
    time = both(first.observed, second.observed)
    starts_s = [_onsets(one, time) for one in (first, second)]
    fewest, least = min(len(one) for one in starts_s), parameters["synchrony_least_bursts"]
    if seconds(time) < parameters["synchrony_least_s"]:
        return _untold(first, second, _SHORT.format(seconds(time), parameters["synchrony_least_s"]))
    if fewest < least:
        return _untold(first, second, _FEW.format(fewest, least))
    here, there = partners(starts_s[0], starts_s[1], window_s=parameters["synchrony_window_s"])
    chances = [share / fewest for share in _by_chance(starts_s[0], starts_s[1], time, parameters)]
    limits = np.quantile(chances, _TAILS, axis=1)
    probabilities = [(1 + float(np.sum(chance >= len(here) / fewest - 1e-9))) / (1 + len(chance)) for chance in chances]
    told = Synchrony(
        first=first.label,
        second=second.label,
        pairs=len(here),
        shared=_shared(starts_s, (here, there), time, parameters),
        null_low=float(np.min(limits[0])),
        null_high=min(1.0, float(np.max(limits[1]))),
        probability=max(*probabilities, _against_neighbours(starts_s[0], starts_s[1], parameters["synchrony_window_s"])),
        lag_ms=_median_ms((starts_s[1][there] - starts_s[0][here]) * _MS),
        same_waveform=_NAN,
        together=Together.NOT_TOLD,
    )
    return _judged(told, starts_s[0][here], (first, second), waveform, parameters)


def partners(first_s: Floats, second_s: Floats, *, window_s: float) -> tuple[Indices, Indices]:
    """Which moments of two sorted lists are each other's nearest and at most so far apart: indices into the first and into the second."""
    nothing = np.zeros(0, np.intp)
    if not (len(first_s) and len(second_s)):
        return nothing, nothing
    forth, back = _nearest(first_s, second_s), _nearest(second_s, first_s)
    here = np.flatnonzero((back[forth] == np.arange(len(first_s))) & (np.abs(second_s[forth] - first_s) <= window_s + 1e-9))
    return here, forth[here]


def _nearest(these_s: Floats, those_s: Floats) -> Indices:
    """For each of these moments the index of the nearest of those."""
    after = np.clip(np.searchsorted(those_s, these_s), 1, max(1, len(those_s) - 1))
    if len(those_s) == 1:
        return np.zeros(len(these_s), np.intp)
    return after - (these_s - those_s[after - 1] < those_s[after] - these_s)


def _compared(first: Activity, second: Activity) -> bool:
    if None in {first.muscle, first.side, second.muscle, second.side}:
        return True
    return first.side is second.side or first.muscle is second.muscle or Side.BOTH in {first.side, second.side}


def _onsets(activity: Activity, time: Floats) -> Floats:
    """When bursts began, of those whose onset was seen within the time."""
    onsets_s = edges([burst for burst in activity.bursts if not burst.censored])[:, 0]
    return np.asarray(onsets_s[within(onsets_s, time)])


def _by_chance(first_s: Floats, second_s: Floats, time: Floats, parameters: Parameters) -> Floats:
    """How many partners chance makes, (2, replicates): the second train shifted in blocks of the time that both saw, and as a whole."""
    total_s, block_s = seconds(time), parameters["synchrony_block_s"]
    first, second = (seconds_before(time, one) for one in (first_s, second_s))
    most = parameters["synchrony_most_work"] / max(len(first), len(second))
    count = int(np.clip(most, parameters["synchrony_least_shifts"], parameters["synchrony_shifts"]))
    random = np.random.default_rng((len(first) + len(second), count))
    block = np.floor(second / block_s)
    length_s = np.minimum(block_s, total_s - block * block_s)
    shift_s = random.random((count, int(total_s / block_s) + 1))[:, block.astype(np.intp)] * length_s
    whole_s = random.uniform(block_s, total_s / 2, (count, 1)) * random.choice((-1, 1), (count, 1))
    in_blocks = block * block_s + np.mod(second - block * block_s + shift_s, length_s)
    by_blocks, as_whole = (_partnered(first, shifted, total_s, parameters) for shifted in (np.sort(in_blocks, axis=1), second + whole_s))
    # What is shifted beyond an end has no partner there; around the end it would meet another phase of a rhythm.
    return np.array([by_blocks, as_whole * total_s / (total_s - np.abs(whole_s[:, 0]))])


def _partnered(first_s: Floats, shifted_s: Floats, total_s: float, parameters: Parameters) -> Indices:
    """How many partners each of many shifted trains (replicates, m) has, (replicates,)."""
    # All trains at once, laid one behind the other, too far apart to meet.
    apart_s = (np.arange(len(shifted_s)) * (2 * total_s + _APART_S))[:, None]
    here, _ = partners((first_s + apart_s).ravel(), (shifted_s + apart_s).ravel(), window_s=parameters["synchrony_window_s"])
    return np.bincount(here // len(first_s), minlength=len(shifted_s))


def _against_neighbours(first_s: Floats, second_s: Floats, window_s: float) -> float:
    """How seldom as many of the onsets within three windows lie within one, if all distances were as frequent there."""
    from scipy.special import bdtrc

    near, around = (
        int(np.sum(np.searchsorted(second_s, first_s + reach_s, side="right") - np.searchsorted(second_s, first_s - reach_s)))
        for reach_s in (window_s + 1e-9, _AROUND * window_s)
    )
    return float(bdtrc(near - 1, around, 1 / _AROUND)) if near else 1.0


def _shared(starts_s: Sequence[Floats], pairs: tuple[Indices, Indices], time: Floats, parameters: Parameters) -> Estimate:
    """The share of the rarer muscle's bursts that have a partner, with an interval that knows that bursts come in clusters."""
    rarer = 0 if len(starts_s[0]) <= len(starts_s[1]) else 1
    total_s = seconds(time)
    bins_s = equal_bins(total_s, bin_s=parameters["bootstrap_bin_s"])
    moments = seconds_before(time, starts_s[rarer])
    whole, part = (np.histogram(one, bins_s)[0].astype(float) for one in (moments, moments[pairs[rarer]]))
    low, high = ratio_interval(part, whole, total_s=total_s, parameters=parameters)
    return Estimate(value=float(np.sum(part) / np.sum(whole)), low=low, high=high)


def _median_ms(lags_ms: Floats) -> Estimate:
    if not len(lags_ms):
        return _NONE
    low, high = median_interval(lags_ms, np.zeros(len(lags_ms), dtype=bool))
    return Estimate(value=float(np.median(lags_ms)), low=low, high=high)


def _judged(told: Synchrony, pairs_s: Floats, muscles: tuple[Activity, Activity], waveform: Waveform | None, parameters: Parameters) -> Synchrony:
    """The same with a verdict: chance, one muscle seen twice, or two muscles together."""
    if told.probability > parameters["synchrony_probability"]:
        by_chance = told.shared.value <= told.null_high
        return replace(told, together=Together.BY_CHANCE) if by_chance else replace(told, reason=_UNDECIDED)
    found = cross_talk(pairs_s, muscles, waveform, parameters)
    return replace(told, same_waveform=found.same_waveform, copies=found.copies, together=_verdict(told, found), reason=found.reason)


def _verdict(told: Synchrony, found: CrossTalk) -> Together:
    """Synchrony if what is left without the copies is still more than chance gives."""
    if np.isnan(found.copies):
        return Together.NOT_TOLD
    return Together.SYNCHRONOUS if told.shared.value * (1 - found.copies) > told.null_high else Together.CROSS_TALK


def _untold(first: Activity, second: Activity, reason: str) -> Synchrony:
    return Synchrony(
        first=first.label,
        second=second.label,
        pairs=0,
        shared=_NONE,
        null_low=_NAN,
        null_high=_NAN,
        probability=_NAN,
        lag_ms=_NONE,
        same_waveform=_NAN,
        together=Together.NOT_TOLD,
        reason=reason,
    )
