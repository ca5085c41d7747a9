"""Films to measure with: the phantom, at the sizes that people film in, made once and kept in a cache outside the checkout."""

import subprocess
import sys
from pathlib import Path

CACHE = Path.home() / ".cache" / "spasmograph-bench"
SIZES = {"480p": (854, 480), "720p": (1280, 720), "1080p": (1920, 1080)}


def film(size: str, seconds: int) -> Path:
    """A phantom film of that size, rendered if it is not there yet; noise as a phone's camera has it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"phantom-{size}-{seconds}s.mp4"
    if not path.exists():
        width, height = SIZES[size]
        run("phantom", "--out", str(path), "--seconds", str(seconds), "--size", f"{width}x{height}")
    return path


def looped(path: Path, times: int) -> Path:
    """The same film over and over, without decoding: its packets are copied with later stamps."""
    import av

    target = path.with_name(f"{path.stem}-x{times}.mp4")
    if target.exists():
        return target
    with av.open(str(path)) as source:
        packets = [packet for packet in source.demux(video=0) if packet.pts is not None]
        length = max(p.pts or 0 for p in packets) - min(p.pts or 0 for p in packets) + (packets[0].duration or 1)
        with av.open(str(target), "w") as sink:
            copy = sink.add_stream_from_template(source.streams.video[0])
            for turn in range(times):
                source.seek(0)
                for packet in source.demux(video=0):
                    if packet.pts is not None and packet.dts is not None:
                        packet.pts, packet.dts, packet.stream = packet.pts + turn * length, packet.dts + turn * length, copy
                        sink.mux(packet)
    return target


def run(*arguments: str) -> None:
    """The command line as a person would call it.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    subprocess.run([sys.executable, "-m", "spasmograph", *arguments], check=True, capture_output=True)
