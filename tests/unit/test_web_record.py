"""The page on which a person films themselves, as it leaves the server."""

import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from spasmograph.care.protocol import load_protocol
from spasmograph.terms import Advice, Task
from tests.record_films import quick_protocol
from tests.record_worlds import client_of, workspace_in

STATIC = files("spasmograph.web").joinpath("static")
SCRIPTS = {entry.name: entry.read_text("utf-8") for entry in STATIC.iterdir() if re.fullmatch(r"record(-\w+)?\.js", entry.name)}


class Facts(HTMLParser):
    """What the page holds: attributes of elements by id, all elements, and the words for the script."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, dict[str, str | None]] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if name := found.get("id"):
            assert name not in self.ids
            self.ids[name] = found
        if word := found.get("data-word"):
            self.words.add(word)


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return client_of(workspace_in(tmp_path))


@pytest.fixture
def page(client: TestClient) -> Facts:
    answer = client.get("/record")
    assert answer.status_code == 200
    facts = Facts()
    facts.feed(answer.text)
    return facts


def plan_of(page: Facts) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(str(page.ids["recorder"]["data-plan"]))
    return plan


def test_the_script_gets_the_protocol_as_it_is(page: Facts) -> None:
    plan, protocol = plan_of(page), load_protocol()

    assert [step["task"] for step in plan["steps"]] == [step.task for step in protocol.steps]
    assert [step["seconds"] for step in plan["steps"]] == [step.seconds for step in protocol.steps]
    assert [sum(cue["seconds"] for cue in step["cues"]) for step in plan["steps"]] == [step.seconds for step in protocol.steps]
    assert plan["film"]["frame_rate_hz"] == 60
    assert (plan["countdown_s"], plan["prepare_s"]) == (protocol.countdown_s, protocol.prepare_s)


def test_another_protocol_can_be_handed_in(client: TestClient) -> None:
    client.app.dependency_overrides[load_protocol] = lambda: quick_protocol({Task.REST: 3.0})  # type: ignore[attr-defined]
    facts = Facts()
    facts.feed(client.get("/record").text)

    assert plan_of(facts)["steps"][0]["seconds"] == pytest.approx(3.0)


def test_rest_is_chosen_and_cannot_be_left_out_and_the_others_are_not_chosen(page: Facts) -> None:
    boxes = {found["value"]: found for tag, found in page.elements if tag == "input" and found.get("name") == "task"}

    assert set(boxes) == {step.task for step in load_protocol().steps}
    assert {task for task, box in boxes.items() if "checked" in box} == {Task.REST}
    assert {task for task, box in boxes.items() if "disabled" in box} == {Task.REST}


def test_one_heading_and_everything_labelled_is_there(page: Facts) -> None:
    assert [tag for tag, _ in page.elements].count("h1") == 1
    for _, found in page.elements:
        assert (found.get("aria-labelledby") or "recorder") in page.ids


def test_nothing_stands_inline_and_nothing_comes_from_elsewhere(page: Facts) -> None:
    assert not [found for _, found in page.elements if any(name == "style" or name.startswith("on") for name in found)]
    assert all(str(found[key]).startswith(("/", "#")) for _, found in page.elements for key in ("src", "href") if key in found)


def test_every_advice_has_words(page: Facts) -> None:
    assert {f"advice.{advice}" for advice in Advice if advice is not Advice.BUSY} <= page.words


def test_every_word_that_the_scripts_ask_for_is_there_and_none_is_idle(page: Facts) -> None:
    whole = "".join(SCRIPTS.values())
    asked = set(re.findall(r'word\("([a-z_.]+)"', whole))
    groups = set(re.findall(r"word\(`(\w+)\.\$\{", whole))
    codes = set(re.findall(r'"([a-z_]+)"', whole)) | {f"sound_{name}" for name in ("denied", "none", "in_use")} | set(Advice)

    assert asked <= page.words
    assert {name.partition(".")[0] for name in page.words - asked} == groups
    assert {name.partition(".")[2] for name in page.words - asked} <= codes


def test_every_element_that_the_script_asks_for_is_there(page: Facts) -> None:
    asked = set(re.findall(r'\$\("([\w-]+)"\)', SCRIPTS["record.js"]))

    assert len(asked) > 30
    assert asked <= set(page.ids)


def test_the_scripts_ask_only_their_own_app_and_hold_no_sentences() -> None:
    for name, text in SCRIPTS.items():
        code = re.sub(r"//.*", "", text)
        assert not re.search(r"https?:|//\w", code), name
        assert not re.search(r"\beval\b|new Function|innerHTML|\.style\b|setAttribute\(\"style", code), name
        assert not re.findall(r'"[A-Z][a-z]+ [a-z]+ [^"]*"', code), name


def test_scripts_are_served_as_scripts(client: TestClient) -> None:
    for name in SCRIPTS:
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]


def test_camera_and_microphone_are_allowed_to_this_app_alone(client: TestClient) -> None:
    policy = client.get("/record").headers["permissions-policy"]

    assert "camera=(self)" in policy
    assert "microphone=(self)" in policy


def test_strangers_see_nothing(tmp_path: Path) -> None:
    assert client_of(workspace_in(tmp_path), entered=False).get("/record").status_code == 401
