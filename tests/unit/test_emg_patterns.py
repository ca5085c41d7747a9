"""How bursts follow each other: trains, durations and pauses, and everything at once."""

import numpy as np
import pytest

from spasmograph.measure.emg.patterns.activity import both, same_span, within
from spasmograph.measure.emg.patterns.measuring import channel_pattern, measure_patterns, trains
from spasmograph.model import Span, Together
from spasmograph.terms import Side
from tests.emg_pattern_worlds import ORIS, QUICK, irregular, muscle, reading, waves


def test_three_brief_bursts_less_than_a_second_apart_are_a_train() -> None:
    found = channel_pattern(muscle([(1, 1.1), (1.9, 2.0), (2.9, 3.0), (10, 10.1)]), QUICK)
    assert found.trains == (Span(onset_s=1, offset_s=3.0),)
    assert found.in_trains == 3
    assert found.bursts == 4


@pytest.mark.parametrize(
    "times_s",
    [
        [(1, 1.1), (1.9, 2.0)],
        [(1, 1.1), (1.9, 2.0), (3.0, 3.1)],
        [(1, 2.5), (2.6, 2.7), (2.9, 3.0)],
        [(1, 1.1), (1.5, 3.0), (3.1, 3.2), (3.3, 3.4)],
    ],
    ids=["two", "a second between", "a long one and two", "a long one cuts"],
)
def test_what_is_no_train(times_s: list[tuple[float, float]]) -> None:
    assert channel_pattern(muscle(times_s), QUICK).trains == ()


def test_unmeasured_time_cuts_a_train() -> None:
    times_s = [(1, 1.1), (1.4, 1.5), (1.8, 1.9), (2.2, 2.3)]
    whole = muscle(times_s, total_s=5)
    cut = muscle(times_s, total_s=5, observed=((0, 1.6), (1.7, 5)))
    assert len(trains(whole.bursts, whole.observed, QUICK)) == 1
    assert trains(cut.bursts, cut.observed, QUICK) == ()


def test_pauses_run_from_the_end_to_the_next_onset() -> None:
    found = channel_pattern(muscle([(1, 1.2), (2, 2.2), (4, 4.2), (5, 5.2), (7, 7.2)]), QUICK)
    assert found.interval_quartiles_s == pytest.approx((0.8, 1.3, 1.8))
    assert found.duration_quartiles_s == pytest.approx((0.2, 0.2, 0.2))


def test_few_bursts_have_no_quartiles() -> None:
    found = channel_pattern(muscle([(1, 1.2), (2, 2.2)]), QUICK)
    assert np.isnan(found.duration_quartiles_s).all()
    assert np.isnan(found.interval_quartiles_s).all()


def test_a_quiet_muscle_and_an_unmeasured_one_say_why() -> None:
    assert channel_pattern(muscle([]), QUICK).reason == "no burst was seen"
    assert channel_pattern(muscle([], observed=((0, 0),)), QUICK).reason == "no time was observed"


def test_spans_in_common() -> None:
    first, second = np.array([[0.0, 4.0], [6.0, 9.0]]), np.array([[1.0, 2.0], [3.0, 7.0]])
    assert both(first, second).tolist() == [[1, 2], [3, 4], [6, 7]]
    assert both(first, np.zeros((0, 2))).tolist() == []
    assert within(np.array([0.0, 4.0, 8.9]), first).tolist() == [True, False, True]
    assert same_span(np.array([1.0, 3.0]), np.array([2.0, 7.0]), first).tolist() == [True, False]


def test_a_one_sided_recording_at_once() -> None:
    random = np.random.default_rng(0)
    times_s = irregular(0.6, 0.5, 60, random)
    eye = muscle(times_s)
    mouth = muscle(times_s + 0.004, what=ORIS, total_s=eye.quality.observed_s)
    other = muscle([], side=Side.RIGHT, total_s=eye.quality.observed_s)
    found = measure_patterns((eye, mouth, other), waveform=reading(waves(eye, mouth, other)), parameters=QUICK)
    assert [one.channel for one in found.patterns] == [eye.label, mouth.label, other.label]
    assert [one.together for one in found.synchrony] == [Together.SYNCHRONOUS, Together.NOT_TOLD]
    assert {one.pattern_id for one in found.published} >= {"one_sided_synchronous_irregular", "movement_locked"}
    assert len({one.name for one in found.scores}) == len(found.scores)
    assert all(np.isfinite(one.value) or one.reason for one in found.scores)


def test_nothing_at_all_is_no_error() -> None:
    found = measure_patterns((), parameters=QUICK)
    assert [*found.patterns, *found.synchrony, *found.synkinesis, *found.scores] == []
