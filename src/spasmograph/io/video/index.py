"""What a video file holds, found by reading through it once without decoding: every picture's time, and where decoding can start."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import DamagedVideoError, InputError, NotAVideoError
from spasmograph.io.opening import film_streams, open_film, packets_of, pictures_of, said_plainly
from spasmograph.io.video.geometry import Geometry, make_geometry, pixel_shape_of, turn_of
from spasmograph.io.video.stamps import Stamps, arrange, counted_note, read_stamps, stamps_of_pictures
from spasmograph.model import Recording, Span

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

# Containers that state where key frames are, so that decoding from one of them finds exactly its frames.
_SEEKABLE = ("mov", "matroska")
_STATES_LENGTH = ("matroska", "flv")
# AVFMT_NOTIMESTAMPS: a bare stream of pictures, whose stamps the reader makes up.
_NO_STAMPS = 0x80
_MISSING_END_S = 1.0
_GAP_S = 0.5
_GAP_FRAMES = 5
_RATE_STRIDE = 10
_VARIABLE = 0.1
_FIRST_PACKETS = 300
_PROBE_PACKETS = 60
_PICTURES_PER_PACKET = 0.75
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VideoIndex:
    """A film's table of contents.

    `time_s` (n,) are seconds from the first picture, strictly increasing, one per frame kept; `stamps` (n,) the same in the stream's own unit,
    `time_base_s` seconds each. `key_frames` (k,) are indices into `time_s` of frames where decoding can start. `gaps` are stretches without
    pictures. `notes` say in words what is unusual. `by_order` says that pictures carry no usable stamps of their own and are counted instead.
    `file_state` is the file's size in bytes and its time of change in ns, as it was before anything was read.
    """

    path: Path
    recording: Recording
    geometry: Geometry
    time_s: NDArray[np.float64]
    stamps: NDArray[np.int64]
    time_base_s: Fraction
    key_frames: NDArray[np.int64]
    gaps: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    stream_number: int = 0
    by_order: bool = False
    file_state: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What one pass through the file found."""

    format_name: str
    codec: str
    stream_number: int
    geometry: Geometry
    stamps: Stamps
    notes: tuple[str, ...]


def index_video(path: Path | str) -> VideoIndex:
    """What is in a video file: times of all pictures, size, rate, and notes on anything unusual. No picture but the first is decoded.

    Raises:
        InputError: there is no such file, or it cannot be read.
        NotAVideoError: it holds no pictures that move.
        DamagedVideoError: it is a video, and no picture of it can be decoded.
    """
    path = Path(path)
    with said_plainly(path):
        state = _state(path)
    with open_film(path) as (container, stream), _fingerprinted(path) as sha256:
        contents = _read_contents(path, container, stream)
        return replace(_assembled(path, contents, sha256()), file_state=state)


def check_unchanged(index: VideoIndex) -> None:
    """Whether the file is still the one that was indexed.

    Raises:
        InputError: it was written to or replaced meanwhile, so what was read may be of two films.
    """
    with said_plainly(index.path):
        state = _state(index.path)
    if state != index.file_state:
        msg = f"{index.path.name} changed while it was being read. Wait until it is copied or recorded, then measure it again."
        raise InputError(msg)


def _read_contents(path: Path, container: "InputContainer", stream: "VideoStream") -> _Contents:
    first = _first_picture(path, stream.index)
    shape = pixel_shape_of(stream.sample_aspect_ratio)
    geometry = make_geometry(first.width, first.height, turn=_turn(first), pixel_shape=shape)
    rate = stream.guessed_rate or stream.average_rate or Fraction(25)
    packets = packets_of(container, stream)
    by_packet = container.format.name.startswith(_SEEKABLE) or _stamps_by_packet(path, stream.index)
    stamps = arrange(
        read_stamps(packets) if by_packet else stamps_of_pictures(pictures_of(packets, stream)),
        by_dts=container.format.name == "avi",
        even=container.format.name == "mpeg",
        frame_stamps=1 / (rate * (stream.time_base or Fraction(1, 1000))),
        stated_frames=stream.frames if by_packet else 0,
        time_base_s=stream.time_base or Fraction(1, 1000),
    )
    if len(stamps.values) < 2:  # noqa: PLR2004
        msg = f"{path.name} is not a video: it holds a single picture. Give a film such as .mp4, .mov, .webm or .avi."
        raise NotAVideoError(msg)
    return _Contents(
        format_name=container.format.name,
        codec=stream.codec_context.name,
        stream_number=stream.index,
        geometry=geometry,
        stamps=stamps,
        notes=(
            *_stream_notes(container, stream, geometry, shape),
            *_rate_notes(container, stamps, rate),
            *stamps.notes,
            *_end_notes(container, stamps),
        ),
    )


def _first_picture(path: Path, stream_number: int) -> "VideoFrame":
    """The first picture that can be decoded; it states the turn and the true size."""
    with open_film(path, stream_number=stream_number) as (container, stream):
        first = next(pictures_of(islice(packets_of(container, stream), _FIRST_PACKETS), stream), None)
    if first is None:
        msg = f"{path.name} is damaged: no picture at its beginning can be decoded. Copy or export it again from the camera."
        raise DamagedVideoError(msg)
    return first


def _stamps_by_packet(path: Path, stream_number: int) -> bool:
    """Whether about every packet gives a picture: interlaced films in transport streams keep each half picture in a packet of its own."""
    with open_film(path, stream_number=stream_number) as (container, stream):
        packets = list(islice(packets_of(container, stream), _PROBE_PACKETS))
        pictures = sum(1 for _ in pictures_of(packets, stream))
    return pictures >= _PICTURES_PER_PACKET * len(packets)


def _turn(frame: "VideoFrame") -> tuple[int, int, int, int]:
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    return turn_of(None if matrix is None else bytes(matrix))


def _stream_notes(container: "InputContainer", stream: "VideoStream", geometry: Geometry, shape: float) -> list[str]:
    notes = []
    others = len(film_streams(container)) - 1
    if others:
        notes.append(f"The file holds {others + 1} picture streams; stream {stream.index}, the largest, was read.")
    if shape != 1.0:
        notes.append(f"The file's pixels are {shape:.3g} times as wide as high; widths were corrected.")
    if geometry.mirrors:
        notes.append("The file itself asks for its picture to be shown as a mirror image; it was shown so.")
    return notes


def _rate_notes(container: "InputContainer", stamps: Stamps, rate: Fraction) -> list[str]:
    """A note if the reader made the stamps up; where it did not even do that, `arrange` says so."""
    return [counted_note(rate)] if container.format.flags & _NO_STAMPS and not stamps.by_order else []


def _end_notes(container: "InputContainer", stamps: Stamps) -> list[str]:
    """A note if the pictures end long before the length in the file's header, for formats that write it there and not at the end."""
    if not container.format.name.startswith(_STATES_LENGTH) or not container.duration:
        return []
    # The stated length counts from the file's zero, which may lie long before its first picture.
    first_s = max(0.0, float(stamps.values[0] * stamps.time_base_s))
    end_s, stated_s = float((stamps.values[-1] - stamps.values[0]) * stamps.time_base_s), container.duration / 1e6 - first_s
    if stated_s - end_s < _MISSING_END_S:
        return []
    return [f"The pictures end at {end_s:.2f} s and the file states {stated_s:.2f} s: it may be cut off."]


def _assembled(path: Path, contents: _Contents, sha256: str) -> VideoIndex:
    stamps = contents.stamps
    unit = float(stamps.time_base_s)
    time_s = (stamps.values - stamps.values[0]) * unit
    index = VideoIndex(
        path=path,
        recording=_recording(path, contents, time_s, sha256),
        geometry=contents.geometry,
        time_s=time_s,
        stamps=stamps.values,
        time_base_s=stamps.time_base_s,
        key_frames=_key_frames(contents),
        notes=contents.notes,
        stream_number=contents.stream_number,
        by_order=stamps.by_order,
    )
    time_s.setflags(write=False)
    return replace(index, gaps=_gaps(time_s, 1 / index.recording.frame_rate_hz))


def _key_frames(contents: _Contents) -> NDArray[np.int64]:
    """Frames where decoding can start; only the first one where the container cannot be trusted to find the others."""
    if contents.stamps.by_order or not contents.format_name.startswith(_SEEKABLE):
        return np.zeros(1, dtype=np.int64)
    keys = contents.stamps.keys
    return np.union1d(np.zeros(1, dtype=np.int64), keys).astype(np.int64)


def _recording(path: Path, contents: _Contents, time_s: NDArray[np.float64], sha256: str) -> Recording:
    frame_time_s = _frame_time(time_s)
    steps = np.diff(time_s)
    duration_s = float(time_s[-1]) + frame_time_s
    return Recording(
        name=path.name,
        sha256=sha256,
        duration_s=duration_s,
        width_px=contents.geometry.width_px,
        height_px=contents.geometry.height_px,
        frame_count=len(time_s),
        frame_rate_hz=1 / frame_time_s,
        variable_frame_rate=bool(np.mean(np.abs(steps - frame_time_s) > _VARIABLE * frame_time_s) > _VARIABLE),
        first_timestamp_s=float(contents.stamps.values[0] * contents.stamps.time_base_s),
        rotation_deg=contents.geometry.rotation_deg,
        codec=contents.codec,
        end_s=duration_s,
    )


def _frame_time(time_s: NDArray[np.float64]) -> float:
    """Median time between frames in seconds, over several frames at once because some files round their stamps to milliseconds."""
    stride = min(_RATE_STRIDE, len(time_s) - 1)
    return float(np.median(time_s[stride:] - time_s[:-stride])) / stride


def _gaps(time_s: NDArray[np.float64], frame_time_s: float) -> tuple[Span, ...]:
    limit_s = max(_GAP_S, _GAP_FRAMES * frame_time_s)
    before = np.flatnonzero(np.diff(time_s) > limit_s)
    return tuple(Span(onset_s=float(time_s[i]) + frame_time_s, offset_s=float(time_s[i + 1])) for i in before)


@contextmanager
def _fingerprinted(path: Path) -> Iterator[Callable[[], str]]:
    """The file's sha256, worked out beside what is done in the block; given up where the block is left without it."""
    given_up = Event()
    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(_fingerprint, path, given_up)
        try:
            yield found.result
        finally:
            given_up.set()


def _fingerprint(path: Path, given_up: Event) -> str:
    digest = hashlib.sha256()
    with said_plainly(path), path.open("rb") as file:
        while not given_up.is_set() and (block := file.read(_BLOCK_BYTES)):
            digest.update(block)
    return digest.hexdigest()


def _state(path: Path) -> tuple[int, int]:
    known = path.stat()
    return known.st_size, known.st_mtime_ns
