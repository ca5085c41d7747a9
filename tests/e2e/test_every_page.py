"""Every page of the app in a real browser: nothing that axe-core finds, no word of complaint, no request to anywhere else, no sideways scrolling."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from bench.record import fill
from spasmograph.app.workspace import Workspace
from spasmograph.model.record import Appointment, JournalEntry, Question, RecordingEntry, ScaleResult, SpasmEpisode, Treatment
from spasmograph.terms import TreatmentKind
from spasmograph.web.routes import ROUTERS
from tests.browser import NEEDED, OVERFLOW, Browser
from tests.record_worlds import NOON, workspace_in
from tests.served import Served, served

pytest.importorskip("selenium_axe_python", reason="axe-core is not installed")
pytestmark = NEEDED
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then((found) => done(found.violations.map((one) => [one.id, one.help, one.nodes.slice(0, 4).map((node) => node.html.slice(0, 200))])));
"""
# What a path's placeholder may stand for; a page whose placeholder is not here fails, so that none is forgotten.
KINDS = (JournalEntry, SpasmEpisode, Treatment, ScaleResult, RecordingEntry, Appointment, Question)
# They are no pages: files to take away, and ways in.
NO_PAGES = ("/enter", "/calendar/", "/api/", ".pdf", ".ics", ".csv", ".zip", "/film", "/report", "/download", "/files/")
# A page that asks what it is for.
QUERIES = {"/treatments/new": [f"?kind={kind}" for kind in TreatmentKind]}
LOOKS = [(1280, False), (1280, True), (360, False), (360, True)]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = workspace_in(tmp_path_factory.mktemp("home"))
    small_record(workspace)
    with served(workspace) as running:
        yield running


@pytest.fixture(scope="module")
def browser(app: Served) -> Iterator[Browser]:
    one = Browser()
    one.driver.get(app.link())
    yield one
    one.driver.quit()


def small_record(workspace: Workspace) -> None:
    """Something of every kind, so that no page is empty."""
    fill(workspace, until=NOON, years=0.6, entries=60, recordings=6, injections=2)
    workspace.save(Appointment(at=NOON.replace(year=2027), title="Neurology"))
    workspace.save(Question(at=NOON, text="How long does it last?"))


def paths_of(workspace: Workspace) -> list[str]:
    """The address of every page that can be asked for, one entry of each kind in place of the placeholders."""
    found = []
    for route in (route for router in ROUTERS for route in router.routes):
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and not any(mark in route.path for mark in NO_PAGES):
            found += filled_in(route.path, workspace)
    return sorted(set(found))


def filled_in(path: str, workspace: Workspace) -> list[str]:
    """The path with what stands for its placeholders."""
    if "{" not in path:
        return [f"{path}{query}" for query in QUERIES.get(path, ("",))]
    if "{scale}" in path or "{scale_id}" in path:
        return [path.replace("{scale}", name).replace("{scale_id}", name) for name in ("jrs", "bsdi", "sunnybrook", "phq9", "hsgs")]
    if "{kind}" in path:
        return [path.replace("{kind}", name) for name in ("botulinum_toxin", "drug", "procedure")]
    room = path.split("/")[1]
    kinds: dict[str, list[type[Any]]] = {
        "journal": [JournalEntry, SpasmEpisode],
        "treatments": [Treatment],
        "scales": [ScaleResult],
        "recordings": [RecordingEntry],
        "appointments": [Appointment],
        "questions": [Question],
    }
    before, _name, after = path.partition("{")
    return [f"{before}{workspace.list(kind, newest=1)[0].id}{after.partition('}')[2]}" for kind in kinds[room]]


@pytest.mark.parametrize(("width_px", "dark"), LOOKS)
def test_every_page_is_clean(app: Served, browser: Browser, width_px: int, dark: bool) -> None:
    axe = files("selenium_axe_python").joinpath("axe-core", "axe.min.js").read_text(encoding="utf-8")
    problems = []
    for path in paths_of(app.app.state.workspace):
        browser.open(f"{app.origin}{path}", width_px=width_px, dark=dark)
        problems += [f"{path}: {problem}" for problem in complaints(browser, axe, app.origin)]
    assert not problems, "\n".join(problems)


def complaints(browser: Browser, axe: str, origin: str) -> list[str]:
    """What is wrong with the page that is open."""
    browser.run(axe)
    found = [f"axe: {name}, {told}: {nodes}" for name, told, nodes in browser.driver.execute_async_script(AXE)]
    found += [f"the browser says {entry['message']}" for entry in browser.errors()]
    found += [f"asked for {address}" for address in browser.requests() if not address.startswith((origin, "data:", "blob:"))]
    sideways = browser.run(OVERFLOW)
    found += [f"{sideways} px wider than the window"] if sideways else []
    headings = browser.run("return document.querySelectorAll('h1').length")
    return found + ([f"{headings} headings of the first level"] if headings != 1 else [])


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
