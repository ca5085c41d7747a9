"""Recordings for programs and for the pages' own scripts: files in, how far their analysis is, what was found, corrections."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from fastapi import APIRouter, Header, Query, status
from fastapi import Path as PathParameter
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from spasmograph.app.workspace import Workspace
from spasmograph.app.workspace.recordings import About, Added
from spasmograph.errors import EntryError, NotThereError
from spasmograph.io.media import OTHER_TYPE, content_type
from spasmograph.io.store.codec import entry_to_dict
from spasmograph.model.record import Correction, ProtocolStep, RecordingEntry
from spasmograph.terms import EventKind, Judgement, MediaKind, Side, Task
from spasmograph.web.forms import workspace_of
from spasmograph.web.incoming import receive_body

router = APIRouter(prefix="/api/recordings", tags=["recordings"])
MOST_STEPS = 100
_STEPS = TypeAdapter(Annotated[tuple[ProtocolStep, ...], Field(max_length=MOST_STEPS)])
_HINTS = get_type_hints(RecordingEntry)
# The entry's own fields, so that what is described is what is sent.
Recording: type[BaseModel] = create_model(
    "Recording",
    __config__=ConfigDict(extra="forbid"),
    **{"kind": (Literal["recording"], ...)} | {field.name: (_HINTS[field.name], ...) for field in fields(RecordingEntry)},
)


class Done(BaseModel):
    """How far an analysis is, in frames or samples; 0 of 0 where nothing is begun or nothing is left to do."""

    done: int
    total: int


class RecordingWithProgress(BaseModel):
    """A recording, and how far its analysis is."""

    entry: Recording  # type: ignore[valid-type]
    progress: Done


class CorrectionIn(BaseModel):
    """What a person says of an event: its number from 0 (none for one that was missed), and what it should be where it was changed or missed."""

    model_config = ConfigDict(extra="forbid")

    judgement: Judgement
    version: Annotated[int, Field(ge=1, le=2**31 - 2, description="The version of the recording that the person saw.")]
    event: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    kind: EventKind | None = None
    side: Side | None = None
    onset_s: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = None
    offset_s: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = None
    at: datetime | None = None


class Otherwise(BaseModel):
    """What is right about a recording, where something else was said at first."""

    model_config = ConfigDict(extra="forbid")

    mirrored: bool
    task: Task
    version: Annotated[int, Field(ge=1, le=2**31 - 2, description="The version of the recording that the person saw.")]


class Problem(BaseModel):
    """Why something was not done, in words."""

    error: str


Version = Annotated[int, Query(ge=1, le=2**31 - 2, description="The version of the recording that the person saw.")]
Place = Annotated[int, PathParameter(ge=0, le=1_000_000)]
RecordingId = Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
_BODY = {"requestBody": {"required": True, "content": {OTHER_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}
_NOT_THERE: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "there is no such recording"}}
_MISREAD: dict[int | str, dict[str, Any]] = {422: {"model": Problem, "description": "what was sent cannot be"}}
_UNREAD: dict[int | str, dict[str, Any]] = {400: {"model": Problem, "description": "the body is no JSON"}}
_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem, "description": "the recording was changed meanwhile, or is in another state"}}
_FILM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"video/mp4": {}, "video/webm": {}, OTHER_TYPE: {}}},
    206: {"description": "a part of it"},
    416: {"description": "no such part"},
}
_ADDED: dict[int | str, dict[str, Any]] = {
    200: {"model": Recording, "description": "the same file is a recording already; this is it"},
    400: {"model": Problem, "description": "the file did not arrive whole; nothing was kept"},
    413: {"description": "larger than is taken"},
    507: {"model": Problem, "description": "the disk is full"},
}


@router.post("", status_code=201, response_model=Recording, openapi_extra=_BODY, responses=_ADDED | _MISREAD)
async def add(  # noqa: PLR0913, PLR0917 - what is said of a file
    request: Request,
    name: Annotated[str, Query(min_length=1, max_length=1000, description="The file's own name.")],
    at: Annotated[datetime, Query(description="When it was recorded, with the offset from UTC.")],
    media: Annotated[MediaKind, Query(description="A first guess; the analysis looks at the contents.")] = MediaKind.FILM,
    mirrored: Annotated[bool, Query(description="Whether the pictures are mirror images.")] = False,
    task: Annotated[Task, Query(description="What the person was asked to do, where it was one thing.")] = Task.NONE,
    steps: Annotated[str, Query(max_length=20_000, description="The steps of a protocol as JSON: a list of task, onset_s and offset_s.")] = "",
    steps_header: Annotated[str, Header(alias="steps", max_length=20_000, description="The same, as a header.")] = "",
) -> Response:
    """Keep a film or an EMG; the body is the file as it is. When this answers, file and work are on the disk; the analysis follows."""
    about = About(name=name, at=_with_offset(at), media=media, mirrored=mirrored, task=task, steps=_steps(steps or steps_header))
    try:
        added = await _received(request, about)
    except ClientDisconnect:
        return JSONResponse({"error": "the file did not arrive whole; nothing was kept"}, status_code=400)
    return JSONResponse(entry_to_dict(added.entry), status_code=201 if added.new else 200)


async def _received(request: Request, about: About) -> Added:
    """The body goes to the disk as it arrives."""
    workspace = workspace_of(request)
    with await run_in_threadpool(workspace.arrival) as arriving:
        await receive_body(request, arriving)
        return await run_in_threadpool(lambda: workspace.keep_recording(arriving.finish(), about))


@router.get("/{recording_id}", response_model=RecordingWithProgress, responses=_NOT_THERE | _MISREAD)
def recording(request: Request, recording_id: RecordingId) -> Response:
    """A recording as it stands, and how far its analysis is."""
    workspace = workspace_of(request)
    return _answer(workspace, workspace.get(recording_id, RecordingEntry))


@router.get("/{recording_id}/measurement", responses=_NOT_THERE | _MISREAD)
def measurement(request: Request, recording_id: RecordingId) -> dict[str, Any]:
    """All that was measured: the measurement.json of the results, as its own schema describes it."""
    import json

    workspace = workspace_of(request)
    folder = workspace.results_folder(workspace.get(recording_id, RecordingEntry).id)
    found: dict[str, Any] = json.loads((folder / "measurement.json").read_text(encoding="utf-8"))
    return found


@router.get("/{recording_id}/film", response_class=FileResponse, responses=_FILM | _NOT_THERE | _MISREAD)
def film(request: Request, recording_id: RecordingId) -> Response:
    """The film or EMG itself, or parts of it by the `Range` header."""
    workspace = workspace_of(request)
    entry = workspace.get(recording_id, RecordingEntry)
    path = workspace.medium(recording_id)
    if path is None:
        msg = "the film was deleted; what was measured is still there"
        raise NotThereError(msg)
    return _sent(path, entry.name)


def _sent(path: Path, name: str) -> Response:
    """A film is shown in the page, anything else is for keeping; nobody reads it as a page."""
    kind = content_type(path)
    shown = "inline" if kind.startswith("video/") else "attachment"
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'"}
    return FileResponse(path, media_type=kind, filename=name, content_disposition_type=shown, headers=headers)


@router.post("/{recording_id}/corrections", response_model=RecordingWithProgress, responses=_NOT_THERE | _CONFLICT | _MISREAD | _UNREAD)
def correct(request: Request, recording_id: RecordingId, said: CorrectionIn) -> Response:
    """Say of an event that it is right, none, or another, or add one that was missed; the scores follow."""
    workspace = workspace_of(request)
    correction = Correction(
        judgement=said.judgement,
        at=_with_offset(said.at or workspace.now()),
        event=said.event,
        kind=said.kind,
        side=said.side,
        onset_s=said.onset_s,
        offset_s=said.offset_s,
    )
    return _answer(workspace, workspace.correct(recording_id, correction, version=said.version))


@router.delete("/{recording_id}/corrections/{place}", response_model=RecordingWithProgress, responses=_NOT_THERE | _CONFLICT | _MISREAD)
def withdraw(request: Request, recording_id: RecordingId, place: Place, version: Version) -> Response:
    """Take a correction back, by its place from 0."""
    workspace = workspace_of(request)
    return _answer(workspace, workspace.withdraw_correction(recording_id, place, version=version))


@router.post("/{recording_id}/analysis", response_model=RecordingWithProgress, responses=_NOT_THERE | _CONFLICT | _MISREAD | _UNREAD)
def measure_again(request: Request, recording_id: RecordingId, otherwise: Otherwise | None = None) -> Response:
    """Let a recording that could not be measured be measured once more; with a body one that was measured, with what is right about it."""
    workspace = workspace_of(request)
    if otherwise is None:
        return _answer(workspace, workspace.measure_again(recording_id))
    entry = workspace.measure_otherwise(recording_id, mirrored=otherwise.mirrored, task=otherwise.task, version=otherwise.version)
    return _answer(workspace, entry)


@router.delete("/{recording_id}/film", response_model=RecordingWithProgress, responses=_NOT_THERE | _CONFLICT | _MISREAD)
def delete_film(request: Request, recording_id: RecordingId) -> Response:
    """Delete the film or EMG itself and keep what was measured."""
    workspace = workspace_of(request)
    return _answer(workspace, workspace.delete_film(recording_id))


@router.delete("/{recording_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_NOT_THERE | _CONFLICT | _MISREAD)
def remove(request: Request, recording_id: RecordingId, version: Annotated[int | None, Query(ge=1, le=2**31 - 2)] = None) -> None:
    """Remove a recording with its film and all that was measured."""
    workspace = workspace_of(request)
    workspace.get(recording_id, RecordingEntry)
    workspace.remove(recording_id, version=version)


def _answer(workspace: Workspace, entry: RecordingEntry) -> Response:
    progress = workspace.progress(entry.id)
    return JSONResponse({"entry": entry_to_dict(entry), "progress": {"done": progress.done, "total": progress.total}})


def _with_offset(at: datetime) -> datetime:
    """A moment without an offset is this machine's local time.

    Raises:
        EntryError: it lies beyond what a calendar has.
    """
    try:
        return at.astimezone(at.tzinfo)
    except (OverflowError, ValueError, OSError) as error:
        msg = f"at is {at.isoformat()}; it lies beyond the calendar"
        raise EntryError(msg, field="at") from error


def _steps(told: str) -> tuple[ProtocolStep, ...]:
    """The steps of a protocol.

    Raises:
        EntryError: they are not what they should be.
    """
    try:
        return _STEPS.validate_json(told) if told else ()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        msg = f"steps: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise EntryError(msg) from error
