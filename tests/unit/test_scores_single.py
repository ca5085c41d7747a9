"""Durations, peaks and the brow of single contractions."""

import math

import numpy as np
import pytest

from spasmograph.measure.scores import (
    brow_up_during_closure,
    contraction_duration_longest,
    contraction_duration_median,
    contraction_peak_closure,
    contraction_peak_mouth,
)
from spasmograph.measure.scores.single import brow_rise_mm
from spasmograph.model import Event, Score, Signals
from spasmograph.terms import Region, Side
from tests.score_worlds import PARAMETERS, clock, closed_during, contraction, quality, signals

MINUTE = quality((0, 60))


def lasting(*durations_s: float, cut: int = 0) -> list[Event]:
    """Contractions one after the other; the last `cut` of them were cut off."""
    n = len(durations_s)
    return [contraction(6.0 * k, 6.0 * k + lasts_s, censored=k >= n - cut) for k, lasts_s in enumerate(durations_s)]


def test_the_median_duration_has_an_interval_of_durations() -> None:
    score = contraction_duration_median(Side.RIGHT, events=lasting(1, 2, 3, 4, 0.5, 0.25, 5), quality=MINUTE)
    assert (score.value, score.low, score.high) == (2, 0.25, 5)
    assert score.reason == ""


def test_few_contractions_have_a_median_without_an_interval() -> None:
    score = contraction_duration_median(Side.RIGHT, events=lasting(1, 2, 3), quality=MINUTE)
    assert score.value == 2
    assert math.isnan(score.low)
    assert "fewer than six" in score.reason


def test_contractions_that_were_cut_off_raise_the_median() -> None:
    whole = contraction_duration_median(Side.RIGHT, events=lasting(1, 2, 3, 4, 5, 6, 2.5), quality=MINUTE)
    cut = contraction_duration_median(Side.RIGHT, events=lasting(1, 2, 3, 4, 5, 6, 2.5, cut=1), quality=MINUTE)
    assert whole.value == 3
    assert cut.value == 4
    assert math.isnan(cut.high)
    assert "upper limit open" in cut.reason


def test_mostly_cut_off_contractions_have_no_median_but_a_low_limit() -> None:
    score = contraction_duration_median(Side.RIGHT, events=lasting(1, 2, 3, 4, 5, 6, cut=5), quality=MINUTE)
    assert math.isnan(score.value)
    assert score.low == 1
    assert "half of the contractions" in score.reason


def test_the_longest_is_a_fact_unless_one_was_cut_off() -> None:
    whole = contraction_duration_longest(Side.RIGHT, events=lasting(1, 3, 2), quality=MINUTE)
    assert (whole.value, whole.low, whole.high) == (3, 3, 3)
    cut = contraction_duration_longest(Side.RIGHT, events=lasting(1, 3, 2, cut=1), quality=MINUTE)
    assert (cut.value, cut.low) == (3, 3)
    assert math.isnan(cut.high)


def test_closure_and_millimetres_are_never_mixed() -> None:
    lid, mouth = contraction(1, 2, peak=0.6), contraction(5, 6, regions=(Region.MOUTH,), mouth_mm=7)
    both = contraction(9, 10, regions=(Region.EYELID, Region.MOUTH), peak=0.8, mouth_mm=3)
    closure = contraction_peak_closure(Side.RIGHT, events=[lid, mouth, both], quality=MINUTE)
    millimetres = contraction_peak_mouth(Side.RIGHT, events=[lid, mouth, both], quality=MINUTE)
    assert closure.value == pytest.approx(0.7)
    assert millimetres.value == 5
    assert (closure.unit, millimetres.unit) == ("closure", "mm")


def test_a_mouth_drawn_down_has_moved_as_far_as_one_drawn_up() -> None:
    events = [contraction(at, at + 1, regions=(Region.MOUTH,), mouth_mm=mm) for at, mm in ((1, 4), (3, -6))]
    assert contraction_peak_mouth(Side.RIGHT, events=events, quality=MINUTE).value == 5


def test_a_peak_of_both_sides_is_the_mean_of_the_two() -> None:
    event = contraction(1, 2, Side.BOTH)
    uneven = [Event(**{**{name: getattr(event, name) for name in event.__slots__}, "peaks": {"eyelid_left": 0.5, "eyelid_right": 1.0}})]
    assert contraction_peak_closure(Side.BOTH, events=uneven, quality=MINUTE).value == 0.75


@pytest.mark.parametrize("score", [contraction_duration_median, contraction_duration_longest, contraction_peak_closure, contraction_peak_mouth])
def test_without_a_contraction_there_is_nothing_to_say(score: object) -> None:
    told = score(Side.LEFT, events=lasting(1, 2), quality=MINUTE)  # type: ignore[operator]
    assert isinstance(told, Score)
    assert math.isnan(told.value)
    assert told.reason == "no such contraction was seen"


def brow_world(events: list[Event], rise_mm: float) -> Signals:
    """The eye closes in the events and the brow moves with it, from a height of 20 mm that differs before each event."""
    time_s = clock(60)
    closure = closed_during(time_s, events)
    return signals(time_s, eye_closure_right=closure, brow_height_right_mm=20 + np.floor(time_s / 10) + rise_mm * closure)


@pytest.mark.parametrize(("rise_mm", "share"), [(3.0, 1.0), (1.1, 1.0), (0.9, 0.0), (-2.0, 0.0)])
def test_the_brow_is_up_if_it_rises_by_more_than_a_millimetre(rise_mm: float, share: float) -> None:
    events = [contraction(at + 5, at + 6) for at in range(0, 60, 10)]
    score = brow_up_during_closure(Side.RIGHT, signals=brow_world(events, rise_mm), events=events, quality=MINUTE, parameters=PARAMETERS)
    assert score.value == share
    assert (score.low, score.high) == pytest.approx((0.5407, 1) if share else (0, 0.4593), abs=1e-4)


def test_only_eyelid_contractions_of_that_side_are_asked_for_their_brow() -> None:
    events = [contraction(5, 6), contraction(15, 16, Side.BOTH), contraction(25, 26, regions=(Region.MOUTH,))]
    world = brow_world(events[:1], 3.0)
    score = brow_up_during_closure(Side.RIGHT, signals=world, events=events, quality=MINUTE, parameters=PARAMETERS)
    assert score.value == 1
    assert score.low == pytest.approx(0.025)


def test_an_eye_that_only_widens_in_the_event_still_has_a_brow() -> None:
    time_s = clock(10)
    world = signals(time_s, eye_closure_left=np.full(len(time_s), -0.05), brow_height_left_mm=np.where(time_s < 4, 0.0, 2.0))
    assert brow_rise_mm(contraction(4, 6, Side.LEFT), Side.LEFT, world, baseline_s=1.0) == pytest.approx(2)


def test_a_brow_is_measured_while_the_eye_is_closed_not_while_it_opens() -> None:
    time_s = clock(10)
    closure = np.clip(np.minimum(time_s - 4, 6 - time_s), 0, 1)
    world = signals(time_s, eye_closure_left=closure, brow_height_left_mm=np.where(closure >= 0.5, 2.0, 0.0))
    assert brow_rise_mm(contraction(4, 6, Side.LEFT), Side.LEFT, world, baseline_s=1.0) == pytest.approx(2)


def test_a_brow_that_was_not_seen_before_or_during_is_left_out() -> None:
    events = [contraction(0, 1), contraction(5, 6)]
    world = brow_world(events, 3.0)
    hidden = signals(world.time_s, **{**world.values, "brow_height_right_mm": np.where(world.time_s < 5, np.nan, 20.0)})
    score = brow_up_during_closure(Side.RIGHT, signals=hidden, events=events, quality=MINUTE, parameters=PARAMETERS)
    assert math.isnan(score.value)
    assert score.reason == "the brow was not measured during a contraction"


def test_without_a_brow_signal_the_sign_is_unknown() -> None:
    score = brow_up_during_closure(Side.LEFT, signals=signals(clock(60)), events=[], quality=MINUTE, parameters=PARAMETERS)
    assert score.reason == "the brow was not measured"
