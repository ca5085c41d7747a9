"""Several films, one after the other, on one set of workers; one bad film does not stop the others."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from spasmograph.errors import SpasmographError
from spasmograph.model import Measurement
from spasmograph.terms import Task

OnProgress = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to measure in every film: the task, whether the pictures are mirror images, and the stretch in seconds."""

    task: Task = Task.NONE
    mirrored: bool = False
    start_s: float = 0.0
    end_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one film: its measurement, or the error that says why there is none."""

    path: Path
    measurement: Measurement | None = None
    error: SpasmographError | None = None


def analyze_files(
    paths: Sequence[Path], options: Options, *, workers: int = 1, on_progress: OnProgress | None = None
) -> Iterator[Outcome]:
    """The outcome of every film, in their order. `on_progress` hears the film's number from 0, its frames done and its frames in all."""
    from spasmograph.app.pool import worker_pool

    if workers <= 1:
        yield from _outcomes(paths, options, None, on_progress)
        return
    with worker_pool(workers) as pool:
        yield from _outcomes(paths, options, pool, on_progress)


def _outcomes(paths: Sequence[Path], options: Options, executor: Executor | None, on_progress: OnProgress | None) -> Iterator[Outcome]:
    for number, path in enumerate(paths):
        yield _outcome(number, path, options, executor, on_progress)


def _outcome(number: int, path: Path, options: Options, executor: Executor | None, on_progress: OnProgress | None) -> Outcome:
    from spasmograph.app.analysis import analyze_video

    def progress(done: int, total: int) -> None:
        if on_progress:
            on_progress(number, done, total)

    try:
        measurement = analyze_video(
            path,
            task=options.task,
            mirrored=options.mirrored,
            start_s=options.start_s,
            end_s=options.end_s,
            executor=executor,
            progress=progress,
        )
    except SpasmographError as error:
        return Outcome(path=path, error=error)
    return Outcome(path=path, measurement=measurement)
