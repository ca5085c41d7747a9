"""A person's record as one chart: treatments, severity, episodes, measurements and scales over one axis of time, gaps as gaps.

The same drawing stands on the page and on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from html import escape
from itertools import pairwise
from unicodedata import east_asian_width

from spasmograph.language import current_language, listed
from spasmograph.language import text as _
from spasmograph.model.record import Course, Reading, Step, Timeline, Treatment
from spasmograph.present.charts import Scale, scale_over
from spasmograph.present.numbers import rounded
from spasmograph.present.record.calendar_ticks import Tick, ticks_between
from spasmograph.present.svg import document, element, hatching, outlined, painted, text
from spasmograph.terms import TreatmentKind

EDGE_PX = 10.0
LABEL_PX, PLOT_PX, LANE_GAP_PX = 20.0, 72.0, 14.0
EPISODE_PX, ROW_PX, AXIS_PX = 36.0, 22.0, 26.0
GAP_WORDS_PX = 90.0
MARK_PX = 3.2
NAME_PX, CROWDED_PX = 5.4, 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where time runs: the moments at both edges, the way from a moment to px, and the width in px."""

    timeline: Timeline
    width: float
    x: Scale

    def at(self, moment: datetime) -> float:
        """The place of a moment in px; what lies outside is at the nearer edge."""
        return self.x((moment - self.timeline.since).total_seconds())

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is shown."""
        return self.timeline.since <= moment < self.timeline.until


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lane:
    """One strip of the chart, drawn from its own top downwards."""

    height: float
    parts: tuple[str, ...]


def timeline_svg(timeline: Timeline, *, width: float, key: str = "timeline") -> str:
    """The whole chart; `key` tells several on one page apart."""
    return _drawn_once(timeline, width, key, current_language())


@lru_cache(maxsize=8)  # ten years take longer to draw than to look at again
def _drawn_once(timeline: Timeline, width: float, key: str, _language: str) -> str:
    length_s = (timeline.until - timeline.since).total_seconds()
    frame = _Frame(timeline=timeline, width=width, x=scale_over(0.0, length_s, EDGE_PX, width - EDGE_PX))
    lanes = [lane for lane in _lanes(frame, f"gap-{key}") if lane]
    height = sum(lane.height + LANE_GAP_PX for lane in lanes)
    body = [hatching(f"gap-{key}"), *_grid(frame, height), *_injections(frame, height)]
    top = 0.0
    for lane in lanes:
        body.append(element("g", *lane.parts, transform=f"translate(0 {top:g})"))
        top += lane.height + LANE_GAP_PX
    body += _axis(frame, height)
    return document(body, width=width, height=height + AXIS_PX, label=chart_words(timeline), class_="chart timeline")


def chart_words(timeline: Timeline) -> str:
    """What the chart shows, for those who do not see it; the numbers stand in the tables beside it."""
    shown = {
        _("treatments"): len(timeline.treatments),
        _("journal entries"): _number(timeline.severity),
        _("episodes"): sum(one.count for one in timeline.episodes),
        _("measurements"): max((_number(course) for course in timeline.measured), default=0),
        _("scale results"): sum(_number(course) for course in timeline.scales),
    }
    told = listed(f"{count} {name}" for name, count in shown.items() if count)
    span = f"{timeline.since.date().isoformat()} – {timeline.until.date().isoformat()}"
    return _("Record from %(span)s: %(told)s") % {"span": span, "told": told or _("nothing noted")}


def _number(course: Course) -> int:
    return sum(reading.count for reading in course.readings)


def _lanes(frame: _Frame, pattern: str) -> list[_Lane | None]:
    """The strips from top to bottom; one that has nothing to show is None."""
    timeline = frame.timeline
    return [
        _treatments(frame),
        _course(frame, [timeline.severity], _("Severity"), hatch=pattern),
        _episodes(frame),
        _course(frame, timeline.measured, _measured_label()),
        *(_course(frame, [course], _scale_label(course)) for course in timeline.scales),
    ]


def _measured_label() -> str:
    """The measurements of both sides stand in one strip."""
    return _("Measured contractions a minute, right ◇ and left ●")


def _scale_label(course: Course) -> str:
    return _("%(name)s, from %(low)s") % {"name": course.name, "low": rounded(course.low)} if course.low else course.name


def _treatments(frame: _Frame) -> _Lane | None:
    """A row for every treatment that lasts; injections are marks through all strips."""
    lasting = [one for one in frame.timeline.treatments if one.treatment is not TreatmentKind.BOTULINUM_TOXIN]
    toxin = [one for one in frame.timeline.treatments if one.treatment is TreatmentKind.BOTULINUM_TOXIN]
    if not lasting and not toxin:
        return None
    parts = [text(EDGE_PX, 13, _("Treatments"), size=11, halo=True), *_names(frame, toxin)]
    first = LABEL_PX + (ROW_PX if toxin else 0.0)
    for row, one in enumerate(lasting):
        parts += _bar(frame, one, first + row * ROW_PX)
    return _Lane(height=first + len(lasting) * ROW_PX, parts=tuple(parts))


def _names(frame: _Frame, sessions: Sequence[Treatment]) -> list[str]:
    """The product beside each session's mark, where there is room up to the next one."""
    places = [frame.at(one.at) for one in sessions]
    rooms = [later - earlier for earlier, later in pairwise([*places, frame.width])]
    named = [
        (x, one.name)
        for x, room, one in zip(places, rooms, sessions, strict=True)
        if frame.holds(one.at) and room > _length_px(one.name) + 2 * EDGE_PX
    ]
    return [text(x + 7, LABEL_PX + 9, name, size=10, halo=True) for x, name in named]


def _bar(frame: _Frame, treatment: Treatment, top: float) -> list[str]:
    """From its start to its end; one that goes on reaches the edge, one of a single day is a mark."""
    last = treatment.until or (treatment.at if treatment.treatment is TreatmentKind.PROCEDURE else frame.timeline.until)
    left, right = frame.at(treatment.at), frame.at(last)
    box = element("rect", x=left, y=top + 3, width=max(4.0, right - left), height=ROW_PX - 8, rx=3, fill_opacity=0.3, **painted("both"))
    return [box, text(left + 5, top + 14, treatment.name, size=10.5, halo=True, fill="ink")]


def _course(frame: _Frame, many: Sequence[Course], label: str, hatch: str = "") -> _Lane | None:
    """One or two courses over one range of values; `hatch` is the pattern for time in which nothing was noted."""
    shown = [course for course in many if any(frame.holds(reading.at) for reading in course.readings)]
    if not shown:
        return None
    low, high = min(course.low for course in shown), max(_highest(course) for course in shown)
    y = partial(_y, low, high)
    parts = [text(EDGE_PX, 13, label, size=11, halo=True), _ground(frame, PLOT_PX)]
    parts += [part for course in shown for part in _gap_marks(frame, course, hatch)] if hatch else []
    parts += [part for course in shown for part in _drawn(frame, course, y)]
    parts += [text(frame.width - EDGE_PX, 13, _("up to %(high)s") % {"high": rounded(high)}, size=9.5, text_anchor="end", halo=True)]
    return _Lane(height=LABEL_PX + PLOT_PX, parts=tuple(parts))


def _highest(course: Course) -> float:
    """The top of an axis: what the scale allows, or the highest that was read."""
    return course.high if course.high is not None else max(max(reading.value, reading.high or 0.0) for reading in course.readings) or 1.0


def _y(low: float, high: float, value: float) -> float:
    share = (min(max(value, low), high) - low) / max(high - low, 1e-9)
    return LABEL_PX + PLOT_PX - 5 - share * (PLOT_PX - 10)


def _ground(frame: _Frame, height: float) -> str:
    return element("rect", x=EDGE_PX, y=LABEL_PX, width=frame.width - 2 * EDGE_PX, height=height, fill_opacity=0.6, **painted("row"))


def _gap_marks(frame: _Frame, course: Course, pattern: str) -> list[str]:
    """Where nothing was noted for longer than usual."""
    parts = []
    for start, end in course.gaps:
        left, right = frame.at(start) + MARK_PX, frame.at(end) - MARK_PX
        if right - left < 2 * MARK_PX:
            continue
        parts.append(element("rect", x=left, y=LABEL_PX, width=right - left, height=PLOT_PX, fill=f"url(#{pattern})", fill_opacity=0.5))
        if right - left > GAP_WORDS_PX:
            middle = (left + right) / 2
            parts.append(text(middle, LABEL_PX + PLOT_PX / 2 + 4, _("nothing noted"), size=10, text_anchor="middle", halo=True))
    return parts


def _drawn(frame: _Frame, course: Course, y: partial[float]) -> list[str]:
    """Every reading with its interval or its quartiles, joined where no gap lies between."""
    colour = course.side or "ink"
    kept = [[reading for reading in run if frame.holds(reading.at)] for run in course.runs]
    shown = [reading for run in kept for reading in run]
    parts = [_line([(frame.at(one.at), y(one.value)) for one in run], colour) for run in kept if len(run) > 1]
    parts += [_whisker(frame.at(one.at), y(one.low), y(one.high), colour) for one in shown if one.low is not None and one.high is not None]
    return parts + [_mark(frame, one, y, course.side) for one in shown]


def _mark(frame: _Frame, reading: Reading, y: partial[float], side: str) -> str:
    """A point; the right side's is a diamond, so that the sides differ by more than colour."""
    x, place = frame.at(reading.at), y(reading.value)
    title = element("title", escape(_told(reading)))
    if side == "right":
        d = f"M{x - 4.6:.1f} {place:.1f}L{x:.1f} {place - 4.6:.1f}L{x + 4.6:.1f} {place:.1f}L{x:.1f} {place + 4.6:.1f}Z"
        return element("path", title, d=d, **outlined("right", 1.5))
    return element("circle", title, cx=x, cy=place, r=MARK_PX, **painted(side or "ink"))


def _told(reading: Reading) -> str:
    """A reading in words: when, how much, from where to where, of how many."""
    between = f" ({rounded(reading.low)} – {rounded(reading.high)})" if reading.low is not None and reading.high is not None else ""
    many = f", n = {reading.count}" if reading.count > 1 else ""
    return f"{reading.at.date().isoformat()}: {rounded(reading.value)}{between}{many}"


def _line(points: Sequence[tuple[float, float]], colour: str) -> str:
    d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return element("path", d=d, stroke_opacity=0.7, **outlined(colour, 1.2))


def _whisker(x: float, low: float, high: float, colour: str) -> str:
    return element("path", d=f"M{x:.1f} {low:.1f}V{high:.1f}", stroke_opacity=0.55, **outlined(colour, 2.0))


def _episodes(frame: _Frame) -> _Lane | None:
    """How many episodes were noted each day, week or month."""
    found = frame.timeline.episodes
    if not found:
        return None
    most = max(one.count for one in found)
    parts = [text(EDGE_PX, 13, _episode_words(frame.timeline.step) % {"most": most}, size=11, halo=True), _ground(frame, EPISODE_PX)]
    for one in found:
        height = one.count / most * (EPISODE_PX - 4)
        left, right = frame.at(one.start), frame.at(one.end)
        box = {"x": left, "y": LABEL_PX + EPISODE_PX - height, "width": max(2.0, right - left - 1), "height": height}
        parts.append(element("rect", element("title", f"{one.start.date().isoformat()}: {one.count}"), **box, **painted("muted")))
    return _Lane(height=LABEL_PX + EPISODE_PX, parts=tuple(parts))


def _episode_words(step: Step) -> str:
    if step is Step.EACH:
        return _("Episodes noted, by the day (up to %(most)s)")
    return _("Episodes noted, by the week (up to %(most)s)") if step is Step.WEEK else _("Episodes noted, by the month (up to %(most)s)")


def _injections(frame: _Frame, height: float) -> list[str]:
    """Each session of injections through all strips."""
    toxin = [one for one in frame.timeline.treatments if one.treatment is TreatmentKind.BOTULINUM_TOXIN and frame.holds(one.at)]
    crowded = len(toxin) * CROWDED_PX > frame.width
    line = {"stroke_opacity": 0.35, **outlined("both", 0.7)} if crowded else {"stroke_dasharray": "5 3", **outlined("both", 1.4)}
    size, parts = (2.5 if crowded else 5.0), []
    for one in toxin:
        x = frame.at(one.at)
        title = element("title", escape(f"{one.at.date().isoformat()}: {one.name}"))
        parts.append(element("path", title, d=f"M{x:.1f} {LABEL_PX}V{height:.1f}", **line))
        parts.append(element("path", d=f"M{x - size:.1f} {LABEL_PX - 2}h{2 * size}l-{size} {1.6 * size}Z", **painted("both")))
    return parts


def _length_px(name: str) -> float:
    """How long a name is when it is written; Chinese letters are twice as wide."""
    return NAME_PX * sum(1 + (east_asian_width(letter) in "WF") for letter in name)


def _ticks(frame: _Frame) -> list[Tick]:
    return ticks_between(frame.timeline.since, frame.timeline.until, frame.width - 2 * EDGE_PX)


def _grid(frame: _Frame, height: float) -> list[str]:
    return [element("path", d=f"M{frame.at(tick.at):.1f} {LABEL_PX}V{height:.1f}", **outlined("line", 0.8)) for tick in _ticks(frame)]


def _axis(frame: _Frame, top: float) -> list[str]:
    """Days, months or years below the chart."""
    parts = []
    for tick in _ticks(frame):
        x = frame.at(tick.at)
        anchor = "end" if x > frame.width - 34 else "start" if x < 30 else "middle"
        parts.append(element("path", d=f"M{x:.1f} {top:g}v5", **outlined("muted", 1.0)))
        at = {"start": min(x, 2.0), "middle": x, "end": max(x, frame.width - 2.0)}[anchor]
        parts.append(text(at, top + 18, tick.label, size=11, text_anchor=anchor))
    return parts
