"""Recordings over the wire: a file in, its film in parts, corrections, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import RecordingEntry
from spasmograph.web import limits
from tests.record_worlds import client_of, workspace_in
from tests.recording_worlds import BYTES, add, as_no_film, measured, small_film

AT = "2026-03-14T12:00:00+08:00"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return client_of(workspace)


def post(client: TestClient, content: bytes = BYTES, **query: Any) -> Any:
    return client.post("/api/recordings", params={"name": "clip.webm", "at": AT} | query, content=content)


def test_a_file_is_kept_as_it_is_with_all_that_is_said_of_it(client: TestClient, workspace: Workspace) -> None:
    steps = [{"task": "rest", "onset_s": 0, "offset_s": 60}]
    answer = post(client, mirrored="true", task="rest", media="film", steps=json.dumps(steps))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["kind"], told["name"], told["at"], told["mirrored"], told["state"]) == ("recording", "clip.webm", AT, True, "waiting")
    assert told["steps"] == [{"task": "rest", "onset_s": 0.0, "offset_s": 60.0}]
    medium = workspace.medium(told["id"])
    assert medium is not None
    assert medium.read_bytes() == BYTES


def test_steps_may_come_as_a_header(client: TestClient) -> None:
    headers = {"steps": '[{"task":"smile","onset_s":1,"offset_s":2}]'}
    answer = client.post("/api/recordings", params={"name": "a", "at": AT}, content=b"x", headers=headers)
    assert answer.json()["steps"][0]["task"] == "smile"


def test_the_same_bytes_again_are_answered_with_the_first(client: TestClient) -> None:
    first = post(client)
    again = post(client, name="another.mp4")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"at": "yesterday"}, "at"),
        ({"at": "0001-01-01T00:00:00"}, "beyond the calendar"),
        ({"name": ""}, "name"),
        ({"media": "sound"}, "media"),
        ({"steps": "[{}]"}, "steps: 0.task"),
        ({"steps": "nothing"}, "steps"),
        ({"steps": '[{"task":"rest","onset_s":3,"offset_s":2}]'}, "must run forward"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(client: TestClient, workspace: Workspace, query: dict[str, Any], words: str) -> None:
    answer = post(client, **query)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert workspace.list(RecordingEntry) == []


def test_an_empty_file_is_refused(client: TestClient, workspace: Workspace) -> None:
    assert post(client, b"").status_code == 422
    assert list((workspace.home / "uploads").iterdir()) == []


def test_a_file_beyond_the_limit_leaves_nothing(client: TestClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_UPLOAD_BYTES", 1000)
    assert post(client, b"x" * 1001).status_code == 413
    unstated = client.post("/api/recordings", params={"name": "a", "at": AT}, content=(b"x" * 600 for _ in range(4)))
    assert unstated.status_code == 400
    assert "did not arrive whole" in unstated.json()["error"]
    assert workspace.list(RecordingEntry) == []
    assert list((workspace.home / "uploads").iterdir()) == []


def test_a_recording_is_told_with_its_progress(client: TestClient, workspace: Workspace) -> None:
    entry = add(workspace)
    told = client.get(f"/api/recordings/{entry.id}").json()
    assert told["entry"]["id"] == entry.id
    assert told["progress"] == {"done": 0, "total": 0}


def test_the_measurement_is_the_file_of_the_contract(client: TestClient, workspace: Workspace) -> None:
    waiting, entry = add(workspace, b"1", "1.mp4"), None
    assert client.get(f"/api/recordings/{waiting.id}/measurement").status_code == 404
    entry = measured(workspace)
    told = client.get(f"/api/recordings/{entry.id}/measurement").json()
    assert told["schema_version"] == "1.0"
    assert len(told["events"]) == len(workspace.measurement(entry.id).results.events)


def test_a_film_is_sent_in_parts_and_is_no_page(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    content = small_film(tmp_path / "film.mp4", seconds=1)
    entry = add(workspace, content, "ünsre <b>.mp4")
    path = f"/api/recordings/{entry.id}/film"
    whole, part, beyond = client.get(path), client.get(path, headers={"Range": "bytes=10-19"}), client.get(path, headers={"Range": "bytes=99999999-"})
    assert (whole.status_code, whole.content) == (200, content)
    assert (part.status_code, part.content) == (206, content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(content)}"
    assert beyond.status_code == 416
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["content-security-policy"].startswith("sandbox")
    hostile = add(workspace, b"<script>alert(1)</script>", "page.html")
    answer = client.get(f"/api/recordings/{hostile.id}/film")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_corrections_follow_the_version(client: TestClient, workspace: Workspace) -> None:
    entry = measured(workspace)
    path = f"/api/recordings/{entry.id}/corrections"
    said = {"judgement": "rejected", "event": 0, "version": entry.version}
    kept = client.post(path, json=said)
    assert kept.status_code == 200
    assert kept.json()["entry"]["corrections"][0]["judgement"] == "rejected"
    assert client.post(path, json=said).status_code == 409
    assert client.post(path, json=said | {"version": entry.version + 1, "event": 9999}).status_code == 422
    assert client.post(path, json={"judgement": "added", "version": entry.version + 1}).status_code == 422
    assert client.post(path, json=said | {"mood": "bad"}).status_code == 422
    assert client.delete(f"{path}/0", params={"version": entry.version + 1}).json()["entry"]["corrections"] == []
    assert client.delete(f"{path}/0", params={"version": entry.version + 2}).status_code == 404


def test_the_film_goes_alone_or_everything(client: TestClient, workspace: Workspace) -> None:
    entry = measured(workspace)
    path = f"/api/recordings/{entry.id}"
    assert client.delete(f"{path}/film").json()["entry"]["media_kept"] is False
    assert client.get(f"{path}/film").status_code == 404
    assert client.get(f"{path}/measurement").status_code == 200
    assert client.delete(path, params={"version": entry.version}).status_code == 409
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_once_more_is_for_what_failed(client: TestClient, workspace: Workspace) -> None:
    failed, done = measured(workspace, b"1", measure=as_no_film), measured(workspace)
    assert client.post(f"/api/recordings/{failed.id}/analysis").json()["entry"]["state"] == "waiting"
    assert client.post(f"/api/recordings/{done.id}/analysis").status_code == 409
    right = {"mirrored": True, "task": "rest", "version": done.version}
    told = client.post(f"/api/recordings/{done.id}/analysis", json=right).json()["entry"]
    assert (told["state"], told["mirrored"], told["task"]) == ("waiting", True, "rest")
    assert client.post(f"/api/recordings/{done.id}/analysis", json=right).status_code == 409


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2frecord.sqlite3", "%00", "a" * 80, "%F0%9F%92%A5"])
def test_no_other_file_is_reached(name: str, client: TestClient) -> None:
    for path in ("", "/film", "/measurement"):
        assert client.get(f"/api/recordings/{name}{path}").status_code in (404, 422)


def test_what_is_described_is_what_is_sent(client: TestClient, workspace: Workspace) -> None:
    import jsonschema

    whole = client.get("/api/openapi.json").json()
    entry = measured(workspace)
    schema = {"$ref": "#/components/schemas/RecordingWithProgress", "components": whole["components"]}
    jsonschema.validate(client.get(f"/api/recordings/{entry.id}").json(), schema)
    described = whole["paths"]["/api/recordings"]["post"]
    assert "application/octet-stream" in described["requestBody"]["content"]
    assert {"200", "201", "400", "413", "422", "507"} <= set(described["responses"])
