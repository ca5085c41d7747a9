"""Pictures of a film: upright, sampled exactly, in true colours, whatever their pixel format."""

import math
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from spasmograph.io.video import Frame, index_video, read_video
from spasmograph.io.video.frame import make_frame
from spasmograph.io.video.geometry import make_geometry
from tests.films import film, numbered

IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def drawn(pixels: NDArray[np.uint8], pixel_format: str, *, codec: str = "h264") -> Frame:
    source = av.VideoFrame.from_ndarray(pixels, format=pixel_format)
    return make_frame(source, time_s=0.0, index=0, geometry=make_geometry(source.width, source.height), codec=codec)


def ramp(width: int, height: int, slope: int) -> NDArray[np.uint8]:
    return np.tile((np.arange(width) * slope).astype(np.uint8), (height, 1))


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_the_picture_stands_upright(tmp_path: Path, turn_deg: int) -> None:
    path = film(tmp_path / "turned.mp4", 3, rotation_deg=turn_deg, quality=5)
    frame = next(read_video(path))
    expected = np.rot90(next(numbered(1)), -turn_deg // 90)
    assert index_video(path).recording.rotation_deg == turn_deg
    assert (frame.height_px, frame.width_px) == expected.shape[:2]
    assert np.mean(np.abs(frame.to_rgb().astype(float) - expected)) < 2
    assert np.mean(np.abs(frame.sample(IDENTITY, 120) * 255 - expected[:120, :120])) < 2
    shown = expected.astype(float) @ [0.299, 0.587, 0.114] / 255
    assert np.mean(np.abs(frame.luma((10, 20, 90, 110)) - shown[20:110, 10:90])) < 0.01


@pytest.mark.parametrize(
    "pixel_format",
    [
        "yuv420p",
        "yuv422p",
        "yuv444p",
        "yuvj420p",
        "yuv420p10le",
        "yuv422p10le",
        "yuv444p12le",
        "yuva420p",
        "yuv410p",
        "yuv411p",
        "nv12",
        "nv21",
        "p010le",
        "gray",
        "gray10le",
        "rgb24",
        "bgr24",
        "rgba",
        "gbrp",
    ],
)
@pytest.mark.parametrize("size", [(160, 120), (161, 121), (90, 75)])
def test_every_pixel_format_shows_the_same_picture(pixel_format: str, size: tuple[int, int]) -> None:
    width, height = size
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([60 + x, 70 + y, 200 - x // 2 - y // 2], axis=-1).astype(np.uint8)
    source = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=pixel_format, threads=1)
    frame = make_frame(source, time_s=0.0, index=0, geometry=make_geometry(width, height), codec="h264")
    luma = pixels.astype(float) @ [0.299, 0.587, 0.114] / 255
    expected = np.repeat(luma[:, :, None], 3, axis=2) if "gray" in pixel_format else pixels / 255
    side = min(size)
    away = (slice(6, side - 6), slice(6, side - 6))
    assert np.max(np.abs(frame.sample(IDENTITY, side)[away] - expected[:side, :side][away])) < 0.02
    assert np.max(np.abs(frame.luma((0, 0, width, height)) - luma)) < 0.01
    assert np.max(np.abs(frame.to_rgb()[away] / 255 - expected[:side, :side][away])) < 0.02


@pytest.mark.parametrize("shift_px", [0.0, 0.25, 0.5, 17.375])
@pytest.mark.parametrize(("zoom", "slope"), [(0.5, 2), (1.0, 2), (1.5, 2), (2.0, 2), (3.0, 2), (4.0, 2), (6.0, 2)])
def test_a_patch_is_exact_between_pixels(zoom: float, slope: int, shift_px: float) -> None:
    frame = drawn(ramp(126, 120, slope), "gray")
    patch = frame.sample(np.array([[zoom, 0, 5 + shift_px], [0, zoom, 9]]), 12)
    x = 5 + shift_px + zoom * np.arange(12)
    assert np.allclose(patch[3, :, 1] * 255, slope * x, atol=0.05 * slope)


def test_detail_finer_than_the_patch_is_averaged_not_flickering() -> None:
    stripes = np.zeros((240, 240), dtype=np.uint8)
    stripes[:, ::2] = 200
    for shift_px in (0.0, 0.5, 1.0, 1.5):
        patch = drawn(stripes, "gray").sample(np.array([[4.0, 0, 20 + shift_px], [0, 4.0, 20]]), 48)
        assert np.allclose(patch * 255, 100, atol=1)


@pytest.mark.parametrize(("codec", "beside"), [("h264", 0.0), ("mjpeg", -0.25)])
def test_colour_is_taken_from_where_the_codec_puts_it(codec: str, beside: float) -> None:
    planes = np.full((96, 128), 128, dtype=np.uint8)
    planes[64:80] = np.tile(ramp(64, 1, 1).reshape(1, 64) + 96, (16, 2))
    frame = drawn(planes, "yuvj420p", codec=codec)
    blue = frame.sample(IDENTITY, 64)[30, 8:60, 2] * 255
    x = np.arange(8, 60)
    assert np.allclose(blue, 128 + 1.772 * (96 + x / 2 + beside - 128), atol=0.2)


@pytest.mark.parametrize("angle_deg", [-30.0, 5.0, 45.0])
@pytest.mark.parametrize("zoom", [0.7, 1.0, 1.8])
def test_a_patch_agrees_with_warping_the_whole_picture(tmp_path: Path, angle_deg: float, zoom: float) -> None:
    frame = next(read_video(film(tmp_path / "clip.mp4", 3)))
    turn, side = math.radians(angle_deg), 40
    rotation = zoom * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    matrix = np.column_stack([rotation, np.array([80.0, 70.0]) - rotation @ [side / 2, side / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    expected = cv2.warpAffine(frame.to_rgb().astype(np.float32) / 255, matrix, (side, side), flags=flags)
    patch = frame.sample(matrix, side)
    assert patch.dtype == np.float32
    assert np.mean(np.abs(patch - expected)) < 0.006


def test_outside_the_picture_is_black() -> None:
    white = drawn(np.full((40, 40), 255, dtype=np.uint8), "gray")
    patch = white.sample(np.array([[1.0, 0, -10], [0, 1.0, -10]]), 60)
    assert np.all(patch[10:50, 10:50] == 1)
    assert patch.sum() == pytest.approx(40 * 40 * 3)
    assert not np.any(white.sample(np.array([[1.0, 0, 500], [0, 1.0, -800]]), 16))
    quarter = white.sample(np.array([[1.0, 0, -0.75], [0, 1.0, 5]]), 8)
    assert np.allclose(quarter[:, 0], 0.25)


def test_outside_a_coloured_picture_is_black_too() -> None:
    green = np.zeros((60, 60, 3), dtype=np.uint8)
    green[:, :, 1] = 200
    source = av.VideoFrame.from_ndarray(green, format="rgb24").reformat(format="yuv420p")
    frame = make_frame(source, time_s=0.0, index=0, geometry=make_geometry(60, 60), codec="h264")
    patch = frame.sample(np.array([[1.0, 0, -20], [0, 1.0, 0]]), 60)
    assert not np.any(patch[:, :20])
    assert np.allclose(patch[:, 20:, 1], 200 / 255, atol=0.02)


@pytest.mark.parametrize(
    ("box_px", "shape"),
    [((0, 0, 64, 32), (32, 64)), ((-5, -5, 10, 500), (32, 10)), ((10.2, 3.9, 19.1, 5.0), (2, 10)), ((70, 0, 90, 9), (0, 0)), ((9, 9, 3, 3), (0, 0))],
)
def test_brightness_of_a_box_is_clipped_to_the_picture(box_px: tuple[float, float, float, float], shape: tuple[int, int]) -> None:
    luma = drawn(ramp(64, 32, 2), "gray").luma(box_px)
    assert luma.shape == shape
    if luma.size:
        left = max(0, math.floor(box_px[0]))
        assert np.allclose(luma[0] * 255, 2 * (left + np.arange(shape[1])))


def test_limited_range_is_stretched_to_black_and_white() -> None:
    planes = np.full((48, 32), 128, dtype=np.uint8)
    planes[:32, :16], planes[:32, 16:] = 16, 235
    patch = drawn(planes, "yuv420p").sample(IDENTITY, 32)
    assert np.allclose(patch[:, :16], 0, atol=1e-6)
    assert np.allclose(patch[:, 16:], 1, atol=1e-6)


def test_unstated_colours_follow_the_size_as_players_do() -> None:
    small, large = (
        (frame.picture.to_rgb[0, 2], frame.height_px) for frame in (drawn(np.zeros((h * 3 // 2, 64), np.uint8), "yuv420p") for h in (480, 720))
    )
    assert small[0] == pytest.approx(2 * (1 - 0.299) / 224)
    assert large[0] == pytest.approx(2 * (1 - 0.2126) / 224)
