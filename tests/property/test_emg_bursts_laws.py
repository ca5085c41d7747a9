"""What holds of bursts in any signal: how it arrives, its scale, its sign, its place in time and its direction change nothing."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spasmograph.measure.emg.bursts.detector import BurstDetector, find_bursts
from spasmograph.model import Burst, Floats
from tests.emg_bursts_worlds import RATE_HZ, noise, spans, times, with_bursts

SECONDS = 60.0

seeds = st.integers(0, 7)
strengths = st.sampled_from([2.0, 3.0, 8.0, 30.0])


@cache
def world(seed: int, strength: float = 8.0) -> Floats:
    random = np.random.default_rng(seed)
    made = with_bursts(random, noise(random, SECONDS), spans(random, SECONDS), strength)
    made[30_000:30_200] = np.nan
    return made


def found(samples: Floats) -> tuple[Burst, ...]:
    return find_bursts(samples, rate_hz=RATE_HZ, conditioned=True)


def same(first: Burst, second: Burst) -> bool:
    """Equal bit for bit, NaN included."""
    return repr(first) == repr(second)


@given(seed=seeds, strength=strengths, cuts=st.lists(st.integers(0, 60_000), max_size=8).map(sorted))
@example(seed=0, strength=8.0, cuts=list(range(0, 60_000, 997)))
@settings(max_examples=12)
def test_the_same_however_the_samples_arrive(seed: int, strength: float, cuts: list[int]) -> None:
    detector = BurstDetector(rate_hz=RATE_HZ)
    live = [burst for part in np.split(world(seed, strength), cuts) for burst in detector.update(part)] + detector.close()
    whole = found(world(seed, strength))
    assert len(live) == len(whole) > 0
    assert all(same(*pair) for pair in zip(live, whole, strict=True))


@given(seed=seeds, factor=st.floats(1e-3, 1e6))
@settings(max_examples=8)
def test_scale_changes_amplitudes_only(seed: int, factor: float) -> None:
    plain, scaled = found(world(seed)), found(factor * world(seed))
    assert times(scaled) == times(plain)
    assert [burst.peak_uv for burst in scaled] == pytest.approx([factor * burst.peak_uv for burst in plain])
    assert [burst.mean_uv for burst in scaled] == pytest.approx([factor * burst.mean_uv for burst in plain])
    assert [burst.confidence for burst in scaled] == pytest.approx([burst.confidence for burst in plain])


@given(seed=seeds, strength=strengths)
@settings(max_examples=10)
def test_polarity_changes_nothing(seed: int, strength: float) -> None:
    assert all(same(*pair) for pair in zip(found(world(seed, strength)), found(-world(seed, strength)), strict=True))


@given(seed=seeds, shift=st.integers(1, 20_000))
@settings(max_examples=8)
def test_a_later_start_of_the_recording_moves_bursts_and_no_more(seed: int, shift: int) -> None:
    random = np.random.default_rng(seed + 100)
    later = found(np.concatenate([noise(random, shift / RATE_HZ + 1)[:shift], world(seed)]))
    plain = found(world(seed))
    assert np.array(times(later)) - shift / RATE_HZ == pytest.approx(np.array(times(plain)), abs=0.03)


@given(seed=seeds)
@settings(max_examples=8)
def test_time_turned_round_mirrors_the_bursts(seed: int) -> None:
    mirrored = SECONDS - np.array(times(found(world(seed)[::-1])))[::-1, ::-1]
    assert mirrored == pytest.approx(np.array(times(found(world(seed)))), abs=0.03)


@given(seed=seeds, silence_s=st.integers(1, 60))
@settings(max_examples=10)
def test_silence_at_the_end_adds_nothing(seed: int, silence_s: int) -> None:
    random = np.random.default_rng(seed + 200)
    longer = found(np.concatenate([world(seed), noise(random, silence_s)]))
    assert times(longer) == pytest.approx(np.array(times(found(world(seed)))), abs=0.03)


@given(seed=seeds, gap=st.tuples(st.integers(2000, 58_000), st.integers(20, 2000)))
@settings(max_examples=12)
def test_no_burst_reaches_into_time_that_was_not_measured(seed: int, gap: tuple[int, int]) -> None:
    samples = world(seed).copy()
    samples[gap[0] : sum(gap)] = np.nan
    first_s, stop_s = gap[0] / RATE_HZ, sum(gap) / RATE_HZ
    for burst in found(samples):
        before, after = burst.offset_s <= first_s + 0.0025, burst.onset_s >= stop_s - 0.0025
        assert before or after
        touches = abs(burst.offset_s - first_s) < 1e-9 or abs(burst.onset_s - stop_s) < 1e-9
        assert burst.censored or not touches


@given(seed=seeds, strength=st.floats(3.0, 30.0), growth=st.floats(1.1, 10.0))
@settings(max_examples=8)
def test_stronger_bursts_are_not_lost(seed: int, strength: float, growth: float) -> None:
    def count(times_noise: float) -> int:
        random = np.random.default_rng(seed)
        return len(found(with_bursts(random, noise(random, SECONDS), spans(random, SECONDS), times_noise)))

    assert count(strength * growth) >= count(strength) > 20


@given(seed=seeds, strength=strengths)
@settings(max_examples=10)
def test_bursts_lie_in_order_and_apart(seed: int, strength: float) -> None:
    bursts = found(world(seed, strength))
    assert all(first.offset_s < second.onset_s for first, second in pairwise(bursts))
    assert all(burst.duration_s > 0.0199 and burst.onset_s >= 0 and burst.offset_s <= SECONDS for burst in bursts)
    assert all(0 <= burst.confidence <= 1 and burst.peak_uv >= burst.mean_uv > 0 for burst in bursts)


@given(
    pieces=st.lists(st.tuples(st.integers(1, 3000), st.sampled_from([0.0, 1e-6, 1.0, 30.0, 1e5, np.nan, np.inf])), min_size=1, max_size=12),
    rate_hz=st.sampled_from([1.0, 7.5, 50.0, 100.0, 256.0, 1000.0, 2048.0, 30_000.0]),
    seed=seeds,
)
@settings(max_examples=40)
def test_any_signal_at_any_rate_gives_bursts_within_it(pieces: list[tuple[int, float]], rate_hz: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    samples = np.concatenate([random.choice([-1.0, 1.0], count) * random.uniform(0.5, 1.0, count) * level for count, level in pieces])
    for burst in find_bursts(samples, rate_hz=rate_hz, conditioned=True):
        inside = samples[round(burst.onset_s * rate_hz) : round(burst.offset_s * rate_hz)]
        assert len(inside) > 0
        assert np.isfinite(inside).mean() > 0.4
        assert burst.offset_s <= len(samples) / rate_hz
        assert np.isfinite([burst.peak_uv, burst.mean_uv]).all()
