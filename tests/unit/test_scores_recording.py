"""All scores of a recording at once."""

import math
from dataclasses import replace

import numpy as np
import pytest

from spasmograph.measure.scores import score_recording
from spasmograph.measure.simulate import NONE, simulate_quality, simulate_signals
from spasmograph.model import Quality, Score, Signals
from spasmograph.script import demo_script
from spasmograph.terms import Side, Task, Verdict
from tests.score_worlds import PARAMETERS, by_name, quality

SCRIPT = demo_script(60.0)
WORLD = simulate_signals(SCRIPT, disturbance=NONE)
SEEN = simulate_quality(SCRIPT)
RATES = {"blink_rate", "contraction_rate_left", "contraction_rate_right", "contraction_rate_both"}


def scores(world: Signals = WORLD, seen: Quality = SEEN, task: Task = Task.REST) -> tuple[Score, ...]:
    return score_recording(signals=world, events=SCRIPT.events(), quality=seen, task=task, parameters=PARAMETERS)


def test_every_score_has_its_own_name_a_label_and_a_unit() -> None:
    told = scores()
    assert len(by_name(told)) == len(told)
    assert all(score.label and score.unit for score in told)


def test_a_number_lies_within_its_interval_and_no_number_has_a_reason() -> None:
    for score in scores():
        if math.isnan(score.value):
            assert score.reason, score.name
        elif not math.isnan(score.low):
            assert score.low <= score.value <= score.high, score.name


def test_the_demo_is_a_spasm_of_the_right_side_with_mouth_and_brow() -> None:
    told = by_name(scores())
    assert told["contraction_rate_right"].value == 10
    assert told["contraction_rate_left"].value == 0
    assert told["laterality_index"].value == 1
    assert told["eye_mouth_synchrony_p_right"].value < 0.01
    assert told["eye_mouth_synchrony_p_left"].value > 0.05
    assert told["brow_up_during_closure_right"].value == pytest.approx(0.1)


@pytest.mark.parametrize("side", Side)
def test_each_side_has_every_sided_score(side: Side) -> None:
    names = set(by_name(scores()))
    kinds = ("rate", "time", "burden", "duration_median", "duration_longest", "peak_closure", "peak_mouth")
    assert {f"contraction_{kind}_{side}" for kind in kinds} <= names


def test_too_few_frames_leave_the_rates_alone() -> None:
    full, counted = by_name(scores()), by_name(scores(seen=replace(SEEN, verdict=Verdict.COUNTS_ONLY)))
    assert set(counted) == set(full)
    for name, score in counted.items():
        assert (score == full[name]) is (name in RATES)
        assert math.isnan(score.value) is (name not in RATES)
    assert counted["contraction_time_right"].reason == "too few frames a second for more than counts"


def test_a_refused_recording_has_no_numbers() -> None:
    refused = scores(seen=replace(SEEN, verdict=Verdict.REFUSED))
    assert all(math.isnan(score.value) and math.isnan(score.low) and score.reason and not score.norms for score in refused)


def test_nothing_observed_is_nan_with_a_reason_throughout() -> None:
    assert all(math.isnan(score.value) and score.reason for score in scores(seen=quality(duration_s=60)))


def test_signals_that_are_missing_cost_only_the_scores_that_need_them() -> None:
    told = by_name(scores(world=Signals(time_s=WORLD.time_s, values={})))
    assert told["contraction_rate_right"].value == 10
    assert told["contraction_time_right"].value > 0
    assert math.isnan(told["contraction_burden_right"].value)


def test_signals_without_a_single_sample_are_no_error() -> None:
    empty = Signals(time_s=np.zeros(0), values={name: np.zeros(0) for name in WORLD})
    assert math.isnan(by_name(scores(world=empty))["eyes_closed_time"].value)


def test_the_same_recording_gives_the_same_scores_to_the_last_digit() -> None:
    assert repr(scores()) == repr(scores())
