"""Live framing: one look at a small picture of the preview, by the same landmarks and the same bounds that the measurement will use.

Nothing of the picture is kept.
"""

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from spasmograph.care.protocol import FramingRules, load_protocol
from spasmograph.measure.kinematics import geometry
from spasmograph.measure.quality import unmeasured_frames
from spasmograph.model import Landmarks, Signals
from spasmograph.parameters import Parameters, load_parameters
from spasmograph.terms import Advice, Reason

if TYPE_CHECKING:
    from spasmograph.io.mesh import FaceModel
    from spasmograph.io.video import Frame

Box = tuple[float, float, float, float]
_ADVICE = {
    Reason.NO_FACE: Advice.NO_FACE,
    Reason.OUT_OF_PICTURE: Advice.TO_THE_MIDDLE,
    Reason.FACE_TOO_SMALL: Advice.COME_CLOSER,
    Reason.TOO_DARK: Advice.MORE_LIGHT,
    Reason.TOO_BRIGHT: Advice.LESS_LIGHT,
    Reason.BLURRED: Advice.SHARPER,
    Reason.OCCLUDED: Advice.UNCOVER_FACE,
}
# The models serve one look at a time.
_looking = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """What one look says: what to change first; where the face is, as left, top, width and height over the picture's; how bright it is, 0-1.

    `box` and `brightness` are None where there is no face.
    """

    advice: Advice
    box: Box | None = None
    brightness: float | None = None


def look(jpeg: bytes, *, film_width_px: int, frame_rate_hz: float | None = None) -> Framing:
    """What to change before filming; `film_width_px` and `frame_rate_hz` are those of the film to be, of which the picture is a small copy.

    Answers BUSY at once while another picture is being looked at.

    Raises:
        InputError: it is no small JPEG picture.
    """
    from spasmograph.io.still import read_jpeg

    if not _looking.acquire(blocking=False):
        return Framing(advice=Advice.BUSY)
    try:
        frame = read_jpeg(jpeg)
        landmarks = _landmarks(frame)
    finally:
        _looking.release()
    dark = _is_dark(frame, load_parameters())
    rate_hz = float("inf") if frame_rate_hz is None else frame_rate_hz
    return framing_of(landmarks, film_width_px=film_width_px, frame_rate_hz=rate_hz, dark=dark)


def framing_of(landmarks: Landmarks, *, film_width_px: float, frame_rate_hz: float, dark: bool) -> Framing:
    """The same from the landmarks of one picture; `dark` says that the picture as a whole is too dark to find a face in."""
    raw, box = geometry(landmarks), _box(landmarks)
    if box is None:
        return Framing(advice=Advice.MORE_LIGHT if dark else Advice.NO_FACE)
    raw = _at_full_size(raw, film_width_px / landmarks.frame_size_px[0])
    advice = _advice(raw, box, frame_rate_hz, load_parameters(), load_protocol().framing)
    return Framing(advice=advice, box=box, brightness=round(float(raw["brightness"][0]), 3))


@cache
def _model() -> "FaceModel":
    """Models of its own: those of the analysis may be at work."""
    from spasmograph.io.mesh import FaceModel
    from spasmograph.io.native import native_messages_hidden

    with native_messages_hidden():
        return FaceModel()


def _landmarks(frame: "Frame") -> Landmarks:
    from spasmograph.io.landmarks import FaceTracker, track_landmarks

    return track_landmarks([frame], tracker=FaceTracker(_model()))


def _is_dark(frame: "Frame", parameters: Parameters) -> bool:
    luma = frame.luma((0, 0, frame.width_px, frame.height_px))
    return float(luma.mean()) < parameters["brightness_least"]


def _box(landmarks: Landmarks) -> Box | None:
    """The landmarks' extent over the picture's size."""
    points = landmarks.points_px[0].astype(np.float64) / np.asarray(landmarks.frame_size_px)
    if not np.isfinite(points).all():
        return None
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)


def _at_full_size(raw: Signals, factor: float) -> Signals:
    """The same as the film will show it: only the face's size depends on the picture's."""
    return Signals(time_s=raw.time_s, values={**raw.values, "scale_px": raw["scale_px"] * factor})


def _advice(raw: Signals, box: Box, frame_rate_hz: float, bounds: Parameters, rules: FramingRules) -> Advice:
    """The first thing to change: what would not be measured comes first, then what limits the measurement."""
    left, top, width, height = box
    if height > rules.most_height_share:
        return Advice.MOVE_BACK
    reason = unmeasured_frames(raw, _with_margin(bounds, rules.margin))[0]
    if reason is Reason.TURNED_TOO_FAR:
        return Advice.TURN_TO_CAMERA if abs(raw["head_yaw_deg"][0]) > abs(raw["head_pitch_deg"][0]) else Advice.EYE_LEVEL
    if reason is not None:
        return _ADVICE[reason]
    if min(left, top, 1 - left - width, 1 - top - height) < rules.edge_share:
        return Advice.TO_THE_MIDDLE
    if raw["other_faces"][0] > 0:
        return Advice.ONE_FACE_ONLY
    return Advice.MORE_PICTURES if frame_rate_hz < bounds["frame_rate_needed_hz"] else Advice.GOOD


def _with_margin(bounds: Parameters, margin: float) -> Parameters:
    """The bounds of the measurement, kept clear of; a face has to be as wide as sure amplitudes need it."""
    wider = {name: bounds[name] * margin for name in ("brightness_least", "sharpness_least")}
    tighter = {name: bounds[name] / margin for name in ("yaw_most_deg", "pitch_most_deg", "brightness_most")}
    return bounds.replace(**wider, **tighter, face_width_least_px=bounds["face_width_needed_px"] * margin)
