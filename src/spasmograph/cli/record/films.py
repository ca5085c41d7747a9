"""`spasmograph record film`, `measure` and `correct`: films and EMG of the record."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spasmograph.cli.exits import DONE, SOME_FAILED, UNMEASURED, exit_code
from spasmograph.cli.progress import display
from spasmograph.cli.record.entries import print_recording
from spasmograph.cli.record.opening import home_option, json_option, opened, whole_id
from spasmograph.cli.record.reading import when
from spasmograph.cli.record.telling import print_json, print_kept, short
from spasmograph.cli.results import TASKS, quiet_option
from spasmograph.cli.wording import failure, safe, say
from spasmograph.errors import SpasmographError
from spasmograph.terms import AnalysisState, EntryKind, EventKind, Judgement, Side, Task

if TYPE_CHECKING:
    from spasmograph.app.workspace import Workspace
    from spasmograph.model.record import Correction, RecordingEntry

LOOK_S = 0.2
OPEN = (AnalysisState.WAITING, AnalysisState.RUNNING)
_TOLD = ("onset_s", "offset_s", "kind", "side")
JUDGEMENTS = {"right": Judgement.CONFIRMED, "wrong": Judgement.REJECTED, "other": Judgement.CHANGED}


@click.command(short_help="Add films or EMG files to the record and measure them.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--at", metavar="WHEN", help="When it was recorded.  [default: when the file was last changed]")
@click.option("--task", type=click.Choice(TASKS), metavar="TASK", help=f"What the person was asked to do: {', '.join(TASKS)}.")
@click.option("--mirrored", is_flag=True, help="The films are mirror images, as some selfie cameras save them.")
@click.option("--later", is_flag=True, help="Only add them; `measure` or the app measures them.")
@home_option
@quiet_option
@json_option
def film(**given: Any) -> None:
    """Add every FILE, a film or an EMG, to the record, and measure it now.

    The files stay where they are; the record keeps copies. The same file twice is one recording. Ctrl-C leaves what is not measured yet for later.
    """
    with opened(given["home"]) as workspace:
        added, codes = _added(workspace, given)
        if not given["later"]:
            wait_for(workspace, [entry.id for entry in added], quiet=given["quiet"] or given["as_json"])
        codes += [_tell(workspace, entry.id, given) for entry in added]
    click.get_current_context().exit(codes[0] if len(codes) == 1 else SOME_FAILED if any(codes) else DONE)


def _added(workspace: "Workspace", given: dict[str, Any]) -> "tuple[list[RecordingEntry], list[int]]":
    """The recordings that are kept now, and the exit codes of the files that could not be."""
    from spasmograph.app.workspace.recordings import about_file

    at = when(given["at"], workspace.now()).at if given["at"] else None
    entries, codes = [], []
    for path in given["files"]:
        try:
            told = about_file(path)
            about = replace(told, at=at or told.at, task=Task(given["task"] or ""), mirrored=given["mirrored"])
            added = workspace.add_recording(path, about)
        except SpasmographError as error:
            say(failure(path, error))
            codes.append(exit_code(error))
            continue
        if not added.new:
            say(safe(f"{path}: is in the record already, as {short(added.entry)}"))
        entries.append(added.entry)
    return list({entry.id: entry for entry in entries}.values()), codes


def wait_for(workspace: "Workspace", ids: Sequence[str], *, quiet: bool) -> None:
    """Measure in the background, show how far it is, and come back when these recordings are done."""
    from spasmograph.model.record import RecordingEntry

    waiting = list(_still_open(workspace, ids))
    if not waiting:
        return
    workspace.start_analyses()
    with display(quiet=quiet) as shown:
        while waiting:
            entry = next((one for one in waiting if one.state is AnalysisState.RUNNING), waiting[0])
            shown.start(entry.name)
            while workspace.get(entry.id, RecordingEntry).state in OPEN:
                progress = workspace.progress(entry.id)
                shown.frames(progress.done, progress.total)
                time.sleep(LOOK_S)
            waiting = list(_still_open(workspace, ids))
    workspace.stop_analyses()


def _still_open(workspace: "Workspace", ids: Sequence[str]) -> "Iterator[RecordingEntry]":
    from spasmograph.model.record import RecordingEntry

    return (entry for entry in workspace.list(RecordingEntry) if entry.id in ids and entry.state in OPEN)


def _tell(workspace: "Workspace", recording_id: str, given: dict[str, Any]) -> int:
    """What became of a recording; its exit code."""
    from spasmograph.model.record import RecordingEntry

    entry = workspace.get(recording_id, RecordingEntry)
    failed = entry.state is AnalysisState.FAILED
    if given["as_json"]:
        print_json([entry])
    elif failed:
        say(failure(Path(entry.name), RuntimeError(entry.error)))
    elif not given["quiet"]:
        print_kept(entry, as_json=False, verb="Kept")
        print_recording(workspace, entry)
    return UNMEASURED if failed else DONE


@click.command(short_help="Measure what waits.")
@click.option("--again", "ids", multiple=True, metavar="ID", help="Also this recording, which could not be measured before.")
@home_option
@quiet_option
@json_option
def measure(**given: Any) -> None:
    """Measure every recording that waits, as after `film --later` or a film that was interrupted."""
    with opened(given["home"]) as workspace:
        again = [workspace.measure_again(whole_id(workspace, entry_id)).id for entry_id in given["ids"]]
        ids = [entry.id for entry in workspace.entries(EntryKind.RECORDING) if getattr(entry, "state", None) in OPEN]
        wait_for(workspace, ids, quiet=given["quiet"] or given["as_json"])
        codes = [_tell(workspace, recording_id, given) for recording_id in dict.fromkeys((*again, *ids))]
        if not codes and not given["quiet"]:
            say("no recording waits")
    click.get_current_context().exit(codes[0] if len(codes) == 1 else SOME_FAILED if any(codes) else DONE)


@click.command(short_help="Say of an event that it was right, wrong, another, or missed.")
@click.argument("entry_id", metavar="ID")
@click.option("--event", "number", type=click.IntRange(min=1), metavar="N", help="The event's number, as `show ID --events` tells it.")
@click.option("--was", type=click.Choice([*JUDGEMENTS]), help="Right, wrong (nothing was there), or other (with what it was).")
@click.option("--missed", is_flag=True, help="An event that was not found; with --from and --to.")
@click.option("--from", "onset_s", type=float, metavar="SECONDS", help="When it began.")
@click.option("--to", "offset_s", type=float, metavar="SECONDS", help="When it ended.")
@click.option("--kind", type=click.Choice([str(kind) for kind in EventKind]), help="What it was.")
@click.option("--side", type=click.Choice([str(side) for side in Side]), help="On which side of the face.")
@click.option("--take-back", is_flag=True, help="Take back what was said of the event.")
@home_option
@json_option
def correct(entry_id: str, home: Path | None, as_json: bool, **given: Any) -> None:
    """Correct or confirm an event of a recording. The machine's own finding stays beside it, and the scores follow."""
    from spasmograph.model.record import RecordingEntry

    _check(given)
    with opened(home) as workspace:
        entry = workspace.get(whole_id(workspace, entry_id), RecordingEntry)
        if given["take_back"]:
            kept = workspace.withdraw_correction(entry.id, _place(entry, given["number"]), version=entry.version)
        else:
            kept = workspace.correct(entry.id, _correction(workspace, entry, given), version=entry.version)
        print_kept(kept, as_json=as_json, verb="Changed")
        if not as_json:
            print_recording(workspace, kept)


def _check(given: dict[str, Any]) -> None:
    """Raises click.UsageError: what is told does not go together."""
    said = [given["was"] is not None, given["missed"], given["take_back"]]
    if sum(said) != 1:
        msg = "Say one of --was, --missed or --take-back."
        raise click.UsageError(msg)
    if given["missed"] == (given["number"] is not None):
        msg = "--event N names the event; one that was --missed has no number."
        raise click.UsageError(msg)
    if given["missed"] and None in (given["onset_s"], given["offset_s"], given["side"]):
        msg = "Say when it began and ended, in seconds of the recording, by --from and --to, and on which side by --side."
        raise click.UsageError(msg)
    if given["was"] == "other" and not any(given[name] is not None for name in _TOLD):
        msg = "Say what was other than it was found: --from, --to, --kind or --side."
        raise click.UsageError(msg)


def _place(entry: "RecordingEntry", number: int) -> int:
    """The place of what was said of an event.

    Raises:
        click.BadParameter: nothing was.
    """
    place = next((place for place, one in enumerate(entry.corrections) if one.event == number - 1), None)
    if place is None:
        msg = f"nothing was said of event {number}."
        raise click.BadParameter(msg, param_hint="--event")
    return place


def _correction(workspace: "Workspace", entry: "RecordingEntry", given: dict[str, Any]) -> "Correction":
    """What is said of an event; of one that was other, what is not told stays as it was found.

    Raises:
        click.BadParameter: the recording has no such event.
    """
    from spasmograph.model.record import Correction

    found = workspace.measurement(entry.id).results
    if given["missed"]:
        usual = EventKind.BURST if found.is_emg else EventKind.CONTRACTION
        return Correction(judgement=Judgement.ADDED, at=workspace.now(), **_told(given, kind=usual))
    number = given["number"]
    if number > len(found.events):
        msg = f"it is {number}; the recording has {len(found.events)} events."
        raise click.BadParameter(msg, param_hint="--event")
    judgement, event = JUDGEMENTS[given["was"]], found.events[number - 1]
    if judgement is not Judgement.CHANGED:
        return Correction(judgement=judgement, at=workspace.now(), event=number - 1)
    told = _told(given, kind=event.kind, side=event.side, onset_s=event.onset_s, offset_s=event.offset_s)
    return Correction(judgement=judgement, at=workspace.now(), event=number - 1, **told)


def _told(given: dict[str, Any], **otherwise: Any) -> dict[str, Any]:
    """What an event was, as far as it is told, and otherwise as it was."""
    types = {"kind": EventKind, "side": Side, "onset_s": float, "offset_s": float}
    return otherwise | {name: kind(given[name]) for name, kind in types.items() if given[name] is not None}


@click.command("forget-film", short_help="Delete a film and keep what was measured.")
@click.argument("entry_id", metavar="ID")
@home_option
@json_option
def forget_film(entry_id: str, home: Path | None, as_json: bool) -> None:
    """Delete the film or EMG of a recording and keep the measurement."""
    with opened(home) as workspace:
        print_kept(workspace.delete_film(whole_id(workspace, entry_id)), as_json=as_json, verb="Film deleted,")
