"""Do 95 % intervals hold the truth as often as they say? Exactly for counts and medians, by simulated recordings for shares of time."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from spasmograph.measure.scores import contraction_time, eye_mouth_synchrony, laterality_index
from spasmograph.measure.scores.intervals import median_interval, poisson_interval, share_interval
from spasmograph.measure.simulate import simulate_quality, simulate_signals
from spasmograph.model import Event, Floats
from spasmograph.script import Script, mouth_spasm, wink
from spasmograph.terms import Side
from tests.score_worlds import PARAMETERS, contraction, quality

QUICK = PARAMETERS.replace(bootstrap_replicates=200.0)
RECORDINGS = 200


@pytest.mark.parametrize("expected", [0.3, 1.0, 2.7, 8.0, 25.0])
def test_the_poisson_interval_holds_at_least_95_percent_of_all_counts(expected: float) -> None:
    counts = range(200)
    chance = [math.exp(count * math.log(expected) - expected - math.lgamma(count + 1)) for count in counts]
    held = [low <= expected <= high for low, high in map(poisson_interval, counts)]
    assert sum(p for p, holds in zip(chance, held, strict=True) if holds) >= 0.95


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("trials", [3, 12, 40])
def test_the_share_interval_holds_at_least_95_percent_of_all_outcomes(share: float, trials: int) -> None:
    chance = [math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(trials + 1)]
    limits = [share_interval(k, trials) for k in range(trials + 1)]
    assert sum(p for p, (low, high) in zip(chance, limits, strict=True) if low <= share <= high) >= 0.95


def lasting(random: np.random.Generator, rate_per_min: float, mean_s: float, total_s: float, side: Side) -> list[Event]:
    """Contractions at random moments, from well before the recording on, of exponential durations."""
    lead_s = 10 * mean_s
    onsets_s = random.uniform(-lead_s, total_s, random.poisson(rate_per_min * (total_s + lead_s) / 60))
    return [contraction(at, at + lasts_s, side) for at, lasts_s in zip(onsets_s, random.exponential(mean_s, len(onsets_s)), strict=True)]


# With 2000 recordings of each kind it is 0.95, 0.95, 0.94, 0.94; the bounds lie two to three standard errors of 200 recordings below.
@pytest.mark.parametrize(
    ("rate_per_min", "mean_s", "total_s", "least"), [(3, 0.5, 60, 0.91), (6, 1.0, 60, 0.91), (20, 0.5, 180, 0.9), (6, 5.0, 600, 0.9)]
)
def test_time_in_contractions_is_within_its_interval(rate_per_min: float, mean_s: float, total_s: float, least: float) -> None:
    random = np.random.default_rng(17)
    true = 1 - math.exp(-rate_per_min / 60 * mean_s)
    seen = quality((0, total_s))
    held, widths = [], []
    for _ in range(RECORDINGS):
        events = lasting(random, rate_per_min, mean_s, total_s, Side.RIGHT)
        score = contraction_time(Side.RIGHT, events=events, quality=seen, parameters=QUICK)
        held.append(score.low <= true <= score.high)
        widths.append(score.high - score.low)
    assert np.mean(held) >= least
    assert np.mean(widths) < 6 * true


def test_the_laterality_index_is_within_its_interval() -> None:
    random = np.random.default_rng(23)
    held = []
    for _ in range(RECORDINGS):
        events = lasting(random, 3, 0.5, 300, Side.LEFT) + lasting(random, 9, 0.5, 300, Side.RIGHT)
        score = laterality_index(events=events, quality=quality((0, 300)), parameters=QUICK)
        held.append(score.low <= 0.5 <= score.high)
    assert np.mean(held) >= 0.88


@pytest.mark.parametrize("count", [6, 15])
@pytest.mark.parametrize("draw", [np.random.Generator.standard_exponential, np.random.Generator.standard_normal], ids=["skewed", "even"])
def test_the_median_interval_holds_even_if_the_longest_are_cut_off(count: int, draw: Callable[[np.random.Generator, int], Floats]) -> None:
    random = np.random.default_rng(31)
    true = math.log(2) if draw is np.random.Generator.standard_exponential else 0.0
    held = []
    for _ in range(1000):
        values = draw(random, count)
        cut = values > 2.0
        low, high = median_interval(np.minimum(values, 2.0), cut)
        held.append(low <= true and (math.isnan(high) or true <= high))
    assert np.mean(held) >= 0.94


def test_chance_alone_is_seldom_taken_for_synchrony_of_eye_and_mouth() -> None:
    random = np.random.default_rng(41)
    p_values, held = [], []
    for seed in range(120):
        lids = [wink(Side.LEFT, float(at), hold_s=0.3) for at in random.uniform(0.5, 58, random.poisson(10))]
        mouth = [mouth_spasm(Side.LEFT, float(at)) for at in random.uniform(0.5, 58, random.poisson(10))]
        script = Script(duration_s=60.0, episodes=(*lids, *mouth))
        world = simulate_signals(script, frame_rate_hz=24.0, seed=seed)
        score, _, p = eye_mouth_synchrony(Side.LEFT, signals=world, quality=simulate_quality(script), parameters=QUICK)
        p_values.append(p.value)
        held.append(score.low <= 0 <= score.high)
    assert np.mean(np.array(p_values) < 0.05) < 0.12
    assert np.mean(np.array(p_values) < 0.5) == pytest.approx(0.5, abs=0.15)
    assert np.mean(held) >= 0.9
