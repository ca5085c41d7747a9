"""Laws that every scale keeps, whatever is filled in: totals inside the range, one way per item, order of items without meaning, nothing imputed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.care.scales import ChangeKind, Formula, Item, check, filled_in, load_scales, meaningful_change, reading, told_total
from spasmograph.errors import EntryError
from spasmograph.model.record import ScaleResult
from tests.scale_worlds import AT, CALCULATED, FORMS, form_of

SYMMETRIC = tuple(form for form in CALCULATED if form_of(*form).formula in (Formula.SUM, Formula.MEAN))
COMPARED = tuple(form for form in FORMS if not load_scales()[form[0]].rates_change)


def values(item: Item) -> st.SearchStrategy[float]:
    return st.integers(0, round((item.high - item.low) / item.step)).map(lambda steps: item.low + steps * item.step)


@st.composite
def answers(draw: st.DrawFn, form: tuple[str, str]) -> dict[str, float | None]:
    """All items of a form, each inside its range."""
    return {item.id: draw(values(item)) for item in form_of(*form).items}


def entered(form: tuple[str, str], items: dict[str, float | None]) -> ScaleResult:
    return filled_in(form[0], items, variant=form[1], at=AT)


@st.composite
def filled_forms(draw: st.DrawFn) -> tuple[tuple[str, str], dict[str, float | None]]:
    form = draw(st.sampled_from(CALCULATED))
    return form, draw(answers(form))


@st.composite
def told_pairs(draw: st.DrawFn) -> tuple[str, ScaleResult, ScaleResult]:
    """Two totals of one form, a month apart."""
    scale, variant = draw(st.sampled_from(COMPARED))
    form = form_of(scale, variant)
    steps = round(((form.high or 50.0) - form.low) / (form.step or 0.25))
    first, second = (form.low + draw(st.integers(0, steps)) * (form.step or 0.25) for _ in range(2))
    earlier = told_total(scale, first, variant=variant, at=AT)
    return scale, earlier, told_total(scale, second, variant=variant, at=AT + timedelta(days=30))


@given(filled_forms())
def test_totals_and_subscores_lie_in_their_published_ranges(filled: tuple[tuple[str, str], dict[str, float | None]]) -> None:
    form, items = filled
    variant, result = form_of(*form), entered(form, items)

    check(result)
    assert {part.id for part in variant.parts} == result.subscores.keys()
    if result.total is None:
        assert form[0] == "sunnybrook"
    else:
        assert variant.low <= result.total <= (variant.high or 0.0)


@given(filled_forms(), st.data())
def test_raising_one_item_moves_the_total_one_way_only(filled: tuple[tuple[str, str], dict[str, float | None]], data: st.DataObject) -> None:
    form, items = filled
    item = data.draw(st.sampled_from(form_of(*form).items))
    raised = {**items, item.id: item.high}
    before, after = entered(form, items).total, entered(form, raised).total
    if before is None or after is None or items[item.id] == item.high:
        return

    falls = item.id.startswith(("rest_", "synkinesis_"))
    assert (after < before) if falls else (after > before)


@given(st.data())
def test_sums_and_means_do_not_care_which_item_is_which(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(SYMMETRIC))
    items = data.draw(answers(form))
    shuffled = dict(zip(items, data.draw(st.permutations(list(items.values()))), strict=True))

    assert entered(form, shuffled).total == pytest.approx(entered(form, items).total)


@given(filled_forms(), st.data())
def test_without_one_item_there_is_no_total(filled: tuple[tuple[str, str], dict[str, float | None]], data: st.DataObject) -> None:
    form, items = filled
    lost = data.draw(st.sampled_from(sorted(items)))
    del items[lost]
    if not items:
        with pytest.raises(EntryError, match="has neither an item nor a total"):
            entered(form, items)
        return

    result = entered(form, items)
    assert result.total is None
    assert reading(result).missing == (lost,)


@given(filled_forms())
def test_a_calculated_total_may_be_told_as_well(filled: tuple[tuple[str, str], dict[str, float | None]]) -> None:
    form, items = filled
    total = entered(form, items).total
    if total is not None:
        assert told_total(form[0], total, variant=form[1], at=AT).total == total


@given(filled_forms(), st.data())
def test_values_outside_the_range_or_between_steps_are_refused(filled: tuple[tuple[str, str], dict[str, float | None]], data: st.DataObject) -> None:
    form, items = filled
    item = data.draw(st.sampled_from(form_of(*form).items))
    wrong = data.draw(
        st.one_of(
            st.floats(max_value=item.low, exclude_max=True),
            st.floats(min_value=item.high, exclude_min=True),
            st.just(float("nan")),
            values(item).map(lambda value: value + 0.5),
        )
    )

    with pytest.raises(EntryError, match=f"item {item.id} of .* it must lie in {item.low:g}–{item.high:g}"):
        entered(form, {**items, item.id: wrong})


@given(told_pairs())
def test_there_and_back_are_opposite(pair: tuple[str, ScaleResult, ScaleResult]) -> None:
    scale, earlier, later = pair
    there = meaningful_change(scale, earlier, later)
    back = meaningful_change(scale, replace(later, at=AT), replace(earlier, at=AT))

    assert there.difference is not None
    assert back.difference == -there.difference
    assert there.better is (None if back.better is None else not back.better)
    if there.kind is back.kind:
        assert there.kind in (ChangeKind.SMALLER, ChangeKind.NO_THRESHOLD)


@given(told_pairs())
def test_what_counts_is_never_smaller_than_the_threshold(pair: tuple[str, ScaleResult, ScaleResult]) -> None:
    change = meaningful_change(*pair)
    if change.kind in (ChangeKind.IMPROVED, ChangeKind.WORSENED):
        assert change.threshold is not None
        assert abs(change.difference or 0.0) >= change.threshold.value - 1e-9
        assert change.better is (change.kind is ChangeKind.IMPROVED)
    if change.kind is ChangeKind.SMALLER:
        assert change.threshold is not None
        assert abs(change.difference or 0.0) < change.threshold.value
