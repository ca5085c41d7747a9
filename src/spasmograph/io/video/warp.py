"""Cutting a patch out of one plane of a picture: averaged down first where it shrinks, then sampled between pixels."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.video.geometry import Affine

_MARGIN_PX = 2
_ROUNDING = 1e-9
_SMALL_FACTOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a plane (rows, columns) that a patch looks at, by how much it is averaged down, and where the patch lies in what that gives."""

    rows: slice
    columns: slice
    factor: int
    matrix: Affine
    size: tuple[int, int]


def window_on(shape: tuple[int, ...], matrix: Affine, size: tuple[int, int]) -> Window:
    """What a patch of `size` (width, height) looks at whose pixel (x, y) is the plane's at `matrix` @ (x, y, 1)."""
    factor = _shrinks_by(matrix)
    xs, ys = _reach(matrix, size)
    left, right = _needed(*xs, shape[1], factor)
    top, bottom = _needed(*ys, shape[0], factor)
    # The centre of an averaged block lies (factor - 1) / 2 behind its first pixel.
    centre = (factor - 1) / 2
    moved = matrix / factor
    moved[0, 2] -= (left + centre) / factor
    moved[1, 2] -= (top + centre) / factor
    return Window(rows=slice(top, bottom), columns=slice(left, right), factor=factor, matrix=moved, size=size)


def warped(pixels: NDArray[Any], window: Window) -> NDArray[np.float32]:
    """The patch of a plane that a window shows; beyond the plane its border goes on."""
    import cv2

    part = pixels[window.rows, window.columns]
    if window.factor > 1:
        part = _averaged(part, window.factor)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(part.astype(np.float32), window.matrix, window.size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(patch, dtype=np.float32)


def coverage(shape: tuple[int, ...], matrix: Affine, size: tuple[int, int]) -> NDArray[np.float32] | None:
    """How much of each patch pixel lies on the plane, 0-1 (height, width); None where all of them do."""
    reach = _reach(matrix, size)
    if all(low >= 0 and high <= length - 1 for (low, high), length in zip(reach, shape[1::-1], strict=True)):
        return None
    x, y = np.arange(size[0]), np.arange(size[1])[:, None]
    factor = _shrinks_by(matrix)
    inside = np.ones((size[1], size[0]))
    for row, length in zip(matrix, shape[1::-1], strict=True):
        at = (row[0] * x + row[1] * y + row[2] + 0.5) / factor
        inside *= np.clip(at + 0.5, 0, 1) * np.clip(length / factor - at + 0.5, 0, 1)
    return inside.astype(np.float32)


def _reach(matrix: Affine, size: tuple[int, int]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The lowest and highest x, and the lowest and highest y, that a patch looks at."""
    right, bottom = size[0] - 1, size[1] - 1
    spans = []
    for along, across, start in matrix.tolist():
        ends = (0.0, along * right, across * bottom, along * right + across * bottom)
        spans.append((start + min(ends), start + max(ends)))
    return spans[0], spans[1]


def _shrinks_by(matrix: Affine) -> int:
    """The whole factor by which a patch shrinks the plane, at least 1."""
    (a, b, _), (c, d, _) = matrix.tolist()
    factor = max(1, int(sqrt(abs(a * d - b * c)) + _ROUNDING))
    return factor if factor <= _SMALL_FACTOR else factor // 2 * 2


def _needed(low: float, high: float, length: int, factor: int) -> tuple[int, int]:
    """The run of pixels that a patch looks at, at least one of them; it starts at a whole block, so that blocks do not wander with the patch."""
    margin = _MARGIN_PX * factor
    first = int(min(max(low - margin, 0), length - 1))
    stop = int(min(max(high + margin + 2, 1), length))
    return first // factor * factor, stop


def _averaged(part: NDArray[Any], factor: int) -> NDArray[Any]:
    """Means of blocks of factor x factor pixels; by halves as far as it goes, which is several times as fast."""
    import cv2

    height, width = part.shape[:2]
    below, beside = -height % factor, -width % factor
    if below or beside:
        part = cv2.copyMakeBorder(part, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    while factor > 1:
        step = factor if factor % 2 else 2
        part = cv2.resize(part, (part.shape[1] // step, part.shape[0] // step), interpolation=cv2.INTER_AREA)
        factor //= step
    return part
