"""Schematic faces with known geometry: landmarks without a picture, and raw geometry without landmarks."""

import tomllib
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spasmograph.measure.kinematics import SIDES
from spasmograph.model import Landmarks, Signals
from spasmograph.parameters import skin_points

Array = NDArray[np.float64]

# One face at rest, in outer-canthal distances (about 91 mm); its outer canthi are 1 apart.
REST: dict[str, float] = {
    "mouth_opening": 0.01,
    **{
        f"{name}_{side}": value
        for side in SIDES
        for name, value in {
            "lid_gap": 0.11,
            "brow": 0.14,
            "corner_x": 0.28,
            "corner_y": -0.72,
            "cheek": -0.35,
            "iris": 0.1286,
            "gaze_down": 0.0,
        }.items()
    },
}

_CANTHI = {"right": (33, 133), "left": (263, 362)}
_UPPER = {"right": (160, 159, 158), "left": (385, 386, 387)}
_LOWER = {"right": (144, 145, 153), "left": (380, 374, 373)}
_BROW = {"right": (63, 105, 66, 53, 52, 65), "left": (293, 334, 296, 283, 282, 295)}
_CORNER = {"right": 61, "left": 291}
_CHEEK = {"right": (50, 101, 36), "left": (280, 330, 266)}
_IRIS = {"right": (468, 469, 470, 471, 472), "left": (473, 474, 475, 476, 477)}
_RIM = ((0, 0), (1, 0), (0, -1), (-1, 0), (0, 1))


def _rigid() -> dict[int, Array]:
    table = tomllib.loads(files("spasmograph.data").joinpath("rigid_points.toml").read_text(encoding="utf-8"))
    return {row["index"]: np.array([row["x"], row["y"], row["z"]]) for row in table["points"]}


RIGID = _rigid()


def face(**moved: float) -> Array:
    """All points (478, 3) of an upright face in outer-canthal distances; `moved` replaces what `REST` says.

    x to the patient's left, y down, z away from the viewer.
    """
    look = REST | moved
    if unknown := set(moved) - set(REST):
        raise KeyError(*unknown)
    points = np.tile([0.0, 0.2, 0.0], (478, 1))
    points[list(RIGID)] = list(RIGID.values())
    for side in SIDES:
        _draw_eye(points, side, look)
        sign = 1.0 if side == "left" else -1.0
        points[list(_BROW[side])] = [[sign * (0.25 + 0.05 * i), -look[f"brow_{side}"], 0.0] for i in range(6)]
        points[_CORNER[side]] = [sign * look[f"corner_x_{side}"], -look[f"corner_y_{side}"], -0.05]
        points[list(_CHEEK[side])] = [[sign * (0.4 + 0.05 * i), -look[f"cheek_{side}"], 0.05] for i in range(3)]
    points[[13, 14]] = [[0.0, 0.75 + side * look["mouth_opening"] / 2, -0.15] for side in (-1, 1)]
    return points


def _draw_eye(points: Array, side: str, look: dict[str, float]) -> None:
    """Lids and iris of one side, on the line of its canthi, in place."""
    outer, inner = (points[i] for i in _CANTHI[side])
    middle = (outer + inner) / 2
    axis = (outer - inner)[:2] * (1.0 if side == "left" else -1.0)
    axis /= np.hypot(*axis)
    down = np.array([-axis[1], axis[0]])
    for group, half in ((_UPPER[side], -0.5), (_LOWER[side], 0.5)):
        for i, along in zip(group, (-0.05, 0.0, 0.05), strict=True):
            points[i] = middle
            points[i, :2] += along * axis + half * look[f"lid_gap_{side}"] * down
    pupil = middle[:2] + look[f"gaze_down_{side}"] * down
    for i, (x, y) in zip(_IRIS[side], _RIM, strict=True):
        points[i, :2] = pupil + look[f"iris_{side}"] / 2 * (x * axis + y * down)
        points[i, 2] = middle[2]


def turn(yaw_deg: float = 0.0, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> Array:
    """Rotation (3, 3) from face to picture: first to the patient's left, then up, then towards the patient's left shoulder."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(z @ x @ y)


def landmarks(
    faces: ArrayLike,
    *,
    rotation: ArrayLike | None = None,
    scale_px: ArrayLike = 200.0,
    centre_px: ArrayLike = (640.0, 300.0),
    frame_rate_hz: float = 30.0,
    **quality: Any,
) -> Landmarks:
    """Faces (n, 478, 3) as a camera sees them without perspective; rotation, scale and centre are one for all frames or one a frame."""
    points = np.atleast_3d(np.asarray(faces, np.float64))
    n = len(points)
    rotations = np.broadcast_to(np.eye(3) if rotation is None else np.asarray(rotation, np.float64), (n, 3, 3))
    scales = np.broadcast_to(np.asarray(scale_px, np.float64), (n,))
    centres = np.broadcast_to(np.asarray(centre_px, np.float64), (n, 2))
    placed = scales[:, None, None] * np.einsum("nij,npj->npi", rotations, points)
    seen = np.isfinite(placed).all(axis=(1, 2))
    values: dict[str, Any] = {
        "face_score": np.where(seen, 0.99, 0.0),
        "brightness": np.where(seen, 0.5, np.nan),
        "sharpness": np.where(seen, 0.4, np.nan),
        "appearance": np.where(seen[:, None, None], 0.1, np.nan) * np.ones((n, len(skin_points()) + 2, 3)),
        "other_faces": np.zeros(n),
        "frame_size_px": (1280, 720),
    }
    return Landmarks(
        time_s=np.arange(n) / frame_rate_hz, points_px=placed[..., :2] + centres[:, None], depth_px=placed[:, :468, 2], **(values | quality)
    )


def clock(seconds: float, frame_rate_hz: float = 30.0) -> Array:
    """Even time stamps in seconds."""
    return np.arange(round(seconds * frame_rate_hz)) / frame_rate_hz


def raw_geometry(time_s: Array, **moved: ArrayLike) -> Signals:
    """What `kinematics.geometry` says of a face at rest seen from the front, 300 pixels wide; `moved` replaces courses, NaN hides the face."""
    level: dict[str, float] = {
        **REST,
        **{f"eye_width_{side}": 0.305 for side in SIDES},
        **{f"pupil_gap_{side}": 0.045 for side in SIDES},
        **{f"head_{axis}_deg": 0.0 for axis in ("yaw", "pitch", "roll")},
        "scale_px": 200.0,
        "residual": 0.02,
        "outside": 0.0,
        "brightness": 0.5,
        "sharpness": 0.4,
        "other_faces": 0.0,
        "covered": 0.0,
        "other_person": 0.0,
        "centre_x_px": 640.0,
        "centre_y_px": 360.0,
    }
    if unknown := set(moved) - set(level):
        raise KeyError(*unknown)
    return Signals(
        time_s=time_s, values={name: np.broadcast_to(np.asarray(value, np.float64), time_s.shape).copy() for name, value in (level | moved).items()}
    )


def hidden(raw: Signals, where: NDArray[np.bool_]) -> Signals:
    """The same with the face unseen in some frames."""
    never_nan = {"other_faces", "covered", "other_person"}
    return Signals(time_s=raw.time_s, values={name: raw[name] if name in never_nan else np.where(where, np.nan, raw[name]) for name in raw})


def bump(time_s: Array, onset_s: float, offset_s: float, height: float = 1.0) -> Array:
    """0 outside a stretch of time, `height` inside it."""
    return np.where((time_s >= onset_s) & (time_s < offset_s), height, 0.0)
