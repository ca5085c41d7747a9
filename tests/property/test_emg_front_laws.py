"""Laws of the front end: however the samples arrive, whatever their scale, sign, offset and place."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.measure.emg.front.conditioning import Conditioner, condition
from spasmograph.measure.emg.front.front import ChannelFront
from spasmograph.measure.emg.front.survey import Survey, survey_channel
from spasmograph.model import Floats
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import Reason
from tests.emg_noise import bursting, channel, heart, muscle_noise

RATE_HZ = 1000.0
COUNT = 20_000
BLOCK = 4000
RULES = load_emg_parameters().replace(front_block_s=BLOCK / RATE_HZ, front_margin_s=2.0)


@cache
def everything(seed: int) -> Floats:
    """Bursts, mains, heart, drift, a gap, a flat stretch, a pop and a step."""
    samples = muscle_noise(COUNT, seed=seed, rate_hz=RATE_HZ) * bursting(COUNT, height=10.0, rate_hz=RATE_HZ)
    time_s = np.arange(COUNT) / RATE_HZ
    samples += 8 * np.cos(2 * np.pi * 50.03 * time_s + seed) + heart(COUNT, height=40.0, seed=seed, rate_hz=RATE_HZ)[0] + 40 * np.sin(time_s)
    samples[3000:3400] = np.nan
    samples[6000:6300] = samples[6000]
    samples[8000] += 400
    samples[11_000:] += 200
    return samples


@cache
def surveyed(seed: int) -> Survey:
    samples = everything(seed)
    return survey_channel(lambda first, stop: samples[first:stop], channel(COUNT, rate_hz=RATE_HZ), parameters=RULES)


def through(samples: Floats, survey: Survey, cuts: list[int] | None = None) -> tuple[Floats, ChannelFront]:
    front = ChannelFront(channel(len(samples), rate_hz=RATE_HZ), survey, RULES)
    parts = np.split(samples, sorted(cuts or []))
    return np.concatenate([*(front.update(part) for part in parts), front.close()]), front


@cache
def at_once(seed: int) -> tuple[Floats, ChannelFront]:
    return through(everything(seed), surveyed(seed))


@settings(max_examples=10)
@given(seed=st.integers(0, 1), cuts=st.lists(st.integers(0, COUNT), max_size=12))
def test_chunks_do_not_matter(seed: int, cuts: list[int]) -> None:
    whole, one = at_once(seed)
    cut, other = through(everything(seed), surveyed(seed), cuts)
    np.testing.assert_array_equal(cut, whole)
    assert (one.reasons, one.observed, one.mains_uv, one.ecg_per_min) == (other.reasons, other.observed, other.mains_uv, other.ecg_per_min)


def test_the_world_has_everything_in_it() -> None:
    front = at_once(0)[1]
    assert {reason.code for reason in front.reasons} == {Reason.GAP, Reason.FLAT, Reason.MOVEMENT_ARTEFACT}
    assert front.mains_hz == pytest.approx(50.03, abs=0.03)
    assert front.ecg_per_min == pytest.approx(70, abs=5)


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, COUNT), max_size=12), causal=st.booleans())
def test_chunks_do_not_matter_to_the_filter(cuts: list[int], causal: bool) -> None:
    samples = everything(0)
    conditioner = Conditioner(rate_hz=RATE_HZ, causal=causal, parameters=RULES)
    parts = [conditioner.update(part) for part in np.split(samples, sorted(cuts))]
    whole = condition(samples, rate_hz=RATE_HZ, causal=causal, parameters=RULES)
    np.testing.assert_array_equal(np.concatenate([*parts, conditioner.close()]), whole)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("factor", [2.0, -1.0, 0.125, 1e6])
def test_scale_and_sign_go_through(seed: int, factor: float) -> None:
    samples = everything(seed)
    known = channel(COUNT, rate_hz=RATE_HZ)
    scaled, scaled_front = through(factor * samples, survey_channel(lambda first, stop: factor * samples[first:stop], known, parameters=RULES))
    plain, front = at_once(seed)
    np.testing.assert_allclose(scaled, factor * plain, rtol=1e-6, atol=1e-6 * abs(factor))
    assert scaled_front.observed == front.observed


@settings(max_examples=8)
@given(offset=st.floats(-1e6, 1e6), causal=st.booleans())
def test_offset_does_not_matter(offset: float, causal: bool) -> None:
    samples = everything(0)
    plain = condition(samples, rate_hz=RATE_HZ, causal=causal)
    np.testing.assert_allclose(condition(samples + offset, rate_hz=RATE_HZ, causal=causal), plain, atol=1e-4)


def test_offset_does_not_matter_to_the_front_either() -> None:
    samples = everything(1) + 1e5
    known = channel(COUNT, rate_hz=RATE_HZ)
    shifted, _ = through(samples, survey_channel(lambda first, stop: samples[first:stop], known, parameters=RULES))
    np.testing.assert_allclose(shifted, at_once(1)[0], atol=1e-4)


@pytest.mark.parametrize("blocks", [1, 2])
def test_what_comes_later_by_whole_blocks_is_the_same(blocks: int) -> None:
    samples = everything(0)
    later, _ = through(np.concatenate([np.tile(samples[:BLOCK], blocks), samples]), surveyed(0))
    plain, _ = at_once(0)
    np.testing.assert_array_equal(later[(blocks + 1) * BLOCK :], plain[BLOCK:])


@settings(max_examples=10)
@given(at=st.integers(1, COUNT - 1))
def test_causal_filter_does_not_look_ahead(at: int) -> None:
    samples = everything(0)
    other = samples.copy()
    other[at:] = -3 * other[at:] + 100
    before = condition(samples, rate_hz=RATE_HZ, causal=True)[:at]
    np.testing.assert_array_equal(condition(other, rate_hz=RATE_HZ, causal=True)[:at], before)


@settings(max_examples=10)
@given(half=st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_zero_phase_keeps_symmetry(half: list[float]) -> None:
    pulse = np.concatenate([np.zeros(1000), half, half[-2::-1], np.zeros(1000)])
    filtered = condition(pulse, rate_hz=RATE_HZ)
    np.testing.assert_allclose(filtered, filtered[::-1], atol=1e-9)
