"""Following one face from picture to picture: found, lost, found again, alone and in company."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from spasmograph.io.landmarks import FaceTracker, track_landmarks, unmirrored
from spasmograph.io.mesh import EYE_LEFT, EYE_RIGHT, LIPS, FaceModel, Mesh, Picture, Roi
from spasmograph.io.video import read_video
from spasmograph.model import Landmarks
from spasmograph.parameters import load_parameters, skin_points
from tests.pictures import Drawing, beside, blank, drawn, flipped, model

Array = NDArray[np.float64]
LIDS = (*EYE_RIGHT[:16], *EYE_LEFT[:16])


def followed(*pictures: Drawing) -> Landmarks:
    return track_landmarks(pictures, tracker=FaceTracker(model()))


def canthal_px(landmarks: Landmarks, frame: int = 0) -> float:
    return float(np.hypot(*(landmarks.points_px[frame, 33] - landmarks.points_px[frame, 263])))


def stills(count: int, **scene: float) -> list[Drawing]:
    """Pictures of one still face, with the noise of a camera."""
    return [drawn(i / 30, **scene) for i in range(count)]


@pytest.mark.parametrize("pose", [{}, {"yaw_deg": 20.0}, {"roll_deg": -20.0}])
def test_a_still_face_stays_where_it_is(pose: dict[str, float]) -> None:
    """The noise of the camera moves no point by more than a hundredth of the distance of the eyes."""
    seen = followed(*stills(6, **pose))
    spread = np.hypot(*(seen.points_px - np.median(seen.points_px, axis=0)).transpose(2, 0, 1))
    assert spread[:, [*LIPS, *LIDS]].mean() / canthal_px(seen) < 0.006


def test_where_one_begins_does_not_matter() -> None:
    """A worker that starts in the middle of a film finds what one finds that saw it from the beginning."""
    pictures = [drawn(i / 30, yaw_deg=3.0 * i, roll_deg=2.0 * i) for i in range(6)]
    whole, late = followed(*pictures), followed(*pictures[3:])
    apart = np.hypot(*(whole.points_px[3:] - late.points_px).transpose(2, 0, 1))
    assert apart.mean() / canthal_px(whole) < 0.006


def test_no_face_is_a_row_of_nan() -> None:
    seen = followed(blank(0.0), blank(0.1))
    assert np.isnan(seen.points_px).all()
    assert np.isnan(seen.depth_px).all()
    assert np.isnan(seen.brightness).all()
    assert np.isnan(seen.appearance).all()
    assert list(seen.face_score) == [0.0, 0.0]
    assert list(seen.time_s) == [0.0, 0.1]


def test_a_face_that_is_lost_is_found_again() -> None:
    """Within the time in which the picture is searched anew."""
    pictures = [*stills(3), *(blank(0.1 + i / 30) for i in range(6)), *(drawn(0.3 + i / 30) for i in range(12))]
    seen = np.isfinite(followed(*pictures).points_px[:, 0, 0])
    assert seen[:3].all()
    assert not seen[3:9].any()
    assert seen[-5:].all()


def test_a_face_that_jumps_is_found_where_it_is_now() -> None:
    here, there = drawn(0.0), drawn(1 / 30)
    there = Drawing(np.ascontiguousarray(np.roll(there.pixels, 180, axis=1)), there.time_s)
    points = followed(here, there).points_px
    assert np.median(points[1, :, 0] - points[0, :, 0]) == pytest.approx(180, abs=4)


@pytest.mark.parametrize("larger_first", [True, False])
def test_of_two_people_the_larger_is_followed_and_the_other_counted(larger_first: bool) -> None:
    large, small = drawn(face_height_fraction=0.7), drawn(face_height_fraction=0.4)
    pair = (large, small) if larger_first else (small, large)
    seen = followed(*(beside(*pair, time_s=i / 30) for i in range(3)))
    assert list(seen.other_faces) == [1.0] * 3
    assert (np.median(seen.points_px[:, :, 0]) < 640) == larger_first


def test_alone_there_are_no_others() -> None:
    assert list(followed(*stills(2)).other_faces) == [0.0, 0.0]


def test_a_mirror_image_is_read_as_the_camera_saw_it() -> None:
    """A selfie's picture, unmirrored, gives the very points of the picture before it was mirrored."""
    picture = drawn()
    straight = followed(picture)
    back = track_landmarks([unmirrored(flipped(picture))], tracker=FaceTracker(model()))
    assert back.points_px == pytest.approx(straight.points_px, abs=0.05)


def test_unmirrored_pictures_keep_size_and_time() -> None:
    turned = unmirrored(drawn(1.5))
    assert (turned.width_px, turned.height_px, turned.time_s) == (640, 480, 1.5)


def test_no_pictures_give_no_rows() -> None:
    seen = followed()
    assert len(seen) == 0
    assert seen.points_px.shape == (0, 478, 2)
    assert seen.appearance.shape == (0, len(skin_points()) + 2, 3)


def test_the_frame_size_comes_along() -> None:
    assert followed(drawn()).frame_size_px == (640, 480)


# Light and sharpness.


def brightness(picture: Drawing) -> float:
    return float(followed(picture).brightness[0])


def sharpness(picture: Drawing) -> float:
    return float(followed(picture).sharpness[0])


def test_a_darker_picture_is_darker() -> None:
    light = drawn()
    dark = Drawing((light.pixels * 0.4).astype(np.uint8))
    assert brightness(dark) == pytest.approx(0.4 * brightness(light), rel=0.05)


def test_a_blurred_picture_is_less_sharp() -> None:
    sharp, soft, softer = (sharpness(drawn(blur_px=blur_px)) for blur_px in (0.0, 5.0, 10.0))
    assert sharp > 1.5 * soft > 1.5**2 * softer


@pytest.mark.parametrize("blur_px", [0.0, 5.0, 9.0])
def test_the_noise_of_a_camera_is_no_sharpness(blur_px: float) -> None:
    """A face out of focus in the dark is full of fine detail, and none of it shows where the lids are."""
    still = drawn(blur_px=blur_px, noise=0.0)
    noisy = Drawing(np.clip(still.pixels + np.random.default_rng(0).normal(0, 6, still.pixels.shape), 0, 255).astype(np.uint8))
    assert sharpness(noisy) == pytest.approx(sharpness(still), rel=0.1)


def test_a_face_out_of_focus_is_below_the_bound_and_a_sharp_one_is_well_above() -> None:
    least = load_parameters()["sharpness_least"]
    assert sharpness(drawn(blur_px=18.0)) < least
    assert sharpness(drawn()) > 2 * least


def test_brightness_does_not_change_sharpness() -> None:
    light = drawn()
    dim = Drawing((light.pixels * 0.5).astype(np.uint8))
    assert sharpness(dim) == pytest.approx(sharpness(light), rel=0.15)


SKIN = skin_points()


def appearance(picture: Drawing) -> Array:
    """Edges, colour and light at the points of skin, and the light of the eyes."""
    return np.asarray(followed(picture).appearance[0], np.float64)


def test_what_lies_over_the_face_changes_the_look_of_skin() -> None:
    bare = drawn()
    covered = Drawing(bare.pixels.copy())
    covered.pixels[300:340, 260:380] = (40, 90, 200)
    one, other = appearance(bare), appearance(covered)
    assert np.isfinite(one[: len(SKIN)]).mean() > 0.9
    assert (np.abs(other - one)[: len(SKIN), 1] > 0.3).mean() > 0.05


def test_a_lamp_that_changes_the_whole_picture_changes_no_look() -> None:
    bare = drawn()
    one, other = appearance(bare), appearance(Drawing(np.rint(bare.pixels * [0.8, 0.7, 0.6]).astype(np.uint8)))
    assert np.nanmax(np.abs(other - one)) < 0.06


def test_skin_at_the_outline_of_a_turned_face_is_left_out() -> None:
    """It would show the background at the next little turn."""
    hidden = {
        turn: {p.side for p, seen in zip(SKIN, appearance(drawn(yaw_deg=turn))[:, 0], strict=False) if np.isnan(seen)} for turn in (-25.0, 25.0)
    }
    assert hidden == {-25.0: {"right"}, 25.0: {"left"}}


def test_an_eye_is_darker_than_the_skin_and_not_if_something_lies_over_it() -> None:
    bare = drawn()
    points = followed(bare).points_px[0]
    x, y = np.rint(points[[*EYE_RIGHT[:16]]].mean(axis=0)).astype(int)
    covered = Drawing(bare.pixels.copy())
    covered.pixels[y - 14 : y + 14, x - 24 : x + 24] = bare.pixels[y + 40, x]
    one, other = (appearance(picture)[len(SKIN) :, 2] for picture in (bare, covered))
    assert (one < -0.1).all()
    assert other[0] - one[0] > 0.15
    assert abs(other[1] - one[1]) < 0.05


# How often the models run.


class Counting(FaceModel):
    """The models, counting how often they are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.searches = self.meshes = 0

    def detect(self, picture: Picture, *, min_score: float) -> list:  # type: ignore[type-arg]
        self.searches += 1
        return super().detect(picture, min_score=min_score)

    def mesh(self, picture: Picture, roi: Roi) -> Mesh:
        self.meshes += 1
        return super().mesh(picture, roi)


def test_a_face_that_stays_is_searched_once_a_second_and_read_once_a_picture() -> None:
    counting = Counting()
    track_landmarks(stills(12), tracker=FaceTracker(counting))
    assert counting.searches == 1
    assert counting.meshes <= 12 + 2


def test_an_empty_picture_is_not_searched_at_every_frame() -> None:
    counting = Counting()
    track_landmarks([blank(i / 30) for i in range(15)], tracker=FaceTracker(counting))
    assert counting.searches <= 4
    assert counting.meshes == 0


# Parity.


@pytest.mark.shared
def test_lips_and_lids_agree_with_the_reference_implementation(shared: Path) -> None:
    """Mean distance over a film with one-sided pulls at most a hundredth of the outer-canthal distance."""
    folder = shared / "data" / "imitation"
    reference: NDArray[np.float64] = np.load(folder / "d19_reference_landmarks.npz")["landmarks_px"].astype(np.float64)
    seen = track_landmarks(read_video(folder / "d19.mp4"), tracker=FaceTracker(model()))
    assert len(seen) == len(reference)
    canthal = np.hypot(*(reference[:, 33] - reference[:, 263]).T)
    for name, points in (("lips", LIPS), ("lids", LIDS)):
        apart = np.hypot(*(seen.points_px[:, points] - reference[:, points]).transpose(2, 0, 1)).mean(axis=1) / canthal
        assert np.nanmean(apart) <= 0.01, name
