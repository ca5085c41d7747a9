"""One page for the doctor and its appendix: what the page of the app shows and what stands on paper, from the same content."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from spasmograph import __version__
from spasmograph.language import current_language, listed, speaking, written
from spasmograph.language import text as _
from spasmograph.model.record import DoctorPage, Measured, ScaleInShort, ScoreInShort, SideEffect, Treatment
from spasmograph.present.numbers import rounded
from spasmograph.present.record.doctor_words import (
    HEADINGS,
    dose_words,
    happened,
    quality_words,
    scale_words,
    site_words,
)
from spasmograph.present.record.face_map import face_map, label_of
from spasmograph.present.record.naming import side_name, treatment_kind
from spasmograph.present.record.timeline import chart_words, timeline_svg
from spasmograph.present.typesetting import typeset, writable
from spasmograph.terms import MediaKind, Precision, Side, Task, TreatmentKind

PAPER_PX = 660.0
MOST_MEASURED, MOST_TREATMENTS, MOST_QUESTIONS = 6, 6, 6
DASH = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All words of the page: rows are tuples in the order of their columns; a treatment has its details, its drawing's file and that one's words."""

    title: str
    about: tuple[tuple[str, str], ...]
    happened: tuple[str, ...]
    chart_words: str
    treatments: tuple[tuple[str, ...], ...]
    side_effects: tuple[tuple[str, ...], ...]
    measured: tuple[tuple[str, ...], ...]
    measured_note: str
    scales: tuple[tuple[str, ...], ...]
    scale_note: str
    questions: tuple[str, ...]
    next_visit: str
    limits: str
    made: str
    all_treatments: tuple[tuple[str, tuple[str, ...], str, str], ...]
    all_measured: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, str], ...]
    headings: dict[str, str]


def doctor_content(page: DoctorPage, *, appendix: bool = True) -> Content:
    """The words of a page, with those of its appendix unless they are not wanted."""
    measured = [_measured_row(one) for one in (page.measured if appendix else page.measured[-MOST_MEASURED:])]
    recent = page.treatments[-MOST_TREATMENTS:]
    return Content(
        title=_("Record of facial spasm"),
        about=_about(page),
        happened=tuple(happened(page)),
        chart_words=chart_words(page.timeline),
        treatments=tuple(_treatment_row(one) for one in recent),
        side_effects=tuple(_side_effect_row(*pair) for pair in page.side_effects),
        measured=tuple(measured[-MOST_MEASURED:]),
        measured_note=_measured_note(len(page.measured)),
        scales=tuple(_scale_row(one) for one in page.scales),
        scale_note="; ".join(dict.fromkeys(f"{one.name}: {one.source}" for one in page.scales if one.source)),
        questions=tuple(one.text for one in page.questions[:MOST_QUESTIONS]),
        next_visit=_next_visit(page),
        limits=_limits(),
        made=_("Made on %(day)s with Spasmograph %(version)s.") % {"day": day(page.made_at), "version": __version__},
        all_treatments=tuple(_whole(place, one) for place, one in enumerate(page.treatments if appendix else ())),
        all_measured=tuple(measured) if appendix else (),
        notes=tuple((day(entry.at), entry.note) for entry in page.notes),
        headings={key: words() for key, words in HEADINGS.items()},
    )


@cache
def paper_language(spoken: str) -> str:
    """The language of the paper: the one that is spoken, or English where no font of this machine has its letters."""
    with speaking(spoken):
        words = "".join(sorted(set("".join((_("Record of facial spasm"), _limits(), *(heading() for heading in HEADINGS.values()))))))
    return spoken if writable(words) else "en"


def _limits() -> str:
    return _("Noted and measured by the person at home. What is told here is observation, not diagnosis; numbers of one day vary.")


def doctor_pdf(page: DoctorPage) -> bytes:
    """The page and its appendix as a PDF (A4, tagged, PDF/UA-1)."""
    content = doctor_content(page)
    chart = {} if page.timeline.empty else {"timeline.svg": (timeline_svg(page.timeline, width=PAPER_PX), content.chart_words)}
    maps = {_map_file(place): (face_map(one.sites), label_of(one.sites)) for place, one in enumerate(page.treatments) if has_places(one)}
    facts: dict[str, Any] = asdict(content) | {"has_chart": bool(chart), "language": current_language().partition("_")[0]}
    return typeset("doctor.typ", facts, chart | maps)


def has_places(one: Treatment) -> bool:
    """Whether a treatment has a point with a place on the map of the face."""
    return any(site.x is not None and site.y is not None for site in one.sites)


def _map_file(place: int) -> str:
    return f"face-{place:03d}.svg"


def _whole(place: int, one: Treatment) -> tuple[str, tuple[str, ...], str, str]:
    """All of a treatment: when and what, its details, and its drawing with that one's words."""
    drawing = (_map_file(place), label_of(one.sites)) if has_places(one) else ("", "")
    return f"{when(one.at, one.precision)} · {one.name}", tuple(_details(one)), *drawing


def day(at: datetime) -> str:
    """A day in the language that holds."""
    return when(at, Precision.DAY)


def when(at: datetime, precision: Precision) -> str:
    """A moment as far as it is known, to the day at most."""
    return written(at, {Precision.MONTH: "yMMM", Precision.YEAR: "y"}.get(precision, "yMMMd"))


def _about(page: DoctorPage) -> tuple[tuple[str, str], ...]:
    """Who and when; what the person did not say is left out."""
    chosen = page.settings
    last = page.timeline.until - timedelta(seconds=1)
    rows = (
        (_("Person"), chosen.person),
        (_("Born"), chosen.born),
        (_("Called by a doctor"), chosen.condition),
        (_("Affected side"), side_name(chosen.affected) if chosen.affected else ""),
        (_("Period"), f"{day(page.timeline.since)} {DASH} {day(last)}"),
    )
    return tuple((name, value) for name, value in rows if value)


def _treatment_row(one: Treatment) -> tuple[str, ...]:
    """When, what, how much and by whom, what was hoped for."""
    span = when(one.at, one.precision) + (f" {DASH} {when(one.until, one.precision)}" if one.until else "")
    return span, one.name, "; ".join(part for part in (dose_words(one), one.by) if part) or treatment_kind(one.treatment), one.hoped_for or DASH


def _side_effect_row(one: Treatment, effect: SideEffect) -> tuple[str, ...]:
    """What, from when to when, after which treatment."""
    return (
        effect.name,
        day(effect.at),
        day(effect.until) if effect.until else _("still there, or not said"),
        listed((one.name, when(one.at, one.precision))),
    )


def _measured_row(one: Measured) -> tuple[str, ...]:
    """When, what, how good, how long, contractions a minute right and left, days after the injection."""
    entry = one.entry
    kind = listed([_("film") if entry.media is MediaKind.FILM else _("EMG"), *([_("at rest")] if entry.task is Task.REST else [])])
    seen = f"{rounded(entry.observed_s)} s" if entry.observed_s is not None else DASH
    rates = (_rate(entry.scores, f"contraction_rate_{side}") for side in (Side.RIGHT, Side.LEFT))
    after = DASH if one.days_after_injection is None else str(one.days_after_injection)
    return day(entry.at), kind, quality_words(entry.verdict), seen, *rates, after


def _rate(scores: Sequence[ScoreInShort], name: str) -> str:
    """A rate with its interval; a dash where it cannot be told."""
    found = next((score for score in scores if score.name == name and score.value is not None), None)
    if found is None or found.value is None:
        return DASH
    between = f" ({rounded(found.low)}{DASH}{rounded(found.high)})" if found.low is not None and found.high is not None else ""
    return f"{rounded(found.value)}{between}"


def _measured_note(count: int) -> str:
    """What the numbers mean, and how many stand in the appendix alone."""
    told = _("Contractions a minute of each side, with 95 % intervals, over the time in which the face or the muscles were measured.")
    more = _("The last %(shown)s of %(count)s recordings; all are in the appendix.") % {"shown": MOST_MEASURED, "count": count}
    return f"{told} {more}" if count > MOST_MEASURED else told


def _scale_row(one: ScaleInShort) -> tuple[str, ...]:
    """Which scale, its first and last total with their days, and what that says."""
    first, last = (f"{rounded(result.total or 0.0)} ({day(result.at)})" for result in (one.first, one.last))
    return one.name, first, last, scale_words(one)


def _next_visit(page: DoctorPage) -> str:
    visit = page.next_visit
    return f"{day(visit.at)}: {visit.title}" if visit else ""


def _details(one: Treatment) -> list[str]:
    """All that was noted of a treatment."""
    hoped_for = _("Hoped for: %(words)s") % {"words": one.hoped_for} if one.hoped_for else ""
    lines = [treatment_kind(one.treatment), dose_words(one), one.by, hoped_for, one.note]
    if one.treatment is TreatmentKind.BOTULINUM_TOXIN:
        lines += [site_words(site) for site in one.sites]
    lines += [f"{day(dose.at)}: {rounded(dose.amount)} {dose.unit} {dose.words}".strip() for dose in one.doses if dose.amount is not None]
    lines += [f"{day(dose.at)}: {dose.words}" for dose in one.doses if dose.amount is None and dose.words]
    lines += [f"{day(mile.at)}: {mile.words}" for mile in one.course]
    return [line for line in lines if line]
