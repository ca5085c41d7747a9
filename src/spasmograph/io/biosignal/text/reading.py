"""Tables of text: CSV, TSV, OpenSignals and BioSPPy."""

from collections.abc import Sequence
from math import nan

import numpy as np

from spasmograph.errors import UnknownRateError
from spasmograph.io.biosignal.contents import Contents, PlacedSource, StatedChannel
from spasmograph.io.biosignal.files import OpenedFile
from spasmograph.io.biosignal.grid import Grid, uniform_grid
from spasmograph.io.biosignal.text.clock import Clock, clock_of, differs, is_counter, is_time, time_column
from spasmograph.io.biosignal.text.headers import TextHeader, header_of
from spasmograph.io.biosignal.text.layout import Layout, layout_of
from spasmograph.io.biosignal.text.table import Table, load_table, runs_of
from spasmograph.io.biosignal.units import COUNTS
from spasmograph.model.common import Floats
from spasmograph.model.emg import Annotation

_FORMATS = {"\t": "TSV", ",": "CSV", ";": "CSV", " ": "text"}
# Words that change more often than in every twentieth row are no remarks.
_FEW_REMARKS, _MOST_REMARKS = 20, 0.05
_LOOKED_AT = 1000


def read_text(file: OpenedFile, rate_hz: float | None) -> Contents:
    """What a table of text holds; time is a column of it, said above it, or given as `rate_hz`.

    Raises:
        NotABiosignalError: it is no text, or holds no rows of numbers.
        DamagedBiosignalError: its numbers cannot be read, its time goes back, or it is too large.
        UnknownRateError: nothing says how many samples a second there are.
    """
    layout = layout_of(file)
    header = header_of(layout.remarks)
    titles = _titles(layout, header)
    named = time_column(titles, layout.units, None)
    table = load_table(file, layout, frozenset({0} if named is None else {named}))
    clock = _clock(titles, layout, table, stated=header.rate_hz is not None)
    grid, notes = _grid(file, clock, header, rate_hz, count=len(next(iter(table.numbers.values()))))
    places = [place for place in table.numbers if not is_counter(titles[place]) and not is_time(titles[place], layout.units[place])]
    places = [place for place in places if not (clock and place == clock.column)]
    remarks, too_many = _annotations(titles, table, grid)
    return Contents(
        file_format=header.file_format or _FORMATS[layout.delimiter],
        channels=tuple(_stated(titles[place] or f"column {place + 1}", layout.units[place], table.numbers[place], header, grid) for place in places),
        source=PlacedSource(arrays=tuple(grid.put(table.numbers[place]) for place in places), places=(grid.held,) * len(places)),
        duration_s=grid.count / grid.rate_hz,
        annotations=remarks,
        gaps=grid.gaps,
        notes=(*notes, *grid.notes, *too_many, *table.notes),
    )


def _titles(layout: Layout, header: TextHeader) -> tuple[str, ...]:
    """What the columns are called; empty where nothing says it."""
    return header.names if len(header.names) == len(layout.titles) else layout.titles


def _clock(titles: Sequence[str], layout: Layout, table: Table, *, stated: bool) -> Clock | None:
    """The column of time, if there is one; a first column without a title is not looked at where the rate is said above the table."""
    column = time_column(titles, layout.units, None if stated else table.numbers.get(0))
    if column is None or column not in table.numbers:
        return None
    return clock_of(column, titles[column], layout.units[column], table.numbers[column])


def _grid(file: OpenedFile, clock: Clock | None, header: TextHeader, rate_hz: float | None, *, count: int) -> tuple[Grid, list[str]]:
    """The places of rows in time; a given rate counts more than what the file says."""
    own = uniform_grid(clock.time_s) if clock and (rate_hz is None) else None
    stated_hz = header.rate_hz
    if own:
        return own, list(clock.notes if clock else ())
    rate = rate_hz or stated_hz
    if rate is None:
        msg = f"{file.path.name} does not say how many samples a second it holds, and has no column of time. Give it: --rate 2000."
        raise UnknownRateError(msg)
    notes = [f"the file says {stated_hz:g} samples a second; {rate:g} were given and used"] if stated_hz and differs(rate, stated_hz) else []
    if clock:
        notes.append(f"the rate of {rate:g} Hz was given; the column of time was not used")
    return Grid(rate_hz=rate, count=count), notes


def _stated(title: str, unit: str, values: Floats, header: TextHeader, grid: Grid) -> StatedChannel:
    size = (header.bits or {}).get(title, 0)
    counts = size > 0 and bool(np.all(values[:_LOOKED_AT] % 1 == 0))
    return StatedChannel(
        name=title,
        rate_hz=grid.rate_hz,
        sample_count=grid.count,
        unit=unit or (COUNTS if counts else ""),
        low=0.0 if counts else nan,
        high=2.0**size - 1 if counts else nan,
        sensor=(header.sensors or {}).get(title, ""),
    )


def _annotations(titles: Sequence[str], table: Table, grid: Grid) -> tuple[tuple[Annotation, ...], list[str]]:
    """Words in a table as remarks, from where a word begins to where it ends; and which columns of words are none, such as the time of day."""
    remarks, notes = [], []
    for column, texts in table.words.items():
        runs = list(runs_of(texts))
        if len(runs) > max(_FEW_REMARKS, _MOST_REMARKS * len(texts)):
            notes.append(f"the words of {titles[column] or f'column {column + 1}'!r} change {len(runs)} times in {len(texts)} rows and were left out")
            continue
        for begin, end, text in runs:
            first, last = grid.place(begin), grid.place(end - 1)
            remarks.append(Annotation(onset_s=first / grid.rate_hz, text=text, duration_s=(last + 1 - first) / grid.rate_hz))
    return tuple(sorted(remarks, key=lambda one: one.onset_s)), notes
