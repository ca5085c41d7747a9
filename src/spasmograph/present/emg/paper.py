"""The EMG report on paper: the same words and drawings as the page, set by Typst as a tagged A4 PDF."""

import re
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Any

from spasmograph.model import EmgMeasurement
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.content import EmgContent, Tables, emg_content
from spasmograph.present.emg.courses import Courses, courses
from spasmograph.present.emg.film_lanes import film_signals
from spasmograph.present.emg.lanes import detail, legend, overview, overview_height
from spasmograph.present.emg.leads import Lead, leads
from spasmograph.present.emg.sentences import response_title
from spasmograph.present.emg.tables import burst_table, filled, strongest
from spasmograph.present.emg.waveforms import course_chart, presence_legend, waveform
from spasmograph.present.rows import Table
from spasmograph.present.sentences import shown_span
from spasmograph.present.typesetting import Drawings, typeset

WIDE_PX = 660.0
WAVE_PX = (320.0, 160.0)
COURSE_PX = 130.0
MOST_BURSTS = 60
MOST_PAIRS = 20
MOST_REMARKS = 8
SHEET_PX = 900.0
MOST_SHEETS = 2
MOST_SCORES = 120
STRIP_STEPS_S = (10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0, 86400.0)
MOST_REASONS = 3


def emg_report_pdf(measurement: EmgMeasurement) -> bytes:
    """The whole report as a PDF (A4, tagged, PDF/UA-1, fonts embedded); the same bytes for the same measurement."""
    found = leads(measurement)
    whole = courses(measurement, found, film_signals(measurement))
    drawings = _drawings(measurement, found, whole)
    return typeset("emg.typ", _facts(measurement, found, drawings), drawings)


def _facts(measurement: EmgMeasurement, found: tuple[Lead, ...], drawings: Drawings) -> dict[str, Any]:
    """All words of the report and the names of its drawings, as JSON that Typst reads; nothing in it is markup."""
    whole = emg_content(measurement)
    bursts = filled(burst_table(measurement, found, strongest(measurement, found, MOST_BURSTS)))
    facts = (
        asdict(whole)
        | asdict(_shortened(whole))
        | asdict(whole.channel_notes)
        | {
            "score_notes": _used_notes(whole),
            "response_table": asdict(whole.tables.evoked) if whole.tables.evoked else None,
            "heading": words.breakable(whole.file),
            "reasons": [asdict(reason) for reason in whole.reasons[:MOST_REASONS]],
            "more_reasons": words.more_reasons(len(whole.reasons) - MOST_REASONS),
            "bursts": asdict(bursts) if bursts else None,
            "pairs_note": own.pairs_left_out(MOST_PAIRS, len(whole.tables.pairs.lines) if whole.tables.pairs else 0),
            "headings": own.HEADINGS,
            "parameters_elsewhere": words.PARAMETERS_ELSEWHERE,
            "legend": _named(drawings, "legend"),
            "presences": _named(drawings, "presence"),
            "strips": _named(drawings, "strip"),
            "waves": _named(drawings, "wave"),
            "charts": _named(drawings, "course"),
            "films": _named(drawings, "film"),
            "overview": next(iter(_named(drawings, "overview")), None),
            "remarks": [asdict(replace(remark, short=words.capital(remark.short))) for remark in whole.channel_notes.remarks[:MOST_REMARKS]],
            "published": [asdict(block) for block in whole.published.patterns if block.told],
            "published_limits": whole.published.limits,
            "untold": own.untold([block.name for block in whole.published.patterns if not block.told]),
            "more_remarks": own.remarks_left_out(len(whole.channel_notes.remarks) - MOST_REMARKS),
            "own": {name.lower(): getattr(own, name) for name in NOTES},
        }
    )
    for unused in ("parameters", "tables", "further_scores", "channel_notes"):
        facts.pop(unused)
    return facts


NOTES = (
    "ACTIVITY_NOTE",
    "OVERVIEW_NOTE",
    "STRIPS_NOTE",
    "RHYTHM_NOTE",
    "SYNCHRONY_NOTE",
    "VOLUME_CONDUCTION",
    "SYNKINESIS_NOTE",
    "PUBLISHED_NOTE",
    "EVOKED_NOTE",
    "RESPONSES_NOTE",
    "COURSE_NOTE",
    "SCORES_ELSEWHERE",
)


def _shortened(whole: EmgContent) -> Tables:
    """The tables that paper has room for."""
    tables = whole.tables
    return replace(tables, pairs=_first(tables.pairs, MOST_PAIRS), scores=_first(tables.further_scores, MOST_SCORES))


def _used_notes(whole: EmgContent) -> list[tuple[str, str]]:
    """The notes of the scores that paper shows."""
    lines = whole.tables.further_scores.lines[:MOST_SCORES] if whole.tables.further_scores else ()
    used = {cell.note for line in lines for cell in line}
    return [(letter, reason) for letter, reason in whole.score_notes if letter in used]


def _first(table: Table | None, most: int) -> Table | None:
    return replace(table, lines=table.lines[:most]) if table else None


def _named(drawings: Drawings, kind: str) -> list[dict[str, str]]:
    return [{"file": name, "alt": alt} for name, (_, alt) in drawings.items() if re.fullmatch(rf"{kind}(-\d+)?\.svg", name)]


def _drawings(measurement: EmgMeasurement, found: tuple[Lead, ...], whole: Courses) -> Drawings:
    """Every drawing by its file name, with its words."""
    drawn: Drawings = {}
    if any(lead.signal for lead in found):
        drawn["overview.svg"] = (
            overview(measurement, found, whole, width=WIDE_PX, key="all"),
            "Envelopes and bursts of the whole recording, one lane a channel",
        )
    for place, (start_s, end_s) in enumerate(_strips(measurement, found)):
        strip = overview(measurement, found, whole, width=WIDE_PX, span=(start_s, end_s), key=f"strip{place}")
        drawn[f"strip-{place:04d}.svg"] = (strip, f"Envelopes and bursts from {start_s:.0f} to {end_s:.0f} s")
    if film_signals(measurement):
        drawn["film.svg"] = (
            detail(measurement, found, whole, width=WIDE_PX, linked=()),
            "Envelopes of all channels, and below them what the film shows",
        )
    for place, response in enumerate(measurement.evoked):
        title = response_title(response, found)
        wave = waveform(response, width=WAVE_PX[0], height=WAVE_PX[1], title=title, leads=found)
        drawn[f"wave-{place:04d}.svg"] = (wave, f"Average waveform. {title}")
    for place, course in enumerate(measurement.courses):
        chart = course_chart(course, width=WIDE_PX, height=COURSE_PX, span=shown_span(measurement), leads=found)
        drawn[f"course-{place:04d}.svg"] = (chart, "Amplitude over the recording")
    for kind, entries in (("legend", legend(found)), ("presence", presence_legend() if measurement.courses else [])):
        for place, (svg, label) in enumerate(entries):
            drawn[f"{kind}-{place}.svg"] = (svg, label)
    return drawn


def _strips(measurement: EmgMeasurement, found: tuple[Lead, ...]) -> list[tuple[float, float]]:
    """The recording in a few equal strips of a round length; none where it fits into the overview."""
    start_s, end_s = shown_span(measurement)
    most = max(2, MOST_SHEETS * int(SHEET_PX // overview_height(len(found), WIDE_PX)))
    strip_s = next((step for step in STRIP_STEPS_S if (end_s - start_s) / step <= most), (end_s - start_s) / most)
    count = int((end_s - start_s + 0.95 * strip_s) // strip_s)
    if count < 2 or not any(lead.signal for lead in found) or not measurement.events:
        return []
    return list(pairwise([*(start_s + strip_s * place for place in range(count)), end_s]))
