"""Lips, closed or open, as curves over the width of the mouth."""

from dataclasses import dataclass

import numpy as np

from spasmograph.io.phantom import anatomy
from spasmograph.io.phantom.anatomy import MOUTH_HALF_MM, MOUTH_Y_MM, bell, smooth_step
from spasmograph.io.phantom.paint import tint
from spasmograph.io.phantom.scene import Scene, appearance
from spasmograph.model import Floats

UPPER_LIP_MM, LOWER_LIP_MM = 6.3, 8.6


@dataclass(frozen=True, slots=True, kw_only=True)
class LipCurves:
    """Heights (mm, down) of the four edges of the lips over x: top of the upper lip, its lower edge, top and bottom of the lower lip."""

    top: Floats
    upper_edge: Floats
    lower_edge: Floats
    bottom: Floats


def lip_curves(x: Floats, opening_mm: float = 0.0, shift_mm: float = 0.0) -> LipCurves:
    """The lips at positions x (mm) with the mouth open by this much and the lower jaw shifted to the patient's left."""
    u = np.clip(np.abs(x) / MOUTH_HALF_MM, 0.0, 1.0)
    lower_u = np.clip(np.abs(x - 0.5 * shift_mm) / MOUTH_HALF_MM, 0.0, 1.0)
    line = MOUTH_Y_MM + 0.9 * (1.0 - u**2.0) + 0.7 * np.exp(-((x / 3.5) ** 2)) - 0.6 * np.exp(-(((np.abs(x) - 8.0) / 5.0) ** 2))
    bow = 1.1 * np.exp(-((x / 3.4) ** 2))
    arch, lower_arch = (1.0 - u**1.9) ** 0.95, (1.0 - lower_u**3.0) ** 0.9
    return LipCurves(
        top=line - UPPER_LIP_MM * arch + bow,
        upper_edge=line - 0.15 * opening_mm * (1.0 - u**2.0) ** 0.6,
        lower_edge=line + 0.85 * opening_mm * (1.0 - lower_u**2.0) ** 0.6,
        bottom=MOUTH_Y_MM + 0.4 * (1.0 - u**2.0) + (LOWER_LIP_MM + 0.85 * opening_mm) * lower_arch,
    )


def between(y: Floats, top: Floats, bottom: Floats, soft_mm: float) -> Floats:
    """Coverage 0-1 of the area between two curves, with an edge as soft as given."""
    return np.asarray(np.clip((y - top) / soft_mm + 0.5, 0.0, 1.0) * np.clip((bottom - y) / soft_mm + 0.5, 0.0, 1.0))


def paint_lips(image: Floats, scene: Scene, x: Floats, y: Floats, light: Floats, opening_mm: float = 0.0, shift_mm: float = 0.0) -> None:
    """Paint the lips into an image (h, w, 3) in 0-1 whose pixels lie at x, y (mm) and get this much light, in place."""
    pixel_mm = float(x[0, 1] - x[0, 0])
    soft_mm = max(1.3, pixel_mm)
    curves = lip_curves(x[0], opening_mm, shift_mm)
    red = np.asarray(appearance()["skin"][str(scene.skin_tone)]["lips"], np.float32)
    inside = (np.abs(x) < MOUTH_HALF_MM).astype(np.float32)
    upper = between(y, curves.top, curves.upper_edge, soft_mm) * inside
    lower = between(y, curves.lower_edge, curves.bottom, soft_mm) * inside
    shade = light[..., None]
    gloss = 0.16 * bell(x, y - curves.bottom, 0.5 * shift_mm, -5.8, 9.0, 1.7) - 0.10 * bell(x * 0.0, y - curves.bottom, 0.0, 0.0, 1.0, 1.6)
    tint(image, np.asarray(0.80 * upper), red * 0.92 * shade)
    tint(image, np.asarray(0.76 * lower), red * (1.05 + gloss)[..., None] * shade)
    _mouth_line(image, x, y, curves, inside, opening_mm)


def _mouth_line(image: Floats, x: Floats, y: Floats, curves: LipCurves, inside: Floats, opening_mm: float) -> None:
    """The line between closed lips, or the dark between open ones with a hint of the upper teeth."""
    pixel_mm = float(x[0, 1] - x[0, 0])
    middle = 0.5 * (curves.upper_edge + curves.lower_edge)
    half = np.maximum(0.45, 0.5 * (curves.lower_edge - curves.upper_edge))
    reach = smooth_step(np.asarray(anatomy.MOUTH_HALF_MM + 1.2 - np.abs(x)), 0.0, 2.0)
    dark = between(y, middle - half, middle + half, max(0.8, pixel_mm)) * reach
    tint(image, np.asarray((0.86 + 0.1 * min(1.0, 0.5 * opening_mm)) * dark), (0.08, 0.03, 0.03))
    depth = min(4.5, 0.6 * opening_mm)
    if depth > 0.0:
        teeth = (
            between(y, curves.upper_edge - 0.4, np.full_like(middle, anatomy.MOUTH_Y_MM + depth - 0.15 * opening_mm), max(0.8, pixel_mm))
            * dark
            * inside
        )
        tint(image, np.asarray(0.75 * teeth * (np.abs(x) < 0.72 * MOUTH_HALF_MM)), (0.76, 0.72, 0.66))
