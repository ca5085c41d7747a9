"""A few weeks of a journal at a glance: severity day by day, strokes for episodes, hatching where nothing was noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from spasmograph.present.svg import document, element, hatching, outlined, painted, text

WIDTH_PX, LEFT_PX, RIGHT_PX = 360.0, 22.0, 6.0
TOP_PX, PLOT_PX, BELOW_PX = 8.0, 64.0, 26.0
HIGHEST, WEEK_DAYS = 10, 7
GRID = (0, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class StripDay:
    """One day: its highest severity 0–10 (None where none was given), how many episodes, and whether anything was noted; None: not to be told yet."""

    day: date
    severity: int | None = None
    episodes: int = 0
    noted: bool | None = None


def strip_svg(days: Sequence[StripDay], *, label: str, key: str = "strip") -> str:
    """The days from left to right; `label` says in words what is drawn, `key` tells several drawings on one page apart."""
    step = (WIDTH_PX - LEFT_PX - RIGHT_PX) / max(len(days), 1)
    body = [hatching(f"gap-{key}"), *_gaps(days, step, f"gap-{key}"), *_grid(), *_dates(days, step)]
    for place, day in enumerate(days):
        body += _day(day, LEFT_PX + (place + 0.5) * step)
    return document(body, width=WIDTH_PX, height=TOP_PX + PLOT_PX + BELOW_PX, label=label, class_="strip")


def _y(severity: float) -> float:
    return TOP_PX + PLOT_PX * (1 - severity / HIGHEST)


def _gaps(days: Sequence[StripDay], step: float, pattern: str) -> list[str]:
    """Hatching behind days of which nothing was noted."""
    silent = [place for place, day in enumerate(days) if day.noted is False]
    return [element("rect", x=LEFT_PX + place * step, y=TOP_PX, width=step, height=PLOT_PX, fill=f"url(#{pattern})", opacity=0.6) for place in silent]


def _grid() -> list[str]:
    lines = [element("line", x1=LEFT_PX, x2=WIDTH_PX - RIGHT_PX, y1=_y(value), y2=_y(value), **outlined("line", 1.0)) for value in GRID]
    return lines + [text(LEFT_PX - 5, _y(value) + 4, str(value), text_anchor="end") for value in GRID]


def _dates(days: Sequence[StripDay], step: float) -> list[str]:
    """The day of the month under every seventh day."""
    y = TOP_PX + PLOT_PX + BELOW_PX - 4
    return [text(LEFT_PX + (place + 0.5) * step, y, str(days[place].day.day), text_anchor="middle") for place in range(0, len(days), WEEK_DAYS)]


def _day(day: StripDay, x: float) -> list[str]:
    """A dot at the severity, or a ring at the foot where something was noted without one; a stroke below for episodes."""
    parts = []
    if day.severity is not None:
        parts.append(element("line", x1=x, x2=x, y1=_y(0), y2=_y(day.severity), **outlined("ink", 2.0)))
        parts.append(element("circle", cx=x, cy=_y(day.severity), r=3.4, **painted("ink")))
    elif day.noted and not day.episodes:
        parts.append(element("circle", cx=x, cy=_y(0), r=2.8, **outlined("ink")))
    if day.episodes:
        parts.append(element("rect", x=x - 1.5, y=_y(0) + 3, width=3, height=6, **painted("muted")))
    return parts
