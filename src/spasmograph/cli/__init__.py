"""The command line: parse, one call, print."""

import sys
from typing import NoReturn

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and end the process with its exit code; Ctrl-C is one line, also while the program is still loading."""
    try:
        from spasmograph.cli.program import run_program

        code = run_program(arguments)
    except KeyboardInterrupt:
        print("spasmograph: interrupted", file=sys.stderr)  # noqa: T201 - nothing else may be loaded yet
        code = INTERRUPTED
    sys.exit(code)
