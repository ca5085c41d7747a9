"""Drawn pictures that the models can read, with a time."""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from spasmograph.io.mesh import FaceModel
from spasmograph.io.phantom import Bytes, Scene, draw_frame
from spasmograph.script import Script

SCENE = Scene(width_px=640, height_px=480)
REST = {name: float(values[0]) for name, values in Script(duration_s=1.0).states(np.zeros(1)).items()}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn picture; what lies beyond its border is black."""

    pixels: Bytes
    time_s: float = 0.0

    @property
    def width_px(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        return int(self.pixels.shape[0])

    def sample(self, matrix: NDArray[np.float64], size_px: int) -> NDArray[np.float32]:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(self.pixels, matrix, (size_px, size_px), flags=flags), np.float32) / np.float32(255.0)


def drawn(time_s: float = 0.0, **scene: float) -> Drawing:
    """The phantom at rest."""
    return Drawing(draw_frame(replace(SCENE, **scene), REST | {"time_s": time_s}), time_s)  # type: ignore[arg-type]


def blank(time_s: float = 0.0) -> Drawing:
    """A wall."""
    return Drawing(np.full((SCENE.height_px, SCENE.width_px, 3), 180, np.uint8), time_s)


def beside(left: Drawing, right: Drawing, time_s: float = 0.0) -> Drawing:
    """Two pictures of one height side by side."""
    return Drawing(np.hstack([left.pixels, right.pixels]), time_s)


def flipped(picture: Drawing) -> Drawing:
    """The mirror image."""
    return Drawing(np.ascontiguousarray(picture.pixels[:, ::-1]), picture.time_s)


@cache
def model() -> FaceModel:
    """The models, loaded once a process."""
    return FaceModel()
