"""`spasmograph analyze`: films in, results out."""

import math
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spasmograph.app.batch import OnProgress, Options, Outcome, analyze_files
from spasmograph.app.pool import core_count
from spasmograph.cli.exits import HELP, ending_well
from spasmograph.cli.results import TASKS, json_option, out_dir, out_option, quiet_option
from spasmograph.cli.runs import Job, Kind, run
from spasmograph.cli.wording import counted
from spasmograph.terms import Task

if TYPE_CHECKING:
    from rich.console import Group

    from spasmograph.model import Measurement

EXAMPLES = """\b
Examples:
  spasmograph analyze clip.mp4 --task rest
  spasmograph analyze monday.mov friday.mov --out results --task rest
  spasmograph analyze clip.mp4 --from 5 --to 65 --json > clip.json

"""
LANDMARK_SOURCES = ["attention"]


def _seconds(_context: click.Context, _option: click.Parameter, value: str | None) -> float | None:
    """A time in seconds, 0 or more."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        msg = f"{value!r} is not a time in seconds, such as 12.5."
        raise click.BadParameter(msg)
    return seconds


@click.command(epilog=EXAMPLES + HELP, short_help="Measure the face in one or more videos.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@out_option("film")
@click.option(
    "--task",
    type=click.Choice(TASKS),
    metavar="TASK",
    help=f"What the person was asked to do: {', '.join(TASKS)}. A blink rate means little without it.",
)
@click.option("--mirrored", is_flag=True, help="The films are mirror images, as some selfie cameras save them. It is never guessed.")
@click.option("--from", "start_s", callback=_seconds, default="0", metavar="SECONDS", help="Measure from this time on.")
@click.option("--to", "end_s", callback=_seconds, metavar="SECONDS", help="Measure up to this time.")
@click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="How many processes share the work; the results are the same.  [default: one a core]"
)
@click.option("--landmarks", type=click.Choice(LANDMARK_SOURCES), default="attention", show_default=True, help="Which model finds the face's points.")
@json_option("film")
@quiet_option
def analyze(**given: Any) -> None:
    """Measure the face in every FILE: how often each side contracts, how strongly, how long, and how sure that is.

    Left and right are the patient's own. Each film gets a folder of its name with report.html, report.pdf, events.csv, signals.parquet and
    measurement.json.
    """
    start_s, end_s = given["start_s"], given["end_s"]
    if end_s is not None and end_s <= start_s:
        msg = f"--to {end_s:g} must be later than --from {start_s:g}."
        raise click.UsageError(msg)
    options = Options(task=Task(given["task"] or ""), mirrored=given["mirrored"], start_s=start_s, end_s=end_s)
    job = Job(
        kind=films(options, given["workers"] or core_count()),
        files=given["files"],
        out_dir=out_dir(given),
        as_json=given["as_json"],
        quiet=given["quiet"],
    )
    with ending_well():
        code = run(job)
    click.get_current_context().exit(code)


def films(options: Options, workers: int) -> "Kind[Measurement]":
    """Films, measured by so many processes."""

    def outcomes(paths: Sequence[Path], on_progress: OnProgress) -> "Generator[Outcome[Measurement]]":
        return analyze_files(paths, options, workers=workers, on_progress=on_progress)

    return Kind(noun="film", outcomes=outcomes, amount=_frames, report=_report, summary=_summary)


def _frames(measurement: "Measurement") -> str:
    return counted(len(measurement.signals), "frame")


def _report(measurement: "Measurement") -> tuple[str, bytes]:
    from spasmograph.present import report_html, report_pdf

    return report_html(measurement), report_pdf(measurement)


def _summary(measurement: "Measurement") -> "Group":
    from spasmograph.present import summary_table

    return summary_table(measurement)
