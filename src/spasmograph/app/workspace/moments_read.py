"""Dates and times as other programs write them; day and month are never guessed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from spasmograph.errors import EntryError
from spasmograph.terms import Precision


class DateOrder(StrEnum):
    """Whether 3/4/2026 is in April or in March."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMoment:
    """A moment with its offset, and how much of it was told."""

    at: datetime
    precision: Precision


_SEPARATED = r"(?:\s*T\s*|,?\s+)"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_OFFSET = r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?"
_TIME = re.compile(f"{_CLOCK}{_OFFSET}")
_REST = rf"(?:{_SEPARATED}{_CLOCK}{_OFFSET})?"
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<dot>[-/.])(?P<month>\d{{1,2}})(?P=dot)(?P<day>\d{{1,2}})\.?{_REST}")
_EAST_ASIAN = re.compile(rf"(?P<year>\d{{4}})\s*年\s*(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*日(?:\s*{_CLOCK}{_OFFSET})?")
_YEAR_LAST = re.compile(rf"(?P<one>\d{{1,2}})(?P<dot>[-/.])(?P<two>\d{{1,2}})(?P=dot)(?P<year>\d{{4}}){_REST}")
_MONTH = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})")
_YEAR = re.compile(r"(?P<year>\d{4})")
# Longer texts are no dates; trying every way to read one takes a time that grows with the square of its length.
_LONGEST = 80


def _fit(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """How a text without the blanks around it fits a pattern."""
    plain = text.strip()
    return pattern.fullmatch(plain) if len(plain) <= _LONGEST else None


def is_year_last(text: str) -> bool:
    """Whether only its writer knows which number is the day."""
    return _fit(_YEAR_LAST, text) is not None


def read_moment(text: str, order: DateOrder | None) -> ReadMoment:
    """A date, with or without a time; a time without an offset has the one that this machine's clock had then.

    Raises:
        EntryError: it is none, or day and month cannot be told apart.
    """
    text = text.strip()
    for pattern in (_YEAR_FIRST, _EAST_ASIAN, _YEAR_LAST, _MONTH, _YEAR):
        found = _fit(pattern, text)
        if found:
            return _moment(text, {name: value for name, value in found.groupdict().items() if value}, order)
    msg = f"{text[:40]!r} is no date that is understood; write it as 2026-11-21 or 2026-11-21 14:05"
    raise EntryError(msg, field="at")


def is_clock(text: str) -> bool:
    """Whether a text is a time of day."""
    return _fit(_TIME, text) is not None


def local(naive: datetime) -> datetime:
    """A time of this machine's clock with the offset that it had then; one that was skipped when the clock was put forward is an hour later."""
    at = naive.astimezone()
    return at if at.replace(tzinfo=None, fold=0) == naive else (naive + timedelta(hours=1)).astimezone()


def _moment(text: str, parts: dict[str, str], order: DateOrder | None) -> ReadMoment:
    if "one" in parts:
        if order is None:
            msg = f"whether {text!r} begins with the day or with the month has to be told"
            raise EntryError(msg, field="at")
        day, month = ("one", "two") if order is DateOrder.DAY_FIRST else ("two", "one")
        parts |= {"day": parts[day], "month": parts[month]}
    precision = Precision.MINUTE if "hour" in parts else Precision.DAY if "day" in parts else Precision.MONTH if "month" in parts else Precision.YEAR
    date = f"{parts['year']}-{int(parts.get('month', 1)):02}-{int(parts.get('day', 1)):02}"
    try:
        at = datetime.fromisoformat(f"{date}T{_clock(parts)}{parts.get('offset', '')}")
        return ReadMoment(at=at if at.tzinfo else local(at), precision=precision)
    except (ValueError, OverflowError, OSError) as error:
        msg = f"{text[:40]!r} is no day or time that there is"
        raise EntryError(msg, field="at") from error


def _clock(parts: dict[str, str]) -> str:
    """The time of day with 24 hours, midnight where none was told."""
    hour = int(parts.get("hour", 0))
    half = parts.get("half", "").lower()[:1]
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - a clock's face
        msg = "no such hour"
        raise ValueError(msg)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{parts.get('minute', '00')}:{parts.get('second', '00')}.{parts.get('fraction', '0'):0<6}"
