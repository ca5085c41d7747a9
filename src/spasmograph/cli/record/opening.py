"""The record that a command is about, opened and closed around it; what every command of the record takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spasmograph.cli.exits import ending_well

if TYPE_CHECKING:
    from spasmograph.app.workspace import Workspace

home_option = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    metavar="DIR",
    help="The folder of the record.  [default: SPASMOGRAPH_HOME, or ~/Spasmograph]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else, one entry a line.")
at_option = click.option("--at", metavar="WHEN", help="When it was, as 2026-03-14, '2026-03-14 21:30', 21:30 or yesterday.  [default: now]")


@contextmanager
def opened(home: Path | None) -> "Iterator[Workspace]":
    """The record in a folder; what goes wrong with it is one line and an exit code."""
    with ending_well():
        from spasmograph.app.workspace import open_workspace

        workspace = open_workspace(home)
        try:
            yield workspace
        finally:
            workspace.close()


def whole_id(workspace: "Workspace", beginning: str) -> str:
    """The id of the one entry that begins so, as lists shorten it; what fits none stays as it is.

    Raises:
        click.BadParameter: several begin so.
    """
    from spasmograph.app.workspace.workspace import SETTINGS_ID

    found = [point.id for point in workspace.points() if beginning and point.id.startswith(beginning)]
    if len(found) > 1 and beginning not in found:
        msg = f"{len(found)} entries begin with {beginning}; write more of the id."
        raise click.BadParameter(msg, param_hint="ID")
    return beginning if beginning in (*found, SETTINGS_ID) else (found or [beginning])[0]


def asked(question: str, *, option: str) -> bool:
    """What a person answers.

    Raises:
        click.UsageError: there is nobody to ask.
    """
    try:
        return click.confirm(question, err=True)
    except click.Abort as abort:
        raise nobody_there(abort, option) from abort


def nobody_there(abort: click.Abort, option: str) -> Exception:
    """What the end of a question means: Ctrl-C, or an input that has ended."""
    if isinstance(abort.__context__, EOFError):
        return click.UsageError(f"Nobody is there to answer; nothing was done. {option} does it without a question.")
    return abort
