"""Dates as far as a person knows them: a day, a month or a year, written in one field."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, tzinfo

from spasmograph.errors import EntryError
from spasmograph.terms import Precision
from spasmograph.web.forms import Form
from spasmograph.web.language import text as _

_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2})(?:[ T](?P<hour>\d{1,2}):(?P<minute>\d{2}))?)?)?")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})")
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})")
_CHINESE = str.maketrans({"年": "-", "月": "-", "日": "", "號": ""})
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A moment and how exactly it is known."""

    at: datetime
    precision: Precision


def written(when: When | None) -> str:
    """A moment as the field shows it: 2026-03-14, 2026-03, 2026, or with its time."""
    if when is None:
        return ""
    patterns = {Precision.MINUTE: "%Y-%m-%d %H:%M", Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}
    return when.at.strftime(patterns[when.precision])


def read_when(form: Form, name: str, *, was: When | None = None, zone: tzinfo | None = None, end: bool = False) -> When | None:
    """What a field says, None where it says nothing; what was not changed stays as it was, with its offset.

    A month or a year stands for its first day, or at the `end` of something for its last. A new date is a local one, or one of `zone`.

    Raises:
        EntryError: it is no date.
    """
    value = form.text(name)
    if not value:
        return None
    if was is not None and value == written(was):
        return was
    plain = value.translate(_CHINESE).strip("- ")
    found = next((match for pattern in (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST) if (match := pattern.fullmatch(plain))), None)
    try:
        return _when({key: int(part) for key, part in found.groupdict().items() if part}, zone, end=end) if found else _refuse(value, name)
    except (ValueError, OverflowError, OSError):
        return _refuse(value, name)


def _when(parts: dict[str, int], zone: tzinfo | None, *, end: bool) -> When:
    """The moment of year, month and so on as far as they are there; ValueError: there is no such day."""
    year = parts["year"]
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(year)
    month = parts.get("month", 12 if end else 1)
    day = parts.get("day", monthrange(year, month)[1] if end and 1 <= month <= 12 else 1)  # noqa: PLR2004 - the months of a year
    naive = datetime(year, month, day, parts.get("hour", 0), parts.get("minute", 0))  # noqa: DTZ001 - its offset comes next
    precisions = {"minute": Precision.MINUTE, "day": Precision.DAY, "month": Precision.MONTH, "year": Precision.YEAR}
    precision = next(precision for part, precision in precisions.items() if part in parts)
    return When(at=naive.replace(tzinfo=zone) if zone else naive.astimezone(), precision=precision)


def _refuse(value: str, name: str) -> When:
    sentence = _("“%(value)s” is not a date. Write the day as 2026-11-21, the month as 2026-11, or the year alone.") % {"value": value}
    raise EntryError(sentence, field=name)
