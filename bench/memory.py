"""Memory of a whole process and of each of its workers, while it measures."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path


def peaks_mb(film: Path, workers: int) -> tuple[float, float]:
    """Highest resident memory in MB of the main process and of any one worker, while `spasmograph analyze` measures a film."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "spasmograph", "analyze", str(film), "--out", out, "--workers", str(workers), "--quiet"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        main = worker = 0.0
        while process.poll() is None:
            main = max(main, _resident_mb(process.pid))
            worker = max([worker, *(_resident_mb(child) for child in _children(process.pid))])
            time.sleep(0.2)
    if process.returncode:
        msg = f"analyze ended with {process.returncode}"
        raise RuntimeError(msg)
    return main, worker


def _resident_mb(pid: int) -> float:
    """Resident memory of a process now, with what it shares with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Rss:")), 0.0)


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
