"""Pictures in, landmarks out, on the drawn face: found, followed, lost, mirrored, and the same wherever one starts."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from spasmograph.io.landmarks import FaceTracker, track_landmarks, unmirrored
from spasmograph.io.mesh import EYE_LEFT, EYE_RIGHT, LIPS, FaceModel, Roi
from spasmograph.io.phantom import Scene, draw_frame
from spasmograph.io.video import read_video
from spasmograph.script import Script

SCENE = Scene(width_px=640, height_px=480)


@dataclass(frozen=True)
class Drawn:
    """An array of pixels as a picture with a time."""

    pixels: NDArray[np.uint8]
    time_s: float = 0.0

    @property
    def width_px(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        return int(self.pixels.shape[0])

    def sample(self, matrix: NDArray[np.float64], size_px: int) -> NDArray[np.float32]:
        """A patch, black outside."""
        import cv2

        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        patch = cv2.warpAffine(self.pixels, np.asarray(matrix), (size_px, size_px), flags=flags)
        return np.asarray(patch, np.float32) / np.float32(255)


@pytest.fixture(scope="module")
def model() -> FaceModel:
    """The models, loaded once."""
    return FaceModel()


@pytest.fixture(scope="module")
def face() -> NDArray[np.uint8]:
    """The drawn face at rest."""
    return drawn(SCENE)


def drawn(scene: Scene) -> NDArray[np.uint8]:
    """One still frame."""
    states = Script(duration_s=1.0, episodes=()).states(np.zeros(1))
    return draw_frame(scene, {name: float(course[0]) for name, course in states.items()} | {"time_s": 0.0})


def moved(face: NDArray[np.uint8], by_px: int) -> NDArray[np.uint8]:
    """The same picture, moved to the right."""
    return np.roll(face, by_px, axis=1)


def test_patch_and_picture_points_go_to_and_fro() -> None:
    roi = Roi(centre_px=(100.0, 50.0), size_px=96.0, angle_rad=0.3)
    matrix = roi.patch_matrix(192)
    points = np.array([[0.0, 0.0], [96.0, 96.0], [191.0, 7.0]])
    through = points @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(roi.to_picture(points, 192), through, atol=1e-9)
    np.testing.assert_allclose(roi.to_picture(np.array([[96.0, 96.0]]), 192), [[100.0, 50.0]])


def test_regions_differ_by_shift_size_and_angle() -> None:
    roi = Roi(centre_px=(100.0, 50.0), size_px=100.0, angle_rad=0.1)
    assert roi.distance(roi) == 0
    assert roi.distance(Roi(centre_px=(110.0, 50.0), size_px=100.0, angle_rad=0.1)) == pytest.approx(0.1)
    assert roi.distance(Roi(centre_px=(100.0, 50.0), size_px=100.0, angle_rad=0.1 + 2 * np.pi)) == pytest.approx(0.0, abs=1e-9)


def test_the_detector_finds_one_face_and_none_in_an_empty_room(model: FaceModel, face: NDArray[np.uint8]) -> None:
    (found,) = model.detect(Drawn(face), min_score=0.5)
    assert found.score > 0.5
    assert model.detect(Drawn(np.full_like(face, 180)), min_score=0.5) == []


def test_sides_are_the_patients_own(model: FaceModel, face: NDArray[np.uint8]) -> None:
    points = track_landmarks([Drawn(face)], tracker=FaceTracker(model)).points_px[0]
    right, left = points[list(EYE_RIGHT[:16])].mean(axis=0), points[list(EYE_LEFT[:16])].mean(axis=0)
    mouth = points[list(LIPS)].mean(axis=0)
    assert right[0] < mouth[0] < left[0]
    assert mouth[1] > right[1]


def test_a_moved_face_has_moved_landmarks_wherever_tracking_began(model: FaceModel, face: NDArray[np.uint8]) -> None:
    pictures = [Drawn(moved(face, 4 * i), i / 30) for i in range(12)]
    tracked = track_landmarks(pictures, tracker=FaceTracker(model)).points_px
    fresh = track_landmarks(pictures[-1:], tracker=FaceTracker(model)).points_px
    scale = np.linalg.norm(tracked[0, 33] - tracked[0, 263])
    assert np.abs(tracked[-1] - fresh[0]).mean() < 0.01 * scale
    np.testing.assert_allclose(tracked[-1, :, 0].mean() - tracked[0, :, 0].mean(), 44, atol=1.5)


def test_a_lost_face_is_nan_and_found_again(model: FaceModel, face: NDArray[np.uint8]) -> None:
    empty = np.full_like(face, 180)
    pictures = [Drawn(empty if 5 <= i < 15 else face, i / 30) for i in range(30)]
    landmarks = track_landmarks(pictures, tracker=FaceTracker(model))
    seen = np.isfinite(landmarks.points_px[:, 0, 0])
    assert seen[:5].all()
    assert not seen[5:15].any()
    assert seen[22:].all()
    assert (landmarks.face_score[5:15] == 0).all()
    assert np.isnan(landmarks.brightness[5:15]).all()


def test_of_two_faces_the_larger_is_followed(model: FaceModel) -> None:
    small = drawn(Scene(width_px=480, height_px=480, face_height_fraction=0.4))
    large = drawn(Scene(width_px=480, height_px=480, face_height_fraction=0.62))
    landmarks = track_landmarks([Drawn(np.hstack([small, large]))], tracker=FaceTracker(model))
    assert landmarks.points_px[0, :, 0].mean() > 480
    assert landmarks.other_faces[0] == 1


def test_a_mirrored_picture_read_unmirrored_is_the_same(model: FaceModel, face: NDArray[np.uint8]) -> None:
    face = moved(face, 30)
    plain = track_landmarks([Drawn(face)], tracker=FaceTracker(model)).points_px
    mirrored = track_landmarks([unmirrored(Drawn(np.ascontiguousarray(face[:, ::-1])))], tracker=FaceTracker(model)).points_px
    np.testing.assert_allclose(mirrored, plain, atol=0.2)


def test_no_picture_gives_no_rows(model: FaceModel) -> None:
    landmarks = track_landmarks([], tracker=FaceTracker(model))
    assert len(landmarks) == 0
    assert landmarks.points_px.shape == (0, 478, 2)


def test_a_dark_and_a_blurred_face_read_so(model: FaceModel, face: NDArray[np.uint8]) -> None:
    import cv2

    blurry = np.asarray(cv2.GaussianBlur(face, (0, 0), 6), np.uint8)
    looks = (face, (face * 0.3).astype(np.uint8), blurry)
    plain, dark, blurred = (track_landmarks([Drawn(pixels)], tracker=FaceTracker(model)) for pixels in looks)
    assert dark.brightness[0] == pytest.approx(0.3 * plain.brightness[0], rel=0.1)
    assert blurred.sharpness[0] < 0.5 * plain.sharpness[0]


@pytest.mark.shared
def test_parity_with_the_published_mesh(shared: Path, model: FaceModel) -> None:
    """The lips, lids and irides of MediaPipe's own attention mesh, within 1 % of the outer-canthal distance at the mean."""
    published = np.load(shared / "data" / "imitation" / "d19_reference_landmarks.npz")["landmarks_px"]
    ours = track_landmarks(read_video(shared / "data" / "imitation" / "d19.mp4"), tracker=FaceTracker(model)).points_px
    scale = np.linalg.norm(published[:, 33] - published[:, 263], axis=1)
    misfit = np.linalg.norm(ours - published, axis=2) / scale[:, None]
    for part in (LIPS, EYE_RIGHT[:16], EYE_LEFT[:16], range(468, 478)):
        assert misfit[:, list(part)].mean() < 0.01
