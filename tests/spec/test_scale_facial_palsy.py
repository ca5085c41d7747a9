"""House-Brackmann grade (1985) and Sunnybrook composite (Ross 1996): movement x 4 less rest x 5 less synkinesis."""

import pytest

from spasmograph.care.scales import ChangeKind, Direction, NoTotal, load_scales, meaningful_change, reading
from spasmograph.errors import EntryError
from spasmograph.terms import Rater
from tests.scale_worlds import AT, ends, entered, form_of, highest, item_ranges, lowest, raters, told

MOVEMENTS = ("brow_raise", "gentle_closure", "smile", "snarl", "pucker")
HEALTHY = {**lowest("sunnybrook"), **{f"movement_{name}": 5 for name in MOVEMENTS}}
FLACCID = {**lowest("sunnybrook"), "rest_eye": 1, "rest_cheek": 2, "rest_mouth": 1}


def test_house_brackmann_has_grades_1_to_6() -> None:
    assert item_ranges("house_brackmann") == {"grade": (1, 6)}
    assert ends("house_brackmann") == (1.0, 6.0)
    assert len(form_of("house_brackmann").items[0].anchors) == 6


@pytest.mark.parametrize("grade", [0, 7, 2.5])
def test_house_brackmann_has_no_other_grade(grade: float) -> None:
    with pytest.raises(EntryError, match=f"is {grade}; it must lie in 1–6"):
        entered("house_brackmann", {"grade": grade})


def test_sunnybrook_items_have_their_published_ranges() -> None:
    ranges = item_ranges("sunnybrook")

    assert {name: ranges[name] for name in ("rest_eye", "rest_cheek", "rest_mouth")} == {
        "rest_eye": (0, 1),
        "rest_cheek": (0, 2),
        "rest_mouth": (0, 1),
    }
    assert [ranges[f"movement_{name}"] for name in MOVEMENTS] == [(1, 5)] * 5
    assert [ranges[f"synkinesis_{name}"] for name in MOVEMENTS] == [(0, 3)] * 5
    assert len(ranges) == 13


def test_sunnybrook_of_a_symmetrical_face_is_100() -> None:
    result = entered("sunnybrook", HEALTHY)

    assert result.total == 100.0
    assert result.subscores == {"movement": 100.0, "rest": 0.0, "synkinesis": 0.0}


def test_sunnybrook_of_a_flaccid_face_is_0() -> None:
    result = entered("sunnybrook", FLACCID)

    assert result.total == 0.0
    assert result.subscores == {"movement": 20.0, "rest": 20.0, "synkinesis": 0.0}


def test_sunnybrook_worst_rest_is_20_and_worst_synkinesis_15() -> None:
    result = entered("sunnybrook", highest("sunnybrook"))

    assert result.subscores == {"movement": 100.0, "rest": 20.0, "synkinesis": 15.0}
    assert result.total == 65.0


def test_sunnybrook_worked_example() -> None:
    movements = dict(zip((f"movement_{name}" for name in MOVEMENTS), (2, 4, 3, 3, 4), strict=True))
    synkinesis = dict(zip((f"synkinesis_{name}" for name in MOVEMENTS), (1, 2, 2, 0, 3), strict=True))

    result = entered("sunnybrook", {**movements, **synkinesis, "rest_eye": 1, "rest_cheek": 0, "rest_mouth": 1})

    assert result.total == 16 * 4 - 2 * 5 - 8


def test_sunnybrook_below_its_published_range_has_no_total() -> None:
    result = entered("sunnybrook", {**FLACCID, "synkinesis_smile": 1})

    assert result.total is None
    assert reading(result).no_total is NoTotal.OUTSIDE_PUBLISHED_RANGE
    assert result.subscores["synkinesis"] == 1.0


def test_sunnybrook_movement_alone_is_a_subscore() -> None:
    result = entered("sunnybrook", {f"movement_{name}": 3 for name in MOVEMENTS})

    assert (result.total, dict(result.subscores)) == (None, {"movement": 60.0})


def test_higher_is_better_for_sunnybrook_alone() -> None:
    better = {scale.id for scale in load_scales().values() if scale.direction is Direction.HIGHER_IS_BETTER}
    change = meaningful_change("sunnybrook", told("sunnybrook", 50), told("sunnybrook", 70, day=90))

    assert better == {"sunnybrook"}
    assert (change.kind, change.better) == (ChangeKind.NO_THRESHOLD, True)


@pytest.mark.parametrize("scale", ["house_brackmann", "sunnybrook"])
def test_a_clinician_rates(scale: str) -> None:
    assert raters(scale) == (Rater.CLINICIAN,)
    assert entered(scale, highest(scale)).rater is Rater.CLINICIAN
    assert entered(scale, highest(scale)).at == AT
