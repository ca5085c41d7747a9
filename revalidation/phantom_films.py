"""The drawn face over skin tones, lights, poses, sizes and frame rates: what is filmed, and the distances that the product reads from it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import spasmograph
from revalidation.measuring import CACHE, code_key, distances, face_model, frame_of, load_geometry, save_geometry
from spasmograph.io.landmarks import FaceTracker, track_landmarks
from spasmograph.io.phantom import Light, Scene, draw_frame
from spasmograph.io.video import Frame
from spasmograph.model import Landmarks, Signals
from spasmograph.script import (
    Script,
    blink,
    clonic_train,
    forced_closure,
    head_turn,
    hemifacial_spasm,
    look_down,
    partial_blink,
    smile,
    wink,
)
from spasmograph.terms import Side

TONES = (1, 2, 3, 4, 5)
LIGHTS = tuple(Light)
YAWS_DEG = (-25.0, -15.0, 0.0, 15.0, 25.0)
HEIGHTS_PX = (360, 720, 1080)
RATES_HZ = (24, 30, 60)
DURATION_S = 14.2
_WINDOW_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Setting:
    """One film of the grid."""

    tone: int
    light: Light
    yaw_deg: float
    height_px: int
    rate_hz: int

    def scene(self) -> Scene:
        """How it is drawn and filmed."""
        return Scene(
            width_px=self.height_px * 16 // 9,
            height_px=self.height_px,
            frame_rate_hz=float(self.rate_hz),
            skin_tone=self.tone,
            light=self.light,
            yaw_deg=self.yaw_deg,
        )

    def script(self) -> Script:
        """What moves: the sides change over from film to film."""
        plain = grid_script(away_from_deg=self.yaw_deg)
        swap = (self.tone + LIGHTS.index(self.light)) % 2
        return grid_script(away_from_deg=-self.yaw_deg).mirrored() if swap else plain

    def words(self) -> str:
        """The setting as short text."""
        return f"tone {self.tone}, {self.light} light, yaw {self.yaw_deg:+.0f}°, {self.height_px} px, {self.rate_hz} fps"


def grid_script(*, away_from_deg: float) -> Script:
    """One of each event and of each decoy, weak and strong; the head turns away from the pose that it has already."""
    turn_deg = -12.0 if away_from_deg > 0 else 12.0
    episodes = (
        blink(0.7),
        wink(Side.RIGHT, 1.5, hold_s=0.1, amplitude=0.9),
        hemifacial_spasm(Side.LEFT, 2.4, duration_s=0.6, strength=0.8),
        partial_blink(3.6, amplitude=0.35),
        wink(Side.LEFT, 4.4, hold_s=0.1, amplitude=0.35),
        hemifacial_spasm(Side.RIGHT, 5.3, duration_s=0.6, strength=0.35),
        look_down(6.3, duration_s=1.1),
        clonic_train(Side.RIGHT, 7.8, count=3, rate_hz=3.0, strength=0.6),
        forced_closure(9.5, duration_s=1.4),
        smile(11.4, duration_s=1.2),
        head_turn(12.9, duration_s=1.0, angle_deg=turn_deg),
    )
    return Script(duration_s=DURATION_S, episodes=episodes)


def full_grid() -> tuple[Setting, ...]:
    """All 675 films."""
    return tuple(
        Setting(tone=tone, light=light, yaw_deg=yaw, height_px=height, rate_hz=rate)
        for tone, light, yaw, height, rate in product(TONES, LIGHTS, YAWS_DEG, HEIGHTS_PX, RATES_HZ)
    )


def quick_grid() -> tuple[Setting, ...]:
    """45 films in which every level of every factor meets those of the others about equally often."""
    return tuple(
        Setting(tone=TONES[t], light=LIGHTS[k], yaw_deg=YAWS_DEG[(t + k + 3 * h) % 5], height_px=HEIGHTS_PX[h], rate_hz=RATES_HZ[(t + k + h) % 3])
        for t, k, h in product(range(5), range(3), range(3))
    )


def batches(settings: Sequence[Setting]) -> list[tuple[Setting, ...]]:
    """Settings that differ in the frame rate alone, together: their pictures are drawn once."""
    groups: dict[tuple[object, ...], list[Setting]] = {}
    for setting in settings:
        groups.setdefault((setting.tone, setting.light, setting.yaw_deg, setting.height_px), []).append(setting)
    return [tuple(group) for group in groups.values()]


@cache
def drawing_key() -> str:
    """A hash of everything that draws."""
    home = Path(spasmograph.__file__).parent
    digest = hashlib.sha256()
    for pattern in ("io/phantom/*.py", "script/*.py", "data/phantom.toml"):
        for path in sorted(home.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def geometries(group: Sequence[Setting]) -> list[Signals]:
    """The distances read from each film of a batch."""
    kept = [CACHE / f"phantom-{_name(setting)}-{drawing_key()}-{code_key()}.npz" for setting in group]
    if all(path.exists() for path in kept):
        return [load_geometry(path) for path in kept]
    found = film_geometries([(setting.scene(), setting.script()) for setting in group])
    for path, raw in zip(kept, found, strict=True):
        save_geometry(path, raw)
    return found


def _name(setting: Setting) -> str:
    script = hashlib.sha256(setting.script().to_json().encode()).hexdigest()[:8]
    return f"{setting.tone}{setting.light}{setting.yaw_deg:+.0f}-{setting.height_px}-{setting.rate_hz}-{script}"


def film_geometries(films: Sequence[tuple[Scene, Script]]) -> list[Signals]:
    """The distances read from films that differ in the frame rate alone, without a file; a moment that several share is drawn once."""
    trackers = [FaceTracker(face_model()) for _ in films]
    times = [np.arange(round(script.duration_s * scene.frame_rate_hz)) / scene.frame_rate_hz for scene, script in films]
    parts: list[list[Landmarks]] = [[] for _ in films]
    for start_s in np.arange(0.0, films[0][1].duration_s, _WINDOW_S):
        own = [at[(at >= start_s) & (at < start_s + _WINDOW_S)] for at in times]
        drawn = _drawn(*films[0], np.unique(np.concatenate(own)))
        for part, tracker, at in zip(parts, trackers, own, strict=True):
            part.append(track_landmarks([drawn[time_s] for time_s in at.tolist()], tracker=tracker))
    return [distances(joined(part)) for part in parts]


def _drawn(scene: Scene, script: Script, times_s: NDArray[np.float64]) -> dict[float, Frame]:
    """The pictures of some moments."""
    states = script.states(times_s) | {"time_s": times_s}
    rows = ({name: float(values[k]) for name, values in states.items()} for k in range(len(times_s)))
    return {row["time_s"]: frame_of(draw_frame(scene, row), time_s=row["time_s"]) for row in rows}


def joined(parts: Sequence[Landmarks]) -> Landmarks:
    """Stretches of landmarks one after the other."""
    names = [field.name for field in fields(Landmarks) if field.name not in {"frame_size_px", "source"}]
    values: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Landmarks(frame_size_px=parts[0].frame_size_px, **values)
