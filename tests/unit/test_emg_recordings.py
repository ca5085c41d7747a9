"""Bursts in real recordings of voluntary contraction, beside those counted by eye; their times are from a threshold, so edges may differ a little."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from spasmograph.measure.emg.bursts.detector import find_bursts
from spasmograph.model import Floats
from tests.emg_bursts_worlds import times

pytestmark = pytest.mark.shared


def _plux(folder: Path) -> Floats:
    import h5py

    with h5py.File(folder / "emg_bursts.h5") as file:
        (device,) = file.values()
        return np.asarray(device["raw/channel_3"][:, 0], np.float64)


def _biosppy(folder: Path) -> Floats:
    return np.loadtxt(folder / "emg_1.txt", comments="#")


def _bmc(folder: Path) -> Floats:
    column: Floats = np.loadtxt(folder / "bmc_emg.csv", delimiter=",")[:, 1] * 1000
    return column


def _labels(folder: Path, name: str) -> Floats:
    with (folder / "bursts_semiauto.csv").open(encoding="utf-8") as file:
        return np.array([(float(row["onset_s"]), float(row["offset_s"])) for row in csv.DictReader(file) if row["recording"] == name])


READERS: dict[str, Callable[[Path], Floats]] = {"plux_emg_bursts": _plux, "biosppy_emg_1": _biosppy, "bmc_emg": _bmc}


@pytest.mark.parametrize(("name", "edge_s"), [("plux_emg_bursts", 0.3), ("biosppy_emg_1", 0.05), ("bmc_emg", 0.1)])
def test_bursts_are_those_counted_by_eye(shared: Path, name: str, edge_s: float) -> None:
    folder = shared / "data" / "emg"
    bursts, labels = find_bursts(READERS[name](folder), rate_hz=1000.0), _labels(folder, name)
    assert len(bursts) == len(labels)
    errors_s = np.abs(np.array(times(bursts)) - labels)
    assert errors_s.max() < edge_s
    assert np.median(errors_s) < 0.1
