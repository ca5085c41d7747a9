"""The report of a film in a real browser: its timeline and its replay, by keyboard, mouse and without its script.

Needs Chromium and its driver (Debian: `apt-get install chromium chromium-driver`); skipped where they are absent.
"""

import pytest

from tests.browser import NEEDED, Browser
from tests.e2e.conftest import Pages
from tests.fakes import fake_measurement

pytestmark = NEEDED


@pytest.fixture
def typical(browser: Browser, page_of: Pages) -> Browser:
    browser.open(page_of("film"))
    return browser


# ---- timeline


def test_view_never_leaves_the_recording(typical: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    typical.focus("#view")
    typical.press("-", Keys.ARROW_LEFT, Keys.ARROW_RIGHT)
    assert typical.shown_s() == (0.0, 60.0)
    typical.press(*["+"] * 12)
    start_s, end_s = typical.shown_s()
    assert end_s - start_s == pytest.approx(0.5, abs=0.11)


def test_buttons_do_what_the_keys_do(typical: Browser) -> None:
    for name, expected in (("in", (15.0, 45.0)), ("right", (22.5, 52.5)), ("left", (15.0, 45.0)), ("out", (0.0, 60.0)), ("all", (0.0, 60.0))):
        typical.click(f"[data-do={name}]")
        assert typical.shown_s() == pytest.approx(expected, abs=0.11)


def test_mouse_pulls_and_wheel_with_control_zooms(typical: Browser) -> None:
    from selenium.webdriver import ActionChains

    typical.click("[data-do=in]")
    view = typical.driver.find_element("id", "view")
    ActionChains(typical.driver).move_to_element(view).click_and_hold().move_by_offset(-100, 0).release().perform()
    typical.settle()
    start_s, end_s = typical.shown_s()
    assert end_s - start_s == pytest.approx(30.0, abs=0.11)
    assert start_s > 17.0

    typical.run(
        "arguments[0].dispatchEvent(new WheelEvent('wheel', {deltaY: -200, ctrlKey: true, clientX: 500, bubbles: true, cancelable: true}))", view
    )
    typical.settle()
    start_s, end_s = typical.shown_s()
    assert end_s - start_s < 20.0


def test_two_fingers_zoom(typical: Browser) -> None:
    typical.run("""
      const view = document.getElementById("view"), box = view.getBoundingClientRect();
      const point = (type, id, x) => view.dispatchEvent(new PointerEvent(type, {pointerId: id, pointerType: "touch", button: 0, clientX: box.left + x,
        bubbles: true, cancelable: true}));
      view.setPointerCapture = () => {};
      point("pointerdown", 11, 400); point("pointerdown", 12, 500);
      for (let k = 1; k <= 10; k++) { point("pointermove", 11, 400 - 10 * k); point("pointermove", 12, 500 + 10 * k); }
      point("pointerup", 11, 300); point("pointerup", 12, 600);
    """)
    typical.settle()
    start_s, end_s = typical.shown_s()

    assert end_s - start_s == pytest.approx(60.0 * 100 / 300, rel=0.05)


def test_signals_follow_the_view(typical: Browser) -> None:
    code = "return document.querySelector('[data-signal=eye_closure_right]').getAttribute('d')"
    whole = typical.run(code)
    typical.click("[data-do=in]")
    part = typical.run(code)

    assert whole != part
    assert "NaN" not in part
    assert whole.count("M") == 2  # before and after the gap


def test_arrows_go_from_event_to_event_and_enter_opens(typical: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    active = "return document.activeElement.dataset.event || document.activeElement.id"
    typical.focus("#view")
    typical.press(Keys.TAB)
    assert typical.run(active) == "1"
    typical.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert typical.run(active) == "4"
    assert typical.run("return document.querySelectorAll('a.event[tabindex=\"0\"]').length") == 1
    typical.press(Keys.ENTER)

    assert typical.run(active) == "play"
    assert typical.text("#player-title").startswith("Event 4: contraction on the right, tonic")
    event = fake_measurement().events[3]
    start_s, end_s = typical.shown_s()
    assert start_s < event.onset_s < event.offset_s < end_s < start_s + 15


def test_click_on_an_event_or_its_row_opens_it(typical: Browser) -> None:
    typical.run("document.querySelector('a.event[data-event=\"10\"] rect').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))")
    typical.settle()
    assert typical.text("#player-title").startswith("Event 10:")
    typical.click("a[data-open='6']")
    assert typical.text("#player-title").startswith("Event 6:")
    typical.click("[data-do=next]")
    assert typical.text("#player-title").startswith("Event 7:")


# ---- replay


def test_nothing_moves_by_itself(typical: Browser) -> None:
    frame = "return document.getElementById('moment').value"
    before = typical.run(frame)
    for _ in range(5):
        typical.settle()

    assert typical.run(frame) == before
    assert typical.text("#play") == "Play"


def wait_for(browser: Browser, code: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser.driver, 20).until(lambda _: browser.run(code))


def test_replay_plays_pauses_and_ends(typical: Browser) -> None:
    frame = "return Number(document.getElementById('moment').value)"
    typical.click("a[data-open='2']")
    typical.run("document.getElementById('moment').value = 0; document.getElementById('moment').dispatchEvent(new Event('input'))")
    typical.click("#play")
    assert typical.text("#play") == "Pause"
    wait_for(typical, "return Number(document.getElementById('moment').value) > 3")
    typical.click("#play")
    assert typical.text("#play") == "Play"
    held = typical.run(frame)
    typical.settle()
    assert typical.run(frame) == held

    typical.click("#play")
    wait_for(typical, "return document.getElementById('play').textContent === 'Play'")
    assert typical.run("const m = document.getElementById('moment'); return m.value === m.max")


def test_eye_closes_in_the_replay_and_the_ghost_stays(typical: Browser) -> None:
    height = "return document.querySelectorAll('#face path.now')[5].getBBox().height"
    typical.click("a[data-open='10']")
    typical.click("[data-moment='0']")
    at_onset, ghost = typical.run(height), typical.run("return document.querySelectorAll('#face path.ghost')[5].getBBox().height")
    typical.click("[data-moment='1']")

    assert typical.run(height) < 0.4 * at_onset
    assert typical.run("return document.querySelectorAll('#face path.ghost')[5].getBBox().height") == ghost
    assert typical.run("return document.querySelector('.cursor').checkVisibility()")


def test_slider_tells_the_moment_in_words(typical: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    typical.click("a[data-open='4']")
    typical.focus("#moment")
    before = typical.run("return document.getElementById('moment').getAttribute('aria-valuetext')")
    typical.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)

    assert typical.run("return document.getElementById('moment').getAttribute('aria-valuetext')") > before


def test_calm_readers_see_the_three_moments_one_by_one(browser: Browser, page_of: Pages) -> None:
    browser.open(page_of("film"), calm=True)
    browser.click("a[data-open='4']")
    browser.click("#play")
    seen = "return document.getElementById('moment').value"
    first = browser.run(seen)
    for _ in range(5):
        browser.settle()

    assert browser.run(seen) == first
    assert browser.text("#play") == "Pause"


# ---- without a script, on paper, and for an hour


def test_all_facts_are_there_without_the_script(page_of: Pages) -> None:
    still = Browser(script=False)
    try:
        still.driver.get(page_of("film").as_uri())
        body = still.driver.find_element("tag name", "body").text
        assert not still.driver.find_element("id", "player").is_displayed()
        assert not still.driver.find_element("id", "range").is_displayed()
        assert len(still.driver.find_elements("css selector", "figure svg")) == 22
    finally:
        still.driver.quit()

    for words in ("Good: 58 of 60 s could be measured", "8.3 per minute", "Not a medical device", "Event 19: contraction on the right"):
        assert words in body.replace("\u00a0", " ")


def test_an_hour_opens_zooms_and_replays(browser: Browser, page_of: Pages) -> None:
    page = page_of("film, an hour")
    browser.open(page)
    browser.focus("#view")
    browser.press(*["+"] * 6)
    start_s, end_s = browser.shown_s()
    browser.click("a[data-open='1300']")

    assert page.stat().st_size < 8_000_000
    assert end_s - start_s == pytest.approx(3600 / 64, abs=0.2)
    assert browser.text("#player-title").startswith("Event 1300:")
    assert browser.errors() == []
