"""Several films on one set of workers: the results come in order, and one bad film does not stop the others.

While one film's signals become events and scores, the workers already look at the next film.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasmograph.app.pool import worker_pool
from spasmograph.errors import SpasmographError
from spasmograph.terms import Task

if TYPE_CHECKING:
    from spasmograph.app.analysis import Plan
    from spasmograph.model import Measurement

OnProgress = Callable[[int, int, int], None]
# Starting workers takes about as long as one process needs for this much film.
WORTH_WORKERS_S = 12.0


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
    measurement: "Measurement | None" = None
    error: SpasmographError | None = None


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

    @property
    def seconds(self) -> float:
        return self.plan.recording.end_s - self.plan.recording.start_s if self.plan else 0.0


def analyze_files(
    paths: Sequence[Path], options: Options | None = None, *, workers: int = 1, on_progress: OnProgress | None = None
) -> Iterator[Outcome]:
    """The outcome of every film, in the order given.

    Several workers share the chunks of all films; a few seconds of film are measured here, without any. `on_progress` hears a film's number from 0,
    its frames done and its frames in all. Close the iterator to end the workers early.
    """
    report = on_progress or (lambda _number, _done, _total: None)
    jobs = (_job(number, path, options or Options()) for number, path in enumerate(paths))
    waiting = deque(_until_worth_workers(jobs))
    enough = sum(job.seconds for job in waiting) >= WORTH_WORKERS_S and sum(job.chunks for job in waiting) > 1
    if workers <= 1 or not enough:
        yield from (_finished(job, None, report) for job in _chained(waiting, jobs))
        return
    with worker_pool(workers) as pool:
        yield from _shared(_chained(waiting, jobs), pool, workers, report)


def _job(number: int, path: Path, options: Options) -> _Job:
    from spasmograph.app.analysis import plan_analysis

    try:
        plan = plan_analysis(path, task=options.task, mirrored=options.mirrored, start_s=options.start_s, end_s=options.end_s)
    except SpasmographError as error:
        return _Job(number=number, path=path, error=error)
    return _Job(number=number, path=path, plan=plan)


def _until_worth_workers(jobs: Iterator[_Job]) -> Iterator[_Job]:
    """The first films, as many as it takes to decide whether workers are worth their start."""
    seconds = 0.0
    for job in jobs:
        yield job
        seconds += job.seconds
        if seconds >= WORTH_WORKERS_S:
            return


def _chained(waiting: deque[_Job], jobs: Iterator[_Job]) -> Iterator[_Job]:
    """First what was looked at already, then the rest; nothing is kept once it was handed out."""
    while waiting:
        yield waiting.popleft()
    yield from jobs


def _shared(jobs: Iterator[_Job], pool: Executor, workers: int, report: OnProgress) -> Iterator[Outcome]:
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


def _finished(job: _Job, parts: Iterator[Any] | None, report: OnProgress) -> Outcome:
    from spasmograph.app.analysis import finish_analysis, start_analysis

    if job.plan is None:
        return Outcome(path=job.path, error=job.error)
    report(job.number, 0, job.plan.frames)
    try:
        measurement = finish_analysis(job.plan, parts or start_analysis(job.plan), progress=lambda done, total: report(job.number, done, total))
    except SpasmographError as error:
        return Outcome(path=job.path, error=error)
    return Outcome(path=job.path, measurement=measurement)
