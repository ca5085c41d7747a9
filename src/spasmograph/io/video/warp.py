"""Cutting a patch out of one plane of a picture: averaged down first where it shrinks, then sampled between pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.video.geometry import Affine

_MARGIN_PX = 2


def warp_plane(pixels: NDArray[Any], matrix: Affine, size: tuple[int, int]) -> NDArray[Any]:
    """A patch of `size` (width, height) whose pixel (x, y) is the plane's at `matrix` @ (x, y, 1); beyond the plane its border goes on."""
    import cv2

    left, top, right, bottom, factor = _needed(pixels.shape, matrix, size)
    part = pixels[top:bottom, left:right]
    matrix = matrix - np.array([[0.0, 0.0, left], [0.0, 0.0, top]])
    if factor > 1:
        part = _averaged(part, factor)
        matrix = matrix / factor
        matrix[:, 2] -= (factor - 1) / (2 * factor)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(part, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def coverage(shape: tuple[int, ...], matrix: Affine, size: tuple[int, int]) -> NDArray[np.float32] | None:
    """How much of each patch pixel lies on the plane, 0-1 (height, width); None where all of them do."""
    height, width = shape[:2]
    corners = _corners(matrix, size)
    if np.all(corners >= 0) and np.all(corners <= np.array([[width - 1], [height - 1]])):
        return None
    x, y = np.arange(size[0]), np.arange(size[1])[:, None]
    factor = _shrinks_by(matrix)
    inside = np.ones((size[1], size[0]))
    for row, length in zip(matrix, (width, height), strict=True):
        at = (row[0] * x + row[1] * y + row[2] + 0.5) / factor
        inside *= np.clip(at + 0.5, 0, 1) * np.clip(length / factor - at + 0.5, 0, 1)
    return inside.astype(np.float32)


def _corners(matrix: Affine, size: tuple[int, int]) -> Affine:
    return matrix[:, :2] @ np.array([[0, size[0] - 1, 0, size[0] - 1], [0, 0, size[1] - 1, size[1] - 1]]) + matrix[:, 2:]


def _shrinks_by(matrix: Affine) -> int:
    """The whole factor by which a patch shrinks the plane, at least 1."""
    return max(1, int(np.sqrt(abs(np.linalg.det(matrix[:, :2])))))


def _needed(shape: tuple[int, ...], matrix: Affine, size: tuple[int, int]) -> tuple[int, int, int, int, int]:
    """The rectangle of the plane that a patch looks at (left, top, right, bottom), at least a block of it, and the factor by which it shrinks."""
    factor = _shrinks_by(matrix)
    margin = _MARGIN_PX * factor
    corners = _corners(matrix, size)
    limit = np.array([shape[1], shape[0]])
    low = np.clip(corners.min(axis=1) - margin, 0, limit - 1).astype(int)
    high = np.clip(corners.max(axis=1) + margin + 2, 1, limit).astype(int)
    # Blocks of the average start at multiples of the factor, so that they do not wander with the patch.
    left, top = (low // factor * factor).tolist()
    right, bottom = high.tolist()
    return left, top, right, bottom, factor


def _averaged(part: NDArray[Any], factor: int) -> NDArray[Any]:
    import cv2

    height, width = part.shape[:2]
    below, beside = -height % factor, -width % factor
    if below or beside:
        part = cv2.copyMakeBorder(part, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    size = (part.shape[1] // factor, part.shape[0] // factor)
    return cv2.resize(part, size, interpolation=cv2.INTER_AREA)
