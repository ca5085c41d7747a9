"""The report in a real browser: it opens without a network, works by keyboard, mouse and without its script, and fits a phone.

Needs Chromium and its driver (Debian: `apt-get install chromium chromium-driver`); skipped where they are absent.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spasmograph.present import report_html
from tests.browser import MISSING, OVERFLOW, TEXT_CONTRAST, UNNAMED, Browser
from tests.fakes import empty_measurement, fake_measurement, hostile_measurement, hour_measurement, refused_measurement

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
WORLDS: dict[str, Callable[[], Any]] = {
    "typical": fake_measurement,
    "empty": empty_measurement,
    "refused": refused_measurement,
    "hostile": hostile_measurement,
}


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
        written[name].write_text(report_html(world()), "utf-8")
    return written


@pytest.fixture
def typical(browser: Browser, pages: dict[str, Path]) -> Browser:
    browser.open(pages["typical"])
    return browser


@pytest.mark.parametrize("world", WORLDS)
def test_opens_without_an_error_and_without_a_network(world: str, browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages[world])

    assert browser.errors() == []
    assert browser.requests() == []
    assert browser.run("return document.documentElement.classList.contains('live')")


def test_policy_stops_what_does_not_belong(typical: Browser) -> None:
    typical.run("const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s)")

    assert typical.run("return window.broken") is None
    assert "Content Security Policy" in str(typical.errors())


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read(world: str, dark: bool, browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages[world], dark=dark)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")

    assert browser.run(TEXT_CONTRAST) == []


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("width_px", [320, 360, 768, 1100])
def test_nothing_runs_out_of_the_page(world: str, width_px: int, browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages[world], width_px=width_px, height_px=740)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")

    assert browser.run(OVERFLOW) == 0


def test_everything_that_can_be_used_has_a_name(typical: Browser) -> None:
    assert typical.run(UNNAMED) == []


def test_buttons_are_large_enough_for_a_finger(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["typical"], width_px=360, height_px=740)
    small = browser.run(
        "return [...document.querySelectorAll('button, select')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 40)"
        ".map((e) => e.textContent)"
    )

    assert small == []


# ---- timeline


def test_keys_zoom_move_and_show_everything(typical: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    typical.focus("#view")
    typical.press("+", "+")
    assert typical.shown_s() == pytest.approx((22.5, 37.5), abs=0.11)
    typical.press(Keys.ARROW_RIGHT)
    assert typical.shown_s() == pytest.approx((26.25, 41.25), abs=0.11)
    typical.press(Keys.HOME)
    assert typical.shown_s() == (0.0, 15.0)
    typical.press("-")
    assert typical.shown_s() == (0.0, 30.0)
    typical.press("0")
    assert typical.shown_s() == (0.0, 60.0)


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


def test_calm_readers_see_the_three_moments_one_by_one(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["typical"], calm=True)
    browser.click("a[data-open='4']")
    browser.click("#play")
    seen = "return document.getElementById('moment').value"
    first = browser.run(seen)
    for _ in range(5):
        browser.settle()

    assert browser.run(seen) == first
    assert browser.text("#play") == "Pause"


# ---- without a script, on paper, and for an hour


def test_all_facts_are_there_without_the_script(pages: dict[str, Path]) -> None:
    still = Browser(script=False)
    try:
        still.driver.get(pages["typical"].as_uri())
        body = still.driver.find_element("tag name", "body").text
        assert not still.driver.find_element("id", "player").is_displayed()
        assert not still.driver.find_element("id", "range").is_displayed()
        assert len(still.driver.find_elements("css selector", "figure svg")) == 22
    finally:
        still.driver.quit()

    for words in ("Good: 58 of 60 s could be measured", "8.3 per minute", "Not a medical device", "Event 19: contraction on the right"):
        assert words in body.replace("\u00a0", " ")


def test_prints_everything(typical: Browser) -> None:
    typical.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not typical.run("return document.querySelector('.tools').checkVisibility() || document.querySelector('nav').checkVisibility()")
        assert typical.run("return document.querySelector('.tall').scrollHeight <= document.querySelector('.tall').clientHeight + 1")
        assert typical.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    finally:
        typical.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_an_hour_opens_zooms_and_replays(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "hour.html"
    page.write_text(report_html(hour_measurement()), "utf-8")
    browser.open(page)
    browser.focus("#view")
    browser.press(*["+"] * 6)
    start_s, end_s = browser.shown_s()
    browser.click("a[data-open='1300']")

    assert page.stat().st_size < 8_000_000
    assert end_s - start_s == pytest.approx(3600 / 64, abs=0.2)
    assert browser.text("#player-title").startswith("Event 1300:")
    assert browser.errors() == []
