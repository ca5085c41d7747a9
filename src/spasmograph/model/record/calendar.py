"""What a calendar is told."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One event of a calendar: its lasting id, its title, when it begins and ends.

    `begin` is a moment, a day, or, without an offset, the time that any local clock shows. `every_days` repeats it; `reminds` rings at its beginning;
    `changes` counts how often it was changed.
    """

    id: str
    title: str
    begin: datetime | date
    end: datetime | None = None
    place: str = ""
    note: str = ""
    every_days: int | None = None
    reminds: bool = False
    changes: int = 0
