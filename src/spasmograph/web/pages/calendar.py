"""The calendar: as a file to import, and at a secret address to subscribe to."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.app.workspace import Workspace
from spasmograph.io.calendar import MEDIA_TYPE
from spasmograph.web.forms import Form, sent_form, workspace_of

router = APIRouter(include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]


@router.get("/calendar/{key}.ics")
def feed(request: Request, key: str) -> Response:
    """The calendar for who knows its address; a calendar program has no session."""
    workspace = workspace_of(request)
    workspace.check_calendar_key(key)
    return _file(workspace, "inline")


@router.get("/spasmograph.ics")
def download(request: Request) -> Response:
    """The calendar as a file, to import anywhere."""
    return _file(workspace_of(request), "attachment")


@router.post("/calendar-address")
def renew(request: Request, form: Sent) -> Response:
    """A new secret address, or none; the old one ends."""
    workspace_of(request).renew_calendar_key(wanted=form.text("wanted") == "yes")
    return RedirectResponse("/appointments#calendar", status_code=303)


def _file(workspace: Workspace, disposition: str) -> Response:
    headers = {"Content-Disposition": f'{disposition}; filename="spasmograph.ics"'}
    return Response(workspace.calendar(), headers=headers, media_type=MEDIA_TYPE)
