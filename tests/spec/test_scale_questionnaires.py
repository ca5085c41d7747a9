"""CDQ-24 (Müller 2004), SAQ (Mehta 2007) and MYMOP2 (Paterson 1996): sums are calculated, transforms that were not read are not."""

import pytest

from spasmograph.care.scales import ChangeKind, NoTotal, Text, load_scales, meaningful_change, reading
from spasmograph.errors import EntryError
from spasmograph.terms import Rater
from tests.scale_worlds import ends, entered, form_of, highest, item_ranges, lowest, raters, told


def test_cdq24_has_twenty_four_items_of_0_to_4_and_a_sum_of_0_to_96() -> None:
    assert list(item_ranges("cdq24", "sum").values()) == [(0, 4)] * 24
    assert ends("cdq24", "sum") == (0.0, 96.0)


def test_saq_has_nine_items_of_1_to_5_and_a_sum_of_9_to_45() -> None:
    assert item_ranges("saq", "sum") == {str(number): (1, 5) for number in range(1, 10)}
    assert ends("saq", "sum") == (9.0, 45.0)


@pytest.mark.parametrize(("scale", "range_"), [("cdq24", (0, 100)), ("saq", (20, 100))])
def test_transforms_are_noted_as_told_and_not_calculated_until_they_are_verified(scale: str, range_: tuple[int, int]) -> None:
    form = form_of(scale, "percent")
    result = entered(scale, highest(scale, "percent"), "percent")

    assert [form.low, form.high] == list(range_)
    assert result.total is None
    assert reading(result).no_total is NoTotal.FORMULA_NOT_VERIFIED
    assert set(reading(result).unverified) == {"licence", "formula", "range"}
    assert told(scale, 55.5, "percent").total == 55.5


@pytest.mark.parametrize(("scale", "outside"), [("cdq24", 100.5), ("saq", 19.9)])
def test_a_told_percentage_outside_its_range_is_refused(scale: str, outside: float) -> None:
    with pytest.raises(EntryError, match=f"is {outside}; it must lie in"):
        told(scale, outside, "percent")


def test_saq_item_0_is_below_its_steps() -> None:
    with pytest.raises(EntryError, match=r"item 9 of Synkinesis Assessment Questionnaire \(SAQ\) is 0; it must lie in 1–5"):
        entered("saq", {**lowest("saq", "sum"), "9": 0}, "sum")


@pytest.mark.parametrize("scale", ["cdq24", "saq"])
def test_no_change_that_counts_was_read(scale: str) -> None:
    low, high = form_of(scale, "sum").low, form_of(scale, "sum").high

    assert high is not None
    assert meaningful_change(scale, told(scale, high, "sum"), told(scale, low, "sum", day=60)).kind is ChangeKind.NO_THRESHOLD


@pytest.mark.parametrize("scale", ["cdq24", "saq", "mymop2"])
def test_they_are_the_persons_own_without_their_text(scale: str) -> None:
    variant = load_scales()[scale].variants[0]

    assert raters(scale) == (Rater.SELF,)
    assert load_scales()[scale].text in (Text.NUMBERS, Text.TOTAL)
    assert {(item.name, item.anchors) for item in variant.items} <= {("", ())}


def test_mymop2_profile_is_a_told_mean_of_0_to_6() -> None:
    assert told("mymop2", 3.33).total == 3.33
    with pytest.raises(EntryError, match=r"is 6\.1; it must lie in 0–6"):
        told("mymop2", 6.1)


@pytest.mark.parametrize(
    ("later", "kind"), [(2.9, ChangeKind.IMPROVED), (3.0, ChangeKind.IMPROVED), (3.1, ChangeKind.SMALLER), (5.0, ChangeKind.NO_THRESHOLD)]
)
def test_mymop2_improves_by_1(later: float, kind: ChangeKind) -> None:
    assert meaningful_change("mymop2", told("mymop2", 4.0), told("mymop2", later, day=60)).kind is kind
