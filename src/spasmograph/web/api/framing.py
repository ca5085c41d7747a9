"""Live framing for the camera check: one small picture in, what to change out; nothing of it is kept or logged."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.requests import ClientDisconnect, Request

from spasmograph.app.workspace.framing import Framing
from spasmograph.io.still import MOST_BYTES
from spasmograph.web.forms import workspace_of

router = APIRouter(prefix="/api", tags=["recording"])
_BODY = {"requestBody": {"required": True, "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary", "maxLength": MOST_BYTES}}}}}

_REFUSALS: dict[int | str, dict[str, str]] = {413: {"description": "larger than is taken"}, 422: {"description": "not a small JPEG picture"}}


async def small_body(request: Request) -> bytes:
    """What was sent, up to the size that is taken.

    Raises:
        HTTPException: it is larger, or the page was left in the middle of it.
    """
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise HTTPException(status_code=413, detail=f"the picture is larger than the {MOST_BYTES} bytes that are taken")
    except ClientDisconnect as error:
        raise HTTPException(status_code=400, detail="the picture did not arrive whole") from error
    return bytes(body)


@router.post("/framing", openapi_extra=_BODY, responses=_REFUSALS)
def framing(
    request: Request,
    picture: Annotated[bytes, Depends(small_body)],
    film_width_px: Annotated[int, Query(ge=16, le=16_384, description="Width of the film to be, of which the picture is a small copy.")],
    frame_rate_hz: Annotated[float | None, Query(gt=0, le=1000, allow_inf_nan=False, description="Pictures a second of the film to be.")] = None,
) -> Framing:
    """What to change before filming: the advice, where the face is (left, top, width, height over the picture's), and how bright it is.

    The advice is `busy` while another picture is being looked at.
    """
    return workspace_of(request).look(picture, film_width_px=film_width_px, frame_rate_hz=frame_rate_hz)
