"""A face drawn from landmark lines alone: still frames of an event, side by side, without anything a person could be recognised by."""

from collections.abc import Sequence

import numpy as np

from spasmograph.model import Event, Floats, Replay
from spasmograph.present.numbers import clock
from spasmograph.present.svg import document, element, outlined, text
from spasmograph.terms import Region, Side

STILL_PX = 168.0
MARGIN_PX = 10.0
CAPTION_PX = 24.0
PARTS = {"eye": Region.EYELID, "iris": Region.EYELID, "brow": Region.BROW, "cheek": Region.CHEEK, "lips": Region.MOUTH}
SIDED = {"left", "right"}
Box = tuple[float, float, float, float]

MOMENTS = ("onset", "apex", "offset")


def stills(replay: Replay, event: Event, number: int) -> str:
    """The face at onset, apex and offset, side by side; the onset stays behind the others as a thin grey line."""
    box = bounds(replay)
    height = STILL_PX * (box[3] - box[1]) / (box[2] - box[0])
    times = (event.onset_s, event.apex_s, event.offset_s)
    frames = [frame_at(replay, time_s) for time_s in times]
    parts = []
    for place, (moment, time_s, frame) in enumerate(zip(MOMENTS, times, frames, strict=True)):
        left = place * (STILL_PX + MARGIN_PX)
        key = f"lids-{number}-{moment}"
        ghost = _lines(replay, frames[0], event, box, left, key=f"{key}-rest", plain=True) if place else []
        parts += [*ghost, *_lines(replay, frame, event, box, left, key=key)]
        parts.append(text(left + STILL_PX / 2, height + 17, f"{moment} {clock(time_s)}", size=15, text_anchor="middle"))
    width = 3 * STILL_PX + 2 * MARGIN_PX
    label = f"Event {number}: the face in lines at onset, apex and offset"
    return document(parts, width=width, height=height + CAPTION_PX, label=label, class_="chart stills")


def frame_at(replay: Replay, time_s: float) -> Floats:
    """The points (p, 2) of the frame nearest in time, in mm."""
    frame: Floats = replay.points[int(np.argmin(np.abs(replay.time_s - time_s)))]
    return frame


def bounds(replay: Replay) -> Box:
    """Left, top, right and bottom of everything drawn in the replay, with a margin, in mm."""
    drawn = sorted({index for _, run, _ in replay.lines for index in run})
    points = replay.points[:, drawn]
    if not len(points) or not np.isfinite(points).any():
        return -1.0, -1.0, 1.0, 1.0
    low, high = np.nanmin(points, axis=(0, 1)), np.nanmax(points, axis=(0, 1))
    pad = 0.04 * float(max(high - low)) + 0.5
    return float(low[0]) - pad, float(low[1]) - pad, float(high[0]) + pad, float(high[1]) + pad


def line_colour(name: str, event: Event) -> str:
    """The named colour of a line of the face: the event's own where the line's region and side took part, else that of ink."""
    region = PARTS.get(name.partition("_")[0])
    side = name.rpartition("_")[2]
    took_part = region in event.regions and (side not in SIDED or event.side in (Side(side), Side.BOTH))
    return str(event.side) if took_part else "ink"


def written(points: Floats) -> list[str]:
    """Every point (p, 2) as SVG writes it, to a tenth; empty where it was not seen."""
    seen = np.isfinite(points.sum(axis=1)).tolist()
    return [f"{x:g} {y:g}" if known else "" for (x, y), known in zip(np.round(points, 1).tolist(), seen, strict=True)]


def line_data(places: Sequence[str], run: tuple[int, ...], *, closed: bool) -> str:
    """SVG path data of one line through some of the `written` places; empty where a point of it was not seen."""
    line = [places[index] for index in run]
    return "M" + "L".join(line) + ("Z" if closed else "") if line and all(line) else ""


def ring_data(points: Floats, run: tuple[int, ...]) -> str:
    """SVG path data of the circle through a few points around an iris; empty where one of them was not seen."""
    rim = points[list(run)]
    if not len(rim) or not np.isfinite(rim).all():
        return ""
    centre = rim.mean(axis=0)
    radius = float(np.hypot(*(rim - centre).T).mean())
    x, y = float(centre[0]) - radius, float(centre[1])
    return f"M{x:.1f} {y:.1f}a{radius:.1f} {radius:.1f} 0 1 0 {2 * radius:.1f} 0a{radius:.1f} {radius:.1f} 0 1 0 {-2 * radius:.1f} 0"


def lid_of(replay: Replay, name: str) -> int:
    """The place among the replay's lines of the lids that cover an iris; -1 for every other line."""
    part, _, side = name.partition("_")
    names = [line[0] for line in replay.lines]
    return names.index(f"eye_{side}") if part == "iris" and f"eye_{side}" in names else -1


def _lines(replay: Replay, frame: Floats, event: Event, box: Box, left: float, *, key: str, plain: bool = False) -> list[str]:
    """Every line of one frame; of an iris only what lies between its lids."""
    points = (frame - np.array(box[:2])) * STILL_PX / (box[2] - box[0]) + np.array([left, 0.0])
    places = written(points)
    parts = []
    for name, run, closed in replay.lines:
        lid = lid_of(replay, name)
        data = line_data(places, run, closed=closed) if lid < 0 else ring_data(points, run)
        if not data:
            continue
        colour = "line" if plain else line_colour(name, event)
        look = outlined(colour, 0.9 if plain else 1.2 if colour == "ink" else 1.8)
        clip = None
        if lid >= 0:
            clip = f"{key}-{name}"
            parts.append(element("clipPath", element("path", d=line_data(places, replay.lines[lid][1], closed=True)), id=clip))
        parts.append(element("path", d=data, clip_path=f"url(#{clip})" if clip else None, stroke_linejoin="round", **look))
    return parts
