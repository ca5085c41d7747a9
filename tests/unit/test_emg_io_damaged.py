"""Files that are none, are cut off, or change while they are read."""

import os
import pickle
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from spasmograph.errors import ChannelChoiceError, DamagedBiosignalError, InputError, NotABiosignalError
from spasmograph.io.biosignal import read_biosignal
from spasmograph.io.biosignal.edf import records as module
from spasmograph.terms import Task
from tests.biosignal_files import EdfChannel, edf_bytes, edf_file, kept, lists_channel


def _write(folder: Path, raw: bytes, name: str = "a.edf") -> Path:
    (folder / name).write_bytes(raw)
    return folder / name


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        read_biosignal(tmp_path / "none.edf")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder, not a recording"):
        read_biosignal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.edf")
    with pytest.raises(InputError, match="is a pipe or a device"):
        read_biosignal(tmp_path / "pipe.edf")


def test_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(NotABiosignalError, match=r"a\.edf is empty \(0 bytes\)"):
        read_biosignal(_write(tmp_path, b""))


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 20,
        b"\x00" * 5000,
        b"%PDF-1.7\n\x00\x01\x02",
        b"\x00\x00\x00\x18ftypmp42" + b"\0" * 300,
        b"\x7f",
    ],
)
def test_other_files(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(NotABiosignalError, match=r"a\.edf is (not|no) a? ?recording of voltages"):
        read_biosignal(_write(tmp_path, raw))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"count": "none"}, "the number of signals is 'none', it must be a whole number from 1 to 4096"),
        ({"count": "0"}, "the number of signals is '0'"),
        ({"count": "-3"}, "the number of signals is '-3'"),
        ({"count": "9999"}, "the number of signals is '9999'"),
        ({"header_bytes": "256"}, "the size of the header is '256', it must be 512 bytes"),
        ({"header_bytes": ""}, "the size of the header is ''"),
        ({"record_s": "x"}, "the duration of a data record is 'x', it must be 0 s or more"),
        ({"record_s": "-1"}, "the duration of a data record is '-1'"),
        ({"record_s": "inf"}, "the duration of a data record is 'inf'"),
        ({"record_s": "0"}, "holds remarks, but no samples: data records of 0 s"),
    ],
)
def test_headers_that_make_no_sense(tmp_path: Path, fields: dict[str, str], words: str) -> None:
    with pytest.raises(DamagedBiosignalError, match=words):
        read_biosignal(edf_file(tmp_path, [EdfChannel()], records=2, **fields))


@pytest.mark.parametrize("records", ["many", "1.5", "-2"])
def test_a_number_of_records_that_makes_no_sense(tmp_path: Path, records: str) -> None:
    raw = edf_bytes([EdfChannel()], records=2)
    with pytest.raises(DamagedBiosignalError, match=f"the number of data records is '{records}', it must be a whole number from -1"):
        read_biosignal(_write(tmp_path, raw[:236] + records.encode().ljust(8) + raw[244:]))


def test_samples_in_a_record_that_make_no_sense(tmp_path: Path) -> None:
    raw = edf_bytes([EdfChannel()], records=2)
    place = 256 + 16 + 80 + 5 * 8 + 80
    with pytest.raises(DamagedBiosignalError, match="the samples in a data record is 'four'"):
        read_biosignal(_write(tmp_path, raw[:place] + b"four    " + raw[place + 8 :]))


@pytest.mark.parametrize("keep", [8, 100, 255, 256, 300, 511])
def test_cut_off_in_the_header(tmp_path: Path, keep: int) -> None:
    with pytest.raises(DamagedBiosignalError, match=r"a\.edf"):
        read_biosignal(_write(tmp_path, edf_bytes([EdfChannel()], records=2)[:keep]))


@pytest.mark.parametrize("over", [0, 1, 7])
def test_cut_off_before_the_first_record_ends(tmp_path: Path, over: int) -> None:
    with pytest.raises(DamagedBiosignalError, match=rf"holds no complete data record: {over} bytes after the header, a record has 8"):
        read_biosignal(_write(tmp_path, edf_bytes([EdfChannel()], records=2)[: 512 + over]))


def test_cut_off_later_is_read_so_far(tmp_path: Path) -> None:
    found = read_biosignal(_write(tmp_path, edf_bytes([EdfChannel()], records=5)[:-11]))
    assert found.recording.duration_s == 3
    assert found.recording.notes == (
        "the file is cut off: 3 of 5 data records are there, the last 2 s are missing",
        "an incomplete data record at the end was left out (5 of 8 bytes)",
    )


def test_more_records_than_the_header_says(tmp_path: Path) -> None:
    found = read_biosignal(edf_file(tmp_path, [EdfChannel()], records=3))
    assert found.recording.notes == ()
    raw = (tmp_path / "recording.edf").read_bytes()
    found = read_biosignal(_write(tmp_path, raw[:236] + b"2       " + raw[244:]))
    assert found.recording.duration_s == 3
    assert found.recording.notes == ("the file holds 3 data records, its header says 2; all of them were read",)


def test_a_channel_of_0_samples_is_left_out(tmp_path: Path) -> None:
    found = read_biosignal(edf_file(tmp_path, [EdfChannel(label="EMG empty", samples=0), EdfChannel()], records=2))
    assert [channel.name for channel in found.recording.channels] == ["OOc L"]
    assert found.recording.notes == ("channel 'EMG empty' holds no samples and was left out",)
    assert found.samples(found.recording.channels[0]) == pytest.approx(np.arange(8) / 10, abs=1e-9)


def test_only_channels_of_0_samples(tmp_path: Path) -> None:
    with pytest.raises(DamagedBiosignalError, match="holds no complete data record"):
        read_biosignal(edf_file(tmp_path, [EdfChannel(samples=0)], records=2))


def test_labels_that_come_twice(tmp_path: Path) -> None:
    found = read_biosignal(edf_file(tmp_path, [EdfChannel(label="EMG"), EdfChannel(label="EMG")], records=1))
    assert [channel.name for channel in found.recording.channels] == ["EMG", "EMG (2)"]


def test_two_channels_that_claim_one_muscle(tmp_path: Path) -> None:
    path = edf_file(tmp_path, [EdfChannel(label="OOc L"), EdfChannel(label="OO left")], records=1)
    with pytest.raises(ChannelChoiceError, match="channels 'OOc L' and 'OO left' both claim the left orbicularis oculi"):
        read_biosignal(path)
    assert any("both claim" in note for note in read_biosignal(path, contested_muscles=True).recording.notes)
    assert read_biosignal(path, channels=["2=ignore"]).recording.notes == ()


def test_a_given_rate_does_not_change_a_file_that_states_its_own(tmp_path: Path) -> None:
    found = read_biosignal(edf_file(tmp_path, [EdfChannel()], records=1), rate_hz=999)
    assert found.recording.channels[0].rate_hz == 4
    assert found.recording.notes == ("the file states its own rates; the given 999 Hz were not used",)


@pytest.mark.parametrize("change", ["shorter", "longer", "gone"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, change: str) -> None:
    path = edf_file(tmp_path, [EdfChannel()], records=5)
    found = read_biosignal(path)
    raw = path.read_bytes()
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(raw[:-8] if change == "shorter" else raw + b"12345678")
    found.source.source.records._kept = None  # type: ignore[attr-defined] # noqa: SLF001
    with pytest.raises(InputError, match=r"was changed while it was read|there is no file"):
        found.samples(found.recording.channels[0])


def test_the_task_and_the_checksum(tmp_path: Path) -> None:
    path = edf_file(tmp_path, [EdfChannel()], records=1)
    found = read_biosignal(str(path), task=Task.REST).recording
    assert found.task is Task.REST
    assert (found.name, len(found.sha256)) == ("recording.edf", 64)
    assert found.sha256 == read_biosignal(path).recording.sha256


def test_blocks_of_any_size_give_the_same_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channels = [EdfChannel(samples=50), EdfChannel(label="ECG", samples=10), lists_channel(kept(0), kept(1), kept(4))]
    path = edf_file(tmp_path, channels, records=3, variant="+D")
    whole = read_biosignal(path)
    expected = [whole.samples(channel) for channel in whole.recording.channels]
    for size in (1, 100, 200, 400):
        monkeypatch.setattr(module, "_BLOCK_BYTES", size)
        found = read_biosignal(path)
        for channel, values in zip(found.recording.channels, expected, strict=True):
            np.testing.assert_array_equal(found.samples(channel), values)


def test_memory_does_not_grow_with_the_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK_BYTES", 4096)
    digital = [number % 1000 for number in range(500_000)]
    path = edf_file(tmp_path, [EdfChannel(samples=500, digital=digital), lists_channel(*map(kept, range(1000)))], records=1000, variant="+C")
    assert path.stat().st_size > 1_000_000
    read_biosignal(path)
    tracemalloc.start()
    found = read_biosignal(path)
    channel = found.recording.channels[0]
    total = sum(float(found.samples(channel, first, first + 1000).sum()) for first in range(0, channel.sample_count, 1000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == pytest.approx(sum(digital) / 10)
    assert peak < 400_000


def test_an_opened_recording_can_be_sent_to_another_process(tmp_path: Path) -> None:
    found = read_biosignal(edf_file(tmp_path, [EdfChannel()], records=2))
    again = pickle.loads(pickle.dumps(found))  # noqa: S301
    np.testing.assert_array_equal(again.samples(again.recording.channels[0]), found.samples(found.recording.channels[0]))


def test_long_and_short_records_give_the_same_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channels = [EdfChannel(samples=50), EdfChannel(label="ECG", samples=10), lists_channel(kept(0), kept(1), kept(4))]
    path = edf_file(tmp_path, channels, records=3, variant="+D")
    whole = read_biosignal(path)
    expected = [whole.samples(channel, 3, channel.sample_count - 2) for channel in whole.recording.channels]
    monkeypatch.setattr(module, "_LONG_BYTES", 0)
    found = read_biosignal(path)
    assert found.annotations == whole.annotations
    for channel, values in zip(found.recording.channels, expected, strict=True):
        np.testing.assert_array_equal(found.samples(channel, 3, channel.sample_count - 2), values)
