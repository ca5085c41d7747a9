"""Muscles that burst together are found, with their lag; chance, rhythm, shared bouts and movements are not taken for it."""

from collections.abc import Callable

import numpy as np
import pytest

from spasmograph.measure.emg.patterns.synchrony import measure_synchrony, pair_synchrony, partners
from spasmograph.model import Floats, Synchrony, Together
from spasmograph.terms import Side
from tests.emg_pattern_worlds import ORIS, QUICK, at_random, clusters, muscle, reading, regular, waves

Trains = Callable[[np.random.Generator], tuple[Floats, Floats]]
TOTAL_S = 120.0


def pair(first_s: Floats, second_s: Floats) -> Synchrony:
    one, other = (times[times[:, 1] < TOTAL_S] for times in (first_s, second_s))
    return pair_synchrony(muscle(one, total_s=TOTAL_S), muscle(other, what=ORIS, total_s=TOTAL_S), None, QUICK)


def lasting(onsets_s: Floats, duration_s: float = 0.08) -> Floats:
    onsets_s = np.sort(onsets_s)
    return np.column_stack([onsets_s, onsets_s + duration_s])


def in_same_bouts(random: np.random.Generator) -> tuple[Floats, Floats]:
    starts_s = np.arange(12) * 9.0 + random.uniform(1, 4, 12)
    first, second = (np.concatenate([start + np.cumsum(0.15 + random.exponential(0.2, 8)) for start in starts_s]) for _ in range(2))
    return lasting(first), lasting(second)


def in_same_movements(random: np.random.Generator) -> tuple[Floats, Floats]:
    starts_s = np.arange(20) * 5.5 + random.uniform(1, 3, 20)
    return lasting(starts_s + random.uniform(0, 0.3, 20), 0.5), lasting(starts_s + random.uniform(0, 0.3, 20), 0.5)


NOT_TOGETHER: dict[str, Trains] = {
    "random": lambda random: (at_random(1, 200, random), at_random(1, 200, random)),
    "one often, one seldom": lambda random: (at_random(4, 500, random), at_random(0.2, 40, random)),
    "clusters": lambda random: (clusters(150, random), clusters(150, random)),
    "the same rhythm": lambda random: (regular(5, 0.1, 500, random), regular(5, 0.1, 500, random)),
    "the same clockwork": lambda random: (regular(5, 0.02, 500, random), regular(5, 0.02, 500, random)),
    "the same bouts": in_same_bouts,
    "the same movements": in_same_movements,
}


# With 150 pairs of each kind it is 0 to 0.007, the most for a clockwork of the same rate in both, and for movements.
@pytest.mark.parametrize("world", NOT_TOGETHER)
def test_what_chance_brings_together_is_not_synchronous(world: str) -> None:
    random = np.random.default_rng(17)
    found = [pair(*NOT_TOGETHER[world](random)) for _ in range(30)]
    assert sum(one.probability <= QUICK["synchrony_probability"] for one in found) <= 2
    assert {one.together for one in found if one.probability > QUICK["synchrony_probability"]} <= {Together.BY_CHANCE, Together.NOT_TOLD}


@pytest.mark.parametrize(("bursts", "share"), [(12, 1.0), (30, 0.6), (60, 0.4)])
def test_muscles_that_burst_together_are_found_with_their_lag(bursts: int, share: float) -> None:
    random = np.random.default_rng(19)
    found = []
    for _ in range(20):
        onsets_s = 1 + np.cumsum(0.2 + random.exponential(1.2, bursts))
        with_it = random.random(bursts) < share
        second = np.where(with_it, onsets_s + 0.006 + random.normal(0, 0.005, bursts), random.uniform(1, onsets_s[-1], bursts))
        total_s = onsets_s[-1] + 3
        found.append(pair_synchrony(muscle(lasting(onsets_s), total_s=total_s), muscle(lasting(second), what=ORIS, total_s=total_s), None, QUICK))
    assert sum(one.probability <= QUICK["synchrony_probability"] for one in found) >= 18
    assert np.median([abs(one.lag_ms.value - 6) for one in found]) < 3
    assert np.median([one.shared.value for one in found]) == pytest.approx(share, abs=0.1)
    assert sum(one.shared.low <= share <= one.shared.high for one in found) >= 17


def test_two_muscles_with_bursts_of_their_own_are_synchronous() -> None:
    times_s = at_random(1, 40, np.random.default_rng(0), recovery_s=0.2)
    eye, mouth = muscle(times_s), muscle(times_s + 0.005, what=ORIS, total_s=float(times_s[-1, 1]) + 2)
    found = pair_synchrony(eye, mouth, reading(waves(eye, mouth)), QUICK)
    assert found.together is Together.SYNCHRONOUS
    assert found.copies == 0
    assert found.lag_ms.low <= 5 <= found.lag_ms.high


def test_without_signals_synchrony_is_not_told_from_cross_talk() -> None:
    times_s = at_random(1, 40, np.random.default_rng(0), recovery_s=0.2)
    found = pair(times_s, times_s)
    assert found.together is Together.NOT_TOLD
    assert "could not be checked" in found.reason
    assert found.shared.value == 1


def test_a_rate_too_low_for_signals_is_said() -> None:
    times_s = at_random(1, 40, np.random.default_rng(0), recovery_s=0.2)
    eye, mouth = muscle(times_s, rate_hz=100), muscle(times_s, what=ORIS, rate_hz=100)
    assert "rate is too low" in pair_synchrony(eye, mouth, reading(waves(eye, mouth)), QUICK).reason


def test_only_the_time_in_which_both_were_measured_counts() -> None:
    times_s = lasting(np.arange(1, 40) * 1.37)
    whole = muscle(times_s, total_s=60)
    part = muscle(times_s, what=ORIS, total_s=60, observed=((0, 20), (40, 60)))
    found = pair_synchrony(whole, part, None, QUICK)
    assert found.shared.value == 1
    assert found.pairs == len(part.bursts)


@pytest.mark.parametrize(("second", "words"), [(lasting(np.arange(1, 4) * 1.0), "only 3 bursts"), (np.zeros((0, 2)), "only 0 bursts")])
def test_few_bursts_are_not_judged(second: Floats, words: str) -> None:
    found = pair(lasting(np.arange(1, 40) * 1.3), second)
    assert found.together is Together.NOT_TOLD
    assert words in found.reason


def test_short_time_together_is_not_judged() -> None:
    times_s = lasting(np.arange(1, 9) * 0.9)
    found = pair_synchrony(muscle(times_s, total_s=9), muscle(times_s, what=ORIS, total_s=9), None, QUICK)
    assert "for 9 s; at least 10 s" in found.reason


def test_pairs_are_those_of_one_side_and_the_same_muscle_of_both() -> None:
    all_four = [muscle([], side=side, what=what) for side in (Side.LEFT, Side.RIGHT) for what in (muscle([]).muscle, ORIS)]
    unknown = muscle([], what=None, side=None, label="EMG5")
    pairs = {(one.first, one.second) for one in measure_synchrony([*all_four, unknown], None, QUICK)}
    assert ("orbicularis_oculi_left", "orbicularis_oris_left") in pairs
    assert ("orbicularis_oculi_left", "orbicularis_oculi_right") in pairs
    assert ("orbicularis_oculi_left", "orbicularis_oris_right") not in pairs
    assert sum("EMG5" in one for one in pairs) == 4


def test_partners_are_each_others_nearest() -> None:
    here, there = partners(np.array([1.0, 2.0, 3.0]), np.array([1.01, 1.02, 2.5, 3.02]), window_s=0.03)
    assert here.tolist() == [0, 2]
    assert there.tolist() == [0, 3]
    assert len(partners(np.zeros(0), np.array([1.0]), window_s=1)[0]) == 0
    assert partners(np.array([1.0, 1.2]), np.array([1.19]), window_s=1)[0].tolist() == [1]
