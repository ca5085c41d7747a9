"""The pages beside the code say what the code says."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import spasmograph
from build_models import DETECTOR_FILE, PARTS
from spasmograph.app.emg import measure_biosignal
from spasmograph.cli.exits import MEANINGS
from spasmograph.measure.baseline import BASELINE_REACH
from spasmograph.measure.emg.simulate import simulate_emg
from spasmograph.measure.simulate import simulate_quality, simulate_signals
from spasmograph.model import Landmarks
from spasmograph.script import Script
from spasmograph.terms import Muscle

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
FIRST_SIGNAL = 128
LOCKS = ["requirements.txt", "requirements-dev.txt"]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def read(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def section(page: str, heading: str) -> str:
    return read(page).split(f"## {heading}\n")[1].split("\n## ")[0]


def analyze_help() -> str:
    command = [sys.executable, "-c", "import sys; sys.argv = ['spasmograph', 'analyze', '--help']; from spasmograph.cli import main; main()"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))

    assert [target for target in targets if not target.startswith("https://") and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_make_command_exists(page: Path) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE))

    assert named <= set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


def test_readme_names_only_options_that_exist() -> None:
    table = re.findall(r"^\| (`--[^|]+)\|", read("README.md"), re.MULTILINE)
    named = set(re.findall(r"--[a-z]+", " ".join(table)))

    assert named
    assert {option for option in named if option not in analyze_help()} == set()


def test_readme_tells_every_exit_code() -> None:
    told = re.search(r"\[an exit code\]\(docs/exit-codes\.md\): (.*?)\. One bad file", read("README.md"), re.DOTALL)

    assert told
    assert [int(code) for code in re.findall(r"`(\d+)`", told[1])] == [code for code in MEANINGS if code < FIRST_SIGNAL]


@pytest.mark.parametrize("page", ["README.md", "docs/measured.md"])
def test_pages_tell_how_much_film_around_a_part_is_used(page: str) -> None:
    reach_s = BASELINE_REACH * float(spasmograph.load_parameters()["baseline_window_s"])

    assert f"up to {reach_s:g} s" in read(page)


def test_api_page_names_every_public_name() -> None:
    named = set(re.findall(r"`(\w+)`", read("docs/api.md")))

    assert set(spasmograph.__all__) - {"__version__"} <= named


def test_measured_page_has_every_signal() -> None:
    frames, random = 60, np.random.default_rng(0)
    ones = np.ones(frames)
    landmarks = Landmarks(
        time_s=np.arange(frames) / 30,
        points_px=300 * random.random((frames, 478, 2)),
        depth_px=random.random((frames, 468)),
        face_score=ones,
        brightness=ones,
        sharpness=ones,
        appearance=np.ones((frames, 16, 16)),
        other_faces=ones,
        frame_size_px=(640, 480),
    )
    signals = spasmograph.signals_from_geometry(spasmograph.geometry(landmarks), spasmograph.load_parameters())

    told = set(re.findall(r"`(\w+)`", section("docs/measured.md", "Signals")))

    assert {re.sub(r"(_left|_right)?(_mm|_px|_deg)?$", "", name) for name in signals} == told - {"time_s"}


def test_measured_page_has_every_score() -> None:
    silence, rules = Script(duration_s=30.0), spasmograph.load_parameters()
    scores = spasmograph.score_recording(
        signals=simulate_signals(silence), events=[], quality=simulate_quality(silence), task=spasmograph.Task.REST, parameters=rules
    )

    told = set(re.findall(r"^\| (`[^|]+)\|", section("docs/measured.md", "Scores"), re.MULTILINE))

    names = {re.sub(r"(_null|_p)?(_left|_right|_both)?$", "", score.name) for score in scores}
    assert names == set(re.findall(r"\w+", " ".join(told)))


def test_measured_page_has_every_score_of_an_emg() -> None:
    told = set(re.findall(r"^\| (`[^|]+)\|", section("docs/measured.md", "EMG"), re.MULTILINE))
    worlds = ("synkinesis", "blink_reflex_synkinesis", "lateral_spread")
    found = [measure_biosignal(simulate_emg(name, seed=3, duration_s=40, rate_hz=2000).biosignal) for name in worlds]
    muscles = "|".join(Muscle)

    names = {re.sub(rf"(_({muscles})(_left|_right)?)+$", "", score.name) for one in found for score in one.scores}
    assert names == set(re.findall(r"\w+", " ".join(told)))


def test_contributing_draws_the_layers_that_are_checked() -> None:
    drawing = read("CONTRIBUTING.md").split("```")[1]
    drawn = [re.split(r"\s{2,}", line)[0] for line in drawing.strip().splitlines()]
    (layers,) = [contract["layers"] for contract in PROJECT["tool"]["importlinter"]["contracts"] if contract["id"] == "layers"]

    assert drawn == [layer for layer in layers if layer not in {"__main__", "data"}]


def test_citation_has_this_version() -> None:
    assert f"\nversion: {spasmograph.__version__}\n" in read("CITATION.cff")


def test_changelog_has_this_version_and_the_heading_that_matters() -> None:
    newest = read("CHANGELOG.md").split("\n## ")[1]

    assert newest.startswith(spasmograph.__version__)
    assert "### Changes that move numbers" in newest


def test_notice_names_every_model_file() -> None:
    assert all(name in read("NOTICE") for name in (DETECTOR_FILE, *(part.file for part in PARTS)))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = read(lock)
    pinned = re.findall(r"^[\w-]+==", text, re.MULTILINE)

    assert "://" not in text
    assert len(pinned) == len(re.findall(r"^[\w-]+==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) > 0


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_every_dependency(lock: str) -> None:
    pinned = set(re.findall(r"^([\w-]+)==", read(lock), re.MULTILINE))

    assert {re.split(r"[^\w-]", requirement)[0] for requirement in PROJECT["project"]["dependencies"]} <= pinned


def test_locks_agree() -> None:
    run, develop = (dict(re.findall(r"^([\w-]+)==(\S+)", read(lock), re.MULTILINE)) for lock in LOCKS)

    assert {name: develop.get(name) for name in run} == run


def test_build_makes_the_models_with_pinned_versions() -> None:
    assert all("==" in requirement for requirement in PROJECT["build-system"]["requires"])
