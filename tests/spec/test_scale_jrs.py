"""Jankovic Rating Scale (Jankovic & Orman 1987): severity 0-4 and frequency 0-4, sum 0-8; a change of 2 counts (Jankovic et al. 2009)."""

import pytest

from spasmograph.care.scales import ChangeKind, NotComparable, load_scales, meaningful_change
from spasmograph.errors import EntryError
from spasmograph.terms import Rater
from tests.scale_worlds import ends, entered, form_of, item_ranges, raters, told

FORMS = ("blepharospasm", "hemifacial_spasm")


@pytest.mark.parametrize("form", FORMS)
def test_severity_and_frequency_run_from_0_to_4(form: str) -> None:
    assert item_ranges("jrs", form) == {"severity": (0, 4), "frequency": (0, 4)}


@pytest.mark.parametrize("form", FORMS)
def test_the_sum_runs_from_0_to_8(form: str) -> None:
    assert ends("jrs", form) == (0.0, 8.0)
    assert (form_of("jrs", form).low, form_of("jrs", form).high) == (0, 8)


@pytest.mark.parametrize("severity", range(5))
@pytest.mark.parametrize("frequency", range(5))
def test_the_total_is_severity_plus_frequency(severity: int, frequency: int) -> None:
    result = entered("jrs", {"severity": severity, "frequency": frequency}, "blepharospasm")

    assert result.total == severity + frequency
    assert result.subscores == {"severity": severity, "frequency": frequency}


def test_severity_alone_is_a_subscore_without_a_total() -> None:
    result = entered("jrs", {"severity": 3}, "blepharospasm")

    assert result.total is None
    assert result.subscores == {"severity": 3.0}


def test_a_clinician_rates() -> None:
    assert raters("jrs") == (Rater.CLINICIAN,)


def test_which_steps_were_used_must_be_said() -> None:
    with pytest.raises(EntryError, match=r"variant of Jankovic Rating Scale .* is ''; it must be one of 'blepharospasm', 'hemifacial_spasm'"):
        entered("jrs", {"severity": 1, "frequency": 1})


def test_steps_of_blepharospasm_stand_in_our_words_and_those_of_hemifacial_spasm_do_not_stand() -> None:
    assert [len(item.anchors) for item in form_of("jrs", "blepharospasm").items] == [5, 5]
    assert [item.anchors for item in form_of("jrs", "hemifacial_spasm").items] == [(), ()]
    assert "Neurology 1987;37:616" in load_scales()["jrs"].citation


@pytest.mark.parametrize(
    ("later", "kind"),
    [
        (7, ChangeKind.WORSENED),
        (6, ChangeKind.SMALLER),
        (5, ChangeKind.SMALLER),
        (4, ChangeKind.SMALLER),
        (3, ChangeKind.IMPROVED),
        (0, ChangeKind.IMPROVED),
    ],
)
def test_two_points_count_both_ways(later: float, kind: ChangeKind) -> None:
    change = meaningful_change("jrs", told("jrs", 5, "blepharospasm"), told("jrs", later, "blepharospasm", day=30))

    assert (change.kind, change.difference) == (kind, later - 5)
    assert change.threshold is not None
    assert change.threshold.value == 2.0
    assert change.threshold.fact.sources == ("JRS-BSDI-2009",)


def test_no_change_that_counts_is_published_for_the_steps_of_hemifacial_spasm() -> None:
    change = meaningful_change("jrs", told("jrs", 8, "hemifacial_spasm"), told("jrs", 0, "hemifacial_spasm", day=30))

    assert (change.kind, change.difference, change.better, change.threshold) == (ChangeKind.NO_THRESHOLD, -8.0, True, None)


def test_the_two_forms_are_not_compared() -> None:
    change = meaningful_change("jrs", told("jrs", 8, "blepharospasm"), told("jrs", 0, "hemifacial_spasm", day=30))

    assert (change.kind, change.why) == (ChangeKind.NOT_COMPARABLE, NotComparable.OTHER_VARIANT)
