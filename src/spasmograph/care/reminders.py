"""When to ask for an entry, when a film is worth taking, and what a calendar is told of it. Nothing counts what was left out."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from spasmograph.language import text as _
from spasmograph.model.record import Appointment, Entry, Settings, Treatment
from spasmograph.model.record.calendar import CalendarEvent
from spasmograph.parameters import load_record_parameters
from spasmograph.terms import Precision, TreatmentKind

# What a calendar shows unless the person wants words in it: whoever looks over a shoulder learns nothing.
SILENT_TITLE = "Spasmograph"
_PROMPT_LENGTH, _VISIT_LENGTH = timedelta(minutes=5), timedelta(hours=1)


def next_prompt(settings: Settings, last: datetime | None, now: datetime) -> datetime | None:
    """When the next reminder comes: so many days after the last entry, at the hour that the person chose; None if they want none.

    Before the first entry it comes today.
    """
    if settings.prompt_every_days == 0:
        return None
    day = now.date() if last is None else last.astimezone(now.tzinfo).date() + timedelta(days=settings.prompt_every_days)
    return datetime(day.year, day.month, day.day, settings.prompt_hour, tzinfo=now.tzinfo)


def is_prompt_due(settings: Settings, last: datetime | None, now: datetime) -> bool:
    """Whether it is time to ask."""
    at = next_prompt(settings, last, now)
    return at is not None and at <= now


def film_days(appointments: Iterable[Appointment], treatments: Iterable[Treatment], today: date) -> tuple[date, ...]:
    """Days from today on when a film says most about an injection: shortly before it, and about four weeks after it.

    References:
        Osaki et al. 2020 measured before and 30 days after an injection, Gameiro et al. 2024 before and 15 days after.
    """
    rules = load_record_parameters()
    before, after = (timedelta(days=rules[f"film_{when}_injection_days"]) for when in ("before", "after"))
    planned = {visit.at.date() for visit in appointments if visit.injection and _day_is_known(visit)}
    given = {one.at.date() for one in treatments if one.treatment is TreatmentKind.BOTULINUM_TOXIN and _day_is_known(one)}
    days = {day - before for day in planned} | {day + after for day in planned | given}
    return tuple(sorted(day for day in days if day >= today))


def _day_is_known(entry: Entry) -> bool:
    return entry.precision in (Precision.MINUTE, Precision.DAY)


def calendar_events(
    settings: Settings, appointments: Iterable[Appointment], treatments: Iterable[Treatment], *, last: datetime | None, now: datetime
) -> tuple[CalendarEvent, ...]:
    """Everything that the calendar is told; without the person's leave no word of what it is about.

    `last` is when the journal was last written.
    """
    visits = tuple(appointments)
    since = now - timedelta(days=load_record_parameters()["calendar_past_days"])
    events = [_visit(visit, words=settings.calendar_words) for visit in visits if visit.at >= since and _day_is_known(visit)]
    if settings.calendar_prompt and (at := next_prompt(settings, last, now)) is not None:
        events.append(_prompt(settings, max(at, at.replace(year=now.year, month=now.month, day=now.day))))
    if settings.calendar_films:
        events.extend(_film(day, words=settings.calendar_words) for day in film_days(visits, treatments, now.date()))
    return tuple(events)


def _visit(visit: Appointment, *, words: bool) -> CalendarEvent:
    exact = visit.precision is Precision.MINUTE
    return CalendarEvent(
        id=visit.id,
        title=visit.title if words else SILENT_TITLE,
        begin=visit.at if exact else visit.at.date(),
        end=(visit.until or visit.at + _VISIT_LENGTH) if exact else None,
        place=visit.place if words else "",
        note=visit.note if words else "",
        changes=max(visit.version - 1, 0),
    )


def _prompt(settings: Settings, at: datetime) -> CalendarEvent:
    """The reminder by whatever clock is on the wall: it has no offset, so it stays at its hour when clocks change."""
    begin = at.replace(tzinfo=None)
    return CalendarEvent(
        id="journal-prompt",
        title=_("How is it today?") if settings.calendar_words else SILENT_TITLE,
        begin=begin,
        end=begin + _PROMPT_LENGTH,
        every_days=settings.prompt_every_days,
        reminds=True,
        changes=max(settings.version - 1, 0),
    )


def _film(day: date, *, words: bool) -> CalendarEvent:
    return CalendarEvent(id=f"film-{day.isoformat()}", title=_("Record one minute") if words else SILENT_TITLE, begin=day)
