"""How often, in worlds with whole numbers."""

import math

import pytest

from spasmograph.measure.scores import blink_rate, citation, contraction_rate, norms
from spasmograph.terms import Side, Task
from tests.score_worlds import blink, contraction, quality


def test_blinks_are_counted_over_observed_minutes_only() -> None:
    events = [blink(at) for at in (1, 5, 9, 13, 17)]
    score = blink_rate(events=events, quality=quality((0, 20), (40, 50)), task=Task.REST)
    assert score.value == 10
    assert score.observed_s == 30
    assert (score.low, score.high) == pytest.approx((2 * 1.623, 2 * 11.668), abs=2e-3)
    assert score.unit == "per_min"


def test_contractions_are_no_blinks_and_blinks_no_contractions() -> None:
    events = [blink(1), contraction(3, 4), contraction(6, 7, Side.BOTH)]
    assert blink_rate(events=events, quality=quality((0, 60)), task=Task.NONE).value == 1
    assert contraction_rate(Side.BOTH, events=events, quality=quality((0, 60))).value == 1


def test_an_event_of_both_sides_counts_for_neither_side_alone() -> None:
    events = [contraction(3, 4, Side.BOTH), contraction(6, 7, Side.LEFT)]
    rates = {side: contraction_rate(side, events=events, quality=quality((0, 60))).value for side in Side}
    assert rates == {Side.LEFT: 1, Side.RIGHT: 0, Side.BOTH: 1}


def test_an_event_in_unseen_time_does_not_count_and_one_that_reaches_into_it_does() -> None:
    events = [contraction(21, 22), contraction(19, 20, censored=True), contraction(20, 20.5)]
    assert contraction_rate(Side.RIGHT, events=events, quality=quality((0, 20), (30, 70))).value == 1


def test_no_event_in_a_minute_gives_zero_with_an_upper_limit() -> None:
    score = contraction_rate(Side.LEFT, events=[], quality=quality((0, 60)))
    assert (score.value, score.low) == (0, 0)
    assert score.high == pytest.approx(3.689, abs=1e-3)


def test_a_rate_over_no_time_is_not_zero_but_unknown() -> None:
    score = blink_rate(events=[blink(1)], quality=quality(), task=Task.REST)
    assert math.isnan(score.value)
    assert math.isnan(score.high)
    assert score.reason == "no time was observed"


@pytest.mark.parametrize(("task", "low", "high"), [(Task.REST, 8, 21), (Task.TALK, 10.5, 32.5), (Task.READ_ALOUD, 1.4, 14.4), (Task.NONE, 8, 21)])
def test_the_norm_of_the_task_comes_first(task: Task, low: float, high: float) -> None:
    first = blink_rate(events=[], quality=quality((0, 60)), task=task).norms[0]
    assert (first.low, first.high, first.source) == (low, high, "DOUGHTY")


def test_every_norm_says_for_whom_and_where_it_was_published() -> None:
    published = norms("blink_rate", task=Task.REST)
    assert len(published) == 6
    assert all(norm.condition and "doi:" in citation(norm.source) and norm.low <= norm.high for norm in published)


def test_a_score_without_published_values_has_no_norms() -> None:
    assert norms("contraction_rate_left", task=Task.REST) == ()


def test_an_unknown_source_is_an_error() -> None:
    with pytest.raises(KeyError, match="NOBODY"):
        citation("NOBODY")
