"""Pages from templates: every value is escaped, dates and numbers are written as the language writes them."""

from datetime import datetime
from functools import cache
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from spasmograph import __version__
from spasmograph.terms import Precision
from spasmograph.web import words
from spasmograph.web.language import current_language, current_locale, text, texts


def page(request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """A whole page."""
    whole = {"path": request.url.path, "version": __version__, "language": current_language().replace("_", "-"), "words": words}
    return HTMLResponse(_environment().get_template(template).render(whole | facts), status_code=status)


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
    return environment


def moment(at: datetime, precision: Precision = Precision.MINUTE) -> str:
    """A moment as far as it is known, in its own local time."""
    patterns = {Precision.DAY: "d MMM y", Precision.MONTH: "MMM y", Precision.YEAR: "y"}
    if precision is Precision.MINUTE:
        return str(format_datetime(at, "d MMM y, HH:mm", locale=current_locale()))
    return str(format_date(at.date(), patterns[precision], locale=current_locale()))


def day(at: datetime) -> str:
    """The day of a moment, with its weekday."""
    return str(format_date(at.date(), "EEE d MMM y", locale=current_locale()))


def number(value: float | None, decimals: int = 1) -> str:
    """A number as it is written in the language; a dash where there is none."""
    return "–" if value is None else str(format_decimal(round(value, decimals), locale=current_locale()))


def local_input(at: datetime | None) -> str:
    """A moment as a field for local date and time takes it."""
    return "" if at is None else at.replace(tzinfo=None).isoformat(timespec="minutes")
