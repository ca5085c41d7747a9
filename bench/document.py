"""The two files of a run: a page to read and a file for programs."""

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from spasmograph import __version__

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One thing that was aimed at: what, the bound, what was measured, and by which command."""

    what: str
    target: str
    measured: str
    met: bool | None
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures under their headings; the first cell of a row says what it is about."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """The table as Markdown, numbers to the right."""
        rules = ["---", *("---:" for _ in self.columns[1:])]
        return "\n".join(_line(cells) for cells in (self.columns, rules, *self.rows))


def page(parts: Mapping[str, str], goals: Iterable[Goal], template: str = "speed") -> str:
    """The page: fixed text of a template around the generated parts."""
    text = (_FOLDER / f"{template}.template.md").read_text(encoding="utf-8")
    for name, part in {**parts, "summary": _summary(goals)}.items():
        text = text.replace("{{ " + name + " }}", part)
    return text


def machine(cores: int, load: float) -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "cores": cores,
        "system": platform.system(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load_before": round(load, 1),
    }


def sentence(about: Mapping[str, object]) -> str:
    """The same in words."""
    what = f"{about['cores']} cores ({about['machine']}), {about['system']}, Python {about['python']}"
    return f"This run: {what}; the system's load in the minute before was {about['load_before']}."


def record(tables: Mapping[str, Table], goals: Sequence[Goal], machine: Mapping[str, object]) -> str:
    """The same for programs, as JSON."""
    whole = {
        "version": __version__,
        "machine": machine,
        "goals": [asdict(goal) for goal in goals],
        "tables": {name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for name, table in tables.items()},
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _summary(goals: Iterable[Goal]) -> str:
    mark = {True: "yes", False: "**no**", None: "not run"}
    rows = [(g.what, g.target, g.measured, mark[g.met], f"`{g.command}`") for g in goals]
    return "\n".join(_line(cells) for cells in (("what", "target", "measured", "met", "command"), ["---"] * 5, *rows))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
