"""What every entry of a person's record has: when it was, how exactly that is known, when it was noted, and which version of it this is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from spasmograph.errors import EntryError
from spasmograph.terms import EntryKind, Precision

HIGHEST = 10
# Half of a pair that stands for one character; no text has it alone.
_LONE_HALF = re.compile("[\ud800-\udfff]")
LONGEST_NAME, LONGEST_NOTE = 200, 20_000
FIRST_YEAR, LAST_YEAR = 1900, 2199
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a person noted.

    `at` is the local time with its offset from UTC, as the clock of the place showed it; `precision` says how much of it is known. `noted_at` is
    when it was first written down; `id` and `version` are given by the store, and version 0 was never stored.

    Raises:
        EntryError: a time without an offset, or a text that is too long.
    """

    kind: ClassVar[EntryKind]
    # For whoever reads entries from text: a field that is not known is an error, not silence.
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    at: datetime
    precision: Precision = Precision.MINUTE
    noted_at: datetime | None = None
    id: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        check_moment("at", self.at)
        if self.noted_at is not None:
            check_moment("noted_at", self.noted_at)


def check_moment(name: str, moment: datetime) -> None:
    """A moment lies in a person's time and has an offset from UTC in whole minutes, as ISO 8601 writes it.

    Raises:
        EntryError: it does not.
    """
    offset = moment.utcoffset()
    if offset is None or offset % _MINUTE:
        msg = f"{name} is {moment.isoformat()}, without an offset from UTC in whole minutes; write it as 2026-11-21T14:05+08:00"
        raise EntryError(msg, field=name)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        msg = f"{name} is {moment.isoformat()}; its year must lie in {FIRST_YEAR}–{LAST_YEAR}"
        raise EntryError(msg, field=name)


def check_order(name: str, first: datetime, last: datetime | None) -> None:
    """Nothing ends before it begins.

    Raises:
        EntryError: it does.
    """
    if last is None:
        return
    check_moment(name, last)
    if last < first:
        msg = f"{name} is {last.isoformat()}, before the start at {first.isoformat()}"
        raise EntryError(msg, field=name)


def check_rating(name: str, value: float | None) -> None:
    """A rating lies in 0–10, or was not given.

    Raises:
        EntryError: it lies outside.
    """
    if value is not None and not 0 <= value <= HIGHEST:
        msg = f"{name} is {value}; it must lie in 0–{HIGHEST}"
        raise EntryError(msg, field=name)


def check_amount(name: str, value: float | None) -> None:
    """An amount is a finite number above 0, or was not given.

    Raises:
        EntryError: it is not.
    """
    if value is not None and not 0 < value < float("inf"):
        msg = f"{name} is {value}; it must be a number above 0"
        raise EntryError(msg, field=name)


def check_text(name: str, value: str, *, longest: int = LONGEST_NOTE, needed: bool = False) -> None:
    """A text is not too long, and there where it is needed.

    Raises:
        EntryError: it is too long or missing, or holds a character that no text has.
    """
    if needed and not value.strip():
        msg = f"{name} is empty; write a word or two"
        raise EntryError(msg, field=name)
    if len(value) > longest:
        msg = f"{name} has {len(value)} characters; at most {longest} are kept"
        raise EntryError(msg, field=name)
    if "\x00" in value or not (value.isascii() or _LONE_HALF.search(value) is None):
        msg = f"{name} holds a character that no text has"
        raise EntryError(msg, field=name)
