"""What the exit codes mean, and which error ends the command with which: one table for the code, the help and the docs."""

from spasmograph.errors import InputError, MissingExtraError, ModelFileError, OutputError, SpasmographError, UnmeasuredError

MEASURED = 0
SOME_FAILED = 1
WRONG_USAGE = 2
UNREADABLE = 3
UNMEASURED = 4
UNWRITTEN = 5
BROKEN_SETUP = 6
INTERRUPTED = 130

MEANINGS = {
    MEASURED: "everything was done",
    SOME_FAILED: "of several files, at least one failed; the others were measured",
    WRONG_USAGE: "the command was not understood",
    UNREADABLE: "the input cannot be read as a video",
    UNMEASURED: "the face in the video could not be measured",
    UNWRITTEN: "the results could not be written",
    BROKEN_SETUP: "the program itself could not run: a part of it is missing, or the system ended a worker process",
    INTERRUPTED: "interrupted with Ctrl-C; nothing half-written is left",
}

# The first class that fits decides; what is not in this table is a bug and stays a traceback.
CODES: tuple[tuple[type[SpasmographError], int], ...] = (
    (InputError, UNREADABLE),
    (UnmeasuredError, UNMEASURED),
    (OutputError, UNWRITTEN),
    (MissingExtraError, BROKEN_SETUP),
    (ModelFileError, BROKEN_SETUP),
)


def exit_code(error: SpasmographError) -> int:
    """The exit code of an error that was raised on purpose."""
    return next((code for kind, code in CODES if isinstance(error, kind)), SOME_FAILED)
