"""The EMG report in a real browser: its timeline by keyboard, mouse and without its script.

Needs Chromium and its driver (Debian: `apt-get install chromium chromium-driver`); skipped where they are absent.
"""

import pytest

from tests import emg_report_worlds as worlds
from tests.browser import NEEDED, Browser
from tests.e2e.conftest import Pages

pytestmark = NEEDED
PATH = "return document.querySelector('[data-{}=orbicularis_oculi_right]').getAttribute('d')"


@pytest.fixture
def rich(browser: Browser, page_of: Pages) -> Browser:
    browser.open(page_of("emg"))
    return browser


# ---- timeline


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


def test_film_and_muscles_move_together(browser: Browser, page_of: Pages) -> None:
    browser.open(page_of("emg, filmed"))
    film = "return document.querySelector('[data-signal=eye_closure_right]').getAttribute('d')"
    before = browser.run(film)
    browser.click("[data-do=in]")

    assert browser.run(film) != before
    assert "NaN" not in browser.run(film)


# ---- without a script, on paper, and for an hour


def test_all_facts_are_there_without_the_script(page_of: Pages) -> None:
    still = Browser(script=False)
    try:
        still.driver.get(page_of("emg").as_uri())
        body = still.driver.find_element("tag name", "body").text.replace("\u00a0", " ")
        assert not still.driver.find_element("id", "range").is_displayed()
    finally:
        still.driver.quit()

    for words in ("149 bursts of muscle activity were found in 60 s", "Observation, not diagnosis", "Volume conduction", "Not a medical device"):
        assert words in body


def test_an_hour_opens_and_zooms(browser: Browser, page_of: Pages) -> None:
    browser.open(page_of("emg, an hour"))
    browser.focus("#view")
    browser.press(*["+"] * 6)
    start_s, end_s = browser.shown_s()

    assert end_s - start_s == pytest.approx(3600 / 64, abs=0.2)
    assert browser.run(PATH.format("bands")).count("M") > 5
    assert browser.errors() == []
