"""The journal: an entry in a few taps, an episode in one."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.model.record import JournalEntry, SpasmEpisode
from spasmograph.terms import Bothered
from spasmograph.web.forms import Form, sent_form, workspace_of
from spasmograph.web.rendering import page

router = APIRouter(prefix="/journal", include_in_schema=False)
SHOWN = 60
Sent = Annotated[Form, Depends(sent_form)]


@router.get("")
def journal(request: Request) -> Response:
    """The last entries and a form for a new one."""
    workspace = workspace_of(request)
    return page(
        request, "journal.html.j2", entries=workspace.list(JournalEntry, newest=SHOWN)[::-1], settings=workspace.settings(), now=workspace.now()
    )


@router.post("")
def add(request: Request, form: Sent) -> Response:
    """Keep a new entry."""
    workspace = workspace_of(request)
    entry = JournalEntry(
        at=form.moment("at") or workspace.now(),
        severity=form.whole("severity"),
        bothered=form.choice("bothered", Bothered),
        symptoms=form.ratings("symptom:"),
        tags=form.texts("tag"),
        note=form.text("note"),
    )
    workspace.save(entry)
    return RedirectResponse("/journal", status_code=303)


@router.post("/episode")
def episode(request: Request) -> Response:
    """An episode that is happening now."""
    workspace = workspace_of(request)
    workspace.save(SpasmEpisode(at=workspace.now()))
    return RedirectResponse("/", status_code=303)
