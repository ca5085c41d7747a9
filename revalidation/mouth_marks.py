"""Excursion of the mouth corners against corners that were marked by hand, in real faces whose heads are truly still.

A moved mouth is pasted into the resting picture of the same person, so that the head has not moved at all: what the product reads beyond the marked
movement is its own error, of the corner's landmark or of the head's frame.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from revalidation.composites import landmarks_of, rigid_indices
from revalidation.counting import bootstrap, median
from revalidation.recordings import film_of
from revalidation.result import Row, Section, Table, with_interval
from spasmograph.io.video import read_video
from spasmograph.measure.kinematics import Pose, geometry, upright_points
from spasmograph.model import Landmarks
from spasmograph.parameters import load_parameters

MARKS = Path(__file__).parent / "data" / "mouth_marks.csv"
CLEAR_MM = 4.0
_CORNERS = {"right": 61, "left": 291}
_CANTHI = (33, 263)
# Half axes of what is pasted, in outer-canthal distances: aside, above and below the middle of the mouth.
_ASIDE, _ABOVE, _BELOW = 0.60, 0.42, 0.36
Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
NOTES = (
    (
        "In enlarged crops of mouths, shuffled and without any landmark, one rater (a vision model, not a person) marked the two corners, "
        "where upper and lower lip meet. From each film one resting picture and one to six others: pulls of one side, smiles, shifts to a side, talk."
    ),
    (
        "The moved mouth is brought into place by the points that facial muscles hardly move, its marks with it, and pasted into the resting picture "
        "with a soft border; the head of that picture is as still as can be. Excursion: along the direction of a smile, in the resting picture's "
        "own pose, in millimetres by its iris. The corner's part of the error: landmark less mark; the head frame's part: what a mark itself "
        "seems to move too much or too little, because the frame went along with the mouth."
    ),
    "Only numbers are kept. The head's frame was chosen on these films among others, the corner's landmarks were not.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One marked picture: film, frame from 0, whether it is the resting one, and the corners (x, y) in px by the patient's side."""

    recording: str
    frame: int
    at_rest: bool
    corners: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One corner of one pasted mouth, in mm along the direction of a smile: as marked, as read, and as read where the marks lie."""

    recording: str
    side: str
    marked_mm: float
    read_mm: float
    framed_mm: float

    @property
    def error_mm(self) -> float:
        """All of the error."""
        return self.read_mm - self.marked_mm

    @property
    def corner_mm(self) -> float:
        """The landmark's part."""
        return self.read_mm - self.framed_mm

    @property
    def frame_mm(self) -> float:
        """The head frame's part."""
        return self.framed_mm - self.marked_mm


def marks(path: Path = MARKS) -> tuple[Mark, ...]:
    """All marked pictures."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Mark(
                recording=row["recording"],
                frame=int(row["frame"]),
                at_rest=row["at_rest"] == "1",
                corners={side: (float(row[f"{side}_x_px"]), float(row[f"{side}_y_px"])) for side in _CORNERS},
            )
            for row in csv.DictReader(file)
        )


def section() -> Section:
    """The rows of excursions against marks."""
    found = readings(marks())
    return Section(
        key="mouth_marks",
        title="Mouth corners against corners marked by hand",
        rows=rows(found),
        tables=(by_recording(found),),
        notes=NOTES,
    )


def readings(marked: Sequence[Mark]) -> list[Reading]:
    """What the product reads of every moved corner."""
    return [reading for name in dict.fromkeys(mark.recording for mark in marked) for reading in _film([m for m in marked if m.recording == name])]


def _film(marked: Sequence[Mark]) -> Iterator[Reading]:
    """The corners of one film's moved pictures."""
    wanted = {mark.frame for mark in marked}
    stills = {frame.index: frame.to_rgb() for frame in read_video(film_of(marked[0].recording)) if frame.index in wanted}
    (rest,) = (mark for mark in marked if mark.at_rest)
    calm = landmarks_of(stills[rest.frame])
    for mark in marked:
        if not mark.at_rest:
            yield from _moved(rest, calm, stills[rest.frame], mark, stills[mark.frame])


def _moved(rest: Mark, calm: Landmarks, still: Pixels, mark: Mark, moved: Pixels) -> list[Reading]:
    points, other = (np.asarray(found.points_px[0], np.float64) for found in (calm, landmarks_of(moved)))
    pasted, matrix = paste_mouth(still, moved, points, other)
    after = landmarks_of(pasted)
    mm = _mm_per_unit(calm)
    found = []
    for side, index in _CORNERS.items():
        brought = matrix @ np.array([*mark.corners[side], 1.0])
        begun, ended = place(calm, index, rest.corners[side]), place(after, index, brought)
        read = place(after, index) - place(calm, index)
        true = place(calm, index, brought) - begun
        values = (mm * along_smile(way, side) for way in (true, read, ended - begun))
        found.append(Reading(recording=mark.recording, side=side, **dict(zip(("marked_mm", "read_mm", "framed_mm"), values, strict=True))))
    return found


def paste_mouth(still: Pixels, moved: Pixels, points: Floats, other: Floats) -> tuple[Pixels, Floats]:
    """The still picture with the mouth of the moved one, and the matrix (2, 3) that brought it; `points` and `other` are their landmarks."""
    import cv2

    rigid = rigid_indices()
    matrix, _ = cv2.estimateAffinePartial2D(other[rigid], points[rigid], method=cv2.RANSAC, ransacReprojThreshold=50)
    size = (still.shape[1], still.shape[0])
    brought = cv2.warpAffine(moved, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = _mask(still.shape[:2], points)[..., None]
    return np.rint(still * (1 - mask) + brought * mask).astype(np.uint8), np.asarray(matrix, np.float64)


def _mask(shape: tuple[int, ...], points: Floats) -> Floats:
    """1 over the mouth and its surroundings, falling softly to 0 (h, w)."""
    right, left = (points[i] for i in _CANTHI)
    width = float(np.hypot(*(left - right)))
    axis = (left - right) / width
    middle = points[list(_CORNERS.values())].mean(axis=0)
    y, x = np.mgrid[: shape[0], : shape[1]]
    aside = ((x - middle[0]) * axis[0] + (y - middle[1]) * axis[1]) / width
    below = ((y - middle[1]) * axis[0] - (x - middle[0]) * axis[1]) / width
    radius = np.hypot(aside / _ASIDE, below / np.where(below < 0, _ABOVE, _BELOW))
    return np.asarray(np.clip((1.0 - radius) / 0.15, 0, 1))


def place(found: Landmarks, index: int, at_px: Sequence[float] | Floats | None = None) -> Floats:
    """Where a landmark (or, at its depth, another point of the picture) lies in the face's own frame, (2,) in outer-canthal distances."""
    pose, points = upright_points(found)
    if at_px is None:
        return np.asarray(points[0, index])
    return np.asarray(_upright(pose, np.array([*at_px, float(found.depth_px[0, index])])))


def _upright(pose: Pose, point: Floats) -> Floats:
    return pose.upright(point[None, None])[0, 0, :2]


def along_smile(way: Floats, side: str) -> float:
    """A movement (2,) along the direction of a smile."""
    smile = np.radians(load_parameters()["smile_direction_deg"])
    outwards = way[0] if side == "left" else -way[0]
    return float(outwards * np.cos(smile) - way[1] * np.sin(smile))


def _mm_per_unit(calm: Landmarks) -> float:
    raw = geometry(calm)
    return float(load_parameters()["iris_diameter_mm"] / np.mean([raw[f"iris_{side}"][0] for side in _CORNERS]))


def rows(found: Sequence[Reading]) -> tuple[Row, ...]:
    """How much of the excursion is read, and where the error comes from."""
    clear = [reading for reading in found if abs(reading.marked_mm) >= CLEAR_MM]
    parts = {"all of it": "error_mm", "of the corner's landmark": "corner_mm", "of the head's frame": "frame_mm"}
    return (_gain_row(clear), *(_error_row(f"error of the excursion, {what}: median size", found, name) for what, name in parts.items()))


def _gain_row(found: Sequence[Reading]) -> Row:
    value, low, high = _over_films(found, gain)
    return Row(
        claim=f"excursion read over excursion marked, {CLEAR_MM:g} mm and more",
        target="—",
        measured=with_interval(value, low, high, 2),
        cases=_cases(found),
        value=value,
        low=low,
        high=high,
    )


def gain(found: Sequence[Reading]) -> float:
    """Slope through zero of the excursions read over those marked; NaN for none."""
    marked, read = (np.array([getattr(reading, name) for reading in found]) for name in ("marked_mm", "read_mm"))
    return float(marked @ read / (marked @ marked)) if len(found) else float("nan")


def _error_row(claim: str, found: Sequence[Reading], name: str) -> Row:
    value, low, high = _over_films(found, lambda drawn: median([abs(getattr(reading, name)) for reading in drawn]))
    return Row(claim=claim, target="—", measured=f"{with_interval(value, low, high, 1)} mm", cases=_cases(found), value=value, low=low, high=high)


def _over_films(found: Sequence[Reading], figure: Callable[[Sequence[Reading]], float]) -> tuple[float, float, float]:
    """A figure with its 95 % interval, which draws films; NaN for no readings."""
    if not found:
        return (float("nan"),) * 3
    apart = {name: [r for r in found if r.recording == name] for name in {r.recording for r in found}}
    low, high = bootstrap(apart, lambda drawn: figure(list(chain.from_iterable(drawn))))
    return figure(found), low, high


def _cases(found: Sequence[Reading]) -> str:
    return f"{len(found)} corners, {len({reading.recording for reading in found})} films"


def by_recording(found: Sequence[Reading]) -> Table:
    """Film by film."""
    groups = {name: [r for r in found if r.recording == name] for name in dict.fromkeys(r.recording for r in found)}
    cells = tuple((name, str(len(group)), f"{gain(group):.2f}", *_sizes(group)) for name, group in groups.items())
    return Table(
        title="Mouth corners by film", columns=("film", "corners", "read over marked", "error, mm", "corner's part", "frame's part"), cells=cells
    )


def _sizes(group: Sequence[Reading]) -> tuple[str, ...]:
    return tuple(f"{median([abs(getattr(reading, name)) for reading in group]):.1f}" for name in ("error_mm", "corner_mm", "frame_mm"))
