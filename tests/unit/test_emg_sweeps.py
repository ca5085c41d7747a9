"""Sweeps, their cleaning, what is left out, and the tail of the stimulus artefact."""

import numpy as np
import pytest

from spasmograph.errors import InputError
from spasmograph.measure.emg.evoked.stimulus_tail import without_tail
from spasmograph.measure.emg.evoked.sweeps import average_evoked
from spasmograph.parameters import load_emg_parameters
from tests.evoked_worlds import World, samples, stimuli

RULES = load_emg_parameters()
TIMES_S = stimuli(20)


def test_a_response_keeps_its_shape_and_nothing_rings_before_it() -> None:
    world = World(amplitude_uv=400.0, noise_uv=0.01, mains_uv=50.0)
    evoked = average_evoked(samples(world, TIMES_S), TIMES_S, rate_hz=2000.0)
    bare = average_evoked(samples(World(amplitude_uv=400.0, noise_uv=0.01), TIMES_S), TIMES_S, rate_hz=2000.0)

    before = (evoked.time_ms > 2) & (evoked.time_ms < 10)
    assert np.abs(evoked.average_uv[before]).max() < 2.0
    assert np.nanmax(np.abs(evoked.average_uv - bare.average_uv)) < 3.0
    assert np.nanmax(evoked.average_uv) - np.nanmin(evoked.average_uv) == pytest.approx(400.0, rel=0.04)


def test_drift_and_offset_are_taken_out() -> None:
    clean = samples(World(noise_uv=1.0), TIMES_S)
    time_s = np.arange(len(clean)) / 2000.0

    evoked = average_evoked(clean + 300.0 + 80.0 * np.sin(2 * np.pi * 0.3 * time_s), TIMES_S, rate_hz=2000.0)

    assert np.abs(evoked.sweeps_uv).max() < 10.0


def test_mains_is_not_fitted_to_noise() -> None:
    channel = samples(World(), TIMES_S)

    evoked = average_evoked(channel, TIMES_S, rate_hz=2000.0)

    place = round(TIMES_S[4] * 2000.0)
    raw = channel[place : place + 100]
    assert np.std(evoked.sweeps_uv[4][evoked.time_ms >= 0][3:100] - raw[3:]) < 1.0


def test_the_stimulus_is_blanked() -> None:
    evoked = average_evoked(samples(World(tail_uv=5000.0, tail_ms=0.2), TIMES_S), TIMES_S, rate_hz=2000.0)

    assert evoked.time_ms[evoked.blank] == pytest.approx([-0.5, 0.0, 0.5, 1.0])
    assert np.isnan(evoked.average_uv[evoked.blank]).all()
    assert np.isfinite(evoked.average_uv[~evoked.blank]).all()


def test_sweeps_that_cannot_be_used_are_counted_by_reason() -> None:
    channel = samples(World(), TIMES_S)
    channel[round(TIMES_S[3] * 2000) + 50] = np.nan
    channel[round(TIMES_S[5] * 2000) + 30] = 999.0
    channel[round(TIMES_S[7] * 2000) - 300 : round(TIMES_S[7] * 2000) - 40] += 80.0 * np.sin(np.arange(260))
    channel[round(TIMES_S[9] * 2000) - 1100 : round(TIMES_S[9] * 2000) + 310] = 2.0

    evoked = average_evoked(channel, np.append(TIMES_S, [0.01, 500.0]), rate_hz=2000.0, limits_uv=(-999.0, 999.0))

    assert evoked.rejected == {"active before the stimulus": 1, "at the edge": 2, "clipped": 1, "flat": 1, "in a gap": 1}
    assert np.delete(TIMES_S, [3, 5, 7, 9]) == pytest.approx(evoked.times_s)


def test_no_sweep_left_is_an_error_that_says_why() -> None:
    with pytest.raises(InputError, match="none of 2 stimuli has a sweep that can be used: 2 at the edge"):
        average_evoked(np.zeros(4000), np.array([0.0, 1.99]), rate_hz=2000.0)


def test_without_stimuli_the_error_says_so() -> None:
    with pytest.raises(InputError, match="none of 0 stimuli has a sweep that can be used: there are none"):
        average_evoked(np.zeros(4000), np.empty(0), rate_hz=2000.0)


def test_times_that_are_none_or_double_and_samples_without_end_are_left_out() -> None:
    channel = samples(World(), TIMES_S)
    channel[round(TIMES_S[2] * 2000) + 20] = np.inf

    evoked = average_evoked(channel, np.concatenate([TIMES_S, TIMES_S, [np.nan]]), rate_hz=2000.0)

    assert evoked.times_s == pytest.approx(np.delete(TIMES_S, 2))
    assert evoked.rejected == {"in a gap": 1}


def test_a_rate_too_low_is_refused() -> None:
    with pytest.raises(InputError, match="at least 800 samples a second; this channel has 500"):
        average_evoked(np.zeros(4000), np.array([1.0]), rate_hz=500.0)


def test_fast_stimulation_reads_nothing_of_the_stimulus_before_or_after() -> None:
    times_s = stimuli(40, every_s=0.1)

    evoked = average_evoked(samples(World(tail_uv=5000.0, tail_ms=0.3), times_s), times_s, rate_hz=2000.0)

    assert evoked.time_ms[0] > -60.0
    assert evoked.time_ms[-1] < 92.0
    assert np.nanmax(np.abs(evoked.average_uv)) < 60.0


def test_a_reader_is_read_a_sweep_at_a_time() -> None:
    channel = samples(World(), TIMES_S)
    lengths = []

    def read(first: int, stop: int) -> np.ndarray:
        lengths.append(stop - first)
        return channel[first:stop]

    evoked = average_evoked(read, TIMES_S, rate_hz=2000.0)

    assert max(lengths) == len(evoked.time_ms)
    assert np.array_equal(evoked.sweeps_uv, average_evoked(channel, TIMES_S, rate_hz=2000.0).sweeps_uv)


def test_many_sweeps_are_thinned() -> None:
    times_s = stimuli(410, every_s=0.3)

    evoked = average_evoked(samples(World(), times_s), times_s, rate_hz=2000.0)

    assert len(evoked.sweeps_uv) == 400


def test_the_interval_can_be_left_out() -> None:
    times_s = stimuli(8)
    channel = samples(World(amplitude_uv=40.0), times_s)

    whole, without = (average_evoked(channel, times_s, rate_hz=2000.0, with_interval=asked) for asked in (True, False))

    assert np.isnan(without.low_uv).all()
    np.testing.assert_array_equal(without.average_uv, whole.average_uv)


def test_the_interval_of_the_average_narrows_with_sweeps() -> None:
    few = average_evoked(samples(World(), TIMES_S), TIMES_S[:5], rate_hz=2000.0)
    many = average_evoked(samples(World(), TIMES_S), TIMES_S, rate_hz=2000.0)

    assert np.nanmedian(few.high_uv - few.low_uv) > 1.6 * np.nanmedian(many.high_uv - many.low_uv)
    inside = (many.low_uv <= 0) & (many.high_uv >= 0)
    assert np.mean(inside[~many.blank]) > 0.9


@pytest.mark.parametrize("tail_ms", [0.6, 2.0, 5.0])
def test_the_tail_of_the_artefact_is_taken_out(tail_ms: float) -> None:
    evoked = average_evoked(samples(World(tail_uv=800.0, tail_ms=tail_ms, noise_uv=2.0), TIMES_S), TIMES_S, rate_hz=2000.0)

    clean = without_tail(evoked, ((7.0, 18.0),), RULES)

    window = (evoked.time_ms >= 7) & (evoked.time_ms < 18)
    assert np.abs(clean.average_uv[window]).max() < 3.0


def test_a_tail_of_changing_sign_is_taken_out() -> None:
    channel = samples(World(noise_uv=2.0), TIMES_S)
    for number, time_s in enumerate(TIMES_S):
        place = round(time_s * 2000)
        channel[place : place + 100] += (-1) ** number * 800.0 * np.exp(-np.arange(100) / 4.0)
    evoked = average_evoked(channel, TIMES_S, rate_hz=2000.0)

    clean = without_tail(evoked, ((7.0, 18.0),), RULES)

    window = (evoked.time_ms >= 3) & (evoked.time_ms < 7)
    assert np.abs(clean.sweeps_uv[:, window]).max() < 0.2 * np.abs(evoked.sweeps_uv[:, window]).max()


def test_without_a_tail_nothing_is_taken_out() -> None:
    evoked = average_evoked(samples(World(amplitude_uv=100.0), TIMES_S), TIMES_S, rate_hz=2000.0)

    assert without_tail(evoked, ((7.0, 18.0),), RULES) is evoked
