"""Data in and out in a real browser: taken away, brought back, a table brought in, everything deleted; by keyboard and without a script."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any
from zipfile import ZipFile

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.app.workspace.recordings import About
from spasmograph.model.record import JournalEntry
from tests.browser import NEEDED, TEXT_CONTRAST, UNNAMED, Browser
from tests.record_worlds import NOON, workspace_in
from tests.served import Served, served

pytest.importorskip("selenium_axe_python", reason="axe-core is not installed")
pytestmark = NEEDED
SMALL = """
const pressed = "main button, a.button, summary, select, label:has(input), main input:not([type=hidden], [type=radio], [type=checkbox])";
return [...document.querySelectorAll(pressed)].filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 90));
"""
NEXT = "form[action='/data/table/rows'] button.main"
DIARY = "Date;Time;How bad;Comment\n3/2/2026;08:30;4;windy\n4/2/2026;;eleven;\n5/2/2026;09:00;0;calm\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = workspace_in(tmp_path_factory.mktemp("home"))
    with served(workspace) as running:
        yield running


@pytest.fixture
def workspace(app: Served) -> Workspace:
    """The record of the app, empty."""
    found: Workspace = app.app.state.workspace
    for entry in found.entries():
        found.remove(entry.id)
    return found


@pytest.fixture(scope="module")
def scripted(app: Served) -> Iterator[Browser]:
    one = Browser()
    one.driver.get(app.link())
    yield one
    one.driver.quit()


@pytest.fixture(scope="module")
def plain(app: Served) -> Iterator[Browser]:
    """A browser without scripts."""
    one = Browser(script=False)
    one.driver.get(app.link())
    yield one
    one.driver.quit()


@pytest.fixture(params=["scripted", "plain"])
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Browser:
    """A browser with scripts and one without, each of which puts what it downloads into a folder of the test."""
    found: Browser = request.getfixturevalue(request.param)
    downloads = {"behavior": "allow", "downloadPath": str(tmp_path)}
    found.driver.execute_cdp_cmd("Browser.setDownloadBehavior", downloads)
    found.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True})
    return found


def find(browser: Browser, selector: str) -> Any:
    return browser.driver.find_element("css selector", selector)


def press(browser: Browser, selector: str) -> None:
    """Press something that leads to another page, and wait for that one."""
    before = find(browser, "html")
    find(browser, selector).click()
    awaited(lambda: gone(before))


def gone(element: Any) -> bool:
    from selenium.common.exceptions import WebDriverException

    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False


def awaited(happened: Callable[[], object]) -> None:
    for _ in range(500):
        if happened():
            return
        sleep(0.02)
    pytest.fail("it did not happen within 10 s")


def shown(browser: Browser) -> str:
    return " ".join(find(browser, "main").text.split())


def choose(browser: Browser, name: str, value: str) -> None:
    find(browser, f"select[name='{name}'] option[value='{value}']").click()


def test_the_archive_is_taken_away_and_brought_back(app: Served, browser: Browser, workspace: Workspace, tmp_path: Path) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=4))
    browser.driver.get(f"{app.origin}/data")
    find(browser, "a[href='/data/archive.zip']").click()
    taken = tmp_path / "spasmograph-2026-03-14.zip"
    awaited(taken.exists)
    with ZipFile(taken) as found:
        assert found.testzip() is None
    awaited(lambda: not [path for path in (workspace.home / "uploads").iterdir() if path.name.endswith(".part")])

    workspace.remove(entry.id)
    press(browser, "a[href='/data/restore']")
    find(browser, "input[type=file]").send_keys(str(taken))
    press(browser, "button.main")
    assert find(browser, "dl.counts dd").text == "1"
    assert workspace.list(JournalEntry) == [entry]


def test_an_archive_is_added_to_a_record_that_has_entries(app: Served, browser: Browser, workspace: Workspace, tmp_path: Path) -> None:
    taken = tmp_path / "taken.zip"
    old = workspace.save(JournalEntry(at=NOON, severity=4))
    workspace.archive(taken)
    workspace.save(JournalEntry(id=old.id, version=1, at=NOON, severity=5, noted_at=old.noted_at))

    browser.driver.get(f"{app.origin}/data/restore")
    find(browser, "input[type=file]").send_keys(str(taken))
    find(browser, "input[name=merge]").click()
    press(browser, "button.main")
    assert "another version of this entry, which stays" in shown(browser)


def test_a_table_is_brought_in(app: Served, browser: Browser, workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "diary.csv").write_text(DIARY)
    browser.driver.get(f"{app.origin}/data")
    press(browser, "a[href='/data/table']")
    find(browser, "input[type=file]").send_keys(str(tmp_path / "diary.csv"))
    press(browser, "button.main")
    for name, value in {"c0": "date", "c1": "time", "c2": "severity", "c3": "note"}.items():
        choose(browser, name, value)
    press(browser, NEXT)
    assert "Say whether the dates begin with the day or with the month" in shown(browser)
    assert find(browser, "select[name=c3]").get_attribute("value") == "note"

    find(browser, "input[name=order][value=day_first]").click()
    press(browser, NEXT)
    assert "severity is 'eleven'" in shown(browser)
    assert not workspace.entries()

    press(browser, "main a[href^='/data/table?']")
    assert find(browser, "select[name=c3]").get_attribute("value") == "note"
    assert find(browser, "input[name=order][value=day_first]").is_selected()
    press(browser, "button[value=episode]")
    choose(browser, "c3", "")
    press(browser, "button[value=journal]")
    assert [find(browser, f"select[name=c{place}]").get_attribute("value") for place in range(4)] == ["date", "time", "severity", ""]

    press(browser, NEXT)
    press(browser, NEXT)
    assert "2 entries were added." in shown(browser)
    assert [(one.at.strftime("%d.%m. %H:%M"), one.severity, one.note) for one in workspace.list(JournalEntry)] == [
        ("03.02. 08:30", 4, ""),
        ("05.02. 09:00", 0, ""),
    ]


def test_everything_is_deleted(app: Served, browser: Browser, workspace: Workspace) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4))
    with workspace.arrival() as arriving:
        arriving.write(b"no film")
        workspace.keep_recording(arriving.finish(), About(name="film.mp4", at=NOON))
    workspace.finish_analyses()

    browser.driver.get(f"{app.origin}/data")
    press(browser, "a[href='/data/delete']")
    find(browser, "input[name=word]").send_keys("dele")
    press(browser, "button.danger")
    assert "Nothing was deleted" in shown(browser)
    assert len(workspace.entries()) == 2

    find(browser, "input[name=word]").clear()
    find(browser, "input[name=word]").send_keys("delete")
    press(browser, "button.danger")
    assert "This is an empty record." in shown(browser)
    assert not workspace.entries()
    assert sorted({path.name.partition("-")[0] for path in workspace.home.iterdir()}) == ["record.sqlite3"]

    browser.driver.get(f"{app.origin}/journal")
    find(browser, "input[name=severity][value='3']").click()
    press(browser, "form[data-guard] button.main")
    assert workspace.list(JournalEntry)[0].severity == 3


def test_everything_is_deleted_by_keyboard_alone(app: Served, scripted: Browser, workspace: Workspace) -> None:
    from selenium.webdriver import Keys

    workspace.save(JournalEntry(at=NOON, severity=4))
    scripted.open(f"{app.origin}/data/delete")
    scripted.focus("input[name=word]")
    scripted.press("delete")
    before = find(scripted, "html")
    scripted.press(Keys.TAB)
    assert scripted.run("return document.activeElement.textContent") == "Delete everything for good"
    find(scripted, "button.danger").send_keys(Keys.ENTER)
    awaited(lambda: gone(before))
    assert not workspace.entries()


def test_a_file_that_is_too_large_is_told_before_it_is_sent(app: Served, scripted: Browser, tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_bytes(b"x" * 2_000_001)
    (tmp_path / "small.csv").write_bytes(b"date\n2026-01-02\n")
    scripted.open(f"{app.origin}/data/table")
    said = "return document.querySelector('input[type=file]').validationMessage"

    find(scripted, "input[type=file]").send_keys(str(tmp_path / "large.csv"))
    assert "larger than 2 MB" in scripted.run(said)
    find(scripted, "input[type=file]").send_keys(str(tmp_path / "small.csv"))
    assert scripted.run(said) == ""


def test_every_step_is_clean(app: Served, scripted: Browser, workspace: Workspace) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4))
    name = workspace.keep_table(DIARY.encode())
    chinese = workspace.keep_table("date,note\n2026-01-02,今天很好\n".encode("cp950"))
    said = f"table={name}&c0=date&c1=time&c2=severity&c3=note"
    paths = (
        "/data?added=2&there=1",
        "/data/table?table=gone",
        f"/data/table?table={name}",
        f"/data/table?table={name}&kind=scale",
        f"/data/table?table={chinese}",
        f"/data/table/rows?{said}",
        f"/data/table/rows?{said}&c3=severity&order=day_first",
        f"/data/table/rows?{said}&order=day_first",
        "/data/restore",
        "/data/delete",
    )
    for width_px, dark in ((1280, False), (360, True)):
        for path in paths:
            scripted.open(f"{app.origin}{path}", width_px=width_px, dark=dark)
            scripted.run("for (const one of document.querySelectorAll('details')) one.open = true")
            found = [one for one in scripted.complaints(app.origin) if "Failed to load resource" not in one]
            assert [*found, *scripted.run(TEXT_CONTRAST), *scripted.run(UNNAMED), *scripted.run(SMALL)] == [], path
