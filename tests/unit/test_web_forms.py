"""Forms: what was sent as values, what cannot be read in words, and what stands in a form that comes back."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from spasmograph.app.workspace import Workspace
from spasmograph.errors import EntryError
from spasmograph.language import speaking
from spasmograph.model.record import Question
from spasmograph.terms import Precision, Side
from spasmograph.web.conflict import Conflict, Row, kept
from spasmograph.web.forms import Filled, Form, filled
from spasmograph.web.pages.journal_forms import when_of
from spasmograph.web.rendering import lasting, stretch
from tests.record_worlds import HERE, NOON, workspace_in


def form(*fields: tuple[str, str]) -> Form:
    return Form(FormData(list(fields)))


@pytest.mark.parametrize(
    ("typed", "value"), [("", None), ("3", 3.0), (" 2,5 ", 2.5), ("2.5", 2.5), (".5", 0.5), ("-1", -1.0), ("+7", 7.0), ("3.", 3.0)]
)
def test_a_number_has_a_point_or_a_comma(typed: str, value: float | None) -> None:
    assert form(("x", typed)).number("x") == value


@pytest.mark.parametrize("typed", ["x", "nan", "inf", "1e5", "1_0", "1,2,3", "--1", "9" * 16, "½", "."])
def test_what_is_no_number_is_told_at_its_field(typed: str) -> None:
    with pytest.raises(EntryError, match="is not a number") as told:
        form(("x", typed)).number("x")
    assert told.value.field == "x"


@given(st.text())
def test_any_text_is_a_number_or_told_in_words(typed: str) -> None:
    value: float | None = None
    with suppress(EntryError):
        value = form(("x", typed)).number("x")
    assert value is None or abs(value) < 1e16


def test_a_whole_number_has_no_rest() -> None:
    assert form(("x", "4,0")).whole("x") == 4
    with pytest.raises(EntryError, match="“4,5” is not a whole number"):
        form(("x", "4,5")).whole("x")


@pytest.mark.parametrize("typed", ["-1", "2147483647", "1.5"])
def test_a_version_is_one_that_the_store_can_hold(typed: str) -> None:
    with pytest.raises(EntryError, match=r"must lie in|not a whole number") as told:
        form(("version", typed)).version()
    assert told.value.field == "version"


@pytest.mark.parametrize("typed", ["settings", "0" * 31, "G" * 32, "../" + "0" * 29])
def test_an_id_is_one_that_a_form_was_given(typed: str) -> None:
    with pytest.raises(EntryError, match="open the page anew"):
        form(("id", typed)).id()
    assert form(("id", "0a" * 16)).id() == "0a" * 16


def test_a_choice_is_one_of_its_kind() -> None:
    assert form(("side", "left")).choice("side", Side) is Side.LEFT
    with pytest.raises(EntryError, match="must be one of left, right, both"):
        form(("side", "middle")).choice("side", Side)


def test_an_untouched_moment_stays_to_the_second() -> None:
    was = NOON + timedelta(seconds=31)

    assert form(("at", "2026-03-14T12:00")).moment("at", was=was) == was
    assert form(("at", "2026-03-14T12:01")).moment("at", was=was) == NOON + timedelta(minutes=1)
    assert form(("at", "2026-03-14T12:01")).moment("at") == datetime(2026, 3, 14, 12, 1).astimezone()


@pytest.mark.parametrize("typed", ["today", "2026-13-01", "14.3.2026", "2026-03-14T25:00"])
def test_what_is_no_date_is_told_at_its_field(typed: str) -> None:
    with pytest.raises(EntryError, match="is not a date such as 2026-11-21") as told:
        form(("at", typed)).moment("at")
    assert told.value.field == "at"


def test_a_form_comes_back_as_it_was_sent() -> None:
    back = form(("a", " x "), ("tag", "1"), ("tag", "2")).filled(EntryError("wrong", field="a"))

    assert (back.one("a"), back.many("tag"), back.one("b", "-")) == (" x ", ("1", "2"), "-")
    assert (back.problem("a"), back.problem("b")) == ("wrong", "")
    assert back.at_version(3).one("version") == "3"
    assert back.at_version(3).wrong == back.wrong


def test_a_form_is_filled_with_values() -> None:
    assert filled(a=None, b="", c=0, d=2.0, e=2.5, f=("x", "y"), g=Side.LEFT) == Filled(
        values={"c": ("0",), "d": ("2",), "e": ("2.5",), "f": ("x", "y"), "g": ("left",)}
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


def told(question: Question) -> list[tuple[str, str]]:
    return [("Question", question.text), ("Answer", question.answer)]


def test_what_nobody_else_touched_is_kept(workspace: Workspace) -> None:
    found = kept(workspace, Question(at=NOON, text="a"), told)

    assert isinstance(found, Question)
    assert found.version == 1


def test_a_conflict_tells_both_and_the_version_that_was_seen(workspace: Workspace) -> None:
    first = workspace.save(Question(at=NOON, text="a"))
    workspace.save(Question(id=first.id, version=1, at=NOON, text="b"))

    met = kept(workspace, Question(id=first.id, version=1, at=NOON, text="c"), told)

    assert met == Conflict(version=2, removed=False, rows=(Row(label="Question", stored="b", typed="c"), Row(label="Answer", stored="", typed="")))
    assert [row.differs for row in met.rows] == [True, False]


def test_the_same_from_two_windows_is_kept_once(workspace: Workspace) -> None:
    first = workspace.save(Question(at=NOON, text="a"))
    second = workspace.save(Question(id=first.id, version=1, at=NOON, text="b", noted_at=first.noted_at))

    assert kept(workspace, Question(id=first.id, version=1, at=NOON, text="b"), told) == second


def test_what_was_removed_is_a_conflict_with_nothing(workspace: Workspace) -> None:
    met = kept(workspace, Question(id="0" * 32, version=4, at=NOON, text="a"), told)

    assert isinstance(met, Conflict)
    assert (met.version, met.removed, met.rows[0].typed) == (0, True, "a")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(10, "10 secs"), (60, "1 min"), (90, "90 secs"), (150, "2.5 mins"), (900, "15 mins"), (3600, "1 hr"), (5400, "90 mins"), (0, "0 secs")],
)
def test_a_length_of_time_is_told_in_its_largest_whole_unit(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_days_are_told_as_the_language_tells_them() -> None:
    first, last = NOON.date(), NOON.date() + timedelta(days=3)

    assert stretch(first, last) == "14–17 Mar 2026"
    with speaking("zh_Hant"):
        assert stretch(first, first) == "2026年3月14日"


def test_moments_keep_the_offset_of_their_place() -> None:
    far = timezone(timedelta(hours=-10))

    moved = form(("at", "2026-01-01T08:00")).moment("at", was=NOON.astimezone(far))
    assert moved == datetime(2026, 1, 1, 8, 0, tzinfo=far)
    assert moved != datetime(2026, 1, 1, 8, 0, tzinfo=HERE)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's clock in a place with summer time."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        tzset()
        yield
    tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("typed", "hours"),
    [("2026-07-01T12:00", 2), ("2026-12-01T12:00", 1), ("2026-07-01", 2), ("2026-10-25T01:59", 2), ("2026-10-25T03:00", 1)],
)
def test_a_typed_time_has_the_offset_of_that_day(typed: str, hours: int) -> None:
    at = form(("at", typed)).moment("at")

    assert at is not None
    assert at.utcoffset() == timedelta(hours=hours)
    assert at.isoformat().startswith(typed)


@pytest.mark.usefixtures("berlin")
def test_an_hour_that_the_clocks_left_out_is_taken_for_one_that_there_was() -> None:
    at = form(("at", "2026-03-29T02:30")).moment("at")

    assert at is not None
    assert at.astimezone(UTC) in {datetime(2026, 3, 29, hour, 30, tzinfo=UTC) for hour in (0, 1)}


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(("day", "hours"), [("2026-07-01", 2), ("2026-01-05", 1)])
def test_a_day_past_is_noted_with_the_offset_of_that_day(day: str, hours: int) -> None:
    now = datetime(2026, 12, 1, 12).astimezone()
    at, precision = when_of(form(("date", day), ("time", "08:30")), now, None)

    assert (at.isoformat(), precision) == (f"{day}T08:30:00+0{hours}:00", Precision.MINUTE)
