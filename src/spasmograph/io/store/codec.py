"""Entries as plain values and as JSON text: the same in the database, in an archive and over the wire."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from spasmograph.errors import DamagedRecordError, EntryError
from spasmograph.model.record import ENTRY_TYPES, Entry
from spasmograph.terms import EntryKind


@cache
def adapter(kind: EntryKind) -> TypeAdapter[Any]:
    """What checks and converts entries of a kind."""
    return TypeAdapter(next(one for one in ENTRY_TYPES if one.kind is kind))


def text_of(entry: Entry) -> str:
    """An entry as one line of JSON, without its kind."""
    return adapter(entry.kind).dump_json(entry).decode()


def entry_from(kind: EntryKind, body: str) -> Entry:
    """The entry back.

    Raises:
        DamagedRecordError: the text is not what this program or an older one wrote.
    """
    try:
        entry: Entry = adapter(kind).validate_json(body)
    except ValidationError as error:
        msg = f"an entry of kind {kind} in the record cannot be read ({_words(error)}); restore the record from an archive"
        raise DamagedRecordError(msg) from error
    return entry


def entry_to_dict(entry: Entry) -> dict[str, Any]:
    """An entry as plain values of JSON, its kind first."""
    plain: dict[str, Any] = adapter(entry.kind).dump_python(entry, mode="json")
    return {"kind": str(entry.kind)} | plain


def entry_from_dict(plain: Mapping[str, Any]) -> Entry:
    """An entry from plain values, checked.

    Raises:
        EntryError: the kind is unknown, or a field is missing, unknown or says what cannot be.
    """
    values = dict(plain)
    name = values.pop("kind", None)
    if name not in set(EntryKind):
        msg = f"kind is {name!r}; it must be one of {', '.join(EntryKind)}"
        raise EntryError(msg)
    try:
        entry: Entry = adapter(EntryKind(name)).validate_python(values)
    except ValidationError as error:
        raise EntryError(_words(error)) from error
    return entry


def _words(error: ValidationError) -> str:
    """The first thing that is wrong, with its field."""
    first = error.errors(include_url=False)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, EntryError):
        return str(cause)
    field = ".".join(str(part) for part in first["loc"])
    return f"{field or 'the entry'}: {first['msg']}"
