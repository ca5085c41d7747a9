"""`spasmograph record today`, and what is made of a record as files: `doctor`, `timeline` and `calendar`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spasmograph.cli.record.opening import home_option, opened
from spasmograph.cli.record.reading import midnight, when
from spasmograph.cli.record.telling import list_rows, print_table
from spasmograph.cli.record.writing import write_file
from spasmograph.cli.serve import LOOPBACK, PORT
from spasmograph.cli.wording import safe

if TYPE_CHECKING:
    from spasmograph.app.workspace import Workspace

DAYS = 91


@click.command(short_help="What is due, what comes next, what was last.")
@home_option
def today(home: Path | None) -> None:
    """Tell whether it is time for a note, which visit comes next, and what was noted and measured last."""
    with opened(home) as workspace:
        found = workspace.today()
        last = [*found.entries, *found.episodes, *([found.recording] if found.recording else [])]
        if found.is_new:
            click.echo("Nothing is noted yet. `spasmograph record note --severity 3` or `spasmograph record film FILE` makes a beginning.")
        if found.prompt_due:
            click.echo("If it suits you now: how is it today? `spasmograph record note` keeps it, and it can just as well wait.")
        shown = [*sorted(last, key=lambda entry: entry.at), *([found.visit] if found.visit else [])]
        if shown:
            print_table(("When", "Kind", "Id", "What"), list_rows(shown))


@click.command(short_help="The page for the doctor, as a PDF.")
@click.option("--first", metavar="DAY", help="The first day.  [default: half a year before the last]")
@click.option("--last", metavar="DAY", help="The last day.  [default: today]")
@click.option("--notes", is_flag=True, help="With the journal's notes.")
@click.option("--out", type=click.Path(path_type=Path), default="doctor.pdf", show_default=True, metavar="FILE", help="The PDF.")
@home_option
def doctor(first: str | None, last: str | None, notes: bool, out: Path, home: Path | None) -> None:
    """Write one page on a period of the record for a doctor, and its appendix, as a PDF."""
    with opened(home) as workspace, _own_language(workspace):
        from spasmograph.web.pages.doctor import USUAL_DAYS, Period

        now = workspace.now()
        end = when(last or "today", now, option="--last").at.date()
        begin = when(first, now, option="--first").at.date() if first else end - timedelta(days=USUAL_DAYS)
        if begin > end:
            msg = f"the first day, {begin}, is later than the last, {end}."
            raise click.BadParameter(msg, param_hint="--first")
        _written(out, Period(first=begin, last=end, notes=notes).paper_of(workspace))


@click.command(short_help="Everything on one axis of time, as a picture.")
@click.option("--days", type=click.IntRange(7, 36525), default=DAYS, show_default=True, metavar="N", help="How many days.")
@click.option("--until", metavar="DAY", help="The last day.  [default: today]")
@click.option("--out", type=click.Path(path_type=Path), default="timeline.svg", show_default=True, metavar="FILE", help="The picture, as SVG.")
@home_option
def timeline(days: int, until: str | None, out: Path, home: Path | None) -> None:
    """Draw journal, episodes, measurements, scales and treatments on one axis of time; gaps stay gaps."""
    with opened(home) as workspace, _own_language(workspace):
        from spasmograph.present.record.timeline import timeline_svg
        from spasmograph.web.pages.timeline import WIDE_PX

        end = midnight(when(until or "today", workspace.now(), option="--until").at.date() + timedelta(days=1))
        _written(out, timeline_svg(workspace.timeline(end - timedelta(days=days), end), width=WIDE_PX).encode())


@click.command(short_help="Appointments and reminders for any calendar.")
@click.option("--out", type=click.Path(path_type=Path), default="spasmograph.ics", show_default=True, metavar="FILE", help="The calendar file.")
@click.option(
    "--address", type=click.Choice(["new", "none"]), help="Instead of a file: a new address to subscribe to while the app is open, or none."
)
@home_option
def calendar(out: Path, address: str | None, home: Path | None) -> None:
    """Write appointments, the reminder and suggested days for a film as a calendar file, as far as the settings have them in it."""
    with opened(home) as workspace, _own_language(workspace):
        if address is None:
            _written(out, workspace.calendar())
        else:
            click.echo(_address(workspace.renew_calendar_key(wanted=address == "new").calendar_key))


def _address(key: str) -> str:
    """Where a calendar finds it; whoever knows the address can read it."""
    return f"http://{LOOPBACK}:{PORT}/calendar/{key}.ics" if key else "The calendar has no address any more."


@contextmanager
def _own_language(workspace: "Workspace") -> Iterator[None]:
    """What is given away speaks the language of the settings."""
    from spasmograph.language import speaking

    with speaking(workspace.settings().language):
        yield


def _written(out: Path, content: bytes) -> None:
    write_file(out, content)
    click.echo(safe(str(out)))
