"""What may be noted, what was noted later, and which stretches hold nothing."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.app.workspace import Workspace
from spasmograph.care.journal import Gap, JournalDay, check_noted, end_of, is_backfilled, month_of
from spasmograph.errors import EntryError
from spasmograph.model.record import JournalEntry, Settings, SpasmEpisode
from spasmograph.parameters import load_record_parameters, offered_tags, record_sources
from spasmograph.terms import Bothered, Precision
from spasmograph.web import words
from tests.record_worlds import HERE, NOON, Clock, workspace_in

BACKFILLED_AFTER = timedelta(hours=load_record_parameters()["backfilled_after_h"])
MARCH = date(2026, 3, 1), date(2026, 3, 31)


def on(day: int, hour: int = 12, *, severity: int | None = 3) -> JournalEntry:
    at = datetime(2026, 3, day, hour, tzinfo=HERE)
    return JournalEntry(at=at, severity=severity, noted_at=at)


@pytest.mark.parametrize(
    "said",
    [{"severity": 0}, {"bothered": Bothered.NOT_AT_ALL}, {"symptoms": {"tears": 0}}, {"tags": ("stress",)}, {"note": "windy"}],
    ids=lambda said: next(iter(said)),
)
def test_one_answer_is_enough(said: dict[str, object]) -> None:
    check_noted(JournalEntry(at=NOON, **said), NOON)  # type: ignore[arg-type]


@pytest.mark.parametrize("note", ["", "  \n"])
def test_nothing_at_all_is_no_entry(note: str) -> None:
    with pytest.raises(EntryError, match="One of the fields is enough") as told:
        check_noted(JournalEntry(at=NOON, note=note), NOON)
    assert told.value.field == "severity"


def test_an_episode_needs_nothing_but_its_time() -> None:
    check_noted(SpasmEpisode(at=NOON), NOON)


def test_nothing_is_noted_before_it_happened() -> None:
    check_noted(SpasmEpisode(at=NOON + timedelta(minutes=9)), NOON)
    with pytest.raises(EntryError, match="lies ahead") as told:
        check_noted(SpasmEpisode(at=NOON + timedelta(minutes=11)), NOON)
    assert told.value.field == "at"


def test_the_same_moment_in_another_place_is_not_ahead() -> None:
    check_noted(SpasmEpisode(at=NOON.astimezone(timezone(timedelta(hours=13)))), NOON)


def test_an_entry_is_marked_when_it_was_written_down_later_than_the_bound() -> None:
    assert not is_backfilled(JournalEntry(at=NOON, noted_at=NOON + BACKFILLED_AFTER))
    assert is_backfilled(JournalEntry(at=NOON, noted_at=NOON + BACKFILLED_AFTER + timedelta(seconds=1)))


def test_an_entry_of_a_day_is_measured_from_its_end() -> None:
    day = NOON.replace(hour=0)
    midnight = day + timedelta(days=1)
    assert not is_backfilled(JournalEntry(at=day, precision=Precision.DAY, noted_at=midnight + BACKFILLED_AFTER))
    assert is_backfilled(JournalEntry(at=day, precision=Precision.DAY, noted_at=midnight + BACKFILLED_AFTER + timedelta(seconds=1)))


def test_what_was_never_stored_is_not_marked() -> None:
    assert not is_backfilled(JournalEntry(at=NOON))


@pytest.mark.parametrize(
    ("precision", "end"),
    [(Precision.MINUTE, NOON), (Precision.DAY, "2026-03-15"), (Precision.MONTH, "2026-04-01"), (Precision.YEAR, "2027-01-01")],
)
def test_a_moment_ends_as_exactly_as_it_is_known(precision: Precision, end: datetime | str) -> None:
    expected = end if isinstance(end, datetime) else datetime.fromisoformat(end).replace(tzinfo=HERE)
    assert end_of(SpasmEpisode(at=NOON, precision=precision)) == expected


def test_days_come_newest_first_with_their_gaps_between() -> None:
    parts = month_of([on(3), on(4), on(10)], MARCH[0], date(2026, 3, 12), goes_back=True)

    told = [part.day.day if isinstance(part, JournalDay) else (part.first.day, part.last.day) for part in parts]
    assert told == [(11, 12), 10, (5, 9), 4, 3, (1, 2)]


def test_days_before_the_first_entry_ever_are_no_gap() -> None:
    parts = month_of([on(3)], MARCH[0], date(2026, 3, 3), goes_back=False)

    assert [part.day.day for part in parts if isinstance(part, JournalDay)] == [3]
    assert not [part for part in parts if isinstance(part, Gap)]


def test_entries_and_episodes_of_a_day_stand_together_in_order() -> None:
    evening, morning = on(5, 20), on(5, 8)
    episode = SpasmEpisode(at=morning.at + timedelta(hours=1))

    (day,) = [part for part in month_of([evening, episode, morning], *MARCH, goes_back=False) if isinstance(part, JournalDay)]

    assert (day.entries, day.episodes) == ((morning, evening), (episode,))


@given(st.sets(st.integers(1, 31)), st.integers(1, 31), st.booleans())
def test_every_day_stands_once_or_not_at_all_before_the_beginning(days: set[int], last: int, goes_back: bool) -> None:
    parts = month_of([on(day) for day in days], MARCH[0], date(2026, 3, last), goes_back=goes_back)

    shown = [day for part in parts for day in _days_of(part)]
    noted = {day for day in days if day <= last}
    begin = 1 if goes_back else min(noted, default=last + 1)
    assert sorted(shown) == list(range(begin, last + 1))
    assert {day for part in parts if isinstance(part, JournalDay) for day in _days_of(part)} == noted
    firsts = [_days_of(part)[0] for part in parts]
    assert firsts == sorted(firsts, reverse=True)


def _days_of(part: JournalDay | Gap) -> list[int]:
    return [part.day.day] if isinstance(part, JournalDay) else list(range(part.first.day, part.last.day + 1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Workspace:
    return workspace_in(tmp_path, clock)


def test_a_month_knows_whether_there_is_something_before_and_after(workspace: Workspace, clock: Clock) -> None:
    workspace.save(on(14, 9))
    clock.move(days=30)

    march, april = workspace.journal_month(date(2026, 3, 20)), workspace.journal_month(date(2026, 4, 2))

    assert (march.first, march.before, march.after) == (date(2026, 3, 1), None, date(2026, 4, 1))
    assert (april.before, april.after) == (date(2026, 3, 1), None)
    assert march.parts == (
        Gap(first=date(2026, 3, 15), last=date(2026, 3, 31)),
        JournalDay(day=date(2026, 3, 14), entries=march_entries(workspace), episodes=()),
    )
    # Today is not over, so it is no gap yet.
    assert april.parts == (Gap(first=date(2026, 4, 1), last=date(2026, 4, 12)),)


def march_entries(workspace: Workspace) -> tuple[JournalEntry, ...]:
    return tuple(workspace.list(JournalEntry))


def test_an_entry_made_far_away_stands_on_the_day_that_the_clock_there_showed(workspace: Workspace, clock: Clock) -> None:
    far = datetime(2026, 2, 28, 23, 30, tzinfo=timezone(timedelta(hours=-10)))
    workspace.save(JournalEntry(at=far, severity=2))
    clock.move(days=1)

    days = [part.day for part in workspace.journal_month(date(2026, 2, 1)).parts if isinstance(part, JournalDay)]

    assert days == [date(2026, 2, 28)]
    assert not [part for part in workspace.journal_month(date(2026, 3, 1)).parts if isinstance(part, JournalDay)]


def test_tags_of_ones_own_come_from_the_settings_and_from_lately(workspace: Workspace) -> None:
    workspace.save(Settings(id="settings", at=NOON, tags=("long meeting",)))
    workspace.save(JournalEntry(at=NOON, tags=("stress", "wind", "long meeting")))

    assert workspace.own_tags() == ("long meeting", "wind")


def test_what_holds_by_default_is_what_the_data_say() -> None:
    rules = load_record_parameters()
    settings = Settings(at=NOON)

    assert (settings.prompt_every_days, settings.prompt_hour) == (rules["prompt_every_days"], rules["prompt_hour"])
    assert all(entry.why for entry in rules.entries.values())


def test_every_source_is_known_or_said_to_be_none() -> None:
    said = [entry.source for entry in load_record_parameters().entries.values()] + [tag.source for tag in offered_tags()]

    named = {key for source in said for key in source.split("; ")}
    assert named - {"convention"} == set(record_sources())


def test_every_offered_tag_has_words_and_a_reason() -> None:
    assert [tag.id for tag in offered_tags() if words.tag(tag.id) == tag.id] == ["stress", "tired", "reading", "chewing"]
    assert all(tag.why for tag in offered_tags())
    assert words.tag("my own") == "my own"
