"""The charts of all channels over time: an overview of the whole recording, and a detail whose lanes can be moved and zoomed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from spasmograph.model import Burst, EmgMeasurement, Floats, Span
from spasmograph.present import words
from spasmograph.present.charts import AXIS_PX, EDGE_PX, Scale, axis, clip, hatched, scale_over
from spasmograph.present.courses import path
from spasmograph.present.emg.amplitudes import number
from spasmograph.present.emg.courses import Courses, window
from spasmograph.present.emg.film_lanes import film_bands, film_lanes, film_observed, film_top
from spasmograph.present.emg.leads import Lead
from spasmograph.present.emg.sentences import burst_sentence
from spasmograph.present.marks import hatched_swatch, swatch, tick_label, unseen
from spasmograph.present.sentences import shown_span
from spasmograph.present.svg import document, element, hatching, outlined, painted, text

LANE_PX = 30.0
STRIP_PX = 6.0
LANE_GAP_PX = 6.0
NAME_PX = 15.0
ROW_PX = 62.0
LOW_ROW_PX = 46.0
LABEL_PX = 17.0
FEW = 8
NARROW_BELOW_PX = 600.0
GUTTER_PX = 196.0
LEAST_BURST_PX = 1.5
COLOUR_WORDS = (("right", "right side"), ("left", "left side"), ("both", "both sides"), ("muted", "side not known"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One strip of the detail: whose course it shows, under which key its bands stand, its colour, its label, and where it lies."""

    key: str
    label: str
    colour: str
    top_px: float
    plot_px: float
    top: float
    observed: tuple[Span, ...]
    bands: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a lane of the overview lies, and the hatching it uses."""

    top: float
    left: float
    right: float
    pattern: str


def legend(leads: Sequence[Lead]) -> list[tuple[str, str]]:
    """The colours and the hatching that a recording's lanes use, each with its meaning."""
    used = {lead.colour for lead in leads}
    colours = [(colour, label) for colour, label in COLOUR_WORDS if colour in used]
    drawn = [(swatch(colour, label), label) for colour, label in colours]
    return [*drawn, hatched_swatch(words.NOT_MEASURED)]


def overview(
    measurement: EmgMeasurement, leads: Sequence[Lead], whole: Courses, *, width: float, span: tuple[float, float] | None = None, key: str
) -> str:
    """One lane a channel: its envelope as an area, and a bar below it for every burst; what was not measured is hatched."""
    start_s, end_s = span or shown_span(measurement)
    narrow = width < NARROW_BELOW_PX
    gutter = EDGE_PX if narrow else GUTTER_PX
    pitch = _pitch(narrow=narrow)
    scale = scale_over(start_s, end_s, gutter, width - EDGE_PX)
    body = [hatching(f"gap-{key}")]
    for place, lead in enumerate(leads):
        top = place * pitch + (NAME_PX if narrow else 0.0)
        body += _lane(measurement, lead, whole, scale, (start_s, end_s), _Place(top=top, left=gutter, right=width - EDGE_PX, pattern=f"gap-{key}"))
        body.append(_name(lead, gutter, top, narrow=narrow))
    bottom = len(leads) * pitch
    body += axis(scale, start_s, end_s, bottom, width)
    counts = ", ".join(f"{lead.name}: {sum(burst.channel == lead.label for burst in measurement.events)}" for lead in leads)
    label = f"Envelopes and bursts from {tick_label(start_s)} to {tick_label(end_s)}. Bursts in the whole recording: {counts or 'none'}."
    return document(body, width=width, height=overview_height(len(leads), width), label=label, class_="chart lanes")


def overview_height(count: int, width: float) -> float:
    """Height in px of the overview of so many channels."""
    return count * _pitch(narrow=width < NARROW_BELOW_PX) + AXIS_PX


def _pitch(*, narrow: bool) -> float:
    return LANE_PX + STRIP_PX + LANE_GAP_PX + (NAME_PX if narrow else 0.0)


def detail(
    measurement: EmgMeasurement,
    leads: Sequence[Lead],
    whole: Courses,
    *,
    width: float,
    linked: Sequence[int],
    span: tuple[float, float] | None = None,
) -> str:
    """The envelope of every channel with its bursts; those `linked`, by their places, can be reached one by one."""
    start_s, end_s = span or shown_span(measurement)
    scale = scale_over(start_s, end_s, EDGE_PX, width - EDGE_PX)
    rows = detail_rows(measurement, leads, whole)
    height = (rows[-1].top_px + LABEL_PX + rows[-1].plot_px + 6 if rows else 0.0) + AXIS_PX
    body = [hatching("gap-detail"), clip("clip-detail", width, height)]
    for row in rows:
        ground = {"x": EDGE_PX, "y": row.top_px + LABEL_PX, "width": width - 2 * EDGE_PX, "height": row.plot_px, "data_span": "row"}
        body.append(element("rect", **ground, **painted("row")))
        gaps = unseen(row.observed, start_s, end_s)
        body += hatched(gaps, scale, "gap-detail", top=row.top_px + LABEL_PX, height=row.plot_px, label=words.NOT_MEASURED)
    drawn = [part for row in rows for part in (_bands(row, scale, (start_s, end_s)), _trace(row, whole, scale, (start_s, end_s), width))]
    body.append(element("g", *drawn, clip_path="url(#clip-detail)"))
    body += axis(scale, start_s, end_s, height - AXIS_PX, width)
    body += _links(measurement, leads, rows, scale, linked)
    body += [text(EDGE_PX, row.top_px + 12, row.label, size=11, fill=row.colour, halo=True) for row in rows]
    label = f"Envelopes of all channels from {tick_label(start_s)} to {tick_label(end_s)} with every burst"
    return document(body, width=width, height=height, label=label, class_="chart detail", interactive=bool(linked))


def detail_rows(measurement: EmgMeasurement, leads: Sequence[Lead], whole: Courses) -> list[Row]:
    """The strips of the detail from top to bottom: every channel, then what the film shows of the same sides."""
    pitch = ROW_PX if len(leads) <= FEW else LOW_ROW_PX
    bands = {lead.label: spans_of(measurement.events, lead.label) for lead in leads}
    rows = [
        Row(
            key=lead.label,
            label=f"{lead.name}, 0 to {number(whole.tops[lead.label], lead.unit)} {lead.unit}",
            colour=lead.colour,
            top_px=place * pitch,
            plot_px=pitch - LABEL_PX - 4,
            top=whole.tops[lead.label],
            observed=lead.quality.observed,
            bands=bands[lead.label],
        )
        for place, lead in enumerate(leads)
    ]
    return rows + _film_rows(measurement, whole, len(leads) * pitch)


def _film_rows(measurement: EmgMeasurement, whole: Courses, top_px: float) -> list[Row]:
    """The film's strips, below those of the muscles."""
    return [
        Row(
            key=lane.signal,
            label=f"Film: {lane.words}, {lane.side}, 0 to {film_top(lane, whole):g}{lane.unit}",
            colour=str(lane.side),
            top_px=top_px + place * ROW_PX,
            plot_px=ROW_PX - LABEL_PX - 4,
            top=film_top(lane, whole),
            observed=film_observed(measurement),
            bands=film_bands(measurement, lane),
        )
        for place, lane in enumerate(film_lanes(measurement))
    ]


def spans_of(bursts: Iterable[Burst], label: str) -> Floats:
    """Onsets and offsets (n, 2) of one channel's bursts in seconds."""
    found = [(burst.onset_s, burst.offset_s) for burst in bursts if burst.channel == label]
    return np.array(found, np.float64).reshape(-1, 2)


def merged(bands: Floats, scale: Scale, least_px: float = LEAST_BURST_PX) -> list[tuple[float, float]]:
    """Left and right edges in px of bands, those that touch as one, each wide enough to be seen."""
    edges: list[tuple[float, float]] = []
    for onset_s, offset_s in bands.tolist():
        left, right = scale(onset_s), scale(offset_s)
        right = max(right, left + least_px)
        if edges and left <= edges[-1][1] + 0.2:
            edges[-1] = (edges[-1][0], max(edges[-1][1], right))
        else:
            edges.append((left, right))
    return edges


def _name(lead: Lead, gutter: float, top: float, *, narrow: bool) -> str:
    """A channel's name beside its lane, muscle over side, or above it where there is no room beside."""
    if narrow:
        return text(gutter, top - 4, cut(lead.name, 48), size=12, fill=lead.colour, font_weight="600")
    below = ", ".join(filter(None, (lead.side, lead.mark)))
    first = text(0.0, top + (15 if below else 22), cut(lead.muscle, 26), size=12, fill=lead.colour, font_weight="600")
    return first + (text(0.0, top + 29, cut(below, 30), size=11, fill=lead.colour) if below else "")


def cut(name: str, most: int) -> str:
    """A name of at most so many letters."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _lane(measurement: EmgMeasurement, lead: Lead, whole: Courses, scale: Scale, span: tuple[float, float], place: _Place) -> list[str]:
    top, left = place.top, place.left
    ground = element("rect", x=left, y=top, width=place.right - left, height=LANE_PX + STRIP_PX, **painted("row"))
    gaps = hatched(unseen(lead.quality.observed, *span), scale, place.pattern, top=top, height=LANE_PX + STRIP_PX, label="")
    area = _area(lead, whole, scale, span, top=top, columns=int(place.right - left))
    inside = spans_of((burst for burst in measurement.events if burst.offset_s > span[0] and burst.onset_s < span[1]), lead.label)
    boxes = "".join(f"M{a:.1f} {top + LANE_PX:.1f}h{b - a:.1f}v{STRIP_PX:g}H{a:.1f}z" for a, b in merged(inside, scale))
    return [ground, *gaps, area, element("path", d=boxes, **painted(lead.colour)) if boxes else ""]


def _area(lead: Lead, whole: Courses, scale: Scale, span: tuple[float, float], *, top: float, columns: int) -> str:
    """The envelope between its lane's floor and its highest values."""
    if lead.label not in whole.values:
        return text(scale(span[0]) + 6, top + LANE_PX / 2 + 4, words.NOT_MEASURED, size=10)
    time_s, values = window(whole, lead.label, span, columns)
    height = LANE_PX * np.clip(values / whole.tops[lead.label], 0.0, 1.0)
    x = _across(time_s, scale, span)
    parts = []
    for first, stop in seen_runs(values):
        line = path(x[first:stop], top + LANE_PX - height[first:stop]).replace("M", "L", 1)
        parts.append(f"M{x[first]:.1f} {top + LANE_PX:.1f}{line}V{top + LANE_PX:.1f}z")
    return element("path", d="".join(parts) or "M0 0", fill_opacity=0.55, **painted(lead.colour))


def seen_runs(values: Floats) -> list[tuple[int, int]]:
    """First and one past last of every run of values that were measured."""
    known = np.concatenate([[False], np.isfinite(values), [False]])
    edges = np.flatnonzero(known[1:] != known[:-1])
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _across(time_s: Floats, scale: Scale, span: tuple[float, float]) -> Floats:
    x: Floats = scale(span[0]) + (time_s - span[0]) * (scale(span[1]) - scale(span[0])) / (span[1] - span[0])
    return x


def _trace(row: Row, whole: Courses, scale: Scale, span: tuple[float, float], width: float) -> str:
    if row.key not in whole.values:
        return text(width / 2, row.top_px + LABEL_PX + row.plot_px / 2 + 4, words.NOT_MEASURED, size=10, text_anchor="middle")
    time_s, values = window(whole, row.key, span, int(width))
    top, inner = row.top_px + LABEL_PX + 2, row.plot_px - 3
    y = top + inner * (1 - np.clip(values / row.top, 0.0, 1.0))
    look = outlined(row.colour, 1.2)
    return element("path", d=path(_across(time_s, scale, span), y) or "M0 0", data_signal=row.key, data_top=top, data_inner=inner, **look)


def _bands(row: Row, scale: Scale, span: tuple[float, float]) -> str:
    """All bursts of one strip as one shape, which the script draws anew when the view moves."""
    inside = row.bands[(row.bands[:, 1] > span[0]) & (row.bands[:, 0] < span[1])]
    top, height = row.top_px + LABEL_PX, row.plot_px
    boxes = "".join(f"M{a:.1f} {top:.1f}h{b - a:.1f}v{height:.1f}H{a:.1f}z" for a, b in merged(inside, scale))
    return element("path", d=boxes or "M0 0", data_bands=row.key, data_top=top, data_height=height, fill_opacity=0.2, **painted(row.colour))


def _links(measurement: EmgMeasurement, leads: Sequence[Lead], rows: Sequence[Row], scale: Scale, linked: Sequence[int]) -> list[str]:
    """Bursts that can be reached one by one, each a frame over its strip."""
    by_label = {lead.label: (lead, row) for lead, row in zip(leads, rows, strict=False)}
    parts = []
    for place in linked:
        burst = measurement.events[place]
        lead, row = by_label[burst.channel]
        left, right = scale(burst.onset_s), scale(burst.offset_s)
        box = {"x": left, "y": row.top_px + LABEL_PX, "width": max(LEAST_BURST_PX, right - left), "height": row.plot_px}
        ends = {"data_t0": f"{burst.onset_s:.3f}", "data_t1": f"{burst.offset_s:.3f}", "data_least": "1.5"}
        frame = element("rect", **box, **ends, fill_opacity=0.0, **painted(row.colour))
        number = place + 1
        parts.append(element("a", frame, href=f"#event-{number}", class_="event", data_event=number, aria_label=burst_sentence(number, burst, lead)))
    return parts
