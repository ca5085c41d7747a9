"""Worker processes that leave quietly: an interrupt reaches this process alone, which then ends them at once."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from spasmograph.app.interrupts import interrupts_held
from spasmograph.errors import WorkerLostError

T = TypeVar("T")
R = TypeVar("R")


# There is a worker for every core, so a worker's libraries must not start threads of their own: they would wait for each other.
_ONE_THREAD = dict.fromkeys(("OPENCV_FOR_THREADS_NUM", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")


class _Pool(ProcessPoolExecutor):
    """Processes that are started with Ctrl-C held back, so that it never finds them half awake, and whose libraries use one thread."""

    def submit(self, function: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        with interrupts_held(), _environment(_ONE_THREAD):
            return super().submit(function, *args, **kwargs)


@contextmanager
def worker_pool(workers: int) -> Iterator[Executor]:
    """Up to `workers` fresh processes, each started when there is work for it.

    On an error or an interrupt they are ended at once, whatever they are doing.
    """
    before = set(multiprocessing.active_children())
    pool = _Pool(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare)
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


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


def _prepare() -> None:
    """In a new worker: interrupts are its parent's business, and it never outlives its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
