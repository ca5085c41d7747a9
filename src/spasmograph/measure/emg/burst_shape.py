"""What one burst looks like: its exact edges, its envelope, and its spectrum."""

from dataclasses import dataclass

import numpy as np

from spasmograph.measure.emg.envelope import half_window, moving_sum
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters

_LEAST_RATIO = 1.5
_SEGMENT_S = 0.256


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Samples around a burst: `samples` (n,) in µV, NaN where not measured, from index `first` of the recording on, at `rate_hz`."""

    samples: Floats
    first: int
    rate_hz: float

    def part(self, start: int, stop: int) -> Floats:
        """Samples `start` to `stop` (not included) of the recording, as far as they are here."""
        return self.samples[max(0, start - self.first) : max(0, stop - self.first)]


def onset_sample(stretch: Stretch, near: int, bounds: tuple[int, int], noise_power: float, parameters: Parameters) -> int:
    """The sample at which a burst begins: where activity from there on, and noise before it, is likeliest.

    Args:
        stretch: the samples around the burst.
        near: where the coarse search put the onset.
        bounds: the first sample that it may be, and the last of the burst.
        noise_power: of the noise, in µV².
        parameters: the rule set.

    Returns:
        The index in the recording.

    References:
        Staude et al., EURASIP J Appl Signal Process 2001;2:67–81.
    """
    reach = round(parameters["burst_edge_reach_s"] * stretch.rate_hz)
    low, high = max(bounds[0], near - reach), min(bounds[1], near + reach)
    inside = _ratios(stretch.part(near, high), noise_power)
    level = float(inside.mean()) * parameters["burst_edge_share"] if len(inside) else _LEAST_RATIO
    ratio = min(max(level, _LEAST_RATIO), parameters["burst_edge_ratio"])
    path = np.cumsum(_evidence(_ratios(stretch.part(low, high), noise_power), ratio))
    return low + int(np.concatenate([[0.0], path]).argmin())


def offset_sample(stretch: Stretch, near: int, bounds: tuple[int, int], noise_power: float, parameters: Parameters) -> int:
    """The sample after the last one of a burst: `onset_sample` with time turned round; `bounds` are the burst's first and the last it may be."""
    end = stretch.first + len(stretch.samples)
    turned = Stretch(samples=stretch.samples[::-1], first=-end, rate_hz=stretch.rate_hz)
    return -onset_sample(turned, -near, (-bounds[1], -bounds[0]), noise_power, parameters)


def is_pop(samples: Floats, noise_power: float, rate_hz: float, parameters: Parameters) -> bool:
    """Whether nearly all energy lies within a few milliseconds: an artefact or a single potential, not a burst."""
    energy = np.maximum(_ratios(samples, noise_power) - 1.0, 0.0)
    half = half_window(rate_hz, parameters["burst_pop_s"])
    return bool(moving_sum(energy, half).max() > parameters["burst_pop_share"] * energy.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The envelope of a burst, noise taken out: its peak and mean in µV, and the sample of the peak."""

    peak_uv: float
    mean_uv: float
    apex: int


def strength(stretch: Stretch, onset: int, offset: int, noise_power: float, parameters: Parameters) -> Strength:
    """How strong a burst is, by its envelope over `envelope_window_s`; noise is taken out as power, `sqrt(max(E² − noise², 0))`."""
    half = half_window(stretch.rate_hz, parameters["envelope_window_s"])
    low = max(stretch.first, onset - half)
    ratios = _ratios(stretch.part(low, offset + half), noise_power)
    power = moving_sum(ratios, half) / moving_sum(np.ones(len(ratios)), half)
    course = np.sqrt(np.maximum(power - 1.0, 0.0) * noise_power)[onset - low : offset - low]
    return Strength(peak_uv=float(course.max()), mean_uv=float(course.mean()), apex=onset + int(course.argmax()))


def median_frequency_hz(samples: Floats, correlation: Floats, noise_power: float, rate_hz: float, parameters: Parameters) -> float:
    """The frequency that halves the power of a burst's spectrum, that of the noise taken out.

    Args:
        samples: (n,) of the burst, in µV.
        correlation: autocorrelation of the noise by lag.
        noise_power: of the noise, in µV².
        rate_hz: samples a second.
        parameters: the rule set.

    Returns:
        In hertz; NaN where the burst is shorter than `burst_frequency_least_s`, has missing samples, or the rate is below `rate_least_hz`.
    """
    short = len(samples) < parameters["burst_frequency_least_s"] * rate_hz
    if short or rate_hz < parameters["rate_least_hz"] or np.isnan(samples).any():
        return float("nan")
    width = min(len(samples), round(_SEGMENT_S * rate_hz))
    segments = samples[: len(samples) // width * width].reshape(-1, width)
    size = 1 << max(9, width.bit_length())
    taper = np.hanning(width + 2)[1:-1]
    power = np.square(np.abs(np.fft.rfft(segments * taper, size, axis=1))).mean(axis=0) / np.square(taper).sum()
    summed = np.cumsum(np.maximum(power - noise_power * _spectrum(correlation, size), 0.0))
    if summed[-1] <= 0:
        return float("nan")
    return float(np.interp(0.5 * summed[-1], summed, np.arange(len(summed)) * rate_hz / size))


def _spectrum(correlation: Floats, size: int) -> Floats:
    """The power spectrum that belongs to an autocorrelation."""
    lags = correlation[: size // 2]
    around = np.zeros(size)
    around[: len(lags)] = lags
    around[size - len(lags) + 1 :] += lags[:0:-1]
    spectrum: Floats = np.fft.rfft(around).real
    return spectrum


def _ratios(samples: Floats, noise_power: float) -> Floats:
    """Power over the noise's; what was not measured counts as noise."""
    ratios = np.square(samples) / noise_power
    ratios[np.isnan(ratios)] = 1.0
    return ratios


def _evidence(ratios: Floats, ratio: float) -> Floats:
    """Log-likelihood ratio of activity against noise, but for a factor."""
    evidence: Floats = ratios * (1 - 1 / ratio) - np.log(ratio)
    return evidence
