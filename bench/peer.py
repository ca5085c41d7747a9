"""The peers' instrument: MediaPipe FaceLandmarker (Tasks, video mode, blendshapes on), in an environment of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.films import CACHE

PACKAGES = ("mediapipe==0.10.21", "opencv-python-headless")
_SCRIPT = """
import json, sys, time
begin = time.perf_counter()
import cv2
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.FaceLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[1]), running_mode=vision.RunningMode.VIDEO, output_face_blendshapes=True)
film, frames = cv2.VideoCapture(sys.argv[2]), 0
with vision.FaceLandmarker.create_from_options(options) as peer:
    ready = time.perf_counter()
    while True:
        there, picture = film.read()
        if not there:
            break
        peer.detect_for_video(mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)), int(frames * 1000 / 30))
        frames += 1
end = time.perf_counter()
print(json.dumps({"frames": frames, "run_s": end - ready, "start_s": ready - begin}))
"""


class NotRunError(Exception):
    """The peer is not here."""


def seconds(film: Path) -> tuple[float, float]:
    """Seconds that the peer takes for a film, and for its start.

    Raises:
        NotRunError: its model or its package is not available.
    """
    model = _model()
    done = subprocess.run([str(_python()), "-c", _SCRIPT, str(model), str(film)], capture_output=True, check=False)
    if done.returncode:
        raise NotRunError(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    told = json.loads(done.stdout.decode().strip().splitlines()[-1])
    return float(told["run_s"]), float(told["start_s"])


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
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        done = subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], capture_output=True, check=False)
        if done.returncode:
            msg = "its package could not be installed"
            raise NotRunError(msg)
    return python
