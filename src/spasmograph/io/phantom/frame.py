"""One picture: the face at rest, what moves, the eyes, the glasses, the pose, and the camera."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.phantom import anatomy
from spasmograph.io.phantom.eyes import eye_layer, patch_slices
from spasmograph.io.phantom.mouth import paint_lips
from spasmograph.io.phantom.paint import Bytes, stroked, tint
from spasmograph.io.phantom.pose import at_rest, look_up, shift_px
from spasmograph.io.phantom.scene import Hair, Scene, appearance
from spasmograph.io.phantom.skin import colour, face_at_rest, shading, texture_px_per_mm
from spasmograph.io.phantom.tissue import JAW, drag, jaw_field, move_side
from spasmograph.script import OPEN_FISSURE_MM
from spasmograph.terms import Side

State = Mapping[str, float]
_NOISE_TILE_PX = 64
_NOISE_SEED = 5
_TICKS_PER_S = 1000


def draw_frame(scene: Scene, state: State) -> Bytes:
    """The picture (height, width, 3) in RGB at one moment; `state` holds the script's true signals at that time, and `time_s` for the noise."""
    picture = _background(scene).copy()
    _lay_head(picture, scene, _moved_face(scene, state), _pose(scene, state))
    return _through_camera(picture, scene, state.get("time_s", 0.0))


def _pose(scene: Scene, state: State) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees: the scene's and the script's."""
    yaw, pitch, roll = at_rest(scene)
    return (yaw + state["head_yaw_deg"], pitch + state["head_pitch_deg"], roll + state["head_roll_deg"])


@lru_cache(maxsize=4)
def _rest_texture(scene: Scene, *, lips: bool) -> Bytes:
    """The texture of the face without eyes as RGBA, 0-255."""
    return np.dstack(face_at_rest(scene, lips=lips))


def _moved_face(scene: Scene, state: State) -> Bytes:
    """The texture with everything where the script puts it."""
    scale = texture_px_per_mm(scene)
    canvas = _rest_texture(scene, lips=True).copy()
    if state["mouth_opening_mm"] or state["jaw_shift_mm"]:
        _open_mouth(canvas, scene, state["mouth_opening_mm"], state["jaw_shift_mm"])
    for side in (Side.LEFT, Side.RIGHT):
        move_side(canvas, state, side, scale)
    for side in (Side.LEFT, Side.RIGHT):
        fissure = state[f"palpebral_fissure_height_{side}_mm"] / OPEN_FISSURE_MM
        paint, clear = eye_layer(scene, side, float(fissure), float(state[f"eye_closure_{side}"]), float(state["gaze_down_deg"]))
        at = patch_slices(side, scale)
        canvas[at][..., :3] = np.rint(canvas[at][..., :3] * clear + paint).astype(np.uint8)
    if scene.glasses:
        _put_on_glasses(canvas, scene)
    return canvas


def _open_mouth(canvas: Bytes, scene: Scene, opening_mm: float, shift_mm: float) -> None:
    """Lower and shift the jaw and paint the open mouth, in place."""
    scale = texture_px_per_mm(scene)
    drag(canvas, _rest_texture(scene, lips=False), jaw_field(opening_mm, shift_mm), JAW, Side.LEFT, scale)
    rows, columns, x, y, light = _mouth_patch(scene)
    gain = 255.0 * float(appearance()["light"][scene.light]["gain"])
    image = canvas[rows, columns, :3].astype(np.float32) / gain
    paint_lips(image, scene, x, y, light, opening_mm, shift_mm)
    canvas[rows, columns, :3] = np.rint(np.clip(image * gain, 0.0, 255.0)).astype(np.uint8)


@lru_cache(maxsize=4)
def _mouth_patch(scene: Scene) -> tuple[slice, slice, NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Rows, columns, positions (mm) and light of the part of the texture that the mouth can cover."""
    scale = texture_px_per_mm(scene)
    x, y = anatomy.texture_grid(scale)
    light = shading(scene, x, y)
    rows = slice(round((54.0 - anatomy.TEXTURE_TOP_MM) * scale), round((118.0 - anatomy.TEXTURE_TOP_MM) * scale))
    columns = slice(round((-32.0 - anatomy.TEXTURE_LEFT_MM) * scale), round((32.0 - anatomy.TEXTURE_LEFT_MM) * scale))
    return rows, columns, x[rows, columns], y[rows, columns], light[rows, columns]


def _put_on_glasses(canvas: Bytes, scene: Scene) -> None:
    """Lay the frame of the glasses over the face, in place."""
    paint, clear, rows = _glasses(scene)
    canvas[rows, :, :3] = np.rint(canvas[rows, :, :3] * clear + paint).astype(np.uint8)


@lru_cache(maxsize=4)
def _glasses(scene: Scene) -> tuple[NDArray[np.float32], NDArray[np.float32], slice]:
    """The frame of the glasses: premultiplied RGB in 0-255, what shines through 0-1, and its rows in the texture."""
    scale = texture_px_per_mm(scene)
    x, _ = anatomy.texture_grid(scale)
    corner = np.linspace(0.0, 2.0 * np.pi, 60)
    rounded = np.sign(np.cos(corner)) * np.abs(np.cos(corner)) ** 0.55, np.sign(np.sin(corner)) * np.abs(np.sin(corner)) ** 0.6
    rim = [(float(33.5 + 27.5 * u), float(4.5 + 20.0 * v)) for u, v in zip(*rounded, strict=True)]
    lines = (rim, [(60.0, -6.0), (72.0, -4.0), (76.0, -2.0)])
    half = np.maximum.reduce([stroked(x.shape, line, scale, width_mm=1.6, soft_mm=0.25) for line in lines])
    bridge = stroked(x.shape, [(-7.0, -3.0), (-3.0, -6.0), (3.0, -6.0), (7.0, -3.0)], scale, width_mm=1.6, soft_mm=0.25)
    cover = np.clip(np.maximum(np.maximum(half, half[:, ::-1]), bridge), 0.0, 1.0) * 0.95
    rows = slice(round((-24.0 - anatomy.TEXTURE_TOP_MM) * scale), round((30.0 - anatomy.TEXTURE_TOP_MM) * scale))
    gain = 255.0 * float(appearance()["light"][scene.light]["gain"])
    cover = cover[rows, :, None]
    return np.asarray(cover * np.array([0.13, 0.11, 0.11]) * gain, np.float32), np.asarray(1.0 - cover, np.float32), rows


def _lay_head(picture: Bytes, scene: Scene, texture: Bytes, pose_deg: tuple[float, float, float]) -> None:
    """Turn the head and lay it over the background, in place."""
    import cv2

    box, columns, rows = look_up(scene, pose_deg, texture_px_per_mm(scene))
    head = cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0))
    alpha = head[..., 3]
    clear = cv2.merge([255 - alpha] * 3)
    behind = cv2.multiply(picture[box], clear, scale=1.0 / 255.0)
    picture[box] = cv2.add(behind, cv2.cvtColor(head, cv2.COLOR_RGBA2RGB))


@lru_cache(maxsize=4)
def _background(scene: Scene) -> Bytes:
    """The wall, hair behind the head, neck and shoulders; they stay still when the head moves."""
    import cv2

    light = appearance()["light"][scene.light]
    height, width = scene.height_px, scene.width_px
    image = np.empty((height, width, 3), np.float32)
    fall = np.linspace(1.04, 0.90, height, dtype=np.float32)[:, None] * np.linspace(0.97, 1.03, width, dtype=np.float32)[None, :]
    image[:] = np.asarray(scene.background, np.float32) / 255.0 * fall[..., None]
    where = shift_px(scene)
    scale = scene.px_per_mm
    x = ((np.arange(width) + 0.5 - where[0]) / scale)[None, :].astype(np.float32)
    y = ((np.arange(height) + 0.5 - where[1]) / scale)[:, None].astype(np.float32)
    soft = 1.2 / scale
    _paint_body(image, scene, np.broadcast_to(x, (height, width)), np.broadcast_to(y, (height, width)), soft)
    gain = 255.0 * float(light["gain"])
    soft_image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.6), np.float32)
    return np.asarray(np.rint(np.clip(soft_image * gain, 0.0, 255.0)), np.uint8)


def _paint_body(image: NDArray[np.float32], scene: Scene, x: NDArray[np.float32], y: NDArray[np.float32], soft: float) -> None:
    """Neck and shoulders, in place; x and y are mm from between the eyes."""
    side = np.abs(x)
    if scene.hair is Hair.LONG:
        ball = 1.0 - (side / 74.0) ** 4 - ((y - 40.0) / 105.0) ** 4
        tint(image, np.asarray(np.clip(60.0 * ball / (3.0 * soft), 0.0, 1.0)), 0.6 * colour(scene, "hair"))
    neck_half = 47.0 + 12.0 * np.clip((y - 108.0) / 32.0, 0.0, 1.6) ** 2 - 26.0 * np.clip((96.0 - y) / 34.0, 0.0, 1.3) ** 2
    shade = np.clip(0.62 + 0.30 * np.clip((y - 112.0) / 40.0, 0.0, 1.0) - 0.22 * (side / 60.0) ** 2, 0.2, 1.0)
    neck = np.clip((neck_half - side) / soft, 0.0, 1.0) * np.clip((y - 60.0) / soft, 0.0, 1.0)
    tint(image, np.asarray(neck), colour(scene, "base") * shade[..., None])
    shoulder = 136.0 + 46.0 * np.clip((side - 44.0) / 110.0, 0.0, None) ** 1.5 + 26.0 * np.exp(-((side / 36.0) ** 4))
    folds = 1.0 - 0.12 * np.clip((side - 60.0) / 120.0, 0.0, 1.0)
    tint(image, np.asarray(np.clip((y - shoulder) / soft, 0.0, 1.0)), np.array([0.25, 0.34, 0.42]) * folds[..., None])


@lru_cache(maxsize=2)
def _noise(scene: Scene) -> NDArray[np.int16]:
    """The sensor's noise over a little more than the picture, so that it can be shifted from frame to frame."""
    random = np.random.default_rng(_NOISE_SEED)
    shape = (scene.height_px + _NOISE_TILE_PX, scene.width_px + _NOISE_TILE_PX, 3)
    return np.rint(random.normal(0.0, 255.0 * scene.noise, shape)).astype(np.int16)


def _through_camera(picture: Bytes, scene: Scene, time_s: float) -> Bytes:
    """Blur and noise of the camera."""
    import cv2

    if scene.blur_px:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), scene.blur_px), np.uint8)
    if not scene.noise:
        return picture
    down, right = np.random.default_rng([_NOISE_SEED, round(abs(time_s) * _TICKS_PER_S)]).integers(0, _NOISE_TILE_PX, 2)
    noise = _noise(scene)[down : down + scene.height_px, right : right + scene.width_px]
    return np.asarray(cv2.add(picture, noise, dtype=cv2.CV_8U), np.uint8)
