"""The drawn face as a film, with its truth beside it."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from spasmograph.io.film import whole_or_not_at_all, write_film
from spasmograph.io.phantom import anatomy
from spasmograph.io.phantom.frame import draw_frame
from spasmograph.io.phantom.paint import Bytes
from spasmograph.io.phantom.pose import at_rest, project
from spasmograph.io.phantom.scene import IRIS_DIAMETER_MM, Scene
from spasmograph.model import Event, Floats
from spasmograph.script import OPEN_FISSURE_MM, Script

TRUTH_SUFFIX = ".truth.json"
# As often as in a phone's film, so that several readers can share it.
KEY_FRAME_EVERY_S = 2.0
Progress = Callable[[int, int], None]


def frame_times(scene: Scene, script: Script) -> Floats:
    """The time in seconds of every frame of the film."""
    return np.arange(max(1, round(script.duration_s * scene.frame_rate_hz))) / scene.frame_rate_hz


def draw_frames(scene: Scene, script: Script, progress: Progress | None = None) -> Iterator[Bytes]:
    """The pictures of a script, one after the other; `progress` hears how many of how many are drawn."""
    times = frame_times(scene, script)
    signals = script.states(times) | {"time_s": times}
    for index in range(len(times)):
        yield draw_frame(scene, {name: float(values[index]) for name, values in signals.items()})
        if progress is not None:
            progress(index + 1, len(times))


def truth_path(film: Path | str) -> Path:
    """Where the truth of a phantom film lies."""
    return Path(film).with_suffix("").with_name(Path(film).stem + TRUTH_SUFFIX)


def render_phantom(
    path: Path | str, scene: Scene, script: Script, progress: Progress | None = None, *, frames: Iterable[Bytes] | None = None
) -> None:
    """Write the film of a script, and its truth as `<stem>.truth.json` beside it; `frames` are its pictures where somebody else draws them.

    An older film stays with its own truth unless both are written.

    Raises:
        OutputError: a file could not be written.
    """
    pictures = draw_frames(scene, script, progress) if frames is None else frames
    gop = max(1, round(KEY_FRAME_EVERY_S * scene.frame_rate_hz))
    with whole_or_not_at_all(truth_path(path)) as unfinished:
        unfinished.write_text(json.dumps(truth(scene, script), indent=1, allow_nan=False) + "\n", encoding="utf-8")
        write_film(path, pictures, frame_rate_hz=scene.frame_rate_hz, quality=scene.crf, gop=gop, codec_options={"preset": "veryfast"})


def truth(scene: Scene, script: Script) -> dict[str, Any]:
    """All that is true of a phantom film: how it was drawn, what moved, which events are in it, and its sizes in px and mm."""
    return {
        "scene": asdict(scene),
        "script": json.loads(script.to_json()),
        "events": [_event(event) for event in script.events()],
        "permitted_events": [_event(event) for event in script.permitted_events()],
        "geometry": geometry(scene),
    }


def geometry(scene: Scene) -> dict[str, Any]:
    """Sizes of the face at rest: millimetres per pixel in the plane of the eyes, the ruler, and where its landmarks lie in the picture."""
    points = {f"pupil_{side}": (sign * anatomy.EYE_X_MM, 0.0) for side, sign in (("left", 1.0), ("right", -1.0))}
    points |= {f"commissure_{side}": (sign * anatomy.MOUTH_HALF_MM, anatomy.MOUTH_Y_MM) for side, sign in (("left", 1.0), ("right", -1.0))}
    points |= {"nose_tip": (0.0, 36.0), "chin": (0.0, anatomy.CHIN_Y_MM)}
    flat = np.asarray(list(points.values()))
    solid = np.column_stack([flat, anatomy.surface(flat[:, 0], flat[:, 1])])
    return {
        "mm_per_px": 1.0 / scene.px_per_mm,
        "iris_diameter_mm": IRIS_DIAMETER_MM,
        "iris_diameter_px": scene.iris_diameter_px,
        "open_fissure_mm": OPEN_FISSURE_MM,
        "points_px": {name: [float(x), float(y)] for name, (x, y) in zip(points, project(scene, solid, at_rest(scene)), strict=True)},
    }


def _event(event: Event) -> dict[str, Any]:
    """A true event with the names of the contract."""
    return {
        "onset_s": event.onset_s,
        "apex_s": event.apex_s,
        "offset_s": event.offset_s,
        "kind": event.kind.value,
        "side": event.side.value,
        "regions": "+".join(event.regions),
        "pattern": event.pattern.value,
        "amplitude": event.amplitude,
        "amplitude_unit": event.amplitude_unit,
        "confidence": event.confidence,
        "task": event.task.value,
        "censored": event.censored,
        "symmetry": event.symmetry if math.isfinite(event.symmetry) else None,
        "peaks": dict(event.peaks),
        "members": [_event(member) for member in event.members],
    }
