"""One channel from its raw samples to its bursts, its envelope and its quality, block by block."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from spasmograph.measure.emg.bursts.detector import BurstDetector
from spasmograph.measure.emg.bursts.envelope import StoredEnvelope
from spasmograph.measure.emg.front.front import ChannelFront
from spasmograph.measure.emg.front.survey import Survey
from spasmograph.measure.emg.patterns.activity import Activity, both
from spasmograph.measure.scores.clock import joined, seconds
from spasmograph.model import Burst, Channel, ChannelQuality, Floats, QualityReason, Span
from spasmograph.parameters import Parameters
from spasmograph.terms import Reason, Task, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredChannel:
    """What one channel gave: its bursts, its envelope (n,) in microvolts at `envelope_rate_hz`, NaN where not measured, and its quality."""

    channel: Channel
    bursts: tuple[Burst, ...]
    envelope_uv: Floats
    quality: ChannelQuality

    def activity(self, parameters: Parameters) -> Activity:
        """The channel as what patterns and synchrony are told from."""
        return Activity(
            bursts=self.bursts,
            envelope_uv=self.envelope_uv,
            envelope_rate_hz=parameters["envelope_rate_hz"],
            quality=self.quality,
            rate_hz=self.channel.rate_hz,
            muscle=self.channel.muscle,
            side=self.channel.side,
        )


def without_stimuli(measured: MeasuredChannel, stimuli_s: Floats, parameters: Parameters) -> MeasuredChannel:
    """The channel without the time around stimuli, in which what they evoke would be taken for bursts.

    Bursts that reach into that time are left out.
    """
    spans = around_stimuli(stimuli_s, parameters)
    if not len(spans):
        return measured
    quality, own = measured.quality, joined(measured.quality.observed)
    taken = both(joined([Span(onset_s=0.0, offset_s=measured.channel.duration_s)]), spans)
    free = tuple(Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in outside(own, spans))
    reason = QualityReason(
        code=Reason.STIMULATED,
        seconds=seconds(taken),
        message="what a stimulus evokes is measured by itself and not counted as bursts",
        spans=tuple(Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in taken),
    )
    kept = tuple(burst for burst in measured.bursts if not len(both(np.array([[burst.onset_s, burst.offset_s]]), spans)))
    others = tuple(left for one in quality.reasons if (left := _beside(one, spans)) is not None)
    return replace(measured, bursts=kept, quality=replace(quality, observed=free, reasons=(*others, reason)))


def _beside(reason: QualityReason, taken: Floats) -> QualityReason | None:
    """What is left of a reason outside the taken time: what a stimulus leaves behind is not a fault of its own. None if nothing is."""
    if not reason.spans:
        return reason
    left = outside(joined(reason.spans), taken)
    spans = tuple(Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in left)
    return replace(reason, seconds=seconds(left), spans=spans) if spans else None


def around_stimuli(stimuli_s: Floats, parameters: Parameters) -> Floats:
    """The time in which stimuli and what they evoke are, (k, 2) in seconds."""
    before_s, after_s = parameters["stimulus_before_s"], parameters["stimulus_after_s"]
    return joined([Span(onset_s=max(time_s - before_s, 0.0), offset_s=time_s + after_s) for time_s in np.sort(stimuli_s)])


def outside(spans: Floats, taken: Floats) -> Floats:
    """What is left of spans without the taken time, (k, 2)."""
    bounds = np.concatenate([[-np.inf], taken.ravel(), [np.inf]]).reshape(-1, 2)
    return both(spans, bounds)


class ChannelMeter:
    """Feed `update` with raw microvolts, in blocks of any length, then `close`."""

    def __init__(self, channel: Channel, survey: Survey, *, task: Task, parameters: Parameters) -> None:
        self._channel, self._rules = channel, parameters
        self._front = ChannelFront(channel, survey, parameters)
        self._envelope = StoredEnvelope(rate_hz=channel.rate_hz, parameters=parameters)
        self._detector = BurstDetector(
            rate_hz=channel.rate_hz, label=channel.label, muscle=channel.muscle, side=channel.side, task=task, parameters=parameters
        )
        self._bursts: list[Burst] = []

    def update(self, raw_uv: Floats) -> None:
        """More samples."""
        self._take(self._front.update(raw_uv))

    def close(self) -> MeasuredChannel:
        """The recording ends."""
        self._take(self._front.close())
        self._envelope.close()
        self._bursts.extend(self._detector.close())
        return MeasuredChannel(
            channel=self._channel,
            bursts=tuple(self._bursts),
            envelope_uv=self._envelope.values_uv,
            quality=self._quality(),
        )

    def _take(self, conditioned_uv: Floats) -> None:
        self._envelope.update(conditioned_uv)
        self._bursts.extend(self._detector.update(conditioned_uv))

    def _quality(self) -> ChannelQuality:
        front = self._front
        quality = ChannelQuality(
            label=self._channel.label,
            verdict=Verdict.GOOD,
            observed=front.observed,
            reasons=front.reasons,
            noise_uv=self._detector.noise_uv,
            mains_hz=front.mains_hz,
            mains_uv=front.mains_uv,
            ecg_per_min=front.ecg_per_min,
        )
        return replace(quality, verdict=_verdict(quality, self._channel, self._rules))


def _verdict(quality: ChannelQuality, channel: Channel, rules: Parameters) -> Verdict:
    if quality.observed_s < rules["observed_least_s"]:
        return Verdict.REFUSED
    whole = quality.observed_s >= rules["observed_good_share"] * channel.duration_s
    fast = channel.rate_hz >= rules["rate_least_hz"]
    return Verdict.GOOD if whole and fast else Verdict.LIMITED


def envelope_times(duration_s: float, rules: Parameters) -> Floats:
    """The grid of stored envelopes over a recording, in seconds: k / `envelope_rate_hz`, as far as there are samples."""
    rate_hz = rules["envelope_rate_hz"]
    return np.arange(ceil(duration_s * rate_hz - 1e-9)) / rate_hz
