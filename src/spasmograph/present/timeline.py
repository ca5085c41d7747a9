"""The two charts of a recording: lanes of events mirrored around the time axis, and signals side by side under their events."""

import math
from dataclasses import dataclass

from spasmograph.model import Event, Measurement
from spasmograph.present import words
from spasmograph.present.charts import AXIS_PX, EDGE_PX, Scale, axis, clip, hatched, scale_over
from spasmograph.present.courses import path, value_range, window
from spasmograph.present.density import bars, bin_length_s, counts
from spasmograph.present.marks import cap, strength, tick_label, unseen
from spasmograph.present.numbers import plain
from spasmograph.present.sentences import event_sentence, shown_span
from spasmograph.present.svg import colour_of, document, element, hatching, outlined, painted, text
from spasmograph.terms import EventKind, Side

LANE_PX = 74.0
GUTTER_PX = 44.0
HEAD_PX = 36.0
MARK_PX = 30.0
ROW_PX = 62.0
LABEL_PX = 17.0
PLOT_PX = 43.0
PADDING_PX = 3.0
BLOCK_GAP_PX = 10.0
ONE_BY_ONE_UP_TO = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One signal's strip in the chart: where it lies, and the values of its lower and upper edge."""

    signal: str
    side: Side
    label: str
    unit: str
    top_px: float
    low: float
    high: float


def lanes(
    measurement: Measurement,
    *,
    width: float,
    span: tuple[float, float] | None = None,
    lane_px: float = LANE_PX,
    traces: bool = False,
    key: str = "all",
) -> str:
    """Events as bars, the right side above and the left below the time axis; what was not seen is hatched.

    Where there are too many to tell apart, bars count the contractions instead.

    `traces` adds each side's eye closure behind the bars. `key` keeps the drawing's own ids apart from those of others on the page.
    """
    start_s, end = span or shown_span(measurement)
    scale = scale_over(start_s, end, GUTTER_PX, width - EDGE_PX)
    events = [event for event in measurement.events if event.offset_s > start_s and event.onset_s < end]
    height = 2 * lane_px + AXIS_PX
    body = [hatching(f"gap-{key}"), *_lane_grounds(width, lane_px), *_gaps(measurement, scale, (start_s, end), f"gap-{key}", height)]
    if traces:
        body += [_lane_trace(measurement, side, scale, (start_s, end), (width, lane_px)) for side in (Side.RIGHT, Side.LEFT)]
    body += axis(scale, start_s, end, lane_px, width)
    if len(events) > ONE_BY_ONE_UP_TO:
        bin_s = bin_length_s((start_s, end), width - GUTTER_PX - EDGE_PX)
        found = counts(events, (start_s, end), bin_s)
        body += bars(found, bin_s, scale, start_s=start_s, lane_px=lane_px, axis_px=AXIS_PX)
    else:
        body += [_bars(event, scale, lane_px) for event in events]
    label = f"Events from {tick_label(start_s)} to {tick_label(end)}: right side above, left side below the time axis. {_count_words(events)}"
    return document(body, width=width, height=height, label=label, class_="chart lanes")


def lanes_note(measurement: Measurement) -> str:
    """What the height of a bar means in the chart of the whole recording."""
    return words.OVERVIEW_NOTE if len(measurement.events) <= ONE_BY_ONE_UP_TO else words.DENSITY_NOTE


def detail(measurement: Measurement, *, width: float, span: tuple[float, float] | None = None, linked: bool = False, key: str = "detail") -> str:
    """Eye closure, brow and mouth corner of each side under every event; `linked` makes each event a link that can be reached by keyboard."""
    start_s, end = span or shown_span(measurement)
    scale = scale_over(start_s, end, EDGE_PX, width - EDGE_PX)
    rows = detail_rows(measurement)
    height = detail_height(measurement)
    body = [hatching(f"gap-{key}"), clip(f"clip-{key}", width, height)]
    for row in rows:
        ground = {"x": EDGE_PX, "y": row.top_px + LABEL_PX, "width": width - 2 * EDGE_PX, "height": PLOT_PX, "data_span": "row"}
        body.append(element("rect", **ground, **painted("row")))
    body += _gaps(measurement, scale, (start_s, end), f"gap-{key}", height - AXIS_PX)
    body += axis(scale, start_s, end, height - AXIS_PX, width)
    body.append(element("g", *(_trace(measurement, row, scale, (start_s, end), width) for row in rows), clip_path=f"url(#clip-{key})"))
    for number, event in enumerate(measurement.events, start=1):
        if event.offset_s > start_s and event.onset_s < end:
            body.append(_band(number, event, scale, linked=linked))
    body += _row_labels(rows)
    label = f"Signals of both sides from {tick_label(start_s)} to {tick_label(end)} with every event"
    return document(body, width=width, height=height, label=label, class_="chart detail", interactive=linked)


def detail_rows(measurement: Measurement) -> list[Row]:
    """The strips of the detailed chart from top to bottom; the two sides of a signal share one range, so that they can be compared."""
    rows = []
    for block, side in enumerate((Side.RIGHT, Side.LEFT)):
        for place, (pattern, label, low, high, unit) in enumerate(words.SIGNAL_ROWS):
            names = [pattern.format(side=one) for one in (Side.LEFT, Side.RIGHT)]
            bottom, top = (low, high) if math.isfinite(low) else value_range(measurement.signals, names)
            y = block * (_block_height() + BLOCK_GAP_PX) + HEAD_PX + place * ROW_PX
            rows.append(Row(signal=pattern.format(side=side), side=side, label=label, unit=unit, top_px=y, low=bottom, high=top))
    return rows


def detail_height(_: Measurement) -> float:
    """Height of the detailed chart in px."""
    return 2 * _block_height() + BLOCK_GAP_PX + AXIS_PX


def _block_height() -> float:
    return HEAD_PX + len(words.SIGNAL_ROWS) * ROW_PX


def _count_words(events: list[Event]) -> str:
    counts = {side: sum(event.side is side and event.kind is not EventKind.BLINK for event in events) for side in Side}
    blinks = sum(event.kind is EventKind.BLINK for event in events)
    return f"Contractions: {counts[Side.RIGHT]} right, {counts[Side.LEFT]} left, {counts[Side.BOTH]} of both sides. Blinks: {blinks}."


def _lane_grounds(width: float, lane_px: float) -> list[str]:
    parts = []
    for name, top in (("Right", 0.0), ("Left", lane_px + AXIS_PX)):
        parts.append(element("rect", x=GUTTER_PX, y=top, width=width - GUTTER_PX - EDGE_PX, height=lane_px, **painted("row")))
        parts.append(text(0, top + lane_px / 2 + 4, name, size=12, fill=name.lower(), font_weight="600"))
    return parts


def _gaps(measurement: Measurement, scale: Scale, span: tuple[float, float], pattern: str, height: float) -> list[str]:
    return hatched(unseen(measurement.quality.observed, *span), scale, pattern, top=0.0, height=height, label=words.NOT_SEEN)


def _lane_trace(measurement: Measurement, side: Side, scale: Scale, span: tuple[float, float], size_px: tuple[float, float]) -> str:
    name = f"eye_closure_{side}"
    if name not in measurement.signals.values:
        return ""
    time_s, values = window(measurement.signals, name, *span, columns=int(size_px[0] / 2))
    base, sign = (size_px[1], -1.0) if side is Side.RIGHT else (size_px[1] + AXIS_PX, 1.0)
    x = scale(span[0]) + (time_s - span[0]) * (scale(span[1]) - scale(span[0])) / (span[1] - span[0])
    return element("path", d=path(x, base + sign * (size_px[1] - 10) * values.clip(0.0, 1.0)) or "M0 0", **outlined("muted", 0.8))


def _bars(event: Event, scale: Scale, lane_px: float) -> str:
    sides = (Side.RIGHT, Side.LEFT) if event.side is Side.BOTH else (event.side,)
    return "".join(_bar(event, side, scale, lane_px) for side in sides)


def _bar(event: Event, side: Side, scale: Scale, lane_px: float) -> str:
    """One event in one lane: its width is its time, its height its strength; members of a train stand one by one."""
    up = side is Side.RIGHT
    colour = colour_of(event.kind, event.side)
    parts = []
    for part in event.members or (event,):
        height = strength(part) * (lane_px - 14)
        left, right = scale(part.onset_s), scale(part.offset_s)
        thin = event.kind is EventKind.BLINK
        wide = 1.6 if thin else max(2.6, right - left)
        x = scale(part.apex_s) - wide / 2 if thin else left
        dashes = {"stroke_dasharray": "3 2", "stroke": "#1d2730", "stroke_width": 1.2} if event.censored else {}
        paint = painted(colour) | ({"class_": f"f-{colour} s-ink"} if event.censored else {})
        parts.append(
            element("rect", x=x, y=lane_px - height if up else lane_px + AXIS_PX, width=wide, height=height, fill_opacity=0.8, **paint, **dashes)
        )
    top = strength(event) * (lane_px - 14)
    parts.append(cap(event, scale(event.apex_s), lane_px - top if up else lane_px + AXIS_PX + top, up=up))
    return "".join(parts)


def _trace(measurement: Measurement, row: Row, scale: Scale, span: tuple[float, float], width: float) -> str:
    if row.signal not in measurement.signals.values:
        return text(width / 2, row.top_px + LABEL_PX + PLOT_PX / 2 + 4, words.NOT_MEASURED, size=10, text_anchor="middle")
    time_s, values = window(measurement.signals, row.signal, *span, columns=int(width))
    x = scale(span[0]) + (time_s - span[0]) * (scale(span[1]) - scale(span[0])) / (span[1] - span[0])
    top, inner = row.top_px + LABEL_PX + PADDING_PX, PLOT_PX - 2 * PADDING_PX
    y = top + inner * (1 - (values.clip(row.low, row.high) - row.low) / (row.high - row.low))
    return element("path", d=path(x, y) or "M0 0", data_signal=row.signal, data_top=top, data_inner=inner, **outlined(str(row.side), 1.3))


def _row_labels(rows: list[Row]) -> list[str]:
    parts = []
    for row in rows:
        unit = f" {row.unit}" if row.unit else ""
        parts.append(text(EDGE_PX, row.top_px + 12, f"{row.label}, {plain(row.low)} to {plain(row.high)}{unit}", size=11, halo=True))
    for index, name in enumerate(("Right side", "Left side")):
        y = index * (_block_height() + BLOCK_GAP_PX) + 14
        parts.append(text(EDGE_PX, y, name, size=13, fill=name.split()[0].lower(), font_weight="600"))
    return parts


def _band(number: int, event: Event, scale: Scale, *, linked: bool) -> str:
    """One event over its side's strips, with its mark at the apex."""
    colour = colour_of(event.kind, event.side)
    left, right = scale(event.onset_s), scale(event.offset_s)
    x = scale(event.apex_s)
    parts = []
    for block, side in enumerate((Side.RIGHT, Side.LEFT)):
        if event.side not in (side, Side.BOTH):
            continue
        top = block * (_block_height() + BLOCK_GAP_PX)
        box = {"x": left, "y": top + HEAD_PX + 3, "width": max(1.5, right - left), "height": _block_height() - HEAD_PX - 5}
        place = {"data_t0": f"{event.onset_s:.3f}", "data_t1": f"{event.offset_s:.3f}"}
        parts.append(element("rect", **box, **place, data_least="1.5", fill_opacity=0.18, **painted(colour)))
        mark = cap(event, 0.0, top + MARK_PX, up=True)
        parts.append(element("g", mark, transform=f"translate({x:.1f} 0)", data_t=f"{event.apex_s:.3f}"))
    if not linked:
        return "".join(parts)
    return element("a", *parts, href=f"#event-{number}", class_="event", data_event=number, aria_label=event_sentence(number, event))
