"""Simulated samples on demand: any stretch of any channel, always the same numbers however it is cut."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from spasmograph.measure.emg.simulate.acting import Stretch
from spasmograph.measure.emg.simulate.disturbances import BLOCK, drift_wave, ecg_wave, mains_wave, noise_block, random_of
from spasmograph.measure.emg.simulate.plan import Plan, Setting
from spasmograph.measure.emg.simulate.truth import TrueArtefact
from spasmograph.model.common import Floats
from spasmograph.terms import Reason

LOST_MAINS, LOST_NOISE = 150.0, 20.0
OVERDRIVE = 3000.0
POP, POP_DECAY_S = 200.0, 0.04
TRIGGER_UV, TRIGGER_S = 5e6, 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSource:
    """Makes the samples of a simulated recording a block at a time; a `model.SampleSource`.

    `stretches` are the contractions, responses and artefacts by channel label, in the order of time; `labels` the channels by index, of which the
    last is the trigger where there are stimuli.
    """

    plan: Plan
    setting: Setting
    labels: tuple[str, ...]
    stretches: Mapping[str, tuple[Stretch, ...]]
    beats_s: Floats
    made: dict[int, tuple[int, Floats]] = field(default_factory=dict, compare=False, repr=False)

    def samples(self, channel: int, first: int, stop: int) -> Floats:
        """See `model.SampleSource`."""
        blocks = [self._block(channel, block) for block in range(first // BLOCK, -(-stop // BLOCK))]
        start = first // BLOCK * BLOCK
        return np.concatenate([np.zeros(0), *blocks])[first - start : stop - start]

    def _block(self, channel: int, block: int) -> Floats:
        """One block of one channel; the last one made is kept, as the next stretch often begins in it."""
        kept = self.made.get(channel)
        if kept is None or kept[0] != block:
            kept = self.made[channel] = block, self._make(channel, block)
        return kept[1]

    def _make(self, channel: int, block: int) -> Floats:
        if channel >= len(self.plan.electrodes):
            return self._trigger(block)
        label = self.labels[channel]
        samples = self._disturbed(channel, block) * self.setting.noise_uv
        _add(samples, block * BLOCK, self.stretches.get(label, ()), 1.0)
        for pair in self.plan.cross_talk:
            if pair.target == label:
                _add(samples, block * BLOCK, self.stretches.get(pair.source, ()), pair.gain)
        return self._faulty(samples, channel, block)

    def _time_s(self, block: int) -> Floats:
        return np.arange(block * BLOCK, (block + 1) * BLOCK) / self.setting.rate_hz

    def _disturbed(self, channel: int, block: int) -> Floats:
        """The electrode's rest, over the noise."""
        parts, seed, time_s = self.plan.disturbance, self.setting.seed, self._time_s(block)
        samples = noise_block(parts, seed, channel, block, self.setting.rate_hz)
        if parts.mains:
            samples += parts.mains * mains_wave(parts.mains_hz, seed, channel, time_s)
        if parts.ecg:
            samples += parts.ecg * ecg_wave(self.beats_s, seed, channel, time_s)
        if parts.drift:
            samples += parts.drift * drift_wave(seed, channel, time_s)
        return samples

    def _faulty(self, samples: Floats, channel: int, block: int) -> Floats:
        """The same after the electrode's faults, the amplifier's limit and gaps of the recording."""
        time_s = self._time_s(block)
        for fault in self.plan.faults:
            if fault.channel == self.labels[channel]:
                inside = (time_s >= fault.span.onset_s) & (time_s < fault.span.offset_s)
                samples[inside] = self._fault(fault, samples[inside], time_s[inside], block)
        samples = np.clip(samples, -self.setting.limit_uv, self.setting.limit_uv)
        for gap in self.plan.gaps:
            samples[(time_s >= gap.onset_s) & (time_s < gap.offset_s)] = np.nan
        return samples

    def _fault(self, fault: TrueArtefact, samples: Floats, time_s: Floats, block: int) -> Floats:
        """What the channel shows instead of these samples."""
        noise_uv = self.setting.noise_uv
        match fault.reason:
            case Reason.ELECTRODE_LOST:
                hum = LOST_MAINS * np.sin(2 * np.pi * 50.0 * time_s)
                return np.asarray(noise_uv * (hum + LOST_NOISE * random_of(self.setting.seed, 30, block).standard_normal(len(time_s))))
            case Reason.CLIPPED:
                return samples * OVERDRIVE
            case Reason.FLAT:
                return np.zeros(len(samples))
            case _:
                return np.asarray(samples + POP * noise_uv * np.exp(-(time_s - fault.span.onset_s) / POP_DECAY_S))

    def _trigger(self, block: int) -> Floats:
        """Zero, and a short pulse at every stimulus."""
        samples = np.zeros(BLOCK)
        width = max(round(TRIGGER_S * self.setting.rate_hz), 1)
        pulse = np.full(width, TRIGGER_UV)
        for time_s in self.plan.stimulation.times_s if self.plan.stimulation else ():
            _add(samples, block * BLOCK, [Stretch(channel="trigger", first=round(time_s * self.setting.rate_hz), samples=pulse)], 1.0)
        return samples


def _add(samples: Floats, start: int, stretches: Iterable[Stretch], gain: float) -> None:
    """Add what of the stretches lies in these samples, of which the first is number `start`."""
    for stretch in stretches:
        first, stop = max(stretch.first, start), min(stretch.first + len(stretch.samples), start + len(samples))
        if first < stop:
            samples[first - start : stop - start] += gain * stretch.samples[first - stretch.first : stop - stretch.first]
