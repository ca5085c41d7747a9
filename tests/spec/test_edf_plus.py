"""The EDF specification (Kemp et al. 1992) and its extension EDF+ (Kemp and Olivan 2003), clause by clause."""

import math
from pathlib import Path

import edfio
import numpy as np
import pytest

from spasmograph.errors import DamagedBiosignalError
from spasmograph.io.biosignal import read_biosignal
from spasmograph.model import Biosignal, Span
from spasmograph.terms import ChannelKind
from tests.biosignal_files import EdfChannel, edf_file, kept, lists_channel


def _plus(folder: Path, *lists: bytes, variant: str = "+C", **more: object) -> Biosignal:
    """A recording of one channel of 4 samples a second with those lists, one a record."""
    return read_biosignal(edf_file(folder, [EdfChannel(), lists_channel(*lists)], records=len(lists), variant=variant, **more))


class TestEdfHeader:
    """EDF: the header record."""

    def test_version_0_is_edf(self, tmp_path: Path) -> None:
        found = read_biosignal(edf_file(tmp_path, [EdfChannel()], records=2))
        assert found.recording.file_format == "EDF"

    def test_version_255_biosemi_is_bdf_with_24_bits(self, tmp_path: Path) -> None:
        channel = EdfChannel(
            samples=3, digital=[-8_388_608, 8_388_607, -1], digital_low="-8388608", digital_high="8388607", low="-8388608", high="8388607"
        )
        found = read_biosignal(edf_file(tmp_path, [channel], records=1, family="BDF"))
        assert found.recording.file_format == "BDF"
        assert found.samples(found.recording.channels[0]).tolist() == [-8_388_608, 8_388_607, -1]

    def test_local_patient_and_recording_identification_are_not_read(self, tmp_path: Path) -> None:
        found = repr(_plus(tmp_path, kept(0), patient="SECRET-NAME X", recording="Startdate 02-MAR-2002 SECRET-PLACE"))
        assert "SECRET" not in found

    @pytest.mark.parametrize(("date", "time"), [("32.13.99", "25.61.61"), ("", ""), ("yy.yy.yy", "11:25:00"), (b"\xff" * 8, b"\0" * 8)])
    def test_dates_out_of_range_do_not_matter(self, tmp_path: Path, date: str, time: str) -> None:
        assert _plus(tmp_path, kept(0), kept(1), date=date, time=time).recording.duration_s == 2

    def test_number_of_data_records_minus_1_while_recording(self, tmp_path: Path) -> None:
        found = read_biosignal(_with_records(tmp_path, "-1"))
        assert found.recording.duration_s == 3
        assert any("never wrote how many data records" in note for note in found.recording.notes)

    def test_duration_of_a_data_record_may_be_a_fraction(self, tmp_path: Path) -> None:
        found = read_biosignal(edf_file(tmp_path, [EdfChannel(samples=100)], records=4, record_s="0.05"))
        assert found.recording.channels[0].rate_hz == 2000
        assert found.recording.duration_s == pytest.approx(0.2)

    def test_samples_are_little_endian_twos_complement(self, tmp_path: Path) -> None:
        channel = EdfChannel(samples=4, digital=[1, -1, 256, -32768], low="-32768", high="32767")
        found = read_biosignal(edf_file(tmp_path, [channel], records=1))
        assert found.samples(found.recording.channels[0]).tolist() == [1, -1, 256, -32768]

    def test_channels_have_rates_of_their_own(self, tmp_path: Path) -> None:
        found = read_biosignal(edf_file(tmp_path, [EdfChannel(samples=8), EdfChannel(label="ECG", samples=2)], records=3))
        assert [(channel.rate_hz, channel.sample_count) for channel in found.recording.channels] == [(8, 24), (2, 6)]
        assert found.samples(found.recording.channels[1]) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5], abs=1e-9)


def _with_records(folder: Path, stated: str) -> Path:
    path = edf_file(folder, [EdfChannel()], records=3)
    raw = path.read_bytes()
    path.write_bytes(raw[:236] + stated.encode().ljust(8) + raw[244:])
    return path


class TestPhysicalAndDigitalRange:
    """EDF: physical and digital minimum and maximum; EDF+ 2.1.3 rules 5 and 6."""

    def test_values_are_linear_between_the_two_ranges(self, tmp_path: Path) -> None:
        channel = EdfChannel(samples=3, digital=[-2048, 0, 2047], low="-500", high="500", digital_low="-2048", digital_high="2047")
        found = read_biosignal(edf_file(tmp_path, [channel], records=1))
        assert found.samples(found.recording.channels[0]) == pytest.approx([-500, 1000 * 2048 / 4095 - 500, 500])

    def test_physical_maximum_below_minimum_is_inverted_polarity(self, tmp_path: Path) -> None:
        channel = EdfChannel(samples=3, digital=[-2048, 0, 2047], low="500", high="-500", digital_low="-2048", digital_high="2047")
        found = read_biosignal(edf_file(tmp_path, [channel], records=1)).recording.channels[0]
        assert (found.low_uv, found.high_uv) == (-500, 500)
        values = read_biosignal(tmp_path / "recording.edf").samples(found)
        assert values == pytest.approx([500, 500 - 1000 * 2048 / 4095, -500])

    @pytest.mark.parametrize(
        "wrong",
        [
            {"low": "7", "high": "7"},
            {"digital_low": "100", "digital_high": "-100"},
            {"digital_low": "5", "digital_high": "5"},
            {"low": "", "high": ""},
            {"low": "abc"},
            {"high": "inf"},
        ],
    )
    def test_a_range_without_extent_is_no_calibration(self, tmp_path: Path, wrong: dict[str, str]) -> None:
        found = read_biosignal(edf_file(tmp_path, [EdfChannel(samples=3, digital=[5, -7, 9], **wrong)], records=1))  # type: ignore[arg-type]
        channel = found.recording.channels[0]
        assert channel.unit == "counts"
        assert math.isnan(channel.uv_per_unit)
        assert found.samples(channel).tolist() == [5, -7, 9]
        assert any("is not calibrated" in note for note in found.recording.notes)

    @pytest.mark.parametrize(
        ("unit", "said", "factor"),
        [
            (b"uV", "uV", 1),
            (b"mV", "mV", 1e3),
            (b"V", "V", 1e6),
            (b"\xb5V", "uV", 1),
            ("µV".encode(), "uV", 1),
            ("μV".encode(), "uV", 1),
            (b"nV", "nV", 1e-3),
        ],
    )
    def test_physical_dimension_with_every_micro_sign(self, tmp_path: Path, unit: bytes, said: str, factor: float) -> None:
        found = read_biosignal(edf_file(tmp_path, [EdfChannel(unit=unit)], records=1))
        assert found.recording.channels[0].unit == said
        assert found.samples(found.recording.channels[0])[3] == pytest.approx(0.3 * factor)


class TestEdfPlusHeader:
    """EDF+ 2.1.3: additional rules for the header."""

    @pytest.mark.parametrize("variant", ["+C", "+D"])
    def test_rule_1_reserved_field_says_continuous_or_interrupted(self, tmp_path: Path, variant: str) -> None:
        assert _plus(tmp_path, kept(0), variant=variant).recording.file_format == f"EDF{variant}"

    def test_rule_1_other_text_in_the_reserved_field_is_plain_edf(self, tmp_path: Path) -> None:
        assert read_biosignal(edf_file(tmp_path, [EdfChannel()], records=1, reserved="made by hand")).recording.file_format == "EDF"

    def test_rule_2_fields_may_hold_more_than_ascii_in_old_files(self, tmp_path: Path) -> None:
        found = read_biosignal(edf_file(tmp_path, [EdfChannel(label="Müll R")], records=1, patient="Jürgen".encode("latin-1")))
        assert found.recording.channels[0].name == "Müll R"

    def test_rule_7_decimal_comma_is_read_though_it_is_not_allowed(self, tmp_path: Path) -> None:
        channel = EdfChannel(samples=2, digital=[-32768, 32767], low="-3276,8", high="3276,7")
        found = read_biosignal(edf_file(tmp_path, [channel], records=1))
        assert found.samples(found.recording.channels[0]) == pytest.approx([-3276.8, 3276.7])

    def test_rule_11_prefiltering_is_kept(self, tmp_path: Path) -> None:
        assert _plus(tmp_path, kept(0)).recording.channels[0].filters == "HP:10Hz LP:500Hz"


class TestAnnotationsSignal:
    """EDF+ 2.2.1: the EDF Annotations signal, and 2.2.2: time-stamped annotation lists."""

    def test_2_2_1_the_signal_is_no_channel(self, tmp_path: Path) -> None:
        assert [channel.name for channel in _plus(tmp_path, kept(0)).recording.channels] == ["OOc L"]

    def test_2_2_1_there_may_be_several_of_them(self, tmp_path: Path) -> None:
        channels = [lists_channel(kept(0, b"+0.5\x14one")), EdfChannel(), lists_channel(b"+0.25\x14two\x14\x00")]
        found = read_biosignal(edf_file(tmp_path, channels, records=1, variant="+C"))
        assert [(one.onset_s, one.text) for one in found.annotations] == [(0.25, "two"), (0.5, "one")]

    def test_2_2_1_a_file_of_annotations_alone_holds_no_samples(self, tmp_path: Path) -> None:
        path = edf_file(tmp_path, [lists_channel(kept(0, b"+1\x14remark"))], records=1, variant="+C", record_s=0)
        with pytest.raises(DamagedBiosignalError, match="holds remarks, but no samples"):
            read_biosignal(path)

    def test_2_2_2_onset_duration_and_several_texts(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, kept(0, b"+0.25\x150.5\x14eyes shut\x14left"))
        assert [(one.onset_s, one.duration_s, one.text) for one in found.annotations] == [(0.25, 0.5, "eyes shut"), (0.25, 0.5, "left")]

    def test_2_2_2_texts_are_utf_8(self, tmp_path: Path) -> None:
        assert _plus(tmp_path, kept(0, b"+0.5\x14" + "仰卧 Lächeln".encode())).annotations[0].text == "仰卧 Lächeln"

    def test_2_2_2_a_list_may_begin_before_the_recording(self, tmp_path: Path) -> None:
        assert _plus(tmp_path, kept(0, b"-2.5\x14injection")).annotations[0].onset_s == -2.5

    def test_2_2_2_lists_may_overlap_and_lie_in_any_record(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, kept(0, b"+1.5\x151\x14late"), kept(1, b"+0.5\x152\x14early"))
        assert [one.text for one in found.annotations] == ["early", "late"]

    def test_2_2_2_bytes_that_are_no_list_are_counted(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, kept(0) + b"garbage\x00" + b"+1\x15x\x14y\x14\x00")
        assert found.annotations == ()
        assert "2 remarks could not be read" in found.recording.notes

    def test_2_2_2_bdf_lists_have_three_bytes_a_sample(self, tmp_path: Path) -> None:
        channels = [EdfChannel(), lists_channel(kept(0, b"+0.5\x14blink"), samples=11, family="BDF")]
        found = read_biosignal(edf_file(tmp_path, channels, records=1, variant="+C", family="BDF"))
        assert found.recording.file_format == "BDF+C"
        assert found.annotations[0].text == "blink"


class TestTimeKeeping:
    """EDF+ 2.2.4: time keeping of data records."""

    def test_the_list_that_keeps_time_is_no_remark(self, tmp_path: Path) -> None:
        assert _plus(tmp_path, kept(0), kept(1)).annotations == ()

    def test_a_start_within_a_second_is_time_0(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, kept(0.625, b"+0.875\x14blink"), kept(1.625))
        assert found.annotations[0].onset_s == 0.25
        assert found.recording.duration_s == 2
        assert found.recording.gaps == ()

    def test_interrupted_records_lie_where_their_stamps_say(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, kept(0.5), kept(1.5), kept(5), variant="+D")
        channel = found.recording.channels[0]
        assert found.recording.gaps == (Span(onset_s=2, offset_s=4.5),)
        assert found.recording.duration_s == 5.5
        assert channel.sample_count == 22
        values = found.samples(channel)
        assert values[:8] == pytest.approx(np.arange(8) / 10, abs=1e-9)
        assert np.isnan(values[8:18]).all()
        assert values[18:] == pytest.approx([0.8, 0.9, 1.0, 1.1], abs=1e-9)

    def test_remarks_of_an_interrupted_recording_stay_on_its_clock(self, tmp_path: Path) -> None:
        assert _plus(tmp_path, kept(0), kept(10, b"+10.5\x14blink"), variant="+D").annotations[0].onset_s == 10.5

    def test_records_of_an_interrupted_file_that_overlap_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DamagedBiosignalError, match=r"data record 2 begins 0\.5 s before the one before it ended"):
            _plus(tmp_path, kept(0), kept(0.5), variant="+D")

    def test_records_of_an_interrupted_file_that_go_back_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DamagedBiosignalError, match="data record 3 begins"):
            _plus(tmp_path, kept(0), kept(7), kept(3), variant="+D")

    def test_a_continuous_file_with_interruptions_is_read_as_interrupted_and_says_so(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, kept(0), kept(3))
        assert found.recording.gaps == (Span(onset_s=1, offset_s=3),)
        assert any("says that there are no interruptions" in note for note in found.recording.notes)

    def test_a_continuous_file_whose_records_overlap_is_read_as_continuous_and_says_so(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, kept(0), kept(0.25))
        assert found.recording.duration_s == 2
        assert any("taken to follow each other" in note for note in found.recording.notes)

    def test_a_record_without_a_stamp_follows_the_one_before(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, kept(0), b"", kept(2), variant="+D")
        assert found.recording.gaps == ()

    def test_a_file_without_any_stamp_is_read_as_continuous_and_says_so(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, b"", b"")
        assert found.recording.duration_s == 2
        assert any("does not say when its data records began" in note for note in found.recording.notes)

    def test_stamps_rounded_to_less_than_half_a_sample_are_no_gap(self, tmp_path: Path) -> None:
        assert _plus(tmp_path, kept(0), kept(1.0004), kept(1.9997), variant="+D").recording.gaps == ()

    def test_stamps_of_a_continuous_file_that_run_off_are_named_and_make_no_gaps(self, tmp_path: Path) -> None:
        found = _plus(tmp_path, *[kept(number * 1.0625) for number in range(10)])
        assert found.recording.duration_s == 10
        assert found.recording.gaps == ()
        assert any("run off by 0.562 s" in note for note in found.recording.notes)

    def test_a_clock_that_runs_off_slowly_is_followed_where_interruptions_are_allowed(self, tmp_path: Path) -> None:
        lists = [kept(number * 1.05) for number in range(10)]
        found = _plus(tmp_path, *lists, variant="+D")
        assert found.recording.duration_s == pytest.approx(10.45, abs=0.13)
        assert found.recording.channels[0].sample_count in {41, 42}

    def test_a_gap_of_years_is_a_damaged_clock(self, tmp_path: Path) -> None:
        with pytest.raises(DamagedBiosignalError, match="days after its first, more than 31"):
            _plus(tmp_path, kept(0), kept(99_000_000), variant="+D")

    def test_channels_of_other_rates_are_moved_by_the_same_time(self, tmp_path: Path) -> None:
        channels = [EdfChannel(samples=4), EdfChannel(label="ECG", samples=10), lists_channel(kept(0), kept(2.5))]
        found = read_biosignal(edf_file(tmp_path, channels, records=2, variant="+D"))
        first = [int(np.flatnonzero(np.isnan(found.samples(channel)))[-1]) + 1 for channel in found.recording.channels]
        assert first == [10, 25]


class TestAgainstAnotherReader:
    """The same file read by edfio."""

    def test_edf_written_by_edfio(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(3)
        signals = [
            edfio.EdfSignal(rng.normal(0, 50, 5000), 1000, label="OOc L", physical_dimension="uV"),
            edfio.EdfSignal(rng.normal(0, 1, 1000), 200, label="ECG", physical_dimension="mV"),
        ]
        remarks = [edfio.EdfAnnotation(0.5, None, "blink"), edfio.EdfAnnotation(2.25, 1.0, "squeeze")]
        edfio.Edf(signals, annotations=remarks).write(tmp_path / "a.edf")
        found = read_biosignal(tmp_path / "a.edf")
        other = edfio.read_edf(tmp_path / "a.edf")
        assert found.samples(found.recording.channels[0]) == pytest.approx(other.signals[0].data, abs=1e-9)
        assert found.samples(found.recording.channels[1]) == pytest.approx(other.signals[1].data * 1e3, abs=1e-9)
        assert [(one.onset_s, one.text, one.duration_s) for one in found.annotations] == [(0.5, "blink", 0), (2.25, "squeeze", 1)]

    def test_bdf_written_by_edfio(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(4)
        edfio.Bdf([edfio.BdfSignal(rng.normal(0, 50, 5000), 1000, label="Mentalis R", physical_dimension="uV")]).write(tmp_path / "a.bdf")
        found = read_biosignal(tmp_path / "a.bdf")
        assert found.recording.channels[0].label == "mentalis_right"
        assert found.samples(found.recording.channels[0]) == pytest.approx(edfio.read_bdf(tmp_path / "a.bdf").signals[0].data, abs=1e-9)

    def test_biosemi_status_channel_gives_its_16_trigger_lines(self, tmp_path: Path) -> None:
        status = EdfChannel(label="Status", unit=b"Boolean", samples=3, digital=[0x10_0000, 0x10_0007, -0x70_0000], low="-8388608", high="8388607")
        found = read_biosignal(edf_file(tmp_path, [status], records=1, family="BDF"))
        assert found.recording.channels[0].kind is ChannelKind.TRIGGER
        assert found.samples(found.recording.channels[0]).tolist() == [0, 7, 0]
