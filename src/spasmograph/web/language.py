"""The language of a page: the person's choice, or else the browser's, from the catalogues beside the pages; English stands in the code."""

from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from spasmograph.app.workspace import Workspace

LANGUAGES = ("en", "zh_Hant")
_language: ContextVar[str] = ContextVar("language", default="en")


def current_language() -> str:
    """The code of the language that this request is answered in."""
    return _language.get()


def current_locale() -> Locale:
    """How dates and numbers are written in it."""
    return Locale.parse(current_language())


def text(message: str) -> str:
    """The message in the language of this request."""
    return _catalogue(current_language()).gettext(message)


def texts(singular: str, plural: str, n: int) -> str:
    """The message for a count, in the language of this request."""
    return _catalogue(current_language()).ngettext(singular, plural, n)


@cache
def _catalogue(language: str) -> NullTranslations:
    """The translations of a language; English is its own."""
    source = files("spasmograph.web").joinpath("locale", language, "LC_MESSAGES", "messages.po")
    if not source.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


class LanguageChoice:
    """Decides for every request."""

    def __init__(self, app: ASGIApp, *, workspace: Workspace) -> None:
        self._app, self._workspace = app, workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            chosen = (await run_in_threadpool(self._workspace.settings)).language
            _language.set(chosen if chosen in LANGUAGES else preferred(Headers(scope=scope).get("accept-language", "")))
        await self._app(scope, receive, send)


def preferred(accepted: str) -> str:
    """The first language of a browser's list that there is; English if there is none."""
    wished = [part.split(";")[0].strip().replace("-", "_") for part in accepted.split(",")]
    known = {"zh_TW": "zh_Hant", "zh_HK": "zh_Hant", "zh_MO": "zh_Hant"}
    return negotiate_locale([known.get(one, one) for one in wished if one], LANGUAGES) or "en"
