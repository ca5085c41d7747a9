"""Journal, first page and settings in a real browser: a few taps, by keyboard, without a script, in two windows."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import Entry, JournalEntry, Settings, SpasmEpisode
from tests.browser import NEEDED, TEXT_CONTRAST, UNNAMED, Browser
from tests.record_worlds import NOON, workspace_in
from tests.served import Served, served

pytestmark = NEEDED
PHONE_PX = 360
FOCUSED = "const one = document.activeElement; return [one.tagName, one.name || '', one.textContent.trim().slice(0, 40)]"
SMALL = """
const pressed = "main button, a.button, summary, select, label:has(input), main input:not([type=hidden], [type=radio], [type=checkbox])";
return [...document.querySelectorAll(pressed)].filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 90));
"""
IN_VIEW = "const box = document.querySelector(arguments[0]).getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = workspace_in(tmp_path_factory.mktemp("home"))
    with served(workspace) as running:
        yield running


@pytest.fixture(scope="module")
def entered(app: Served) -> Iterator[Browser]:
    one = Browser()
    one.driver.get(app.link())
    yield one
    one.driver.quit()


@pytest.fixture
def workspace(app: Served) -> Workspace:
    """The record of the app, empty."""
    found: Workspace = app.app.state.workspace
    for entry in found.entries():
        found.remove(entry.id)
    return found


@pytest.fixture
def visit(app: Served, entered: Browser, workspace: Workspace) -> Callable[[str], Browser]:
    """Opens a page of the app on a phone."""
    assert not workspace.entries()

    def opened(path: str) -> Browser:
        entered.open(f"{app.origin}{path}", width_px=PHONE_PX, height_px=740)
        return entered

    return opened


Visit = Callable[[str], Browser]


def send(browser: Browser, selector: str = "main form[data-guard] button") -> None:
    """Press a button and wait for the next page."""
    before = browser.run("return performance.timeOrigin")
    browser.click(selector)
    arrive(browser, before)


def arrive(browser: Browser, before: float) -> None:
    """Wait until another page stands than the one that began `before`."""
    for _ in range(1000):
        if browser.run("return performance.timeOrigin") != before and browser.run("return document.readyState") == "complete":
            return
        browser.settle()
    pytest.fail("no other page came")


def test_an_entry_takes_two_taps_with_one_thumb(visit: Visit, workspace: Workspace) -> None:
    browser = visit("/journal")
    assert browser.run(IN_VIEW, "input[name=severity][value='4']")
    assert browser.run(IN_VIEW, "form[data-guard] button.main")

    browser.click("input[name=severity][value='4']")
    send(browser)

    (entry,) = workspace.list(JournalEntry)
    assert entry.severity == 4
    assert "severity 4 of 10" in browser.text("[role=status]")


def test_a_choice_that_is_tapped_again_is_taken_back(visit: Visit) -> None:
    browser = visit("/journal")
    chosen = "return document.querySelectorAll('input[name=severity]:checked').length"

    found = []
    for _time in range(3):
        browser.driver.find_element("css selector", "input[name=severity][value='4']").click()
        found.append(browser.run(chosen))
    assert found == [1, 0, 1]


def test_an_entry_by_keyboard_alone(visit: Visit, workspace: Workspace) -> None:
    from selenium.webdriver import Keys

    browser = visit("/journal")
    browser.focus("input[name=severity]")
    browser.press(Keys.ARROW_RIGHT)
    browser.press(Keys.TAB)
    browser.press(Keys.SPACE)
    before = browser.run("return performance.timeOrigin")
    browser.press(Keys.ENTER)
    arrive(browser, before)

    (entry,) = workspace.list(JournalEntry)
    assert (entry.severity, entry.bothered) == (1, "not_at_all")


def test_an_episode_takes_one_tap_and_one_undoes_it(visit: Visit, workspace: Workspace) -> None:
    browser = visit("/")
    send(browser, "form[action='/journal/episode'] button")
    assert len(workspace.list(SpasmEpisode)) == 1
    assert browser.run(FOCUSED)[2].startswith("Episode noted at")

    browser.click("input[name=severity][value='7']")
    send(browser)
    (episode,) = workspace.list(SpasmEpisode)
    assert episode.severity == 7

    send(browser, "form[action='/journal/episode'] button")
    send(browser, "form[action$='/remove'] button")
    assert workspace.list(SpasmEpisode) == [episode]


def test_a_wrong_field_is_where_the_focus_is_and_the_words_stay(visit: Visit) -> None:
    browser = visit("/settings")
    browser.run("document.querySelector('[name=person]').value = 'A. Person'; document.querySelector('[name=born]').removeAttribute('maxlength')")
    browser.run("document.querySelector('[name=born]').value = 'x'.repeat(201)")
    send(browser)

    assert browser.run(FOCUSED)[:2] == ["INPUT", "born"]
    assert browser.run("return document.activeElement.getAttribute('aria-describedby')") == "born-wrong"
    assert browser.run("return document.querySelector('[name=person]').value") == "A. Person"
    assert "at most 200" in browser.text("#born-wrong")


def changed_in_two_windows(visit: Visit, workspace: Workspace) -> Browser:
    """An entry was open in one window while another one changed it; then the first one was sent."""
    entry = workspace.save(JournalEntry(at=NOON, severity=5, note="at first"))
    browser = visit(f"/journal/{entry.id}")
    workspace.save(JournalEntry(id=entry.id, version=1, at=NOON, severity=6, note="from another window", noted_at=entry.noted_at))
    browser.run("document.querySelector('[name=note]').value = 'from this window'")
    send(browser)
    return browser


def test_two_windows_show_both_and_the_person_chooses(visit: Visit, workspace: Workspace) -> None:
    browser = changed_in_two_windows(visit, workspace)
    shown = browser.text(".notice")
    assert "from another window" in shown
    assert "from this window" in shown
    assert browser.run(FOCUSED)[2] == "This was changed in another window"
    assert workspace.list(JournalEntry)[0].note == "from another window"

    send(browser)
    (entry,) = workspace.list(JournalEntry)
    assert (entry.note, entry.severity, entry.version) == ("from this window", 5, 3)


def test_what_was_typed_is_not_left_behind_unasked(visit: Visit) -> None:
    leaving = "const leave = new Event('beforeunload', { cancelable: true }); dispatchEvent(leave); return leave.defaultPrevented"
    browser = visit("/questions")
    assert not browser.run(leaving)

    browser.driver.find_element("name", "text").send_keys("Why?")
    assert browser.run(leaving)
    send(browser)
    assert not browser.run(leaving)


def test_pages_after_a_mistake_are_clean_too(app: Served, visit: Visit, workspace: Workspace) -> None:

    def told(browser: Browser) -> list[str]:
        found = [one for one in browser.complaints(app.origin) if "Failed to load resource" not in one]
        return [*found, *browser.run(TEXT_CONTRAST), *browser.run(UNNAMED), *browser.run(SMALL)]

    assert told(changed_in_two_windows(visit, workspace)) == []
    browser = visit("/journal")
    send(browser)
    assert "Nothing was chosen" in browser.text("#severity-wrong")
    assert told(browser) == []
    workspace.save(Settings(id="settings", at=NOON, symptoms=("tears", "pull at the mouth", "sound in the ear")))
    episode = workspace.save(SpasmEpisode(at=NOON))
    for path in ("/", f"/?episode={episode.id}", "/journal", f"/journal/{episode.id}", "/settings", "/appointments", "/questions"):
        assert told(visit(path)) == [], path


@pytest.fixture(scope="module")
def plain(app: Served) -> Iterator[Browser]:
    """A browser without scripts."""
    one = Browser(script=False)
    one.driver.get(app.link())
    yield one
    one.driver.quit()


def test_everything_is_done_without_a_script(app: Served, plain: Browser, workspace: Workspace) -> None:
    from selenium.webdriver.support.expected_conditions import staleness_of
    from selenium.webdriver.support.wait import WebDriverWait

    def press(selector: str) -> None:
        plain.driver.find_element("css selector", selector).click()

    def follow(selector: str) -> None:
        before = plain.driver.find_element("tag name", "html")
        press(selector)
        WebDriverWait(plain.driver, 30).until(staleness_of(before))

    plain.driver.get(f"{app.origin}/journal")
    press("input[name=severity][value='3']")
    follow("form[data-guard] button")
    (entry,) = workspace.list(JournalEntry)
    assert entry.severity == 3

    plain.driver.get(f"{app.origin}/journal/{entry.id}")
    press("input[name=severity][value='']")
    press("input[name=tag][value='stress']")
    follow("form[data-guard] button")
    changed = workspace.get(entry.id, JournalEntry)
    assert (changed.severity, changed.tags) == (None, ("stress",))

    plain.driver.get(f"{app.origin}/journal/{entry.id}")
    follow("a.danger")
    follow("button.danger")
    assert not workspace.entries()


def test_days_past_are_noted_and_marked(visit: Visit, workspace: Workspace) -> None:
    browser = visit("/journal")
    past: Entry = JournalEntry(at=NOON - timedelta(days=3))
    browser.click("details:last-of-type summary")
    browser.run("document.querySelector('[name=date]').value = arguments[0]", past.at.date().isoformat())
    browser.click("input[name=severity][value='2']")
    send(browser)

    (entry,) = workspace.list(JournalEntry)
    assert entry.at.date() == past.at.date()
    assert "noted later" in browser.text("ol.days")
