"""The files a measurement leaves behind: written whole or not at all, and a contract that other programs read.

A result folder is named after the recording's file stem and belongs to one recording, known by its sha256. Measuring the same recording again
replaces its folder once the new one is complete; files that somebody else put there stay. A second recording with the same stem never replaces
the first: it gets a folder named `<stem>-<first 8 digits of its sha256>`. Several commands may write into one place at once. What a command that was
killed left behind is put right an hour later, when something is written there.
"""

import csv
import errno
import io
import json
import math
import os
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spasmograph.errors import OutputError
from spasmograph.model import EVENT_COLUMNS, SCHEMA_VERSION, Event, Floats, Measurement, Quality, Recording, Score, Signals, Span
from spasmograph.terms import unit_of

if TYPE_CHECKING:
    import pyarrow as pa

FILE_NAMES = ("measurement.json", "events.csv", "signals.parquet", "report.html", "report.pdf")
DIGITS = 6
LONGEST_STEM_BYTES = 200
_HIDDEN, _UNFINISHED, _REPLACED = ".spasmograph-", ".partial", ".old"
_STALE_S = 3600.0
# What renaming says when another command put something in the same place at the same moment, and how often to try again then.
_MET = frozenset({errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})
_TRIES = 20
# Putting results in place takes milliseconds; longer than this second nobody waits for another.
_LOCK_TRIES, _LOCK_PAUSE_S = 100, 0.01


def write_results(measurement: Measurement, html: str, pdf: bytes, out_dir: Path) -> Path:
    """Write all five files into `out_dir/<file stem>/` and give that folder back.

    The files are first written into a hidden folder beside it, flushed to the disk, and put in place by renaming.

    Raises:
        OutputError: the folder cannot be written, the disk is full, or the name is taken by something else; nothing half-written is left.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        _put_right(out_dir)
        staged = Path(tempfile.mkdtemp(prefix=_HIDDEN, suffix=_UNFINISHED, dir=out_dir))
    except OSError as error:
        raise _output_error(out_dir, error) from error
    try:
        _fill(staged, measurement, html, pdf)
        return _place(staged, measurement.recording, out_dir)
    except OSError as error:
        raise _output_error(out_dir, error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def result_stem(name: str) -> str:
    """The folder name of a recording: its file name without the ending, safe as one folder name.

    Path separators and control characters become `_`; spaces and accents stay.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = Path(last).stem if last not in ("", ".", "..") else ""
    safe = "".join("_" if unicodedata.category(char) in ("Cc", "Cf") else char for char in stem)
    cut = os.fsencode(safe)[:LONGEST_STEM_BYTES].decode(errors="ignore") if len(os.fsencode(safe)) > LONGEST_STEM_BYTES else safe
    return cut if cut.strip(". ") else "recording"


def measurement_to_json(measurement: Measurement) -> str:
    """The measurement as JSON text: the same bytes for the same numbers; NaN is null; ends with a line feed."""
    return json.dumps(measurement_to_dict(measurement), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def measurement_to_dict(measurement: Measurement) -> dict[str, Any]:
    """The measurement without its signals and replays as plain values, rounded to 6 decimals; NaN is None.

    Its shape is described by `data/measurement.schema.json`.
    """
    provenance = measurement.provenance
    return {
        "schema_version": SCHEMA_VERSION,
        "recording": _recording(measurement.recording),
        "quality": _quality(measurement.quality),
        "events": [_event(event) for event in measurement.events],
        "scores": [_score(score) for score in measurement.scores],
        "provenance": {
            "package_version": provenance.package_version,
            "landmark_source": provenance.landmark_source,
            "model_sha256": _sorted(provenance.model_sha256),
            "parameters": _sorted(provenance.parameters),
            "rule_set_version": provenance.rule_set_version,
            "runtime": _sorted(provenance.runtime),
        },
    }


def events_to_csv(events: Iterable[Event]) -> str:
    """One event a row under the contract's twelve columns; times in seconds, an unknown number is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(EVENT_COLUMNS)
    for event in events:
        row = _event(event)
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


def _output_error(out_dir: Path, error: OSError) -> OutputError:
    cause = error.strerror or str(error)
    shown = str(out_dir).encode("utf-8", "replace").decode()
    return OutputError(f"results could not be written to {shown}: {cause}; free some space or choose another folder with --out")


def _fill(folder: Path, measurement: Measurement, html: str, pdf: bytes) -> None:
    """Write every file and wait until the disk has it."""
    contents = {
        # A name that is not valid UTF-8 becomes a JSON escape, so that it reads back as the same name.
        "measurement.json": measurement_to_json(measurement).encode("utf-8", "backslashreplace"),
        "events.csv": events_to_csv(measurement.events).encode(),
        "signals.parquet": _parquet(measurement.signals),
        "report.html": html.encode("utf-8", "replace"),
        "report.pdf": pdf,
    }
    folder.chmod(0o777 & ~_umask())
    for name in FILE_NAMES:
        with (folder / name).open("wb") as file:
            file.write(contents[name])
            file.flush()
            os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    """Wait until the disk knows the names in a folder, where the system can do that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parquet(signals: Signals) -> bytes:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(signals_to_table(signals), buffer, compression="zstd")
    return buffer.getvalue()


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _folder_for(recording: Recording, out_dir: Path) -> Path:
    """The folder that this recording may have: a free one, or its own older one.

    Raises:
        FileExistsError: both names that it may have are taken by something else.
    """
    stem = result_stem(recording.name)
    for name in (stem, f"{stem}-{recording.sha256[:8]}"):
        folder = out_dir / name
        if not os.path.lexists(folder) or _owner(folder) == recording.sha256:
            return folder
    raise FileExistsError(0, f"{stem} already holds something else")


def _owner(folder: Path) -> str | None:
    """The sha256 of the recording whose results are in a folder; None where it holds none."""
    try:
        whole = json.loads((folder / "measurement.json").read_text(encoding="utf-8"))
        return str(whole["recording"]["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _place(staged: Path, recording: Recording, out_dir: Path, *, tries: int = _TRIES) -> Path:
    """Put the staged folder where the recording's results belong."""
    try:
        with _alone(out_dir):
            target = _folder_for(recording, out_dir)
            if _owner(target) == recording.sha256:
                _swap(staged, target)
            else:
                staged.rename(target)
    except OSError as error:
        if error.errno not in _MET or tries <= 1:
            raise
        return _place(staged, recording, out_dir, tries=tries - 1)
    return target


@contextmanager
def _alone(out_dir: Path) -> Iterator[None]:
    """One command at a time puts results into a place.

    So none finds another's folder just moved aside. Nobody waits for long: where the system has no such lock, or one who holds it hangs, they
    meet and try again.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    place = os.open(out_dir, os.O_RDONLY)
    try:
        for _ in range(_LOCK_TRIES):
            with suppress(OSError):  # taken, or a network folder that knows no locks
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(_LOCK_PAUSE_S)
        yield
    finally:
        os.close(place)


def _swap(staged: Path, target: Path) -> None:
    """Put the staged folder in the target's place; an older one leaves only when the new one stands."""
    aside = Path(tempfile.mkdtemp(prefix=_HIDDEN, suffix=_REPLACED, dir=target.parent))
    old = aside / target.name
    try:
        target.rename(old)
        staged.rename(target)
    finally:  # an interrupt as well must not leave the person without a result
        _bring_back(aside, target.parent)


def _bring_back(aside: Path, out_dir: Path) -> None:
    """What was moved aside goes back; if a newer result of the same recording stands there, only what others put there goes to it."""
    for old in list(aside.iterdir()):
        owner = _owner(old)
        if owner and _owner(out_dir / old.name) == owner:
            if _keep_foreign(old, out_dir / old.name):
                shutil.rmtree(old, ignore_errors=True)
            continue
        for name in (old.name, f"{old.name}-{owner[:8]}" if owner else old.name):
            with suppress(OSError):
                old.rename(out_dir / name)
                break
    with suppress(OSError):
        aside.rmdir()


def _put_right(out_dir: Path) -> None:
    """Remove what a killed command did not finish, and bring back what it had moved aside; nothing that may still be in use."""
    for path in out_dir.glob(f"{_HIDDEN}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime < _STALE_S:
                continue
            if path.suffix == _REPLACED:
                _bring_back(path, out_dir)
            elif path.suffix == _UNFINISHED:
                shutil.rmtree(path, ignore_errors=True)


def _keep_foreign(old: Path, target: Path) -> bool:
    """Move what is not ours from the old folder into the new one; whether all of it went."""
    for entry in [entry for entry in old.iterdir() if entry.name not in FILE_NAMES]:
        with suppress(OSError):
            entry.rename(target / entry.name)
    return all(entry.name in FILE_NAMES for entry in old.iterdir())


def _number(value: float) -> float | None:
    """Rounded, so that the last bits of a sum do not change a file; None for NaN and infinity."""
    return round(float(value), DIGITS) + 0.0 if math.isfinite(value) else None


def _cell(value: object) -> object:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value


def _sorted(values: Mapping[str, float | str | bool]) -> dict[str, float | str | bool | None]:
    return {key: _number(value) if isinstance(value, float) else value for key, value in sorted(values.items())}


def _spans(spans: Iterable[Span]) -> list[dict[str, float | None]]:
    return [{"onset_s": _number(span.onset_s), "offset_s": _number(span.offset_s)} for span in spans]


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "name": recording.name,
        "sha256": recording.sha256,
        "duration_s": _number(recording.duration_s),
        "width_px": recording.width_px,
        "height_px": recording.height_px,
        "frame_count": recording.frame_count,
        "frame_rate_hz": _number(recording.frame_rate_hz),
        "variable_frame_rate": recording.variable_frame_rate,
        "first_timestamp_s": _number(recording.first_timestamp_s),
        "rotation_deg": recording.rotation_deg,
        "mirrored": recording.mirrored,
        "task": str(recording.task),
        "codec": recording.codec,
        "start_s": _number(recording.start_s),
        "end_s": _number(recording.end_s),
    }


def _quality(quality: Quality) -> dict[str, Any]:
    return {
        "verdict": str(quality.verdict),
        "observed_s": _number(quality.observed_s),
        "duration_s": _number(quality.duration_s),
        "observed": _spans(quality.observed),
        "reasons": [
            {"code": str(reason.code), "seconds": _number(reason.seconds), "message": reason.message, "spans": _spans(reason.spans)}
            for reason in quality.reasons
        ],
        "notes": list(quality.notes),
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "onset_s": _number(event.onset_s),
        "apex_s": _number(event.apex_s),
        "offset_s": _number(event.offset_s),
        "kind": str(event.kind),
        "side": str(event.side),
        "regions": "+".join(event.regions),
        "pattern": str(event.pattern),
        "amplitude": _number(event.amplitude),
        "amplitude_unit": event.amplitude_unit,
        "confidence": _number(event.confidence),
        "task": str(event.task),
        "censored": event.censored,
        "symmetry": _number(event.symmetry),
        "peaks": {key: _number(value) for key, value in sorted(event.peaks.items())},
        "members": [_event(member) for member in event.members],
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "value": _number(score.value),
        "unit": score.unit,
        "low": _number(score.low),
        "high": _number(score.high),
        "observed_s": _number(score.observed_s),
        "label": score.label,
        "reason": score.reason,
        "norms": [{"low": _number(n.low), "high": _number(n.high), "condition": n.condition, "source": n.source} for n in score.norms],
    }
