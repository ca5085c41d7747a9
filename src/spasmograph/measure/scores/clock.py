"""Seconds that were seen: joining spans, counting seconds before a moment, and the stretch of time each sample stands for.

A set of spans is an array (k, 2) of onsets and offsets in seconds, sorted, not touching one another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import Event, Floats, Span

_TOUCHING_S = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The stretch of time that each sample inside the spans stands for.

    `index` (n,) says which sample; `onset_s` and `offset_s` (n,) are its borders, half way to its neighbours in the same span.
    """

    index: NDArray[np.intp]
    onset_s: Floats
    offset_s: Floats

    @property
    def width_s(self) -> Floats:
        """Seconds that each sample stands for, (n,)."""
        return self.offset_s - self.onset_s

    def where(self, keep: NDArray[np.bool_]) -> "Cells":
        """Only the cells for which `keep` (n,) is true."""
        return Cells(index=self.index[keep], onset_s=self.onset_s[keep], offset_s=self.offset_s[keep])


def joined(spans: Iterable[Span | Event]) -> Floats:
    """The time covered by any of the spans or events, (k, 2); what touches or overlaps becomes one, what has no length is left out."""
    edges = sorted((span.onset_s, span.offset_s) for span in spans if span.offset_s > span.onset_s)
    rows: list[list[float]] = []
    for onset_s, offset_s in edges:
        if rows and onset_s <= rows[-1][1] + _TOUCHING_S:
            rows[-1][1] = max(rows[-1][1], offset_s)
        else:
            rows.append([onset_s, offset_s])
    return np.array(rows, dtype=float).reshape(-1, 2)


def seconds(spans: Floats) -> float:
    """How long the spans are together, in seconds."""
    return float(np.sum(spans[:, 1] - spans[:, 0]))


def seconds_before(spans: Floats, time_s: Floats) -> Floats:
    """How many seconds of the spans lie before each moment; with the observed spans this is the clock of observed time."""
    if not len(spans):
        return np.zeros(np.shape(time_s))
    widths_s = spans[:, 1] - spans[:, 0]
    after_s = np.cumsum(widths_s)
    counted_s = np.column_stack([after_s - widths_s, after_s])
    return np.interp(time_s, spans.ravel(), counted_s.ravel())


def cells(time_s: Floats, spans: Floats, *, cap_s: float) -> Cells:
    """The stretch of time that each sample within the spans stands for.

    It reaches half way to the neighbours in the same span, to the span's edge at its ends, and never further than `cap_s` either way, so
    that frames missing from a file are not filled with the frames around them.
    """
    span = np.searchsorted(spans[:, 0], time_s, side="right") - 1
    inside = np.flatnonzero((span >= 0) & (time_s < spans[span, 1]) if len(spans) else np.zeros(len(time_s), dtype=bool))
    times_s, span = time_s[inside], span[inside]
    half_way_s = (times_s[1:] + times_s[:-1]) / 2
    together = span[1:] == span[:-1]
    before_s = np.concatenate([[-np.inf], np.where(together, half_way_s, -np.inf)])[: len(times_s)]
    after_s = np.concatenate([np.where(together, half_way_s, np.inf), [np.inf]])[: len(times_s)]
    return Cells(
        index=inside,
        onset_s=np.maximum.reduce([before_s, times_s - cap_s, spans[span, 0]]),
        offset_s=np.minimum.reduce([after_s, times_s + cap_s, spans[span, 1]]),
    )


def covered_s(places: Cells, spans: Floats) -> Floats:
    """How many seconds of each sample's stretch lie within the spans, (n,)."""
    return seconds_before(spans, places.offset_s) - seconds_before(spans, places.onset_s)


def outside(places: Cells, spans: Floats) -> Cells:
    """The same cells, each shorter by the time that lies within the spans."""
    return Cells(index=places.index, onset_s=places.onset_s, offset_s=places.offset_s - covered_s(places, spans))


def equal_bins(total_s: float, *, bin_s: float) -> Floats:
    """Edges (m + 1,) that cut `total_s` into m bins of the same length, the closest to `bin_s`; at least one."""
    return np.linspace(0.0, total_s, max(1, int(np.floor(total_s / bin_s + 0.5 + 1e-6))) + 1)


def summed(places: Cells, amounts: Sequence[Floats], edges_s: Floats) -> Floats:
    """Amounts (one a cell) added up in bins of seen time, (number of amounts, m); `edges_s` (m + 1,) count seconds of the cells."""
    clock_s = np.concatenate([[0.0], np.cumsum(places.width_s)])
    totals = [np.interp(edges_s, clock_s, np.concatenate([[0.0], np.cumsum(amount)])) for amount in amounts]
    return np.diff(np.array(totals), axis=1)
