"""The report as one page that needs nothing else: no network, no script to be read, no mouse."""

import math
from typing import Any

import numpy as np

from spasmograph.model import Measurement, Replay
from spasmograph.present import words
from spasmograph.present.bare_page import packed, rendered
from spasmograph.present.charts import EDGE_PX
from spasmograph.present.content import content, ranked_replays, strongest_replays
from spasmograph.present.courses import shortened
from spasmograph.present.faces import bounds, lid_of, line_colour, stills
from spasmograph.present.marks import STEPS_S, TICK_GAP_PX, legend, swatches
from spasmograph.present.ranges import blink_chart
from spasmograph.present.sentences import shown_span
from spasmograph.present.timeline import GUTTER_PX, detail, detail_rows, lanes, lanes_note

WIDE_PX = 960.0
NARROW_PX = 340.0
MOST_REPLAYS = 120
MOST_STILLS = 40
FIRST_STILLS = 8
MOST_COLUMNS = 60_000
REPLAY_BYTES = 2_000_000
REPLAY_RATE_HZ = 31.0
MOST_FRAMES = 300
NOT_MEASURED = 255


def report_html(measurement: Measurement) -> str:
    """The whole report as one HTML page; the same text for the same measurement."""
    data = _page_data(measurement)
    return rendered(
        "report.html.j2",
        data,
        content=content(measurement),
        charts=_charts(measurement),
        stills={
            r.event_index + 1: stills(r, measurement.events[r.event_index], r.event_index + 1) for r in strongest_replays(measurement, MOST_STILLS)
        },
        first_stills=[replay.event_index + 1 for replay in strongest_replays(measurement, FIRST_STILLS)],
        kept=len(data["replays"]),
        strongest=next(iter(data["replays"]), ""),
    )


def _charts(measurement: Measurement) -> dict[str, Any]:
    rows = content(measurement).blinks
    return {
        "lanes_wide": lanes(measurement, width=WIDE_PX, key="wide"),
        "lanes_narrow": lanes(measurement, width=NARROW_PX, key="narrow"),
        "detail": detail(measurement, width=WIDE_PX, linked=True),
        "lanes_note": lanes_note(measurement),
        "blinks_wide": blink_chart(rows, width=480.0) if rows else "",
        "blinks_narrow": blink_chart(rows, width=NARROW_PX) if rows else "",
        "legend": [*swatches(), *legend()],
    }


def _page_data(measurement: Measurement) -> dict[str, Any]:
    """What the script needs: signals and replays, packed."""
    return {
        "span": shown_span(measurement),
        "edge": EDGE_PX,
        "gutter": GUTTER_PX,
        "steps": STEPS_S,
        "tick": TICK_GAP_PX,
        "no_replay": words.NO_REPLAY_KEPT,
        "signals": _signal_data(measurement),
        "replays": _replay_data(measurement),
    }


def _signal_data(measurement: Measurement) -> dict[str, Any]:
    """Every drawn signal in 255 steps of its row, on one clock in tenths of a millisecond."""
    signals = measurement.signals
    time_s, values = signals.time_s, {}
    for row in detail_rows(measurement):
        if row.signal in signals.values:
            time_s, course = shortened(signals.time_s, signals[row.signal], MOST_COLUMNS)
            share = (course - row.low) / (row.high - row.low)
            steps = np.where(np.isnan(share), NOT_MEASURED, np.round(254 * np.clip(np.nan_to_num(share), 0.0, 1.0)))
            values[row.signal] = packed(steps.astype(np.uint8))
    return {"time": packed(np.round(time_s * 10_000).astype("<u4")), "values": values}


def _replay_data(measurement: Measurement) -> dict[str, Any]:
    """Replays by event number, the strongest first until the page is full: points in bytes around the middle of the drawing."""
    packed: dict[str, Any] = {}
    size = 0
    for replay in ranked_replays(measurement)[:MOST_REPLAYS]:
        number = str(replay.event_index + 1)
        packed[number] = _replay(replay, measurement)
        size += len(packed[number]["points"])
        if size > REPLAY_BYTES:
            break
    return packed


def _replay(replay: Replay, measurement: Measurement) -> dict[str, Any]:
    event = measurement.events[replay.event_index]
    step = _step(replay)
    used = sorted({index for _, run, _ in replay.lines for index in run})
    place = {index: position for position, index in enumerate(used)}
    frames = replay.points[::step, used]
    left, top, right, bottom = bounds(replay)
    span = max(right - left, bottom - top)
    share = np.nan_to_num((frames - np.array([left, top])) / span, nan=0.0)
    steps = np.where(np.isnan(frames), 65535, np.round(65000 * np.clip(share, 0.0, 1.0)))
    return {
        "time": [round(float(time_s), 3) for time_s in replay.time_s[::step]],
        "moments": [round(moment, 3) for moment in (event.onset_s, event.apex_s, event.offset_s)],
        "box": [round(edge, 2) for edge in (left, top, right, bottom)],
        "lines": [[[place[index] for index in run], closed, line_colour(name, event), lid_of(replay, name)] for name, run, closed in replay.lines],
        "points": packed(steps.astype("<u2")),
    }


def _step(replay: Replay) -> int:
    """Every how many frames one is kept: not faster than a screen, and not more than fit into the page."""
    length_s = max(1e-9, float(replay.time_s[-1] - replay.time_s[0]))
    return max(1, round(len(replay.time_s) / length_s / REPLAY_RATE_HZ), math.ceil(len(replay.time_s) / MOST_FRAMES))
