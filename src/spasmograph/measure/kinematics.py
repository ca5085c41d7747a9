"""Landmarks to geometry: the head's motion is taken out with the points that facial muscles do not move.

Every frame is fitted on its own (scaled orthographic pose of the rigid points), so that nothing here depends on what came before;
what a person's own open eye or resting mouth is, is told by `measure.baseline`.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import Landmarks, Signals

Array = NDArray[np.float64]

SIDES = ("right", "left")
_UPPER_LID = {"right": (160, 159, 158), "left": (387, 386, 385)}
_LOWER_LID = {"right": (144, 145, 153), "left": (373, 374, 380)}
_CANTHI = {"right": (33, 133), "left": (263, 362)}
_BROW = {"right": (63, 105, 66, 53, 52, 65), "left": (293, 334, 296, 283, 282, 295)}
_COMMISSURE = {"right": 61, "left": 291}
_CHEEK = {"right": (50, 101, 36), "left": (280, 330, 266)}
_PUPIL = {"right": 468, "left": 473}
_LIMBUS = {"right": (469, 471), "left": (474, 476)}
_INNER_LIPS = (13, 14)


@dataclass(frozen=True, slots=True)
class _RigidPoints:
    """The rigid part of a face: indices (p,), places (p, 3) with the outer-canthal distance as unit, weights (p,) that sum to 1."""

    indices: NDArray[np.intp]
    places: Array
    weights: Array


@cache
def _rigid_points() -> _RigidPoints:
    table = tomllib.loads(files("spasmograph.data").joinpath("rigid_points.toml").read_text(encoding="utf-8"))["points"]
    weights = np.array([row["weight"] for row in table])
    places = np.array([[row["x"], row["y"], row["z"]] for row in table])
    return _RigidPoints(np.array([row["index"] for row in table], np.intp), places, weights / weights.sum())


@dataclass(frozen=True, slots=True)
class Pose:
    """The head's pose in each frame.

    `scale_px` (n,) pixels per outer-canthal distance, `rotation` (n, 3, 3) face to picture, `shift_px` (n, 3),
    `residual` (n,) root mean square misfit of the rigid points in outer-canthal distances. NaN where no face was seen.
    """

    scale_px: Array
    rotation: Array
    shift_px: Array
    residual: Array

    def angles_deg(self) -> tuple[Array, Array, Array]:
        """Yaw (to the patient's left is positive), pitch (up is positive) and roll (towards the patient's left shoulder is positive).

        The head turns first, then nods, then tilts in the picture's plane, so that a tilted head's nod is no turn.
        """
        r = self.rotation
        yaw = np.degrees(np.arctan2(r[:, 2, 0], r[:, 2, 2]))
        pitch = np.degrees(np.arcsin(np.clip(-r[:, 2, 1], -1, 1)))
        roll = np.degrees(np.arctan2(-r[:, 0, 1], r[:, 1, 1]))
        return yaw, pitch, roll

    def upright(self, points: Array) -> Array:
        """Points (n, p, 3) of the picture, as places (n, p, 3) in the face's own frame, in outer-canthal distances."""
        centred = points - self.shift_px[:, None]
        return np.asarray(centred @ (self.rotation / self.scale_px[:, None, None]))


def head_pose(points: Array) -> Pose:
    """The pose that best brings the rigid points (n, p, 3) of the mesh onto their places: weighted least squares (Umeyama 1991)."""
    rigid = _rigid_points()
    w = rigid.weights[:, None]
    seen = np.asarray(np.isfinite(points).all(axis=(1, 2)))
    x = np.where(seen[:, None, None], points[:, :, :], rigid.places)
    mean_x, mean_t = (w * x).sum(axis=1), (w * rigid.places).sum(axis=0)
    t = rigid.places - mean_t
    u, s, vt = np.linalg.svd(np.einsum("npi,pj->nij", (x - mean_x[:, None]) * w, t))
    flip = np.ones_like(s)
    flip[:, 2] = np.sign(np.linalg.det(u @ vt))
    rotation = (u * flip[:, None, :]) @ vt
    scale = (s * flip).sum(axis=1) / float((w * t * t).sum())
    shift = mean_x - scale[:, None] * np.einsum("nij,j->ni", rotation, mean_t)
    misfit = x - scale[:, None, None] * np.einsum("nij,pj->npi", rotation, rigid.places) - shift[:, None]
    residual = np.sqrt((w * misfit**2).sum(axis=(1, 2))) / scale
    unseen = np.where(seen, 1.0, np.nan)
    return Pose(scale * unseen, rotation * unseen[:, None, None], shift * unseen[:, None], residual * unseen)


def _with_depth(landmarks: Landmarks) -> Array:
    """All points (n, 478, 3) in pixels; an iris lies as deep as its eye's corners do on average."""
    depth = np.empty(landmarks.points_px.shape[:2])
    depth[:, :468] = landmarks.depth_px
    depth[:, 468:473] = landmarks.depth_px[:, _CANTHI["right"]].mean(axis=1)[:, None]
    depth[:, 473:478] = landmarks.depth_px[:, _CANTHI["left"]].mean(axis=1)[:, None]
    return np.concatenate([landmarks.points_px.astype(np.float64), depth[..., None]], axis=2)


def upright_points(landmarks: Landmarks) -> tuple[Pose, Array]:
    """The pose of every frame and all 478 points (n, 478, 2) in the face's own frame: x to the patient's left, y down, in outer-canthal distances."""
    points = _with_depth(landmarks)
    pose = head_pose(points[:, _rigid_points().indices])
    return pose, pose.upright(points)[:, :, :2]


def geometry(landmarks: Landmarks, upright: tuple[Pose, Array] | None = None) -> Signals:
    """What each frame's landmarks say by themselves, lengths in outer-canthal distances.

    For each side: `lid_gap` between the lid margins across the eye's own axis, `eye_width`, `pupil_gap` from pupil to upper lid margin, `gaze_down`
    of the pupil below the line of the canthi, `brow` above it, `corner_x` (lateral) and `corner_y` (up) of the mouth, `cheek` up, `iris` width; and
    `mouth_opening`, `head_yaw_deg`, `head_pitch_deg`, `head_roll_deg`, `scale_px`, `residual`, `outside` (share of the points beyond the picture's
    border), `centre_x_px`, `centre_y_px`, and `covered` and
    `other_person`, which are 0 until the whole recording has been looked at. NaN where no face was seen. For quality `brightness`, `sharpness`
    and `other_faces` come along as they are. `upright` are the results of `upright_points`, if they are at hand.
    """
    pose, points = upright or upright_points(landmarks)
    yaw, pitch, roll = pose.angles_deg()
    values = {"head_yaw_deg": yaw, "head_pitch_deg": pitch, "head_roll_deg": roll, "scale_px": pose.scale_px, "residual": pose.residual}
    values["outside"] = _outside(landmarks)
    values |= {name: np.zeros(len(landmarks)) for name in ("covered", "other_person")}
    values["centre_x_px"], values["centre_y_px"] = landmarks.points_px.astype(np.float64).mean(axis=1).T
    values |= {name: np.asarray(getattr(landmarks, name), np.float64) for name in ("brightness", "sharpness", "other_faces")}
    values["mouth_opening"] = points[:, _INNER_LIPS[1], 1] - points[:, _INNER_LIPS[0], 1]
    for side in SIDES:
        values |= {f"{name}_{side}": value for name, value in _side_geometry(points, side).items()}
        values[f"iris_{side}"] = _iris(landmarks, side) / pose.scale_px
    return Signals(time_s=landmarks.time_s, values=values)


def _outside(landmarks: Landmarks) -> Array:
    """Share of the mesh beyond the picture's border (n,); NaN where no face was seen."""
    points = landmarks.points_px
    out = ((points < 0) | (points >= np.asarray(landmarks.frame_size_px))).any(axis=2).mean(axis=1)
    return np.where(np.isfinite(points[:, 0, 0]), out, np.nan)


def _iris(landmarks: Landmarks, side: str) -> Array:
    """The visible iris's width (n,) in pixels as the camera sees it, for the eye looks at the camera while the head turns."""
    rim_a, rim_b = (landmarks.points_px[:, i].astype(np.float64) for i in _LIMBUS[side])
    return np.asarray(np.hypot(*(rim_a - rim_b).T))


def _side_geometry(points: Array, side: str) -> dict[str, Array]:
    """One side's lengths, lateral and up positive."""
    outer, inner = (points[:, i] for i in _CANTHI[side])
    width = np.hypot(*(outer - inner).T)
    lateral = 1.0 if side == "left" else -1.0
    axis = (outer - inner) * lateral / width[:, None]
    down = np.column_stack([-axis[:, 1], axis[:, 0]])
    upper, lower = points[:, _UPPER_LID[side]].mean(axis=1), points[:, _LOWER_LID[side]].mean(axis=1)
    pupil = points[:, _PUPIL[side]]
    corner = points[:, _COMMISSURE[side]]
    return {
        "lid_gap": ((lower - upper) * down).sum(axis=1),
        "eye_width": width,
        "pupil_gap": ((pupil - upper) * down).sum(axis=1),
        "gaze_down": ((pupil - inner) * down).sum(axis=1),
        "brow": -points[:, _BROW[side], 1].mean(axis=1),
        "corner_x": lateral * corner[:, 0],
        "corner_y": -corner[:, 1],
        "cheek": -points[:, _CHEEK[side], 1].mean(axis=1),
    }
