"""The record as tables for spreadsheets, and tables of other programs into the record, after showing what would happen."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from spasmograph.app.workspace.moments_read import DateOrder, is_year_last
from spasmograph.app.workspace.table_rows import FIELDS, SYMPTOM, TableMapping, entry_of
from spasmograph.errors import EntryError, InputError, OutputError
from spasmograph.io.archive.sheets_reading import Row, TableText, read_table
from spasmograph.io.archive.sheets_writing import csv_files
from spasmograph.io.results.placing import flush_folder
from spasmograph.io.store import EntryStore
from spasmograph.io.store.entries import entries_in, microseconds, save_in
from spasmograph.model.record import Entry, ScaleResult
from spasmograph.terms import EntryKind

_HIDDEN = ".spasmograph-tables-"


def export_csv(store: EntryStore, target: Path, *, now: datetime) -> Path:
    """Write the record as CSV files into a new folder, or into one ZIP file where the name ends so; into a folder that is there, under a new name.

    Raises:
        OutputError: the name is taken, the disk is full, or the folder cannot be written; nothing half-written is left.
    """
    path = target / f"spasmograph-tables-{now:%Y-%m-%d-%H%M%S}" if target.is_dir() else target
    if os.path.lexists(path):
        msg = f"{path} is there already and was not overwritten; choose another name"
        raise OutputError(msg)
    contents = csv_files(store.entries())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_HIDDEN, dir=path.parent, ignore_cleanup_errors=True) as staged:
            _zipped(contents, Path(staged) / "new") if path.suffix.lower() == ".zip" else _written(contents, Path(staged) / "new")
            (Path(staged) / "new").rename(path)
            flush_folder(path.parent)
    except OSError as error:
        msg = f"the tables could not be written to {path}: {error.strerror or error}; free some space or choose another folder"
        raise OutputError(msg) from error
    return path


def _zipped(contents: Mapping[str, bytes], path: Path) -> None:
    path.touch(0o600)
    with path.open("r+b") as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as container:
            for name, content in contents.items():
                container.writestr(name, content)
        file.flush()
        os.fsync(file.fileno())


def _written(contents: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name, content in contents.items():
        with (folder / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


@dataclass(frozen=True, slots=True, kw_only=True)
class RowThere:
    """A row that would add nothing: its line, and when it was."""

    line: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RowUnread:
    """A row that cannot be read: its line, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportQuestion:
    """What has to be said before rows can be read: the field of the mapping, and what it may be."""

    about: str
    words: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do; nothing has been done yet.

    `add` are the new entries, `there` the rows of which the record or the table itself has the same moment already, `unread` those that cannot be
    read. With `questions` nothing can be done before they are answered in the mapping.
    """

    kind: EntryKind
    delimiter: str
    encoding: str
    add: tuple[Entry, ...] = ()
    there: tuple[RowThere, ...] = ()
    unread: tuple[RowUnread, ...] = ()
    questions: tuple[ImportQuestion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many entries were added, and how many of the plan had meanwhile been there."""

    added: int
    already_there: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePreview:
    """The beginning of a table, and what its headings probably mean, by kind; to be shown and corrected."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    encoding: str
    other_encodings: tuple[str, ...]
    suggested: Mapping[EntryKind, Mapping[str, str]]


def preview_table(content: bytes | str, *, delimiter: str = "", encoding: str = "", rows: int = 5) -> TablePreview:
    """What a table looks like, for choosing what its columns mean.

    Raises:
        InputError: it is no table.
    """
    table = read_table(content, delimiter=delimiter, encoding=encoding)
    suggested = {kind: {name: heading for name in names for heading in table.headings if _plain(heading) == name} for kind, names in FIELDS.items()}
    return TablePreview(
        headings=table.headings,
        rows=tuple(tuple(row.cells[heading] for heading in table.headings) for row in table.rows[:rows]),
        delimiter=table.delimiter,
        encoding=table.encoding,
        other_encodings=table.other_encodings,
        suggested=suggested,
    )


def _plain(heading: str) -> str:
    return heading.strip().casefold().replace(" ", "_")


def plan_import(store: EntryStore, content: bytes | str, mapping: TableMapping, *, now: datetime) -> ImportPlan:
    """What reading a table into the record would do, row by row.

    Raises:
        InputError: it is no table, or the mapping names a field or a heading that there is not.
    """
    table = read_table(content, delimiter=mapping.delimiter, encoding=mapping.encoding)
    _check_mapping(mapping, table)
    plan = ImportPlan(kind=mapping.kind, delimiter=table.delimiter, encoding=table.encoding, questions=tuple(_questions(mapping, table)))
    return plan if plan.questions else _sorted_out(plan, table.rows, mapping, known={_key(entry) for entry in store.entries(mapping.kind)}, now=now)


def _check_mapping(mapping: TableMapping, table: TableText) -> None:
    known = FIELDS.get(mapping.kind, ())
    for name in (*mapping.columns, *mapping.fixed):
        if name not in known and not (mapping.kind is EntryKind.JOURNAL and name.startswith(SYMPTOM)):
            msg = f"{name} cannot be read from a table into entries of kind {mapping.kind}; known are {', '.join(known) or 'none'}"
            raise InputError(msg)
    for heading in mapping.columns.values():
        if table.headings.count(heading) != 1:
            times = "twice" if heading in table.headings else "nowhere"
            msg = f"the heading {heading!r} stands {times} in the table; its headings are {', '.join(map(repr, table.headings))}"
            raise InputError(msg)
    if not {"at", "date"} & mapping.columns.keys():
        msg = "no column tells the date; say which one is `at` or `date`"
        raise InputError(msg)


def _questions(mapping: TableMapping, table: TableText) -> Iterable[ImportQuestion]:
    """What only the person knows."""
    if table.other_encodings:
        words = "The letters of this table can be read in more than one way; choose the one in which its words are right."
        yield ImportQuestion(about="encoding", words=words, choices=(table.encoding, *table.other_encodings))
    heading = mapping.columns.get("at") or mapping.columns["date"]
    example = next((row.cells[heading] for row in table.rows if is_year_last(row.cells[heading])), None)
    if example and mapping.date_order is None:
        yield ImportQuestion(about="date_order", words=f"Does {example} begin with the day or with the month?", choices=tuple(DateOrder))


def _sorted_out(plan: ImportPlan, rows: Iterable[Row], mapping: TableMapping, *, known: set[tuple[int, str]], now: datetime) -> ImportPlan:
    """Every row is new, there already, or cannot be read."""
    add: list[Entry] = []
    there: list[RowThere] = []
    unread: list[RowUnread] = []
    for row in rows:
        try:
            entry = entry_of(row, mapping, now)
        except EntryError as error:
            unread.append(RowUnread(line=row.line, why=str(error)))
            continue
        if _key(entry) in known:
            there.append(RowThere(line=row.line, at=entry.at))
        else:
            known.add(_key(entry))
            add.append(entry)
    return replace(plan, add=tuple(add), there=tuple(there), unread=tuple(unread))


def _key(entry: Entry) -> tuple[int, str]:
    """What makes two entries of one kind the same: their moment, and of scales which one it is."""
    return microseconds(entry.at), f"{entry.scale} {entry.variant}" if isinstance(entry, ScaleResult) else ""


def carry_out(store: EntryStore, plan: ImportPlan, *, now: datetime) -> Imported:
    """Do what a plan says, all of it or nothing; what came into the record since is not added again.

    Raises:
        InputError: a question of the plan was not answered.
    """
    if plan.questions:
        raise InputError(plan.questions[0].words)
    with store.engine.begin() as connection:
        known = {_key(entry) for entry in entries_in(connection, plan.kind)}
        new = [entry for entry in plan.add if _key(entry) not in known]
        for entry in new:
            save_in(connection, entry, now=now)
    return Imported(added=len(new), already_there=len(plan.add) - len(new))
