"""What is written on the command line, as values: moments, pairs, JSON."""

import json
import re
import sys
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from spasmograph.cli.wording import say
from spasmograph.errors import EntryError, InputError
from spasmograph.terms import Precision

if TYPE_CHECKING:
    from spasmograph.app.workspace.moments_read import ReadMoment

T = TypeVar("T")
_HOW = "Write it as 2026-03-14, '2026-03-14 21:30', 21:30, today or yesterday."
# Fields that hold a moment, at whatever depth.
_MOMENTS = frozenset({"at", "until"})


def when(text: str, now: datetime, *, option: str = "--at") -> "ReadMoment":
    """A moment as people write it, with this machine's offset at that time where none is told.

    Raises:
        click.BadParameter: it is none, or day and month cannot be told apart.
    """
    from spasmograph.app.workspace.moments_read import ReadMoment, is_clock, is_year_last, read_moment

    words = {"today": now.date(), "yesterday": now.date() - timedelta(days=1)}
    first, _space, rest = text.strip().partition(" ")
    if first == "now":
        return ReadMoment(at=now, precision=Precision.MINUTE)
    if first in words:
        text = f"{words[first]} {rest}"
    elif is_clock(text):
        text = f"{now.date()} {text}"
    try:
        return _wrong(text) if is_year_last(text) else read_moment(text, None)
    except EntryError as error:
        msg = f"{error}. {_HOW}"
        raise click.BadParameter(msg, param_hint=option) from error


def _wrong(text: str) -> "ReadMoment":
    msg = f"whether {text!r} begins with the day or with the month is not known"
    raise EntryError(msg)


def noted_at(text: str | None, now: datetime) -> "ReadMoment":
    """When something was that is noted: now, if nothing or only today is told."""
    told = when(text or "now", now)
    today = told.precision is Precision.DAY and told.at.date() == now.date()
    return replace(told, at=now, precision=Precision.MINUTE) if today else told


def as_end(told: "ReadMoment") -> "ReadMoment":
    """A moment at which something ended: a month or a year stands for its last day."""
    exact = told.precision is Precision.MINUTE
    return told if exact else replace(told, at=midnight(_last_day(told.at.date(), told.precision)))


def bounds(since: str | None, until: str | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    """A stretch of time from its first moment to before its end; a last day, month or year is in it as a whole."""
    first = when(since, now, option="--since").at if since else None
    if not until:
        return first, None
    told = when(until, now, option="--until")
    exact = told.precision is Precision.MINUTE
    return first, told.at if exact else midnight(_last_day(told.at.date(), told.precision) + timedelta(days=1))


def midnight(day: date) -> datetime:
    """The beginning of a day by this machine's clock."""
    return datetime.combine(day, time()).astimezone()


def _last_day(day: date, precision: Precision) -> date:
    if precision is Precision.YEAR:
        return day.replace(month=12, day=31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if precision is Precision.MONTH else day


def pairs(given: Iterable[str], read: Callable[[str], T], *, option: str) -> dict[str, T]:
    """`NAME=VALUE` as names with values; a name may hold an equals sign.

    Raises:
        click.BadParameter: there is no name, no value, or one that cannot be read.
    """
    found = {}
    for text in given:
        name, equals, value = text.rpartition("=")
        try:
            if not (name.strip() and equals):
                raise ValueError(text)  # noqa: TRY301 - told below with the others
            found[name.strip()] = read(value.strip())
        except ValueError as error:
            msg = f"{text!r} is not understood; write a name, an equals sign and a value."
            raise click.BadParameter(msg, param_hint=option) from error
    return found


def number(text: str) -> float:
    """A number, with a point or a comma.

    Raises:
        ValueError: it is none.
    """
    return float(text.replace(",", "."))


def json_from(path: Path | None) -> dict[str, Any]:
    """One JSON object of a file, or of standard input.

    Raises:
        InputError: it is none, or the file cannot be read.
    """
    named = path is not None and str(path) != "-"
    if not named and sys.stdin.isatty():
        say("write the JSON here and end it with Ctrl-D; or give it by < FILE")
    try:
        text = path.read_text("utf-8") if path and named else sys.stdin.read()
        found = json.loads(text)
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}); check the name and that you may open it"
        raise InputError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"this is no JSON ({error}); give one object, as `spasmograph record show ID --json` prints it"
        raise InputError(msg) from error
    if not isinstance(found, dict):
        msg = f"this JSON is of type {type(found).__name__}; give one object, as `spasmograph record show ID --json` prints it"
        raise InputError(msg)
    return found


def localised(value: Any) -> Any:
    """The same JSON; moments without an offset get the one of this machine's clock at that time, and a day alone is known to the day."""
    if isinstance(value, Mapping):
        day_alone = {"precision": str(Precision.DAY)} if _is_day(value.get("at")) else {}
        return day_alone | {name: _moment(inner) if name in _MOMENTS else localised(inner) for name, inner in value.items()}
    return [localised(inner) for inner in value] if isinstance(value, list) else value


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


def _moment(value: Any) -> Any:
    from spasmograph.app.workspace.moments_read import local

    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else local(at)).isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return value  # said to be wrong where the entry is checked
