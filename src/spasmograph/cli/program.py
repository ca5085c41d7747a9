"""The command `spasmograph`: its sub-commands, its help and how it ends."""

import click

from spasmograph import __version__
from spasmograph.cli.analyze import analyze
from spasmograph.cli.emg import emg
from spasmograph.cli.exits import DONE, HELP, UNWRITTEN, WRONG_USAGE
from spasmograph.cli.outlet import lost_output, use_outlets
from spasmograph.cli.phantom import phantom
from spasmograph.cli.record.group import record
from spasmograph.cli.serve import serve
from spasmograph.cli.simulate import simulate
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
    """Measure facial spasm in an ordinary video of a face, and in EMG."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(WRONG_USAGE)


program.add_command(analyze)
program.add_command(emg)
program.add_command(phantom)
program.add_command(record)
program.add_command(serve)
program.add_command(simulate)


def run_program(arguments: list[str] | None = None) -> int:
    """Run the command; its exit code."""
    use_outlets()
    try:
        code = program.main(arguments, prog_name="spasmograph", standalone_mode=False)
    except click.UsageError as error:
        return _misused(error)
    except click.Abort as error:
        raise _interrupt_in(error) from error
    return _heard(code if isinstance(code, int) else DONE)


def _heard(code: int) -> int:
    """The exit code, unless all went well and what was printed did not arrive."""
    lost = lost_output()
    if code != DONE or lost is None:
        return code
    say(f"standard output could not be written ({lost.strerror}); free some space or send it elsewhere.")
    return UNWRITTEN


def _interrupt_in(abort: click.Abort) -> KeyboardInterrupt:
    return abort.__cause__ if isinstance(abort.__cause__, KeyboardInterrupt) else KeyboardInterrupt()


def _misused(error: click.UsageError) -> int:
    command = error.ctx.command_path if error.ctx else "spasmograph"
    dash = " A film whose name begins with a dash needs ./ before it." if isinstance(error, click.NoSuchOption) else ""
    say(f"{safe(error.format_message())}{dash} `{command} --help` shows how.")
    return WRONG_USAGE
