"""One signal in, excursions out: where they begin, peak and end, and what is none."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from spasmograph.measure.excursions import Excursion, ExcursionDetector, ExcursionRule
from tests.worlds import Array, clock

RULE = ExcursionRule(on=0.2, off=0.5, edge=0.12, rise_s=1.5, fall_s=0.15, gap_s=0.1)
TEN = clock(10.0)


def run(time_s: Array, values: Array, rule: ExcursionRule = RULE) -> list[Excursion]:
    """All excursions of a signal."""
    detector = ExcursionDetector(rule)
    ended = [e for at, value in zip(time_s.tolist(), values.tolist(), strict=True) for e in detector.update(at, value)]
    return ended + detector.close()


def hill(time_s: Array, onset_s: float, offset_s: float, height: float = 1.0, edge_s: float = 0.2) -> Array:
    """A straight rise, a top and a straight fall."""
    return np.interp(time_s, [onset_s, onset_s + edge_s, offset_s - edge_s, offset_s], [0.0, height, height, 0.0])


def test_a_still_signal_has_none() -> None:
    assert run(TEN, np.full(len(TEN), 0.4)) == []


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 240.0])
@pytest.mark.parametrize("level", [0.0, -3.0, 5.0])
def test_edges_are_where_the_signal_passes_the_stated_share(rate_hz: float, level: float) -> None:
    """At any frame rate and above any rest; 12 % of a rise of 0.2 s is 24 ms."""
    time_s = clock(10.0, rate_hz)
    (found,) = run(time_s, level + hill(time_s, 4.0, 5.0))
    assert found.onset_s == pytest.approx(4.024, abs=0.01)
    assert found.offset_s == pytest.approx(4.976, abs=0.01)
    assert 4.19 <= found.apex_s <= 4.81
    assert (found.rest, found.top, found.peak) == pytest.approx((level, level + 1.0, 1.0), abs=0.02)
    assert not found.censored
    assert not found.stalled


@pytest.mark.parametrize(("height", "count"), [(0.1, 0), (0.19, 0), (0.25, 1), (1.0, 1)])
def test_it_takes_a_height_to_start(height: float, count: int) -> None:
    assert len(run(TEN, hill(TEN, 4.0, 5.0, height))) == count


def test_a_signal_that_begins_high_finds_its_rest_when_it_falls() -> None:
    """Eyes that are shut when the film begins: rest is where they open."""
    (found,) = run(TEN, np.where(TEN < 3.0, 1.0, 0.0) + hill(TEN, 6.0, 7.0))
    assert (found.onset_s, found.offset_s) == pytest.approx((6.024, 6.976), abs=0.01)
    assert found.rest == pytest.approx(0.0, abs=0.01)


def test_a_slow_drift_is_a_moving_rest() -> None:
    assert run(clock(60.0), np.linspace(0.0, 2.0, 1800)) == []


def test_a_hill_on_a_drift_is_measured_from_where_it_stands() -> None:
    time_s = clock(60.0)
    (found,) = run(time_s, time_s / 60.0 + hill(time_s, 40.0, 41.0))
    assert found.peak == pytest.approx(1.0, abs=0.1)


def test_two_hills_are_two() -> None:
    found = run(TEN, hill(TEN, 2.0, 2.8) + hill(TEN, 3.0, 3.8, 0.5))
    assert [e.peak for e in found] == pytest.approx([1.0, 0.5], abs=0.02)
    assert found[0].offset_s <= found[1].onset_s


def test_a_dip_that_does_not_reach_the_half_is_part_of_it() -> None:
    (found,) = run(TEN, hill(TEN, 2.0, 6.0) - hill(TEN, 3.5, 4.5, 0.4))
    assert (found.onset_s, found.offset_s) == pytest.approx((2.0, 6.0), abs=0.05)


@pytest.mark.parametrize("before_s", [1.0, 2.0, 4.0, 8.0])
def test_a_new_rise_out_of_the_tail_begins_there_however_long_the_first_lasted(before_s: float) -> None:
    time_s = clock(20.0)
    turn_s = 2.0 + before_s
    values = np.interp(time_s, [2.0, 2.2, turn_s, turn_s + 0.2, turn_s + 0.4, turn_s + 1.4, turn_s + 1.6], [0, 1, 1, 0.35, 1, 1, 0])
    first, second = run(time_s, values)
    assert first.onset_s == pytest.approx(2.024, abs=0.02)
    assert first.offset_s == pytest.approx(turn_s + 0.2, abs=0.1)
    assert second.onset_s == pytest.approx(turn_s + 0.2, abs=0.07)
    assert second.onset_s >= first.offset_s
    assert second.offset_s == pytest.approx(turn_s + 1.55, abs=0.1)


def test_a_long_one_keeps_its_onset() -> None:
    time_s = clock(60.0)
    (found,) = run(time_s, hill(time_s, 5.0, 50.0) + 0.05 * np.linspace(0, 1, len(time_s)))
    assert (found.onset_s, found.offset_s) == pytest.approx((5.02, 49.98), abs=0.05)


@pytest.mark.parametrize("tail", [0.2, 0.3, 0.45])
def test_a_tail_that_stays_up_ends_it_soon(tail: float) -> None:
    """The eye opens most of the way and stays a little narrower: the end is not put off for long."""
    values = np.maximum(hill(TEN, 2.0, 3.0), np.where(TEN > 2.9, tail, 0.0))
    found = run(TEN, values)[0]
    assert found.offset_s == pytest.approx(3.0, abs=0.4)


# What was not seen.


def test_what_is_open_at_the_end_is_censored() -> None:
    (found,) = run(TEN, hill(TEN, 8.0, 12.0))
    assert found.censored
    assert found.offset_s == pytest.approx(TEN[-1])


def test_what_is_open_from_the_start_is_not_known_to_be_one() -> None:
    """The first sample is the only rest there is; nothing rises above it."""
    assert run(TEN, np.where(TEN < 3.0, 1.0, 0.0)) == []


@pytest.mark.parametrize("frames", [1, 2])
def test_a_short_gap_does_not_cut(frames: int) -> None:
    values = hill(TEN, 4.0, 6.0)
    values[150 : 150 + frames] = np.nan
    (found,) = run(TEN, values)
    assert not found.censored
    assert found.offset_s == pytest.approx(5.976, abs=0.01)


@pytest.mark.parametrize("drop", [False, True])
def test_a_long_gap_cuts_and_censors_both_parts(drop: bool) -> None:
    """Whether the frames are there without a face, or are not there at all."""
    values = hill(TEN, 4.0, 8.0)
    gone = (TEN >= 5.0) & (TEN < 6.0)
    before, after = run(TEN[~gone], values[~gone]) if drop else run(TEN, np.where(gone, np.nan, values))
    assert (before.censored, after.censored) == (True, True)
    assert before.offset_s <= 5.0
    assert after.onset_s >= 6.0
    assert after.offset_s == pytest.approx(7.976, abs=0.01)


def test_rest_survives_a_gap() -> None:
    values = np.where((TEN > 4.0) & (TEN < 6.0), np.nan, 0.3)
    assert run(TEN, values) == []


@pytest.mark.parametrize("make", [lambda: np.full(300, np.nan), lambda: np.empty(0), lambda: np.zeros(1), lambda: np.array([np.nan, 0.0, np.nan])])
def test_little_or_nothing_gives_nothing(make: Callable[[], Array]) -> None:
    values = make()
    assert run(TEN[: len(values)], values) == []


# A new rest.


def test_a_rise_that_stalls_below_the_level_is_a_new_rest() -> None:
    rule = replace(RULE, level=0.7, stall_s=0.7)
    values = np.interp(TEN, [2.0, 2.3, 10.0], [0.0, 0.4, 0.4])
    (found,) = run(TEN, values, rule)
    assert found.stalled
    assert found.offset_s == pytest.approx(3.0, abs=0.1)


def test_a_hill_upon_the_new_rest_is_measured_from_it() -> None:
    rule = replace(RULE, level=0.7, stall_s=0.7)
    values = np.interp(TEN, [2.0, 2.3, 10.0], [0.0, 0.4, 0.4]) + hill(TEN, 6.0, 6.6, 0.6)
    stalled, found = run(TEN, values, rule)
    assert (stalled.stalled, found.stalled) == (True, False)
    assert found.rest == pytest.approx(0.4, abs=0.02)
    assert found.peak == pytest.approx(0.6, abs=0.03)


def test_above_the_level_nothing_stalls() -> None:
    (found,) = run(TEN, hill(TEN, 2.0, 8.0), replace(RULE, level=0.7, stall_s=0.7))
    assert not found.stalled
    assert found.duration_s == pytest.approx(5.95, abs=0.05)


# What waits.


def test_while_one_is_open_it_says_since_when() -> None:
    detector = ExcursionDetector(RULE)
    values = hill(TEN, 4.0, 6.0)
    for at, value in zip(TEN.tolist(), values.tolist(), strict=True):
        detector.update(at, value)
        inside = 4.1 < at < 5.9
        if inside:
            assert detector.active
            assert detector.pending_since_s <= 4.024
        if at < 4.0 or at > 6.1:
            assert not detector.active
            assert detector.pending_since_s == float("inf")


# A dip of a frame or two.


def dipped(rate_hz: float, lasting_s: float) -> tuple[Array, Array]:
    """A top that gives way for a moment, to well below half of its height."""
    time_s = clock(10.0, rate_hz)
    return time_s, hill(time_s, 4.0, 5.0) * np.where((time_s >= 4.5) & (time_s < 4.5 + lasting_s), 0.3, 1.0)


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 240.0])
def test_a_dip_shorter_than_any_muscle_can_make_is_none(rate_hz: float) -> None:
    (found,) = run(*dipped(rate_hz, 0.03))
    assert (found.onset_s, found.offset_s) == pytest.approx((4.024, 4.976), abs=0.01)


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 240.0])
def test_a_longer_one_parts_two(rate_hz: float) -> None:
    assert len(run(*dipped(rate_hz, 0.15))) == 2
