"""A record into an archive and back; and a record gone."""

import hashlib
import json
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import event, inspect, select

from spasmograph.app.workspace import Workspace, archiving
from spasmograph.errors import ConflictError, OutputError, RecordError
from spasmograph.io.store import EntryStore, database, open_database
from spasmograph.io.store.database import FILE_NAME, reading
from spasmograph.io.store.tables import jobs
from spasmograph.model.record import Entry, JournalEntry, RecordingEntry, ScaleResult, Settings
from spasmograph.terms import AnalysisState, MediaKind
from tests.record_worlds import NOON, Clock, workspace_in

FILM = bytes(range(256)) * 5000


def add_recording(workspace: Workspace, content: bytes = FILM, *, state: AnalysisState = AnalysisState.DONE, **others: str) -> RecordingEntry:
    """A recording with its film and the files of a measurement, as the app leaves them."""
    entry = RecordingEntry(at=NOON, media=MediaKind.FILM, name="an evening.mp4", sha256=hashlib.sha256(content).hexdigest(), state=state)
    kept = workspace.save(replace(entry, **others))  # type: ignore[arg-type]
    media, results = workspace.home / "media" / kept.id, workspace.home / "results" / kept.id / "an evening"
    media.mkdir(parents=True)
    results.mkdir(parents=True)
    (media / "an evening 😀.mp4").write_bytes(content)
    (results / "measurement.json").write_text('{"events": []}' * 100, "utf-8")
    return kept


@pytest.fixture
def workspace(tmp_path: Path, address: str | None) -> Iterator[Workspace]:
    """A record with entries of several kinds, one changed, and two recordings."""
    made = workspace_in(tmp_path / "home", address=address)
    first = made.save(JournalEntry(at=NOON, severity=3, note='後で\n"quoted" \x7f', tags=("stress",), symptoms={"eyelid": 4}))
    made.save(replace(first, severity=4))
    made.save(Settings(id="settings", at=NOON, person="A. N. Other"))
    made.save(ScaleResult(at=NOON - timedelta(days=3), scale="hfs7", total=9, items={"a": 2, "b": None}))
    add_recording(made)
    add_recording(made, b"another", state=AnalysisState.WAITING)
    yield made
    made.close()


@contextmanager
def another(home: Path) -> Iterator[Workspace]:
    """A record in another folder, in SQLite."""
    made = workspace_in(home)
    try:
        yield made
    finally:
        made.close()


def all_of(workspace: Workspace) -> list[Entry]:
    return workspace._store.entries()  # noqa: SLF001 - everything at once, which no door gives


def files_of(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes() for room in ("media", "results") for path in (home / room).rglob("*") if path.is_file()
    }


def contents(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as container:
        return {name: container.read(name) for name in container.namelist()}


def test_an_archive_holds_every_entry_and_every_file_with_its_sum(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")

    held = contents(path)
    manifest = json.loads(held["manifest.json"])
    assert (manifest["format"], manifest["format_version"], manifest["made_at"]) == ("spasmograph-record", 1, NOON.isoformat())
    assert manifest["entries"] == {"journal": 1, "settings": 1, "scale": 1, "recording": 2}
    assert {file["name"]: (file["size_bytes"], file["sha256"]) for file in manifest["files"]} == {
        name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in held.items() if name != "manifest.json"
    }
    assert {name: content for name, content in held.items() if "/" in name} == files_of(workspace.home)
    lines = [json.loads(line) for line in held["record.jsonl"].splitlines()]
    assert [line["id"] for line in lines] == [entry.id for entry in all_of(workspace)]
    assert {line["at"] for line in lines if line["kind"] == "journal"} == {"2026-03-14T12:00:00+08:00"}


def test_an_archive_restores_to_the_same_record(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")

    with another(tmp_path / "other") as other:
        restored = other.restore(path)

        assert (restored.added, restored.already_there, restored.skipped) == (5, 0, ())
        assert all_of(other) == all_of(workspace)
        assert [entry.at.utcoffset() for entry in all_of(other)] == [entry.at.utcoffset() for entry in all_of(workspace)]
        assert files_of(other.home) == files_of(workspace.home)
        assert contents(other.archive(tmp_path / "again.zip")) == contents(path)
        assert {entry.name for entry in other.home.iterdir()} <= {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", "media", "results"}


def test_an_archive_restores_into_either_database(tmp_path: Path, address: str | None) -> None:
    with another(tmp_path / "one") as one:
        add_recording(one)
        path = one.archive(tmp_path)
        entries = all_of(one)
    two = workspace_in(tmp_path / "two", address=address)

    two.restore(path)

    assert all_of(two) == entries
    two.close()


def test_an_archive_into_a_folder_has_the_time_in_its_name(workspace: Workspace, tmp_path: Path) -> None:
    assert workspace.archive(tmp_path) == tmp_path / "spasmograph-2026-03-14-120000.zip"


def test_an_archive_is_for_its_owner_alone(workspace: Workspace, tmp_path: Path) -> None:
    assert workspace.archive(tmp_path / "archive.zip").stat().st_mode & 0o777 == 0o600


def test_an_archive_overwrites_nothing(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "letter.zip").write_text("dear friend")

    with pytest.raises(OutputError, match=r"letter\.zip is there already and was not overwritten; choose another name"):
        workspace.archive(tmp_path / "letter.zip")
    assert (tmp_path / "letter.zip").read_text() == "dear friend"


def test_links_hidden_files_and_folders_of_nobody_stay_out_of_an_archive(workspace: Workspace, tmp_path: Path) -> None:
    before = contents(workspace.archive(tmp_path / "one.zip"))
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "letter").write_text("dear friend")
    for folder in list((workspace.home / "results").iterdir()):
        (folder / "link").symlink_to(secret / "letter")
        (folder / "links").symlink_to(secret)
        (folder / ".spasmograph-x.partial").mkdir()
        (folder / ".spasmograph-x.partial" / "half").write_text("x")
    (workspace.home / "media" / "nobody").mkdir()
    (workspace.home / "media" / "nobody" / "film.mp4").write_text("x")

    assert contents(workspace.archive(tmp_path / "two.zip")) == before


def test_a_full_disk_leaves_no_half_archive(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "target"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    try:
        with pytest.raises(OutputError, match=r"could not be written to .*archive\.zip: File too large; free some space or choose another folder"):
            workspace.archive(target / "archive.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(target.iterdir()) == []


def test_a_folder_for_the_archive_that_is_none_is_told(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "letter").touch()

    with pytest.raises(OutputError, match="archive could not be written"):
        workspace.archive(tmp_path / "letter" / "archive.zip")


def test_what_a_killed_archiving_left_goes_when_it_is_old(workspace: Workspace, tmp_path: Path) -> None:
    old, new = tmp_path / ".spasmograph-archive-old.partial", tmp_path / ".spasmograph-archive-new.partial"
    old.touch()
    new.touch()
    os.utime(old, (1, 1))

    workspace.archive(tmp_path / "archive.zip")

    assert (old.exists(), new.exists()) == (False, True)


def test_a_record_with_entries_is_not_restored_over(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    with another(tmp_path / "other") as other:
        kept = other.save(JournalEntry(at=NOON))

        with pytest.raises(ConflictError, match="the record has 1 entries already; restore into an empty one, or have only what is missing added"):
            other.restore(path)
        assert all_of(other) == [kept]
        assert files_of(other.home) == {}


def test_merging_adds_what_is_missing_and_overwrites_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    archived = all_of(workspace)
    journal = next(entry for entry in archived if isinstance(entry, JournalEntry))
    film = next(entry for entry in archived if isinstance(entry, RecordingEntry) and entry.state is AnalysisState.DONE)
    changed = workspace.save(replace(journal, severity=9))
    workspace.remove(film.id)
    own = workspace.save(JournalEntry(at=NOON + timedelta(days=1)))

    restored = workspace.restore(path, merge=True)

    assert (restored.added, restored.already_there) == (1, 3)
    assert [(skipped.entry.id, skipped.why) for skipped in restored.skipped] == [
        (journal.id, "the record has another version of this entry, which stays")
    ]
    assert {entry.id: entry for entry in all_of(workspace)} == {entry.id: entry for entry in (*archived, changed, own)}
    assert files_of(workspace.home)[f"media/{film.id}/an evening 😀.mp4"] == FILM
    assert workspace.restore(path, merge=True).added == 0


def test_merging_takes_the_same_film_only_once(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    with another(tmp_path / "other") as other:
        own = add_recording(other)

        restored = other.restore(path, merge=True)

        assert [skipped.why for skipped in restored.skipped] == ["the record has the same recording already"]
        assert {name.split("/")[1] for name in files_of(other.home)} == {own.id} | {
            entry.id for entry in all_of(workspace) if isinstance(entry, RecordingEntry) and entry.state is AnalysisState.WAITING
        }


def test_merging_brings_lost_files_back(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    before = files_of(workspace.home)
    for folder in list((workspace.home / "media").iterdir()):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    assert workspace.restore(path, merge=True).already_there == 5
    assert files_of(workspace.home) == before


def test_work_that_waited_waits_again(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    waiting = [entry.id for entry in all_of(workspace) if isinstance(entry, RecordingEntry) and entry.state is AnalysisState.WAITING]

    with another(tmp_path / "other") as other:
        other.restore(path)
        with reading(other._store.engine) as connection:  # noqa: SLF001 - work shows at no door
            assert list(connection.execute(select(jobs.c.recording)).scalars()) == waiting


def test_a_folder_in_the_way_is_told_and_nothing_is_changed(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    last = max(entry.id for entry in all_of(workspace) if isinstance(entry, RecordingEntry))
    with another(tmp_path / "other") as other:
        (other.home / "results" / last).mkdir(parents=True)
        (other.home / "results" / last / "letter").write_text("dear friend")

        with pytest.raises(RecordError, match=f"results/{last} in the record's folder is in the way"):
            other.restore(path)
        assert all_of(other) == []
        assert files_of(other.home) == {f"results/{last}/letter": b"dear friend"}


def test_what_a_killed_restoring_had_put_in_place_is_no_hindrance(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    with another(tmp_path / "other") as other, ZipFile(path) as container:
        container.extractall(other.home, [name for name in container.namelist() if name.startswith("media/")])

        other.restore(path)

        assert files_of(other.home) == files_of(workspace.home)


def test_a_failure_at_the_last_moment_takes_the_files_back(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    with another(tmp_path / "other") as other:

        def fail(folder: Path) -> None:
            if folder == other.home:
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(archiving, "flush_folder", fail)
        with pytest.raises(RecordError, match=r"could not be written: No space left on device; free some space and try again\. Nothing was changed"):
            other.restore(path)
        assert all_of(other) == []
        assert files_of(other.home) == {}
        assert [entry for entry in other.home.iterdir() if entry.name.startswith(".")] == []


def test_a_commit_that_fails_changes_no_entry_and_restoring_again_does(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    with another(tmp_path / "other") as other:
        engine = other._store.engine  # noqa: SLF001 - the database fails

        def fail(_: object) -> None:
            msg = "database or disk is full"
            raise RecordError(msg)

        event.listen(engine, "commit", fail)
        with pytest.raises(RecordError, match="database or disk is full"):
            other.restore(path)
        event.remove(engine, "commit", fail)
        assert all_of(other) == []

        other.restore(path)
        assert all_of(other) == all_of(workspace)
        assert files_of(other.home) == files_of(workspace.home)


def test_a_full_disk_while_unpacking_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    with another(tmp_path / "other") as other:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
        try:
            with pytest.raises(RecordError, match="could not be unpacked: File too large; free some space"):
                other.restore(path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert all_of(other) == []
        assert files_of(other.home) == {}


def test_erasing_leaves_nothing_of_ours_and_everything_of_others(tmp_path: Path) -> None:
    made = workspace_in(tmp_path / "home")
    add_recording(made)
    home = made.home
    (home / "record-0001.sqlite3").touch()
    (home / "uploads").mkdir()
    (home / "uploads" / "1.part").touch()
    (home / ".spasmograph-restore-x" / "media").mkdir(parents=True)
    (home / "my letter.txt").write_text("dear friend")
    (home / "media" / "holiday").mkdir()
    (home / "media" / "holiday" / "picture").touch()

    made.erase()

    assert {path.relative_to(home).as_posix() for path in home.rglob("*")} == {"my letter.txt", "media", "media/holiday", "media/holiday/picture"}
    with another(home) as anew:
        assert all_of(anew) == []


def test_erasing_drops_the_tables_of_a_server_and_nothing_else(tmp_path: Path, postgresql: str) -> None:
    made = workspace_in(tmp_path / "home", address=postgresql)
    add_recording(made)
    with made._store.engine.begin() as connection:  # noqa: SLF001 - somebody else's table
        connection.exec_driver_sql("CREATE TABLE recipes (id integer)")

    made.erase()

    assert list((tmp_path / "home").iterdir()) == []
    anew = open_database(tmp_path / "home", postgresql)
    assert set(inspect(anew).get_table_names()) == {"recipes", "entries", "jobs", "alembic_version"}
    assert EntryStore(anew).entries() == []
    anew.dispose()


def test_a_record_that_another_program_has_open_is_not_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 10)
    made = workspace_in(tmp_path / "home")
    add_recording(made)
    before = files_of(made.home)
    with closing(sqlite3.connect(made.home / FILE_NAME)) as other:
        other.execute("SELECT * FROM entries").fetchall()

        with pytest.raises(RecordError, match="could not be deleted: database is locked; close every other window and program that uses it"):
            made.erase()
    with another(tmp_path / "home") as still:
        assert len(all_of(still)) == 1
        assert files_of(still.home) == before


def test_a_file_whose_name_is_no_text_is_told(workspace: Workspace, tmp_path: Path) -> None:
    folder = next((workspace.home / "media").iterdir())
    (folder / os.fsdecode(b"film-\xff.mp4")).write_bytes(b"x")

    with pytest.raises(RecordError, match="has a name that is no text; rename the recording's file and try again"):
        workspace.archive(tmp_path / "archive.zip")
    assert not (tmp_path / "archive.zip").exists()


def test_a_file_that_cannot_be_deleted_is_told_and_deleting_goes_on_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = workspace_in(tmp_path / "home")
    kept = add_recording(made)

    def fail(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("spasmograph.app.workspace.archiving.shutil.rmtree", fail)
        with pytest.raises(RecordError, match=f"media/{kept.id} could not be deleted: Permission denied; .*delete again"):
            made.erase()
    with another(tmp_path / "home") as again:
        again.erase()
    assert list((tmp_path / "home").iterdir()) == []


def test_a_folder_that_cannot_hold_what_is_unpacked_is_told(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workspace.archive(tmp_path / "archive.zip")

    def fail(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    with another(tmp_path / "other") as other:
        monkeypatch.setattr("spasmograph.app.workspace.archiving.tempfile.mkdtemp", fail)
        with pytest.raises(RecordError, match="the record's folder could not be written: Permission denied"):
            other.restore(path)


def test_what_a_killed_restoring_left_goes_when_it_is_old(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    with another(tmp_path / "other") as other:
        old, new = other.home / ".spasmograph-restore-old", other.home / ".spasmograph-restore-new"
        old.mkdir()
        new.mkdir()
        os.utime(old, (1, 1))

        other.restore(path)

        assert (old.exists(), new.exists()) == (False, True)


def test_a_server_that_another_program_is_busy_with_is_not_erased(tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    made = workspace_in(tmp_path / "home", address=postgresql)
    add_recording(made)
    before = files_of(made.home)
    other = open_database(tmp_path / "home", postgresql)
    with other.begin() as connection:
        connection.exec_driver_sql("SELECT * FROM entries")

        with pytest.raises(RecordError, match="lock timeout; another program is busy with it; close it and try again"):
            made.erase()
    assert len(EntryStore(other).entries()) == 1
    assert files_of(made.home) == before
    other.dispose()
    made.close()


def test_a_restored_record_goes_on(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.archive(tmp_path / "archive.zip")
    clock = Clock()
    clock.move(days=1)
    other = workspace_in(tmp_path / "other", clock)
    other.restore(path)
    journal = other.list(JournalEntry)[0]

    assert other.save(replace(journal, severity=1)).version == journal.version + 1
    other.close()
