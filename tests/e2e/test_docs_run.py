"""The code and the commands in the README and in docs/ run as they stand there."""

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from spasmograph.cli.program import program, run_program
from spasmograph.io.biosignal.writing import write_edf
from spasmograph.io.phantom import Scene, render_phantom
from spasmograph.measure.emg.simulate import simulate_emg
from spasmograph.script import demo_script

REPOSITORY = Path(__file__).parents[2]
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
TARGETS = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


def python_pages() -> list[Path]:
    return [page for page in PAGES if blocks(page, "python")]


def shell_lines() -> list[str]:
    """Every command of every shell block, and the examples that the command line gives of itself."""
    lines = [line for page in PAGES for block in blocks(page, "sh") for line in block.splitlines()]
    examples = re.findall(r"^    (spasmograph .*)$", (REPOSITORY / "docs" / "cli.md").read_text("utf-8"), re.MULTILINE)
    return [line for line in [*lines, *examples] if line.strip()]


def words_of(line: str) -> list[str]:
    """A command's words up to where its output goes."""
    words = shlex.split(line, comments=True)
    return words[: words.index(">")] if ">" in words else words


def run_page(page: Path) -> dict[str, Any]:
    """The names that the Python of a page leaves behind."""
    names: dict[str, Any] = {}
    for code in blocks(page, "python"):
        exec(code, names)  # noqa: S102 - our own page
    return names


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `clip.mp4` and `recording.edf`, as a reader of the pages has them."""
    place = tmp_path_factory.mktemp("reader")
    render_phantom(place / "clip.mp4", Scene(), demo_script(6.0))
    write_edf(place / "recording.edf", simulate_emg("hemifacial", seed=1, duration_s=20, rate_hz=2000).biosignal)
    return place


@pytest.mark.slow
@pytest.mark.parametrize("page", python_pages(), ids=lambda page: page.name)
def test_python_of_a_page_runs(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    if not Path("results").exists():
        (command,) = [line for line in shell_lines() if line.startswith("spasmograph analyze clip.mp4 --out results")]
        assert run_program(words_of(command)[1:]) == 0
        assert "Report: results/clip/report.html" in capsys.readouterr().out

    assert run_page(page)


@pytest.mark.slow
def test_stage_by_stage_gives_what_the_whole_gives(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names = run_page(REPOSITORY / "docs" / "api.md")

    whole = names["measurement"]
    assert len(names["events"]) > 0
    assert [(event.kind, event.side) for event in names["events"]] == [(event.kind, event.side) for event in whole.events]
    assert [score.name for score in names["scores"]] == [score.name for score in whole.scores]


@pytest.mark.parametrize("line", shell_lines())
def test_every_command_is_understood(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = words_of(line)
    files = [word for flag, word in pairwise(words) if flag == "--with-requirements"]
    assert all((REPOSITORY / file).is_file() for file in files)
    if words[0] == "make":
        assert set(words[1:]) <= TARGETS
        return
    if "spasmograph" not in words:
        assert words[:2] in (["uv", "run"], ["pip", "install"])
        return
    name, *arguments = words[words.index("spasmograph") + 1 :]

    context = program.commands[name].make_context(name, arguments)
    asked = {"analyze": "files", "emg": "files", "serve": "port", "record": None}.get(name, "out")
    assert asked is None or context.params[asked]


def test_pages_with_code_are_found() -> None:
    assert {page.name for page in python_pages()} == {"README.md", "api.md", "emg.md", "read-results.md", "record.md"}
    assert len(shell_lines()) >= 10
