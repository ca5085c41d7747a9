"""`spasmograph serve`: the record in this machine's browser."""

import errno
import gc
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
@click.option("--listen", default=LOOPBACK, metavar="ADDRESS", show_default=True, help="Another address of this machine, to let other machines in.")
@click.option("--called", multiple=True, metavar="NAME", help="A name or address by which other machines call this one.")
@click.option("--no-browser", is_flag=True, help="Print the link and open nothing.")
def serve(home: Path | None, port: int, listen: str, called: tuple[str, ...], no_browser: bool) -> None:
    """Open the record in the browser of this machine.

    The link that is printed lets one browser in, once; then the next link is printed. Nothing leaves the machine, unless --listen lets others in:
    what they send and see is not encrypted, so do that in a network that you trust.
    """
    with ending_well():
        from spasmograph.app.workspace import open_workspace

        workspace = open_workspace(home)
        try:
            listening = _listen(listen, port)
            _run(workspace, listening, also=called or (listen,), open_browser=not no_browser)
        finally:
            workspace.close()


def _listen(address: str, port: int) -> socket.socket:
    """A socket at an address of this machine.

    Raises:
        RecordError: the port is taken, or the address is not this machine's.
    """
    # Said to be TCP, so that asyncio sends the parts of an answer at once; otherwise each waits 40 ms for the other side.
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
        listening.listen()  # now, so that a browser that comes before the app is ready waits
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            msg = f"port {port} is taken, perhaps by a Spasmograph that runs already; close that one, or choose another with --port"
        else:
            msg = f"{address}:{port} cannot be listened at: {error.strerror}; choose another with --listen or --port"
        raise RecordError(msg) from error
    return listening


def _run(workspace: "Workspace", listening: socket.socket, *, also: tuple[str, ...], open_browser: bool) -> None:
    """Answer the browser until Ctrl-C."""
    import webbrowser

    import uvicorn

    from spasmograph.web.access import Access
    from spasmograph.web.app import create_app

    port = listening.getsockname()[1]
    access = Access(port=port, also=also)
    address = f"http://{LOOPBACK if LOOPBACK in also else also[0]}:{port}"
    app = create_app(workspace, access=access, on_entered=lambda path: say(f"a browser was let in. For another one: {address}{path}"))
    say(f"the record in {workspace.home} is at {address}{access.link()} (works once; Ctrl-C ends)")
    if open_browser:
        webbrowser.open(f"{address}{access.link()}")
    gc.collect()
    gc.freeze()  # what was loaded stays; without this, looking for garbage among it delays one page in twenty
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
    server.run(sockets=[listening])
