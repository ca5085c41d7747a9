"""The recordings: files are handed in, and of each one is shown how far it is, what was found, and its film bound to its events."""

import re
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from spasmograph.app.workspace.correcting import Found
from spasmograph.errors import ConflictError, DamagedRecordError, EntryError, NotThereError
from spasmograph.model.record import Correction, RecordingEntry
from spasmograph.present.record.recording import recording_svg
from spasmograph.terms import AnalysisState, EventKind, Judgement, MediaKind, Side, Task
from spasmograph.web.conflict import Conflict, kept
from spasmograph.web.findings import (
    ADDED_NUMBER,
    EventLine,
    event_lines,
    happened,
    in_short,
    number_columns,
    number_lines,
    reason_words,
    shown,
    verdict_words,
)
from spasmograph.web.forms import Filled, Form, filled, sent_form, workspace_of
from spasmograph.web.language import text as _
from spasmograph.web.pages.telling import told_recording
from spasmograph.web.removal import ask, removed
from spasmograph.web.rendering import local_input, page
from spasmograph.web.words import label

router = APIRouter(prefix="/recordings", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]
Kind = Literal["", "contractions", "blinks", "all"]
FileName = Literal["measurement.json", "events.csv", "signals.parquet", "report.pdf"]
# Recordings belong to this part of the navigation.
SECTION = "/record"
WIDE_PX, NARROW_PX = 960.0, 340.0
SHOWN, LINES = 50, 25
_TYPES = {"json": "application/json", "csv": "text/csv", "parquet": "application/vnd.apache.parquet", "pdf": "application/pdf"}
# The policy that our reports carry, and no other: a report may come from an archive that somebody made.
_HASH = r"'sha256-[A-Za-z0-9+/=]{43,44}'"
_OWN = rf"default-src 'none'; style-src {_HASH}; script-src {_HASH}; img-src data:; base-uri 'none'; form-action 'none'"
_POLICY = re.compile(f'<meta http-equiv="Content-Security-Policy" content="({_OWN})">')
_CLOSED = "default-src 'none'"
_HEAD_CHARACTERS = 4000


@router.get("")
def recordings(request: Request, before: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> Response:
    """All recordings, the newest first, and how to hand in more."""
    workspace = workspace_of(request)
    found = workspace.list(RecordingEntry, newest=before + SHOWN + 1)[::-1][before:]
    some = found[:SHOWN]
    progress = {entry.id: workspace.progress(entry.id) for entry in some if is_open(entry)}
    facts: dict[str, Any] = {"entries": some, "progress": progress, "more": len(found) > SHOWN, "before": before, "shown": SHOWN}
    return page(request, "recordings.html.j2", is_open=is_open, in_short=in_short, tasks=_tasks(), path=SECTION, **facts)


@router.get("/{recording_id}")
def recording(
    request: Request,
    recording_id: str,
    show: Kind = "",
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    event: Annotated[str, Query(max_length=20)] = "",
    change: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """One recording: how far it is, or what was found in it; `event` is shown among the others, `change` opens the form for one."""
    entry = workspace_of(request).get(recording_id, RecordingEntry)
    return _recording(request, entry, View(show=show, start=start, event=event or change, change=change))


class View:
    """Which events are listed, and what is open."""

    def __init__(self, *, show: str = "", start: int = 0, event: str = "", change: str = "") -> None:
        self.show, self.start, self.event, self.change = show, start, event, change

    def of(self, lines: list[EventLine]) -> list[EventLine]:
        """The lines that are shown, with the event that is asked for among them."""
        wanted = next((line for line in lines if line.key == self.event), None)
        if wanted and not self.show and wanted.is_blink:
            self.show = "all"
        self.show = self.show or ("contractions" if any(not line.is_blink for line in lines) else "all")
        chosen = [line for line in lines if self.show == "all" or line.is_blink == (self.show == "blinks")]
        if wanted in chosen:
            self.start = chosen.index(wanted) // LINES * LINES
        self.start = min(self.start, max(len(chosen) - 1, 0) // LINES * LINES)
        self.count = len(chosen)
        return chosen[self.start : self.start + LINES]


def _recording(request: Request, entry: RecordingEntry, view: View, *, form: Filled | None = None, status: int = 200, **more: Any) -> Response:
    """The page of a recording, with a form as it was sent if something in it needs another look."""
    workspace = workspace_of(request)
    facts: dict[str, Any] = {"conflict": None, "stale": False, "about": _about_form(entry), "path": SECTION, "entry": entry} | more
    if entry.state is not AnalysisState.DONE:
        return _unmeasured(request, facts, status, lost="")
    try:
        found = workspace.measurement(entry.id)
    except (NotThereError, DamagedRecordError) as error:
        return _unmeasured(request, facts, status, lost=str(error))
    facts |= _measured(found, view) | _film(request, found)
    return page(request, "recording.html.j2", status=status, view=view, form=form or filled(), **facts)


def _unmeasured(request: Request, facts: dict[str, Any], status: int, *, lost: str) -> Response:
    """The page of a recording that waits, that could not be measured, or whose results are `lost`."""
    workspace, entry = workspace_of(request), facts["entry"]
    facts |= {"lost": lost, "is_open": is_open(entry), "progress": workspace.progress(entry.id), "in_short": in_short(entry)}
    return page(request, "recording_open.html.j2", status=status, kept=workspace.medium(entry.id) is not None, **facts)


def _film(request: Request, found: Found) -> dict[str, bool]:
    """Whether the file itself is still there, and whether it is a film."""
    there = workspace_of(request).medium(found.entry.id) is not None
    return {"kept": there, "film": there and found.entry.media is MediaKind.FILM}


def _measured(found: Found, view: View) -> dict[str, Any]:
    """What the page tells of a measurement."""
    lines = event_lines(found)
    listed = view.of(lines)
    blinks = sum(line.is_blink for line in lines)
    drawn, name = shown(found, listed), _("Events over the time of the recording: the right side above, the left side below the time axis")
    return {
        "found": found,
        "verdict": verdict_words(found),
        "reasons": reason_words(found),
        "sentences": happened(found),
        "lines": listed,
        "counts": {"contractions": len(lines) - blinks, "blinks": blinks, "all": len(lines)},
        "wide": recording_svg(drawn, width=WIDE_PX, label=name, key="wide"),
        "narrow": recording_svg(drawn, width=NARROW_PX, label=name, key="narrow"),
        "changing": next((line for line in lines if line.key == view.change and line.number != ADDED_NUMBER), None),
        "columns": number_columns(found),
        "numbers": number_lines(found),
        "kinds": [(str(kind), label(kind)) for kind in ((EventKind.BURST,) if found.results.is_emg else (EventKind.CONTRACTION, EventKind.BLINK))],
        "sides": [(str(side), label(side)) for side in Side],
        "per_page": LINES,
        "tasks": _tasks(found.entry.task),
    }


def _tasks(told: Task = Task.NONE) -> list[tuple[str, str]]:
    """What a person may have been doing in a film of one piece; what was told at first is among it."""
    offered = dict.fromkeys((Task.NONE, Task.REST, Task.READ_ALOUD, Task.TALK, told))
    return [(str(task), label(task)) for task in offered]


def is_open(entry: RecordingEntry) -> bool:
    """Whether its analysis is still to come."""
    return entry.state in (AnalysisState.WAITING, AnalysisState.RUNNING)


@router.post("/{recording_id}")
def change_about(request: Request, recording_id: str, form: Sent) -> Response:
    """Keep another time or note of a recording."""
    workspace = workspace_of(request)
    was = workspace.get(recording_id, RecordingEntry)
    try:
        entry = replace(was, at=form.moment("at", was=was.at) or was.at, note=form.text("note"), version=form.version())
        outcome = kept(workspace, entry, told_recording)
    except EntryError as error:
        return _recording(request, was, View(), about=form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        now = workspace.get(recording_id, RecordingEntry)
        return _recording(request, now, View(), about=form.filled(), conflict=outcome, status=409)
    return RedirectResponse(f"/recordings/{recording_id}", status_code=303)


@router.post("/{recording_id}/corrections")
def correct(request: Request, recording_id: str, form: Sent) -> Response:
    """Keep what a person says of an event."""
    workspace = workspace_of(request)
    key = form.text("key")
    try:
        judgement = form.choice("judgement", Judgement) or Judgement.CONFIRMED
        entry = workspace.correct(recording_id, _correction(form, judgement, workspace.now()), version=form.version())
    except EntryError as error:
        was = workspace.get(recording_id, RecordingEntry)
        return _recording(request, was, View(event=key, change=key), form=form.filled(error), status=422)
    except ConflictError:
        now = workspace.get(recording_id, RecordingEntry)
        return _recording(request, now, View(event=key, change=form.text("typed") and key), form=form.filled(), stale=True, status=409)
    shown_key = key or f"m{len(entry.corrections) - 1}"
    return RedirectResponse(f"/recordings/{recording_id}?event={shown_key}#event-{shown_key}", status_code=303)


def _correction(form: Form, judgement: Judgement, at: Any) -> Correction:
    """The correction that a form tells.

    Raises:
        EntryError: a field cannot be read, or the event ends before it begins.
    """
    number = form.whole("event")
    told = judgement in (Judgement.CHANGED, Judgement.ADDED)
    onset_s, offset_s = (form.number("onset_s"), form.number("offset_s")) if told else (None, None)
    if onset_s is not None and offset_s is not None and offset_s < onset_s:
        raise EntryError(_("The event ends before it begins."), field="offset_s")
    for name, value in (("onset_s", onset_s), ("offset_s", offset_s)) if told else ():
        if value is None:
            raise EntryError(_("Say when it began and when it ended, in seconds of the recording."), field=name)
    return Correction(
        judgement=judgement,
        at=at,
        event=number,
        kind=form.choice("kind", EventKind) if told else None,
        side=form.choice("side", Side) if told else None,
        onset_s=onset_s,
        offset_s=offset_s,
    )


@router.post("/{recording_id}/corrections/{place}/withdraw")
def withdraw(request: Request, recording_id: str, place: int, form: Sent) -> Response:
    """Take a correction back."""
    workspace = workspace_of(request)
    try:
        workspace.withdraw_correction(recording_id, place, version=form.version())
    except ConflictError:
        return _recording(request, workspace.get(recording_id, RecordingEntry), View(event=form.text("key")), stale=True, status=409)
    key = form.text("key")
    return RedirectResponse(
        f"/recordings/{recording_id}?event={key}#event-{key}" if key.isdecimal() else f"/recordings/{recording_id}", status_code=303
    )


@router.post("/{recording_id}/again")
def measure_again(request: Request, recording_id: str) -> Response:
    """Let it be measured once more."""
    workspace_of(request).measure_again(recording_id)
    return RedirectResponse(f"/recordings/{recording_id}", status_code=303)


@router.post("/{recording_id}/otherwise")
def measure_otherwise(request: Request, recording_id: str, form: Sent) -> Response:
    """Measure it anew, with what is right about it."""
    workspace = workspace_of(request)
    task, mirrored = form.choice("task", Task) or Task.NONE, form.text("mirrored") == "yes"
    try:
        workspace.measure_otherwise(recording_id, mirrored=mirrored, task=task, version=form.version())
    except ConflictError:
        return _recording(request, workspace.get(recording_id, RecordingEntry), View(), stale=True, status=409)
    return RedirectResponse(f"/recordings/{recording_id}", status_code=303)


@router.post("/{recording_id}/film/delete")
def delete_film(request: Request, recording_id: str) -> Response:
    """Delete the film and keep the measurement."""
    workspace_of(request).delete_film(recording_id)
    return RedirectResponse(f"/recordings/{recording_id}", status_code=303)


@router.get("/{recording_id}/remove")
def ask_removal(request: Request, recording_id: str) -> Response:
    """Whether the recording is really to be removed."""
    entry = workspace_of(request).get(recording_id, RecordingEntry)
    return ask(request, entry, told_recording(entry), back=f"/recordings/{recording_id}")


@router.post("/{recording_id}/remove")
def remove(request: Request, recording_id: str, form: Sent) -> Response:
    """Remove it with its film and all that was measured, unless it was changed meanwhile."""
    entry = workspace_of(request).get(recording_id, RecordingEntry)
    return removed(request, entry, told_recording(entry), form, back=f"/recordings/{recording_id}", after="/recordings")


@router.get("/{recording_id}/report")
def report(request: Request, recording_id: str) -> Response:
    """The whole report, shut off from everything else: it may run its own script, known by its hash, and nothing more."""
    workspace = workspace_of(request)
    path = workspace.results_folder(workspace.get(recording_id, RecordingEntry).id) / "report.html"
    with _there(path).open(encoding="utf-8") as file:
        policy = _POLICY.search(file.read(_HEAD_CHARACTERS).replace("&#39;", "'"))
    own = policy[1] if policy else _CLOSED
    headers = {"Content-Security-Policy": f"{own}; frame-ancestors 'self'; sandbox allow-scripts"}
    return FileResponse(path, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/{recording_id}/files/{name}")
def results_file(request: Request, recording_id: str, name: FileName) -> Response:
    """One of the files of the measurement, to be kept."""
    workspace = workspace_of(request)
    entry = workspace.get(recording_id, RecordingEntry)
    folder = workspace.results_folder(entry.id)
    kind = _TYPES[name.rpartition(".")[2]]
    return FileResponse(_there(folder / name), media_type=kind, filename=f"{folder.name} {name}")


def _there(path: Any) -> Any:
    if not path.is_file():
        msg = f"{path.name} of this recording is not there any more"
        raise NotThereError(msg)
    return path


def _about_form(entry: RecordingEntry) -> Filled:
    return filled(at=local_input(entry.at), note=entry.note)
