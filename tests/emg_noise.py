"""Noise as a muscle's electrode has it, in a few lines: enough to test the front end of a channel with."""

import numpy as np

from spasmograph.model import Channel, Floats
from spasmograph.terms import ChannelKind

RATE_HZ = 2000.0


def muscle_noise(count: int, *, seed: int = 0, rate_hz: float = RATE_HZ) -> Floats:
    """Noise of unit strength with the spectrum of surface EMG: rising to some 80 Hz, falling above 250 Hz."""
    hz = np.fft.rfftfreq(count, 1 / rate_hz)
    shape = hz / 60 / (1 + (hz / 60) ** 2) / (1 + (hz / 250) ** 4)
    noise = np.fft.irfft(np.fft.rfft(np.random.default_rng(seed).standard_normal(count)) * shape, count)
    return np.asarray(noise / noise.std())


def bursting(count: int, *, height: float, every_s: float = 2.3, lasting_s: float = 0.1, rate_hz: float = RATE_HZ) -> Floats:
    """How strong the muscle is over time: 1 at rest, `height` in bursts."""
    time_s = np.arange(count) / rate_hz
    return np.where((time_s > 1) & ((time_s - 1) % every_s < lasting_s), height, 1.0)


def heart(count: int, *, height: float, seed: int = 0, rate_hz: float = RATE_HZ, period_s: float = 0.85) -> tuple[Floats, Floats]:
    """Beats of one waveform in a slightly irregular rhythm, and their times in seconds."""
    random = np.random.default_rng(seed)
    beats_s = np.cumsum(period_s * (1 + 0.05 * random.standard_normal(int(count / rate_hz / period_s * 1.5) + 2)))
    beats_s = beats_s[(beats_s > 1) & (beats_s < count / rate_hz - 1)]
    time_s = np.arange(count) / rate_hz
    wave = np.zeros(count)
    for beat_s in beats_s:
        near = slice(int((beat_s - 0.1) * rate_hz), int((beat_s + 0.1) * rate_hz))
        since = time_s[near] - beat_s
        wave[near] += np.exp(-0.5 * (since / 0.009) ** 2) - 0.3 * np.exp(-0.5 * ((since - 0.025) / 0.01) ** 2)
    return height * wave, beats_s


def channel(count: int, *, rate_hz: float = RATE_HZ, low_uv: float = float("nan"), high_uv: float = float("nan")) -> Channel:
    """A channel of so many samples."""
    return Channel(index=0, name="EMG", label="EMG", kind=ChannelKind.EMG, rate_hz=rate_hz, sample_count=count, low_uv=low_uv, high_uv=high_uv)


def strength(samples: Floats) -> float:
    """Root mean square of what was measured."""
    return float(np.sqrt(np.nanmean(samples**2)))
