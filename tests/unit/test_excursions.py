"""One signal in, excursions out: heights, edges, gaps and stalls, at any frame rate."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.measure.excursions import Excursion, ExcursionDetector, ExcursionRule

RULE = ExcursionRule(on=0.3, off=0.5, edge=0.1, rise_s=1.5, fall_s=0.15, gap_s=0.12)


def found(time_s: np.ndarray, values: np.ndarray, rule: ExcursionRule = RULE) -> list[Excursion]:
    """All excursions of a signal."""
    detector = ExcursionDetector(rule)
    ended = [e for t, v in zip(time_s.tolist(), values.tolist(), strict=True) for e in detector.update(t, v)]
    return ended + detector.close()


def trapezoid(time_s: np.ndarray, *, onset_s: float, rise_s: float, hold_s: float, height: float) -> np.ndarray:
    """0, up in `rise_s`, `height` for `hold_s`, down in `rise_s`."""
    offset_s = onset_s + 2 * rise_s + hold_s
    return np.asarray(height * np.interp(time_s, [onset_s, onset_s + rise_s, offset_s - rise_s, offset_s], [0, 1, 1, 0]))


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 240.0])
def test_edges_lie_at_the_stated_share_whatever_the_frame_rate(rate_hz: float) -> None:
    time_s = np.arange(0, 4, 1 / rate_hz)
    (one,) = found(time_s, trapezoid(time_s, onset_s=1.0, rise_s=0.2, hold_s=0.3, height=1.0))
    assert one.onset_s == pytest.approx(1.02, abs=0.005)
    assert one.offset_s == pytest.approx(1.68, abs=0.005)
    assert one.peak == pytest.approx(1.0, abs=0.02)
    assert not one.censored
    assert not one.stalled


def test_what_stays_below_on_is_nothing() -> None:
    time_s = np.arange(0, 4, 1 / 30)
    assert found(time_s, trapezoid(time_s, onset_s=1.0, rise_s=0.1, hold_s=0.5, height=0.29)) == []


def test_a_slow_drift_is_rest() -> None:
    time_s = np.arange(0, 60, 1 / 30)
    assert found(time_s, time_s / 60) == []


def test_height_is_counted_from_rest_not_from_zero() -> None:
    time_s = np.arange(0, 4, 1 / 30)
    (one,) = found(time_s, 5 + trapezoid(time_s, onset_s=2.0, rise_s=0.1, hold_s=0.2, height=0.5))
    assert one.peak == pytest.approx(0.5, abs=0.01)
    assert one.rest == pytest.approx(5.0, abs=0.02)
    assert one.top == pytest.approx(5.5)


def test_what_is_open_at_the_end_or_at_a_gap_is_censored_and_nothing_spans_the_gap() -> None:
    time_s = np.arange(0, 4, 1 / 30)
    values = trapezoid(time_s, onset_s=1.0, rise_s=0.1, hold_s=5.0, height=1.0)
    values[(time_s > 2.0) & (time_s < 2.5)] = np.nan
    before, after = found(time_s, values)
    assert before.censored
    assert before.offset_s <= 2.0 + 1e-9
    assert after.censored
    assert after.onset_s >= 2.5 - 1e-9


def test_missing_frames_are_a_gap_too() -> None:
    time_s = np.arange(0, 4, 1 / 30)
    values = trapezoid(time_s, onset_s=1.0, rise_s=0.1, hold_s=1.5, height=1.0)
    kept = (time_s < 1.5) | (time_s > 1.9)
    assert [e.censored for e in found(time_s[kept], values[kept])] == [True, True]


def test_one_missing_frame_is_bridged() -> None:
    time_s = np.arange(0, 4, 1 / 30)
    values = trapezoid(time_s, onset_s=1.0, rise_s=0.1, hold_s=0.5, height=1.0)
    values[40] = np.nan
    (one,) = found(time_s, values)
    assert not one.censored


def test_a_stalled_rise_becomes_rest_and_what_stands_on_it_counts_by_itself() -> None:
    rule = replace(RULE, level=0.7, stall_s=0.25)
    time_s = np.arange(0, 4, 1 / 30)
    shelf = trapezoid(time_s, onset_s=0.5, rise_s=0.1, hold_s=3.0, height=0.4)
    blink = trapezoid(time_s, onset_s=2.0, rise_s=0.08, hold_s=0.05, height=0.6)
    first, second = found(time_s, shelf + blink, rule)[:2]
    assert first.stalled
    assert not second.stalled
    assert second.onset_s == pytest.approx(2.0, abs=0.04)
    assert second.peak == pytest.approx(0.6, abs=0.05)


@given(st.lists(st.floats(-1e3, 1e3) | st.just(float("nan")), max_size=200), st.integers(0, 2**32 - 1))
def test_any_signal_gives_ordered_excursions_of_at_least_on(values: list[float], seed: int) -> None:
    time_s = np.cumsum(np.random.default_rng(seed).uniform(0.005, 0.2, len(values)))
    for one in found(time_s, np.array(values)):
        assert one.onset_s <= one.apex_s <= one.offset_s
        assert one.peak >= RULE.on - 1e-9
        assert time_s[0] <= one.onset_s
        assert one.offset_s <= time_s[-1]


@given(st.floats(-1e4, 1e4), st.integers(0, 100))
def test_a_shift_in_time_shifts_and_changes_nothing_else(by_s: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    time_s, values = np.arange(150) / 29.97, np.abs(np.cumsum(random.normal(0, 0.1, 150)))
    here, there = found(time_s, values), found(time_s + by_s, values)
    assert len(here) == len(there)
    for one, other in zip(here, there, strict=True):
        assert other.onset_s - by_s == pytest.approx(one.onset_s, abs=1e-6)
        assert other.peak == pytest.approx(one.peak, rel=1e-6, abs=1e-9)
