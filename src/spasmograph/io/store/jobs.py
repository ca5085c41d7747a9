"""The work that waits: which recordings are to be measured, who is at it, and how far it is.

A job is taken by one statement, so that nobody else takes it too. Its owner shows every moment that it lives; of one that does not, the work is taken
up again by whoever comes next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, or_, select, update

from spasmograph.errors import NotThereError
from spasmograph.io.store.codec import entry_from
from spasmograph.io.store.database import reading
from spasmograph.io.store.entries import microseconds, save_in
from spasmograph.io.store.tables import entries, jobs
from spasmograph.model.record import RecordingEntry
from spasmograph.terms import EntryKind

# An owner that has not shown itself for so long is gone; so is one whose last sign lies so far in the future, after a clock was set back.
STALE = timedelta(seconds=10)
Change = Callable[[RecordingEntry], RecordingEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One recording to be measured: how often it was begun, this time included, and how much of it is done."""

    recording: str
    attempts: int
    done: int
    total: int
    owner: str


class JobStore:
    """All jobs of a record, as one `owner` sees them."""

    def __init__(self, engine: Engine, owner: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._owner, self._clock = engine, owner, clock

    def claim(self) -> Job | None:
        """The job that waits longest, now this owner's; None where nothing waits."""
        now = self._clock()
        waits = _free(now)
        first = select(jobs.c.recording).where(waits).order_by(jobs.c.beat_us, jobs.c.recording).limit(1).scalar_subquery()
        taken = (
            update(jobs).where(jobs.c.recording == first, waits).values(owner=self._owner, beat_us=microseconds(now), attempts=jobs.c.attempts + 1)
        )
        with self._engine.begin() as connection:
            row = connection.execute(taken.returning(*jobs.c)).first()
        return None if row is None else Job(recording=row.recording, attempts=row.attempts, done=row.done, total=row.total, owner=row.owner)

    def beat(self, recording: str, *, done: int, total: int) -> bool:
        """Show that the work goes on, and how far it is; False if it is not this owner's any more, or the recording was removed."""
        said = update(jobs).where(self._mine(recording)).values(beat_us=microseconds(self._clock()), done=done, total=total)
        with self._engine.begin() as connection:
            return connection.execute(said).rowcount > 0

    def give_back(self, recording: str, *, counted: bool) -> None:
        """Let somebody else do it; `counted` says whether this was a real attempt."""
        back = update(jobs).where(self._mine(recording)).values(owner="", attempts=jobs.c.attempts - (0 if counted else 1))
        with self._engine.begin() as connection:
            connection.execute(back)

    def end(self, recording: str, change: Change, *, now: datetime) -> RecordingEntry | None:
        """The work is over, and the recording tells how: both at once. None if it is not this owner's any more."""
        with self._engine.begin() as connection:
            ended = connection.execute(delete(jobs).where(self._mine(recording)))
            return change_in(connection, recording, change, now=now) if ended.rowcount else None

    def _mine(self, recording: str) -> ColumnElement[bool]:
        return (jobs.c.recording == recording) & (jobs.c.owner == self._owner)


def job_of(engine: Engine, recording: str) -> Job | None:
    """The work that is left to do on a recording."""
    with reading(engine) as connection:
        row = connection.execute(select(*jobs.c).where(jobs.c.recording == recording)).first()
    return None if row is None else Job(recording=row.recording, attempts=row.attempts, done=row.done, total=row.total, owner=row.owner)


def add_job_in(connection: Connection, recording: str) -> None:
    """A recording is to be measured; in the transaction that keeps it."""
    connection.execute(delete(jobs).where(jobs.c.recording == recording))
    since = microseconds(datetime.now(UTC))
    connection.execute(insert(jobs).values(recording=recording, attempts=0, done=0, total=0, owner="", beat_us=since))


def change_in(connection: Connection, recording: str, change: Change, *, now: datetime) -> RecordingEntry:
    """Change a recording as it stands now, whoever changed it before.

    Raises:
        NotThereError: it was removed.
    """
    query = select(entries.c.body).where(entries.c.id == recording, entries.c.kind == EntryKind.RECORDING).with_for_update()
    body = connection.execute(query).scalar()
    entry = entry_from(EntryKind.RECORDING, body) if body else None
    if not isinstance(entry, RecordingEntry):
        msg = f"the record has no recording {recording}; it may have been removed"
        raise NotThereError(msg)
    return save_in(connection, change(entry), now=now)


def _free(now: datetime) -> ColumnElement[bool]:
    """Nobody is at it, or whoever was has not shown itself."""
    return or_(jobs.c.owner == "", jobs.c.beat_us < microseconds(now - STALE), jobs.c.beat_us > microseconds(now + STALE))
