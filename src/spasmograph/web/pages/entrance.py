"""The way in: a one-time link becomes a session."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.web.access import Access
from spasmograph.web.language import text as _
from spasmograph.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/enter")
def enter(request: Request, key: str = "") -> Response:
    """Let this browser in, if the link was not used before."""
    access: Access = request.app.state.access
    if not access.enter(key):
        sentence = _(
            "This link was used already, or is not the newest one. Open the newest link that `spasmograph serve` printed; each link works once."
        )
        return page(request, "problem.html.j2", status=401, status_code=401, sentence=sentence)
    request.app.state.on_entered(access.link())
    answer = RedirectResponse("/", status_code=303)
    answer.set_cookie(access.cookie, access.session, httponly=True, samesite="strict", path="/")
    return answer
