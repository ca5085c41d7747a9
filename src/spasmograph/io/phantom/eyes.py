"""The eyes: eyeball behind two lid margins; a closing eye draws the upper lid down to meet a slightly rising lower one."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.phantom import anatomy
from spasmograph.io.phantom.anatomy import bell, outward, smooth_step
from spasmograph.io.phantom.scene import IRIS_DIAMETER_MM, Scene, appearance
from spasmograph.io.phantom.skin import colour, shading, texture_px_per_mm
from spasmograph.model import Floats
from spasmograph.terms import Side

PATCH_HALF_MM, PATCH_TOP_MM, PATCH_BOTTOM_MM = 21.0, -15.0, 13.0
LID_HALF_WIDTH_MM = 14.5
LID_UP_MM, LID_DOWN_MM = 5.55, 4.45
LOWER_LID_RISE_MM = 2.2
LOWER_LID_PER_DEG_MM = 0.05
GAZE_RADIUS_MM = 12.0
PUPIL_RADIUS_MM = 1.9
LASH_RGB = (0.09, 0.06, 0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lids:
    """Heights (mm, down from the pupil at rest) of both lid margins over the width of the eye; equal where the eye is shut."""

    upper: Floats
    lower: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an eye looks with its lid this far down.

    Brightness of white and iris over that of the open eye, `alike` how far light and dark irises look like the brown one, cover and width of
    lashes, their fall in mm, cover of the fold.
    """

    white: float
    iris: float
    alike: float
    lash: float
    lash_width: float
    lash_fall_mm: float
    fold: float


def look(scene: Scene, lowered: float) -> Look:
    """The look with the lid lowered by this fraction of the open fissure: between those of fair and of dark skin."""
    table = appearance()["lowering"]
    dark = float(appearance()["skin"][str(scene.skin_tone)]["dark"])
    fair, deep = ({name: float(np.interp(lowered, table["at"], row)) for name, row in table[skin].items()} for skin in ("fair", "dark"))
    return Look(**{name: value + dark * (deep[name] - value) for name, value in fair.items()})


def lids(lateral: Floats, fissure: float, closure: float, gaze_deg: float = 0.0) -> Lids:
    """The lid margins at positions `lateral` (mm from the pupil, outwards) for a fissure open by this fraction of its rest."""
    u = np.clip(lateral / LID_HALF_WIDTH_MM, -1.0, 1.0)
    canthi = 1.2 - 0.8 * u
    upper = canthi - LID_UP_MM * (1.0 - u * u) ** 0.72 * (1.0 - 0.12 * u)
    lower = canthi + LID_DOWN_MM * (1.0 - u * u) ** 0.85 * (1.0 + 0.12 * u)
    risen = lower + (LOWER_LID_PER_DEG_MM * gaze_deg - LOWER_LID_RISE_MM * closure) * (1.0 - u * u)
    return Lids(upper=np.asarray(risen - fissure * (lower - upper)), lower=np.asarray(risen))


class Layer:
    """A picture with coverage on which paint is laid: premultiplied RGB (h, w, 3) and coverage (h, w), both 0-1."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.rgb = np.zeros((*shape, 3), np.float32)
        self.alpha = np.zeros(shape, np.float32)

    def paint(self, coverage: Floats, rgb: Any) -> None:
        """Lay a colour over what is there."""
        cover = coverage.astype(np.float32)
        self.rgb += cover[..., None] * (np.asarray(rgb, np.float32) - self.rgb)
        self.alpha += cover * (1.0 - self.alpha)


def patch_slices(side: Side, scale: float) -> tuple[slice, slice]:
    """Where an eye lies in the texture; the slices of the two sides are mirror images."""
    middle = anatomy.EYE_X_MM * outward(side)
    left = round((middle - PATCH_HALF_MM - anatomy.TEXTURE_LEFT_MM) * scale)
    right = round((middle + PATCH_HALF_MM - anatomy.TEXTURE_LEFT_MM) * scale)
    top = round((PATCH_TOP_MM - anatomy.TEXTURE_TOP_MM) * scale)
    return slice(top, round((PATCH_BOTTOM_MM - anatomy.TEXTURE_TOP_MM) * scale)), slice(left, right)


def _patch_grid(side: Side, scale: float) -> tuple[Floats, Floats]:
    """Positions (mm outwards and down from the pupil at rest) of an eye patch's pixels."""
    rows, columns = patch_slices(side, scale)
    x = anatomy.TEXTURE_LEFT_MM + (np.arange(columns.start, columns.stop) + 0.5) / scale
    y = anatomy.TEXTURE_TOP_MM + (np.arange(rows.start, rows.stop) + 0.5) / scale
    lateral, down = np.meshgrid(outward(side) * x - anatomy.EYE_X_MM, y)
    return lateral.astype(np.float32), down.astype(np.float32)


def _overlap(y: Floats, top: Floats, bottom: Floats, pixel_mm: float) -> Floats:
    """The share of each pixel that lies between two curves: exactly 0 where they meet."""
    half = 0.5 * pixel_mm
    return np.asarray(np.clip(np.minimum(y + half, bottom) - np.maximum(y - half, top), 0.0, None) / pixel_mm)


def _line(y: Floats, at: Floats, width_mm: float | Floats, pixel_mm: float) -> Floats:
    """A soft line along a curve."""
    half = np.maximum(0.5 * np.asarray(width_mm), 0.5 * pixel_mm)
    return np.asarray(np.exp(-0.5 * ((y - at) / half) ** 2))


def _eyeball(scene: Scene, lateral: Floats, y: Floats, gaze_deg: float, pixel_mm: float, seen: Look) -> NDArray[np.float32]:
    """White of the eye, iris and pupil, as an opaque picture."""
    ball = Layer(lateral.shape)
    dim = seen.white * (1.0 - 0.20 * (lateral / LID_HALF_WIDTH_MM) ** 2)
    ball.paint(np.ones_like(dim), np.stack([0.89 * dim, 0.875 * dim, 0.855 * dim], axis=-1))
    ball.paint(0.75 * bell(lateral, y, -13.2, 2.0, 1.8, 1.6), (0.80, 0.52, 0.48))
    down = y - GAZE_RADIUS_MM * np.sin(np.deg2rad(gaze_deg))
    radius, angle = np.hypot(lateral, down), np.arctan2(down, lateral)
    streaks = 1.0 + 0.10 * np.sin(23.0 * angle + 1.3) * np.sin(9.0 * angle) + 0.06 * np.sin(41.0 * angle)
    rim = 0.5 * IRIS_DIAMETER_MM
    depth = (0.75 + 0.55 * np.clip(radius / rim, 0.0, 1.0)) * streaks * (1.0 - 0.55 * smooth_step(radius, rim - 1.1, rim))
    iris = _iris(scene, seen) * depth[..., None]
    ball.paint(np.clip((rim - radius) / pixel_mm + 0.5, 0.0, 1.0), iris)
    ball.paint(np.clip((PUPIL_RADIUS_MM - radius) / max(pixel_mm, 0.4) + 0.5, 0.0, 1.0), (0.03, 0.025, 0.025))
    ball.paint(0.9 * bell(lateral, y, -1.5, -1.7, 0.55, 0.6), (1.0, 1.0, 1.0))
    return ball.rgb


def _iris(scene: Scene, seen: Look) -> NDArray[np.float32]:
    """The colour of the iris, red, green, blue."""
    own, brown = (np.asarray(appearance()["iris"][name], np.float32) for name in (scene.iris, "brown"))
    return np.asarray(seen.iris * (1.0 - seen.alike + seen.alike * _brightness(brown) / _brightness(own)) * own, np.float32)


def _brightness(rgb: NDArray[np.float32]) -> float:
    """How light a colour is, 0-1."""
    return float(rgb @ np.array([0.30, 0.59, 0.11]))


def _paint_lid_skin(layer: Layer, scene: Scene, lateral: Floats, y: Floats, margin: Lids, closure: float, seen: Look) -> None:
    """The fold above the upper lid, and the lid's own curve once it is drawn over the eyeball."""
    base = colour(scene, "base")
    u = np.clip(lateral / 17.0, -1.0, 1.0)
    fold = 0.6 - 9.0 * (1.0 - u * u) ** 0.7 + 1.2 * closure
    ends = smooth_step(np.asarray(1.0 - np.abs(u)), 0.0, 0.25)
    layer.paint(np.asarray(seen.fold * _line(y, np.asarray(fold), 1.1, 0.3) * ends), 0.42 * base)
    lid = _overlap(y, np.asarray(fold + 0.8), margin.upper, 1.2) * ends
    bulge = bell(lateral, y, 0.5, float(0.5 * (fold.min() + margin.upper.mean())), 8.0, 3.0)
    layer.paint(np.asarray(0.14 * lid * (1.0 - bulge)), 0.45 * base)
    layer.paint(np.asarray(0.16 * lid * bulge), np.minimum(1.0, 1.12 * base))


def _paint_margins(layer: Layer, scene: Scene, lateral: Floats, y: Floats, margin: Lids, seen: Look) -> None:
    """Lashes along the upper margin, which hang over the eye as the lid comes down, and a thin line along the lower margin."""
    pixel_mm = 1.0 / texture_px_per_mm(scene)
    u = lateral / LID_HALF_WIDTH_MM
    inside = smooth_step(np.asarray(1.04 - np.abs(u)), 0.0, 0.12)
    thick = seen.lash_width * (0.75 + 0.35 * np.clip(u, -1.0, 1.0))
    layer.paint(np.asarray(0.38 * inside * _line(y, margin.lower + 0.25, 0.8, pixel_mm)), 0.40 * colour(scene, "blush"))
    layer.paint(np.asarray(seen.lash * inside * _line(y, margin.upper - 0.25 + seen.lash_fall_mm, thick, pixel_mm)), LASH_RGB)
    wing = bell(lateral, y, 15.2, 0.0, 1.5, 0.7)
    layer.paint(np.asarray(0.35 * wing), LASH_RGB)


@lru_cache(maxsize=64)
def eye_light(scene: Scene, side: Side) -> float:
    """How much light falls on this eye."""
    x, y = np.meshgrid(np.linspace(-3.0, 3.0, 7) + outward(side) * anatomy.EYE_X_MM, np.linspace(-3.0, 3.0, 7))
    return float(shading(scene, x, y, relief_share=0.3).mean())


@lru_cache(maxsize=64)
def eye_layer(scene: Scene, side: Side, fissure: float, closure: float, gaze_deg: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """An eye to be laid over the skin: premultiplied RGB (h, w, 3) in 0-255 and what shines through from below (h, w, 1) in 0-1."""
    scale = texture_px_per_mm(scene)
    pixel_mm = 1.0 / scale
    lateral, y = _patch_grid(side, scale)
    margin = lids(lateral, fissure, closure, gaze_deg)
    light = eye_light(scene, side)
    layer = Layer(lateral.shape)
    seen = look(scene, 1.0 - fissure)
    _paint_lid_skin(layer, scene, lateral, y, margin, closure, seen)
    inside = (np.abs(lateral) < LID_HALF_WIDTH_MM).astype(np.float32)
    opening = _overlap(y, margin.upper, margin.lower, pixel_mm) * inside
    shadow = (0.86 + 0.16 * _brightness(colour(scene, "base"))) * (1.0 - 0.22 * np.exp(-np.clip(y - margin.upper, 0.0, None) / 1.6))
    layer.paint(opening, _eyeball(scene, lateral, y, gaze_deg, pixel_mm, seen) * shadow[..., None].astype(np.float32))
    _paint_margins(layer, scene, lateral, y, margin, seen)
    gain = 255.0 * float(appearance()["light"][scene.light]["gain"])
    return np.clip(layer.rgb * (gain * min(light, 1.0)), 0.0, 255.0), (1.0 - layer.alpha)[..., None]
