"""Evoked responses as drawings: the average of all sweeps with its interval, and the course of a response over a recording."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import EvokedResponse, Floats, Presence, ResponseCourse
from spasmograph.present.charts import AXIS_PX, EDGE_PX, Scale, axis, scale_over
from spasmograph.present.courses import path
from spasmograph.present.emg.amplitudes import MICROVOLTS, number
from spasmograph.present.emg.courses import rounded_up
from spasmograph.present.emg.leads import Lead, name_of, unit_of
from spasmograph.present.emg.sentences import mid
from spasmograph.present.emg.words import PRESENCES, RESPONSES
from spasmograph.present.numbers import clock, plain
from spasmograph.present.svg import document, element, outlined, painted, text

MOST_POINTS = 500
MOST_SINGLE_POINTS = 160
MOST_SWEEPS = 0.98
FLOOR_PX = 4.0
GUTTER_PX = 50.0
BEFORE_MS = 5.0
BEYOND_WINDOW = 0.6
LEAST_VIEW_MS = 20.0


def waveform(response: EvokedResponse, *, width: float, height: float, title: str, leads: tuple[Lead, ...]) -> str:
    """Single sweeps, their average with its interval band, the stimulus, the window that was looked at, and the onset."""
    span, plot, colour = view(response), height - AXIS_PX, colour_of(response, leads)
    keep = (response.time_ms >= span[0]) & (response.time_ms <= span[1])
    most = rounded_up(_most(response, keep))
    scale = scale_over(*span, GUTTER_PX, width - EDGE_PX)
    left, right = (scale(edge_ms) for edge_ms in response.window_ms)
    base = plot - FLOOR_PX if response.rectified else plot / 2
    body = [
        element("rect", x=GUTTER_PX, y=0, width=width - EDGE_PX - GUTTER_PX, height=plot, **painted("row")),
        element("rect", x=left, y=0, width=max(1.0, right - left), height=plot, **painted("gap")),
        element("path", d=f"M{GUTTER_PX:.1f} {base:.1f}H{width - EDGE_PX:.1f}", **outlined("line", 1.0)),
        *_lines(response, keep, _Upright(most=most, base=base, plot=plot), scale, colour),
        element("path", d=f"M{scale(0.0):.1f} 0V{plot:.1f}", stroke_dasharray="4 3", **outlined("ink", 1.0)),
        *_onset(response, scale, plot),
        *_millisecond_axis(scale, span, plot),
        *_upright_axis(response, most, unit_of(leads, response.channel), plot),
    ]
    return document(body, width=width, height=height, label=f"Average waveform. {title}", class_="chart waveform")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Upright:
    """How microvolts become places in px: `most` at the upper edge, 0 at `base`."""

    most: float
    base: float
    plot: float

    def __call__(self, values: Floats) -> Floats:
        """Where values lie, those beyond an edge at that edge."""
        height: Floats = np.clip(self.base - values / self.most * (self.base - 4), 1.0, self.plot - 1.0)
        return height


def _lines(response: EvokedResponse, keep: NDArray[np.bool_], y: _Upright, scale: Scale, colour: str) -> list[str]:
    """Single sweeps as faint lines, the band and the average on top of them."""
    count = int(keep.sum())
    coarse, fine = (max(1, math.ceil(count / most)) for most in (MOST_SINGLE_POINTS, MOST_POINTS))
    places = scale(0.0) + response.time_ms[keep] * (scale(1.0) - scale(0.0))
    sweeps = response.single_uv[:, keep][:, ::coarse] if len(response.single_uv) else np.empty((0, 0))
    single = "".join(path(places[::coarse], y(sweep)) for sweep in sweeps)
    average, low, high = (getattr(response, name)[keep][::fine] for name in ("average_uv", "low_uv", "high_uv"))
    faint = [element("path", d=single, stroke_opacity=0.3, **outlined("muted", 0.5))] if single else []
    x = places[::fine]
    return [*faint, band(x, y(high), y(low), colour), element("path", d=path(x, y(average)) or "M0 0", **outlined(colour, 1.8))]


def _upright_axis(response: EvokedResponse, most: float, unit: str, plot: float) -> list[str]:
    """What the upper and the lower edge stand for; a rectified average begins at 0."""
    top = text(GUTTER_PX - 6, 11, _edge(most, unit), size=10, text_anchor="end")
    if not response.rectified:
        return [top, text(GUTTER_PX - 6, plot, f"−{number(most, unit)}", size=10, text_anchor="end")]
    zero = text(GUTTER_PX - 6, plot - FLOOR_PX + 3, "0", size=10, text_anchor="end")
    return [top, zero, text(GUTTER_PX - 6, plot / 2, "rectified", size=10, text_anchor="end")]


def _edge(most: float, unit: str) -> str:
    """What an edge stands for; a unit of the file's own has no room there and stands in the table."""
    return f"{number(most, unit)} {unit}" if unit == MICROVOLTS else number(most, unit)


def view(response: EvokedResponse) -> tuple[float, float]:
    """The stretch around the stimulus that is drawn: a little before it, and well beyond the window."""
    end_ms = max(LEAST_VIEW_MS, response.window_ms[1] * (1 + BEYOND_WINDOW))
    if not len(response.time_ms):
        return -BEFORE_MS, end_ms
    return max(-BEFORE_MS, float(response.time_ms[0])), max(min(end_ms, float(response.time_ms[-1])), float(response.time_ms[0]) + 1.0)


def band(x: Floats, upper: Floats, lower: Floats, colour: str) -> str:
    """The ground between two lines, broken where either is not known."""
    known = np.concatenate([[False], np.isfinite(upper) & np.isfinite(lower), [False]])
    edges = np.flatnonzero(known[1:] != known[:-1])
    parts = []
    for first, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        back = path(x[first:stop][::-1], lower[first:stop][::-1]).replace("M", "L", 1)
        parts.append(f"{path(x[first:stop], upper[first:stop])}{back}z")
    return element("path", d="".join(parts) or "M0 0", fill_opacity=0.25, **painted(colour))


def course_chart(course: ResponseCourse, *, width: float, height: float, span: tuple[float, float], leads: tuple[Lead, ...]) -> str:
    """The amplitude of a response, group by group of sweeps, with the moments at which it changed."""
    colour = next((lead.colour for lead in leads if lead.label == course.channel), "muted")
    scale = scale_over(*span, GUTTER_PX, width - EDGE_PX)
    plot = height - AXIS_PX
    most = rounded_up(max([1e-9, *(_top(step.amplitude_uv.value, step.amplitude_uv.high) for step in course.steps)]))
    body = [element("rect", x=GUTTER_PX, y=0, width=width - EDGE_PX - GUTTER_PX, height=plot, **painted("row"))]
    for step in course.steps:
        x = scale(step.time_s)
        value = step.amplitude_uv.value
        y = plot - 6 - (value / most * (plot - 26) if math.isfinite(value) else 0.0)
        if math.isfinite(step.amplitude_uv.low) and math.isfinite(step.amplitude_uv.high):
            ends = [plot - 6 - min(limit, most) / most * (plot - 26) for limit in (step.amplitude_uv.low, step.amplitude_uv.high)]
            body.append(element("path", d=f"M{x:.1f} {ends[0]:.1f}V{ends[1]:.1f}", **outlined(colour, 1.0)))
        body.append(presence_mark(step.presence, x, y, colour))
    body += _changes(course, scale, plot, width)
    body += axis(scale, *span, plot, width)
    edge = _edge(most, unit_of(leads, course.channel))
    body += [text(GUTTER_PX - 6, 28, edge, size=10, text_anchor="end"), text(GUTTER_PX - 6, plot - 4, "0", size=10, text_anchor="end")]
    name = f"{RESPONSES[course.kind]} in {mid(name_of(leads, course.channel))}"
    return document(body, width=width, height=height, label=f"{name}: amplitude over the recording", class_="chart course")


def presence_mark(presence: Presence, x: float, y: float, colour: str) -> str:
    """The shape that says what the test found: filled = present, half = reduced, ring = no response, cross = not told."""
    ring = outlined(colour, 1.4)
    if presence is Presence.PRESENT:
        return element("circle", cx=x, cy=y, r=3.4, **painted(colour))
    if presence is Presence.UNDECIDED:
        return element("path", d=f"M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6", **outlined("muted", 1.4))
    hollow = element("circle", cx=x, cy=y, r=3.2, **(ring | {"fill": "#ffffff", "class_": f"s-{colour} f-paper"}))
    half = element("path", d=f"M{x - 3.2:.1f} {y:.1f}a3.2 3.2 0 0 0 6.4 0z", **painted(colour))
    return hollow + half if presence is Presence.REDUCED else hollow


def presence_legend() -> list[tuple[str, str]]:
    """Small drawings of every mark, each with its meaning."""
    return [
        (document([presence_mark(presence, 9.0, 9.0, "ink")], width=18.0, height=18.0, label=label, class_="legend"), label)
        for presence, label in PRESENCES.items()
    ]


def _most(response: EvokedResponse, shown: NDArray[np.bool_]) -> float:
    """The largest value that the drawing has to hold: of the average, and of nearly all that single sweeps show within the window."""
    first_ms, last_ms = response.window_ms
    inside = (response.time_ms >= first_ms) & (response.time_ms <= last_ms)
    part = inside if inside.any() else shown
    values = np.abs(np.concatenate([getattr(response, name)[part] for name in ("average_uv", "low_uv", "high_uv")]))
    sweeps = np.abs(response.single_uv[:, part]) if len(response.single_uv) else np.empty(0)
    sweeps = sweeps[np.isfinite(sweeps)]
    tops = [*values[np.isfinite(values)], *([np.quantile(sweeps, MOST_SWEEPS)] if len(sweeps) else [])]
    return 1.1 * float(max(tops)) if tops and max(tops) > 0 else 1.0


def _top(*values: float) -> float:
    return max((value for value in values if math.isfinite(value)), default=0.0)


def _onset(response: EvokedResponse, scale: Scale, plot: float) -> list[str]:
    value = response.latency_ms.value
    if not math.isfinite(value):
        return []
    x = scale(value)
    flag = element("path", d=f"M{x:.1f} {plot:.1f}V2l7 4l-7 4", **outlined("ink", 1.2))
    return [flag, text(x + 10, 11, f"{plain(value)} ms", size=11, fill="ink", halo=True)]


def _millisecond_axis(scale: Scale, span: tuple[float, float], top: float) -> list[str]:
    step = next((one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500) if (span[1] - span[0]) / one <= 9), 1000)
    parts = []
    for k in range(math.ceil(span[0] / step), math.floor(span[1] / step) + 1):
        x = scale(k * step)
        last = (k + 1) * step > span[1]
        parts.append(element("path", d=f"M{x:.1f} {top:.1f}v4", **outlined("muted")))
        parts.append(
            text(x, top + 16, f"{k * step} ms" if last else str(k * step).replace("-", "−"), size=11, text_anchor="middle" if not last else "end")
        )
    return parts


def _changes(course: ResponseCourse, scale: Scale, plot: float, width: float) -> list[str]:
    parts = []
    for place, change in enumerate(course.changes):
        x = scale(change.time_s)
        anchor = "end" if x > width - 160 else "start"
        parts.append(element("path", d=f"M{x:.1f} 0V{plot:.1f}", stroke_dasharray="4 3", **outlined("ink", 1.2)))
        words_of_change = f"{PRESENCES[change.after]} from {clock(change.time_s)}"
        parts.append(
            text(x + (-5 if anchor == "end" else 5), 11 + 11 * (place % 2), words_of_change, size=11, fill="ink", text_anchor=anchor, halo=True)
        )
    return parts


def colour_of(response: EvokedResponse, leads: Sequence[Lead]) -> str:
    """The named colour of the side in which a response was recorded."""
    return next((lead.colour for lead in leads if lead.label == response.channel), str(response.side) if response.side else "muted")
