"""A camera for tests: the phantom's film, played again and again by Chromium in a camera's place; and a protocol that takes seconds."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import cv2

from spasmograph.care.protocol import Protocol, load_protocol
from spasmograph.io.phantom import Scene, draw_frames
from spasmograph.script import Script
from spasmograph.script.episodes import blink, hemifacial_spasm, wink
from spasmograph.terms import Side, Task

# Chromium plays a film of JPEG pictures at 30 a second.
CAMERA = Scene(width_px=480, height_px=360, frame_rate_hz=30.0, face_height_fraction=0.75)
ACTED = Script(
    duration_s=10.0,
    episodes=(
        wink(Side.RIGHT, 1.0, hold_s=0.2, amplitude=1.0),
        blink(2.8),
        hemifacial_spasm(Side.RIGHT, 4.4, duration_s=1.0, strength=0.95),
        blink(7.0),
        wink(Side.LEFT, 8.4, hold_s=0.25, amplitude=1.0),
    ),
)


def camera_film(path: Path) -> Path:
    """What the camera will see, as one JPEG after the other."""
    with path.open("wb") as file:
        for picture in draw_frames(CAMERA, ACTED):
            file.write(cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
    return path


def camera_flags(film: Path | None) -> list[str]:
    """How Chromium is told to use it, and to ask nobody; without a film it makes up two cameras with pictures of its own."""
    flags = ["--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required"]
    if film is None:
        return [*flags, "--use-fake-device-for-media-stream=device-count=2"]
    return [*flags, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]


def quick_protocol(seconds: Mapping[Task, float], *, between_s: float = 1.0) -> Protocol:
    """The protocol as it is, but a step takes as long as is said here, or two seconds."""
    protocol = load_protocol()
    steps = []
    for step in protocol.steps:
        share = seconds.get(step.task, 2.0) / step.seconds
        steps.append(replace(step, cues=tuple(replace(cue, seconds=cue.seconds * share) for cue in step.cues)))
    return replace(protocol, steps=tuple(steps), countdown_s=between_s, prepare_s=between_s)
