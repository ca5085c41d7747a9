"""Entries of every kind for programs on this machine: listed, noted, changed and removed, with the same checks as the pages."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.security import APIKeyCookie
from pydantic import AwareDatetime, BeforeValidator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from spasmograph.io.store.codec import entry_to_dict
from spasmograph.model.record import Entry
from spasmograph.terms import EntryKind
from spasmograph.web.access import PORT, cookie_of
from spasmograph.web.api.entry_models import Draft, Kept, Problem, entry_of, rfc3339
from spasmograph.web.forms import workspace_of

_PLAIN: dict[str, Any] = {"content": {"text/plain": {"schema": {"type": "string"}}}}
# What the app's gate says before anything else runs.
_GATE: dict[int | str, dict[str, Any]] = {
    401: {"description": "the session's cookie is missing", **_PLAIN},
    403: {"description": "the request comes from another page", **_PLAIN},
    421: {"description": "this name is not the app's own", **_PLAIN},
}
_MISREAD: dict[int | str, dict[str, Any]] = {422: {"model": Problem, "description": "what was sent cannot be; the sentence says what and why"}}
_NOT_THERE: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "there is no such entry"}}
_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem, "description": "the entry was changed meanwhile; nothing was overwritten"}}
_UNREAD: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "the body is no JSON"},
    413: {"description": "larger than is taken", **_PLAIN},
}

router = APIRouter(
    prefix="/api/entries",
    tags=["entries"],
    dependencies=[Depends(APIKeyCookie(name=cookie_of(PORT), auto_error=False, description="Begun by the one-time link; the number is the port."))],
    responses=_GATE | _MISREAD,
)
EntryId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Version = Annotated[int, Query(ge=1, le=2**31 - 2, description="The version of the entry that is changed; another one is a conflict.")]
Moment = Annotated[AwareDatetime, BeforeValidator(rfc3339)]
Bound = Annotated[Moment | None, Query(description="A moment with its offset from UTC.")]


@router.get("", response_model=list[Kept])
def entries(
    request: Request,
    kind: Annotated[list[EntryKind], Query(description="Only these kinds.")] = [],  # noqa: B006 - FastAPI makes a new one for every request
    since: Bound = None,
    until: Bound = None,
    newest: Annotated[int, Query(ge=1, le=100_000, description="At most so many of the newest.")] = 1000,
) -> Response:
    """Entries in order of time, in `[since, until)`."""
    found = workspace_of(request).entries(*kind, since=since, until=until, newest=newest)
    return JSONResponse([entry_to_dict(entry) for entry in found])


@router.post("", response_model=Kept, status_code=201, responses=_CONFLICT | _UNREAD)
def add(request: Request, draft: Draft) -> Response:
    """Note something new. Settings are one set; they can only be noted where there are none."""
    return _answer(workspace_of(request).note(entry_of(draft)), status=201)


@router.get("/{entry_id}", response_model=Kept, responses=_NOT_THERE)
def entry(request: Request, entry_id: EntryId) -> Response:
    """One entry."""
    return _answer(workspace_of(request).get(entry_id, Entry))


@router.put("/{entry_id}", response_model=Kept, responses=_NOT_THERE | _CONFLICT | _UNREAD)
def change(request: Request, entry_id: EntryId, version: Version, draft: Draft) -> Response:
    """Put another text in an entry's place; fields that are left out become empty."""
    workspace = workspace_of(request)
    return _answer(workspace.note(entry_of(draft, instead_of=workspace.get(entry_id, Entry), version=version)))


@router.delete("/{entry_id}", status_code=204, responses=_NOT_THERE | _CONFLICT)
def remove(request: Request, entry_id: EntryId, version: Version) -> Response:
    """Remove an entry for good, a recording with its files."""
    workspace_of(request).remove(entry_id, version=version)
    return Response(status_code=204)


def _answer(kept: Entry, *, status: int = 200) -> Response:
    return JSONResponse(entry_to_dict(kept), status_code=status)
