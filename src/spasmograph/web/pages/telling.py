"""Any entry field by field, labels with texts in the language that holds: for pages, for what stands in a conflict, and for the terminal."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

from spasmograph.language import listed
from spasmograph.model.record import Appointment, Entry, Question, RecordingEntry, Settings
from spasmograph.terms import EntryKind
from spasmograph.web import words
from spasmograph.web.language import text as _
from spasmograph.web.language import texts
from spasmograph.web.pages import journal_forms, scale_words, treatment_words
from spasmograph.web.rendering import clock, fragment, moment

Told = list[tuple[str, str]]


def told_of(entry: Entry) -> Told:
    """An entry of whatever kind."""
    return _TOLD[entry.kind](entry)


def told_visit(visit: Appointment) -> Told:
    """An appointment field by field."""
    return [
        (_("With whom or what for"), visit.title),
        (_("When"), moment(visit.at, visit.precision)),
        (_("Until"), clock(visit.until) if visit.until else ""),
        (_("Where"), visit.place),
        (_("Injection"), _("planned") if visit.injection else ""),
        (_("Note"), visit.note),
    ]


def told_question(question: Question) -> Told:
    """A question field by field."""
    return [(_("Question"), question.text), (_("Answer"), question.answer), (_("Noted"), moment(question.at, question.precision))]


def told_settings(now: Settings) -> Told:
    """The settings field by field."""
    yes, no = _("yes"), _("no")
    return [
        (_("Name"), now.person),
        (_("Born"), now.born),
        (_("What a doctor called it"), now.condition),
        (_("Affected side"), words.label(now.affected) if now.affected else ""),
        (_("Own symptoms"), listed(now.symptoms)),
        (_("Own tags"), listed(now.tags)),
        (_("How often to be asked"), every(now.prompt_every_days)),
        (_("At what hour"), f"{now.prompt_hour}:00"),
        (_("Keep films"), yes if now.keep_media else no),
        (_("Language"), dict(languages()).get(now.language, now.language)),
        (_("Words in the calendar"), yes if now.calendar_words else no),
        (_("Reminder in the calendar"), yes if now.calendar_prompt else no),
        (_("Days for a film in the calendar"), yes if now.calendar_films else no),
    ]


def told_recording(entry: RecordingEntry) -> Told:
    """A recording field by field."""
    return [
        (_("File"), entry.name),
        (_("Recorded"), moment(entry.at, entry.precision)),
        (_("What it is"), words.label(entry.media)),
        (_("State"), words.label(entry.state)),
        (_("Corrections"), str(len(entry.corrections) or "")),
        (_("Note"), entry.note),
    ]


def every(days: int) -> str:
    """How often, in words."""
    if days == 0:
        return _("never")
    return texts("every day", "every %(num)s days", days) % {"num": days}


def languages() -> list[tuple[str, str]]:
    """Languages by their own names."""
    return [("", _("as the browser")), ("en", "English"), ("zh_Hant", "繁體中文")]


def help_lines() -> list[str]:
    """The way to help where an answer needs it at once, as the pages tell it, line by line."""
    told = re.sub(r"<li>", "- ", fragment("scale_parts.html.j2", "help_words"))
    return [_("Help is there now"), *(line for line in unescape(re.sub(r"<[^>]+>", "", told)).splitlines() if line.strip())]


_TOLD: Mapping[EntryKind, Callable[[Any], Told]] = {
    EntryKind.JOURNAL: journal_forms.told,
    EntryKind.EPISODE: journal_forms.told_episode,
    EntryKind.TREATMENT: treatment_words.told,
    EntryKind.SCALE: scale_words.told,
    EntryKind.RECORDING: told_recording,
    EntryKind.APPOINTMENT: told_visit,
    EntryKind.QUESTION: told_question,
    EntryKind.SETTINGS: told_settings,
}
