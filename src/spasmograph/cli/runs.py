"""Recording after recording, films or EMG: measured, written, printed; what failed is said and counted."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

from spasmograph.app.batch import OnProgress, Outcome
from spasmograph.app.interrupts import interrupts_held
from spasmograph.cli.exits import DONE, SOME_FAILED, exit_code
from spasmograph.cli.loading import load_ahead
from spasmograph.cli.progress import Display, display
from spasmograph.cli.wording import failure, safe, say
from spasmograph.errors import SpasmographError

if TYPE_CHECKING:
    from rich.console import Group

    from spasmograph.model import EmgMeasurement, Measurement


M = TypeVar("M", "Measurement", "EmgMeasurement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[M]):
    """One kind of recording: what it is called, and how it is measured, counted, reported and summed up in the terminal.

    `outcomes` is called with the files and with what hears of progress: a recording's number from 0, what is done, and what there is in all.
    """

    noun: str
    outcomes: Callable[[Sequence[Path], OnProgress], Generator[Outcome[M]]]
    amount: Callable[[M], str]
    report: Callable[[M], tuple[str, bytes]]
    summary: Callable[[M], "Group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[M]):
    """What is to be done with every recording; without `out_dir` nothing is written."""

    kind: Kind[M]
    files: tuple[Path, ...]
    out_dir: Path | None
    as_json: bool
    quiet: bool


@dataclass(slots=True)
class _Tally:
    """What became of the recordings so far."""

    codes: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)


def run(job: Job[M]) -> int:
    """Measure every recording; the exit code: one recording's own, or for several whether any failed."""
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


def _destination(job: Job[M]) -> AbstractContextManager[Any]:
    from spasmograph.io.destination import destination

    return destination(job.out_dir) if job.out_dir else nullcontext()


def _outcomes(job: Job[M], shown: Display) -> Generator[Outcome[M]]:
    def progress(number: int, done: int, total: int) -> None:
        if not done:
            shown.start(_title(job, number))
        elif job.out_dir:
            load_ahead()
        shown.frames(done, total)

    return job.kind.outcomes(job.files, progress)


def _title(job: Job[M], number: int) -> str:
    name = job.files[number].name
    return name if len(job.files) == 1 else f"{number + 1} of {len(job.files)}: {name}"


def _finish(outcome: Outcome[M], job: Job[M], shown: Display, tally: _Tally) -> None:
    """Write and print one recording's results, or say why there are none."""
    try:
        measurement = outcome.result()
        folder = _written(measurement, job.kind, job.out_dir) if job.out_dir else None
    except SpasmographError as error:
        tally.codes.append(exit_code(error))
        tally.failures.append(failure(outcome.path, error))
        with shown.aside():
            say(tally.failures[-1])
        return
    tally.codes.append(DONE)
    shown.finish(f"{safe(str(outcome.path))}: {job.kind.amount(measurement)} measured")
    if job.as_json:
        tally.documents.append(_json(measurement))
    elif not job.quiet:
        with shown.aside():
            _print(job.kind.summary(measurement), folder)


def _written(measurement: M, kind: Kind[M], out_dir: Path) -> Path:
    """Write the five files; Ctrl-C waits until they are in place."""
    from spasmograph.io.results import write_results

    html, pdf = kind.report(measurement)
    with interrupts_held():
        return write_results(measurement, html, pdf, out_dir)


def _json(measurement: M) -> str:
    from spasmograph.io.results import measurement_to_json

    return measurement_to_json(measurement)


def _print(summary: "Group", folder: Path | None) -> None:
    """The first page of the report, and where the rest is."""
    from rich.console import Console

    Console(highlight=False, emoji=False).print(summary)
    if folder:
        click.echo(f"Report: {safe(str(folder / 'report.html'))}\n")


def _conclude(job: Job[M], tally: _Tally) -> None:
    """What stands at the end: the documents for programs, and for several recordings how many were measured."""
    if job.as_json and tally.documents:
        click.echo(tally.documents[0] if len(job.files) == 1 else _array(tally.documents), nl=False)
    if len(job.files) > 1 and not job.quiet:
        measured = len(job.files) - len(tally.failures)
        say(f"{measured} of {len(job.files)} {job.kind.noun}s measured" + (". Not measured:" if tally.failures else ""))
        for line in tally.failures:
            click.echo(f"  {line}", err=True)
        sys.stderr.flush()


def _array(documents: list[str]) -> str:
    return "[\n" + ",\n".join(document.rstrip() for document in documents) + "\n]\n"
