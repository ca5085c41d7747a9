"""Small worlds of evoked responses with known answers: noise, mains, a stimulus artefact's tail, spontaneous bursts, and a response."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from spasmograph.model import Annotation, ArraySource, Biosignal, BiosignalRecording, Channel, Floats
from spasmograph.terms import ChannelKind, Muscle, Side

NOISE_UV = 5.0
Recorded = dict[tuple[Muscle, Side], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a channel holds; amplitudes in microvolts, times in milliseconds after the stimulus."""

    amplitude_uv: float = 0.0
    latency_ms: float = 10.3
    duration_ms: float = 6.0
    jitter_ms: float = 0.0
    pink: bool = False
    mains_uv: float = 0.0
    tail_uv: float = 0.0
    tail_ms: float = 2.0
    noise_uv: float = NOISE_UV
    rate_hz: float = 2000.0
    gone_from: int | None = None
    reduced_from: int | None = None
    rectified: bool = False


def stimuli(count: int, *, every_s: float = 1.0, rate_hz: float = 2000.0, seed: int = 0) -> Floats:
    """Times of stimuli, about so far apart, on samples."""
    steps = every_s * np.random.default_rng(seed).uniform(0.95, 1.05, count)
    return np.asarray(np.round((0.7 + np.cumsum(steps) - steps[0]) * rate_hz) / rate_hz)


def samples(world: World, times_s: Floats, *, seed: int = 0) -> Floats:
    """One channel in microvolts."""
    random = np.random.default_rng(seed)
    count = int((times_s[-1] + 0.8) * world.rate_hz)
    time_s = np.arange(count) / world.rate_hz
    values = world.noise_uv * _noise(random, count, pink=world.pink)
    values += world.mains_uv * (np.cos(2 * np.pi * 50.03 * time_s + 1) + 0.4 * np.cos(2 * np.pi * 150.09 * time_s))
    for number, stimulus_s in enumerate(times_s):
        near = slice(round(stimulus_s * world.rate_hz), round((stimulus_s + 0.3) * world.rate_hz))
        since_ms = (time_s[near] - stimulus_s) * 1000.0
        values[near] += world.tail_uv * np.exp(-np.clip(since_ms, 0, None) / world.tail_ms)
        values[near] += _share(world, number) * _response(world, since_ms - world.jitter_ms * random.standard_normal(), random)
    return np.asarray(values)


def _noise(random: np.random.Generator, count: int, *, pink: bool) -> Floats:
    if not pink:
        return random.standard_normal(count)
    spectrum = np.fft.rfft(random.standard_normal(count))
    shaped = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1.0)), count)
    return np.asarray(shaped / np.std(shaped))


def _share(world: World, number: int) -> float:
    if world.gone_from is not None and number >= world.gone_from:
        return 0.0
    return 1.0 / 3.0 if world.reduced_from is not None and number >= world.reduced_from else 1.0


def _response(world: World, since_ms: Floats, random: np.random.Generator) -> Floats:
    """A two-phased potential that leaves the base line at once; or, if it adds up only rectified, another burst in the band of EMG in each sweep."""
    phase = (since_ms - world.latency_ms) / world.duration_ms
    inside = (phase >= 0) & (phase < 1)
    wave = np.where(inside, np.sin(2 * np.pi * phase) * (1 - phase) / 1.0559, 0.0)
    if world.rectified:
        wave = np.where(inside, gaussian_filter1d(random.standard_normal(len(phase)), 0.0006 * world.rate_hz), 0.0)
        wave /= max(float(np.ptp(wave)), 1e-9)
    return np.asarray(world.amplitude_uv * wave)


def biosignal(
    channels: Recorded,
    *,
    rate_hz: float = 2000.0,
    trigger: Floats | None = None,
    annotations: tuple[Annotation, ...] = (),
    trigger_name: str = "Trig",
) -> Biosignal:
    """A recording of these channels, with a trigger channel if one is given."""
    arrays = dict(enumerate([*channels.values(), *([trigger] if trigger is not None else [])]))
    made = [
        Channel(
            index=index,
            name=f"{muscle} {side}",
            label=f"{muscle}_{side}",
            kind=ChannelKind.EMG,
            rate_hz=rate_hz,
            sample_count=len(arrays[index]),
            muscle=muscle,
            side=side,
        )
        for index, (muscle, side) in enumerate(channels)
    ]
    if trigger is not None:
        place = len(made)
        made.append(
            Channel(index=place, name=trigger_name, label="trigger", kind=ChannelKind.TRIGGER, rate_hz=rate_hz, sample_count=len(trigger), unit="V")
        )
    duration_s = max(channel.duration_s for channel in made)
    recording = BiosignalRecording(name="world", sha256="", duration_s=duration_s, file_format="simulated", channels=tuple(made), end_s=duration_s)
    return Biosignal(recording=recording, source=ArraySource(arrays=arrays), annotations=annotations)


def trigger_channel(times_s: Floats, *, rate_hz: float = 2000.0, height: float = 5.0, width: int = 10) -> Floats:
    """Pulses at these times."""
    values = np.zeros(int((times_s[-1] + 0.8) * rate_hz))
    for time_s in times_s:
        place = round(time_s * rate_hz)
        values[place : place + width] = height
    return values
