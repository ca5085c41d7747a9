"""Do bursts follow each other in a rhythm? The spectrum of their onsets, beside that of bursts whose pauses are left to chance.

The spectrum is that of a point process: 1 at every frequency for onsets at random moments, a peak where one burst foretells the next. A peak is
judged by how far it stands above its two flanks, at half and at one and a half times its frequency, since bursts in clusters raise all low
frequencies. Bursts left to chance keep their number, their durations, the shortest pause and, over a few bursts at a time, their rate: what a
muscle's recovery alone would do is no rhythm.

References:
    Cox and Lewis, The Statistical Analysis of Series of Events, 1966 (spectrum of a point process). Blackman and Tukey 1958 (lag window).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.patterns.activity import edges, same_span
from spasmograph.measure.scores.intervals import t_limit
from spasmograph.model import Burst, Estimate, Floats
from spasmograph.parameters import Parameters

_FEW = "fewer than {:.0f} bursts follow each other closely enough to look for a rhythm"
_NAN = float("nan")
_GRAIN_S = 0.005
# So many drawings are held at a time, so that memory stays small.
_AT_ONCE = 50
_STEP_HZ = 0.1
_HARMONICS = (3, 2)
_NEAR = 0.3
_DRAWINGS = 150  # enough for a standard deviation to within 6 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The strongest rhythm: its frequency, the share of the power there that onsets at random moments would not give, and how seldom chance does."""

    hz: Estimate
    strength: float
    probability: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """Bursts that follow each other without a pause: one entry an interval from onset to onset.

    `interval_s` and `least_s` (m,) the intervals and the shortest that each could have been; `run` (m,) which run it belongs to, `piece` (m,) which
    piece of a run of a few intervals.
    """

    interval_s: Floats
    least_s: Floats
    run: NDArray[np.intp]
    piece: NDArray[np.intp]


def find_rhythm(bursts: Sequence[Burst], observed: Floats, parameters: Parameters) -> Rhythm:
    """The strongest rhythm of the bursts between the parameters `rhythm_low_hz` and `rhythm_high_hz`, with a 95 % interval; NaN with too few bursts.

    Args:
        bursts: of one muscle, in order of time.
        observed: spans in which it was measured, (k, 2) in seconds.
        parameters: the rule set.
    """
    runs = _runs(edges(bursts), observed, parameters)
    if len(runs.interval_s) < parameters["rhythm_least_bursts"]:
        return Rhythm(hz=Estimate(value=_NAN), strength=_NAN, probability=_NAN, reason=_FEW.format(parameters["rhythm_least_bursts"]))
    random = np.random.default_rng(len(runs.interval_s))
    pairs = _lags(runs.interval_s[None], np.zeros((1, len(runs.run)), np.intp), runs, parameters)
    standing = _standing(pairs, len(runs.interval_s), parameters)[0]
    chance = _chance(runs, int(parameters["rhythm_surrogates"]), random, parameters)
    spread = np.std(chance, axis=0)
    surprise, by_chance = ((one - np.mean(chance, axis=0)) / spread for one in (standing, chance))
    probability = (1 + float(np.sum(np.max(by_chance, axis=1) >= np.max(surprise)))) / (1 + len(chance))
    grid_hz = _grid_hz(parameters)
    at = _fundamental(surprise, grid_hz)
    hz = _peak_hz(standing, grid_hz, grid_hz[at])
    power = 1 + 2 * float(pairs[0] @ (_window(parameters) * np.cos(2 * np.pi * hz * _delays_s(parameters)))) / len(runs.interval_s)
    low_hz, high_hz = _limits_hz(runs, hz, random, parameters)
    return Rhythm(hz=Estimate(value=hz, low=low_hz, high=high_hz), strength=max(0.0, 1 - 1 / max(power, 1.0)), probability=probability)


def _runs(times_s: Floats, observed: Floats, parameters: Parameters) -> _Runs:
    """The intervals between bursts, in runs that end at a pause or at unmeasured time; of very many, the first."""
    onsets_s = times_s[:, 0]
    interval_s = np.diff(onsets_s)
    close = (interval_s <= parameters["rhythm_pause_s"]) & same_span(onsets_s[:-1], onsets_s[1:], observed)
    run = np.cumsum(~close).astype(np.intp)
    counts = np.bincount(run[close], minlength=len(run) + 1)
    kept = close & (counts[run] >= parameters["rhythm_least_run"])
    kept &= np.cumsum(kept) <= parameters["rhythm_most_bursts"]
    interval_s, run, duration_s = interval_s[kept], run[kept], np.diff(times_s, axis=1)[:-1, 0][kept]
    if not len(interval_s):
        return _Runs(interval_s=interval_s, least_s=interval_s, run=run, piece=run)
    return _Runs(
        interval_s=interval_s,
        least_s=_least_s(interval_s, duration_s, parameters),
        run=run,
        piece=_pieces(run, int(parameters["rhythm_piece"])),
    )


def _least_s(interval_s: Floats, duration_s: Floats, parameters: Parameters) -> Floats:
    """The shortest that each interval could have been: bursts do not overlap, and neither pauses nor intervals come shorter than the shortest seen.

    Intervals that leave next to nothing to chance are a rhythm, whatever makes them so; hence recovery explains a share of them at most.
    """
    recovered_s = np.maximum(duration_s + np.min(interval_s - duration_s), np.min(interval_s))
    return np.minimum(interval_s, np.maximum(duration_s, np.minimum(recovered_s, parameters["rhythm_recovery"] * np.mean(interval_s))))


def _pieces(run: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Which piece of about `size` intervals each belongs to, counted from 0; the pieces of a run are of like length."""
    first = np.searchsorted(run, run)
    length = np.searchsorted(run, run, side="right") - first
    within_run = (np.arange(len(run)) - first) * np.maximum(1, length // size) // length
    new = np.concatenate([[False], (np.diff(run) != 0) | (np.diff(within_run) != 0)])
    return np.cumsum(new).astype(np.intp)


def _chance(runs: _Runs, count: int, random: np.random.Generator, parameters: Parameters) -> Floats:
    """The standing of each frequency (count, f) for bursts whose pauses within each piece are drawn anew, with the same sum."""
    starts = np.flatnonzero(np.concatenate([[True], np.diff(runs.piece) != 0]))
    free_s = np.add.reduceat(runs.interval_s - runs.least_s, starts)
    found = []
    for rows in np.diff(np.r_[0:count:_AT_ONCE, count]):
        drawn = random.exponential(size=(rows, len(runs.interval_s)))
        share = drawn / np.add.reduceat(drawn, starts, axis=1)[:, runs.piece]
        owner = np.broadcast_to(np.arange(rows)[:, None], drawn.shape)
        counted = _lags(runs.least_s + share * free_s[runs.piece], owner, runs, parameters)
        found.append(_standing(counted, len(runs.interval_s), parameters))
    return np.concatenate(found)


def _delays_s(parameters: Parameters) -> Floats:
    """The middles of the bins in which delays between bursts are counted."""
    return np.asarray((np.arange(round(parameters["rhythm_memory_s"] / _GRAIN_S)) + 0.5) * _GRAIN_S)


def _window(parameters: Parameters) -> Floats:
    """How much a delay counts: all at 0, nothing at the parameter `rhythm_memory_s` (von Hann)."""
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * _delays_s(parameters) / parameters["rhythm_memory_s"]))


def _grid_hz(parameters: Parameters) -> Floats:
    return np.arange(parameters["rhythm_low_hz"], parameters["rhythm_high_hz"] + _STEP_HZ / 2, _STEP_HZ)


def _lags(interval_s: Floats, owner: NDArray[np.intp], runs: _Runs, parameters: Parameters) -> Floats:
    """How often each delay occurs from a burst to any later one of its run, (owners, bins).

    `interval_s` is (rows, m), a row a train; `owner` (rows, m) the row of the result that the burst counts for.
    """
    count, bins = interval_s.shape[1], len(_delays_s(parameters))
    moments_s = np.cumsum(interval_s, axis=1)
    counted = np.zeros((int(owner.max()) + 1) * bins)
    for step in range(count):
        delay_s = moments_s[:, step:] - moments_s[:, : count - step] + interval_s[:, : count - step]
        near = (delay_s < parameters["rhythm_memory_s"]) & (runs.run[step:] == runs.run[: count - step])
        if not near.any():
            break
        delay = (delay_s[near] / _GRAIN_S).astype(np.intp)
        counted += np.bincount(owner[:, : count - step][near] * bins + np.clip(delay, 0, bins - 1), minlength=len(counted))
    return counted.reshape(-1, bins)


def _standing(counted: Floats, bursts: int, parameters: Parameters) -> Floats:
    """How far the spectrum stands above its flanks at each frequency, (rows, f)."""
    at, below, above = (np.cos(2 * np.pi * np.outer(_delays_s(parameters), factor * _grid_hz(parameters))) for factor in (1.0, 0.5, 1.5))
    # Not by matrix product: on a busy machine its threads wait for each other for longer than this takes.
    return np.asarray(np.einsum("rd,df->rf", counted * _window(parameters) * 2 / bursts, at - (below + above) / 2))


def _fundamental(surprise: Floats, grid_hz: Floats) -> int:
    """Where the strongest rhythm is; one that is there at a half or a third of the frequency as well is that one."""
    at = int(np.argmax(surprise))
    for part in _HARMONICS:
        near = np.flatnonzero(np.abs(grid_hz - grid_hz[at] / part) <= grid_hz[at] / part / 10)
        if len(near) and np.max(surprise[near]) >= surprise[at] / 2:
            return int(near[np.argmax(surprise[near])])
    return at


def _peak_hz(standing: Floats, grid_hz: Floats, near_hz: float) -> float:
    """The highest place of a spectrum near a frequency, between the points of the grid by a parabola."""
    near = np.flatnonzero(np.abs(grid_hz - near_hz) <= _NEAR * near_hz)
    at = int(near[np.argmax(standing[near])])
    if not 0 < at < len(grid_hz) - 1:
        return float(grid_hz[at])
    before, here, after = standing[at - 1 : at + 2]
    bend = before - 2 * here + after
    return float(grid_hz[at] + (_STEP_HZ * np.clip((before - after) / (2 * bend), -0.5, 0.5) if bend < 0 else 0.0))


def _limits_hz(runs: _Runs, hz: float, random: np.random.Generator, parameters: Parameters) -> tuple[float, float]:
    """The 95 % interval of the frequency, by drawing pieces of runs again; NaN with too few pieces."""
    count = int(runs.piece[-1]) + 1
    if count < parameters["rhythm_least_pieces"]:
        return _NAN, _NAN
    by_piece = _lags(runs.interval_s[None], runs.piece[None], runs, parameters)
    drawn = random.multinomial(count, np.full(count, 1 / count), size=_DRAWINGS)
    found = [_peak_hz(one, _grid_hz(parameters), hz) for one in _standing(drawn @ by_piece, len(runs.interval_s), parameters)]
    # A few pieces, drawn again, vary less than other few pieces would.
    reach_hz = float(np.std(found) * np.sqrt(count / (count - 1))) * t_limit(count)
    return max(0.0, hz - reach_hz), hz + reach_hz
