"""What time of a channel was measured, and why the rest was not."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.front.windows import Window
from spasmograph.model.common import QualityReason, Span
from spasmograph.terms import Reason

_MESSAGES = {
    Reason.GAP: "the recording holds nothing here",
    Reason.ELECTRODE_LOST: "nothing but mains hum, or stuck at the limit: an electrode or its cable came off; fix it with tape and clean the skin",
    Reason.FLAT: "the signal does not change at all: the electrode or the amplifier was not connected",
    Reason.CLIPPED: "the signal reached the amplifier's limit; choose a larger range",
    Reason.MOVEMENT_ARTEFACT: "the electrode or its cable moved, or the signal jumped",
    Reason.HEART_BEAT: "heart beats are stronger than the muscle and differ from each other; move the electrodes nearer to each other",
}
_REASONS = tuple(_MESSAGES)


class Ledger:
    """Keeps account, block by block, of which samples were not measured and why."""

    def __init__(self) -> None:
        self.count = 0
        self._last = 0
        self._changes: list[tuple[int, int]] = [(0, 0)]

    def note(self, found: Sequence[Mapping[Reason, NDArray[np.bool_]]], window: Window) -> NDArray[np.bool_]:
        """Takes down the block inside the window; where several reasons hold, the first in the list above counts. Returns what is not measured."""
        codes = np.zeros(window.length, np.uint8)
        if not (self._last or any(found)):
            self.count += window.length
            return codes > 0
        for reason in reversed(_REASONS):
            for masks in found:
                if reason in masks:
                    codes[masks[reason][window.inner]] = _REASONS.index(reason) + 1
        changes = np.flatnonzero(codes[1:] != codes[:-1]) + 1
        changes = changes if codes[0] == self._last else np.append(0, changes)
        self._changes.extend((self.count + int(index), int(codes[index])) for index in changes)
        self._last = int(codes[-1])
        self.count += window.length
        return codes > 0

    def reasons(self, rate_hz: float) -> tuple[QualityReason, ...]:
        """Each reason that occurred, with its spans in seconds."""
        spans = [(reason, self._spans(code, rate_hz)) for code, reason in enumerate(_REASONS, start=1)]
        return tuple(
            QualityReason(code=reason, seconds=sum(span.duration_s for span in each), message=_MESSAGES[reason], spans=each)
            for reason, each in spans
            if each
        )

    def observed(self, rate_hz: float) -> tuple[Span, ...]:
        """The spans that were measured, in seconds."""
        return self._spans(0, rate_hz)

    def _spans(self, code: int, rate_hz: float) -> tuple[Span, ...]:
        stops = [index for index, _ in self._changes[1:]] + [self.count]
        return tuple(
            Span(onset_s=first / rate_hz, offset_s=stop / rate_hz)
            for (first, here), stop in zip(self._changes, stops, strict=True)
            if here == code and stop > first
        )
