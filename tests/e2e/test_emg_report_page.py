"""The EMG report in a real browser: it opens without a network, works by keyboard, mouse and without its script, and fits a phone.

Needs Chromium and its driver (Debian: `apt-get install chromium chromium-driver`); skipped where they are absent.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spasmograph.present.emg import emg_report_html
from tests import emg_report_worlds as worlds
from tests.browser import MISSING, OVERFLOW, TEXT_CONTRAST, UNNAMED, Browser

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
WORLDS: dict[str, Callable[[], Any]] = {
    "rich": worlds.rich_emg,
    "poor": worlds.poor_emg,
    "refused": worlds.refused_emg,
    "evoked": worlds.evoked_emg,
    "operation": worlds.operation_emg,
    "filmed": worlds.filmed_emg,
    "wide": worlds.wide_emg,
    "hostile": worlds.hostile_emg,
}
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"
PATH = "return document.querySelector('[data-{}=orbicularis_oculi_right]').getAttribute('d')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    one = Browser()
    yield one
    one.driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {}
    for name, world in WORLDS.items():
        written[name] = folder / f"{name} é.html"
        written[name].write_text(emg_report_html(world()), "utf-8")
    return written


@pytest.fixture
def rich(browser: Browser, pages: dict[str, Path]) -> Browser:
    browser.open(pages["rich"])
    return browser


@pytest.mark.parametrize("world", WORLDS)
def test_opens_without_an_error_and_without_a_network(world: str, browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages[world])

    assert browser.errors() == []
    assert browser.requests() == []
    assert browser.run("return document.documentElement.classList.contains('live')")


def test_policy_stops_what_does_not_belong(rich: Browser) -> None:
    rich.run("const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s)")

    assert rich.run("return window.broken") is None
    assert "Content Security Policy" in str(rich.errors())


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read(world: str, dark: bool, browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages[world], dark=dark)
    browser.run(OPEN_ALL)

    assert browser.run(TEXT_CONTRAST) == []


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("width_px", [320, 390, 768, 1280])
def test_nothing_runs_out_of_the_page(world: str, width_px: int, browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages[world], width_px=width_px, height_px=740)
    browser.run(OPEN_ALL)

    assert browser.run(OVERFLOW) == 0


def test_everything_that_can_be_used_has_a_name(rich: Browser) -> None:
    assert rich.run(UNNAMED) == []


# ---- timeline


def test_keys_zoom_move_and_show_everything(rich: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    rich.focus("#view")
    rich.press("+", "+")
    assert rich.shown_s() == pytest.approx((22.5, 37.5), abs=0.11)
    rich.press(Keys.ARROW_RIGHT)
    assert rich.shown_s() == pytest.approx((26.25, 41.25), abs=0.11)
    rich.press(Keys.HOME)
    assert rich.shown_s() == (0.0, 15.0)
    rich.press("0")
    assert rich.shown_s() == (0.0, 60.0)


def test_envelopes_and_bursts_follow_the_view(rich: Browser) -> None:
    whole = [rich.run(PATH.format(kind)) for kind in ("signal", "bands")]
    rich.click("[data-do=in]")
    part = [rich.run(PATH.format(kind)) for kind in ("signal", "bands")]

    assert whole[0] != part[0]
    assert 0 < part[1].count("M") < whole[1].count("M")
    assert "NaN" not in "".join(part)


def test_bursts_are_drawn_where_they_are(rich: Browser) -> None:
    burst = next(one for one in worlds.rich_emg().events if one.channel == "orbicularis_oculi_right")
    rich.click("[data-do=in]")
    rich.click("[data-do=in]")
    rich.focus("#view")
    from selenium.webdriver.common.keys import Keys

    rich.press(Keys.HOME)
    left = float(rich.run(PATH.format("bands")).split("M")[1].split(" ")[0])
    width = float(rich.run("return document.getElementById('view').clientWidth"))

    assert left == pytest.approx(8 + burst.onset_s / 15.0 * (width - 16), abs=0.6)


def test_arrows_go_from_burst_to_burst_and_enter_shows_one_closer(rich: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    active = "return document.activeElement.dataset.event || document.activeElement.id"
    rich.focus("#view")
    rich.press(Keys.TAB)
    assert rich.run(active) == "1"
    rich.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert rich.run(active) == "3"
    rich.press(Keys.ENTER)

    assert rich.run(active) == "3"
    burst = worlds.rich_emg().events[2]
    start_s, end_s = rich.shown_s()
    assert start_s < burst.onset_s < burst.offset_s < end_s < start_s + 6


def test_a_row_of_the_table_shows_its_burst_in_the_timeline(rich: Browser) -> None:
    rich.click("a[data-open='20']")
    burst = worlds.rich_emg().events[19]
    start_s, end_s = rich.shown_s()

    assert start_s < burst.onset_s < burst.offset_s < end_s < start_s + 6
    assert rich.run("return document.activeElement.dataset.event") == "20"
    rich.click("[data-do=next]")
    assert rich.run("return document.querySelector('a.event.open').dataset.event") == "21"


def test_a_touch_of_the_overview_moves_the_timeline(rich: Browser) -> None:
    rich.run(
        "const o = document.querySelector('.wide svg'), b = o.getBoundingClientRect();"
        "o.dispatchEvent(new MouseEvent('click', {clientX: b.left + b.width * (196 + 0.75 * 756) / 960, clientY: b.top + 5, bubbles: true}))"
    )
    rich.settle()
    start_s, end_s = rich.shown_s()

    assert (start_s + end_s) / 2 == pytest.approx(45.0, abs=0.3)


def test_film_and_muscles_move_together(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["filmed"])
    film = "return document.querySelector('[data-signal=eye_closure_right]').getAttribute('d')"
    before = browser.run(film)
    browser.click("[data-do=in]")

    assert browser.run(film) != before
    assert "NaN" not in browser.run(film)


# ---- without a script, on paper, and for an hour


def test_all_facts_are_there_without_the_script(pages: dict[str, Path]) -> None:
    still = Browser(script=False)
    try:
        still.driver.get(pages["rich"].as_uri())
        body = still.driver.find_element("tag name", "body").text.replace("\u00a0", " ")
        assert not still.driver.find_element("id", "range").is_displayed()
    finally:
        still.driver.quit()

    for words in ("149 bursts of muscle activity were found in 60 s", "Observation, not diagnosis", "Volume conduction", "Not a medical device"):
        assert words in body


def test_prints_everything(rich: Browser) -> None:
    rich.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not rich.run("return document.querySelector('.tools').checkVisibility() || document.querySelector('nav').checkVisibility()")
        assert rich.run("return document.querySelector('.tall').scrollHeight <= document.querySelector('.tall').clientHeight + 1")
        rich.run("window.dispatchEvent(new Event('beforeprint'))")
        assert rich.errors() == []
    finally:
        rich.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_an_hour_opens_and_zooms(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "hour.html"
    page.write_text(emg_report_html(worlds.hour_emg()), "utf-8")
    browser.open(page)
    browser.focus("#view")
    browser.press(*["+"] * 6)
    start_s, end_s = browser.shown_s()

    assert end_s - start_s == pytest.approx(3600 / 64, abs=0.2)
    assert browser.run(PATH.format("bands")).count("M") > 5
    assert browser.errors() == []
