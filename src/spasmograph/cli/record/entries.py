"""`spasmograph record list`, `show`, `add`, `change` and `remove`: entries of whatever kind."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import click

from spasmograph.cli.record.opening import asked, home_option, json_option, opened, whole_id
from spasmograph.cli.record.reading import bounds, json_from, localised
from spasmograph.cli.record.saying import calculated, print_said
from spasmograph.cli.record.telling import in_short, list_rows, print_facts, print_json, print_kept, print_sentences, print_table, short
from spasmograph.cli.wording import counted, safe, say
from spasmograph.errors import ConflictError, EntryError
from spasmograph.terms import AnalysisState, EntryKind

if TYPE_CHECKING:
    from spasmograph.app.workspace import Workspace
    from spasmograph.model.record import Entry, RecordingEntry
    from spasmograph.web.conflict import Conflict

KINDS = [str(kind) for kind in EntryKind]
# What the store gives; a person does not say it.
_GIVEN = frozenset({"id", "noted_at", "version"})
# What a person may say of a recording; the rest was measured.
_OF_RECORDINGS = frozenset({"at", "precision", "note"})


@click.command("list", short_help="What was noted.")
@click.argument("kinds", nargs=-1, type=click.Choice(KINDS), metavar="[KIND]...")
@click.option("--since", metavar="WHEN", help="From this day, month or moment on.")
@click.option("--until", metavar="WHEN", help="Up to this moment, or to the end of this day, month or year.")
@click.option("--newest", type=click.IntRange(min=1), metavar="N", help="Only so many of the last.")
@home_option
@json_option
def list_entries(**given: Any) -> None:
    """List what was noted, the newest last.

    KIND is journal, episode, treatment, scale, recording, appointment, question or settings; without any, all but the settings are listed. The id
    that a list shows is what `show`, `change` and `remove` take.
    """
    kinds = [EntryKind(kind) for kind in given["kinds"]] or [kind for kind in EntryKind if kind is not EntryKind.SETTINGS]
    with opened(given["home"]) as workspace:
        since, until = bounds(given["since"], given["until"], workspace.now())
        found = workspace.entries(*kinds, since=since, until=until, newest=given["newest"])
        if given["as_json"]:
            print_json(found)
        elif found:
            print_table(("When", "Kind", "Id", "What"), list_rows(found))
        else:
            click.echo(safe(f"Nothing of that was noted in {workspace.home}."))


@click.command(short_help="One entry in full.")
@click.argument("entry_id", metavar="ID")
@click.option("--events", is_flag=True, help="Of a recording: every event that was found, with its number.")
@home_option
@json_option
def show(entry_id: str, events: bool, home: Path | None, as_json: bool) -> None:
    """Show an entry field by field; of a recording also what was found. ID may be shortened, as `list` shows it."""
    from spasmograph.model.record import Entry, RecordingEntry

    with opened(home) as workspace:
        entry = workspace.get(whole_id(workspace, entry_id), Entry)
        if as_json:
            print_json([entry])
            return
        _print_entry(entry)
        print_said(workspace, entry, as_json=False)
        if isinstance(entry, RecordingEntry):
            print_recording(workspace, entry, events=events)


def _print_entry(entry: "Entry") -> None:
    from spasmograph.web.pages.telling import told_of
    from spasmograph.web.rendering import moment

    noted = moment(entry.noted_at) if entry.noted_at else ""
    print_facts([*told_of(entry), ("Noted", noted), ("Id", entry.id), ("Version", str(entry.version))])


def print_recording(workspace: "Workspace", entry: "RecordingEntry", *, events: bool = False) -> None:
    """What was found in a recording, in sentences, and where its files are."""
    from spasmograph.web.findings import event_lines, happened, reason_words, verdict_words

    if entry.state is not AnalysisState.DONE:
        print_sentences([entry.error] if entry.error else [])
        return
    found = workspace.measurement(entry.id)
    print_sentences([verdict_words(found), *(f"- {reason}" for reason in reason_words(found)), *happened(found)])
    if events:
        lines = [(one.number, one.when, one.lasted, one.side, one.said_words, one.what) for one in event_lines(found)]
        print_table(("Event", "At", "Lasted", "Side", "You say", "What"), lines)
    click.echo(safe(f"Report: {found.folder / 'report.html'}"))


@click.command(short_help="A new entry of any kind from JSON.")
@click.argument("file", type=click.Path(path_type=Path), default="-", metavar="[FILE]")
@home_option
@json_option
def add(file: Path, home: Path | None, as_json: bool) -> None:
    """Note what a JSON object in FILE, or on standard input, says; its `kind` tells what it is.

    Times without an offset are this machine's. `show ID --json` prints an entry as an example; id, version and noted_at of it are passed over.
    """
    with opened(home) as workspace:
        kept = workspace.note(drafted(json_from(file)))
        print_kept(kept, as_json=as_json)
        print_said(workspace, kept, as_json=as_json)


@click.command(short_help="Another text for an entry.")
@click.argument("entry_id", metavar="ID")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]...")
@click.option(
    "--version", type=click.IntRange(min=1), metavar="N", help="The version that is changed; if the entry stands at another, nothing is done."
)
@home_option
@json_option
def change(entry_id: str, changes: Sequence[str], version: int | None, home: Path | None, as_json: bool) -> None:
    """Change fields of an entry by NAME=VALUE, such as severity=4 or note="slept well"; an empty value takes away what was there.

    Without NAME=VALUE the whole entry is read as JSON from standard input, as `show ID --json` prints it, with its version. What somebody
    else changed meanwhile is never overwritten: both texts are shown, and nothing is done.
    """
    from spasmograph.model.record import Entry

    with opened(home) as workspace:
        was = workspace.get(whole_id(workspace, entry_id), Entry)
        kept = changed(workspace, was, changes, version)
        print_kept(kept, as_json=as_json, verb="Changed")
        print_said(workspace, kept, as_json=as_json)


def changed(workspace: "Workspace", was: "Entry", changes: Sequence[str], version: int | None) -> "Entry":
    """The entry with some of its fields changed, or all of them by JSON from standard input; as it is kept.

    Raises:
        ConflictError: it stands at another version; both texts were printed.
        EntryError: it says what cannot be.
    """
    from spasmograph.io.store.codec import entry_to_dict
    from spasmograph.web.conflict import Conflict, kept
    from spasmograph.web.pages.telling import told_of

    told = dict(_change(was, text) for text in changes)
    plain = {name: value for name, value in (entry_to_dict(was) | told).items() if value != ""} if changes else json_from(None)
    at_version = version or (was.version if changes else _version(plain))
    entry = drafted(plain, instead_of=was, version=at_version)
    if {text.partition("=")[0] for text in changes} & {"items", "total"} == {"items"}:
        entry = calculated(entry)
    outcome = kept(workspace, entry, told_of, save=workspace.note)
    if isinstance(outcome, Conflict):
        raise _shown(outcome, entry)
    return outcome


def _change(entry: "Entry", text: str) -> tuple[str, Any]:
    """One field and its value: text for fields of text, JSON for others, and words where it is none; empty where it is taken away."""
    name, equals, value = text.partition("=")
    hints = get_type_hints(type(entry))
    known = [field.name for field in fields(entry) if field.name not in _GIVEN]
    if not equals or name not in known:
        msg = f"{text!r} is no change of an entry of kind {entry.kind}; its fields are {', '.join(known)}."
        raise click.BadParameter(msg, param_hint="NAME=VALUE")
    if hints[name] is str:
        return name, value
    try:
        return name, json.loads(value) if value else ""
    except ValueError:
        return name, value


def _version(plain: dict[str, Any]) -> int:
    version = plain.get("version")
    if not isinstance(version, int) or version < 1:
        msg = f"version is {version!r}; say which version is changed, as `spasmograph record show ID` tells it"
        raise EntryError(msg, field="version")
    return version


def drafted(plain: dict[str, Any], *, instead_of: "Entry | None" = None, version: int = 0) -> "Entry":
    """The entry that plain values tell, a new one or another text for one that is kept; checked as the app does.

    Raises:
        EntryError: a field is missing, unknown or says what cannot be.
    """
    from pydantic import TypeAdapter, ValidationError

    from spasmograph.model.record import RecordingEntry
    from spasmograph.web.api.entry_models import Draft, entry_of

    told = localised({name: value for name, value in plain.items() if name not in _GIVEN})
    if isinstance(instead_of, RecordingEntry):
        return _recording(told, instead_of, version)
    try:
        draft = TypeAdapter(Draft).validate_python(told)
    except ValidationError as error:
        raise EntryError(error.errors(include_url=False)[0]["msg"]) from error
    return entry_of(draft, instead_of=instead_of, version=version)


def _recording(told: dict[str, Any], was: "RecordingEntry", version: int) -> "Entry":
    """A recording with another time or note."""
    from spasmograph.io.store.codec import entry_from_dict, entry_to_dict

    stored = entry_to_dict(was)
    other = [name for name, value in told.items() if name not in _OF_RECORDINGS and value != stored.get(name)]
    if other:
        msg = f"{', '.join(other)} of a recording cannot be changed so; {', '.join(sorted(_OF_RECORDINGS))} can, and `correct` says what events were"
        raise EntryError(msg)
    return replace(entry_from_dict(stored | told), version=version)


def _shown(conflict: "Conflict", entry: "Entry") -> ConflictError:
    """Both texts where they differ, printed; what to say of it."""
    if conflict.removed:
        return ConflictError(f"entry {short(entry)} was removed meanwhile; nothing was done. `add` notes it anew")
    print_table(("Field", "As it stands", "As you say"), [(row.label, row.stored, row.typed) for row in conflict.rows if row.differs])
    stands = f"entry {short(entry)} was changed meanwhile and stands at version {conflict.version}; nothing was overwritten"
    return ConflictError(f"{stands}. If yours shall stand instead, say --version {conflict.version}")


@click.command(short_help="Remove an entry for good.")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
def remove(ids: Sequence[str], yes: bool, home: Path | None) -> None:
    """Remove entries for good, a recording with its film and all that was measured. Asks before."""
    from spasmograph.model.record import Entry

    with opened(home) as workspace:
        found = [workspace.get(whole_id(workspace, entry_id), Entry) for entry_id in ids]
        for entry in found if not yes else ():
            say(safe(f"{short(entry)}, {entry.kind}: {in_short(entry)}"))
        if not (yes or asked(f"Remove {'it' if len(found) == 1 else f'these {len(found)}'} for good?", option="--yes")):
            click.echo("Nothing was removed.")
            return
        for entry in found:
            workspace.remove(entry.id, version=entry.version)
        click.echo(f"{counted(len(found), 'entry') if len(found) == 1 else f'{len(found)} entries'} removed.")
