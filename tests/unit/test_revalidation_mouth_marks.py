"""Excursions against marked mouth corners: what is pasted, and which part of an error is the corner's and which the head frame's."""

import math
from pathlib import Path

import numpy as np
import pytest

from revalidation.mouth_marks import CLEAR_MM, Reading, along_smile, by_recording, gain, marks, paste_mouth, place, rows, section
from revalidation.recordings import NotHereError
from revalidation.study import parts
from tests.worlds import face, landmarks


def reading(recording: str, marked_mm: float, read_mm: float, framed_mm: float | None = None) -> Reading:
    return Reading(recording=recording, side="left", marked_mm=marked_mm, read_mm=read_mm, framed_mm=marked_mm if framed_mm is None else framed_mm)


def test_an_error_is_the_corners_part_and_the_frames_part() -> None:
    one = reading("a", 10.0, 7.0, 9.0)
    assert (one.error_mm, one.corner_mm, one.frame_mm) == pytest.approx((-3.0, -2.0, -1.0))


def test_the_gain_is_the_slope_through_zero_and_strong_movements_count_more() -> None:
    assert gain([reading("a", 10.0, 9.0), reading("a", -5.0, -4.5)]) == pytest.approx(0.9)
    assert gain([reading("a", 10.0, 9.0), reading("a", 1.0, 2.0)]) == pytest.approx(92 / 101)
    assert math.isnan(gain([]))


def test_the_committed_marks_have_one_resting_picture_a_film_and_corners_on_their_sides() -> None:
    marked = marks()
    films = {mark.recording for mark in marked}
    assert all(sum(mark.at_rest for mark in marked if mark.recording == film) == 1 for film in films)
    assert all(sum(mark.recording == film for mark in marked) > 1 for film in films)
    assert all(mark.corners["right"][0] < mark.corners["left"][0] for mark in marked), "the patient's right is at the left of the picture"
    assert len({(mark.recording, mark.frame) for mark in marked}) == len(marked)


def test_weak_movements_are_left_out_of_the_gain_and_stay_in_the_errors() -> None:
    found = [reading("a", 10.0, 9.0, 9.5), reading("b", -8.0, -7.2, -8.0), reading("c", CLEAR_MM - 1.0, 6.0, 4.0)]
    read, whole, corner, frame = rows(found)
    assert read.value == pytest.approx(0.9)
    assert read.cases == "2 corners, 2 films"
    assert [whole.value, corner.value, frame.value] == pytest.approx([1.0, 0.8, 0.5])
    assert whole.cases == "3 corners, 3 films"


def test_films_stand_apart() -> None:
    cells = by_recording([reading("a", 10.0, 9.0, 9.5), reading("b", 8.0, 8.0), reading("a", 10.0, 7.0, 10.0)]).cells
    assert cells == (("a", "2", "0.80", "2.0", "1.8", "0.2"), ("b", "1", "1.00", "0.0", "0.0", "0.0"))


@pytest.mark.parametrize(("side", "way"), [("left", (3.0, -3.0)), ("right", (-3.0, -3.0))])
def test_a_smile_goes_outwards_and_up(side: str, way: tuple[float, float]) -> None:
    assert along_smile(np.asarray(way), side) == pytest.approx(3.0 * math.sqrt(2.0))
    assert along_smile(np.asarray([way[0], -way[1]]), side) == pytest.approx(0.0)


def test_a_point_of_the_picture_at_a_landmarks_place_is_that_landmark() -> None:
    found = landmarks([face()])
    assert place(found, 61, found.points_px[0, 61]) == pytest.approx(place(found, 61), abs=1e-6)


def test_the_mouth_is_pasted_and_everything_from_the_eyes_up_stays() -> None:
    points = np.asarray(landmarks([face()]).points_px[0], np.float64)
    width = float(np.hypot(*(points[263] - points[33])))
    size = (int(points[:, 1].max() + width), int(points[:, 0].max() + width), 3)
    still, moved = np.full(size, 100, np.uint8), np.full(size, 200, np.uint8)
    pasted, matrix = paste_mouth(still, moved, points, points)
    assert matrix == pytest.approx(np.eye(2, 3), abs=1e-6)
    middle = np.rint(points[[61, 291]].mean(axis=0)).astype(int)
    assert pasted[middle[1], middle[0], 0] == 200
    assert (pasted[: int(points[[33, 263], 1].max())] == 100).all()


def test_the_study_has_the_part() -> None:
    assert [part.key for part in parts(quick=True, workers=1, with_peer=False)].count("mouth_marks") == 1


def test_without_the_recordings_the_part_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPASMOGRAPH_SHARED", str(tmp_path))
    with pytest.raises(NotHereError, match="shared recordings are not here"):
        section()
