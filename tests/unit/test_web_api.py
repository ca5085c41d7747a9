"""Entries for programs: noted, read, changed and removed with the same checks as on the pages."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import JournalEntry, RecordingEntry, Settings, SpasmEpisode, Treatment
from spasmograph.terms import Bothered, EntryKind, MediaKind, TreatmentKind
from tests.record_worlds import NOON, client_of, workspace_in

AT = "2026-03-14T11:00:00+08:00"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    one = workspace_in(tmp_path)
    yield one
    one.close()


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return client_of(workspace)


def test_an_entry_is_noted_read_changed_and_removed(client: TestClient, workspace: Workspace) -> None:
    said = {"kind": "journal", "at": AT, "severity": 4, "bothered": "some_hours", "symptoms": {"tears": 2}, "tags": ["stress"]}
    made = client.post("/api/entries", json=said)
    assert made.status_code == 201
    kept = made.json()
    assert {name: kept[name] for name in said} == said
    assert (kept["version"], kept["noted_at"]) == (1, "2026-03-14T12:00:00+08:00")
    assert client.get(f"/api/entries/{kept['id']}").json() == kept

    changed = client.put(f"/api/entries/{kept['id']}", params={"version": 1}, json={**said, "severity": 5})
    assert changed.json() == kept | {"severity": 5, "version": 2}
    (entry,) = workspace.list(JournalEntry)
    assert (entry.severity, entry.bothered, entry.noted_at) == (5, Bothered.SOME_HOURS, NOON)

    assert client.delete(f"/api/entries/{kept['id']}", params={"version": 1}).status_code == 409
    assert client.delete(f"/api/entries/{kept['id']}", params={"version": 2}).status_code == 204
    assert client.get(f"/api/entries/{kept['id']}").status_code == 404


def test_a_change_of_an_older_version_overwrites_nothing(client: TestClient, workspace: Workspace) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=1))
    said = {"kind": "journal", "at": AT, "severity": 2}
    assert client.put(f"/api/entries/{entry.id}", params={"version": 1}, json=said).status_code == 200

    answer = client.put(f"/api/entries/{entry.id}", params={"version": 1}, json={**said, "severity": 9})
    assert answer.status_code == 409
    assert "nothing was overwritten" in answer.json()["error"]
    assert workspace.get(entry.id, JournalEntry).severity == 2


def test_entries_are_listed_by_kind_time_and_number(client: TestClient, workspace: Workspace) -> None:
    for day in range(4):
        workspace.save(JournalEntry(at=NOON + timedelta(days=day), severity=day))
    workspace.save(SpasmEpisode(at=NOON))

    def listed(**query: object) -> list[int]:
        return [entry["severity"] for entry in client.get("/api/entries", params=query).json()]  # type: ignore[arg-type]

    assert listed(kind="journal") == [0, 1, 2, 3]
    assert listed(kind=["episode"]) == [None]
    assert len(listed(kind=["episode", "journal"])) == len(listed()) == 5
    assert listed(kind="journal", newest=2) == [2, 3]
    assert listed(kind="journal", since="2026-03-15T04:00:00Z", until="2026-03-17T12:00:00+08:00") == [1, 2]


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "journal", "at": AT},
        {"kind": "journal", "at": AT, "severity": 11},
        {"kind": "journal", "at": AT, "severity": "5"},
        {"kind": "journal", "at": AT, "severity": True},
        {"kind": "journal", "at": "2026-03-14T11:00:00", "severity": 1},
        {"kind": "journal", "at": "1773457200", "severity": 1},
        {"kind": "journal", "at": 1773457200, "severity": 1},
        {"kind": "journal", "at": "2026-03-14", "severity": 1},
        {"kind": "journal", "at": "2027-01-01T00:00:00Z", "severity": 1},
        {"kind": "journal", "at": AT, "severity": 1, "noted_at": AT},
        {"kind": "journal", "at": AT, "severity": 1, "id": "mine"},
        {"kind": "journal", "at": AT, "severity": 1, "mood": 3},
        {"kind": "journal", "at": AT, "symptoms": {"a": 1, "b": 1, "c": 1, "d": 1}},
        {"kind": "dream", "at": AT},
        {"at": AT, "severity": 1},
        {"kind": "treatment", "at": AT, "treatment": "drug", "name": "x", "sites": [{"side": "left"}]},
        {"kind": "treatment", "at": AT, "treatment": "drug", "name": "x", "until": "2026-01-01T00:00:00Z"},
        {"kind": "scale", "at": AT, "scale": "no such scale", "total": 3},
        {"kind": "recording", "at": AT, "media": "film", "name": "x.mp4", "sha256": "0"},
        [],
        None,
        "journal",
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_words(said: object, client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/api/entries", json=said)

    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not workspace.points()


def test_what_is_no_json_is_refused(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert client.post("/api/entries", content=b"{", headers=headers).status_code == 422
    assert client.post("/api/entries", content=b"\xff\xfe\xfa", headers=headers).status_code == 400
    number = '{"kind": "episode", "at": "2026-03-14T11:00:00Z", "duration_s": NaN}'
    assert client.post("/api/entries", content=number.encode(), headers=headers).status_code == 422


def test_the_kind_of_an_entry_stays(client: TestClient, workspace: Workspace) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=1))

    answer = client.put(f"/api/entries/{entry.id}", params={"version": 1}, json={"kind": "episode", "at": AT})
    assert (answer.status_code, "cannot be changed" in answer.json()["error"]) == (422, True)


def test_every_kind_that_is_no_recording_can_be_noted(client: TestClient, workspace: Workspace) -> None:
    said: dict[EntryKind, dict[str, object]] = {
        EntryKind.JOURNAL: {"note": "x"},
        EntryKind.EPISODE: {},
        EntryKind.TREATMENT: {"treatment": "botulinum_toxin", "name": "toxin", "sites": [{"side": "left", "units": 2.5}]},
        EntryKind.SCALE: {"scale": "smc", "total": 2, "rater": "clinician"},
        EntryKind.APPOINTMENT: {"title": "Dr. A", "until": "2026-03-14T12:00:00+08:00"},
        EntryKind.QUESTION: {"text": "Why?"},
        EntryKind.SETTINGS: {"person": "A. Person"},
    }
    for kind, fields in said.items():
        answer = client.post("/api/entries", json={"kind": str(kind), "at": AT, **fields})
        assert answer.status_code == 201, answer.text

    (toxin,) = workspace.list(Treatment)
    assert (toxin.treatment, toxin.sites[0].units) == (TreatmentKind.BOTULINUM_TOXIN, 2.5)
    assert workspace.settings().person == "A. Person"


def test_settings_are_one_set(client: TestClient, workspace: Workspace) -> None:
    workspace.save(Settings(id="settings", at=NOON, person="A. Person"))

    assert client.post("/api/entries", json={"kind": "settings", "at": AT}).status_code == 409
    assert client.put("/api/entries/settings", params={"version": 1}, json={"kind": "settings", "at": AT, "person": "B"}).status_code == 200
    assert workspace.settings().person == "B"


def test_a_recording_is_read_and_removed_but_not_written(client: TestClient, workspace: Workspace) -> None:
    film = workspace.save(RecordingEntry(at=NOON, media=MediaKind.FILM, name="a.mp4", sha256="0" * 64))
    assert client.get(f"/api/entries/{film.id}").json()["name"] == "a.mp4"
    assert client.put(f"/api/entries/{film.id}", params={"version": 1}, json={"kind": "episode", "at": AT}).status_code == 422
    assert client.delete(f"/api/entries/{film.id}", params={"version": 1}).status_code == 204


def test_a_stranger_is_told_in_plain_words(workspace: Workspace) -> None:
    answer = client_of(workspace, entered=False).get("/api/entries")

    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/plain; charset=utf-8")


def test_a_method_that_there_is_none_of_names_those_that_there_are(client: TestClient) -> None:
    answer = client.patch("/api/entries/x", json={})

    assert (answer.status_code, bool(answer.headers["allow"])) == (405, True)
