"""`python -m bench.web [--quick]`: every page of the app over a record of ten years, on SQLite and PostgreSQL, and how soon the app answers."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np

from bench.document import Goal, Table, machine, page, record, sentence
from bench.films import CACHE
from bench.pages import paths_of
from bench.record import fill
from spasmograph.app.pool import core_count
from spasmograph.app.workspace import Workspace
from spasmograph.app.workspace.opening import local_now
from spasmograph.io.store import EntryStore, open_database

DOCS = Path(__file__).resolve().parents[1] / "docs"
COMMAND = "python -m bench.web"
PAGE_MS, START_S = 100.0, 1.5
REQUESTS, WARM_UP, STARTS = 40, 3, 5
YEARS, ENTRIES, RECORDINGS, INJECTIONS = 10.0, 5000, 500, 40
# Besides every page as it is first met: long stretches of time, and a list for programs.
LONG = ("/timeline?days=365", "/timeline?days=3653", "/doctor?first=2000-01-01", "/api/entries?kind=journal&newest=50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server and what it took to start it."""

    client: httpx2.Client
    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How long a page took, in milliseconds: the median and the 95th percentile; NaN where there is no such page."""

    path: str
    median_ms: float
    p95_ms: float


def filled(home: Path, address: str | None) -> list[str]:
    """The record of ten years, made once; the paths of all its pages."""
    home.mkdir(parents=True, exist_ok=True)
    done = home / "filled"
    with_address = EntryStore(open_database(home, address))
    workspace = Workspace(home=home, store=with_address, clock=local_now)
    if not done.exists():
        fill(workspace, until=local_now(), years=YEARS, entries=ENTRIES, recordings=RECORDINGS, injections=INJECTIONS)
        done.touch()
    paths = [*paths_of(workspace), *LONG]
    workspace.close()
    return paths


@contextmanager
def served(home: Path, address: str | None) -> Iterator[Served]:
    """`spasmograph serve` on a free port, with a browser let in; what it says goes into a file beside the record."""
    environment = {**os.environ, "SPASMOGRAPH_HOME": str(home), "DATABASE_URL": address or ""}
    log = home.with_suffix(".log")
    command = [sys.executable, "-m", "spasmograph", "serve", "--no-browser", "--port", "0"]
    with httpx2.Client(follow_redirects=True, timeout=60.0) as client, log.open("wb") as said:
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stderr=said, stdout=said)
        try:
            link = _link(process, log)
            client.base_url, client.headers["Origin"] = link.partition("/enter")[0], link.partition("/enter")[0]
            client.get(link).raise_for_status()
            yield Served(client=client, start_s=time.perf_counter() - begin)
        except httpx2.TransportError as error:
            error.add_note(log.read_text(encoding="utf-8", errors="replace")[-2000:])
            raise
        finally:
            process.terminate()
            process.wait(timeout=30)


def _link(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """The link that the app prints when it is there."""
    while process.poll() is None:
        found = re.search(r"http://\S+", log.read_text(encoding="utf-8"))
        if found:
            return found[0]
        time.sleep(0.005)
    msg = f"the app ended: {log.read_text(encoding='utf-8')[-2000:]}"
    raise RuntimeError(msg)


def taken(client: httpx2.Client, path: str, requests: int) -> Taken:
    """One page, again and again."""
    times_ms = []
    for number in range(WARM_UP + requests):
        begin = time.perf_counter()
        answer = client.get(path)
        if answer.status_code != httpx2.codes.OK:
            return Taken(path=path, median_ms=float("nan"), p95_ms=float("nan"))
        if number >= WARM_UP:
            times_ms.append(1000 * (time.perf_counter() - begin))
    return Taken(path=path, median_ms=float(np.median(times_ms)), p95_ms=float(np.percentile(times_ms, 95)))


def pages(home: Path, address: str | None, requests: int) -> list[Taken]:
    """Every page over one record."""
    paths = filled(home, address)
    with served(home, address) as one:
        return [taken(one.client, path, requests) for path in paths]


def starts(home: Path, count: int) -> list[float]:
    """How long it takes until the first page is there."""
    found = []
    for _ in range(count):
        with served(home, None) as one:
            found.append(one.start_s)
    return found


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database in a server of our own."""
    from tests.postgres import find_programs, running_cluster

    programs = find_programs()
    if programs is None:
        msg = "PostgreSQL's programs are not here (Debian: apt-get install postgresql)"
        raise RuntimeError(msg)
    with running_cluster(programs) as cluster, cluster.database() as address:
        yield address


def goals(found: dict[str, list[Taken]], start_s: list[float]) -> list[Goal]:
    """What was aimed at."""
    told = []
    for name, pages_of in found.items():
        slowest = max(pages_of, key=lambda one: one.p95_ms if one.p95_ms == one.p95_ms else np.inf)
        told.append(
            Goal(
                what=f"every page at p95, ten years, {name}",
                target=f"≤ {PAGE_MS:.0f} ms",
                measured=f"{slowest.p95_ms:.0f} ms ({_shown(slowest.path)})",
                met=bool(slowest.p95_ms <= PAGE_MS),
                command=COMMAND,
            )
        )
    middle = float(np.median(start_s))
    goal = Goal(
        what=f"start-up, median of {len(start_s)}", target=f"≤ {START_S} s", measured=f"{middle:.2f} s", met=middle <= START_S, command=COMMAND
    )
    return [*told, goal]


def table(found: dict[str, list[Taken]]) -> Table:
    """A row for each page."""
    columns = ("page", *(f"{name}, {what} (ms)" for name in found for what in ("median", "p95")))
    rows = []
    for place, one in enumerate(next(iter(found.values()))):
        cells = [f"{value:.1f}" for pages_of in found.values() for value in (pages_of[place].median_ms, pages_of[place].p95_ms)]
        rows.append((f"`{_shown(one.path)}`", *cells))
    return Table(columns=columns, rows=tuple(rows))


def _shown(path: str) -> str:
    """A path without an entry's id."""
    return re.sub(r"[0-9a-f]{32}", "ID", path)


def main() -> None:
    """Measure, print, and write docs/speed-web.md and docs/speed-web.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few requests, SQLite alone; no page is written")
    parser.add_argument("--out", type=Path, default=DOCS, help="where speed-web.md and speed-web.json go")
    options = parser.parse_args()
    about = machine(core_count(), os.getloadavg()[0])
    requests = 5 if options.quick else REQUESTS
    homes = CACHE / "web"
    shutil.rmtree(homes, ignore_errors=True)
    found = {"SQLite": pages(homes / "sqlite", None, requests)}
    with ExitStack() as stack:
        if not options.quick:
            found["PostgreSQL"] = pages(homes / "postgresql", stack.enter_context(postgresql()), requests)
    figures, aims = table(found), goals(found, starts(homes / "sqlite", 2 if options.quick else STARTS))
    for aim in aims:
        print(f"{aim.what}: {aim.measured} (target {aim.target})")
    print(figures.markdown())
    if not options.quick:
        told = f"{ENTRIES} journal entries and episodes, {RECORDINGS} measured recordings, {INJECTIONS} injection sessions over {YEARS:.0f} years"
        parts = {"machine": sentence(about), "table": figures.markdown(), "record": told, "requests": str(requests)}
        (options.out / "speed-web.md").write_text(page(parts, aims, "speed-web"), encoding="utf-8")
        (options.out / "speed-web.json").write_text(record({"pages": figures}, aims, about), encoding="utf-8")


if __name__ == "__main__":
    main()
