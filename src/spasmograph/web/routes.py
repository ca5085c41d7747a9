"""All routes, page by page."""

from fastapi import APIRouter

from spasmograph.web.api import archive, entries, framing
from spasmograph.web.api import recordings as recordings_api
from spasmograph.web.pages import (
    appointments,
    calendar,
    data,
    data_table,
    doctor,
    entrance,
    journal,
    questions,
    record,
    recordings,
    scales,
    settings,
    start,
    timeline,
    treatments,
)

ROUTERS: tuple[APIRouter, ...] = (
    entrance.router,
    start.router,
    record.router,
    journal.router,
    appointments.router,
    questions.router,
    settings.router,
    calendar.router,
    data.router,
    data_table.router,
    treatments.router,
    scales.router,
    timeline.router,
    doctor.router,
    archive.router,
    entries.router,
    framing.router,
    recordings.router,
    recordings_api.router,
)
