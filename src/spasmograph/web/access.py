"""Who is let in: this machine by its loopback names, with a session that began with a one-time link, and no other page's requests.

The name in `Host` is checked against DNS rebinding; a request that changes something needs the app's own `Origin`, or, from a browser that sends
none, its word that the request comes from the same site.
"""

import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from threading import Lock

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PORT = 8417
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
SAFE_METHODS = frozenset({"GET", "HEAD"})
# Reached without a session: the way in, how the page of refusal looks, and the calendar, which has a key of its own.
OPEN_PATHS = ("/enter", "/static/", "/calendar/")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not `no-referrer`: with that, browsers send `Origin: null` with the app's own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}


def cookie_of(port: int) -> str:
    """The name of the session's cookie: browsers give cookies to every port of a machine, so it tells one running app from another."""
    return f"spasmograph_{port}"


class Access:
    """The names by which the app may be called, the session's secret, and the one-time link that hands it out."""

    def __init__(self, *, port: int, also: Iterable[str] = ()) -> None:
        self.hosts = frozenset(f"{host}:{port}".lower() for host in (*LOOPBACK_NAMES, *also))
        self.cookie = cookie_of(port)
        self.origins = frozenset(f"http://{host}" for host in self.hosts)
        self.session = secrets.token_urlsafe(32)
        self._link = secrets.token_urlsafe(24)
        self._lock = Lock()

    def link(self) -> str:
        """The path that lets one browser in, once."""
        return f"/enter?key={self._link}"

    def enter(self, key: str) -> bool:
        """Whether the key is the one-time link's; it is used up by that, and a new link stands."""
        with self._lock:
            fits = secrets.compare_digest(key.encode(), self._link.encode())
            if fits:
                self._link = secrets.token_urlsafe(24)
        return fits

    def knows(self, cookies: str) -> bool:
        """Whether a request carries the session's cookie."""
        try:
            found = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return False
        return found is not None and secrets.compare_digest(found.value.encode(), self.session.encode())


class Gate:
    """Refuses what is not let in, before anything of the app runs, and puts the page's rules on every answer."""

    def __init__(self, app: ASGIApp, *, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _refusal(scope, self._access)
        inner = PlainTextResponse(refusal[1], status_code=refusal[0]) if refusal else self._app
        await inner(scope, receive, _with_rules(send))


def _refusal(scope: Scope, access: Access) -> tuple[int, str] | None:
    """Why a request is not let in, as a status and words."""
    headers = Headers(scope=scope)
    if headers.get("host", "").lower() not in access.hosts:
        return 421, "This address is not Spasmograph's own. Open the link that `spasmograph serve` printed."
    if scope["method"] not in SAFE_METHODS and not _own(headers, access):
        return 403, "This request comes from another page, so nothing was changed. Open Spasmograph itself and try again there."
    path = scope["path"]
    if path.startswith(OPEN_PATHS) or access.knows(headers.get("cookie", "")):
        return None
    return 401, "This browser has not been let in. Open the newest link that `spasmograph serve` printed; each link works once."


def _own(headers: Headers, access: Access) -> bool:
    """Whether a request that changes something was sent by one of the app's own pages."""
    origin = headers.get("origin")
    if origin is not None:
        return origin.lower() in access.origins
    return headers.get("sec-fetch-site") == "same-origin"


def _with_rules(send: Send) -> Send:
    """Every answer carries the rules, unless it brings a rule of its own."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
