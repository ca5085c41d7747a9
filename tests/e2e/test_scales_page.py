"""The pages of the scales in a real browser: under a thumb, by keyboard, without a script, and help where an answer needs it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.care.scales import filled_in, told_total
from spasmograph.model.record import ScaleResult
from tests.browser import NEEDED, OVERFLOW, TEXT_CONTRAST, UNNAMED, Browser
from tests.record_worlds import NOON, workspace_in
from tests.served import Served, served

pytestmark = NEEDED
LONG_FORMS = {"jrs": "blepharospasm", "bsdi": "mean", "sunnybrook": "", "phq9": "", "hfs30": "", "aims": ""}
LOOKS = [(1280, False), (1280, True), (360, False), (360, True)]
TARGET_PX = 44
SMALL = """
return [...document.querySelectorAll("main .item label, main button, main .button, main form input:not([type=radio], [type=hidden]), main select")]
  .filter((one) => one.checkVisibility()).map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < arguments[0] || box.height < arguments[0]).map(([name, box]) => `${name} ${box.width} x ${box.height}`);
"""
HELP = ".item .help"
SEEN = """
const box = document.querySelector(arguments[0]).getBoundingClientRect(), bar = document.querySelector(".press").getBoundingClientRect();
return box.height > 0 && box.top >= 0 && box.top < bar.top - 60;
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace_in(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def app(workspace: Workspace) -> Iterator[Served]:
    with served(workspace) as running:
        yield running


@pytest.fixture(scope="module")
def browser(app: Served) -> Iterator[Browser]:
    one = Browser()
    one.driver.get(app.link())
    yield one
    one.driver.quit()


@pytest.fixture
def shown(workspace: Workspace) -> list[str]:
    """Results with everything that a page can say."""
    for result in workspace.list(ScaleResult):
        workspace.remove(result.id)
    entries = [
        told_total("jrs", 7.0, variant="blepharospasm", at=NOON - timedelta(days=40)),
        filled_in("jrs", {"severity": 2.0, "frequency": 2.0}, variant="blepharospasm", at=NOON),
        filled_in("phq9", {str(number): 1.0 for number in range(1, 10)}, at=NOON),
        told_total("phq9", 12.0, at=NOON - timedelta(days=9)),
        filled_in("hfs30", {str(number): 2.0 for number in range(1, 28)}, at=NOON),
        filled_in("bsdi", {"driving": None, "reading": 2.0}, variant="mean", at=NOON),
        workspace.save(ScaleResult(at=NOON, scale="newer", total=3.0)),
    ]
    return [entry.id or workspace.note(entry).id for entry in entries]


def addresses(shown: list[str]) -> list[str]:
    choice = [f"/scales/new/{scale}" for scale in ("jrs", "cdq24")]
    whole = [f"/scales/new/{scale}?variant={variant}{only}" for scale, variant in LONG_FORMS.items() for only in ("", "&only=yes")]
    known = [f"/scales/{result}{page}" for result in shown[:-1] for page in ("", "/edit", "/remove")]
    return ["/scales", *choice, *whole, *known, f"/scales/{shown[-1]}"]


def tap(browser: Browser, item: str, value: int) -> None:
    browser.click(f'input[name="item:{item}"][value="{value}"]')


@pytest.mark.parametrize(("width_px", "dark"), LOOKS)
def test_every_page_fits_and_is_easy_to_press(app: Served, browser: Browser, shown: list[str], width_px: int, dark: bool) -> None:
    problems = []
    for address in addresses(shown):
        browser.open(f"{app.origin}{address}", width_px=width_px, dark=dark)
        if browser.run("return Boolean(document.querySelector('[data-urgent]'))"):
            tap(browser, "9", 1)
        found = [*browser.run(SMALL, TARGET_PX), *browser.run(TEXT_CONTRAST), *browser.run(UNNAMED), *browser.errors()]
        found += ["wider than the window"] if browser.run(OVERFLOW) else []
        problems += [f"{address}: {problem}" for problem in found]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("width_px", "dark"), [(1280, False), (360, True)])
def test_axe_finds_nothing(app: Served, browser: Browser, shown: list[str], width_px: int, dark: bool) -> None:
    pytest.importorskip("selenium_axe_python", reason="axe-core is not installed")
    problems = []
    for address in addresses(shown):
        browser.open(f"{app.origin}{address}", width_px=width_px, dark=dark)
        if browser.run("return Boolean(document.querySelector('[data-urgent]'))"):
            tap(browser, "9", 1)
        problems += [f"{address}: {problem}" for problem in browser.violations()]
    assert not problems, "\n".join(problems)


def test_rows_of_a_phone_are_whole(app: Served, browser: Browser) -> None:
    """The steps of an item by numbers stand in one line, so that 30 of them are answered by going straight down."""
    browser.open(f"{app.origin}/scales/new/hfs30?variant=", width_px=360)
    lines = "return [...document.querySelectorAll('.item > div:first-of-type')].map((row) => row.getBoundingClientRect().height)"
    heights = browser.run(lines)
    assert len(heights) == 30
    assert max(heights) < 2 * TARGET_PX


@pytest.mark.parametrize("only", ["", "&only=yes"])
@pytest.mark.parametrize("width_px", [1280, 360])
def test_help_is_in_sight_as_soon_as_item_9_is_above_0(app: Served, browser: Browser, width_px: int, only: str) -> None:
    browser.open(f"{app.origin}/scales/new/phq9?variant={only}", width_px=width_px, height_px=740, calm=True)
    assert not browser.run(f"return document.querySelector('{HELP}').checkVisibility()")
    for value in (1, 2, 3):
        tap(browser, "9", value)
        assert browser.run(SEEN, HELP), value
    assert "Help is there now" in browser.text(HELP)
    assert browser.run(f"return document.querySelector('{HELP}').parentElement.getAttribute('role')") == "status"
    tap(browser, "9", 0)
    assert not browser.run(f"return document.querySelector('{HELP}').checkVisibility()")


def test_how_much_is_answered_is_told(app: Served, browser: Browser) -> None:
    browser.open(f"{app.origin}/scales/new/gad7?variant=")
    assert browser.text("[data-answered]") == "0 of 7 answered"
    tap(browser, "1", 2)
    tap(browser, "1", 0)
    tap(browser, "5", 3)
    assert browser.text("[data-answered]") == "2 of 7 answered"
    tap(browser, "5", 3)
    assert browser.text("[data-answered]") == "1 of 7 answered"  # tapped again, an answer is taken back


def test_a_form_is_filled_in_by_keyboard_alone(app: Served, browser: Browser, workspace: Workspace) -> None:
    from selenium.webdriver.common.keys import Keys

    for result in workspace.list(ScaleResult):
        workspace.remove(result.id)
    browser.open(f"{app.origin}/scales/new/jrs?variant=blepharospasm")
    browser.focus('input[name="item:severity"]')
    browser.press(Keys.SPACE, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.TAB, Keys.ARROW_DOWN, Keys.ENTER)
    browser.settle()
    assert "3 of 0–8" in browser.text("main")
    (kept,) = workspace.list(ScaleResult)
    assert dict(kept.items) == {"severity": 2.0, "frequency": 1.0}


def test_all_of_it_works_without_a_script(app: Served, workspace: Workspace) -> None:
    for result in workspace.list(ScaleResult):
        workspace.remove(result.id)
    still = Browser(script=False)
    try:
        still.driver.get(app.link())
        still.driver.get(f"{app.origin}/scales/new/phq9?variant=")
        helping = still.driver.find_element("css selector", HELP)
        assert not helping.is_displayed()
        still.driver.find_element("css selector", 'input[name="item:9"][value="1"]').click()
        assert helping.is_displayed()
        still.driver.find_element("css selector", "form button.main").click()
        assert still.driver.find_element("id", "help").text == "Help is there now"
        assert "8 of 9 items are not answered yet" in still.driver.find_element("tag name", "main").text
    finally:
        still.driver.quit()
    assert [dict(result.items) for result in workspace.list(ScaleResult)] == [{"9": 1.0}]
