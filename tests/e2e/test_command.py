"""The command as a person runs it, on a drawn film and a simulated EMG: real processes, real files, real signals."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SECONDS = 14
# A hang must end, and fail; the slowest command takes a fraction of this.
PATIENCE_S = 120
FILES = {"measurement.json", "events.csv", "signals.parquet", "report.html", "report.pdf"}
COMMAND = [sys.executable, "-m", "spasmograph"]
OPTIONS = ["--seconds", str(SECONDS), "--size", "480x360", "--fps", "24", "--face", "0.9", "--crf", "24"]


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=PATIENCE_S, **options)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn face with spasms of its right side."""
    path = tmp_path_factory.mktemp("film") / "zwei Wörter 😀.mp4"
    done = run("phantom", "--out", path, *OPTIONS, "--workers", "2")
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten minutes of EMG."""
    path = tmp_path_factory.mktemp("recording") / "ten minutes.edf"
    done = run("simulate", "hemifacial", "--out", path, "--seconds", "600", "--rate", "1000")
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def whole(film: Path) -> dict[str, Any]:
    """What is measured in all of it."""
    return measured(film)


def measured(*arguments: str | Path) -> dict[str, Any]:
    done = run("analyze", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def sides(document: dict[str, Any]) -> list[str]:
    return [event["side"] for event in document["events"] if event["kind"] == "contraction"]


def events(document: dict[str, Any], *, after_s: float, before_s: float) -> list[tuple[str, str, float]]:
    return [
        (event["kind"], event["side"], event["onset_s"])
        for event in document["events"]
        if after_s < event["onset_s"] and event["offset_s"] < before_s
    ]


def test_phantom_leaves_film_and_truth(film: Path) -> None:
    truth = json.loads(film.with_name(f"{film.stem}.truth.json").read_text("utf-8"))

    assert sorted(path.name for path in film.parent.iterdir()) == [film.name, f"{film.stem}.truth.json"]
    assert truth["scene"]["width_px"] == 480


def test_analyze_writes_five_files_and_says_where(film: Path, tmp_path: Path) -> None:
    done = run("analyze", film, "--out", tmp_path / "neu", "--task", "rest")

    assert done.returncode == 0
    assert [path.name for path in (tmp_path / "neu").iterdir()] == [film.stem]
    assert {path.name for path in (tmp_path / "neu" / film.stem).iterdir()} == FILES
    assert str(tmp_path / "neu" / film.stem / "report.html") in done.stdout
    assert done.stderr == f"spasmograph: {film}: {SECONDS * 24} frames measured\n"


def test_any_number_of_workers_measures_the_same(film: Path, whole: dict[str, Any]) -> None:
    assert measured(film, "--workers", "1") == measured(film, "--workers", "3") == whole


def test_spasms_are_on_the_right(whole: dict[str, Any]) -> None:
    assert set(sides(whole)) == {"right"}


def test_mirrored_exchanges_the_sides(film: Path, whole: dict[str, Any]) -> None:
    mirrored = measured(film, "--mirrored")

    assert mirrored["recording"]["mirrored"]
    assert len(sides(mirrored)) == len(sides(whole))
    assert set(sides(mirrored)) == {"left"}


def test_stretch_keeps_the_films_own_time(film: Path, whole: dict[str, Any]) -> None:
    part = measured(film, "--from", "6", "--to", "12")

    assert (part["recording"]["start_s"], part["recording"]["end_s"]) == (6.0, 12.0)
    assert all(6.0 <= event["onset_s"] < 12.0 for event in part["events"])
    found, known = events(part, after_s=7.0, before_s=11.0), events(whole, after_s=7.0, before_s=11.0)
    assert [event[:2] for event in found] == [event[:2] for event in known] != []
    assert [event[2] for event in found] == pytest.approx([event[2] for event in known], abs=0.05)


def test_bad_films_do_not_stop_the_good_one(film: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("no film at all")

    done = run("analyze", tmp_path / "empty.mp4", film, tmp_path / "text.mp4", tmp_path / "gone.mp4", "--out", tmp_path / "out")

    assert done.returncode == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == [film.stem]
    summary = done.stderr[done.stderr.index("1 of 4 films measured") :]
    assert all(name in summary for name in ("empty.mp4", "text.mp4", "gone.mp4"))
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["empty.mp4", "gone.mp4"])
def test_one_bad_film_ends_with_its_code_and_leaves_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.mp4").touch()

    done = run("analyze", tmp_path / name, "--out", tmp_path / "out")

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("spasmograph: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_film_without_a_face_is_refused_in_words(tmp_path: Path) -> None:
    run("phantom", "--out", tmp_path / "far.mp4", "--seconds", "2", "--size", "320x240", "--face", "0.05", "--quiet")

    done = run("analyze", tmp_path / "far.mp4", "--out", tmp_path / "out")

    assert done.returncode == 4
    assert "far.mp4" in done.stderr
    assert not (tmp_path / "out").exists()


def test_disk_without_room_ends_before_the_work(film: Path, tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = run("analyze", film, "--out", tmp_path / "out", preexec_fn=little_room)

    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("spasmograph: nothing can be written to ")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission_ends_before_the_work(film: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    assert run("analyze", film, "--out", tmp_path / "out").returncode == 5


def begun(out: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """The command, once it has made its folder."""
    running = subprocess.Popen([*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0)
    since_s = time.monotonic()
    while not out.exists():
        assert running.poll() is None, running.communicate(timeout=PATIENCE_S)
        assert time.monotonic() - since_s < PATIENCE_S
        time.sleep(0.01)
    return running


def ended(running: subprocess.Popen[str]) -> tuple[str, str, int]:
    """What the command printed, what it said, and its exit code; nothing of it is left running."""
    try:
        printed, said = running.communicate(timeout=PATIENCE_S)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    return printed, said, running.returncode


ANALYZE = ["analyze", "{film}", "--out", "{out}", "--workers", "2"]
PHANTOM = ["phantom", "--out", "{out}/x.mp4"]
EMG = ["emg", "{recording}", "--out", "{out}"]
LONG = pytest.mark.parametrize("arguments", [ANALYZE, PHANTOM, EMG], ids=["analyze", "phantom", "emg"])


@LONG
@pytest.mark.parametrize("later_s", [0.0, 0.5, 1.5])
def test_ctrl_c_ends_all_at_once_and_leaves_nothing(film: Path, recording: Path, tmp_path: Path, later_s: float, arguments: list[str]) -> None:
    out = tmp_path / "out"
    running = begun(out, *(argument.format(film=film, recording=recording, out=out) for argument in arguments))
    time.sleep(later_s)

    os.killpg(running.pid, signal.SIGINT)

    assert ended(running) == ("", "spasmograph: interrupted\n", 130)
    assert not out.exists()


@pytest.mark.parametrize("kill", [os.kill, os.killpg], ids=["one", "group"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["term", "hup"])
@LONG
def test_kill_and_a_closed_terminal_end_it_as_ctrl_c_does(
    film: Path, recording: Path, tmp_path: Path, arguments: list[str], number: int, code: int, kill: Callable[[int, int], None]
) -> None:
    out = tmp_path / "out"
    running = begun(out, *(argument.format(film=film, recording=recording, out=out) for argument in arguments))
    time.sleep(0.3)

    kill(running.pid, number)
    kill(running.pid, number)

    assert ended(running) == ("", "spasmograph: interrupted\n", code)
    assert not out.exists()


def test_what_its_caller_ignores_does_not_end_it(film: Path, tmp_path: Path) -> None:
    nohup = ["sh", "-c", 'trap "" HUP; exec "$@"', "nohup"]
    command = [*nohup, *COMMAND, "analyze", str(film), "--out", str(tmp_path / "out"), "--to", "6"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0)
    time.sleep(0.5)

    os.killpg(running.pid, signal.SIGHUP)

    assert ended(running)[2] == 0
    assert {path.name for path in (tmp_path / "out" / film.stem).iterdir()} == FILES


def test_output_that_nobody_reads_is_no_traceback(film: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [*COMMAND, "analyze", str(film), "--json", "--to", "2"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False, timeout=PATIENCE_S
    )

    os.close(writer)
    assert "Traceback" not in done.stderr


def test_a_terminal_that_closes_ends_it_and_leaves_nothing(film: Path, tmp_path: Path) -> None:
    seen, terminal = os.openpty()
    own_terminal = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", own_terminal, *COMMAND, "analyze", str(film), "--out", str(tmp_path / "out"), "--workers", "2"]
    running = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
    os.close(terminal)
    os.read(seen, 1)

    os.close(seen)

    try:
        assert running.wait(PATIENCE_S) == 129
    finally:
        running.kill()
    assert not (tmp_path / "out").exists()


def test_a_terminal_that_nobody_looks_at_does_not_stop_the_work(film: Path, tmp_path: Path) -> None:
    seen, terminal = os.openpty()
    command = [*COMMAND, "analyze", str(film), "--out", str(tmp_path / "out"), "--to", "6"]
    running = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
    os.close(terminal)
    os.read(seen, 1)

    os.close(seen)

    try:
        running.wait(PATIENCE_S)
    finally:
        running.kill()
    assert {path.name for path in (tmp_path / "out" / film.stem).iterdir()} == FILES
