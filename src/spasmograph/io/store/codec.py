"""Entries as plain values and as JSON text: the same in the database, in an archive and over the wire."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from spasmograph.errors import DamagedRecordError, EntryError, NewerRecordError
from spasmograph.model.record import ENTRY_TYPES, Entry
from spasmograph.terms import EntryKind

_KINDS = frozenset(EntryKind)
# What reading an entry says of a field or a word that this version does not know.
_FROM_LATER = frozenset({"unexpected_keyword_argument", "enum"})


@cache
def adapter(kind: EntryKind) -> TypeAdapter[Any]:
    """What checks and converts entries of a kind."""
    return TypeAdapter(next(one for one in ENTRY_TYPES if one.kind is kind))


def text_of(entry: Entry) -> str:
    """An entry as one line of JSON, without its kind; what could not be read back as the same entry is not written.

    Raises:
        EntryError: it holds what JSON cannot keep, such as a number that is not finite.
    """
    one = adapter(entry.kind)
    try:
        body: bytes = one.dump_json(entry)
        same = one.dump_python(one.validate_json(body), mode="json") == one.dump_python(entry, mode="json")
    except (PydanticSerializationError, ValidationError) as error:
        raise _not_kept(entry) from error
    if not same:
        raise _not_kept(entry)
    return body.decode()


@lru_cache(maxsize=20_000)  # a page reads the same thousands again and again; entries do not change
def entry_from(kind: str, body: str) -> Entry:
    """The entry back.

    Raises:
        NewerRecordError: only a newer version of the program knows this kind, or a field of it.
        DamagedRecordError: the text is not what this program or an older one wrote.
    """
    if kind not in _KINDS:
        raise _newer(kind)
    try:
        entry: Entry = adapter(EntryKind(kind)).validate_json(body)
    except ValidationError as error:
        if all(one["type"] in _FROM_LATER for one in error.errors(include_url=False)):
            raise _newer(_words(error)) from error
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
    if name not in _KINDS:
        msg = f"kind is {name!r}; it must be one of {', '.join(EntryKind)}"
        raise EntryError(msg)
    try:
        entry: Entry = adapter(EntryKind(name)).validate_python(values)
    except ValidationError as error:
        raise EntryError(_words(error)) from error
    return entry


def _newer(what: str) -> NewerRecordError:
    return NewerRecordError(f"this record was written by a newer version of Spasmograph, with entries not known here ({what}); update Spasmograph")


def _not_kept(entry: Entry) -> EntryError:
    return EntryError(f"this entry of kind {entry.kind} cannot be kept exactly: a number in it is not finite, or a text holds what no text has")


def _words(error: ValidationError) -> str:
    """The first thing that is wrong, with its field."""
    first = error.errors(include_url=False)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, EntryError):
        return str(cause)
    field = ".".join(str(part) for part in first["loc"])
    return f"{field or 'the entry'}: {first['msg']}"
