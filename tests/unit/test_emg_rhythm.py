"""A ripple is found at its frequency; random, refractory, clustered and irregular bursts are not called rhythmic."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from spasmograph.measure.emg.patterns.measuring import channel_pattern
from spasmograph.measure.emg.patterns.rhythm import find_rhythm
from spasmograph.model import ChannelPattern, Floats
from tests.emg_pattern_worlds import QUICK, at_random, bouts, clusters, irregular, muscle, regular

Train = Callable[[int, np.random.Generator], Floats]
SMALL_SAMPLE = 40

WITHOUT_RHYTHM: dict[str, Train] = {
    "random, 1 a second": lambda count, random: at_random(1, count, random),
    "random, 4 a second": lambda count, random: at_random(4, count, random),
    "refractory, 2 a second": lambda count, random: at_random(2, count, random, recovery_s=0.2),
    "refractory for half the interval": lambda count, random: at_random(4, count, random, recovery_s=0.125),
    "irregular": lambda count, random: irregular(0.3, 0.5, count, random),
    "very irregular": lambda count, random: irregular(0.3, 0.8, count, random),
    "clusters": clusters,
}


def pattern(times_s: Floats) -> ChannelPattern:
    return channel_pattern(muscle(times_s), QUICK)


# With 200 trains of each kind it is 0 to 0.025 with 25 bursts and 0 to 0.005 with 60.
@pytest.mark.parametrize("world", WITHOUT_RHYTHM)
@pytest.mark.parametrize("bursts", [25, 60])
def test_bursts_without_rhythm_are_not_called_rhythmic(world: str, bursts: int) -> None:
    random = np.random.default_rng(3)
    called = [pattern(WITHOUT_RHYTHM[world](bursts, random)).rhythmic for _ in range(SMALL_SAMPLE)]
    assert sum(called) <= 3


@pytest.mark.parametrize("hz", [3.0, 5.0, 8.0])
@pytest.mark.parametrize("train", [regular, bouts])
def test_a_ripple_is_found_at_its_frequency(hz: float, train: Callable[..., Floats]) -> None:
    random = np.random.default_rng(5)
    found = [pattern(train(hz, 0.1, 40, random)) for _ in range(20)]
    assert all(one.rhythmic for one in found)
    assert np.median([abs(one.rhythm_hz.value - hz) for one in found]) < 0.03 * hz
    assert max(abs(one.rhythm_hz.value - hz) for one in found) < 0.12 * hz


# With 200 trains it is 0.93.
def test_the_interval_of_the_frequency_holds_it() -> None:
    random = np.random.default_rng(7)
    found = [pattern(regular(5.0, 0.12, 60, random)).rhythm_hz for _ in range(SMALL_SAMPLE)]
    assert np.mean([one.low <= 5.0 <= one.high for one in found]) >= 0.85
    assert np.median([one.high - one.low for one in found]) < 0.6


def test_the_more_regular_the_stronger() -> None:
    random = np.random.default_rng(11)
    strengths = [pattern(regular(5.0, spread, 200, random)).rhythm_strength for spread in (0.05, 0.1, 0.2, 0.4)]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] > 0.75
    assert strengths[-1] < 0.4


def test_a_regular_train_is_not_taken_for_its_double() -> None:
    random = np.random.default_rng(13)
    assert pattern(regular(3.0, 0.03, 100, random)).rhythm_hz.value == pytest.approx(3.0, rel=0.03)


def test_few_bursts_have_no_rhythm_and_the_reason_says_so() -> None:
    found = pattern(regular(5.0, 0.1, 10, np.random.default_rng(0)))
    assert np.isnan(found.rhythm_hz.value)
    assert not found.rhythmic
    assert "fewer than 16 bursts" in found.reason


def test_a_rhythm_does_not_run_through_time_that_was_not_measured() -> None:
    times_s = regular(5.0, 0.1, 40, np.random.default_rng(0))
    cut = np.array([(a, b) for a, b in times_s])
    gaps = [(float(a) - 0.03, float(a) - 0.02) for a in cut[::2, 0]]
    observed = np.array([[0.0, gaps[0][0]], *([one[1], other[0]] for one, other in pairwise(gaps)), [gaps[-1][1], 99.0]])
    found = find_rhythm(muscle(times_s).bursts, observed, QUICK)
    assert np.isnan(found.probability)
