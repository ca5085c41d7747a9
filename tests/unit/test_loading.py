"""What the command loads while the workers measure is what it needs at the end."""

import subprocess
import sys
from pathlib import Path

import pytest

from spasmograph.cli import loading
from spasmograph.cli.loading import load_ahead

ROOT = Path(__file__).resolve().parents[2]
AFTERWARDS = """
import sys, tempfile
from pathlib import Path
from spasmograph.cli.loading import load_ahead
import spasmograph.measure.scores
load_ahead().join()
from tests.fakes import fake_measurement
before = set(sys.modules)
from spasmograph.io.results import write_results
from spasmograph.measure.scores.intervals import poisson_interval
from spasmograph.present import report_html, report_pdf
measurement = fake_measurement()
poisson_interval(3)
with tempfile.TemporaryDirectory() as out:
    write_results(measurement, report_html(measurement), report_pdf(measurement), Path(out))
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))
"""


def test_nothing_is_left_to_load_when_the_last_picture_was_measured() -> None:
    told = subprocess.run([sys.executable, "-c", AFTERWARDS], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)

    assert told.stdout.strip() == ""


def test_a_library_that_is_missing_is_left_to_whoever_needs_it_and_once_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LIBRARIES", ("spasmograph.no_such_room", "colorsys"))
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)

    load_ahead.cache_clear()
    loading_now = load_ahead()
    loading_now.join()

    assert load_ahead() is loading_now
    assert "colorsys" in sys.modules
