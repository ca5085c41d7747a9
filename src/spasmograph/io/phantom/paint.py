"""Soft shapes in millimetres of the face, laid over a picture."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.phantom import anatomy
from spasmograph.model import Floats

Points = Sequence[tuple[float, float]]
Bytes = NDArray[np.uint8]
SUBPIXEL_BITS = 4


def to_px(points_mm: Points, scale: float) -> NDArray[np.int32]:
    """Points of the face as fixed-point pixels of the texture."""
    px = (np.asarray(points_mm) - (anatomy.TEXTURE_LEFT_MM, anatomy.TEXTURE_TOP_MM)) * scale - 0.5
    return np.asarray(np.rint(px * 2**SUBPIXEL_BITS), np.int32)


def rounded(points_mm: Points) -> Points:
    """A smooth curve through the points: Chaikin's corner cutting, three times."""
    points = np.asarray(points_mm, np.float64)
    for _ in range(3):
        near, far = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.vstack([points[:1], np.stack([near, far], axis=1).reshape(-1, 2), points[-1:]])
    return [(float(x), float(y)) for x, y in points]


def both_sides(half_mm: Points) -> Points:
    """A closed outline from its half at x >= 0, given from the middle line round to the middle line or the lowest point."""
    half = rounded(half_mm)
    return [*half, *((-x, y) for x, y in reversed(half))]


def filled(shape: tuple[int, ...], outline_mm: Points, scale: float, *, soft_mm: float = 0.0) -> NDArray[np.float32]:
    """A filled outline as coverage 0-1, with soft edges if asked for."""
    import cv2

    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [to_px(outline_mm, scale)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    coverage = mask.astype(np.float32) / 255.0
    return np.asarray(cv2.GaussianBlur(coverage, (0, 0), soft_mm * scale), np.float32) if soft_mm else coverage


def stroked(shape: tuple[int, ...], line_mm: Points, scale: float, *, width_mm: float, soft_mm: float) -> NDArray[np.float32]:
    """A soft line as coverage 0-1."""
    import cv2

    mask = np.zeros(shape[:2], np.uint8)
    cv2.polylines(mask, [to_px(rounded(line_mm), scale)], False, 255, max(1, round(width_mm * scale)), cv2.LINE_AA, SUBPIXEL_BITS)
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32) / 255.0, (0, 0), soft_mm * scale), np.float32)


def tint(image: Floats, coverage: Floats, rgb: Any) -> None:
    """Lay a colour over the image, in place."""
    image += coverage[..., None] * (np.asarray(rgb, np.float32) - image)


def strokes(shape: tuple[int, ...], lines_mm: Sequence[Points], scale: float, *, width_mm: float) -> NDArray[np.float32]:
    """Many thin hard lines as coverage 0-1."""
    import cv2

    mask = np.zeros(shape[:2], np.uint8)
    for line in lines_mm:
        cv2.polylines(mask, [to_px(line, scale)], False, 255, max(1, round(width_mm * scale)), cv2.LINE_AA, SUBPIXEL_BITS)
    return mask.astype(np.float32) / np.float32(255.0)
