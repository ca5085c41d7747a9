"""The landmark model that current tools use, in an environment of its own, for comparison only."""

import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from revalidation.measuring import CACHE
from revalidation.recordings import shared

NAME = "MediaPipe FaceLandmarker"
_HOME = CACHE / "peer"
_PACKAGE = "mediapipe==0.10.21"
_SCRIPT = """
import sys
from io import BytesIO
import numpy as np
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
with open(sys.argv[1], "rb") as file:
    model = file.read()
options = vision.FaceLandmarkerOptions(base_options=BaseOptions(model_asset_buffer=model), running_mode=vision.RunningMode.IMAGE, num_faces=1)
found = []
with vision.FaceLandmarker.create_from_options(options) as peer:
    while (size := sys.stdin.buffer.read(8)):
        pixels = np.load(BytesIO(sys.stdin.buffer.read(int.from_bytes(size, "big"))))
        faces = peer.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=pixels)).face_landmarks
        scale = np.array(pixels.shape[1::-1])
        found.append(np.array([[p.x, p.y] for p in faces[0]]) * scale if faces else np.full((478, 2), np.nan))
out = BytesIO()
np.save(out, np.stack(found))
sys.stdout.buffer.write(out.getvalue())
"""


class NotRunError(Exception):
    """The peer could not be run."""


def landmarks(pictures: Sequence[NDArray[np.uint8]], *, install: bool) -> NDArray[np.float64]:
    """The peer's points (n, 478, 2) in pixels, NaN without a face; pictures go through a pipe, none is written.

    Raises:
        NotRunError: the environment is not there and `install` is off, or the peer fails.
    """
    python = _environment(install=install)
    model = shared() / "models" / "face_landmarker.task"
    if not model.exists():
        msg = "face_landmarker.task is not among the shared models"
        raise NotRunError(msg)
    done = subprocess.run([python, "-c", _SCRIPT, str(model)], input=_packed(pictures), capture_output=True, check=False)
    if done.returncode:
        msg = f"it failed ({done.stderr.decode(errors='replace').strip().splitlines()[-1]})"
        raise NotRunError(msg)
    return np.asarray(np.load(BytesIO(done.stdout)), np.float64)


def _packed(pictures: Sequence[NDArray[np.uint8]]) -> bytes:
    """Each picture as its length and its array."""
    parts = []
    for picture in pictures:
        buffer = BytesIO()
        np.save(buffer, np.ascontiguousarray(picture))
        parts += [len(buffer.getvalue()).to_bytes(8, "big"), buffer.getvalue()]
    return b"".join(parts)


def _environment(*, install: bool) -> str:
    """The Python of the peer's environment, made on first use."""
    python = _HOME / "bin" / "python"
    if python.exists():
        return str(python)
    if not install:
        msg = "its environment is not there; run with --peer to make it"
        raise NotRunError(msg)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(_HOME)], check=True, capture_output=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", _PACKAGE], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        msg = f"its environment could not be made ({error.stderr.decode(errors='replace').strip()[-200:]})"
        raise NotRunError(msg) from error
    return str(python)
