"""The report on paper: the same words and drawings as the page, set by Typst as a tagged A4 PDF."""

from dataclasses import asdict
from itertools import pairwise
from typing import Any

from spasmograph.model import Measurement
from spasmograph.present import words
from spasmograph.present.content import EventRow, content, strongest_replays, weightiest
from spasmograph.present.faces import stills
from spasmograph.present.marks import legend, swatches
from spasmograph.present.ranges import blink_chart
from spasmograph.present.sentences import event_sentence, shown_span
from spasmograph.present.timeline import detail, lanes, lanes_note
from spasmograph.present.typesetting import Drawings, typeset

WIDE_PX = 660.0
LANE_PX = 58.0
MOST_STILLS = 4
MOST_REASONS = 3
MOST_NOTES = 3
MOST_EVENTS = 60
DETAIL_UP_TO_S = 90.0
STRIP_S = 60.0
LONG_FROM_S = 600.0
LONG_STRIP_S = 300.0


def report_pdf(measurement: Measurement) -> bytes:
    """The whole report as a PDF (A4, tagged, PDF/UA-1, fonts embedded); the same bytes for the same measurement."""
    drawings = _drawings(measurement)
    return typeset("report.typ", _facts(measurement, drawings), drawings)


def _facts(measurement: Measurement, drawings: Drawings) -> dict[str, Any]:
    """All words of the report and the names of its drawings, as JSON that Typst reads; nothing in it is markup."""
    whole = content(measurement)
    events, note = _listed(measurement, whole.events)
    facts = asdict(whole) | {
        "events": [asdict(event) for event in events],
        "heading": words.breakable(whole.file),
        "events_note": note,
        "reasons": [asdict(reason) for reason in whole.reasons[:MOST_REASONS]],
        "more_reasons": words.more_reasons(len(whole.reasons) - MOST_REASONS),
        "notes": whole.notes[:MOST_NOTES],
        "headings": words.HEADINGS,
        "side_table_caption": words.SIDE_TABLE_CAPTION,
        "side_table_note": words.SIDE_TABLE_NOTE,
        "overview_note": lanes_note(measurement),
        "signals_note": words.SIGNALS_NOTE if _in_detail(measurement) else words.STRIPS_NOTE,
        "replay_note": words.REPLAY_NOTE,
        "scores_caption": words.SCORES_CAPTION,
        "parameters_elsewhere": words.PARAMETERS_ELSEWHERE,
        "legend": [{"file": f"legend-{place}.svg", "label": label} for place, (_, label) in enumerate([*swatches(), *legend()])],
        "strips": [{"file": name, "alt": alt} for name, (_, alt) in drawings.items() if name.startswith("strip")],
        "stills": [{"file": name, "alt": alt} for name, (_, alt) in drawings.items() if name.startswith("still")],
        "no_scores": words.NO_SCORES,
        "has_blinks": "blinks.svg" in drawings,
    }
    for unused in ("blinks", "parameters"):
        facts.pop(unused)
    return facts


def _listed(measurement: Measurement, events: tuple[EventRow, ...]) -> tuple[tuple[EventRow, ...], str]:
    """The events that paper has room for, and a sentence on those left out."""
    if not events:
        return events, words.NO_EVENTS if measurement.quality.observed else words.NOTHING_FOUND
    if len(events) <= MOST_EVENTS:
        return events, words.events_listed(len(events))
    contractions = weightiest(measurement, len(events))
    kept = tuple(events[place] for place in weightiest(measurement, MOST_EVENTS))
    return kept, words.events_left_out(len(kept), len(contractions), len(events) - len(contractions))


def _drawings(measurement: Measurement) -> Drawings:
    """Every drawing by its file name, with its words."""
    drawn = {
        "lanes.svg": (
            lanes(measurement, width=WIDE_PX, lane_px=LANE_PX),
            "Events of the whole recording, right side above and left side below the time axis",
        )
    }
    blinks = content(measurement).blinks
    if blinks:
        drawn["blinks.svg"] = (blink_chart(blinks, width=0.6 * WIDE_PX), "Blink rate of this recording beside published rates")
    for place, (svg, label) in enumerate([*swatches(), *legend()]):
        drawn[f"legend-{place}.svg"] = (svg, label)
    for place, (start_s, end_s) in enumerate(_strips(measurement)):
        drawn[f"strip-{place:04d}.svg"] = (_strip(measurement, (start_s, end_s)), f"Signals and events from {start_s:.0f} to {end_s:.0f} s")
    for replay in strongest_replays(measurement, MOST_STILLS):
        number = replay.event_index + 1
        event = measurement.events[replay.event_index]
        drawn[f"still-{number:06d}.svg"] = (stills(replay, event, number), event_sentence(number, event))
    return drawn


def _strip(measurement: Measurement, span: tuple[float, float]) -> str:
    """One stretch: all signals in a short recording, eye closure alone in a long one."""
    if _in_detail(measurement):
        return detail(measurement, width=WIDE_PX, span=span)
    return lanes(measurement, width=WIDE_PX, span=span, lane_px=LANE_PX, traces=True)


def _in_detail(measurement: Measurement) -> bool:
    """Whether the recording is short enough for paper to show every signal."""
    start_s, end_s = shown_span(measurement)
    return end_s - start_s <= DETAIL_UP_TO_S


def _strips(measurement: Measurement) -> list[tuple[float, float]]:
    """What was analysed, minute by minute, a long film in longer strips; a short rest stays with the last, and nothing if nothing was measured."""
    if not len(measurement.signals):
        return []
    start_s, end_s = shown_span(measurement)
    strip_s = LONG_STRIP_S if end_s - start_s > LONG_FROM_S else DETAIL_UP_TO_S if _in_detail(measurement) else STRIP_S
    count = max(1, int((end_s - start_s + 0.95 * strip_s) // strip_s))
    return list(pairwise([*(start_s + strip_s * place for place in range(count)), end_s]))
