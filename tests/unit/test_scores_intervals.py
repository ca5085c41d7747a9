"""Intervals against published tables and against arithmetic."""

import math

import numpy as np
import pytest

from spasmograph.measure.scores.intervals import (
    block_bins,
    fisher_z,
    median_interval,
    median_rank,
    memory_bins,
    poisson_interval,
    ratio_interval,
    resampled,
    share_interval,
    survival_median,
    t_limit,
)
from spasmograph.model import Floats
from tests.score_worlds import PARAMETERS


def known(*values: float) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    return np.array(values), np.zeros(len(values), dtype=bool)


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.364, 121.627)]
)
def test_poisson_limits_are_those_of_the_published_tables(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"), [(0, 10, 0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1)]
)
def test_share_limits_are_those_of_the_published_tables(successes: int, trials: int, low: float, high: float) -> None:
    assert share_interval(successes, trials) == pytest.approx((low, high), abs=6e-5)


def test_a_single_yes_or_no_says_almost_nothing() -> None:
    assert share_interval(0, 1) == pytest.approx((0, 0.975))
    low, high = share_interval(0.5, 1)
    assert low < 0.01
    assert high > 0.99


# Ranks (counted from 1) of the classical 95 % interval of the median: 6 -> 1 and 6, 10 -> 2 and 9, 20 -> 6 and 15, 50 -> 18 and 33.
@pytest.mark.parametrize(("count", "rank"), [(1, 0), (5, 0), (6, 1), (10, 2), (20, 6), (50, 18)])
def test_median_ranks_are_the_classical_ones(count: int, rank: int) -> None:
    assert median_rank(count) == rank - 1


def test_the_median_interval_is_a_pair_of_ordered_values() -> None:
    assert median_interval(*known(9, 1, 7, 3, 5, 2, 8, 4, 6, 10)) == (2, 9)


def test_five_values_have_no_interval_of_their_median() -> None:
    assert all(math.isnan(limit) for limit in median_interval(*known(1, 2, 3, 4, 5)))


def test_censored_values_hold_down_the_low_limit_and_open_the_high_one() -> None:
    values, censored = known(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    censored[0] = True
    assert median_interval(values, censored) == (2, 10)
    censored[1] = True
    low, high = median_interval(values, censored)
    assert low == 2
    assert math.isnan(high)


def test_the_kaplan_meier_median_is_the_ordinary_one_when_nothing_is_censored() -> None:
    assert survival_median(*known(3, 1, 2)) == 2
    assert survival_median(*known(4, 1, 2, 3)) == 2.5
    assert survival_median(*known(7)) == 7


def test_the_kaplan_meier_median_of_a_textbook_example() -> None:
    # Remission in weeks under 6-mercaptopurine (Freireich 1963): median 23.
    weeks = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
    censored = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1], dtype=bool)
    assert survival_median(weeks, censored) == 23


def test_the_median_cannot_be_told_if_most_were_cut_off() -> None:
    values, censored = known(1, 2, 3)
    censored[1:] = True
    assert math.isnan(survival_median(values, censored))


def test_resampling_gives_the_same_draw_for_the_same_data() -> None:
    bins = np.random.default_rng(0).random((2, 40))
    assert np.array_equal(resampled(bins, block=5, replicates=50), resampled(bins, block=5, replicates=50))


def test_resampled_blocks_are_runs_of_neighbours_around_the_end() -> None:
    sums = resampled(np.array([[1.0, 10.0, 100.0, 1000.0]]), block=4, replicates=20)
    assert sums == pytest.approx(np.full((1, 20), 1111.0))
    pairs = resampled(np.array([[1.0, 10.0, 100.0, 1000.0]]), block=2, replicates=200)
    assert set(np.unique(pairs).tolist()) <= {a + b for a in (11, 110, 1100, 1001) for b in (11, 110, 1100, 1001)}


def test_the_resampled_variance_is_that_of_independent_bins() -> None:
    bins = np.random.default_rng(5).random((1, 400))
    assert np.var(resampled(bins, block=1, replicates=4000)) == pytest.approx(400 * np.var(bins), rel=0.1)


def test_a_course_without_memory_remembers_half_a_bin_and_a_slow_one_as_long_as_it_lasts() -> None:
    random = np.random.default_rng(2)
    assert memory_bins(random.normal(size=4000)) == pytest.approx(0.5, abs=0.15)
    slow = np.zeros(20000)
    for step in range(1, len(slow)):
        slow[step] = 0.9 * slow[step - 1] + random.normal()
    assert memory_bins(slow) == pytest.approx(0.5 * (1 + 0.9) / (1 - 0.9), rel=0.2)


def test_a_course_that_does_not_vary_has_the_shortest_block() -> None:
    assert memory_bins(np.ones(100)) == 0.5
    assert block_bins(np.ones(100), 50.0, PARAMETERS) == 10


def test_a_block_is_never_longer_than_the_recording() -> None:
    assert block_bins(np.ones(4), 2.0, PARAMETERS) == 4


def test_nothing_seen_in_a_minute_still_has_an_upper_limit() -> None:
    low, high = ratio_interval(np.zeros(120), np.full(120, 0.5), total_s=60, parameters=PARAMETERS)
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 12))


def test_a_recording_shorter_than_a_block_counts_as_one_observation() -> None:
    assert ratio_interval(np.zeros(4), np.full(4, 0.5), total_s=2, parameters=PARAMETERS) == pytest.approx((0, 0.975))


def test_independent_half_seconds_give_the_binomial_interval() -> None:
    random = np.random.default_rng(1)
    part = 0.5 * (random.random(2400) < 0.3)
    low, high = ratio_interval(part, np.full(2400, 0.5), total_s=1200, parameters=PARAMETERS)
    assert high - low == pytest.approx(2 * 1.96 * math.sqrt(0.3 * 0.7 / 2400), rel=0.35)


def test_blocks_in_which_nothing_of_the_whole_happened_are_no_observations() -> None:
    whole = np.zeros(120)
    whole[[5, 65]] = 0.5
    assert ratio_interval(whole, whole, total_s=60, parameters=PARAMETERS) == pytest.approx((0.025 ** (1 / 2), 1))


def test_the_t_limit_widens_with_few_observations() -> None:
    assert t_limit(2) == pytest.approx(12.706, abs=1e-3)
    assert t_limit(100_000) == pytest.approx(1.96, abs=1e-3)


def test_a_perfect_correlation_stays_finite() -> None:
    assert np.isfinite(fisher_z(np.array([-1.0, 1.0]))).all()
