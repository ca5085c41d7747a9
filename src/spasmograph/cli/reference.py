"""The pages of the documentation that repeat what the command line says of itself: `python -m spasmograph.cli.reference docs` writes them."""

import sys
from pathlib import Path

import click

from spasmograph.cli.exits import CODES, MEANINGS
from spasmograph.cli.program import program

WIDTH = 80
MADE = "<!-- Written by `make docs`; change the command line, not this page. -->"


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    return {"cli.md": _commands(), "exit-codes.md": _exit_codes()}


def write_pages(folder: Path) -> None:
    """Write the pages into a folder."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def _commands() -> str:
    root = click.Context(program, info_name="spasmograph", terminal_width=WIDTH, **program.context_settings)
    parts = [f"# The command line\n\n{MADE}\n\n```\n{program.get_help(root)}\n```\n"]
    parts += _of_group(program, root, level=2)
    return "\n".join(parts)


def _of_group(group: click.Group, above: click.Context, *, level: int) -> list[str]:
    """What each command of a group says, and under a group its own."""
    parts = []
    for name in sorted(group.list_commands(above)):
        command = group.get_command(above, name)
        if command is None:
            continue
        context = click.Context(command, parent=above, info_name=name, terminal_width=WIDTH)
        parts.append(f"{'#' * level} {context.command_path}\n\n```\n{command.get_help(context)}\n```\n")
        if isinstance(command, click.Group):
            parts += _of_group(command, context, level=level + 1)
    return parts


def _exit_codes() -> str:
    rows = "\n".join(f"| {code} | {meaning} | {_errors(code)} |" for code, meaning in MEANINGS.items())
    return f"# Exit codes\n\n{MADE}\n\n| code | meaning | error in Python |\n|---|---|---|\n{rows}\n\n{_EXPLAINED}"


def _errors(code: int) -> str:
    return ", ".join(f"`{kind.__name__}`" for kind, its in CODES.items() if its == code)


_EXPLAINED = """\
Every failure is one line on standard error, `spasmograph: clip.mp4: what and what to do`. A film that failed leaves no results; the others of the
same command are measured and written all the same, and the last lines say which failed and why.

Results are written whole or not at all: also after Ctrl-C, on a full disk, or when the system ends a process. Only a process that is killed outright
can leave a hidden folder `.spasmograph-…` behind; a later command that writes to the same place, an hour or more afterwards, puts it right. A film
that changes while it is read, because it is still being copied, gives no numbers at all.

Anything else that goes wrong is a mistake in the program and shows itself as a Python traceback; please report it.
"""

if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
