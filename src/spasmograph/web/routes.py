"""All routes, page by page."""

from fastapi import APIRouter

from spasmograph.web.api import framing
from spasmograph.web.pages import entrance, journal, start, timeline

ROUTERS: tuple[APIRouter, ...] = (entrance.router, start.router, journal.router, timeline.router, framing.router)
