"""`spasmograph record`: everything that the app does, in the terminal."""

import click

from spasmograph.cli.exits import HELP, WRONG_USAGE
from spasmograph.cli.record.entries import add, change, list_entries, remove, show
from spasmograph.cli.record.films import correct, film, forget_film, measure
from spasmograph.cli.record.journal import appointment, episode, note, question
from spasmograph.cli.record.keeping import archive, erase, export, import_table, restore, settings
from spasmograph.cli.record.pages import calendar, doctor, timeline
from spasmograph.cli.record.scales import scale, scales
from spasmograph.cli.record.treatments import amend, treatment

EXAMPLES = """\b
Examples:
  spasmograph record note --severity 4 --tag stress
  spasmograph record episode
  spasmograph record film monday.mov --task rest
  spasmograph record list --since 2026-03
  spasmograph record doctor --out doctor.pdf

"""
# In the order in which a person meets them.
SECTIONS = {
    "Note something": (note, episode, film, treatment, amend, scale, question, appointment, add),
    "Read it": (list_entries, show, scales, timeline, doctor, calendar),
    "Change it": (change, correct, remove, measure, forget_film, settings),
    "Take it with you, or away": (export, import_table, archive, restore, erase),
}


class Sections(click.Group):
    """A group whose help lists its commands under headings."""

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Each section with its commands."""
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(str(command.name), command.get_short_help_str(limit=80)) for command in commands])


@click.group(cls=Sections, invoke_without_command=True, subcommand_metavar="COMMAND ...", epilog=EXAMPLES + HELP)
@click.pass_context
def record(context: click.Context) -> None:
    """Keep one person's record: what was noted, measured, filled in and done.

    It lies in one folder of this machine, the same that `spasmograph serve` shows: ~/Spasmograph, or what SPASMOGRAPH_HOME or --home of every
    command says. Left and right are the person's own. Times are this machine's. `spasmograph record COMMAND --help` tells about each.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(WRONG_USAGE)


for _commands in SECTIONS.values():
    for _command in _commands:
        record.add_command(_command)
