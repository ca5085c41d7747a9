"""Every page of the app in a real browser: nothing that axe-core finds, no word of complaint, no request to anywhere else, no sideways scrolling."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.pages import paths_of
from bench.record import fill
from tests.browser import NEEDED, OVERFLOW, Browser
from tests.record_worlds import NOON, workspace_in
from tests.served import Served, served

pytest.importorskip("selenium_axe_python", reason="axe-core is not installed")
pytestmark = NEEDED
LOOKS = [(1280, False), (1280, True), (360, False), (360, True)]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = workspace_in(tmp_path_factory.mktemp("home"))
    fill(workspace, until=NOON, years=0.6, entries=60, recordings=6, injections=2)
    with served(workspace) as running:
        yield running


@pytest.fixture(scope="module")
def browser(app: Served) -> Iterator[Browser]:
    one = Browser()
    one.driver.get(app.link())
    yield one
    one.driver.quit()


@pytest.mark.parametrize(("width_px", "dark"), LOOKS)
def test_every_page_is_clean(app: Served, browser: Browser, width_px: int, dark: bool) -> None:
    problems = []
    for path in paths_of(app.app.state.workspace):
        browser.open(f"{app.origin}{path}", width_px=width_px, dark=dark)
        problems += [f"{path}: {problem}" for problem in browser.complaints(app.origin)]
    assert not problems, "\n".join(problems)


def test_the_list_of_pages_is_not_empty(app: Served) -> None:
    """A test that looks at no page would pass."""
    paths = paths_of(app.app.state.workspace)
    assert {"/", "/journal", "/timeline", "/doctor"} <= set(paths)
    assert all("{" not in path for path in paths)


def test_text_can_be_twice_as_large(app: Served, browser: Browser) -> None:
    """200 % zoom of a window 1280 px wide shows a page as a window of 640 px does."""
    for path in paths_of(app.app.state.workspace):
        browser.open(f"{app.origin}{path}", width_px=640)
        assert not browser.run(OVERFLOW), path


def test_the_way_in_refuses_in_words(app: Served, tmp_path: Path) -> None:
    other = Browser()
    try:
        other.driver.get(f"{app.origin}/")
        assert "has not been let in" in other.driver.page_source
        other.driver.get(f"{app.origin}/enter?key=wrong")
        assert "each link works once" in other.driver.page_source
        other.driver.save_screenshot(str(tmp_path / "refused.png"))
    finally:
        other.driver.quit()
