"""XDF, OpenSignals HDF5 and NumPy files, and arrays in memory."""

import gzip
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from spasmograph.errors import ChannelChoiceError, DamagedBiosignalError, InputError, NotABiosignalError, UnknownRateError
from spasmograph.io.biosignal import biosignal_from_arrays, read_biosignal
from spasmograph.model import Biosignal, Span
from spasmograph.model.emg import Annotation
from spasmograph.terms import ChannelKind, Task
from tests.biosignal_files import xdf_bytes, xdf_offsets, xdf_samples, xdf_stream, xdf_words

RATE_HZ = 1000.0
WAVE = np.sin(np.arange(2000.0) / 3) * 40
LABELS = [{"label": "OOc L", "unit": "microvolts", "type": "EMG"}, {"label": "OOc R", "unit": "millivolts", "type": "EMG"}]
STAMPS_S = 100 + np.arange(2000) / RATE_HZ


def _xdf(folder: Path, *chunks: bytes, name: str = "a.xdf", pack: Callable[[bytes], bytes] = bytes) -> Biosignal:
    (folder / name).write_bytes(pack(xdf_bytes(*chunks)))
    return read_biosignal(folder / name)


def _amplifier(stamps_s: np.ndarray = STAMPS_S) -> bytes:
    rows = np.column_stack([WAVE, WAVE / 1000]).astype("<f4")
    return xdf_stream(1, "amp", "EEG", channels=2, rate_hz=RATE_HZ, labels=LABELS) + xdf_samples(1, stamps_s, rows)


def test_xdf_streams_channels_and_units(tmp_path: Path) -> None:
    found = _xdf(tmp_path, _amplifier())
    assert (found.recording.file_format, found.recording.duration_s) == ("XDF", 2)
    assert [channel.label for channel in found.recording.channels] == ["orbicularis_oculi_left", "orbicularis_oculi_right"]
    for channel in found.recording.channels:
        assert channel.rate_hz == RATE_HZ
        assert found.samples(channel) == pytest.approx(WAVE, rel=1e-5, abs=1e-4)


def test_xdf_packed(tmp_path: Path) -> None:
    assert _xdf(tmp_path, _amplifier(), name="a.xdfz", pack=gzip.compress).recording.duration_s == 2


def test_xdf_marks_of_words_and_of_numbers(tmp_path: Path) -> None:
    words = xdf_stream(2, "marks", "Markers", format_="string") + xdf_words(2, [101.5, 100.25], ["squeeze", "Lächeln"])
    numbers = xdf_stream(3, "stim", "Stim", format_="int32") + xdf_samples(3, [101.0], np.array([[7]], "<i4"))
    found = _xdf(tmp_path, _amplifier(), words, numbers)
    assert [(one.onset_s, one.text) for one in found.annotations] == [(0.25, "Lächeln"), (1.0, "7"), (1.5, "squeeze")]
    assert len(found.recording.channels) == 2


def test_xdf_streams_of_other_rates_and_clocks_are_put_on_one(tmp_path: Path) -> None:
    aux = xdf_stream(2, "aux", "ACC", rate_hz=250) + xdf_samples(2, 50.5 + np.arange(500) / 250, np.arange(500, dtype="<f4")[:, None])
    clocks = xdf_offsets(1, range(100, 105), 0.0) + xdf_offsets(2, range(50, 55), 50.0)
    found = _xdf(tmp_path, _amplifier(), aux, clocks)
    channel = found.recording.channels[2]
    assert (channel.rate_hz, channel.kind, channel.name) == (250, ChannelKind.OTHER, "aux 1")
    values = found.samples(channel)
    assert np.isnan(values[:125]).all()
    assert values[125:] == pytest.approx(np.arange(500))
    assert found.recording.duration_s == 2.5


def test_xdf_gap_is_nan(tmp_path: Path) -> None:
    stamps_s = STAMPS_S + np.where(np.arange(2000) >= 1000, 0.5, 0)
    found = _xdf(tmp_path, _amplifier(stamps_s))
    assert found.recording.gaps == (Span(onset_s=1, offset_s=1.5),)
    values = found.samples(found.recording.channels[0], 900, 1600)
    assert np.isnan(values).tolist() == [False] * 100 + [True] * 500 + [False] * 100


def test_xdf_gap_of_one_stream_alone_is_no_gap_of_the_recording(tmp_path: Path) -> None:
    stamps_s = STAMPS_S + np.where(np.arange(2000) >= 1000, 0.5, 0)
    aux = xdf_stream(2, "aux", "ACC", rate_hz=100) + xdf_samples(2, 100 + np.arange(300) / 100, np.zeros((300, 1), "<f4"))
    assert _xdf(tmp_path, _amplifier(stamps_s), aux).recording.gaps == ()


def test_xdf_stamps_that_tremble_are_made_even(tmp_path: Path) -> None:
    trembling = STAMPS_S + np.random.default_rng(1).normal(0, 2e-4, 2000)
    found = _xdf(tmp_path, _amplifier(trembling))
    assert found.recording.channels[0].rate_hz == pytest.approx(RATE_HZ, rel=1e-4)
    assert found.recording.channels[0].sample_count == 2000


def test_xdf_without_a_stated_rate_gets_its_own(tmp_path: Path) -> None:
    stream = xdf_stream(1, "emg", "EMG", rate_hz=0) + xdf_samples(1, 10 + np.arange(1000) / 500, np.ones((1000, 1), "<f4"))
    found = _xdf(tmp_path, stream).recording.channels[0]
    assert (found.rate_hz, found.kind, found.name) == (500, ChannelKind.EMG, "emg 1")


def test_xdf_of_marks_alone(tmp_path: Path) -> None:
    with pytest.raises(NotABiosignalError, match=r"holds no stream of regular samples \(streams: 'marks'\)"):
        _xdf(tmp_path, xdf_stream(2, "marks", "Markers", format_="string") + xdf_words(2, [1.0], ["x"]))


@pytest.mark.parametrize("kept", [8, 200, 900, 5000])
def test_xdf_that_is_cut_off(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cut.xdf"
    path.write_bytes(xdf_bytes(_amplifier())[:kept])
    with pytest.raises((DamagedBiosignalError, NotABiosignalError), match=r"cut\.xdf"):
        read_biosignal(path)


def test_xdf_that_is_cut_off_between_two_pieces_keeps_the_first(tmp_path: Path) -> None:
    more = xdf_samples(1, 102 + np.arange(2000) / RATE_HZ, np.zeros((2000, 2), "<f4"))
    path = tmp_path / "cut.xdf"
    path.write_bytes(xdf_bytes(_amplifier(), more)[:-1000])
    found = read_biosignal(path)
    assert found.recording.duration_s == 2
    assert any("damaged in 1 places" in note for note in found.recording.notes)


def test_another_packed_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"words"))
    with pytest.raises(NotABiosignalError, match="is packed, and what is in it is no XDF file"):
        read_biosignal(path)


def _hdf5(folder: Path, **attributes: object) -> Path:
    path = folder / "a.h5"
    with h5py.File(path, "w") as file:
        for number, address in enumerate(["00:07:80:3B:46:61", "00:07:80:3B:46:62"]):
            device = file.create_group(address)
            device.attrs.update({"sampling rate": 1000, "channels": [1, 10], "resolution": [16, 12]} | attributes)
            for key, sensor in (("channel_1", "EMG"), ("channel_10", b"ECG")):
                data = device.create_dataset(f"raw/{key}", data=(np.arange(500, dtype=np.uint16) + number)[:, None])
                data.attrs.update({"sensor": sensor, "label": f"CH{key[8:]}"})
            device.create_dataset("raw/nSeq", data=np.arange(500, dtype=np.uint16)[:, None])
            device.create_dataset("digital/digital_1", data=np.zeros((500, 1), np.uint16))
            device.create_group("events").create_dataset("digital", data=np.zeros((0, 4), np.uint32))
    return path


def test_opensignals_hdf5(tmp_path: Path) -> None:
    found = read_biosignal(_hdf5(tmp_path))
    assert (found.recording.file_format, found.recording.duration_s) == ("OpenSignals HDF5", 0.5)
    emg, ecg, trigger = found.recording.channels[:3]
    assert [channel.kind for channel in (emg, ecg, trigger)] == [ChannelKind.EMG, ChannelKind.ECG, ChannelKind.TRIGGER]
    assert [channel.name for channel in found.recording.channels] == ["CH1", "CH10", "digital_1", "CH1 (2)", "CH10 (2)", "digital_1 (2)"]
    assert (emg.unit, emg.low_uv, emg.high_uv, ecg.high_uv) == ("counts", 0, 65535, 4095)
    assert math.isnan(emg.uv_per_unit)
    assert found.samples(found.recording.channels[3], 10, 13).tolist() == [11, 12, 13]


def test_hdf5_that_changes_while_it_is_read(tmp_path: Path) -> None:
    found = read_biosignal(_hdf5(tmp_path))
    (tmp_path / "a.h5").write_bytes(b"words")
    with pytest.raises(DamagedBiosignalError, match="was changed while it was read"):
        found.samples(found.recording.channels[0])


@pytest.mark.parametrize("rate", [0, -5])
def test_hdf5_with_a_rate_of_0(tmp_path: Path, rate: int) -> None:
    with pytest.raises(NotABiosignalError, match="no device with a sampling rate"):
        read_biosignal(_hdf5(tmp_path, **{"sampling rate": rate}))


def test_hdf5_of_another_kind(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("data", data=np.zeros(5))
        file.create_group("raw")
    with pytest.raises(NotABiosignalError, match="not one of OpenSignals"):
        read_biosignal(tmp_path / "a.h5")


def test_hdf5_that_is_cut_off(tmp_path: Path) -> None:
    path = _hdf5(tmp_path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(DamagedBiosignalError, match=r"a\.h5 is a damaged or cut off HDF5 file"):
        read_biosignal(path)


@pytest.mark.parametrize("shape", ["column", "columns", "rows"])
def test_npy(tmp_path: Path, shape: str) -> None:
    table = {"column": WAVE, "columns": np.column_stack([WAVE, -WAVE]), "rows": np.stack([WAVE, -WAVE])}[shape]
    np.save(tmp_path / "a.npy", table)
    found = read_biosignal(tmp_path / "a.npy", rate_hz=2000, channels=["1=mentalis:left:mV"])
    assert (found.recording.file_format, found.recording.duration_s) == ("NumPy", 1)
    assert found.samples(found.recording.channels[0], 10, 20) == pytest.approx(WAVE[10:20] * 1000)
    assert len(found.recording.channels) == (1 if shape == "column" else 2)


def test_infinite_numbers_are_missing(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([1.0, math.inf, -math.inf, 2.0]))
    mapped = read_biosignal(tmp_path / "a.npy", rate_hz=1000)
    held = biosignal_from_arrays({"EMG": np.array([1.0, math.inf, -math.inf, 2.0])}, rate_hz=1000)
    for found in (mapped, held):
        assert found.samples(found.recording.channels[0]) == pytest.approx([1, math.nan, math.nan, 2], nan_ok=True)


def test_npz(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {"OOc L (uV)": WAVE, "raw": np.zeros((2000, 2), np.int16), "rate_hz": 500, "subject": "words"}
    np.savez(tmp_path / "a.npz", **arrays)
    found = read_biosignal(tmp_path / "a.npz")
    assert [(channel.name, channel.unit, channel.rate_hz) for channel in found.recording.channels] == [
        ("OOc L", "uV", 500),
        ("raw 1", "counts", 500),
        ("raw 2", "counts", 500),
    ]


def test_npz_with_a_rate_of_0(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", emg=WAVE, rate_hz=0)
    with pytest.raises(UnknownRateError, match=r"a\.npz gives a rate of 0 Hz; it must be more than 0"):
        read_biosignal(tmp_path / "a.npz")


def test_npz_at_a_given_rate(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", emg=WAVE, rate_hz=500)
    assert read_biosignal(tmp_path / "a.npz", rate_hz=250).recording.duration_s == 8


@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_numpy_without_a_rate(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    (np.save if suffix == "npy" else np.savez)(path, WAVE)
    with pytest.raises(UnknownRateError, match=rf"a\.{suffix} does not say how many samples a second"):
        read_biosignal(path)


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, math.inf, math.nan])
def test_a_rate_that_is_none(tmp_path: Path, rate_hz: float) -> None:
    np.save(tmp_path / "a.npy", WAVE)
    with pytest.raises(UnknownRateError, match="it must be more than 0"):
        read_biosignal(tmp_path / "a.npy", rate_hz=rate_hz)


@pytest.mark.parametrize("array", [np.array(["a", "b"]), np.zeros((2, 2, 2)), np.zeros(0), np.array(1.0), np.zeros(4, complex)])
def test_numpy_arrays_that_hold_no_samples(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "a.npz", array)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(NotABiosignalError, match="holds no"):
            read_biosignal(tmp_path / name, rate_hz=1000)


@pytest.mark.parametrize("suffix", ["npy", "npz"])
@pytest.mark.parametrize("keep", [20, 200])
def test_numpy_that_is_cut_off(tmp_path: Path, suffix: str, keep: int) -> None:
    path = tmp_path / f"a.{suffix}"
    (np.save if suffix == "npy" else np.savez)(path, WAVE)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DamagedBiosignalError, match="cannot be read as NumPy arrays"):
        read_biosignal(path, rate_hz=1000)


def test_numpy_objects_are_not_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    with pytest.raises(DamagedBiosignalError, match="cannot be read as NumPy arrays"):
        read_biosignal(tmp_path / "a.npy", rate_hz=1000)


def test_arrays_in_memory() -> None:
    found = biosignal_from_arrays(
        {"OOc L": WAVE, "ECG": WAVE[:200]},
        rate_hz={"OOc L": 1000, "ECG": 100},
        unit={"OOc L": "mV"},
        annotations=[Annotation(onset_s=0.5, text="blink")],
        name="mine",
        task=Task.REST,
    )
    assert (found.recording.name, found.recording.duration_s, found.recording.task, found.recording.file_format) == ("mine", 2, Task.REST, "arrays")
    assert found.samples(found.recording.channels[0]) == pytest.approx(WAVE * 1000)
    assert found.annotations[0].text == "blink"


def test_arrays_are_told_apart_by_their_checksum() -> None:
    one, same, other = (biosignal_from_arrays({"EMG": values}, rate_hz=1000).recording.sha256 for values in (WAVE, WAVE.copy(), WAVE + 1))
    assert one == same != other


@pytest.mark.parametrize("arrays", [{}, {"EMG": np.zeros((2, 3))}, {"EMG": []}, {"EMG": ["a"]}])
def test_arrays_that_are_none(arrays: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"there is no array|of numbers is needed"):
        biosignal_from_arrays(arrays, rate_hz=1000)  # type: ignore[arg-type]


def test_arrays_that_claim_one_muscle() -> None:
    with pytest.raises(ChannelChoiceError, match="both claim the left mentalis"):
        biosignal_from_arrays({"mentalis L": WAVE, "mentalis left": WAVE}, rate_hz=1000)
