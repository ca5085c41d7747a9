"""Entries as the API describes them: drafts as they are sent, without what the store gives; kept entries as they come back.

The models are made from the record's own types, so that what is described is what is kept.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, replace
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, LiteralString, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, WrapValidator, create_model
from pydantic import Field as Described
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from spasmograph.app.workspace.workspace import SETTINGS_ID
from spasmograph.errors import EntryError
from spasmograph.io.store.codec import entry_from_dict
from spasmograph.model.record import ENTRY_TYPES, MOST_SYMPTOMS, MOST_TAGS, Entry, JournalEntry, RecordingEntry
from spasmograph.model.record.common import HIGHEST, LONGEST_NAME, LONGEST_NOTE
from spasmograph.terms import EntryKind

# What the store gives; a program that notes something does not say it.
GIVEN = frozenset({"id", "version", "noted_at"})
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)")
_MOST_EXACT = 2.0**53
_MOMENTS = frozenset({"at", "until"})
# Bounds that a schema can say; the record's types check them all and more.
_NAME = Annotated[str, Described(min_length=1, max_length=LONGEST_NAME)]
_TYPES: Mapping[str, Any] = {
    "symptoms": Annotated[Mapping[_NAME, Annotated[int, Described(ge=0, le=HIGHEST)]], Described(max_length=MOST_SYMPTOMS)],
    "tags": Annotated[tuple[_NAME, ...], Described(max_length=MOST_TAGS)],
}
_BOUNDS: Mapping[str, Mapping[str, Any]] = {
    "severity": {"ge": 0, "le": HIGHEST},
    "duration_s": {"gt": 0, "allow_inf_nan": False},
    "title": {"min_length": 1, "max_length": LONGEST_NAME},
    "name": {"min_length": 1, "max_length": LONGEST_NAME},
    "scale": {"min_length": 1, "max_length": LONGEST_NAME},
    "text": {"min_length": 1, "max_length": LONGEST_NOTE},
    "prompt_every_days": {"ge": 0, "le": 31},
    "prompt_hour": {"ge": 0, "le": 23},
} | {name: {"max_length": LONGEST_NOTE} for name in ("note", "answer", "hoped_for")}


class Problem(BaseModel):
    """Why something was not done, in words."""

    error: str


def rfc3339(value: object) -> object:
    """A moment is written out, with its offset; a bare number is none.

    Raises:
        ValueError: it is written otherwise.
    """
    if isinstance(value, str) and not _RFC3339.fullmatch(value):
        msg = "must be a moment with its offset from UTC, such as 2026-11-21T14:05:00+08:00"
        raise ValueError(msg)
    return value


def _model(kind: type[Entry], *, draft: bool) -> type[BaseModel]:
    """A kind of entry as a model: as it is sent, or as it is kept."""
    hints = get_type_hints(kind)
    if draft and kind is JournalEntry:
        hints |= _TYPES
    own = [field for field in fields(kind) if not (draft and field.name in GIVEN)]
    described: dict[str, Any] = {field.name: (hints[field.name], _described(field, draft=draft)) for field in own}
    name = f"{kind.__name__}Draft" if draft else kind.__name__
    config = ConfigDict(extra="forbid", title=name)
    described["kind"] = (Literal[str(kind.kind)], ...)
    return create_model(name, __config__=config, __doc__=(kind.__doc__ or "").splitlines()[0], **described)


def _described(field: "Field[Any]", *, draft: bool) -> FieldInfo:
    """A field's default, which a kept entry always states, and its bounds."""
    bounds = _BOUNDS.get(field.name, {}) if draft else {}
    if not draft or (field.default is MISSING and field.default_factory is MISSING):
        made: FieldInfo = Described(**bounds)
    elif field.default_factory is not MISSING:
        made = Described(default_factory=field.default_factory, **bounds)
    else:
        made = Described(default=field.default, **bounds)
    return made


def _any_of(models: list[type[BaseModel]]) -> Any:
    """One of several models; their `kind` tells them apart."""
    return reduce(or_, models)


# A recording is made from its file, not from a text.
_ANY_DRAFT: Any = _any_of([_model(kind, draft=True) for kind in ENTRY_TYPES if kind is not RecordingEntry])
_DRAFTS: TypeAdapter[BaseModel] = TypeAdapter(Annotated[_ANY_DRAFT, Described(discriminator="kind")])


def _strictly(value: Any, _lenient: Any) -> BaseModel:
    """Read as JSON is written: a number is not its text, a flag is not a number.

    Raises:
        PydanticCustomError: a field is missing, unknown or of another type, or says what cannot be.
    """
    try:
        return _DRAFTS.validate_json(json.dumps(_plain(value), allow_nan=False), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"][1:])
        words = f"{field or 'the entry'}: {first['msg']}"
        raise _refusal(words) from None
    except (ValueError, RecursionError) as error:
        raise _refusal(str(error)) from None


def _refusal(words: str) -> PydanticCustomError:
    kind: LiteralString = "entry"
    return PydanticCustomError(kind, "{words}", {"words": words})


def _plain(value: Any) -> Any:
    """The same, its moments written out, whole numbers as such however they were written.

    Raises:
        ValueError: a moment is written otherwise.
    """
    if isinstance(value, dict):
        return {name: _plain(rfc3339(inner) if name in _MOMENTS else inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_EXACT:
        return int(value)
    return value


Draft = Annotated[_ANY_DRAFT, WrapValidator(_strictly)]
Kept = _any_of([_model(kind, draft=False) for kind in ENTRY_TYPES])


def entry_of(draft: BaseModel, *, instead_of: Entry | None = None, version: int = 0) -> Entry:
    """The entry that a draft tells, a new one or another text for one that is kept.

    Raises:
        EntryError: it says what cannot be, or is of another kind than the kept one.
    """
    entry = entry_from_dict(draft.model_dump(mode="json"))
    if instead_of is None:
        return replace(entry, id=SETTINGS_ID) if entry.kind is EntryKind.SETTINGS else entry
    if entry.kind is not instead_of.kind:
        msg = f"kind is {entry.kind}, but the entry is of kind {instead_of.kind}; that cannot be changed"
        raise EntryError(msg, field="kind")
    return replace(entry, id=instead_of.id, version=version, noted_at=instead_of.noted_at)
