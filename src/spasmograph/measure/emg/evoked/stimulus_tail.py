"""The tail that a stimulus artefact leaves behind: a decay, fitted beside the response and taken out of each sweep."""

from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import EvokedAverage, Floats
from spasmograph.parameters import Parameters

_FINE_MS = tuple(np.geomspace(0.3, 30.0, 70).tolist())
_COARSE_MS = tuple(np.geomspace(0.3, 30.0, 16).tolist())
_WORTH = 1.5
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
    single, left_single = _best(time_ms, zone, shape, [(tau,) for tau in _FINE_MS])
    double, left_double = _best(time_ms, zone, shape, list(combinations(_COARSE_MS, 2)))
    best, left = (single, left_single) if left_single < _WORTH * max(left_double, by_noise) else (double, left_double)
    return _curves(time_ms, best) if left < (1.0 - share) * power + _LEFT_BY_NOISE * by_noise else None


def _curves(time_ms: Floats, taus_ms: tuple[float, ...]) -> Floats:
    """Decays from 1 at the stimulus, (m, decays)."""
    return np.asarray(np.exp(-np.clip(time_ms, 0.0, None)[:, None] / np.array(taus_ms)))


def _best(time_ms: Floats, zone: NDArray[np.bool_], shape: Floats, choices: list[tuple[float, ...]]) -> tuple[tuple[float, ...], float]:
    """The choice of decay times that leaves least of the shape, and how much it leaves, as a sum of squares."""
    bases = np.linalg.qr(np.stack([_curves(time_ms[zone], taus_ms) for taus_ms in choices]))[0]
    explained = np.sum((shape @ bases) ** 2, axis=1)
    best = int(np.argmax(explained))
    return choices[best], float(np.sum(shape**2) - explained[best])


def _less(evoked: EvokedAverage, decays: Floats, zone: NDArray[np.bool_]) -> EvokedAverage:
    weights = np.linalg.pinv(decays[zone]) @ evoked.sweeps_uv[:, zone].T
    tails = (decays @ weights).T
    after = (evoked.time_ms > 0) & ~evoked.blank
    sweeps = np.where(after, evoked.sweeps_uv - tails, evoked.sweeps_uv)
    mean = np.where(after, tails.mean(axis=0), 0.0)
    return replace(evoked, sweeps_uv=sweeps, average_uv=evoked.average_uv - mean, low_uv=evoked.low_uv - mean, high_uv=evoked.high_uv - mean)
