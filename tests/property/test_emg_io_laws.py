"""Laws of reading biosignals: cutting changes nothing, time stamps keep their order, and no file at all ends in anything but words."""

import gzip
import io
import re
import tempfile
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spasmograph.errors import ChannelChoiceError, DamagedBiosignalError, InputError
from spasmograph.io.biosignal import parse_channel, read_biosignal
from spasmograph.io.biosignal.choosing import choose
from spasmograph.io.biosignal.contents import StatedChannel
from spasmograph.io.biosignal.edf.remarks import read_list
from spasmograph.io.biosignal.grid import uniform_grid
from spasmograph.io.biosignal.matching import match_channel
from spasmograph.io.biosignal.units import split_unit, uv_per_unit
from spasmograph.model import Biosignal
from tests.biosignal_files import EdfChannel, edf_bytes, kept, lists_channel, xdf_bytes, xdf_samples, xdf_stream, xdf_words


def _opened(raw: bytes, suffix: str, rate_hz: float | None = None) -> Biosignal:
    """The file, all of whose samples are read once, so that damage anywhere shows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{suffix}"
        path.write_bytes(raw)
        found = read_biosignal(path, rate_hz=rate_hz, contested_muscles=True)
        for channel in found.recording.channels:
            assert len(found.samples(channel, 0, min(channel.sample_count, 100_000))) == min(channel.sample_count, 100_000)
        return found


def _edf(family: str = "EDF", onsets_s: Sequence[float] = (0, 1, 5, 6, 6 + 1 / 3 + 1)) -> bytes:
    lists = [kept(onset_s, b"+0.5\x14blink") for onset_s in onsets_s]
    channels = [EdfChannel(samples=7), EdfChannel(label="ECG", samples=3), lists_channel(*lists, samples=20, family=family)]
    return edf_bytes(channels, records=len(onsets_s), variant="+D", family=family)


@given(cuts=st.lists(st.integers(0, 70), max_size=8), family=st.sampled_from(["EDF", "BDF"]))
def test_cutting_a_recording_changes_no_sample(cuts: list[int], family: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.edf"
        path.write_bytes(_edf(family))
        found = read_biosignal(path)
        for channel in found.recording.channels:
            whole = found.samples(channel)
            edges = sorted({0, channel.sample_count, *(min(cut, channel.sample_count) for cut in cuts)})
            parts = [found.samples(channel, first, stop) for first, stop in pairwise(edges)]
            np.testing.assert_array_equal(np.concatenate(parts), whole)


@given(
    counts=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    lost=st.lists(st.integers(1, 30), min_size=6, max_size=6),
    rate_hz=st.sampled_from([100.0, 500.0, 1000.0, 2048.0, 4800.0]),
    start_s=st.floats(0, 1000),
)
def test_lost_samples_leave_every_other_where_it_was(counts: list[int], lost: list[int], rate_hz: float, start_s: float) -> None:
    counts[0] += 60
    places = np.concatenate([np.arange(count) + sum(counts[:number]) + sum(lost[:number]) for number, count in enumerate(counts)])
    grid = uniform_grid(start_s + places / rate_hz)
    assert grid.rate_hz == pytest.approx(rate_hz, rel=1e-6)
    assert grid.count == places[-1] + 1
    assert [grid.place(number) for number in range(len(places))] == places.tolist()
    short = sum(some for some in lost[: len(counts) - 1] if some <= 4)
    assert grid.bridged == short
    assert round(sum(gap.duration_s for gap in grid.gaps) * grid.rate_hz) == grid.count - len(places) - short


@given(steps=st.lists(st.floats(0.0005, 0.0015), min_size=20, max_size=200))
def test_stamps_that_tremble_keep_their_order_and_their_number(steps: list[float]) -> None:
    grid = uniform_grid(np.cumsum(steps))
    places = [grid.place(number) for number in range(len(steps))]
    assert places == sorted(set(places))
    assert grid.count >= len(steps)


@given(stamps=st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20))
def test_any_stamps_are_a_grid_or_an_error(stamps: list[float]) -> None:
    try:
        grid = uniform_grid(np.asarray(stamps, np.float64))
    except DamagedBiosignalError:
        return
    assert grid.rate_hz > 0


@given(text=st.text(max_size=40))
@example(text="=")
@example(text="a=:")
@example(text="=emg::")
def test_any_words_about_a_channel_mean_something_or_are_refused(text: str) -> None:
    try:
        choice = parse_channel(text)
    except ChannelChoiceError:
        return
    assert choice.name


@given(names=st.lists(st.text(max_size=20), min_size=1, max_size=8), units=st.lists(st.text(max_size=8), min_size=8, max_size=8))
def test_any_names_get_labels_of_their_own(names: list[str], units: list[str]) -> None:
    stated = [StatedChannel(name=name, rate_hz=100.0, sample_count=1, unit=unit) for name, unit in zip(names, units, strict=False)]
    channels = choose(stated, [])
    for part in ("name", "label"):
        assert len({getattr(channel, part) for channel in channels}) == len(names)
    assert all(re.fullmatch("[a-z0-9_]+", channel.label) for channel in channels)


@given(name=st.text(max_size=30), sensor=st.text(max_size=10))
def test_any_name_can_be_matched(name: str, sensor: str) -> None:
    assert match_channel(name, sensor) == match_channel(name, sensor)
    assert len(split_unit(name)) == 2
    assert uv_per_unit(name) != 0


@given(raw=st.binary(max_size=60))
def test_any_bytes_are_lists_of_remarks_or_unreadable(raw: bytes) -> None:
    found, unreadable = read_list(raw)
    assert len(found) + unreadable == sum(bool(part) for part in raw.split(b"\0"))


def _xdf() -> bytes:
    words = xdf_stream(2, "marks", "Markers", format_="string") + xdf_words(2, [1.0, 1.5], ["a", "b"])
    numbers = xdf_stream(1, "amp", "EMG", rate_hz=100) + xdf_samples(1, 1 + np.arange(50) / 100, np.zeros((50, 1), "<f4"))
    return xdf_bytes(words, numbers)


def _numpy(save: Callable[..., None]) -> bytes:
    target = io.BytesIO()
    save(target, np.arange(40.0))
    return target.getvalue()


FILES = {
    "edf": _edf(),
    "bdf": _edf("BDF"),
    "xdf": _xdf(),
    "xdfz": gzip.compress(_xdf()),
    "csv": b"time_s;EMG L (mV);task\n" + b"".join(b"%d,%03d;%d,5;rest\n" % (number // 1000, number % 1000, number) for number in range(50)),
    "txt": b"# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Resolution:= 12\n# Labels:= EMG\n" + b"2048\n2050\n" * 30,
    "npy": _numpy(np.save),
    "npz": _numpy(np.savez),
}


@pytest.mark.parametrize("suffix", FILES)
def test_the_files_that_are_damaged_below_are_good(suffix: str) -> None:
    assert _opened(FILES[suffix], suffix, 100.0).recording.channels


@pytest.mark.parametrize("suffix", FILES)
@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_in_words(suffix: str, data: st.DataObject) -> None:
    raw = bytearray(FILES[suffix])
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place] = data.draw(st.integers(0, 255))
    del raw[data.draw(st.integers(1, len(raw))) :]
    try:
        _opened(bytes(raw), suffix, 100.0)
    except InputError as error:
        assert str(error)  # noqa: PT017


@settings(max_examples=60)
@given(raw=st.binary(max_size=400), suffix=st.sampled_from(["edf", "csv", "xdf"]))
def test_any_bytes_are_read_or_refused_in_words(raw: bytes, suffix: str) -> None:
    try:
        _opened(raw, suffix, 100.0)
    except InputError as error:
        assert str(error)  # noqa: PT017


@settings(max_examples=60)
@given(text=st.text(alphabet='0123456789.,;\t -+eE#n\r\n"aXÄ', max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        _opened(text.encode(), "csv", 100.0)
    except InputError as error:
        assert str(error)  # noqa: PT017
