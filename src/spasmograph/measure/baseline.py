"""Geometry to signals: millimetres by the iris, and each eye and mouth against the person's own resting level.

The resting level moves slowly with the person; a long closure does not drag it down, because only frames near the open level form it.
"""

from collections.abc import Callable

import numpy as np

from spasmograph.measure.kinematics import SIDES
from spasmograph.model import Floats, Signals
from spasmograph.parameters import Parameters

# Resting levels at a moment depend on what lies this many windows around it, and not on where the recording begins.
BASELINE_REACH = 0.75
_FEW = 3
_PUPIL_COVERED = 0.5


def signals_from_geometry(raw: Signals, parameters: Parameters) -> Signals:
    """The signals of the contract from `kinematics.geometry`.

    Closure is 0 (this person's open eye) to 1 (closed); lengths are in millimetres; brow, mouth and cheek are 0 at rest, up or outwards positive.
    NaN where no face was seen.
    """
    mm = millimetres_per_unit(raw, parameters)
    opened = {side: open_level(raw.time_s, np.asarray(raw[f"lid_gap_{side}"]), parameters) for side in SIDES}
    width = _quantile(np.asarray(raw["scale_px"]), 0.5) * parameters["face_width_units"]
    closed = closed_ratio({side: np.asarray(raw[f"lid_gap_{side}"]) / opened[side] for side in SIDES}, width, parameters)
    values: dict[str, Floats] = {}
    for side in SIDES:
        values |= _eye(raw, side, mm, opened[side], closed)
    values |= _lower_face(raw, mm, parameters)
    values["mouth_opening_mm"] = mm * np.maximum(raw["mouth_opening"], 0)
    for name in ("head_yaw_deg", "head_pitch_deg", "head_roll_deg"):
        values[name] = np.asarray(raw[name])
    values["head_turn_deg"] = turn_from_usual(raw.time_s, np.asarray(raw["head_yaw_deg"]), parameters)
    values["face_width_px"] = np.asarray(raw["scale_px"]) * parameters["face_width_units"]
    return Signals(time_s=raw.time_s, values=values)


def millimetres_per_unit(raw: Signals, parameters: Parameters) -> float:
    """Millimetres per outer-canthal distance, from the median visible iris of open eyes; of a turned head the nearer eye's alone.

    NaN if there is no such frame.
    """
    yaw_deg = np.asarray(raw["head_yaw_deg"])
    ratios = []
    for side, away_deg in (("left", yaw_deg), ("right", -yaw_deg)):
        gap = np.asarray(raw[f"lid_gap_{side}"])
        usable = (away_deg < parameters["ruler_away_deg"]) & (gap > parameters["ruler_open"] * _quantile(gap, 0.9))
        ratios.append(np.asarray(raw[f"iris_{side}"])[usable])
    iris = np.concatenate(ratios)
    iris = iris[np.isfinite(iris)]
    return float(parameters["iris_diameter_mm"] / np.median(iris)) if len(iris) else float("nan")


def _quantile(values: Floats, q: float) -> float:
    seen = values[np.isfinite(values)]
    return float(np.quantile(seen, q)) if len(seen) else float("nan")


def open_level(time_s: Floats, gap: Floats, parameters: Parameters) -> Floats:
    """The lid gap of this person's open eye over time (n,), in the unit of `gap`.

    In each window the median of the frames near the window's own upper level; never far from the level of the whole recording, so that
    minutes of closure do not become the norm.
    """
    whole = _open_of(gap, parameters)
    at, levels = _windowed(time_s, gap, parameters["baseline_window_s"], lambda part: _open_of(part, parameters))
    limited = np.clip(levels, whole * parameters["baseline_drift_low"], whole * parameters["baseline_drift_high"])
    return np.interp(time_s, at, np.where(np.isfinite(limited), limited, whole))


def _open_of(gap: Floats, parameters: Parameters) -> float:
    """Median of the values that are near the upper level of `gap`; NaN if there are none."""
    upper = _quantile(gap, parameters["baseline_quantile"])
    near = gap[gap >= parameters["baseline_near"] * upper]
    return float(np.median(near)) if len(near) else float("nan")


def turn_from_usual(time_s: Floats, yaw_deg: Floats, parameters: Parameters) -> Floats:
    """How far the head is turned (n,) from where this person mostly held it in the time around, in degrees; NaN where no face was seen."""
    at, usual = _windowed(time_s, yaw_deg, parameters["baseline_window_s"], lambda part: _quantile(part, 0.5))
    return yaw_deg - np.interp(time_s, at, np.where(np.isfinite(usual), usual, _quantile(yaw_deg, 0.5)))


def _windowed(time_s: Floats, values: Floats, window_s: float, level: Callable[[Floats], float]) -> tuple[Floats, Floats]:
    """`level` of overlapping windows, at the windows' centres; one window where the recording is short."""
    if not len(time_s):
        return np.zeros(1), np.array([level(values)])
    centres = _centres(float(time_s[0]), float(time_s[-1]), window_s)
    edges = np.searchsorted(time_s, [centres - window_s / 2, centres + window_s / 2])
    return centres, np.array([level(values[a:b]) for a, b in edges.T])


def _centres(first_s: float, last_s: float, window_s: float) -> Floats:
    """A window's quarters on the film's own clock, and the first and last place where a whole window fits; the middle where none does."""
    low, high = first_s + window_s / 2, last_s - window_s / 2
    if high <= low:
        return np.array([(first_s + last_s) / 2])
    step = window_s / 4
    inner = step * np.arange(np.floor(low / step) + 1, np.ceil(high / step))
    return np.concatenate([[low], inner, [high]])


def closed_ratio(relative_gap: dict[str, Floats], face_width_px: float, parameters: Parameters) -> float:
    """What the landmarks read for a shut eye, as a share of the open gap: the fewer pixels, the more is left over.

    The deep end of what this recording shows on the side that closes better, within limits that face width sets, so that a person who never shuts the
    eyes in a sharp film is not read as if they did.
    """
    low = parameters["closed_ratio_default"]
    widths = (parameters["closed_ratio_small_px"], parameters["closed_ratio_large_px"])
    high = float(np.interp(face_width_px, widths, (parameters["closed_ratio_small"], parameters["closed_ratio_large"])))
    deepest = [_quantile(gap, parameters["closed_quantile"]) for gap in relative_gap.values()]
    found = min((gap for gap in deepest if np.isfinite(gap)), default=low)
    return min(max(found, low), high)


def _eye(raw: Signals, side: str, mm: float, opened: Floats, closed: float) -> dict[str, Floats]:
    gap = np.asarray(raw[f"lid_gap_{side}"])
    closure = np.clip((opened - gap) / (opened * (1 - closed)), -1, 1)
    pupil_gap = mm * np.asarray(raw[f"pupil_gap_{side}"])
    gaze = np.asarray(raw[f"gaze_down_{side}"])
    return {
        f"eye_closure_{side}": np.clip(closure, 0, 1),
        f"palpebral_fissure_height_{side}_mm": mm * opened * (1 - closure),
        f"eye_aspect_ratio_{side}": gap / np.asarray(raw[f"eye_width_{side}"]),
        f"margin_reflex_distance_1_{side}_mm": np.where(closure < _PUPIL_COVERED, pupil_gap, np.nan),
        f"gaze_down_{side}_mm": mm * (gaze - np.nanmedian(gaze)) if np.isfinite(gaze).any() else gaze,
        f"iris_diameter_{side}_px": np.asarray(raw[f"iris_{side}"]) * np.asarray(raw["scale_px"]),
    }


def _lower_face(raw: Signals, mm: float, parameters: Parameters) -> dict[str, Floats]:
    """Brow, mouth corner and cheek of both sides in millimetres from rest."""
    smile = np.radians(parameters["smile_direction_deg"])
    window = parameters["baseline_window_s"]
    brow, cheek = (_from_rest(raw, (name,), mm, window) for name in ("brow", "cheek"))
    corner = _from_rest(raw, ("corner_x", "corner_y"), mm, window)
    values: dict[str, Floats] = {}
    for side in SIDES:
        x, y = corner[f"corner_x_{side}"], corner[f"corner_y_{side}"]
        values |= {
            f"brow_height_{side}_mm": brow[f"brow_{side}"],
            f"oral_commissure_excursion_{side}_mm": x * np.cos(smile) + y * np.sin(smile),
            f"oral_commissure_shift_{side}_mm": y * np.cos(smile) - x * np.sin(smile),
            f"cheek_raise_{side}_mm": cheek[f"cheek_{side}"],
        }
    return values


def _from_rest(raw: Signals, names: tuple[str, ...], mm: float, window_s: float) -> dict[str, Floats]:
    """Distances from the resting level, in millimetres.

    Rest is where the two sides together spend most time (half-sample mode of their sum); both sides' levels come from the same frames, so that rest
    is never left of one moment and right of another.
    """
    both = {f"{name}_{side}": np.asarray(raw[f"{name}_{side}"]) for name in names for side in SIDES}
    total = np.sum(list(both.values()), axis=0)
    away: dict[str, Floats] = {}
    for key, values in both.items():
        at, levels = _windowed(raw.time_s, np.stack([total, values], axis=1), window_s, _level_at_rest)
        whole = _level_at_rest(np.stack([total, values], axis=1))
        away[key] = mm * (values - np.interp(raw.time_s, at, np.where(np.isfinite(levels), levels, whole)))
    return away


def _level_at_rest(pairs: Floats) -> float:
    """Median of the second column in the third of the frames whose first column is nearest to its mode; NaN if nothing was seen."""
    seen = pairs[np.isfinite(pairs).all(axis=1)]
    if not len(seen):
        return float("nan")
    distance = np.abs(seen[:, 0] - half_sample_mode(seen[:, 0]))
    return float(np.median(seen[distance <= np.quantile(distance, 1 / 3), 1]))


def half_sample_mode(values: Floats) -> float:
    """Where values crowd most (Bickel & Frühwirth 2006): the densest half, of that the densest half, and so on; NaN for none."""
    ordered = np.sort(values[np.isfinite(values)])
    while len(ordered) > _FEW:
        half = (len(ordered) + 1) // 2
        widths = ordered[half - 1 :] - ordered[: len(ordered) - half + 1]
        first = int(np.argmin(widths))
        ordered = ordered[first : first + half]
    return float(np.mean(ordered)) if len(ordered) else float("nan")
