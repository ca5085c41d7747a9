"""The command line: parse, one call, print."""

import _thread
import signal
import sys
import threading
from contextlib import suppress
from typing import Any, NoReturn

from spasmograph.app.interrupts import ended_once, listen_again

# Added to a signal's number, as shells do: 130 for Ctrl-C.
BY_SIGNAL = 128
# Long enough to have left, also on a busy machine, the place where nothing can be raised.
_AGAIN_S = 0.25


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and end the process with its exit code; Ctrl-C is one line, also while the program is still loading."""
    sys.unraisablehook = _interrupts_come_again(sys.unraisablehook)
    with ended_once():
        try:
            from spasmograph.cli.program import run_program

            code = run_program(arguments)
        except BaseException as error:
            interrupt = _behind(error)
            if interrupt is None:
                raise
            code = interrupted(interrupt)
    _forget_interrupts()
    sys.exit(code)


def _behind(error: BaseException | None) -> KeyboardInterrupt | None:
    """The interrupt that an error is or comes from: one that falls into the loading of a compiled module arrives as that module's failure."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__
    return error


def interrupted(interrupt: KeyboardInterrupt) -> int:
    """Say so, if there is still a terminal to hear it; the exit code."""
    with suppress(OSError):
        print("spasmograph: interrupted", file=sys.stderr, flush=True)  # noqa: T201 - nothing else may be loaded yet
    return BY_SIGNAL + _number(interrupt)


def _number(interrupt: BaseException) -> int:
    return int(getattr(interrupt, "number", signal.SIGINT))


def _interrupts_come_again(otherwise: Any) -> Any:
    """What Python calls for an error where none can be raised, as while an object is freed: an interrupt is not lost there."""

    def heard(unraisable: Any) -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            listen_again()
            threading.Timer(_AGAIN_S, _interrupt, [_number(unraisable.exc_value)]).start()
        else:
            otherwise(unraisable)

    return heard


def _interrupt(number: int) -> None:
    """As the signal does: a wait of the main thread ends, too, where the system can do that."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        _thread.interrupt_main()


def _forget_interrupts() -> None:
    """Code run from text, as dataclasses are made, that was left by an interrupt makes CPython end by the signal, whatever the exit code."""
    eval("None")  # noqa: S307 - the shortest code run from text; what it ends well is what CPython remembers
