"""Worker processes that leave quietly: an interrupt reaches this process alone, which then ends them at once."""

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, TypeVar

from spasmograph.app.interrupts import ENDING, hidden_from_children, interrupts_held
from spasmograph.errors import WorkerLostError

T = TypeVar("T")
R = TypeVar("R")


# There is a worker for every core, so a worker's libraries must not start threads of their own: they would wait for each other.
_ONE_THREAD = dict.fromkeys(("OPENCV_FOR_THREADS_NUM", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")


class _Worker:
    """A fresh process and the pipe to it. Nobody else holds the pipe, so that a process that is gone, at whatever moment, shows as its end."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with hidden_from_children():
            # Done beforehand, because starting it makes the first worker hear interrupts again.
            resource_tracker.ensure_running()
        with theirs, hidden_from_children(), _environment(_ONE_THREAD):
            self.process.start()
        self._woken = False

    def wake(self, function: Callable[[], object]) -> None:
        """Have it do something without waiting; whether that goes well shows when it is asked for more."""
        with suppress(OSError):
            self._pipe.send_bytes(ForkingPickler.dumps((function, ())))
        self._woken = True

    def ask(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
        """What the function gives or raises over there. EOFError, OSError: the process is gone."""
        self._pipe.send_bytes(ForkingPickler.dumps((function, arguments)))
        if self._woken:
            self._pipe.recv()
            self._woken = False
        answer: tuple[Any, BaseException | None] = self._pipe.recv()
        return answer


class _Pool(ThreadPoolExecutor):
    """Threads that each have a process do their work."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self._size = workers
        self._mine = threading.local()
        self._started: list[_Worker] = []
        self._awake: deque[_Worker] = deque()
        self._ended = False
        self._starting = threading.Lock()

    def submit(self, function: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        return super().submit(self._have_done, partial(function, **kwargs), args)

    def wake(self, function: Callable[[], object]) -> None:
        """Start all processes before there is work for them, and have each do something."""
        workers = [self._start() for _ in range(self._size)]
        for worker in workers:
            worker.wake(function)
        self._awake.extend(workers)

    def end(self) -> None:
        """Nothing more is begun, and the processes are gone, whatever they were doing."""
        with self._starting:
            self._ended = True
        for worker in self._started:
            worker.process.kill()
        self.shutdown(wait=True, cancel_futures=True)
        for worker in self._started:
            worker.process.join()

    def _have_done(self, function: Callable[..., R], arguments: tuple[Any, ...]) -> R:
        try:
            result, error = self._worker().ask(function, arguments)
        except (EOFError, OSError) as gone:
            self._mine.worker = None
            raise worker_lost(self._size) from gone
        if error is not None:
            raise error
        returned: R = result
        return returned

    def _worker(self) -> _Worker:
        """This thread's own."""
        worker: _Worker | None = getattr(self._mine, "worker", None)
        if worker is None:
            worker = self._mine.worker = self._start()
        return worker

    def _start(self) -> _Worker:
        with self._starting:
            if self._awake:
                return self._awake.popleft()
            if self._ended:
                raise CancelledError
            self._started.append(_Worker())
            return self._started[-1]


@contextmanager
def worker_pool(workers: int, *, wake: Callable[[], object] | None = None) -> Iterator[Executor]:
    """Up to `workers` fresh processes, each started when there is work for it; work whose process is lost raises WorkerLostError.

    With `wake` all are started now, and each does that first.
    On an error or an interrupt they are ended at once, whatever they are doing.
    """
    pool = _Pool(workers)
    try:
        if wake:
            with interrupts_held():
                pool.wake(wake)
        yield pool
        pool.shutdown(wait=True, cancel_futures=True)
    finally:
        with interrupts_held():
            pool.end()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The variables that processes started meanwhile are given; what the user set stays."""
    added = [name for name in values if name not in os.environ]
    os.environ.update({name: values[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def core_count() -> int:
    """How many cores this process may use, at least 1."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def map_ahead(executor: Executor, function: Callable[[T], R], items: Iterable[T], *, ahead: int) -> Iterator[R]:
    """`executor.map` that works at most `ahead` items before the one that is asked for, so that memory stays flat."""
    waiting = iter(items)
    running = deque(executor.submit(function, item) for item in islice(waiting, ahead))
    while running:
        result = running.popleft().result()
        running.extend(executor.submit(function, item) for item in islice(waiting, 1))
        yield result


def worker_lost(workers: int) -> WorkerLostError:
    """The error for a worker that the system ended, with what to try."""
    return WorkerLostError(f"the system ended a worker process, mostly for want of memory; try --workers {max(1, workers // 2)}")


def _serve(pipe: Connection) -> None:
    """A worker's life: interrupts are its parent's business, and it never outlives its parent."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    while True:
        pipe.send_bytes(_answer(*pipe.recv()))


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """The function's result, or its error with the place where it arose, ready to be sent."""
    try:
        return ForkingPickler.dumps((function(*arguments), None))
    except Exception as error:  # noqa: BLE001 - it is raised again on the other side
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        return ForkingPickler.dumps((None, error))


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
