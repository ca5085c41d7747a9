"""One face is followed: where several were in the picture, the frames that show another one are found."""

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import Signals
from spasmograph.parameters import Parameters

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def other_person(raw: Signals, parameters: Parameters) -> Signals:
    """`raw` with `other_person` (n,): 1 in frames whose landmarks belong to somebody else than the face that was largest for longest.

    The tracker starts anew after a lost face and at each chunk of the film; with several faces it may then hold another one. A stretch is taken for
    the same person if it lies near the followed face's place and has about its size.
    """
    flags = np.zeros(len(raw))
    if np.nanmax(np.append(raw["other_faces"], 0.0)) > 0:
        runs = _runs(raw, parameters)
        followed = max(runs, key=lambda run: float(np.nansum(raw["scale_px"][run])), default=None)
        for run in runs:
            if followed is not None and _distance(raw, run, followed) > parameters["other_face_distance"]:
                flags[run] = 1.0
    return Signals(time_s=raw.time_s, values={**raw.values, "other_person": flags})


def _runs(raw: Signals, parameters: Parameters) -> list[slice]:
    """Stretches in which the face moves on without a jump."""
    seen = np.flatnonzero(np.isfinite(raw["scale_px"]))
    if not len(seen):
        return []
    place = _place(raw)[seen]
    jump = np.hypot(*np.diff(place[:, :2], axis=0).T) / place[1:, 2] + np.abs(np.diff(np.log(place[:, 2])))
    cuts = np.flatnonzero((jump > parameters["other_face_jump"]) | (np.diff(seen) > 1)) + 1
    return [slice(int(part[0]), int(part[-1]) + 1) for part in np.split(seen, cuts)]


def _place(raw: Signals) -> Array:
    """Centre of the face and its outer-canthal distance in pixels, (n, 3)."""
    return np.stack([np.asarray(raw[name]) for name in ("centre_x_px", "centre_y_px", "scale_px")], axis=1)


def _distance(raw: Signals, run: slice, followed: slice) -> float:
    """How far two stretches are apart in place and size, in outer-canthal distances of the larger face."""
    one, other = (np.nanmedian(_place(raw)[part], axis=0) for part in (run, followed))
    return float(np.hypot(*(one[:2] - other[:2])) / max(one[2], other[2]) + abs(np.log(one[2] / other[2])))
