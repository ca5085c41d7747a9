"""What a form says, as values; what cannot be read is told with the field's name."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from starlette.datastructures import FormData
from starlette.requests import Request

from spasmograph.app.workspace import Workspace
from spasmograph.errors import EntryError

T = TypeVar("T", bound=StrEnum)


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
        try:
            return float(value.replace(",", "."))
        except ValueError as error:
            msg = f"{name} is {value!r}; it must be a number"
            raise EntryError(msg, field=name) from error

    def whole(self, name: str) -> int | None:
        """A whole number.

        Raises:
            EntryError: it is none.
        """
        value = self.number(name)
        if value is not None and value != int(value):
            msg = f"{name} is {value}; it must be a whole number"
            raise EntryError(msg, field=name)
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

    def moment(self, name: str) -> datetime | None:
        """A local date, or date and time, with the offset that this machine's clock had then.

        Raises:
            EntryError: it is none.
        """
        value = self.text(name)
        if not value:
            return None
        try:
            return datetime.fromisoformat(value).astimezone()
        except (ValueError, OverflowError, OSError) as error:
            msg = f"{name} is {value!r}; it must be a date such as 2026-11-21, or with a time such as 2026-11-21T14:05"
            raise EntryError(msg, field=name) from error

    def version(self) -> int:
        """The version of the entry that the form was made from; 0 for a new one."""
        return self.whole("version") or 0

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
