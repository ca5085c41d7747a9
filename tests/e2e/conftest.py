"""One browser, and the pages of both reports, film and EMG, each written when it is first asked for."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from spasmograph.present import report_html
from spasmograph.present.emg import emg_report_html
from tests import emg_report_worlds as emg
from tests.browser import Browser
from tests.fakes import empty_measurement, fake_measurement, hostile_measurement, hour_measurement, refused_measurement

PAGES: dict[str, Callable[[], str]] = {
    "film": lambda: report_html(fake_measurement()),
    "film, empty": lambda: report_html(empty_measurement()),
    "film, refused": lambda: report_html(refused_measurement()),
    "film, hostile": lambda: report_html(hostile_measurement()),
    "film, an hour": lambda: report_html(hour_measurement()),
    "emg": lambda: emg_report_html(emg.rich_emg()),
    "emg, poor": lambda: emg_report_html(emg.poor_emg()),
    "emg, refused": lambda: emg_report_html(emg.refused_emg()),
    "emg, evoked": lambda: emg_report_html(emg.evoked_emg()),
    "emg, operation": lambda: emg_report_html(emg.operation_emg()),
    "emg, filmed": lambda: emg_report_html(emg.filmed_emg()),
    "emg, wide": lambda: emg_report_html(emg.wide_emg()),
    "emg, hostile": lambda: emg_report_html(emg.hostile_emg()),
    "emg, an hour": lambda: emg_report_html(emg.hour_emg()),
}
Pages = Callable[[str], Path]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    one = Browser()
    yield one
    one.driver.quit()


@pytest.fixture(scope="session")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Gives the file of a page by its name."""
    folder = tmp_path_factory.mktemp("pages")

    @cache
    def written(name: str) -> Path:
        path = folder / f"{name} é.html"
        path.write_text(PAGES[name](), "utf-8")
        return path

    return written
