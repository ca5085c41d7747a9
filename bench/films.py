"""Films to measure with: the phantom, at the sizes and rates of data that people film in, made once and kept in a cache outside the checkout."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CACHE = Path.home() / ".cache" / "spasmograph-bench"
SIZES = {"480p": (854, 480), "720p": (1280, 720), "1080p": (1920, 1080)}
# Options of `spasmograph phantom`: a camera that sees no noise, as after strong compression, and a phone's, whose noise makes decoding dear.
LOOKS = {"smooth": (), "phone": ("--noise", "0.012", "--crf", "18")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film's size (a name in `SIZES`), look (a name in `LOOKS`), the seconds that are drawn, and how often they are repeated."""

    size: str
    look: str
    drawn_s: int
    times: int = 1

    @property
    def name(self) -> str:
        """What the film is called in the tables."""
        return f"{self.size}, {self.look}"

    @property
    def command(self) -> str:
        """How the part that is repeated was made."""
        return " ".join(["spasmograph phantom --out FILM", *self._options()])

    def _options(self) -> tuple[str, ...]:
        width, height = SIZES[self.size]
        return ("--seconds", str(self.drawn_s), "--size", f"{width}x{height}", *LOOKS[self.look])

    def path(self, folder: Path = CACHE) -> Path:
        """Where the film is; made if it is not there yet."""
        folder.mkdir(parents=True, exist_ok=True)
        drawn = folder / f"{self.size}-{self.look}-{self.drawn_s}s.mp4"
        if not drawn.exists():
            run("phantom", "--out", str(drawn), *self._options())
        return drawn if self.times == 1 else looped(drawn, self.times)


def looped(path: Path, times: int) -> Path:
    """The same film over and over, without decoding: its packets are copied with later stamps."""
    import av

    target = path.with_name(f"{path.stem}-x{times}.mp4")
    if target.exists():
        return target
    part = target.with_name(f"{target.stem}.part.mp4")
    with av.open(str(path)) as source, av.open(str(part), "w") as sink:
        stream = source.streams.video[0]
        copy = sink.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.pts is not None and packet.dts is not None]
        marks = [(packet.pts or 0, packet.dts or 0) for packet in packets]
        length = max(pts for pts, _ in marks) - min(pts for pts, _ in marks) + (packets[0].duration or 1)
        for turn in range(times):
            for packet, (pts, dts) in zip(packets, marks, strict=True):
                packet.pts, packet.dts, packet.stream = pts + turn * length, dts + turn * length, copy
                sink.mux(packet)
    return part.replace(target)


def run(*arguments: str) -> None:
    """The command line as a person would call it.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    subprocess.run([sys.executable, "-m", "spasmograph", *arguments], check=True, capture_output=True)
