"""A film and an EMG of the same face on one clock, and how far they agree.

The offset comes from movements and bursts that belong together: the onsets of the film's events are laid over the onsets of bursts of the same part
and side of the face, at every offset, and the one at which most find a partner is refined by their median distance; where several do as well, the
courses of movements and envelopes may tell them apart. Muscles work before the face moves, and no event can tell that delay from the clocks' offset:
so the interval of an offset found from events reaches as much further as a movement may come late, and only a stated offset lets the delay be
measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.patterns.activity import Activity, within
from spasmograph.measure.emg.patterns.courses import told_by_course
from spasmograph.measure.emg.patterns.shared_events import Clock, Strand, next_best, offsets_tried, shared_pairs, strands_of
from spasmograph.measure.scores.intervals import median_interval, share_interval, t_limit
from spasmograph.model import Alignment, Estimate, Floats, Measurement
from spasmograph.parameters import Parameters

_NAN = float("nan")
_NONE = Estimate(value=_NAN)
_MS, _PPM = 1000.0, 1e6
_FEW = "too few events of the same part and side of the face: {} in the film, {} bursts; at least {:.0f} of each are needed"
_NO_MATCH = "no offset brings enough events of the film and the EMG together: {} at most, where {:.0f} are needed"
_AMBIGUOUS = "two offsets fit nearly as well, {:.1f} s and {:.1f} s, as they do for events in a rhythm; state the offset"
_LAG_INSIDE = "the offset comes from the events, so that the delay of a movement after its burst is part of it"
_FEW_SHARED = "too few shared events to tell the delay"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is known of the clocks before film and EMG are compared."""

    offset: Estimate
    drift: Estimate
    clock: Clock
    pairs: int
    stated: bool


def align(film: Measurement, activities: Sequence[Activity], parameters: Parameters, *, offset_s: float | None = None) -> Alignment:
    """The film's clock against the recording's, and how movements and bursts agree.

    Args:
        film: what was measured in the film.
        activities: the muscles of the recording.
        parameters: the rule set.
        offset_s: what has to be added to the film's time, if it is known; otherwise it is found from the events, or refused with a reason.
    """
    strands = strands_of(film, activities)
    if offset_s is not None:
        offset = Estimate(value=offset_s, low=offset_s, high=offset_s)
        told = _Told(offset=offset, drift=_NONE, clock=Clock(offset_s=offset_s), pairs=0, stated=True)
        return _compared(film, strands, told, parameters)
    least = parameters["align_least_pairs"]
    shared = [strand for strand in strands if len(strand.film_s) and len(strand.emg_s)]
    counts = [len({int(index) for strand in shared for index in strand.film_index}), sum(len(strand.emg_s) for strand in shared)]
    if min(counts) < least:
        return _refused(film, _FEW.format(*counts, least))
    tried = offsets_tried(shared, parameters)
    best, other = tried[0], next_best(tried, tried[0], parameters)
    if best.pairs < least:
        return _refused(film, _NO_MATCH.format(best.pairs, least))
    clear = other.pairs <= best.pairs - parameters["align_second_spread"] * np.sqrt(best.pairs)
    chosen = best if clear else told_by_course(film, activities, tried, parameters)
    if chosen is None:
        return _refused(film, _AMBIGUOUS.format(best.offset_s, other.offset_s))
    told = _refined(strands, chosen.offset_s, parameters)
    return _compared(film, strands, told, parameters) if told.pairs >= least else _refused(film, _NO_MATCH.format(told.pairs, least))


def _refined(strands: Sequence[Strand], offset_s: float, parameters: Parameters) -> _Told:
    """Offset and drift from the pairs around a first offset, in ever closer reach."""
    told = _closer(strands, Clock(offset_s=offset_s), parameters["align_first_reach_s"], parameters)
    for _ in range(2):
        told = _closer(strands, told.clock, parameters["align_reach_s"], parameters)
    return told


def _closer(strands: Sequence[Strand], clock: Clock, reach_s: float, parameters: Parameters) -> _Told:
    """The clock by the pairs within a reach of the one so far."""
    film_s, apart_s = shared_pairs(strands, clock, reach_s)
    if not len(film_s):
        return _Told(offset=_NONE, drift=_NONE, clock=clock, pairs=0, stated=False)
    drift, middle_s = _drift(film_s, apart_s, parameters), float(np.median(film_s))
    slope = 0.0 if np.isnan(drift.value) else drift.value / _PPM
    left_s = apart_s - slope * (film_s - middle_s)
    level_s = float(np.median(left_s))
    low_s, high_s = median_interval(left_s, np.zeros(len(left_s), dtype=bool))
    # A movement comes after its burst: the true offset may be as much greater as that takes.
    offset = Estimate(value=level_s, low=low_s, high=high_s + parameters["align_delay_s"])
    return _Told(offset=offset, drift=drift, clock=Clock(offset_s=level_s, middle_s=middle_s, slope=slope), pairs=len(film_s), stated=False)


def _drift(film_s: Floats, apart_s: Floats, parameters: Parameters) -> Estimate:
    """By how many millionths the recording's clock runs faster than the film's (Theil and Sen), with an interval by drawing events again."""
    if len(film_s) < parameters["align_drift_pairs"] or np.ptp(film_s) < parameters["align_drift_s"]:
        return _NONE
    random = np.random.default_rng(len(film_s))
    chosen = random.integers(0, len(film_s), size=(2, int(parameters["align_drift_work"])))
    value = _slope(film_s, apart_s, chosen)
    drawn = [random.integers(0, len(film_s), len(film_s)) for _ in range(int(parameters["align_drift_replicates"]))]
    found = [_slope(film_s[one], apart_s[one], chosen) for one in drawn]
    reach = float(np.std(found)) * t_limit(len(film_s))
    return Estimate(value=value * _PPM, low=(value - reach) * _PPM, high=(value + reach) * _PPM)


def _slope(film_s: Floats, apart_s: Floats, chosen: NDArray[np.int64]) -> float:
    """The median slope between pairs of events that lie at least a third of the recording apart."""
    x, y = (one[chosen[1]] - one[chosen[0]] for one in (film_s, apart_s))
    far = np.abs(x) >= np.ptp(film_s) / 3
    return float(np.median(y[far] / x[far]))


def _compared(film: Measurement, strands: Sequence[Strand], told: _Told, parameters: Parameters) -> Alignment:
    """How movements and bursts agree on a known clock, over the time that both saw."""
    forth, back = _shares(strands, told.clock, parameters)
    lag = _lag(strands, told.clock, parameters) if told.stated else _NONE
    reason = _LAG_INSIDE if not told.stated else _FEW_SHARED if np.isnan(lag.low) else ""
    return Alignment(
        film=film.recording.name,
        offset_s=told.offset,
        stated=told.stated,
        pairs=told.pairs or len(shared_pairs(strands, told.clock, parameters["align_reach_s"])[0]),
        lag_ms=lag,
        agreement=forth,
        agreement_bursts=back,
        reason=reason,
        drift_ppm=told.drift,
    )


def _shares(strands: Sequence[Strand], clock: Clock, parameters: Parameters) -> tuple[Estimate, Estimate]:
    """The share of the film's events with a burst, and of the bursts with one of the film's events; an event counts once for all its muscles."""
    met: dict[int, bool] = {}
    bursts: list[bool] = []
    for strand in strands:
        film_s, film_seen = clock.here(strand.film_s), clock.here(strand.film_seen)
        slack_s = parameters["align_slack_s"]
        seen = within(film_s[:, 0], strand.emg_seen)
        for index, has in zip(strand.film_index[seen], _meets(film_s[seen], strand.emg_s, slack_s), strict=True):
            met[int(index)] = met.get(int(index), False) or bool(has)
        visible = strand.emg_s[within(strand.emg_s[:, 0], film_seen)]
        bursts += _meets(visible, film_s, slack_s).tolist()
    return _share(list(met.values())), _share(bursts)


def _meets(these: Floats, those: Floats, slack_s: float) -> NDArray[np.bool_]:
    """Which of these spans overlap any of those, or come so close to one."""
    if not (len(these) and len(those)):
        return np.zeros(len(these), dtype=bool)
    latest = np.maximum.accumulate(those[:, 1])
    before = np.searchsorted(those[:, 0], these[:, 1] + slack_s, side="right") - 1
    return (before >= 0) & (latest[before] >= these[:, 0] - slack_s)


def _share(hits: Sequence[bool]) -> Estimate:
    if not hits:
        return _NONE
    low, high = share_interval(sum(hits), len(hits))
    return Estimate(value=sum(hits) / len(hits), low=low, high=high)


def _lag(strands: Sequence[Strand], clock: Clock, parameters: Parameters) -> Estimate:
    """The median time from a burst's onset to that of its movement, in milliseconds."""
    _, apart_s = shared_pairs(strands, clock, parameters["align_first_reach_s"])
    if not len(apart_s):
        return _NONE
    lag_ms = (clock.offset_s - apart_s) * _MS
    low, high = median_interval(lag_ms, np.zeros(len(lag_ms), dtype=bool))
    return Estimate(value=float(np.median(lag_ms)), low=low, high=high)


def _refused(film: Measurement, reason: str) -> Alignment:
    return Alignment(
        film=film.recording.name, offset_s=_NONE, stated=False, pairs=0, lag_ms=_NONE, agreement=_NONE, agreement_bursts=_NONE, reason=reason
    )
