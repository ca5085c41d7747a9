"""Abnormal Involuntary Movement Scale (Guy 1976): seven items 0-4, total 0-28; Schooler and Kane's criterion (1982); change of 2 (Stacy 2019)."""

import pytest

from spasmograph.care.scales import ChangeKind, meaningful_change, reading
from spasmograph.terms import Rater
from tests.scale_worlds import ends, entered, form_of, item_ranges, lowest, raters, told


def test_seven_items_of_0_to_4_and_a_total_of_0_to_28() -> None:
    assert item_ranges("aims") == {str(number): (0, 4) for number in range(1, 8)}
    assert ends("aims") == (0.0, 28.0)


def test_items_and_steps_are_named() -> None:
    assert all(item.name and len(item.anchors) == 5 for item in form_of("aims").items)


@pytest.mark.parametrize("item", [str(number) for number in range(1, 8)])
def test_moderate_in_one_area_reaches_the_criterion(item: str) -> None:
    assert reading(entered("aims", {**lowest("aims"), item: 3})).flags == ("schooler_kane_ratings",)
    assert reading(entered("aims", {**lowest("aims"), item: 2})).flags == ()


def test_mild_in_two_areas_reaches_the_criterion() -> None:
    assert reading(entered("aims", {**lowest("aims"), "1": 2, "4": 2})).flags == ("schooler_kane_ratings",)


def test_minimal_everywhere_does_not() -> None:
    result = entered("aims", dict.fromkeys(lowest("aims"), 1))

    assert (result.total, reading(result).flags) == (7.0, ())


def test_the_criterion_is_seen_before_all_areas_are_rated_and_is_not_urgent() -> None:
    result = entered("aims", {"2": 3})

    assert (result.total, reading(result).flags, reading(result).attention) == (None, ("schooler_kane_ratings",), ())


def test_a_clinician_rates() -> None:
    assert raters("aims") == (Rater.CLINICIAN,)


@pytest.mark.parametrize(("later", "kind"), [(8, ChangeKind.IMPROVED), (9, ChangeKind.SMALLER), (12, ChangeKind.NO_THRESHOLD)])
def test_two_points_of_improvement_count(later: float, kind: ChangeKind) -> None:
    assert meaningful_change("aims", told("aims", 10), told("aims", later, day=42)).kind is kind
