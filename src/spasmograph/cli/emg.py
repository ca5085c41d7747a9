"""`spasmograph emg`: recordings of muscle voltages in, results out."""

import math
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spasmograph.app.batch import OnProgress, Outcome
from spasmograph.app.pool import core_count
from spasmograph.cli.exits import HELP, ending_well
from spasmograph.cli.results import TASKS, out_dir, out_option, quiet_option
from spasmograph.cli.runs import Job, Kind, run
from spasmograph.cli.wording import counted
from spasmograph.terms import Side, Task

if TYPE_CHECKING:
    from rich.console import Group

    from spasmograph.app.emg import EmgOptions
    from spasmograph.model import EmgMeasurement

EXAMPLES = """\b
Examples:
  spasmograph emg --list recording.edf
  spasmograph emg recording.edf --out results
  spasmograph emg table.csv --rate 2000 --channel "EMG1=orbicularis_oculi:left" --channel "EMG2=mentalis:left"
  spasmograph emg recording.edf --with clip.mp4

"""


def _finite(_context: click.Context, option: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        msg = f"{option.opts[0]} must be a number, such as 1.5."
        raise click.BadParameter(msg)
    return value


@click.command(epilog=EXAMPLES + HELP, short_help="Measure muscle activity in one or more EMG recordings.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@out_option("recording")
@click.option("--list", "list_only", is_flag=True, help="Show what each file holds and how its channels are understood; measure nothing.")
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="NAME=MUSCLE:SIDE",
    help="Say what a channel shows, where its name does not: a muscle with left or right, or ecg, trigger or ignore. NAME may be a number from 1.",
)
@click.option(
    "--rate",
    "rate_hz",
    type=click.FloatRange(min=0, min_open=True),
    callback=_finite,
    metavar="HZ",
    help="Samples a second, for files that do not say.",
)
@click.option("--task", type=click.Choice(TASKS), metavar="TASK", help=f"What the person was asked to do: {', '.join(TASKS)}.")
@click.option("--stimulated", type=click.Choice([Side.LEFT.value, Side.RIGHT.value]), help="Which side was stimulated, where the file does not say.")
@click.option("--affected", type=click.Choice([Side.LEFT.value, Side.RIGHT.value]), help="The side with the complaints, for side-to-side ratios.")
@click.option("--stimulus", "stimulus_texts", multiple=True, metavar="TEXT", help="The annotation that marks a stimulus, where it is not recognised.")
@click.option("--with", "film", type=click.Path(path_type=Path), metavar="FILM", help="A film of the same minutes; both are put on one clock.")
@click.option(
    "--offset",
    "offset_s",
    type=float,
    callback=_finite,
    metavar="SECONDS",
    help="Where the film begins on the recording's clock.  [default: found by shared events]",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print measurement.json, and nothing else, on standard output; an array for several recordings."
)
@quiet_option
def emg(**given: Any) -> None:
    """Measure muscle activity in every FILE: bursts, what goes together, and what a stimulus evoked.

    Reads EDF, EDF+, BDF, XDF, OpenSignals and BioSPPy text, HDF5, CSV, TSV and NumPy files. Left and right are the patient's own. Each recording gets
    a folder of its name with report.html, report.pdf, events.csv, signals.parquet and measurement.json.
    """
    from spasmograph.app.emg import EmgOptions

    _check(given)
    options = EmgOptions(
        channels=given["channels"],
        rate_hz=given["rate_hz"],
        task=Task(given["task"] or ""),
        stimulated=Side(given["stimulated"]) if given["stimulated"] else None,
        affected=Side(given["affected"]) if given["affected"] else None,
        stimulus_texts=given["stimulus_texts"],
        film=given["film"],
        offset_s=given["offset_s"],
        workers=core_count(),
    )
    with ending_well():
        code = _listed(given["files"], options) if given["list_only"] else run(_job(given, options))
    click.get_current_context().exit(code)


def _check(given: dict[str, Any]) -> None:
    if given["offset_s"] is not None and given["film"] is None:
        msg = "--offset says where a film begins; it needs --with FILM."
        raise click.UsageError(msg)
    if given["film"] is not None and len(given["files"]) > 1:
        msg = "--with FILM goes with one recording; give one FILE."
        raise click.UsageError(msg)


def _job(given: dict[str, Any], options: "EmgOptions") -> "Job[EmgMeasurement]":
    return Job(
        kind=_recordings(options),
        files=given["files"],
        out_dir=out_dir(given),
        as_json=given["as_json"],
        quiet=given["quiet"],
    )


def _recordings(options: "EmgOptions") -> "Kind[EmgMeasurement]":
    """EMG recordings, one after the other."""

    def outcomes(paths: Sequence[Path], on_progress: OnProgress) -> "Generator[Outcome[EmgMeasurement]]":
        from spasmograph.app.emg import measure_emg_files

        return measure_emg_files(paths, options, on_progress=on_progress)

    return Kind(noun="recording", outcomes=outcomes, amount=_channels, report=_report, summary=_summary)


def _channels(measurement: "EmgMeasurement") -> str:
    return counted(len(measurement.channels), "channel")


def _report(measurement: "EmgMeasurement") -> tuple[str, bytes]:
    from spasmograph.present.emg import emg_report_html, emg_report_pdf

    return emg_report_html(measurement), emg_report_pdf(measurement)


def _summary(measurement: "EmgMeasurement") -> "Group":
    from spasmograph.present.emg import emg_summary_table

    return emg_summary_table(measurement)


def _listed(files: Sequence[Path], options: "EmgOptions") -> int:
    """What each file holds; the exit code: one file's own, or for several whether any failed."""
    from rich.console import Console

    from spasmograph.cli.exits import DONE, SOME_FAILED, exit_code
    from spasmograph.cli.wording import failure, say
    from spasmograph.errors import SpasmographError
    from spasmograph.io.biosignal import read_biosignal
    from spasmograph.present.emg import contents_table

    codes = []
    for path in files:
        try:
            biosignal = read_biosignal(path, rate_hz=options.rate_hz, channels=options.channels, contested_muscles=True)
        except SpasmographError as error:
            say(failure(path, error))
            codes.append(exit_code(error))
            continue
        Console(highlight=False, emoji=False).print(contents_table(biosignal))
        codes.append(DONE)
    return codes[0] if len(codes) == 1 else SOME_FAILED if any(codes) else DONE
