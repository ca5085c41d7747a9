"""What a form says, as values; what cannot be read is told with the field's name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from starlette.datastructures import FormData
from starlette.requests import Request

from spasmograph.app.workspace import Workspace
from spasmograph.errors import EntryError
from spasmograph.web.language import text as _

T = TypeVar("T", bound=StrEnum)
_ID = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[+-]?(\d{1,15}([.,]\d{0,15})?|[.,]\d{1,15})")
_MOST_VERSIONS = 2**31 - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands in a form when it is shown: values by field as typed, and which field is wrong, in which words."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str, otherwise: str = "") -> str:
        """What stands in a field."""
        values = self.values.get(name, ())
        return values[0] if values else otherwise

    def problem(self, name: str) -> str:
        """What is wrong with a field, or nothing."""
        return self.wrong.get(name, "")

    def many(self, name: str) -> tuple[str, ...]:
        """What is chosen in a field with several values."""
        return self.values.get(name, ())

    def at_version(self, version: int) -> "Filled":
        """The same form, made from another version of its entry."""
        return replace(self, values={**self.values, "version": (str(version),)})


def filled(**values: object) -> Filled:
    """A form filled with values; None and empty ones are left out, a sequence is several values."""
    return Filled(values={name: _typed(value) for name, value in values.items() if value is not None and value != ""})


def _typed(value: object) -> tuple[str, ...]:
    """A value as a form sends it."""
    if isinstance(value, tuple | list):
        return tuple(str(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        return (str(int(value)),)
    return (str(value),)


class Form:
    """A form that was sent; empty fields are None or empty."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str) -> str:
        """A line or lines of text, trimmed."""
        value = self._data.get(name, "")
        return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field that may be given several times, without the empty ones and the repeated ones."""
        given = [value.strip() for value in self._data.getlist(name) if isinstance(value, str)]
        return tuple(dict.fromkeys(value for value in given if value))

    def number(self, name: str) -> float | None:
        """A number, with a point or a comma.

        Raises:
            EntryError: it is none.
        """
        value = self.text(name)
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            raise EntryError(_("“%(value)s” is not a number.") % {"value": value}, field=name)
        return float(value.replace(",", "."))

    def whole(self, name: str) -> int | None:
        """A whole number.

        Raises:
            EntryError: it is none.
        """
        value = self.number(name)
        if value is not None and not value.is_integer():
            raise EntryError(_("“%(value)s” is not a whole number.") % {"value": self.text(name)}, field=name)
        return None if value is None else int(value)

    def choice(self, name: str, kind: type[T]) -> T | None:
        """One of a kind of terms.

        Raises:
            EntryError: it is none of them.
        """
        value = self.text(name)
        if not value:
            return None
        try:
            return kind(value)
        except ValueError as error:
            msg = f"{name} is {value!r}; it must be one of {', '.join(kind)}"
            raise EntryError(msg, field=name) from error

    def moment(self, name: str, *, was: datetime | None = None) -> datetime | None:
        """A local date, or date and time, with the offset that this machine's clock had then; a change of `was` keeps the offset of that.

        Raises:
            EntryError: it is none.
        """
        value = self.text(name)
        if not value:
            return None
        try:
            typed = datetime.fromisoformat(value)
            if was is not None and typed.tzinfo is None:
                return was if typed == was.replace(second=0, microsecond=0, tzinfo=None) else typed.replace(tzinfo=was.tzinfo)
            return typed.astimezone()
        except (ValueError, OverflowError, OSError) as error:
            sentence = _("“%(value)s” is not a date such as 2026-11-21, or with a time such as 2026-11-21T14:05.") % {"value": value}
            raise EntryError(sentence, field=name) from error

    def version(self) -> int:
        """The version of the entry that the form was made from; 0 for a new one.

        Raises:
            EntryError: it is none.
        """
        version = self.whole("version") or 0
        if not 0 <= version <= _MOST_VERSIONS:
            msg = f"version is {version}; it must lie in 0–{_MOST_VERSIONS}"
            raise EntryError(msg, field="version")
        return version

    def id(self) -> str:
        """The id that a new entry's form brought along, so that the form sent twice is one entry; empty if there is none.

        Raises:
            EntryError: it is no id.
        """
        value = self.text("id")
        if value and not _ID.fullmatch(value):
            msg = "the id of the form is none; open the page anew"
            raise EntryError(msg, field="id")
        return value

    def filled(self, error: EntryError | None = None) -> Filled:
        """The form as it was sent, to be shown again, with what is wrong at its field."""
        names = dict.fromkeys(self._data)
        sent = {name: tuple(value for value in self._data.getlist(name) if isinstance(value, str)) for name in names}
        return Filled(values=sent, wrong={error.field: str(error)} if error else {})

    def ratings(self, prefix: str) -> Mapping[str, int]:
        """Whole numbers of fields that begin with a prefix, by the rest of their names."""
        names = [name for name in self._data if name.startswith(prefix)]
        return {name.removeprefix(prefix): value for name in names if (value := self.whole(name)) is not None}


async def sent_form(request: Request) -> Form:
    """The form of a request."""
    return Form(await request.form())


def workspace_of(request: Request) -> Workspace:
    """The record that the app is over."""
    found: Workspace = request.app.state.workspace
    return found


def asked_day(written: str) -> date | None:
    """A day in an address, as a date field writes it; what is none, or lies near either end of the calendar, is None."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if date(1900, 1, 1) <= found <= date(2200, 1, 1) else None
