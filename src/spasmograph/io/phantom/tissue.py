"""How skin follows a movement: smooth displacements of the painted face, each confined to its own side."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.phantom import anatomy
from spasmograph.io.phantom.anatomy import bell, outward, smooth_step
from spasmograph.io.phantom.paint import Bytes
from spasmograph.io.phantom.skin import fold_mask
from spasmograph.model import Floats
from spasmograph.script import SMILE_DIRECTION_DEG
from spasmograph.terms import Side

_COARSE_PX_PER_MM = 1.0
_ROUNDS = 4
FOLD_DEPTH = 0.3
LOWER_LID_FOLD_MM = ((14.0, 10.0), (20.0, 15.0), (30.0, 17.5), (40.0, 15.0), (47.0, 9.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A rectangle of the face in millimetres, for the patient's left side; the right side has its mirror image."""

    inner: float
    outer: float
    top: float
    bottom: float

    def slices(self, side: Side, scale: float) -> tuple[slice, slice]:
        """Its rows and columns in a texture of this resolution."""
        ends = sorted((outward(side) * self.inner, outward(side) * self.outer))
        left, right = (round((x - anatomy.TEXTURE_LEFT_MM) * scale) for x in ends)
        top, bottom = (round((y - anatomy.TEXTURE_TOP_MM) * scale) for y in (self.top, self.bottom))
        return slice(top, bottom), slice(left, right)


LOWER = Patch(inner=0.0, outer=92.0, top=8.0, bottom=118.0)
UPPER = Patch(inner=0.0, outer=92.0, top=-92.0, bottom=-6.0)
JAW = Patch(inner=-92.0, outer=92.0, top=54.0, bottom=121.0)


def commissure_share(out: Floats, y: Floats) -> Floats:
    """How far a point follows the mouth corner of its side, 0-1; `out` is mm from the middle line, outwards."""
    return np.asarray(bell(out, y, anatomy.MOUTH_HALF_MM, anatomy.MOUTH_Y_MM, 13.0, 13.0) * smooth_step(out, 0.0, 14.0))


def cheek_share(out: Floats, y: Floats) -> Floats:
    """How far a point follows the cheek of its side, 0-1."""
    return np.asarray(bell(out, y, 37.0, 30.0, 15.0, 11.0) * smooth_step(out, 0.0, 12.0) * smooth_step(y, 9.0, 17.0))


def brow_share(out: Floats, y: Floats) -> Floats:
    """How far a point follows the brow of its side, 0-1; all of the brow moves alike."""
    reach = np.where(y < anatomy.BROW_Y_MM - 2.0, 24.0, 13.0)
    along = np.exp(-(((out - 30.0) / 27.0) ** 6))
    return np.asarray(along * np.exp(-(((y - anatomy.BROW_Y_MM + 2.0) / reach) ** 4)) * smooth_step(out, 0.0, 11.0) * smooth_step(-y, 7.0, 12.0))


@lru_cache(maxsize=8)
def _coarse(patch: Patch) -> tuple[Floats, Floats]:
    """Positions (mm outwards from the middle line, down) over a patch, 1 px a mm."""
    x = np.arange(round(patch.outer - patch.inner) * _COARSE_PX_PER_MM + 1) + patch.inner
    y = np.arange(round(patch.bottom - patch.top) * _COARSE_PX_PER_MM + 1) + patch.top
    out, down = np.meshgrid(x, y)
    return out, down


@lru_cache(maxsize=8)
def _shares(patch: Patch) -> tuple[Floats, ...]:
    """The basis of a patch's movement: commissure and cheek below, brow above."""
    return (commissure_share(*_coarse(patch)), cheek_share(*_coarse(patch))) if patch == LOWER else (brow_share(*_coarse(patch)),)


def _lower_field(state: Mapping[str, float], side: Side) -> NDArray[np.float32] | None:
    """Displacement (h, w, 2) in mm, outwards and down, of the lower half of one side; None if nothing moves."""
    along, across = state[f"commissure_along_{side}_mm"], state[f"commissure_across_{side}_mm"]
    lift = state[f"cheek_raise_{side}_mm"]
    if not (along or across or lift):
        return None
    cosine, sine = np.cos(np.deg2rad(SMILE_DIRECTION_DEG)), np.sin(np.deg2rad(SMILE_DIRECTION_DEG))
    corner, cheek = _shares(LOWER)
    return np.stack([(along * cosine - across * sine) * corner, -(along * sine + across * cosine) * corner - lift * cheek], -1).astype(np.float32)


def _upper_field(state: Mapping[str, float], side: Side) -> NDArray[np.float32] | None:
    """Displacement (h, w, 2) in mm, outwards and down, around one brow; None if it is at rest."""
    lift = state[f"brow_height_{side}_mm"]
    if not lift:
        return None
    (brow,) = _shares(UPPER)
    return np.stack([np.zeros_like(brow), -lift * brow], -1).astype(np.float32)


def jaw_field(opening_mm: float, shift_mm: float) -> NDArray[np.float32]:
    """Displacement (h, w, 2) in mm, to the patient's left and down, of the skin over the jaw."""
    x, y = _coarse(JAW)
    reach = np.exp(-((np.abs(x) / 60.0) ** 6))
    sideways = shift_mm * reach * smooth_step(y, 66.0, 86.0)
    return np.stack([sideways, 0.85 * opening_mm * reach * smooth_step(y, 66.0, 78.0)], -1).astype(np.float32)


def came_from(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each point after the movement, by how much it was moved to get there: the field followed backwards, by fixed point."""
    import cv2

    rows, columns = np.mgrid[0 : field.shape[0], 0 : field.shape[1]].astype(np.float32)
    moved = field
    for _ in range(_ROUNDS):
        at_x, at_y = columns - moved[..., 0] * _COARSE_PX_PER_MM, rows - moved[..., 1] * _COARSE_PX_PER_MM
        moved = np.asarray(cv2.remap(field, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
    return moved


def drag(canvas: Bytes, source: Bytes, field: NDArray[np.float32], patch: Patch, side: Side, scale: float) -> None:
    """Move a patch of the face by a displacement field, reading from `source` and writing into `canvas`."""
    import cv2

    rows, columns = patch.slices(side, scale)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    mirrored = side is Side.RIGHT
    x = anatomy.TEXTURE_LEFT_MM + (np.arange(columns.start, columns.stop, dtype=np.float32) + 0.5) / scale
    y = anatomy.TEXTURE_TOP_MM + (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) / scale
    at_x, at_y = np.meshgrid((-x if mirrored else x) - patch.inner, y - patch.top)
    moved = cv2.remap(came_from(field), at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    from_y, from_x = np.mgrid[rows.start : rows.start + height, columns.start : columns.start + width].astype(np.float32)
    from_x -= (-moved[..., 0] if mirrored else moved[..., 0]) * scale
    from_y -= moved[..., 1] * scale
    canvas[rows, columns] = cv2.remap(source, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


@lru_cache(maxsize=4)
def _folds(scale: float) -> NDArray[np.float32]:
    """Where the skin folds when a cheek rises or a mouth corner is drawn, 0-1, over the whole texture."""
    shape = anatomy.texture_grid(scale)[0].shape
    both = np.maximum(fold_mask(shape, scale), 0.3 * fold_mask(shape, scale, line_mm=LOWER_LID_FOLD_MM))
    return np.asarray(both, np.float32)


def _fold(canvas: Bytes, state: Mapping[str, float], side: Side, scale: float) -> None:
    """Deepen the folds of one side as its cheek rises or its mouth corner is drawn, in place."""
    depth = min(1.0, 0.07 * abs(state[f"commissure_along_{side}_mm"]) + 0.12 * abs(state[f"cheek_raise_{side}_mm"]))
    rows, columns = LOWER.slices(side, scale)
    mask = _folds(scale)[rows, columns]
    canvas[rows, columns, :3] = np.rint(canvas[rows, columns, :3] * (1.0 - FOLD_DEPTH * depth * mask[..., None])).astype(np.uint8)


def move_side(canvas: Bytes, state: Mapping[str, float], side: Side, scale: float) -> None:
    """Let brow, cheek and mouth corner of one side move, in place; the other side is not touched."""
    lower, upper = _lower_field(state, side), _upper_field(state, side)
    if lower is not None:
        _fold(canvas, state, side, scale)
        drag(canvas, canvas.copy(), lower, LOWER, side, scale)
    if upper is not None:
        drag(canvas, canvas.copy(), upper, UPPER, side, scale)
