"""Pages from templates: every value is escaped, dates and numbers are written as the language writes them."""

from datetime import date, datetime
from functools import cache
from typing import Any

from babel.dates import format_interval, format_skeleton
from babel.numbers import format_decimal
from babel.units import format_unit
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from spasmograph import __version__
from spasmograph.language import listed, written
from spasmograph.terms import Precision
from spasmograph.web import words
from spasmograph.web.language import current_language, current_locale, text, texts


def page(request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """A whole page."""
    whole = {"path": request.url.path, "version": __version__, "language": current_language().replace("_", "-"), "words": words}
    return HTMLResponse(_environment().get_template(template).render(whole | facts), status_code=status)


def fragment(template: str, macro: str) -> str:
    """What a macro without arguments writes, for other places than a page."""
    return str(getattr(_environment().get_template(template).module, macro)())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("spasmograph.web"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(text, texts, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {"moment": moment, "day": day, "number": number, "local": local_input}
    environment.filters |= {"month": month, "stretch": stretch, "lasting": lasting, "clock": clock, "listed": listed}
    return environment


def moment(at: datetime, precision: Precision = Precision.MINUTE) -> str:
    """A moment as far as it is known, in its own local time."""
    return written(at, {Precision.MINUTE: "yMMMdHm", Precision.DAY: "yMMMd", Precision.MONTH: "yMMM", Precision.YEAR: "y"}[precision])


def day(at: date) -> str:
    """The day of a moment, with its weekday."""
    return written(at, "yMMMEd")


def month(at: date) -> str:
    """A month with its year."""
    return str(format_skeleton("yMMMM", at, locale=current_locale()))


def stretch(first: date, last: date) -> str:
    """Days from the first to the last."""
    return str(format_interval(first, last, "yMMMd", locale=current_locale()))


def lasting(seconds: float) -> str:
    """A length of time: in hours or minutes where those are whole, else in seconds, or from two minutes on in tenths of minutes."""
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds and seconds % size == 0:
            return _measure(seconds // size, unit)
    return _measure(seconds / 60, "minute") if seconds >= 120 else _measure(seconds, "second")  # noqa: PLR2004 - two minutes


def _measure(value: float, unit: str) -> str:
    return str(format_unit(round(value, 1), unit, format="#,##0.#", length="short", locale=current_locale()))


def clock(at: datetime) -> str:
    """The time of the day."""
    return written(at, "Hm")


def number(value: float | None, decimals: int = 1) -> str:
    """A number as it is written in the language; a dash where there is none."""
    return "–" if value is None else str(format_decimal(round(value, decimals), locale=current_locale()))


def local_input(at: datetime | None) -> str:
    """A moment as a field for local date and time takes it."""
    return "" if at is None else at.replace(tzinfo=None).isoformat(timespec="minutes")
