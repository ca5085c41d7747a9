"""Entries as tables for spreadsheets: one CSV file a kind, and one more for every list within it."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from io import StringIO
from typing import Any, get_args, get_origin, get_type_hints

from spasmograph.io.store.codec import entry_to_dict
from spasmograph.model.record import ENTRY_TYPES, Entry

# Spreadsheets tell UTF-8 by it.
_BYTE_ORDER_MARK = "\ufeff"
# What a cell begins with that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What opens the calendar for whoever has it does not go into tables that are shown around.
_UNSHOWN = "calendar_key"
_FIRST, _LAST = ("at", "precision"), ("noted_at", "id", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table: its file's name, its columns, and for a list within entries the field that it comes from."""

    name: str
    kind: str
    columns: tuple[str, ...]
    field: str = ""


@cache
def sheets() -> tuple[Sheet, ...]:
    """All tables with their columns, in the order of the kinds."""
    return tuple(sheet for one in ENTRY_TYPES for sheet in _sheets_of(one))


def _sheets_of(one: type[Entry]) -> Iterator[Sheet]:
    """The table of a kind, then those of its lists."""
    hints, kind = get_type_hints(one), str(one.kind)
    parts = {field.name: _part_columns(hints[field.name]) for field in fields(one)}
    own = [name for name in parts if name not in (*_FIRST, *_LAST, _UNSHOWN) and parts[name] is None]
    yield Sheet(name=f"{kind}.csv", kind=kind, columns=(*_FIRST, *own, *_LAST))
    for name, columns in parts.items():
        if columns is not None:
            yield Sheet(name=f"{kind}_{name}.csv", kind=kind, columns=(f"{kind}_id", *columns), field=name)


def _part_columns(hint: Any) -> tuple[str, ...] | None:
    """The columns of a list within an entry; None for what fits into one cell."""
    inner = get_args(hint)
    if get_origin(hint) is tuple and is_dataclass(inner[0]):
        return tuple(field.name for field in fields(inner[0]))
    return ("name", "value") if inner and isinstance(get_origin(hint), type) and issubclass(get_origin(hint), Mapping) else None


def csv_files(entries: Iterable[Entry]) -> dict[str, bytes]:
    """Every table as the content of a CSV file (RFC 4180, UTF-8 with its mark) by the file's name; times as ISO 8601 with their offset."""
    plain: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        plain.setdefault(str(entry.kind), []).append(entry_to_dict(entry))
    return {sheet.name: _csv(sheet.columns, _rows(sheet, plain.get(sheet.kind, []))) for sheet in sheets()}


def _rows(sheet: Sheet, entries: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    for entry in entries:
        if not sheet.field:
            yield [entry[column] for column in sheet.columns]
            continue
        part = entry[sheet.field]
        listed = [{"name": name, "value": value} for name, value in part.items()] if isinstance(part, Mapping) else part
        yield from ([entry["id"], *(one[column] for column in sheet.columns[1:])] for one in listed)


def _csv(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell_of(value) for value in row] for row in rows)
    return (_BYTE_ORDER_MARK + text.getvalue()).encode()


def cell_of(value: Any) -> str:
    """A value as a cell; what a spreadsheet would run as a formula gets a `'` before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return repr(value)
    cell = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def text_of_cell(cell: str) -> str:
    """The text back, without the `'` that was put before it."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell
