"""The timeline: everything over time, nearer or farther."""

from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from spasmograph.present.record.timeline import timeline_svg
from spasmograph.web.forms import asked_day, workspace_of
from spasmograph.web.language import text as _
from spasmograph.web.rendering import page

router = APIRouter(include_in_schema=False)
WIDE_PX, NARROW_PX = 960.0, 340.0
# Days shown, from near to far.
LENGTHS = (30, 91, 365, 1096, 3653)


@router.get("/timeline")
def timeline(request: Request, days: Annotated[int, Query(ge=7, le=36525)] = 91, until: str = "") -> Response:
    """The chart of a stretch of time, with ways to nearer, farther, earlier and later ones."""
    workspace = workspace_of(request)
    now = workspace.now()
    end = _end(until, now)
    start = end - timedelta(days=days)
    shown = workspace.timeline(start, end)
    return page(
        request,
        "timeline.html.j2",
        timeline=shown,
        wide=timeline_svg(shown, width=WIDE_PX, key="wide"),
        narrow=timeline_svg(shown, width=NARROW_PX, key="narrow"),
        lengths=[(length, label) for length, label in zip(LENGTHS, _length_words(), strict=True)],
        days=days,
        earlier=(end - timedelta(days=days * 0.75)).date(),
        later=(end + timedelta(days=days * 0.75)).date(),
        last=end - timedelta(days=1),
        until_now=end > now,
    )


def _end(until: str, now: datetime) -> datetime:
    """The end of the day asked for, or of today."""
    day = asked_day(until) or now.date()
    return datetime.combine(day + timedelta(days=1), time()).astimezone()


def _length_words() -> tuple[str, ...]:
    return (_("one month"), _("three months"), _("one year"), _("three years"), _("ten years"))
