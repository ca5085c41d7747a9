"""One film measured in turns: the bare limit, the whole command, the measuring alone, and the peer."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import peer
from bench.films import Film
from bench.limit import BareLimit
from bench.whole import command_s, measuring_s
from spasmograph.io.video import chunk_video, index_video


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds that one film took: decoding and inference alone, the whole command, and the measuring alone."""

    film: Film
    frames: int
    decode_s: float
    infer_s: float
    command_s: float
    measuring_s: float

    @property
    def sum_s(self) -> float:
        """Decoding and inference after each other."""
        return self.decode_s + self.infer_s

    @property
    def slower_s(self) -> float:
        """The slower of decoding and inference."""
        return max(self.decode_s, self.infer_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One film with what the peer took for it, or why it did not run."""

    times: Times
    told: peer.Told | None
    reason: str = ""


def times_of(film: Film, bare: BareLimit, workers: Executor, *, cores: int, rounds: int) -> Times:
    """The median times of a film over some rounds, in each of which everything has its turn."""
    path = film.path()
    index = index_video(path)
    chunks, frames = chunk_video(index), index.recording.frame_count
    turns: dict[str, Callable[[], float]] = {
        "decode_s": lambda: bare.decode_s(index, chunks),
        "infer_s": lambda: bare.infer_s(frames),
        "command_s": lambda: command_s(path, cores),
        "measuring_s": lambda: measuring_s(path, workers),
    }
    taken = [{name: turn() for name, turn in turns.items()} for _ in range(rounds)]
    return Times(film=film, frames=frames, **{name: median(once[name] for once in taken) for name in turns})


def compared(times: Times) -> Comparison:
    """The peer on the same film, once."""
    path: Path = times.film.path()
    try:
        return Comparison(times=times, told=peer.measured(path))
    except peer.NotRunError as error:
        return Comparison(times=times, told=None, reason=str(error))
