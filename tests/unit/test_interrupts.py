"""How an interrupt ends the command: never unseen, and always with the same exit code."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from spasmograph.cli import _interrupts_come_again

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


@pytest.mark.parametrize("happens", [IN_TEXT, WHILE_FREED])
def test_interrupted_command_ends_with_130_and_one_line(happens: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, happens], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "spasmograph: interrupted\n")


def test_other_errors_that_cannot_be_raised_are_told_as_before() -> None:
    told: list[object] = []
    lost = SimpleNamespace(exc_value=ValueError("lost"))

    _interrupts_come_again(told.append)(lost)

    assert told == [lost]
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
