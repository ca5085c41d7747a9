"""Heart beats in a muscle's channel: known by waveform and rhythm, and no burst is one of them."""

import numpy as np
import pytest

from spasmograph.measure.emg.front.conditioning import condition
from spasmograph.measure.emg.front.ecg import Heart, Stretch, find_heart, take_out_beats
from spasmograph.model import Floats
from spasmograph.parameters import load_emg_parameters
from tests.emg_noise import bursting, heart, muscle_noise, strength

RATE_HZ = 2000.0
COUNT = 120_000
RULES = load_emg_parameters()


def stretch(samples: Floats, rate_hz: float = RATE_HZ) -> Stretch:
    return Stretch(samples=condition(samples, rate_hz=rate_hz), trusted=np.ones(len(samples), np.bool_), rate_hz=rate_hz)


def around(samples: Floats, times_s: Floats, rate_hz: float = RATE_HZ) -> list[float]:
    """How strong the signal is within 30 ms of each time."""
    near = round(0.03 * rate_hz)
    return [strength(samples[round(at_s * rate_hz) - near : round(at_s * rate_hz) + near]) for at_s in times_s]


@pytest.mark.parametrize("height", [10.0, 30.0, 300.0])
@pytest.mark.parametrize("period_s", [0.45, 0.85, 1.4])
def test_beats_are_found_and_leave_no_more_than_noise(height: float, period_s: float) -> None:
    beats, beats_s = heart(COUNT, height=height, period_s=period_s)
    piece = stretch(muscle_noise(COUNT) + beats)
    found = find_heart([piece], RULES)
    assert found is not None
    assert found.per_min == pytest.approx(60 / np.median(np.diff(beats_s)), rel=0.03)
    clean, at, left = take_out_beats(piece, found, RULES)
    assert len(at) == pytest.approx(len(beats_s), abs=2)
    assert not left.any()
    assert max(around(clean, beats_s[1:-1])) < 1.15 * max(around(stretch(muscle_noise(COUNT)).samples, beats_s))
    assert np.median(around(clean, beats_s)) == pytest.approx(1.0, abs=0.12)


@pytest.mark.parametrize("rate_hz", [1000.0, 1024.0, 4000.0])
def test_other_rates(rate_hz: float) -> None:
    count = int(60 * rate_hz)
    beats, beats_s = heart(count, height=30.0, rate_hz=rate_hz)
    piece = stretch(muscle_noise(count, rate_hz=rate_hz) + beats, rate_hz)
    found = find_heart([piece], RULES)
    assert found is not None
    assert max(around(take_out_beats(piece, found, RULES)[0], beats_s[1:-1], rate_hz)) < 1.8


@pytest.mark.parametrize("height", [1.0, 3.0, 8.0, 50.0])
@pytest.mark.parametrize("every_s", [0.4, 0.85, 1.2])
def test_bursts_are_no_beats_however_regular(height: float, every_s: float) -> None:
    samples = muscle_noise(COUNT) * bursting(COUNT, height=height, every_s=every_s, lasting_s=0.08)
    assert find_heart([stretch(samples)], RULES) is None


def test_motor_unit_that_keeps_time_is_no_heart() -> None:
    samples = muscle_noise(COUNT)
    unit = np.diff(np.exp(-0.5 * (np.arange(-20, 21) / 4) ** 2)) * 60
    for first in range(2000, COUNT - 2000, 1700):
        samples[first : first + len(unit)] += unit
    assert find_heart([stretch(samples)], RULES) is None


@pytest.mark.parametrize("height", [8.0, 40.0])
def test_bursts_among_beats_keep_their_energy(height: float) -> None:
    beats, beats_s = heart(COUNT, height=20.0)
    muscle = muscle_noise(COUNT) * bursting(COUNT, height=height)
    alone = stretch(muscle).samples
    piece = stretch(muscle + beats)
    found = find_heart([piece], RULES)
    assert found is not None
    clean, _, left = take_out_beats(piece, found, RULES)
    active = bursting(COUNT, height=height) > 1
    assert np.sum(clean[active] ** 2) == pytest.approx(np.sum(alone[active] ** 2), rel=0.05)
    assert not left.any()
    far = [at_s for at_s in beats_s if not active[round((at_s - 0.15) * RATE_HZ) : round((at_s + 0.15) * RATE_HZ)].any()]
    assert max(around(clean, np.array(far))) < 1.8


def test_beats_that_differ_from_each_other_are_left_out() -> None:
    beats, beats_s = heart(COUNT, height=300.0)
    other = np.where(np.arange(COUNT) % 9000 < 4500, 0.1, -0.1) * np.roll(beats, 50)
    piece = stretch(muscle_noise(COUNT) + beats + other)
    found = find_heart([piece], RULES)
    assert found is not None
    clean, at, left = take_out_beats(piece, found, RULES)
    clean[left] = np.nan
    assert len(at) == len(beats_s)
    assert 0.05 < left.mean() < 0.12
    assert np.nanmax(np.abs(clean)) < 8


def test_without_beats_nothing_changes() -> None:
    piece = stretch(muscle_noise(COUNT))
    wave, _ = heart(4000, height=50.0)
    shape = Heart(wave_uv=condition(wave, rate_hz=RATE_HZ)[1500:1901] * 0 + np.hanning(401) * 50, period_s=0.8, noise_uv=1.0, thin_noise_uv=0.8)
    clean, at, left = take_out_beats(piece, shape, RULES)
    np.testing.assert_array_equal(clean, piece.samples)
    assert len(at) == 0
    assert not left.any()


@pytest.mark.parametrize("count", [0, 100, 4000])
def test_too_short_to_tell(count: int) -> None:
    assert find_heart([stretch(muscle_noise(4000)[:count])], RULES) is None


def test_nothing_real_in_it() -> None:
    assert find_heart([Stretch(samples=np.zeros(COUNT), trusted=np.zeros(COUNT, np.bool_), rate_hz=RATE_HZ)], RULES) is None
    assert find_heart([], RULES) is None
