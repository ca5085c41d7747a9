"""When a reminder is due, when a film says most, and what a calendar learns of it."""

from datetime import date, datetime, timedelta

import pytest

from spasmograph.care.reminders import SILENT_TITLE, calendar_events, film_days, is_prompt_due, next_prompt
from spasmograph.model.record import Appointment, Settings, Treatment
from spasmograph.terms import Precision, TreatmentKind
from tests.record_worlds import HERE, NOON

SETTINGS = Settings(at=NOON)


def visit(days: float, *, injection: bool = False, precision: Precision = Precision.MINUTE) -> Appointment:
    at = NOON + timedelta(days=days)
    return Appointment(id=f"v{days:g}", at=at, title="Dr. A, injection", place="Clinic", note="bring list", injection=injection, precision=precision)


def toxin(days: float, precision: Precision = Precision.DAY) -> Treatment:
    return Treatment(at=NOON + timedelta(days=days), precision=precision, treatment=TreatmentKind.BOTULINUM_TOXIN, name="toxin A")


def test_the_reminder_comes_on_the_third_day_at_the_chosen_hour() -> None:
    assert next_prompt(SETTINGS, NOON, NOON) == datetime(2026, 3, 17, 20, tzinfo=HERE)


def test_before_the_first_entry_it_comes_today() -> None:
    assert next_prompt(SETTINGS, None, NOON) == datetime(2026, 3, 14, 20, tzinfo=HERE)


def test_whoever_wants_none_gets_none() -> None:
    never = Settings(at=NOON, prompt_every_days=0)

    assert next_prompt(never, NOON, NOON) is None
    assert not is_prompt_due(never, NOON, NOON + timedelta(days=99))


@pytest.mark.parametrize(("hours", "due"), [(0, False), (3 * 24 + 7.9, False), (3 * 24 + 8, True), (400, True)])
def test_it_is_due_from_then_on(hours: float, due: bool) -> None:
    assert is_prompt_due(SETTINGS, NOON, NOON + timedelta(hours=hours)) is due


def test_a_film_is_suggested_before_and_four_weeks_after_an_injection() -> None:
    days = film_days([visit(10, injection=True), visit(20)], [toxin(-12)], NOON.date())

    assert days == (date(2026, 3, 23), NOON.date() + timedelta(days=18), NOON.date() + timedelta(days=40))


def test_no_film_is_suggested_for_days_past_or_unknown() -> None:
    assert film_days([visit(-50, injection=True)], [toxin(-40), toxin(-10, Precision.MONTH)], NOON.date()) == ()


def test_another_treatment_asks_for_no_film() -> None:
    assert film_days([], [Treatment(at=NOON, treatment=TreatmentKind.DRUG, name="x")], NOON.date()) == ()


def test_the_calendar_holds_no_word_of_what_it_is_about() -> None:
    settings = Settings(at=NOON, person="A. Person", calendar_films=True)
    events = calendar_events(settings, [visit(3, injection=True)], [toxin(-1)], last=NOON, now=NOON)

    assert len(events) == 5
    assert {event.title for event in events} == {SILENT_TITLE}
    assert {(event.place, event.note) for event in events} == {("", "")}


def test_with_the_persons_leave_it_says_what_it_is_about() -> None:
    settings = Settings(at=NOON, calendar_words=True)
    told, prompt = calendar_events(settings, [visit(3)], [], last=NOON, now=NOON)

    assert (told.title, told.place, told.note) == ("Dr. A, injection", "Clinic", "bring list")
    assert prompt.title == "How is it today?"


def test_the_reminder_repeats_by_the_clock_on_the_wall() -> None:
    (prompt,) = calendar_events(SETTINGS, [], [], last=NOON, now=NOON)

    assert prompt.begin == datetime(2026, 3, 17, 20)  # noqa: DTZ001 - it has no offset on purpose
    assert (prompt.every_days, prompt.reminds, prompt.id) == (3, True, "journal-prompt")


def test_the_reminder_never_begins_in_the_past() -> None:
    (prompt,) = calendar_events(SETTINGS, [], [], last=NOON - timedelta(days=100), now=NOON)

    assert prompt.begin == datetime(2026, 3, 14, 20)  # noqa: DTZ001 - it has no offset on purpose


def test_the_reminder_is_left_out_where_it_is_not_wanted() -> None:
    assert calendar_events(Settings(at=NOON, calendar_prompt=False), [], [], last=NOON, now=NOON) == ()
    assert calendar_events(Settings(at=NOON, prompt_every_days=0), [], [], last=NOON, now=NOON) == ()


def test_an_appointment_of_a_day_takes_the_day_and_of_a_month_is_left_out() -> None:
    silent = Settings(at=NOON, calendar_prompt=False)
    exact, whole = calendar_events(
        silent, [visit(1), visit(2, precision=Precision.DAY), visit(3, precision=Precision.MONTH)], [], last=None, now=NOON
    )

    assert (exact.begin, exact.end) == (NOON + timedelta(days=1), NOON + timedelta(days=1, hours=1))
    assert (whole.begin, whole.end) == (date(2026, 3, 16), None)


def test_appointments_leave_the_calendar_after_a_year() -> None:
    silent = Settings(at=NOON, calendar_prompt=False)

    assert [event.id for event in calendar_events(silent, [visit(-366), visit(-364)], [], last=None, now=NOON)] == ["v-364"]
