"""The command line: parse, one call, print."""

import _thread
import signal
import sys
import threading
from typing import Any, NoReturn

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and end the process with its exit code; Ctrl-C is one line, also while the program is still loading."""
    sys.unraisablehook = _interrupts_come_again(sys.unraisablehook)
    try:
        from spasmograph.cli.program import run_program

        code = run_program(arguments)
    except KeyboardInterrupt:
        print("spasmograph: interrupted", file=sys.stderr)  # noqa: T201 - nothing else may be loaded yet
        code = INTERRUPTED
    _forget_interrupts()
    sys.exit(code)


def _interrupts_come_again(otherwise: Any) -> Any:
    """What Python calls for an error where none can be raised, as while an object is freed: an interrupt is not lost there."""

    def heard(unraisable: Any) -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            threading.Timer(0.01, _interrupt).start()
        else:
            otherwise(unraisable)

    return heard


def _interrupt() -> None:
    """As Ctrl-C does: a wait of the main thread ends, too, where the system can do that."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()


def _forget_interrupts() -> None:
    """Code run from text, as dataclasses are made, that was left by an interrupt makes CPython end by the signal, whatever the exit code."""
    eval("None")  # noqa: S307 - the shortest code run from text; what it ends well is what CPython remembers
