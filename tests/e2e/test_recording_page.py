"""A recording's page in a real browser: an event leads to its moment in the film, corrections leave the film alone, files are handed in."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import RecordingEntry
from spasmograph.terms import AnalysisState, EventKind, Judgement, Side
from tests.browser import NEEDED, OVERFLOW, TEXT_CONTRAST, Browser
from tests.fakes import fake_measurement
from tests.record_worlds import workspace_in
from tests.recording_worlds import STEPS, as_no_film, as_steps, measured, small_film
from tests.served import Served, served

pytest.importorskip("selenium_axe_python", reason="axe-core is not installed")
pytestmark = NEEDED
EVENTS = fake_measurement().events
RIGHT = next(number for number, event in enumerate(EVENTS) if event.kind is EventKind.CONTRACTION and event.side is Side.RIGHT)
LATE = max(number for number, event in enumerate(EVENTS) if event.kind is EventKind.CONTRACTION)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return small_film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = workspace_in(tmp_path_factory.mktemp("home"))
    workspace.start_analyses = lambda: None  # type: ignore[method-assign]  # tests say themselves when something is measured, and how
    with served(workspace) as running:
        yield running


@pytest.fixture(scope="module")
def browser(app: Served) -> Iterator[Browser]:
    one = Browser()
    one.driver.get(app.link())
    yield one
    one.driver.quit()


@pytest.fixture
def workspace(app: Served) -> Workspace:
    found: Workspace = app.app.state.workspace
    for entry in found.list(RecordingEntry):
        found.remove(entry.id)
    return found


@pytest.fixture
def entry(workspace: Workspace, content: bytes) -> RecordingEntry:
    return measured(workspace, content)


def open_page(browser: Browser, app: Served, path: str, **look: Any) -> None:
    browser.open(f"{app.origin}{path}", **look)


def until(browser: Browser, code: str, *arguments: Any) -> Any:
    """Wait until something in the page is true."""
    for _ in range(3000):
        found = browser.run(f"return {code}", *arguments)
        if found:
            return found
        sleep(0.02)
    return pytest.fail(f"it never came about: {code}")


def film_s(browser: Browser) -> float:
    return float(browser.run("return document.getElementById('film').currentTime"))


def press(browser: Browser, selector: str) -> None:
    """A press as a person does it, which alone lets a film play."""
    element = browser.driver.find_element("css selector", selector)
    browser.run("arguments[0].scrollIntoView({ block: 'center' })", element)
    element.click()
    browser.settle()


@pytest.fixture
def playing(browser: Browser, app: Served, entry: RecordingEntry) -> RecordingEntry:
    open_page(browser, app, f"/recordings/{entry.id}")
    until(browser, "document.getElementById('film').readyState >= 2")
    return entry


@pytest.mark.usefixtures("playing")
def test_an_event_leads_to_its_moment_in_the_film(browser: Browser) -> None:
    press(browser, f'.only-wide a.event[data-key="{LATE + 1}"] .field')
    until(browser, "!document.getElementById('film').seeking")
    onset_s = EVENTS[LATE].onset_s
    assert onset_s - 1 < film_s(browser) < EVENTS[LATE].offset_s + 1
    assert until(browser, "document.querySelector('#event-' + arguments[0] + '.current')", LATE + 1)
    assert browser.errors() == []


@pytest.mark.usefixtures("playing")
def test_the_film_stops_after_the_event(browser: Browser) -> None:
    press(browser, f'a.play[data-key="{RIGHT + 1}"]')
    until(browser, "!document.getElementById('film').paused")
    until(browser, "document.getElementById('film').paused")
    assert film_s(browser) == pytest.approx(EVENTS[RIGHT].offset_s + 0.5, abs=0.4)


@pytest.mark.usefixtures("playing")
def test_a_line_follows_the_film(browser: Browser) -> None:
    places = []
    for time_s in (10.0, 40.0):
        browser.run("document.getElementById('film').currentTime = arguments[0]", time_s)
        until(browser, "!document.getElementById('film').seeking")
        browser.settle()
        chart = browser.run("const c = document.querySelector('.only-wide .chart'); return [+c.dataset.left, +c.dataset.right, +c.dataset.end]")
        x = float(browser.run("return document.querySelector('.only-wide .playhead').transform.baseVal[0].matrix.e"))
        places.append((x - chart[0]) / (chart[1] - chart[0]) * chart[2])
    assert places == pytest.approx([10.0, 40.0], abs=0.2)


@pytest.mark.usefixtures("playing")
def test_the_keyboard_goes_from_event_to_event(browser: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    assert browser.run("return document.querySelectorAll('.only-wide a.event[tabindex=\"0\"]').length") == 1
    browser.run("document.querySelector('.only-wide a.event').focus()")
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT, Keys.ENTER)
    key = browser.run("return document.activeElement.dataset.key")
    order = sorted(range(len(EVENTS)), key=lambda number: EVENTS[number].onset_s)
    assert int(key) == order[1] + 1
    until(browser, "document.getElementById('film').currentTime > 0")


def test_a_correction_leaves_the_film_where_it_is(browser: Browser, playing: RecordingEntry, workspace: Workspace) -> None:
    browser.run("window.same = document.getElementById('film'); window.same.currentTime = 12.5")
    browser.run("document.getElementById('wrong-' + arguments[0]).focus()", RIGHT + 1)
    browser.click(f"#wrong-{RIGHT + 1}")
    until(browser, "document.getElementById('back-' + arguments[0])", RIGHT + 1)
    assert browser.run("return window.same === document.getElementById('film') && window.same.currentTime === 12.5")
    assert workspace.get(playing.id, RecordingEntry).corrections[0].judgement is Judgement.REJECTED
    assert "measured:" in browser.text("#numbers")
    assert browser.run("return document.activeElement.id") == f"back-{RIGHT + 1}"
    browser.click(f"#back-{RIGHT + 1}")
    until(browser, "document.getElementById('wrong-' + arguments[0])", RIGHT + 1)
    assert workspace.get(playing.id, RecordingEntry).corrections == ()
    assert browser.errors() == []


def test_a_missed_event_is_added_where_the_film_stands(browser: Browser, playing: RecordingEntry, workspace: Workspace) -> None:
    browser.run("document.getElementById('missed').open = true")
    for field, time_s in (("onset_s", 30.25), ("offset_s", 31.5)):
        browser.run("document.getElementById('film').currentTime = arguments[0]", time_s)
        browser.click(f'#missed [data-fill="{field}"]')
    browser.run("document.querySelector('#missed input[value=left]').checked = true")
    browser.click("#missed button.main")
    until(browser, "document.querySelector('.said-added')")
    (correction,) = workspace.get(playing.id, RecordingEntry).corrections
    assert (correction.onset_s, correction.offset_s, correction.side) == (30.25, 31.5, Side.LEFT)


def test_a_change_that_cannot_be_is_told_in_its_form(browser: Browser, playing: RecordingEntry, workspace: Workspace) -> None:
    browser.click(f"#change-{RIGHT + 1}")
    until(browser, "document.getElementById('change')")
    browser.run("document.querySelector('#change [name=onset_s]').value = '9'; document.querySelector('#change [name=offset_s]').value = '8'")
    browser.click("#change button.main")
    assert "ends before it begins" in until(browser, "document.querySelector('#change .wrong')?.textContent")
    browser.run("document.querySelector('#change [name=offset_s]').value = '9,5'")
    browser.click("#change button.main")
    until(browser, "document.querySelector('.said-changed')")
    assert workspace.measurement(playing.id).listed[RIGHT].onset_s == 9.0


def test_in_a_second_window_the_first_ones_change_is_told(browser: Browser, playing: RecordingEntry, workspace: Workspace) -> None:
    from tests.unit.test_recordings_corrections import MISSED

    workspace.correct(playing.id, MISSED, version=playing.version)
    browser.click(f"#wrong-{RIGHT + 1}")
    assert "another window" in until(browser, "document.querySelector('#said [role=alert]')?.textContent")
    browser.click(f"#wrong-{RIGHT + 1}")
    until(browser, "document.getElementById('back-' + arguments[0])", RIGHT + 1)
    assert len(workspace.get(playing.id, RecordingEntry).corrections) == 2


@pytest.mark.parametrize(("width_px", "dark"), [(1280, False), (1280, True), (360, False), (360, True)])
def test_everybody_can_read_it(width_px: int, dark: bool, browser: Browser, app: Served, workspace: Workspace, content: bytes) -> None:
    one = measured(workspace, content, measure=as_steps, steps=STEPS)
    failed = measured(workspace, b"no film", measure=as_no_film)
    version = workspace.get(one.id, RecordingEntry).version
    from tests.unit.test_recordings_corrections import said

    workspace.correct(one.id, said(Judgement.REJECTED, RIGHT), version=version)
    for path in ("/recordings", f"/recordings/{one.id}?show=all&change={RIGHT + 1}", f"/recordings/{failed.id}"):
        open_page(browser, app, path, width_px=width_px, height_px=740, dark=dark)
        browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
        assert browser.violations() == []
        assert browser.run(TEXT_CONTRAST) == []
        assert browser.run(OVERFLOW) == 0
        assert browser.errors() == []


def test_files_are_handed_in_and_the_list_follows(browser: Browser, app: Served, workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_bytes(b"hello " * 1000)
    small_film(tmp_path / "still.mp4", seconds=1)
    open_page(browser, app, "/recordings")
    browser.driver.find_element("id", "files").send_keys(f"{tmp_path / 'text.mp4'}\n{tmp_path / 'still.mp4'}")
    browser.click("#upload button")
    until(browser, "document.querySelectorAll('ul.recordings > li').length === 2")
    assert browser.text("#sending").count("is here") == 2
    assert browser.run("return document.querySelectorAll('[data-watch]').length") == 2
    workspace.finish_analyses()
    assert {entry.state for entry in workspace.list(RecordingEntry)} == {AnalysisState.FAILED}
    until(browser, "document.querySelectorAll('.mark.bad').length === 2")
    assert {entry.at.utcoffset() is not None for entry in workspace.list(RecordingEntry)} == {True}
    browser.driver.find_element("id", "files").send_keys(str(tmp_path / "text.mp4"))
    browser.click("#upload button")
    until(browser, "document.querySelector('#sending')?.textContent.includes('was here already')")
    assert browser.errors() == []


def test_the_report_opens_in_its_own_sandbox(browser: Browser, app: Served, workspace: Workspace, entry: RecordingEntry) -> None:
    from spasmograph.present import report_html

    path = workspace.results_folder(entry.id) / "report.html"
    path.write_text(report_html(fake_measurement()), encoding="utf-8")
    open_page(browser, app, f"/recordings/{entry.id}/report")
    assert browser.run("return document.documentElement.classList.contains('live')"), "its own script runs"
    assert browser.run("return window.origin") == "null", "and belongs to nobody"
    assert browser.errors() == []
