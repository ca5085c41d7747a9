"""`python -m bench [--quick]`: measure, and write docs/speed.md."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import limit, memory, peer
from bench.films import film, looped, run
from spasmograph.io.video import index_video

PAGE = Path(__file__).resolve().parents[1] / "docs" / "speed.md"
HELP_RUNS = 15


def main() -> None:
    """Measure all, print each row as it comes, write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="films of 20 s, where starting counts most, and no long ones; the page is not written")
    quick = options.parse_args().quick
    cores = os.cpu_count() or 1
    films = {size: film(size, 20) if quick else looped(film(size, 60), 5) for size in ("480p", "1080p")}
    rows = [row for size, path in films.items() for row in _speed(size, path, cores)]
    rows.append(_help())
    if not quick:
        rows += _memory(cores)
        PAGE.write_text(_page(rows, cores), encoding="utf-8")


def _said(what: str, target: str, measured: str) -> tuple[str, str, str]:
    print(f"{what}: {measured} (target {target})", flush=True)
    return what, target, measured


def _speed(size: str, path: Path, cores: int) -> list[tuple[str, str, str]]:
    """End to end against the bare limit and against the peer, for one size."""
    frames = index_video(path).recording.frame_count
    decode_s, infer_s = limit.decode_s(path, cores), limit.infer_s(frames, cores)
    whole_s = statistics.median(_whole_s(path, cores) for _ in range(3))
    bare_s = decode_s + infer_s
    parts = f"bare {bare_s:.2f} s = decoding {decode_s:.2f} + inference {infer_s:.2f}; end to end {whole_s:.2f} s, {frames / whole_s:.0f} frames/s"
    rows = [_said(f"{size}: bare limit over end to end", "0.8", f"{bare_s / whole_s:.2f} ({parts})")]
    try:
        peer_s, start_s = peer.seconds(path)
    except peer.NotRunError as error:
        return [*rows, _said(f"{size}: peer over end to end", "5 at 1080p, 8 at 480p", f"not run: {error}")]
    told = f"{peer_s / whole_s:.1f} (peer {peer_s:.1f} s without its start of {start_s:.1f} s)"
    return [*rows, _said(f"{size}: peer over end to end", "8" if size == "480p" else "5", told)]


def _whole_s(path: Path, cores: int) -> float:
    """Wall seconds of the whole command, start, report and all."""
    with tempfile.TemporaryDirectory() as out:
        begin = time.perf_counter()
        run("analyze", str(path), "--out", out, "--workers", str(cores), "--quiet")
        return time.perf_counter() - begin


def _help() -> tuple[str, str, str]:
    times = []
    for _ in range(HELP_RUNS):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "spasmograph", "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return _said("`spasmograph --help`", "< 0.3 s", f"{statistics.median(times):.2f} s (median of {HELP_RUNS})")


def _memory(cores: int) -> list[tuple[str, str, str]]:
    minute = film("720p", 60)
    rows = []
    for minutes in (10, 60):
        main_mb, worker_mb = memory.peaks_mb(looped(minute, minutes), cores)
        target = "350 MB a worker"
        rows.append(_said(f"720p, {minutes} min: highest memory", target, f"worker {worker_mb:.0f} MB, main process {main_mb:.0f} MB"))
    return rows


def _page(rows: list[tuple[str, str, str]], cores: int) -> str:
    load = os.getloadavg()[1]
    table = "\n".join(f"| {what} | {target} | {measured} |" for what, target, measured in rows)
    return f"""# How fast

Written by `make bench`; nothing on this page is edited by hand. Ratios of one run on one machine with {cores} cores
(load of the last five minutes, this run included: {load:.1f}); seconds differ from machine to machine, ratios hardly.
The films are the phantom's, five minutes at 30 frames a second.

| what | target | measured |
|---|---|---|
{table}

*Bare limit*: the film decoded by as many single-threaded processes as there are cores and the pictures thrown away,
plus the four parts of the landmark model run as often as there are frames on ready input, both with warm processes.
*End to end*: the whole command `spasmograph analyze`, with the start of Python and of the workers, the events, the
scores and both reports, the median of three. *Peer*: MediaPipe FaceLandmarker 0.10.21 (video mode, blendshapes on)
fed by OpenCV, its own start not counted.
"""


if __name__ == "__main__":
    main()
