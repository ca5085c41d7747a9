"""Opening a file as a video, or saying plainly why it is none."""

import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from spasmograph.errors import DamagedVideoError, InputError, NotAVideoError

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

WAY_OUT = "Give a film such as .mp4, .mov, .webm or .avi."

# Only formats that hold films or sound; playlists and scripts, which could open other files or the network, and text are left out.
_FORMATS = (
    "mov,matroska,webm,avi,mpeg,mpegts,mpegvideo,m4v,h264,hevc,av1,obu,vc1,ivf,mjpeg,flv,asf,ogg,gif,apng,yuv4mpegpipe,mxf,dv,nut,rm,dhav,"
    "mp3,wav,w64,flac,aac,ac3,eac3,aiff,amr,caf,au,opus"
)
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
_HEAD_BYTES = 16
_RETRIES = 16
# Twice the size of an 8K picture; a damaged header can ask for more memory than there is.
_MOST_PIXELS = 1 << 26


@contextmanager
def open_film(path: Path, *, stream_number: int | None = None) -> Iterator[tuple["InputContainer", "VideoStream"]]:
    """The opened file and its picture stream, decoded by one thread; closed on leaving, whatever happens.

    Raises:
        InputError: there is no such file, or it cannot be read.
        NotAVideoError: it holds no picture stream.
        DamagedVideoError: it is a video whose table of contents is missing.
    """
    import av

    head = _read_head(path)
    try:
        container = av.open(str(path.absolute()), mode="r", container_options=_OPTIONS, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError) as error:
        raise _unreadable(path, head) from error
    with container:
        stream = _picture_stream(path, container, stream_number)
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
        yield container, stream


def stated_length_s(path: Path) -> float:
    """How long a film says that it lasts, in seconds: infinite where it does not say, 0 where it is none; its pictures are not looked at."""
    import av

    try:
        with open_film(path) as (container, _):
            return container.duration / av.time_base if container.duration else inf
    except InputError:
        return 0.0


def packets_of(container: "InputContainer", stream: "VideoStream") -> Iterator["Packet[VideoStream]"]:
    """The stream's packets in file order; a stretch that cannot be read is stepped over, a file that stays unreadable ends."""
    import av

    failures = 0
    while failures < _RETRIES:
        try:
            for packet in container.demux(stream):
                if packet.size:
                    failures = 0
                    yield packet
        # A damaged file can also seem to start a stream that was not there when it was opened (IndexError).
        except (av.error.FFmpegError, ValueError, IndexError):
            failures += 1
        else:
            return


def pictures_of(packets: Iterable["Packet[VideoStream]"], stream: "VideoStream") -> Iterator["VideoFrame"]:
    """The pictures in the packets, in order of showing; what cannot be decoded is left out."""
    import av

    for packet in chain(packets, [None]):
        try:
            pictures = stream.codec_context.decode(packet)
        except (av.error.FFmpegError, ValueError):
            continue
        yield from pictures


def film_streams(container: "InputContainer") -> list["VideoStream"]:
    """Picture streams that move: cover pictures of sound files are left out."""
    from av.stream import Disposition

    still = Disposition.attached_pic | Disposition.timed_thumbnails
    return [stream for stream in container.streams.video if not stream.disposition & still and stream.codec_context is not None]


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turns what the system says about a file into words.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        missing = f"{path.name} is a link to a file that is not there" if path.is_symlink() else f"there is no file {path}"
        msg = f"{missing}. Check the name and the folder."
        raise InputError(msg) from error
    except OSError as error:
        msg = f"{path.name} cannot be read ({error.strerror}). Check that you may open it."
        raise InputError(msg) from error


def _read_head(path: Path) -> bytes:
    with said_plainly(path):
        _refuse_special(path)
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    if not head:
        msg = f"{path.name} is empty (0 bytes). Copy or record it again."
        raise NotAVideoError(msg)
    return head


def _refuse_special(path: Path) -> None:
    """Nothing but a file can be read twice and in parts; a pipe would be waited for, a device never ends."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        msg = f"{path.name or path} is a folder, not a video. Give the films in it one by one."
        raise InputError(msg)
    if not stat.S_ISREG(mode):
        msg = f"{path.name} is a pipe or a device, not a file. Save the film as a file first."
        raise InputError(msg)


def _unreadable(path: Path, head: bytes) -> InputError:
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free"}:
        return DamagedVideoError(f"{path.name} is cut off or damaged: its table of contents is missing. Copy or export it again from the camera.")
    return NotAVideoError(f"{path.name} is not a video: no picture stream found. {WAY_OUT}")


def _picture_stream(path: Path, container: "InputContainer", stream_number: int | None) -> "VideoStream":
    streams = film_streams(container)
    if stream_number is not None:
        streams = [stream for stream in streams if stream.index == stream_number]
    if streams:
        return max(streams, key=lambda stream: (stream.width * stream.height, -stream.index))
    what = "it holds only sound" if container.streams.audio else "no picture stream found"
    msg = f"{path.name} is not a video: {what}. {WAY_OUT}"
    raise NotAVideoError(msg)
