"""A program that is killed at any moment loses nothing that it acknowledged, and leaves a record that opens."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from spasmograph.app.workspace.archiving import archive, restore
from spasmograph.errors import ConflictError
from spasmograph.io.store import EntryStore, database, open_database
from spasmograph.io.store.database import REVISIONS, reading, revision_of
from spasmograph.model.record import RecordingEntry
from tests.record_program import KNOWN_AT, fill

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TIMES = 8
chance = random.Random(20261121)  # noqa: S311 - moments, no secret


class Program:
    """A program that works on records in children of its own."""

    def __init__(self) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
        command = [sys.executable, "-m", "tests.record_program"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.line() == "ready"

    def begin(self, what: str, *arguments: str | Path) -> int:
        """Begin some work; the number of the process that does it."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([what, *map(str, arguments)]) + "\n")
        self.process.stdin.flush()
        return int(self.line())

    def rest(self) -> list[str]:
        """What it said until it ended."""
        return list(iter(self.line, "ended"))

    def line(self) -> str:
        """The next line that it says."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, "the program itself has ended"
        return line.strip()


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """A program for this run."""
    running = Program()
    yield running
    with running.process as process:
        process.kill()


def killed(program: Program, what: str, *arguments: str | Path, within_s: float, after: int = 0) -> list[str]:
    """Begin some work, kill it at a moment that chance chooses, after so many lines, and give back what it said until then."""
    child = program.begin(what, *arguments)
    first = [program.line() for _ in range(after)]
    time.sleep(chance.uniform(0, within_s))
    with suppress(ProcessLookupError):  # it was done already
        os.kill(child, signal.SIGKILL)
    return first + program.rest()


def is_whole(engine: Engine) -> bool:
    with engine.connect() as connection:
        return engine.dialect.name != "sqlite" or connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def versions(lines: list[str]) -> list[tuple[str, int]]:
    """The entries that were acknowledged, each with its version."""
    return [(line.split()[0], int(line.split()[1])) for line in lines if line.count(" ") == 1]


def test_everything_acknowledged_is_there(program: Program, tmp_path: Path, address: str | None) -> None:
    acknowledged: list[tuple[str, int]] = []
    for _ in range(TIMES):
        acknowledged += versions(killed(program, "save", tmp_path, address or "", within_s=0.02, after=chance.randrange(1, 20)))

    engine = open_database(tmp_path, address)
    kept = {entry.id: entry.version for entry in EntryStore(engine).entries()}
    assert len(acknowledged) >= TIMES
    assert [entry_id for entry_id, version in acknowledged if kept.get(entry_id, 0) < version] == []
    assert is_whole(engine)
    engine.dispose()


def test_two_programs_one_of_them_killed_lose_nothing(program: Program, tmp_path: Path, address: str | None) -> None:
    other = Program()
    child = other.begin("save", tmp_path, address or "")
    lines = killed(program, "save", tmp_path, address or "", within_s=0.02, after=5) + killed(
        program, "save", tmp_path, address or "", within_s=0.02, after=5
    )
    os.kill(child, signal.SIGKILL)
    lines += other.rest()
    with other.process as process:
        process.kill()

    engine = open_database(tmp_path, address)
    kept = {entry.id: entry.version for entry in EntryStore(engine).entries()}
    assert versions(lines)
    assert [entry_id for entry_id, version in versions(lines) if kept.get(entry_id, 0) < version] == []
    engine.dispose()


def test_a_migration_happens_or_not(program: Program, tmp_path: Path, address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(TIMES):
        home = tmp_path / f"home{number}"
        engine = open_database(home, address)
        if not EntryStore(engine).entries():
            fill(EntryStore(engine), 300)
        before = EntryStore(engine).entries()
        engine.dispose()

        killed(program, "migrate", home, address or "", within_s=0.12)

        with monkeypatch.context() as patch:
            patch.setattr(database, "_bring_up_to_date", lambda _: None)
            engine = open_database(home, address)
        with reading(engine) as connection:
            revision = revision_of(connection)
        has_column = "mood" in {column["name"] for column in inspect(engine).get_columns("entries")}
        assert (revision, has_column) in ((REVISIONS[-1], False), ("test", True))
        assert EntryStore(engine).entries() == before
        assert is_whole(engine)
        if has_column:
            undo(engine)
        engine.dispose()


def undo(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE entries DROP COLUMN mood"))
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": REVISIONS[-1]})


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with films, and an archive of it."""
    home = tmp_path_factory.mktemp("record") / "home"
    engine = open_database(home)
    store = EntryStore(engine)
    fill(store, 300, home)
    archive(store, home, home.parent / "archive.zip", now=KNOWN_AT)
    engine.dispose()
    return home


def test_an_archive_is_whole_or_not_there(program: Program, record: Path, tmp_path: Path) -> None:
    for number in range(TIMES):
        target = tmp_path / f"{number}.zip"
        lines = killed(program, "archive", record, target, within_s=0.4)

        assert target.exists() or "done" not in lines
        if target.exists():
            engine = open_database(tmp_path / f"home{number}")
            assert restore(EntryStore(engine), tmp_path / f"home{number}", target, merge=False, now=KNOWN_AT).added == 304
            engine.dispose()


def test_a_restoring_happens_or_not_and_can_be_done_again(program: Program, record: Path, tmp_path: Path) -> None:
    source, ends = record.parent / "archive.zip", []
    engine = open_database(record)
    expected = EntryStore(engine).entries()
    engine.dispose()
    for number in range(TIMES):
        home = tmp_path / f"home{number}"
        lines = killed(program, "restore", home, source, within_s=0.6)

        engine = open_database(home)
        store = EntryStore(engine)
        ends.append(len(store.entries()))
        assert ends[-1] == len(expected) or (ends[-1] == 0 and "done" not in lines)
        with suppress(ConflictError):
            restore(store, home, source, merge=False, now=KNOWN_AT)
        assert store.entries() == expected
        for entry in expected:
            if isinstance(entry, RecordingEntry):
                assert (home / "media" / entry.id / "film.mp4").stat().st_size == entry.size_bytes
        assert is_whole(engine)
        engine.dispose()


def test_erasing_can_be_done_again(program: Program, record: Path, tmp_path: Path) -> None:
    for number in range(TIMES):
        home = tmp_path / f"home{number}"
        engine = open_database(home)
        restore(EntryStore(engine), home, record.parent / "archive.zip", merge=False, now=KNOWN_AT)
        engine.dispose()

        killed(program, "erase", home, within_s=0.05)
        program.begin("erase", home)
        assert program.rest() == ["done"]

        assert list(home.iterdir()) == []


def test_an_import_happens_or_not(program: Program, tmp_path: Path) -> None:
    rows = "".join(f"2026-01-{day:02}T{hour:02}:00+08:00,{hour % 11}\n" for day in range(1, 29) for hour in range(24))
    (tmp_path / "table.csv").write_text("at,severity\n" + rows, "utf-8")
    for number in range(TIMES):
        home = tmp_path / f"home{number}"
        lines = killed(program, "import", home, tmp_path / "table.csv", within_s=0.6)

        engine = open_database(home)
        kept = len(EntryStore(engine).entries())
        assert kept == 28 * 24 or (kept == 0 and "done" not in lines)
        engine.dispose()
