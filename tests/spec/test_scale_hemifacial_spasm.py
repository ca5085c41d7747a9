"""Scales of hemifacial spasm: SMC grade (Lee 2012), HSGS (Tambasco 2019), HFS-7 and HFS-30 (Tan 2005, 2004; changes: Saengphatrachai 2025)."""

import pytest

from spasmograph.care.scales import ChangeKind, Mark, NoTotal, Text, load_scales, meaningful_change, reading
from spasmograph.errors import EntryError
from spasmograph.terms import Rater
from tests.scale_worlds import ends, entered, form_of, highest, item_ranges, lowest, raters, told


def test_smc_has_grades_1_to_4() -> None:
    assert item_ranges("smc") == {"grade": (1, 4)}
    assert ends("smc") == (1.0, 4.0)
    assert len(form_of("smc").items[0].anchors) == 4


def test_smc_grade_0_was_not_read_and_is_refused() -> None:
    with pytest.raises(EntryError, match=r"item grade of Samsung Medical Center grade \(SMC\) is 0; it must lie in 1–4"):
        entered("smc", {"grade": 0})


def test_smc_is_a_clinicians_and_has_no_published_change() -> None:
    assert raters("smc") == (Rater.CLINICIAN,)
    assert meaningful_change("smc", told("smc", 4), told("smc", 1, day=90)).kind is ChangeKind.NO_THRESHOLD


def test_hsgs_takes_a_total_with_fractions_and_no_item() -> None:
    assert told("hsgs", 6.25).total == 6.25
    assert load_scales()["hsgs"].text is Text.TOTAL
    with pytest.raises(EntryError, match=r"Hemifacial Spasm Grading Scale \(HSGS\) has no item '1'; only its total can be noted"):
        entered("hsgs", {"1": 2})


@pytest.mark.parametrize("total", [-0.25, float("nan"), float("inf")])
def test_hsgs_total_is_a_number_from_0(total: float) -> None:
    with pytest.raises(EntryError, match=r"the total of Hemifacial Spasm Grading Scale .* it must be at least 0"):
        told("hsgs", total)


def test_hfs7_has_seven_items_of_0_to_4_and_a_sum_of_0_to_28() -> None:
    assert item_ranges("hfs7") == {str(number): (0, 4) for number in range(1, 8)}
    assert ends("hfs7") == (0.0, 28.0)
    assert (form_of("hfs7").low, form_of("hfs7").high) == (0, 28)


def test_hfs7_total_is_the_sum_of_its_items() -> None:
    result = entered("hfs7", {"1": 4, "2": 0, "3": 1, "4": 2, "5": 3, "6": 0, "7": 1})

    assert (result.total, dict(result.subscores)) == (11.0, {})


def test_hfs7_with_six_items_has_no_total_and_nothing_is_imputed() -> None:
    items = lowest("hfs7")
    del items["5"]
    result = entered("hfs7", items)

    assert result.total is None
    assert (reading(result).no_total, reading(result).missing) == (NoTotal.ITEMS_MISSING, ("5",))


@pytest.mark.parametrize(
    ("later", "kind"), [(15, ChangeKind.SMALLER), (13, ChangeKind.SMALLER), (12, ChangeKind.IMPROVED), (16, ChangeKind.NO_THRESHOLD)]
)
def test_hfs7_improves_by_2_63_and_nothing_is_published_for_worsening(later: float, kind: ChangeKind) -> None:
    assert meaningful_change("hfs7", told("hfs7", 15), told("hfs7", later, day=28)).kind is kind


def test_hfs7_threshold_stands_with_its_interval() -> None:
    threshold = form_of("hfs7").threshold

    assert threshold is not None
    assert (threshold.value, threshold.low, threshold.high, threshold.both_ways) == (2.63, 1.92, 3.33, False)


def test_hfs30_has_thirty_items_of_0_to_4_and_a_sum_of_0_to_120() -> None:
    assert list(item_ranges("hfs30").values()) == [(0, 4)] * 30
    assert ends("hfs30") == (0.0, 120.0)


@pytest.mark.parametrize(("later", "kind"), [(56, ChangeKind.SMALLER), (55, ChangeKind.IMPROVED), (64, ChangeKind.NO_THRESHOLD)])
def test_hfs30_improves_by_4_46(later: float, kind: ChangeKind) -> None:
    threshold = form_of("hfs30").threshold

    assert threshold is not None
    assert (threshold.value, threshold.low, threshold.high) == (4.46, 3.65, 5.41)
    assert meaningful_change("hfs30", told("hfs30", 60), told("hfs30", later, day=28)).kind is kind


@pytest.mark.parametrize("scale", ["hfs7", "hfs30"])
def test_questionnaires_are_the_persons_own_without_their_text(scale: str) -> None:
    assert raters(scale) == (Rater.SELF,)
    assert load_scales()[scale].text is Text.NUMBERS
    assert {item.name for item in form_of(scale).items} == {""}
    with pytest.raises(EntryError, match="is 5; it must lie in 0–4"):
        entered(scale, {**highest(scale), "1": 5})


def test_hfs7_range_is_told_as_derived() -> None:
    assert {fact.about: fact.mark for fact in form_of("hfs7").facts} == dict.fromkeys(("structure", "formula", "range"), Mark.DERIVED)
