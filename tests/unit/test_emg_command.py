"""`spasmograph emg` as a person runs it, on simulated recordings."""

import csv
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from spasmograph.cli.program import program
from spasmograph.io.biosignal.writing import write_edf
from spasmograph.measure.emg.simulate import simulate_emg
from spasmograph.model import EVENT_COLUMNS

FILES = {"measurement.json", "events.csv", "signals.parquet", "report.html", "report.pdf"}
SECONDS = 20

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with recordings."""
    folder = tmp_path_factory.mktemp("recordings")
    write_edf(folder / "spasm.edf", simulate_emg("hemifacial", seed=2, duration_s=SECONDS, rate_hz=2000).biosignal)
    write_edf(folder / "stimuli.edf", simulate_emg("blink_reflex", seed=2, duration_s=60, rate_hz=2000).biosignal)
    np.savetxt(folder / "plain.csv", np.random.default_rng(1).normal(0.0, 5.0, (4000, 2)), delimiter=",")
    return folder


@pytest.fixture
def run(place: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(place)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(program, ("emg", *arguments), catch_exceptions=False)

    return invoke


def document_of(result: Result) -> dict[str, object]:
    document: dict[str, object] = json.loads(result.stdout)
    return document


def test_five_files_and_where_the_report_is(run: Run, tmp_path: Path) -> None:
    result = run("spasm.edf", "--out", str(tmp_path / "out"))

    assert result.exit_code == 0
    assert {path.name for path in (tmp_path / "out" / "spasm").iterdir()} == FILES
    assert f"Report: {tmp_path / 'out' / 'spasm' / 'report.html'}" in result.stdout
    assert result.stderr == "spasmograph: spasm.edf: 6 channels measured\n"


@pytest.mark.parametrize("name", ["spasm.edf", "stimuli.edf"])
def test_what_is_printed_keeps_the_contract(name: str, run: Run) -> None:
    schema = json.loads(files("spasmograph.data").joinpath("measurement.schema.json").read_text("utf-8"))

    jsonschema.validate(document_of(run(name, "--json")), schema)


def test_the_contract_refuses_what_it_does_not_know(run: Run) -> None:
    schema = json.loads(files("spasmograph.data").joinpath("measurement.schema.json").read_text("utf-8"))
    document = document_of(run("spasm.edf", "--json"))

    with pytest.raises(jsonschema.ValidationError, match="unheard_of"):
        jsonschema.validate(document | {"emg": {**document["emg"], "unheard_of": 1}}, schema)  # type: ignore[dict-item]


def test_every_burst_is_a_row_of_its_own_muscle_and_side(run: Run, tmp_path: Path) -> None:
    run("spasm.edf", "--out", str(tmp_path), "--task", "rest", "--quiet")
    with (tmp_path / "spasm" / "events.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    true = simulate_emg("hemifacial", seed=2, duration_s=SECONDS, rate_hz=2000).truth.bursts
    assert tuple(rows[0]) == EVENT_COLUMNS
    assert len(rows) == len(true)
    assert {(row["kind"], row["side"], row["task"], row["amplitude_unit"]) for row in rows} == {("burst", "right", "rest", "uv")}
    assert {row["regions"] for row in rows} == {"orbicularis_oculi", "orbicularis_oris", "mentalis"}


def test_signals_are_envelopes_with_their_unit(run: Run, tmp_path: Path) -> None:
    run("spasm.edf", "--out", str(tmp_path), "--quiet")
    table = pq.read_table(tmp_path / "spasm" / "signals.parquet")

    assert table.column_names[:2] == ["time_s", "envelope_orbicularis_oculi_right_uv"]
    assert table.num_rows == SECONDS * 200
    assert table.schema.field(1).metadata[b"unit"] == b"uv"


def test_list_shows_the_channels_and_measures_nothing(run: Run, place: Path) -> None:
    before = set(place.iterdir())
    result = run("--list", "spasm.edf")

    assert result.exit_code == 0
    assert "Orb oculi R" in result.stdout
    assert "2000 Hz" in result.stdout
    assert set(place.iterdir()) == before


def test_list_of_several_goes_on_after_a_bad_one(run: Run) -> None:
    result = run("--list", "missing.edf", "spasm.edf")

    assert result.exit_code == 1
    assert "missing.edf" in result.stderr
    assert "Mentalis" in result.stdout


def test_channels_are_named_as_told(run: Run) -> None:
    told = run("plain.csv", "--rate", "2000", "--channel", "1=mentalis:left", "--channel", "2=ignore", "--json")

    document = document_of(told)
    assert [channel["label"] for channel in document["emg"]["channels"]] == ["mentalis_left"]  # type: ignore[index]
    assert document["events"] == []


def test_the_stimulated_side_is_taken_from_the_option(run: Run) -> None:
    responses = document_of(run("stimuli.edf", "--stimulated", "right", "--json"))["emg"]["evoked"]  # type: ignore[index]

    assert {response["stimulated"] for response in responses} == {"right"}
    found = {(response["kind"], response["side"]): response["presence"] for response in responses}
    assert found["blink_reflex_r1", "right"] == "present"
    assert found["blink_reflex_r2", "left"] == "present"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("missing.edf",), 3, "missing.edf"),
        (("plain.csv",), 3, "--rate"),
        (("spasm.edf", "--channel", "Nothing=mentalis:left"), 3, "Nothing"),
        (("spasm.edf", "--channel", "1=mentalis:up"), 3, "up"),
        (("spasm.edf", "--offset", "3"), 2, "--with"),
        (("spasm.edf", "plain.csv", "--with", "clip.mp4"), 2, "one recording"),
        (("spasm.edf", "--rate", "nan"), 2, "--rate"),
        (("spasm.edf", "--rate", "-5"), 2, "--rate"),
        (("spasm.edf", "--with", "missing.mp4"), 3, "missing.mp4"),
    ],
)
def test_what_goes_wrong_is_one_line_that_says_what(arguments: tuple[str, ...], code: int, words: str, run: Run) -> None:
    result = run(*arguments, "--json") if code != 2 else CliRunner().invoke(program, ("emg", *arguments))

    assert result.exit_code == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_recording_without_muscles_ends_with_its_own_code(run: Run) -> None:
    result = run("plain.csv", "--rate", "2000", "--channel", "1=ecg", "--channel", "2=ignore", "--json")

    assert result.exit_code == 4
    assert "no channel of plain.csv is known to show a muscle" in result.stderr


def test_same_recording_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        run("spasm.edf", "--out", str(tmp_path / folder), "--quiet")

    for name in FILES - {"report.pdf"}:
        assert (tmp_path / "one" / "spasm" / name).read_bytes() == (tmp_path / "two" / "spasm" / name).read_bytes()
