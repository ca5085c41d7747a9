"""The main job for voltages: an EMG recording in, a measurement out.

A channel is read twice, a stretch at a time: once here and there to learn its mains, its heart beats and its limits, and once whole. Memory holds
one stretch and the envelope, never the samples.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spasmograph.app.batch import OnProgress, Outcome
from spasmograph.errors import SpasmographError
from spasmograph.model import EmgMeasurement
from spasmograph.parameters import Parameters
from spasmograph.terms import Side, Task

Progress = Callable[[int, int], None]
BLOCK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class EmgOptions:
    """What to measure in every recording: how its channels are called, its rate, the task, the stimulated side, and a film of the same minutes."""

    channels: tuple[str, ...] = ()
    rate_hz: float | None = None
    task: Task = Task.NONE
    stimulated: Side | None = None
    film: Path | None = None
    offset_s: float | None = None
    workers: int = 1
