"""`spasmograph analyze`: films in, results out."""

from pathlib import Path

import click

from spasmograph.app.batch import Options, Outcome, analyze_files
from spasmograph.cli.exits import MEASURED, SOME_FAILED, exit_code
from spasmograph.cli.wording import failure
from spasmograph.errors import SpasmographError
from spasmograph.terms import Task


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--out", "out_dir", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the results; each film gets a folder of its name in it.")
@click.option("--task", type=click.Choice([task.value for task in Task if task.value]), help="What the person was asked to do.")
@click.option("--mirrored", is_flag=True, help="The films are mirror images.")
@click.option("--from", "start_s", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="Measure from here on.")
@click.option("--to", "end_s", type=click.FloatRange(min=0), metavar="SECONDS", help="Measure up to here.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="How many processes share the work.")
@click.option("--json", "as_json", is_flag=True, help="Print measurement.json for programs.")
def analyze(files: tuple[Path, ...], out_dir: Path | None, task: str | None, mirrored: bool, start_s: float, end_s: float | None, workers: int | None, as_json: bool) -> int:
    """Measure every FILE."""
    from spasmograph.app.pool import core_count

    options = Options(task=Task(task or ""), mirrored=mirrored, start_s=start_s, end_s=end_s)
    out_dir = out_dir or Path("results")
    codes = [_finish(outcome, out_dir) for outcome in analyze_files(files, options, workers=workers or core_count())]
    return codes[0] if len(codes) == 1 else SOME_FAILED if any(codes) else MEASURED


def _finish(outcome: Outcome, out_dir: Path) -> int:
    try:
        if outcome.error:
            raise outcome.error
        folder = _write(outcome, out_dir)
    except SpasmographError as error:
        click.echo("spasmograph: " + failure(str(outcome.path), error), err=True)
        return exit_code(error)
    click.echo(f"Report: {folder / 'report.html'}")
    return MEASURED


def _write(outcome: Outcome, out_dir: Path) -> Path:
    from rich.console import Console

    from spasmograph.io.results import write_results
    from spasmograph.present import report_html, report_pdf, summary_table

    measurement = outcome.measurement
    assert measurement is not None
    folder = write_results(measurement, report_html(measurement), report_pdf(measurement), out_dir)
    Console(highlight=False, emoji=False).print(summary_table(measurement))
    return folder
