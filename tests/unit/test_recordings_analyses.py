"""The background: what waits is measured; workers that fail, crash, hang or eat memory take nobody with them; nothing is forgotten."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from spasmograph.app.workspace import Workspace, analyses
from spasmograph.app.workspace.analyses import LOST, MOST_ATTEMPTS, NO_FILE, NO_MEMORY, TOO_LONG, time_limit_s
from spasmograph.app.workspace.measuring import Pulse, memory_limit_bytes, read_pulse, write_pulse
from spasmograph.errors import ConflictError, NotThereError
from spasmograph.io.store.jobs import job_of
from spasmograph.model.record import RecordingEntry, Settings
from spasmograph.terms import AnalysisState, MediaKind, Task, Verdict
from tests.record_worlds import NOON, workspace_in
from tests.recording_worlds import (
    STEPS,
    add,
    analyses_of,
    as_crash,
    as_endless,
    as_fake,
    as_fault,
    as_full_disk,
    as_glutton,
    as_no_film,
    as_refused,
    as_steps,
    measured,
    store_of,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


def test_a_measured_recording_tells_in_short_what_was_found(workspace: Workspace) -> None:
    entry = measured(workspace)
    assert entry.state is AnalysisState.DONE
    assert entry.verdict is Verdict.GOOD
    assert entry.duration_s == 60.0
    names = {score.name for score in entry.scores}
    assert {"blink_rate", "contraction_rate_left", "contraction_rate_right"} <= names
    assert not any(name.endswith(("_p", "_null")) for name in names)
    assert job_of(store_of(workspace).engine, entry.id) is None
    assert workspace.measurement(entry.id).results.score("blink_rate") is not None


def test_a_recording_without_numbers_is_measured_too(workspace: Workspace) -> None:
    entry = measured(workspace, measure=as_refused)
    assert (entry.state, entry.verdict, entry.scores) == (AnalysisState.DONE, Verdict.REFUSED, ())


def test_what_is_wrong_with_a_file_is_told_and_not_tried_again(workspace: Workspace) -> None:
    entry = measured(workspace, measure=as_no_film)
    assert entry.state is AnalysisState.FAILED
    assert entry.error == "clip.mp4 is not a video"
    assert job_of(store_of(workspace).engine, entry.id) is None
    assert workspace.medium(entry.id) is not None


def test_a_worker_that_dies_is_tried_again_but_not_for_ever(workspace: Workspace) -> None:
    entry = add(workspace)
    analyses_of(workspace, as_crash).finish()
    entry = workspace.get(entry.id, RecordingEntry)
    assert entry.state is AnalysisState.FAILED
    assert entry.error == LOST.format(times=MOST_ATTEMPTS)
    other = measured(workspace, b"another", name="other.mp4")
    assert other.state is AnalysisState.DONE


def test_a_fault_of_the_program_is_logged_without_names_and_the_next_goes_on(workspace: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        entry = measured(workspace, measure=as_fault, name="my face.mp4")
    assert entry.state is AnalysisState.FAILED
    assert "KeyError" in entry.error
    assert "could not be measured" in caplog.text
    assert "my face" not in caplog.text


def test_a_worker_that_eats_memory_gets_an_error_instead(workspace: Workspace) -> None:
    pytest.importorskip("resource", reason="this system has no limits of memory")
    entry = add(workspace)
    analyses_of(workspace, as_glutton).finish()
    assert workspace.get(entry.id, RecordingEntry).error == NO_MEMORY


def test_the_limit_of_memory_is_the_machines_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"SC_PAGE_SIZE": 4096}
    monkeypatch.setattr("spasmograph.app.workspace.measuring.os.sysconf", sizes.__getitem__, raising=False)
    monkeypatch.setattr("spasmograph.app.workspace.measuring.os.sysconf_names", {"SC_PHYS_PAGES": 1}, raising=False)
    for gigabytes, limit in ((1, 3), (4, 4), (64, 6)):
        sizes["SC_PHYS_PAGES"] = (gigabytes << 30) // 4096
        assert memory_limit_bytes() == limit << 30


def test_a_worker_that_hangs_is_ended(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyses, "time_limit_s", lambda pulse: 0.0 if pulse.done else 60.0)
    entry = add(workspace)
    analyses_of(workspace, as_endless).finish()
    assert workspace.get(entry.id, RecordingEntry).error == TOO_LONG


def test_the_limit_of_time_grows_with_the_recording() -> None:
    assert time_limit_s(Pulse()) >= 60
    assert time_limit_s(Pulse(length_s=3600)) > 3600 + time_limit_s(Pulse())


def test_a_file_that_is_gone_is_told(workspace: Workspace) -> None:
    entry = add(workspace)
    medium = workspace.medium(entry.id)
    assert medium is not None
    medium.unlink()
    workspace.finish_analyses()
    assert workspace.get(entry.id, RecordingEntry).error == NO_FILE


def test_it_can_be_measured_once_more(workspace: Workspace) -> None:
    entry = measured(workspace, measure=as_no_film)
    waiting = workspace.measure_again(entry.id)
    assert (waiting.state, waiting.error) == (AnalysisState.WAITING, "")
    analyses_of(workspace, as_fake, here=True).finish()
    assert workspace.get(entry.id, RecordingEntry).state is AnalysisState.DONE
    with pytest.raises(ConflictError, match="could not be measured"):
        workspace.measure_again(entry.id)


def test_the_film_goes_once_the_results_are_there_if_that_was_chosen(workspace: Workspace) -> None:
    workspace.save(Settings(id="settings", at=NOON, keep_media=False))
    entry = measured(workspace)
    assert not entry.media_kept
    assert workspace.medium(entry.id) is None
    assert workspace.measurement(entry.id).results.events
    failed = measured(workspace, b"another", name="other.mp4", measure=as_no_film)
    assert failed.media_kept
    assert workspace.medium(failed.id) is not None, "what could not be measured is kept"


def test_events_carry_the_steps_and_numbers_are_told_for_rest(workspace: Workspace) -> None:
    entry = measured(workspace, measure=as_steps, steps=STEPS)
    found = workspace.measurement(entry.id)
    assert {event.task for event in found.results.events} <= {Task.REST, Task.SMILE, Task.NONE}
    resting = [event for event in found.results.events if event.task is Task.REST]
    rate = found.results.score("contraction_rate_right")
    assert rate is not None
    assert 0 < rate.observed_s <= 30
    assert [step.task for step in found.steps] == [Task.REST, Task.SMILE]
    assert found.steps[0].blinks == sum(event.kind == "blink" for event in resting)
    assert found.steps[0].blinks + found.steps[1].blinks < 12


def test_stopping_in_the_middle_leaves_the_work_for_later(workspace: Workspace) -> None:
    entry = add(workspace)
    background = analyses_of(workspace, as_endless)
    background.start()
    _until((workspace.home / "began").exists)
    background.stop()
    job = job_of(store_of(workspace).engine, entry.id)
    assert job is not None
    assert (job.owner, job.attempts) == ("", 0)
    analyses_of(workspace, as_fake, here=True).finish()
    assert workspace.get(entry.id, RecordingEntry).state is AnalysisState.DONE


def test_what_is_removed_in_the_middle_is_gone_with_its_worker(workspace: Workspace) -> None:
    entry = add(workspace)
    background = analyses_of(workspace, as_endless)
    working = Thread(target=background.finish)
    working.start()
    _until((workspace.home / "began").exists)
    assert workspace.get(entry.id, RecordingEntry).state is AnalysisState.RUNNING
    workspace.remove(entry.id)
    working.join(60)
    assert not working.is_alive()
    assert not (workspace.home / "results" / entry.id).exists()
    with pytest.raises(NotThereError):
        workspace.get(entry.id, RecordingEntry)


def _until(holds: Callable[[], bool]) -> None:
    from time import sleep

    for _ in range(3000):
        if holds():
            return
        sleep(0.02)
    pytest.fail("it never came about")


def test_in_the_background_new_work_is_heard_of(workspace: Workspace) -> None:
    workspace.start_analyses()
    entry = add(workspace, b"no film at all")
    _until(lambda: workspace.get(entry.id, RecordingEntry).state is AnalysisState.FAILED)
    workspace.stop_analyses()
    assert "is not a video" in workspace.get(entry.id, RecordingEntry).error


def test_a_recording_that_was_edited_meanwhile_keeps_the_edit(workspace: Workspace) -> None:
    entry = add(workspace)
    workspace.save(replace(entry, note="the left lamp was on"))
    analyses_of(workspace, as_fake, here=True).finish()
    done = workspace.get(entry.id, RecordingEntry)
    assert (done.state, done.note) == (AnalysisState.DONE, "the left lamp was on")


def test_a_full_disk_is_told_and_the_recording_can_be_measured_later(workspace: Workspace) -> None:
    entry = measured(workspace, measure=as_full_disk)
    assert entry.state is AnalysisState.FAILED
    assert "free some space" in entry.error
    workspace.measure_again(entry.id)
    analyses_of(workspace, as_fake, here=True).finish()
    assert workspace.get(entry.id, RecordingEntry).state is AnalysisState.DONE


def test_how_far_it_is_is_told_through_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pulse"
    path.touch()
    assert read_pulse(path) == Pulse()
    write_pulse(path, Pulse(done=3, total=9, length_s=1.5))
    assert read_pulse(path) == Pulse(done=3, total=9, length_s=1.5)


def test_files_are_measured_as_what_they_are_not_as_what_they_are_called(workspace: Workspace, tmp_path: Path) -> None:
    emg = _simulated(tmp_path / "x.edf")
    called_film = add(workspace, emg, "called a film.mp4", media=MediaKind.FILM)
    text = add(workspace, b"hello\n" * 100, "text.mp4")
    archive = add(workspace, b"PK\x03\x04" + bytes(100), "archive.mp4")
    workspace.finish_analyses()
    assert workspace.get(called_film.id, RecordingEntry).media is MediaKind.EMG
    assert workspace.get(called_film.id, RecordingEntry).state is AnalysisState.DONE
    for entry in (text, archive):
        assert "is not a video" in workspace.get(entry.id, RecordingEntry).error


def _simulated(path: Path) -> bytes:
    from click.testing import CliRunner

    from spasmograph.cli.simulate import simulate

    CliRunner().invoke(simulate, ["hemifacial", "--out", str(path), "--seconds", "10"])
    return path.read_bytes()
