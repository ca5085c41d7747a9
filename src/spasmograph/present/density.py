"""A long recording at a glance: how many contractions began in each stretch of time, the right side above and the left below the time axis."""

import math
from collections.abc import Sequence

from spasmograph.model import Event
from spasmograph.present.charts import Scale
from spasmograph.present.svg import element, painted, text
from spasmograph.terms import EventKind, Side

BIN_STEPS_S = (10, 15, 30, 60, 120, 300, 600, 1800, 3600)
LEAST_BIN_PX = 10.0
MARGIN_PX = 14.0


def bin_length_s(span: tuple[float, float], width_px: float) -> int:
    """The stretch of time that one bar stands for, in seconds."""
    wanted = (span[1] - span[0]) * LEAST_BIN_PX / width_px
    return next((step for step in BIN_STEPS_S if step >= wanted), BIN_STEPS_S[-1])


def counts(events: Sequence[Event], span: tuple[float, float], bin_s: int) -> dict[Side, list[int]]:
    """How many contractions of each side began in each stretch; blinks are left out."""
    bins = max(1, math.ceil((span[1] - span[0]) / bin_s - 1e-9))
    found = {side: [0] * bins for side in Side}
    for event in events:
        if event.kind is not EventKind.BLINK and span[0] <= event.onset_s < span[1]:
            found[event.side][min(bins - 1, int((event.onset_s - span[0]) // bin_s))] += 1
    return found


def most(found: dict[Side, list[int]]) -> int:
    """The largest count that any bar stands for, at least 1."""
    return max(1, *(one + both for side in (Side.LEFT, Side.RIGHT) for one, both in zip(found[side], found[Side.BOTH], strict=True)))


def bars(found: dict[Side, list[int]], bin_s: int, scale: Scale, *, start_s: float, lane_px: float, axis_px: float) -> list[str]:
    """Bars in both lanes: contractions of the one side next to the axis, those of both sides stacked upon them."""
    per_count = (lane_px - MARGIN_PX) / most(found)
    parts = []
    for side in (Side.RIGHT, Side.LEFT):
        for place, (one, both) in enumerate(zip(found[side], found[Side.BOTH], strict=True)):
            left, right = scale(start_s + place * bin_s), scale(start_s + (place + 1) * bin_s)
            for below, count, colour in ((0, one, str(side)), (one, both, "both")):
                low, height = below * per_count, count * per_count
                y = lane_px - low - height if side is Side.RIGHT else lane_px + axis_px + low
                if count:
                    box = {"x": left + 0.5, "y": y, "width": max(1.0, right - left - 1), "height": height}
                    parts.append(element("rect", **box, fill_opacity=0.85, **painted(colour)))
    return [*parts, text(scale(start_s) + 4, 10, f"{most(found)} in {_length(bin_s)}", size=10, halo=True)]


def _length(bin_s: int) -> str:
    return f"{bin_s} s" if bin_s < 60 else f"{bin_s // 60} min"
