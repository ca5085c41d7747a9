"""The events of one recording over its time, to be bound to its film: the right side above and the left below the time axis.

Every event is a link with its times beside it, so that a page can lead from the drawing to the film and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from spasmograph.language import text as _
from spasmograph.model import Burst, Event, Span
from spasmograph.present.charts import AXIS_PX, EDGE_PX, Scale, axis, hatched, scale_over
from spasmograph.present.marks import cap, unseen
from spasmograph.present.svg import document, element, hatching, outlined, painted, text
from spasmograph.terms import EventKind, Judgement, Side

LANE_PX, STEP_PX, GUTTER_PX = 70.0, 20.0, 52.0
# Room for the mark at the end of a bar.
MARK_PX = 12.0
LEAST_PX, LEAST_TARGET_PX = 2.6, 24.0
FULL_MM, LEAST_HEIGHT = 10.0, 0.14
STEP_LETTER_PX = 6.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One event to be drawn: the machine's own event or what it was changed into, where its link leads, its words, and what was said of it."""

    key: str
    event: Event | Burst
    href: str
    label: str
    said: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is drawn of a recording: from when to when, the stretches that were measured, its steps by name, and its events."""

    start_s: float
    end_s: float
    observed: tuple[Span, ...]
    events: tuple[Drawn, ...]
    steps: tuple[tuple[str, Span], ...] = ()


def recording_svg(shown: Shown, *, width: float, label: str, key: str) -> str:
    """The whole drawing; `key` tells several on one page apart. A line that follows the film is there, hidden until a script moves it."""
    head = STEP_PX if shown.steps else 0.0
    scale = scale_over(shown.start_s, shown.end_s, GUTTER_PX, width - EDGE_PX)
    height = head + 2 * LANE_PX + AXIS_PX
    loudest_uv = max((one.event.peak_uv for one in shown.events if isinstance(one.event, Burst)), default=1.0)
    unseen_spans = unseen([span for span in shown.observed if span.offset_s > shown.start_s], shown.start_s, shown.end_s)
    gaps = hatched(unseen_spans, scale, f"gap-{key}", top=head, height=2 * LANE_PX + AXIS_PX, label=_("not seen"))
    body = [hatching(f"gap-{key}"), *_grounds(width, head), *gaps, *_steps(shown, scale, height), *_axis(shown, scale, head, width)]
    seen = [one for one in shown.events if one.event.offset_s >= shown.start_s and one.event.onset_s <= shown.end_s]
    body += [_event(one, scale, head, loudest_uv) for one in sorted(seen, key=lambda one: one.event.onset_s)]
    body.append(element("path", d=f"M0 {head:g}V{height:g}", class_="playhead s-ink", stroke_width=2, fill="none", visibility="hidden"))
    drawn = document(body, width=width, height=height, label=label, class_="chart recording", interactive=True)
    times = f'data-left="{GUTTER_PX:g}" data-right="{width - EDGE_PX:g}" data-start="{shown.start_s:.3f}" data-end="{shown.end_s:.3f}"'
    return drawn.replace("<svg ", f"<svg {times} ", 1)


def _grounds(width: float, head: float) -> list[str]:
    names: Mapping[Side, str] = {Side.RIGHT: _("Right"), Side.LEFT: _("Left")}
    parts = []
    for side, top in ((Side.RIGHT, head), (Side.LEFT, head + LANE_PX + AXIS_PX)):
        parts.append(element("rect", x=GUTTER_PX, y=top, width=width - GUTTER_PX - EDGE_PX, height=LANE_PX, **painted("row")))
        parts.append(text(0, top + LANE_PX / 2 + 4, names[side], size=13, fill=str(side), font_weight="600"))
    return parts


def _axis(shown: Shown, scale: Scale, head: float, width: float) -> list[str]:
    return axis(scale, shown.start_s, shown.end_s, head + LANE_PX, width)


def _steps(shown: Shown, scale: Scale, height: float) -> list[str]:
    """What was asked for when, above the lanes; a name stands where there is room for it."""
    parts = []
    for name, span in (step for step in shown.steps if step[1].offset_s > shown.start_s and step[1].onset_s < shown.end_s):
        left, right = scale(span.onset_s), scale(span.offset_s)
        parts.append(element("path", d=f"M{left:.1f} 4V{height:g}M{right:.1f} 4V{height:g}", stroke_dasharray="2 3", **outlined("muted", 1.0)))
        if right - left > STEP_LETTER_PX * len(name):
            parts.append(text((left + right) / 2, 14, name, size=11, text_anchor="middle"))
    return parts


def _event(one: Drawn, scale: Scale, head: float, loudest_uv: float) -> str:
    """One event as a link, in the lane of its side or in both."""
    event = one.event
    sides = (Side.RIGHT, Side.LEFT) if event.side in (Side.BOTH, None) else (event.side,)
    parts = [part for side in sides for part in _in_lane(one, side, scale, head, loudest_uv)]
    times = {"data_key": one.key, "data_onset": f"{event.onset_s:.3f}", "data_offset": f"{event.offset_s:.3f}"}
    said = f" said-{one.said}" if one.said else ""
    return element("a", *parts, href=one.href, class_=f"event{said}", aria_label=one.label, **times)


def _in_lane(one: Drawn, side: Side, scale: Scale, head: float, loudest_uv: float) -> list[str]:
    """A wide field to press, a bar as long as the event and as high as it was strong, and its mark at the end."""
    event, up = one.event, side is Side.RIGHT
    base = head + LANE_PX if up else head + LANE_PX + AXIS_PX
    left, right = scale(event.onset_s), scale(event.offset_s)
    bar = max(LEAST_PX, right - left)
    field = max(LEAST_TARGET_PX, bar)
    high = _height(event, loudest_uv) * (LANE_PX - MARK_PX)
    look = _look(one)
    lane_top = head if up else base
    return [
        element("rect", x=(left + right - field) / 2, y=lane_top, width=field, height=LANE_PX, fill="transparent", class_="field"),
        element("rect", x=left, y=base - high if up else base, width=bar, height=high, **look),
        _mark(one, scale(event.apex_s), base - high if up else base + high, up=up),
    ]


def _look(one: Drawn) -> dict[str, object]:
    """What was none is an empty dashed outline; what a person said to be there has a full outline; the machine's own is filled."""
    colour = _colour(one.event)
    if one.said is Judgement.REJECTED:
        return outlined(colour, 1.2) | {"stroke_dasharray": "3 3"}
    outline = {"stroke_width": 1.6, "class_": f"f-{colour} s-ink", "stroke": "#1d2730"} if one.said in (Judgement.ADDED, Judgement.CHANGED) else {}
    return painted(colour) | {"fill_opacity": 0.8} | outline


def _mark(one: Drawn, x: float, y: float, *, up: bool) -> str:
    if one.said is Judgement.REJECTED:
        return element("path", d=f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8", **outlined("muted", 1.8))
    if isinstance(one.event, Burst):
        return ""
    return cap(one.event, x, y, up=up)


def _height(event: Event | Burst, loudest_uv: float) -> float:
    """How strong an event was, 0–1: closure, millimetres over ten, or microvolts over the strongest; half where nobody measured it."""
    full = loudest_uv if isinstance(event, Burst) else 1.0 if event.amplitude_unit == "closure" else FULL_MM
    share = event.amplitude / full
    return min(1.0, max(LEAST_HEIGHT, share)) if share == share else 0.5  # noqa: PLR0124 - NaN


def _colour(event: Event | Burst) -> str:
    if event.kind is EventKind.BLINK:
        return "blink"
    return str(event.side) if event.side is not None else "blink"
