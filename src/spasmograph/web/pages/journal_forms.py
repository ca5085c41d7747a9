"""A journal entry and an episode as forms: read from one, filled into one, told field by field."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from spasmograph.errors import EntryError
from spasmograph.language import listed
from spasmograph.model.record import MOST_SYMPTOMS, Entry, JournalEntry, Settings, SpasmEpisode
from spasmograph.parameters import offered_tags
from spasmograph.terms import Bothered, Precision, Side
from spasmograph.web import words
from spasmograph.web.forms import Filled, Form, filled
from spasmograph.web.language import text as _
from spasmograph.web.rendering import lasting, moment

# Durations offered for an episode, in seconds.
DURATIONS_S = (10, 30, 60, 300, 900, 3600)
E = TypeVar("E", bound=Entry)
_SYMPTOM = "symptom:"


def entry_of(form: Form, now: datetime, was: JournalEntry | None = None) -> JournalEntry:
    """The journal entry that a form tells; a change of `was`, or a new one.

    Raises:
        EntryError: a field cannot be read.
    """
    at, precision = when_of(form, now, was)
    entry = JournalEntry(
        at=at,
        precision=precision,
        severity=form.whole("severity"),
        bothered=form.choice("bothered", Bothered),
        symptoms=form.ratings(_SYMPTOM),
        tags=tuple(dict.fromkeys((*form.texts("tag"), *_listed(form.text("more_tags"))))),
        note=form.text("note"),
    )
    return _marked(entry, form, was)


def episode_of(form: Form, now: datetime, was: SpasmEpisode | None = None) -> SpasmEpisode:
    """The episode that a form tells; a change of `was`, or a new one.

    Raises:
        EntryError: a field cannot be read.
    """
    at, precision = when_of(form, now, was)
    minutes = form.number("duration_min")
    episode = SpasmEpisode(
        at=at,
        precision=precision,
        severity=form.whole("severity"),
        duration_s=form.number("duration_s") if minutes is None else minutes * 60,
        side=form.choice("side", Side),
        note=form.text("note"),
    )
    return _marked(episode, form, was)


def when_of(form: Form, now: datetime, was: Entry | None) -> tuple[datetime, Precision]:
    """When it was: what the form says of day and time; now, or as it was, where it says nothing.

    Raises:
        EntryError: it is no day or no time.
    """
    day, time = form.text("date"), form.text("time")
    if was is not None and (day, time) in (("", ""), _day_and_time(was)):
        return was.at, was.precision
    if not time and day in ("", now.date().isoformat()):
        return now, Precision.MINUTE
    near = was.at if was else now
    written = f"{day or near.date().isoformat()}T{time or '00:00'}"
    try:
        naive = datetime.fromisoformat(written)
        at = naive.replace(tzinfo=was.at.tzinfo) if was else naive.astimezone()
    except (ValueError, OverflowError, OSError) as error:
        sentence = _("This is no day and time. Write the day as 2026-11-21 and the time as 14:05.")
        raise EntryError(sentence, field="at") from error
    return at, Precision.MINUTE if time else Precision.DAY


def _day_and_time(entry: Entry) -> tuple[str, str]:
    """The day and the time as their fields show them; without a time where it is not known."""
    exact = entry.precision is Precision.MINUTE
    return entry.at.date().isoformat(), entry.at.strftime("%H:%M") if exact else ""


def _marked(entry: E, form: Form, was: E | None) -> E:
    """With the id and the version that the form was made from."""
    if was is None:
        return replace(entry, id=form.id())
    return replace(entry, id=was.id, noted_at=was.noted_at, version=form.version())


def _listed(text: str) -> list[str]:
    """What stands between commas, of whatever script."""
    for comma in "，、;；\n":
        text = text.replace(comma, ",")
    return [one.strip() for one in text.split(",") if one.strip()]


def fill(entry: JournalEntry | SpasmEpisode) -> Filled:
    """A form filled with an entry."""
    day, time = _day_and_time(entry)
    shared = filled(date=day, time=time, severity=entry.severity, note=entry.note, version=entry.version)
    if isinstance(entry, SpasmEpisode):
        more = filled(duration_s=entry.duration_s, side=entry.side)
    else:
        ratings = {f"{_SYMPTOM}{name}": value for name, value in entry.symptoms.items()}
        more = filled(bothered=entry.bothered, tag=entry.tags, **ratings)
    return Filled(values={**shared.values, **more.values})


def symptoms_offered(settings: Settings, form: Filled) -> Sequence[str]:
    """The person's own symptoms, and those that the form has besides."""
    others = [name.removeprefix(_SYMPTOM) for name in form.values if name.startswith(_SYMPTOM)]
    return list(dict.fromkeys((*settings.symptoms, *others)))[: MOST_SYMPTOMS + len(others)]


def tags_offered(own: Sequence[str], form: Filled) -> list[tuple[str, str]]:
    """Offered tags, the person's own, and those that the form has besides, with their labels."""
    names = dict.fromkeys((*(tag.id for tag in offered_tags()), *own, *form.many("tag")))
    return [(name, words.tag(name)) for name in names]


def durations_offered(form: Filled) -> list[tuple[str, str]]:
    """Durations to choose from, and the one that the form has besides."""
    known = [str(duration) for duration in DURATIONS_S]
    other = [value for value in form.many("duration_s") if value not in known and value.replace(".", "", 1).isdigit()]
    return [(value, lasting(float(value))) for value in (*known, *other)]


def told(entry: JournalEntry) -> list[tuple[str, str]]:
    """An entry field by field."""
    return [
        (_("When"), moment(entry.at, entry.precision)),
        (_("Severity"), "" if entry.severity is None else str(entry.severity)),
        (_("Bothered"), words.label(entry.bothered) if entry.bothered else ""),
        (_("Own symptoms"), listed(f"{name} {value}" for name, value in entry.symptoms.items())),
        (_("Tags"), listed(words.tag(tag) for tag in entry.tags)),
        (_("Note"), entry.note),
    ]


def told_episode(episode: SpasmEpisode) -> list[tuple[str, str]]:
    """An episode field by field."""
    return [
        (_("When"), moment(episode.at, episode.precision)),
        (_("Severity"), "" if episode.severity is None else str(episode.severity)),
        (_("Duration"), "" if episode.duration_s is None else lasting(episode.duration_s)),
        (_("Side"), words.label(episode.side) if episode.side else ""),
        (_("Note"), episode.note),
    ]
