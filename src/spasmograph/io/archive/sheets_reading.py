"""Tables of other programs as text: which encoding and which delimiter a CSV file has is told from the file, and asked where it cannot be."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from spasmograph.errors import InputError
from spasmograph.io.archive.sheets_writing import text_of_cell

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 64 << 20, 200_000, 1000
_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 50
# Beyond this share of zero bytes at every second place, a text has two bytes a character.
_ZEROS = 0.3
# Signs that no headings have; in a note they may stand.
_NO_HEADING = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class _Filled(dict[str, str]):
    """Cells by heading; one that was not given is empty. Many short rows below many headings need no more room than the file."""

    def __missing__(self, _heading: str) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: the line of the file that it begins on, from 1, and its cells by their headings."""

    line: int
    cells: dict[str, str]
    surplus: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableText:
    """A table that was read: its headings, its rows, how it was read, and the encodings it may as well have, to be asked."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str
    encoding: str
    other_encodings: tuple[str, ...] = ()


def read_table(content: bytes | str, *, delimiter: str = "", encoding: str = "") -> TableText:
    """A CSV file with a line of headings.

    Raises:
        InputError: it is too long, no table, has no headings, or is not in the encoding that was told.
    """
    if len(content) > MOST_BYTES:
        msg = f"the table has {len(content) / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read. Split it"
        raise InputError(msg)
    encodings = ("",) if isinstance(content, str) else (encoding,) if encoding else _encodings(content)
    text = (content if isinstance(content, str) else _decoded(content, encodings[0])).removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    if "\x00" in text or _NO_HEADING.search(first):
        msg = "this file is no text, so it is no table; in a spreadsheet, save the sheet as CSV and choose that file"
        raise InputError(msg)
    if first.startswith("sep="):  # how some spreadsheets are told the delimiter
        delimiter, text = delimiter or first[4:5], "\n" + rest
    used = delimiter or _delimiter(text)
    lines = [(line, cells) for line, cells in _lines(text, used) if any(cell.strip() for cell in cells)]
    if not lines:
        msg = "the table is empty; its first line must hold the headings of its columns"
        raise InputError(msg)
    headings = tuple(cell.strip() for cell in lines[0][1])
    if len(headings) > MOST_COLUMNS:
        msg = f"the table has {len(headings)} columns; at most {MOST_COLUMNS} are read. Leave out those that are not needed"
        raise InputError(msg)
    rows = tuple(_row(line, cells, headings) for line, cells in lines[1:])
    return TableText(headings=headings, rows=rows, delimiter=used, encoding=encodings[0], other_encodings=encodings[1:])


def _row(line: int, cells: list[str], headings: tuple[str, ...]) -> Row:
    """Cells by their headings; those beyond the headings are counted."""
    filled = {heading: text_of_cell(cell.strip()) for heading, cell in zip(headings, cells, strict=False) if heading}
    return Row(line=line, cells=_Filled(filled), surplus=sum(bool(cell.strip()) for cell in cells[len(headings) :]))


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line that each begins on."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    try:
        for number, cells in enumerate(reader):
            if number > MOST_ROWS:
                msg = f"the table has more than {MOST_ROWS} rows; split it"
                raise InputError(msg)
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        msg = f"line {begins} of the table cannot be read ({error}); save it as CSV again"
        raise InputError(msg) from error


def _encodings(content: bytes) -> tuple[str, ...]:
    """The encoding of a file, and others that it may have where it cannot be told."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return (name,)
    for name, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if zeros.count(0) > _ZEROS * len(zeros) > 0:
            return (name,)
    if _can_be(content, "utf-8"):
        return ("utf-8",)
    # A Western text is hardly ever a valid Chinese one by chance; a Chinese one is always a valid Western one.
    return tuple(name for name in ("cp950", "cp1252") if _can_be(content, name)) or ("latin-1",)


def _can_be(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        msg = f"the table is not in the encoding {encoding!r}; save it as CSV in UTF-8, or name another encoding"
        raise InputError(msg) from error


def _delimiter(text: str) -> str:
    """The one by which most of the first rows have as many cells as the headings, and then as many as can be."""
    head = "".join(text.splitlines(keepends=True)[: _LOOKED_AT * 4])

    def fit(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(cells) for cells in csv.reader(StringIO(head, newline=""), delimiter=delimiter) if cells][:_LOOKED_AT]
        except csv.Error:
            return 0.0, 0
        return (Counter(widths)[widths[0]] / len(widths), widths[0]) if widths and widths[0] > 1 else (0.0, 0)

    return max(_DELIMITERS, key=fit)
