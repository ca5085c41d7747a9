"""What bursts look like: their envelopes and their spectra."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from spasmograph.measure.emg.bursts.envelope import half_window, moving_means
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters

SPECTRUM_SIZE = 512
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

    def between(self, start: int, stop: int) -> "Stretch":
        """The same from `start` to `stop` (not included), as far as they are here."""
        return Stretch(samples=self.part(start, stop), first=max(start, self.first), rate_hz=self.rate_hz)

    def sharpened(self, window_s: float) -> "Stretch":
        """The same without what is slow: each sample less the mean of a short window around it, in which what was not measured counts as 0.

        A band-pass without delay rings slowly before and after a strong burst; edges are sought on what is left.
        """
        there = np.isfinite(self.samples)
        known = self.samples if there.all() else np.where(there, self.samples, 0.0)
        (slow,) = moving_means(known, [2 * _half(window_s, self.rate_hz) + 1])
        return Stretch(samples=self.samples - slow, first=self.first, rate_hz=self.rate_hz)

    def ratios(self, noise_power: float) -> "Stretch":
        """The same in power over the noise's; what was not measured counts as noise."""
        ratios = np.square(self.samples)
        ratios /= noise_power
        ratios[~np.isfinite(ratios)] = 1.0
        return Stretch(samples=ratios, first=self.first, rate_hz=self.rate_hz)


@lru_cache(maxsize=64)
def _passed(count: int, half: int) -> Floats:
    """The share of power that `Stretch.sharpened` leaves of each of so many frequencies from 0 to half the rate."""
    phase = np.linspace(0, np.pi, count)
    kept = 1 - (1 + 2 * np.cos(np.outer(phase, np.arange(1, half + 1))).sum(axis=1)) / (2 * half + 1)
    passed: Floats = np.square(kept)
    return passed


def sharp_share(spectrum: Floats, window_s: float, rate_hz: float) -> float:
    """The share of a spectrum's power that `Stretch.sharpened` leaves."""
    return float(_passed(len(spectrum), _half(window_s, rate_hz)) @ spectrum / np.sum(spectrum))


def _half(window_s: float, rate_hz: float) -> int:
    """At least one sample to either side."""
    return max(1, half_window(rate_hz, window_s))


def is_pop(ratios: Stretch, onset: int, offset: int, parameters: Parameters) -> bool:
    """Whether nearly all energy lies within a few milliseconds: an artefact or a single potential, not a burst."""
    summed = np.maximum(ratios.part(onset, offset) - 1.0, 0.0).cumsum()
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
    summed = np.zeros(len(ratios.samples) + 1)
    ratios.samples.cumsum(out=summed[1:])
    first, stop, last = onset - ratios.first, offset - ratios.first, len(ratios.samples)
    if first >= half and stop + half <= last:
        power = summed[first + half + 1 : stop + half + 1] - summed[first - half : stop - half]
        power /= 2 * half + 1
    else:
        places = np.arange(first, stop)
        low, high = np.maximum(places - half, 0), np.minimum(places + half + 1, last)
        power = (summed[high] - summed[low]) / (high - low)
    course = np.sqrt(np.maximum(power - 1.0, 0.0) * noise_power)
    apex = int(course.argmax())
    return Strength(peak_uv=float(course[apex]), mean_uv=float(course.sum()) / len(course), apex=onset + apex)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A burst to be analysed by frequency: `samples` (n,) in µV, the spectrum (257,) of noise of unit power, and the noise's power in µV²."""

    samples: Floats
    noise_spectrum: Floats
    noise_power: float


def median_frequencies_hz(bursts: Sequence[Sample], rate_hz: float, parameters: Parameters) -> list[float]:
    """The frequency that halves the power of each burst's spectrum, that of the noise taken out.

    In hertz; NaN where a burst is shorter than `burst_frequency_least_s`, has missing samples, or the rate is below `rate_least_hz`.
    """
    found = [float("nan")] * len(bursts)
    if rate_hz < parameters["rate_least_hz"]:
        return found
    longest = round(_SEGMENT_S * rate_hz)
    by_size: dict[int, list[int]] = {}
    for place, burst in enumerate(bursts):
        if len(burst.samples) >= parameters["burst_frequency_least_s"] * rate_hz and np.isfinite(burst.samples).all():
            size = max(SPECTRUM_SIZE, 1 << (min(len(burst.samples), longest) - 1).bit_length())
            by_size.setdefault(size, []).append(place)
    for size, places in by_size.items():
        for place, middle in zip(places, _medians([bursts[place] for place in places], size, longest), strict=True):
            found[place] = middle * rate_hz / size
    return found


def _medians(bursts: Sequence[Sample], size: int, longest: int) -> list[float]:
    """The same in bins of spectra of one size."""
    from scipy.fft import rfft

    widths = [min(len(burst.samples), longest) for burst in bursts]
    counts = np.array([len(burst.samples) // width for burst, width in zip(bursts, widths, strict=True)])
    starts = np.cumsum(counts) - counts
    segments = np.zeros((counts.sum(), size))
    for burst, width, first, count in zip(bursts, widths, starts, counts, strict=True):
        np.multiply(burst.samples[: count * width].reshape(count, width), _taper(width), out=segments[first : first + count, :width])
    spectra = rfft(segments, axis=1)
    power = np.add.reduceat(np.square(spectra.real) + np.square(spectra.imag), starts, axis=0) / counts[:, None]
    power -= np.array([burst.noise_power * _resized(burst.noise_spectrum, power.shape[1]) for burst in bursts])
    return [_halved(each) for each in np.cumsum(np.maximum(power, 0.0), axis=1)]


def _halved(summed: Floats) -> float:
    """Where a sum that only grows reaches half of what it comes to, in places; NaN where that is nothing."""
    if summed[-1] <= 0:
        return float("nan")
    half = 0.5 * summed[-1]
    after = int(summed.searchsorted(half, side="right"))
    return after - 1 + float((half - summed[after - 1]) / (summed[after] - summed[after - 1])) if after else 0.0


def _resized(spectrum: Floats, count: int) -> Floats:
    """A spectrum at so many frequencies between the same two."""
    if len(spectrum) == count:
        return spectrum
    resized: Floats = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(spectrum)), spectrum)
    return resized


@lru_cache(maxsize=1024)
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
