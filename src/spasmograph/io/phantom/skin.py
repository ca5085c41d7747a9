"""The face at rest, painted once: skin in its light, brows, lips, nostrils, folds, ears and hair; the eyes come later."""

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.phantom import anatomy
from spasmograph.io.phantom.anatomy import bell, smooth_step, texture_grid
from spasmograph.io.phantom.mouth import paint_lips
from spasmograph.io.phantom.paint import Bytes, Points, both_sides, filled, rounded, stroked, strokes, tint
from spasmograph.io.phantom.scene import Hair, Scene, appearance
from spasmograph.model import Floats

OVERSAMPLING = 1.4
_WRINKLE_SEED = 3
NASOLABIAL_FOLD_MM = ((19.0, 38.0), (24.5, 45.0), (30.0, 55.0), (32.5, 66.0), (32.0, 72.0))


def texture_px_per_mm(scene: Scene) -> float:
    """Resolution of the face's texture: a little finer than the picture."""
    return OVERSAMPLING * scene.px_per_mm


def colour(scene: Scene, part: str) -> NDArray[np.float32]:
    """A colour of this skin tone, red, green, blue in 0-1."""
    return np.asarray(appearance()["skin"][str(scene.skin_tone)][part], np.float32)


def shading(scene: Scene, x: Floats, y: Floats, relief_share: float = 1.0) -> NDArray[np.float32]:
    """Light on the surface: about 1 for skin that faces the light."""
    light = appearance()["light"][scene.light]
    height = anatomy.lit_surface(x, y, relief_share)
    step = float(x[0, 1] - x[0, 0])
    slope_y, slope_x = np.gradient(height, step)
    normal = np.stack([-slope_x, -slope_y, np.ones_like(slope_x)]) / np.sqrt(1.0 + slope_x**2 + slope_y**2)
    towards = np.asarray(light["direction"]) / np.linalg.norm(light["direction"])
    direct = np.clip(np.tensordot(towards, normal, axes=1), -0.2, 1.0)
    return np.asarray(light["ambient"] + light["direct"] * np.maximum(direct, 0.15 * direct), np.float32)


def _blush(image: Floats, x: Floats, y: Floats, rgb: NDArray[np.float32]) -> None:
    """Redder cheeks, nose and chin."""
    cheeks = bell(np.abs(x), y, 40.0, 33.0, 15.0, 12.0)
    tint(image, np.asarray(0.34 * cheeks + 0.32 * bell(x, y, 0.0, 37.0, 10.0, 8.0) + 0.16 * bell(x, y, 0.0, 98.0, 14.0, 9.0)), rgb)


def _soft_shadows(image: Floats, x: Floats, y: Floats) -> None:
    """Places that light does not reach: eye sockets, beside and below the nose, below the lip, below the brow."""
    side = np.abs(x)
    depth = 0.12 * bell(side, y, 30.0, -10.5, 15.0, 4.0) + 0.10 * bell(side, y, 14.5, -3.0, 5.0, 8.0) + 0.10 * bell(side, y, 31.0, 11.5, 13.0, 3.5)
    depth += 0.18 * bell(x, y, 0.0, 48.5, 11.0, 2.6) + 0.16 * bell(side, y, 19.5, 40.0, 2.6, 5.0) + 0.16 * bell(x, y, 0.0, 82.5, 13.0, 3.0)
    depth += 0.05 * bell(x, y, 0.0, 54.0, 2.0, 6.0) + 0.07 * bell(side, y, 9.5, 18.0, 4.0, 14.0)
    image *= (1.0 - np.clip(depth, 0.0, 0.6))[..., None]


def fold_mask(shape: tuple[int, ...], scale: float, line_mm: Points = NASOLABIAL_FOLD_MM) -> NDArray[np.float32]:
    """A fold on both sides of the face, as coverage 0-1; by default the one from the nose to the mouth corner."""
    left = stroked(shape, line_mm, scale, width_mm=1.6, soft_mm=1.3)
    return np.asarray(np.maximum(left, left[:, ::-1]), np.float32)


def _nostrils(image: Floats, scale: float, dark: NDArray[np.float32]) -> None:
    """Nostrils and the edges of the nose."""
    angle = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    wing = stroked(image.shape, ((17.0, 34.5), (18.3, 39.0), (16.5, 43.8), (13.0, 44.6)), scale, width_mm=1.0, soft_mm=0.8)
    tint(image, np.asarray(0.4 * np.maximum(wing, wing[:, ::-1])), dark)
    for side in (-1.0, 1.0):
        hole = [(float(side * 7.6 + 3.5 * np.cos(a)), float(44.3 + 1.5 * np.sin(a) - 0.5 * np.cos(a) * side)) for a in angle]
        tint(image, np.asarray(0.8 * filled(image.shape, hole, scale, soft_mm=0.45)), 0.45 * dark)


def _brow_hairs(random: np.random.Generator) -> list[Points]:
    """Strokes of the patient's left brow, each from root to tip."""
    hairs: list[Points] = []
    for along in np.sort(random.uniform(0.0, 1.0, 260)):
        middle = anatomy.BROW_Y_MM + 1.2 - 5.5 * np.sin(np.pi * min(1.0, float(along) * 0.78)) + 3.0 * max(0.0, float(along) - 0.62) * 4.0
        thick = 2.9 * (1.0 - 0.62 * along) * min(1.0, 0.45 + 5.0 * along)
        x, y = 11.5 + 38.0 * along, middle + thick * random.uniform(-1.0, 1.0)
        lift = 1.1 - 1.25 * along
        hairs.append(((x, y), (x + 3.0 + random.uniform(-0.6, 0.6), y - 3.2 * lift + random.uniform(-0.5, 0.5))))
    return hairs


def _brows(image: Floats, scale: float, rgb: NDArray[np.float32]) -> None:
    """Two brows of many hairs, mirror images of each other."""
    import cv2

    hairs = strokes(image.shape, _brow_hairs(np.random.default_rng(_WRINKLE_SEED)), scale, width_mm=0.55)
    soft = cv2.GaussianBlur(hairs, (0, 0), 0.35 * scale)
    body = cv2.GaussianBlur(soft, (0, 0), 1.2 * scale)
    cover = np.clip(0.62 * soft + 0.30 * body, 0.0, 0.82)
    tint(image, np.asarray(np.maximum(cover, cover[:, ::-1])), rgb)


def _strands(x: Floats, y: Floats) -> NDArray[np.float32]:
    """Light and dark strands of hair that run from a parting backwards and down, about 1."""
    import cv2

    random = np.random.default_rng(_WRINKLE_SEED)
    flow = np.arctan2(x - 20.0, -(y + 30.0)) + 0.004 * (y + 90.0) * np.sign(x - 20.0)
    total = np.ones_like(x)
    for smooth, weight in ((9.0, 0.16), (2.2, 0.10), (0.9, 0.07)):
        noise = cv2.GaussianBlur(random.normal(0.0, 1.0, (1, 1440)).astype(np.float32), (0, 0), smooth)[0]
        total += weight * np.interp(flow, np.linspace(-4.5, 4.5, 1440), noise / noise.std())
    gloss = 0.40 * np.exp(-0.5 * ((np.hypot(x, 0.9 * (y + 30.0)) - 74.0) / 9.0) ** 2)
    parting = 0.35 * np.exp(-0.5 * ((x - 20.0 - 0.12 * (y + 90.0)) / 1.0) ** 2) * (y < -80.0)
    return np.asarray(np.clip(total, 0.45, 1.6) * (1.0 + gloss) - parting, np.float32)


def _ears(image: Floats, alpha: Floats, scene: Scene, scale: float, skin: Floats) -> None:
    """Two ears behind the face."""
    ear = filled(image.shape, rounded(anatomy.EAR_MM), scale)
    inner = stroked(image.shape, ((75.0, -5.0), (76.0, 4.0), (73.5, 18.0), (71.0, 28.0)), scale, width_mm=1.6, soft_mm=1.0)
    ear, inner = np.maximum(ear, ear[:, ::-1]), np.maximum(inner, inner[:, ::-1])
    tint(image, ear, 0.80 * skin)
    tint(image, np.asarray(0.5 * inner * ear), 0.5 * colour(scene, "blush"))
    np.maximum(alpha, ear, out=alpha)


def _hair(image: Floats, alpha: Floats, scene: Scene, scale: float, light: Floats) -> None:
    """Hair over the top of the head and, if long, down its sides."""
    if scene.hair is Hair.BALD:
        return
    outer: Points = anatomy.HAIR_OUTER_MM
    line: Points = anatomy.HAIRLINE_MM
    if scene.hair is Hair.LONG:
        outer, line = anatomy.LONG_HAIR_OUTER_MM, anatomy.LONG_HAIRLINE_MM
    cover = filled(image.shape, both_sides(outer), scale)
    face = [*rounded(line[::-1]), (line[0][0], 140.0)]
    inside = filled(image.shape, [*face, *((-x, y) for x, y in reversed(face))], scale, soft_mm=1.8)
    x, y = texture_grid(scale)
    fade = 1.0 if scene.hair is Hair.LONG else 1.0 - smooth_step(y, -2.0, 13.0)
    cover = np.asarray(cover * (1.0 - inside) * fade, np.float32)
    rgb = colour(scene, "hair") * (light * _strands(x, y))[..., None]
    tint(image, cover, rgb)
    np.maximum(alpha, cover, out=alpha)


def _grain(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The unevenness of skin, the same on both sides, about 0."""
    import cv2

    random = np.random.default_rng(_WRINKLE_SEED)
    rough = cv2.GaussianBlur(random.normal(0.0, 1.0, (520, 392)).astype(np.float32), (0, 0), 1.0)
    wide = cv2.resize(rough / rough.std(), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(0.5 * (wide + wide[:, ::-1]), np.float32)


def face_at_rest(scene: Scene, *, lips: bool = True) -> tuple[Bytes, Bytes]:
    """The texture of the face without eyes: RGB (h, w, 3), premultiplied, and coverage (h, w), both 0-255; the lips are closed, or left out."""
    scale = texture_px_per_mm(scene)
    x, y = texture_grid(scale)
    light = shading(scene, x, y)
    image = np.empty((*x.shape, 3), np.float32)
    image[:] = colour(scene, "base")
    _blush(image, x, y, colour(scene, "blush"))
    image *= (light + 0.012 * _grain(x.shape))[..., None]
    _soft_shadows(image, x, y)
    dark = 0.5 * colour(scene, "blush")
    tint(image, np.asarray(0.20 * fold_mask(x.shape, scale)), dark)
    _nostrils(image, scale, dark)
    if lips:
        paint_lips(image, scene, x, y, light)
    behind, alpha = np.zeros_like(image), np.zeros(x.shape, np.float32)
    _ears(behind, alpha, scene, scale, colour(scene, "base") * light[..., None])
    face = filled(image.shape, both_sides(anatomy.FACE_OUTLINE_MM), scale)
    tint(behind, face, image)
    np.maximum(alpha, face, out=alpha)
    _brows(behind, scale, 0.9 * colour(scene, "hair"))
    _hair(behind, alpha, scene, scale, light)
    gain = float(appearance()["light"][scene.light]["gain"])
    rgb = np.clip(behind * (255.0 * gain), 0.0, 255.0)
    return np.rint(rgb).astype(np.uint8), np.rint(alpha * 255.0).astype(np.uint8)
