"""`spasmograph simulate`: the file is an EDF+ that shows what the simulator made, and the truth beside it is true."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import edfio
import numpy as np
import pytest
from click.testing import CliRunner, Result

from spasmograph.app.simulation import TRUTH_COLUMNS, truth_path, truth_rows, write_simulation
from spasmograph.cli import simulate
from spasmograph.cli.program import program
from spasmograph.errors import InputError
from spasmograph.io.biosignal import read_biosignal
from spasmograph.io.biosignal.writing import SHORT, edf_label, write_edf
from spasmograph.measure.emg.simulate import WORLDS, simulate_emg
from spasmograph.model import Biosignal, Channel
from spasmograph.model.emg import ArraySource, BiosignalRecording
from spasmograph.terms import ChannelKind, Muscle, Side


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["simulate", *arguments], catch_exceptions=False)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recording(samples: np.ndarray[tuple[int], np.dtype[np.float64]], rate_hz: float = 100.0) -> Biosignal:
    channel = Channel(index=0, name="EMG", label="emg", kind=ChannelKind.EMG, rate_hz=rate_hz, sample_count=len(samples))
    stated = BiosignalRecording(name="made", sha256="", duration_s=len(samples) / rate_hz, file_format="made", channels=(channel,))
    return Biosignal(recording=stated, source=ArraySource(arrays={0: samples}))


def test_the_command_knows_every_world_and_tells_of_it() -> None:
    assert set(simulate.WORLDS) == set(WORLDS)
    assert simulate.simulate.help
    told = simulate.simulate.help.split("WORLD is one of:")[1].replace("\n", " ").replace(".", "").replace(";", ",")
    assert {name.strip() for name in told.split(",")} == set(WORLDS)


def test_it_writes_a_recording_and_its_truth_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("hemifacial", "--out", "new/spasm.edf", "--seconds", "10", "--seed", "5", "--side", "left")
    assert result.exit_code == 0
    assert result.stdout == f"Recording: {Path('new/spasm.edf')}\nTruth:     {Path('new/spasm.truth.csv')}\n"
    assert {path.name for path in Path("new").iterdir()} == {"spasm.edf", "spasm.truth.csv"}
    made = simulate_emg("hemifacial", duration_s=10.0, seed=5, side=Side.LEFT)
    read = edfio.read_edf(Path("new/spasm.edf"))
    assert [signal.label for signal in read.signals][:3] == ["EMG Orb oculi L", "EMG Orb oris L", "EMG Mentalis L"]
    for channel, signal in zip(made.biosignal.recording.channels, read.signals, strict=True):
        assert signal.sampling_frequency == 2000
        assert signal.physical_dimension == "uV"
        assert np.abs(signal.data - made.biosignal.samples(channel)).max() < 0.09
    bursts = [row for row in rows(Path("new/spasm.truth.csv")) if row["what"] == "burst"]
    assert [float(row["onset_s"]) for row in bursts] == pytest.approx([burst.onset_s for burst in made.truth.bursts], abs=1e-6)


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_comes_back_as_it_was_when_its_file_is_read(world: str, tmp_path: Path) -> None:
    made = simulate_emg(world, duration_s=20.0, rate_hz=1000.0)
    write_simulation(tmp_path / "it.edf", made)
    read = read_biosignal(tmp_path / "it.edf")
    said = made.biosignal.recording
    assert read.recording.duration_s == said.duration_s
    assert [(one.label, one.kind, one.rate_hz) for one in read.recording.channels] == [(one.label, one.kind, one.rate_hz) for one in said.channels]
    assert [(gap.onset_s, gap.offset_s) for gap in read.recording.gaps] == [(gap.onset_s, gap.offset_s) for gap in said.gaps]
    assert [one.text for one in read.annotations] == [one.text for one in made.biosignal.annotations]
    assert np.allclose([one.onset_s for one in read.annotations], [one.onset_s for one in made.biosignal.annotations], atol=1e-8, rtol=0)
    for channel, original in zip(read.recording.channels, said.channels, strict=True):
        step_uv = (original.high_uv - original.low_uv) / 65_535
        assert np.allclose(read.samples(channel), made.biosignal.samples(original), rtol=0, atol=step_uv * 0.51, equal_nan=True)


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("blink_reflex", "--out", str(tmp_path / f"{name}.edf"), "--seconds", "10", "--quiet")
    for ending in (".edf", ".truth.csv"):
        assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()


def test_quiet_is_quiet(tmp_path: Path) -> None:
    result = run("noise", "--out", str(tmp_path / "n.edf"), "--seconds", "10", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("world", WORLDS)
def test_the_truth_has_a_row_for_everything_that_is_true(world: str) -> None:
    truth = simulate_emg(world, duration_s=20.0).truth
    made = [row["what"] for row in truth_rows(truth)]
    assert made.count("burst") == len(truth.bursts)
    assert made.count("response") == len(truth.responses)
    assert made.count("stimulus") == len(truth.stimuli_s)
    assert made.count("artefact") == len(truth.artefacts)
    assert made.count("heart_beat") == len(truth.beats_s)
    assert made.count("synkinesis") == len(truth.synkinesis)
    assert made.count("cross_talk") == len(truth.cross_talk)
    assert made.count("mains") == (not np.isnan(truth.mains_hz))
    assert made.count("rhythm") == (not np.isnan(truth.rhythm_hz))
    assert {key for row in truth_rows(truth) for key in row} <= set(TRUTH_COLUMNS)


def test_a_response_in_the_truth_lies_at_its_stimulus_and_latency() -> None:
    table = list(truth_rows(simulate_emg("blink_reflex", duration_s=20.0).truth))
    stimuli = {row["stimulus"]: float(row["onset_s"]) for row in table if row["what"] == "stimulus"}
    responses = [row for row in table if row["what"] == "response"]
    assert len(responses) == 3 * len(stimuli)
    for row in responses:
        assert float(row["onset_s"]) - stimuli[row["stimulus"]] == pytest.approx(float(row["latency_ms"]) / 1000, abs=2e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["moon", "--out", "x.edf"], "'moon' is not one of"),
        (["noise"], "Missing option '--out'"),
        (["noise", "--out", "x.csv"], "the name of a recording must end in .edf"),
        (["noise", "--out", "x.edf", "--seconds", "3"], "3 is not in the range 10<=x<=3600"),
        (["noise", "--out", "x.edf", "--rate", "99"], "99 is not in the range 100<=x<=20000"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_written(arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(program, ["simulate", *arguments])
    assert result.exit_code == 2
    assert words in result.output
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    result = run("noise", "--out", str(tmp_path / "taken" / "n.edf"))
    assert result.exit_code == 5
    assert result.stderr.count("\n") == 1
    assert "a file of that name is in the way" in result.stderr


def test_ctrl_c_leaves_an_older_recording_with_its_own_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "n.edf"
    run("noise", "--out", str(out), "--seconds", "10")
    before = out.read_bytes(), truth_path(out).read_bytes()

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(edfio.Edf, "write", interrupted)
    assert run("noise", "--out", str(out), "--seconds", "10", "--seed", "1").exit_code == 130
    assert (out.read_bytes(), truth_path(out).read_bytes()) == before
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT, None])
@pytest.mark.parametrize("muscle", Muscle)
def test_every_muscle_has_a_label_that_fits_and_is_understood(muscle: Muscle, side: Side | None, tmp_path: Path) -> None:
    channel = Channel(index=0, name="x", label="x", kind=ChannelKind.EMG, rate_hz=1000.0, sample_count=10_000, muscle=muscle, side=side)
    assert len(edf_label(channel)) <= 16
    assert set(SHORT) <= set(Muscle)
    stated = BiosignalRecording(name="made", sha256="", duration_s=10.0, file_format="made", channels=(channel,))
    samples = np.random.default_rng(1).normal(0.0, 20.0, 10_000)
    write_edf(tmp_path / "one.edf", Biosignal(recording=stated, source=ArraySource(arrays={0: samples})))
    (read,) = read_biosignal(tmp_path / "one.edf").recording.channels
    assert (read.kind, read.muscle, read.side) == (ChannelKind.EMG, muscle, side)


def test_without_a_known_range_the_samples_make_their_own(tmp_path: Path) -> None:
    samples = np.sin(np.arange(500.0)) * 12.3
    write_edf(tmp_path / "one.edf", recording(samples))
    (signal,) = edfio.read_edf(tmp_path / "one.edf").signals
    assert signal.physical_range == (-13.0, 13.0)
    assert np.abs(signal.data - samples).max() < 0.001


def test_a_gap_of_whole_records_makes_the_file_discontinuous(tmp_path: Path) -> None:
    samples = np.arange(1000.0)
    samples[300:500] = np.nan
    write_edf(tmp_path / "one.edf", recording(samples))
    header = (tmp_path / "one.edf").read_bytes()[:256]
    assert header[192:197] == b"EDF+D"
    assert int(header[236:244]) == 8
    assert datetime.strptime(header[168:176].decode(), "%d.%m.%y").replace(tzinfo=UTC).year == 1985


@pytest.mark.parametrize(
    ("gap", "count", "words"),
    [
        (slice(310, 500), 1000, "a gap begins or ends within a data record of 1 s"),
        (slice(0, 0), 1050, "has 1050 samples at 100 Hz; that is no whole"),
    ],
)
def test_what_data_records_cannot_hold_is_refused(gap: slice, count: int, words: str, tmp_path: Path) -> None:
    samples = np.arange(float(count))
    samples[gap] = np.nan
    with pytest.raises(InputError, match=words):
        write_edf(tmp_path / "one.edf", recording(samples))
    assert not list(tmp_path.iterdir())
