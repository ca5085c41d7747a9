"""The product's landmarks against those of the attention mesh's own runtime, frame by frame on d19."""

import numpy as np
from numpy.typing import NDArray

from revalidation.measuring import face_model
from revalidation.recordings import film_of, recording
from revalidation.result import Row, Section
from spasmograph.io.landmarks import FaceTracker, track_landmarks
from spasmograph.io.video import read_video

PERCENT_MOST = 1.0
_CORNERS = (33, 263)
_LIDS = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
)
_LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415),
)
_IRIDES = tuple(range(468, 478))
GROUPS = {"lips": _LIPS, "lids": _LIDS, "irides": _IRIDES}
_BLOCK_FRAMES = 25
_REPLICATES = 1000


def distances_percent(points: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distance (n, 478) of each point to its reference in percent of the outer-canthal distance of the reference."""
    width = np.linalg.norm(reference[:, _CORNERS[0]] - reference[:, _CORNERS[1]], axis=1)
    return np.asarray(100 * np.linalg.norm(points - reference, axis=2) / width[:, None])


def section() -> Section:
    """The rows of lips, lids and irides."""
    with np.load(recording("imitation/d19_reference_landmarks.npz")) as table:
        reference = np.asarray(table[table.files[0]], np.float64)
    landmarks = track_landmarks(read_video(film_of("d19")), tracker=FaceTracker(face_model()))
    points = np.asarray(landmarks.points_px, np.float64)
    frames = min(len(points), len(reference))
    apart = distances_percent(points[:frames], reference[:frames])
    lost = int(np.isnan(apart[:, 0]).sum())
    rows = tuple(_row(name, apart[:, list(group)]) for name, group in GROUPS.items())
    notes = (
        (
            "Mean distance over points and frames, in percent of the outer-canthal distance (33 to 263) of the same frame; the "
            "interval resamples blocks "
            f"of {_BLOCK_FRAMES} frames. {lost} of {frames} frames without a face."
        ),
    )
    return Section(key="mesh_parity", title="Landmarks against the attention mesh's own runtime (d19)", rows=rows, notes=notes)


def _row(name: str, apart: NDArray[np.float64]) -> Row:
    per_frame = np.nanmean(apart, axis=1)
    mean = float(np.nanmean(per_frame))
    low, high = _block_interval(per_frame)
    return Row(
        claim=f"{name}, mean distance",
        target=f"≤ {PERCENT_MOST:g} %",
        measured=f"{mean:.2f} [{low:.2f} – {high:.2f}] %; p95 {float(np.nanquantile(apart, 0.95)):.2f} %",
        cases=f"{len(apart)} frames × {apart.shape[1]} points, 1 person",
        met=mean <= PERCENT_MOST,
        value=mean,
        low=low,
        high=high,
    )


def _block_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The 95 % interval of the mean by drawing blocks of neighbouring frames."""
    random = np.random.default_rng(3)
    blocks = [np.nanmean(values[at : at + _BLOCK_FRAMES]) for at in range(0, len(values) - _BLOCK_FRAMES + 1, _BLOCK_FRAMES)]
    draws = random.integers(0, len(blocks), (_REPLICATES, len(blocks)))
    low, high = np.quantile(np.asarray(blocks)[draws].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
