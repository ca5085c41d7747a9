"""Interference from the mains: found at its own frequency, followed, and taken out together with its harmonics, where it is really there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters, load_emg_parameters

Complexes = NDArray[np.complexfloating]

# Five periods of 50 Hz, six of 60 Hz: harmonics do not mix within a segment.
_SEGMENT_S = 0.1
_LEAST_SEGMENTS = 20
_BASES_HZ = (50.0, 60.0)
_FIRST = 3
# Bins of the spectrum to each that is independent.
_FINE = 8
_BESIDE_HZ = (0.5, 4.0)
_TINY = 1e-30
_ROUNDS = 3
# A segment that misses the line by so many times the usual lies beside a jump of it.
_BLURRED = 5.0
_BESIDE_JUMP = 5
_FLOOR = 0.05
# Of the stretches of a recording; fewer that have mains are chance.
_LEAST_SHARE = 0.15
# Beyond this share of a period within a segment, segments are looked at again at the better frequency.
_TURN = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Mains:
    """Mains interference in a stretch: its frequency, its harmonics, the amplitude of all of them together, and the share of muscle lost with them.

    `hz` and `amplitude_uv` are NaN where there is none.
    """

    hz: float = float("nan")
    harmonics: tuple[int, ...] = ()
    amplitude_uv: float = float("nan")
    loss: float = 0.0


NO_MAINS = Mains()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segments:
    """A signal in segments: complex amplitude (h, k) of each harmonic of `hz` about the start, mean square (k,), and trust (k,)."""

    hz: float
    harmonics: NDArray[np.intp]
    step_s: float
    amplitude: Complexes
    power: Floats
    trusted: NDArray[np.float64]

    @property
    def middle_s(self) -> Floats:
        return (np.arange(len(self.power)) + 0.5) * self.step_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Hum:
    """How loud the mains are over time, a value (k,) every `step_s`: amplitude in microvolts, and share of all the power that there is.

    `jump_uv` is by how much what was taken out changed since the value before.
    """

    step_s: float
    amplitude_uv: Floats
    share: Floats
    jump_uv: Floats


def find_mains(samples_uv: Floats, *, rate_hz: float, parameters: Parameters | None = None) -> Mains:
    """Mains interference in a conditioned stretch of at least 2 s: 50 or 60 Hz, to better than 0.05 Hz.

    Its spectrum is compared with that beside it; a line that does not stand out is not there.

    Args:
        samples_uv: (n,) conditioned microvolts, NaN where there is none.
        rate_hz: samples a second.
        parameters: the rule set, else the one that ships.
    """
    rules = parameters or load_emg_parameters()
    found = _sought(np.nan_to_num(samples_uv), ~np.isnan(samples_uv), rate_hz, float("nan"), rules)
    return NO_MAINS if found is None or not found.outstanding else _described(found.line, _followed(found.line, rules), rules)


def remove_mains(samples_uv: Floats, *, rate_hz: float, near_hz: float = float("nan"), parameters: Parameters | None = None) -> tuple[Floats, Mains]:
    """The stretch without mains interference and its harmonics, and what was taken out.

    Amplitude and phase of each harmonic are followed over some seconds. Moments of much activity count little for them, so that bursts are neither
    weakened nor do they ring.

    Args:
        samples_uv: (n,) conditioned microvolts, NaN where there is none.
        rate_hz: samples a second.
        near_hz: about where it is, if that is known.
        parameters: the rule set, else the one that ships.

    References:
        Mewett, Reynolds & Nazeran, Med Biol Eng Comput 2004;42:524–31, on ways to take power line interference out of surface EMG.
    """
    rules = parameters or load_emg_parameters()
    missing = np.isnan(samples_uv)
    clean, mains, _ = take_out_mains(np.nan_to_num(samples_uv), ~missing, rate_hz=rate_hz, near_hz=near_hz, parameters=rules)
    clean[missing] = np.nan
    return clean, mains


def take_out_mains(
    samples_uv: Floats, trusted: NDArray[np.bool_], *, rate_hz: float, near_hz: float, parameters: Parameters
) -> tuple[Floats, Mains, Hum | None]:
    """See `remove_mains`; `trusted` (n,) are the samples that are real. Also how loud the mains were, None where that cannot be told."""
    found = _sought(samples_uv, trusted, rate_hz, near_hz, parameters)
    if found is None:
        return samples_uv.copy(), NO_MAINS, None
    if not found.outstanding:
        return samples_uv.copy(), NO_MAINS, _hum(found.segments, np.zeros_like(found.line.amplitude))
    followed = _followed(found.line, parameters)
    clean = samples_uv - _drawn(found.line, followed, rate_hz, len(samples_uv))
    return clean, _described(found.line, followed, parameters), _hum(found.segments, followed)


def _hum(segments: _Segments, line: Complexes) -> Hum:
    power = _square(segments.amplitude).sum(axis=0)
    jump = np.sqrt(_square(np.diff(line, axis=1, prepend=line[:, :1])).sum(axis=0))
    return Hum(step_s=segments.step_s, amplitude_uv=np.sqrt(power), share=power / 2 / np.maximum(segments.power, _TINY), jump_uv=jump)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Segments with all harmonics, those with the harmonics only that stand out, and by how much altogether, 0 where none does."""

    segments: _Segments
    line: _Segments
    outstanding: float


def _sought(samples: Floats, trusted: NDArray[np.bool_], rate_hz: float, near_hz: float, rules: Parameters) -> _Found | None:
    """What there is near a frequency, or at that of the two of the world's mains of which the first harmonics show more."""
    if not np.isnan(near_hz):
        return _found(samples, trusted, rate_hz, near_hz, rules["mains_drift_hz"], rules)
    first = [_found(samples, trusted, rate_hz, base, rules["mains_search_hz"], rules, most=_FIRST) for base in _BASES_HZ]
    best = max((each for each in first if each is not None), key=lambda each: each.outstanding, default=None)
    if best is None or not best.outstanding:
        return best
    return _found(samples, trusted, rate_hz, best.line.hz, rules["mains_drift_hz"], rules)


def _found(
    samples: Floats, trusted: NDArray[np.bool_], rate_hz: float, base_hz: float, search_hz: float, rules: Parameters, most: int = 1000
) -> _Found | None:
    """Segments at the line's own frequency; None where the stretch is too short or the rate too low."""
    top = min(rules["low_pass_hz"] + rules["band_transition_hz"] / 2, 0.45 * rate_hz)
    harmonics = np.arange(1, min(most, int(top / (base_hz + search_hz))) + 1)
    if len(harmonics) == 0 or len(samples) < _LEAST_SEGMENTS * _SEGMENT_S * rate_hz:
        return None
    # The further it is looked for, the more often noise will do.
    least = rules["mains_least_ratio"] + 2 / np.log(2) * np.log(search_hz / rules["mains_drift_hz"])
    segments = _cut(samples, trusted, rate_hz, base_hz, harmonics)
    shift, outstanding = _line(segments, search_hz, rules)
    if outstanding.max() > least and abs(shift) * harmonics[-1] * segments.step_s > _TURN:
        segments = _cut(samples, trusted, rate_hz, base_hz + shift, harmonics)
        shift, outstanding = _line(segments, rules["mains_width_hz"], rules)
    there = outstanding > least
    return _Found(segments=segments, line=_turned(_only(segments, there), shift), outstanding=float(outstanding[there].sum()))


def _cut(samples: Floats, trusted: NDArray[np.bool_], rate_hz: float, hz: float, harmonics: NDArray[np.intp]) -> _Segments:
    """Least squares in each segment, all harmonics at once."""
    length = 2 * round(_SEGMENT_S * rate_hz / 2)
    count = -(-len(samples) // length)
    spare = count * length - len(samples)
    rows = (np.append(samples, np.zeros(spare)) if spare else samples).reshape(count, length)
    whole = np.arange(count) < len(samples) // length
    if not trusted.all():
        whole[np.flatnonzero(~trusted) // length] = False
    parts = _fit(hz, len(harmonics), length, rate_hz) @ rows.T
    step_s = length / rate_hz
    segments = _Segments(
        hz=hz,
        harmonics=harmonics,
        step_s=step_s,
        amplitude=_complex(parts),
        power=np.einsum("ij,ij->i", rows, rows) / length,
        trusted=np.asarray(whole, np.float64),
    )
    return _rotated(segments, hz, hz)


@lru_cache(maxsize=16)
def _fit(hz: float, count: int, length: int, rate_hz: float) -> Floats:
    """What a segment (length,) is multiplied with for real and imaginary parts (2 * count,) of the first harmonics."""
    angle = 2 * np.pi * hz * np.arange(1, count + 1) * ((np.arange(length) - length / 2) / rate_hz)[:, None]
    return np.linalg.pinv(np.hstack([np.cos(angle), -np.sin(angle)]))


def _rotated(segments: _Segments, by_hz: float, hz: float) -> _Segments:
    """Amplitudes seen from a clock that turns with `by_hz`."""
    turn = _powers(np.exp(-2j * np.pi * by_hz * segments.middle_s), segments.harmonics)
    return _with(segments, hz, segments.harmonics, segments.amplitude * turn)


def _powers(turns: Complexes, harmonics: NDArray[np.intp]) -> Complexes:
    """Turns (k,) raised to each of the harmonics, (h, k)."""
    if len(harmonics) == 0:
        return np.empty((0, len(turns)), np.complex128)
    powers: Complexes = np.multiply.accumulate(np.broadcast_to(turns, (harmonics[-1], len(turns))), axis=0)[harmonics - 1]
    return powers


def _turned(segments: _Segments, shift_hz: float) -> _Segments:
    return _rotated(segments, shift_hz, segments.hz + shift_hz)


def _only(segments: _Segments, there: NDArray[np.bool_]) -> _Segments:
    return _with(segments, segments.hz, segments.harmonics[there], segments.amplitude[there])


def _with(segments: _Segments, hz: float, harmonics: NDArray[np.intp], amplitude: Complexes) -> _Segments:
    return _Segments(hz=hz, harmonics=harmonics, step_s=segments.step_s, amplitude=amplitude, power=segments.power, trusted=segments.trusted)


def _parts(amplitude: Complexes) -> Floats:
    """Real parts (h, k) and imaginary ones below them, (2 * h, k)."""
    return np.concatenate([amplitude.real, amplitude.imag])


def _complex(parts: Floats) -> Complexes:
    """The reverse of `_parts`."""
    amplitude = np.empty((len(parts) // 2, *parts.shape[1:]), np.complex128)
    amplitude.real, amplitude.imag = parts[: len(amplitude)], parts[len(amplitude) :]
    return amplitude


def _weights(segments: _Segments, unexplained: Floats) -> Floats:
    """How much each segment counts: one over the power (k,) that the line does not explain, so that bursts hardly do."""
    rest = np.maximum(unexplained, 1e-3 * segments.power) + _TINY
    known = rest[segments.trusted > 0]
    floor = _low(known) if len(known) else 1.0
    weights: Floats = segments.trusted * floor / np.maximum(rest, floor)
    return weights


def _low(values: Floats) -> float:
    """The twentieth part from below, between the two values that it lies between."""
    place = _FLOOR * (len(values) - 1)
    first = int(place)
    after = min(first + 1, len(values) - 1)
    ordered = np.partition(values, (first, after))
    return float(ordered[first] + (ordered[after] - ordered[first]) * (place - first))


def _middles(values: Floats) -> Floats:
    """The median of each row."""
    half = values.shape[1] // 2
    ordered = np.partition(values, (half - 1, half), axis=1)
    middles: Floats = ordered[:, half] if values.shape[1] % 2 else (ordered[:, half - 1] + ordered[:, half]) / 2
    return middles


def _spectrum(segments: _Segments, weights: Floats) -> tuple[Floats, float]:
    """Power (h, bins) around each harmonic, bin 0 at the harmonic itself and negative ones from the end; and the width of a bin in hertz."""
    from scipy.fft import fft, next_fast_len

    bins = next_fast_len(_FINE * len(weights))
    transform = fft(weights * segments.amplitude, bins)
    return _square(transform), 1 / (segments.step_s * bins)


def _beside(power: Floats, bin_hz: float) -> Floats:
    """Typical power (h, 1) in the spectrum beside each harmonic."""
    first, stop = round(_BESIDE_HZ[0] / bin_hz), round(_BESIDE_HZ[1] / bin_hz)
    bins = np.arange(first, stop, _FINE // 2)
    return _middles(power[:, np.concatenate([-bins, bins])])[:, None] + _TINY


def _line(segments: _Segments, search_hz: float, rules: Parameters) -> tuple[float, Floats]:
    """How far the line lies from where it was sought, all harmonics taken together, and how far each (h,) stands out there."""
    power, bin_hz = _spectrum(segments, _weights(segments, segments.power))
    beside = _beside(power, bin_hz)
    shifts = np.arange(-search_hz, search_hz, bin_hz / segments.harmonics[-1])
    at = np.rint(np.outer(segments.harmonics, shifts) / bin_hz).astype(np.intp)
    rows = np.arange(len(segments.harmonics))[:, None]
    best = int(np.argmax((power[rows, at] / beside).sum(axis=0)))
    reach = round(rules["mains_width_hz"] / bin_hz)
    near = at[:, best, None] + np.arange(-reach, reach + 1)
    return float(shifts[best]), (power[rows, near] / beside).max(axis=1)


def _followed(segments: _Segments, rules: Parameters) -> Complexes:
    """Amplitude and phase (h, k) over time, smoothed over some seconds; weights are found together with them."""
    half = max(1, round(rules["mains_follow_s"] / segments.step_s / 2))
    kernel = np.hanning(2 * half + 3)[1:-1]
    seen = _parts(segments.amplitude)
    line = np.zeros_like(seen)
    for _ in range(_ROUNDS):
        weights = _weights(segments, segments.power - ((2 * seen - line) * line).sum(axis=0) / 2)
        line = _unblurred(seen, weights, kernel)
    return _complex(line)


def _unblurred(seen: Floats, weights: Floats, kernel: Floats) -> Floats:
    """The parts (2 * h, k) that were seen, smoothed; near a jump, which that would blur, what looks to the better side."""
    weighted = np.concatenate([weights[None], weights * seen])
    line = _smoothed(weighted, kernel)
    missed = weights * _sum_of_squares(seen - line)
    usual = _middles(missed[:, weights > 0]) / np.log(2) + _TINY if weights.any() else np.full(len(missed), _TINY)
    miss = (missed / usual[:, None]).mean(axis=0)
    # Most of five segments; a burst is over within two.
    blurred = np.convolve(np.pad(miss > _BLURRED, 2, mode="symmetric"), np.ones(5), "valid") > 5 / 2
    if not blurred.any():
        return line
    wide = np.flatnonzero(np.convolve(blurred, np.ones(_BESIDE_JUMP), "same") > 0)
    sides = _one_sided(weighted, kernel, wide)
    misses = np.stack([(weights[wide] * _sum_of_squares(seen[:, wide] - side) / usual[:, None]).mean(axis=0) for side in sides])
    better = misses.min(axis=0) < miss[wide]
    line[:, wide[better]] = np.where(misses[0] <= misses[1], *sides)[:, better]
    return line


def _smoothed(weighted: Floats, kernel: Floats) -> Floats:
    """Means (n, k) over time of values, from their weights and the weighted values (1 + n, k)."""
    from scipy.ndimage import correlate1d

    sums = correlate1d(weighted, kernel, axis=1, mode="constant")
    means: Floats = sums[1:] / (sums[0] + _TINY)
    return means


def _one_sided(weighted: Floats, kernel: Floats, at: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """What `_smoothed` gives at some places (n, m), looking back only, and looking ahead only."""
    half = len(kernel) // 2
    padded = np.pad(weighted, ((0, 0), (half, half)))
    around = np.lib.stride_tricks.sliding_window_view(padded, len(kernel), axis=1)[:, at]
    back, ahead = (around[:, :, part] @ kernel[part] for part in (slice(half + 1), slice(half, None)))
    return back[1:] / (back[0] + _TINY), ahead[1:] / (ahead[0] + _TINY)


def _sum_of_squares(parts: Floats) -> Floats:
    """Squared magnitudes (h, k) from real and imaginary parts (2 * h, k)."""
    squares = np.square(parts)
    squares[: len(parts) // 2] += squares[len(parts) // 2 :]
    return squares[: len(parts) // 2]


def _square(values: Complexes) -> Floats:
    """Squared magnitudes."""
    return np.asarray(values.real**2 + values.imag**2)


def _drawn(segments: _Segments, line: Complexes, rate_hz: float, count: int) -> Floats:
    """The interference itself (count,), from the middle of a segment to that of the next in a straight line."""
    length = round(segments.step_s * rate_hz)
    held = np.concatenate([line[:, :1], line, line[:, -1:]], axis=1)
    starts = np.arange(line.shape[1] + 1) * segments.step_s - segments.step_s / 2
    turn = _powers(np.exp(2j * np.pi * segments.hz * starts), segments.harmonics)
    left, right = held[:, :-1] * turn, held[:, 1:] * turn
    within = np.arange(length) / length
    wave = np.exp(2j * np.pi * segments.hz * segments.harmonics[:, None] * (np.arange(length) / rate_hz))
    basis = np.vstack([(1 - within) * wave.real, -(1 - within) * wave.imag, within * wave.real, -within * wave.imag])
    cells = np.concatenate([left.real, left.imag, right.real, right.imag]).T @ basis
    lead = length // 2
    drawn: Floats = cells.ravel()[lead : lead + count]
    return drawn


def _described(segments: _Segments, line: Complexes, rules: Parameters) -> Mains:
    """The median amplitude of each harmonic, put together; with each goes the muscle's power in the width that is followed."""
    if len(segments.harmonics) == 0:
        return NO_MAINS
    amplitude = float(np.sqrt(np.sum(_middles(np.abs(line)) ** 2)))
    lost_hz = 1.5 / rules["mains_follow_s"] * len(segments.harmonics)
    return Mains(
        hz=segments.hz,
        harmonics=tuple(int(each) for each in segments.harmonics),
        amplitude_uv=amplitude,
        loss=lost_hz / (rules["low_pass_hz"] - rules["high_pass_hz"]),
    )


def typical(found: Sequence[Mains], parameters: Parameters | None = None) -> Mains:
    """What several stretches have in common: the middle of frequency and amplitude, where enough of them agree on the frequency."""
    rules = parameters or load_emg_parameters()
    there = [each for each in found if each.harmonics]
    middle = float(np.median([each.hz for each in there])) if there else float("nan")
    agree = [each for each in there if abs(each.hz - middle) < rules["mains_drift_hz"]]
    if len(agree) < max(1.0, _LEAST_SHARE * len(found)):
        return NO_MAINS
    return Mains(
        hz=float(np.median([each.hz for each in agree])),
        harmonics=tuple(sorted({harmonic for each in agree for harmonic in each.harmonics})),
        amplitude_uv=float(np.median([each.amplitude_uv for each in agree])),
        loss=float(sum(each.loss for each in agree) / len(found)),
    )
