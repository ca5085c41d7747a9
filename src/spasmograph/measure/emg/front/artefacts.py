"""What an electrode shows that is no muscle: a limit reached, a dead line, a jump, a cable that moved, an electrode that came off.

None of it is judged by strength alone: a strong spasm is many times the noise as well. Each is told by what muscle cannot do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.front.conditioning import mirrored
from spasmograph.measure.emg.front.mains import Hum
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters
from spasmograph.terms import Reason

Mask = NDArray[np.bool_]

_SLOW_RATE_HZ = 200.0
_HOP_S = 0.05
_NEAR_S = 0.2
_CUT_S = 0.01
_LEAST_CUTS = 10
_SLOW_SLOPES_HZ = (1.0, 3.0), (12.0, 18.0)
_EDGE_SLOPES_HZ = (16.0, 24.0), (36.0, 44.0)
_CELL_S = 0.05
# Of a step's height: how much of it is left after some hundredths of a second, and how long the way there is at most.
_STAYS = 0.3
_WANDERS = 2.5
_TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinary:
    """What is ordinary on a channel: NaN or 0 where that is not known.

    `step_uv` is the least difference of two samples, `low_uv` and `high_uv` the limits of the amplifier, `flat_s` how long equal values may last by
    chance. `noise_uv` is the root mean square in its band while the muscle rests, `slow_uv` that of 2–15 Hz, `hum_uv` the amplitude of the mains.
    """

    step_uv: float = 0.0
    low_uv: float = float("nan")
    high_uv: float = float("nan")
    flat_s: float = 0.05
    noise_uv: float = float("nan")
    slow_uv: float = float("nan")
    hum_uv: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Stretches of equal samples, at least three of them: index of the first, number, value."""

    first: NDArray[np.intp]
    count: NDArray[np.intp]
    value: Floats


def runs_of_equal(samples: Floats) -> Runs:
    """Stretches in which a sample is followed by two or more like it."""
    same = samples[1:] == samples[:-1]
    triple = np.flatnonzero(same[1:] & same[:-1])
    begins = np.diff(triple, prepend=-2) > 1
    first = triple[begins]
    last = triple[np.append(begins[1:], True)] if len(triple) else triple
    return Runs(first=first, count=last - first + 3, value=samples[first])


def raw_faults(samples_uv: Floats, *, rate_hz: float, ordinary: Ordinary, parameters: Parameters) -> dict[Reason, Mask]:
    """Where raw samples (n,) cannot be muscle, by reason: gaps, limits reached, dead lines, pops and jumps.

    NaN is a gap. What several reasons hold for counts under the first of them.
    """
    runs = runs_of_equal(samples_uv)
    limited = at_limit(samples_uv, runs, rate_hz, ordinary, parameters)
    # Muscle swings to both sides and never stays at a limit.
    stuck = limited & (runs.count > parameters["lost_stuck_s"] * rate_hz)
    flat = ~limited & (runs.count > ordinary.flat_s * rate_hz)
    faults = {
        Reason.GAP: np.isnan(samples_uv),
        Reason.ELECTRODE_LOST: _spread(len(samples_uv), runs, stuck, round(parameters["step_beside_s"] * rate_hz)),
        Reason.FLAT: _spread(len(samples_uv), runs, flat, 0),
        Reason.CLIPPED: _clipped(len(samples_uv), runs, limited, rate_hz, parameters),
        Reason.MOVEMENT_ARTEFACT: _jumps(samples_uv, rate_hz, ordinary, parameters),
    }
    return {reason: mask for reason, mask in faults.items() if mask.any()}


def at_limit(samples_uv: Floats, runs: Runs, rate_hz: float, ordinary: Ordinary, parameters: Parameters) -> Mask:
    """Which runs lie at a limit of the amplifier: the one known, or an extreme value that is held again and again."""
    least = max(3, int(np.ceil(parameters["clip_least_s"] * rate_hz)))
    long = runs.count >= least
    if not long.any():
        return long
    known = (runs.value >= ordinary.high_uv - ordinary.step_uv / 2) | (runs.value <= ordinary.low_uv + ordinary.step_uv / 2)
    middle = float(np.nanmedian(samples_uv[:: max(1, len(samples_uv) // 4096)]))
    near = parameters["clip_least_steps"] * ordinary.step_uv + 4 * (0 if np.isnan(ordinary.noise_uv) else ordinary.noise_uv)
    for most in (np.nanmax, np.nanmin):
        extreme = float(most(runs.value[long]))
        there = long & (runs.value == extreme)
        again = there.sum() > 1 or (runs.count[there] >= 2 * least).any()
        if abs(extreme - middle) > near and again and extreme == most(samples_uv):
            known = known | there
    return long & known


def _clipped(count: int, runs: Runs, limited: Mask, rate_hz: float, parameters: Parameters) -> Mask:
    """Runs at a limit and a little beside them; all of a stretch of which the limit has cut off a good part."""
    mask = _spread(count, runs, limited, round(parameters["clip_beside_s"] * rate_hz))
    if not mask.any():
        return mask
    length = max(1, round(_CELL_S * rate_hz))
    cells = np.pad(mask, (0, -len(mask) % length)).reshape(-1, length)
    mostly: Mask = np.repeat(cells.mean(axis=1) > parameters["clip_most_share"], length)[: len(mask)]
    return np.logical_or(mask, mostly)


def _spread(count: int, runs: Runs, chosen: Mask, beside: int) -> Mask:
    """The chosen runs as a mask (count,), with some samples on both sides."""
    first = np.maximum(runs.first[chosen] - beside, 0)
    stop = np.minimum(runs.first[chosen] + runs.count[chosen] + beside, count)
    return _between(count, first, stop)


def _between(count: int, first: NDArray[np.intp], stop: NDArray[np.intp]) -> Mask:
    if len(first) == 0:
        return np.zeros(count, np.bool_)
    edges = np.bincount(first, minlength=count + 1) - np.bincount(stop, minlength=count + 1)
    return np.cumsum(edges)[:count] > 0


def _jumps(samples: Floats, rate_hz: float, ordinary: Ordinary, parameters: Parameters) -> Mask:
    """Pops of a sample or two, and steps of the baseline: sudden, and far above all that is within some hundredths of a second."""
    reach = max(4, round(0.02 * rate_hz))
    near = max(1, int(parameters["pop_longest_s"] * rate_hz))
    at = _sudden(samples, rate_hz, ordinary, parameters)
    at = at[(at >= reach + near) & (at < len(samples) - reach - 2 * near - 1)]
    if len(at) == 0:
        return np.zeros(len(samples), np.bool_)
    before = samples[at[:, None] + np.arange(-reach, 0) + 1 - near]
    after = samples[at[:, None] + np.arange(reach) + 1 + near]
    left, right = before.mean(axis=1), after.mean(axis=1)
    # Not the whole range: a pop decays, a step may be one of two.
    noise = np.minimum(np.ptp(before, axis=1), np.ptp(after, axis=1)) + _TINY
    height = np.abs(samples[at + 1] - samples[at])
    large = height > parameters["jump_least_ratio"] / 4 * noise
    step = large & (np.abs(right - left) > _STAYS * height) & (np.abs(np.diff(after, axis=1)).sum(axis=1) < _WANDERS * height)
    middle = samples[at[:, None] + np.arange(1 - near, 1 + near)] - ((left + right) / 2)[:, None]
    beyond = np.maximum(np.abs(before - left[:, None]).max(axis=1), np.abs(after - right[:, None]).max(axis=1))
    pop = large & ~step & (np.abs(middle).max(axis=1) > parameters["jump_least_ratio"] / 4 * beyond)
    beside = np.where(step, round(parameters["step_beside_s"] * rate_hz), near)[step | pop]
    at = at[step | pop]
    return _between(len(samples), np.maximum(at - beside, 0), np.minimum(at + 2 + beside, len(samples)))


def _sudden(samples: Floats, rate_hz: float, ordinary: Ordinary, parameters: Parameters) -> NDArray[np.intp]:
    """Indices after which the signal changes by much more than anywhere near, at most one in each hundredth of a second."""
    change = np.diff(samples)
    np.abs(change, out=change)
    length = max(4, round(_CUT_S * rate_hz))
    if len(change) < _LEAST_CUTS * length:
        return np.empty(0, np.intp)
    rows = change[: len(change) // length * length].reshape(-1, length)
    top = np.nan_to_num(_highest(rows))
    # The neighbours next to it may hold a part of the same jump.
    around = np.concatenate([top[:1].repeat(3), top, top[-1:].repeat(3)])
    beside = np.maximum(np.maximum(around[:-6], around[1:-5]), np.maximum(around[5:-1], around[6:]))
    least = parameters["jump_least_ratio"] * np.maximum(beside, ordinary.step_uv)
    cells = np.flatnonzero((top > least) & (top > 0))
    return np.asarray(cells * length + rows[cells].argmax(axis=1), np.intp)


def _highest(rows: Floats) -> Floats:
    """The largest of each of many short rows: halves against halves, then column by column, which is quicker than row by row."""
    while rows.shape[1] % 2 == 0:
        rows = np.maximum(rows[:, ::2], rows[:, 1::2])
    highest: Floats = np.maximum.reduce(list(rows.T))
    return highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a channel does over time, a value each twentieth of a second (k,): root mean squares in microvolts.

    `slow` is of 2–15 Hz, `edge` of 20–40 Hz, `band` of all that is kept.
    """

    hop: int
    slow: Floats
    edge: Floats
    band: Floats


def course(bridged_uv: Floats, clean_uv: Floats, *, rate_hz: float) -> Course:
    """How strong a channel (n,) is in three bands, each twentieth of a second."""
    every = max(1, round(rate_hz / _SLOW_RATE_HZ))
    cells = max(1, round(_HOP_S * rate_hz / every))
    hop = every * cells
    count = -(-len(clean_uv) // hop)
    thin = _padded(bridged_uv, count * hop).reshape(-1, every) @ np.full(every, 1 / every)
    slow, edge = _two_bands(thin, rate_hz / every)
    rows = _padded(clean_uv, count * hop).reshape(count, hop)
    return Course(hop=hop, slow=_rms(slow, cells), edge=_rms(edge, cells), band=np.sqrt(np.einsum("ij,ij->i", rows, rows) / hop))


def _padded(samples: Floats, count: int) -> Floats:
    return np.pad(samples, (0, count - len(samples)), mode="edge") if count > len(samples) else samples


def _two_bands(thin: Floats, rate_hz: float) -> tuple[Floats, Floats]:
    """2–15 Hz and 20–40 Hz of a signal, with slopes that are soft enough not to ring."""
    from scipy.fft import dct, idct

    beyond = round(rate_hz)
    around = mirrored(thin, beyond)
    spectrum = dct(around)
    slow, edge = idct(spectrum * _gains(len(around), rate_hz), overwrite_x=True)[:, beyond : beyond + len(thin)]
    return slow, edge


@lru_cache(maxsize=8)
def _gains(count: int, rate_hz: float) -> Floats:
    """What each of the two bands keeps of a cosine spectrum, (2, count)."""
    hz = np.arange(count) * rate_hz / 2 / count
    return np.stack([_slope(hz, *rise) * (1 - _slope(hz, *fall)) for rise, fall in (_SLOW_SLOPES_HZ, _EDGE_SLOPES_HZ)])


def _slope(hz: Floats, low: float, high: float) -> Floats:
    """From 0 below `low` to 1 above `high`."""
    slope: Floats = np.sin(np.pi / 2 * np.clip((hz - low) / (high - low), 0, 1)) ** 2
    return slope


def _rms(values: Floats, cells: int) -> Floats:
    rms: Floats = np.sqrt((values**2).reshape(-1, cells) @ np.full(cells, 1 / cells))
    return rms


def disturbances(found: Course, hum: Hum | None, *, count: int, rate_hz: float, ordinary: Ordinary, parameters: Parameters) -> Mapping[Reason, Mask]:
    """Where a conditioned stretch (count,) shows a moving electrode or one that came off rather than muscle."""
    masks = {
        Reason.ELECTRODE_LOST: np.zeros(count, np.bool_) if hum is None else _lost(hum, count, rate_hz, ordinary, parameters),
        Reason.MOVEMENT_ARTEFACT: _moved(found, count, rate_hz, ordinary, parameters) | _touched(hum, count, rate_hz, ordinary, parameters),
    }
    return {reason: mask for reason, mask in masks.items() if mask.any()}


def _moved(found: Course, count: int, rate_hz: float, ordinary: Ordinary, parameters: Parameters) -> Mask:
    """Slow excursions far above the ordinary whose upper end reaches into the band, without what muscle has further up."""
    from scipy.ndimage import maximum_filter1d

    near = 2 * round(_NEAR_S * rate_hz / found.hop) + 1
    slow, edge, band = (_widest(values) for values in (found.slow, found.edge, found.band))
    # Muscle beside it reaches over into slow waves that have no sharp ends.
    excursion = slow > np.maximum(
        parameters["movement_least_ratio"] * ordinary.slow_uv, parameters["movement_over_band"] * maximum_filter1d(band, near)
    )
    no_muscle = (edge > parameters["movement_edge_share"] * band) & (band > parameters["movement_least_band"] * ordinary.noise_uv)
    return _in_samples(_grown(excursion & no_muscle, 2), found.hop, count)


def _widest(values: Floats) -> Floats:
    """Root mean square over three values, so that a wave is judged as a whole."""
    square = values**2
    power = np.concatenate([square[:1], square, square[-1:]])
    smooth: Floats = np.sqrt((power[:-2] + power[1:-1] + power[2:]) / 3)
    return smooth


def _lost(hum: Hum, count: int, rate_hz: float, ordinary: Ordinary, parameters: Parameters) -> Mask:
    """Hum that jumps to a multiple and is nearly all there is, for half a second at least."""
    level = parameters["lost_least_ratio"] * max(ordinary.hum_uv, 0.0 if np.isnan(ordinary.noise_uv) else ordinary.noise_uv)
    loud = (hum.amplitude_uv > level) & (hum.share > parameters["lost_least_share"])
    least = max(1, round(parameters["lost_least_s"] / hum.step_s))
    return _in_samples(_grown(_lasting(loud, least), 2), round(hum.step_s * rate_hz), count)


def _touched(hum: Hum | None, count: int, rate_hz: float, ordinary: Ordinary, parameters: Parameters) -> Mask:
    """Hum that changes from one moment to the next by more than the noise, as when a cable is touched: what is left of it looks like a burst."""
    if hum is None:
        return np.zeros(count, np.bool_)
    jumped = hum.jump_uv > parameters["hum_jump_ratio"] * ordinary.noise_uv
    return _in_samples(_grown(jumped, 1), round(hum.step_s * rate_hz), count)


def _lasting(chosen: Mask, least: int) -> Mask:
    """Only what holds for so many values in a row."""
    edges = np.flatnonzero(np.diff(chosen.astype(np.int8), prepend=0, append=0))
    first, stop = edges[::2], edges[1::2]
    long = stop - first >= least
    return _between(len(chosen), first[long].astype(np.intp), stop[long].astype(np.intp))


def _grown(chosen: Mask, by: int) -> Mask:
    where = np.flatnonzero(chosen)
    return _between(len(chosen), np.maximum(where - by, 0), np.minimum(where + by + 1, len(chosen)))


def _in_samples(chosen: Mask, hop: int, count: int) -> Mask:
    if not chosen.any():
        return np.zeros(count, np.bool_)
    return np.pad(np.repeat(chosen, hop), (0, max(0, count - len(chosen) * hop)))[:count]
