"""A measurement in a notebook: tables of pandas and data sets of xarray with the same numbers, names and units."""

import sys

import numpy as np
import pytest

from spasmograph.errors import MissingExtraError
from spasmograph.model import EVENT_COLUMNS
from tests.fakes import empty_measurement, fake_measurement


def test_dataframe_has_every_signal_with_its_unit() -> None:
    measurement = fake_measurement()
    table = measurement.to_dataframe()
    assert list(table.columns) == list(measurement.signals)
    assert table.index.name == "time_s"
    np.testing.assert_array_equal(table.index, measurement.signals.time_s)
    for name in measurement.signals:
        np.testing.assert_array_equal(table[name], measurement.signals[name])
    assert table.attrs["units"]["brow_height_left_mm"] == "mm"
    assert table.attrs["units"]["eye_closure_left"] == "1"


def test_events_dataframe_has_the_columns_of_the_file() -> None:
    measurement = fake_measurement()
    table = measurement.events_dataframe()
    assert tuple(table.columns) == EVENT_COLUMNS
    assert list(table["onset_s"]) == [event.onset_s for event in measurement.events]
    assert list(table["regions"]) == ["+".join(event.regions) for event in measurement.events]
    assert set(table["side"]) <= {"left", "right", "both"}


def test_no_events_are_an_empty_table_with_columns() -> None:
    table = empty_measurement().events_dataframe()
    assert len(table) == 0
    assert tuple(table.columns) == EVENT_COLUMNS


def test_xarray_runs_along_time_with_units() -> None:
    measurement = fake_measurement()
    dataset = measurement.to_xarray()
    assert set(dataset.data_vars) == set(measurement.signals)
    assert dataset["head_yaw_deg"].attrs["units"] == "deg"
    assert dataset.attrs["recording"] == measurement.recording.name
    np.testing.assert_array_equal(dataset["eye_closure_left"], measurement.signals["eye_closure_left"])


@pytest.mark.parametrize(("library", "method"), [("pandas", "to_dataframe"), ("pandas", "events_dataframe"), ("xarray", "to_xarray")])
def test_missing_library_names_the_extra(library: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=r"spasmograph\[notebook\]"):
        getattr(fake_measurement(), method)()
