"""The numbers and words of a table of text, column by column; read once, into memory, at four bytes a number."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table's columns (n,) by their places, NaN where a cell is empty; those that were asked for exactly are float64, the others float32."""

    numbers: dict[int, Floats]
    words: dict[int, list[str]]
    left_out: int


def load_table(file: OpenedFile, layout: Layout, exact: frozenset[int]) -> Table:
    """All rows of a table; rows with another number of cells are left out.

    Raises:
        DamagedBiosignalError: a cell of a column of numbers holds none, or there are more numbers than fit into memory at ease.
    """
    from pyarrow import ArrowInvalid

    width, left_out = len(layout.titles), Counter[str]()
    numbers: dict[int, list[Floats]] = {place: [] for place in range(width) if place not in layout.texts}
    words: dict[int, list[str]] = {place: [] for place in sorted(layout.texts)}
    rows = 0
    try:
        for batch in _batches(file, layout, left_out):
            rows += batch.num_rows
            _check_amount(rows * width, file)
            for place, parts in numbers.items():
                parts.append(batch.column(place).to_numpy(zero_copy_only=False).astype(np.float64 if place in exact else np.float32))
            for place, texts in words.items():
                texts += [text or "" for text in batch.column(place).to_pylist()]
    except ArrowInvalid as error:
        msg = f"{file.path.name} cannot be read as a table ({_in_words(error, layout)}). Export it again as numbers only."
        raise DamagedBiosignalError(msg) from error
    file.check_unchanged()
    return Table(numbers={place: np.concatenate(parts) for place, parts in numbers.items()}, words=words, left_out=left_out["rows"])


def runs_of(texts: list[str]) -> Iterator[tuple[int, int, str]]:
    """Where a word begins and ends in a column that repeats it, as places of rows; empty cells are none."""
    changes = [0, *(place for place, (one, other) in enumerate(pairwise(texts), start=1) if one != other), len(texts)]
    for begin, end in pairwise(changes):
        if begin < end and texts[begin].strip():
            yield begin, end, texts[begin].strip()


def _batches(file: OpenedFile, layout: Layout, left_out: Counter[str]) -> "Iterator[RecordBatch]":
    import pyarrow as pa
    from pyarrow import csv

    def leave_out(_row: Any) -> str:
        left_out["rows"] += 1
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
                column_types={name: pa.string() if int(name) in {*layout.texts, width} else pa.float64() for name in names},
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


def _in_words(error: Exception, layout: Layout) -> str:
    """What the table's reader says, with the column's title in place of its number."""
    text = str(error).splitlines()[0].strip()
    found = re.search(r"column #(\d+): .*?invalid value '(.*?)'", text)
    if not found:
        return text
    place = int(found[1])
    return f"{found[2]!r} in column {layout.titles[place] or place + 1!r} is no number"
