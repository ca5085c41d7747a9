"""Opening the database of a record: made when it is new, migrated when it is old, refused with words when it is newer."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, NotSupportedError, ProgrammingError

from spasmograph.errors import DamagedRecordError, MissingExtraError, NewerRecordError, RecordError
from spasmograph.io.store.tables import metadata

FILE_NAME = "record.sqlite3"
# Every revision of the tables, oldest first; a test holds this against the migrations themselves.
REVISIONS: tuple[str, ...] = ("0001",)
MIGRATIONS = "spasmograph.io.store:migrations"
_BUSY_MS = 10_000
_MIGRATION_LOCK = 7_349_021


def open_database(home: Path, address: str | None = None) -> Engine:
    """The database of the record in `home`, or the one at `address`, with tables of this version.

    Whatever the database refuses later on is a RecordError as well, told in words.

    Raises:
        RecordError: it cannot be reached, opened or written.
        NewerRecordError: a newer version of the program has used it.
        DamagedRecordError: it is no database, or a damaged one.
        MissingExtraError: the driver for the address is not installed.
    """
    engine = _engine(_url(home, address))
    try:
        _bring_up_to_date(engine)
    except RecordError:
        engine.dispose()
        raise
    return engine


def _url(home: Path, address: str | None) -> URL:
    if not address:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(OSError):  # told in words when it is opened
            (home / FILE_NAME).touch(0o600)
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
    except (ImportError, ArgumentError) as error:
        msg = "the driver for this database is not installed; install it with: pip install 'spasmograph[postgresql]'"
        raise MissingExtraError(msg) from error
    event.listen(engine, "handle_error", _in_words)
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
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name != "sqlite":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        yield connection


def _bring_up_to_date(engine: Engine) -> None:
    """Alembic is loaded only when there is something to do."""
    with reading(engine) as connection:
        revision = revision_of(connection)
    if revision == REVISIONS[-1]:
        return
    if revision is not None and revision not in REVISIONS:
        tables = f"its tables are at {revision}, this program knows {REVISIONS[-1]}"
        msg = f"this record was written by a newer version of Spasmograph ({tables}); update Spasmograph"
        raise NewerRecordError(msg)
    migrate(engine)


def revision_of(connection: Connection) -> str | None:
    """The revision that the tables are at; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision, in one transaction; whoever migrates at the same time waits."""
    with _alone(engine) as connection:
        before = revision_of(connection)
        if before == (REVISIONS[-1] if revision == "head" else revision):
            return  # somebody else did it while this one waited
        if before is not None and engine.dialect.name == "sqlite":
            _keep_copy(Path(str(engine.url.database)), before)
        run_alembic(connection, "downgrade" if _is_older(revision, before) else "upgrade", revision)


def _is_older(revision: str, before: str | None) -> bool:
    """Whether a revision lies before the one that the tables are at."""
    known = ("base", *REVISIONS)
    return revision in known and before in known and known.index(revision) < known.index(before)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes the tables themselves; nobody else does at the same time."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # A table is altered by copying and dropping it; that must not remove what refers to it. It can only be said outside a transaction.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                yield connection
        finally:
            connection.invalidate()  # its settings go with it


def run_alembic(connection: Connection, what: str, *arguments: str) -> None:
    """Let Alembic do something on a connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    getattr(command, what)(config, *arguments)


def _keep_copy(database: Path, revision: str) -> None:
    """The database as it was before a migration stays beside the new one.

    Raises:
        RecordError: there is no room for it.
    """
    target = copy_before(database, revision)
    part = target.with_suffix(".partial")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(database)) as source:
            source.execute("VACUUM INTO ?", (str(part),))
        part.chmod(0o600)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            part.unlink()
        msg = f"a copy of the record could not be kept beside it before it is brought up to date: {error}; nothing was changed"
        raise RecordError(msg) from error


def copy_before(database: Path, revision: str) -> Path:
    """Where the copy of a database lies that was made before its tables left a revision."""
    return database.with_name(f"{database.stem}-{revision}.sqlite3")


def begin_anew(engine: Engine) -> None:
    """Empty tables of this version where a record was erased; the engine is of use again.

    Raises:
        RecordError: they cannot be made.
    """
    if engine.dialect.name == "sqlite":
        with suppress(OSError):  # told in words when it is opened
            Path(str(engine.url.database)).touch(0o600)
            Path(str(engine.url.database)).chmod(0o600)  # a question that came meanwhile has made it
    _bring_up_to_date(engine)


def erase_database(engine: Engine) -> None:
    """Delete the tables of a record with all that is in them: in SQLite the files of the database and the copies of it, in PostgreSQL our tables.

    Nothing can be done with the engine afterwards, until `begin_anew`.

    Raises:
        RecordError: another program has the record open; nothing was deleted.
    """
    engine.dispose()
    if engine.dialect.name == "sqlite":
        _erase_files(Path(str(engine.url.database)))
        return
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = {_BUSY_MS}"))
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    engine.dispose()


def _erase_files(database: Path) -> None:
    """The copies first, then the database itself, held so that nobody can begin to use it meanwhile."""
    try:
        with closing(sqlite3.connect(database, timeout=_BUSY_MS / 1000)) as connection:
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode = DELETE")  # refused while anybody else has it open
            connection.execute("BEGIN EXCLUSIVE")
            for revision in REVISIONS:
                copy_before(database, revision).unlink(missing_ok=True)
                copy_before(database, revision).with_suffix(".partial").unlink(missing_ok=True)
            for ending in ("", "-wal", "-shm", "-journal"):
                database.with_name(database.name + ending).unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        msg = f"the record could not be deleted: {error}; close every other window and program that uses it, and try again"
        raise RecordError(msg) from error


def _in_words(context: ExceptionContext) -> None:
    """What the database refuses becomes an error of the record; what the program did wrong stays as it is."""
    error = context.sqlalchemy_exception
    if isinstance(error, DatabaseError) and not isinstance(error, DataError | IntegrityError | NotSupportedError | ProgrammingError):
        url = context.engine.url if context.engine else None
        raise _refusal(url, error) from error


_WAYS_OUT = {
    "lock timeout": "another program is busy with it; close it and try again",
    "locked": "another program is busy with it; try again in a moment",
    "readonly": "it may be read but not changed; check who may write to the folder and the files in it",
    "unable to open": "check that the folder is there and who may write to it",
    "full": "free some space and try again; nothing was changed",
}


def _refusal(url: URL | None, error: DatabaseError) -> RecordError:
    """Why the database refused, without its password."""
    cause = (str(error.orig).strip().splitlines() or [""])[0] if error.orig else "no reason was given"
    shown = "in the database" if url is None else url.render_as_string(hide_password=True) if url.get_backend_name() != "sqlite" else url.database
    if "malformed" in cause or "not a database" in cause:
        return DamagedRecordError(f"the record {shown} is damaged ({cause}); restore it from an archive, or move the file away to begin a new one")
    way_out = next((words for sign, words in _WAYS_OUT.items() if sign in cause), "")
    return RecordError(f"the record {shown} could not be used: {cause}{way_out and f'; {way_out}'}")
