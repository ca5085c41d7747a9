"""The doctor's page: a period in short, on the screen and as a PDF."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from spasmograph.app.workspace import Workspace
from spasmograph.language import current_language, speaking
from spasmograph.model.record import DoctorPage
from spasmograph.present.record.doctor import doctor_content, doctor_pdf, paper_language
from spasmograph.present.record.timeline import timeline_svg
from spasmograph.web.forms import asked_day, workspace_of
from spasmograph.web.rendering import page

router = APIRouter(include_in_schema=False)
USUAL_DAYS = 182
WIDE_PX, NARROW_PX = 960.0, 340.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days asked for, both included, and whether the journal's notes are wanted."""

    first: date
    last: date
    notes: bool

    def page_of(self, workspace: Workspace) -> DoctorPage:
        """The period in short."""
        until = datetime.combine(self.last + timedelta(days=1), time()).astimezone()
        return workspace.doctor_page(datetime.combine(self.first, time()).astimezone(), until, with_notes=self.notes)

    def paper_of(self, workspace: Workspace) -> bytes:
        """The period as a PDF: in the language that holds, or in English where no font has its letters."""
        with speaking(paper_language(current_language())):
            return doctor_pdf(self.page_of(workspace))


def asked_period(request: Request) -> Period:
    """The period in the address; half a year up to today where it says none, or none that can be."""
    today = workspace_of(request).now().date()
    last = asked_day(request.query_params.get("last", "")) or today
    first = asked_day(request.query_params.get("first", "")) or last - timedelta(days=USUAL_DAYS)
    return Period(first=min(first, last), last=last, notes=request.query_params.get("notes") == "yes")


Asked = Annotated[Period, Depends(asked_period)]


@router.get("/doctor")
def doctor(request: Request, period: Asked) -> Response:
    """The page on the screen."""
    made = period.page_of(workspace_of(request))
    charts = (
        {}
        if made.timeline.empty
        else {width: timeline_svg(made.timeline, width=px, key=width) for width, px in (("wide", WIDE_PX), ("narrow", NARROW_PX))}
    )
    same = paper_language(current_language()) == current_language()
    return page(request, "doctor.html.j2", content=doctor_content(made, appendix=False), charts=charts, period=period, paper_in_english=not same)


@router.get("/doctor.pdf")
def paper(request: Request, period: Asked) -> Response:
    """The same for paper."""
    named = {"Content-Disposition": f'attachment; filename="spasmograph-{period.first}-{period.last}.pdf"'}
    return Response(period.paper_of(workspace_of(request)), media_type="application/pdf", headers=named)
