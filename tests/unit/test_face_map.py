"""The drawing of a session: its points where they were, their units, the person's sides; the same for a page and for paper."""

import re
from dataclasses import replace
from itertools import combinations
from math import hypot
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.care.treatment_catalogue import load_treatments
from spasmograph.model.record import InjectionSite
from spasmograph.present.record.face_map import APART, HEIGHT, WIDTH, face_map, label_of, place_on_map, spread, units_in_short
from spasmograph.terms import Side
from tests.treatment_worlds import session

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 - our own drawing


def badges(drawing: str) -> dict[str, tuple[float, float]]:
    """Where each number stands, by its text."""
    root = parsed(drawing)
    groups = [group for group in root.iter(f"{SVG}g") if group.get("class") == "given" and group.find(f"{SVG}text") is not None]
    found = {}
    for group in groups:
        disc, words = group.find(f"{SVG}circle"), group.find(f"{SVG}text")
        assert disc is not None
        assert words is not None
        found[words.text or ""] = (float(disc.get("cx", "")), float(disc.get("cy", "")))
    return found


def test_the_persons_right_side_is_on_the_left_of_the_drawing_and_it_says_so() -> None:
    drawing = face_map((InjectionSite(side=Side.RIGHT, units=5, x=0.2, y=0.4), InjectionSite(side=Side.LEFT, units=7, x=0.8, y=0.4)))
    words = {one.text: one for one in parsed(drawing).iter(f"{SVG}text")}

    assert badges(drawing)["5"][0] < WIDTH / 2 < badges(drawing)["7"][0]
    assert float(words["person's right side"].get("x", "")) < WIDTH / 2 < float(words["person's left side"].get("x", ""))


def test_every_point_with_a_place_has_its_units_there() -> None:
    found = badges(face_map(session().sites))

    # The neck is not on the map.
    assert found.keys() == {"5", "12.5", "2.5"}
    assert found["5"] == pytest.approx(place_on_map(0.36, 0.355), abs=0.01)


def test_units_that_are_not_known_are_a_question_mark() -> None:
    assert badges(face_map((InjectionSite(side=Side.LEFT, x=0.5, y=0.5),))).keys() == {"?"}
    assert [units_in_short(value) for value in (None, 0.625, 2.5, 20.0, 100.0)] == ["?", "0.62", "2.5", "20", "100"]


def test_the_label_tells_points_and_units_of_each_side() -> None:
    assert label_of(session().sites) == (
        "Map of the face, the person's right side on the left: right side, points: 4, units: 20; left side, points: 1, units: 2.5"
    )
    assert label_of(()) == "Map of the face, the person's right side on the left"
    assert "middle, points: 1, units: ?" in label_of((InjectionSite(side=Side.BOTH),))


def test_offered_places_are_rings_that_a_page_can_find() -> None:
    offered = load_treatments().sites_offered()
    rings = [one for one in parsed(face_map((), offered=offered)).iter(f"{SVG}g") if one.get("class") == "offered"]

    assert {(ring.get("data-place"), ring.get("data-side")) for ring in rings} == {(site.place, str(site.side)) for site in offered}
    assert 'class="offered"' not in face_map(session().sites)


def test_offered_places_are_far_enough_apart_for_a_finger() -> None:
    places = [place_on_map(site.x or 0, site.y or 0) for site in load_treatments().sites_offered()]

    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places, 2)) >= APART


def test_the_drawing_is_the_same_twice_and_without_styles() -> None:
    drawing = face_map(session().sites, offered=load_treatments().sites_offered())

    assert drawing == face_map(session().sites, offered=load_treatments().sites_offered())
    assert not re.search(r"<style|style=|<script|\bon\w+=|\bid=", drawing)


def test_words_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spasmograph.present.record.face_map._", lambda message: f"<b>{message}&")

    assert len(parsed(face_map(session().sites)))


def test_both_halves_are_mirror_images() -> None:
    mirrored = [replace(site, side=site.side.other, x=None if site.x is None else 1 - site.x) for site in session().sites if site.units != 2.5]
    right, left = badges(face_map([site for site in session().sites if site.units != 2.5])), badges(face_map(mirrored))

    assert left.keys() == right.keys()
    assert all(left[words] == pytest.approx((WIDTH - x, y), abs=0.02) for words, (x, y) in right.items())


POINTS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda one: place_on_map(*one)), max_size=14)


@given(POINTS)
def test_badges_do_not_cover_each_other_and_stay_in_the_drawing(points: list[tuple[float, float]]) -> None:
    places = spread(points)

    assert all(hypot(a[0] - b[0], a[1] - b[1]) > APART - 6 for a, b in combinations(places, 2))
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in places)


@given(POINTS)
def test_badges_with_room_stay_on_their_points(points: list[tuple[float, float]]) -> None:
    alone = [
        point
        for point in points
        if 40 < point[0] < 440 and all(point == other or hypot(point[0] - other[0], point[1] - other[1]) > APART for other in points)
    ]
    roomy = list(dict.fromkeys(alone))

    assert spread(roomy) == roomy


def test_paper_takes_it() -> None:
    typst = pytest.importorskip("typst")
    sheet = b'#set page(width: 70mm, height: auto, margin: 4mm)\n#image("/face.svg", width: 100%, alt: "face")'
    written = typst.compile({"main.typ": sheet, "face.svg": face_map(session().sites).encode()}, format="pdf")

    assert written.startswith(b"%PDF")
