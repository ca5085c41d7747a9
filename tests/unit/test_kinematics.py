"""Geometry of a schematic face that is turned, tilted, moved and scaled: what the face did is told apart from what the head did."""

from dataclasses import replace

import numpy as np
import pytest

from spasmograph.measure.kinematics import SIDES, geometry, head_pose, upright_points
from spasmograph.model import Signals
from tests.worlds import REST, RIGID, face, landmarks, turn

LENGTHS = sorted({*(name for name in REST if "iris" not in name), *(f"{name}_{side}" for name in ("eye_width", "pupil_gap") for side in SIDES)})
ALWAYS_KNOWN = {"other_faces", "other_person", "covered"}
POSES = [
    (20.0, 0.0, 0.0),
    (-25.0, 0.0, 0.0),
    (0.0, 15.0, 0.0),
    (0.0, -20.0, 0.0),
    (0.0, 0.0, 30.0),
    (0.0, 0.0, -10.0),
    (15.0, 10.0, 20.0),
    (-20.0, -15.0, -25.0),
]
RIGHT_SPASM = face(lid_gap_right=0.04, corner_x_right=0.34, corner_y_right=-0.68, cheek_right=-0.32, brow_right=0.17)


def one(signals: Signals, name: str) -> float:
    """The value of a signal of one frame."""
    (value,) = signals[name]
    return float(value)


def test_the_lengths_are_those_of_the_face() -> None:
    raw = geometry(landmarks([face()]))
    assert {name: one(raw, name) for name in REST} == pytest.approx(REST)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (f"{name}_{side}", value)
        for side in SIDES
        for name, value in {"lid_gap": 0.02, "brow": 0.2, "corner_x": 0.35, "corner_y": -0.66, "cheek": -0.3, "iris": 0.12, "gaze_down": 0.03}.items()
    ]
    + [("mouth_opening", 0.2)],
)
def test_each_movement_shows_in_its_own_signal_and_in_no_other(name: str, value: float) -> None:
    raw = geometry(landmarks([face(**{name: value})]))
    assert {key: one(raw, key) for key in REST} == pytest.approx(REST | {name: value})


def test_the_upper_lid_is_measured_from_the_pupil() -> None:
    raw = geometry(landmarks([face(lid_gap_left=0.12, gaze_down_left=0.02)]))
    assert one(raw, "pupil_gap_left") == pytest.approx(0.06 + 0.02)
    assert one(raw, "pupil_gap_right") == pytest.approx(REST["lid_gap_right"] / 2)


@pytest.mark.parametrize(("yaw_deg", "pitch_deg", "roll_deg"), POSES)
def test_the_pose_is_recovered(yaw_deg: float, pitch_deg: float, roll_deg: float) -> None:
    raw = geometry(landmarks([face()], rotation=turn(yaw_deg, pitch_deg, roll_deg)))
    assert one(raw, "head_yaw_deg") == pytest.approx(yaw_deg, abs=1e-6)
    assert one(raw, "head_pitch_deg") == pytest.approx(pitch_deg, abs=1e-6)
    assert one(raw, "head_roll_deg") == pytest.approx(roll_deg, abs=1e-6)
    assert one(raw, "residual") == pytest.approx(0.0, abs=1e-6)


def test_the_signs_of_the_pose_are_the_patients() -> None:
    """Seen from the front the patient's left is at the right of the picture."""
    straight, left, up, tilted = (landmarks([face()], rotation=r).points_px[0] for r in (turn(), turn(20), turn(0, 20), turn(0, 0, 20)))
    nose, brow_left = 195, 334
    assert left[nose, 0] > straight[nose, 0], "the nose goes to the right of the picture when the face turns to the patient's left"
    assert up[nose, 1] < straight[nose, 1], "and upwards when it is lifted"
    assert tilted[brow_left, 1] > straight[brow_left, 1], "the left brow sinks when the head tilts to the left shoulder"


@pytest.mark.parametrize(("yaw_deg", "pitch_deg", "roll_deg"), POSES)
@pytest.mark.parametrize("scale_px", [40.0, 700.0])
def test_the_lengths_do_not_depend_on_pose_scale_and_place(yaw_deg: float, pitch_deg: float, roll_deg: float, scale_px: float) -> None:
    still = geometry(landmarks([RIGHT_SPASM]))
    moved = geometry(landmarks([RIGHT_SPASM], rotation=turn(yaw_deg, pitch_deg, roll_deg), scale_px=scale_px, centre_px=(100.0, 500.0)))
    assert {name: one(moved, name) for name in LENGTHS} == pytest.approx({name: one(still, name) for name in LENGTHS}, abs=1e-6)
    assert one(moved, "scale_px") == pytest.approx(scale_px)


def test_a_mirrored_face_swaps_the_sides() -> None:
    """Right and left of every signal exchange when the same movement is made by the other side."""
    mirrored = face(lid_gap_left=0.04, corner_x_left=0.34, corner_y_left=-0.68, cheek_left=-0.32, brow_left=0.17)
    one_way, other_way = geometry(landmarks([RIGHT_SPASM])), geometry(landmarks([mirrored]))
    for name in LENGTHS:
        swapped = name.replace("left", "?").replace("right", "left").replace("?", "right")
        assert one(other_way, swapped) == pytest.approx(one(one_way, name)), name


def test_a_mirrored_face_turns_the_other_way() -> None:
    to_left, to_right = (geometry(landmarks([face()], rotation=turn(sign * 15.0, 5.0, sign * 8.0))) for sign in (1.0, -1.0))
    assert one(to_right, "head_yaw_deg") == pytest.approx(-one(to_left, "head_yaw_deg"))
    assert one(to_right, "head_roll_deg") == pytest.approx(-one(to_left, "head_roll_deg"))
    assert one(to_right, "head_pitch_deg") == pytest.approx(one(to_left, "head_pitch_deg"))


def test_a_frame_without_a_face_stays_nan_and_touches_no_other() -> None:
    faces = np.stack([face(lid_gap_left=0.1 - 0.01 * i) for i in range(5)])
    whole = geometry(landmarks(faces))
    faces[2] = np.nan
    raw = geometry(landmarks(faces))
    for name in set(raw) - ALWAYS_KNOWN:
        assert np.isnan(raw[name][2]), name
        assert np.array_equal(np.delete(raw[name], 2), np.delete(whole[name], 2)), name


def test_no_face_in_any_frame_is_nan_throughout() -> None:
    raw = geometry(landmarks(np.full((3, 478, 3), np.nan)))
    assert all(np.isnan(raw[name]).all() for name in set(raw) - ALWAYS_KNOWN)


def test_no_frames_give_no_values() -> None:
    raw = geometry(landmarks(np.empty((0, 478, 3))))
    assert len(raw) == 0


def test_a_point_of_the_outline_that_is_dragged_shows_as_residual_and_hardly_turns_the_head() -> None:
    points = face()
    points[127] += [0.0, 0.5, 0.0]
    raw = geometry(landmarks([points]))
    assert one(raw, "residual") > 0.03
    assert abs(one(raw, "head_roll_deg")) < 3.0


def test_the_residual_is_in_face_units_whatever_the_scale() -> None:
    noisy = face()
    noisy[list(RIGID)] += np.random.default_rng(1).normal(0, 0.02, (len(RIGID), 3))
    small, large = (one(geometry(landmarks([noisy], scale_px=scale)), "residual") for scale in (50.0, 500.0))
    assert small == pytest.approx(large)
    assert 0.01 < small < 0.05


@pytest.mark.parametrize(("centre_px", "outside"), [((640.0, 300.0), 0.0), ((5000.0, 300.0), 1.0), ((-5000.0, 300.0), 1.0), ((640.0, -5000.0), 1.0)])
def test_the_share_beyond_the_border_is_told(centre_px: tuple[float, float], outside: float) -> None:
    assert one(geometry(landmarks([face()], centre_px=centre_px)), "outside") == outside


def test_a_face_at_the_border_is_partly_outside() -> None:
    assert 0.05 < one(geometry(landmarks([face()], centre_px=(20.0, 300.0))), "outside") < 0.95


def test_light_sharpness_and_other_faces_come_along() -> None:
    raw = geometry(landmarks([face()] * 2, brightness=np.array([0.3, 0.4]), sharpness=np.array([0.1, 0.2]), other_faces=np.array([0.0, 2.0])))
    assert [list(raw[name]) for name in ("brightness", "sharpness", "other_faces")] == [[0.3, 0.4], [0.1, 0.2], [0.0, 2.0]]


def test_the_upright_face_is_the_face_itself() -> None:
    """All but the irises, which face the camera and not the nose."""
    _, points = upright_points(landmarks([RIGHT_SPASM], rotation=turn(18, -7, 12), scale_px=333.0, centre_px=(10.0, 20.0)))
    assert points[0, :468] == pytest.approx(RIGHT_SPASM[:468, :2], abs=1e-6)


@pytest.mark.parametrize(("yaw_deg", "pitch_deg", "roll_deg"), POSES)
def test_the_iris_is_a_ruler_while_the_eye_looks_at_the_camera(yaw_deg: float, pitch_deg: float, roll_deg: float) -> None:
    """The iris of a turned head is as wide in the picture as before, because the eye has not turned."""
    seen = landmarks([face()], rotation=turn(yaw_deg, pitch_deg, roll_deg), scale_px=250.0)
    points = seen.points_px.copy()
    for centre, rim in ((468, (469, 471)), (473, (474, 476))):
        points[:, rim] = points[:, [centre]] + np.array([[0.5], [-0.5]]) * 30.0 * np.array([np.cos(0.3), np.sin(0.3)])
    raw = geometry(replace(seen, points_px=points))
    assert [one(raw, f"iris_{side}") for side in SIDES] == pytest.approx([30.0 / 250.0] * 2)


def test_given_upright_points_are_used_as_they_are() -> None:
    seen = landmarks([RIGHT_SPASM], rotation=turn(10, 0, 0))
    raw, again = geometry(seen), geometry(seen, upright_points(seen))
    assert all(np.array_equal(raw[name], again[name]) for name in raw)


def test_the_pose_is_a_rotation_never_a_reflection() -> None:
    """Even rigid points in a mirror, which no rotation can bring about, give a proper rotation with a large misfit."""
    mirrored = np.array([place * [1.0, 1.0, -1.0] for place in RIGID.values()])
    pose = head_pose(mirrored[None] * 100.0)
    assert np.linalg.det(pose.rotation[0]) == pytest.approx(1.0)
    assert pose.residual[0] > 0.1
