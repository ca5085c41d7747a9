"""The language in which people are spoken to: English stands in the code, other languages in catalogues of `data/locale/`.

The language holds for what runs in the same context: one request, one command.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

LANGUAGES = ("en", "zh_Hant")
_language: ContextVar[str] = ContextVar("language", default="en")


def current_language() -> str:
    """The code of the language that holds here."""
    return _language.get()


def use_language(code: str) -> None:
    """Speak this language from here on, in this context; English where it is not known."""
    _language.set(code if code in LANGUAGES else "en")


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language for a while."""
    before = current_language()
    use_language(code)
    try:
        yield
    finally:
        use_language(before)


def text(message: str) -> str:
    """The message in the language that holds."""
    return _catalogue(current_language()).gettext(message)


def texts(singular: str, plural: str, n: int) -> str:
    """The message for a count, in the language that holds."""
    return _catalogue(current_language()).ngettext(singular, plural, n)


_ = text


def listed(parts: Iterable[str]) -> str:
    """Parts in a row, divided by the commas of the language that holds."""
    return _(", ").join(parts)


@cache
def _catalogue(language: str) -> NullTranslations:
    """The translations of a language; English is its own."""
    source = files("spasmograph.data").joinpath("locale", language, "LC_MESSAGES", "messages.po")
    if not source.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def written(at: date, parts: str) -> str:
    """A moment in its own local time as the language writes it; `parts` names what is shown, such as `yMMMd` or `yMMMdHm`."""
    from babel import Locale
    from babel.dates import format_skeleton

    day = parts.removesuffix("Hm")
    told = [str(format_skeleton(one, at, locale=region())) for one in (day, parts.removeprefix(day)) if one]
    joined = str(Locale.parse(region()).datetime_formats["medium"]) if len(told) > 1 else "{1}"
    return joined.replace("{1}", told[0]).replace("{0}", told[-1])


def region() -> str:
    """The language with the country whose way of writing dates and numbers is taken: days before months, 24 hours."""
    return {"en": "en_GB", "zh_Hant": "zh_Hant_TW"}[current_language()]
