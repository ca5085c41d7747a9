"""The envelope says how strongly a muscle works, sample by sample and on the grid that is kept."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.measure.emg.bursts.envelope import EnvelopeStream, StoredEnvelope, envelope, moving_means, moving_sum


def stored(samples: np.ndarray, rate_hz: float, cuts: Sequence[int] = ()) -> np.ndarray:
    keeper = StoredEnvelope(rate_hz=rate_hz)
    for part in np.split(samples, cuts):
        keeper.update(part)
    keeper.close()
    return np.asarray(keeper.values_uv)


def test_a_sine_has_its_amplitude_over_root_two() -> None:
    course = envelope(10 * np.sin(2 * np.pi * 80 * np.arange(4000) / 2000), rate_hz=2000.0)
    assert course[100:-100] == pytest.approx(10 / np.sqrt(2), rel=0.02)


def test_a_constant_is_its_own_envelope_up_to_both_ends() -> None:
    assert envelope(np.full(300, -4.0), rate_hz=1000.0) == pytest.approx(4.0)


def test_the_window_is_centred() -> None:
    course = envelope(np.where(np.arange(401) == 200, 5.0, 0.0), rate_hz=1000.0, window_s=0.025)
    assert np.flatnonzero(course).tolist() == list(range(188, 213))
    assert course[200] == pytest.approx(1.0)


def test_missing_samples_are_missing_and_do_not_weigh_on_their_neighbours() -> None:
    samples = np.full(300, 3.0)
    samples[100:150] = np.nan
    course = envelope(samples, rate_hz=1000.0)
    assert np.array_equal(np.isnan(course), np.isnan(samples))
    assert course[~np.isnan(samples)] == pytest.approx(3.0)


def test_a_huge_value_leaves_nothing_behind() -> None:
    samples = np.full(1000, 1e-3)
    samples[500] = 1e9
    assert envelope(samples, rate_hz=1000.0)[600:] == pytest.approx(1e-3, rel=1e-9)


@pytest.mark.parametrize(("rate_hz", "count"), [(1000.0, 5), (2000.0, 10), (1024.0, 7), (5000.0, 25), (250.0, 1), (100.0, 1)])
def test_the_kept_grid_reaches_from_zero_to_the_end(rate_hz: float, count: int) -> None:
    samples = np.arange(rate_hz * 3 + count, dtype=np.float64)
    kept, course = stored(samples, rate_hz), envelope(samples, rate_hz=rate_hz)
    assert len(kept) == int(np.ceil(len(samples) / rate_hz * 200 - 1e-9))
    nearest = np.minimum(np.floor(np.arange(len(kept)) * (rate_hz / 200) + 0.5).astype(int), len(samples) - 1)
    assert kept == pytest.approx(course[nearest], rel=1e-6)


def test_the_kept_grid_is_missing_where_the_samples_are() -> None:
    samples = np.full(2000, 2.0)
    samples[1000:1500] = np.nan
    kept = stored(samples, 1000.0)
    assert np.flatnonzero(np.isnan(kept)).tolist() == list(range(200, 300))
    assert kept[~np.isnan(kept)] == pytest.approx(2.0)


def test_nothing_has_no_envelope() -> None:
    assert envelope(np.empty(0), rate_hz=1000.0).shape == (0,)
    assert stored(np.empty(0), 1000.0).shape == (0,)


@given(values=st.lists(st.floats(0, 1e6), max_size=60), half=st.integers(0, 9))
def test_moving_sums_are_sums(values: list[float], half: int) -> None:
    expected = [sum(values[max(0, at - half) : at + half + 1]) for at in range(len(values))]
    assert moving_sum(np.array(values), half) == pytest.approx(expected)


@given(cuts=st.lists(st.integers(0, 70_000), max_size=6).map(sorted), seed=st.integers(0, 9))
def test_the_same_however_the_samples_were_cut(cuts: list[int], seed: int) -> None:
    samples = np.random.default_rng(seed).standard_normal(70_000)
    samples[30_000:30_100] = np.nan
    stream = EnvelopeStream(rate_hz=1024.0)
    parts = [stream.update(part) for part in np.split(samples, cuts)]
    assert np.array_equal(np.concatenate([*parts, stream.close()]), envelope(samples, rate_hz=1024.0), equal_nan=True)
    assert np.array_equal(stored(samples, 1024.0, cuts), stored(samples, 1024.0), equal_nan=True)


@pytest.mark.parametrize("count", [1, 3, 40])
def test_moving_means_of_several_widths_are_those_of_each_by_itself(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    padded = np.concatenate([np.zeros(20), values, np.zeros(20)])
    for width, means in zip((1, 4, 13), moving_means(values, (1, 4, 13)), strict=True):
        firsts = np.arange(count) + 20 - width // 2
        expected = [padded[first : first + width].mean() for first in firsts]
        np.testing.assert_allclose(means, expected, atol=1e-12)
