"""Files that pass through the record's folder, what the record holds, and a record that begins anew."""

import os
import time
from pathlib import Path

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.errors import NotThereError, OutputError
from spasmograph.model.record import JournalEntry, Question
from spasmograph.terms import EntryKind
from tests.record_worlds import NOON, workspace_in


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


def test_a_table_is_kept_until_it_is_dropped(workspace: Workspace) -> None:
    name = workspace.keep_table(b"when,note\n")
    assert workspace.kept_table(name) == b"when,note\n"
    assert [path.stat().st_mode & 0o777 for path in (workspace.home / "uploads").iterdir()] == [0o600]

    workspace.drop_table(name)
    workspace.drop_table(name)
    with pytest.raises(NotThereError, match="not here any more"):
        workspace.kept_table(name)
    assert not list((workspace.home / "uploads").iterdir())


def test_a_table_of_yesterday_goes_when_the_next_one_comes(workspace: Workspace) -> None:
    names = [workspace.keep_table(b"old"), workspace.keep_table(b"not yet old")]
    for name, hours in zip(names, (25, 23), strict=True):
        path = next((workspace.home / "uploads").glob(f"*{name}*"))
        os.utime(path, (time.time() - hours * 3600,) * 2)
    workspace.keep_table(b"new")

    with pytest.raises(NotThereError):
        workspace.kept_table(names[0])
    assert workspace.kept_table(names[1]) == b"not yet old"


@pytest.mark.parametrize("name", ["", "../record.sqlite3", "..", "x" * 32, "0" * 31, "0" * 32 + "/", "0" * 32])
def test_a_name_leads_nowhere_else(name: str, workspace: Workspace) -> None:
    workspace.keep_table(b"mine")
    with pytest.raises(NotThereError):
        workspace.kept_table(name)
    workspace.drop_table(name)


def test_a_folder_that_cannot_be_written_is_told(workspace: Workspace) -> None:
    (workspace.home / "uploads").write_text("in the way")
    with pytest.raises(OutputError, match="could not be kept"):
        workspace.keep_table(b"x")
    with pytest.raises(OutputError, match="could not be kept"):
        workspace.leaving()


def test_what_the_record_holds(workspace: Workspace) -> None:
    assert (workspace.holdings().total, workspace.holdings().files_bytes) == (0, 0)
    workspace.save(JournalEntry(at=NOON, severity=1))
    workspace.save(JournalEntry(at=NOON, severity=2))
    workspace.save(Question(at=NOON, text="Why?"))
    for name, size in (("media/one/film.mp4", 100), ("results/one/film/measurement.json", 20)):
        (workspace.home / name).parent.mkdir(parents=True)
        (workspace.home / name).write_bytes(b"x" * size)
    (workspace.home / "media" / "two").symlink_to("/")

    found = workspace.holdings()
    assert found.entries == {EntryKind.JOURNAL: 2, EntryKind.QUESTION: 1}
    assert (found.total, found.files_bytes) == (3, 120)


def test_a_record_that_was_erased_begins_anew(workspace: Workspace) -> None:
    workspace.save(JournalEntry(at=NOON, severity=1))
    name = workspace.keep_table(b"x")
    workspace.leaving(".zip").write_bytes(b"unfinished")
    workspace.start_analyses()
    try:
        workspace.erase(anew=True)
        assert not workspace.entries()
        assert {path.name.partition("-")[0] for path in workspace.home.iterdir()} == {"record.sqlite3"}
        assert workspace.save(JournalEntry(at=NOON, severity=2)).version == 1
        assert (workspace.home / "record.sqlite3").stat().st_mode & 0o777 == 0o600
        with pytest.raises(NotThereError):
            workspace.kept_table(name)
    finally:
        workspace.stop_analyses()


def test_a_record_in_either_database_begins_anew(tmp_path: Path, address: str | None) -> None:
    workspace = workspace_in(tmp_path, address=address)
    workspace.save(JournalEntry(at=NOON, severity=1))
    workspace.save(Question(at=NOON, text="Why?"))
    assert workspace.holdings().entries == {EntryKind.JOURNAL: 1, EntryKind.QUESTION: 1}

    workspace.erase(anew=True)
    assert workspace.holdings().total == 0
    assert workspace.save(JournalEntry(at=NOON, severity=2)).version == 1
    workspace.close()
