"""All routes, page by page."""

from fastapi import APIRouter

from spasmograph.web.api import framing
from spasmograph.web.api import recordings as recordings_api
from spasmograph.web.pages import doctor, entrance, journal, start, timeline

ROUTERS: tuple[APIRouter, ...] = (
    entrance.router,
    start.router,
    record.router,
    journal.router,
    timeline.router,
    doctor.router,
    framing.router,
    recordings_api.router,
)
