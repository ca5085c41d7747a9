"""Interrupts at a time that suits: Ctrl-C, `kill` and a closed terminal are one thing, and wait while something must be done whole."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Windows has no terminal that hangs up.
ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Ended(KeyboardInterrupt):
    """An interrupt that is not Ctrl-C: `kill`, a system that shuts down, a terminal that was closed."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def ended_once() -> Iterator[None]:
    """In the block every wish to end is an interrupt, and of several only the first is heard, so that tidying up is not interrupted again.

    What was ignored when the program was started, as under `nohup`, stays ignored. Once an interrupt was heard the rest stay unheard to the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _end) for number in ENDING if signal.getsignal(number) not in (signal.SIG_IGN, None)}
    try:
        yield
    finally:
        # While Python itself is taken down, it would answer an interrupt by dying of it.
        for number, handler in before.items():
            signal.signal(number, handler if signal.getsignal(number) is _end else signal.SIG_IGN)


def listen_again() -> None:
    """The interrupt that was heard got lost; the next one counts."""
    for number in ENDING:
        if signal.getsignal(number) is _unheard:
            signal.signal(number, _end)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """An interrupt waits until the block is left, and processes started in it never see one.

    Outside the main thread, where interrupts do not arrive, the block simply runs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []
    before = {number: signal.signal(number, lambda number, _: caught.append(number)) for number in ENDING if callable(signal.getsignal(number))}
    try:
        with hidden_from_children():
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in caught[:1]:
        signal.raise_signal(number)


@contextmanager
def hidden_from_children() -> Iterator[None]:
    """Processes that this thread starts in the block never see an interrupt: they inherit what it blocks; Windows has no such thing."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(number: int, _: FrameType | None) -> None:
    for other in ENDING:
        if signal.getsignal(other) is _end:
            signal.signal(other, _unheard)
    raise KeyboardInterrupt if number == signal.SIGINT else Ended(number)


def _unheard(_number: int, _frame: FrameType | None) -> None:
    """An interrupt after the first."""
