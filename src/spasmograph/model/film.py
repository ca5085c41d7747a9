"""A film of a face: what was recorded, the face's landmarks, and all that was measured in it."""

from dataclasses import dataclass

import numpy as np

from spasmograph.errors import InputError
from spasmograph.model.common import Event, Floats, frozen
from spasmograph.model.tables import Measured
from spasmograph.terms import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What was recorded, as the file states it.

    `frame_rate_hz` is the median rate by time stamps; `first_timestamp_s` is the file's own first stamp, which becomes 0 s here.
    `mirrored` says that the picture is a mirror image (a selfie preview): stated by the user, never guessed.
    """

    name: str
    sha256: str
    duration_s: float
    width_px: int
    height_px: int
    frame_count: int
    frame_rate_hz: float
    variable_frame_rate: bool = False
    first_timestamp_s: float = 0.0
    rotation_deg: int = 0
    mirrored: bool = False
    task: Task = Task.NONE
    codec: str = ""
    start_s: float = 0.0
    end_s: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """One face's landmarks, frame by frame, in the order of the 478-point attention mesh.

    `time_s` (n,) strictly increasing; `points_px` (n, 478, 2) in pixels of the upright picture, NaN where no face was seen; `depth_px` (n, 468)
    distance from the picture plane in pixels, smaller is nearer; `face_score` (n,) 0–1 that a face is in the region; `brightness` (n,) 0–1 mean
    luma of the face; `sharpness` (n,) detail over contrast, a ratio; `appearance` (n, p + 2, 3) edges, colour and light at
    the points of bare skin (`parameters.skin_points`), NaN at the outline of the face, and in the last two rows the light of the right and the left
    eye, to notice what covers them; `other_faces` (n,) how many other faces the detector last saw. `source` names the model. `frame_size_px` is
    (width, height).

    Raises:
        InputError: shapes do not agree, or time does not increase.
    """

    time_s: Floats
    points_px: Floats
    depth_px: Floats
    face_score: Floats
    brightness: Floats
    sharpness: Floats
    appearance: Floats
    other_faces: Floats
    frame_size_px: tuple[int, int]
    source: str = "attention"

    def __post_init__(self) -> None:
        n = len(self.time_s)
        for name in ("time_s", "points_px", "depth_px", "face_score", "brightness", "sharpness", "appearance", "other_faces"):
            array = frozen(getattr(self, name))
            if len(array) != n:
                msg = f"{name} has {len(array)} frames, time_s has {n}; each needs one row a frame"
                raise InputError(msg)
            object.__setattr__(self, name, array)
        if n > 1 and not bool(np.all(np.diff(self.time_s) > 0)):
            msg = "time_s does not increase from frame to frame; remove repeated frames first"
            raise InputError(msg)

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """An event's movement as landmarks alone, so that it can be shown without a face.

    `time_s` (n,); `points` (n, p, 2) in millimetres of the upright, centred face, x to the right of the picture (the patient's left), y down;
    `lines` are runs of indices into `points` to be drawn, each with a name (`eye_left`, `lips_outer`, …) and whether it is closed.
    """

    event_index: int
    time_s: Floats
    points: Floats
    lines: tuple[tuple[str, tuple[int, ...], bool], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen(self.time_s))
        object.__setattr__(self, "points", frozen(self.points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement(Measured[Recording, Event]):
    """All that was measured in one film."""

    replays: tuple[Replay, ...] = ()
