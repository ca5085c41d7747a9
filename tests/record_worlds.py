"""Records for tests: a workspace in an empty folder with a clock of its own, and a browser's stand-in that has been let in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.io.store import EntryStore, open_database
from spasmograph.web.access import Access
from spasmograph.web.app import create_app

HERE = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=HERE)
PORT = 8417
OWN = f"http://127.0.0.1:{PORT}"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass, in the words of `timedelta`."""
        self.now += timedelta(**by)


def workspace_in(home: Path, clock: Callable[[], datetime] | None = None, *, address: str | None = None) -> Workspace:
    """A record in a folder; in SQLite unless an address says otherwise, whatever the environment says."""
    return Workspace(home=home, store=EntryStore(open_database(home, address)), clock=clock or Clock())


def client_of(workspace: Workspace, *, entered: bool = True) -> TestClient:
    """The app as its own pages call it: with the session's cookie and the right origin."""
    access = Access(port=PORT)
    client = TestClient(create_app(workspace, access=access), base_url=OWN, headers={"Origin": OWN}, follow_redirects=False)
    if entered:
        client.cookies.set(access.cookie, access.session)
    return client
