"""Is it one muscle that both electrodes see? What is conducted through the tissue arrives at once and has the same waveform.

Two muscles that fire together have signals of their own motor units, which are not alike, however exactly their bursts begin together. So the
signal of the stronger channel is taken out of the weaker one, as far as one short filter for all shared bursts explains it; where a burst is left,
the muscle had one of its own.

References:
    Farina, Merletti and Enoka, J Appl Physiol 2004 (volume conduction and cross-talk in surface EMG).
"""

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from spasmograph.measure.emg.patterns.activity import Activity, Waveform
from spasmograph.model import Floats
from spasmograph.parameters import Parameters

_NAN = float("nan")
_MS = 1000.0
_RATE_PLACES = 1000
_JUST_S = 1e-6

_UNCHECKED = "whether it is one muscle seen by both electrodes could not be checked: {}"
_NO_WAVEFORM = "the signals are not at hand or their rate is too low"
_FEW = "only {} shared bursts have signals"
_COPY = "in {:.0%} of the shared bursts nothing is left of the weaker signal once the stronger one is taken out of it"
_LATE = "the two signals are alike, but {:.1f} ms apart, which is no volume conduction"
_APART = "the two signals are not alike: each muscle has bursts of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTalk:
    """How alike two signals are within shared bursts.

    `same_waveform` is the median correlation at zero lag without sign, `lag_ms` where they are most alike, `copies` the share of shared bursts in
    which the weaker muscle has none of its own; NaN if not checked.
    """

    same_waveform: float
    lag_ms: float
    copies: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """One shared burst: both signals within it and just before it, (2, n) and (2, k), the stronger muscle's first."""

    burst: Floats
    before: Floats


def cross_talk(pairs_s: Floats, muscles: tuple[Activity, Activity], waveform: Waveform | None, parameters: Parameters) -> CrossTalk:
    """How far shared bursts are one muscle's signal in both channels.

    Args:
        pairs_s: (n,) when the first muscle's shared bursts begin.
        muscles: the two.
        waveform: gives conditioned samples.
        parameters: the rule set.
    """
    if waveform is None or not min(one.rate_hz for one in muscles) >= parameters["rate_least_hz"]:
        return _unchecked(_NO_WAVEFORM)
    shared, rate_hz = _shared(pairs_s, muscles, waveform, parameters)
    if len(shared) < parameters["cross_talk_least_bursts"]:
        return _unchecked(_FEW.format(len(shared)))
    reach = max(1, round(parameters["cross_talk_lag_s"] * rate_hz))
    at_zero = np.array([_correlation(one.burst[0], one.burst[1]) for one in shared])
    chance = _chance(shared)
    lag_ms = _lag(shared, rate_hz, parameters) * _MS
    value = float(np.median(np.abs(at_zero)))
    found = CrossTalk(same_waveform=value, lag_ms=lag_ms, copies=0.0, reason=_APART)
    # Copies share their sign too, so that what they share adds up over bursts.
    if abs(float(np.mean(at_zero))) <= chance / np.sqrt(len(shared)):
        return found
    if abs(lag_ms) > reach / rate_hz * _MS:
        return CrossTalk(same_waveform=value, lag_ms=lag_ms, copies=0.0, reason=_LATE.format(abs(lag_ms)))
    copies = _copies(shared, max(1, round(parameters["cross_talk_filter_s"] * rate_hz)), parameters)
    return CrossTalk(same_waveform=value, lag_ms=lag_ms, copies=copies, reason=_COPY.format(copies))


def _unchecked(why: str) -> CrossTalk:
    return CrossTalk(same_waveform=_NAN, lag_ms=_NAN, copies=_NAN, reason=_UNCHECKED.format(why))


def _shared(pairs_s: Floats, muscles: tuple[Activity, Activity], waveform: Waveform, parameters: Parameters) -> tuple[list[_Shared], float]:
    """Both signals of shared bursts, spread over the recording if there are many, at the lower of the two rates, and that rate."""
    rate_hz = min(one.rate_hz for one in muscles)
    before_s, most = parameters["cross_talk_before_s"], int(parameters["cross_talk_most_bursts"])
    found = []
    for onset_s in pairs_s[:: max(1, -(-len(pairs_s) // most))]:
        offset_s = onset_s + _length_s(float(onset_s), muscles[0], parameters)
        # From a sample of the slower channel on, so that both begin at the same moment.
        begin_s = np.floor((onset_s - before_s) * rate_hz) / rate_hz
        signals = [_at_rate(waveform(one.label, begin_s, offset_s), one.rate_hz, rate_hz) for one in muscles]
        length, quiet = min(len(one) for one in signals), round(before_s * rate_hz)
        both = np.array([one[:length] for one in signals])
        if length >= quiet * 3 // 2 and np.isfinite(both).all():
            found.append(_Shared(burst=both[:, quiet:], before=both[:, : quiet * 3 // 4]))
    stronger = int(np.median([np.std(one.burst[0]) < np.std(one.burst[1]) for one in found]) > 1 / 2) if found else 0
    return ([_Shared(burst=one.burst[::-1], before=one.before[::-1]) for one in found] if stronger else found), rate_hz


def _length_s(onset_s: float, muscle: Activity, parameters: Parameters) -> float:
    """How long the burst that begins there lasts, within what is looked at."""
    after = bisect_left(muscle.bursts, onset_s - _JUST_S, key=lambda one: one.onset_s)
    burst = muscle.bursts[min(after, len(muscle.bursts) - 1)]
    return float(np.clip(burst.duration_s, parameters["cross_talk_shortest_s"], parameters["cross_talk_longest_s"]))


def _at_rate(samples: Floats, rate_hz: float, wanted_hz: float) -> Floats:
    """Samples at another, lower rate."""
    if rate_hz == wanted_hz or not len(samples) or not np.isfinite(samples).all():
        return np.asarray(samples, np.float64)
    from scipy.signal import resample_poly

    ratio = Fraction(wanted_hz / rate_hz).limit_denominator(_RATE_PLACES)
    return np.asarray(resample_poly(samples, ratio.numerator, ratio.denominator))


def _correlation(first: Floats, second: Floats) -> float:
    """From -1 to 1; 0 where one of the two does not vary. Conditioned signals have no mean to be taken out."""
    size = float(np.sqrt(np.sum(first**2) * np.sum(second**2)))
    return float(np.sum(first * second)) / size if size > 0 else 0.0


def _chance(shared: list[_Shared]) -> float:
    """The correlation without sign that the stronger signal of one burst and the weaker one of another reach in 99 of 100 cases."""
    found = []
    for step in range(1, min(len(shared), 1 + 400 // len(shared) + 1)):
        for one, other in zip(shared, shared[step:] + shared[:step], strict=True):
            length = min(one.burst.shape[1], other.burst.shape[1])
            found.append(abs(_correlation(one.burst[0][:length], other.burst[1][:length])))
    # Half normal: its 99 % point from its mean square, which a few values tell well.
    return 2.576 * float(np.sqrt(np.mean(np.square(found))))


def _lag(shared: list[_Shared], rate_hz: float, parameters: Parameters) -> float:
    """At which lag of the weaker signal the two are most alike over all shared bursts, in seconds."""
    most = round(parameters["cross_talk_search_s"] * rate_hz)
    lags = np.arange(-most, most + 1)
    alike = np.zeros(len(lags))
    for one in shared:
        middle = one.burst[0][most:-most]
        moved = np.lib.stride_tricks.sliding_window_view(one.burst[1], len(middle))
        size = np.sqrt(np.sum(middle**2) * np.sum(moved**2, axis=1))
        alike += np.divide(moved @ middle, size, out=np.zeros(len(lags)), where=size > 0)
    return float(lags[int(np.argmax(np.abs(alike)))]) / rate_hz


def _copies(shared: list[_Shared], reach: int, parameters: Parameters) -> float:
    """The share of shared bursts of which nothing is left once the stronger signal, through one filter, is taken out of the weaker one."""
    shifted = [_shifted(one.burst[0], reach) for one in shared]
    weaker = [one.burst[1][reach:-reach] for one in shared]
    filtered = np.linalg.lstsq(np.concatenate(shifted), np.concatenate(weaker), rcond=None)[0]
    left = np.array([np.mean((signal - source @ filtered) ** 2) for source, signal in zip(shifted, weaker, strict=True)])
    there = np.array([np.mean(signal**2) for signal in weaker])
    quiet = float(np.median([np.mean(one.before[1] ** 2) for one in shared]))
    own = (left > parameters["cross_talk_left"] ** 2 * quiet) & (left - quiet > parameters["cross_talk_left_share"] * (there - quiet))
    return float(1 - np.mean(own))


def _shifted(signal: Floats, reach: int) -> Floats:
    """The signal and its shifts by up to `reach` samples either way, (n - 2 reach, 2 reach + 1)."""
    return np.lib.stride_tricks.sliding_window_view(signal, 2 * reach + 1)
