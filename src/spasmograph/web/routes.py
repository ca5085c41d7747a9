"""All routes, page by page."""

from fastapi import APIRouter

from spasmograph.web.api import framing
from spasmograph.web.api import recordings as recordings_api
from spasmograph.web.pages import appointments, calendar, doctor, entrance, journal, questions, record, settings, start, timeline

ROUTERS: tuple[APIRouter, ...] = (
    entrance.router,
    start.router,
    record.router,
    journal.router,
    appointments.router,
    questions.router,
    settings.router,
    calendar.router,
    timeline.router,
    doctor.router,
    framing.router,
    recordings_api.router,
)
