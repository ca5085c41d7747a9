"""What treatments say together: units by product, sessions, days, doses, what goes on; and what is offered when one is noted."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.care.treatment_catalogue import load_treatments
from spasmograph.care.treatments import (
    begun,
    dose_at,
    doses_at,
    in_order,
    product_of,
    running,
    sessions,
    since_last_injection,
    sites_without_units,
    total_units,
    units_by_product,
    units_by_side,
)
from spasmograph.errors import EntryError
from spasmograph.model.record import InjectionSite, Treatment
from spasmograph.terms import Precision, Side, TreatmentKind
from tests.treatment_worlds import day, drug, exercises, injection, operation, session

NOW = day("2026-03-14")


# ---- units


def test_units_of_a_session_are_added_and_missing_ones_counted() -> None:
    assert total_units(session()) == 22.5
    assert units_by_side(session()) == {Side.RIGHT: 20.0, Side.LEFT: 2.5}
    assert sites_without_units(session()) == 1


def test_without_any_units_there_is_no_total() -> None:
    unknown = replace(session(), sites=(InjectionSite(side=Side.RIGHT), InjectionSite(side=Side.LEFT)))

    assert total_units(unknown) is None
    assert units_by_side(unknown) == {}
    assert total_units(replace(session(), sites=())) is None


def test_units_of_two_products_are_never_added() -> None:
    found = units_by_product(
        [injection("2025-01-01", 20), injection("2025-04-01", 60, product="Dysport"), injection("2025-07-01", 25, product="botox ")]
    )

    assert found == {"onabotulinumtoxinA": 45.0, "abobotulinumtoxinA": 60.0}


def test_an_unknown_product_is_a_product_of_its_own() -> None:
    assert product_of("  My   Toxin ") == "my toxin"
    assert units_by_product([injection("2025-01-01", 20, product="Toxin X"), injection("2025-02-01", 5, product="toxin y")]) == {
        "toxin x": 20,
        "toxin y": 5,
    }


@given(st.lists(st.tuples(st.sampled_from(["Botox", "Xeomin", "Dysport", "another"]), st.floats(0.25, 200.0)), max_size=12), st.randoms())
def test_sums_stay_within_their_product_and_do_not_depend_on_order(given_units: list[tuple[str, float]], chance: object) -> None:
    treatments = [injection("2025-01-01", units, product=product) for product, units in given_units]
    found = units_by_product(treatments)
    chance.shuffle(treatments)  # type: ignore[attr-defined]

    assert units_by_product(treatments) == pytest.approx(found)
    for product, total in found.items():
        assert total == pytest.approx(sum(units for name, units in given_units if product_of(name) == product))


# ---- sessions


def test_sessions_are_numbered_by_time_with_the_days_between() -> None:
    done = sessions([injection("2025-09-01"), injection("2025-03-01"), drug(), injection("2025-06-01")])

    assert [(one.number, one.at, one.days_since_last) for one in done] == [
        (1, day("2025-03-01"), None),
        (2, day("2025-06-01"), 92),
        (3, day("2025-09-01"), 92),
    ]


def test_two_products_on_one_day_are_one_session() -> None:
    done = sessions([injection("2025-03-01"), injection("2025-03-01", product="Dysport"), injection("2025-06-01")])

    assert [len(one.treatments) for one in done] == [2, 1]
    assert done[1].days_since_last == 92


def test_days_are_not_told_where_a_day_is_not_known() -> None:
    done = sessions([injection("2019-01-01", precision=Precision.YEAR), injection("2019-01-01", precision=Precision.YEAR), injection("2025-06-01")])

    assert [(one.number, one.days_since_last) for one in done] == [(1, None), (2, None), (3, None)]
    assert since_last_injection([injection("2026-02-01", precision=Precision.MONTH)], NOW) is None


def test_days_since_the_last_injection_count_by_the_calendar() -> None:
    late = replace(injection("2026-03-01"), at=day("2026-03-01") + timedelta(hours=23), precision=Precision.MINUTE)

    assert since_last_injection([injection("2025-12-01"), late], NOW) == 13
    assert since_last_injection([late], late.at) == 0
    assert since_last_injection([drug(), injection("2026-06-01")], NOW) is None


@given(st.lists(st.integers(0, 4000), max_size=15), st.integers(0, 4000))
def test_numbers_run_from_one_and_days_add_up(offsets: list[int], now: int) -> None:
    start = day("2015-01-01")
    treatments = [replace(injection("2015-01-01"), at=start + timedelta(days=offset)) for offset in offsets]
    done = sessions(treatments)

    assert [one.number for one in done] == list(range(1, len(set(offsets)) + 1))
    assert sum(one.days_since_last or 0 for one in done) == (max(offsets) - min(offsets) if offsets else 0)
    past = [offset for offset in offsets if offset <= now]
    assert since_last_injection(treatments, start + timedelta(days=now)) == (now - max(past) if past else None)


# ---- what goes on


def test_what_goes_on_has_begun_has_not_ended_and_lasts() -> None:
    ended, planned = exercises(until="2026-02-01"), replace(drug(), at=day("2026-05-01"), doses=())
    everything = [session(), drug(), operation(), exercises(), ended, planned]

    assert running(everything, NOW) == (drug(), exercises())
    assert begun([drug(), planned], NOW) == (drug(),)


def test_the_end_itself_is_not_within() -> None:
    ended = exercises(until="2026-02-01")

    assert running([ended], day("2026-02-01") - timedelta(seconds=1)) == (ended,)
    assert running([ended], day("2026-02-01")) == ()


def test_what_goes_on_stands_first_and_the_newest_before_the_older() -> None:
    everything = [operation(), drug(), exercises(), session()]

    assert in_order(everything, NOW) == (exercises(), drug(), session(), operation())


SPANS = st.lists(st.tuples(st.sampled_from(list(TreatmentKind)), st.integers(0, 500), st.one_of(st.none(), st.integers(0, 500))), max_size=10)


@given(SPANS, st.integers(-10, 1100))
def test_in_order_keeps_everything_and_running_ones_hold_the_moment(spans: list[tuple[TreatmentKind, int, int | None]], now: int) -> None:
    zero = day("2020-01-01")
    treatments = [
        Treatment(
            id=str(number),
            at=zero + timedelta(days=start),
            until=None if length is None else zero + timedelta(days=start + length),
            treatment=kind,
            name="x",
        )
        for number, (kind, start, length) in enumerate(spans)
    ]
    at = zero + timedelta(days=now)
    ordered, going_on = in_order(treatments, at), running(treatments, at)

    assert sorted(one.id for one in ordered) == sorted(one.id for one in treatments)
    assert set(ordered[: len(going_on)]) == set(going_on)
    assert all(one.at <= at and (one.until is None or at < one.until) for one in going_on)
    rest = ordered[len(going_on) :]
    assert all(earlier.at >= later.at for earlier, later in pairwise(rest))


# ---- doses


def test_the_dose_of_a_day_is_the_last_that_had_begun() -> None:
    assert [dose.amount for dose in [dose_at(drug(), day("2026-01-31")), dose_at(drug(), day("2026-02-01"))] if dose] == [0.5, 1.0]
    assert dose_at(drug(), day("2025-10-31")) is None
    assert [(one.treatment.name, one.dose.words) for one in doses_at([drug(), session()], NOW) if one.dose] == [
        ("clonazepam", "half a tablet at night")
    ]


def test_a_drug_without_doses_is_still_taken_and_one_that_ended_is_not() -> None:
    bare = replace(drug(), doses=())

    assert [one.dose for one in doses_at([bare], NOW)] == [None]
    assert doses_at([replace(drug(), until=day("2026-03-01"))], NOW) == ()


@given(st.permutations(range(3)), st.integers(0, 200))
def test_the_dose_does_not_depend_on_the_order_of_notes(order: list[int], later: int) -> None:
    at = day("2025-10-20") + timedelta(days=later)
    shuffled = replace(drug(), doses=tuple(drug().doses[place] for place in order))

    assert dose_at(shuffled, at) == dose_at(drug(), at)


# ---- what is offered


def test_places_are_distinct_and_mirrored() -> None:
    sites = load_treatments().sites_offered()
    right = {site.place: site for site in sites if site.side is Side.RIGHT}
    left = {site.place: site for site in sites if site.side is Side.LEFT}

    assert right.keys() == left.keys()
    assert all(site.x is not None and site.x < 0.5 for site in right.values())
    assert all(right[place].x == pytest.approx(1 - (left[place].x or 0)) and right[place].y == left[place].y for place in right)
    assert {site.place for site in sites if site.side is Side.BOTH} == {"nose_root"}


def test_places_that_are_not_on_the_map_can_be_noted() -> None:
    place = load_treatments().places["not_known"]

    assert place.site(Side.LEFT, 20.0) == InjectionSite(side=Side.LEFT, units=20.0, place="not_known")


def test_everything_offered_has_its_source_and_no_dose() -> None:
    catalogue = load_treatments()

    assert all(offer.source for offers in catalogue.names.values() for offer in offers)
    assert all(all(statement.sources) for statement in catalogue.statements)
    assert {statement.mark for statement in catalogue.statements if statement.urgent} == {"read"}
    assert not any(word in statement.words for statement in catalogue.statements for word in ("mg", "you should", "recommend"))


def test_words_for_other_languages_are_all_there_once() -> None:
    words = load_treatments().words()

    assert {"cheek", "clonazepam", "dry eye", "weakness of the face"} <= set(words)
    assert len(words) == len(set(words)) == 17 + 8 + 4 + 9 + 3 + 5


def test_late_relief_is_told_of_decompression_alone() -> None:
    told = {statement.id for statement in load_treatments().said_of(TreatmentKind.PROCEDURE, "microvascular decompression")}

    assert told == {"late_relief", "late_weakness"}
    assert load_treatments().said_of(TreatmentKind.PROCEDURE, "operation on lid or brow") == ()
    assert load_treatments().said_of(TreatmentKind.DRUG, "clonazepam") == ()


def test_shares_of_late_relief_are_those_of_the_source() -> None:
    words = next(one.words for one in load_treatments().statements if one.id == "late_relief")
    published = {"7 days": 35.4, "1 month": 51.4, "3 months": 73.1, "6 months": 87.4, "12 months": 97.1}

    for within, percent in published.items():
        assert re.search(rf"\b{round(percent)}\s%[^%]*? within {within}", words)


# ---- values


def test_a_place_name_and_partial_ends_are_checked() -> None:
    with pytest.raises(EntryError, match="place has 201 characters"):
        InjectionSite(side=Side.LEFT, place="x" * 201)
    with pytest.raises(EntryError, match="before the start"):
        replace(exercises(), until=day("2025-12-31"), until_precision=Precision.YEAR)
