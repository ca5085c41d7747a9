"""Laws of the simulator: the same seed gives the same samples, however they are cut; another seed gives others."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.measure.emg.simulate import WORLDS, simulate_emg, stream_emg
from spasmograph.measure.emg.simulate.disturbances import BLOCK

COUNT = 2 * BLOCK + 1000
LONG_S = COUNT / 2000.0


@settings(max_examples=12, deadline=None)
@given(world=st.sampled_from(["bursts", "noise", "faults", "movement", "lateral_spread"]), cuts=st.lists(st.integers(0, COUNT), max_size=6))
def test_cut_anyhow_the_samples_are_the_same(world: str, cuts: list[int]) -> None:
    whole, streamed = simulate_emg(world, duration_s=LONG_S).biosignal, stream_emg(world, duration_s=LONG_S).biosignal
    edges = [0, *sorted(cuts), COUNT]
    for channel in whole.recording.channels:
        parts = [streamed.samples(channel, first, stop) for first, stop in pairwise(edges)]
        assert np.array_equal(np.concatenate(parts), whole.samples(channel), equal_nan=True)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), world=st.sampled_from(sorted(WORLDS)))
def test_one_seed_one_recording(seed: int, world: str) -> None:
    one, again, other = (simulate_emg(world, seed=at, duration_s=6.0) for at in (seed, seed, seed + 1))
    assert repr(one.truth) == repr(again.truth)
    for channel in one.biosignal.recording.channels:
        assert np.array_equal(one.biosignal.samples(channel), again.biosignal.samples(channel), equal_nan=True)
    first = one.biosignal.recording.channels[0]
    assert not np.array_equal(one.biosignal.samples(first), other.biosignal.samples(first), equal_nan=True)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), gain=st.floats(0.1, 50.0))
def test_more_microvolts_of_noise_are_the_same_recording_scaled(seed: int, gain: float) -> None:
    one, other = (simulate_emg("bursts", seed=seed, duration_s=6.0, noise_uv=noise_uv) for noise_uv in (5.0, 5.0 * gain))
    channel = one.biosignal.recording.channels[0]
    assert np.allclose(other.biosignal.samples(channel), gain * one.biosignal.samples(channel), rtol=1e-9, atol=1e-9 * gain)
    assert [burst.onset_s for burst in one.truth.bursts] == [burst.onset_s for burst in other.truth.bursts]
