"""One Chromium and its driver, with what every page of a report is asked.

Debian: `apt-get install chromium chromium-driver`.
"""

import json
import shutil
from collections.abc import Iterable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
MISSING = "" if CHROMIUM and DRIVER and find_spec("selenium") else "Chromium, chromedriver or selenium is not installed"
# The marks of a test that needs a browser.
NEEDED = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--force-device-scale-factor=1",
)
TEXT_CONTRAST = """
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const luminance = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const ground = (element) => { for (let e = element; e; e = e.parentElement) {
  const colour = parse(getComputedStyle(e).backgroundColor); if (colour.length < 4 || colour[3] > 0) return colour; } return [255, 255, 255]; };
const poor = [];
for (const element of document.querySelectorAll("body *")) {
  if (!element.checkVisibility() || ![...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
  if (["SCRIPT", "STYLE", "OPTION"].includes(element.tagName)) continue;
  const drawn = element.ownerSVGElement, style = getComputedStyle(element);
  const [a, b] = [luminance(parse(drawn ? style.fill : style.color)), luminance(ground(drawn ? drawn.parentElement : element))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push(`${element.tagName} ${element.textContent.trim().slice(0, 40)} ${ratio.toFixed(2)}`);
}
return poor;
"""
UNNAMED = """
return [...document.querySelectorAll("button, input, select, a, [tabindex='0'], summary")].filter((element) => element.checkVisibility() &&
  !(element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.length)).map((element) => element.outerHTML.slice(0, 80));
"""
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then((found) => done(found.violations.map((one) => [one.id, one.help, one.nodes.slice(0, 4).map((node) => node.html.slice(0, 200))])));
"""
OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Browser:
    """One Chromium and what it said and asked for while a page was open."""

    def __init__(self, *, script: bool = True, flags: Iterable[str] = ()) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, *flags):
            options.add_argument(flag)
        if not script:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver: Any = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
        self.driver.set_page_load_timeout(60)

    def open(self, page: Path | str, *, width_px: int = 1100, height_px: int = 900, dark: bool = False, calm: bool = False) -> None:
        metrics = {"width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": width_px < 600}
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page if isinstance(page, str) else page.as_uri())
        self.settle()

    def settle(self) -> None:
        """Wait until the page has drawn twice."""
        self.driver.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")

    def run(self, code: str, *arguments: Any) -> Any:
        return self.driver.execute_script(code, *arguments)

    def violations(self) -> list[str]:
        """What axe-core finds on the page that is open, by WCAG 2.2 AA and its own best practice."""
        self.run(files("selenium_axe_python").joinpath("axe-core", "axe.min.js").read_text(encoding="utf-8"))
        return [f"axe: {name}, {told}: {nodes}" for name, told, nodes in self.driver.execute_async_script(AXE)]

    def complaints(self, origin: str) -> list[str]:
        """What is wrong with the app's page that is open: by axe, by the browser's own words, by what it asked for, by its width and its headings."""
        found = self.violations()
        found += [f"the browser says {entry['message']}" for entry in self.errors()]
        found += [f"asked for {address}" for address in self.requests() if not address.startswith((origin, "data:", "blob:"))]
        sideways = self.run(OVERFLOW)
        found += [f"{sideways} px wider than the window"] if sideways else []
        headings = self.run("return document.querySelectorAll('h1').length")
        return found + ([f"{headings} headings of the first level"] if headings != 1 else [])

    def press(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()
        self.settle()

    def click(self, selector: str) -> None:
        self.run("document.querySelector(arguments[0]).click()", selector)
        self.settle()

    def focus(self, selector: str) -> None:
        self.run("document.querySelector(arguments[0]).focus()", selector)
        self.settle()

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0]).textContent", selector))

    def shown_s(self) -> tuple[float, float]:
        """The stretch of time that the timeline shows."""
        first, last = (part.split(":") for part in self.text("#range").split(" to "))
        return 60 * float(first[0]) + float(first[1]), 60 * float(last[0]) + float(last[1])

    def errors(self) -> list[Any]:
        return list(self.driver.get_log("browser"))

    def requests(self) -> list[str]:
        """Addresses of everything that the page asked for, without the page itself and what it carries."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        return [address for address in asked if not address.startswith(("file:", "data:"))]
