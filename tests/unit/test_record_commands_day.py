"""A day of use by commands alone gives the same record as by the pages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import Entry
from tests.record_commands import Terminal, terminal
from tests.record_worlds import client_of, workspace_in


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return terminal(tmp_path / "commands", monkeypatch)


@pytest.fixture
def pages(run: Terminal, tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "pages").mkdir()
    workspace = workspace_in(tmp_path / "pages", run.clock)
    yield workspace
    workspace.close()


def told(workspace: Workspace) -> list[Entry]:
    """All entries but for their ids, which chance gives."""
    return sorted((replace(entry, id="") for entry in workspace.entries()), key=lambda entry: (entry.kind, entry.at))


def by_pages(client: TestClient) -> None:
    forms: list[tuple[str, dict[str, Any]]] = [
        ("/journal", {"severity": "4", "bothered": "some_hours", "symptom:twitch": "3", "tag": ["stress", "wind"], "note": "a long day"}),
        ("/journal", {"date": "2026-03-13", "severity": "3"}),
        ("/journal/episode", {}),
        ("/treatments", {"kind": "botulinum_toxin", "name": "onabotulinumtoxinA", "at": "2026-03-02", "units-cheek-left": "7.5", "by": "Dr. Wu"}),
        (
            "/treatments",
            {
                "kind": "drug",
                "name": "clonazepam",
                "at": "2026-01",
                "until": "2026-02",
                "dose-0-amount": "0.5",
                "dose-0-unit": "mg",
                "dose-1-at": "2026-01-20",
                "dose-1-amount": "1",
                "dose-1-words": "at night",
                "hoped_for": "sleep",
            },
        ),
        ("/scales/new/gad7", {"at": "2026-03-14", "total": "6"}),
        ("/scales/new/phq9", {"at": "2026-02", **{f"item:{item}": "1" for item in range(1, 9)}, "item:9": "0", "rater": "self"}),
        ("/questions", {"text": "Why in the evening?"}),
        ("/appointments", {"title": "Dr. Wu", "date": "2026-04-01", "time": "09:30", "until": "10:00", "place": "Room 3", "injection": "yes"}),
        ("/appointments", {"title": "Film", "date": "2026-04-02"}),
    ]
    for address, form in forms:
        assert client.post(address, data=form).status_code == 303, address


def by_commands(run: Terminal) -> None:
    toxin, pill, hoped = "onabotulinumtoxinA", "clonazepam", ("--hoped-for", "sleep")
    items = [part for item in range(1, 9) for part in ("--item", f"{item}=1")]
    for command in (
        ["note", "--severity", "4", "--bothered", "some_hours", "--symptom", "twitch=3", "--tag", "stress", "--tag", "wind", "--note", "a long day"],
        ["note", "--at", "yesterday", "--severity", "3"],
        ["episode"],
        ["treatment", "--product", toxin, "--date", "2026-03-02", "--site", "left cheek 7.5", "--by", "Dr. Wu"],
        ["treatment", "--drug", pill, "--date", "2026-01", "--until", "2026-02", "--dose", "0.5 mg", "--dose", "2026-01-20 1 mg at night", *hoped],
        ["scale", "gad7", "--total", "6"],
        ["scale", "phq9", "--at", "2026-02", *items, "--item", "9=0"],
        ["question", "Why in the evening?"],
        ["appointment", "Dr. Wu", "--at", "2026-04-01 09:30", "--until", "10:00", "--place", "Room 3", "--injection"],
        ["appointment", "Film", "--at", "2026-04-02"],
    ):
        run.done(*command)


def test_a_day_by_commands_is_the_same_as_by_pages(run: Terminal, pages: Workspace) -> None:
    by_pages(client_of(pages))
    by_commands(run)
    workspace = run.workspace()

    assert told(workspace) == told(pages)
    assert len(told(pages)) == 10
    workspace.close()


def test_what_comes_later_is_the_same_as_by_pages(run: Terminal, pages: Workspace) -> None:
    client = client_of(pages)
    for address, form in (
        ("/treatments", {"kind": "procedure", "name": "microvascular decompression", "at": "2024-11"}),
        ("/questions", {"text": "Why?"}),
        (
            "/settings",
            {"affected": "left", "prompt_every_days": "0", "prompt_hour": "20", "keep_media": "no", "calendar_prompt": "yes", "version": "0"},
        ),
    ):
        client.post(address, data=form)
    cut, asked = (next(one.id for one in pages.entries() if one.kind == kind) for kind in ("treatment", "question"))
    client.post(f"/treatments/{cut}/side-effect", data={"name": "numb lip", "at": "2024-12-01"})
    client.post(f"/treatments/{cut}/side-effect-end", data={"effect": "0", "version": "2", "until": "2025-01"})
    client.post(f"/treatments/{cut}/milestone", data={"at": "2025", "words": "no spasm"})
    client.post(f"/questions/{asked}", data={"text": "Why?", "answer": "The light", "version": "1"})

    made = run.kept("treatment", "--procedure", "microvascular decompression", "--date", "2024-11")["id"]
    run.done("settings", "affected=left", "prompt_every_days=0", "keep_media=false")
    run.done("amend", made, "--side-effect", "2024-12-01 numb lip")
    run.done("amend", made, "--over", "2025-01 numb lip")
    run.done("amend", made, "--course", "2025 no spasm")
    run.done("question", "The light", "--answers", run.kept("question", "Why?")["id"])
    workspace = run.workspace()

    assert told(workspace) == told(pages)
    workspace.close()


def test_what_one_does_the_other_shows(run: Terminal, pages: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPASMOGRAPH_HOME", str(pages.home))
    kept = run.kept("note", "--severity", "4", "--note", "by command")
    client = client_of(pages)

    assert "by command" in client.get("/journal").text
    assert client.post(f"/journal/{kept['id']}", data={"version": "1", "severity": "5"}).status_code == 303
    assert run("change", kept["id"], "severity=6", "--version", "1").exit_code == 8
    assert run.entries()[0]["severity"] == 5
