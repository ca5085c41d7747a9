"""Recordings of the record: files in, the same file once, films deleted, everything removed."""

import errno
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.app.workspace.recordings import guessed_media
from spasmograph.errors import ConflictError, InputError, NotThereError, OutputError, RecordError
from spasmograph.io.media import OTHER_TYPE, MediaFolder, content_type, safe_name
from spasmograph.model.record import JournalEntry, RecordingEntry
from spasmograph.terms import AnalysisState, MediaKind
from tests.films import film
from tests.record_worlds import NOON, workspace_in
from tests.recording_worlds import BYTES, add, measured, store_of


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


def files_in(workspace: Workspace) -> list[str]:
    found = [path for room in ("uploads", "media", "results") for path in (workspace.home / room).rglob("*") if path.is_file()]
    return sorted(path.name for path in found)


def test_a_file_that_was_added_is_there_and_waits(workspace: Workspace) -> None:
    entry = add(workspace)
    assert entry.state is AnalysisState.WAITING
    assert workspace.get(entry.id, RecordingEntry) == entry
    assert entry.size_bytes == len(BYTES)
    medium = workspace.medium(entry.id)
    assert medium is not None
    assert medium.read_bytes() == BYTES
    assert files_in(workspace) == ["clip.mp4"]
    assert workspace.progress(entry.id).total == 0


def test_the_same_file_twice_is_one_recording(workspace: Workspace, tmp_path: Path) -> None:
    first = add(workspace)
    path = tmp_path / "another name.mov"
    path.write_bytes(BYTES)
    again = workspace.add_recording(path)
    assert not again.new
    assert again.entry == first
    assert len(workspace.list(RecordingEntry)) == 1
    assert files_in(workspace) == ["clip.mp4"]


def test_two_that_arrive_at_once_are_one_recording(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = add(workspace)
    looked: list[str] = []

    def late(sha256: str) -> RecordingEntry | None:
        """The first look comes before the other upload is kept."""
        looked.append(sha256)
        return first if len(looked) > 1 else None

    monkeypatch.setattr(store_of(workspace), "recording", late)
    assert add(workspace) == first
    assert files_in(workspace) == ["clip.mp4"]


def test_a_file_of_this_machine_is_dated_by_its_last_change(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "muscles.edf"
    path.write_bytes(b"0")
    entry = workspace.add_recording(path).entry
    assert entry.media is MediaKind.EMG
    assert entry.at.timestamp() == pytest.approx(path.stat().st_mtime, abs=1e-3)
    assert path.read_bytes() == b"0"


def test_an_empty_file_and_one_that_is_not_there_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is empty"):
        add(workspace, b"")
    with pytest.raises(InputError, match=r"missing\.mp4 cannot be read"):
        workspace.add_recording(tmp_path / "missing.mp4")
    assert files_in(workspace) == []
    assert workspace.list(RecordingEntry) == []


def test_what_did_not_arrive_whole_leaves_nothing(workspace: Workspace) -> None:
    with workspace.arrival() as arriving:
        arriving.write(b"half")
        assert len(files_in(workspace)) == 1
    assert files_in(workspace) == []


def test_on_a_full_disk_nothing_is_kept_and_words_say_so(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("spasmograph.io.media.os.fsync", full)
    with pytest.raises(OutputError, match="No space left on device; free some space"):
        add(workspace)
    assert files_in(workspace) == []
    assert workspace.list(RecordingEntry) == []


def test_the_film_goes_and_the_measurement_stays(workspace: Workspace) -> None:
    entry = measured(workspace)
    assert "clip.mp4" in files_in(workspace)
    without = workspace.delete_film(entry.id)
    assert not without.media_kept
    assert workspace.medium(entry.id) is None
    assert workspace.measurement(entry.id).results.events
    assert "clip.mp4" not in files_in(workspace)


def test_a_film_that_is_not_measured_yet_stays(workspace: Workspace) -> None:
    entry = add(workspace)
    with pytest.raises(ConflictError, match="still needed"):
        workspace.delete_film(entry.id)
    assert workspace.medium(entry.id) is not None


def test_a_recording_is_removed_with_all_its_files(workspace: Workspace) -> None:
    entry, other = measured(workspace), add(workspace, b"another", "other.mp4")
    with pytest.raises(ConflictError, match="changed meanwhile"):
        workspace.remove(entry.id, version=entry.version + 1)
    workspace.remove(entry.id, version=entry.version)
    with pytest.raises(NotThereError):
        workspace.get(entry.id, RecordingEntry)
    assert files_in(workspace) == ["other.mp4"]
    assert workspace.progress(entry.id).total == 0
    assert workspace.get(other.id, RecordingEntry) == other


def test_removing_anything_else_touches_no_file(workspace: Workspace) -> None:
    measured(workspace)
    note = workspace.save(JournalEntry(at=NOON))
    before = files_in(workspace)
    workspace.remove(note.id)
    assert files_in(workspace) == before


def test_what_a_killed_program_left_behind_is_thrown_away(workspace: Workspace) -> None:
    kept, gone = measured(workspace), measured(workspace, b"another", name="other.mp4")
    store_of(workspace).save(replace(gone, media_kept=False), now=NOON)  # killed between the record and the file
    folder = MediaFolder(workspace.home)
    for name in ("uploads/old.part", "media/nobody/x.mp4", "results/nobody/x/measurement.json"):
        path = workspace.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for recording_id in ("nobody", kept.id):
        folder.unsettle(recording_id)  # killed while one came, or went
    folder.tidy({kept.id: True, gone.id: False})
    assert folder.medium(gone.id) is None
    assert folder.medium("nobody") is not None, "somebody may be putting it there just now"
    _age(workspace.home, hours=2)
    folder.tidy({kept.id: True, gone.id: False})
    assert not folder.holds("nobody")
    assert folder.medium(kept.id) is not None
    assert folder.results(gone.id) is not None
    assert list((workspace.home / "uploads").iterdir()) == []


def test_another_record_opened_by_mistake_throws_nothing_away(workspace: Workspace) -> None:
    entry = measured(workspace)
    _age(workspace.home, hours=100)
    MediaFolder(workspace.home).tidy({})
    assert workspace.medium(entry.id) is not None
    assert workspace.measurement(entry.id).results.events


def test_no_mark_is_left_when_all_went_well(workspace: Workspace) -> None:
    entry, other = measured(workspace), add(workspace, b"another", "other.mp4")
    with pytest.raises(ConflictError, match="changed meanwhile"):
        workspace.remove(other.id, version=99)
    workspace.remove(entry.id)
    assert list((workspace.home / "uploads").iterdir()) == []


def test_a_kill_in_the_middle_of_a_removal_is_settled_later(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = measured(workspace)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(MediaFolder, "drop", killed)
        with pytest.raises(KeyboardInterrupt):
            workspace.remove(entry.id)
    assert workspace.medium(entry.id) is not None
    _age(workspace.home, hours=2)
    workspace.start_analyses()
    workspace.stop_analyses()
    assert not MediaFolder(workspace.home).holds(entry.id)


def _age(home: Path, *, hours: float) -> None:
    import os

    for path in home.rglob("*"):
        before = path.stat().st_mtime - timedelta(hours=hours).total_seconds()
        os.utime(path, (before, before))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("clip.webm", "clip.webm"),
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\mine é.MP4", "mine é.MP4"),
        ("what?.m:p4", "what_"),
        ("a/..", "recording"),
        ("", "recording"),
        ("x" * 400 + ".mp4", "x" * 200 + ".mp4"),
    ],
)
def test_names_are_safe_on_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x" * 65, "..", "a\x00b"])
def test_no_id_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="the id of a recording"):
        MediaFolder(tmp_path).medium(name)


def test_a_very_long_name_is_shortened_and_keeps_its_ending(workspace: Workspace) -> None:
    entry = add(workspace, name="x" * 500 + ".mp4")
    assert len(entry.name) == 200
    assert entry.name.endswith("….mp4")


def test_what_a_browser_plays_is_told_from_the_contents(tmp_path: Path) -> None:
    assert content_type(film(tmp_path / "film.mp4", count=2)) == "video/mp4"
    for head, kind in (
        (b"\x1aE\xdf\xa3 webm", "video/webm"),
        (b"OggS", "video/ogg"),
        (b"RIFF....AVI LIST", "video/x-msvideo"),
        (b"<html><script>", OTHER_TYPE),
        (b"", OTHER_TYPE),
    ):
        path = tmp_path / "any.mp4"
        path.write_bytes(head)
        assert content_type(path) == kind


def test_the_ending_is_a_first_guess() -> None:
    assert guessed_media("a.EDF") is MediaKind.EMG
    assert guessed_media("a.mp4") is MediaKind.FILM
    assert guessed_media("a") is MediaKind.FILM
