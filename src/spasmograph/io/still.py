"""One small JPEG picture from somebody else's hands: decoded within bounds, or refused."""

from typing import TYPE_CHECKING

from spasmograph.errors import InputError

if TYPE_CHECKING:
    from av import VideoFrame

    from spasmograph.io.video.frame import Frame

MOST_BYTES = 400_000
# A header can promise any size; memory is not asked for beyond this.
MOST_PIXELS = 1 << 20
_FIRST_BYTES = b"\xff\xd8\xff"


def read_jpeg(data: bytes) -> "Frame":
    """The picture of a small JPEG file, at time 0.

    Raises:
        InputError: it is none, is damaged, or is larger than `MOST_BYTES` or `MOST_PIXELS`.
    """
    from spasmograph.io.video.frame import make_frame
    from spasmograph.io.video.geometry import make_geometry

    if len(data) > MOST_BYTES:
        msg = f"the picture has {len(data)} bytes; at most {MOST_BYTES} are taken"
        raise InputError(msg)
    picture = _decoded(data) if data.startswith(_FIRST_BYTES) else None
    if picture is None:
        msg = f"this is not a JPEG picture of at most {MOST_PIXELS} pixels that can be decoded"
        raise InputError(msg)
    geometry = make_geometry(picture.width, picture.height)
    return make_frame(picture, time_s=0.0, index=0, geometry=geometry, codec="mjpeg")


def _decoded(data: bytes) -> "VideoFrame | None":
    """The first picture, or None."""
    import av

    decoder = av.CodecContext.create("mjpeg", "r")
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(MOST_PIXELS)}
    try:
        pictures = [*decoder.decode(av.Packet(data)), *decoder.decode(None)]
    except (av.error.FFmpegError, ValueError):
        return None
    return next((picture for picture in pictures if not picture.is_corrupt), None)
