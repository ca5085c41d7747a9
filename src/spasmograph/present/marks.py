"""The marks that stand for events, the hatched gaps and the time axis; every chart draws them by these functions alone."""

import math
from collections.abc import Sequence

from spasmograph.model import Event, Span
from spasmograph.present import words
from spasmograph.present.svg import COLOURS, colour_of, document, element, hatching, outlined, painted, text
from spasmograph.terms import EventKind, Pattern, Side

MM_OF_FULL_HEIGHT = 10.0
STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
TICK_GAP_PX = 66.0
MARK = 4.5


def strength(event: Event) -> float:
    """How high an event stands in a chart, 0–1: its closure, or its millimetres over 10."""
    full = 1.0 if event.amplitude_unit == "closure" else MM_OF_FULL_HEIGHT
    value = event.amplitude / full
    return min(1.0, max(0.12, value)) if math.isfinite(value) else 0.12


def cap(event: Event, x: float, y: float, *, up: bool) -> str:
    """The shape that says kind and pattern: ring = blink, triangle = brief, square = tonic, comb = clonic, diamond = both sides."""
    colour = colour_of(event.kind, event.side)
    sign = -1.0 if up else 1.0
    if event.kind is EventKind.BLINK:
        ring = outlined(colour, 1.4) | {"fill": COLOURS["paper"], "class_": f"s-{colour} f-paper"}
        return element("circle", cx=x, cy=y, r=3.0, **ring)
    if event.side is Side.BOTH:
        return _polygon(colour, [(x, y - MARK), (x + MARK, y), (x, y + MARK), (x - MARK, y)])
    if event.pattern is Pattern.CLONIC:
        teeth = "".join(f"M{x + k:.1f} {y:.1f}v{sign * 7:.1f}" for k in (-5, 0, 5))
        return element("path", d=f"M{x - 5:.1f} {y:.1f}h10{teeth}", **outlined(colour, 2.2))
    if event.pattern is Pattern.TONIC:
        return element("rect", x=x - 4, y=y - 4, width=8, height=8, **painted(colour))
    return _polygon(colour, [(x - MARK, y - sign * 3.5), (x + MARK, y - sign * 3.5), (x, y + sign * 5)])


def unseen(observed: Sequence[Span], start_s: float, end_s: float) -> list[Span]:
    """The stretches of a window that lie outside what was observed."""
    gaps, edge = [], start_s
    for span in sorted(observed, key=lambda span: span.onset_s):
        if span.onset_s > edge:
            gaps.append(Span(onset_s=edge, offset_s=min(span.onset_s, end_s)))
        edge = max(edge, span.offset_s)
        if edge >= end_s:
            return gaps
    return [*gaps, Span(onset_s=edge, offset_s=end_s)]


def ticks(start_s: float, end_s: float, width_px: float) -> list[float]:
    """Round moments for a time axis, far enough apart for their labels."""
    wanted = (end_s - start_s) * TICK_GAP_PX / max(width_px, 1.0)
    step = next((step for step in STEPS_S if step >= wanted), STEPS_S[-1])
    return [k * step for k in range(math.ceil(start_s / step - 1e-9), math.floor(end_s / step + 1e-9) + 1)]


def tick_label(time_s: float) -> str:
    """A moment on the axis: minutes and seconds, with a decimal only where it is needed."""
    tenths = round(time_s * 10)
    whole = f"{tenths // 600}:{tenths % 600 // 10:02d}"
    return whole if tenths % 10 == 0 else f"{whole}.{tenths % 10}"


def legend(class_: str = "legend") -> list[tuple[str, str]]:
    """Small drawings of every mark, each with its meaning."""
    entries = [
        ("contraction, brief (under 1 s)", EventKind.CONTRACTION, Side.RIGHT, Pattern.BRIEF),
        ("contraction, tonic (1 s and longer)", EventKind.CONTRACTION, Side.RIGHT, Pattern.TONIC),
        ("clonic train", EventKind.CONTRACTION, Side.RIGHT, Pattern.CLONIC),
        ("contraction of both sides", EventKind.CONTRACTION, Side.BOTH, Pattern.BRIEF),
        ("blink", EventKind.BLINK, Side.BOTH, Pattern.BRIEF),
    ]
    drawn = []
    for label, kind, side, pattern in entries:
        event = _sample(kind, side, pattern)
        drawn.append((document([cap(event, 9.0, 9.0, up=True)], width=18.0, height=18.0, label=label, class_=class_), label))
    return [*drawn, hatched_swatch(words.NOT_SEEN, class_)]


def hatched_swatch(label: str, class_: str = "legend") -> tuple[str, str]:
    """The hatching that marks unmeasured time, with its meaning."""
    gap = [hatching("legend-gap"), element("rect", x=1, y=3, width=16, height=12, fill="url(#legend-gap)")]
    return document(gap, width=18.0, height=18.0, label=label, class_=class_), label


def swatches(class_: str = "legend") -> list[tuple[str, str]]:
    """The colours of the two sides, each with its meaning."""
    return [(swatch(side, side, class_), label) for side, label in (("right", "right side"), ("left", "left side"))]


def swatch(colour: str, label: str, class_: str = "legend") -> str:
    """A small field of a named colour."""
    return document([element("rect", x=1, y=3, width=16, height=12, **painted(colour))], width=18.0, height=18.0, label=label, class_=class_)


def note(x: float, y: float, content: str, span: Span) -> str:
    """A small remark in the middle of a stretch of time."""
    place = {"data_t0": f"{span.onset_s:.3f}", "data_t1": f"{span.offset_s:.3f}"}
    return text(x, y, content, size=10, text_anchor="middle", halo=True, **place)


def _sample(kind: EventKind, side: Side, pattern: Pattern) -> Event:
    return Event(
        onset_s=0.0,
        apex_s=0.0,
        offset_s=0.0,
        kind=kind,
        side=side,
        regions=(),
        pattern=pattern,
        amplitude=1.0,
        amplitude_unit="closure",
        confidence=1.0,
    )


def _polygon(colour: str, points: list[tuple[float, float]]) -> str:
    return element("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), **painted(colour))
