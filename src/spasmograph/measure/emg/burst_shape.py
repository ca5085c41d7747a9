"""What one burst looks like: its exact edges, its envelope, and its spectrum."""

from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np

from spasmograph.measure.emg.envelope import half_window
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters

SPECTRUM_SIZE = 512
_LEAST_RATIO = 1.5
_SEGMENT_S = 0.256


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Samples around a burst: `samples` (n,) in µV, NaN where not measured, from index `first` of the recording on, at `rate_hz`."""

    samples: Floats
    first: int
    rate_hz: float

    @property
    def stop(self) -> int:
        """The index after the last."""
        return self.first + len(self.samples)

    def part(self, start: int, stop: int) -> Floats:
        """Samples `start` to `stop` (not included) of the recording, as far as they are here."""
        return self.samples[max(0, start - self.first) : max(0, stop - self.first)]

    def ratios(self, start: int, stop: int, noise_power: float) -> "Stretch":
        """The same in power over the noise's, from `start` to `stop`; what was not measured counts as noise."""
        ratios = np.square(self.part(start, stop))
        ratios /= noise_power
        ratios[~np.isfinite(ratios)] = 1.0
        return Stretch(samples=ratios, first=max(start, self.first), rate_hz=self.rate_hz)


def onset_sample(ratios: Stretch, near: int, bounds: tuple[int, int], floor: float, parameters: Parameters) -> int:
    """The sample at which a burst begins: where activity from there on, and noise before it, is likeliest.

    Args:
        ratios: power over the noise's around the burst.
        near: where the coarse search put the onset.
        bounds: the first sample that it may be, and the last of the burst.
        floor: the power, over the noise's, below which nothing counts.
        parameters: the rule set.

    Returns:
        The index in the recording.

    References:
        Staude et al., EURASIP J Appl Signal Process 2001;2:67–81.
    """
    reach = round(parameters["burst_edge_reach_s"] * ratios.rate_hz)
    low, high = max(bounds[0], ratios.first, near - reach), min(bounds[1], near + reach)
    part = ratios.part(low, high)
    inside = part[max(0, near - low) :]
    level = float(inside.sum()) / len(inside) / floor * parameters["burst_edge_share"] if len(inside) else 0.0
    ratio = min(max(level, _LEAST_RATIO), parameters["burst_edge_ratio"])
    path = np.cumsum(part * ((1 - 1 / ratio) / floor) - log(ratio))
    lowest = int(path.argmin()) if len(path) else -1
    return low + lowest + 1 if lowest >= 0 and path[lowest] < 0 else low


def offset_sample(ratios: Stretch, near: int, bounds: tuple[int, int], floor: float, parameters: Parameters) -> int:
    """The sample after the last one of a burst: `onset_sample` with time turned round; `bounds` are the burst's first and the last it may be."""
    turned = Stretch(samples=ratios.samples[::-1], first=-ratios.stop, rate_hz=ratios.rate_hz)
    return -onset_sample(turned, -near, (-bounds[1], -bounds[0]), floor, parameters)


def is_pop(ratios: Stretch, onset: int, offset: int, parameters: Parameters) -> bool:
    """Whether nearly all energy lies within a few milliseconds: an artefact or a single potential, not a burst."""
    summed = np.cumsum(np.maximum(ratios.part(onset, offset) - 1.0, 0.0))
    width = 2 * half_window(ratios.rate_hz, parameters["burst_pop_s"]) + 1
    strongest = max(float((summed[width:] - summed[:-width]).max(initial=0.0)), float(summed[:width][-1]))
    return strongest > parameters["burst_pop_share"] * float(summed[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The envelope of a burst, noise taken out: its peak and mean in µV, and the sample of the peak."""

    peak_uv: float
    mean_uv: float
    apex: int


def strength(ratios: Stretch, onset: int, offset: int, noise_power: float, parameters: Parameters) -> Strength:
    """How strong a burst is, by its envelope over `envelope_window_s`; noise is taken out as power, `sqrt(max(E² − noise², 0))`."""
    half = half_window(ratios.rate_hz, parameters["envelope_window_s"])
    summed = np.concatenate([[0.0], np.cumsum(ratios.samples)])
    places = np.arange(onset, offset) - ratios.first
    low, high = np.maximum(places - half, 0), np.minimum(places + half + 1, len(summed) - 1)
    power = (summed[high] - summed[low]) / (high - low)
    course = np.sqrt(np.maximum(power - 1.0, 0.0) * noise_power)
    apex = int(course.argmax())
    return Strength(peak_uv=float(course[apex]), mean_uv=float(course.sum()) / len(course), apex=onset + apex)


def median_frequency_hz(samples: Floats, noise_spectrum: Floats, noise_power: float, rate_hz: float, parameters: Parameters) -> float:
    """The frequency that halves the power of a burst's spectrum, that of the noise taken out.

    Args:
        samples: (n,) of the burst, in µV.
        noise_spectrum: of noise of unit power, (257,) from 0 to half the rate.
        noise_power: of the noise, in µV².
        rate_hz: samples a second.
        parameters: the rule set.

    Returns:
        In hertz; NaN where the burst is shorter than `burst_frequency_least_s`, has missing samples, or the rate is below `rate_least_hz`.
    """
    short = len(samples) < parameters["burst_frequency_least_s"] * rate_hz
    if short or rate_hz < parameters["rate_least_hz"] or not np.isfinite(samples).all():
        return float("nan")
    width = min(len(samples), round(_SEGMENT_S * rate_hz))
    size = max(SPECTRUM_SIZE, 1 << (width - 1).bit_length())
    segments = samples[: len(samples) // width * width].reshape(-1, width)
    spectra = np.fft.rfft(segments * _taper(width), size, axis=1)
    power = (np.square(spectra.real) + np.square(spectra.imag)).sum(axis=0) / len(segments)
    summed = np.cumsum(np.maximum(power - noise_power * _resized(noise_spectrum, len(power)), 0.0))
    if summed[-1] <= 0:
        return float("nan")
    return float(np.interp(0.5 * summed[-1], summed, np.arange(len(summed)))) * rate_hz / size


def _resized(spectrum: Floats, count: int) -> Floats:
    """A spectrum at so many frequencies between the same two."""
    if len(spectrum) == count:
        return spectrum
    resized: Floats = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(spectrum)), spectrum)
    return resized


@lru_cache(maxsize=64)
def _taper(width: int) -> Floats:
    """A Hann window of unit energy."""
    window = np.hanning(width + 2)[1:-1]
    taper: Floats = window / np.sqrt(np.square(window).sum())
    taper.setflags(write=False)
    return taper


def spectrum_of(correlation: Floats) -> Floats:
    """The power spectrum (257,) that belongs to an autocorrelation by lag."""
    lags = correlation[: SPECTRUM_SIZE // 2]
    around = np.zeros(SPECTRUM_SIZE)
    around[: len(lags)] = lags
    around[SPECTRUM_SIZE - len(lags) + 1 :] += lags[:0:-1]
    spectrum: Floats = np.fft.rfft(around).real
    return spectrum
