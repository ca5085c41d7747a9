"""Pictures in, landmarks out: one face is found, followed from picture to picture, and measured by the attention mesh.

What a picture gives hardly depends on the pictures before it: where the mesh says that the face lies elsewhere than its region of
interest, the same picture is read again, so that a worker that starts in the middle of a file finds the same landmarks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.mesh import ALL_POINTS, EYE_LEFT, EYE_RIGHT, IRIS_LEFT, IRIS_RIGHT, MESH_POINTS, MESH_SIZE_PX, FaceModel, Mesh, Picture, Roi
from spasmograph.model import Floats, Landmarks
from spasmograph.parameters import Parameters, load_parameters, skin_points

_RGB_TO_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_FACE_PART = slice(32, 160)
_DARK = 0.02
_DETAIL_PX = 2.0
_STEPS_DOWN, _STEPS_ACROSS = (steps.reshape(-1, 1) - 1 for steps in np.indices((3, 3)))
# A gradient needs its neighbours, and its mean those of two pixels around.
_EDGE_REACH_PX = 4
_SKIN = np.array([point.index for point in skin_points()], np.intp)
# Half of it is the iris, half the borders of the lids.
_EYES = tuple(np.array([*rim[:16], *(3 * iris), iris[0]], np.intp) for rim, iris in ((EYE_RIGHT, IRIS_RIGHT), (EYE_LEFT, IRIS_LEFT)))
_NO_APPEARANCE = np.full((len(_SKIN) + len(_EYES), 3), np.nan, np.float32)


class TimedPicture(Picture, Protocol):
    """A picture with its time."""

    @property
    def time_s(self) -> float:
        """Seconds from the start of the recording."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How the face looks: mean luma, detail over contrast, and edges, colour and light (p, 3) at points of skin."""

    brightness: float
    sharpness: float
    appearance: NDArray[np.float32]


_NOT_SEEN = _Look(float("nan"), float("nan"), _NO_APPEARANCE)


@dataclass(frozen=True, slots=True)
class _Row:
    """What one picture gave; `mesh` is None where no face was seen."""

    time_s: float
    mesh: Mesh | None
    other_faces: int
    look: _Look


@dataclass(frozen=True, slots=True)
class _Unmirrored:
    """A picture of a mirror image, read as the camera saw it."""

    picture: TimedPicture

    @property
    def time_s(self) -> float:
        return self.picture.time_s

    @property
    def width_px(self) -> int:
        return self.picture.width_px

    @property
    def height_px(self) -> int:
        return self.picture.height_px

    def sample(self, matrix: NDArray[np.float64], size_px: int) -> NDArray[np.float32]:
        """A patch of the unmirrored picture."""
        flipped = np.array(matrix, np.float64)
        flipped[0] *= -1
        flipped[0, 2] += self.width_px - 1
        return self.picture.sample(flipped, size_px)


def unmirrored(picture: TimedPicture) -> TimedPicture:
    """The picture with left and right exchanged, so that a selfie's sides are the patient's."""
    return _Unmirrored(picture)


class FaceTracker:
    """Follows the largest face through pictures in order of time; make one for each run of pictures."""

    def __init__(self, model: FaceModel | None = None, parameters: Parameters | None = None) -> None:
        self._model = model or FaceModel()
        self._parameters = parameters or load_parameters()
        self._roi: Roi | None = None
        self._next_look_s = -np.inf
        self._other_faces = 0
        self._seen = _NOT_SEEN
        self._look_s = -np.inf

    def update(self, picture: TimedPicture) -> _Row:
        """The face of one picture."""
        if picture.time_s >= self._next_look_s:
            self._look(picture)
        mesh, implied = self._settled(picture, self._roi)
        if mesh is None and self._roi is not None:
            self._roi = None
            self._look(picture)
            mesh, implied = self._settled(picture, self._roi)
        self._roi = implied
        return _Row(picture.time_s, mesh, self._other_faces, self._look_of(picture.time_s, mesh))

    def _look_of(self, time_s: float, mesh: Mesh | None) -> _Look:
        """How the face looks; light, focus and hands change slowly, so that it need not be asked in every picture."""
        if mesh is None:
            self._look_s = -np.inf
            return _NOT_SEEN
        if time_s >= self._look_s + self._parameters["look_interval_s"]:
            self._seen, self._look_s = _look(mesh, self._parameters["skin_margin"]), time_s
        return self._seen

    def _look(self, picture: TimedPicture) -> None:
        """Search the whole picture: for the face if there is none yet, and for how many others there are."""
        faces = self._model.detect(picture, min_score=self._parameters["detector_min_score"])
        self._next_look_s = picture.time_s + self._parameters["detector_interval_s" if faces else "detector_retry_s"]
        self._other_faces = max(0, len(faces) - 1)
        if self._roi is None and faces:
            self._roi = faces[0].roi

    def _settled(self, picture: TimedPicture, roi: Roi | None) -> tuple[Mesh | None, Roi | None]:
        """The mesh once its region of interest agrees with it, and the region that it implies; None if there is no face."""
        mesh = None
        for _ in range(int(self._parameters["roi_rounds"])):
            if roi is None:
                break
            mesh = self._model.mesh(picture, roi)
            if mesh.score < self._parameters["face_min_score"]:
                return None, None
            implied = mesh.roi()
            settled = implied.distance(roi) <= self._parameters["roi_tolerance"]
            roi = implied
            if settled:
                break
        return mesh, roi


def track_landmarks(pictures: Iterable[TimedPicture], *, tracker: FaceTracker | None = None) -> Landmarks:
    """The landmarks of the largest face in pictures in order of time.

    Frames without a face are NaN. All rows are held in memory (4 kB a frame): for long films go chunk by chunk.
    """
    tracker = tracker or FaceTracker()
    size = (0, 0)
    empty = _columns(_Row(0.0, None, 0, _NOT_SEEN))
    columns: dict[str, list[Floats]] = {name: [] for name in empty}
    for picture in pictures:
        size = (picture.width_px, picture.height_px)
        for name, value in _columns(tracker.update(picture)).items():
            columns[name].append(value)
    stacked: dict[str, Any] = {name: np.stack(rows) if rows else np.empty((0, *empty[name].shape)) for name, rows in columns.items()}
    return Landmarks(frame_size_px=size, **stacked)


def _columns(row: _Row) -> dict[str, Floats]:
    """One frame of every array of `Landmarks`."""
    head: dict[str, Floats] = {"time_s": np.asarray(row.time_s, np.float64), "other_faces": np.asarray(row.other_faces, np.float32)}
    if row.mesh is None:
        return {**head, **_unseen()}
    return {
        **head,
        "points_px": row.mesh.points_px.astype(np.float32),
        "depth_px": row.mesh.depth_px.astype(np.float32),
        "face_score": np.asarray(row.mesh.score, np.float32),
        "brightness": np.asarray(row.look.brightness, np.float32),
        "sharpness": np.asarray(row.look.sharpness, np.float32),
        "appearance": row.look.appearance,
    }


def _unseen() -> dict[str, Floats]:
    nan = np.asarray(np.nan, np.float32)
    return {
        "points_px": np.full((ALL_POINTS, 2), np.nan, np.float32),
        "depth_px": np.full(MESH_POINTS, np.nan, np.float32),
        "face_score": np.zeros((), np.float32),
        "brightness": nan,
        "sharpness": nan,
        "appearance": _NO_APPEARANCE,
    }


def _look(mesh: Mesh, skin_margin: float) -> _Look:
    """How the face in a mesh's patch looks; points of skin nearer to the outline than `skin_margin` outer-canthal distances are left out."""
    luma = _luma(mesh.patch)
    brightness, sharpness = _light_and_detail(luma[_FACE_PART, _FACE_PART])
    return _Look(brightness, sharpness, _appearance(mesh, luma, skin_margin))


def _luma(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.transform(rgb, _RGB_TO_LUMA[None]), np.float32)


def _light_and_detail(luma: NDArray[np.float32]) -> tuple[float, float]:
    """Mean luma, and detail over contrast: the spread of the Laplacian at the scale of lids, which noise hardly reaches, over that of the luma."""
    import cv2

    smooth = cv2.GaussianBlur(luma, (0, 0), _DETAIL_PX)
    border = slice(round(2 * _DETAIL_PX), -round(2 * _DETAIL_PX))
    _, fine = cv2.meanStdDev(cv2.Laplacian(smooth, cv2.CV_32F)[border, border])
    mean, contrast = cv2.meanStdDev(luma)
    return float(mean[0, 0]), float(_DETAIL_PX**2 * fine[0, 0] / max(contrast[0, 0], 1e-6))


def _appearance(mesh: Mesh, luma: NDArray[np.float32], margin: float) -> NDArray[np.float32]:
    """Edges, colour and light (p, 3) at the skin points, NaN at the outline, and after them the light of the right and of the left eye.

    Edges are the gradient, colour is the logarithm of red over green, light that of luma; all are relative to the median of the skin points, so
    that a lamp that changes all of them changes nothing. `luma` is that of the mesh's patch.
    """
    import cv2

    seen = _within(mesh.patch_points, margin)
    if not seen.any():
        return _NO_APPEARANCE
    smooth = np.asarray(cv2.blur(luma, (3, 3)), np.float32)
    x, y = np.clip(np.round(mesh.patch_points).astype(np.intp), 0, MESH_SIZE_PX - 1).T
    light = np.log(smooth[y, x] + _DARK)
    usual = float(np.median(light[_SKIN][seen]))
    colour = _colour(mesh.patch, x[_SKIN], y[_SKIN])
    skin = [_edges(smooth, x[_SKIN], y[_SKIN]) / np.exp(usual), colour - np.median(colour[seen]), light[_SKIN] - usual]
    found = np.full(_NO_APPEARANCE.shape, np.nan)
    found[: len(_SKIN)] = np.where(seen[:, None], np.column_stack(skin), np.nan)
    found[len(_SKIN) :, 2] = [light[points].mean() - usual for points in _EYES]
    return found.astype(np.float32)


def _edges(luma: NDArray[np.float32], x: NDArray[np.intp], y: NDArray[np.intp]) -> NDArray[np.float32]:
    """The mean gradient (p,) in the 5 × 5 pixels around each place; only what lies around them all is looked at."""
    import cv2

    left, top = (max(int(at.min()) - _EDGE_REACH_PX, 0) for at in (x, y))
    part = luma[top : int(y.max()) + _EDGE_REACH_PX + 1, left : int(x.max()) + _EDGE_REACH_PX + 1]
    gradient = cv2.magnitude(cv2.Sobel(part, cv2.CV_32F, 1, 0), cv2.Sobel(part, cv2.CV_32F, 0, 1))
    return np.asarray(cv2.blur(gradient, (5, 5))[y - top, x - left] / 8, np.float32)


def _colour(rgb: NDArray[np.float32], x: NDArray[np.intp], y: NDArray[np.intp]) -> NDArray[np.float32]:
    """The logarithm of red over green (p,), each the mean of the 3 × 3 pixels around a place."""
    last = rgb.shape[0] - 1
    rows, columns = (np.clip(at + step, 0, last) for at, step in ((y, _STEPS_DOWN), (x, _STEPS_ACROSS)))
    red, green, _ = rgb[rows, columns].mean(axis=0).T
    return np.asarray(np.log((red + _DARK) / (green + _DARK)), np.float32)


def _within(points: NDArray[np.float64], margin: float) -> NDArray[np.bool_]:
    """Which skin points (p,) lie further inside the face's outline than `margin` outer-canthal distances."""
    import cv2

    hull = cv2.convexHull(points[:MESH_POINTS].astype(np.float32)).reshape(-1, 2).astype(np.float64)
    along = np.roll(hull, -1, axis=0) - hull
    normal = np.stack([-along[:, 1], along[:, 0]]) / np.maximum(np.hypot(*along.T), 1e-9)
    depth = np.abs(points[_SKIN] @ normal - (hull * normal.T).sum(axis=1)).min(axis=1)
    return np.asarray(depth > margin * np.hypot(*(points[263] - points[33])))
