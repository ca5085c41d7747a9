"""What every command that measures recordings offers for its results: where they go, as JSON, quietly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from spasmograph.terms import Task

TASKS = [task.value for task in Task if task.value]
DEFAULT_OUT = Path("results")
Command = TypeVar("Command", bound=Callable[..., Any])


def out_option(noun: str) -> Callable[[Command], Command]:
    """`--out`: the folder of the results, one for each recording in it."""
    words = f"Where the results go, a folder for each {noun}.  [default: results; with --json: nowhere]"
    return click.option("--out", "out_dir", type=click.Path(path_type=Path), metavar="DIR", help=words)


def json_option(noun: str) -> Callable[[Command], Command]:
    """`--json`: results for programs."""
    words = f"Print measurement.json, and nothing else, on standard output; an array for several {noun}s."
    return click.option("--json", "as_json", is_flag=True, help=words)


quiet_option = click.option("--quiet", is_flag=True, help="Print errors only.")


def out_dir(given: dict[str, Any]) -> Path | None:
    """Where the results go: nowhere if they are only printed."""
    chosen: Path | None = given["out_dir"]
    return None if given["as_json"] and chosen is None else chosen or DEFAULT_OUT
