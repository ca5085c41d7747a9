"""The one place that knows which database and which folder a record lives in."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from spasmograph.errors import RecordError

if TYPE_CHECKING:
    from spasmograph.app.workspace.workspace import Workspace

HOME_VARIABLE, ADDRESS_VARIABLE = "SPASMOGRAPH_HOME", "DATABASE_URL"


def default_home() -> Path:
    """The folder of the record: what SPASMOGRAPH_HOME says, or `Spasmograph` in the person's own folder."""
    said = os.environ.get(HOME_VARIABLE)
    return Path(said).expanduser() if said else Path.home() / "Spasmograph"


def open_workspace(home: str | Path | None = None, *, address: str | None = None) -> "Workspace":
    """Open the record in a folder, made when it is new; `address` (or DATABASE_URL) puts its tables into PostgreSQL.

    Raises:
        RecordError: the folder or the database cannot be opened, is damaged, or was written by a newer version.
    """
    from spasmograph.app.workspace.workspace import Workspace
    from spasmograph.io.store import EntryStore, open_database

    folder = Path(home) if home else default_home()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        msg = f"the folder {folder} for the record cannot be made: {error.strerror}; name another with --home"
        raise RecordError(msg) from error
    engine = open_database(folder, address or os.environ.get(ADDRESS_VARIABLE))
    return Workspace(home=folder, store=EntryStore(engine), clock=local_now)


def local_now() -> datetime:
    """The time of this machine's clock with its offset from UTC."""
    return datetime.now().astimezone()
