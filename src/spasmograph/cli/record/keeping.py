"""`spasmograph record settings`, `export`, `import`, `archive`, `restore` and `erase`: the record as a whole."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spasmograph.cli.exits import SOME_FAILED
from spasmograph.cli.record.entries import changed
from spasmograph.cli.record.opening import home_option, json_option, nobody_there, opened
from spasmograph.cli.record.reading import pairs
from spasmograph.cli.record.telling import list_rows, print_facts, print_json, print_table
from spasmograph.cli.wording import counted, safe, say
from spasmograph.errors import InputError
from spasmograph.terms import EntryKind

if TYPE_CHECKING:
    from spasmograph.app.workspace.table_rows import TableMapping
    from spasmograph.app.workspace.tables import ImportPlan

# What is read from tables of other programs.
KINDS = [str(kind) for kind in (EntryKind.JOURNAL, EntryKind.EPISODE, EntryKind.SCALE)]
ORDERS = ["day_first", "month_first"]
WORD = "erase"
SHOWN_ROWS = 10
EXAMPLES = """\b
Examples:
  spasmograph record import diary.csv --map at=Date --map severity=Spasms --dry-run
  spasmograph record import scores.csv --kind scale --fixed scale=gad7 --map total=Sum

"""


@click.command(short_help="What you chose for the record.")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="The version that is changed.")
@home_option
@json_option
def settings(changes: Sequence[str], version: int | None, home: Path | None, as_json: bool) -> None:
    """Show the settings, or change some by NAME=VALUE, such as affected=left, prompt_every_days=0 or symptoms='["twitching"]'.

    `--json` shows every name with its value.
    """
    from spasmograph.web.pages.telling import told_settings

    with opened(home) as workspace:
        if changes:
            changed(workspace, workspace.settings(), changes, version)
        now = workspace.settings()
        if as_json:
            print_json([now])
        else:
            print_facts(told_settings(now))


@click.command(short_help="The record as tables for spreadsheets.")
@click.argument("target", type=click.Path(path_type=Path), metavar="DIR")
@home_option
def export(target: Path, home: Path | None) -> None:
    """Write the record as CSV files into DIR, a new folder, or into one file if the name ends with .zip. Films are not in it; `archive` has them."""
    with opened(home) as workspace:
        click.echo(safe(str(workspace.export_csv(target))))


@click.command("import", epilog=EXAMPLES, short_help="A table of another program into the record.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--kind", type=click.Choice(KINDS), default="journal", show_default=True, help="What each row is.")
@click.option("--map", "columns", multiple=True, metavar="FIELD=HEADING", help="Which column tells a field; a heading that is a field needs none.")
@click.option("--fixed", multiple=True, metavar="FIELD=VALUE", help="One value for all rows.")
@click.option("--dates", "order", type=click.Choice(ORDERS), help="Whether 3/4/2026 begins with the day or the month. It is never guessed.")
@click.option("--delimiter", default="", metavar="CHAR", help="What stands between cells.  [default: told from the file]")
@click.option("--encoding", default="", metavar="NAME", help="How its letters are written.  [default: told from the file]")
@click.option("--dry-run", is_flag=True, help="Show what would happen, and do nothing.")
@home_option
def import_table(file: Path, dry_run: bool, home: Path | None, **given: Any) -> None:
    """Read the rows of FILE, a CSV, into the record.

    Fields: at, or date and time; severity, bothered, tags, note and symptom:NAME of the journal; severity, duration_s, side, note of episodes; scale,
    variant, total, rater, note of scales. A row of which the record has the same moment already adds nothing. What can be read is added, all of it
    or nothing; the other rows are told.
    """
    with opened(home) as workspace:
        content = _bytes(file)
        plan = workspace.plan_import(content, _mapping(given, content))
        _print_plan(plan, dry_run=dry_run)
        if plan.questions:
            raise InputError("; ".join(_question(plan)))
        if not dry_run:
            done = workspace.carry_out(plan)
            click.echo(f"{_entries(done.added)} added.")
        if plan.unread:
            click.get_current_context().exit(SOME_FAILED)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        msg = f"{file} cannot be read ({error.strerror}); check the name and that you may open it"
        raise InputError(msg) from error


def _mapping(given: dict[str, Any], content: bytes) -> "TableMapping":
    """What the columns mean: as is said, and by their headings where nothing is."""
    from spasmograph.app.workspace.moments_read import DateOrder
    from spasmograph.app.workspace.table_rows import TableMapping
    from spasmograph.app.workspace.tables import preview_table

    kind = EntryKind(given["kind"])
    told, fixed = _first_equals(given["columns"]), pairs(given["fixed"], str, option="--fixed")
    seen = preview_table(content, delimiter=given["delimiter"], encoding=given["encoding"]).suggested[kind]
    by_heading = {name: heading for name, heading in seen.items() if name not in fixed and heading not in told.values()}
    return TableMapping(
        kind=kind,
        columns=by_heading | told,
        fixed=fixed,
        date_order=DateOrder(given["order"]) if given["order"] else None,
        delimiter=given["delimiter"],
        encoding=given["encoding"],
    )


def _first_equals(given: Sequence[str]) -> dict[str, str]:
    """Fields with headings; a heading may hold an equals sign."""
    found = {}
    for text in given:
        name, equals, heading = text.partition("=")
        if not (name.strip() and equals and heading):
            msg = f"{text!r} is not understood; write a field, an equals sign and the column's heading."
            raise click.BadParameter(msg, param_hint="--map")
        found[name.strip()] = heading
    return found


def _print_plan(plan: "ImportPlan", *, dry_run: bool) -> None:
    """What the plan would do; all of it line by line only where nothing is done."""
    for row in plan.unread:
        say(safe(f"line {row.line}: {row.why}"))
    if dry_run and plan.add:
        print_table(("When", "Kind", "Id", "What"), list_rows(plan.add[:SHOWN_ROWS]))
        if len(plan.add) > SHOWN_ROWS:
            click.echo(f"… and {len(plan.add) - SHOWN_ROWS} more")
    if not plan.questions:
        there, unread = counted(len(plan.there), "row"), counted(len(plan.unread), "row")
        click.echo(f"New: {_entries(len(plan.add))}. There already: {there}. Not read: {unread}.{' Nothing was done.' if dry_run else ''}")


def _question(plan: "ImportPlan") -> Iterator[str]:
    options = {"date_order": "--dates", "encoding": "--encoding"}
    return (f"{one.words} Say {options.get(one.about, one.about)}: {' or '.join(one.choices)}" for one in plan.questions)


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


@click.command(short_help="Everything in one file.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@home_option
def archive(file: Path, home: Path | None) -> None:
    """Write the whole record with its films into FILE, or into a folder under a name with the time. A file that is there is not overwritten."""
    with opened(home) as workspace:
        click.echo(safe(str(workspace.archive(file))))


@click.command(short_help="The record from an archive.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--merge", is_flag=True, help="Add what is missing to a record that has entries; overwrite nothing.")
@home_option
def restore(file: Path, merge: bool, home: Path | None) -> None:
    """Make an empty record the one that the archive FILE holds."""
    with opened(home) as workspace:
        done = workspace.restore(file, merge=merge)
        click.echo(f"{_entries(done.added)} added; {done.already_there} there already; {len(done.skipped)} left out.")
        for one in done.skipped:
            say(safe(f"{one.entry.kind} of {one.entry.at.isoformat()} left out: {one.why}"))


@click.command(short_help="Delete the record for good.")
@click.option("--yes-erase-everything", "yes", is_flag=True, help="Do not ask.")
@home_option
def erase(yes: bool, home: Path | None) -> None:
    """Delete the record with all its films and its database. Nothing brings it back but an archive of yours."""
    with opened(home) as workspace:
        if not (yes or _word_given(workspace.home)):
            click.echo("Nothing was deleted.")
            return
        workspace.erase()
        click.echo(safe(f"The record in {workspace.home} is deleted."))


def _word_given(home: Path) -> bool:
    """Whether the person writes the word."""
    question = safe(f"Everything in {home} will be deleted for good, films and database. Write {WORD} to do it")
    try:
        given: str = click.prompt(question, default="", show_default=False, err=True)
    except click.Abort as abort:
        raise nobody_there(abort, "--yes-erase-everything") from abort
    return given.strip() == WORD
