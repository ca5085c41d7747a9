"""`python -m bench.emg [--quick]`: one hour of eight channels of EMG on one core, beside another library, and its memory."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.document import Goal, Table, machine, page, record, sentence
from bench.films import CACHE
from spasmograph.app.pool import core_count
from spasmograph.io.biosignal.writing import write_edf
from spasmograph.measure.emg.simulate import WORLDS, Disturbance, Setting, act_out
from spasmograph.model.emg import Annotation
from spasmograph.terms import Muscle, Side

DOCS = Path(__file__).resolve().parents[1] / "docs"
RATE_HZ, CHANNELS = 2000.0, 8
REAL_TIME_FACTOR, PEER_FACTOR, GROWTH_MB = 300.0, 5.0, 50.0
PEER_NAME = "NeuroKit2 0.2.13"
MINUTES = (10, 60)
RUNS = 5  # of which the quickest counts: other work on the machine only adds to it
PEER_MINUTES = 2  # it takes longer than the recording lasts
COMMAND = "python -m bench.emg"
_ONE_CORE = "import os, time, json, sys, resource; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
_OURS = """
from spasmograph.app.emg import measure_emg
import scipy.signal, scipy.ndimage, scipy.special
begin = time.process_time()
found = len(measure_emg(sys.argv[1]).events)
told = {"run_s": time.process_time() - begin, "found": found, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}
print(json.dumps(told))
"""
_PEER = """
import warnings
import numpy as np
import neurokit2 as nk
warnings.simplefilter("ignore")
channels, rate_hz = np.load(sys.argv[1], mmap_mode="r"), 2000
nk.emg_clean(np.random.default_rng(1).normal(size=4000), sampling_rate=rate_hz)
begin, found = time.process_time(), 0
for channel in channels:
    clean = nk.emg_clean(np.array(channel), sampling_rate=rate_hz)
    _, told = nk.emg_activation(emg_amplitude=nk.emg_amplitude(clean), emg_cleaned=clean, sampling_rate=rate_hz)
    found += len(told["EMG_Onsets"])
told = {"run_s": time.process_time() - begin, "found": found, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}
print(json.dumps(told))
"""


class NotRunError(Exception):
    """The peer is not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one process took for a recording, its highest memory, and how many bursts it found.

    `run_s` are the seconds of its core without its start, which other work on the machine does not lengthen; `whole_s` is the wall time of all.
    """

    minutes: int
    run_s: float
    whole_s: float
    peak_mb: float
    found: int

    @property
    def factor(self) -> float:
        """Seconds of recording in one second of work."""
        return self.minutes * 60 / self.run_s


def recording(minutes: int) -> Path:
    """An EDF+ of eight channels: one simulated minute, repeated."""
    path = CACHE / f"emg-{minutes}min.edf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        minute = path.with_name("emg-minute.edf")
        _write_minute(minute)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            _repeat(minute.read_bytes(), minutes, file.write)
        part.replace(path)
    return path


def _write_minute(path: Path) -> None:
    """One-sided bursts in six channels and two silent ones, with noise and mains; the remark makes room for later times."""
    setting = Setting(seed=60, duration_s=60.0, rate_hz=RATE_HZ)
    plan = WORLDS["hemifacial"](setting)
    brows = tuple((Muscle.FRONTALIS, side) for side in (Side.RIGHT, Side.LEFT))
    whole = replace(plan, electrodes=(*plan.electrodes, *brows), disturbance=Disturbance(mains=3.0, mains_hz=50.02))
    remark = Annotation(onset_s=0.0, text="one minute, repeated")
    write_edf(path, replace(act_out("eight channels", whole, setting).biosignal, annotations=(remark,)))


def _repeat(minute: bytes, minutes: int, write: Callable[[bytes], object]) -> None:
    """The data records again and again, each with its own time."""
    header_bytes, count = int(minute[184:192]), int(minute[236:244])
    records = np.frombuffer(minute, np.uint8, offset=header_bytes).reshape(count, -1).copy()
    width = records.shape[1] - CHANNELS * round(RATE_HZ) * 2
    header = bytearray(minute[:header_bytes])
    header[236:244] = str(count * minutes).encode().ljust(8)
    write(bytes(header))
    for number in range(minutes):
        for place in range(count):
            stamp = f"+{number * count + place}\x14\x14\x00".encode().ljust(width, b"\x00")
            records[place, -width:] = np.frombuffer(stamp, np.uint8)
        write(records.tobytes())


def ours(minutes: int) -> Told:
    """The whole chain: reading, conditioning, bursts, patterns, evoked responses; no report."""
    return _run(sys.executable, _OURS, recording(minutes), minutes)


def peers(minutes: int) -> Told:
    """The peer's cleaning and default detection, of samples that are in memory already.

    Raises:
        NotRunError: its environment is not there.
    """
    python = Path(__file__).resolve().parents[1] / "build" / "revalidation" / "peer-emg" / "bin" / "python"
    if not python.exists():
        msg = "its environment is not there; `python -m revalidation --only emg_beside --peer` makes it"
        raise NotRunError(msg)
    return _run(str(python), _PEER, _samples(minutes), minutes)


def _samples(minutes: int) -> Path:
    """The same samples as an array (channels, n)."""
    path = CACHE / f"emg-{minutes}min.npy"
    if not path.exists():
        np.save(path, _signals(recording(minutes)))
    return path


def _signals(path: Path) -> NDArray[np.float64]:
    """All channels in microvolts."""
    from spasmograph.io.biosignal import read_biosignal

    read = read_biosignal(path)
    return np.array([read.samples(channel) for channel in read.recording.channels])


def _run(python: str, script: str, path: Path, minutes: int) -> Told:
    """A process on one core with one thread."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    begin = time.perf_counter()
    done = subprocess.run([python, "-c", _ONE_CORE + script, str(path)], env=os.environ | threads, capture_output=True, check=False)
    whole_s = time.perf_counter() - begin
    if done.returncode:
        raise NotRunError(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    return Told(minutes=minutes, whole_s=whole_s, **json.loads(done.stdout.decode().strip().splitlines()[-1]))


def goals(mine: dict[int, Told], theirs: Told | None, reason: str = "") -> list[Goal]:
    """What was aimed at."""
    longest = mine[max(mine)]
    faster = theirs.run_s / longest.run_s * longest.minutes / theirs.minutes if theirs else float("nan")
    growth_mb = longest.peak_mb - mine[min(mine)].peak_mb
    return [
        Goal(
            what=f"EMG, {longest.minutes} minutes × {CHANNELS} channels × 2 kHz, one core: times real time",
            target=f"≥ {REAL_TIME_FACTOR:.0f}",
            measured=f"{longest.factor:.0f}",
            met=longest.factor >= REAL_TIME_FACTOR,
            command=COMMAND,
        ),
        Goal(
            what=f"EMG: times as fast as {PEER_NAME}'s cleaning and default detection",
            target=f"≥ {PEER_FACTOR:.0f}",
            measured=f"{faster:.1f}" if theirs else reason,
            met=faster >= PEER_FACTOR if theirs else None,
            command=COMMAND,
        ),
        Goal(
            what=f"EMG: memory, {longest.minutes} minutes over {min(mine)} minutes",
            target=f"+ {GROWTH_MB:.0f} MB at most",
            measured=f"{growth_mb:+.0f} MB; at most {longest.peak_mb:.0f} MB",
            met=growth_mb <= GROWTH_MB if len(mine) > 1 else None,
            command=COMMAND,
        ),
    ]


def table(mine: dict[int, Told], theirs: Told | None) -> Table:
    """A row for each process."""
    told = [("this product", one) for one in mine.values()] + ([(PEER_NAME, theirs)] if theirs else [])
    columns = ("what", "minutes", "seconds of one core", "wall, with its start (s)", "× real time", "highest memory (MB)", "bursts")
    rows = ((name, str(t.minutes), f"{t.run_s:.1f}", f"{t.whole_s:.1f}", f"{t.factor:.0f}", f"{t.peak_mb:.0f}", str(t.found)) for name, t in told)
    return Table(columns=columns, rows=tuple(rows))


def measured(minutes: tuple[int, ...] = MINUTES) -> tuple[list[Goal], Table]:
    """Ours and the peer's in turns."""
    mine = {length: min((ours(length) for _ in range(RUNS)), key=lambda one: one.run_s) for length in minutes}
    try:
        theirs, reason = peers(PEER_MINUTES), ""
    except NotRunError as error:
        theirs, reason = None, str(error)
    return goals(mine, theirs, reason), table(mine, theirs)


def main() -> None:
    """Measure, print, and write docs/speed-emg.md and docs/speed-emg.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten minutes in place of an hour; no page is written")
    parser.add_argument("--out", type=Path, default=DOCS, help="where speed-emg.md and speed-emg.json go")
    options = parser.parse_args()
    about = machine(core_count(), os.getloadavg()[0])
    found, figures = measured((2, 10) if options.quick else MINUTES)
    for goal in found:
        print(f"{goal.what}: {goal.measured} (target {goal.target})")
    print(figures.markdown())
    if not options.quick:
        parts = {"machine": sentence(about), "table": figures.markdown()}
        (options.out / "speed-emg.md").write_text(page(parts, found, "speed-emg"), encoding="utf-8")
        (options.out / "speed-emg.json").write_text(record({"channels": figures}, found, about), encoding="utf-8")


if __name__ == "__main__":
    main()
