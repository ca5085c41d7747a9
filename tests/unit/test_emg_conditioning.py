"""The band of surface EMG: what passes, what does not, and what becomes of gaps and ends."""

import numpy as np
import pytest

from spasmograph.errors import InputError
from spasmograph.measure.emg.front.conditioning import Conditioner, band_for, condition
from spasmograph.parameters import load_emg_parameters
from tests.emg_noise import muscle_noise, strength

RATE_HZ = 2000.0


def wave(hz: float, *, seconds: float = 4.0, rate_hz: float = RATE_HZ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(np.sqrt(2) * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate_hz)) / rate_hz))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(
    ("hz", "low", "high"), [(2.0, 0, 1e-3), (10.0, 0, 0.07), (20.0, 0.45, 0.75), (100.0, 0.98, 1.02), (450.0, 0.45, 0.75), (600.0, 0, 0.25)]
)
def test_what_passes(hz: float, low: float, high: float, causal: bool) -> None:
    passed = strength(condition(wave(hz), rate_hz=RATE_HZ, causal=causal)[3000:-3000])
    assert low <= passed <= high


def test_zero_phase_stops_movement_four_decades_down() -> None:
    assert strength(condition(wave(10.0), rate_hz=RATE_HZ)[1000:-1000]) < 1e-4
    assert strength(condition(wave(600.0), rate_hz=RATE_HZ)[1000:-1000]) < 1e-4


def test_symmetric_pulse_stays_symmetric_and_in_place() -> None:
    pulse = np.zeros(4001)
    pulse[1990:2011] = np.hanning(21)
    filtered = condition(pulse, rate_hz=RATE_HZ)
    np.testing.assert_allclose(filtered, filtered[::-1], atol=1e-12)
    assert filtered.argmax() == 2000


def test_volts_of_offset_and_drift_do_not_matter() -> None:
    noise = muscle_noise(8000)
    time_s = np.arange(8000) / RATE_HZ
    drifting = noise + 2e6 + 5e4 * time_s + 1e4 * np.sin(2 * np.pi * 0.2 * time_s)
    difference = condition(drifting, rate_hz=RATE_HZ) - condition(noise, rate_hz=RATE_HZ)
    assert np.abs(difference[320:-320]).max() < 0.02
    assert np.abs(difference).max() < 1


def test_offset_alone_does_not_matter_to_the_causal_filter() -> None:
    noise = muscle_noise(8000)
    quiet = condition(noise, rate_hz=RATE_HZ, causal=True)
    np.testing.assert_allclose(condition(noise + 1e6, rate_hz=RATE_HZ, causal=True), quiet, atol=1e-3)


@pytest.mark.parametrize("causal", [False, True])
def test_missing_samples_stay_missing_and_go_no_further(causal: bool) -> None:
    noise = muscle_noise(6000)
    noise[[0, 5999]] = np.nan
    noise[2000:3000] = np.nan
    filtered = condition(noise, rate_hz=RATE_HZ, causal=causal)
    np.testing.assert_array_equal(np.isnan(filtered), np.isnan(noise))


def test_gap_rings_no_further_than_said() -> None:
    noise = muscle_noise(6000) + 300
    whole = condition(noise, rate_hz=RATE_HZ)
    gappy = noise.copy()
    gappy[2000:3000] = np.nan
    reach = round(Conditioner(rate_hz=RATE_HZ).reach_s * RATE_HZ)
    difference = condition(gappy, rate_hz=RATE_HZ) - whole
    assert strength(difference[3000 + 3 * reach :]) < 0.1
    assert np.nanmax(np.abs(difference)) < 3


def test_ends_do_not_ring() -> None:
    noise = muscle_noise(20_000) + 5000 + np.arange(20_000) * 0.5
    filtered = condition(noise, rate_hz=RATE_HZ)
    assert strength(filtered[:40]) < 1.7 * strength(filtered)
    assert strength(filtered[-40:]) < 1.7 * strength(filtered)


@pytest.mark.parametrize(
    ("rate_hz", "low", "high"), [(2000.0, 20.0, 450.0), (1000.0, 20.0, np.inf), (1024.0, 20.0, 450.0), (100.0, 20.0, np.inf), (50.0, 10.0, np.inf)]
)
def test_band_follows_the_rate(rate_hz: float, low: float, high: float) -> None:
    band = band_for(rate_hz)
    assert (band.low_hz, band.high_hz) == (low, high)


def test_other_band_by_parameters() -> None:
    rules = load_emg_parameters().replace(high_pass_hz=60.0, low_pass_hz=200.0)
    assert strength(condition(wave(30.0), rate_hz=RATE_HZ, parameters=rules)[1000:-1000]) < 0.01
    assert strength(condition(wave(100.0), rate_hz=RATE_HZ, parameters=rules)) == pytest.approx(1, abs=0.02)
    assert strength(condition(wave(300.0), rate_hz=RATE_HZ, parameters=rules)[1000:-1000]) < 0.01


@pytest.mark.parametrize("rate_hz", [0.0, -5.0, float("nan"), float("inf")])
def test_impossible_rates_are_refused(rate_hz: float) -> None:
    with pytest.raises(InputError, match="must be a positive number"):
        condition(np.zeros(10), rate_hz=rate_hz)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 300])
@pytest.mark.parametrize("rate_hz", [1.0, 50.0, 2000.0, 30_000.0])
def test_any_length_and_rate(count: int, rate_hz: float, causal: bool) -> None:
    filtered = condition(np.linspace(0.0, 1.0, count), rate_hz=rate_hz, causal=causal)
    assert len(filtered) == count
    assert np.isfinite(filtered).all()


@pytest.mark.parametrize("causal", [False, True])
def test_nothing_but_gaps(causal: bool) -> None:
    assert np.isnan(condition(np.full(5000, np.nan), rate_hz=RATE_HZ, causal=causal)).all()


def test_causal_delay_is_the_one_stated() -> None:
    conditioner = Conditioner(rate_hz=RATE_HZ, causal=True)
    packet = np.sin(2 * np.pi * 100 * np.arange(4000) / RATE_HZ) * np.exp(-0.5 * ((np.arange(4000) - 2000) / 300) ** 2)
    late = conditioner.update(packet)
    spectrum = np.fft.fft(late)
    spectrum[2001:] = 0
    envelope = np.abs(np.fft.ifft(spectrum))
    centre = np.sum(np.arange(4000) * envelope**2) / np.sum(envelope**2)
    assert (centre - 2000) / RATE_HZ == pytest.approx(conditioner.delay_s, abs=0.0005)
    assert Conditioner(rate_hz=RATE_HZ).delay_s == 0
    assert len(conditioner.close()) == 0


def test_causal_filter_begins_at_the_first_sample_there_is() -> None:
    conditioner = Conditioner(rate_hz=RATE_HZ, causal=True)
    assert np.isnan(conditioner.update(np.full(10, np.nan))).all()
    assert np.abs(conditioner.update(np.full(10, 1e6))).max() < 1e-3
