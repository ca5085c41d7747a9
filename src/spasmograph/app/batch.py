"""Several films on one set of workers: the results come in order, and one bad film does not stop the others.

While one film's signals become events and scores, the workers already look at the next film.
"""

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import ceil, inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from spasmograph.app.pool import worker_pool
from spasmograph.errors import SpasmographError
from spasmograph.terms import Task

if TYPE_CHECKING:
    from spasmograph.app.analysis import Plan
    from spasmograph.model import EmgMeasurement, Measurement

OnProgress = Callable[[int, int, int], None]
# Starting workers takes about as long as one process needs for this much film.
WORTH_WORKERS_S = 12.0
# What a worker takes at a time, about.
SHARE_S = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to measure in every film: the task, whether the pictures are mirror images, and the stretch in seconds."""

    task: Task = Task.NONE
    mirrored: bool = False
    start_s: float = 0.0
    end_s: float | None = None


M = TypeVar("M", "Measurement", "EmgMeasurement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[M]):
    """What became of one recording: its measurement, or the error that says why there is none."""

    path: Path
    measurement: M | None = None
    error: SpasmographError | None = None

    def result(self) -> M:
        """The measurement.

        Raises:
            SpasmographError: why there is none.
        """
        if self.error:
            raise self.error
        if self.measurement is None:
            msg = "an outcome holds a measurement or an error"
            raise AssertionError(msg)
        return self.measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One film, numbered from 0, with its plan, or with the error that stands in its way."""

    number: int
    path: Path
    plan: "Plan | None" = None
    error: SpasmographError | None = None

    @property
    def chunks(self) -> int:
        return len(self.plan.chunks) if self.plan else 0


def analyze_files(
    paths: Sequence[Path], options: Options | None = None, *, workers: int = 1, on_progress: OnProgress | None = None
) -> "Generator[Outcome[Measurement]]":
    """The outcome of every film, in the order given.

    Several workers share the chunks of all films; a few seconds of film are measured here, without any. `on_progress` hears a film's number from 0,
    its frames done and its frames in all. Close the iterator to end the workers early.
    """
    report = on_progress or (lambda _number, _done, _total: None)
    given = options or Options()
    jobs = (_job(number, path, given) for number, path in enumerate(paths))
    count = _worthwhile(paths, given, workers)
    if count <= 1:
        yield from (_finished(job, None, report) for job in jobs)
        return
    with worker_pool(count, wake=load_what_chunks_need) as pool:
        yield from _shared(jobs, pool, count, report)


def _worthwhile(paths: Sequence[Path], options: Options, workers: int) -> int:
    """How many of the workers there is enough film for, by what the files say of themselves; no more of them are opened than it takes to know."""
    from spasmograph.io.opening import stated_length_s

    end_s = inf if options.end_s is None else options.end_s
    enough_s, length_s = max(WORTH_WORKERS_S, workers * SHARE_S), 0.0
    for path in paths if workers > 1 else ():
        length_s += max(min(stated_length_s(path), end_s) - options.start_s, 0.0)
        if length_s >= enough_s:
            break
    return ceil(min(workers, length_s / SHARE_S)) if length_s >= WORTH_WORKERS_S else 1


def load_what_chunks_need() -> None:
    """What every worker does first, while this process is still reading the film's table of contents."""
    from spasmograph.app.analysis import face_model

    face_model()


def _job(number: int, path: Path, options: Options) -> _Job:
    from spasmograph.app.analysis import plan_analysis

    try:
        plan = plan_analysis(path, task=options.task, mirrored=options.mirrored, start_s=options.start_s, end_s=options.end_s)
    except SpasmographError as error:
        return _Job(number=number, path=path, error=error)
    return _Job(number=number, path=path, plan=plan)


def _shared(jobs: Iterator[_Job], pool: Executor, workers: int, report: OnProgress) -> "Generator[Outcome[Measurement]]":
    """Films in order, with so many started ahead that no worker waits."""
    from spasmograph.app.analysis import start_analysis

    started: deque[tuple[_Job, Iterator[Any] | None]] = deque()
    while True:
        started.extend((job, start_analysis(job.plan, pool) if job.plan else None) for job in _next_jobs(jobs, started, workers))
        if not started:
            return
        yield _finished(*started.popleft(), report)


def _next_jobs(jobs: Iterator[_Job], started: Collection[tuple[_Job, Any]], workers: int) -> Iterator[_Job]:
    """The films to start now: the one to be asked for, and behind it at least a chunk for every worker."""
    ahead = [job.chunks for job, _ in started]
    while len(ahead) < 2 or sum(ahead[1:]) < workers:  # noqa: PLR2004 - the one asked for and one behind it
        job = next(jobs, None)
        if job is None:
            return
        ahead.append(job.chunks)
        yield job


def _finished(job: _Job, parts: Iterator[Any] | None, report: OnProgress) -> "Outcome[Measurement]":
    from spasmograph.app.analysis import finish_analysis, start_analysis

    if job.plan is None:
        return Outcome(path=job.path, error=job.error)
    report(job.number, 0, job.plan.frames)
    try:
        measurement = finish_analysis(job.plan, parts or start_analysis(job.plan), progress=lambda done, total: report(job.number, done, total))
    except SpasmographError as error:
        return Outcome(path=job.path, error=error)
    return Outcome(path=job.path, measurement=measurement)
