"""The commands of a record as a person runs them: on a home of their own, with a clock that stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from spasmograph.app.workspace import Workspace, opening
from spasmograph.cli.program import program
from tests.record_worlds import Clock, workspace_in

# Noon by this machine's own clock, whatever its zone.
NOON = datetime(2026, 3, 14, 12, 0).astimezone()


@dataclass(frozen=True)
class Terminal:
    """Runs commands on one home."""

    home: Path
    clock: Clock

    def __call__(self, *arguments: str, stdin: str | None = None) -> Result:
        """What a command said and how it ended."""
        return CliRunner().invoke(program, ("record", *arguments), input=stdin, catch_exceptions=False)

    def done(self, *arguments: str, stdin: str | None = None) -> str:
        """What a command printed that went well."""
        result = self(*arguments, stdin=stdin)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    def kept(self, *arguments: str, stdin: str | None = None) -> dict[str, Any]:
        """The entry that a command kept."""
        entry: dict[str, Any] = json.loads(self.done(*arguments, "--json", stdin=stdin))
        return entry

    def entries(self) -> list[dict[str, Any]]:
        """All that was noted."""
        return [json.loads(line) for line in self.done("list", "--json").splitlines()]

    def workspace(self) -> Workspace:
        """The record itself, at the same time of day."""
        return workspace_in(self.home, self.clock)


def terminal(home: Path, monkeypatch: pytest.MonkeyPatch, now: Callable[[], datetime] | None = None) -> Terminal:
    """A terminal whose SPASMOGRAPH_HOME is that folder."""
    clock = Clock(NOON)
    monkeypatch.setenv(opening.HOME_VARIABLE, str(home))
    monkeypatch.delenv(opening.ADDRESS_VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(opening, "local_now", now or clock)
    return Terminal(home=home, clock=clock)


def local(text: str) -> str:
    """A moment of this machine's clock, as JSON has it."""
    return datetime.fromisoformat(text).astimezone().isoformat().replace("+00:00", "Z")


def days_ago(days: int) -> str:
    """A day before the clock's own."""
    return (NOON - timedelta(days=days)).date().isoformat()
