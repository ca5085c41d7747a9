"""The command `spasmograph`: its sub-commands, its help and how it ends."""

import sys
from typing import NoReturn

import click

from spasmograph import __version__
from spasmograph.cli.analyze import analyze
from spasmograph.cli.exits import INTERRUPTED, MEANINGS, WRONG_USAGE
from spasmograph.cli.phantom import phantom
from spasmograph.cli.wording import safe

CODE_LINES = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())


@click.group(
    epilog=f"\b\nExit codes:\n{CODE_LINES}",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
)
@click.version_option(__version__, prog_name="spasmograph", message="%(prog)s %(version)s")
def program() -> None:
    """Measure facial spasm in an ordinary video of a face."""


program.add_command(analyze)
program.add_command(phantom)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and end the process with its exit code."""
    try:
        code = program.main(arguments, prog_name="spasmograph", standalone_mode=False)
    except click.UsageError as error:
        code = _misused(error)
    except (click.Abort, KeyboardInterrupt):
        click.echo("spasmograph: interrupted", err=True)
        code = INTERRUPTED
    sys.exit(code if isinstance(code, int) else 0)


def _misused(error: click.UsageError) -> int:
    command = error.ctx.command_path if error.ctx else "spasmograph"
    click.echo(safe(f"spasmograph: {error.format_message()} See `{command} --help`."), err=True)
    return WRONG_USAGE
