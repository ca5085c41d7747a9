"""The landmark models: face detector and attention mesh, one thread each, with the mesh's seams in NumPy.

The attention mesh reads lips and eyes from crops of its own feature map, so that one eye does not see the other. Its custom operators
(crop by a transform, and back) are done here; the plain parts between them run in LiteRT.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from math import atan2, cos, dist, exp, log, pi, prod, sin
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import ModelFileError
from spasmograph.io.seams import Crops, upright_boxes

Array = NDArray[np.float32]

MESH_SIZE_PX = 192
DETECTOR_SIZE_PX = 128
ROI_MARGIN = 1.5
MESH_POINTS = 468
ALL_POINTS = 478

# The order of the region heads' points in the 478-point mesh (lower contour from corner to corner, then upper, from the rim outwards).
LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415),
    *(76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408),
    *(62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407),
)
EYE_RIGHT = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190),
    *(226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189),
    *(35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107, 55, 193),
)
EYE_LEFT = (
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
    *(359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414),
    *(446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413),
    *(265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417),
)
IRIS_RIGHT = (468, 469, 470, 471, 472)
IRIS_LEFT = (473, 474, 475, 476, 477)


class Picture(Protocol):
    """A picture that can be read at any place and scale: what `io.video.Frame` offers."""

    @property
    def width_px(self) -> int:
        """Width of the upright picture in pixels."""

    @property
    def height_px(self) -> int:
        """Height of the upright picture in pixels."""

    def sample(self, matrix: NDArray[np.float64], size_px: int) -> Array:
        """A square RGB patch (size, size, 3) in 0–1; `matrix` (2, 3) maps patch pixels to picture pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roi:
    """A rotated square in the picture: centre (x, y) and side in pixels, angle in radians, clockwise as seen."""

    centre_px: tuple[float, float]
    size_px: float
    angle_rad: float

    def axes(self) -> NDArray[np.float64]:
        """Rotation (2, 2) from the square's own axes to the picture's."""
        c, s = cos(self.angle_rad), sin(self.angle_rad)
        return np.array([[c, -s], [s, c]])

    def patch_matrix(self, size_px: int) -> NDArray[np.float64]:
        """(2, 3) from the pixels of a patch of `size_px` to the picture's pixels, both with whole numbers at pixel centres."""
        matrix = np.empty((2, 3))
        matrix[:, :2] = self.axes() * (self.size_px / size_px)
        matrix[:, 2] = self.centre_px - matrix[:, :2].sum(axis=1) * (size_px / 2)
        return matrix

    def to_picture(self, points: NDArray[Any], size_px: int) -> NDArray[np.float64]:
        """Points (n, 2) of a patch of `size_px`, as points of the picture."""
        centred = (np.asarray(points, np.float64) - size_px / 2) * (self.size_px / size_px)
        return np.asarray(centred @ self.axes().T + np.asarray(self.centre_px), np.float64)

    def distance(self, other: "Roi") -> float:
        """How far two regions differ: shift, change of size and of angle together, relative to the size."""
        shift = dist(self.centre_px, other.centre_px) / self.size_px
        turn = abs((self.angle_rad - other.angle_rad + pi) % (2 * pi) - pi)
        return shift + abs(log(other.size_px / self.size_px)) + turn


def roi_around(points_px: NDArray[np.float64], right_eye: NDArray[np.float64], left_eye: NDArray[np.float64]) -> Roi:
    """The region of interest around a face's points (n, 2): upright along the line of the eyes, 1.5 times their extent."""
    dx, dy = (left_eye - right_eye).tolist()
    angle = atan2(dy, dx)
    ((x, y, width, height),) = upright_boxes(points_px[None], [angle])
    return Roi(centre_px=(x, y), size_px=max(width, height) * ROI_MARGIN, angle_rad=angle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One detected face: its region of interest, its height in pixels and the detector's score 0–1."""

    roi: Roi
    height_px: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """The mesh of one picture: points (478, 2) and depth (468,) in picture pixels, and the score 0–1 that a face is there.

    `patch` (192, 192, 3) is what the model saw, `patch_points` (478, 2) the points in it.
    """

    points_px: NDArray[np.float64]
    depth_px: NDArray[np.float64]
    score: float
    patch: Array
    patch_points: NDArray[np.float64]

    def roi(self) -> Roi:
        """The region of interest that this mesh implies."""
        return roi_around(self.points_px[:MESH_POINTS], self.points_px[33], self.points_px[263])


def _sigmoid(logit: NDArray[Any] | float) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(np.asarray(logit, np.float64), -60, 60))))


class _Part:
    """One plain part of a model in a LiteRT interpreter with one thread."""

    def __init__(self, model: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=model, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = {tuple(d["shape"].tolist()): d["index"] for d in self._interpreter.get_output_details()}

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The outputs' shapes."""
        return tuple(self._outputs)

    def run(self, tensor: Array) -> dict[tuple[int, ...], Array]:
        """All outputs by their shape (no two outputs of one part share a shape)."""
        self._interpreter.set_tensor(self._input, tensor[None])
        self._interpreter.invoke()
        return {shape: self._interpreter.get_tensor(index) for shape, index in self._outputs.items()}


def model_manifest() -> dict[str, Any]:
    """Where the model files come from: source and part hashes, and the point sets of the crops.

    Raises:
        ModelFileError: the models are not there (a checkout that was never installed).
    """
    try:
        text = files("spasmograph.data").joinpath("models", "manifest.json").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        msg = "the landmark models are missing; install the package (pip install .) so that they are fetched and checked"
        raise ModelFileError(msg) from error
    return dict(json.loads(text))


def _load(name: str) -> _Part:
    return _Part(files("spasmograph.data").joinpath("models", f"{name}.tflite").read_bytes())


@dataclass(frozen=True, slots=True)
class _Region:
    """A region head: its part, the mesh points that place its crop and turn it upright, and where its outputs go in the 478 points."""

    part: _Part
    subset: tuple[int, ...]
    ends: tuple[int, int]
    targets: tuple[tuple[int, ...], ...]

    def found(self, features: Array) -> Array:
        """This region's points (n, 2), those of one target after the other, in quarters of its crop's cells."""
        outputs = self.part.run(features)
        return np.concatenate([outputs[1, len(target), 2][0] for target in self.targets])


class FaceModel:
    """Detector and attention mesh, loaded once a process; not safe to share between threads."""

    def __init__(self) -> None:
        self._regions_manifest = model_manifest()["regions"]
        self._base = _load("mesh_base")
        self._score = next(shape for shape in self._base.shapes if prod(shape) == 1)
        self._regions = (
            self._region("lips", (61, 291), (LIPS,)),
            self._region("eye_right", (33, 133), (EYE_RIGHT, IRIS_RIGHT)),
            self._region("eye_left", (362, 263), (EYE_LEFT, IRIS_LEFT)),
        )

        longest = max(len(region.subset) for region in self._regions)
        self._subsets = np.array([np.resize(region.subset, longest) for region in self._regions])
        self._ends = np.array([region.ends for region in self._regions])
        self._targets = np.concatenate([target for region in self._regions for target in region.targets])

    def _region(self, name: str, ends: tuple[int, int], targets: tuple[tuple[int, ...], ...]) -> _Region:
        return _Region(_load(name), tuple(self._regions_manifest[name]["subset_idxs"]), ends, targets)

    @cached_property
    def _detector(self) -> _Part:
        return _load("face_detection")

    @cached_property
    def _anchors(self) -> NDArray[np.float64]:
        return _anchor_centres()

    def parts(self) -> tuple[_Part, ...]:
        """The mesh's four parts, the base first: for measuring what inference alone takes."""
        return (self._base, *(region.part for region in self._regions))

    def mesh(self, picture: Picture, roi: Roi) -> Mesh:
        """The mesh of the face in a region of interest."""
        matrix = roi.patch_matrix(MESH_SIZE_PX)
        patch = picture.sample(matrix, MESH_SIZE_PX)
        outputs = self._base.run(patch)
        base = outputs[1, MESH_POINTS, 3][0].astype(np.float64)
        points = np.empty((ALL_POINTS, 2))
        points[:MESH_POINTS] = base[:, :2]
        points[self._targets] = self._refined(points, outputs[1, 48, 48, 32][0])
        scale = roi.size_px / MESH_SIZE_PX
        score = 1 / (1 + exp(-min(max(float(outputs[self._score].ravel()[0]), -60.0), 60.0)))
        placed = points @ matrix[:, :2].T + matrix[:, 2]
        return Mesh(points_px=placed, depth_px=base[:, 2] * scale, score=score, patch=patch, patch_points=points)

    def _refined(self, points: NDArray[np.float64], features: Array) -> NDArray[np.float64]:
        """The region heads' points in the mesh's input patch."""
        crops = Crops(points, self._subsets, self._ends)
        parts = crops.features(features)
        return crops.to_patch([region.found(part) for region, part in zip(self._regions, parts, strict=True)])

    def detect(self, picture: Picture, *, min_score: float) -> list[Face]:
        """All faces in the picture, the largest first; in an oblong picture squares along it are searched too."""
        found: list[Face] = []
        for tile in _tiles(picture.width_px, picture.height_px):
            if found and tile.size_px < max(picture.width_px, picture.height_px):
                break
            found += self._detect_in(picture, tile, min_score)
        return _distinct(found)

    def _detect_in(self, picture: Picture, tile: Roi, min_score: float) -> list[Face]:
        patch = picture.sample(tile.patch_matrix(DETECTOR_SIZE_PX), DETECTOR_SIZE_PX)
        outputs = self._detector.run(np.asarray(patch * 2 - 1, np.float32))
        scores = _sigmoid(next(v for k, v in outputs.items() if k[-1] == 1).ravel())
        values = next(v for k, v in outputs.items() if k[-1] > 1)[0].astype(np.float64)
        chosen = np.flatnonzero(scores >= min_score)
        return [self._face(values[i], self._anchors[i], float(scores[i]), tile) for i in chosen]

    @staticmethod
    def _face(values: NDArray[np.float64], anchor: NDArray[np.float64], score: float, tile: Roi) -> Face:
        """A face from the detector's 16 numbers: box, then six key points of which the first two are the eyes."""
        pairs = values.reshape(8, 2)
        size = pairs[1]
        centre = pairs[0] + anchor * DETECTOR_SIZE_PX
        eyes = tile.to_picture(pairs[2:4] + anchor * DETECTOR_SIZE_PX, DETECTOR_SIZE_PX)
        corners = tile.to_picture(np.stack([centre - size / 2, centre + size / 2]), DETECTOR_SIZE_PX)
        middle, extent = corners.mean(axis=0), float(np.abs(corners[1] - corners[0]).max())
        dx, dy = eyes[1] - eyes[0]
        roi = Roi(centre_px=(float(middle[0]), float(middle[1])), size_px=extent * ROI_MARGIN, angle_rad=float(np.arctan2(dy, dx)))
        return Face(roi=roi, height_px=extent, score=score)


def _anchor_centres() -> NDArray[np.float64]:
    """Centres (896, 2) in 0–1 of the detector's anchors: two a cell of a 16 × 16 grid, then six a cell of an 8 × 8 grid."""
    grids = []
    for cells, each in ((16, 2), (8, 6)):
        y, x = np.mgrid[0:cells, 0:cells] + 0.5
        grids.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1) / cells, each, axis=0))
    return np.concatenate(grids)


def _tiles(width_px: int, height_px: int) -> list[Roi]:
    """Squares to search: the whole picture letterboxed, then three along its longer side, then nine of half that size."""
    long, short = max(width_px, height_px), min(width_px, height_px)
    tiles = [Roi(centre_px=(width_px / 2, height_px / 2), size_px=float(long), angle_rad=0.0)]
    for size in (short, short // 2):
        xs = np.unique(np.linspace(size / 2, width_px - size / 2, 3 if size == short else 5))
        ys = np.unique(np.linspace(size / 2, height_px - size / 2, 3))
        tiles += [Roi(centre_px=(float(x), float(y)), size_px=float(size), angle_rad=0.0) for x in xs for y in ys]
    return tiles


def _distinct(faces: list[Face]) -> list[Face]:
    """One entry a face: of those that overlap the surest stays; the largest comes first."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda f: -f.score):
        near = (np.hypot(*np.subtract(face.roi.centre_px, other.roi.centre_px)) < 0.5 * max(face.height_px, other.height_px) for other in kept)
        if not any(near):
            kept.append(face)
    return sorted(kept, key=lambda f: -f.height_px)
