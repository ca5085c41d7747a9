"""What a part of the study hands over: rows with target and measured figure, tables with the detail, or the reason why it was not run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim: what was asked for, what came out of `n` cases, with a 95 % interval where there is one; `met` is None where nothing was asked."""

    claim: str
    target: str
    measured: str
    cases: str
    met: bool | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Detail below the rows: a title, the names of the columns and the cells as text."""

    title: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the study; `skipped` says why it was not run, `made_by` which command made it, under which rule set."""

    key: str
    title: str
    rows: tuple[Row, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: str = ""
    findings: tuple[str, ...] = field(default=())
    made_by: str = ""

    def record(self) -> dict[str, Any]:
        """The section for the machine-readable file."""
        return asdict(self)


def section_of(record: Mapping[str, Any]) -> Section:
    """The section that a record was made from; findings come back as they were."""
    rows = tuple(Row(**row) for row in record["rows"])
    tables = tuple(
        Table(title=one["title"], columns=tuple(one["columns"]), cells=tuple(tuple(cells) for cells in one["cells"])) for one in record["tables"]
    )
    rest = {name: tuple(record[name]) for name in ("notes", "findings")}
    return Section(
        key=record["key"], title=record["title"], rows=rows, tables=tables, skipped=record["skipped"], made_by=record.get("made_by", ""), **rest
    )


def with_interval(value: float, low: float, high: float, digits: int = 3) -> str:
    """A figure with its 95 % interval as text."""
    return f"{value:.{digits}f} [{low:.{digits}f} – {high:.{digits}f}]"


def markdown(table: Table) -> str:
    """A table as Markdown."""
    return grid(table.columns, table.cells)


def grid(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Columns and cells as a Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in cells]
    return "\n".join(lines)
