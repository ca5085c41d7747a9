"""Entries in and out of the database; a change that somebody else made meanwhile is never overwritten."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache, lru_cache
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from spasmograph.errors import ConflictError, EntryError, NotThereError
from spasmograph.io.store.codec import entry_from, text_of
from spasmograph.io.store.database import reading
from spasmograph.io.store.tables import LONGEST_SUBJECT, entries
from spasmograph.model.record import Entry, JournalEntry, RecordingEntry, ScaleResult, SpasmEpisode, Treatment
from spasmograph.terms import EntryKind

E = TypeVar("E", bound=Entry)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# An id is the name of a folder as well.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What is drawn of an entry: when, of which kind, of which scale or treatment, and its number if it has one."""

    id: str
    kind: EntryKind
    at: datetime
    subject: str
    value: float | None


class EntryStore:
    """All entries of one record."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def save(self, entry: E, *, now: datetime) -> E:
        """Keep an entry: a new one (version 0), or a change of the version that it names; as it is kept.

        Raises:
            ConflictError: the entry was changed meanwhile, or its id or its recording is there already.
            NotThereError: the entry to be changed was removed.
        """
        with self.engine.begin() as connection:
            return save_in(connection, entry, now=now)

    def get(self, entry_id: str) -> Entry:
        """One entry.

        Raises:
            NotThereError: there is none of that id.
        """
        with reading(self.engine) as connection:
            row = connection.execute(select(entries.c.kind, entries.c.body).where(entries.c.id == entry_id)).first()
        if row is None:
            raise _not_there(entry_id)
        return _entry(row)

    def entries(self, *kinds: EntryKind, since: datetime | None = None, until: datetime | None = None, newest: int | None = None) -> list[Entry]:
        """Entries of some kinds, or of all, in order of time, in `[since, until)`; with `newest` only so many of the last."""
        query = select(entries.c.kind, entries.c.body).where(*_within(kinds, since, until))
        query = query.order_by(entries.c.at_us.desc(), entries.c.id.desc()) if newest else query.order_by(entries.c.at_us, entries.c.id)
        with reading(self.engine) as connection:
            found = [_entry(row) for row in connection.execute(query.limit(newest))]
        return found[::-1] if newest else found

    def points(self, *kinds: EntryKind, since: datetime | None = None, until: datetime | None = None) -> list[Point]:
        """The same in short, for drawings of thousands."""
        columns = (entries.c.id, entries.c.kind, entries.c.at_us, entries.c.offset_s, entries.c.subject, entries.c.value)
        query = select(*columns).where(*_within(kinds, since, until)).order_by(entries.c.at_us, entries.c.id)
        with reading(self.engine) as connection:
            return [_point(*row) for row in connection.execute(query)]

    def counts(self) -> dict[EntryKind, int]:
        """How many entries of each kind there are; kinds without any are left out."""
        query = select(entries.c.kind, func.count()).group_by(entries.c.kind)
        with reading(self.engine) as connection:
            found = {str(kind): int(number) for kind, number in connection.execute(query)}
        return {kind: found[kind] for kind in EntryKind if kind in found}

    def recording(self, sha256: str) -> RecordingEntry | None:
        """The recording with these contents, if there is one."""
        query = select(entries.c.kind, entries.c.body).where(entries.c.kind == EntryKind.RECORDING, entries.c.subject == sha256)
        with reading(self.engine) as connection:
            row = connection.execute(query).first()
        found = _entry(row) if row else None
        return found if isinstance(found, RecordingEntry) else None

    def remove(self, entry_id: str, *, version: int | None = None) -> None:
        """Remove an entry for good; with `version` only if nobody changed it meanwhile.

        Raises:
            NotThereError: it is gone already.
            ConflictError: somebody changed it meanwhile.
        """
        with self.engine.begin() as connection:
            current = _version(connection, entry_id)
            if version is not None and version != current:
                raise _conflict(entry_id)
            connection.execute(delete(entries).where(entries.c.id == entry_id))


def save_in(connection: Connection, entry: E, *, now: datetime) -> E:
    """The same inside a transaction that does more.

    Raises:
        ConflictError: the entry was changed meanwhile, or its id or its recording is there already.
        NotThereError: the entry to be changed was removed.
        EntryError: its id is none, or it holds what cannot be kept.
    """
    kept = replace(entry, id=entry.id or uuid4().hex, version=entry.version + 1, noted_at=entry.noted_at or now)
    if entry.version == 0:
        insert_in(connection, kept, now=now)
        return kept
    with _once(kept.id):
        changed = connection.execute(update(entries).where(entries.c.id == kept.id, entries.c.version == entry.version).values(_columns(kept, now)))
    if changed.rowcount == 0:
        _version(connection, kept.id)
        raise _conflict(kept.id)
    return kept


def entries_in(connection: Connection, *kinds: EntryKind) -> list[Entry]:
    """Entries of some kinds, or of all, in order of time, as a transaction sees them."""
    query = select(entries.c.kind, entries.c.body).where(*_within(kinds, None, None)).order_by(entries.c.at_us, entries.c.id)
    return [_entry(row) for row in connection.execute(query)]


def insert_in(connection: Connection, entry: Entry, *, now: datetime) -> None:
    """Put an entry in exactly as it is, with the id and the version that it has.

    Raises:
        ConflictError: its id or its recording is there already.
        EntryError: its id is none, or it holds what cannot be kept.
    """
    row = _columns(entry, now)
    with _once(entry.id):
        connection.execute(insert(entries).values(row))


@contextmanager
def _once(entry_id: str) -> Iterator[None]:
    """An id is there once, and so is a recording."""
    try:
        yield
    except IntegrityError as error:
        msg = f"an entry {entry_id} or the same recording is there already; nothing was overwritten"
        raise ConflictError(msg) from error


def _version(connection: Connection, entry_id: str) -> int:
    """The version that an entry is at; NotThereError: there is none."""
    found = connection.execute(select(entries.c.version).where(entries.c.id == entry_id)).scalar()
    if found is None:
        raise _not_there(entry_id)
    return int(found)


def _columns(entry: Entry, now: datetime) -> dict[str, object]:
    """An entry as a row.

    Raises:
        EntryError: its id is none, or it holds what cannot be kept.
    """
    subject, value = _subject(entry)
    if not _ID.fullmatch(entry.id):
        msg = f"an entry's id is {entry.id[:80]!r}; it may have at most 64 letters, digits, - and _"
        raise EntryError(msg)
    if len(subject) > LONGEST_SUBJECT:
        msg = f"what an entry of kind {entry.kind} is looked up by has {len(subject)} characters; at most {LONGEST_SUBJECT} are kept"
        raise EntryError(msg)
    return {
        "id": entry.id,
        "kind": str(entry.kind),
        "at_us": microseconds(entry.at),
        "offset_s": round((entry.at.utcoffset() or timedelta()).total_seconds()),
        "subject": subject,
        "value": value,
        "version": entry.version,
        "changed_us": microseconds(now),
        "body": text_of(entry),
    }


def _subject(entry: Entry) -> tuple[str, float | None]:
    """What an entry is looked up by, and the number that is drawn of it."""
    match entry:
        case JournalEntry() | SpasmEpisode():
            return "", entry.severity
        case ScaleResult():
            return f"{entry.scale} {entry.variant}".strip(), entry.total
        case Treatment():
            return str(entry.treatment), None
        case RecordingEntry():
            return entry.sha256, None
        case _:
            return "", None


def _within(kinds: Sequence[EntryKind], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [entries.c.kind.in_([str(kind) for kind in kinds])] if kinds else []
    if since:
        conditions.append(entries.c.at_us >= microseconds(since))
    if until:
        conditions.append(entries.c.at_us < microseconds(until))
    return conditions


def _entry(row: Row[str, str]) -> Entry:
    return entry_from(row.kind, row.body)


@lru_cache(maxsize=20_000)
def _point(entry_id: str, kind: str, at_us: int, offset_s: int, subject: str, value: float | None) -> Point:
    return Point(id=entry_id, kind=EntryKind(kind), at=moment(at_us, offset_s), subject=subject, value=value)


def microseconds(at: datetime) -> int:
    """A moment as microseconds of UTC since 1970, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def moment(at_us: int, offset_s: int = 0) -> datetime:
    """The same back, in the local time that lies so far from UTC."""
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(_zone(offset_s))


@cache
def _zone(offset_s: int) -> timezone:
    return timezone(timedelta(seconds=offset_s))


def _not_there(entry_id: str) -> NotThereError:
    return NotThereError(f"the record has no entry {entry_id}; it may have been removed")


def _conflict(entry_id: str) -> ConflictError:
    return ConflictError(f"entry {entry_id} was changed meanwhile, in another window or by another program; nothing was overwritten")
