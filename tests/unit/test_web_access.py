"""Who is let in."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from spasmograph.web.access import Access, cookie_of
from spasmograph.web.app import create_app
from tests.record_worlds import OWN, PORT, client_of, workspace_in


@pytest.fixture
def stranger(tmp_path: Path) -> TestClient:
    return client_of(workspace_in(tmp_path), entered=False)


@pytest.fixture
def friend(tmp_path: Path) -> TestClient:
    return client_of(workspace_in(tmp_path))


def test_no_page_without_the_link(stranger: TestClient) -> None:
    for path in ("/", "/journal", "/api/openapi.json", "/nothing"):
        assert stranger.get(path).status_code == 401


def test_the_link_lets_one_browser_in_once(tmp_path: Path) -> None:
    heard: list[str] = []
    access = Access(port=PORT)
    app = create_app(workspace_in(tmp_path), access=access, on_entered=heard.append)
    first = TestClient(app, base_url=OWN, follow_redirects=False)
    link = access.link()
    answer = first.get(link)
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert first.get("/").status_code == 200
    second = TestClient(app, base_url=OWN, follow_redirects=False)
    assert second.get(link).status_code == 401
    assert heard == [access.link()]
    assert second.get(heard[0]).status_code == 303


def test_a_wrong_key_uses_no_link_up() -> None:
    access = Access(port=PORT)
    assert not access.enter("x")
    assert access.enter(access.link().removeprefix("/enter?key="))


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1:1", "127.0.0.1.evil.example", ""])
def test_another_name_for_this_machine_is_refused(friend: TestClient, host: str) -> None:
    assert friend.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:8417", f"http://127.0.0.1:{PORT + 1}"])
def test_another_page_changes_nothing(friend: TestClient, origin: str) -> None:
    assert friend.post("/journal/episode", headers={"Origin": origin}).status_code == 403
    assert not friend.app.state.workspace.points()  # type: ignore[attr-defined]


def test_a_request_without_origin_needs_the_browsers_word(friend: TestClient) -> None:
    del friend.headers["Origin"]
    assert friend.post("/journal/episode").status_code == 403
    assert friend.post("/journal/episode", headers={"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert friend.post("/journal/episode", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_a_wrong_cookie_is_none(stranger: TestClient) -> None:
    stranger.cookies.set(cookie_of(PORT), "x" * 43)
    assert stranger.get("/").status_code == 401


def test_every_answer_carries_the_rules(friend: TestClient, stranger: TestClient) -> None:
    for answer in (friend.get("/"), friend.get("/static/app.css"), friend.get("/nothing"), stranger.get("/")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_a_request_that_is_too_large_is_refused(friend: TestClient) -> None:
    assert friend.post("/journal", data={"note": "x" * 2_100_000}).status_code == 413


def test_nothing_outside_the_static_folder_is_reached(friend: TestClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert friend.get(path).status_code in (404, 405)
