"""No request is larger than what it is for."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 2_000_000
# A film of ten minutes from a phone is about 1.5 GB; files go to the disk as they arrive.
MOST_UPLOAD_BYTES = 8_000_000_000
UPLOAD_PATHS = frozenset({"/api/recordings", "/api/archive", "/data/restore"})


class SizeLimit:
    """Ends a request that says or turns out to be too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST_UPLOAD_BYTES if scope["path"] in UPLOAD_PATHS else MOST_BYTES
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isdecimal() or int(stated) > most:
            await PlainTextResponse(f"This is larger than the {most // 1_000_000} MB that are taken here.", status_code=413)(scope, receive, send)
            return
        await self._app(scope, _counted(receive, most), send)


def _counted(receive: Receive, most: int) -> Receive:
    """The same, but a body that grows beyond the limit looks like a client that left."""
    arrived = 0

    async def receiving() -> Message:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        return {"type": "http.disconnect"} if arrived > most else message

    return receiving
