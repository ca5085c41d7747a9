"""Tables of text: layouts, clocks, and what OpenSignals and BioSPPy say above their numbers."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from spasmograph.errors import DamagedBiosignalError, NotABiosignalError, UnknownRateError
from spasmograph.io.biosignal import read_biosignal
from spasmograph.io.biosignal.text import table as module
from spasmograph.model import Biosignal, Span
from spasmograph.terms import ChannelKind


def _read(folder: Path, text: str | bytes, *, rate_hz: float | None = None, name: str = "table.csv") -> Biosignal:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_biosignal(path, rate_hz=rate_hz)


def _rows(*columns: np.ndarray, sign: str = ",", decimal: str = ".") -> str:
    return "".join(sign.join(f"{value:.6g}".replace(".", decimal) for value in row) + "\n" for row in zip(*columns, strict=True))


TIME_S = np.arange(100) / 1000
WAVE = np.round(np.sin(np.arange(100)) * 100, 2)


def _check(found: Biosignal, values: np.ndarray = WAVE, *, rate_hz: float = 1000) -> None:
    channel = found.recording.channels[-1]
    assert channel.rate_hz == rate_hz
    assert channel.sample_count == len(values)
    assert found.samples(channel) == pytest.approx(values, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("head", "sign", "decimal"),
    [
        ("time_s,OOc L (uV)\n", ",", "."),
        ("time (s)\tOOc L [uV]\n", "\t", "."),
        ("Zeit (s);OOc L (µV)\n", ";", ","),
        ("time_s;OOc L (uV)\n", ";", "."),
        ("time_s\tOOc L (uV)\n", "\t", ","),
        ("time_s OOc_L_uV\n", "  ", "."),
        ("# made by hand\n\n# twice\ntime_s,OOc L (uV)\n", ",", "."),
        ("Recorder 7\nPatient;X\n\ntime;OOc L\ns;uV\n", ";", ","),
        ('"time_s","OOc L (uV)"\n', ",", "."),
    ],
)
def test_layouts(tmp_path: Path, head: str, sign: str, decimal: str) -> None:
    found = _read(tmp_path, head + _rows(TIME_S, WAVE, sign=sign, decimal=decimal))
    _check(found)
    assert [(channel.label, channel.unit) for channel in found.recording.channels] == [("orbicularis_oculi_left", "uV")]
    assert found.recording.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    found = _read(tmp_path, ("time_s,Müll L (µV)\n" + _rows(TIME_S, WAVE)).encode(encoding))
    assert (found.recording.channels[0].name, found.recording.channels[0].unit) == ("Müll L", "uV")
    _check(found)


def test_lines_of_another_system_and_a_sign_at_their_ends(tmp_path: Path) -> None:
    text = "time_s\tEMG (uV)\t\n" + _rows(TIME_S, WAVE, sign="\t").replace("\n", "\t\n")
    found = _read(tmp_path, text.replace("\n", "\r\n"))
    assert len(found.recording.channels) == 1
    _check(found)


def test_one_column_needs_a_rate(tmp_path: Path) -> None:
    _check(_read(tmp_path, "".join(f"{value}\n" for value in WAVE), rate_hz=500), rate_hz=500)
    with pytest.raises(UnknownRateError, match=r"table\.csv does not say how many samples a second it holds, and has no column of time"):
        read_biosignal(tmp_path / "table.csv")


@pytest.mark.parametrize(("factor", "unit"), [(1, "s"), (1e3, "ms"), (1e6, "us")])
def test_the_unit_of_time_is_told_by_what_is_plausible_and_said(tmp_path: Path, factor: float, unit: str) -> None:
    found = _read(tmp_path, "time,EMG (uV)\n" + _rows(TIME_S * factor, WAVE))
    _check(found)
    assert f"read as {unit}, which makes 1000 samples a second" in found.recording.notes[0]


@pytest.mark.parametrize(("title", "factor"), [("time_ms", 1e3), ("Time [ms]", 1e3), ("t (us)", 1e6), ("time (s)", 1), ("seconds", 1)])
def test_a_stated_unit_of_time_is_believed(tmp_path: Path, title: str, factor: float) -> None:
    found = _read(tmp_path, f"{title},EMG (uV)\n" + _rows(TIME_S * factor, WAVE))
    _check(found)
    assert not any("does not say its unit" in note for note in found.recording.notes if title != "seconds")


def test_slow_100_hz_is_read_as_seconds(tmp_path: Path) -> None:
    _check(_read(tmp_path, "time,EMG (uV)\n" + _rows(np.arange(100) / 100, WAVE)), rate_hz=100)


def test_time_that_fits_no_unit(tmp_path: Path) -> None:
    with pytest.raises(DamagedBiosignalError, match=r"goes in steps of 3e\+07, which is no plausible time"):
        _read(tmp_path, "time,EMG (uV)\n" + _rows(np.arange(100) * 3e7, WAVE))


def test_a_first_column_without_a_title_that_only_rises_is_time(tmp_path: Path) -> None:
    _check(_read(tmp_path, _rows(TIME_S, WAVE)))


def test_a_first_column_that_counts_by_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(UnknownRateError):
        _read(tmp_path, _rows(np.arange(100), WAVE))


def test_a_first_column_that_falls_is_a_channel(tmp_path: Path) -> None:
    found = _read(tmp_path, _rows(-TIME_S, WAVE), rate_hz=1000)
    assert [channel.name for channel in found.recording.channels] == ["column 1", "column 2"]


@pytest.mark.parametrize("title", ["index", "Sample Nr", "nSeq", "#,no"])
def test_a_column_that_numbers_the_samples_is_no_channel(tmp_path: Path, title: str) -> None:
    text = f"{title.rsplit(',', maxsplit=1)[-1]},EMG (uV)\n" + _rows(np.arange(100), WAVE)
    assert [channel.name for channel in _read(tmp_path, text, rate_hz=1000).recording.channels] == ["EMG"]


def test_a_given_rate_counts_more_than_the_column_of_time(tmp_path: Path) -> None:
    found = _read(tmp_path, "time_s,EMG (uV)\n" + _rows(TIME_S, WAVE), rate_hz=2000)
    _check(found, rate_hz=2000)
    assert found.recording.notes == ("the rate of 2000 Hz was given; the column of time was not used",)


def test_a_gap_in_time_is_nan(tmp_path: Path) -> None:
    time_s = TIME_S + np.where(np.arange(100) >= 40, 0.02, 0)
    found = _read(tmp_path, "time_s,EMG (uV)\n" + _rows(time_s, WAVE))
    _check(found, np.concatenate([WAVE[:40], np.full(20, math.nan), WAVE[40:]]))
    assert found.recording.gaps == (Span(onset_s=0.04, offset_s=0.06),)


def test_a_gap_of_months_is_a_damaged_clock(tmp_path: Path) -> None:
    time_s = TIME_S + np.where(np.arange(100) >= 40, 1e7, 0)
    with pytest.raises(DamagedBiosignalError, match="it spans 116 days from its first sample to its last, more than 31"):
        _read(tmp_path, "time_s,EMG (uV)\n" + "".join(f"{time:.3f},{value}\n" for time, value in zip(time_s, WAVE, strict=True)))


def test_single_lost_samples_are_bridged_and_counted(tmp_path: Path) -> None:
    kept = np.delete(np.arange(100), [30, 31, 70])
    found = _read(tmp_path, "time_s,EMG (uV)\n" + _rows(TIME_S[kept], np.arange(100.0)[kept]))
    _check(found, np.arange(100.0))
    assert found.recording.notes == ("3 single samples that were lost were bridged by straight lines",)


def test_stamps_rounded_to_a_millisecond_keep_their_rate(tmp_path: Path) -> None:
    found = _read(tmp_path, "time_s,EMG (uV)\n" + _rows(np.round(np.arange(4096) / 2048, 3), np.ones(4096)))
    assert found.recording.channels[0].rate_hz == pytest.approx(2048, rel=1e-3)
    assert found.recording.channels[0].sample_count == 4096


@pytest.mark.parametrize("wrong", [-1.0, math.nan])
def test_time_that_goes_back_or_is_missing(tmp_path: Path, wrong: float) -> None:
    time_s = TIME_S.copy()
    time_s[50] = wrong
    with pytest.raises(DamagedBiosignalError, match=r"time goes back from 0.049 to -1 s at sample 51|1 of them no numbers"):
        _read(tmp_path, "time_s,EMG (uV)\n" + _rows(time_s, WAVE))


def test_empty_cells_and_nan_are_missing(tmp_path: Path) -> None:
    rows = _rows(TIME_S, WAVE).splitlines()
    rows[3], rows[4], rows[5] = "0.003,", "0.004,NaN", "0.005,n/a"
    values = WAVE.copy()
    values[3:6] = math.nan
    _check(_read(tmp_path, "time_s,EMG (uV)\n" + "\n".join(rows) + "\n"), values)


def test_words_in_a_column_are_remarks(tmp_path: Path) -> None:
    words = ["", "rest", "rest", "squeeze", ""]
    text = "time_s,EMG (uV),task\n" + "".join(f"{number / 1000},{number},{words[number // 20]}\n" for number in range(100))
    found = _read(tmp_path, text)
    assert [(one.onset_s, one.duration_s, one.text) for one in found.annotations] == [(0.02, 0.04, "rest"), (0.06, 0.02, "squeeze")]
    assert len(found.recording.channels) == 1


def test_words_that_change_all_the_time_are_no_remarks(tmp_path: Path) -> None:
    text = "time_s,EMG (uV),clock\n" + "".join(f"{number / 1000},{number},12:30:{number}\n" for number in range(100))
    found = _read(tmp_path, text)
    assert found.annotations == ()
    assert found.recording.notes == ("the words of 'clock' change 100 times in 100 rows and were left out",)


def test_a_column_in_seconds_is_time_whatever_its_name_and_more_of_them_are_no_channels(tmp_path: Path) -> None:
    found = _read(tmp_path, "X [s],X [s],OOc L: EMG 1 [V]\n" + _rows(TIME_S, TIME_S, WAVE))
    assert [channel.unit for channel in found.recording.channels] == ["V"]
    _check(found, WAVE * 1e6)


def test_a_table_may_begin_like_an_edf(tmp_path: Path) -> None:
    found = _read(tmp_path, "".join(f"{number / 1000:g}       {number}\n" for number in range(100)))
    _check(found, np.arange(100.0))


def test_rows_of_another_length_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = _rows(TIME_S, WAVE).splitlines()
    text = "time_s,EMG (uV)\n" + "\n".join([*rows[:-1], rows[-1] + ",7", "0.1"])
    assert "2 rows have another number of cells and were left out" in _read(tmp_path, text).recording.notes


def test_single_words_far_down_in_a_column_of_numbers_are_missing(tmp_path: Path) -> None:
    text = (
        "time_s;EMG (uV)\n" + _rows(np.arange(50_000) / 1000, np.full(50_000, 0.5), sign=";", decimal=",") + "50,0;overload\n50,001;OVR\n50,002;1,5\n"
    )
    found = _read(tmp_path, text)
    assert found.recording.notes == ("2 cells of column 'EMG' are no numbers, such as 'overload', and were left out",)
    values = found.samples(found.recording.channels[0], 49_999)
    assert values == pytest.approx([0.5, math.nan, math.nan, 1.5], nan_ok=True)


def test_many_words_far_down_in_a_column_of_numbers(tmp_path: Path) -> None:
    text = "time_s,EMG (uV)\n" + _rows(np.arange(50_000) / 1000, np.zeros(50_000)) + "50.0,overload\n" * 600
    with pytest.raises(DamagedBiosignalError, match=r"table\.csv: 600 cells of column 'EMG' are no numbers, such as 'overload'\. Export it again"):
        _read(tmp_path, text)


def test_infinite_and_absurd_numbers_are_missing(tmp_path: Path) -> None:
    rows = _rows(TIME_S, WAVE).splitlines()
    rows[3], rows[4], rows[5] = "0.003,inf", "0.004,-Inf", "0.005,1e300"
    values = WAVE.copy()
    values[3:6] = math.nan
    _check(_read(tmp_path, "time_s,EMG (uV)\n" + "\n".join(rows) + "\n"), values)


def test_more_numbers_than_memory_is_meant_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_NUMBERS", 150)
    with pytest.raises(DamagedBiosignalError, match="more than 150 numbers"):
        _read(tmp_path, "time_s,EMG (uV)\n" + _rows(TIME_S, WAVE))


@pytest.mark.parametrize(
    "text", ["# only a remark\n", "words and more words\nand no numbers\n", "a,b\n", "a,b\n1,2\n", "\n\n\n", "1\n", "{}", "<html>\n</html>\n"]
)
def test_text_without_a_table(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotABiosignalError, match="no table of numbers was found"):
        _read(tmp_path, text, rate_hz=1000)


def test_prose_with_numbers_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(NotABiosignalError):
        _read(tmp_path, "On day 3 we saw, 4 times,\nwhat 12 people had, 7 of them\nwell, 5 in all\n", rate_hz=1000)


def test_biosppy_text(tmp_path: Path) -> None:
    text = "# Simple Text Format\n# Sampling Rate (Hz):= 500.00\n# Resolution:= 12\n# Labels:= OOc L\tECG\n" + _rows(
        np.arange(2048, 2148), np.arange(100), sign="\t"
    )
    found = _read(tmp_path, text, name="a.txt")
    channel = found.recording.channels[0]
    assert (found.recording.file_format, channel.label, channel.rate_hz) == ("BioSPPy", "orbicularis_oculi_left", 500)
    assert (channel.unit, channel.low_uv, channel.high_uv) == ("counts", 0, 4095)
    assert math.isnan(channel.uv_per_unit)
    assert found.recording.channels[1].kind is ChannelKind.ECG
    assert "counts of the converter, which the file does not calibrate" in found.recording.notes[0]


def test_a_rate_in_the_remarks_above_a_plain_table(tmp_path: Path) -> None:
    _check(_read(tmp_path, "# sampling frequency: 2000 Hz\nEMG (uV)\n" + "".join(f"{value}\n" for value in WAVE)), rate_hz=2000)


def test_a_given_rate_counts_more_than_the_one_above_the_table_and_that_is_said(tmp_path: Path) -> None:
    found = _read(tmp_path, "# rate = 2000\nEMG (uV)\n" + "".join(f"{value}\n" for value in WAVE), rate_hz=1000)
    assert found.recording.notes == ("the file says 2000 samples a second; 1000 were given and used",)


def _opensignals(*devices: dict[str, object], rows: str) -> str:
    header = json.dumps({f"20:16:12:00:00:0{number}": device for number, device in enumerate(devices)})
    return f"# OpenSignals Text File Format\n# {header}\n# EndOfHeader\n{rows}"


DEVICE = {
    "sensor": ["EMG", "ECG"],
    "device name": "x",
    "column": ["nSeq", "I1", "O1", "A1", "A2"],
    "sampling rate": 1000,
    "label": ["A1", "A2"],
    "resolution": [4, 1, 1, 10, 6],
}


def test_opensignals_text(tmp_path: Path) -> None:
    rows = _rows(np.arange(100) % 16, np.zeros(100), np.ones(100), np.arange(500, 600), np.arange(100) % 64, sign="\t").replace("\n", "\t\n")
    found = _read(tmp_path, _opensignals(DEVICE, rows=rows), name="opensignals.txt")
    assert (found.recording.file_format, found.recording.duration_s) == ("OpenSignals", 0.1)
    assert [(channel.name, channel.kind.value) for channel in found.recording.channels] == [
        ("I1", "other"),
        ("O1", "other"),
        ("A1", "emg"),
        ("A2", "ecg"),
    ]
    assert [channel.high_uv for channel in found.recording.channels[2:]] == [1023, 63]


def test_opensignals_text_of_two_devices(tmp_path: Path) -> None:
    device = {"sensor": ["EMG"], "column": ["nSeq", "A1"], "sampling rate": 1000, "label": ["A1"], "resolution": [4, 10]}
    found = _read(tmp_path, _opensignals(device, device, rows=_rows(*[np.arange(20) % 16] * 4, sign="\t")), name="opensignals.txt")
    assert [channel.name for channel in found.recording.channels] == ["A1", "A1 (2)"]


def test_an_opensignals_header_that_is_no_json_is_a_remark(tmp_path: Path) -> None:
    with pytest.raises(UnknownRateError):
        _read(tmp_path, '# {"broken": \n' + _rows(np.arange(20), np.arange(20), sign="\t"), name="opensignals.txt")
