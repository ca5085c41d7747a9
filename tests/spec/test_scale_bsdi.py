"""Blepharospasm Disability Index: six activities 0-4 or not applicable; mean 0-4 and sum 0-24; 0.7 of the mean counts (Jankovic et al. 2009)."""

import pytest

from spasmograph.care.scales import ChangeKind, NotComparable, NoTotal, load_scales, meaningful_change, reading
from spasmograph.errors import EntryError
from spasmograph.terms import Rater
from tests.scale_worlds import ends, entered, form_of, item_ranges, lowest, raters, told

ACTIVITIES = ["driving", "reading", "television", "shopping", "walking", "everyday"]


@pytest.mark.parametrize(("form", "range_"), [("mean", (0.0, 4.0)), ("sum", (0.0, 24.0))])
def test_six_activities_of_0_to_4_in_both_conventions(form: str, range_: tuple[float, float]) -> None:
    assert item_ranges("bsdi", form) == dict.fromkeys(ACTIVITIES, (0, 4))
    assert ends("bsdi", form) == range_
    assert (form_of("bsdi", form).low, form_of("bsdi", form).high) == range_


def test_the_mean_is_the_sum_divided_by_six() -> None:
    items = dict(zip(ACTIVITIES, [4, 3, 2, 1, 0, 1], strict=True))

    assert entered("bsdi", items, "sum").total == 11.0
    assert entered("bsdi", items, "mean").total == pytest.approx(11 / 6)


@pytest.mark.parametrize("form", ["mean", "sum"])
def test_an_activity_may_not_apply_and_then_no_verified_rule_gives_a_total(form: str) -> None:
    result = entered("bsdi", {**lowest("bsdi", form), "driving": None}, form)

    assert result.total is None
    assert reading(result).no_total is NoTotal.NOT_APPLICABLE
    assert reading(result).not_applicable == ("driving",)
    assert reading(result).missing == ()


def test_the_convention_must_be_said() -> None:
    with pytest.raises(EntryError, match="must be one of 'mean', 'sum'"):
        told("bsdi", 2)


def test_a_sum_is_no_mean() -> None:
    with pytest.raises(EntryError, match=r"the total of Blepharospasm Disability Index \(BSDI\) is 12; it must lie in 0–4"):
        told("bsdi", 12, "mean")


def test_the_person_rates() -> None:
    assert raters("bsdi") == (Rater.SELF,)


@pytest.mark.parametrize(
    ("points", "kind"),
    [(-5, ChangeKind.IMPROVED), (-4, ChangeKind.SMALLER), (4, ChangeKind.SMALLER), (5, ChangeKind.WORSENED)],
)
def test_0_7_of_the_mean_counts(points: int, kind: ChangeKind) -> None:
    before = dict(zip(ACTIVITIES, [2, 2, 2, 2, 2, 2], strict=True))
    step = 1 if points > 0 else -1
    after = {name: value + (step if place < abs(points) else 0) for place, (name, value) in enumerate(before.items())}

    change = meaningful_change("bsdi", entered("bsdi", before, "mean"), entered("bsdi", after, "mean", day=21))

    assert change.kind is kind
    assert change.difference == pytest.approx(points / 6)


def test_exactly_0_7_counts_in_spite_of_rounding() -> None:
    assert meaningful_change("bsdi", told("bsdi", 2.1, "mean"), told("bsdi", 1.4, "mean", day=21)).kind is ChangeKind.IMPROVED
    assert meaningful_change("bsdi", told("bsdi", 2.1, "mean"), told("bsdi", 1.41, "mean", day=21)).kind is ChangeKind.SMALLER


def test_nothing_is_published_for_the_sum_and_the_conventions_are_not_mixed() -> None:
    by_sum = meaningful_change("bsdi", told("bsdi", 18, "sum"), told("bsdi", 12, "sum", day=21))
    mixed = meaningful_change("bsdi", told("bsdi", 3, "mean"), told("bsdi", 12, "sum", day=21))

    assert by_sum.kind is ChangeKind.NO_THRESHOLD
    assert (mixed.kind, mixed.why) == (ChangeKind.NOT_COMPARABLE, NotComparable.OTHER_VARIANT)


def test_what_is_not_verified_is_told() -> None:
    assert load_scales()["bsdi"].unverified("mean") == ("topics", "not_applicable")
