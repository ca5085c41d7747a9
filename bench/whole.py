"""The main job as a whole: the command as a person calls it, and the measuring alone on workers that are already there."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from bench.films import run
from spasmograph.app.analysis import finish_analysis, plan_analysis, start_analysis
from spasmograph.app.pool import worker_pool

HELP_RUNS = 25


def command_s(film: Path, workers: int) -> float:
    """Wall seconds of `spasmograph analyze`: start of Python and of the workers, measuring, both reports, all files written."""
    with tempfile.TemporaryDirectory() as out:
        begin = time.perf_counter()
        run("analyze", str(film), "--out", out, "--workers", str(workers), "--quiet")
        return time.perf_counter() - begin


@contextmanager
def ready_workers(workers: int, warm_up: Path) -> Iterator[Executor]:
    """Workers that run and have measured a film."""
    with worker_pool(workers) as pool:
        measuring_s(warm_up, pool)
        yield pool


def measuring_s(film: Path, workers: Executor) -> float:
    """Wall seconds from the film's table of contents to the finished measurement; no start, no report."""
    begin = time.perf_counter()
    plan = plan_analysis(film)
    finish_analysis(plan, start_analysis(plan, workers))
    return time.perf_counter() - begin


def help_times_s() -> list[float]:
    """Wall seconds of `spasmograph --help`, many times."""
    return [_help_s() for _ in range(HELP_RUNS)]


def _help_s() -> float:
    command = Path(sys.executable).with_name("spasmograph")
    call = [str(command)] if command.exists() else [sys.executable, "-m", "spasmograph"]
    begin = time.perf_counter()
    subprocess.run([*call, "--help"], check=True, capture_output=True)
    return time.perf_counter() - begin
