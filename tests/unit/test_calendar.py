"""The calendar file, read back by a library that knows RFC 5545."""

from datetime import UTC, date, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.io.calendar import calendar_file
from spasmograph.model.record.calendar import CalendarEvent
from tests.record_worlds import NOON

VISIT = CalendarEvent(
    id="a1", title="Dr. Ä; room 3, floor 2\\", begin=NOON, end=NOON + timedelta(minutes=30), place="Clinic", note="one\ntwo", changes=2
)
PROMPT = CalendarEvent(id="p", title="x", begin=datetime(2026, 3, 17, 20), every_days=3, reminds=True)  # noqa: DTZ001 - any local clock
DAY = CalendarEvent(id="d", title="x", begin=date(2026, 4, 1))


def read(*events: CalendarEvent) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(calendar_file(events, now=NOON))
    assert calendar["version"] == "2.0"
    assert str(calendar["prodid"]).startswith("-//Spasmograph//")
    return [component for component in calendar.walk("VEVENT") if isinstance(component, icalendar.Event)]


def test_an_appointment_stands_in_utc() -> None:
    (event,) = read(VISIT)

    assert event.decoded("dtstart") == NOON.astimezone(UTC)
    assert event.decoded("dtend") == NOON.astimezone(UTC) + timedelta(minutes=30)
    assert b"DTSTART:20260314T040000Z\r\n" in calendar_file([VISIT], now=NOON)
    assert "VALARM" not in calendar_file([VISIT], now=NOON).decode()


def test_an_event_keeps_its_id_and_counts_its_changes() -> None:
    (event,), (again,) = read(VISIT), read(VISIT)

    assert event["uid"] == again["uid"] == "a1@spasmograph"
    assert event["sequence"] == 2
    assert event.decoded("dtstamp") == NOON.astimezone(UTC)
    assert event["class"] == "PRIVATE"


def test_the_reminder_repeats_by_the_local_clock_and_rings() -> None:
    (event,) = read(PROMPT)

    assert event.decoded("dtstart").tzinfo is None
    assert event["rrule"] == {"FREQ": ["DAILY"], "INTERVAL": [3]}
    assert event["transp"] == "TRANSPARENT"
    (alarm,) = event.walk("VALARM")
    assert (alarm["action"], alarm.decoded("trigger")) == ("DISPLAY", timedelta(0))


def test_a_day_is_a_date() -> None:
    (event,) = read(DAY)

    assert b"DTSTART;VALUE=DATE:20260401\r\n" in calendar_file([DAY], now=NOON)
    assert event["transp"] == "TRANSPARENT"


def test_without_events_it_is_still_a_calendar() -> None:
    assert read() == []
    assert b"\r\nNAME:Spasmograph\r\nX-WR-CALNAME:Spasmograph\r\n" in calendar_file([], now=NOON)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300))
def test_any_text_comes_back_and_no_line_is_too_long(text: str) -> None:
    event = CalendarEvent(id="a", title=text, begin=NOON, place=text, note=f"{text}\n{text}")
    written = calendar_file([event], now=NOON)

    (back,) = read(event)
    assert (str(back["summary"]), str(back["location"]), str(back["description"])) == (text, text, f"{text}\n{text}")
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert written.endswith(b"END:VCALENDAR\r\n")
