"""PHQ-9 (Kroenke 2001; change of 5: Löwe 2004) and GAD-7 (Spitzer 2006; change of 4: Toussaint 2020): items 0-3, totals 0-27 and 0-21."""

import pytest

from spasmograph.care.scales import ChangeKind, NoTotal, Text, load_scales, meaningful_change, reading
from spasmograph.terms import Rater
from tests.scale_worlds import ends, entered, form_of, highest, item_ranges, lowest, raters, told


@pytest.mark.parametrize(("scale", "count", "most"), [("phq9", 9, 27.0), ("gad7", 7, 21.0)])
def test_items_of_0_to_3_and_the_range_of_the_sum(scale: str, count: int, most: float) -> None:
    assert item_ranges(scale) == {str(number): (0, 3) for number in range(1, count + 1)}
    assert ends(scale) == (0.0, most)


@pytest.mark.parametrize("value", [1, 2, 3])
def test_item_9_above_0_asks_for_attention(value: int) -> None:
    result = entered("phq9", {**lowest("phq9"), "9": value})

    assert result.total == value
    assert reading(result).attention == ("phq9_item_9",)


def test_item_9_asks_for_attention_even_if_nothing_else_was_answered() -> None:
    result = entered("phq9", {"9": 1})

    assert (result.total, reading(result).no_total) == (None, NoTotal.ITEMS_MISSING)
    assert reading(result).attention == ("phq9_item_9",)


def test_all_other_items_do_not_ask_for_it() -> None:
    result = entered("phq9", {**highest("phq9"), "9": 0})

    assert (result.total, reading(result).attention) == (24.0, ())


def test_gad7_has_no_such_item() -> None:
    assert reading(entered("gad7", highest("gad7"))).attention == ()


def test_a_missing_item_is_not_replaced_by_the_mean_of_the_others() -> None:
    items = highest("phq9")
    del items["3"]

    assert entered("phq9", items).total is None


@pytest.mark.parametrize(("scale", "step"), [("phq9", 5), ("gad7", 4)])
def test_the_change_that_counts_holds_both_ways(scale: str, step: int) -> None:
    def kind(later: float) -> ChangeKind:
        return meaningful_change(scale, told(scale, 10), told(scale, later, day=28)).kind

    assert [kind(10 - step), kind(11 - step), kind(9 + step), kind(10 + step)] == [
        ChangeKind.IMPROVED,
        ChangeKind.SMALLER,
        ChangeKind.SMALLER,
        ChangeKind.WORSENED,
    ]


@pytest.mark.parametrize("scale", ["phq9", "gad7"])
def test_numbers_without_text_rated_by_the_person(scale: str) -> None:
    assert load_scales()[scale].text is Text.NUMBERS
    assert {(item.name, item.anchors) for item in form_of(scale).items} == {("", ())}
    assert raters(scale) == (Rater.SELF,)
