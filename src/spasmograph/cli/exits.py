"""What the exit codes mean, and which error ends the command with which: one table for the code, the help and the docs."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import click

from spasmograph.cli import BY_SIGNAL, interrupted
from spasmograph.cli.wording import safe, say
from spasmograph.errors import (
    ConflictError,
    InputError,
    MissingExtraError,
    ModelFileError,
    OutputError,
    RecordError,
    SpasmographError,
    UnmeasuredError,
    WorkerLostError,
)

DONE = 0
SOME_FAILED = 1
WRONG_USAGE = 2
UNREADABLE = 3
UNMEASURED = 4
UNWRITTEN = 5
BROKEN = 6
NO_RECORD = 7
CONFLICT = 8
HUNG_UP = BY_SIGNAL + 1
INTERRUPTED = BY_SIGNAL + signal.SIGINT
ENDED = BY_SIGNAL + signal.SIGTERM

MEANINGS = {
    DONE: "done; all recordings were measured",
    SOME_FAILED: "of several recordings or rows at least one failed; the others went well",
    WRONG_USAGE: "the command was not understood",
    UNREADABLE: "the input cannot be read",
    UNMEASURED: "the input can be read, but the face or the muscles in it cannot be measured",
    UNWRITTEN: "the results could not be written",
    BROKEN: "a part of the program is missing, or the system ended one of its processes",
    NO_RECORD: "the record has no such entry, or cannot be opened",
    CONFLICT: "the record was changed meanwhile, or stands against it; nothing was overwritten",
    HUNG_UP: "ended because the terminal was closed; nothing half-written is left",
    INTERRUPTED: "interrupted with Ctrl-C; nothing half-written is left",
    ENDED: "ended by the system or by `kill`; nothing half-written is left",
}

# What is not in this table is a bug and stays a traceback.
CODES: dict[type[SpasmographError], int] = {
    InputError: UNREADABLE,
    UnmeasuredError: UNMEASURED,
    OutputError: UNWRITTEN,
    ConflictError: CONFLICT,
    RecordError: NO_RECORD,
    MissingExtraError: BROKEN,
    ModelFileError: BROKEN,
    WorkerLostError: BROKEN,
}

HELP = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())


def exit_code(error: SpasmographError) -> int:
    """The exit code of an error that was raised on purpose."""
    return next(code for kind, code in CODES.items() if isinstance(error, kind))


@contextmanager
def ending_well() -> Iterator[None]:
    """An error that was raised on purpose becomes one line and an exit code, and so does an interrupt."""
    try:
        yield
    except SpasmographError as error:
        say(safe(str(error)))
        click.get_current_context().exit(exit_code(error))
    except KeyboardInterrupt as interrupt:
        click.get_current_context().exit(interrupted(interrupt))
