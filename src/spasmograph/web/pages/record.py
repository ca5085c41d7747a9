"""Recording oneself: the protocol step by step, in the browser; the film goes to the list of recordings when it is kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from spasmograph.care.protocol import Protocol, Step, load_protocol
from spasmograph.web.language import text as _
from spasmograph.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/record")
def record(request: Request, protocol: Annotated[Protocol, Depends(load_protocol)]) -> Response:
    """What to record, the camera check, the steps, and the film to keep or to take again."""
    return page(request, "record.html.j2", protocol=protocol, plan=_plan(protocol), steps=[_step(step) for step in protocol.steps])


def _plan(protocol: Protocol) -> dict[str, Any]:
    """What the page's script needs to know, in the language of the request."""
    film, framing = protocol.film, protocol.framing
    return {
        "countdown_s": protocol.countdown_s,
        "prepare_s": protocol.prepare_s,
        "film": {
            "width_px": film.width_px,
            "height_px": film.height_px,
            "frame_rate_hz": film.frame_rate_hz,
            "bits_per_s": film.bits_per_s,
        },
        "framing": {"every_s": framing.every_s, "width_px": framing.width_px},
        "steps": [_step(step) for step in protocol.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    """One step with its words and every cue as it comes."""
    return {
        "task": step.task.value,
        "always": step.always,
        "sound": step.sound,
        "name": _(step.name),
        "explain": _(step.explain),
        "speak": _(step.speak),
        "text": _(step.text) if step.text else "",
        "seconds": step.seconds,
        "repeats": step.repeats,
        "cues": [{"show": _(cue.show), "speak": _(cue.speak) if cue.speak else "", "seconds": cue.seconds} for cue in step.in_order()],
    }
