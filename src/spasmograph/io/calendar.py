"""A calendar file that any calendar can subscribe to or import (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from spasmograph import __version__
from spasmograph.model.record.calendar import CalendarEvent

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar_file(events: Iterable[CalendarEvent], *, now: datetime) -> bytes:
    """The events as a calendar; moments in UTC, times without an offset as any local clock shows them.

    References:
        RFC 5545; RFC 7986 for the calendar's name and how often to look again.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//Spasmograph//Spasmograph {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", "Spasmograph")
    # What calendars read that do not know RFC 7986 yet.
    calendar.add("x-wr-calname", "Spasmograph")
    calendar.add("x-published-ttl", "PT6H")
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for event in events:
        calendar.add_component(_event(event, now))
    text: bytes = calendar.to_ical()
    return text


def _event(event: CalendarEvent, now: datetime) -> "Event":
    from icalendar import Event

    component = Event()
    component.add("uid", f"{event.id}@spasmograph")
    component.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    component.add("sequence", event.changes)
    component.add("summary", event.title)
    component.add("class", "PRIVATE")
    component.add("dtstart", _at(event.begin) if isinstance(event.begin, datetime) else event.begin)
    if event.end is not None:
        component.add("dtend", _at(event.end))
    for name, value in (("location", event.place), ("description", event.note)):
        if value:
            component.add(name, value)
    _repeat(component, event)
    return component


def _repeat(component: "Event", event: CalendarEvent) -> None:
    """How often, and that it rings; a reminder takes no time of the day away."""
    if not isinstance(event.begin, datetime) or event.reminds:
        component.add("transp", "TRANSPARENT")
    if event.every_days:
        component.add("rrule", {"freq": "daily", "interval": event.every_days})
    if event.reminds:
        from icalendar import Alarm

        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event.title)
        alarm.add("trigger", timedelta(0))
        component.add_component(alarm)


def _at(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC)
