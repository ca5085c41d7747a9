"""A plan acted out: every contraction, response and artefact as a short stretch of samples at its place."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from spasmograph.errors import InputError
from spasmograph.measure.emg.simulate.disturbances import random_of
from spasmograph.measure.emg.simulate.motor_units import LONGEST_S, Pool, ectopic_discharges, interference, motor_unit_pool, recruited_discharges
from spasmograph.measure.emg.simulate.plan import ECTOPIC_HZ, Contraction, Plan, Reply, Setting, Stimulation, label_of
from spasmograph.measure.emg.simulate.truth import TrueBurst, TrueResponse
from spasmograph.model.common import Floats, frozen

DRIVE_STEP_S = 0.001
ARTEFACT_S = 0.02
REDUCED_TO = 1 / 3
JOLT = 150.0  # the swing of a moved cable over the noise
TOO_SHORT = "a contraction of {:g} s is too short for a single discharge"
TAKE_OFF_HEIGHT = 1.05586  # of the compound potential, peak to peak


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Samples in microvolts that are added to one channel from sample `first` on."""

    channel: str
    first: int
    samples: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "samples", frozen(self.samples))


def pools(plan: Plan, seed: int) -> dict[str, Pool]:
    """One pool of motor units a muscle."""
    return {label_of(electrode): motor_unit_pool(random_of(seed, 20, number)) for number, electrode in enumerate(plan.electrodes)}


def _few(pool: Pool, units: int | None) -> Pool:
    """The largest units of a pool."""
    if units is None:
        return pool
    return Pool(size=pool.size[-units:], length_s=pool.length_s[-units:], triphasic=pool.triphasic[-units:], threshold=pool.threshold[-units:])


def _drive(duration_s: float, rise_s: float) -> Floats:
    """A drive that rises to 1, stays, and falls, each in `rise_s` or less where there is no time."""
    time_s = (np.arange(round(duration_s / DRIVE_STEP_S)) + 0.5) * DRIVE_STEP_S
    edge_s = min(rise_s, duration_s / 2)
    rise = np.clip(np.minimum(time_s, duration_s - time_s) / edge_s, 0.0, 1.0)
    return np.asarray(rise * rise * (3.0 - 2.0 * rise))


def contract(contraction: Contraction, pool: Pool, random: Generator, setting: Setting) -> tuple[Stretch, TrueBurst]:
    """One contraction in samples, of exactly the strength that was asked for.

    Raises:
        InputError: it is too short for a single discharge.
    """
    few, duration_s, rate_hz = _few(pool, contraction.units), contraction.offset_s - contraction.onset_s, setting.rate_hz
    if duration_s < DRIVE_STEP_S:
        raise InputError(TOO_SHORT.format(duration_s))
    if contraction.discharge_hz:
        fired = ectopic_discharges(few, random, duration_s, contraction.discharge_hz)
    else:
        fired = recruited_discharges(few, random, _drive(duration_s, contraction.rise_s), DRIVE_STEP_S)
    first = int(np.ceil(contraction.onset_s * rate_hz))
    count, inside = int((duration_s + LONGEST_S) * rate_hz) + 2, max(round(duration_s * rate_hz), 1)
    samples = interference(few, fired, count=count, rate_hz=rate_hz, late_s=first / rate_hz - contraction.onset_s)
    rms_uv, made = contraction.strength * setting.noise_uv, float(np.sqrt(np.mean(samples[:inside] ** 2)))
    if not made > 0:
        raise InputError(TOO_SHORT.format(duration_s))
    samples *= rms_uv / made
    label, times = label_of(contraction.electrode), {"onset_s": contraction.onset_s, "offset_s": contraction.offset_s}
    return Stretch(channel=label, first=first, samples=samples), TrueBurst(channel=label, strength=contraction.strength, rms_uv=rms_uv, **times)


def contractions(plan: Plan, setting: Setting) -> Iterator[tuple[Stretch, TrueBurst]]:
    """All contractions of a plan; each has random numbers of its own."""
    muscles = pools(plan, setting.seed)
    for number, contraction in enumerate(plan.contractions):
        yield contract(contraction, muscles[label_of(contraction.electrode)], random_of(setting.seed, 21, number), setting)


def _take_off(phase: Floats) -> Floats:
    """A compound potential over its length 0-1, of unit peak-to-peak amplitude, that leaves the base line at once."""
    wave = np.sin(2 * np.pi * phase) * (1.0 - phase) / TAKE_OFF_HEIGHT
    return np.where((phase >= 0.0) & (phase < 1.0), wave, 0.0)


def _reply_samples(reply: Reply, pool: Pool, random: Generator, *, late_s: float, rate_hz: float) -> Floats:
    """One reply of unit peak-to-peak amplitude; its first sample lies `late_s` after its onset."""
    duration_s = reply.duration_ms / 1000
    if not reply.spread:
        return _take_off((late_s + np.arange(int(duration_s * rate_hz) + 1) / rate_hz) / duration_s)
    fired = ectopic_discharges(pool, random, duration_s, ECTOPIC_HZ)
    samples = interference(pool, fired, count=int((duration_s + LONGEST_S) * rate_hz) + 1, rate_hz=rate_hz, late_s=late_s)
    return samples / np.ptp(samples)


def _share_left(reply: Reply, stimulation: Stimulation, stimulus: int) -> float:
    """What is left of a reply by then: 1, a third, or nothing."""
    if not reply.fades:
        return 1.0
    if stimulation.gone_from is not None and stimulus >= stimulation.gone_from:
        return 0.0
    return REDUCED_TO if stimulation.reduced_from is not None and stimulus >= stimulation.reduced_from else 1.0


def responses(plan: Plan, setting: Setting) -> Iterator[tuple[Stretch, TrueResponse]]:
    """Every response to every stimulus of a plan."""
    stimulation = plan.stimulation
    if stimulation is None:
        return
    muscles = pools(plan, setting.seed)
    for place, reply in enumerate(stimulation.replies):
        for stimulus, time_s in enumerate(stimulation.times_s):
            share = _share_left(reply, stimulation, stimulus)
            if share:
                random = random_of(setting.seed, 22, place, stimulus)
                yield respond(reply, muscles[label_of(reply.electrode)], random, setting, stimulus=(stimulus, time_s, share))


def respond(reply: Reply, pool: Pool, random: Generator, setting: Setting, *, stimulus: tuple[int, float, float]) -> tuple[Stretch, TrueResponse]:
    """One response to the stimulus of that number at that time, with a share of its full strength."""
    number, time_s, share = stimulus
    latency_ms = reply.latency_ms + reply.jitter_ms * float(random.standard_normal())
    amplitude_uv = reply.strength * share * setting.noise_uv * max(1.0 + reply.wobble * float(random.standard_normal()), 0.2)
    onset_s = time_s + latency_ms / 1000
    first = int(np.ceil(onset_s * setting.rate_hz))
    samples = amplitude_uv * _reply_samples(reply, pool, random, late_s=first / setting.rate_hz - onset_s, rate_hz=setting.rate_hz)
    truth = TrueResponse(
        channel=label_of(reply.electrode),
        kind=reply.kind,
        stimulus=number,
        latency_ms=latency_ms,
        amplitude_uv=amplitude_uv,
        duration_ms=reply.duration_ms,
    )
    return Stretch(channel=truth.channel, first=first, samples=samples), truth


def stimulus_artefacts(plan: Plan, setting: Setting) -> Iterator[Stretch]:
    """What each stimulus leaves in each channel at once: a jump that decays exponentially."""
    if plan.stimulation is None:
        return
    since_s = np.arange(int(ARTEFACT_S * setting.rate_hz)) / setting.rate_hz
    wave = plan.stimulation.artefact * setting.noise_uv * np.exp(-since_s / (plan.stimulation.decay_ms / 1000))
    for number, electrode in enumerate(plan.electrodes):
        gain = float(random_of(setting.seed, 23, number).uniform(0.5, 1.0))
        for time_s in plan.stimulation.times_s:
            yield Stretch(channel=label_of(electrode), first=round(time_s * setting.rate_hz), samples=gain * wave)


def jolts(plan: Plan, setting: Setting) -> Iterator[Stretch]:
    """Movements of the cable: large slow swings of a few hertz."""
    for number, artefact in enumerate(plan.jolts):
        random = random_of(setting.seed, 24, number)
        first = int(np.ceil(artefact.span.onset_s * setting.rate_hz))
        phase = np.linspace(0.0, 1.0, max(int(artefact.span.duration_s * setting.rate_hz), 2))
        swing = np.sin(2 * np.pi * phase * random.integers(1, 4)) * np.sin(np.pi * phase) ** 2
        height_uv = JOLT * setting.noise_uv * float(random.uniform(0.5, 1.0)) * float(random.choice([-1.0, 1.0]))
        yield Stretch(channel=artefact.channel, first=first, samples=height_uv * swing)
