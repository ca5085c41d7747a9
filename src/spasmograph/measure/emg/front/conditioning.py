"""The band of surface EMG: what lies below it is movement and drift, what lies above it is noise."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import InputError
from spasmograph.measure.emg.front.windows import Window, Windows
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters, load_emg_parameters

# Of the rate: nothing is passed above this, and the band begins below that where the rate is very low.
_TOP = 0.45
_BOTTOM = 0.2
_ORDER = 4
_CENTRE_HZ = 100.0
# Pieces that are filtered at once are so many times as long as the filter.
_OVERLAP_SAVE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The frequencies that are kept, in hertz; `high_hz` is infinite where the rate itself is the limit."""

    low_hz: float
    high_hz: float
    transition_hz: float


def band_for(rate_hz: float, parameters: Parameters | None = None) -> Band:
    """The band that a rate allows: 20–450 Hz by default, up to half the rate where that is less.

    Raises:
        InputError: the rate is not a positive number.

    References:
        van Boxtel, Psychophysiology 2001;38:22–34: high-pass 15–25 Hz and low-pass 400–500 Hz for the muscles of the face.
    """
    if not 0 < rate_hz < np.inf:
        msg = f"the rate is {rate_hz} Hz; it must be a positive number"
        raise InputError(msg)
    rules = parameters or load_emg_parameters()
    low = min(rules["high_pass_hz"], _BOTTOM * rate_hz)
    high = rules["low_pass_hz"]
    return Band(low_hz=low, high_hz=high if high < _TOP * rate_hz else np.inf, transition_hz=min(rules["band_transition_hz"], 0.8 * low))


def linear_phase(rate_hz: float, parameters: Parameters | None = None) -> Floats:
    """The weights of the zero-phase filter, symmetric, an odd number of them; a constant is stopped altogether."""
    rules = parameters or load_emg_parameters()
    return _weights(rate_hz, band_for(rate_hz, rules), rules["band_stop_db"])


@lru_cache(maxsize=16)
def _weights(rate_hz: float, band: Band, stop_db: float) -> Floats:
    from scipy.signal import firwin, kaiser_beta, kaiserord

    count = kaiserord(stop_db, band.transition_hz / (rate_hz / 2))[0] | 1
    window = np.kaiser(count, kaiser_beta(stop_db))
    edges = [band.low_hz] if np.isinf(band.high_hz) else [band.low_hz, band.high_hz]
    taps = firwin(count, edges, window=("kaiser", kaiser_beta(stop_db)), pass_zero=False, fs=rate_hz)
    weights: Floats = taps - window * (taps.sum() / window.sum())
    weights.setflags(write=False)
    return weights


def bridged(samples: Floats, missing: NDArray[np.bool_]) -> Floats:
    """The samples with soft steps from one side to the other where they are missing, held at the ends; zeros where there is none at all."""
    if not missing.any():
        return samples
    there = np.flatnonzero(~missing)
    if len(there) == 0:
        return np.zeros(len(samples))
    gaps = np.flatnonzero(missing)
    after = np.searchsorted(there, gaps)
    left, right = there[np.maximum(after - 1, 0)], there[np.minimum(after, len(there) - 1)]
    share = np.clip((gaps - left) / np.maximum(right - left, 1), 0, 1)
    # A straight line has corners, which reach into the band; half a cosine hardly does.
    soft = np.sin(np.pi / 2 * share) ** 2
    filled = samples.copy()
    filled[gaps] = samples[left] * (1 - soft) + samples[right] * soft
    return filled


def zero_phase(samples: Floats, taps: Floats) -> Floats:
    """Filtered without delay; see `mirrored` for what is thought to lie beyond the ends."""
    from scipy.fft import irfft, next_fast_len, rfft

    if len(samples) == 0:
        return samples
    size = next_fast_len(min(_OVERLAP_SAVE * len(taps), len(samples) + len(taps) - 1), real=True)
    step = size - len(taps) + 1
    count = -(-len(samples) // step)
    around = mirrored(samples, len(taps) // 2, spare=(count - 1) * step + size - len(samples) - len(taps) + 1)
    spectra = rfft(np.lib.stride_tricks.sliding_window_view(around, size)[::step], axis=1)
    spectra *= rfft(taps, size)
    filtered: Floats = irfft(spectra, size, axis=1, overwrite_x=True)[:, len(taps) - 1 :].reshape(-1)[: len(samples)]
    return filtered


def mirrored(samples: Floats, reach: int, spare: int = 0) -> Floats:
    """The samples and `reach` more on both sides: mirrored about their trend, so that neither noise nor drift breaks off; then `spare` zeros."""
    before = _before(samples[: 2 * reach], reach)
    after = _before(samples[::-1][: 2 * reach], reach)
    return np.concatenate([before, samples, after[::-1], np.zeros(spare)])


def _before(samples: Floats, reach: int) -> Floats:
    """What is thought to lie before samples of which there is one at least: a parabola goes on, noise about it is mirrored."""
    count, level = len(samples), samples[0]
    terms, inverse = _parabola(count, reach)
    trend = ((samples - level) @ inverse) @ terms
    noise = samples - level - trend[reach:]
    turned = noise[reach:0:-1] if count > reach else np.pad(noise, (reach, 0), mode="reflect" if count > 1 else "edge")[:reach]
    before: Floats = level + trend[:reach] + turned
    return before


@lru_cache(maxsize=16)
def _parabola(count: int, reach: int) -> tuple[Floats, Floats]:
    """The terms of a parabola through so many samples, and before them, and what gives their weights; fewer terms for a few samples."""
    at = np.arange(-reach, count) / max(count, 1)
    terms = np.stack([at**power for power in range(min(3, (count + 3) // 4))])
    return terms, np.linalg.pinv(terms[:, reach:].T).T


class Conditioner:
    """Keeps the band of surface EMG, block by block: `update` with any number of samples, then `close`.

    What comes out is as long as what went in, sample by sample at the same place, and the same however the samples were cut. Without `causal` the
    filter has zero phase and looks ahead, so that `update` returns samples later. With `causal` it returns them at once, delayed by `delay_s`.
    NaN stays NaN and goes no further: the filter sees a soft step there, so that samples up to `reach_s` from it are less sure.
    """

    def __init__(self, *, rate_hz: float, causal: bool = False, parameters: Parameters | None = None) -> None:
        rules = parameters or load_emg_parameters()
        self._filter = _Causal(rate_hz, rules) if causal else _ZeroPhase(rate_hz, rules)

    @property
    def delay_s(self) -> float:
        """How much later something at 100 Hz, or in the middle of a lower band, comes out than it went in; 0 with zero phase."""
        return self._filter.delay_s

    @property
    def reach_s(self) -> float:
        """How far the filter's main weight reaches to either side: half a period of the lowest frequency that is kept."""
        return self._filter.reach_s

    def update(self, samples_uv: Floats) -> Floats:
        """Conditioned samples that are ready now, in microvolts; perhaps none."""
        return self._filter.update(np.asarray(samples_uv, np.float64))

    def close(self) -> Floats:
        """The rest of the conditioned samples."""
        return self._filter.close()


def condition(samples_uv: Floats, *, rate_hz: float, causal: bool = False, parameters: Parameters | None = None) -> Floats:
    """Keeps what muscle makes: 20–450 Hz by default, without drift, offset and movement.

    Args:
        samples_uv: (n,) in microvolts, NaN where there is none.
        rate_hz: samples a second.
        causal: if the filter may look at the past only, as it has to live; its delay is `Conditioner.delay_s`.
        parameters: the rule set, else the one that ships.

    Returns:
        (n,) in microvolts; NaN where `samples_uv` is.

    Raises:
        InputError: the rate is not a positive number.

    References:
        van Boxtel, Psychophysiology 2001;38:22–34. De Luca et al., J Biomech 2010;43:1573–9.
    """
    conditioner = Conditioner(rate_hz=rate_hz, causal=causal, parameters=parameters)
    return np.concatenate([conditioner.update(samples_uv), conditioner.close()])


class _ZeroPhase:
    """Linear-phase filter with its delay taken out, on blocks that lie at fixed places."""

    delay_s = 0.0

    def __init__(self, rate_hz: float, rules: Parameters) -> None:
        self._taps = linear_phase(rate_hz, rules)
        self.reach_s = 0.5 / band_for(rate_hz, rules).low_hz
        reach = len(self._taps) // 2
        self._windows = Windows(block=max(round(rules["front_block_s"] * rate_hz), reach + 1), margin=reach)

    def update(self, samples: Floats) -> Floats:
        return _joined([self._filtered(window) for window in self._windows.update(samples)])

    def close(self) -> Floats:
        return _joined([self._filtered(window) for window in self._windows.close()])

    def _filtered(self, window: Window) -> Floats:
        missing = np.isnan(window.samples)
        filtered = zero_phase(bridged(window.samples, missing), self._taps)
        filtered[missing] = np.nan
        return filtered[window.inner]


class _Causal:
    """Butterworth filter of order 4 with its state."""

    def __init__(self, rate_hz: float, rules: Parameters) -> None:
        from scipy.signal import butter, sosfilt_zi

        band = band_for(rate_hz, rules)
        edges, kind = (band.low_hz, "highpass") if np.isinf(band.high_hz) else ((band.low_hz, band.high_hz), "bandpass")
        self._sos: Floats = butter(_ORDER, edges, kind, fs=rate_hz, output="sos")
        self._at_rest: Floats = sosfilt_zi(self._sos)
        self._state: Floats | None = None
        self._last = 0.0
        self.reach_s = 0.5 / band.low_hz
        self.delay_s = _delay_s(self._sos, rate_hz, min(_CENTRE_HZ, (band.low_hz + rate_hz / 2) / 2))

    def update(self, samples: Floats) -> Floats:
        """The state begins at rest at the first value, so that an offset is no burst."""
        from scipy.signal import sosfilt

        missing = np.isnan(samples)
        if len(samples) == 0:
            return samples
        if self._state is None:
            there = np.flatnonzero(~missing)
            if len(there) == 0:
                return samples.copy()
            self._last = float(samples[there[0]])
            self._state = self._at_rest * self._last
        filtered: Floats
        filtered, self._state = sosfilt(self._sos, self._held(samples, missing), zi=self._state)
        filtered[missing] = np.nan
        return filtered

    def close(self) -> Floats:
        return np.empty(0)

    def _held(self, samples: Floats, missing: NDArray[np.bool_]) -> Floats:
        """The last value there was, where there is none."""
        known = np.concatenate([[self._last], samples])
        latest = np.maximum.accumulate(np.where(missing, 0, np.arange(1, len(known))))
        held: Floats = known[latest]
        self._last = float(held[-1]) if len(held) else self._last
        return held


def _delay_s(sos: Floats, rate_hz: float, at_hz: float) -> float:
    """Group delay at one frequency, by the phase on both sides of it."""
    from scipy.signal import sosfreqz

    near = np.array([0.99, 1.01]) * at_hz
    phase = np.unwrap(np.angle(sosfreqz(sos, near, fs=rate_hz)[1]))
    return float((phase[0] - phase[1]) / (2 * np.pi * (near[1] - near[0])))


def _joined(parts: list[Floats]) -> Floats:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0)
