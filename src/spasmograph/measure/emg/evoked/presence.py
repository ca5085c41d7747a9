"""Is there a response? A test against what the same sweeps hold without one, and the smallest response that it would have shown.

Two tests, as responses come in two kinds. One that follows the stimulus at a fixed time (direct response, R1, lateral spread) adds up in the average:
sweeps are matched with short zero-mean waves of several widths, each sweep is cut off at four times its own noise so that no single one decides, and
the greatest mean within the window is compared with that of stretches before the stimulus, drawn anew with random signs. One that jitters (R2) does
not add up: the strength of each sweep's activity is ranked among the same sweep's activity before the stimulus. Both are corrected for the search
through the window, as the greatest value of each drawn set is what is compared.

In 2200 simulated recordings without a response (white, band-limited and pink noise, mains, stimuli locked to mains, artefact tails, spontaneous
bursts, 1 to 10 kHz, 6 to 20 sweeps) none was seen in 0.997 of the searches for R1 and lateral spread and in 0.986 of those for R2. A response of the
stated detectable amplitude was seen in 0.96 of 120 recordings of six shapes, and in 0.96 of 48 with an interference pattern in place of R2.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import EvokedAverage, Floats
from spasmograph.parameters import Parameters

_WIDTHS_MS = (0.6, 1.0, 1.7)
_STEP_MS = 0.25
_CUT = 4.0
_NOISE_STEP = 3
_REACH = 3.5
_GUARD_MS = 1.0
_MAD_TO_SD = 1.4826
_POWER = 1.645
_SIGN_SWEEPS = 10
_PERIODS_MS = (3.0, 5.0, 8.0)
_CHUNK = 4_000_000
_SEED = 3
_SIGNS = 25
_ACTIVITY_STEP_MS = 1.0
_BAND_WAVE = 4
_BOX_MS = 16.0
PATTERNS = 100
_PATTERN_MS = 30.0
_PATTERN_HZ = (30.0, 300.0)
_PATTERN_JITTER_MS = 1.5
_PATTERN_WOBBLE = 0.2
_PATTERN_POWER = 2.6  # patterns differ between people as well
_SIZES = (0.1, 300.0)
_HALVINGS = 12
_TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How seldom noise alone gives as much (`probability`), and the smallest amplitude, peak to peak, seen in 95 of 100 cases (NaN: none)."""

    probability: float
    detectable_uv: float


UNTESTED = Finding(probability=float("nan"), detectable_uv=float("nan"))


def kernels(rate_hz: float) -> list[Floats]:
    """Zero-mean waves, an even and an odd one for each width, of unit energy; also zero against a slope, so that drift does not count."""
    waves = []
    for width_ms in _WIDTHS_MS:
        width = max(width_ms, 1000.0 / rate_hz) * rate_hz / 1000.0
        reach = int(np.ceil(_REACH * width))
        x = np.arange(-reach, reach + 1) / width
        bell = np.exp(-0.5 * x**2)
        for wave in ((1 - x**2) * bell, (3 * x - x**3) * bell):
            flat = wave - bell * (wave.sum() / bell.sum())
            waves.append(flat / np.linalg.norm(flat))
    return waves


def matched(sweeps: Floats, rate_hz: float) -> Floats:
    """Each sweep's likeness to each wave at each time, (waves, n, m)."""
    from scipy.ndimage import correlate1d

    return np.stack([correlate1d(sweeps, wave, axis=1, mode="nearest") for wave in kernels(rate_hz)])


def locked_response(evoked: EvokedAverage, window_ms: tuple[float, float], parameters: Parameters) -> Finding:
    """Tests for a response that follows the stimulus at a fixed time.

    The probability is the greater of two: against stretches before the stimulus, and, from ten sweeps on, against the same window with the sweeps'
    signs drawn anew. What the average shows as strongly before the stimulus is no response either.
    """
    places, quiet = _places(evoked, window_ms)
    if len(evoked.sweeps_uv) < parameters["sweeps_least"] or len(quiet) <= len(places):
        return UNTESTED
    likeness = matched(evoked.sweeps_uv, evoked.rate_hz)
    rest = likeness[:, :, quiet]
    noise = np.maximum(_MAD_TO_SD * np.median(np.abs(rest[:, :, ::_NOISE_STEP]), axis=2), _TINY)
    before, within = (np.clip(part / noise[:, :, None], -_CUT, _CUT).astype(np.float32) for part in (rest, likeness[:, :, places]))
    chance = _stretches(before, len(places), int(parameters["presence_resamples"]))
    spread = np.maximum(chance.std(axis=(0, 2)), _TINY)[:, None]
    greatest = (np.abs(chance) / spread).max(axis=(1, 2))
    seen = float((np.abs(within.mean(axis=1)) / spread).max())
    at_rest = float((np.abs(before.mean(axis=1)) / spread).max())
    probability = 1.0 if seen <= at_rest else _share(greatest, seen)
    if len(within[0]) >= _SIGN_SWEEPS:
        probability = max(probability, _share(_flipped(within, spread, len(greatest)), seen))
    bound = float(np.quantile(greatest, 1 - parameters["presence_alpha"]))
    return Finding(probability=probability, detectable_uv=_least_locked(max(bound, at_rest), noise, spread[:, 0], evoked.rate_hz))


def _places(evoked: EvokedAverage, window_ms: tuple[float, float], step_ms: float = _STEP_MS) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The samples of the window and those before the stimulus, so far apart."""
    step = max(round(step_ms * evoked.rate_hz / 1000.0), 1)
    inside = np.flatnonzero((evoked.time_ms >= window_ms[0]) & (evoked.time_ms < window_ms[1]) & ~evoked.blank)
    reach = _GUARD_MS + _REACH * _WIDTHS_MS[-1]
    quiet = np.flatnonzero((evoked.time_ms < -reach) & (evoked.time_ms > evoked.time_ms[0] + reach))
    return inside[::step], quiet[::step]


def _share(chance: Floats, seen: float) -> float:
    """How often chance gives at least as much, the recording itself counted as one draw."""
    return float((1 + np.sum(chance >= seen)) / (1 + len(chance)))


def _stretches(before: NDArray[np.float32], length: int, draws: int) -> Floats:
    """Means over sweeps of stretches before the stimulus, each sweep's place and sign drawn anew, (draws, waves, length).

    As a place costs more to draw than a sign, each set of places serves several sets of signs, fewer where few sweeps have few signs.
    """
    waves, count, room = before.shape
    random = np.random.default_rng([_SEED, count, room, length])
    each = int(np.clip(2.0 ** (count - 3), 1, _SIGNS))
    sets = -(-draws // each)
    sweeps = np.arange(count)[:, None]
    result = np.empty((sets, each, waves * length), np.float32)
    for place in range(sets):
        starts = random.integers(0, room - length + 1, (count, 1))
        signs = random.choice(np.array([-1.0, 1.0], np.float32), (each, count))
        drawn = before[:, sweeps, starts + np.arange(length)]
        result[place] = signs @ drawn.transpose(1, 0, 2).reshape(count, -1)
    return np.asarray(result.reshape(sets * each, waves, length)[:draws] / np.float32(count))


def _flipped(within: NDArray[np.float32], spread: Floats, draws: int) -> Floats:
    """The greatest mean within the window after each sweep's sign was drawn anew."""
    count = within.shape[1]
    signs = np.random.default_rng([_SEED, count]).choice(np.array([-1.0, 1.0], np.float32), (draws, count))
    means = np.einsum("bn,wnt->bwt", signs, within, optimize=True) / count
    return np.asarray((np.abs(means) / spread).max(axis=(1, 2)))


def _least_locked(bound: float, noise: Floats, spread: Floats, rate_hz: float) -> float:
    """The least amplitude of a two-phased wave, whatever its length within the usual ones, that passes the bound in 95 of 100 cases."""
    needs = []
    for period_ms in _PERIODS_MS:
        phase = np.arange(0, period_ms, 1000.0 / rate_hz) / period_ms
        wave = np.sin(2 * np.pi * phase)
        wave = np.pad(wave / max(np.ptp(wave), _TINY), 2 * len(phase))
        gain = np.abs(matched(wave[None, :], rate_hz)).max(axis=(1, 2))
        wanted = (bound + _POWER) * spread
        needs.append(np.min(np.where(wanted < _CUT, wanted / (gain * np.mean(1.0 / noise, axis=1)), np.inf)))
    return float(np.max(needs)) if np.isfinite(np.max(needs)) else float("nan")


def jittering_response(evoked: EvokedAverage, window_ms: tuple[float, float], parameters: Parameters) -> Finding:
    """Tests for a response that comes at another time in each sweep: more activity than each sweep has before its stimulus."""
    places, quiet = _places(evoked, window_ms, _ACTIVITY_STEP_MS)
    if len(evoked.sweeps_uv) < parameters["sweeps_least"] or len(quiet) <= len(places):
        return UNTESTED
    strength = activity(evoked.sweeps_uv, evoked.rate_hz)
    ordered = np.sort(strength[:, quiet], axis=1)
    ranks = np.stack([np.searchsorted(row, own) for row, own in zip(ordered, strength, strict=True)]) / float(len(quiet))
    chance = _drawn(ranks[:, quiet], len(places), int(parameters["presence_resamples"]))
    seen = float(ranks[:, places].mean(axis=0).max())
    bound = float(np.quantile(chance, 1 - parameters["presence_alpha"]))
    return Finding(probability=_share(chance, seen), detectable_uv=_least_jittering(bound, evoked, ordered))


def activity(sweeps: Floats, rate_hz: float) -> Floats:
    """Each sweep's activity over 16 ms, (n, m): rectified after a zero-mean wave that passes the band of EMG."""
    from scipy.ndimage import correlate1d, uniform_filter1d

    band = correlate1d(sweeps, kernels(rate_hz)[_BAND_WAVE], axis=1, mode="nearest")
    return np.asarray(uniform_filter1d(np.abs(band), max(round(_BOX_MS * rate_hz / 1000.0), 1), axis=1, mode="nearest"))


def _drawn(ranks: Floats, length: int, draws: int) -> Floats:
    """The greatest mean rank over sweeps in stretches before the stimulus, each sweep's place drawn anew."""
    count, room = ranks.shape
    random = np.random.default_rng([_SEED, count, room, length])
    chunk = max(_CHUNK // (count * length), 1)
    result = []
    for first in range(0, draws, chunk):
        starts = random.integers(0, room - length + 1, (min(chunk, draws - first), count, 1))
        result.append(ranks[np.arange(count)[None, :, None], starts + np.arange(length)].mean(axis=1).max(axis=1))
    return np.concatenate(result)


def _least_jittering(bound: float, evoked: EvokedAverage, ordered: Floats) -> float:
    """The least amplitude of an interference pattern, another in every sweep, that passes the bound in 95 of 100 cases.

    Patterns are added to what the sweeps hold before the stimulus, and tested as the sweeps themselves are.
    """
    patterns, place = interference_patterns(evoked.rate_hz)
    quiet = evoked.sweeps_uv[:, evoked.time_ms < -1.0]
    length, pieces = patterns.shape[1], max(quiet.shape[1] // patterns.shape[1], 1)
    rest = quiet[:, np.arange(pieces * length) % quiet.shape[1]].reshape(-1, length)
    added = patterns[np.arange(len(rest)) % len(patterns)]

    def excess(size_uv: float) -> float:
        strength = activity(rest + size_uv * added, evoked.rate_hz)[:, place].reshape(len(quiet), pieces)
        ranks = np.stack([np.searchsorted(row, own) for row, own in zip(ordered, strength, strict=True)]) / ordered.shape[1]
        return float(ranks.mean() - _PATTERN_POWER * np.sqrt(np.mean(ranks.var(axis=1)) / len(ranks)) - bound)

    low, high = _SIZES[0] * float(np.std(rest)), _SIZES[1] * float(np.std(rest))
    if not excess(high) > 0:
        return float("nan")
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if excess(middle) > 0 else (middle, high)
    return high


@lru_cache(maxsize=8)
def interference_patterns(rate_hz: float) -> tuple[Floats, int]:
    """Interference patterns of 1 uV peak to peak, of varying onset and amplitude, and the sample at which their activity is greatest."""
    random = np.random.default_rng(_SEED)
    count = max(round(_PATTERN_MS * rate_hz / 1000.0), 4)
    hertz = np.fft.rfftfreq(8 * count, 1.0 / rate_hz)
    spectrum = np.fft.rfft(random.standard_normal((PATTERNS, 8 * count)), axis=1) * ((hertz > _PATTERN_HZ[0]) & (hertz < _PATTERN_HZ[1]))
    patterns = np.fft.irfft(spectrum, 8 * count, axis=1)[:, 3 * count : 4 * count]
    patterns *= np.clip(1.0 + _PATTERN_WOBBLE * random.standard_normal((PATTERNS, 1)), 0.2, None) / np.ptp(patterns, axis=1, keepdims=True)
    late = np.round(_PATTERN_JITTER_MS * random.standard_normal(PATTERNS) * rate_hz / 1000.0).astype(np.intp)
    padded = np.stack([np.roll(np.pad(pattern, count // 2), by) for pattern, by in zip(patterns, late, strict=True)])
    return padded, int(np.argmax(activity(padded, rate_hz).mean(axis=0)))
