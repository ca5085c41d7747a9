"""Film after film: measured, written, printed; what failed is said and counted."""

import sys
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spasmograph.app.batch import Options, Outcome, analyze_files
from spasmograph.app.interrupts import interrupts_held
from spasmograph.cli.exits import DONE, SOME_FAILED, exit_code
from spasmograph.cli.loading import load_ahead
from spasmograph.cli.progress import Display, display
from spasmograph.cli.wording import counted, failure, safe, say
from spasmograph.errors import SpasmographError

if TYPE_CHECKING:
    from spasmograph.model import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be done with every film; without `out_dir` nothing is written."""

    files: tuple[Path, ...]
    options: Options
    out_dir: Path | None
    workers: int
    as_json: bool
    quiet: bool


@dataclass(slots=True)
class _Tally:
    """What became of the films so far."""

    codes: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)


def run(job: Job) -> int:
    """Measure every film; the exit code: one film's own, or for several whether any failed."""
    tally = _Tally()
    with _destination(job), display(quiet=job.quiet) as shown:
        shown.start(_title(job, 0))
        with closing(_outcomes(job, shown)) as outcomes:
            for outcome in outcomes:
                _finish(outcome, job, shown, tally)
    _conclude(job, tally)
    if len(tally.codes) == 1:
        return tally.codes[0]
    return SOME_FAILED if any(tally.codes) else DONE


def _destination(job: Job) -> AbstractContextManager[Any]:
    from spasmograph.io.destination import destination

    return destination(job.out_dir) if job.out_dir else nullcontext()


def _outcomes(job: Job, shown: Display) -> Any:
    def progress(number: int, done: int, total: int) -> None:
        if not done:
            shown.start(_title(job, number))
        elif job.out_dir:
            load_ahead()
        shown.frames(done, total)

    return analyze_files(job.files, job.options, workers=job.workers, on_progress=progress)


def _title(job: Job, number: int) -> str:
    name = job.files[number].name
    return name if len(job.files) == 1 else f"{number + 1} of {len(job.files)}: {name}"


def _finish(outcome: Outcome, job: Job, shown: Display, tally: _Tally) -> None:
    """Write and print one film's results, or say why there are none."""
    try:
        measurement = _measurement(outcome)
        folder = _written(measurement, job.out_dir) if job.out_dir else None
    except SpasmographError as error:
        tally.codes.append(exit_code(error))
        tally.failures.append(failure(outcome.path, error))
        with shown.aside():
            say(tally.failures[-1])
        return
    tally.codes.append(DONE)
    shown.finish(f"{safe(str(outcome.path))}: {counted(len(measurement.signals), 'frame')} measured")
    if job.as_json:
        tally.documents.append(_json(measurement))
    elif not job.quiet:
        with shown.aside():
            _print(measurement, folder)


def _measurement(outcome: Outcome) -> "Measurement":
    if outcome.error:
        raise outcome.error
    if outcome.measurement is None:
        msg = "an outcome holds a measurement or an error"
        raise AssertionError(msg)
    return outcome.measurement


def _written(measurement: "Measurement", out_dir: Path) -> Path:
    """Write the five files; Ctrl-C waits until they are in place."""
    from spasmograph.io.results import write_results
    from spasmograph.present import report_html, report_pdf

    html, pdf = report_html(measurement), report_pdf(measurement)
    with interrupts_held():
        return write_results(measurement, html, pdf, out_dir)


def _json(measurement: "Measurement") -> str:
    from spasmograph.io.results import measurement_to_json

    return measurement_to_json(measurement)


def _print(measurement: "Measurement", folder: Path | None) -> None:
    """The first page of the report, and where the rest is."""
    from rich.console import Console

    from spasmograph.present import summary_table

    Console(highlight=False, emoji=False).print(summary_table(measurement))
    if folder:
        click.echo(f"Report: {safe(str(folder / 'report.html'))}\n")


def _conclude(job: Job, tally: _Tally) -> None:
    """What stands at the end: the documents for programs, and for several films how many were measured."""
    if job.as_json and tally.documents:
        click.echo(tally.documents[0] if len(job.files) == 1 else _array(tally.documents), nl=False)
    if len(job.files) > 1 and not job.quiet:
        measured = len(job.files) - len(tally.failures)
        say(f"{measured} of {len(job.files)} films measured" + (". Not measured:" if tally.failures else ""))
        for line in tally.failures:
            click.echo(f"  {line}", err=True)
        sys.stderr.flush()


def _array(documents: list[str]) -> str:
    return "[\n" + ",\n".join(document.rstrip() for document in documents) + "\n]\n"
