"""Opening the database of a record: made when it is new, migrated when it is old, refused with words when it is newer."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from spasmograph.errors import DamagedRecordError, MissingExtraError, NewerRecordError, RecordError

FILE_NAME = "record.sqlite3"
# Every revision of the tables, oldest first; a test holds this against the migrations themselves.
REVISIONS = ("0001",)
_BUSY_MS = 10_000
_MIGRATION_LOCK = 7_349_021


def open_database(home: Path, address: str | None = None) -> Engine:
    """The database of the record in `home`, or the one at `address`, with tables of this version.

    Raises:
        RecordError: it cannot be reached, opened or written.
        NewerRecordError: a newer version of the program has used it.
        DamagedRecordError: it is no database, or a damaged one.
        MissingExtraError: the driver for the address is not installed.
    """
    engine = _engine(_url(home, address))
    try:
        _bring_up_to_date(engine, home)
    except NewerRecordError:
        engine.dispose()
        raise
    except (OperationalError, DatabaseError) as error:
        engine.dispose()
        raise _refusal(engine.url, error) from error
    return engine


def _url(home: Path, address: str | None) -> URL:
    if not address:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return URL.create("sqlite", database=str(home / FILE_NAME))
    try:
        url = make_url(address)
    except ArgumentError as error:
        msg = "the address of the database is not understood; it looks like postgresql://user:password@host/name"
        raise RecordError(msg) from error
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def _engine(url: URL) -> Engine:
    """An engine whose transactions begin where they say; SQLite waits for others and keeps what was acknowledged."""
    try:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=url.get_backend_name() != "sqlite")
    except ImportError as error:
        msg = "the driver for this database is not installed; install it with: pip install 'spasmograph[postgresql]'"
        raise MissingExtraError(msg) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Write-ahead log, a commit that is on the disk, foreign keys, deleted rows overwritten."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A transaction that will write takes its turn at the beginning, so that it cannot fail half-way for want of it."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads, all of it from one moment, and waits for nobody."""
    with engine.connect().execution_options(reading=True) as connection:
        yield connection


def _bring_up_to_date(engine: Engine, home: Path) -> None:
    """Alembic is loaded only when there is something to do."""
    revision = _revision(engine)
    if revision == REVISIONS[-1]:
        return
    if revision is not None and revision not in REVISIONS:
        tables = f"its tables are at {revision}, this program knows {REVISIONS[-1]}"
        msg = f"this record was written by a newer version of Spasmograph ({tables}); update Spasmograph"
        raise NewerRecordError(msg)
    if revision is not None and engine.dialect.name == "sqlite":
        _keep_copy(home, revision)
    migrate(engine)


def _revision(engine: Engine) -> str | None:
    """The revision that the tables are at; None for an empty database."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def _keep_copy(home: Path, revision: str) -> None:
    """The database as it was before a migration stays beside the new one."""
    target = home / f"record-{revision}.sqlite3"
    part = target.with_suffix(".partial")
    part.unlink(missing_ok=True)
    with sqlite3.connect(home / FILE_NAME) as source:
        source.execute("VACUUM INTO ?", (str(part),))
    source.close()
    shutil.move(part, target)


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision, in one transaction; whoever migrates at the same time waits."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "spasmograph.io.store:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _refusal(url: URL, error: DatabaseError) -> RecordError:
    """Why the database could not be opened, without its password."""
    cause = str(error.orig).strip().splitlines()[0] if error.orig else "no reason was given"
    shown = url.render_as_string(hide_password=True) if url.host else url.database
    if "malformed" in cause or "not a database" in cause:
        return DamagedRecordError(f"the record {shown} is damaged ({cause}); restore it from an archive, or move the file away to begin a new one")
    return RecordError(f"the record {shown} could not be opened: {cause}")
