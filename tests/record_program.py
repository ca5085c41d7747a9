"""A program that works on records in children of its own, which can be killed: `python -m tests.record_program`.

It says `ready` when it has loaded all it needs. For every line with a list in JSON, what to do and on what, it makes a child, which says its number,
does that and says `done`; when the child has ended, killed or not, the program says `ended`.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from spasmograph.app.workspace import archiving
from spasmograph.app.workspace.workspace import Workspace
from spasmograph.io.store import EntryStore, database, open_database
from spasmograph.io.store.database import REVISIONS
from spasmograph.io.store.entries import insert_in
from spasmograph.model.record import JournalEntry, RecordingEntry
from spasmograph.terms import AnalysisState, MediaKind

KNOWN_AT = datetime(2026, 3, 14, 12, 0, tzinfo=timezone(timedelta(hours=8)))
FILM_BYTES = 1_000_000
MIGRATION = f"""
revision = "test"
down_revision = "{REVISIONS[-1]}"
import sqlalchemy as sa
from alembic import op
def upgrade():
    how = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("entries", recreate=how) as table:
        table.add_column(sa.Column("mood", sa.Integer()))
def downgrade():
    pass
"""


def fill(store: EntryStore, many: int, home: Path | None = None) -> None:
    """Entries, and with a folder four films too."""
    with store.engine.begin() as connection:
        for number in range(many):
            insert_in(connection, JournalEntry(at=KNOWN_AT + timedelta(hours=number), id=f"e{number}", version=1, note="x" * 500), now=KNOWN_AT)
    for number in range(4 if home else 0):
        film = bytes([number]) + os.urandom(FILM_BYTES)
        entry = RecordingEntry(at=KNOWN_AT, media=MediaKind.FILM, name="film.mp4", sha256=hashlib.sha256(film).hexdigest(), size_bytes=len(film))
        kept = store.save(replace(entry, state=AnalysisState.DONE), now=KNOWN_AT)
        folder = (home or Path()) / "media" / kept.id
        folder.mkdir(parents=True)
        (folder / "film.mp4").write_bytes(film)


def main() -> None:
    """Do what is asked for, each time in a child."""
    warm_up()
    say("ready")
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            try:
                say(str(os.getpid()))
                what, home, *rest = json.loads(line)
                WORK[what](Path(home), *rest)
                say("done")
            except BaseException:  # noqa: BLE001 - told to whoever asked
                say(traceback.format_exc())
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        say("ended")


def warm_up() -> None:
    """Load everything, so that the work itself is what is interrupted."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(Path(folder))
        fill(EntryStore(engine), 1, Path(folder))
        engine.dispose()
        work = workspace(Path(folder))
        work.restore(work.archive(Path(folder)), merge=True)
        work.erase()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def workspace(home: Path, address: str = "") -> Workspace:
    return Workspace(home=home, store=EntryStore(open_database(home, address or None)), clock=lambda: KNOWN_AT)


def save(home: Path, address: str) -> None:
    """Entries and changes of them, each acknowledged by its id and its version."""
    work = workspace(home, address)
    for number in range(100_000):
        kept = work.save(JournalEntry(at=KNOWN_AT + timedelta(minutes=number), note="x" * 300))
        say(f"{kept.id} {kept.version}")
        if number % 3 == 0:
            again = work.save(replace(kept, severity=number % 11))
            say(f"{again.id} {again.version}")


def migrate(home: Path, address: str) -> None:
    """Open the record with a program that is one version on."""
    with tempfile.TemporaryDirectory() as folder:
        later = Path(folder) / "migrations"
        shutil.copytree(Path(database.__file__).parent / "migrations", later)
        (later / "versions" / "later.py").write_text(MIGRATION, "utf-8")
        database.MIGRATIONS = str(later)
        database.REVISIONS = (*REVISIONS, "test")
        open_database(home, address or None).dispose()


def archive(home: Path, target: str) -> None:
    workspace(home).archive(Path(target))


def restore(home: Path, source: str) -> None:
    workspace(home).restore(Path(source))


def erase(home: Path) -> None:
    archiving.erase(EntryStore(open_database(home)), home)


def carry_out(home: Path, source: str) -> None:
    from spasmograph.app.workspace.table_rows import TableMapping
    from spasmograph.terms import EntryKind

    work = workspace(home)
    mapping = TableMapping(kind=EntryKind.JOURNAL, columns={"at": "at", "severity": "severity"})
    work.carry_out(work.plan_import(Path(source).read_bytes(), mapping))


WORK: dict[str, Callable[..., None]] = {
    "save": save,
    "migrate": migrate,
    "archive": archive,
    "restore": restore,
    "erase": erase,
    "import": carry_out,
}

if __name__ == "__main__":
    main()
