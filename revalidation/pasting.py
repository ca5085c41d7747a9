"""Things pasted over a face in memory: a hand, a sheet, a strand of hair, a reflection in glasses; none of it is ever kept."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

_CANVAS_PX = 512
_SPAN = 4.0
_CHEEKS = (50, 280, 101, 330, 205, 425)
_EYES = (33, 263)


class Thing(StrEnum):
    """What lies over the face."""

    HAND = "hand"
    SHEET = "sheet"
    HAIR = "hair"
    REFLECTION = "reflection"


class Place(StrEnum):
    """Where its middle lies; the eye is the patient's right one."""

    EYE = "one eye"
    MOUTH = "mouth"
    CHEEK = "cheek"
    FOREHEAD = "forehead"


# From the middle between the outer corners of the eyes, in outer-canthal distances, to the patient's left and down.
_AT = {Place.EYE: (-0.33, 0.05), Place.MOUTH: (0.0, 0.85), Place.CHEEK: (-0.4, 0.5), Place.FOREHEAD: (-0.1, -0.35)}
# The side from which it comes.
_FROM = {Place.EYE: (-1.0, 0.9), Place.MOUTH: (-0.4, 1.6), Place.CHEEK: (-1.3, 0.6), Place.FOREHEAD: (-0.5, -1.4)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering:
    """One thing over a face: `width` in outer-canthal distances, and when it lies still; it takes `way_s` to come and to go."""

    thing: Thing
    place: Place
    width: float
    onset_s: float
    offset_s: float
    way_s: float = 0.3
    seed: int = 0

    def away(self, time_s: float) -> float:
        """How far off its place it is: 0 there, 1 and more outside."""
        return max(0.0, (self.onset_s - time_s) / self.way_s, (time_s - self.offset_s) / self.way_s)


def paste(picture: Pixels, points_px: Floats, covering: Covering, time_s: float) -> Pixels:
    """The picture (h, w, 3) with the thing over the face whose landmarks are `points_px` (478, 2); the picture itself where it is away."""
    import cv2

    away = covering.away(time_s)
    if away >= 1 or not np.isfinite(points_px).all():
        return picture
    skin = _skin(picture, points_px)
    colour, alpha = _drawn(covering, skin)
    matrix = _placed(points_px, covering, away)
    size = (picture.shape[1], picture.shape[0])
    over = cv2.warpAffine(np.dstack([colour * alpha[..., None], alpha]).astype(np.float32), matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(np.clip(np.rint(picture * (1 - over[..., 3:]) + over[..., :3]), 0, 255), np.uint8)


def _placed(points_px: Floats, covering: Covering, away: float) -> Floats:
    """(2, 3) from the canvas to the picture."""
    right, left = (points_px[i] for i in _EYES)
    axis = left - right
    across = np.array([-axis[1], axis[0]])
    at = np.asarray(_AT[covering.place]) + away * np.asarray(_FROM[covering.place])
    centre = (right + left) / 2 + at[0] * axis + at[1] * across
    linear = np.column_stack([axis, across]) * (_SPAN / _CANVAS_PX)
    return np.column_stack([linear, centre - linear @ np.full(2, _CANVAS_PX / 2)])


def _skin(picture: Pixels, points_px: Floats) -> Floats:
    """The colour (3,) of the cheeks."""
    x, y = np.clip(np.rint(points_px[list(_CHEEKS)]).astype(int), 0, np.array([picture.shape[1], picture.shape[0]]) - 1).T
    return np.asarray(np.median(picture[y, x], axis=0), np.float64)


def _drawn(covering: Covering, skin: Floats) -> tuple[Floats, Floats]:
    """Colour (s, s, 3) and coverage (s, s) on a canvas of `_SPAN` outer-canthal distances."""
    draw = {Thing.HAND: _hand, Thing.SHEET: _sheet, Thing.HAIR: _hair, Thing.REFLECTION: _reflection}[covering.thing]
    return draw(covering.width * _CANVAS_PX / _SPAN, skin, np.random.default_rng(covering.seed))


def _canvas() -> NDArray[np.float32]:
    return np.zeros((_CANVAS_PX, _CANVAS_PX), np.float32)


def _soft(mask: NDArray[np.float32], sigma: float) -> Floats:
    import cv2

    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float64)


def _hand(width: float, skin: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Four fingers side by side and the palm that they come from; a little lighter or darker and redder or yellower than the face."""
    import cv2

    mask, creases = _canvas(), _canvas()
    middle, finger = _CANVAS_PX / 2, width / 4
    for k in range(4):
        x = middle + (k - 1.5) * finger
        top = middle - width * (0.45 + 0.12 * float(np.sin(1 + k)))
        tip = (round(x + 0.1 * finger * (k - 1.5)), round(top))
        cv2.line(mask, tip, (round(x), round(middle + width * 0.5)), 1.0, max(1, round(0.95 * finger)), cv2.LINE_AA)
        beside = round(x + finger / 2)
        cv2.line(creases, (beside, round(top + 0.3 * finger)), (beside, round(middle + width * 0.35)), 1.0, max(1, round(finger / 8)), cv2.LINE_AA)
    cv2.ellipse(mask, (round(middle), round(middle + width * 0.85)), (round(0.55 * width), round(0.6 * width)), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    gain, warm = random.uniform(0.8, 1.1), random.uniform(-0.08, 0.08)
    tone = np.clip(skin * gain * np.exp([warm / 2, -warm / 2, -warm / 2]), 0, 255)
    rim = np.clip(_soft(mask, max(1.0, finger / 4)), 0, 1)
    shade = (0.6 + 0.4 * rim) * (1 - 0.45 * _soft(creases, 0.8))
    return tone * shade[..., None], _soft(mask, 0.7)


def _sheet(width: float, skin: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """A plain sheet, a tissue or a card, as light as the light on the face lets it be."""
    import cv2

    mask = _canvas()
    middle = _CANVAS_PX / 2
    box = ((middle, middle), (width, 1.2 * width), random.uniform(-25, 25))
    cv2.fillConvexPoly(mask, np.rint(cv2.boxPoints(box)).astype(np.int32), 1.0, cv2.LINE_AA)
    light = min(255.0, float(skin.max()) * 1.25)
    slope = np.linspace(1.0, 0.85, _CANVAS_PX)[:, None, None]
    return light * slope * random.uniform(0.85, 1.0, 3) * np.ones((_CANVAS_PX, _CANVAS_PX, 1)), _soft(mask, 0.7)


def _hair(width: float, skin: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """A strand of dark hairs that hangs down, with the skin seen between them."""
    import cv2

    mask = _canvas()
    middle = _CANVAS_PX / 2
    for start in random.uniform(-0.5, 0.5, 40):
        sway = random.uniform(-0.15, 0.15, 3).cumsum()
        line = [(middle + width * (start + s), middle + width * y) for s, y in zip((0.0, *sway), (-1.2, -0.4, 0.4, 1.2), strict=True)]
        cv2.polylines(mask, [np.rint(np.array(line)).astype(np.int32)], False, 0.9, max(1, round(width / 40)), cv2.LINE_AA)
    return np.broadcast_to(skin * [0.28, 0.24, 0.22], (_CANVAS_PX, _CANVAS_PX, 3)), _soft(mask, 0.6)


def _reflection(width: float, skin: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """A window mirrored in a lens: bright, soft at its border, with something seen through it."""
    import cv2

    mask = _canvas()
    middle = _CANVAS_PX / 2
    box = ((middle, middle), (width, 0.6 * width), random.uniform(-15, 15))
    cv2.fillConvexPoly(mask, np.rint(cv2.boxPoints(box)).astype(np.int32), 0.85, cv2.LINE_AA)
    light = min(255.0, float(skin.max()) * 1.4)
    return np.full((_CANVAS_PX, _CANVAS_PX, 3), light) * [0.95, 0.98, 1.0], _soft(mask, 1.5)
