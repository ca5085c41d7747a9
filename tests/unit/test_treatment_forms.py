"""A treatment through its form and back; what cannot be read is told at its field."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from spasmograph.care.treatment_catalogue import load_treatments
from spasmograph.errors import EntryError
from spasmograph.model.record import Dose, InjectionSite, Milestone, SideEffect, Treatment
from spasmograph.terms import Muscle, Precision, Side, TreatmentKind
from spasmograph.web.forms import Filled, Form
from spasmograph.web.pages.treatment_forms import drawn_sites, fill, fill_like, row_numbers, treatment_of
from tests.treatment_worlds import day, drug, exercises, operation, session


def sent(filled: Filled) -> Form:
    """A filled form as a browser sends it."""
    return Form(FormData([(name, value) for name, values in filled.values.items() for value in values]))


def form(**fields: str) -> Form:
    """A form for an injection with some fields; `__` in a name stands for `-`."""
    usual = {"kind": "botulinum_toxin", "name": "onabotulinumtoxinA", "at": "2026-03-14"}
    return Form(FormData([(name.replace("__", "-"), value) for name, value in {**usual, **fields}.items()]))


def kept(treatment: Treatment) -> Treatment:
    return replace(treatment, id="a" * 32, version=3, noted_at=day("2026-03-14"))


def in_form_order(treatment: Treatment) -> Treatment:
    """Named points in the order of the catalogue, then those of one's own."""
    order = list(load_treatments().places)
    rank = {Side.RIGHT: 0, Side.BOTH: 1, Side.LEFT: 2}
    sites = sorted(treatment.sites, key=lambda site: (order.index(site.place), rank[site.side]) if site.place else (len(order), 0))
    return replace(treatment, sites=tuple(sites))


@pytest.mark.parametrize("treatment", [session(), drug(), operation(), exercises(), exercises("2026-02-01")])
def test_what_was_not_changed_comes_back_the_same(treatment: Treatment) -> None:
    before = kept(in_form_order(treatment))

    assert treatment_of(sent(fill(before)), before) == before


DAYS = st.integers(0, 3000).map(lambda days: day("2018-01-01") + timedelta(days=days))
WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x9FFF, blacklist_categories=["Cs", "Zs", "Zl", "Zp", "Cc", "Cf"]), min_size=1, max_size=20
)
UNITS = st.one_of(st.none(), st.integers(1, 800).map(lambda quarters: quarters / 4))
PLACES = st.sampled_from([place.site(side) for place in load_treatments().places.values() for side in place.sides])
GRID = st.integers(0, 1000).map(lambda steps: steps / 1000)
OWN = st.builds(
    lambda side, muscle, x, y: InjectionSite(side=side, muscle=muscle, x=x, y=y), st.sampled_from(Side), st.sampled_from(Muscle), GRID, GRID
)
SITES = st.builds(
    lambda named, own: [*named, *own],
    st.lists(st.builds(lambda site, units: replace(site, units=units), PLACES, UNITS), max_size=6, unique_by=lambda site: (site.place, site.side)),
    st.lists(st.builds(lambda site, units: replace(site, units=units), OWN, UNITS), max_size=4),
)


@given(SITES, DAYS, WORDS)
def test_any_session_comes_back_the_same(sites: list[InjectionSite], at: datetime, by: str) -> None:
    before = kept(in_form_order(replace(session(), at=at, by=by, sites=tuple(sites))))

    assert treatment_of(sent(fill(before)), before) == before
    assert drawn_sites(fill(before)) == before.sites


@given(st.lists(st.tuples(DAYS, st.sampled_from(list(Precision)), WORDS), max_size=8))
def test_any_course_comes_back_in_order_of_time(parts: list[tuple[datetime, Precision, str]]) -> None:
    course = tuple(sorted((Milestone(at=at, precision=precision, words=words) for at, precision, words in parts), key=lambda one: one.at))
    effects = tuple(sorted((SideEffect(name=words, at=at) for at, _, words in parts), key=lambda one: one.at))
    before = kept(replace(operation(), course=course, side_effects=effects))

    assert treatment_of(sent(fill(before)), before) == before


def test_named_places_bring_their_muscle_and_their_place_on_the_face() -> None:
    made = treatment_of(form(units__cheek__left="7,5"))

    assert made.sites == (InjectionSite(side=Side.LEFT, units=7.5, muscle=Muscle.ZYGOMATICUS_MAJOR, place="cheek", x=0.8, y=0.6),)


def test_a_question_mark_is_a_point_whose_units_are_not_known() -> None:
    made = treatment_of(form(units__neck__right="?", site__4__side="left", site__4__units="?"))

    assert [(site.side, site.place, site.units) for site in made.sites] == [(Side.RIGHT, "neck", None), (Side.LEFT, "", None)]


def test_own_words_count_before_a_choice_and_a_form_brings_its_id() -> None:
    made = treatment_of(form(own_name="保妥適", id="b" * 32))

    assert (made.name, made.id, made.version) == ("保妥適", "b" * 32, 0)


def test_a_year_is_enough_and_an_end_in_the_same_year_fits() -> None:
    made = treatment_of(form(kind="physiotherapy", at="2019", until="2019", own_name="massage"))

    assert (made.precision, made.until_precision) == (Precision.YEAR, Precision.YEAR)
    assert made.until is not None
    assert (made.at.date().isoformat(), made.until.date().isoformat()) == ("2019-01-01", "2019-12-31")


def test_the_first_dose_begins_with_the_drug_and_doses_are_in_order() -> None:
    first = {"dose__0__amount": "5"}
    second = {"dose__2__at": "2025-07-01", "dose__2__words": "stopped at noon"}
    third = {"dose__1__at": "2025-09-01", "dose__1__amount": "10", "dose__1__unit": "drops"}
    made = treatment_of(form(kind="drug", name="baclofen", at="2025-05", **first, **second, **third))

    assert [(dose.at.date().isoformat(), dose.precision, dose.amount, dose.unit, dose.words) for dose in made.doses] == [
        ("2025-05-01", Precision.MONTH, 5.0, "mg", ""),
        ("2025-07-01", Precision.DAY, None, "mg", "stopped at noon"),
        ("2025-09-01", Precision.DAY, 10.0, "drops", ""),
    ]


def test_empty_rows_say_nothing() -> None:
    made = treatment_of(form(site__0__side="right", dose__0__unit="mg", effect__0__name="", course__0__at=""))

    assert (made.sites, made.doses, made.side_effects, made.course) == ((), (), (), ())


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"kind": "magic"}, "kind", "must be one of"),
        ({"name": ""}, "name", "Choose a name"),
        ({"at": ""}, "at", "as far as you know it"),
        ({"at": "soon"}, "at", "is not a date"),
        ({"until": "2026-03-13"}, "until", "before the beginning"),
        ({"units__cheek__left": "many"}, "units-cheek-left", "is not a number"),
        ({"units__cheek__left": "0"}, "units-cheek-left", "above zero"),
        ({"units__cheek__left": "-2"}, "units-cheek-left", "above zero"),
        ({"site__0__units": "5"}, "site-0-side", "on which side"),
        ({"site__0__units": "5", "site__0__side": "right", "site__0__x": "3", "site__0__y": "0"}, "site-0-units", "lies in 0–1"),
        ({"kind": "drug", "dose__0__at": "2026-03-14"}, "dose-0-amount", "how much"),
        ({"kind": "drug", "dose__0__amount": "1", "dose__1__amount": "2"}, "dose-1-at", "as far as you know it"),
        ({"kind": "drug", "dose__0__amount": "-1"}, "dose-0-amount", "above zero"),
        ({"kind": "procedure", "course__0__words": "calm"}, "course-0-at", "as far as you know it"),
        ({"kind": "procedure", "course__0__at": "2026-03-20"}, "course-0-words", "what was noticed"),
        ({"effect__0__at": "2026-03-20"}, "effect-0-name", "what it was"),
        ({"effect__0__name": "bruise"}, "effect-0-at", "as far as you know it"),
        ({"effect__0__name": "bruise", "effect__0__at": "2026-03-20", "effect__0__until": "2026-03-19"}, "effect-0-until", "before the beginning"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(fields: dict[str, str], field: str, words: str) -> None:
    with pytest.raises(EntryError, match=words) as caught:
        treatment_of(form(**fields))

    assert caught.value.field == field


def test_a_session_like_the_last_has_its_points_and_nothing_that_came_after() -> None:
    now = day("2026-11-21")
    made = treatment_of(sent(fill_like(kept(replace(in_form_order(session()), note="went well", until=now)), now)))

    assert made.sites == in_form_order(session()).sites
    assert (made.name, made.by, made.hoped_for) == (session().name, session().by, session().hoped_for)
    assert (made.at.date(), made.precision, made.until, made.note) == (now.date(), Precision.DAY, None, "")
    assert (made.side_effects, made.id, made.version, made.noted_at) == ((), "", 0, None)


def test_a_place_that_is_no_longer_known_becomes_a_point_of_ones_own() -> None:
    old = kept(replace(session(), sites=(InjectionSite(side=Side.LEFT, units=2.5, place="third_eye", x=0.5, y=0.1),)))

    assert treatment_of(sent(fill(old)), old).sites == (InjectionSite(side=Side.LEFT, units=2.5, x=0.5, y=0.1),)


def test_a_point_that_cannot_be_read_draws_nothing() -> None:
    assert drawn_sites(Filled(values={"units-cheek-left": ("many",)})) == ()


def test_rows_are_numbered_as_they_were_sent() -> None:
    rows = Filled(values={"dose-3-at": ("",), "dose-0-unit": ("mg",), "dose-x-at": ("",), "dose-1234-at": ("",), "doses-9-at": ("",)})

    assert row_numbers(rows, "dose") == [0, 3]


def test_a_drug_may_have_no_dose_yet() -> None:
    before = kept(replace(drug(), doses=(), until=day("2026-05-01")))

    assert treatment_of(sent(fill(before)), before) == before
    assert before.treatment is TreatmentKind.DRUG
    assert Dose(at=before.at).amount is None
