"""A PostgreSQL of the tests' own: a cluster in a temporary folder, reachable through a socket in it and by nobody else."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

DEBIAN = Path("/usr/lib/postgresql")
PATIENCE_S = 120
USER = "spasmograph"
_numbers = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running server: the folder of its programs and the one of its socket."""

    programs: Path
    folder: Path

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a new, empty database, which is gone afterwards."""
        name = f"record_{next(_numbers)}"
        self._tell(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql://{USER}@/{name}?host={self.folder}"
        finally:
            self._tell(f"DROP DATABASE {name} WITH (FORCE)")

    def _tell(self, command: str) -> None:
        address = f"postgresql://{USER}@/postgres?host={self.folder}"
        subprocess.run([self.programs / "psql", "--quiet", "--no-psqlrc", "--command", command, address], check=True, timeout=PATIENCE_S)


def find_programs() -> Path | None:
    """The folder of PostgreSQL's programs: where Debian puts the newest, or where `initdb` on the path comes from."""
    folders = sorted((path.parent for path in DEBIAN.glob("*/bin/initdb")), key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    return folders[-1] if folders else Path(found).resolve().parent if found else None


@contextmanager
def running_cluster(programs: Path) -> Iterator[Cluster]:
    """Make a cluster, run it, and take it away again."""
    # A socket's path may have about a hundred characters, so it does not lie in pytest's own long folders.
    folder = Path(tempfile.mkdtemp(prefix="spasmograph-pg-", dir="/tmp"))
    data, log = folder / "data", folder / "log"
    try:
        before = _as_somebody(folder)
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=60 -c shared_buffers=32MB"
        _run(
            [*before, programs / "initdb", "--pgdata", data, "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"]
        )
        _run([*before, programs / "pg_ctl", "--pgdata", data, "--log", log, "--options", options, "--wait", "start"])
        try:
            yield Cluster(programs=programs, folder=folder)
        finally:
            _run([*before, programs / "pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody(folder: Path) -> list[str | Path]:
    """What stands before a command, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    names = {one.pw_name for one in pwd.getpwall()}
    somebody = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, somebody.pw_uid, somebody.pw_gid)
    return ["setpriv", f"--reuid={somebody.pw_uid}", f"--regid={somebody.pw_gid}", "--clear-groups"]


def _run(command: list[str | Path]) -> None:
    """Run one of PostgreSQL's programs where its user may be; what the server writes later on must not hold the test up."""
    with tempfile.TemporaryFile() as told:
        done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=told, stderr=told, check=False, timeout=PATIENCE_S)
        told.seek(0)
        assert done.returncode == 0, told.read().decode(errors="replace")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL for this run; the test is skipped where its programs are not installed."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not installed (on Debian: apt-get install postgresql)")
    with running_cluster(programs) as found:
        yield found


@pytest.fixture
def postgresql(cluster: Cluster) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with cluster.database() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str | None:
    """Where a record's tables are: None for SQLite in the record's folder, then an empty PostgreSQL database."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgresql"))
