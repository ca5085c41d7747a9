"""How much of the time, in worlds that can be added up in the head."""

import math

import numpy as np
import pytest

from spasmograph.measure.scores import contraction_burden, contraction_time, eyes_closed_time, laterality_index
from spasmograph.model import Event, Quality, Score, Signals
from spasmograph.terms import Region, Side
from tests.score_worlds import PARAMETERS, blink, clock, closed_during, contraction, quality, signals


def burden(side: Side, world: Signals, events: list[Event], seen: Quality) -> Score:
    return contraction_burden(side, signals=world, events=events, quality=seen, parameters=PARAMETERS)


def test_time_in_contractions_is_that_of_the_events_within_observed_time() -> None:
    events = [contraction(2, 4), contraction(18, 22, censored=True), contraction(5, 6, Side.LEFT)]
    score = contraction_time(Side.RIGHT, events=events, quality=quality((0, 20), (50, 70)), parameters=PARAMETERS)
    assert score.value == pytest.approx(4 / 40)
    assert score.low < score.value < score.high
    assert score.observed_s == 40


def test_overlapping_contractions_fill_time_once() -> None:
    events = [contraction(2, 4), contraction(3, 5)]
    assert contraction_time(Side.RIGHT, events=events, quality=quality((0, 30)), parameters=PARAMETERS).value == pytest.approx(0.1)


def test_time_in_contractions_needs_no_eyelid() -> None:
    events = [contraction(2, 5, regions=(Region.MOUTH,))]
    assert contraction_time(Side.RIGHT, events=events, quality=quality((0, 30)), parameters=PARAMETERS).value == pytest.approx(0.1)


def test_a_whole_recording_in_contraction_is_one_with_a_lower_limit() -> None:
    score = contraction_time(Side.BOTH, events=[contraction(0, 60, Side.BOTH)], quality=quality((0, 60)), parameters=PARAMETERS)
    assert (score.value, score.high) == (1, 1)
    assert 0.5 < score.low < 0.9


def test_burden_is_closure_times_seconds_per_observed_minute() -> None:
    time_s = clock(30)
    half_closed = closed_during(time_s, [contraction(10, 14)], 0.5)
    score = burden(Side.RIGHT, signals(time_s, eye_closure_right=half_closed), [contraction(10, 14)], quality((0, 30)))
    assert score.value == pytest.approx(4, abs=0.05)
    assert score.unit == "closure_s_per_min"
    assert score.low < 4 < score.high


def test_burden_counts_closure_within_contractions_only() -> None:
    time_s = clock(60)
    closed = closed_during(time_s, [blink(5), contraction(10, 12)])
    score = burden(Side.RIGHT, signals(time_s, eye_closure_right=closed), [blink(5), contraction(10, 12)], quality((0, 60)))
    assert score.value == pytest.approx(2, abs=0.05)


def test_burden_of_both_sides_is_the_mean_of_the_two_eyes() -> None:
    time_s = clock(60)
    both = [contraction(10, 14, Side.BOTH)]
    world = signals(time_s, eye_closure_left=closed_during(time_s, both, 1.0), eye_closure_right=closed_during(time_s, both, 0.5))
    assert burden(Side.BOTH, world, both, quality((0, 60))).value == pytest.approx(3, abs=0.05)


def test_a_contraction_of_the_mouth_alone_adds_no_eyelid_burden() -> None:
    time_s = clock(60)
    score = burden(
        Side.RIGHT, signals(time_s, eye_closure_right=np.ones(len(time_s))), [contraction(1, 5, regions=(Region.MOUTH,))], quality((0, 60))
    )
    assert score.value == 0


def test_time_without_the_eyelid_leaves_the_minutes_too() -> None:
    time_s = clock(60)
    closure = np.where(time_s < 30, closed_during(time_s, [contraction(10, 11)]), np.nan)
    score = burden(Side.RIGHT, signals(time_s, eye_closure_right=closure), [contraction(10, 11)], quality((0, 60)))
    assert score.value == pytest.approx(2, abs=0.05)
    assert score.observed_s == pytest.approx(30, abs=0.05)


@pytest.mark.parametrize(("side", "share"), [(Side.LEFT, 0.3), (Side.RIGHT, 0.2), (Side.BOTH, 0.1)])
def test_time_with_closed_eyes_counts_each_eye_and_both_at_once(side: Side, share: float) -> None:
    time_s = clock(60)
    left, right = closed_during(time_s, [contraction(0, 18)]), closed_during(time_s, [contraction(12, 24)])
    world = signals(time_s, eye_closure_left=left, eye_closure_right=right)
    assert eyes_closed_time(side, signals=world, quality=quality((0, 60)), parameters=PARAMETERS).value == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize(("closure", "share"), [(0.79, 0.0), (0.8, 1.0)])
def test_an_eye_is_closed_from_the_closed_level_on(closure: float, share: float) -> None:
    time_s = clock(10)
    world = signals(time_s, eye_closure_left=np.full(len(time_s), closure))
    assert eyes_closed_time(Side.LEFT, signals=world, quality=quality((0, 10)), parameters=PARAMETERS).value == share


def test_frames_that_are_missing_are_not_filled_with_their_neighbours() -> None:
    time_s = np.concatenate([clock(10), 20 + clock(10)])
    world = signals(time_s, eye_closure_left=(time_s > 9).astype(float) * (time_s < 10))
    score = eyes_closed_time(Side.LEFT, signals=world, quality=quality((0, 30)), parameters=PARAMETERS)
    assert score.observed_s == pytest.approx(20, abs=0.25)
    assert score.value == pytest.approx(1 / 20, abs=0.01)


@pytest.mark.parametrize(
    ("left_s", "right_s", "index"), [(3, 0, -1), (0, 3, 1), (2, 2, 0), (1, 3, 0.5)], ids=["left", "right", "alike", "more right"]
)
def test_laterality_runs_from_left_to_right(left_s: float, right_s: float, index: float) -> None:
    events = [contraction(10, 10 + left_s, Side.LEFT), contraction(30, 30 + right_s, Side.RIGHT), contraction(40, 50, Side.BOTH)]
    score = laterality_index(events=events, quality=quality((0, 60)), parameters=PARAMETERS)
    assert score.value == pytest.approx(index)
    assert -1 <= score.low <= index <= score.high <= 1
    assert score.high - score.low > 0.5


def test_laterality_without_a_one_sided_contraction_is_unknown() -> None:
    score = laterality_index(events=[contraction(40, 50, Side.BOTH)], quality=quality((0, 60)), parameters=PARAMETERS)
    assert math.isnan(score.value)
    assert score.reason == "no such contraction was seen"
    assert laterality_index(events=[], quality=quality(), parameters=PARAMETERS).reason == "no time was observed"


def test_more_contractions_on_one_side_make_the_side_surer() -> None:
    few, many = ([contraction(at, at + 1) for at in range(5, 595, step)] for step in (150, 15))
    low_few, low_many = (laterality_index(events=events, quality=quality((0, 600)), parameters=PARAMETERS).low for events in (few, many))
    assert low_few < low_many - 0.2


@pytest.mark.parametrize("side", Side)
def test_without_eyelids_or_time_the_amounts_are_unknown(side: Side) -> None:
    time_s = clock(1)
    no_lids, lids = signals(time_s), signals(time_s, eye_closure_left=np.ones(30), eye_closure_right=np.ones(30))
    for world, seen, reason in ((no_lids, quality((0, 1)), "the eyelids were not measured"), (lids, quality(), "no time was observed")):
        for score in (burden(side, world, [], seen), eyes_closed_time(side, signals=world, quality=seen, parameters=PARAMETERS)):
            assert math.isnan(score.value)
            assert score.reason == reason
    assert math.isnan(contraction_time(side, events=[], quality=quality(), parameters=PARAMETERS).value)
