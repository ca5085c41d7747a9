"""The noise of one EMG channel: its level between bursts, followed as it drifts, and what it can do by chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.bursts.shape import sharp_share, spectrum_of
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters

# Energy is looked at this densely: nothing is left of a band up to 450 Hz between these samples.
_GRID_HZ = 1000.0
_ROUNDS = 6
_SEGMENTS = 16
_FORGETTING = 0.9
_OLDEST = 1e-9
_SETTLED = 1e-6
_TILTS = 1 / (1 + np.geomspace(100.0, 1e-3, 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The noise as it is at one time.

    `power` in µV²; `freedom` the degrees of freedom of the energy within one frame; `freedoms` and `thresholds` those of each window and the energy,
    as a multiple of the noise's, that it reaches by chance as often as the design rate says. `spectrum` is that of noise of unit
    power, (257,) from 0 to half the rate; `sharp_share` what `Stretch.sharpened` leaves of its power.
    """

    power: float
    freedom: float
    freedoms: tuple[float, ...]
    thresholds: tuple[float, ...]
    spectrum: Floats
    sharp_share: float


class NoiseModel:
    """Follows the noise of one channel: `update` with each block's frames, in order; `at` tells it for a time that was seen.

    The level is the energy of short windows, in a history of two minutes, of which the weakest tenth is taken to be noise; from there it is widened
    to all that is distributed as noise is, recent windows counting more. A contraction has to last for nearly all of the history to be learnt.
    """

    def __init__(self, *, rate_hz: float, hop: int, windows: tuple[int, ...], parameters: Parameters) -> None:
        self._rules = parameters
        self._rate_hz = rate_hz
        self._hop = hop
        self._windows = windows
        self._width = max(2, round(parameters["noise_window_s"] * rate_hz / hop))
        self._step = max(1, int(rate_hz / _GRID_HZ))
        self._times: Floats = np.empty(0)
        self._powers: Floats = np.empty(0)
        self._reach = 2 * self._width * hop
        self._products: Floats = np.zeros(self._reach + 1)
        self._counts: Floats = np.zeros(self._reach)
        self._correlation: Floats = np.zeros(self._reach)
        self._correlation[0] = 1.0
        self._made_s = -np.inf
        self._told = float("nan")
        self._shape()

    @property
    def measured_s(self) -> float:
        """How much was measured in the history."""
        return len(self._powers) * self._width * self._hop / self._rate_hz

    def update(self, frames: Floats, samples: Floats, first: int) -> None:
        """Takes in a block: `frames` (n,) of power, the `samples` under them, and the index of the first frame."""
        count = len(frames) // self._width
        powers = frames[: count * self._width].reshape(count, self._width).mean(axis=1)
        times = (first + self._width * (np.arange(count) + 0.5)) * self._hop / self._rate_hz
        there = np.flatnonzero(np.isfinite(powers) & (powers > 0))
        self._powers = np.concatenate([self._powers, powers[there]])
        self._times = np.concatenate([self._times, times[there]])
        if count:
            self._forget(times[-1])
            self._look(samples, powers, there, times[-1])

    def at(self, time_s: float) -> Noise:
        """The noise at a time, in seconds; NaN where nothing has been measured yet."""
        self._told = self._level(time_s)
        return Noise(
            power=self._told,
            freedom=self._freedom,
            freedoms=self._freedoms,
            thresholds=self._thresholds,
            spectrum=self._of_noise,
            sharp_share=self._sharp_share,
        )

    def _forget(self, now_s: float) -> None:
        kept = np.searchsorted(self._times, now_s - self._rules["noise_history_s"])
        self._times, self._powers = self._times[kept:], self._powers[kept:]

    def _level(self, time_s: float) -> float:
        """Mean power of what is noise in the history, near to the time more than far from it."""
        from scipy.special import gammainc, gammaincinv

        if len(self._powers) == 0:
            return float("nan")
        half, share, clip = self._width_freedom / 2, self._rules["noise_quantile"], self._rules["noise_clip"]
        weakest = int(share * (len(self._powers) - 1))
        level = float(np.partition(self._powers, weakest)[weakest] * half / gammaincinv(half, share))
        lowest, highest = gammaincinv(half, 1 - clip) / half, gammaincinv(half, clip) / half
        kept_share = (gammainc(half + 1, highest * half) - gammainc(half + 1, lowest * half)) / (2 * clip - 1)
        weights = np.exp(np.abs(self._times - time_s) / -self._rules["noise_recent_s"]) + _OLDEST
        weighted = weights * self._powers
        for _ in range(_ROUNDS):
            kept = np.asarray((self._powers >= lowest * level) & (self._powers <= highest * level), np.float64)
            total, before = float(weights @ kept), level
            level = float(weighted @ kept) / total / kept_share if total > 0 else level
            if abs(level - before) < _SETTLED * level:
                break
        return level

    def _look(self, samples: Floats, powers: Floats, there: NDArray[np.int64], now_s: float) -> None:
        """Takes the spectrum of some of the block's quiet windows."""
        level = self._level(now_s) if np.isnan(self._told) else self._told
        quiet = there[np.abs(powers[there] / level - 1) < 3 * np.sqrt(2 / self._width_freedom)]
        if len(quiet) == 0:
            return
        from scipy.fft import rfft

        segments = self._segments(samples, quiet, len(powers))
        transformed = rfft(segments, 2 * self._reach, axis=1)
        self._products *= _FORGETTING
        self._products += (np.square(transformed.real) + np.square(transformed.imag)).sum(axis=0) / level
        self._counts *= _FORGETTING
        self._counts += len(segments) * np.maximum(segments.shape[1] - np.arange(self._reach), 0)
        if now_s >= self._made_s + self._rules["noise_spectrum_s"]:
            self._made_s = now_s
            self._correlate()
            self._shape()

    def _segments(self, samples: Floats, quiet: NDArray[np.int64], count: int) -> Floats:
        """Samples of quiet windows, two at a time where two follow each other, because noise may remember for longer than one lasts."""
        rows = samples[: count * self._width * self._hop].reshape(count, -1)
        doubles = quiet[:-1][np.diff(quiet) == 1]
        chosen = doubles if len(doubles) else quiet
        chosen = chosen[:: -(-len(chosen) // _SEGMENTS)]
        segments = np.concatenate([rows[chosen], rows[chosen + 1]], axis=1) if len(doubles) else rows[chosen]
        there = np.isfinite(segments)
        return segments if there.all() else np.where(there, segments, 0.0)

    def _correlate(self) -> None:
        raw = np.fft.irfft(self._products)[: self._reach] / np.maximum(self._counts, 1.0)
        # The last lags rest on a few samples each.
        self._correlation = raw / raw[0] * np.clip(5.0 * (1 - np.arange(self._reach) / self._reach), 0.0, 1.0)

    def _shape(self) -> None:
        """Degrees of freedom and thresholds of every window, from the autocorrelation."""
        frame_rate_hz = self._rate_hz / self._hop
        chance = self._rules["burst_false_per_h"] / (3600 * frame_rate_hz * len(self._windows))
        weights = [self._weights(count) for count in self._windows]
        self._freedoms = tuple(_freedom(each) for each in weights)
        self._thresholds = tuple(self._threshold(each, chance) for each in weights)
        self._width_freedom = _freedom(self._weights(self._width))
        self._freedom = self._width_freedom / self._width
        self._of_noise = spectrum_of(self._correlation)
        self._sharp_share = sharp_share(self._of_noise, self._rules["burst_sharp_s"], self._rate_hz)

    def _threshold(self, weights: Floats, chance: float) -> float:
        return max(self._rules["burst_floor"], self._rules["burst_threshold_margin"] * energy_quantile(weights, chance))

    def _weights(self, frames: int) -> Floats:
        """How the energy in a window of so many frames is made up of independent parts, which sum to 1."""
        lags = self._correlation[:: self._step]
        count = max(1, frames * self._hop // self._step)
        if count <= 2 * len(lags):
            values = np.clip(_parts_of(np.concatenate([lags, np.zeros(max(0, count - len(lags)))])[:count]), 0.0, None)
        else:
            # A long window's parts are its spectrum.
            reach = len(lags)
            around = np.zeros(count)
            tapered = lags * np.sqrt(1 - np.arange(reach) / count)
            around[:reach] = tapered
            around[count - reach + 1 :] += tapered[:0:-1]
            values = np.clip(np.fft.fft(around).real, 0.0, None)
        shares: Floats = values / values.sum()
        return shares


def _parts_of(correlation: Floats) -> Floats:
    """The power of the independent parts of as many samples in a row as there are lags: the eigenvalues of their correlations."""
    from scipy.linalg import eigvalsh, toeplitz

    count = len(correlation)
    table, half = toeplitz(correlation), count // 2
    if count % 2:
        return np.asarray(eigvalsh(table), np.float64)
    # Parts are even or odd in time: two tables of half the size.
    ahead, turned = table[:half, :half], table[:half, half:][:, ::-1]
    return np.linalg.eigvalsh(np.stack([ahead + turned, ahead - turned])).ravel()


def _freedom(weights: Floats) -> float:
    return float(1 / np.square(weights).sum())


def energy_quantile(weights: Floats, chance: float) -> float:
    """The value that the weighted sum of squares of independent normal numbers exceeds with this chance.

    Args:
        weights: (n,) not negative.
        chance: far below one half.

    Returns:
        The value, in units of the weights' sum.

    References:
        Lugannani and Rice, Adv Appl Prob 1980;12:475–90: tail probability by the saddle point.
    """
    from scipy.special import log_ndtr

    tilt = _TILTS[:, None] / (2 * weights.max())
    shrunk = 1 - 2 * tilt * weights
    parts = weights / shrunk
    mean = parts.sum(axis=1)
    spread = np.sqrt(2 * np.square(parts).sum(axis=1)) * tilt[:, 0]
    cumulant = -0.5 * np.log(shrunk).sum(axis=1)
    root = np.sqrt(np.maximum(2 * (tilt[:, 0] * mean - cumulant), 1e-12))
    # Barndorff-Nielsen's form of the same, which stays positive.
    tail = log_ndtr(-(root + np.log(np.maximum(spread, 1e-12) / root) / root))
    return float(np.interp(np.log(chance), tail[::-1], mean[::-1]))
