"""The door to one person's record."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from spasmograph.app.workspace.calendar import calendar, check_calendar_key, renew_calendar_key
from spasmograph.app.workspace.framing import Framing, look
from spasmograph.app.workspace.journal import Today, journal_month, note, own_tags, today
from spasmograph.app.workspace.timeline import timeline
from spasmograph.care.journal import JournalMonth
from spasmograph.errors import NotThereError
from spasmograph.io.store import EntryStore, Point
from spasmograph.model.record import Entry, Settings, Timeline
from spasmograph.terms import EntryKind

E = TypeVar("E", bound=Entry)
Clock = Callable[[], datetime]
SETTINGS_ID = "settings"


class Workspace:
    """One person's record: entries kept, changed, listed and removed, recordings measured, and what is made of them.

    Times are this machine's local time with its offset; `clock` tells now.
    """

    def __init__(self, *, home: Path, store: EntryStore, clock: Clock) -> None:
        self.home = home
        self._store = store
        self._clock = clock

    def close(self) -> None:
        """Let the database go."""
        self._store.engine.dispose()

    def now(self) -> datetime:
        """The local time with its offset."""
        return self._clock()

    def save(self, entry: E) -> E:
        """Keep a new entry (version 0), or a change of the version that it names; as it is kept.

        Raises:
            ConflictError: the entry was changed meanwhile; nothing was overwritten.
            NotThereError: the entry was removed meanwhile.
        """
        return self._store.save(entry, now=self.now())

    def get(self, entry_id: str, kind: type[E]) -> E:
        """One entry.

        Raises:
            NotThereError: there is none of that id and kind.
        """
        found = self._store.get(entry_id)
        if not isinstance(found, kind):
            msg = f"entry {entry_id} is of kind {found.kind}, not {kind.kind}"
            raise NotThereError(msg)
        return found

    def list(self, kind: type[E], *, since: datetime | None = None, until: datetime | None = None, newest: int | None = None) -> Sequence[E]:
        """Entries of a kind in order of time, in `[since, until)`; with `newest` only so many of the last."""
        found = self._store.entries(kind.kind, since=since, until=until, newest=newest)
        return [entry for entry in found if isinstance(entry, kind)]

    def points(self, *kinds: EntryKind, since: datetime | None = None, until: datetime | None = None) -> Sequence[Point]:
        """Entries in short, for drawings of thousands."""
        return self._store.points(*kinds, since=since, until=until)

    def remove(self, entry_id: str, *, version: int | None = None) -> None:
        """Remove an entry for good; with `version` only if nobody changed it meanwhile.

        Raises:
            NotThereError: it is gone already.
            ConflictError: somebody changed it meanwhile.
        """
        self._store.remove(entry_id, version=version)

    def settings(self) -> Settings:
        """What the person chose, or what holds until they choose."""
        try:
            return self.get(SETTINGS_ID, Settings)
        except NotThereError:
            return Settings(id=SETTINGS_ID, at=self.now())

    def timeline(self, since: datetime, until: datetime) -> Timeline:
        """Everything in `[since, until)` on one axis of time; of treatments also what began before and still ran."""
        return timeline(self, since, until)

    def look(self, jpeg: bytes, *, film_width_px: int, frame_rate_hz: float | None = None) -> Framing:
        """What to change before filming, from a small picture of the camera's preview; nothing of it is kept.

        Raises:
            InputError: it is no small JPEG picture.
        """
        return look(jpeg, film_width_px=film_width_px, frame_rate_hz=frame_rate_hz)

    def note(self, entry: E) -> E:
        """Keep what a person noted: a journal entry that says something, of a time that does not lie ahead.

        Raises:
            EntryError: nothing is said, or the time lies ahead.
            ConflictError: the entry was changed meanwhile; nothing was overwritten.
            NotThereError: the entry was removed meanwhile.
        """
        return note(self, entry)

    def journal_month(self, day: date) -> JournalMonth:
        """The journal's month that a day lies in, newest first, with its gaps."""
        return journal_month(self, day)

    def own_tags(self) -> Sequence[str]:
        """Tags of the person's own, from the settings and from lately used ones."""
        return own_tags(self)

    def today(self) -> Today:
        """What is due, what comes next and what was noted last."""
        return today(self)

    def calendar(self) -> bytes:
        """Appointments, the reminder and suggested days for a film as a calendar file (RFC 5545)."""
        return calendar(self)

    def check_calendar_key(self, key: str) -> None:
        """Whether the key is the one in the calendar's address.

        Raises:
            NotThereError: it is not, or there is no such address.
        """
        check_calendar_key(self, key)

    def renew_calendar_key(self, *, wanted: bool = True) -> Settings:
        """A new address for the calendar, or none; the old one ends.

        Raises:
            ConflictError: the settings were changed meanwhile.
        """
        return renew_calendar_key(self, wanted=wanted)
