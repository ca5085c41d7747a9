"""One row of another program's table as an entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from spasmograph.app.workspace.moments_read import DateOrder, ReadMoment, is_clock, read_moment
from spasmograph.care.journal import check_noted
from spasmograph.care.scales import told_total
from spasmograph.errors import EntryError
from spasmograph.io.archive.sheets_reading import Row
from spasmograph.model.record import Entry, JournalEntry, ScaleResult, SpasmEpisode
from spasmograph.terms import Bothered, EntryKind, Rater, Side

T = TypeVar("T", bound=StrEnum)
SYMPTOM = "symptom:"
# What can be read of each kind; `date` and `time` stand for `at` where a table has them apart.
FIELDS: Mapping[EntryKind, tuple[str, ...]] = {
    EntryKind.JOURNAL: ("at", "date", "time", "severity", "bothered", "tags", "note"),
    EntryKind.EPISODE: ("at", "date", "time", "severity", "duration_s", "side", "note"),
    EntryKind.SCALE: ("at", "date", "time", "scale", "variant", "total", "rater", "note"),
}
_NOTHING = frozenset({"", "-", "–", "n/a", "na", "nan", "none", "null"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """What the columns of a table mean.

    `columns` maps fields (`FIELDS` names them; for the journal also `symptom:` and a name) to headings, `fixed` fields to one value for all rows.
    `date_order` tells which number of 3/4/2026 is the day. Delimiter and encoding are told from the file where they are empty.
    """

    kind: EntryKind
    columns: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    date_order: DateOrder | None = None
    delimiter: str = ""
    encoding: str = ""


def entry_of(row: Row, mapping: TableMapping, now: datetime) -> Entry:
    """The new entry that a row tells.

    Raises:
        EntryError: a cell cannot be read, or the row says what cannot be.
    """
    cells = _Cells(row, mapping)
    when = cells.moment(mapping.date_order)
    match mapping.kind:
        case EntryKind.JOURNAL:
            entry: Entry = _journal(cells, when)
        case EntryKind.EPISODE:
            entry = _episode(cells, when)
        case _:
            entry = _scale(cells, when)
    check_noted(entry, now)
    return entry


def _journal(cells: "_Cells", when: ReadMoment) -> JournalEntry:
    symptoms = {name.removeprefix(SYMPTOM): cells.whole(name) for name in cells.names() if name.startswith(SYMPTOM)}
    return JournalEntry(
        at=when.at,
        precision=when.precision,
        severity=cells.whole("severity"),
        bothered=cells.choice("bothered", Bothered),
        symptoms={name: value for name, value in symptoms.items() if value is not None},
        tags=cells.list("tags"),
        note=cells.text("note"),
    )


def _episode(cells: "_Cells", when: ReadMoment) -> SpasmEpisode:
    return SpasmEpisode(
        at=when.at,
        precision=when.precision,
        severity=cells.whole("severity"),
        duration_s=cells.number("duration_s"),
        side=cells.choice("side", Side),
        note=cells.text("note"),
    )


def _scale(cells: "_Cells", when: ReadMoment) -> ScaleResult:
    total = cells.number("total")
    if total is None:
        msg = "total is empty; only totals are read from a table"
        raise EntryError(msg, field="total")
    rater = cells.choice("rater", Rater)
    told = told_total(cells.text("scale"), total, variant=cells.text("variant"), rater=rater, at=when.at, note=cells.text("note"))
    return replace(told, precision=when.precision)


class _Cells:
    """The cells of one row by field, read as what they should be.

    Raises:
        EntryError: a cell is not what it should be; so do all that read one.
    """

    def __init__(self, row: Row, mapping: TableMapping) -> None:
        if row.surplus:
            msg = f"the row has {row.surplus} cells more than there are headings; check the delimiter"
            raise EntryError(msg)
        self._texts = {**mapping.fixed, **{name: row.cells[heading] for name, heading in mapping.columns.items()}}

    def names(self) -> tuple[str, ...]:
        """The fields that are told."""
        return tuple(self._texts)

    def text(self, name: str) -> str:
        """A text; empty for what people write where there is nothing."""
        value = self._texts.get(name, "").strip().replace("\r\n", "\n")
        return "" if value.casefold() in _NOTHING else value

    def list(self, name: str) -> tuple[str, ...]:
        """Words with `;` or `,` between them, each once."""
        words = (word.strip() for word in self.text(name).replace(",", ";").split(";"))
        return tuple(dict.fromkeys(word for word in words if word))

    def number(self, name: str) -> float | None:
        """A number, with a point or a comma."""
        value = self.text(name)
        if not value:
            return None
        try:
            return float(value.replace(",", "."))
        except ValueError as error:
            msg = f"{name} is {value[:40]!r}; it must be a number"
            raise EntryError(msg, field=name) from error

    def whole(self, name: str) -> int | None:
        """A whole number."""
        value = self.number(name)
        if value is not None and not value.is_integer():
            msg = f"{name} is {value:g}; it must be a whole number"
            raise EntryError(msg, field=name)
        return None if value is None else int(value)

    def choice(self, name: str, kind: type[T]) -> T | None:
        """One of a kind of terms, in whatever case."""
        value = self.text(name).casefold().replace(" ", "_")
        if value and value not in set(kind):
            msg = f"{name} is {value[:40]!r}; it must be one of {', '.join(kind)}"
            raise EntryError(msg, field=name)
        return kind(value) if value else None

    def moment(self, order: DateOrder | None) -> ReadMoment:
        """When it was, from one column or from two."""
        date, time = self.text("at") or self.text("date"), self.text("time")
        if not date:
            msg = "the date is empty"
            raise EntryError(msg, field="at")
        if time and not is_clock(time):
            msg = f"time is {time[:40]!r}; write it as 14:05"
            raise EntryError(msg, field="at")
        return read_moment(f"{date} {time}".strip(), order)
