"""The language of a page: the person's choice, or else the browser's."""

from babel import Locale, negotiate_locale
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from spasmograph.app.workspace import Workspace
from spasmograph.language import LANGUAGES, current_language, region, text, texts, use_language

__all__ = ["LANGUAGES", "LanguageChoice", "current_language", "current_locale", "preferred", "text", "texts"]


def current_locale() -> Locale:
    """How dates and numbers are written in the language that holds."""
    return Locale.parse(region())


class LanguageChoice:
    """Decides for every request."""

    def __init__(self, app: ASGIApp, *, workspace: Workspace) -> None:
        self._app, self._workspace = app, workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            chosen = (await run_in_threadpool(self._workspace.settings)).language
            use_language(chosen if chosen in LANGUAGES else preferred(Headers(scope=scope).get("accept-language", "")))
        await self._app(scope, receive, send)


def preferred(accepted: str) -> str:
    """The first language of a browser's list that there is; English if there is none."""
    wished = [part.split(";")[0].strip().replace("-", "_") for part in accepted.split(",")]
    known = {"zh_TW": "zh_Hant", "zh_HK": "zh_Hant", "zh_MO": "zh_Hant"}
    return negotiate_locale([known.get(one, one) for one in wished if one], LANGUAGES) or "en"
