"""The journal: an entry in a few taps, an episode in one; by months, changed and removed."""

from datetime import date, timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.app.workspace import Workspace
from spasmograph.care.journal import JournalMonth, is_backfilled
from spasmograph.errors import EntryError, NotThereError
from spasmograph.model.record import Entry, JournalEntry, SpasmEpisode
from spasmograph.model.record.common import FIRST_YEAR, LAST_YEAR
from spasmograph.web.conflict import Conflict, kept
from spasmograph.web.forms import Filled, Form, filled, sent_form, workspace_of
from spasmograph.web.language import text as _
from spasmograph.web.pages.journal_forms import (
    durations_offered,
    entry_of,
    episode_of,
    fill,
    symptoms_offered,
    tags_offered,
    told,
    told_episode,
)
from spasmograph.web.pages.journal_strip import strip_of
from spasmograph.web.removal import ask, removed
from spasmograph.web.rendering import page

router = APIRouter(prefix="/journal", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]
Noted = JournalEntry | SpasmEpisode


@router.get("")
def journal(request: Request, month: str = "", noted: str = "") -> Response:
    """A form for a new entry, and the entries of a month."""
    return _journal(request, filled(id=uuid4().hex), month=month, noted=noted)


@router.post("")
def add(request: Request, form: Sent) -> Response:
    """Keep a new entry."""
    workspace = workspace_of(request)
    try:
        entry = entry_of(form, workspace.now())
        outcome = kept(workspace, entry, told, save=workspace.note)
    except EntryError as error:
        return _journal(request, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        return _editor(request, entry, form.filled(), conflict=outcome)
    return RedirectResponse(f"/journal?noted={outcome.id}", status_code=303)


@router.post("/episode")
def episode(request: Request, form: Sent) -> Response:
    """An episode that is happening now; tapped twice, the same form is one episode."""
    workspace = workspace_of(request)
    began = SpasmEpisode(at=workspace.now(), id=form.id())
    outcome = kept(workspace, began, told_episode, save=workspace.note)
    return RedirectResponse(f"/?episode={began.id if isinstance(outcome, Conflict) else outcome.id}", status_code=303)


@router.get("/{entry_id}")
def edit(request: Request, entry_id: str) -> Response:
    """An entry or an episode, to be read and changed."""
    entry = noted_of(workspace_of(request), entry_id)
    return _editor(request, entry, fill(entry))


@router.post("/{entry_id}")
def change(request: Request, entry_id: str, form: Sent) -> Response:
    """Keep a changed entry or episode."""
    workspace = workspace_of(request)
    was = _as_it_was(workspace, entry_id, form)
    try:
        outcome = _change(workspace, was, form)
    except EntryError as error:
        return _editor(request, was, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        return _editor(request, was, form.filled(), conflict=outcome)
    start = form.text("from") == "start"
    return RedirectResponse("/" if start else f"/journal?month={outcome.at:%Y-%m}&noted={outcome.id}", status_code=303)


@router.get("/{entry_id}/remove")
def ask_removal(request: Request, entry_id: str) -> Response:
    """Whether the entry is really to be removed."""
    entry = noted_of(workspace_of(request), entry_id)
    return ask(request, entry, _told(entry), back=f"/journal/{entry_id}")


@router.post("/{entry_id}/remove")
def remove(request: Request, entry_id: str, form: Sent) -> Response:
    """Remove it, unless it was changed meanwhile."""
    entry = noted_of(workspace_of(request), entry_id)
    after = "/" if form.text("from") == "start" else f"/journal?month={entry.at:%Y-%m}"
    return removed(request, entry, _told(entry), form, back=f"/journal/{entry_id}", after=after)


def noted_of(workspace: Workspace, entry_id: str) -> Noted:
    """The journal entry or the episode of that id.

    Raises:
        NotThereError: there is none.
    """
    found = workspace.get(entry_id, Entry)
    if not isinstance(found, JournalEntry | SpasmEpisode):
        raise NotThereError(_("The journal has no such entry; it may have been removed."))
    return found


def _as_it_was(workspace: Workspace, entry_id: str, form: Form) -> Noted:
    """The entry that a form changes; where it was removed meanwhile, one of the kind and the time that the form tells."""
    try:
        return noted_of(workspace, entry_id)
    except NotThereError:
        if form.text("kind") not in ("journal", "episode"):
            raise
        kind = SpasmEpisode if form.text("kind") == "episode" else JournalEntry
        return kind(id=entry_id, at=workspace.now(), version=form.version())


def _change(workspace: Workspace, was: Noted, form: Form) -> Noted | Conflict:
    if isinstance(was, SpasmEpisode):
        return kept(workspace, episode_of(form, workspace.now(), was), told_episode, save=workspace.note)
    return kept(workspace, entry_of(form, workspace.now(), was), told, save=workspace.note)


def _told(entry: Noted) -> list[tuple[str, str]]:
    return told_episode(entry) if isinstance(entry, SpasmEpisode) else told(entry)


def _journal(request: Request, form: Filled, *, month: str = "", noted: str = "", status: int = 200) -> Response:
    """The journal's page."""
    workspace = workspace_of(request)
    today = workspace.now().date()
    day = _month(month, today)
    shown = workspace.journal_month(day)
    return page(
        request,
        "journal.html.j2",
        status=status,
        form=form,
        month=shown,
        strip=_strip(shown),
        this_month=(day.year, day.month) == (today.year, today.month),
        noted=_there(workspace, noted),
        is_backfilled=is_backfilled,
        **_offered(workspace, form),
    )


def _strip(month: JournalMonth) -> str:
    """The month as a small drawing."""
    last = (month.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return strip_of(month.parts, month.first, last, label=_("Severity by day in this month; the list below tells the same in words."))


def _editor(request: Request, entry: Noted, form: Filled, *, conflict: Conflict | None = None, status: int = 200) -> Response:
    """An entry's own page; in a conflict with what stands against it."""
    if conflict:
        form, status = form.at_version(conflict.version), 409
    return page(
        request,
        "journal_entry.html.j2",
        status=status,
        entry=entry,
        form=form,
        conflict=conflict,
        is_episode=isinstance(entry, SpasmEpisode),
        is_backfilled=is_backfilled,
        **_offered(workspace_of(request), form),
    )


def _offered(workspace: Workspace, form: Filled) -> dict[str, object]:
    """What the form offers to choose from."""
    return {
        "symptoms": symptoms_offered(workspace.settings(), form),
        "tags": tags_offered(workspace.own_tags(), form),
        "durations": durations_offered(form),
        "today": workspace.now().date(),
    }


def _there(workspace: Workspace, entry_id: str) -> Noted | None:
    """The entry that was just noted, if it is still there."""
    try:
        return noted_of(workspace, entry_id) if entry_id else None
    except NotThereError:
        return None


def _month(month: str, today: date) -> date:
    """The month asked for as 2026-11; what is none is taken for this month."""
    try:
        day = date.fromisoformat(f"{month}-01") if month else today
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today
