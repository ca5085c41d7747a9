"""The EMG report as one page that needs nothing else: no network, no script to be read, no mouse."""

from typing import Any

import numpy as np

from spasmograph.model import EmgMeasurement
from spasmograph.present import words
from spasmograph.present.bare_page import packed, rendered
from spasmograph.present.charts import EDGE_PX
from spasmograph.present.emg import words as own
from spasmograph.present.emg.content import EmgContent, emg_content
from spasmograph.present.emg.courses import Courses, courses
from spasmograph.present.emg.film_lanes import film_signals
from spasmograph.present.emg.lanes import GUTTER_PX, detail, detail_rows, legend, overview
from spasmograph.present.emg.leads import Lead, leads
from spasmograph.present.emg.sentences import response_title
from spasmograph.present.emg.tables import burst_table, filled, strongest
from spasmograph.present.emg.waveforms import course_chart, presence_legend, waveform
from spasmograph.present.marks import STEPS_S, TICK_GAP_PX
from spasmograph.present.sentences import shown_span

WIDE_PX = 960.0
NARROW_PX = 340.0
WAVE_PX = (460.0, 210.0)
COURSE_PX = 150.0
MOST_BURSTS = 600
NOT_MEASURED = 255


def emg_report_html(measurement: EmgMeasurement) -> str:
    """The whole report as one HTML page; the same text for the same measurement."""
    found = leads(measurement)
    whole = courses(measurement, found, film_signals(measurement))
    listed = strongest(measurement, found, MOST_BURSTS)
    whole_content = emg_content(measurement)
    return rendered(
        "emg.html.j2",
        _page_data(measurement, found, whole),
        content=whole_content,
        own=own,
        charts=_charts(measurement, found, whole, listed),
        bursts=filled(burst_table(measurement, found, listed)),
        sections=_sections(whole_content, found),
    )


def _sections(whole: EmgContent, found: tuple[Lead, ...]) -> list[str]:
    """The sections that this recording fills, in order."""
    filled_ones = {
        "happened": True,
        "evoked": bool(whole.responses),
        "course": bool(whole.courses),
        "activity": whole.tables.activity is not None or _drawn(found),
        "film": bool(whole.film),
        "timeline": _drawn(found),
        "rhythm": whole.tables.rhythm is not None,
        "together": whole.tables.pairs is not None,
        "synkinesis": whole.tables.synkinesis is not None,
        "published": bool(whole.published.patterns),
        "channels": whole.tables.channels is not None,
        "events": whole.bursts > 0,
        "scores": whole.tables.scores is not None,
        "methods": True,
        "limits": True,
        "provenance": True,
    }
    return [key for key, there in filled_ones.items() if there]


def _drawn(found: tuple[Lead, ...]) -> bool:
    """Whether there is an envelope to be drawn."""
    return any(lead.signal for lead in found)


def _charts(measurement: EmgMeasurement, found: tuple[Lead, ...], whole: Courses, listed: list[int]) -> dict[str, Any]:
    span = shown_span(measurement)
    titles = [response_title(response, found) for response in measurement.evoked]
    return {
        "overview_wide": overview(measurement, found, whole, width=WIDE_PX, key="wide") if _drawn(found) else "",
        "overview_narrow": overview(measurement, found, whole, width=NARROW_PX, key="narrow") if _drawn(found) else "",
        "detail": detail(measurement, found, whole, width=WIDE_PX, linked=listed) if _drawn(found) else "",
        "legend": legend(found),
        "presences": presence_legend(),
        "film": bool(film_signals(measurement)),
        "waveforms": [
            waveform(response, width=WAVE_PX[0], height=WAVE_PX[1], title=title, leads=found)
            for response, title in zip(measurement.evoked, titles, strict=True)
        ],
        "courses_wide": [course_chart(course, width=WIDE_PX, height=COURSE_PX, span=span, leads=found) for course in measurement.courses],
        "courses_narrow": [course_chart(course, width=NARROW_PX, height=COURSE_PX, span=span, leads=found) for course in measurement.courses],
    }


def _page_data(measurement: EmgMeasurement, found: tuple[Lead, ...], whole: Courses) -> dict[str, Any]:
    """What the script needs: courses in 255 steps of their strip, and the moments of all bursts."""
    rows = detail_rows(measurement, found, whole) if _drawn(found) else []
    return {
        "span": shown_span(measurement),
        "edge": EDGE_PX,
        "gutter": GUTTER_PX,
        "steps": STEPS_S,
        "tick": TICK_GAP_PX,
        "no_replay": words.NO_REPLAY_KEPT,
        "signals": {
            "time": packed(np.round(whole.time_s * 10_000).astype("<u4")),
            "values": {row.key: packed(_in_steps(whole.values[row.key] / row.top)) for row in rows if row.key in whole.values},
        },
        "bands": {row.key: packed(np.round(np.clip(row.bands, 0, None) * 10_000).astype("<u4")) for row in rows if len(row.bands)},
        "replays": {},
    }


def _in_steps(share: "np.ndarray[Any, np.dtype[np.floating[Any]]]") -> "np.ndarray[Any, np.dtype[np.uint8]]":
    steps = np.where(np.isnan(share), NOT_MEASURED, np.round(254 * np.clip(np.nan_to_num(share), 0.0, 1.0)))
    return steps.astype(np.uint8)
