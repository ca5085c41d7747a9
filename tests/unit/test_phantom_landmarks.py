"""The landmark models take the drawn face for a face, and follow its movements on the side that moves."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from revalidation.composites import rigid_indices
from spasmograph.io.mesh import FaceModel
from spasmograph.io.phantom import Light, Scene, draw_frame
from spasmograph.measure.kinematics import head_pose
from spasmograph.script import Script
from spasmograph.terms import Side

SCENE = Scene(width_px=640, height_px=480)
REST = {name: float(values[0]) for name, values in Script(duration_s=1.0).states(np.zeros(1)).items()}
UPPER = {Side.RIGHT: [160, 159, 158], Side.LEFT: [387, 386, 385]}
LOWER = {Side.RIGHT: [144, 145, 153], Side.LEFT: [373, 374, 380]}
CORNER = {Side.RIGHT: 61, Side.LEFT: 291}
BROW = {Side.RIGHT: [63, 105, 66], Side.LEFT: [293, 334, 296]}
Points = NDArray[np.float64]


class Drawing:
    """A drawn frame as a picture that the models can read."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.height_px, self.width_px = pixels.shape[:2]
        self._pixels = pixels

    def sample(self, matrix: NDArray[np.float64], size_px: int) -> NDArray[np.float32]:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(self._pixels, matrix, (size_px, size_px), flags=flags), np.float32) / np.float32(255.0)


@cache
def model() -> FaceModel:
    return FaceModel()


def landmarks(scene: Scene, **moved: float) -> Points:
    picture = Drawing(draw_frame(scene, REST | moved))
    mesh = model().mesh(picture, model().detect(picture, min_score=0.5)[0].roi)
    for _ in range(3):
        mesh = model().mesh(picture, mesh.roi())
    return mesh.points_px


def shut(side: Side, closure: float) -> dict[str, float]:
    return {f"eye_closure_{side}": closure, f"palpebral_fissure_height_{side}_mm": 10.0 * (1.0 - closure)}


def fissure(points: Points, side: Side) -> float:
    return float(np.hypot(*(points[UPPER[side]] - points[LOWER[side]]).T).mean())


@pytest.mark.parametrize("light", list(Light))
@pytest.mark.parametrize("tone", [1, 3, 5])
@pytest.mark.parametrize("yaw_deg", [-25.0, 0.0, 15.0])
def test_the_detector_finds_the_face(light: Light, tone: int, yaw_deg: float) -> None:
    (face,) = model().detect(Drawing(draw_frame(replace(SCENE, light=light, skin_tone=tone, yaw_deg=yaw_deg), REST)), min_score=0.5)
    assert face.score > 0.8
    assert np.hypot(*(np.asarray(face.roi.centre_px) - (320.0, 240.0))) < 0.2 * 0.62 * SCENE.height_px


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize("tone", [2, 4])
def test_a_closing_eye_is_followed_and_the_other_stays(side: Side, tone: int) -> None:
    """The median over a hair's breadth of turning, which decides what the models make of one half-closed eye."""
    scenes = [replace(SCENE, skin_tone=tone, yaw_deg=yaw_deg) for yaw_deg in (-2.0, 0.0, 2.0)]
    closed, other = (np.median(read, axis=0) for read in zip(*(_closing(scene, side) for scene in scenes), strict=True))
    assert closed[2] > 0.75
    assert closed / closed[2] == pytest.approx([0.25, 0.5, 1.0], abs=0.12)
    assert other == pytest.approx(1.0, abs=0.06)


def _closing(scene: Scene, side: Side) -> tuple[Points, float]:
    """How much of the fissure is gone when this eye is a quarter, half and all closed, and what is left of the other's at the end."""
    still = landmarks(scene)
    moved = [landmarks(scene, **shut(side, closure)) for closure in (0.25, 0.5, 1.0)]
    gone = np.array([1.0 - fissure(points, side) / fissure(still, side) for points in moved])
    return gone, fissure(moved[-1], side.other) / fissure(still, side.other)


@pytest.mark.parametrize("yaw_deg", [-15.0, 0.0, 15.0])
def test_a_turned_head_is_read_as_far_turned(yaw_deg: float) -> None:
    scene = replace(SCENE, width_px=1280, height_px=720, yaw_deg=yaw_deg)
    picture = Drawing(draw_frame(scene, REST))
    mesh = model().mesh(picture, model().detect(picture, min_score=0.5)[0].roi)
    for _ in range(3):
        mesh = model().mesh(picture, mesh.roi())
    solid = np.column_stack([mesh.points_px[:468], mesh.depth_px])
    read, _, _ = head_pose(solid[None, rigid_indices()]).angles_deg()
    assert read == pytest.approx(yaw_deg, abs=3.5)


@pytest.mark.parametrize("closure", [0.35, 0.6, 0.8, 0.9])
def test_over_skin_tones_and_lights_a_drawn_lid_is_read_as_far_down_as_it_is(closure: float) -> None:
    looks = zip((1, 2, 3, 4, 5), (Light.EVEN, Light.DIM, Light.SIDE, Light.EVEN, Light.DIM), strict=True)
    read = [closure_read(replace(SCENE, skin_tone=tone, light=light), closure) for tone, light in looks]
    assert np.mean(read) == pytest.approx(closure, abs=0.06)


def closure_read(scene: Scene, closure: float) -> float:
    """What is gone of the fissure between the models' lids, over what is gone when the eyes are shut, both eyes' mean."""
    still, part, all_gone = (landmarks(scene, **shut(Side.LEFT, c), **shut(Side.RIGHT, c)) for c in (0.0, closure, 1.0))
    gaps = [np.array([fissure(points, side) for side in (Side.LEFT, Side.RIGHT)]) for points in (still, part, all_gone)]
    return float(np.mean((gaps[0] - gaps[1]) / (gaps[0] - gaps[2])))


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_a_drawn_mouth_corner_is_followed_and_the_other_stays(side: Side) -> None:
    still, pulled = landmarks(SCENE), landmarks(SCENE, **{f"commissure_along_{side}_mm": 7.0})
    shift_mm = np.hypot(*(pulled - still).T) / SCENE.px_per_mm
    assert shift_mm[CORNER[side]] == pytest.approx(7.0, rel=0.15)
    assert shift_mm[CORNER[side.other]] < 1.0


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_a_raised_brow_is_followed_and_the_other_stays(side: Side) -> None:
    still, raised = landmarks(SCENE), landmarks(SCENE, **{f"brow_height_{side}_mm": 4.0})
    up_mm = (still - raised)[:, 1] / SCENE.px_per_mm
    assert up_mm[BROW[side]].mean() == pytest.approx(4.0, rel=0.25)
    assert abs(up_mm[BROW[side.other]].mean()) < 0.4


def test_the_ruler_reads_the_drawn_iris() -> None:
    points = landmarks(SCENE)
    across = [np.hypot(*(points[first] - points[second])) for first, second in ((469, 471), (474, 476))]
    assert np.mean(across) == pytest.approx(SCENE.iris_diameter_px, rel=0.06)
