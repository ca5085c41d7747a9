"""The noise of a channel: its level, followed without learning the bursts, and what it does by chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from spasmograph.measure.emg.bursts.detector import frame_powers
from spasmograph.measure.emg.bursts.noise import Noise, NoiseModel, energy_quantile
from spasmograph.model import Floats
from spasmograph.parameters import load_emg_parameters
from tests.emg_bursts_worlds import noise

HOP = 5
WIDTHS = (5, 12, 50)
BLOCK_S = 8


def learnt(samples: Floats, *, hop: int = HOP, false_per_h: float = 0.1) -> Noise:
    """The noise after all of the samples, which come at 200 frames a second."""
    rules = load_emg_parameters().replace(burst_false_per_h=false_per_h, burst_threshold_margin=1.0, burst_floor=1.0)
    model = NoiseModel(rate_hz=200.0 * hop, hop=hop, windows=WIDTHS, parameters=rules)
    block = BLOCK_S * 200 * hop
    for first in range(0, len(samples), block):
        part = samples[first : first + block]
        model.update(frame_powers(part, hop), part, first // hop)
    return model.at(len(samples) / (200.0 * hop))


@pytest.mark.parametrize("freedom", [4, 20, 100, 400])
@pytest.mark.parametrize("chance", [1e-2, 1e-4, 1e-8])
def test_equal_parts_follow_the_chi_square_distribution(freedom: int, chance: float) -> None:
    quantile = energy_quantile(np.full(freedom, 1 / freedom), chance)
    assert quantile == pytest.approx(chi2.isf(chance, freedom) / freedom, rel=2e-3)


def test_unequal_parts_reach_further_than_as_many_equal_ones() -> None:
    weights = 0.5 ** np.arange(10)
    weights /= weights.sum()
    freedom = 1 / np.square(weights).sum()
    assert energy_quantile(weights, 1e-6) > 1.15 * chi2.isf(1e-6, freedom) / freedom
    drawn = np.random.default_rng(0).standard_normal((400_000, 10)) ** 2 @ weights
    assert np.mean(drawn > energy_quantile(weights, 1e-3)) == pytest.approx(1e-3, rel=0.15)


@given(chance=st.floats(1e-9, 1e-2), factor=st.floats(1.5, 100.0))
def test_what_is_rarer_is_stronger(chance: float, factor: float) -> None:
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    assert energy_quantile(weights, chance / factor) > energy_quantile(weights, chance)


@pytest.mark.parametrize("pink", [False, True], ids=["white", "pink"])
@pytest.mark.parametrize("hop", [5, 10])
def test_noise_exceeds_its_thresholds_as_often_as_designed(hop: int, pink: bool) -> None:
    samples = noise(np.random.default_rng(1), 1600, 200.0 * hop, pink=pink)
    told = learnt(samples, hop=hop, false_per_h=1000.0)
    powers = frame_powers(samples, hop)
    places_per_h = 1000.0 / len(WIDTHS)
    for width, threshold in zip(WIDTHS, told.thresholds, strict=True):
        energy = np.convolve(powers, np.full(width, 1 / width), "valid")
        rate_per_h = np.sum(energy > threshold) / 1600 * 3600
        assert rate_per_h < 2.5 * places_per_h
    assert np.mean(powers) == pytest.approx(told.power, rel=0.05)


@pytest.mark.parametrize("pink", [False, True], ids=["white", "pink"])
def test_the_degrees_of_freedom_are_those_of_the_noise_itself(pink: bool) -> None:
    samples = noise(np.random.default_rng(2), 400, pink=pink)
    told = learnt(samples)
    for width, freedom in zip(WIDTHS, told.freedoms, strict=True):
        energy = frame_powers(samples, HOP * width)
        assert freedom == pytest.approx(2 / np.var(energy), rel=0.2)


def test_coloured_noise_has_fewer_degrees_of_freedom_and_higher_thresholds() -> None:
    white, pink = (learnt(noise(np.random.default_rng(3), 100, pink=colour)) for colour in (False, True))
    assert all(np.array(pink.freedoms) < white.freedoms)
    assert all(np.array(pink.thresholds) > white.thresholds)


@pytest.mark.parametrize("active", [0.0, 0.3, 0.6])
def test_the_level_is_that_of_the_noise_however_active_the_muscle(active: float) -> None:
    random = np.random.default_rng(4)
    samples = noise(random, 120)
    rows = samples.reshape(-1, 500)
    rows[:, : round(500 * active)] *= 8
    assert learnt(samples).power == pytest.approx(1, rel=0.1)


def test_the_level_follows_a_drift_and_forgets_an_old_one() -> None:
    samples = noise(np.random.default_rng(5), 400)
    drifted = samples * 2.0 ** np.linspace(0, 1, len(samples))
    assert learnt(drifted).power == pytest.approx(4, rel=0.15)
    assert learnt(np.concatenate([30 * samples[:100_000], samples[:8000]])).power == pytest.approx(900, rel=0.1)
    assert learnt(np.concatenate([30 * samples[:100_000], samples[:40_000]])).power == pytest.approx(1, rel=0.1)


def test_nothing_measured_has_no_level() -> None:
    assert np.isnan(learnt(np.full(20_000, np.nan)).power)
    assert np.isnan(learnt(np.zeros(20_000)).power)


@given(factor=st.floats(1e-3, 1e6))
def test_thresholds_know_no_unit(factor: float) -> None:
    samples = noise(np.random.default_rng(6), 20)
    plain, scaled = learnt(samples), learnt(factor * samples)
    assert scaled.power == pytest.approx(factor**2 * plain.power)
    assert scaled.thresholds == pytest.approx(plain.thresholds)
