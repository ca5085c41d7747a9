"""Decoding a film, whole or in chunks that start at key frames, so that several readers share one film and find the same frames."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spasmograph.errors import DamagedVideoError, InputError
from spasmograph.io.opening import open_film, packets_of, pictures_of
from spasmograph.io.video.frame import Frame, make_frame
from spasmograph.io.video.index import VideoIndex, index_video

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

_KEPT_BYTES = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A run of frames `[first, stop)` for one reader.

    `seek` is the key frame where decoding starts, and `warm_from` the start of the film's own grid, at or before `first`: a tracker that starts
    there sees the same pictures whether or not the film's beginning is trimmed.
    """

    first: int
    stop: int
    seek: int
    warm_from: int

    def __len__(self) -> int:
        return self.stop - self.first


def chunk_video(index: VideoIndex, *, start_s: float = 0.0, end_s: float | None = None, target_s: float = 4.0) -> tuple[Chunk, ...]:
    """The film's frames in `[start_s, end_s)` as chunks of about `target_s` seconds, cut at key frames.

    The cuts depend on the file and `target_s` alone, never on who reads or on what is trimmed.

    Raises:
        InputError: no frame lies between start and end.
    """
    first = int(np.searchsorted(index.time_s, start_s))
    stop = len(index.time_s) if end_s is None else int(np.searchsorted(index.time_s, end_s))
    if first >= stop:
        until = "the end" if end_s is None else f"{end_s:g} s"
        msg = f"no frame lies between {start_s:g} s and {until}; {index.path.name} lasts {index.recording.duration_s:.2f} s"
        raise InputError(msg)
    cuts = [*_cuts(index, target_s), len(index.time_s)]
    return tuple(
        Chunk(first=max(first, begin), stop=min(stop, end), seek=begin, warm_from=begin)
        for begin, end in pairwise(cuts)
        if begin < stop and end > first
    )


def read_chunk(index: VideoIndex, chunk: Chunk) -> Generator[Frame, None, None]:
    """The chunk's frames in order of time, decoded by one thread.

    A frame that cannot be decoded is skipped; `Frame.index` shows the hole. The file is closed when the last frame was given or the reader stops.
    """
    _keep_memory()
    last = chunk.first - 1
    with closing(_pictures(index, chunk.seek)) as pictures:
        for position, picture in pictures:
            if last < position < chunk.stop and not picture.is_corrupt:
                last = position
                yield _frame(index, position, picture)
            if position >= chunk.stop - 1:
                return


def read_video(path: Path | str, *, start_s: float = 0.0, end_s: float | None = None) -> Generator[Frame, None, None]:
    """Every frame of a film in `[start_s, end_s)`, one by one.

    Raises:
        InputError: there is no such file, or no frame lies between start and end.
        NotAVideoError: it holds no pictures that move.
        DamagedVideoError: none of its pictures can be decoded.
    """
    index = index_video(path)
    found = False
    for chunk in chunk_video(index, start_s=start_s, end_s=end_s):
        with closing(read_chunk(index, chunk)) as frames:
            for frame in frames:
                found = True
                yield frame
    if not found:
        msg = f"{index.path.name} is damaged: no picture between {start_s:g} s and the end can be decoded. Copy or export it again."
        raise DamagedVideoError(msg)


@cache
def _keep_memory() -> None:
    """Ask the C library to keep freed memory: some return each patch's to the system at once, and getting it back costs more than the patch."""
    np.empty(_KEPT_BYTES, dtype=np.uint8)


def _cuts(index: VideoIndex, target_s: float) -> list[int]:
    cuts = [0]
    for key in index.key_frames:
        if index.time_s[key] - index.time_s[cuts[-1]] >= target_s:
            cuts.append(int(key))
    return cuts


def _frame(index: VideoIndex, position: int, picture: "VideoFrame") -> Frame:
    return make_frame(picture, time_s=float(index.time_s[position]), index=position, geometry=index.geometry, codec=index.recording.codec)


def _pictures(index: VideoIndex, key: int) -> Generator[tuple[int, "VideoFrame"], None, None]:
    """Decoded pictures with their position in the index, from a key frame on; from the file's start where seeking lands behind it."""
    with open_film(index.path, stream_number=index.stream_number) as (container, stream):
        packets = packets_of(container, stream) if key == 0 else _packets_from(index, key, container, stream)
        if packets is not None:
            for count, picture in enumerate(pictures_of(packets, stream)):
                position = count if index.by_order else _position(index, picture)
                if position is not None:
                    yield position, picture
            return
    yield from _pictures(index, 0)


def _position(index: VideoIndex, picture: "VideoFrame") -> int | None:
    if picture.pts is None:
        return None
    position = int(np.searchsorted(index.stamps, picture.pts))
    return position if position < len(index.stamps) and index.stamps[position] == picture.pts else None


def _packets_from(index: VideoIndex, key: int, container: "InputContainer", stream: "VideoStream") -> Iterator["Packet[VideoStream]"] | None:
    """Packets from a key frame on; None where the file cannot be entered there."""
    import av

    wanted = int(index.stamps[key])
    try:
        container.seek(wanted, stream=stream)
    except (av.error.FFmpegError, ValueError):
        return None
    packets = packets_of(container, stream)
    first = next(packets, None)
    if first is None or first.pts is None or first.pts > wanted:
        return None
    return chain([first], packets)
