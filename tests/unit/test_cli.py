"""The command line without any film: what it asks for, prints, writes and how it ends."""

import errno
import io
import json
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from spasmograph import errors, present
from spasmograph.app.batch import Options, Outcome
from spasmograph.cli import analyze, main, phantom, progress
from spasmograph.cli.exits import CODES, MEANINGS, exit_code
from spasmograph.cli.program import program
from spasmograph.cli.progress import Bar, duration_words, pace_words, shortened
from spasmograph.cli.reference import pages, write_pages
from spasmograph.cli.wording import safe
from spasmograph.io.phantom import Scene
from spasmograph.io.results import measurement_to_json
from spasmograph.model import Measurement
from spasmograph.terms import Side, Task
from tests.fakes import fake_measurement

REPOSITORY = Path(__file__).parents[2]
HOSTILE = "\x1b[31mred\x07 \u202egpj.mp4"
EVERY_ERROR = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not errors.SpasmographError]

Run = Callable[..., Result]


class Studio:
    """Stands in for the measuring: a film is measured unless its stem names an error."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.closed = False

    def __call__(self, paths: tuple[Path, ...], options: Options, **rest: Any) -> Iterator[Outcome[Measurement]]:
        self.calls.append({"paths": paths, "options": options, **rest})
        return self._outcomes(paths, rest["on_progress"])

    def _outcomes(self, paths: tuple[Path, ...], report: Callable[[int, int, int], None]) -> Iterator[Outcome[Measurement]]:
        try:
            for number, path in enumerate(paths):
                report(number, 0, 600)
                if path.stem == "ctrl-c":
                    raise KeyboardInterrupt
                kind = getattr(errors, path.stem, None)
                report(number, 600, 600)
                yield Outcome(path=path, error=kind("what it is; what to do")) if kind else measured(path)
        finally:
            self.closed = True


def measured(path: Path) -> Outcome[Measurement]:
    return Outcome(path=path, measurement=fake_measurement(name=path.name))


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    made = Studio()
    monkeypatch.setattr(analyze, "analyze_files", made)
    monkeypatch.setattr(present, "report_html", lambda _measurement: "<!doctype html>")
    monkeypatch.setattr(present, "report_pdf", lambda _measurement: b"%PDF-1.7")
    return made


@pytest.fixture
def run(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in an empty folder, with the measuring replaced."""
    assert not studio.calls
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(program, arguments, catch_exceptions=False)

    return invoke


def ended(*arguments: str) -> int:
    """The exit code of the whole program."""
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    assert isinstance(end.value.code, int)
    return end.value.code


def test_analyze_writes_the_files_and_prints_table_and_path(run: Run, tmp_path: Path) -> None:
    result = run("analyze", "clip.mp4", "--out", "there")

    assert result.exit_code == 0
    assert {path.name for path in (tmp_path / "there" / "clip").iterdir()} == {
        "measurement.json",
        "events.csv",
        "signals.parquet",
        "report.html",
        "report.pdf",
    }
    assert "Contractions" in result.stdout
    assert str(Path("there", "clip", "report.html")) in result.stdout
    assert result.stderr == "spasmograph: clip.mp4: 1800 frames measured\n"


def test_results_go_to_results(run: Run, tmp_path: Path) -> None:
    run("analyze", "clip.mp4", "--quiet")

    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_json_is_all_there_is_on_standard_output_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    result = run("analyze", "clip.mp4", "--json")

    assert result.stdout == measurement_to_json(fake_measurement(name="clip.mp4"))
    assert list(tmp_path.iterdir()) == []


def test_json_of_several_films_is_an_array_of_those_measured(run: Run) -> None:
    result = run("analyze", "one.mp4", "NotAVideoError.mp4", "two.mp4", "--json")

    assert [document["recording"]["name"] for document in json.loads(result.stdout)] == ["one.mp4", "two.mp4"]
    assert result.exit_code == 1


def test_json_of_several_films_is_an_array_even_if_one_was_measured(run: Run) -> None:
    assert len(json.loads(run("analyze", "one.mp4", "NotAVideoError.mp4", "--json").stdout)) == 1


def test_json_with_out_does_both(run: Run, tmp_path: Path) -> None:
    result = run("analyze", "clip.mp4", "--json", "--out", "there")

    assert (tmp_path / "there" / "clip" / "measurement.json").read_text("utf-8") == result.stdout


def test_quiet_prints_nothing_but_errors(run: Run) -> None:
    assert run("analyze", "clip.mp4", "--quiet").output == ""
    result = run("analyze", "clip.mp4", "NoFaceError.mp4", "--quiet")
    assert (result.stdout, result.stderr) == ("", "spasmograph: NoFaceError.mp4: what it is; what to do\n")


@pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__name__)
def test_every_error_is_one_line_and_has_its_code(run: Run, kind: type[errors.SpasmographError], tmp_path: Path) -> None:
    result = run("analyze", f"{kind.__name__}.mp4")

    assert result.exit_code == exit_code(kind("x")) in MEANINGS
    assert result.stderr == f"spasmograph: {kind.__name__}.mp4: what it is; what to do\n"
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "code"), [("InputError", 3), ("TooSlowVideoError", 3), ("NoFaceError", 4), ("OutputError", 5), ("WorkerLostError", 6)]
)
def test_codes_are_the_documented_ones(kind: str, code: int) -> None:
    assert exit_code(getattr(errors, kind)("x")) == code


def test_batch_ends_with_how_many_and_which_and_why(run: Run) -> None:
    result = run("analyze", "one.mp4", "NoFaceError.mp4", "two.mp4")

    assert result.exit_code == 1
    assert result.stderr.endswith("spasmograph: 2 of 3 films measured. Not measured:\n  NoFaceError.mp4: what it is; what to do\n")


def test_batch_that_went_well_says_so(run: Run) -> None:
    result = run("analyze", "one.mp4", "two.mp4")

    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "spasmograph: 2 of 2 films measured")


def test_options_reach_the_measuring(run: Run, studio: Studio) -> None:
    run("analyze", "a.mp4", "b.mp4", "--task", "smile", "--mirrored", "--from", "1.5", "--to", "9", "--workers", "3", "--landmarks", "attention")

    (call,) = studio.calls
    assert call["options"] == Options(task=Task.SMILE, mirrored=True, start_s=1.5, end_s=9.0)
    assert (call["paths"], call["workers"]) == ((Path("a.mp4"), Path("b.mp4")), 3)


def test_ctrl_c_is_one_line_and_leaves_nothing(run: Run, studio: Studio, tmp_path: Path) -> None:
    result = run("analyze", "ctrl-c.mp4", "two.mp4")

    assert (result.exit_code, result.stderr, result.stdout) == (130, "spasmograph: interrupted\n", "")
    assert studio.closed
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_what_was_measured_before(run: Run, tmp_path: Path) -> None:
    assert run("analyze", "one.mp4", "ctrl-c.mp4").exit_code == 130
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["one"]


def test_full_disk_is_found_before_the_work(run: Run, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)

    result = run("analyze", "clip.mp4", "--out", "there")

    assert result.exit_code == 5
    assert result.stderr.startswith("spasmograph: nothing can be written to there (No space left on device); ")
    assert studio.calls == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_file_in_the_way_of_the_folder_is_found_before_the_work(run: Run, studio: Studio, tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("mine")

    result = run("analyze", "clip.mp4", "--out", out)

    assert (result.exit_code, studio.calls) == (5, [])
    assert "a file of that name is in the way" in result.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_results_that_cannot_be_put_in_place_fail_that_film_only(run: Run, tmp_path: Path) -> None:
    for name in ("one", f"one-{fake_measurement().recording.sha256[:8]}"):
        (tmp_path / "results" / name).mkdir(parents=True)
        (tmp_path / "results" / name / "mine.txt").write_text("mine")

    result = run("analyze", "one.mp4", "two.mp4")

    assert result.exit_code == 1
    assert "one already holds something else" in result.stderr
    assert (tmp_path / "results" / "two" / "report.pdf").is_file()


def test_hostile_name_cannot_steer_the_terminal(run: Run) -> None:
    result = run("analyze", HOSTILE, "NoFaceError.mp4")

    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)
    assert r"\x1b[31mred\x07 \u202egpj.mp4: 1800 frames measured" in result.stderr


@pytest.mark.parametrize("name", ["zwei Wörter.mp4", "ß — é.mp4", "😀👩‍🔬.mp4"])
def test_ordinary_name_is_shown_as_it_is(name: str) -> None:
    assert safe(name) == name


@given(st.text(st.characters()))
def test_safe_text_is_one_harmless_line(text: str) -> None:
    shown = safe(text)

    assert {unicodedata.category(char) for char in shown.replace("\u200d", "")} <= {
        category for category in {unicodedata.category(char) for char in shown} if category not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    }
    shown.encode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyze"], "Missing argument 'FILE...'"),
        (["analyse", "x"], "No such command 'analyse'"),
        (["analyze", "x", "--task", "sneeze"], "'gentle_closure'"),
        (["analyze", "x", "--landmarks", "dlib"], "'dlib' is not 'attention'"),
        (["analyze", "x", "--from", "nan"], "'nan' is not a time in seconds"),
        (["analyze", "x", "--to", "soon"], "'soon' is not a time in seconds"),
        (["analyze", "x", "--from", "-1"], "'-1' is not a time in seconds"),
        (["analyze", "x", "--from", "5", "--to", "5"], "--to 5 must be later than --from 5"),
        (["analyze", "x", "--workers", "0"], "0 is not in the range"),
        (["analyze", "-clip.mp4"], "A film whose name begins with a dash needs ./ before it."),
        (["phantom"], "Missing option '--out'"),
        (["phantom", "--out", "x.mp4", "--size", "641x360"], "is not a size in even numbers of pixels"),
        (["phantom", "--out", "x.webm"], "must end in .mp4, .mov or .mkv"),
        (["phantom", "--out", "x.mp4", "--skin-tone", "6"], "skin_tone is 6; it must lie in 1-5"),
        (["phantom", "--out", "x.mp4", "--script", "mine.json", "--seconds", "5"], "--seconds does not go with a script file"),
    ],
)
def test_wrong_usage_is_one_line_that_leads_to_the_help(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(*arguments) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("spasmograph: ")
    assert printed.err.count("\n") == 1
    assert words in printed.err
    assert printed.err.endswith("--help` shows how.\n")


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended() == 2
    assert "Commands:" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--version") == 0
    assert capsys.readouterr().out.startswith("spasmograph ")


@pytest.mark.parametrize("name", ["", "analyze", "phantom"])
def test_help_has_the_exit_codes_and_fits_eighty_columns(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(*([name] if name else []), "--help") == 0

    text = capsys.readouterr().out
    assert all(f"{code:>3}  {meaning}" in text for code, meaning in MEANINGS.items())
    assert not name or f"Examples:\n    spasmograph {name} " in text
    assert max(map(len, text.splitlines())) <= 90


def test_ctrl_c_while_loading_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_arguments: object, **_options: object) -> None:
        raise click.Abort

    monkeypatch.setattr(program, "main", interrupted)

    assert ended("analyze") == 130
    assert capsys.readouterr().err == "spasmograph: interrupted\n"


def test_pages_of_the_documentation_are_what_the_command_line_says(tmp_path: Path) -> None:
    write_pages(tmp_path)

    for name, text in pages().items():
        assert (tmp_path / name).read_text("utf-8") == text
        assert (REPOSITORY / "docs" / name).read_text("utf-8") == text, "make docs"


def test_exit_code_page_has_every_code_and_error() -> None:
    page = pages()["exit-codes.md"]

    assert all(f"| {code} | {meaning} |" in page for code, meaning in MEANINGS.items())
    assert all(f"`{kind.__name__}`" in page for kind in CODES)


def test_module_runs_as_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "spasmograph", "--version"], capture_output=True, text=True, check=True, timeout=120)

    assert done.stdout.startswith("spasmograph ")


# What is shown while it works.


@pytest.mark.parametrize(
    ("done", "total", "elapsed_s", "words"),
    [
        (0, 1800, 3.0, "0/1800 frames"),
        (900, 1800, 6.0, "900/1800 frames, 150 a second, 6 s left"),
        (10, 40, 4.0, "10/40 frames, 2.5 a second, 12 s left"),
        (5, 5, 0.0, "5/5 frames"),
    ],
)
def test_pace(done: int, total: int, elapsed_s: float, words: str) -> None:
    assert pace_words(done, total, elapsed_s) == words


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "0 s"), (59.4, "59 s"), (125, "2:05 min"), (3720, "1:02 h")])
def test_duration(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("name", "shown"), [("clip.mp4", "clip.mp4"), ("a-long-name-of-2026-11-21.mp4", "…2026-11-21.mp4"), ("日本語" * 9, "…" + "本語日本語日本語"[-7:])]
)
def test_long_name_keeps_its_end(name: str, shown: str) -> None:
    assert shortened(name, 15) == shown


@given(st.text(), st.integers(3, 40))
def test_shortened_name_fits(name: str, cells: int) -> None:
    assert cell_len(shortened(name, cells)) <= cells


def bar_on(width: int) -> tuple[Bar, Any, io.StringIO]:
    from rich.console import Console

    text = io.StringIO()
    shown = progress.rich_progress(Console(file=text, force_terminal=True, width=width, no_color=True, color_system=None))
    return Bar(shown), shown, text


def test_bar_fits_eighty_columns_at_its_longest() -> None:
    bar, shown, text = bar_on(80)

    bar.start("100 of 100: a very long name of a film from a phone.mp4")
    with shown:
        bar.frames(1, 432_000)
        shown.refresh()

    assert max(cell_len(line) for line in text.getvalue().replace("\r", "\n").splitlines()) <= 100
    assert "432000 frames" in text.getvalue()


def test_bar_makes_way_for_what_is_printed() -> None:
    bar, shown, _ = bar_on(80)

    with shown:
        with bar.aside():
            assert not shown.live.is_started
        assert shown.live.is_started


@pytest.mark.parametrize(("quiet", "kind"), [(True, progress.Silence), (False, progress.Lines)])
def test_no_bar_where_nobody_looks(quiet: bool, kind: type) -> None:
    with progress.display(quiet=quiet) as shown:
        assert type(shown) is kind


# The phantom.


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    from spasmograph.app import rendering

    calls: list[dict[str, Any]] = []

    def render(path: Path, scene: Scene, script: Any, **rest: Any) -> Path:
        calls.append({"path": path, "scene": scene, "script": script, **rest})
        path.write_text("film")
        return path.with_suffix(".truth.json")

    monkeypatch.setattr(rendering, "render_film", render)
    monkeypatch.chdir(tmp_path)
    return calls


def test_phantom_without_options_draws_the_scene_as_it_comes(drawn: list[dict[str, Any]]) -> None:
    result = CliRunner().invoke(program, ["phantom", "--out", "new/film.mp4"], catch_exceptions=False)

    (call,) = drawn
    assert result.exit_code == 0
    assert result.stdout == f"Film:  {Path('new/film.mp4')}\nTruth: {Path('new/film.truth.json')}\n"
    assert call["scene"] == Scene()
    assert call["script"].duration_s == 60.0


def test_phantom_offers_every_parameter_of_the_scene() -> None:
    names = {option.name for option in phantom.phantom.params}

    assert {field.name for field in fields(Scene)} - {"width_px", "height_px", "background"} <= names


@pytest.mark.parametrize("side", ["left", "right"])
def test_phantom_side(drawn: list[dict[str, Any]], side: str) -> None:
    CliRunner().invoke(program, ["phantom", "--out", "x.mp4", "--side", side, "--seconds", "20"], catch_exceptions=False)

    one_sided = {event.side for event in drawn[0]["script"].events()} - {Side.BOTH}
    assert one_sided == {Side(side)}


def test_phantom_control_has_no_one_sided_event(drawn: list[dict[str, Any]]) -> None:
    CliRunner().invoke(program, ["phantom", "--out", "x.mp4", "--script", "control", "--seed", "3"], catch_exceptions=False)

    assert {event.side for event in drawn[0]["script"].events()} == {Side.BOTH}


def test_phantom_plays_a_script_of_ones_own(drawn: list[dict[str, Any]], tmp_path: Path) -> None:
    from spasmograph.script import demo_script

    (tmp_path / "mine.json").write_text(demo_script(9.0).to_json())

    CliRunner().invoke(program, ["phantom", "--out", "x.mp4", "--script", "mine.json"], catch_exceptions=False)

    assert drawn[0]["script"] == demo_script(9.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "cannot be read"), ("{}", "mine.json: not a script of movements"), ("\udcff", "mine.json is no text, so it is no script of movements")],
)
def test_phantom_script_that_cannot_be_read(drawn: list[dict[str, Any]], tmp_path: Path, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / "mine.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    result = CliRunner().invoke(program, ["phantom", "--out", "x.mp4", "--script", "mine.json"], catch_exceptions=False)

    assert (result.exit_code, drawn) == (3, [])
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
