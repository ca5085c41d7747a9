"""Sweeps without offset, drift, mains and the stimulus itself, cleaned without any filter that could move an onset.

Mains interference and drift are fitted to each sweep outside the stretch in which something evoked may be, and taken out as a whole: unlike a
high-pass, that neither rings before a response nor bends its beginning. The stimulus itself is blanked.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import Floats

Bools = NDArray[np.bool_]

_MAINS_HZ = (50.0, 60.0)
_MAINS_REACH_HZ = 0.3
_MAINS_STEP_HZ = 0.1
_MAINS_TOP_HZ = 460.0
_MAINS_LEAST_MS = 200.0
_MAINS_MARGIN = 3.0
_BESIDE_HZ = (-14.0, -8.0, 8.0, 14.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a sweep begins and ends around its stimulus, in samples, and which samples tell noise, mains and drift."""

    before: int
    after: int
    rate_hz: float
    quiet: Bools

    @property
    def time_ms(self) -> Floats:
        """Time of each sample from the stimulus' sample."""
        return np.arange(-self.before, self.after) * 1000.0 / self.rate_hz


def cleaned(raw: Floats, frame: Frame, blank: Bools) -> Floats:
    """Sweeps without offset, drift and mains; 0 where the stimulus was."""
    if not len(raw):
        return raw
    centred = raw - np.median(raw[:, frame.quiet], axis=1, keepdims=True)
    drift = _drift(frame)
    clean = _without(centred, drift, frame.quiet)
    span = float(np.ptp(frame.time_ms[frame.quiet]))
    mains = _mains(clean, frame, drift) if span >= _MAINS_LEAST_MS and np.sum(frame.time_ms < 0) > _MAINS_LEAST_MS * frame.rate_hz / 1000 else None
    clean = clean if mains is None else _without(centred, np.hstack([drift, mains]), frame.quiet)
    clean[:, blank] = 0.0
    return clean


def _drift(frame: Frame) -> Floats:
    """Offset; slope and bend as well where both ends of the sweep are seen."""
    time = frame.time_ms / 100.0
    both = bool(np.any(frame.quiet & (frame.time_ms > 0)))
    return np.stack([time**power for power in range(3 if both else 1)], axis=1)


def _without(sweeps: Floats, design: Floats, quiet: Bools) -> Floats:
    """Sweeps less what the design explains in their quiet parts."""
    weights = np.linalg.pinv(design[quiet]) @ sweeps[:, quiet].T
    return sweeps - (design @ weights).T


def _mains(sweeps: Floats, frame: Frame, drift: Floats) -> Floats | None:
    """Waves of mains frequency and of those harmonics that the quiet parts hold more of than chance would; None without any."""
    quiet = sweeps[:, frame.quiet]
    bases = _mains_bases(frame.before, frame.after, frame.rate_hz, frame.quiet.tobytes(), drift.shape[1])
    explained = np.array([float(np.sum((quiet @ basis) ** 2)) for basis in bases])
    hertz = _refined(explained, int(np.argmax(explained)))
    waves = _waves(frame, hertz)
    there, *beside = (_power(quiet, frame, waves[frame.quiet], by) for by in (0.0, *_BESIDE_HZ))
    held = np.flatnonzero(there > _MAINS_MARGIN * np.mean(beside, axis=0))
    return waves[:, np.sort(np.concatenate([2 * held, 2 * held + 1]))] if len(held) else None


def _power(quiet: Floats, frame: Frame, waves: Floats, beside_hz: float) -> Floats:
    """How much of the quiet parts each harmonic explains, or a frequency so far beside it; `waves` are those of the harmonics in the quiet parts."""
    turn = 2 * np.pi * beside_hz * frame.time_ms[frame.quiet, None] / 1000.0
    sines = waves[:, ::2] * np.cos(turn) + waves[:, 1::2] * np.sin(turn)
    cosines = waves[:, 1::2] * np.cos(turn) - waves[:, ::2] * np.sin(turn)
    with_sines, with_cosines = quiet @ sines, quiet @ cosines
    own, cross, other = np.sum(sines**2, axis=0), np.sum(sines * cosines, axis=0), np.sum(cosines**2, axis=0)
    explained = other * with_sines**2 - 2 * cross * with_sines * with_cosines + own * with_cosines**2
    return np.asarray(np.sum(explained, axis=0) / (own * other - cross**2))


def _refined(explained: Floats, best: int) -> float:
    """The frequency between the candidates at which what is explained is greatest, by a parabola."""
    candidates = _mains_candidates()
    if not 0 < best < len(candidates) - 1 or abs(candidates[best + 1] - candidates[best - 1]) > _MAINS_REACH_HZ:
        return candidates[best]
    before, here, after = explained[best - 1 : best + 2]
    bend = before - 2 * here + after
    return candidates[best] + _MAINS_STEP_HZ * (float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0)


def _mains_candidates() -> list[float]:
    """The frequencies that mains interference may have, in hertz."""
    return [float(base + step) for base in _MAINS_HZ for step in np.arange(-_MAINS_REACH_HZ, _MAINS_REACH_HZ + 1e-9, _MAINS_STEP_HZ)]


@lru_cache(maxsize=4)
def _mains_bases(before: int, after: int, rate_hz: float, quiet: bytes, drifts: int) -> tuple[Floats, ...]:
    """For each frequency an orthonormal basis, in the quiet parts, of its waves beside the drift; always the same for the same frame."""
    frame = Frame(before=before, after=after, rate_hz=rate_hz, quiet=np.frombuffer(quiet, np.bool_))
    drift = _drift(frame)
    return tuple(np.linalg.qr(np.hstack([drift, _waves(frame, hertz)])[frame.quiet])[0][:, drifts:] for hertz in _mains_candidates())


def _waves(frame: Frame, hertz: float) -> Floats:
    """Sine and cosine, side by side, of a frequency and its harmonics."""
    harmonics = np.repeat(np.arange(1, int(min(_MAINS_TOP_HZ, 0.45 * frame.rate_hz) // hertz) + 1), 2)
    quarter = np.tile([0.0, 0.5 * np.pi], len(harmonics) // 2)
    return np.asarray(np.sin(2 * np.pi * np.outer(frame.time_ms / 1000.0, hertz * harmonics) + quarter))
