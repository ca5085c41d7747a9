"""`python -m bench [--quick]`: measure, and write docs/speed.md and docs/speed.json."""

import argparse
import compileall
import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import spasmograph
from bench import peer
from bench.document import Goal, Table, machine, page, record, sentence
from bench.films import Film
from bench.limit import bare_limit
from bench.measuring import Comparison, Times, compared, times_of
from bench.memory import Peaks, peaks_of_analysis
from bench.whole import HELP_RUNS, help_times_s, ready_workers
from spasmograph.app.pool import core_count

DOCS = Path(__file__).resolve().parents[1] / "docs"
LIMIT_SHARE = 0.8
PEER_FACTOR = {"480p": 8.0, "1080p": 5.0}
WORKER_MB = 350.0
GROWTH_MB = 50.0
HELP_S = 0.3
ANALYZE = "spasmograph analyze FILM --out DIR"


def main() -> None:
    """Measure all, print each row as it comes, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="films of 20 s, where starting counts most, and no long ones; no page is written")
    parser.add_argument("--out", type=Path, default=DOCS, help="where speed.md and speed.json go")
    options = parser.parse_args()
    cores, load = core_count(), os.getloadavg()[0]
    # As pip does when it installs; a checkout may lie where Python writes no compiled modules.
    compileall.compile_dir(Path(spasmograph.__file__).parent, quiet=2)
    times = _all_times(cores, quick=options.quick)
    comparisons = [_told(compared(one)) for one in times]
    memory = {} if options.quick else {minutes: peaks_of_analysis(_long_film(minutes).path(), cores) for minutes in (10, 60)}
    help_s = help_times_s()
    goals = [*_limit_goals(times), *_peer_goals(comparisons), *_memory_goals(memory), _help_goal(help_s)]
    for goal in goals:
        print(f"{goal.what}: {goal.measured} (target {goal.target})")
    if not options.quick:
        _write(options.out, times, comparisons, memory, goals, machine(cores, load))


def _films(*, quick: bool) -> list[Film]:
    drawn_s, times = (20, 1) if quick else (60, 5)
    return [Film(size=size, look=look, drawn_s=drawn_s, times=times) for look in ("phone", "smooth") for size in ("480p", "1080p")]


def _long_film(minutes: int) -> Film:
    return Film(size="720p", look="smooth", drawn_s=60, times=minutes)


def _all_times(cores: int, *, quick: bool) -> list[Times]:
    films = _films(quick=quick)
    with bare_limit(cores) as bare, ready_workers(cores, films[0].path()) as workers:
        return [_said(times_of(film, bare, workers, cores=cores, rounds=1 if quick else 3)) for film in films]


def _said(t: Times) -> Times:
    bare = f"decoding {t.decode_s:.2f} s, inference {t.infer_s:.2f} s"
    print(f"{t.film.name}: {bare}, command {t.command_s:.2f} s, measuring {t.measuring_s:.2f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    return t


def _told(one: Comparison) -> Comparison:
    print(f"{one.times.film.name}: {peer.NAME}: {one.told or one.reason}, load {os.getloadavg()[0]:.1f}", flush=True)
    return one


def _limit_goals(times: Sequence[Times]) -> list[Goal]:
    return [
        Goal(
            what=f"{t.film.name}: bare limit over end to end",
            target=f"≥ {LIMIT_SHARE}",
            measured=f"{t.sum_s / t.command_s:.2f}; without start and report {t.sum_s / t.measuring_s:.2f}",
            met=t.sum_s / t.command_s >= LIMIT_SHARE,
            command=ANALYZE,
        )
        for t in times
    ]


def _peer_goals(comparisons: Sequence[Comparison]) -> list[Goal]:
    return [_peer_goal(one, PEER_FACTOR[one.times.film.size]) for one in comparisons]


def _peer_goal(one: Comparison, factor: float) -> Goal:
    times, told = one.times, one.told
    measured = f"{told.whole_s / times.command_s:.1f}; both without start {told.run_s / times.measuring_s:.1f}" if told else one.reason
    return Goal(
        what=f"{times.film.name}: times as fast as {peer.NAME}",
        target=f"≥ {factor:.0f}",
        measured=measured,
        met=told.whole_s / times.command_s >= factor if told else None,
        command=ANALYZE,
    )


def _memory_goals(memory: dict[int, Peaks]) -> list[Goal]:
    if not memory:
        return []
    worker = {minutes: peaks.worker["resident"] for minutes, peaks in memory.items()}
    highest, growth = max(worker.values()), worker[60] - worker[10]
    return [
        Goal(
            what="720p, one hour: a worker's memory",
            target=f"≤ {WORKER_MB:.0f} MB",
            measured=f"{highest:.0f} MB",
            met=highest <= WORKER_MB,
            command=ANALYZE,
        ),
        Goal(
            what="720p: a worker's memory, 60 minutes over 10 minutes",
            target=f"+ {GROWTH_MB:.0f} MB at most",
            measured=f"{growth:+.0f} MB",
            met=growth <= GROWTH_MB,
            command=ANALYZE,
        ),
    ]


def _help_goal(help_s: Sequence[float]) -> Goal:
    middle = median(help_s)
    measured = f"{middle:.2f} s (median of {HELP_RUNS}; {min(help_s):.2f} to {max(help_s):.2f})"
    return Goal(what="`spasmograph --help`", target=f"< {HELP_S} s", measured=measured, met=middle < HELP_S, command="spasmograph --help")


def _write(
    out: Path, times: Sequence[Times], comparisons: Sequence[Comparison], memory: dict[int, Peaks], goals: list[Goal], about: dict[str, object]
) -> None:
    tables = {"limit": _limit_table(times), "peer": _peer_table(comparisons), "memory": _memory_table(memory), "films": _film_table(times)}
    start = next(goal for goal in goals if goal.command == "spasmograph --help")
    parts = {name: table.markdown() for name, table in tables.items()}
    parts |= {
        "start": f"`spasmograph --help`: {start.measured}.",
        "rounds": "3",
        "command": "`make bench`",
        "peer_name": peer.NAME,
        "machine": sentence(about),
    }
    (out / "speed.md").write_text(page(parts, goals), encoding="utf-8")
    (out / "speed.json").write_text(record(tables, goals, about), encoding="utf-8")


def _limit_table(times: Sequence[Times]) -> Table:
    columns = ("film", "frames", "decoding alone (s)", "inference alone (s)", "whole command (s)", "measuring (s)")
    ratios = ("sum / command", "slower / command", "sum / measuring", "slower / measuring")
    return Table(columns=(*columns, *ratios), rows=tuple(_limit_row(t) for t in times))


def _limit_row(t: Times) -> tuple[str, ...]:
    seconds = (f"{value:.2f}" for value in (t.decode_s, t.infer_s, t.command_s, t.measuring_s))
    ratios = (f"{bare / whole:.2f}" for whole in (t.command_s, t.measuring_s) for bare in (t.sum_s, t.slower_s))
    return (t.film.name, str(t.frames), *seconds, *ratios)


def _peer_table(comparisons: Sequence[Comparison]) -> Table:
    columns = (
        "film",
        "peer, whole (s)",
        "peer, without start (s)",
        "frames with a face",
        "whole command (s)",
        "measuring (s)",
        "ratio",
        "ratio without start",
    )
    return Table(columns=columns, rows=tuple(_peer_row(one) for one in comparisons))


def _peer_row(one: Comparison) -> tuple[str, ...]:
    t, told = one.times, one.told
    ours = f"{t.command_s:.2f}", f"{t.measuring_s:.2f}"
    if told is None:
        return (t.film.name, "not run", one.reason, "", *ours, "", "")
    theirs = f"{told.whole_s:.2f}", f"{told.run_s:.2f}", f"{told.faces} of {told.frames}"
    return (t.film.name, *theirs, *ours, f"{told.whole_s / t.command_s:.1f}", f"{told.run_s / t.measuring_s:.1f}")


def _memory_table(memory: dict[int, Peaks]) -> Table:
    columns = ("film", "worker, resident (MB)", "worker, share (MB)", "main process, resident (MB)", "main process, share (MB)")
    values = {
        minutes: [peaks.worker[k] if who else peaks.main[k] for who in (1, 0) for k in ("resident", "share")] for minutes, peaks in memory.items()
    }
    return Table(columns=columns, rows=tuple((f"720p, {minutes} min", *(f"{value:.0f}" for value in row)) for minutes, row in values.items()))


def _film_table(times: Sequence[Times]) -> Table:
    films = [*(t.film for t in times), _long_film(10), _long_film(60)]
    rows = ((film.name, f"{film.drawn_s * film.times / 60:.0f}", f"{_megabits(film):.1f}", f"`{film.command}`") for film in films)
    return Table(columns=("film", "minutes", "Mbit/s", "one minute of it, then repeated"), rows=tuple(rows))


def _megabits(film: Film) -> float:
    return film.path().stat().st_size * 8e-6 / (film.drawn_s * film.times)


if __name__ == "__main__":
    main()
