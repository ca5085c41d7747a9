"""What an electrode sees besides the muscle: noise, mains, heart beats, slow drift; any stretch of it, always the same."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator, default_rng

from spasmograph.model.common import Floats

BLOCK = 1 << 16
BAND_HZ = (20.0, 450.0)
PINK_FROM_HZ = 2.0
PINK_TAPS = 8192
QRS = ((-0.02, 0.008, -0.15), (0.0, 0.010, 1.0), (0.022, 0.010, -0.3), (0.25, 0.05, 0.2), (-0.16, 0.025, 0.1))  # centre s, width s, height
QRS_REACH_S = 0.5
HARMONICS = ((1, 1.0), (2, 0.15), (3, 0.4), (5, 0.2), (7, 0.1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """How strong each disturbance is, as a multiple of the noise: root mean square of white and pink noise, amplitude of the others.

    `mains_hz` is the true frequency, a little off its nominal one; it wanders by a few hundredths of a hertz, as the grid does.
    """

    white: float = 1.0
    pink: float = 0.0
    mains: float = 0.0
    mains_hz: float = 50.0
    ecg: float = 0.0
    drift: float = 0.0


def random_of(seed: int, *path: int) -> Generator:
    """Random numbers of one place of one simulation, so that no part depends on how many another one drew."""
    return default_rng((seed, *path))


def noise_block(disturbance: Disturbance, seed: int, channel: int, block: int, rate_hz: float) -> Floats:
    """White and pink noise of one block of `BLOCK` samples; a share of 1 has a root mean square of 1 within 20-450 Hz."""
    samples = np.zeros(BLOCK)
    if disturbance.white:
        samples += disturbance.white / np.sqrt(_share_in_band(rate_hz)) * random_of(seed, 1, channel, block).standard_normal(BLOCK)
    if disturbance.pink:
        pair = np.concatenate([random_of(seed, 2, channel, at).standard_normal(BLOCK) for at in (block, block + 1)])
        samples += disturbance.pink * np.fft.irfft(np.fft.rfft(pair) * _pink_response(rate_hz))[BLOCK:]
    return samples


def _share_in_band(rate_hz: float) -> float:
    """The share of white noise that lies in the band of EMG."""
    return (min(BAND_HZ[1], rate_hz / 2) - BAND_HZ[0]) / (rate_hz / 2)


@lru_cache(maxsize=4)
def _pink_response(rate_hz: float) -> Floats:
    """The response, over two blocks, of a filter with power 1/f above 2 Hz, that is over before one block has passed."""
    frequency_hz = np.fft.rfftfreq(PINK_TAPS, 1 / rate_hz)
    taps = np.roll(np.fft.irfft(1 / np.sqrt(np.maximum(frequency_hz, PINK_FROM_HZ))), PINK_TAPS // 2) * np.hanning(PINK_TAPS)
    response = np.fft.rfft(taps, 2 * BLOCK)
    grid_hz = np.fft.rfftfreq(2 * BLOCK, 1 / rate_hz)
    inside = (grid_hz >= BAND_HZ[0]) & (grid_hz <= BAND_HZ[1])
    in_band: Floats = response / np.sqrt((np.abs(response[inside]) ** 2).sum() / len(grid_hz))
    return in_band


def mains_wave(frequency_hz: float, seed: int, channel: int, time_s: Floats) -> Floats:
    """Mains interference of unit amplitude with its odd harmonics; the phase, and the harmonics' phases, are the channel's own."""
    phases = random_of(seed, 3, channel).uniform(0.0, 2 * np.pi, len(HARMONICS))
    turn = 2 * np.pi * frequency_hz * time_s + 0.8 * np.sin(2 * np.pi * time_s / 97.0)
    wave: Floats = np.sum([height * np.cos(order * turn + phase) for (order, height), phase in zip(HARMONICS, phases, strict=True)], axis=0)
    return wave


def drift_wave(seed: int, channel: int, time_s: Floats) -> Floats:
    """Slow drift of about unit amplitude: breathing, sweat and the like, below 0.5 Hz."""
    random = random_of(seed, 4, channel)
    slow = zip(random.uniform(0.02, 0.5, 4), random.uniform(0.0, 2 * np.pi, 4), strict=True)
    wave: Floats = np.sum([0.4 * np.cos(2 * np.pi * frequency_hz * time_s + phase) for frequency_hz, phase in slow], axis=0)
    return wave


def heart_beats(seed: int, duration_s: float) -> Floats:
    """Times of the R waves in seconds: about 70 a minute with the variability of rest, breathing in it."""
    random = random_of(seed, 5)
    count = int(duration_s * 2.5) + 5
    base_s = random.uniform(0.75, 0.95)
    steps_s = base_s * (1 + 0.04 * np.sin(np.arange(count) * 2 * np.pi / 4.3)) + random.normal(0.0, 0.02, count)
    beats_s = random.uniform(0.1, 0.9) + np.cumsum(steps_s)
    return beats_s[beats_s < duration_s]


def ecg_wave(beats_s: Floats, seed: int, channel: int, time_s: Floats) -> Floats:
    """Heart beats as a facial electrode sees them, the R wave of about unit height; sign and size are the channel's own."""
    gain = random_of(seed, 6, channel).uniform(0.6, 1.0) * random_of(seed, 7, channel).choice([-1.0, 1.0])
    near = beats_s[(beats_s > time_s[0] - QRS_REACH_S) & (beats_s < time_s[-1] + QRS_REACH_S)]
    wave = np.zeros(len(time_s))
    for beat_s in near:
        first, stop = np.searchsorted(time_s, (beat_s - QRS_REACH_S, beat_s + QRS_REACH_S))
        since_s = time_s[first:stop] - beat_s
        wave[first:stop] += sum(height * np.exp(-0.5 * ((since_s - centre_s) / width_s) ** 2) for centre_s, width_s, height in QRS)
    return np.asarray(gain * wave)
