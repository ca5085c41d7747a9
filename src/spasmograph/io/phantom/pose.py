"""Turning the head: where each pixel of the picture looks up the painted face."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.phantom import anatomy
from spasmograph.io.phantom.scene import Scene
from spasmograph.model import Floats

PIVOT_MM = np.array([0.0, 30.0, -85.0])
CAMERA_MM = 900.0
FACE_MIDDLE_MM = 8.0
STRIDE_PX = 4
_SURFACE_PX_PER_MM = 2.0
_ROUNDS, _CAREFUL_ROUNDS = 14, 10
_IN_FRONT_MM = 50.0
_SLOPE_MOST = 2.0
_MISSED_MM = 0.5
_FAR_OUT = 10.0
Pose = tuple[float, float, float]


def rotation(pose_deg: Pose) -> Floats:
    """Rotation (3, 3) from face to camera axes for (yaw, pitch, roll): to the patient's left, upwards, to the patient's left shoulder."""
    (yaw, pitch, roll) = np.deg2rad(np.asarray(pose_deg))
    turn = np.array([[np.cos(yaw), 0.0, np.sin(yaw)], [0.0, 1.0, 0.0], [-np.sin(yaw), 0.0, np.cos(yaw)]])
    nod = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(pitch), -np.sin(pitch)], [0.0, np.sin(pitch), np.cos(pitch)]])
    tilt = np.array([[np.cos(roll), -np.sin(roll), 0.0], [np.sin(roll), np.cos(roll), 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(tilt @ nod @ turn)


def at_rest(scene: Scene) -> Pose:
    """The pose of the scene without the script's movement."""
    return (scene.yaw_deg, scene.pitch_deg, scene.roll_deg)


def shift_px(scene: Scene) -> Floats:
    """Where the middle line between the eyes of an unturned head would lie, placed so that the face at rest is in the middle of the picture."""
    middle = rotation(at_rest(scene)) @ (np.array([0.0, FACE_MIDDLE_MM, 0.0]) - PIVOT_MM) + PIVOT_MM
    return np.asarray(np.array([scene.width_px, scene.height_px]) / 2.0 - scene.px_per_mm * middle[:2])


def project(scene: Scene, points_mm: Floats, pose_deg: Pose) -> Floats:
    """Points of the face (n, 3) in mm as picture points (n, 2) in px; whole numbers are the corners of pixels."""
    camera = (points_mm - PIVOT_MM) @ rotation(pose_deg).T + PIVOT_MM
    return np.asarray(camera[:, :2] / (1.0 - camera[:, 2:] / CAMERA_MM) * scene.px_per_mm + shift_px(scene))


@lru_cache(maxsize=1)
def _surface_map() -> NDArray[np.float32]:
    """Height of the face and its two slopes (h, w, 3), 2 px a mm."""
    x, y = anatomy.texture_grid(_SURFACE_PX_PER_MM)
    height = anatomy.surface(x.astype(np.float64), y.astype(np.float64))
    slope_y, slope_x = np.gradient(height, 1.0 / _SURFACE_PX_PER_MM)
    return np.stack([height, slope_x, slope_y], axis=-1).astype(np.float32)


def head_box(scene: Scene, pose_deg: Pose) -> tuple[slice, slice]:
    """Rows and columns of the picture that the head can cover in this pose."""
    xs, ys = np.meshgrid(np.linspace(-86.0, 86.0, 9), np.linspace(-132.0, 122.0, 9))
    z = anatomy.surface(xs.ravel(), ys.ravel())
    points = project(scene, np.stack([xs.ravel(), ys.ravel(), z], axis=-1), pose_deg)
    margin = 4.0 * scene.px_per_mm
    low, high = np.floor(points.min(axis=0) - margin), np.ceil(points.max(axis=0) + margin)
    left, top = (max(0, int(value)) for value in low)
    return slice(top, max(top, min(scene.height_px, int(high[1])))), slice(left, max(left, min(scene.width_px, int(high[0]))))


def _ray(scene: Scene, x_px: Floats, y_px: Floats, depth: Floats, turn: Floats) -> Floats:
    """The points of the face frame (3, ...) at a depth (mm towards the camera) along the rays of picture points."""
    shift = shift_px(scene)
    near = (1.0 - depth / CAMERA_MM) / scene.px_per_mm
    camera = np.stack([(x_px - shift[0]) * near, (y_px - shift[1]) * near, depth])
    pivot = PIVOT_MM[:, None, None]
    return np.asarray(np.tensordot(turn.T, camera - pivot, axes=1) + pivot)


@lru_cache(maxsize=4)
def look_up(scene: Scene, pose_deg: Pose, scale: float) -> tuple[tuple[slice, slice], NDArray[np.float32], NDArray[np.float32]]:
    """Where the pixels of the head's box find their colour: the box, and texture columns and rows (h, w), for a texture of `scale` px a mm.

    Newton's method along each ray on every fourth pixel; the face is smooth enough to fill in the rest.
    """
    import cv2

    box = head_box(scene, pose_deg)
    height, width = (span.stop - span.start for span in box)
    cells_y, cells_x = -(-height // STRIDE_PX) + 1, -(-width // STRIDE_PX) + 1
    x_px = box[1].start + (np.arange(cells_x) + 0.5) * STRIDE_PX
    y_px = box[0].start + (np.arange(cells_y) + 0.5) * STRIDE_PX
    grid_x, grid_y = np.meshgrid(x_px, y_px)
    face = _meet(scene, grid_x, grid_y, rotation(pose_deg))
    columns = (face[0] - anatomy.TEXTURE_LEFT_MM) * scale - 0.5
    rows = (face[1] - anatomy.TEXTURE_TOP_MM) * scale - 0.5
    size = (cells_x * STRIDE_PX, cells_y * STRIDE_PX)
    wide = [cv2.resize(at.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)[:height, :width] for at in (columns, rows)]
    return box, np.ascontiguousarray(wide[0]), np.ascontiguousarray(wide[1])


def _meet(scene: Scene, x_px: Floats, y_px: Floats, turn: Floats) -> Floats:
    """Where the rays of picture points first meet the face: (3, ...) in mm; a ray that passes by ends far out to its side.

    From in front of the face in steps that cannot go through it, so that a nose hides what lies behind it, then by Newton's method.
    """
    depth = np.full_like(x_px, _IN_FRONT_MM)
    most = turn[2, 2] + _SLOPE_MOST * np.hypot(turn[2, 0], turn[2, 1])
    for last in range(_ROUNDS):
        face = _ray(scene, x_px, y_px, depth, turn)
        height, slope_x, slope_y = _surface_at(face)
        steep = turn[2, 2] - slope_x * turn[2, 0] - slope_y * turn[2, 1]
        above = face[2] - height
        depth = depth - above / (most if last < _CAREFUL_ROUNDS else np.maximum(steep, 0.25))
    face = _ray(scene, x_px, y_px, depth, turn)
    missed = np.abs(face[2] - _surface_at(face)[0])
    face[0] += _FAR_OUT * np.sign(face[0]) * np.maximum(missed - _MISSED_MM, 0.0)
    return face


def _surface_at(face: Floats) -> tuple[Floats, Floats, Floats]:
    """Height of the face and its slopes below or above points (3, ...) in mm."""
    import cv2

    columns = ((face[0] - anatomy.TEXTURE_LEFT_MM) * _SURFACE_PX_PER_MM - 0.5).astype(np.float32)
    rows = ((face[1] - anatomy.TEXTURE_TOP_MM) * _SURFACE_PX_PER_MM - 0.5).astype(np.float32)
    found = cv2.remap(_surface_map(), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    height, slope_x, slope_y = np.moveaxis(found, -1, 0)
    return height, slope_x, slope_y
