"""Every real recording that is at hand: what it holds, as its makers say or as another reader shows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest

from spasmograph.errors import NotABiosignalError, UnknownRateError
from spasmograph.io.biosignal import read_biosignal
from spasmograph.model import Biosignal
from spasmograph.terms import ChannelKind, Muscle, Side

pytestmark = pytest.mark.shared

KINDS = dict[ChannelKind, int]


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "data" / "emg"


def _kinds(found: Biosignal) -> KINDS:
    kinds = [channel.kind for channel in found.recording.channels]
    return {kind: kinds.count(kind) for kind in ChannelKind if kind in kinds}


@pytest.mark.parametrize(
    ("name", "file_format", "duration_s", "rate_hz", "kinds", "remarks"),
    [
        ("chtypes_edf.edf", "EDF+C", 5, 200, {ChannelKind.ECG: 2, ChannelKind.OTHER: 40}, 8),
        ("subsecond_starttime.edf", "EDF+C", 5, 512, {ChannelKind.OTHER: 3}, 2),
        ("test_edf_overlapping_annotations.edf", "EDF+C", 124, 128, {ChannelKind.OTHER: 64}, 38),
        ("test_utf8_annotations.edf", "EDF+C", 10, 200, {ChannelKind.ECG: 1, ChannelKind.OTHER: 10}, 2),
        (
            "multiple_annotation_chans.bdf",
            "BDF+C",
            247,
            125,
            {ChannelKind.EMG: 1, ChannelKind.ECG: 1, ChannelKind.TRIGGER: 1, ChannelKind.OTHER: 16},
            10,
        ),
    ],
)
def test_edf_and_bdf(folder: Path, name: str, file_format: str, duration_s: float, rate_hz: float, kinds: KINDS, remarks: int) -> None:
    found = read_biosignal(folder / name)
    assert (found.recording.file_format, found.recording.duration_s) == (file_format, duration_s)
    assert {channel.rate_hz for channel in found.recording.channels} == {rate_hz}
    assert _kinds(found) == kinds
    assert len(found.annotations) == remarks
    assert found.recording.gaps == ()


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("chtypes_edf.edf", edfio.read_edf),
        ("subsecond_starttime.edf", edfio.read_edf),
        ("test_edf_overlapping_annotations.edf", edfio.read_edf),
        ("test_utf8_annotations.edf", edfio.read_edf),
        ("multiple_annotation_chans.bdf", edfio.read_bdf),
    ],
)
def test_another_reader_sees_the_same(folder: Path, name: str, read: Callable[[Path], Any]) -> None:
    found, other = read_biosignal(folder / name), read(folder / name)
    for channel, signal in zip(found.recording.channels, other.signals, strict=True):
        np.testing.assert_allclose(
            found.samples(channel), signal.data * channel.uv_per_unit if channel.uv_per_unit > 0 else signal.data, rtol=1e-9, atol=1e-6
        )
    told = sorted((round(one.onset, 6), one.duration or 0, one.text) for one in other.annotations if one.text.strip())
    assert sorted((round(one.onset_s, 6), one.duration_s, one.text) for one in found.annotations) == told


def test_chinese_remarks(folder: Path) -> None:
    assert [(one.onset_s, one.text) for one in read_biosignal(folder / "test_utf8_annotations.edf").annotations] == [(0, "RECORD START"), (2, "仰卧")]


def test_a_start_within_a_second(folder: Path) -> None:
    found = read_biosignal(folder / "subsecond_starttime.edf")
    assert [one.text for one in found.annotations] == ["XLSpike", "Clip Note"]
    assert 0 <= found.annotations[0].onset_s < found.annotations[1].onset_s < 5


def test_opensignals_hdf5(folder: Path) -> None:
    found = read_biosignal(folder / "emg_bursts.h5", channels=["PORT3_CHN1=frontalis:right"])
    channel = found.recording.channels[0]
    assert (channel.muscle, channel.side, channel.rate_hz, channel.sample_count) == (Muscle.FRONTALIS, Side.RIGHT, 1000, 28_519)
    assert (channel.unit, channel.high_uv) == ("counts", 65535)
    assert 30_000 < np.median(found.samples(channel)) < 35_000


@pytest.mark.parametrize(("name", "count"), [("emg.txt", 100_000), ("emg_1.txt", 63_880)])
def test_biosppy(folder: Path, name: str, count: int) -> None:
    found = read_biosignal(folder / name)
    channel = found.recording.channels[0]
    assert (found.recording.file_format, channel.rate_hz, channel.sample_count, channel.unit, channel.high_uv) == (
        "BioSPPy",
        1000,
        count,
        "counts",
        4095,
    )
    assert found.samples(channel).tolist() == np.loadtxt(folder / name).tolist()


def test_csv_with_time_and_without_titles(folder: Path) -> None:
    found = read_biosignal(folder / "bmc_emg.csv")
    assert [(channel.name, channel.rate_hz, channel.sample_count) for channel in found.recording.channels] == [("column 2", 1000, 3360)]
    assert found.samples(found.recording.channels[0]) == pytest.approx(np.loadtxt(folder / "bmc_emg.csv", delimiter=",")[:, 1], rel=1e-6)


@pytest.mark.parametrize("number", ["09", "10", "14", "19", "24"])
def test_a_table_without_time(folder: Path, number: str) -> None:
    path = folder / f"{number}_FMOV_preprocessed.txt"
    with pytest.raises(UnknownRateError, match="does not say how many samples a second"):
        read_biosignal(path)
    found = read_biosignal(path, rate_hz=100, channels=["2=zygomaticus_major:left:mV", "3=corrugator_supercilii:left:mV"])
    assert len(found.recording.channels) == 8
    assert found.samples(found.recording.channels[1]) == pytest.approx(np.loadtxt(path)[:, 1] * 1000, rel=1e-5)


def test_a_table_in_milliseconds_with_losses(folder: Path) -> None:
    found = read_biosignal(folder / "uci_gestures_1.txt")
    assert _kinds(found) == {ChannelKind.EMG: 8, ChannelKind.OTHER: 1}
    assert {channel.rate_hz for channel in found.recording.channels} == {1000}
    time_ms, values = np.loadtxt(folder / "uci_gestures_1.txt", skiprows=1)[:, :2].T
    places = (time_ms - time_ms[0]).astype(int)
    assert found.samples(found.recording.channels[0])[places] == pytest.approx(values, rel=1e-6)
    assert len(found.recording.gaps) == 8


@pytest.mark.parametrize("name", ["nilsonne_codebook", "emg_bursts_info.json"])
def test_what_is_no_recording(folder: Path, name: str) -> None:
    with pytest.raises(NotABiosignalError, match="no table of numbers"):
        read_biosignal(folder / name)
