"""The calendar of a record, and the secret in its address."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from spasmograph.care.reminders import calendar_events
from spasmograph.errors import NotThereError
from spasmograph.io.calendar import calendar_file
from spasmograph.language import text as _
from spasmograph.model.record import Appointment, JournalEntry, Settings, Treatment
from spasmograph.parameters import load_record_parameters

if TYPE_CHECKING:
    from spasmograph.app.workspace.workspace import Workspace


def calendar(workspace: "Workspace") -> bytes:
    """Appointments, the reminder and suggested days for a film as a calendar file."""
    now = workspace.now()
    since = now - timedelta(days=load_record_parameters()["calendar_past_days"])
    newest = workspace.list(JournalEntry, newest=1)
    events = calendar_events(
        workspace.settings(),
        workspace.list(Appointment, since=since),
        workspace.list(Treatment, since=since),
        last=newest[0].at if newest else None,
        now=now,
    )
    return calendar_file(events, now=now)


def check_calendar_key(workspace: "Workspace", key: str) -> None:
    """Whether the key is the one in the calendar's address.

    Raises:
        NotThereError: it is not, or there is no such address.
    """
    known = workspace.settings().calendar_key
    if not known or not secrets.compare_digest(key.encode(), known.encode()):
        raise NotThereError(_("There is no such calendar."))


def renew_calendar_key(workspace: "Workspace", *, wanted: bool = True) -> Settings:
    """A new address for the calendar, or none; the old one ends."""
    return workspace.save(replace(workspace.settings(), calendar_key=secrets.token_urlsafe(32) if wanted else ""))
