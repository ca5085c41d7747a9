"""The record on one axis: readings in runs between gaps, weeks and months, nothing made up."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.care.timeline import binned, counted, course, gaps, runs, step_for, stretch, usual_pause
from spasmograph.model.record import Course, Reading, Step
from tests.record_worlds import HERE, NOON

DAY = timedelta(days=1)
SEVERITY = Course(name="severity", runs=(), high=10.0)
MOMENTS = st.lists(st.integers(0, 10_000_000).map(lambda minutes: NOON - timedelta(minutes=minutes)), max_size=40).map(sorted)


def every(days: float, count: int, *, start: datetime = NOON, value: float = 5.0) -> list[Reading]:
    return [Reading(at=start + place * days * DAY, value=value, id=str(place)) for place in range(count)]


def test_readings_every_third_day_are_one_run() -> None:
    found = course(SEVERITY, every(3, 10), Step.EACH)
    assert [len(run) for run in found.runs] == [10]
    assert found.gaps == ()
    assert (found.name, found.high) == ("severity", 10.0)


def test_three_weeks_of_silence_are_a_gap() -> None:
    before, after = every(3, 5), every(3, 5, start=NOON + 33 * DAY)
    found = course(SEVERITY, before + after, Step.EACH)
    assert [len(run) for run in found.runs] == [5, 5]
    assert found.gaps == ((before[-1].at, after[0].at),)


def test_a_missed_entry_is_no_gap_yet() -> None:
    readings = [one for one in every(3, 10) if one.id != "4"]
    assert course(SEVERITY, readings, Step.EACH).gaps == ()


def test_a_series_that_comes_monthly_pauses_later_than_one_that_comes_daily() -> None:
    assert usual_pause([one.at for one in every(30, 6)]) == 90 * DAY
    assert usual_pause([one.at for one in every(1, 6)]) == 8 * DAY
    assert usual_pause([]) == 8 * DAY


def test_a_week_tells_its_median_and_quartiles() -> None:
    monday = datetime(2026, 3, 9, 8, 0, tzinfo=HERE)
    readings = [Reading(at=monday + place * DAY, value=value) for place, value in enumerate([1.0, 2.0, 3.0, 4.0, 9.0])]
    (week,) = binned(readings, Step.WEEK)
    assert (week.low, week.value, week.high, week.count) == (2.0, 3.0, 4.0, 5)
    assert week.at == datetime(2026, 3, 12, 12, 0, tzinfo=HERE)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    sunday = datetime(2026, 3, 15, 23, 59, tzinfo=HERE)
    assert stretch(sunday, Step.WEEK)[0] == datetime(2026, 3, 9, tzinfo=HERE)
    assert stretch(sunday, Step.MONTH) == (datetime(2026, 3, 1, tzinfo=HERE), datetime(2026, 4, 1, tzinfo=HERE))
    assert stretch(datetime(2026, 12, 31, 12, tzinfo=HERE), Step.MONTH)[1] == datetime(2027, 1, 1, tzinfo=HERE)
    assert stretch(sunday, Step.EACH)[0] == datetime(2026, 3, 15, tzinfo=HERE)


def test_a_month_without_an_entry_breaks_the_line() -> None:
    readings = every(1, 31, start=datetime(2026, 1, 1, 12, tzinfo=HERE)) + every(1, 31, start=datetime(2026, 3, 1, 12, tzinfo=HERE))
    found = course(SEVERITY, readings, Step.MONTH)
    assert [len(run) for run in found.runs] == [1, 1]
    assert len(found.gaps) == 1


@pytest.mark.parametrize(("days", "step"), [(30, Step.EACH), (120, Step.EACH), (121, Step.WEEK), (1000, Step.WEEK), (3653, Step.MONTH)])
def test_longer_stretches_are_put_together_farther(days: int, step: Step) -> None:
    assert step_for(NOON, NOON + days * DAY) is step


@given(MOMENTS, st.sampled_from(Step))
def test_every_moment_is_counted_once(moments: list[datetime], step: Step) -> None:
    found = counted(moments, step)
    assert sum(one.count for one in found) == len(moments)
    assert all(one.start < one.end for one in found)
    assert all(earlier.end <= later.start for earlier, later in pairwise(found))


@given(MOMENTS, st.sampled_from(Step))
def test_nothing_is_lost_or_made_up(moments: list[datetime], step: Step) -> None:
    readings = [Reading(at=at, value=float(place % 11)) for place, at in enumerate(moments)]
    found = course(SEVERITY, readings, step)
    assert sum(one.count for one in found.readings) == len(readings)
    values = [one.value for one in readings]
    assert all(min(values) <= one.value <= max(values) for one in found.readings)
    assert len(found.gaps) == max(0, len(found.runs) - 1)


@given(MOMENTS, st.integers(1, 400))
def test_runs_and_gaps_agree(moments: list[datetime], days: int) -> None:
    readings = [Reading(at=at, value=0.0) for at in moments]
    cut = runs(readings, days * DAY)
    assert [reading for run in cut for reading in run] == readings
    assert gaps(moments, days * DAY) == tuple((before[-1].at, after[0].at) for before, after in pairwise(cut))
