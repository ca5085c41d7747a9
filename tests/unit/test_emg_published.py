"""Published patterns beside a recording: what speaks for and against each, and nothing where there is not enough."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from spasmograph.measure.emg.patterns.activity import Activity
from spasmograph.measure.emg.patterns.features import MEASURES
from spasmograph.measure.emg.patterns.measuring import measure_patterns
from spasmograph.model import Annotation, PublishedPattern, Standing
from spasmograph.terms import Side
from tests.emg_pattern_worlds import ORIS, QUICK, at_random, irregular, muscle, reading, regular, waves

FOR, AGAINST, NOT_TOLD = Standing.FOR, Standing.AGAINST, Standing.NOT_TOLD
TABLE = tomllib.loads(files("spasmograph.data").joinpath("emg_patterns.toml").read_text("utf-8"))


def held(*muscles: Activity, annotations: tuple[Annotation, ...] = ()) -> dict[str, tuple[Standing, ...]]:
    return {one.pattern_id: tuple(feature.standing for feature in one.features) for one in beside(*muscles, annotations=annotations)}


def beside(*muscles: Activity, annotations: tuple[Annotation, ...] = ()) -> tuple[PublishedPattern, ...]:
    return measure_patterns(muscles, annotations=annotations, waveform=reading(waves(*muscles)), parameters=QUICK).published


def test_one_side_bursts_together_without_rhythm() -> None:
    random = np.random.default_rng(0)
    times_s = irregular(0.7, 0.6, 80, random)
    total_s = float(times_s[-1, 1]) + 2
    later = times_s + random.normal(0.004, 0.004, len(times_s))[:, None]
    eye, mouth = muscle(times_s, total_s=total_s), muscle(later, what=ORIS, total_s=total_s)
    quiet = muscle([(30, 30.1)], side=Side.RIGHT, total_s=total_s)
    found = held(eye, mouth, quiet)
    assert found["one_sided_synchronous_irregular"] == (FOR, FOR, FOR, NOT_TOLD, NOT_TOLD)
    assert found["bilateral_synchronous"] == (AGAINST,)
    assert found["single_muscle_rhythm"][0] is AGAINST
    assert found["single_muscle_rhythm"][2] is AGAINST


def test_a_stray_burst_of_a_quiet_muscle_on_the_other_side_does_not_make_two_sides() -> None:
    times_s = irregular(0.7, 0.6, 80, np.random.default_rng(0))
    total_s = float(times_s[-1, 1]) + 2
    eyes = (muscle(times_s, total_s=total_s), muscle([], side=Side.RIGHT, total_s=total_s))
    mouths = (muscle([], what=ORIS, total_s=total_s), muscle([(30, 30.1)], what=ORIS, side=Side.RIGHT, total_s=total_s))
    assert held(*eyes, *mouths)["one_sided_synchronous_irregular"][1] is FOR


def test_both_eyes_burst_together() -> None:
    times_s = at_random(0.5, 40, np.random.default_rng(0), recovery_s=0.3)
    left, right = muscle(times_s), muscle(times_s + 0.003, side=Side.RIGHT, total_s=float(times_s[-1, 1]) + 2)
    found = held(left, right)
    assert found["bilateral_synchronous"] == (FOR,)
    assert found["one_sided_synchronous_irregular"][:2] == (NOT_TOLD, AGAINST)


def test_one_muscle_ripples_by_itself() -> None:
    random = np.random.default_rng(0)
    rippling = muscle(regular(5.0, 0.1, 200, random))
    total_s = rippling.quality.observed_s
    other = at_random(0.5, 100, random)
    mouth = muscle(other[other[:, 1] < total_s], what=ORIS, total_s=total_s)
    found = held(rippling, mouth)
    assert found["single_muscle_rhythm"] == (FOR, FOR, FOR)
    assert found["one_sided_synchronous_irregular"][0] is AGAINST


def test_a_muscle_that_bursts_beside_silent_ones_bursts_alone() -> None:
    rippling = muscle(regular(5.0, 0.1, 200, np.random.default_rng(0)))
    total_s = rippling.quality.observed_s
    quiet = (muscle([], what=ORIS, total_s=total_s), muscle([(3, 3.1)], side=Side.RIGHT, total_s=total_s))
    found = held(rippling, *quiet)
    assert found["single_muscle_rhythm"] == (FOR, FOR, FOR)
    assert found["one_sided_synchronous_irregular"][:3] == (AGAINST, FOR, AGAINST)
    hardly_measured = muscle([], what=ORIS, total_s=total_s, observed=((0, 5),))
    assert held(rippling, hardly_measured)["single_muscle_rhythm"][2] is NOT_TOLD


def test_bursts_that_are_seconds_apart_do_not_ripple() -> None:
    found = held(muscle([(at, at + 0.2) for at in np.cumsum(np.random.default_rng(0).uniform(2, 6, 40))]))
    assert found["single_muscle_rhythm"] == (AGAINST, AGAINST, NOT_TOLD)


def test_another_muscle_joins_every_movement() -> None:
    moves = tuple(Annotation(onset_s=at, text="close eyes", duration_s=1.5) for at in (5.0, 12.0, 19.0, 26.0, 33.0))
    spans = [(one.onset_s + 0.1, one.onset_s + 1.4) for one in moves]
    eye, mouth = muscle(spans, total_s=60), muscle([*spans, (40, 42)], total_s=60, what=ORIS)
    assert held(eye, mouth, annotations=moves)["movement_locked"] == (FOR,)
    assert held(eye, mouth)["movement_locked"] == (NOT_TOLD,)
    seldom = muscle([spans[0], (40, 42)], total_s=60, what=ORIS)
    assert held(eye, seldom, annotations=moves)["movement_locked"] == (AGAINST,)
    assert held(eye, seldom, annotations=moves)["one_sided_synchronous_irregular"][4] is FOR


@pytest.mark.parametrize("muscles", [(), (muscle([]),), (muscle([(1, 1.1), (2, 2.1)]), muscle([(1, 1.1)], what=ORIS))], ids=["none", "quiet", "few"])
def test_what_is_too_little_speaks_neither_way(muscles: tuple[Activity, ...]) -> None:
    assert {standing for features in held(*muscles).values() for standing in features} == {NOT_TOLD}


def test_every_feature_says_what_was_seen_and_every_pattern_its_limits() -> None:
    for muscles in ((), (muscle(irregular(0.5, 0.5, 60, np.random.default_rng(0))),)):
        for pattern in beside(*muscles):
            assert pattern.features
            assert "overlap" in pattern.limits
            assert all(feature.seen and feature.text and "nan" not in feature.seen for feature in pattern.features)


def test_every_source_has_its_reference_and_every_measure_is_used() -> None:
    used = {feature["source"] for pattern in TABLE["pattern"] for feature in pattern["feature"]}
    named = set(re.findall(r"\b[A-Z]{3,}[A-Z0-9-]*\d*\b", " ".join(f"{one['limits']} " for one in TABLE["pattern"]) + TABLE["limits"])) - {"EMG"}
    assert used | named <= set(TABLE["sources"])
    assert {feature["measure"] for pattern in TABLE["pattern"] for feature in pattern["feature"]} == set(MEASURES)
    assert TABLE["sources"]["BANIK"].startswith("Banik & Miller")


def test_no_pattern_is_a_diagnosis() -> None:
    for pattern in TABLE["pattern"]:
        assert "as published for" in pattern["name"]
        assert "diagnos" not in pattern["limits"].casefold()


@pytest.mark.shared
def test_sources_are_those_of_the_evidence(shared: Path) -> None:
    evidence = (shared / "evidence" / "clinical.md").read_text("utf-8")
    references = dict(re.findall(r"^- \*\*(.+?)\*\*: (.+)$", evidence, flags=re.MULTILINE))
    for key, reference in TABLE["sources"].items():
        numbers = sorted(re.findall(r"\d+", reference))
        assert key == "DEFINITION" or numbers == sorted(re.findall(r"\d+", references[key]))
