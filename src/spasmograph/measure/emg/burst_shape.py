"""What one burst looks like: its exact edges, its envelope, and its spectrum."""

from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np

from spasmograph.measure.emg.envelope import half_window
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters

SPECTRUM_SIZE = 512
_LEAST_HEIGHT = 0.5
_HEIGHT_STEP = 1.25
_HEIGHT_S = 0.02
_SLOPES = (0.3, 0.6, 1.0)
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
    """The sample at which a burst begins: where noise before it and activity from there on, at once or rising evenly, are likeliest.

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
    reach, rise = (round(parameters[name] * ratios.rate_hz) for name in ("burst_edge_reach_s", "burst_edge_rise_s"))
    low = max(bounds[0], ratios.first, near - reach)
    course = ratios.part(low, min(bounds[1], near + rise)) / floor
    if len(course) == 0:
        return low
    height = _height(course[max(0, near - low) :], ratios.rate_hz)
    step = _step_evidence(course, height)[: max(1, near - low + reach)]
    best = int(step.argmax())
    most = float(step[best]) + parameters["burst_edge_evidence"]
    padded = np.concatenate([course, np.zeros(max(2, rise))])
    for share in _SLOPES:
        sloped = step + _slope_evidence(padded, len(course), height, max(2, round(share * rise)))[: len(step)]
        place = int(sloped.argmax())
        if sloped[place] > most:
            best, most = place, float(sloped[place])
    return low + best


def _height(inside: Floats, rate_hz: float) -> float:
    """How far the power just inside an edge rises above the noise's, over 20 ms, in steps of a quarter."""
    summed = np.cumsum(inside)
    width = round(_HEIGHT_S * rate_hz)
    if len(inside) > width > 0:
        height = float((summed[width:] - summed[:-width]).max()) / width - 1
    else:
        height = float(summed[-1]) / len(inside) - 1 if len(inside) else 0.0
    return float(_HEIGHT_STEP ** round(log(max(height, _LEAST_HEIGHT)) / log(_HEIGHT_STEP)))


def _step_evidence(course: Floats, height: float) -> Floats:
    """Log-likelihood ratio, but for a factor, that power is raised by `height` from each place on to the end, against noise."""
    evidence = course * (1 - 1 / (1 + height)) - log(1 + height)
    summed: Floats = np.cumsum(evidence[::-1])[::-1]
    return summed


def _slope_evidence(padded: Floats, count: int, height: float, length: int) -> Floats:
    """What is to be added to `_step_evidence` where the amplitude rises evenly over `length` samples rather than at once."""
    weights, constants = _slope(height, length)
    evidence: Floats = np.correlate(padded[: count + length - 1], weights, "valid") + constants[0]
    # Near the end a part of the slope only.
    part = min(count, length - 1)
    evidence[count - part :] += constants[length - part :] - constants[0]
    return evidence


@lru_cache(maxsize=256)
def _slope(height: float, length: int) -> tuple[Floats, Floats]:
    """Weights of a slope's samples against a step's, and what they are to be compared with, by how many of them are left out at the end."""
    power = 1 + height * np.square((np.arange(length) + 0.5) / length)
    return 1 / (1 + height) - 1 / power, np.cumsum(log(1 + height) - np.log(power))[::-1].copy()


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
