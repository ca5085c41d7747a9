"""The peers' instrument: MediaPipe FaceLandmarker (Tasks, video mode, blendshapes on), in an environment of its own."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.films import CACHE

NAME = "MediaPipe FaceLandmarker 0.10.21"
PACKAGES = ("mediapipe==0.10.21", "opencv-python-headless<5", "numpy<2")
_NEWEST_PYTHON = (3, 12)
_SCRIPT = """
import json, sys, time
begin = time.perf_counter()
import cv2
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.FaceLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[1]), running_mode=vision.RunningMode.VIDEO, output_face_blendshapes=True)
film, frames, faces = cv2.VideoCapture(sys.argv[2]), 0, 0
rate_hz = film.get(cv2.CAP_PROP_FPS)
with vision.FaceLandmarker.create_from_options(options) as peer:
    ready = time.perf_counter()
    while True:
        there, picture = film.read()
        if not there:
            break
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        faces += bool(peer.detect_for_video(image, int(frames * 1000 / rate_hz)).face_landmarks)
        frames += 1
end = time.perf_counter()
print(json.dumps({"frames": frames, "faces": faces, "run_s": end - ready}))
"""


class NotRunError(Exception):
    """The peer is not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the peer took for a film: seconds of the whole process, and without its start; frames read, and frames with a face."""

    whole_s: float
    run_s: float
    frames: int
    faces: int


def measured(film: Path) -> Told:
    """What the peer takes for a film.

    Raises:
        NotRunError: its model or its package is not available.
    """
    model, python = _model(), _python()
    begin = time.perf_counter()
    done = subprocess.run([str(python), "-c", _SCRIPT, str(model), str(film)], capture_output=True, check=False)
    whole_s = time.perf_counter() - begin
    if done.returncode:
        raise NotRunError(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    told = json.loads(done.stdout.decode().strip().splitlines()[-1])
    return Told(whole_s=whole_s, run_s=told["run_s"], frames=told["frames"], faces=told["faces"])


def _model() -> Path:
    shared = Path(os.environ.get("SPASMOGRAPH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    model = shared / "models" / "face_landmarker.task"
    if not model.exists():
        msg = "face_landmarker.task is not among the shared models"
        raise NotRunError(msg)
    return model


def _python() -> Path:
    home = CACHE / "peer"
    python = home / "bin" / "python"
    if not python.exists():
        if sys.version_info[:2] > _NEWEST_PYTHON:
            msg = f"it has no package for Python {sys.version_info.major}.{sys.version_info.minor}"
            raise NotRunError(msg)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        done = subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], capture_output=True, check=False)
        if done.returncode:
            msg = "its package could not be installed"
            raise NotRunError(msg)
    return python
