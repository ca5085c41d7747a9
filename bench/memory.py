"""Memory of the main process and of its workers, while a film is measured."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_S = 0.2


@dataclass(slots=True)
class Peaks:
    """Highest memory in MB seen so far, of the main process and of any one worker.

    `resident` counts pages that several processes share in each of them; `share` (PSS) divides such pages among them.
    """

    main: dict[str, float] = field(default_factory=lambda: {"resident": 0.0, "share": 0.0})
    worker: dict[str, float] = field(default_factory=lambda: {"resident": 0.0, "share": 0.0})

    def look(self, pid: int) -> None:
        """Take one sample of a process and its children."""
        _raise_to(self.main, _now_mb(pid))
        for child in _children(pid):
            _raise_to(self.worker, _now_mb(child))


def peaks_of_analysis(film: Path, workers: int) -> Peaks:
    """Highest memory while `spasmograph analyze` measures a film.

    Raises:
        RuntimeError: the command failed.
    """
    peaks = Peaks()
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "spasmograph", "analyze", str(film), "--out", out, "--workers", str(workers), "--quiet"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            peaks.look(process.pid)
            time.sleep(_EVERY_S)
    if process.returncode:
        msg = f"analyze ended with {process.returncode}"
        raise RuntimeError(msg)
    return peaks


def _raise_to(highest: dict[str, float], now: dict[str, float]) -> None:
    for name, value in now.items():
        highest[name] = max(highest[name], value)


def _now_mb(pid: int) -> dict[str, float]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return {}
    return {"resident": _field_mb(lines, "Rss:"), "share": _field_mb(lines, "Pss:")}


def _field_mb(lines: Iterable[str], name: str) -> float:
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(name)), 0.0)


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
