"""A decoded picture as its planes: brightness and colour as stored, and the matrix that turns them into red, green and blue."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.video.geometry import Affine

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.plane import VideoPlane

# Weights of red and blue in brightness (ITU-R BT.709, BT.601, BT.2020, SMPTE 240M, FCC), by the number the stream states.
_WEIGHTS = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}
_HD_HEIGHT_PX = 577
_HD_WIDTH_PX = 1280
_FULL_RANGE, _LIMITED_RANGE = 2, 1
# Where the three values of a pixel lie: plane, place among the values that alternate in it, and how many do.
_PLACES = {
    "gray": ((0, 0, 1),),
    "rgb": ((0, 0, 3), (0, 1, 3), (0, 2, 3)),
    "nv": ((0, 0, 1), (1, 0, 2), (1, 1, 2)),
    "yuv": ((0, 0, 1), (1, 0, 1), (2, 0, 1)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a pixel format lies in memory: its family, how many luma pixels share one colour pixel across and down, bits and unit of a value."""

    family: str
    across: int = 1
    down: int = 1
    bits: int = 8
    unit: int = 1


_LAYOUTS = {
    "gray": Layout(family="gray"),
    "gray10le": Layout(family="gray", bits=10),
    "gray12le": Layout(family="gray", bits=12),
    "rgb24": Layout(family="rgb"),
    "nv12": Layout(family="nv", across=2, down=2),
    "p010le": Layout(family="nv", across=2, down=2, bits=10, unit=64),
    **{
        f"{name}{shape}p{suffix}": Layout(family="yuv", across=across, down=down, bits=bits)
        for shape, across, down in (("420", 2, 2), ("422", 2, 1), ("444", 1, 1))
        for name, suffix, bits in (("yuv", "", 8), ("yuvj", "", 8), ("yuva", "", 8), ("yuv", "10le", 10), ("yuv", "12le", 12))
    },
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane:
    """Stored values (h, w); `from_luma` (2, 3) maps luma pixels to this plane's."""

    pixels: NDArray[Any]
    from_luma: Affine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Place:
    """Where one of a pixel's values lies: number of the stored plane, kind of value, and offset and step in bytes."""

    number: int
    kind: np.dtype[Any]
    offset: int
    step: int
    from_luma: Affine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kind:
    """What pictures of one kind have in common."""

    places: tuple[_Place, ...]
    to_rgb: Affine
    luma_weights: Affine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """The planes of one stored picture, and `to_rgb` (3, 4): red, green, blue of 0–1 from the stored values."""

    planes: tuple[Plane, ...]
    to_rgb: Affine
    luma_weights: Affine
    source: "VideoFrame"

    @classmethod
    def of(cls, source: "VideoFrame", *, codec: str) -> Self:
        """The planes of a decoded picture, looked at in place; a rare pixel format is first converted to a common one."""
        source = source if source.format.name in _LAYOUTS else _common(source)
        kind = _kind(source.format.name, source.color_range, source.colorspace, source.width, source.height, codec)
        stored = source.planes
        planes = tuple(Plane(pixels=_array(stored[place.number], place), from_luma=place.from_luma) for place in kind.places)
        return cls(planes=planes, to_rgb=kind.to_rgb, luma_weights=kind.luma_weights, source=source)

    @property
    def width_px(self) -> int:
        """Width of the stored picture in pixels."""
        return self.source.width

    @property
    def height_px(self) -> int:
        """Height of the stored picture in pixels."""
        return self.source.height

    @property
    def luma_planes(self) -> tuple[Plane, ...]:
        """The planes that brightness is made of: the first, or red, green and blue."""
        return self.planes[: self.luma_weights.shape[1] - 1]

    def luma_of(self, patches: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Brightness of 0–1 from patches of `luma_planes`."""
        import cv2

        return within_0_1(cv2.transform(cv2.merge(patches), self.luma_weights))

    def whole_rgb(self) -> NDArray[np.uint8]:
        """The whole stored picture as (h, w, 3) of 0–255."""
        rgb = self.source.reformat(format="rgb24", threads=1, src_colorspace=_space(self.source.colorspace, self.width_px, self.height_px))
        return np.asarray(rgb.to_ndarray(), dtype=np.uint8)


def _common(source: "VideoFrame") -> "VideoFrame":
    is_rgb = source.format.is_rgb or source.format.has_palette
    # With several threads libswscale 9 writes over the first pixels of some rows of odd width.
    return source.reformat(format="rgb24" if is_rgb else "yuv444p", threads=1)


def _space(stated: int, width_px: int, height_px: int) -> int:
    if stated in _WEIGHTS:
        return stated
    return 1 if height_px >= _HD_HEIGHT_PX or width_px >= _HD_WIDTH_PX else 5


def within_0_1(values: NDArray[Any]) -> NDArray[np.float32]:
    """The values, in place, cut to 0–1; numpy's own clip takes ten times as long where values really leave the range."""
    import cv2

    cv2.threshold(values, 1.0, 0.0, cv2.THRESH_TRUNC, dst=values)
    cv2.threshold(values, 0.0, 0.0, cv2.THRESH_TOZERO, dst=values)
    return np.asarray(values, dtype=np.float32)


def _array(plane: "VideoPlane", place: _Place) -> NDArray[Any]:
    """One value of every pixel of a plane, where they lie in memory."""
    strides = (plane.line_size, place.step)
    return np.ndarray((plane.height, plane.width), dtype=place.kind, buffer=memoryview(plane), offset=place.offset, strides=strides)


@lru_cache(maxsize=32)
def _kind(name: str, color_range: int, space: int, width_px: int, height_px: int, codec: str) -> _Kind:
    """How to read pictures that say this of themselves, which all pictures of a film do alike."""
    layout = _LAYOUTS[name]
    gray = layout.family == "gray" and color_range != _LIMITED_RANGE
    full = color_range == _FULL_RANGE or name.startswith("yuvj") or gray
    to_rgb, luma_weights = _matrices(layout, _space(space, width_px, height_px), full=full)
    return _Kind(places=_places(layout, centred=codec in {"mjpeg", "mpeg1video"}), to_rgb=to_rgb, luma_weights=luma_weights)


def _places(layout: Layout, *, centred: bool) -> tuple[_Place, ...]:
    kind = np.dtype(np.uint16 if layout.bits > 8 else np.uint8)  # noqa: PLR2004
    same, shared = _siting(1, 1, centred=False), _siting(layout.across, layout.down, centred=centred)
    return tuple(
        _Place(
            number=number,
            kind=kind,
            offset=offset * kind.itemsize,
            step=channels * kind.itemsize,
            from_luma=same if (number, offset, channels) == (0, 0, 1) else shared,
        )
        for number, offset, channels in _PLACES[layout.family]
    )


@lru_cache(maxsize=32)
def _siting(across: int, down: int, *, centred: bool) -> Affine:
    # MPEG-2 and later put a colour pixel level with the left one of two luma pixels; JPEG and MPEG-1 put it midway. Down it lies midway in both.
    beside = -0.25 if centred and across > 1 else 0.0
    below = -0.25 if down > 1 else 0.0
    matrix = np.array([[1 / across, 0.0, beside], [0.0, 1 / down, below]])
    matrix.setflags(write=False)
    return matrix


def _levels(layout: Layout, *, full: bool) -> tuple[float, float]:
    """The stored values of black and of no colour."""
    step = layout.unit * 2.0 ** (layout.bits - 8)
    return (0.0 if full or layout.family == "rgb" else 16 * step), 128 * step


@lru_cache(maxsize=32)
def _matrices(layout: Layout, space: int, *, full: bool) -> tuple[Affine, Affine]:
    """The (3, 4) matrix from stored values to red, green and blue, and the (1, n) one to brightness."""
    red, blue = _WEIGHTS[space]
    black, neutral = _levels(layout, full=full)
    if layout.family == "rgb":
        return np.eye(3, 4) / 255, np.array([[red, 1 - red - blue, blue, 0.0]]) / 255
    top = layout.unit * (2.0**layout.bits - 1)
    step = layout.unit * 2.0 ** (layout.bits - 8)
    bright, colour = (1 / top, 1 / top) if full else (1 / (219 * step), 1 / (224 * step))
    luma = np.array([[bright, -black * bright]])
    if layout.family == "gray":
        return np.repeat(luma, 3, axis=0), luma
    green = 1 - red - blue
    mix = np.array(
        [
            [bright, 0.0, 2 * (1 - red) * colour],
            [bright, -2 * (1 - blue) * blue / green * colour, -2 * (1 - red) * red / green * colour],
            [bright, 2 * (1 - blue) * colour, 0.0],
        ]
    )
    return np.column_stack([mix, -mix @ np.array([black, neutral, neutral])]), luma
