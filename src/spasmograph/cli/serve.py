"""`spasmograph serve`: the record in this machine's browser."""

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spasmograph.cli.exits import ending_well
from spasmograph.cli.wording import say
from spasmograph.errors import RecordError

if TYPE_CHECKING:
    from spasmograph.app.workspace import Workspace

LOOPBACK, PORT = "127.0.0.1", 8417


@click.command()
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="The folder of the record [SPASMOGRAPH_HOME, or ~/Spasmograph].")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port on this machine; 0 for any that is free.")
@click.option("--no-browser", is_flag=True, help="Print the link and open nothing.")
def serve(home: Path | None, port: int, no_browser: bool) -> None:
    """Open the record in the browser of this machine.

    The link that is printed lets one browser in, once; then the next link is printed. Nothing leaves the machine.
    """
    with ending_well():
        from spasmograph.app.workspace import open_workspace

        workspace = open_workspace(home)
        try:
            listening = _listen(port)
            _run(workspace, listening, open_browser=not no_browser)
        finally:
            workspace.close()


def _listen(port: int) -> socket.socket:
    """A socket of this machine alone.

    Raises:
        RecordError: the port is taken.
    """
    # Said to be TCP, so that asyncio sends the parts of an answer at once; otherwise each waits 40 ms for the other side.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen()  # now, so that a browser that comes before the app is ready waits
    except OSError as error:
        msg = f"port {port} is taken, perhaps by a Spasmograph that runs already; close that one, or choose another with --port"
        raise RecordError(msg) from error
    return listening


def _run(workspace: "Workspace", listening: socket.socket, *, open_browser: bool) -> None:
    """Answer the browser until Ctrl-C."""
    import webbrowser

    import uvicorn

    from spasmograph.web.access import Access
    from spasmograph.web.app import create_app

    access = Access(port=listening.getsockname()[1])
    address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
    app = create_app(workspace, access=access, on_entered=lambda path: say(f"a browser was let in. For another one: {address}{path}"))
    say(f"the record in {workspace.home} is at {address}{access.link()} (works once; Ctrl-C ends)")
    if open_browser:
        webbrowser.open(f"{address}{access.link()}")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
    server.run(sockets=[listening])
