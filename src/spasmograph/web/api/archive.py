"""The whole record for programs: out as one file, and in again."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from spasmograph.app.workspace.archiving import Restored
from spasmograph.io.media import OTHER_TYPE
from spasmograph.web.forms import workspace_of
from spasmograph.web.incoming import receive_body
from spasmograph.web.outgoing import ZIP, archive_file

router = APIRouter(prefix="/api/archive", tags=["archive"])


class LeftOut(BaseModel):
    """An entry of the archive that was not restored, and why."""

    id: str
    kind: str
    at: str
    why: str


class RestoredOut(BaseModel):
    """How many entries were added, how many stood there just so already, and which were left out."""

    added: int
    already_there: int
    skipped: list[LeftOut]


class Problem(BaseModel):
    """Why nothing was done, in words."""

    error: str


_BODY = {"requestBody": {"required": True, "content": {OTHER_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}
_SENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}, "description": "the archive"},
    206: {"description": "a part of it"},
    416: {"description": "no such part"},
    507: {"model": Problem, "description": "the disk is full"},
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "the file did not arrive whole; nothing was changed"},
    409: {"model": Problem, "description": "the record has entries already, and `merge` was not asked for"},
    413: {"description": "larger than is taken"},
    422: {"model": Problem, "description": "it is no archive, or a damaged one; nothing was changed"},
    503: {"model": Problem, "description": "a newer version made it, or the record's folder cannot be written; nothing was changed"},
    507: {"model": Problem, "description": "the disk is full"},
}


@router.get("", response_class=FileResponse, responses=_SENT)
def take(request: Request) -> Response:
    """The whole record with its films and results, as `docs/archive.md` describes it."""
    return archive_file(request)


@router.post("", response_model=RestoredOut, openapi_extra=_BODY, responses=_REFUSED)
async def bring_back(
    request: Request,
    merge: Annotated[bool, Query(description="Add what is missing to a record that has entries; what is there stays as it is.")] = False,
) -> Response:
    """Bring an archive back; the body is the file as it is. All of it happens or nothing."""
    workspace = workspace_of(request)
    try:
        with await run_in_threadpool(workspace.arrival) as arriving:
            await receive_body(request, arriving)
            restored = await run_in_threadpool(lambda: workspace.restore(arriving.finish().path, merge=merge))
    except ClientDisconnect:
        return JSONResponse({"error": "the file did not arrive whole; nothing was changed"}, status_code=400)
    return JSONResponse(_told(restored).model_dump())


def _told(restored: Restored) -> RestoredOut:
    left = [LeftOut(id=one.entry.id, kind=one.entry.kind, at=one.entry.at.isoformat(), why=one.why) for one in restored.skipped]
    return RestoredOut(added=restored.added, already_there=restored.already_there, skipped=left)
