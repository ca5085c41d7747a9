"""The app is killed in the middle: nothing that was acknowledged is lost, nothing half-done is left."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from spasmograph.app.workspace import open_workspace
from spasmograph.io.store.jobs import job_of
from spasmograph.model.record import RecordingEntry
from spasmograph.terms import AnalysisState
from tests.films import film

pytestmark = pytest.mark.slow
ADD = "/api/recordings?name=clip.mp4&at=2026-03-14T12:00:00%2B08:00"
PATIENCE_S = 60.0


class App:
    """A running app in a process of its own, and a way in."""

    def __init__(self, process: "subprocess.Popen[str]", link: str) -> None:
        self.process = process
        parts = urlsplit(link)
        self.port = parts.port or 0
        self.origin = f"http://{parts.netloc}"
        self.cookie = ""
        self.cookie = self.ask("GET", f"{parts.path}?{parts.query}")[0].split(";")[0]

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[str, int]:
        """A request; the cookie that was set, and the status."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as connection:
            connection.request(method, path, body=body, headers={"Origin": self.origin, "Cookie": self.cookie})
            answer = connection.getresponse()
            answer.read()
            return answer.getheader("Set-Cookie") or "", answer.status

    def kill(self) -> None:
        """Kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def app(home: Path) -> Iterator[App]:
    command = [sys.executable, "-m", "spasmograph", "serve", "--home", str(home), "--port", "0", "--no-browser"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr is not None
            link = next(found[0] for line in process.stderr if (found := re.search(r"http://\S+/enter\?key=\S+", line)))
            yield App(process, link)
        finally:
            process.kill()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(round(PATIENCE_S / 0.02)):
        if holds():
            return
        time.sleep(0.02)
    pytest.fail("it never came about")


def only(home: Path) -> RecordingEntry:
    workspace = open_workspace(home, address="")
    (entry,) = workspace.list(RecordingEntry)
    workspace.close()
    return entry


def test_what_was_acknowledged_is_there_and_is_measured_later(tmp_path: Path) -> None:
    content = film(tmp_path / "film.mp4", count=60).read_bytes()
    home = tmp_path / "home"
    with app(home) as one:
        assert one.ask("POST", ADD, content)[1] == 201
        one.kill()
    entry = only(home)
    assert entry.state in (AnalysisState.WAITING, AnalysisState.RUNNING)
    workspace = open_workspace(home, address="")
    medium = workspace.medium(entry.id)
    assert medium is not None
    assert medium.read_bytes() == content
    workspace.close()
    with app(home):
        until(lambda: only(home).state is AnalysisState.FAILED)  # there is no face in it, which takes an analysis to know
    assert "no face" in only(home).error.lower()


def test_an_analysis_that_was_killed_is_taken_up_again(tmp_path: Path) -> None:
    content = film(tmp_path / "film.mp4", count=240).read_bytes()
    home = tmp_path / "home"
    with app(home) as one:
        assert one.ask("POST", ADD, content)[1] == 201
        until(lambda: only(home).state is AnalysisState.RUNNING)
        one.kill()
    assert only(home).state is AnalysisState.RUNNING
    with app(home):
        until(lambda: only(home).state is AnalysisState.FAILED)
    assert "no face" in only(home).error.lower()


def test_an_upload_that_was_cut_off_is_no_recording(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with app(home) as one, closing(HTTPConnection("127.0.0.1", one.port, timeout=PATIENCE_S)) as connection:
        connection.putrequest("POST", ADD)
        for name, value in {"Origin": one.origin, "Cookie": one.cookie, "Content-Length": "50000000"}.items():
            connection.putheader(name, value)
        connection.endheaders(b"x" * 3_000_000)
        until(lambda: any(path.stat().st_size for path in (home / "uploads").glob("*.part")))
        one.kill()
    workspace = open_workspace(home, address="")
    assert workspace.list(RecordingEntry) == []
    assert not (home / "media").exists()
    workspace.close()


def test_ctrl_c_ends_at_once_and_gives_the_work_back(tmp_path: Path) -> None:
    content = film(tmp_path / "film.mp4", count=600).read_bytes()
    home = tmp_path / "home"
    with app(home) as one:
        assert one.ask("POST", ADD, content)[1] == 201
        until(lambda: only(home).state is AnalysisState.RUNNING)
        one.process.send_signal(signal.SIGINT)
        one.process.wait(PATIENCE_S)
    workspace = open_workspace(home, address="")
    job = job_of(workspace._store.engine, only(home).id)  # noqa: SLF001 - tests look behind the door
    workspace.close()
    assert job is not None
    assert (job.owner, job.attempts) == ("", 0)
