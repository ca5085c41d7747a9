"""Writing a film: for the phantom and for tests."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from av.container import OutputContainer
    from av.video.stream import VideoStream

_ENCODERS = {"h264": "libx264", "hevc": "libx265", "vp8": "libvpx", "vp9": "libvpx-vp9"}
_QUALITY_OPTION = {"libx264": "crf", "libx265": "crf", "libvpx": "crf", "libvpx-vp9": "crf"}
_STAMPS_PER_S = 90_000
_SD_HEIGHT_PX, _HD_WIDTH_PX = 576, 1280


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    codec: str
    rate_hz: Fraction
    quality: int
    rotation_deg: int
    gop: int | None
    pixel_format: str
    unit_s: Fraction
    options: "Mapping[str, str]" = field(default_factory=dict)


def write_film(  # noqa: PLR0913
    path: Path | str,
    frames: Iterable[NDArray[np.uint8]],
    *,
    frame_rate_hz: float,
    quality: int = 18,
    codec: str = "h264",
    time_stamps_s: Iterable[float] | None = None,
    rotation_deg: int = 0,
    gop: int | None = None,
    pixel_format: str = "yuv420p",
    codec_options: "Mapping[str, str] | None" = None,
) -> None:
    """A film from pictures (h, w, 3) of red, green and blue, 0–255; written whole or not at all.

    `quality` is the encoder's constant rate factor: 0 loses nothing (H.264), 18 looks the same, 35 is coarse. `time_stamps_s` gives each
    picture its own time in seconds in place of an even rate. `rotation_deg` asks players to turn the picture clockwise by a multiple of 90.
    `gop` is the largest number of frames between key frames. `codec_options` go to the encoder as they are.

    Raises:
        InputError: there is no picture, or pictures differ in size.
        OutputError: the file could not be written.
    """
    rate_hz = Fraction(frame_rate_hz).limit_denominator(1001)
    style = _Style(
        codec=_ENCODERS.get(codec, codec),
        rate_hz=rate_hz,
        unit_s=1 / rate_hz if time_stamps_s is None else Fraction(1, _STAMPS_PER_S),
        quality=quality,
        rotation_deg=rotation_deg,
        gop=gop,
        pixel_format=pixel_format,
        options=codec_options or {},
    )
    with whole_or_not_at_all(Path(path)) as unfinished:
        _write(unfinished, frames, style, time_stamps_s)


@contextmanager
def whole_or_not_at_all(path: Path) -> Iterator[Path]:
    """Where to write a file so that it takes its place only when the block ends well; otherwise it is gone.

    Raises:
        OutputError: it could not be written.
    """
    import av
    from av.codec.codec import UnknownCodecError

    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.unfinished{path.suffix}")
    try:
        yield unfinished
        unfinished.replace(path)
    except OutputError:
        raise
    except (OSError, av.error.FFmpegError, UnknownCodecError) as error:
        msg = f"{path} could not be written ({getattr(error, 'strerror', None) or error}). Check the folder and the free space."
        raise OutputError(msg) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _write(path: Path, frames: Iterable[NDArray[np.uint8]], style: _Style, time_stamps_s: Iterable[float] | None) -> None:
    import av

    even = (float(number / style.rate_hz) for number in count())
    with av.open(str(path.absolute()), mode="w") as container:
        stream = None
        for time_s, pixels in zip(even if time_stamps_s is None else time_stamps_s, frames, strict=False):
            stream = stream or _stream(container, style, pixels.shape)
            _put(container, stream, pixels, round(time_s / style.unit_s))
        if stream is None:
            msg = "a film needs at least one picture"
            raise InputError(msg)
        container.mux(stream.encode(None))


def _stream(container: "OutputContainer", style: _Style, shape: tuple[int, ...]) -> "VideoStream":
    options = dict(style.options)
    if style.codec in _QUALITY_OPTION:
        options.setdefault("crf", str(style.quality))
    if style.codec == "libx265":
        options.setdefault("x265-params", "log-level=none")
    stream: Any = container.add_stream(style.codec, rate=style.rate_hz, options=options)
    stream.height, stream.width = shape[:2]
    stream.pix_fmt = style.pixel_format
    stream.codec_context.thread_count = 1
    stream.time_base = stream.codec_context.time_base = style.unit_s
    stream.codec_context.colorspace = _colour_space(stream.width, stream.height)
    if style.gop is not None:
        stream.gop_size = style.gop
    if style.rotation_deg:
        stream.set_display_rotation(-style.rotation_deg)
    film: VideoStream = stream
    return film


def _put(container: "OutputContainer", stream: "VideoStream", pixels: NDArray[np.uint8], stamp: int) -> None:
    import av

    if pixels.shape != (stream.height, stream.width, 3):
        msg = f"a picture has shape {pixels.shape}, the film has {(stream.height, stream.width, 3)}; all pictures need one size"
        raise InputError(msg)
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    frame = picture.reformat(format=stream.pix_fmt, dst_colorspace=_colour_space(stream.width, stream.height), threads=1)
    frame.pts = stamp
    frame.time_base = stream.codec_context.time_base
    container.mux(stream.encode(frame))


def _colour_space(width_px: int, height_px: int) -> int:
    """ITU-R BT.709 for large pictures and BT.601 for small ones, as players expect."""
    return 1 if height_px > _SD_HEIGHT_PX or width_px >= _HD_WIDTH_PX else 5
