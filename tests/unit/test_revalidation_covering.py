"""The study of what covers a face: what is pasted lies where it should, and what comes out is counted rightly; and the law behind it, on faces."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from revalidation import covering
from revalidation.covering import Bare, Found, Uncovered, drawn_faces, false_row, found, made_section, pasted_rows, seconds
from revalidation.measuring import distances, face_model, frame_of
from revalidation.pasting import Covering, Place, Thing, paste
from spasmograph.io.landmarks import FaceTracker, track_landmarks
from spasmograph.model import Signals
from spasmograph.terms import Reason
from tests.pictures import drawn
from tests.worlds import clock, raw_geometry

Array = NDArray[np.float64]
FILM = clock(4.4)
STILL = (FILM >= 1.4) & (FILM <= 2.8)
OVER_EYE = (Thing.HAND, Place.EYE, 0.7)


def hand(place: Place = Place.EYE, width: float = 0.5) -> Covering:
    return Covering(thing=Thing.HAND, place=place, width=width, onset_s=1.4, offset_s=2.8)


@pytest.fixture(scope="module")
def face() -> tuple[NDArray[np.uint8], Array]:
    """A drawn face and its landmarks."""
    picture = drawn()
    seen = track_landmarks([picture], tracker=FaceTracker(face_model()))
    return picture.pixels, np.asarray(seen.points_px[0], np.float64)


# What is pasted.


@pytest.mark.parametrize(("time_s", "away"), [(0.0, 14 / 3), (1.25, 0.5), (1.4, 0.0), (2.0, 0.0), (2.8, 0.0), (3.1, 1.0)])
def test_a_covering_comes_lies_still_and_goes(time_s: float, away: float) -> None:
    assert hand().away(time_s) == pytest.approx(away)


def test_before_and_after_the_picture_is_the_bare_one(face: tuple[NDArray[np.uint8], Array]) -> None:
    pixels, points = face
    assert all(paste(pixels, points, hand(), time_s) is pixels for time_s in (0.5, 3.2))


def test_on_a_face_that_was_not_seen_nothing_is_pasted(face: tuple[NDArray[np.uint8], Array]) -> None:
    pixels, points = face
    assert paste(pixels, np.full_like(points, np.nan), hand(), 2.0) is pixels


@pytest.mark.parametrize("thing", list(Thing))
def test_it_lies_over_the_patients_right_eye_and_not_over_the_left(face: tuple[NDArray[np.uint8], Array], thing: Thing) -> None:
    pixels, points = face
    over = Covering(thing=thing, place=Place.EYE, width=0.5, onset_s=1.4, offset_s=2.8)
    changed = (paste(pixels, points, over, 2.0) != pixels).any(axis=2)
    right, left = (np.rint(points[centre]).astype(int) for centre in (468, 473))
    assert changed[right[1] - 4 : right[1] + 5, right[0] - 4 : right[0] + 5].mean() > 0.5
    assert not changed[left[1] - 10 : left[1] + 11, left[0] - 20 : left[0] + 21].any()


def test_a_wider_covering_covers_more(face: tuple[NDArray[np.uint8], Array]) -> None:
    pixels, points = face
    areas = [(paste(pixels, points, hand(width=width), 2.0) != pixels).any(axis=2).sum() for width in (0.3, 0.6, 1.2)]
    assert areas[0] < areas[1] < areas[2]


@pytest.mark.parametrize(("place", "landmark"), [(Place.MOUTH, 13), (Place.FOREHEAD, 9)])
def test_other_places_are_where_they_are_called(face: tuple[NDArray[np.uint8], Array], place: Place, landmark: int) -> None:
    pixels, points = face
    changed = (paste(pixels, points, hand(place, 0.9), 2.0) != pixels).any(axis=2)
    x, y = np.rint(points[landmark]).astype(int)
    assert changed[y, x]


# What is counted.


def uncovered(lost_s: float, duration_s: float) -> Uncovered:
    return Uncovered(name="film", duration_s=duration_s, lost_s={Reason.OCCLUDED: lost_s})


def test_seconds_are_told_by_reason() -> None:
    raw = raw_geometry(FILM, brightness=np.where(FILM < 1.0, 0.01, 0.5), covered=np.where(FILM >= 4.0, 1.0, 0.0))
    assert seconds(raw) == {Reason.TOO_DARK: pytest.approx(1.0), Reason.OCCLUDED: pytest.approx(0.4)}


def test_seconds_that_are_truly_covered_are_not_held_against_it() -> None:
    raw = raw_geometry(FILM, covered=np.where(FILM >= 2.0, 1.0, 0.0))
    assert seconds(raw, (3.0, 9.0)) == {Reason.OCCLUDED: pytest.approx(1.0)}


@pytest.mark.parametrize(("lost_s", "met"), [(0.0, True), (0.9, True), (1.2, False)])
def test_false_covering_is_told_by_the_minute(lost_s: float, *, met: bool) -> None:
    row = false_row("drawn", [uncovered(lost_s, 100.0), uncovered(0.0, 20.0)])
    assert row.value == pytest.approx(lost_s / 2)
    assert row.met is met


def made(share: float, *words: str, kind: tuple[Thing, Place, float] = OVER_EYE, group: str = "drawn") -> Found:
    return Found(whose="somebody", group=group, kind=kind, share=share, made=words)


def test_a_covering_is_noticed_if_two_thirds_of_its_time_are_left_out() -> None:
    assert made(0.67).noticed
    assert not made(0.6).noticed


def test_coverings_of_an_eye_and_one_sided_movements_are_counted() -> None:
    over_mouth = (Thing.HAND, Place.MOUTH, 0.5)
    eye, sided = pasted_rows("drawn", [made(1.0), made(0.0, "2.0-2.1 left"), made(0.0, kind=over_mouth)])
    assert (eye.value, eye.met) == (0.5, False)
    assert (sided.value, sided.met) == (1.0, False)


def test_every_size_and_every_lost_second_is_in_the_tables() -> None:
    every = [made(1.0), made(0.0, "2.0-2.1 left"), made(1.0, group="others")]
    told = made_section({"drawn": [uncovered(2.0, 60.0)], "real": []}, every)
    sizes, reasons = told.tables
    line = next(cells for cells in sizes.cells if cells[:3] == ("hand", "one eye", "0.7"))
    assert line[3:] == ("1 of 2; 1 one-sided", "1 of 1")
    assert reasons.cells == (("drawn", "film", "occluded", "2.0", "60.0"),)
    assert len(told.rows) == 5
    assert [words.split(":")[1] for words in told.findings] == [" somebody, hand 0.7 over one eye", " film"]


def test_what_the_bare_film_holds_is_not_made_by_the_covering() -> None:
    wink = 0.11 - 0.1 * STILL * (FILM < 1.8)
    bare = Bare(whose="somebody", group="drawn")
    plain, winking = raw_geometry(FILM), raw_geometry(FILM, lid_gap_left=wink)
    assert found(bare, hand(), winking, winking).made == ()
    assert len(found(bare, hand(), plain, winking).made) == 1


def test_what_is_left_out_makes_nothing() -> None:
    wink = 0.11 - 0.1 * STILL * (FILM < 1.8)
    covered = raw_geometry(FILM, lid_gap_left=wink, covered=STILL.astype(float))
    told = found(Bare(whose="somebody", group="drawn"), hand(), raw_geometry(FILM), covered)
    assert told.made == ()
    assert told.share == 1.0


# A hand over one eye or over the mouth is no contraction.


def sided_under(bare: Bare, *coverings: Covering) -> list[Found]:
    """What coverings make on one face."""
    pictures = bare.pictures()
    plain = track_landmarks((frame_of(p, time_s=t) for t, p in pictures), tracker=FaceTracker(face_model()))
    points = np.asarray(plain.points_px, np.float64)

    def raw(over: Covering) -> Signals:
        frames = (frame_of(paste(p, points[k], over, t), time_s=t) for k, (t, p) in enumerate(pictures))
        return distances(track_landmarks(frames, tracker=FaceTracker(face_model())))

    return [found(bare, over, distances(plain), raw(over)) for over in coverings]


HANDS = (hand(Place.EYE, 0.7), hand(Place.MOUTH, 1.3))


def test_a_hand_over_a_drawn_eye_or_mouth_is_seen_and_is_no_contraction() -> None:
    told = sided_under(drawn_faces()[1], *HANDS)
    assert [one.made for one in told] == [(), ()]
    assert told[0].noticed


@pytest.mark.parametrize("clip", ["zju_blinks/000005M_FNN", "zju_blinks/000008M_FNN"])
def test_a_hand_over_a_real_eye_or_mouth_is_seen_and_is_no_contraction(shared: Path, clip: str) -> None:
    told = sided_under(Bare(whose=clip, group="real", path=shared / "data" / f"{clip}.mp4"), *HANDS)
    assert [one.made for one in told] == [(), ()]
    assert told[0].noticed


def test_every_covering_is_pasted_on_every_face_and_looks_the_same_each_time() -> None:
    for bare in drawn_faces():
        kinds = [(one.thing, one.place, one.width) for one in covering.coverings(bare)]
        assert len(set(kinds)) == len(kinds)
        assert covering.coverings(bare) == covering.coverings(bare)
    assert len({one.seed for bare in drawn_faces() for one in covering.coverings(bare)}) > len(drawn_faces())
