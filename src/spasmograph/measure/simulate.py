"""Signals with known truth: a script of movements as an instrument would measure it, with noise, drift, leak, uneven frames and gaps.

The truth stays in the script (`Script.events`, `Script.states`); here it is only disturbed. Noise and drift are the same for the same seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spasmograph.errors import InputError
from spasmograph.model import Floats, Quality, Signals, Span
from spasmograph.script import OPEN_FISSURE_MM, Script
from spasmograph.terms import Side, Verdict

EYE_RADIUS_MM = 12.0
_PERIODS_S = (17.0, 29.0, 61.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """What separates a measured signal from the truth; the defaults are those of a good 720p recording.

    `closure`, `millimetre` and `degree` are the standard deviations of the noise from frame to frame, by unit. `drift` is the size of slow
    change (periods of 17, 29 and 61 s) as a multiple of that noise. `leak` is the share of one side's movement that shows on the other.
    `jitter_s` is the standard deviation of the time stamps about an even clock, `dropped` the share of frames that are missing.

    Raises:
        InputError: a value is negative, or `dropped` is not below 1.
    """

    closure: float = 0.015
    millimetre: float = 0.12
    degree: float = 0.3
    drift: float = 1.0
    leak: float = 0.0
    jitter_s: float = 0.0
    dropped: float = 0.0

    def __post_init__(self) -> None:
        for name in ("closure", "millimetre", "degree", "drift", "leak", "jitter_s", "dropped"):
            value = getattr(self, name)
            if not 0.0 <= value < (1.0 if name == "dropped" else np.inf):
                msg = f"{name} is {value}; it must not be negative, and dropped must lie below 1"
                raise InputError(msg)


NONE = Disturbance(closure=0.0, millimetre=0.0, degree=0.0, drift=0.0)


def simulate_signals(
    script: Script, *, frame_rate_hz: float = 30.0, disturbance: Disturbance | None = None, gaps: Sequence[Span] = (), seed: int = 0
) -> Signals:
    """The script as it would be measured at this frame rate; NaN in the gaps, in which the face is not seen.

    Names, units and signs are those of a measured recording; the head's usual place is straight ahead. The eyelids are known by the palpebral
    fissure, so that a lid lowered by a look down reads as partly closed. Without a `disturbance` the defaults of `Disturbance` apply; with `NONE`
    the instrument is perfect.

    Raises:
        InputError: the frame rate is not above 0.
    """
    disturbance = disturbance or Disturbance()
    random = np.random.default_rng(seed)
    time_s = _time_stamps(script.duration_s, frame_rate_hz, disturbance, random)
    true = _visible(script.states(time_s))
    # Drawn apart from the noise, so that the same seed drifts alike at every frame rate.
    phases = np.random.default_rng((seed, 1)).uniform(0.0, 2.0 * np.pi, (len(true), len(_PERIODS_S)))
    values: dict[str, Floats] = {
        name: _leaked(name, true, disturbance.leak)
        + _size(name, disturbance) * (random.normal(0.0, 1.0, len(time_s)) + disturbance.drift * _wave(time_s, phase))
        for name, phase in zip(sorted(true), phases, strict=True)
    }
    values["head_turn_deg"] = values["head_yaw_deg"]
    for side in (Side.LEFT, Side.RIGHT):
        values[f"palpebral_fissure_height_{side}_mm"] = OPEN_FISSURE_MM * (1.0 - values[f"eye_closure_{side}"])
        values[f"eye_closure_{side}"] = np.clip(values[f"eye_closure_{side}"], 0.0, 1.0)
    seen = ~np.any([(time_s >= gap.onset_s) & (time_s < gap.offset_s) for gap in gaps], axis=0) if gaps else np.ones(len(time_s), dtype=bool)
    return Signals(time_s=time_s, values={name: np.where(seen, value, np.nan) for name, value in values.items()})


def simulate_quality(script: Script, *, gaps: Sequence[Span] = ()) -> Quality:
    """The quality of such a recording: good, with all but the gaps observed."""
    edges_s = [0.0, *(edge for gap in sorted(gaps, key=lambda gap: gap.onset_s) for edge in (gap.onset_s, gap.offset_s)), script.duration_s]
    spans = (Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in zip(edges_s[::2], edges_s[1::2], strict=True))
    return Quality(verdict=Verdict.GOOD, duration_s=script.duration_s, observed=tuple(span for span in spans if span.duration_s > 0))


def _time_stamps(duration_s: float, frame_rate_hz: float, disturbance: Disturbance, random: np.random.Generator) -> Floats:
    """Frame times in seconds, strictly increasing from 0: each frame stays within its own half of the time to its neighbours."""
    if not frame_rate_hz > 0:
        msg = f"the frame rate is {frame_rate_hz} Hz; it must lie above 0"
        raise InputError(msg)
    even_s = np.arange(int(np.ceil(duration_s * frame_rate_hz - 1e-9))) / frame_rate_hz
    room_s = 0.49 / frame_rate_hz
    uneven_s = even_s + np.clip(random.normal(0.0, disturbance.jitter_s, len(even_s)), -room_s, room_s)
    kept = random.random(len(even_s)) >= disturbance.dropped
    kept[0] = True
    uneven_s[0] = 0.0
    return uneven_s[kept & (uneven_s < duration_s)]


def _visible(states: Mapping[str, Floats]) -> dict[str, Floats]:
    """What a perfect instrument sees of the true states, by the names of a measured recording."""
    seen = {name: states[name] for name in ("mouth_opening_mm", "head_yaw_deg", "head_pitch_deg", "head_roll_deg")}
    for side in (Side.LEFT, Side.RIGHT):
        seen |= {
            f"eye_closure_{side}": 1.0 - states[f"palpebral_fissure_height_{side}_mm"] / OPEN_FISSURE_MM,
            f"brow_height_{side}_mm": states[f"brow_height_{side}_mm"],
            f"cheek_raise_{side}_mm": states[f"cheek_raise_{side}_mm"],
            f"oral_commissure_excursion_{side}_mm": states[f"commissure_along_{side}_mm"],
            f"oral_commissure_shift_{side}_mm": states[f"commissure_across_{side}_mm"],
            f"gaze_down_{side}_mm": EYE_RADIUS_MM * np.sin(np.radians(states["gaze_down_deg"])),
        }
    return seen


def _leaked(name: str, true: Mapping[str, Floats], leak: float) -> Floats:
    """A signal with what it takes over from the other side; one without a side takes over nothing."""
    other = name.replace("_left", "_?").replace("_right", "_left").replace("_?", "_right")
    return true[name] if other == name else true[name] + leak * true[other]


def _size(name: str, disturbance: Disturbance) -> float:
    """The noise of a signal in its own unit."""
    if name.endswith("_mm"):
        return disturbance.millimetre
    return disturbance.degree if name.endswith("_deg") else disturbance.closure


def _wave(time_s: Floats, phases: Floats) -> Floats:
    """Slow change within -1 and 1."""
    turns = time_s[:, np.newaxis] / np.array(_PERIODS_S)
    return np.asarray(np.sin(2.0 * np.pi * turns + phases).mean(axis=1))
