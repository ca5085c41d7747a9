"""How a table of text is laid out: its encoding, its lines of remarks, what parts its columns, its decimal sign and its titles."""

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from spasmograph.errors import NotABiosignalError
from spasmograph.io.biosignal.files import WAY_OUT, OpenedFile
from spasmograph.io.biosignal.units import known_unit, split_unit

_HEAD_BYTES = 1 << 18
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
MISSING = ("", "nan", "NaN", "NAN", "na", "NA", "N/A", "n/a", "null", "NULL", "-", "--", "?", "inf", "-inf", "Inf", "-Inf")
_REMARK = ("#", "%", "//")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where numbers begin and how they are written: `skipped` lines come before, `delimiter` is a blank where any number of blanks parts columns.

    `titles` and `units` are one a column, empty where there are none; `texts` are the places of columns that hold words. `remarks` are the
    lines before the table without their sign; `ends_with_delimiter` if every row ends with an empty cell that is none.
    """

    encoding: str
    remarks: tuple[str, ...]
    skipped: int
    delimiter: str
    decimal: str
    titles: tuple[str, ...]
    units: tuple[str, ...]
    texts: frozenset[int] = frozenset()
    ends_with_delimiter: bool = False


def layout_of(file: OpenedFile) -> Layout:
    """The layout of a text file that holds a table of numbers.

    Raises:
        NotABiosignalError: it is no text, or there are no rows of numbers in it.
    """
    encoding, text = _decoded(file)
    lines = text.splitlines() if file.size <= _HEAD_BYTES else text.splitlines()[:-1]
    skipped = _remark_lines(lines)
    rows = [(place, line) for place, line in enumerate(lines[skipped:], start=skipped) if line.strip()]
    for delimiter, decimal in (("\t", "."), ("\t", ","), (";", "."), (";", ","), (",", "."), (" ", "."), (" ", ",")):
        begin = _first_numbers([line for _, line in rows], delimiter, decimal)
        if begin is not None:
            break
    else:
        msg = f"{file.path.name} is no recording of voltages: no table of numbers was found in its text. {WAY_OUT}"
        raise NotABiosignalError(msg)
    return _layout(encoding, lines, rows, begin, (delimiter, decimal))


def _cells_of(line: str, delimiter: str) -> list[str]:
    """A line's cells without quotes and blanks."""
    return line.split() if delimiter == " " else [cell.strip().strip('"').strip() for cell in line.split(delimiter)]


def _all_end_with(delimiter: str, lines: Sequence[str]) -> bool:
    """Whether every line of a table ends with a delimiter, behind which there is no cell; titles may lack it."""
    return delimiter != " " and len(lines) > 1 and all(line.rstrip(" ").endswith(delimiter) for line in lines[-(len(lines) // 2) :])


def _cells_of_all(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    rows = [_cells_of(line, delimiter) for line in lines]
    return [row if row[-1:] != [""] else row[:-1] for row in rows] if _all_end_with(delimiter, lines) else rows


def _decoded(file: OpenedFile) -> tuple[str, str]:
    head = file.read(0, min(_HEAD_BYTES, file.size))
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding, head[: len(head) // 2 * 2].decode(encoding, "replace")
    if _BINARY.search(head):
        msg = f"{file.path.name} is not a recording of voltages in a format that is known. {WAY_OUT}"
        raise NotABiosignalError(msg)
    encoding = "utf-8" if _is_utf_8(file) else "latin-1"
    return encoding, head.decode(encoding, "ignore")


def _is_utf_8(file: OpenedFile) -> bool:
    """Whether a whole file is UTF-8; a letter in another encoding may come late."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with file.path.open("rb") as opened:
            while piece := opened.read(_HEAD_BYTES):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _remark_lines(lines: Sequence[str]) -> int:
    return next((place for place, line in enumerate(lines) if line.strip() and not line.lstrip().startswith(_REMARK)), len(lines))


def _first_numbers(lines: Sequence[str], delimiter: str, decimal: str) -> int | None:
    """The first line from which on most lines hold mostly numbers and equally many cells; None if this is not how the table is parted."""
    rows = _cells_of_all(lines, delimiter)
    numeric = [_share_of_numbers(row, decimal) for row in rows]
    widths = Counter(len(row) for row, share in zip(rows, numeric, strict=True) if share > 0)
    if not widths or (delimiter == "," and decimal == ","):
        return None
    width, count = widths.most_common(1)[0]
    good = [len(row) == width and share > 0 and (width > 1 or share == 1) for row, share in zip(rows, numeric, strict=True)]
    begin = good.index(True)
    plain = _written_with(lines[begin], decimal) or _any_written_with(lines[begin:], decimal)
    if count < 2 or sum(good[begin:]) < 0.8 * len(good[begin:]) or not plain:  # noqa: PLR2004
        return None
    return begin if _half_numbers(numeric[begin:], good[begin:]) else None


def _half_numbers(shares: Sequence[float], good: Sequence[bool]) -> bool:
    kept = [share for share, one in zip(shares, good, strict=True) if one]
    return sum(kept) >= 0.5 * len(kept)


def _share_of_numbers(row: Sequence[str], decimal: str) -> float:
    filled = [cell for cell in row if cell not in MISSING]
    return sum(_is_number(cell, decimal) for cell in filled) / len(filled) if filled else 0.0


def _is_number(cell: str, decimal: str) -> bool:
    return bool(_NUMBER.fullmatch(cell.replace(",", ".", 1) if decimal == "," and "." not in cell else cell))


def _written_with(line: str, decimal: str) -> bool:
    return decimal == "." or "," in line


def _any_written_with(lines: Sequence[str], decimal: str) -> bool:
    return any(_written_with(line, decimal) for line in lines)


def _layout(encoding: str, lines: Sequence[str], rows: Sequence[tuple[int, str]], begin: int, signs: tuple[str, str]) -> Layout:
    delimiter, decimal = signs
    cells = _cells_of_all([line for _, line in rows], delimiter)
    body = cells[begin:]
    width = Counter(map(len, body)).most_common(1)[0][0]
    body = [row for row in body if len(row) == width]
    titles, units = _titles(cells[:begin], width)
    return Layout(
        encoding=encoding,
        remarks=tuple(line.lstrip("#%/ \t").rstrip() for line in lines[: _remark_lines(lines)]),
        skipped=rows[begin][0],
        delimiter=delimiter,
        decimal=decimal,
        titles=titles,
        units=units,
        ends_with_delimiter=_all_end_with(delimiter, [line for _, line in rows]),
        texts=frozenset(place for place in range(width) if _holds_words([row[place] for row in body], decimal)),
    )


def _holds_words(cells: Sequence[str], decimal: str) -> bool:
    filled = [cell for cell in cells if cell not in MISSING]
    return bool(filled) and not any(_is_number(cell, decimal) for cell in filled)


def _titles(above: Sequence[Sequence[str]], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and units of columns from the lines above the numbers: the last of the right width, or that and a line of units below it."""
    fitting = [row for row in above if len(row) == width]
    if not fitting:
        return ("",) * width, ("",) * width
    only_units = len(fitting) > 1 and all(_is_unit(cell) for cell in fitting[-1])
    parts = [split_unit(cell) for cell in fitting[-2 if only_units else -1]]
    below = [known_unit(cell.strip("()[] ")) for cell in fitting[-1]] if only_units else [""] * width
    return tuple(name for name, _ in parts), tuple(unit or said for (_, unit), said in zip(parts, below, strict=True))


def _is_unit(cell: str) -> bool:
    plain = cell.strip("()[] ")
    return plain in {"", "s", "ms", "us", "sec", "min", "h"} or known_unit(plain) in {"V", "mV", "uV", "nV", "counts"}
