"""How an interrupt ends the command: never unseen, and always with the same exit code."""

import io
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import click
import pytest

from spasmograph.app.interrupts import ENDING, Ended, ended_once, interrupts_held, listen_again
from spasmograph.cli import _interrupts_come_again, interrupted
from spasmograph.cli.program import _interrupt_in

# An interrupt in code run from text, which CPython remembers beyond the error, and one where nothing can be raised.
IN_TEXT = "exec('raise KeyboardInterrupt')"
WHILE_FREED = """
class Freed:
    def __del__(self):
        raise KeyboardInterrupt
Freed()
import time
time.sleep(60)
"""

PROGRAM = """
import sys
from spasmograph.cli import main, program
program.run_program = lambda _: exec(compile(sys.argv[1], 'text', 'exec'))
main()
"""
# An interrupt that falls into the loading of a compiled module arrives as that module's failure.
WHILE_LOADED = """
try:
    raise KeyboardInterrupt
except KeyboardInterrupt as interrupt:
    raise SystemError('initialization of a module failed') from interrupt
"""


@pytest.mark.parametrize("happens", [IN_TEXT, WHILE_FREED, WHILE_LOADED])
def test_interrupted_command_ends_with_130_and_one_line(happens: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, happens], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "spasmograph: interrupted\n")


def test_another_error_after_an_interrupt_stays_a_traceback() -> None:
    later = "try:\n    raise KeyboardInterrupt\nexcept KeyboardInterrupt:\n    raise SystemError('a mistake')"
    done = subprocess.run([sys.executable, "-c", PROGRAM, later], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert done.stderr.endswith("SystemError: a mistake\n")


def test_other_errors_that_cannot_be_raised_are_told_as_before() -> None:
    told: list[object] = []
    lost = SimpleNamespace(exc_value=ValueError("lost"))

    _interrupts_come_again(told.append)(lost)

    assert told == [lost]
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


# Of several wishes to end the first is heard


def heard(*numbers: int) -> BaseException | None:
    """What the first of some signals raises; the others come while it is tidied up."""
    try:
        signal.raise_signal(numbers[0])
    except KeyboardInterrupt as interrupt:
        for number in numbers[1:]:
            signal.raise_signal(number)
        return interrupt
    return None


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [number for number in ENDING if number != signal.SIGINT])
def test_a_wish_to_end_is_an_interrupt_with_its_number(number: int) -> None:
    with ended_once():
        interrupt = heard(number, number, signal.SIGINT)

    assert isinstance(interrupt, Ended)
    assert interrupted(interrupt) == 128 + number
    assert {signal.getsignal(every) for every in ENDING} == {signal.SIG_IGN}, "nothing interrupts the end"


def test_ctrl_c_is_the_plain_interrupt() -> None:
    with ended_once():
        interrupt = heard(signal.SIGINT, signal.SIGTERM)

    assert type(interrupt) is KeyboardInterrupt
    assert interrupted(interrupt) == 130


def test_without_an_interrupt_everything_is_as_before() -> None:
    before = [signal.getsignal(number) for number in ENDING]

    with ended_once():
        assert signal.getsignal(signal.SIGTERM) not in before

    assert [signal.getsignal(number) for number in ENDING] == before


def test_what_was_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

    with ended_once():
        assert heard(signal.SIGTERM) is None

    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_after_a_lost_interrupt_the_next_one_counts() -> None:
    with ended_once():
        assert isinstance(heard(signal.SIGTERM), Ended)
        assert heard(signal.SIGTERM) is None
        listen_again()
        assert isinstance(heard(signal.SIGTERM), Ended)


@pytest.mark.parametrize("number", ENDING)
def test_held_interrupts_come_afterwards_and_once(number: int) -> None:
    done = []

    def write() -> None:
        with interrupts_held():
            signal.raise_signal(number)
            signal.raise_signal(signal.SIGINT)
            done.append("written")

    with ended_once(), pytest.raises(KeyboardInterrupt) as caught:
        write()

    assert done == ["written"]
    assert getattr(caught.value, "number", signal.SIGINT) in {number, signal.SIGINT}


def test_outside_the_main_thread_nothing_is_changed() -> None:
    def handler() -> object:
        with ended_once():
            return signal.getsignal(signal.SIGTERM)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(handler).result() == signal.getsignal(signal.SIGTERM)


def test_an_interrupt_that_nobody_can_be_told_of_has_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Closed())

    assert interrupted(Ended(signal.SIGTERM)) == 143


@pytest.mark.parametrize(("cause", "code"), [(None, 130), (KeyboardInterrupt(), 130), (Ended(signal.SIGTERM), 143), (EOFError(), 130)])
def test_the_reason_is_not_lost_on_the_way_out(cause: BaseException | None, code: int) -> None:
    abort = click.Abort()
    abort.__cause__ = cause

    assert interrupted(_interrupt_in(abort)) == code
