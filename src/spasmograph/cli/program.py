"""The command `spasmograph`: its sub-commands, its help and how it ends."""

import sys
from io import TextIOWrapper

import click

from spasmograph import __version__
from spasmograph.cli.analyze import analyze
from spasmograph.cli.exits import HELP, WRONG_USAGE
from spasmograph.cli.phantom import phantom
from spasmograph.cli.wording import safe, say


@click.group(
    invoke_without_command=True,
    subcommand_metavar="COMMAND ...",
    epilog=HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="spasmograph", message="%(prog)s %(version)s")
@click.pass_context
def program(context: click.Context) -> None:
    """Measure facial spasm in an ordinary video of a face."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(WRONG_USAGE)


program.add_command(analyze)
program.add_command(phantom)


def run_program(arguments: list[str] | None = None) -> int:
    """Run the command; its exit code."""
    _print_anything()
    try:
        code = program.main(arguments, prog_name="spasmograph", standalone_mode=False)
    except click.UsageError as error:
        return _misused(error)
    except click.Abort as error:
        raise _interrupt_in(error) from error
    return code if isinstance(code, int) else 0


def _interrupt_in(abort: click.Abort) -> KeyboardInterrupt:
    return abort.__cause__ if isinstance(abort.__cause__, KeyboardInterrupt) else KeyboardInterrupt()


def _print_anything() -> None:
    """A character that the terminal's encoding does not have is printed as an escape and never ends the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _misused(error: click.UsageError) -> int:
    command = error.ctx.command_path if error.ctx else "spasmograph"
    dash = " A film whose name begins with a dash needs ./ before it." if isinstance(error, click.NoSuchOption) else ""
    say(f"{safe(error.format_message())}{dash} `{command} --help` shows how.")
    return WRONG_USAGE
