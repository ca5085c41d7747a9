"""The seams between the attention mesh's parts: where the regions' crops lie on its feature map, what is in them, and the way back to its points."""

from collections.abc import Iterable, Sequence
from math import atan2, cos, sin

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Floats = NDArray[np.float64]

FEATURE_STRIDE = 4
CROP_CELLS = 16
CROP_MARGIN = 1.5

_CELL = CROP_MARGIN / (FEATURE_STRIDE * CROP_CELLS)
_STEPS = np.arange(CROP_CELLS) + 0.5
_CELL_CENTRES = np.stack([*(steps.ravel() for steps in np.meshgrid(_STEPS, _STEPS)), np.ones(CROP_CELLS**2)])
_HAIR = 1e-9


def upright_boxes(points: Floats, angles_rad: Sequence[float]) -> list[tuple[float, float, float, float]]:
    """Centre x and y, width and height of the box around each set of points (k, p, 2), turned by its angle."""
    turns = [(cos(angle), sin(angle)) for angle in angles_rad]
    # One row an axis: several times as fast as the least and greatest of columns.
    turned = np.array([((c, s), (-s, c)) for c, s in turns]) @ points.transpose(0, 2, 1)
    lows, highs = turned.min(axis=2).tolist(), turned.max(axis=2).tolist()
    return [_box(*turn, *low, *high) for turn, low, high in zip(turns, lows, highs, strict=True)]


def _box(c: float, s: float, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    """A box in turned axes, its centre in the picture's own."""
    x, y = (left + right) / 2, (top + bottom) / 2
    return c * x - s * y, s * x + c * y, right - left, bottom - top


class Crops:
    """Where crops of 16 × 16 cells lie on the feature map: `matrices` (k, 2, 3) bring a crop's place (x, y, 1) to the map's, in cells."""

    def __init__(self, mesh: Floats, subsets: NDArray[np.intp], ends: NDArray[np.intp]) -> None:
        """Around the points of the mesh (468, 2) that `subsets` (k, p) name, upright along the two of `ends` (k, 2), half as large again."""
        angles = [atan2(y1 - y0, x1 - x0) for (x0, y0), (x1, y1) in mesh[ends].tolist()]
        boxes = upright_boxes(mesh[subsets], angles)
        self.matrices = np.array([_matrix(angle, *box) for angle, box in zip(angles, boxes, strict=True)])

    def to_patch(self, found: Iterable[Array]) -> Floats:
        """The heads' points (n, 2), in quarters of their own crop's cells, as points (m, 2) of the mesh's input patch."""
        heads = zip(self.matrices, found, strict=True)
        return np.concatenate([points @ matrix[:, :2].T + FEATURE_STRIDE * matrix[:, 2] for matrix, points in heads])

    def features(self, whole: Array) -> Array:
        """The features (48, 48, c) of all crops (k, 16, 16, c), bilinear, zero outside the map."""
        at = self._places()
        side = whole.shape[0]
        if at.min() < 0 or at.max() >= side - 1:
            whole, at = np.pad(whole, ((1, 1), (1, 1), (0, 0))), np.clip(at + 1, 0, side + 1 - _HAIR)
        return _between(whole, at).reshape(len(self.matrices), CROP_CELLS, CROP_CELLS, -1)

    def _places(self) -> Floats:
        """Where all crops' cells lie, x and y (2, k · 256), with whole numbers at the map's cell centres."""
        rows = self.matrices.transpose(1, 0, 2).reshape(-1, 3)
        return np.asarray((rows @ _CELL_CENTRES - 0.5).reshape(2, -1))


def _matrix(angle_rad: float, x: float, y: float, width: float, height: float) -> list[list[float]]:
    """From a crop's places to the feature map's, for a box in the mesh's input patch."""
    c, s = cos(angle_rad) * _CELL, sin(angle_rad) * _CELL
    across, down = (c * width, s * width), (-s * height, c * height)
    middle = CROP_CELLS / 2
    return [[a, d, at / FEATURE_STRIDE - (a + d) * middle] for a, d, at in zip(across, down, (x, y), strict=True)]


def _between(features: Array, at: Floats) -> Array:
    """Features (n, c) at places (2, n), all of them between cells of the map."""
    _, width, channels = features.shape
    low = at.astype(np.intp)
    right, below = (at - low).astype(np.float32)
    corners = low[1] * width + low[0] + np.array([[0], [1], [width], [width + 1]])
    weights = np.empty((4, len(right)), np.float32)
    left, above = 1 - right, 1 - below
    for row, (beside, along) in enumerate(((left, above), (right, above), (left, below), (right, below))):
        np.multiply(beside, along, out=weights[row])
    taken = features.reshape(-1, channels).take(corners, axis=0)
    return np.asarray(np.einsum("kn,knc->nc", weights, taken))
