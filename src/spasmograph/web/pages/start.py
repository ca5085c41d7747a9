"""The first page: what to do now, and how things were lately."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from spasmograph.model.record import JournalEntry, RecordingEntry, SpasmEpisode
from spasmograph.web.forms import workspace_of
from spasmograph.web.rendering import page

router = APIRouter(include_in_schema=False)
SHOWN = 5


@router.get("/")
def start(request: Request) -> Response:
    """The first page."""
    workspace = workspace_of(request)
    return page(
        request,
        "start.html.j2",
        entries=workspace.list(JournalEntry, newest=SHOWN)[::-1],
        episodes=workspace.list(SpasmEpisode, newest=SHOWN)[::-1],
        recordings=workspace.list(RecordingEntry, newest=SHOWN)[::-1],
    )
