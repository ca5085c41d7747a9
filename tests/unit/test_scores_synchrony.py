"""What moves together, and what only seems to."""

import math

import numpy as np
import pytest

from spasmograph.measure.scores import bilateral_synchrony, eye_mouth_synchrony
from spasmograph.model import Event, Floats, Quality, Score, Signals
from spasmograph.terms import Side
from tests.score_worlds import PARAMETERS, blink, by_name, clock, closed_during, contraction, quality, signals

MINUTE = quality((0, 60))
RIGHT = [contraction(at, at + 0.8) for at in (4.0, 11.0, 17.5, 30.0, 41.3, 52.0)]
LEFT = [contraction(at, at + 0.8, Side.LEFT) for at in (7.1, 14.0, 22.5, 35.0, 46.3, 57.0)]


def eyelids(left: Floats, right: Floats, events: list[Event] | None = None) -> dict[str, Score]:
    world = signals(clock(60), eye_closure_left=left, eye_closure_right=right)
    return by_name(bilateral_synchrony(signals=world, events=events or [], quality=MINUTE, parameters=PARAMETERS))


def eye_and_mouth(eye: Floats, mouth_mm: Floats) -> dict[str, Score]:
    world = signals(clock(60), eye_closure_left=eye, oral_commissure_excursion_left_mm=mouth_mm)
    return by_name(eye_mouth_synchrony(Side.LEFT, signals=world, quality=MINUTE, parameters=PARAMETERS))


def test_eyelids_that_always_close_alike_share_everything_and_chance_does_not_explain_it() -> None:
    both = closed_during(clock(60), RIGHT)
    scores = eyelids(both, both)
    assert scores["bilateral_synchrony"].value == pytest.approx(1)
    assert scores["bilateral_synchrony"].low > 0.4
    assert scores["bilateral_synchrony_null"].value < 0.15
    assert scores["bilateral_synchrony_p"].value < 0.01


def test_eyelids_that_never_close_together_share_nothing() -> None:
    scores = eyelids(closed_during(clock(60), LEFT), closed_during(clock(60), RIGHT))
    assert scores["bilateral_synchrony"].value == pytest.approx(0)
    assert scores["bilateral_synchrony"].high < 0.5
    assert scores["bilateral_synchrony_p"].value == 1


def test_half_the_closure_on_the_other_side_is_half_shared_beyond_the_still_level() -> None:
    right = closed_during(clock(60), RIGHT)
    assert eyelids(0.55 * right, right)["bilateral_synchrony"].value == pytest.approx(0.45 / 0.9)


def test_blinks_do_not_make_a_one_sided_spasm_bilateral() -> None:
    blinks = [blink(at) for at in (2.0, 9.0, 20.0, 27.0, 38.0, 49.0)]
    blinking, spasm = closed_during(clock(60), blinks), closed_during(clock(60), RIGHT)
    scores = eyelids(blinking, np.maximum(blinking, spasm), blinks)
    assert scores["bilateral_synchrony"].value == pytest.approx(0, abs=1e-9)
    assert scores["bilateral_synchrony"].observed_s == pytest.approx(60 - 6 * 0.5, abs=0.2)
    counted = eyelids(blinking, np.maximum(blinking, spasm))
    assert counted["bilateral_synchrony"].value > 0.2


def test_a_little_leak_of_one_eye_into_the_other_stays_below_the_still_level() -> None:
    right = closed_during(clock(60), RIGHT)
    assert eyelids(0.08 * right, right)["bilateral_synchrony"].value == 0


def test_eyes_that_never_move_cannot_be_compared() -> None:
    scores = eyelids(np.full(1800, 0.05), np.full(1800, 0.05))
    assert all(math.isnan(score.value) for score in scores.values())
    assert all("did not move" in score.reason for score in scores.values())


def test_a_mouth_that_moves_with_the_eye_is_correlated_beyond_chance() -> None:
    eye = closed_during(clock(60), RIGHT)
    scores = eye_and_mouth(eye, 6 * eye)
    score, null, p = (scores[f"eye_mouth_synchrony{part}_left"] for part in ("", "_null", "_p"))
    assert score.value == pytest.approx(1)
    assert null.low <= null.value <= null.high < score.low
    assert p.value < 0.01


def test_a_mouth_that_moves_at_other_times_is_within_chance() -> None:
    scores = eye_and_mouth(closed_during(clock(60), RIGHT), closed_during(clock(60), LEFT, 6.0))
    score, null, p = (scores[f"eye_mouth_synchrony{part}_left"] for part in ("", "_null", "_p"))
    assert score.value < 0
    assert score.low < 0 < score.high
    assert null.low < 0 < null.high
    assert p.value > 0.3


def test_a_mouth_that_moves_less_than_a_millimetre_with_the_eye_is_still() -> None:
    eye = closed_during(clock(60), RIGHT)
    assert "did not move" in eye_and_mouth(eye, 0.9 * eye)["eye_mouth_synchrony_left"].reason


def test_a_mouth_that_is_drawn_down_with_the_eye_moves_too() -> None:
    eye = closed_during(clock(60), RIGHT)
    assert eye_and_mouth(eye, -6 * eye)["eye_mouth_synchrony_left"].value == pytest.approx(1)


def test_a_mouth_that_moves_with_each_blink_counts() -> None:
    eye = closed_during(clock(60), [blink(at) for at in (2.0, 9.0, 20.0, 27.0, 38.0, 49.0)])
    assert eye_and_mouth(eye, 3 * eye)["eye_mouth_synchrony_p_left"].value < 0.01


def test_a_coincidence_within_two_seconds_is_not_taken_for_chance() -> None:
    eye = closed_during(clock(60), [contraction(10, 11)])
    near, far = closed_during(clock(60), [contraction(11.5, 12.5)], 5.0), closed_during(clock(60), [contraction(13.5, 14.5)], 5.0)
    assert eye_and_mouth(eye, near)["eye_mouth_synchrony_null_left"].value < 0
    assert eye_and_mouth(eye, far)["eye_mouth_synchrony_p_left"].value > 0.9
    assert eye_and_mouth(eye, far)["eye_mouth_synchrony_null_left"].value > eye_and_mouth(eye, near)["eye_mouth_synchrony_null_left"].value + 0.005


@pytest.mark.parametrize(
    ("world", "seen", "reason"),
    [
        (signals(clock(60), eye_closure_left=np.ones(1800)), MINUTE, "one of the two was not measured"),
        (
            signals(
                clock(60), eye_closure_left=np.full(1800, np.nan), eye_closure_right=np.ones(1800), oral_commissure_excursion_left_mm=np.ones(1800)
            ),
            MINUTE,
            "no time was observed",
        ),
        (
            signals(clock(5), eye_closure_left=np.ones(150), eye_closure_right=np.ones(150), oral_commissure_excursion_left_mm=np.ones(150)),
            quality((0, 5)),
            "too little time was seen to tell synchrony from chance",
        ),
    ],
    ids=["missing", "never seen", "short"],
)
def test_what_cannot_be_compared_says_why(world: Signals, seen: Quality, reason: str) -> None:
    for score in (
        *bilateral_synchrony(signals=world, events=[], quality=seen, parameters=PARAMETERS),
        *eye_mouth_synchrony(Side.LEFT, signals=world, quality=seen, parameters=PARAMETERS),
    ):
        assert math.isnan(score.value)
        assert score.reason == reason


def test_one_long_movement_leaves_the_correlation_open() -> None:
    eye = closed_during(clock(60), [contraction(10, 40)])
    score = eye_and_mouth(eye, 6 * np.roll(eye, 60))["eye_mouth_synchrony_left"]
    assert score.high - score.low > 1.9


def test_few_seconds_leave_the_correlation_entirely_open() -> None:
    eye = closed_during(clock(60), [contraction(3, 4)])
    world = signals(clock(60), eye_closure_left=eye, oral_commissure_excursion_left_mm=6 * eye)
    score = eye_mouth_synchrony(Side.LEFT, signals=world, quality=quality((0, 12)), parameters=PARAMETERS)[0]
    assert score.value == pytest.approx(1)
    assert (score.low, score.high) == (-1, 1)


def test_an_hour_is_compared_at_evenly_spread_shifts() -> None:
    time_s = clock(3600, 10)
    eye = closed_during(time_s, [contraction(at, at + 1) for at in np.arange(3, 3600, 9.7).tolist()])
    world = signals(time_s, eye_closure_left=eye, eye_closure_right=eye)
    scores = by_name(bilateral_synchrony(signals=world, events=[], quality=quality((0, 3600)), parameters=PARAMETERS))
    assert scores["bilateral_synchrony"].value == pytest.approx(1)
    assert scores["bilateral_synchrony_p"].value < 0.1
