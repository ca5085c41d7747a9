"""Drawn films with a known answer: every picture carries its own number as black and white squares."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from spasmograph.io.film import write_film
from spasmograph.io.video import Frame, VideoIndex, chunk_video, read_chunk

Picture = NDArray[np.uint8]
BITS = 8
BLACK, WHITE = 30, 220


def numbered(count: int, *, width: int = 160, height: int = 120) -> Iterator[Picture]:
    """Pictures of a smooth coloured slope; the upper fifth shows the picture's number in eight squares, the lowest bit on the left."""
    y, x = np.mgrid[:height, :width]
    slope = np.stack([60 + x * 120 // width, 60 + y * 120 // height, 60 + (x + y) * 100 // (width + height)], axis=-1).astype(np.uint8)
    for number in range(count):
        picture = slope.copy()
        for bit in range(BITS):
            picture[: height // 5, width * bit // BITS : width * (bit + 1) // BITS] = WHITE if number >> bit & 1 else BLACK
        yield picture


def film(path: Path, count: int = 40, **style: object) -> Path:
    """A film of `numbered` pictures, 30 a second."""
    write_film(path, numbered(count), frame_rate_hz=30, **style)  # type: ignore[arg-type]
    return path


def number_of(frame: Frame) -> int:
    """The number that the picture shows."""
    step, row = frame.width_px / BITS, frame.height_px / 10
    squares = [frame.luma((step * bit + step / 3, row - 2, step * bit + 2 * step / 3, row + 2)).mean() for bit in range(BITS)]
    return sum(int(square > 0.5) << bit for bit, square in enumerate(squares))


def stored_bytes(picture: av.VideoFrame) -> bytes:
    """The picture's planes as they lie in memory, without padding."""
    rows = [np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width] for plane in picture.planes]
    return b"".join(part.tobytes() for part in rows)


def decoded_straight(path: Path) -> list[bytes]:
    """Every picture of a film, decoded from beginning to end without our own reader."""
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        return [stored_bytes(picture) for picture in container.decode(container.streams.video[0])]


def decoded_in_chunks(index: VideoIndex, target_s: float) -> list[bytes]:
    """Every picture of a film, decoded chunk by chunk."""
    return [stored_bytes(frame.picture.source) for chunk in chunk_video(index, target_s=target_s) for frame in read_chunk(index, chunk)]
