"""What the drawn face looks like and how it is filmed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from spasmograph.errors import InputError

FACE_HEIGHT_MM = 190.0
IRIS_DIAMETER_MM = 11.7
LARGEST_POSE_DEG = {"yaw_deg": 40.0, "pitch_deg": 30.0}


class Light(StrEnum):
    """Where the light comes from: all around, from the patient's left, or all around and too little."""

    EVEN = "even"
    SIDE = "side"
    DIM = "dim"


class Hair(StrEnum):
    """How the hair is worn."""

    SHORT = "short"
    LONG = "long"
    BALD = "bald"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One way to draw and film the face; the script adds the movement.

    `face_height_fraction` is the height from hairline to chin over the height of the picture; `skin_tone` runs from 1 (very light) to 5 (very
    dark); yaw, pitch and roll are the pose at rest, in degrees, positive to the patient's left, upwards, and to the patient's left shoulder;
    `noise` is the standard deviation of the sensor's noise over full scale; `crf` is the film's constant rate factor, smaller is better;
    `background` is red, green, blue in 0-255.

    Raises:
        InputError: a value is outside what can be drawn.
    """

    width_px: int = 1280
    height_px: int = 720
    frame_rate_hz: float = 30.0
    face_height_fraction: float = 0.62
    skin_tone: int = 2
    light: Light = Light.EVEN
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    hair: Hair = Hair.SHORT
    glasses: bool = False
    blur_px: float = 0.0
    noise: float = 0.006
    crf: int = 20
    background: tuple[int, int, int] = (201, 208, 211)
    iris: str = "brown"

    def __post_init__(self) -> None:
        _check("skin_tone", self.skin_tone, 1, 5)
        _check("face_height_fraction", self.face_height_fraction, 0.05, 1.2)
        _check("frame_rate_hz", self.frame_rate_hz, 1.0, 1000.0)
        _check("noise", self.noise, 0.0, 0.3)
        _check("blur_px", self.blur_px, 0.0, 50.0)
        _check("width_px", self.width_px, 16, 7680)
        _check("height_px", self.height_px, 16, 7680)
        for name, bound in LARGEST_POSE_DEG.items():
            _check(name, getattr(self, name), -bound, bound)
        if self.iris not in appearance()["iris"]:
            msg = f"iris is {self.iris!r}; it must be one of {', '.join(sorted(appearance()['iris']))}"
            raise InputError(msg)

    @property
    def px_per_mm(self) -> float:
        """Pixels per millimetre in the plane of the eyes."""
        return self.face_height_fraction * self.height_px / FACE_HEIGHT_MM

    @property
    def iris_diameter_px(self) -> float:
        """Diameter of the drawn iris in pixels."""
        return IRIS_DIAMETER_MM * self.px_per_mm


def _check(name: str, value: float, low: float, high: float) -> None:
    """Refuse a value outside its bounds."""
    if not low <= value <= high:
        msg = f"{name} is {value}; it must lie in {low:g}-{high:g}"
        raise InputError(msg)


@cache
def appearance() -> Mapping[str, Any]:
    """Colours and lights, from `data/phantom.toml`."""
    return tomllib.loads(files("spasmograph.data").joinpath("phantom.toml").read_text(encoding="utf-8"))
