"""The app as a browser meets it: served on a free port of this machine, in a thread of the test."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from time import sleep

import uvicorn
from fastapi import FastAPI

from spasmograph.app.workspace import Workspace
from spasmograph.web.access import Access
from spasmograph.web.app import create_app

LOOPBACK = "127.0.0.1"
PATIENCE_S, STEP_S = 30.0, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running app: where it is, who is let in, and the app itself."""

    origin: str
    access: Access
    app: FastAPI

    def link(self) -> str:
        """The address that lets one browser in, once."""
        return f"{self.origin}{self.access.link()}"


@contextmanager
def served(workspace: Workspace) -> Iterator[Served]:
    """Run the app over a record until the test is done with it."""
    listening = socket.socket()
    listening.bind((LOOPBACK, 0))
    listening.listen()
    port = listening.getsockname()[1]
    access = Access(port=port)
    app = create_app(workspace, access=access)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=5))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="app")
    thread.start()
    try:
        for _ in range(round(PATIENCE_S / STEP_S)):
            if server.started:
                break
            sleep(STEP_S)
        yield Served(origin=f"http://{LOOPBACK}:{port}", access=access, app=app)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
