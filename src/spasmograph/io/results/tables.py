"""Events and signals as tables: `events.csv` and `signals.parquet`."""

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from spasmograph.io.results.plain import event_to_dict
from spasmograph.model import EVENT_COLUMNS, SCHEMA_VERSION, Burst, Event, Floats, Signals
from spasmograph.terms import unit_of

if TYPE_CHECKING:
    import pyarrow as pa


def events_to_csv(events: Iterable[Event | Burst]) -> str:
    """One event a row under the contract's twelve columns; times in seconds, an unknown number is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(EVENT_COLUMNS)
    for event in events:
        row = event_to_dict(event)
        writer.writerow(_cell(row[column]) for column in EVENT_COLUMNS)
    return text.getvalue()


def signals_to_table(signals: Signals) -> "pa.Table":
    """The signals as an Arrow table: `time_s` first, then one column a signal with its unit in the column's metadata; NaN stays NaN."""
    import pyarrow as pa

    columns = {"time_s": signals.time_s} | {name: signals[name] for name in signals}
    fields = [pa.field(name, pa.from_numpy_dtype(values.dtype), metadata={"unit": unit_of(name)}) for name, values in columns.items()]
    schema = pa.schema(fields, metadata={"spasmograph_schema_version": SCHEMA_VERSION})
    return pa.Table.from_arrays([_column(values) for values in columns.values()], schema=schema)


def _column(values: Floats) -> "pa.Array[Any]":
    """The values where they lie; Arrow's own conversion loads pandas, if that is there, only to ask whether they are its."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def signals_to_parquet(signals: Signals) -> bytes:
    """The table of the signals as the bytes of a Parquet file."""
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(signals_to_table(signals), buffer, compression="zstd")
    return buffer.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
