"""`spasmograph record`: everything that the app does, in the terminal."""

from collections.abc import Mapping
from importlib import import_module

import click

from spasmograph.cli.exits import HELP, WRONG_USAGE

EXAMPLES = """\b
Examples:
  spasmograph record note --severity 4 --tag stress
  spasmograph record episode
  spasmograph record film monday.mov --task rest
  spasmograph record list --since 2026-03
  spasmograph record doctor --out doctor.pdf

"""
# In the order in which a person meets them; each with the module that it is loaded from when it is asked for.
SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Note something": {
        "note": "journal",
        "episode": "journal",
        "film": "films",
        "treatment": "treatments",
        "amend": "treatments",
        "scale": "scales",
        "question": "journal",
        "appointment": "journal",
        "add": "entries",
    },
    "Read it": {
        "today": "pages",
        "list": "entries",
        "show": "entries",
        "scales": "scales",
        "timeline": "pages",
        "doctor": "pages",
        "calendar": "pages",
    },
    "Change it": {
        "change": "entries",
        "correct": "films",
        "remove": "entries",
        "measure": "films",
        "forget-film": "films",
        "settings": "keeping",
    },
    "Take it with you, or away": {"export": "keeping", "import": "keeping", "archive": "keeping", "restore": "keeping", "erase": "keeping"},
}
# Commands whose names are words of Python.
_NAMES = {"list": "list_entries", "import": "import_table", "forget-film": "forget_film"}


class Sections(click.Group):
    """A group that loads a command when it is asked for, and whose help lists them under headings."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """All names, in order."""
        return [name for commands in SECTIONS.values() for name in commands]

    def get_command(self, _context: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        module = next((commands[cmd_name] for commands in SECTIONS.values() if cmd_name in commands), None)
        if module is None:
            return None
        found: click.Command = getattr(import_module(f"spasmograph.cli.record.{module}"), _NAMES.get(cmd_name, cmd_name))
        return found

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Each section with its commands."""
        for heading, names in SECTIONS.items():
            commands = [(name, command) for name in names if (command := self.get_command(context, name))]
            with formatter.section(heading):
                formatter.write_dl([(name, command.get_short_help_str(limit=80)) for name, command in commands])


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
