"""The work that waits, in SQLite and in PostgreSQL alike: taken by one alone, taken up again from one that is gone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.errors import NotThereError
from spasmograph.io.store.jobs import STALE, JobStore, job_of
from spasmograph.model.record import RecordingEntry
from spasmograph.terms import AnalysisState
from tests.record_worlds import NOON, workspace_in
from tests.recording_worlds import add, measured, store_of

UTC_NOON = datetime(2026, 3, 14, 4, 0, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path, address: str | None) -> Iterator[Workspace]:
    found = workspace_in(tmp_path, address=address)
    yield found
    found.close()


@dataclass
class Ticking:
    """A clock for jobs that is moved by hand."""

    now: datetime = UTC_NOON
    asked: list[datetime] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now


def owners(workspace: Workspace, *names: str) -> tuple[Ticking, list[JobStore]]:
    clock = Ticking()
    return clock, [JobStore(store_of(workspace).engine, name, clock) for name in names]


def test_a_job_is_taken_by_one_alone(workspace: Workspace) -> None:
    first, second = add(workspace), add(workspace, b"another")
    _, (one, other) = owners(workspace, "one", "other")
    taken = [one.claim(), other.claim(), one.claim()]
    assert [job and job.recording for job in taken] == [first.id, second.id, None]
    assert not other.beat(first.id, done=1, total=2)
    assert one.beat(first.id, done=1, total=2)
    assert workspace.progress(first.id).done == 1


def test_work_of_one_that_is_gone_is_taken_up_again(workspace: Workspace) -> None:
    entry = add(workspace)
    clock, (gone, heir) = owners(workspace, "gone", "heir")
    assert gone.claim()
    clock.now += STALE - timedelta(seconds=1)
    assert heir.claim() is None
    clock.now += timedelta(seconds=2)
    job = heir.claim()
    assert job is not None
    assert job.attempts == 2
    assert not gone.beat(entry.id, done=1, total=1), "whoever comes back late finds that it is not theirs any more"
    assert gone.end(entry.id, lambda one: replace(one, state=AnalysisState.DONE), now=NOON) is None
    assert workspace.get(entry.id, RecordingEntry).state is AnalysisState.WAITING


def test_a_clock_that_was_set_back_holds_nothing_up(workspace: Workspace) -> None:
    add(workspace)
    clock, (gone, heir) = owners(workspace, "gone", "heir")
    assert gone.claim()
    clock.now -= timedelta(hours=1)
    assert heir.claim() is not None


def test_the_first_that_came_is_the_first_that_is_measured(workspace: Workspace) -> None:
    ids = [add(workspace, bytes([number])).id for number in range(5)]
    _, (one,) = owners(workspace, "one")
    assert [job.recording for job in iter(one.claim, None)] == ids


def test_of_many_at_once_each_gets_another(workspace: Workspace) -> None:
    ids = {add(workspace, bytes([number])).id for number in range(12)}
    _, many = owners(workspace, *(f"owner {number}" for number in range(12)))
    with ThreadPoolExecutor(12) as pool:
        taken = list(pool.map(lambda one: [job.recording for job in iter(one.claim, None)], many))
    assert sorted(recording for some in taken for recording in some) == sorted(ids)


def test_the_end_is_told_once_and_with_the_work(workspace: Workspace) -> None:
    entry = add(workspace)
    _, (one,) = owners(workspace, "one")
    assert one.claim()
    done = one.end(entry.id, lambda found: replace(found, state=AnalysisState.DONE), now=NOON)
    assert done is not None
    assert workspace.get(entry.id, RecordingEntry) == done
    assert job_of(store_of(workspace).engine, entry.id) is None
    assert one.end(entry.id, lambda found: replace(found, state=AnalysisState.FAILED), now=NOON) is None


def test_work_goes_with_its_recording(workspace: Workspace) -> None:
    entry = add(workspace)
    _, (one,) = owners(workspace, "one")
    assert one.claim()
    workspace.remove(entry.id)
    assert not one.beat(entry.id, done=1, total=2)
    with pytest.raises(NotThereError):
        workspace.measure_again(entry.id)


def test_a_recording_is_measured_wherever_its_tables_are(workspace: Workspace) -> None:
    entry = measured(workspace)
    assert entry.state is AnalysisState.DONE
    assert workspace.measurement(entry.id).score("contraction_rate_right") is not None
