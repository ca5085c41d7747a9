"""Both reports in a real browser: they open without a network, can be read, fit a phone, work by keyboard and print.

Needs Chromium and its driver (Debian: `apt-get install chromium chromium-driver`); skipped where they are absent.
"""

import pytest

from tests.browser import NEEDED, OVERFLOW, TEXT_CONTRAST, UNNAMED, Browser
from tests.e2e.conftest import PAGES, Pages

pytestmark = NEEDED
SHORT = [name for name in PAGES if "hour" not in name]
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"


@pytest.fixture(params=["film", "emg"])
def report(request: pytest.FixtureRequest, browser: Browser, page_of: Pages) -> Browser:
    """A browser in which the usual page of either report is open."""
    browser.open(page_of(request.param))
    return browser


@pytest.mark.parametrize("name", SHORT)
def test_opens_without_an_error_and_without_a_network(name: str, browser: Browser, page_of: Pages) -> None:
    browser.open(page_of(name))

    assert browser.errors() == []
    assert browser.requests() == []
    assert browser.run("return document.documentElement.classList.contains('live')")


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read(name: str, dark: bool, browser: Browser, page_of: Pages) -> None:
    browser.open(page_of(name), dark=dark)
    browser.run(OPEN_ALL)

    assert browser.run(TEXT_CONTRAST) == []


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("width_px", [320, 360, 390, 768, 1100, 1280])
def test_nothing_runs_out_of_the_page(name: str, width_px: int, browser: Browser, page_of: Pages) -> None:
    browser.open(page_of(name), width_px=width_px, height_px=740)
    browser.run(OPEN_ALL)

    assert browser.run(OVERFLOW) == 0


def test_policy_stops_what_does_not_belong(report: Browser) -> None:
    report.run("const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s)")

    assert report.run("return window.broken") is None
    assert "Content Security Policy" in str(report.errors())


def test_everything_that_can_be_used_has_a_name(report: Browser) -> None:
    assert report.run(UNNAMED) == []


@pytest.mark.parametrize("name", ["film", "emg"])
def test_buttons_are_large_enough_for_a_finger(name: str, browser: Browser, page_of: Pages) -> None:
    browser.open(page_of(name), width_px=360, height_px=740)
    small = browser.run(
        "return [...document.querySelectorAll('button, select')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 40)"
        ".map((e) => e.textContent)"
    )

    assert small == []


def test_keys_zoom_move_and_show_everything(report: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    report.focus("#view")
    report.press("+", "+")
    assert report.shown_s() == pytest.approx((22.5, 37.5), abs=0.11)
    report.press(Keys.ARROW_RIGHT)
    assert report.shown_s() == pytest.approx((26.25, 41.25), abs=0.11)
    report.press(Keys.HOME)
    assert report.shown_s() == (0.0, 15.0)
    report.press("-")
    assert report.shown_s() == (0.0, 30.0)
    report.press("0")
    assert report.shown_s() == (0.0, 60.0)


def test_prints_everything(report: Browser) -> None:
    report.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not report.run("return document.querySelector('.tools').checkVisibility() || document.querySelector('nav').checkVisibility()")
        assert report.run("return document.querySelector('.tall').scrollHeight <= document.querySelector('.tall').clientHeight + 1")
        assert report.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        report.run("window.dispatchEvent(new Event('beforeprint'))")
        assert report.errors() == []
    finally:
        report.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
