"""One picture of a film, upright, still in the decoder's own planes, converted only where it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spasmograph.io.video.geometry import Affine, Geometry, compose
from spasmograph.io.video.planes import Picture, Plane, within_0_1
from spasmograph.io.video.warp import coverage, warped, window_on

if TYPE_CHECKING:
    from av import VideoFrame

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One picture at `time_s` seconds from the start; `index` counts the film's frames from 0; sizes are those of the upright picture."""

    time_s: float
    index: int
    geometry: Geometry
    picture: Picture

    @property
    def width_px(self) -> int:
        """Width of the upright picture in pixels."""
        return self.geometry.width_px

    @property
    def height_px(self) -> int:
        """Height of the upright picture in pixels."""
        return self.geometry.height_px

    def sample(self, matrix: ArrayLike, size_px: int) -> Floats32:
        """A square patch as (size_px, size_px, 3) red, green, blue of 0–1; black outside the picture.

        `matrix` (2, 3) maps a pixel (x, y) of the patch to a pixel of the upright picture; pixel centres have whole numbers. A patch that shrinks
        the picture by 2 or more is averaged down first, so that fine detail does not flicker.
        """
        stored = compose(self._to_stored(), np.asarray(matrix, dtype=np.float64))
        planes, size = self.picture.planes, (size_px, size_px)
        rgb = _converted(_patches(planes, stored, size), self.picture.to_rgb)
        inside = coverage(planes[0].pixels.shape, stored, size)
        return rgb if inside is None else rgb * inside[:, :, None]

    def luma(self, box_px: tuple[float, float, float, float]) -> Floats32:
        """Brightness of 0–1 inside the box (left, top, right, bottom) in pixels of the upright picture, clipped to the picture."""
        left, top, right, bottom = self._clipped(box_px)
        if right <= left or bottom <= top:
            return np.zeros((0, 0), dtype=np.float32)
        shift = np.array([[1.0, 0.0, left], [0.0, 1.0, top]])
        stored = compose(self._to_stored(), shift)
        size = (right - left, bottom - top)
        return self.picture.luma_of(_patches(self.picture.luma_planes, stored, size))

    def to_rgb(self) -> NDArray[np.uint8]:
        """The whole upright picture as (height_px, width_px, 3) red, green, blue of 0–255; slow, for looking at."""
        stored: NDArray[np.uint8] = self.picture.whole_rgb()
        return self.geometry.upright(stored)

    def _clipped(self, box_px: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        left, top, right, bottom = box_px
        return (
            max(0, int(np.floor(left))),
            max(0, int(np.floor(top))),
            min(self.width_px, int(np.ceil(right))),
            min(self.height_px, int(np.ceil(bottom))),
        )

    def _to_stored(self) -> Affine:
        return self.geometry.to_stored(self.picture.width_px, self.picture.height_px)


def make_frame(av_frame: "VideoFrame", *, time_s: float, index: int, geometry: Geometry, codec: str) -> Frame:
    """A decoded picture as a frame; its planes are looked at in place, not copied."""
    return Frame(time_s=time_s, index=index, geometry=geometry, picture=Picture.of(av_frame, codec=codec))


def _patches(planes: Sequence[Plane], stored: Affine, size: tuple[int, int]) -> list[Floats32]:
    """The same patch of each plane; those that lie alike, as the two of colour do, are looked at through one window."""
    patches = []
    for _, alike in groupby(planes, key=lambda plane: id(plane.from_luma)):
        first, *others = alike
        window = window_on(first.pixels.shape, compose(first.from_luma, stored), size)
        patches += [warped(plane.pixels, window) for plane in (first, *others)]
    return patches


def _converted(patches: list[Floats32], to_rgb: Affine) -> Floats32:
    """Red, green and blue from the patches of the planes."""
    import cv2

    return within_0_1(cv2.transform(cv2.merge(patches), to_rgb))
