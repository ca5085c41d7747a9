"""What every chart over time is made of: its scale, its axis, its edges, and the hatching of what was not measured."""

from collections.abc import Callable, Sequence

from spasmograph.model import Span
from spasmograph.present.marks import note, tick_label, ticks
from spasmograph.present.svg import element, outlined, painted, text

Scale = Callable[[float], float]

AXIS_PX = 24.0
EDGE_PX = 8.0
NOTE_WIDTH_PX = 52.0


def scale_over(start_s: float, end_s: float, left: float, right: float) -> Scale:
    """From seconds to px between two edges; what lies outside is drawn at the nearer edge."""
    per_second = (right - left) / max(end_s - start_s, 1e-9)
    return lambda time_s: left + (min(max(time_s, start_s), end_s) - start_s) * per_second


def hatched(gaps: Sequence[Span], scale: Scale, pattern: str, *, top: float, height: float, label: str) -> list[str]:
    """Stretches that were not measured, each with its reason in a word where there is room."""
    parts = []
    for gap in gaps:
        left, right = scale(gap.onset_s), scale(gap.offset_s)
        place = {"x": left, "y": top, "width": right - left, "height": height, "data_t0": f"{gap.onset_s:.3f}", "data_t1": f"{gap.offset_s:.3f}"}
        parts.append(element("rect", **place, **painted("gap")))
        parts.append(element("rect", **place, fill=f"url(#{pattern})"))
        if right - left > NOTE_WIDTH_PX and label:
            parts.append(note((left + right) / 2, top + height / 2, label, gap))
    return parts


def axis(scale: Scale, start_s: float, end_s: float, top: float, width: float) -> list[str]:
    """Round moments below the plot, on a ground of their own."""
    inner = [element("rect", x=0, y=top, width=width, height=AXIS_PX, **painted("paper"), data_span="axis")]
    for time_s in ticks(start_s, end_s, scale(end_s) - scale(start_s)):
        x = scale(time_s)
        anchor = "end" if x > width - 20 else "start" if x < 16 else "middle"
        inner.append(element("path", d=f"M{x:.1f} {top:g}v4M{x:.1f} {top + AXIS_PX - 4:g}v4", **outlined("muted")))
        inner.append(text(x, top + AXIS_PX / 2 + 4, tick_label(time_s), size=11, text_anchor=anchor))
    return [element("g", *inner, class_="axis", data_top=top)]


def clip(clip_id: str, width: float, height: float) -> str:
    """The plot between its edges, so that no line runs into the margin."""
    inner = element("rect", x=EDGE_PX, y=0, width=width - 2 * EDGE_PX, height=height, data_span="row")
    return element("clipPath", inner, id=clip_id)
