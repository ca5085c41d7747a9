"""Treatments in a real browser: the face and the table are two views of one thing, everything works by keyboard and without a script."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import Treatment
from spasmograph.terms import Side
from tests.browser import NEEDED, TEXT_CONTRAST, UNNAMED, Browser
from tests.record_worlds import workspace_in
from tests.served import Served, served
from tests.treatment_worlds import day, drug, exercises, injection, operation, session

pytestmark = NEEDED
NEW = "/treatments/new?kind=botulinum_toxin"
BADGES = "return [...document.querySelectorAll('.face-map .given text')].map((one) => one.textContent)"
# What a click at a point of the face (both 0-1) does, as a mouse would do it.
TOUCH = """
const svg = document.querySelector(".face-map"), matrix = svg.getScreenCTM();
const at = new DOMPoint(40 + 400 * arguments[0], 60 + 480 * arguments[1]).matrixTransform(matrix);
svg.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: at.x, clientY: at.y }));
"""
# The least contrast of a number with the disc behind it; numbers and discs are taken away afterwards, so that other texts are held against the page.
DISCS = """
const luminance = (text) => { const f = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const [r, g, b] = text.match(/[\\d.]+/g).map(Number); return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const fill = (element) => luminance(getComputedStyle(element).fill);
const ratios = [...document.querySelectorAll(".given")].filter((one) => one.querySelector("text")).map((one) => {
  const [a, b] = [fill(one.querySelector("text")), fill(one.querySelector("circle"))].sort((x, y) => x - y); return (b + 0.05) / (a + 0.05); });
for (const one of document.querySelectorAll(".given")) one.remove();
return Math.min(99, ...ratios);
"""
SMALL = """
const pressed = "main button, main a.button, main summary, main input:not([type=hidden], [type=radio]), main select";
return [...document.querySelectorAll(pressed)].filter((one) => one.checkVisibility() && !one.classList.contains("unseen"))
  .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 90));
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = workspace_in(tmp_path_factory.mktemp("home"))
    for one in (session(), injection("2025-11-20"), drug(), operation(), exercises()):
        workspace.save(one)
    with served(workspace) as running:
        yield running


@pytest.fixture(scope="module")
def browser(app: Served) -> Iterator[Browser]:
    one = Browser()
    one.driver.get(app.link())
    yield one
    one.driver.quit()


@pytest.fixture
def workspace(app: Served) -> Iterator[Workspace]:
    """The record, in which nothing is left of a test."""
    found: Workspace = app.app.state.workspace
    before = {one.id for one in found.list(Treatment)}
    yield found
    for one in found.list(Treatment):
        if one.id not in before:
            found.remove(one.id)


def the_session(workspace: Workspace) -> Treatment:
    return next(one for one in workspace.list(Treatment) if one.at == session().at)


def named(workspace: Workspace, name: str) -> Treatment:
    (found,) = [one for one in workspace.list(Treatment) if one.name == name]
    return found


def typed(browser: Browser, selector: str, words: str) -> None:
    from selenium.webdriver.common.by import By

    box = browser.driver.find_element(By.CSS_SELECTOR, selector)
    box.clear()
    box.send_keys(words)
    browser.settle()


def value(browser: Browser, name: str) -> str:
    return str(browser.run("return document.getElementsByName(arguments[0])[0].value", name))


# ---- every page


@pytest.mark.parametrize(("width_px", "dark"), [(1280, False), (360, True)])
def test_pages_of_every_kind_are_clean_with_everything_open(width_px: int, dark: bool, app: Served, browser: Browser, workspace: Workspace) -> None:
    shown = [f"/treatments/{one.id}{page}" for one in workspace.list(Treatment) for page in ("?add=side-effect", "/edit")]
    like = f"/treatments/new?like={the_session(workspace).id}"
    problems = []
    for path in ["/treatments", like, *shown]:
        browser.open(f"{app.origin}{path}", width_px=width_px, dark=dark)
        browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
        found = [] if browser.run(DISCS) >= 4.5 else ["a number on a disc cannot be read"]
        found += browser.complaints(app.origin) + browser.run(TEXT_CONTRAST) + browser.run(UNNAMED) + browser.run(SMALL)
        problems += [f"{path}: {problem}" for problem in found]

    assert not problems, "\n".join(problems)


def test_a_wrong_field_has_the_focus_and_its_words(app: Served, browser: Browser) -> None:
    browser.open(f"{app.origin}{NEW}")
    typed(browser, "[name=own_name]", "Botox")
    typed(browser, "[name=units-cheek-left]", "many")
    browser.click("form.card .main")

    assert browser.run("return document.activeElement.name") == "units-cheek-left"
    described = browser.run("return document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent")
    assert described == "“many” is not a number."
    assert value(browser, "own_name") == "Botox"


# ---- the face


@pytest.mark.parametrize("width_px", [1280, 360])
def test_a_touch_at_a_ring_goes_to_its_field_and_what_is_typed_shows_on_the_face(width_px: int, app: Served, browser: Browser) -> None:
    browser.open(f"{app.origin}{NEW}", width_px=width_px, height_px=780)
    browser.run(TOUCH, 0.2, 0.6)
    assert browser.run("return document.activeElement.matches('[data-editor-units]')")
    assert browser.text("[data-editor-name]") == "Units, cheek, right"
    browser.press("7", ",", "5")

    assert value(browser, "units-cheek-right") == "7,5"
    assert browser.run(BADGES) == ["7,5"]
    assert browser.text("[data-total]") == "Together: 7.5 units"


def test_a_touch_anywhere_makes_a_point_of_ones_own_on_that_side(app: Served, browser: Browser, workspace: Workspace) -> None:
    browser.open(f"{app.origin}{NEW}")
    browser.run(TOUCH, 0.31, 0.7)
    browser.press("2", ".", "5")
    browser.run(TOUCH, 0.9, 0.5)
    browser.press("4")

    assert [value(browser, f"site-{row}-side") for row in (0, 1)] == ["right", "left"]
    assert browser.run(BADGES) == ["2.5", "4"]
    typed(browser, "[name=own_name]", "Toxin of two touches")
    browser.click("form.card .main")
    made = named(workspace, "Toxin of two touches")
    assert [(site.side, site.units) for site in made.sites] == [(Side.RIGHT, 2.5), (Side.LEFT, 4.0)]
    # A touch falls on whole pixels.
    assert [number for site in made.sites for number in (site.x, site.y)] == pytest.approx([0.31, 0.7, 0.9, 0.5], abs=0.004)


def test_a_point_can_be_taken_away_and_a_touch_beside_the_face_does_nothing(app: Served, browser: Browser) -> None:
    browser.open(f"{app.origin}{NEW}")
    browser.run(TOUCH, 0.31, 0.7)
    browser.press("3")
    browser.click("[data-editor-clear]")
    assert browser.run(BADGES) == []
    assert value(browser, "site-0-x") == ""
    assert browser.run("return document.querySelector('[data-total]').hidden")

    browser.run(TOUCH, 0.5, 1.09)
    assert browser.run("return document.querySelector('[data-editor]').hidden")


def test_a_point_that_is_there_is_opened_again(app: Served, browser: Browser) -> None:
    browser.open(f"{app.origin}{NEW}")
    browser.run(TOUCH, 0.31, 0.7)
    browser.press("3")
    browser.run(TOUCH, 0.32, 0.71)

    assert browser.run("return document.querySelector('[data-editor-units]').value") == "3"
    assert len(browser.run(BADGES)) == 1


def test_units_that_are_not_known_make_the_sum_the_least_that_it_was(app: Served, browser: Browser) -> None:
    browser.open(f"{app.origin}{NEW}")
    typed(browser, "[name=units-cheek-left]", "5")
    typed(browser, "[name=units-neck-left]", "?")

    assert browser.text("[data-total]") == "Together: at least 5 units"


def test_the_face_of_the_page_is_the_face_of_the_script(app: Served, browser: Browser, workspace: Workspace) -> None:
    """What is drawn before the script runs and by the script is at the same places with the same words."""
    made = the_session(workspace)
    discs = "return [...document.querySelectorAll('.face-map .given')].map((g) => [g.querySelector('text')?.textContent, \
        Math.round(g.querySelector('circle').getAttribute('cx')), Math.round(g.querySelector('circle').getAttribute('cy'))]).sort()"
    browser.open(f"{app.origin}/treatments/{made.id}")
    drawn_here = browser.run(discs)
    browser.open(f"{app.origin}/treatments/{made.id}/edit")

    assert browser.run("return document.querySelector('[data-face]').classList.contains('live')")
    assert browser.run(discs) == drawn_here
    assert len(drawn_here) == 4


# ---- by keyboard, and without a script


def test_a_session_can_be_noted_with_keys_alone(app: Served, browser: Browser, workspace: Workspace) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open(f"{app.origin}{NEW}")
    browser.focus("[name=own_name]")
    browser.press(*"Toxin by keys", Keys.TAB, Keys.TAB, *"Dr Key")
    browser.focus("[name=units-forehead-right]")
    browser.press("5", Keys.TAB, "6", Keys.ENTER)

    made = named(workspace, "Toxin by keys")
    assert [(site.place, site.side, site.units) for site in made.sites] == [("forehead", Side.RIGHT, 5.0), ("forehead", Side.LEFT, 6.0)]
    assert made.by == "Dr Key"


def test_enter_in_a_field_saves_and_does_not_ask_for_more_rows(app: Served, browser: Browser, workspace: Workspace) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open(f"{app.origin}/treatments/new?kind=drug")
    browser.focus("[name=own_name]")
    browser.press(*"A drug by Enter", Keys.ENTER)

    made = named(workspace, "A drug by Enter")
    assert browser.driver.current_url.endswith(made.id)


def test_without_a_script_the_table_does_it_all(app: Served, workspace: Workspace) -> None:
    plain = Browser(script=False)
    try:
        from selenium.webdriver.common.by import By

        plain.driver.get(app.link())
        plain.driver.get(f"{app.origin}{NEW}")
        plain.driver.find_element(By.NAME, "own_name").send_keys("Toxin without script")
        plain.driver.find_element(By.NAME, "units-upper_lid_outer-left").send_keys("1,25")
        plain.driver.find_element(By.CSS_SELECTOR, "button[value=site]").click()
        assert plain.driver.find_element(By.NAME, "units-upper_lid_outer-left").get_attribute("value") == "1,25"
        assert plain.driver.find_elements(By.NAME, "site-1-units")
        assert not plain.driver.find_element(By.CSS_SELECTOR, ".scripted").is_displayed()
        plain.driver.find_element(By.CSS_SELECTOR, "form.card .main").click()
        assert "Toxin without script" in plain.driver.find_element(By.TAG_NAME, "h1").text
    finally:
        plain.driver.quit()
    made = named(workspace, "Toxin without script")
    assert [(site.place, site.side, site.units) for site in made.sites] == [("upper_lid_outer", Side.LEFT, 1.25)]


# ---- what comes up later


def test_a_side_effect_takes_a_few_taps_from_the_list(app: Served, browser: Browser, workspace: Workspace) -> None:
    made = workspace.save(replace(session(), at=day("2026-03-01"), side_effects=(), name="Toxin of a few taps"))
    browser.open(f"{app.origin}/treatments", width_px=360)
    browser.click(".last a.button:not(.main)")
    browser.click("input[name=name][value='dry eye']")
    browser.click("form[action$='/side-effect'] .main")

    (effect,) = workspace.get(made.id, Treatment).side_effects
    assert (effect.name, effect.at.date().isoformat()) == ("dry eye", "2026-03-14")
