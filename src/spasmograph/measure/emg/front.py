"""One channel as it comes from its electrode, made ready to be measured: in its band, without interference, NaN where it shows no muscle."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.conditioning import bridged, linear_phase, zero_phase
from spasmograph.measure.emg.survey import Survey
from spasmograph.measure.emg.windows import Window, Windows
from spasmograph.model.common import Floats, QualityReason, Span
from spasmograph.model.emg import Channel
from spasmograph.parameters import Parameters, load_emg_parameters
from spasmograph.terms import Reason


class ChannelFront:
    """Conditions one channel, block by block: `update` with raw microvolts as often as there are some, then `close`.

    `update` and `close` each return one array (n,) of conditioned microvolts, perhaps empty; joined they are as long as all that went in, sample by
    sample at the same place, and the same however the samples were cut. NaN where the channel was not measured. The rest is known after `close`.

    Attributes:
        reasons: why time was not measured, with its spans.
        observed: the spans that were measured, in seconds from the channel's first sample.
        mains_hz: frequency of the mains interference that was taken out, NaN without.
        mains_uv: its amplitude, NaN without.
        ecg_per_min: rate of the heart beats that were taken out, NaN without.
    """

    def __init__(self, channel: Channel, survey: Survey | None = None, parameters: Parameters | None = None) -> None:
        rules = parameters or load_emg_parameters()
        self._rate_hz = channel.rate_hz
        self._survey = survey or Survey()
        self._taps = linear_phase(channel.rate_hz, rules)
        margin = max(round(rules["front_margin_s"] * channel.rate_hz), len(self._taps) // 2)
        self._windows = Windows(block=max(round(rules["front_block_s"] * channel.rate_hz), margin + 1), margin=margin)
        self._edges: list[int] = []
        self._count = 0
        self.reasons: tuple[QualityReason, ...] = ()
        self.observed: tuple[Span, ...] = ()
        self.mains_hz = float("nan")
        self.mains_uv = float("nan")
        self.ecg_per_min = float("nan")

    def update(self, raw_uv: Floats) -> Floats:
        """Conditioned samples that are ready now, in microvolts; perhaps none."""
        return _joined([self._conditioned(window) for window in self._windows.update(raw_uv)])

    def close(self) -> Floats:
        """The rest of the conditioned samples; from now on the attributes hold for the whole channel."""
        rest = _joined([self._conditioned(window) for window in self._windows.close()])
        missing, observed = _spans(self._edges, self._count, self._rate_hz)
        self.observed = observed
        if missing:
            seconds = sum(span.duration_s for span in missing)
            self.reasons = (QualityReason(code=Reason.GAP, seconds=seconds, message="the recording holds nothing here", spans=missing),)
        return rest

    def _conditioned(self, window: Window) -> Floats:
        missing = np.isnan(window.samples)
        clean = zero_phase(bridged(window.samples, missing), self._taps)
        clean[missing] = np.nan
        self._note(missing[window.inner])
        return clean[window.inner]

    def _note(self, missing: NDArray[np.bool_]) -> None:
        """Remembers where samples begin and cease to be missing."""
        before = len(self._edges) % 2 == 1
        changes = np.flatnonzero(np.diff(missing.astype(np.int8), prepend=np.int8(before)))
        self._edges.extend(int(index) + self._count for index in changes)
        self._count += len(missing)


def _spans(edges: list[int], count: int, rate_hz: float) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Missing and observed spans, from the indices at which the one becomes the other."""
    bounds = [0, *edges, count]
    spans = [Span(onset_s=first / rate_hz, offset_s=stop / rate_hz) for first, stop in pairwise(bounds)]
    return (
        tuple(span for span in spans[1::2] if span.duration_s > 0),
        tuple(span for span in spans[::2] if span.duration_s > 0),
    )


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)
