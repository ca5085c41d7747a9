"""Noise in the band of EMG, and bursts in it of exactly known place and strength."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.random import Generator

from spasmograph.model import Burst, Floats

RATE_HZ = 1000.0
BAND_HZ = (20.0, 450.0)


def noise(random: Generator, seconds: float, rate_hz: float = RATE_HZ, *, pink: bool = False) -> Floats:
    """Noise of unit power in the band, white or falling with frequency."""
    count = round(seconds * rate_hz)
    frequencies_hz = np.fft.rfftfreq(count, 1 / rate_hz)
    inside = (frequencies_hz >= BAND_HZ[0]) & (frequencies_hz <= BAND_HZ[1])
    spectrum = np.fft.rfft(random.standard_normal(count)) * inside
    if pink:
        spectrum /= np.sqrt(np.maximum(frequencies_hz, 1.0))
    samples = np.fft.irfft(spectrum, count)
    shaped: Floats = samples / samples.std()
    return shaped


def with_bursts(random: Generator, samples: Floats, spans: Iterable[tuple[float, float]], strength: float, rate_hz: float = RATE_HZ) -> Floats:
    """The samples with activity of this RMS in each span (onset and offset in seconds)."""
    made = samples.copy()
    for onset_s, offset_s in spans:
        first, stop = round(onset_s * rate_hz), round(offset_s * rate_hz)
        made[first:stop] += strength * noise(random, (stop - first) / rate_hz + 0.5, rate_hz)[: stop - first]
    return made


def spans(random: Generator, until_s: float, *, duration_s: float = 0.1, pause_s: tuple[float, float] = (0.3, 1.0)) -> list[tuple[float, float]]:
    """Bursts of one length that follow each other, on whole milliseconds."""
    made: list[tuple[float, float]] = []
    onset_s = 2.0
    while onset_s + duration_s < until_s - 1:
        made.append((onset_s, onset_s + duration_s))
        onset_s = round(onset_s + duration_s + random.uniform(*pause_s), 3)
    return made


def times(bursts: Iterable[Burst]) -> list[tuple[float, float]]:
    return [(burst.onset_s, burst.offset_s) for burst in bursts]


def errors_s(bursts: Sequence[Burst], truth: Sequence[tuple[float, float]]) -> Floats:
    """Onset and offset errors (n, 2) of bursts that are one for one those of the truth."""
    assert len(bursts) == len(truth)
    found: Floats = np.array(times(bursts)) - np.array(truth)
    return found
