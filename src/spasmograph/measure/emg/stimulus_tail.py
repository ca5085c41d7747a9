"""The tail that a stimulus artefact leaves behind: a decay, fitted beside the response and taken out of each sweep."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import EvokedAverage, Floats
from spasmograph.parameters import Parameters

_TAUS_MS = np.geomspace(0.4, 25.0, 15)
_ZONE_MS = 40.0
_STANDS_OUT = 4.0
_LEFT_BY_NOISE = 2.0
_FEWEST = 4


def without_tail(evoked: EvokedAverage, windows_ms: tuple[tuple[float, float], ...], parameters: Parameters) -> EvokedAverage:
    """The same sweeps without the tail of the stimulus artefact, as far as what lies outside the responses' windows shows one.

    One or two exponential decays are fitted to what the sweeps have in common after the stimulus; they count as a tail if they stand out of the noise
    and explain nine tenths of what stands out. Each sweep then has its own amount taken out, so that alternating polarity does no harm.
    """
    zone = (evoked.time_ms > 0) & (evoked.time_ms < _ZONE_MS) & ~evoked.blank
    for low, high in windows_ms:
        zone &= (evoked.time_ms < low) | (evoked.time_ms >= high)
    if zone.sum() < _FEWEST:
        return evoked
    shape = _common(evoked.sweeps_uv[:, zone])
    decays = _decays(evoked.time_ms, zone, shape, _noise(evoked, shape), parameters["tail_share"])
    return evoked if decays is None else _less(evoked, decays, zone)


def _common(values: Floats) -> Floats:
    """What sweeps have in common up to sign and size: their first principal component, in the size of an average sweep."""
    _, sizes, rows = np.linalg.svd(values, full_matrices=False)
    return np.asarray(rows[0] * sizes[0] / np.sqrt(len(values)))


def _noise(evoked: EvokedAverage, shape: Floats) -> float:
    """The size that the same component has before the stimulus, where nothing is in common."""
    before = np.flatnonzero(evoked.time_ms < -1.0)
    quiet = evoked.sweeps_uv[:, before[-len(shape) :]]
    return float(np.std(_common(quiet)))


def _decays(time_ms: Floats, zone: NDArray[np.bool_], shape: Floats, noise: float, share: float) -> Floats | None:
    """The decays (m, 1 or 2) that explain the shape; None if it is no tail."""
    power, by_noise = float(np.sum(shape**2)), noise**2 * len(shape)
    if power - by_noise < _STANDS_OUT * by_noise * np.sqrt(2.0 / len(shape)):
        return None
    curves = np.exp(-np.clip(time_ms, 0.0, None)[:, None] / _TAUS_MS)
    pairs = [(i,) for i in range(len(_TAUS_MS))] + [(i, j) for i in range(len(_TAUS_MS)) for j in range(i + 2, len(_TAUS_MS))]
    left = [_left(curves[zone][:, list(pair)], shape) for pair in pairs]
    single = int(np.argmin(left[: len(_TAUS_MS)]))
    double = int(np.argmin(left))
    best = single if left[single] < 1.5 * max(left[double], by_noise) else double
    return curves[:, list(pairs[best])] if left[best] < (1.0 - share) * power + _LEFT_BY_NOISE * by_noise else None


def _left(design: Floats, shape: Floats) -> float:
    """The sum of squares that a fit leaves."""
    weights, *_ = np.linalg.lstsq(design, shape, rcond=None)
    return float(np.sum((shape - design @ weights) ** 2))


def _less(evoked: EvokedAverage, decays: Floats, zone: NDArray[np.bool_]) -> EvokedAverage:
    weights = np.linalg.pinv(decays[zone]) @ evoked.sweeps_uv[:, zone].T
    tails = (decays @ weights).T
    after = (evoked.time_ms > 0) & ~evoked.blank
    sweeps = np.where(after, evoked.sweeps_uv - tails, evoked.sweeps_uv)
    mean = np.where(after, tails.mean(axis=0), 0.0)
    return replace(evoked, sweeps_uv=sweeps, average_uv=evoked.average_uv - mean, low_uv=evoked.low_uv - mean, high_uv=evoked.high_uv - mean)
