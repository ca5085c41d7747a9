"""Words for people who may have gone: printing never ends the work, and what was lost is known."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from spasmograph.cli.outlet import Outlet, lost_output, use_outlets


class Broken(io.BytesIO):
    """A place that takes nothing, for a reason."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def write(self, _: object) -> int:
        raise OSError(self.number, os.strerror(self.number))


def outlet_to(raw: io.BytesIO) -> Outlet:
    return Outlet(raw, encoding="ascii", errors="backslashreplace", write_through=True)


def test_what_can_be_printed_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", outlet_to(raw))

    sys.stdout.write("Wörter\n")

    assert raw.getvalue() == b"W\\xf6rter\n"
    assert lost_output() is None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EBADF])
def test_what_cannot_be_printed_is_let_go_and_known(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(sys, "stdout", outlet_to(Broken(number)))

    sys.stdout.write("words")
    sys.stdout.flush()
    sys.stdout.write("more words")

    lost = lost_output()
    assert lost is not None
    assert lost.errno == number


def test_a_reader_who_has_read_enough_lost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", outlet_to(Broken(errno.EPIPE)))

    sys.stdout.write("words")
    sys.stdout.flush()

    assert lost_output() is None


def test_an_outlet_leaves_the_stream_below_open() -> None:
    raw = io.BytesIO()

    outlet_to(raw).close()

    assert not raw.closed


def test_outlets_take_the_place_of_both_streams_once(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = io.BytesIO(), io.BytesIO()
    plain = io.TextIOWrapper(out, encoding="ascii"), io.TextIOWrapper(err, encoding="utf-8", line_buffering=True)
    monkeypatch.setattr(sys, "stdout", plain[0])
    monkeypatch.setattr(sys, "stderr", plain[1])

    use_outlets()
    first = sys.stdout, sys.stderr
    use_outlets()
    sys.stdout.write("é\n")
    sys.stdout.flush()
    sys.stderr.write("é\n")

    assert (sys.stdout, sys.stderr) == first
    assert (out.getvalue(), err.getvalue()) == (b"\\xe9\n", "é\n".encode())


@pytest.mark.parametrize("stream", [None, io.StringIO()], ids=["none", "notebook"])
def test_streams_of_another_kind_stay(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)

    use_outlets()

    assert sys.stdout is stream
    assert lost_output() is None


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")


def printed_to_full(*arguments: str) -> tuple[int, str]:
    with Path("/dev/full").open("w") as nowhere:
        command = [sys.executable, "-m", "spasmograph", *arguments]
        done = subprocess.run(command, stdout=nowhere, stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    return done.returncode, done.stderr


@full
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_output_that_is_lost_is_said_and_has_its_code(option: str) -> None:
    code, said = printed_to_full(option)

    assert code == 5
    assert said == "spasmograph: standard output could not be written (No space left on device); free some space or send it elsewhere.\n"


@full
def test_another_failure_keeps_its_code_and_its_line() -> None:
    code, said = printed_to_full("analyze", "gone.mp4")

    assert code == 3
    assert said == "spasmograph: there is no file gone.mp4. Check the name and the folder.\n"


@full
def test_errors_that_nobody_can_read_still_have_their_code() -> None:
    with Path("/dev/full").open("w") as nowhere:
        command = [sys.executable, "-m", "spasmograph", "analyze", "gone.mp4"]
        done = subprocess.run(command, stdout=nowhere, stderr=nowhere, check=False, timeout=120)

    assert done.returncode == 3
