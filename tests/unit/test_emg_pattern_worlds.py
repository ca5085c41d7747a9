"""Simulated muscles, sample by sample, through the whole measurement: each world is told for what it is."""

import numpy as np
import pytest

from spasmograph.app.emg import measure_biosignal
from spasmograph.measure.emg.simulate import simulate_emg
from spasmograph.model import EmgMeasurement, Standing, Together


def measured(world: str, *, seed: int = 0, strength: float = 8.0) -> EmgMeasurement:
    return measure_biosignal(simulate_emg(world, seed=seed, duration_s=60.0, strength=strength).biosignal)


def verdicts(measurement: EmgMeasurement) -> dict[tuple[str, str], Together]:
    return {(one.first.removesuffix("_right"), one.second.removesuffix("_right")): one.together for one in measurement.synchrony}


def standing(measurement: EmgMeasurement, pattern_id: str) -> list[Standing]:
    return [feature.standing for one in measurement.published if one.pattern_id == pattern_id for feature in one.features]


@pytest.mark.parametrize("strength", [3.0, 8.0])
def test_one_sided_synchronous_bursts(strength: float) -> None:
    found = measured("hemifacial", seed=3, strength=strength)
    told = verdicts(found)
    assert told["orbicularis_oculi", "orbicularis_oris"] is told["orbicularis_oculi", "mentalis"] is Together.SYNCHRONOUS
    assert not any(one.rhythmic for one in found.patterns)
    assert standing(found, "one_sided_synchronous_irregular")[:3] == [Standing.FOR] * 3
    assert standing(found, "bilateral_synchronous") == [Standing.AGAINST]


def test_bilateral_synchronous_bursts() -> None:
    found = measured("blepharospasm")
    assert verdicts(found)["orbicularis_oculi", "orbicularis_oculi_left"] is Together.SYNCHRONOUS
    assert standing(found, "bilateral_synchronous") == [Standing.FOR]
    assert standing(found, "one_sided_synchronous_irregular")[1] is Standing.AGAINST


@pytest.mark.parametrize("seed", [0, 1])
def test_a_ripple_of_one_muscle(seed: int) -> None:
    made = simulate_emg("myokymia", seed=seed, duration_s=60.0)
    found = measure_biosignal(made.biosignal)
    (rippling,) = (one for one in found.patterns if one.rhythmic)
    assert rippling.rhythm_hz.value == pytest.approx(made.truth.rhythm_hz, rel=0.01)
    assert standing(found, "single_muscle_rhythm")[0] is standing(found, "single_muscle_rhythm")[2] is Standing.FOR


@pytest.mark.parametrize("strength", [3.0, 8.0])
def test_cross_talk_is_not_called_synchrony(strength: float) -> None:
    found = measured("cross_talk", strength=strength)
    assert set(verdicts(found).values()) == {Together.CROSS_TALK}
    assert Standing.FOR not in standing(found, "one_sided_synchronous_irregular")


def test_synkinesis_has_the_ratio_that_was_put_in() -> None:
    made = simulate_emg("synkinesis", duration_s=90.0)
    found = measure_biosignal(made.biosignal)
    ratios = {(one.moved, one.follower): one for one in found.synkinesis}
    for true in made.truth.synkinesis:
        assert ratios[true.moved, true.follower].ratio.value == pytest.approx(true.ratio, abs=0.05)
        assert ratios[true.moved, true.follower].followed == ratios[true.moved, true.follower].movements
    healthy = [one for pair, one in ratios.items() if pair not in {(true.moved, true.follower) for true in made.truth.synkinesis}]
    assert max(one.ratio.value for one in healthy) < 0.05
    assert standing(found, "movement_locked") == [Standing.FOR]


def test_healthy_movements_lock_nothing() -> None:
    found = measured("voluntary")
    assert standing(found, "movement_locked") == [Standing.AGAINST]
    assert np.nanmax([one.ratio.value for one in found.synkinesis]) < 0.05
