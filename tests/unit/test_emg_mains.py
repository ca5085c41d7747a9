"""Interference from the mains: found where it is, taken out without the muscle, and left alone where it is not."""

from functools import cache

import numpy as np
import pytest

from spasmograph.measure.emg.front.conditioning import condition
from spasmograph.measure.emg.front.mains import NO_MAINS, Mains, find_mains, remove_mains, typical
from spasmograph.model import Floats
from spasmograph.parameters import load_emg_parameters
from tests.emg_noise import bursting, muscle_noise, strength

RATE_HZ = 2000.0
COUNT = 60_000
TIME_S = np.arange(COUNT) / RATE_HZ
INNER = slice(4000, -4000)


@cache
def muscle(seed: int = 0, height: float = 1.0) -> Floats:
    return condition(muscle_noise(COUNT, seed=seed) * bursting(COUNT, height=height), rate_hz=RATE_HZ)


def hum(hz: float, amplitude: float, *, wobble: float = 0.0) -> Floats:
    """A fundamental with its third and fifth harmonic, its frequency swinging by `wobble` hertz within a minute."""
    turn = 2 * np.pi * np.cumsum(hz + wobble * np.sin(2 * np.pi * TIME_S / 60)) / RATE_HZ
    return np.asarray(amplitude * (np.cos(turn) + 0.3 * np.cos(3 * turn + 1) + 0.1 * np.cos(5 * turn + 2)))


@pytest.mark.parametrize("hz", [49.6, 49.97, 50.0, 50.03, 50.4, 59.95, 60.02, 60.3])
@pytest.mark.parametrize("amplitude", [1.0, 30.0])
def test_frequency_is_found(hz: float, amplitude: float) -> None:
    found = find_mains(muscle() + hum(hz, amplitude), rate_hz=RATE_HZ)
    assert found.hz == pytest.approx(hz, abs=0.01)
    assert found.harmonics[0] == 1
    assert found.amplitude_uv == pytest.approx(amplitude * np.sqrt(1 + 0.09 + 0.01), rel=0.1)


@pytest.mark.parametrize("height", [1.0, 20.0])
def test_nothing_is_found_in_muscle_alone(height: float) -> None:
    assert [find_mains(muscle(seed, height), rate_hz=RATE_HZ) for seed in range(12)] == [NO_MAINS] * 12


def test_what_is_not_there_is_not_removed() -> None:
    left, mains = remove_mains(muscle(), rate_hz=RATE_HZ, near_hz=50.0)
    np.testing.assert_array_equal(left, muscle())
    assert mains == NO_MAINS


@pytest.mark.parametrize("amplitude", [0.5, 5.0, 50.0])
@pytest.mark.parametrize("wobble", [0.0, 0.01])
def test_noise_is_left_as_it_was(amplitude: float, wobble: float) -> None:
    left, mains = remove_mains(muscle() + hum(50.03, amplitude, wobble=wobble), rate_hz=RATE_HZ)
    assert strength((left - muscle())[INNER]) < (0.2 if wobble else 0.12)
    assert strength(left[INNER]) == pytest.approx(strength(muscle()[INNER]), rel=0.02)
    assert mains.loss < 0.02


@pytest.mark.parametrize("height", [8.0, 50.0])
def test_bursts_keep_their_energy_and_do_not_ring(height: float) -> None:
    clean = muscle(height=height)
    left, _ = remove_mains(clean + hum(50.03, 5.0), rate_hz=RATE_HZ)
    active = bursting(COUNT, height=height) > 1
    assert np.sum(left[active] ** 2) == pytest.approx(np.sum(clean[active] ** 2), rel=0.01)
    quiet = ~active
    quiet[:4000] = quiet[-4000:] = False
    assert strength((left - clean)[quiet]) < 0.2


def test_two_seconds_of_contraction_keep_their_energy() -> None:
    clean = condition(muscle_noise(COUNT) * np.where((TIME_S > 12) & (TIME_S < 14), 30.0, 1.0), rate_hz=RATE_HZ)
    left, _ = remove_mains(clean + hum(49.98, 10.0), rate_hz=RATE_HZ)
    held = slice(24_000, 28_000)
    assert np.sum(left[held] ** 2) == pytest.approx(np.sum(clean[held] ** 2), rel=0.02)


def test_gaps_stay_gaps() -> None:
    gappy = muscle() + hum(50.0, 10.0)
    gappy[20_000:26_000] = np.nan
    left, mains = remove_mains(gappy, rate_hz=RATE_HZ)
    np.testing.assert_array_equal(np.isnan(left), np.isnan(gappy))
    assert mains.hz == pytest.approx(50.0, abs=0.01)
    assert strength((left - muscle())[INNER]) < 0.3


def test_harmonics_without_a_fundamental() -> None:
    lamp = 4 * np.cos(2 * np.pi * 100.04 * TIME_S)
    left, mains = remove_mains(muscle() + lamp, rate_hz=RATE_HZ)
    assert mains.harmonics == (2,)
    assert mains.hz == pytest.approx(50.02, abs=0.01)
    assert strength((left - muscle())[INNER]) < 0.1


@pytest.mark.parametrize("rate_hz", [2048.0, 1000.0, 1024.0, 4999.5, 250.0])
def test_other_rates(rate_hz: float) -> None:
    count = int(30 * rate_hz)
    quiet = condition(muscle_noise(count, rate_hz=rate_hz), rate_hz=rate_hz)
    wave = 8 * np.cos(2 * np.pi * 50.02 * np.arange(count) / rate_hz)
    left, mains = remove_mains(quiet + wave, rate_hz=rate_hz)
    assert mains.hz == pytest.approx(50.02, abs=0.02)
    assert strength(left - quiet) < 0.25


@pytest.mark.parametrize(("count", "rate_hz"), [(0, 2000.0), (1, 2000.0), (1000, 2000.0), (3000, 100.0)])
def test_too_short_or_too_slow_to_tell(count: int, rate_hz: float) -> None:
    samples = muscle_noise(3000)[:count]
    left, mains = remove_mains(samples, rate_hz=rate_hz)
    np.testing.assert_array_equal(left, samples)
    assert mains == NO_MAINS


def test_what_stretches_have_in_common() -> None:
    there = Mains(hz=50.0, harmonics=(1, 3), amplitude_uv=4.0, loss=0.01)
    stray = Mains(hz=49.5, harmonics=(2,), amplitude_uv=1.0, loss=0.01)
    assert typical([there, there, stray]) == Mains(hz=50.0, harmonics=(1, 3), amplitude_uv=4.0, loss=0.02 / 3)
    assert typical([stray] + [NO_MAINS] * 9) == NO_MAINS
    assert typical([]) == NO_MAINS


def test_how_far_stretches_may_differ_is_a_rule() -> None:
    found = [Mains(hz=hz, harmonics=(1,), amplitude_uv=2.0) for hz in (49.9, 50.0, 50.1)]
    assert typical(found).amplitude_uv == 2.0
    strict = load_emg_parameters().replace(mains_drift_hz=1e-6)
    loss = [Mains(hz=one.hz, harmonics=one.harmonics, amplitude_uv=one.amplitude_uv, loss=0.3) for one in found]
    assert typical(loss).loss == pytest.approx(0.3)
    assert typical(loss, strict).loss == pytest.approx(0.1)
