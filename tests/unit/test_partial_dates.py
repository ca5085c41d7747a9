"""Dates as far as a person knows them."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from spasmograph.errors import EntryError
from spasmograph.terms import Precision
from spasmograph.web.forms import Form
from spasmograph.web.partial_dates import When, read_when, written

HERE = timezone(timedelta(hours=8))


def read(text: str, *, was: When | None = None, end: bool = False) -> When | None:
    return read_when(Form(FormData([("at", text)])), "at", was=was, zone=HERE, end=end)


def known(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0, *, precision: Precision) -> When:
    return When(at=datetime(year, month, day, hour, minute, tzinfo=HERE), precision=precision)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", known(2026, precision=Precision.YEAR)),
        ("2026-03", known(2026, 3, precision=Precision.MONTH)),
        ("3/2026", known(2026, 3, precision=Precision.MONTH)),
        ("2026-03-14", known(2026, 3, 14, precision=Precision.DAY)),
        ("2026/3/14", known(2026, 3, 14, precision=Precision.DAY)),
        ("14.3.2026", known(2026, 3, 14, precision=Precision.DAY)),
        ("2026年3月14日", known(2026, 3, 14, precision=Precision.DAY)),
        ("2026年3月", known(2026, 3, precision=Precision.MONTH)),
        ("2026年", known(2026, precision=Precision.YEAR)),
        ("2026-03-14 09:05", known(2026, 3, 14, 9, 5, precision=Precision.MINUTE)),
    ],
)
def test_a_date_is_read_as_far_as_it_is_written(text: str, expected: When) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "day"), [("2024", (12, 31)), ("2024-02", (2, 29)), ("2023-02", (2, 28)), ("2024-02-03", (2, 3))])
def test_an_end_is_the_last_day_of_what_is_known(text: str, day: tuple[int, int]) -> None:
    found = read(text, end=True)

    assert found is not None
    assert (found.at.month, found.at.day) == day
    assert written(found) == text


@pytest.mark.parametrize(
    "text", ["yesterday", "03/14/2026", "2026-13", "2026-02-30", "26-03-14", "1899", "2200-01", "0", "2026-03-14T25:00", "1999-00"]
)
@pytest.mark.parametrize("end", [False, True])
def test_what_is_no_date_is_told_at_its_field(text: str, end: bool) -> None:
    with pytest.raises(EntryError, match="is not a date") as caught:
        read(text, end=end)

    assert caught.value.field == "at"


def test_nothing_is_no_date() -> None:
    assert read(" ") is None
    assert written(None) == ""


def test_what_was_not_changed_keeps_its_own_offset() -> None:
    was = When(at=datetime(2025, 7, 1, 9, 5, 30, tzinfo=timezone(timedelta(hours=-3))), precision=Precision.MINUTE)

    assert read(written(was), was=was) is was


def test_without_a_zone_a_date_is_local() -> None:
    found = read_when(Form(FormData([("at", "2026-03-14")])), "at")

    assert found is not None
    assert found.at == datetime(2026, 3, 14).astimezone()


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), st.sampled_from(list(Precision)), st.booleans())  # noqa: DTZ001 - a zone follows
def test_what_is_written_is_read_back(at: datetime, precision: Precision, end: bool) -> None:
    text = written(When(at=at.replace(tzinfo=HERE), precision=precision))
    found = read(text, end=end)

    assert found is not None
    assert found.precision is precision
    assert written(found) == text
