"""The numbers and words of a table of text, column by column; read once, into memory, at four bytes a number."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from spasmograph.errors import DamagedBiosignalError
from spasmograph.io.biosignal.files import OpenedFile
from spasmograph.io.biosignal.text.layout import MISSING, Layout
from spasmograph.io.opening import said_plainly
from spasmograph.model.common import Floats

if TYPE_CHECKING:
    from pyarrow import RecordBatch

_BLOCK_BYTES = 1 << 22
_MOST_NUMBERS = 250_000_000
# A recorder may write a word where it was overloaded; a column with more of them is not one of numbers.
_FEW_WORDS, _MOST_WORDS = 3, 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table's columns (n,) by their places, NaN where a cell is empty; those that were asked for exactly are float64, the others float32."""

    numbers: dict[int, Floats]
    words: dict[int, list[str]]
    notes: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _LeftOut:
    """What of a table cannot be used: rows of another length, and by column the cells that are no numbers."""

    rows: int = 0
    cells: dict[int, Counter[str]]

    def notes(self, layout: Layout) -> tuple[str, ...]:
        rows = [f"{self.rows} rows have another number of cells and were left out"] if self.rows else []
        return (*rows, *(_odd_words(layout, place, odd) + ", and were left out" for place, odd in self.cells.items() if odd))


def load_table(file: OpenedFile, layout: Layout, exact: frozenset[int]) -> Table:
    """All rows of a table; rows with another number of cells, and single cells that are no numbers, are left out.

    Raises:
        DamagedBiosignalError: many cells of a column of numbers hold none, or there are more numbers than fit into memory at ease.
    """
    from pyarrow import ArrowInvalid

    loose: frozenset[int] = frozenset()
    while True:
        try:
            return _loaded(file, layout, exact, _LeftOut(cells={place: Counter() for place in loose}))
        except ArrowInvalid as error:
            found = re.search(r"column #(\d+): .*?invalid value", str(error))
            if not found or int(found[1]) in loose:
                said = str(error).splitlines()[0].strip()
                msg = f"{file.path.name} cannot be read as a table ({said}). Export it again as numbers only."
                raise DamagedBiosignalError(msg) from error
            loose |= {int(found[1])}


def _loaded(file: OpenedFile, layout: Layout, exact: frozenset[int], left_out: _LeftOut) -> Table:
    """The same, where the columns in `left_out.cells` may hold words between their numbers."""
    width = len(layout.titles)
    numbers: dict[int, list[Floats]] = {place: [] for place in range(width) if place not in layout.texts}
    words: dict[int, list[str]] = {place: [] for place in sorted(layout.texts)}
    rows = 0
    for batch in _batches(file, layout, left_out):
        rows += batch.num_rows
        _check_amount(rows * width, file)
        for place, parts in numbers.items():
            parts.append(_as_float(_numbers(batch.column(place), left_out.cells.get(place), layout.decimal), exact=place in exact))
        for place, texts in words.items():
            texts += [text or "" for text in batch.column(place).to_pylist()]
    file.check_unchanged()
    _check_words(file, layout, left_out, rows)
    return Table(numbers={place: np.concatenate(parts) for place, parts in numbers.items()}, words=words, notes=left_out.notes(layout))


def _numbers(cells: Any, odd: Counter[str] | None, decimal: str) -> Floats:
    """The numbers in some cells (n,); words between them are counted in `odd` where there may be any."""
    if odd is None:
        return np.asarray(cells.to_numpy(zero_copy_only=False), np.float64)
    values = np.full(len(cells), nan)
    for row, text in enumerate(cells.to_pylist()):
        try:
            values[row] = float(text.replace(decimal, ".")) if text else nan
        except ValueError:
            odd[text.strip()] += 1
    return values


def _as_float(values: Floats, *, exact: bool) -> Floats:
    """At the precision that is wanted; what is too large for it is no number."""
    if exact:
        return values
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def _check_words(file: OpenedFile, layout: Layout, left_out: _LeftOut, rows: int) -> None:
    for place, odd in left_out.cells.items():
        if odd.total() > max(_FEW_WORDS, _MOST_WORDS * rows):
            msg = f"{file.path.name}: {_odd_words(layout, place, odd)}. Export it again as numbers only."
            raise DamagedBiosignalError(msg)


def _odd_words(layout: Layout, place: int, odd: Counter[str]) -> str:
    (word, _), *_ = odd.most_common(1)
    return f"{odd.total()} cells of column {layout.titles[place] or place + 1!r} are no numbers, such as {word!r}"


def runs_of(texts: list[str]) -> Iterator[tuple[int, int, str]]:
    """Where a word begins and ends in a column that repeats it, as places of rows; empty cells are none."""
    changes = [0, *(place for place, (one, other) in enumerate(pairwise(texts), start=1) if one != other), len(texts)]
    for begin, end in pairwise(changes):
        if begin < end and texts[begin].strip():
            yield begin, end, texts[begin].strip()


def _batches(file: OpenedFile, layout: Layout, left_out: _LeftOut) -> "Iterator[RecordBatch]":
    import pyarrow as pa
    from pyarrow import csv

    def leave_out(_row: Any) -> str:
        left_out.rows += 1
        return "skip"

    width = len(layout.titles)
    names = [str(place) for place in range(width + layout.ends_with_delimiter)]
    with said_plainly(file.path):
        reader = csv.open_csv(
            _input(file, layout),
            read_options=csv.ReadOptions(
                skip_rows=layout.skipped, column_names=names, encoding=layout.encoding, block_size=_BLOCK_BYTES, use_threads=False
            ),
            parse_options=csv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=leave_out),
            convert_options=csv.ConvertOptions(
                column_types={name: pa.string() if int(name) in {*layout.texts, *left_out.cells, width} else pa.float64() for name in names},
                null_values=MISSING,
                strings_can_be_null=True,
                decimal_point=layout.decimal,
            ),
        )
    with reader:
        yield from reader


def _input(file: OpenedFile, layout: Layout) -> Any:
    """The file itself, or where any number of blanks parts its columns, its text with one blank each."""
    if layout.delimiter != " ":
        return str(file.path)
    text = file.read(0, file.size)
    return BytesIO(re.sub(rb"(?m)^[ \t]+|[ \t]+(?=\r?$)", b"", re.sub(rb"[ \t]+", b" ", text)))


def _check_amount(numbers: int, file: OpenedFile) -> None:
    if numbers > _MOST_NUMBERS:
        msg = f"{file.path.name} holds more than {_MOST_NUMBERS:,} numbers, which a table of text is not made for. Export it as EDF or BDF."
        raise DamagedBiosignalError(msg)
