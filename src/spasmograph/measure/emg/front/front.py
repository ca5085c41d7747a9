"""One channel as it comes from its electrode, made ready to be measured: in its band, without interference, NaN where it shows no muscle."""

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.front.artefacts import course, disturbances, raw_faults
from spasmograph.measure.emg.front.conditioning import bridged, linear_phase, zero_phase
from spasmograph.measure.emg.front.ecg import Stretch, take_out_beats
from spasmograph.measure.emg.front.ledger import Ledger
from spasmograph.measure.emg.front.mains import Mains, take_out_mains, typical
from spasmograph.measure.emg.front.survey import Survey
from spasmograph.measure.emg.front.windows import Window, Windows
from spasmograph.model.common import Floats, QualityReason, Span
from spasmograph.model.emg import Channel
from spasmograph.parameters import Parameters, load_emg_parameters
from spasmograph.terms import Reason

# At high rates a block is shorter, so that memory does not grow with the rate.
_MOST_SAMPLES = 262_144


class ChannelFront:
    """Conditions one channel, block by block: `update` with raw microvolts as often as there are some, then `close`.

    `update` and `close` each return one array (n,) of conditioned microvolts, perhaps empty; joined they are as long as all that went in, sample by
    sample at the same place, and the same however the samples were cut. NaN where the channel was not measured. The rest is known after `close`.

    Attributes:
        reasons: why time was not measured, with its spans; that the rate is too low for more than an envelope has none.
        observed: the spans that were measured, in seconds from the channel's first sample.
        mains_hz: frequency of the mains interference that was taken out, NaN without.
        mains_uv: its amplitude, NaN without.
        mains_loss: share of the muscle's own power that went with it.
        ecg_per_min: rate of the heart beats that were taken out, NaN without.
    """

    def __init__(self, channel: Channel, survey: Survey | None = None, parameters: Parameters | None = None) -> None:
        self._rules = parameters or load_emg_parameters()
        self._rate_hz = channel.rate_hz
        self._survey = survey or Survey()
        self._taps = linear_phase(channel.rate_hz, self._rules)
        margin = max(round(self._rules["front_margin_s"] * channel.rate_hz), len(self._taps) // 2)
        block = min(round(self._rules["front_block_s"] * channel.rate_hz), max(_MOST_SAMPLES, 4 * margin))
        self._windows = Windows(block=max(block, margin + 1), margin=margin)
        self._ledger = Ledger()
        self._mains: list[Mains] = []
        self._periods_s: list[float] = []
        self.reasons: tuple[QualityReason, ...] = ()
        self.observed: tuple[Span, ...] = ()
        self.mains_hz = float("nan")
        self.mains_uv = float("nan")
        self.mains_loss = 0.0
        self.ecg_per_min = float("nan")

    def update(self, raw_uv: Floats) -> Floats:
        """Conditioned samples that are ready now, in microvolts; perhaps none."""
        return _joined([self._conditioned(window) for window in self._windows.update(raw_uv)])

    def close(self) -> Floats:
        """The rest of the conditioned samples; from now on the attributes hold for the whole channel."""
        rest = _joined([self._conditioned(window) for window in self._windows.close()])
        self.reasons = (*self._ledger.reasons(self._rate_hz), *self._too_slow())
        self.observed = self._ledger.observed(self._rate_hz)
        mains = typical(self._mains, self._rules)
        self.mains_hz, self.mains_uv, self.mains_loss = mains.hz, mains.amplitude_uv, mains.loss
        self.ecg_per_min = 60.0 / float(np.median(self._periods_s)) if self._periods_s else float("nan")
        return rest

    def _conditioned(self, window: Window) -> Floats:
        """A block: faults are bridged, then the filter, the mains, the heart; what is no muscle after all becomes NaN."""
        rate_hz, ordinary, rules = self._rate_hz, self._survey.ordinary, self._rules
        faults = raw_faults(window.samples, rate_hz=rate_hz, ordinary=ordinary, parameters=rules)
        bad = _any(faults, len(window.samples))
        whole = bridged(window.samples, bad)
        filtered = zero_phase(whole, self._taps)
        clean, mains, hum = take_out_mains(filtered, ~bad, rate_hz=rate_hz, near_hz=self._survey.mains_hz, parameters=rules)
        clean, beats = self._without_heart(Stretch(samples=clean, trusted=~bad, rate_hz=rate_hz))
        found = course(whole, clean, rate_hz=rate_hz)
        disturbed = disturbances(found, hum, count=len(clean), rate_hz=rate_hz, ordinary=ordinary, parameters=rules)
        self._mains.append(mains)
        kept = clean[window.inner]
        kept[self._ledger.note([faults, beats, disturbed], window)] = np.nan
        return kept

    def _without_heart(self, stretch: Stretch) -> tuple[Floats, dict[Reason, NDArray[np.bool_]]]:
        """The stretch without heart beats, and where some could not be taken out."""
        if self._survey.heart is None:
            return stretch.samples, {}
        clean, at, left = take_out_beats(stretch, self._survey.heart, self._rules)
        self._periods_s.extend(np.diff(at) / self._rate_hz)
        return clean, {Reason.HEART_BEAT: left}

    def _too_slow(self) -> tuple[QualityReason, ...]:
        least = self._rules["rate_least_hz"]
        if self._rate_hz >= least:
            return ()
        message = f"{self._rate_hz:g} samples a second are too few for EMG ({least:g} at least): only the envelope of what is left can be told"
        return (QualityReason(code=Reason.RATE_TOO_LOW, seconds=self._ledger.count / self._rate_hz, message=message),)


def _any(masks: dict[Reason, NDArray[np.bool_]], count: int) -> NDArray[np.bool_]:
    bad = np.zeros(count, np.bool_)
    for mask in masks.values():
        bad |= mask
    return bad


def _joined(parts: list[Floats]) -> Floats:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0)
