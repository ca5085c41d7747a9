"""Scales as data and as entries: what every entry of the file must say, what is refused and in which words, what cannot be compared."""

import json
from dataclasses import FrozenInstanceError, asdict, replace
from datetime import timedelta, timezone

import pytest

from spasmograph.care.scales import (
    ChangeKind,
    Fact,
    Formula,
    Mark,
    NotComparable,
    NoTotal,
    Scale,
    Text,
    check,
    filled_in,
    load_scales,
    meaningful_change,
    reading,
    scale_of,
    scale_sources,
    told_total,
)
from spasmograph.care.scales.scoring import total_of
from spasmograph.errors import EntryError
from spasmograph.model.record import ScaleResult
from spasmograph.terms import Rater
from tests.scale_worlds import AT, FORMS, entered, form_of, highest, lowest, told

SCALES = tuple(load_scales().values())
OF_THE_RECORD = {
    "jrs",
    "hsgs",
    "smc",
    "aims",
    "bsdi",
    "hfs7",
    "hfs30",
    "cdq24",
    "pgi_i",
    "cgi_s",
    "cgi_i",
    "mymop2",
    "phq9",
    "gad7",
    "house_brackmann",
    "sunnybrook",
    "saq",
}


def facts_of(scale: Scale) -> list[Fact]:
    thresholds = [variant.threshold.fact for variant in scale.variants if variant.threshold]
    return [*scale.facts, *(flag.fact for flag in scale.flags), *thresholds, *(fact for variant in scale.variants for fact in variant.facts)]


def test_every_scale_is_there() -> None:
    assert load_scales().keys() == OF_THE_RECORD


def test_scales_are_read_once_and_cannot_be_changed() -> None:
    assert load_scales() is load_scales()
    with pytest.raises(TypeError, match="does not support item assignment"):
        load_scales()["jrs"] = SCALES[0]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError, match="cannot assign to field"):
        SCALES[0].name = "another"  # type: ignore[misc]


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_a_scale_is_plain_json(scale: Scale) -> None:
    assert json.loads(json.dumps(asdict(scale)))["id"] == scale.id


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_a_scale_says_where_it_comes_from_who_rates_and_what_may_be_shown(scale: Scale) -> None:
    assert scale.citation in scale_sources().values()
    assert scale.raters
    assert scale.version
    assert scale.about
    assert "licence" in {fact.about for fact in scale.facts}


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_what_was_read_has_a_source_and_what_was_not_says_so(scale: Scale) -> None:
    for fact in facts_of(scale):
        assert set(fact.sources) <= scale_sources().keys(), fact
        assert (fact.mark is Mark.GENERAL_KNOWLEDGE) == (not fact.sources), fact
        assert fact.mark is Mark.READ or fact.why, fact


def test_every_source_is_cited() -> None:
    cited = {source for scale in SCALES for fact in facts_of(scale) for source in fact.sources}

    assert {key for key, reference in scale_sources().items() if key not in cited and reference not in {scale.citation for scale in SCALES}} == set()


@pytest.mark.parametrize(("scale_id", "variant_id"), FORMS)
def test_a_form_fits_together(scale_id: str, variant_id: str) -> None:
    form = form_of(scale_id, variant_id)
    items = [item.id for item in form.items]

    assert len(set(items)) == len(items)
    assert bool(items) is (form.formula is not Formula.TOLD)
    assert all(item.low < item.high and len(item.anchors) in (0, item.high - item.low + 1) for item in form.items)
    assert {"structure", "range"} <= {fact.about for fact in form.facts}
    assert {name for part in form.parts for name in part.items} <= set(items)
    assert bool(form.parts) is (form.formula is Formula.COMPOSITE)


@pytest.mark.parametrize(("scale_id", "variant_id"), [form for form in FORMS if form_of(*form).formula not in (Formula.TOLD, Formula.COMPOSITE)])
def test_a_published_range_is_the_one_that_the_items_give(scale_id: str, variant_id: str) -> None:
    form = form_of(scale_id, variant_id)
    verified = replace(form, low=-1e9, high=1e9, facts=(Fact(about="formula", mark=Mark.READ),))

    assert total_of(verified, lowest(scale_id, variant_id)) == form.low
    assert total_of(verified, highest(scale_id, variant_id)) == form.high


@pytest.mark.parametrize("scale_id", ["bsdi", "cdq24", "saq"])
def test_conventions_of_one_scale_have_the_same_items(scale_id: str) -> None:
    first, second = load_scales()[scale_id].variants

    assert first.items == second.items


@pytest.mark.parametrize(("scale_id", "variant_id"), FORMS)
def test_subscores_have_the_range_that_their_items_give(scale_id: str, variant_id: str) -> None:
    form = form_of(scale_id, variant_id)
    ranges = {item.id: (item.low, item.high) for item in form.items}

    for part in form.parts:
        assert part.low == part.factor * sum(ranges[item][0] for item in part.items)
        assert part.high == part.factor * sum(ranges[item][1] for item in part.items)


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_text_stands_only_where_it_may(scale: Scale) -> None:
    names = {item.name for variant in scale.variants for item in variant.items}
    anchors = {item.anchors for variant in scale.variants for item in variant.items}

    assert ("" in names) is (scale.text is Text.NUMBERS)
    assert (anchors <= {()}) is (scale.text is not Text.TEXT)
    assert bool(names) is (scale.text is not Text.TOTAL)


def test_thresholds_are_read_and_hold_for_the_blepharospasm_form_and_the_mean_alone() -> None:
    with_threshold = {(scale.id, form.id): form.threshold for scale in SCALES for form in scale.variants if form.threshold}

    assert set(with_threshold) == {
        ("jrs", "blepharospasm"),
        ("bsdi", "mean"),
        *((scale, "") for scale in ("aims", "hfs7", "hfs30", "mymop2", "phq9", "gad7")),
    }
    assert all(threshold.fact.mark is Mark.READ and threshold.for_whom for threshold in with_threshold.values())
    assert all((threshold.low or 0.0) <= threshold.value <= (threshold.high or 99.0) for threshold in with_threshold.values())


def test_an_entry_keeps_what_it_was_given() -> None:
    result = filled_in("hfs7", {"7": 1, "1": 2}, at=AT, rater=Rater.SELF, note="in the waiting room")

    assert (result.scale, result.variant, result.at, result.rater, result.note) == ("hfs7", "", AT, Rater.SELF, "in the waiting room")
    assert list(result.items.items()) == [("1", 2), ("7", 1)]


def test_a_told_total_keeps_told_subscores() -> None:
    result = told_total("jrs", 5, variant="blepharospasm", at=AT, subscores={"severity": 3, "frequency": 2})

    assert (result.total, result.subscores, result.items) == (5, {"severity": 3, "frequency": 2}, {})
    assert reading(result).no_total is None
    assert reading(result).missing == ()


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(EntryError, match="the scale is 'updrs'; it must be one of jrs, hsgs, smc"):
        filled_in("updrs", {"1": 1}, at=AT)
    with pytest.raises(EntryError, match="the scale is ''"):
        scale_of("")


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(EntryError, match="HFS-7 has no item '8'; its items are 1, 2, 3, 4, 5, 6, 7"):
        entered("hfs7", {**lowest("hfs7"), "8": 0})


def test_an_item_that_always_applies_cannot_be_set_aside() -> None:
    with pytest.raises(EntryError, match="item 3 of HFS-7 always applies; leave it out if it was not answered"):
        entered("hfs7", {**lowest("hfs7"), "3": None})


def test_nothing_filled_in_is_refused() -> None:
    with pytest.raises(EntryError, match="HFS-7 has neither an item nor a total; fill in one of them"):
        entered("hfs7", {})


@pytest.mark.parametrize("rater", [Rater.SELF, Rater.CARER])
def test_somebody_else_than_the_rater_is_refused(rater: Rater) -> None:
    with pytest.raises(EntryError, match=rf"the rater of Jankovic Rating Scale \(JRS\) is {rater}; it is rated by clinician only"):
        told_total("jrs", 3, variant="blepharospasm", rater=rater, at=AT)


@pytest.mark.parametrize(
    ("total", "bound"), [(-1, "0–28"), (29, "0–28"), (3.5, "0–28 in steps of 1"), (float("nan"), "0–28"), (float("inf"), "0–28")]
)
def test_a_total_that_cannot_be_is_refused(total: float, bound: str) -> None:
    with pytest.raises(EntryError, match=f"the total of HFS-7 is {total:g}; it must lie in {bound}"):
        told("hfs7", total)


def test_a_total_that_its_items_do_not_give_is_refused() -> None:
    result = replace(entered("hfs7", highest("hfs7")), total=27.0)

    with pytest.raises(EntryError, match="the total of HFS-7 is 27, but its items give 28; correct the one or the others"):
        check(result)


def test_a_total_written_with_two_decimals_is_the_same() -> None:
    result = entered("bsdi", {**lowest("bsdi", "mean"), "driving": 1}, "mean")

    check(replace(result, total=0.17))
    with pytest.raises(EntryError, match=r"is 0.18, but its items give 0.166667"):
        check(replace(result, total=0.18))


def test_subscores_are_checked() -> None:
    result = entered("jrs", {"severity": 2, "frequency": 1}, "blepharospasm")

    with pytest.raises(EntryError, match="has no subscore 'tempo'; it has severity, frequency"):
        check(replace(result, subscores={"tempo": 1}))
    with pytest.raises(EntryError, match=r"the subscore severity of Jankovic Rating Scale \(JRS\) is 5; it must lie in 0–4"):
        check(replace(result, subscores={"severity": 5}))
    with pytest.raises(EntryError, match=r"the subscore severity .* is 1, but its items give 2"):
        check(replace(result, subscores={"severity": 1}))
    with pytest.raises(EntryError, match="HFS-7 has no subscore 'pain'; it has none"):
        check(replace(entered("hfs7", lowest("hfs7")), subscores={"pain": 1.0}))


def test_a_total_beside_some_of_its_items_is_kept_as_told() -> None:
    result = ScaleResult(at=AT, scale="hfs7", items={"1": 4}, total=20.0)

    check(result)
    assert (reading(result).no_total, reading(result).missing) == (None, ("2", "3", "4", "5", "6", "7"))


def test_the_reasons_for_no_total() -> None:
    assert total_of(form_of("hsgs"), {}) is NoTotal.FORMULA_NOT_KNOWN
    assert total_of(form_of("saq", "percent"), {}) is NoTotal.FORMULA_NOT_VERIFIED
    assert total_of(form_of("hfs7"), {}) is NoTotal.NO_ITEMS
    assert total_of(form_of("hfs7"), {"1": 1}) is NoTotal.ITEMS_MISSING
    assert total_of(form_of("bsdi", "mean"), dict.fromkeys(lowest("bsdi", "mean"))) is NoTotal.NOT_APPLICABLE


def test_a_formula_is_applied_once_its_mark_says_that_it_was_read() -> None:
    form = form_of("saq", "percent")
    verified = replace(form, facts=(Fact(about="formula", mark=Mark.READ, sources=("SAQ-2007",)),))

    assert total_of(verified, lowest("saq", "percent")) == 20.0
    assert total_of(verified, highest("saq", "percent")) == 100.0


def test_a_mean_leaves_out_what_does_not_apply_once_that_rule_was_read() -> None:
    form = form_of("bsdi", "mean")
    verified = replace(form, facts=(*form.facts, Fact(about="not_applicable", mark=Mark.READ, sources=("JRS-BSDI-2009",))))
    items = {**highest("bsdi", "mean"), "driving": None, "reading": 0}

    assert total_of(verified, items) == 16 / 5
    assert total_of(verified, dict.fromkeys(items)) is NoTotal.NOT_APPLICABLE
    assert total_of(form_of("bsdi", "sum"), items) is NoTotal.NOT_APPLICABLE


def test_a_threshold_of_general_knowledge_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    scale = load_scales()["gad7"]
    form = scale.variants[0]
    assert form.threshold is not None
    unread = replace(form.threshold, fact=Fact(about="threshold", mark=Mark.GENERAL_KNOWLEDGE, why="not found"))
    changed = replace(scale, variants=(replace(form, threshold=unread),))
    monkeypatch.setattr("spasmograph.care.scales.comparing.scale_of", lambda _: changed)

    assert meaningful_change("gad7", told("gad7", 20), told("gad7", 2, day=7)).kind is ChangeKind.NO_THRESHOLD
    assert "threshold" in changed.unverified()


def test_what_cannot_be_compared_says_why() -> None:
    first, second = told("hfs7", 10), told("hfs7", 5, day=10)
    unfinished = entered("hfs7", {"1": 1}, day=10)

    def why(scale: str, earlier: ScaleResult, later: ScaleResult) -> NotComparable | None:
        change = meaningful_change(scale, earlier, later)
        assert (change.kind, change.difference, change.better, change.threshold) == (ChangeKind.NOT_COMPARABLE, None, None, None)
        return change.why

    assert why("hfs30", first, second) is NotComparable.OTHER_SCALE
    assert why("hfs7", first, told("gad7", 3, day=10)) is NotComparable.OTHER_SCALE
    assert why("hfs7", first, unfinished) is NotComparable.NO_TOTAL
    assert why("hfs7", replace(unfinished, at=AT), second) is NotComparable.NO_TOTAL
    assert why("hfs7", second, first) is NotComparable.WRONG_ORDER


def test_no_difference_is_smaller_than_what_counts() -> None:
    change = meaningful_change("phq9", told("phq9", 10), told("phq9", 10, day=1))

    assert (change.kind, change.difference, change.better) == (ChangeKind.SMALLER, 0.0, None)


def test_what_came_later_is_told_by_the_moment_and_not_by_the_clock_of_the_place() -> None:
    first = told("hfs7", 10)
    later = replace(told("hfs7", 5), at=(AT + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-8))))

    assert meaningful_change("hfs7", first, later).kind is ChangeKind.IMPROVED
