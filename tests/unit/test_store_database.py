"""Opening the database of a record: new, old, newer, damaged, forbidden, full."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, inspect, text

from spasmograph.errors import DamagedRecordError, MissingExtraError, NewerRecordError, RecordError
from spasmograph.io.store import EntryStore, database, open_database
from spasmograph.io.store.database import FILE_NAME, REVISIONS, migrate, reading, revision_of, run_alembic
from spasmograph.io.store.tables import entries, jobs, metadata
from spasmograph.model.record import JournalEntry, RecordingEntry
from spasmograph.terms import MediaKind

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=timezone(timedelta(hours=8)))
NOBODY = 65534


@pytest.fixture
def engine(tmp_path: Path, address: str | None) -> Iterator[Engine]:
    """The database of an empty record."""
    opened = open_database(tmp_path, address)
    yield opened
    opened.dispose()


def fill(engine: Engine, many: int = 3) -> list[Any]:
    store = EntryStore(engine)
    for number in range(many):
        store.save(JournalEntry(at=NOON + timedelta(hours=number), note="x" * 100), now=NOON)
    return store.entries()


@contextmanager
def opened(home: Path) -> Iterator[EntryStore]:
    engine = open_database(home)
    try:
        yield EntryStore(engine)
    finally:
        engine.dispose()


def versions_at(engine: Engine) -> str | None:
    with reading(engine) as connection:
        return revision_of(connection)


def alembic_says(engine: Engine) -> list[Any]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def test_the_migrations_make_the_tables(engine: Engine) -> None:
    assert alembic_says(engine) == []


def test_the_comparison_sees_a_difference(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_entries_kind_at_us"))

    assert len(alembic_says(engine)) == 1


def test_revisions_are_those_of_the_migrations() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "spasmograph.io.store:migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == REVISIONS
    assert scripts.get_heads() == [REVISIONS[-1]]


def test_down_and_up_again_makes_the_same_tables(engine: Engine) -> None:
    for step in (*reversed(REVISIONS[:-1]), "base"):
        migrate(engine, step)
        assert versions_at(engine) == (None if step == "base" else step)
    assert not inspect(engine).has_table("entries")

    for step in REVISIONS:
        migrate(engine, step)
    assert versions_at(engine) == REVISIONS[-1]
    assert alembic_says(engine) == []


def test_an_open_record_opens_again_and_keeps_what_it_has(tmp_path: Path, address: str | None) -> None:
    first = open_database(tmp_path, address)
    kept = fill(first)
    first.dispose()

    second = open_database(tmp_path, address)
    assert EntryStore(second).entries() == kept
    second.dispose()


def test_a_newer_record_is_refused_and_left_alone(engine: Engine, tmp_path: Path, address: str | None) -> None:
    kept = fill(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerRecordError, match=f"tables are at 9999, this program knows {REVISIONS[-1]}.*; update Spasmograph"):
        open_database(tmp_path, address)
    assert EntryStore(engine).entries() == kept


@pytest.fixture
def older(tmp_path: Path, address: str | None) -> Path:
    """A record of this version, with a recording that waits."""
    engine = open_database(tmp_path / "home", address)
    fill(engine)
    store = EntryStore(engine)
    recording = store.save(RecordingEntry(at=NOON, media=MediaKind.FILM, name="x", sha256="a" * 64), now=NOON)
    with engine.begin() as connection:
        connection.execute(jobs.insert().values(recording=recording.id, attempts=0, done=0, total=0, owner="", beat_us=0))
    engine.dispose()
    return tmp_path / "home"


@pytest.fixture
def one_more_revision(older: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program one version on: the same migrations and one that adds a column."""
    room = tmp_path / "room"
    shutil.copytree(Path(database.__file__).parent / "migrations", room / "later")
    lines = ['revision = "test"', f'down_revision = "{REVISIONS[-1]}"', "import sqlalchemy as sa", "from alembic import op"]
    lines += [
        "def upgrade():",
        "    how = 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'",
        "    with op.batch_alter_table('entries', recreate=how) as table:",
    ]
    lines += ["        table.add_column(sa.Column('mood', sa.Integer()))", "def downgrade():"]
    lines += ["    with op.batch_alter_table('entries') as table:", "        table.drop_column('mood')"]
    (room / "later" / "versions" / "later.py").write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr(database, "MIGRATIONS", str(room / "later"))
    monkeypatch.setattr(database, "REVISIONS", (*REVISIONS, "test"))
    return older


def test_an_older_record_is_brought_up_to_date_and_loses_nothing(one_more_revision: Path, address: str | None) -> None:
    home = one_more_revision
    engine = open_database(home, address)

    assert versions_at(engine) == "test"
    assert "mood" in {column["name"] for column in inspect(engine).get_columns("entries")}
    assert len(EntryStore(engine).entries()) == 4
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM jobs")).scalar() == 1
    engine.dispose()


@pytest.mark.parametrize("address", [None])
def test_a_copy_is_kept_before_a_migration(one_more_revision: Path) -> None:
    home = one_more_revision
    open_database(home).dispose()

    assert {path.name for path in home.iterdir()} == {FILE_NAME, f"record-{REVISIONS[-1]}.sqlite3"}
    with closing(sqlite3.connect(home / f"record-{REVISIONS[-1]}.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM entries").fetchall() == [(4,)]
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-1],)]


@pytest.mark.parametrize("address", [None])
def test_nobody_else_may_read_a_record_or_its_copy(one_more_revision: Path) -> None:
    with opened(one_more_revision) as store:
        fill(store.engine)
        modes = {path.name: path.stat().st_mode & 0o777 for path in one_more_revision.iterdir()}

    assert len(modes) > 2
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("address", [None])
def test_nothing_is_migrated_when_no_copy_can_be_kept(one_more_revision: Path) -> None:
    home = one_more_revision
    (home / f"record-{REVISIONS[-1]}.partial").mkdir()

    with pytest.raises(RecordError, match=r"a copy of the record could not be kept .*; nothing was changed"):
        open_database(home)
    with closing(sqlite3.connect(home / FILE_NAME)) as untouched:
        assert untouched.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-1],)]


def test_a_migration_that_fails_leaves_everything_as_it_was(one_more_revision: Path, address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    home = one_more_revision
    script = Path(database.MIGRATIONS) / "versions" / "later.py"
    script.write_text(script.read_text("utf-8").replace("def downgrade", "    raise ValueError('half-way')\ndef downgrade"), "utf-8")

    with pytest.raises(ValueError, match="half-way"):
        open_database(home, address)

    monkeypatch.undo()
    engine = open_database(home, address)
    assert alembic_says(engine) == []
    assert len(EntryStore(engine).entries()) == 4
    engine.dispose()


OPEN = """
import sys
from pathlib import Path
from spasmograph.io.store import open_database
open_database(Path(sys.argv[1]), sys.argv[2] or None).dispose()
"""


def test_two_programs_that_open_a_new_record_at_once_both_do(tmp_path: Path, address: str | None) -> None:
    programs = [
        subprocess.Popen([sys.executable, "-c", OPEN, tmp_path, address or ""], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    ends = [program.communicate("\n", timeout=60)[1] for program in programs]

    assert [program.returncode for program in programs] == [0, 0, 0], ends
    engine = open_database(tmp_path, address)
    assert alembic_says(engine) == []
    engine.dispose()


@pytest.mark.parametrize("content", [b"This is no database at all, it is a letter. " * 200, os.urandom(8192)], ids=["a letter", "noise"])
def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)

    with pytest.raises(DamagedRecordError, match=r"damaged \(file is not a database\); restore it from an archive, or move the file away"):
        open_database(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_database_with_holes_is_told_at_the_reading(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        fill(store.engine, 300)
    with (tmp_path / FILE_NAME).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 12))

    with pytest.raises(DamagedRecordError, match=r"damaged \(database disk image is malformed\)"), opened(tmp_path) as store:
        store.entries()


def test_a_database_cut_short_is_told(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        fill(store.engine, 300)
    os.truncate(tmp_path / FILE_NAME, 4096 * 4 + 100)

    with pytest.raises(DamagedRecordError, match="damaged"), opened(tmp_path) as store:
        store.entries()


def test_an_empty_file_becomes_a_record(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()

    with opened(tmp_path) as store:
        assert len(fill(store.engine)) == 3


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder outside the test's own, while the test is somebody who may write nowhere."""
    if os.geteuid() != 0:
        folder = Path(tempfile.mkdtemp())
        yield folder
        folder.chmod(0o700)
        shutil.rmtree(folder)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        open_database(folder / "warm").dispose()  # loads what only root may read
        folder.chmod(0o755)
        os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(0)


@contextmanager
def as_owner() -> Iterator[None]:
    who = os.geteuid()
    os.seteuid(os.getuid())
    try:
        yield
    finally:
        os.seteuid(who)


def test_a_folder_that_may_not_be_written_is_told(as_nobody: Path) -> None:
    with as_owner():
        (as_nobody / "home").mkdir()
        (as_nobody / "home").chmod(0o555)

    with pytest.raises(RecordError, match=r"home/record\.sqlite3 could not be used: unable to open database file; check that the folder is there"):
        open_database(as_nobody / "home")


def test_a_database_that_may_not_be_written_is_told(as_nobody: Path) -> None:
    with as_owner():
        with opened(as_nobody / "home") as store:
            fill(store.engine)
        (as_nobody / "home" / FILE_NAME).chmod(0o444)
        (as_nobody / "home").chmod(0o555)

    with pytest.raises(RecordError, match=r"record\.sqlite3 could not be used: .*; check "), opened(as_nobody / "home") as store:
        store.save(JournalEntry(at=NOON), now=NOON)


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        kept = fill(store.engine)
        store.engine.dispose()
        event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 12"))

        with pytest.raises(RecordError, match="could not be used: database or disk is full; free some space and try again; nothing was changed"):
            fill(store.engine, 1000)

        assert {entry.id for entry in kept} < {entry.id for entry in store.entries()}
        assert all(entry.note == "x" * 100 for entry in store.entries() if isinstance(entry, JournalEntry))


def test_a_record_that_another_holds_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 10)
    with opened(tmp_path) as store, closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(RecordError, match="database is locked; another program is busy with it; try again in a moment"):
            store.save(JournalEntry(at=NOON), now=NOON)
        assert store.entries() == []


def test_whoever_reads_sees_one_moment_and_holds_nobody_up(engine: Engine) -> None:
    fill(engine)
    with reading(engine) as connection:
        before = connection.execute(entries.select()).all()
        fill(engine)
        assert connection.execute(entries.select()).all() == before
    assert len(EntryStore(engine).entries()) == 6


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"postgresql\+psycopg://me:\*\*\*@127\.0\.0\.1:1/x could not be used: ") as told:
        open_database(tmp_path, "postgresql://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("address", ["postgres", "not an address", ""])
def test_an_address_that_is_none_is_told(tmp_path: Path, address: str) -> None:
    if not address:
        open_database(tmp_path, address).dispose()
        assert (tmp_path / FILE_NAME).is_file()
        return
    with pytest.raises(RecordError, match="is not understood; it looks like postgresql://user:password@host/name"):
        open_database(tmp_path, address)


@pytest.mark.parametrize("address", ["mysql+nothing://a/b", "oracle://a/b"])
def test_a_driver_that_is_missing_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(MissingExtraError, match=r"pip install 'spasmograph\[postgresql\]'"):
        open_database(tmp_path, address)


def test_nothing_that_was_noted_is_in_what_an_error_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 10)
    with opened(tmp_path) as store, closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordError) as told:
            store.save(JournalEntry(at=NOON, note="private words"), now=NOON)

    assert "private words" not in f"{told.value} {told.value.__cause__}"


def test_alembic_is_not_loaded_for_a_record_that_is_up_to_date(tmp_path: Path) -> None:
    open_database(tmp_path).dispose()
    look = "import sys; from pathlib import Path; from spasmograph.io.store import open_database; open_database(Path(sys.argv[1])); "

    done = subprocess.run(
        [sys.executable, "-c", f"{look}print('alembic' in sys.modules)", tmp_path], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "False"


def test_alembic_finds_no_work_after_opening(engine: Engine) -> None:
    with engine.begin() as connection:
        run_alembic(connection, "upgrade", "head")

    assert versions_at(engine) == REVISIONS[-1]
