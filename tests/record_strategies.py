"""Entries of every kind as Hypothesis draws them: every field filled or not, with texts that mean harm and with moments from every offset."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import datetime, timedelta, timezone
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from spasmograph.errors import InputError
from spasmograph.model.record import ENTRY_TYPES, Entry

FIRST, LAST = datetime(1900, 1, 1), datetime(2199, 12, 31, 23, 59, 59, 999_999)  # noqa: DTZ001 - local times
HOSTILE = (
    "'; DROP TABLE entries; --",
    "\u202e drow sdrawkcab",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%s%n%(x)s",
    "../../etc/passwd",
    "line\r\nline\u2028line\x85line",
    '"},{"kind": "journal"',
    "\ufeff\u200b\u0301",
    "é",
    "e\u0301",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "後で\t右眼",
    "\x01\x1f\x7f",
    "null",
    "NaN",
    "1e999",
)

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
texts = st.sampled_from(HOSTILE) | st.text(characters, max_size=40)
words = texts.filter(lambda text: bool(text.strip()))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(lambda naive, offset: naive.replace(tzinfo=offset), st.datetimes(FIRST, LAST), offsets)
numbers = st.floats(0, 10, allow_subnormal=True) | st.floats(0, 1e300, allow_infinity=False)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type as it is annotated."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return st.none() | values(next(one for one in inner if one is not NoneType))
    if origin is tuple:
        return st.lists(values(inner[0]), max_size=3, unique_by=repr).map(tuple)
    if origin is not None:
        return st.dictionaries(words, values(inner[1]), max_size=3)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    plain: dict[type, st.SearchStrategy[Any]] = {bool: st.booleans(), int: st.integers(0, 10), float: numbers, str: texts, datetime: moments}
    return plain[hint] if hint in plain else built(hint)


def built(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Values of a kind: all that it needs, and of the rest what chance fills in; what the kind refuses is left out."""
    hints = get_type_hints(kind)
    told = {field.name: field for field in fields(kind) if field.name not in ("id", "version")}
    needed = {name: _needed(hints[name]) for name, field in told.items() if field.default is MISSING and field.default_factory is MISSING}
    optional = {name: values(hints[name]) for name in told if name not in needed}
    drawn = st.fixed_dictionaries(needed, optional=optional)
    return drawn.map(lambda fields: _tried(kind, fields)).filter(lambda made: made is not None)


def _needed(hint: Any) -> st.SearchStrategy[Any]:
    return words if hint is str else values(hint)


def _tried(kind: Callable[..., Any], told: dict[str, Any]) -> Any:
    """The value, with less and less of what need not be told until it can be."""
    left = dict(told)
    for name in (None, *reversed(list(told))):
        if name is not None and name in left:
            del left[name]
        try:
            return kind(**(told if name is None else left))
        except InputError:
            continue
        except TypeError:
            return None
    return None


entries: st.SearchStrategy[Entry] = st.one_of([built(kind) for kind in ENTRY_TYPES])
