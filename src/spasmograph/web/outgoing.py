"""Files that are made to be taken away: sent once, then thrown away, whether they arrived or not."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from spasmograph.web.forms import workspace_of

ZIP = "application/zip"


class PassingFile(FileResponse):
    """A file that nobody needs once it was sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it and throw it away."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._throw_away()

    def _throw_away(self) -> None:
        Path(self.path).unlink(missing_ok=True)


def archive_file(request: Request) -> PassingFile:
    """The whole record in one file, under a name with the day.

    Raises:
        OutputError: there is no room for it.
    """
    workspace = workspace_of(request)
    path = workspace.archive(workspace.leaving())
    return PassingFile(path, media_type=ZIP, filename=f"spasmograph-{workspace.now():%Y-%m-%d}.zip")


def tables_file(request: Request) -> PassingFile:
    """The record as tables for spreadsheets, in one file under a name with the day.

    Raises:
        OutputError: there is no room for them.
    """
    workspace = workspace_of(request)
    path = workspace.export_csv(workspace.leaving(".zip"))
    return PassingFile(path, media_type=ZIP, filename=f"spasmograph-tables-{workspace.now():%Y-%m-%d}.zip")
