"""Where a point of the upright picture lies in the picture as it is stored: rotation, mirroring and pixel shape."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Affine = NDArray[np.float64]
Turn = tuple[int, int, int, int]

NO_TURN: Turn = (1, 0, 0, 1)
_PIXEL_SHAPE_LIMIT = 8.0
_PIXEL_SHAPE_TOLERANCE = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """Size of the upright picture in pixels, and the turn (xx, xy, yx, yy) by which the stored picture becomes upright."""

    width_px: int
    height_px: int
    turn: Turn = NO_TURN

    @property
    def rotation_deg(self) -> int:
        """By how much the stored picture is turned clockwise to stand upright: 0, 90, 180 or 270."""
        xx, _, yx, _ = self.turn
        return {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}[(-xx if self.mirrors else xx, yx)]

    @property
    def mirrors(self) -> bool:
        """Whether the file itself asks for a mirror image."""
        xx, xy, yx, yy = self.turn
        return xx * yy - xy * yx < 0

    def to_stored(self, width_px: int, height_px: int) -> Affine:
        """The (2, 3) matrix from a pixel of the upright picture to a pixel of the stored picture of that size."""
        return _to_stored(self, width_px, height_px)

    def upright(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """A whole stored picture (h, w, 3), turned upright."""
        import cv2

        xx, xy, yx, yy = self.turn
        if xx == 0:
            pixels = np.swapaxes(pixels, 0, 1)
            xx, yy = xy, yx
        pixels = pixels[::yy, ::xx]
        size = (self.width_px, self.height_px)
        same = pixels.shape[1::-1] == size
        return np.ascontiguousarray(pixels) if same else cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_LINEAR)


def compose(outer: Affine, inner: Affine) -> Affine:
    """The (2, 3) matrix that applies `inner` first, then `outer`."""
    product = outer[:, :2] @ inner
    product[:, 2] += outer[:, 2]
    return product


def make_geometry(width_px: int, height_px: int, *, turn: Turn = NO_TURN, pixel_shape: float = 1.0) -> Geometry:
    """The upright picture of a stored one of that size whose pixels are `pixel_shape` times as wide as high."""
    width_px = max(1, round(width_px * pixel_shape))
    if turn[0] == 0:
        width_px, height_px = height_px, width_px
    return Geometry(width_px=width_px, height_px=height_px, turn=turn)


def pixel_shape_of(ratio: object) -> float:
    """Width over height of one stored pixel; 1 where the file does not say, or says something impossible."""
    shape = float(ratio) if ratio else 1.0  # type: ignore[arg-type]
    if not 1 / _PIXEL_SHAPE_LIMIT < shape < _PIXEL_SHAPE_LIMIT or abs(shape - 1.0) < _PIXEL_SHAPE_TOLERANCE:
        return 1.0
    return shape


def turn_of(display_matrix: bytes | None) -> Turn:
    """The turn in a film's display matrix (nine 32-bit numbers), to the nearest quarter."""
    if display_matrix is None or len(display_matrix) < 36:  # noqa: PLR2004
        return NO_TURN
    a, b, _, c, d = (float(value) for value in np.frombuffer(display_matrix, dtype=np.int32)[:5])
    size = max(abs(a), abs(b), abs(c), abs(d))
    if size == 0:
        return NO_TURN
    xx, yx, xy, yy = (round(value / size) for value in (a, b, c, d))
    return (xx, xy, yx, yy) if abs(xx * yy - xy * yx) == 1 and xx * xy == 0 else NO_TURN


@lru_cache(maxsize=64)
def _to_stored(geometry: Geometry, width_px: int, height_px: int) -> Affine:
    xx, xy, yx, yy = geometry.turn
    turn = np.array([[xx, xy], [yx, yy]], dtype=np.float64)
    size = np.array([geometry.width_px, geometry.height_px], dtype=np.float64)
    stored = np.array([width_px, height_px], dtype=np.float64)
    # In coordinates that run from -1 to 1 across the picture, only the turn is left.
    matrix = (stored[:, None] / 2) * turn.T * (2 / size[None, :])
    offset = stored / 2 - 0.5 - matrix @ (size / 2 - 0.5)
    result = np.column_stack([matrix, offset])
    result.setflags(write=False)
    return result
