"""Appointments: entered, changed, removed; and how they get into a calendar."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.app.workspace import Workspace
from spasmograph.errors import EntryError, NotThereError
from spasmograph.model.record import Appointment
from spasmograph.terms import Precision
from spasmograph.web.conflict import Conflict, kept
from spasmograph.web.forms import Filled, Form, filled, sent_form, workspace_of
from spasmograph.web.language import text as _
from spasmograph.web.pages.telling import told_visit
from spasmograph.web.removal import ask, removed
from spasmograph.web.rendering import page

router = APIRouter(prefix="/appointments", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]


@router.get("")
def appointments(request: Request) -> Response:
    """What comes, what was, and the calendar's address."""
    return _appointments(request, filled(id=uuid4().hex))


@router.post("")
def add(request: Request, form: Sent) -> Response:
    """Keep a new appointment."""
    workspace = workspace_of(request)
    try:
        visit = _visit(form, Appointment(id=form.id(), at=workspace.now(), title="-"))
        outcome = kept(workspace, visit, told_visit)
    except EntryError as error:
        return _appointments(request, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        return _editor(request, visit, form.filled(), conflict=outcome)
    return RedirectResponse("/appointments", status_code=303)


@router.get("/{visit_id}")
def edit(request: Request, visit_id: str) -> Response:
    """An appointment, to be read and changed."""
    visit = workspace_of(request).get(visit_id, Appointment)
    return _editor(request, visit, _fill(visit))


@router.post("/{visit_id}")
def change(request: Request, visit_id: str, form: Sent) -> Response:
    """Keep a changed appointment."""
    workspace = workspace_of(request)
    was = _as_it_was(workspace, visit_id, form)
    try:
        outcome = kept(workspace, _visit(form, was), told_visit)
    except EntryError as error:
        return _editor(request, was, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        return _editor(request, was, form.filled(), conflict=outcome)
    return RedirectResponse("/appointments", status_code=303)


@router.get("/{visit_id}/remove")
def ask_removal(request: Request, visit_id: str) -> Response:
    """Whether the appointment is really to be removed."""
    visit = workspace_of(request).get(visit_id, Appointment)
    return ask(request, visit, told_visit(visit), back=f"/appointments/{visit_id}")


@router.post("/{visit_id}/remove")
def remove(request: Request, visit_id: str, form: Sent) -> Response:
    """Remove it, unless it was changed meanwhile."""
    visit = workspace_of(request).get(visit_id, Appointment)
    return removed(request, visit, told_visit(visit), form, back=f"/appointments/{visit_id}", after="/appointments")


def _as_it_was(workspace: Workspace, visit_id: str, form: Form) -> Appointment:
    """The appointment that a form changes; where it was removed meanwhile, one to be kept anew."""
    try:
        return workspace.get(visit_id, Appointment)
    except NotThereError:
        if not form.text("date"):
            raise
        return Appointment(id=visit_id, at=workspace.now(), title="-", version=form.version())


def _visit(form: Form, was: Appointment) -> Appointment:
    """The appointment that a form tells.

    Raises:
        EntryError: the day or what for is missing, a time cannot be read, or the end lies before the beginning.
    """
    if not form.text("title"):
        raise EntryError(_("Say in a word or two with whom or what for."), field="title")
    at, precision = _begin(form, was)
    return replace(
        was,
        at=at,
        precision=precision,
        until=_end(form, was, at),
        title=form.text("title"),
        place=form.text("place"),
        note=form.text("note"),
        injection=form.text("injection") == "yes",
        version=form.version(),
    )


def _begin(form: Form, was: Appointment) -> tuple[datetime, Precision]:
    """When it begins; without a time it is some time that day."""
    day, time = form.text("date"), form.text("time")
    if was.version and (day, time) == _shown(was)[:2]:
        return was.at, was.precision
    if not day:
        raise EntryError(_("Choose the day."), field="date")
    return _moment(day, time or "00:00", "date", was), Precision.MINUTE if time else Precision.DAY


def _end(form: Form, was: Appointment, at: datetime) -> datetime | None:
    """When it ends, on the same day."""
    time = form.text("until")
    if not time or not form.text("time"):
        return None
    if was.until and at == was.at and time == _shown(was)[2]:
        return was.until
    until = _moment(at.date().isoformat(), time, "until", was)
    if until < at:
        raise EntryError(_("The end lies before the beginning."), field="until")
    return until


def _moment(day: str, time: str, field: str, was: Appointment) -> datetime:
    try:
        naive = datetime.fromisoformat(f"{day}T{time}")
        return naive.replace(tzinfo=was.at.tzinfo) if was.version else naive.astimezone()
    except (ValueError, OverflowError, OSError) as error:
        sentence = _("This is no day and time. Write the day as 2026-11-21 and the time as 14:05.")
        raise EntryError(sentence, field=field) from error


def _shown(visit: Appointment) -> tuple[str, str, str]:
    """Day, time and end as their fields show them."""
    exact = visit.precision is Precision.MINUTE
    return visit.at.date().isoformat(), f"{visit.at:%H:%M}" if exact else "", f"{visit.until:%H:%M}" if visit.until else ""


def _fill(visit: Appointment) -> Filled:
    day, time, until = _shown(visit)
    injection = "yes" if visit.injection else None
    shown = {"title": visit.title, "date": day, "time": time, "until": until, "place": visit.place, "note": visit.note}
    return filled(**shown, injection=injection, version=visit.version)


def _appointments(request: Request, form: Filled, *, status: int = 200) -> Response:
    workspace = workspace_of(request)
    now = workspace.now()
    found = workspace.list(Appointment)
    coming = [visit for visit in found if visit.at >= now - timedelta(hours=1) or visit.at.date() == now.date()]
    facts = {"coming": coming, "past": [visit for visit in found if visit not in coming][::-1], "settings": workspace.settings()}
    return page(request, "appointments.html.j2", status=status, form=form, base=str(request.base_url).rstrip("/"), **facts)


def _editor(request: Request, visit: Appointment, form: Filled, *, conflict: Conflict | None = None, status: int = 200) -> Response:
    if conflict:
        form, status = form.at_version(conflict.version), 409
    return page(request, "appointment.html.j2", status=status, visit=visit, form=form, conflict=conflict)
