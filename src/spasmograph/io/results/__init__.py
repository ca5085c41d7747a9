"""The files a measurement leaves behind: a contract that other programs read."""

from pathlib import Path

from spasmograph.io.results.placing import FILE_NAMES, put_in_place, result_stem
from spasmograph.io.results.plain import measurement_to_dict, measurement_to_json
from spasmograph.io.results.tables import events_to_csv, signals_to_parquet, signals_to_table
from spasmograph.model import EmgMeasurement, Measurement

__all__ = [
    "FILE_NAMES",
    "events_to_csv",
    "measurement_to_dict",
    "measurement_to_json",
    "result_stem",
    "signals_to_table",
    "write_results",
]


def write_results(measurement: Measurement | EmgMeasurement, html: str, pdf: bytes, out_dir: Path) -> Path:
    """Write all five files into `out_dir/<file stem>/` and give that folder back.

    Raises:
        OutputError: the folder cannot be written, the disk is full, or the name is taken by something else; nothing half-written is left.
    """
    contents = (
        # A name that is not valid UTF-8 becomes a JSON escape, so that it reads back as the same name.
        measurement_to_json(measurement).encode("utf-8", "backslashreplace"),
        events_to_csv(measurement.events).encode(),
        signals_to_parquet(measurement.signals),
        html.encode("utf-8", "replace"),
        pdf,
    )
    recording = measurement.recording
    return put_in_place(dict(zip(FILE_NAMES, contents, strict=True)), name=recording.name, sha256=recording.sha256, out_dir=out_dir)
