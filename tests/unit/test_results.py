"""The files that a measurement leaves behind: their contract, and what happens when they cannot be written."""

import csv
import io
import json
import os
import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.errors import OutputError
from spasmograph.io.results import (
    FILE_NAMES,
    events_to_csv,
    measurement_to_dict,
    measurement_to_json,
    result_stem,
    signals_to_table,
    write_results,
)
from spasmograph.model import EVENT_COLUMNS, Measurement
from spasmograph.terms import Region, unit_of
from tests.fakes import (
    HOSTILE_NAME,
    counts_only_measurement,
    empty_measurement,
    fake_measurement,
    hostile_measurement,
    refused_measurement,
)

WORLDS = [fake_measurement, empty_measurement, counts_only_measurement, refused_measurement, hostile_measurement]
CONTRACT_COLUMNS = "onset_s,apex_s,offset_s,kind,side,regions,pattern,amplitude,amplitude_unit,confidence,task,censored"


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(files("spasmograph.data").joinpath("measurement.schema.json").read_text("utf-8"))


def recorded(sha256: str, name: str = "clip.mp4") -> Measurement:
    """A measurement of a recording with another content."""
    whole = empty_measurement()
    return replace(whole, recording=replace(whole.recording, name=name, sha256=sha256))


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


# ---- measurement.json


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_json_follows_its_schema(world: Any, schema: Any) -> None:
    whole = json.loads(measurement_to_json(world()))

    jsonschema.Draft202012Validator(schema).validate(whole)


def test_schema_is_itself_valid(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("missing", ["schema_version", "recording", "quality", "events", "scores", "provenance"])
def test_schema_asks_for_every_part_of_the_contract(missing: str, schema: Any) -> None:
    whole = measurement_to_dict(fake_measurement())
    del whole[missing]

    with pytest.raises(jsonschema.ValidationError, match=missing):
        jsonschema.validate(whole, schema)


def test_schema_refuses_an_unknown_side(schema: Any) -> None:
    whole = measurement_to_dict(fake_measurement())
    whole["events"][0]["side"] = "image_left"

    with pytest.raises(jsonschema.ValidationError, match="image_left"):
        jsonschema.validate(whole, schema)


def test_json_holds_the_keys_of_the_contract() -> None:
    whole = measurement_to_dict(fake_measurement())

    assert list(whole) == ["schema_version", "recording", "quality", "events", "scores", "provenance"]
    assert {"verdict", "observed_s", "reasons"} <= set(whole["quality"])
    assert {"name", "value", "unit", "low", "high", "observed_s"} <= set(whole["scores"][0])
    assert set(EVENT_COLUMNS) <= set(whole["events"][0])


def test_json_says_what_was_measured() -> None:
    whole = measurement_to_dict(fake_measurement())
    clonic = next(event for event in whole["events"] if event["pattern"] == "clonic")

    assert whole["schema_version"] == "1.0"
    assert whole["quality"]["verdict"] == "good"
    assert whole["quality"]["observed_s"] == 58.0
    assert whole["quality"]["reasons"][0]["code"] == "turned_too_far"
    assert (clonic["side"], clonic["regions"], clonic["kind"]) == ("right", "eyelid+cheek+mouth", "contraction")
    assert [member["pattern"] for member in clonic["members"]] == ["brief"] * 5


def test_unknown_numbers_are_null() -> None:
    whole = json.loads(measurement_to_json(refused_measurement()))

    assert all(score["value"] is None and score["reason"] for score in whole["scores"])
    assert "NaN" not in measurement_to_json(refused_measurement())


def test_two_runs_give_the_same_bytes() -> None:
    assert measurement_to_json(fake_measurement()) == measurement_to_json(fake_measurement())


def test_order_of_parameters_does_not_change_the_file() -> None:
    whole = fake_measurement()
    backwards = dict(reversed(list(whole.provenance.parameters.items())))

    assert measurement_to_json(replace(whole, provenance=replace(whole.provenance, parameters=backwards))) == measurement_to_json(whole)


def test_last_bits_of_a_sum_do_not_change_the_file() -> None:
    whole = fake_measurement()
    first = whole.events[0]
    nudged = replace(first, amplitude=first.amplitude + 1e-12)

    assert measurement_to_json(replace(whole, events=(nudged, *whole.events[1:]))) == measurement_to_json(whole)


# ---- events.csv


def test_csv_has_the_columns_of_the_contract_and_an_event_a_row() -> None:
    events = fake_measurement().events
    rows = list(csv.DictReader(io.StringIO(events_to_csv(events))))

    assert events_to_csv(events).splitlines()[0] == CONTRACT_COLUMNS
    assert len(rows) == len(events)
    assert [float(row["onset_s"]) for row in rows] == pytest.approx([event.onset_s for event in events], abs=1e-6)
    assert {row["censored"] for row in rows} == {"true", "false"}
    assert {row["kind"] for row in rows} == {"blink", "contraction"}
    assert "eyelid+mouth" in {row["regions"] for row in rows}


def test_csv_of_no_event_is_its_head() -> None:
    assert events_to_csv(()) == CONTRACT_COLUMNS + "\n"


def test_unknown_amplitude_is_an_empty_cell() -> None:
    event = replace(fake_measurement().events[0], amplitude=float("nan"))
    row = next(csv.DictReader(io.StringIO(events_to_csv([event]))))

    assert row["amplitude"] == ""


def test_csv_and_json_agree() -> None:
    whole = fake_measurement()
    rows = csv.DictReader(io.StringIO(events_to_csv(whole.events)))

    for row, event in zip(rows, measurement_to_dict(whole)["events"], strict=True):
        assert row["regions"] == event["regions"]
        assert float(row["offset_s"]) == event["offset_s"]
        assert row["censored"] == str(event["censored"]).lower()


# ---- signals.parquet


def test_table_holds_time_first_and_every_signal_with_its_unit() -> None:
    signals = fake_measurement().signals
    table = signals_to_table(signals)
    units = {field.name: field.metadata[b"unit"].decode() for field in table.schema}

    assert table.column_names == ["time_s", *signals]
    assert (units["time_s"], units["brow_height_left_mm"], units["head_yaw_deg"]) == ("s", "mm", "deg")
    assert (units["eye_closure_right"], units["iris_diameter_left_px"]) == ("1", "px")


@pytest.mark.parametrize(("name", "unit"), [("time_s", "s"), ("mouth_opening_mm", "mm"), ("eye_aspect_ratio_left", "1"), ("envelope_uv", "uv")])
def test_unit_is_the_suffix(name: str, unit: str) -> None:
    assert unit_of(name) == unit


def test_parquet_reads_back_with_what_was_not_measured(tmp_path: Path) -> None:
    whole = fake_measurement()
    folder = write_results(whole, "", b"", tmp_path)
    table = pq.read_table(folder / "signals.parquet")

    for name in whole.signals:
        np.testing.assert_array_equal(table[name].to_numpy(), whole.signals[name])
    assert np.isnan(table["eye_closure_left"].to_numpy()).sum() == 60
    assert pq.ParquetFile(folder / "signals.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


def test_refused_recording_has_an_empty_table() -> None:
    table = signals_to_table(refused_measurement().signals)

    assert (table.column_names, table.num_rows) == (["time_s"], 0)


# ---- the folder


def test_five_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    folder = write_results(fake_measurement(), "<p>é</p>", b"%PDF", tmp_path / "new" / "place")

    assert folder == tmp_path / "new" / "place" / "clip"
    assert names_in(folder) == sorted(FILE_NAMES)
    assert names_in(folder.parent) == ["clip"]
    assert (folder / "report.html").read_text("utf-8") == "<p>é</p>"
    assert (folder / "report.pdf").read_bytes() == b"%PDF"


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_results(fake_measurement(), "x", b"y", tmp_path / name) for name in "ab")

    for name in FILE_NAMES:
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_same_recording_replaces_its_own_folder_and_keeps_what_others_put_there(tmp_path: Path) -> None:
    folder = write_results(recorded("1" * 64), "old", b"", tmp_path)
    (folder / "notes.txt").write_text("mine")

    again = write_results(recorded("1" * 64), "new", b"", tmp_path)

    assert again == folder
    assert (folder / "report.html").read_text() == "new"
    assert (folder / "notes.txt").read_text() == "mine"
    assert names_in(tmp_path) == ["clip"]


def test_another_recording_with_the_same_stem_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    first = write_results(recorded("1" * 64), "first", b"", tmp_path)
    second = write_results(recorded("2" * 64, "clip.mov"), "second", b"", tmp_path)
    again = write_results(recorded("2" * 64, "clip.mov"), "again", b"", tmp_path)

    assert (first.name, second.name) == ("clip", "clip-22222222")
    assert again == second
    assert (first / "report.html").read_text() == "first"
    assert (second / "report.html").read_text() == "again"


@pytest.mark.parametrize("kind", ["file", "folder", "broken"])
def test_what_is_not_a_result_is_never_replaced(kind: str, tmp_path: Path) -> None:
    taken = tmp_path / "clip"
    if kind == "file":
        taken.write_text("mine")
    else:
        taken.mkdir()
        (taken / "measurement.json").write_text("[1]" if kind == "folder" else "{")

    folder = write_results(recorded("3" * 64), "", b"", tmp_path)

    assert folder.name == "clip-33333333"
    assert names_in(tmp_path) == ["clip", "clip-33333333"]


def test_both_names_taken_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    for name in ("clip", "clip-44444444"):
        (tmp_path / name).write_text("mine")

    with pytest.raises(OutputError, match="clip already holds something else"):
        write_results(recorded("4" * 64), "", b"", tmp_path)
    assert names_in(tmp_path) == ["clip", "clip-44444444"]


def test_out_dir_that_is_a_file_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")

    with pytest.raises(OutputError, match=r"^results could not be written to .*out: .*; free some space or choose another folder with --out$"):
        write_results(empty_measurement(), "", b"", tmp_path / "out")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="Permission denied"):
            write_results(empty_measurement(), "", b"", tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_disk_that_fills_up_leaves_the_older_result_whole(tmp_path: Path) -> None:
    folder = write_results(recorded("5" * 64), "old", b"old", tmp_path)
    before = {name: (folder / name).read_bytes() for name in FILE_NAMES}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    # A limit on the size of a file fails a write in the middle, as a full disk does.
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(OutputError, match="File too large"):
            write_results(recorded("5" * 64), "new", b"x" * 300_000, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert names_in(tmp_path) == ["clip"]
    assert {name: (folder / name).read_bytes() for name in FILE_NAMES} == before


@pytest.mark.parametrize(("stop", "expected"), [(OSError(5, "stopped"), OutputError), (KeyboardInterrupt("stopped"), KeyboardInterrupt)])
def test_rename_that_fails_brings_the_older_result_back(
    stop: BaseException, expected: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_results(recorded("6" * 64), "old", b"", tmp_path)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(".partial"):
            raise stop
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(expected, match="stopped"):
        write_results(recorded("6" * 64), "new", b"", tmp_path)

    assert names_in(tmp_path) == ["clip"]
    assert (folder / "report.html").read_text() == "old"


# ---- several commands at once, and what a killed one left behind


def test_many_may_write_the_same_place_at_once(tmp_path: Path) -> None:
    write_results(recorded("1" * 64), "old", b"", tmp_path)
    (tmp_path / "clip" / "notes.txt").write_text("mine")
    everybody = [recorded(digit * 64) for digit in "1212221112"]

    with ThreadPoolExecutor(len(everybody)) as pool:
        folders = list(pool.map(lambda one: write_results(one, one.recording.sha256, b"", tmp_path).name, everybody))

    assert set(folders) == {"clip", "clip-22222222"}
    assert names_in(tmp_path) == ["clip", "clip-22222222"]
    assert (tmp_path / "clip" / "notes.txt").read_text() == "mine"
    for name, digit in (("clip", "1"), ("clip-22222222", "2")):
        assert (tmp_path / name / "report.html").read_text() == digit * 64
        assert set(FILE_NAMES) <= set(names_in(tmp_path / name))


def test_a_place_that_is_taken_in_the_last_moment_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def later(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", rename)
        write_results(recorded("1" * 64), "first", b"", tmp_path)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", later)

    folder = write_results(recorded("2" * 64), "second", b"", tmp_path)

    assert folder.name == "clip-22222222"
    assert (tmp_path / "clip" / "report.html").read_text() == "first"


def long_ago(path: Path) -> Path:
    os.utime(path, (1e9, 1e9))
    return path


def left_behind(tmp_path: Path, digit: str) -> Path:
    """A result that a killed command had moved aside and put nothing in its place."""
    (tmp_path / ".spasmograph-x.old").mkdir()
    write_results(recorded(digit * 64), "aside", b"", tmp_path).rename(tmp_path / ".spasmograph-x.old" / "clip")
    (tmp_path / ".spasmograph-x.old" / "clip" / "notes.txt").write_text("mine")
    return long_ago(tmp_path / ".spasmograph-x.old")


def test_what_was_not_finished_long_ago_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (".spasmograph-a.partial", ".spasmograph-b.partial", ".spasmograph-mine", "clip.partial"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text("half")
    for name in (".spasmograph-a.partial", ".spasmograph-mine", "clip.partial"):
        long_ago(tmp_path / name)

    write_results(recorded("1" * 64), "new", b"", tmp_path)

    assert names_in(tmp_path) == [".spasmograph-b.partial", ".spasmograph-mine", "clip", "clip.partial"]


def test_a_result_that_a_killed_command_moved_aside_comes_back(tmp_path: Path) -> None:
    left_behind(tmp_path, "1")

    write_results(recorded("3" * 64, "other.mp4"), "", b"", tmp_path)

    assert names_in(tmp_path) == ["clip", "other"]
    assert (tmp_path / "clip" / "report.html").read_text() == "aside"


def test_a_result_moved_aside_makes_way_for_a_newer_one_of_its_recording(tmp_path: Path) -> None:
    left_behind(tmp_path, "1")
    (tmp_path / ".spasmograph-x.old").touch()
    write_results(recorded("1" * 64), "newer", b"", tmp_path)
    long_ago(tmp_path / ".spasmograph-x.old")

    write_results(recorded("3" * 64, "other.mp4"), "", b"", tmp_path)

    assert names_in(tmp_path) == ["clip", "other"]
    assert (tmp_path / "clip" / "report.html").read_text() == "newer"
    assert (tmp_path / "clip" / "notes.txt").read_text() == "mine"


def test_a_result_moved_aside_is_not_lost_to_another_recording(tmp_path: Path) -> None:
    left_behind(tmp_path, "1")
    (tmp_path / ".spasmograph-x.old").touch()
    write_results(recorded("2" * 64), "another", b"", tmp_path)
    long_ago(tmp_path / ".spasmograph-x.old")

    write_results(recorded("3" * 64, "other.mp4"), "", b"", tmp_path)

    assert names_in(tmp_path) == ["clip", "clip-11111111", "other"]
    assert (tmp_path / "clip-11111111" / "report.html").read_text() == "aside"
    assert (tmp_path / "clip" / "report.html").read_text() == "another"


def test_what_others_put_aside_is_not_deleted_where_it_cannot_go(tmp_path: Path) -> None:
    folder = left_behind(tmp_path, "1") / "clip" / "notes.txt"
    folder.unlink()
    folder.mkdir()
    (folder / "page").write_text("mine")
    (tmp_path / ".spasmograph-x.old").touch()
    write_results(recorded("1" * 64), "newer", b"", tmp_path)
    (tmp_path / "clip" / "notes.txt").mkdir()
    (tmp_path / "clip" / "notes.txt" / "other").write_text("mine as well")
    long_ago(tmp_path / ".spasmograph-x.old")

    write_results(recorded("3" * 64, "other.mp4"), "", b"", tmp_path)

    assert (folder / "page").read_text() == "mine"
    assert (tmp_path / "clip" / "report.html").read_text() == "newer"


# ---- names


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("clip.mp4", "clip"),
        ("mein Clip äöü.MOV", "mein Clip äöü"),
        ("two.dots.mp4", "two.dots"),
        ("no ending", "no ending"),
        (".hidden", ".hidden"),
        ("../../etc/passwd.mp4", "passwd"),
        ("C:\\Users\\x\\clip.mp4", "clip"),
        ("..", "recording"),
        ("", "recording"),
        ("   .mp4", "recording"),
        ("line\nbreak\x00.mp4", "line_break_"),
        ("right\u202eleft.mp4", "right_left"),
    ],
)
def test_folder_is_named_after_the_file(name: str, stem: str) -> None:
    assert result_stem(name) == stem


@given(st.text(max_size=400))
def test_any_name_makes_one_folder_inside_the_given_one(name: str) -> None:
    stem = result_stem(name)

    assert stem
    assert stem.strip(". ")
    assert "/" not in stem
    assert "\x00" not in stem
    assert len(os.fsencode(stem.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape"))) <= 200


def test_hostile_name_stays_inside_and_reads_back(tmp_path: Path) -> None:
    folder = write_results(hostile_measurement(), "", b"", tmp_path)

    assert folder.parent == tmp_path
    assert json.loads((folder / "measurement.json").read_text("utf-8"))["recording"]["name"] == HOSTILE_NAME


def test_undecodable_name_can_be_written_and_reads_back(tmp_path: Path) -> None:
    name = b"caf\xe9.mp4".decode("utf-8", "surrogateescape")
    folder = write_results(recorded("7" * 64, name), "caf\udce9", b"", tmp_path)

    assert json.loads((folder / "measurement.json").read_text("utf-8"))["recording"]["name"] == name


def test_every_region_can_be_told(schema: Any) -> None:
    whole = fake_measurement()
    event = replace(whole.events[0], regions=tuple(Region))
    written = measurement_to_dict(replace(whole, events=(event,)))

    jsonschema.validate(written, schema)
    assert written["events"][0]["regions"] == "eyelid+brow+cheek+mouth"
