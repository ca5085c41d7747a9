"""Worker processes that leave quietly: an interrupt reaches this process alone, which then ends them at once."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class _Pool(ProcessPoolExecutor):
    """Processes that are started with Ctrl-C held back, so that it never finds them half awake."""

    def submit(self, function: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        with _interrupts_held():
            return super().submit(function, *args, **kwargs)


@contextmanager
def worker_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Up to `workers` fresh processes; on an error or an interrupt they are ended at once, whatever they are doing."""
    before = set(multiprocessing.active_children())
    pool = _Pool(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_ignore_interrupts)
    try:
        yield pool
    except BaseException:
        _end(set(multiprocessing.active_children()) - before)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def core_count() -> int:
    """How many cores this process may use, at least 1."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def map_ahead(pool: ProcessPoolExecutor, function: Callable[[T], R], items: Iterable[T], *, ahead: int) -> Iterator[R]:
    """`pool.map` that never works more than `ahead` items before the one that is asked for, so that memory stays flat."""
    waiting = iter(items)
    running = deque(pool.submit(function, item) for item in islice(waiting, ahead))
    while running:
        result = running.popleft().result()
        running.extend(pool.submit(function, item) for item in islice(waiting, 1))
        yield result


def _end(processes: Iterable[Any]) -> None:
    for process in processes:
        process.kill()


def _ignore_interrupts() -> None:
    """Where interrupts cannot be held back (Windows), a worker at least ignores them once it runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits until the block is left; processes started in it never see one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
