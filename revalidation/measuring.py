"""From a film to events as the product does it, with the slow part (landmarks) kept between runs while the code that makes it is the same.

Kept are the distances of `measure.kinematics` alone: no picture, nothing that shows a face.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import spasmograph
from revalidation.recordings import REPOSITORY
from spasmograph.io.landmarks import FaceTracker, track_landmarks
from spasmograph.io.mesh import FaceModel
from spasmograph.io.video import Frame, read_video
from spasmograph.io.video.frame import make_frame
from spasmograph.io.video.geometry import make_geometry
from spasmograph.measure.baseline import signals_from_geometry
from spasmograph.measure.events import find_events
from spasmograph.measure.kinematics import geometry
from spasmograph.measure.quality import covered, masked, measured_frames, unmeasured_frames
from spasmograph.model import Event, Landmarks, Signals
from spasmograph.parameters import Parameters, load_parameters

CACHE = REPOSITORY / "build" / "revalidation"
_MAKES_GEOMETRY = (
    *("io/mesh.py", "io/landmarks.py", "io/video/*.py", "measure/kinematics.py", "measure/quality.py"),
    *("data/rigid_points.toml", "data/skin_points.toml", "data/models/*"),
)
_EARLY_RULES = ("detector_", "face_min", "roi_", "skin_", "look_", "cover_", "baseline_quantile")


def frame_of(pixels: NDArray[np.uint8], *, time_s: float = 0.0, index: int = 0) -> Frame:
    """A picture (h, w, 3) of red, green and blue as the video reader would give it."""
    import av

    shape = make_geometry(pixels.shape[1], pixels.shape[0])
    return make_frame(av.VideoFrame.from_ndarray(pixels, format="rgb24"), time_s=time_s, index=index, geometry=shape, codec="rawvideo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A film's signals and events; `raw` are the distances before resting levels."""

    raw: Signals
    signals: Signals
    events: tuple[Event, ...]

    def frames(self, event: Event) -> tuple[int, int]:
        """First and last frame of an event, inclusive."""
        times = self.signals.time_s
        first = int(np.searchsorted(times, event.onset_s - 1e-6))
        last = int(np.searchsorted(times, event.offset_s - 1e-6)) - 1
        return first, max(first, last)


@cache
def code_key() -> str:
    """A hash of everything between the film and the distances."""
    home = Path(spasmograph.__file__).parent
    digest = hashlib.sha256()
    for pattern in _MAKES_GEOMETRY:
        for path in sorted(home.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    early = {name: value for name, value in load_parameters().values().items() if name.startswith(_EARLY_RULES)}
    digest.update(repr(sorted(early.items())).encode())
    return digest.hexdigest()[:16]


@cache
def face_model() -> FaceModel:
    """The landmark models, loaded once a process."""
    return FaceModel()


def raw_geometry(path: Path) -> Signals:
    """Every frame's distances of a film."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    kept = CACHE / f"{path.stem}-{content}-{code_key()}.npz"
    if kept.exists():
        return load_geometry(kept)
    raw = distances(track_landmarks(read_video(path), tracker=FaceTracker(face_model())))
    save_geometry(kept, raw)
    return raw


def distances(landmarks: Landmarks) -> Signals:
    """What the product reads from landmarks frame by frame, and where the face is covered."""
    return covered(landmarks.appearance, geometry(landmarks), load_parameters())


def load_geometry(path: Path) -> Signals:
    """Distances that were kept."""
    with np.load(path) as table:
        return Signals(time_s=table["time_s"], values={name: table[name] for name in table.files if name != "time_s"})


def save_geometry(path: Path, raw: Signals) -> None:
    """Keep distances; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    arrays: dict[str, Any] = {"time_s": raw.time_s} | dict(raw.values)
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)
    part.replace(path)


def measure_geometry(raw: Signals, parameters: Parameters | None = None) -> Measured:
    """Signals and events from distances, by the same steps as `analyze_video`."""
    rules = parameters or load_parameters()
    seen = masked(raw, measured_frames(unmeasured_frames(raw, rules)))
    signals = signals_from_geometry(seen, rules)
    return Measured(raw=raw, signals=signals, events=find_events(signals, parameters=rules))


def measure_film(path: Path, parameters: Parameters | None = None) -> Measured:
    """Signals and events of a film."""
    return measure_geometry(raw_geometry(path), parameters)
