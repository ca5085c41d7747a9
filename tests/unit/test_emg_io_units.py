"""Units of voltage, and whether values fit them."""

import math
from pathlib import Path

import numpy as np
import pytest

from spasmograph.io.biosignal import biosignal_from_arrays, read_biosignal
from spasmograph.io.biosignal.contents import StatedChannel
from spasmograph.io.biosignal.units import implausible, known_unit, split_unit, typical_sizes, uv_per_unit
from spasmograph.model.emg import ArraySource
from tests.biosignal_files import EdfChannel, edf_file

RATE_HZ = 1000.0
NOISE = np.random.default_rng(5).normal(0, 1, 20_000)


@pytest.mark.parametrize(
    ("text", "unit", "factor"),
    [
        ("V", "V", 1e6),
        ("mV", "mV", 1e3),
        ("uV", "uV", 1),
        ("µV", "uV", 1),
        ("μV", "uV", 1),
        ("UV", "uV", 1),
        ("microV", "uV", 1),
        ("microvolts", "uV", 1),
        ("Millivolt", "mV", 1e3),
        ("Âµv", "uV", 1),
        ("Î¼V", "uV", 1),
        ("\ufffdV", "uV", 1),
        ("æV", "uV", 1),
        ("nV", "nV", 1e-3),
        (" mV ", "mV", 1e3),
        ("adc", "counts", math.nan),
        ("LSB", "counts", math.nan),
        ("mmHg", "mmHg", math.nan),
        ("%", "%", math.nan),
        ("", "", math.nan),
    ],
)
def test_units_as_files_write_them(text: str, unit: str, factor: float) -> None:
    assert known_unit(text) == unit
    assert uv_per_unit(text) == pytest.approx(factor, nan_ok=True)


@pytest.mark.parametrize(
    ("title", "name", "unit"),
    [
        ("EMG L (mV)", "EMG L", "mV"),
        ("EMG[uV]", "EMG", "uV"),
        ("emg_left_mV", "emg_left", "mV"),
        ("OOc L, µV", "OOc L", "uV"),
        ("force (N)", "force", "N"),
        ("EMG", "EMG", ""),
        ("V", "V", ""),
        ("Zyg (left)", "Zyg (left)", ""),
    ],
)
def test_units_in_titles_of_columns(title: str, name: str, unit: str) -> None:
    assert split_unit(title) == (name, unit)


def _words(level: float, unit: str) -> str:
    channel = StatedChannel(name="EMG1", rate_hz=RATE_HZ, sample_count=len(NOISE), unit=unit)
    return implausible(channel, unit, level)


@pytest.mark.parametrize(
    ("level", "unit"), [(0.2, "uV"), (50, "uV"), (10_000, "uV"), (0.05, "mV"), (5e-5, "V"), (0, "V"), (math.nan, "V"), (1e9, "counts")]
)
def test_plausible_values_are_not_remarked_upon(level: float, unit: str) -> None:
    assert not _words(level, unit)


@pytest.mark.parametrize(
    ("level", "unit", "guess"),
    [
        (50, "V", "it may be uV"),
        (0.05, "V", "it may be mV"),
        (0.00005, "uV", "it may be V"),
        (0.05, "uV", "it may be mV"),
        (5, "V", "it may be mV or uV"),
        (1e6, "uV", "not be calibrated"),
    ],
)
def test_what_is_likely_wrong_is_said_and_nothing_is_converted(level: float, unit: str, guess: str) -> None:
    assert guess in _words(level, unit)


def test_the_typical_size_leaves_slow_parts_out() -> None:
    time_s = np.arange(len(NOISE)) / RATE_HZ
    source = ArraySource(arrays={0: 5000 + 800 * np.sin(2 * np.pi * 0.3 * time_s) + 10 * NOISE})
    channel = StatedChannel(name="EMG1", rate_hz=RATE_HZ, sample_count=len(NOISE))
    assert typical_sizes({0: channel}, source)[0] == pytest.approx(6.7, rel=0.1)


@pytest.mark.parametrize("count", [1, 2, 5, 30])
def test_the_typical_size_of_a_few_samples(count: int) -> None:
    channel = StatedChannel(name="EMG1", rate_hz=RATE_HZ, sample_count=count)
    assert typical_sizes({0: channel}, ArraySource(arrays={0: NOISE[:count]}))[0] < 5


def test_the_typical_size_where_nothing_was_recorded() -> None:
    channel = StatedChannel(name="EMG1", rate_hz=RATE_HZ, sample_count=100)
    assert math.isnan(typical_sizes({0: channel}, ArraySource(arrays={0: np.full(100, math.nan)}))[0])


def test_a_file_that_says_volt_and_holds_microvolts(tmp_path: Path) -> None:
    digital = np.rint(NOISE * 500).astype(int).tolist()
    path = edf_file(tmp_path, [EdfChannel(unit=b"V", samples=1000, digital=digital)], records=20)
    found = read_biosignal(path)
    assert any("'OOc L' is said to be in V" in note and "it may be uV" in note for note in found.recording.notes)
    assert found.samples(found.recording.channels[0], 0, 1)[0] == pytest.approx(digital[0] / 10 * 1e6)


def test_the_way_out_is_taken(tmp_path: Path) -> None:
    digital = np.rint(NOISE * 500).astype(int).tolist()
    path = edf_file(tmp_path, [EdfChannel(unit=b"V", samples=1000, digital=digital)], records=20)
    found = read_biosignal(path, channels=["OOc L=orbicularis_oculi:left:uV"])
    assert found.recording.notes == ()
    assert found.samples(found.recording.channels[0], 0, 1)[0] == pytest.approx(digital[0] / 10)


def test_an_unknown_unit_is_not_taken_for_microvolts() -> None:
    found = biosignal_from_arrays({"mentalis left": NOISE}, rate_hz=RATE_HZ, unit="furlong")
    assert math.isnan(found.recording.channels[0].uv_per_unit)
    assert any("in 'furlong', which is no voltage that is known" in note for note in found.recording.notes)
    assert found.samples(found.recording.channels[0]).tolist() == NOISE.tolist()
