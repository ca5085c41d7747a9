"""The files of a measurement read back: what was found, for showing it and for telling scores anew."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from spasmograph.errors import DamagedRecordError
from spasmograph.model import Burst, ChannelQuality, Event, Quality, QualityReason, Score, Signals, Span
from spasmograph.terms import EventKind, Muscle, Pattern, Reason, Region, Side, Task, Verdict

_NAN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a folder of results holds, without its signals: `recording` as it was stated, and `channels` of an EMG."""

    recording: Mapping[str, Any]
    quality: Quality
    events: tuple[Event | Burst, ...]
    scores: tuple[Score, ...]
    channels: tuple[ChannelQuality, ...] = ()
    is_emg: bool = False

    def score(self, name: str) -> Score | None:
        """The score of that name; None where there is none, or where it could not be told."""
        return next((score for score in self.scores if score.name == name and not isnan(score.value)), None)


def read_results(folder: Path) -> Results:
    """The measurement in a folder of results.

    Raises:
        DamagedRecordError: a file is missing or is not what this program writes.
    """
    try:
        whole = json.loads((folder / "measurement.json").read_text(encoding="utf-8"))
        emg = whole.get("emg")
        return Results(
            recording=whole["recording"],
            quality=_quality(whole["quality"]),
            events=tuple(_burst(one) if emg else _event(one) for one in whole["events"]),
            scores=tuple(_score(one) for one in whole["scores"]),
            channels=tuple(_channel(one) for one in emg["channels"]) if emg else (),
            is_emg=bool(emg),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder.parent.name, error) from error


def read_signals(folder: Path) -> Signals:
    """The signals in a folder of results.

    Raises:
        DamagedRecordError: the file is missing or is not what this program writes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(folder / "signals.parquet")
        columns = {name: np.asarray(table[name].to_numpy()) for name in table.column_names}
        return Signals(time_s=columns.pop("time_s"), values=columns)
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise _damaged(folder.parent.name, error) from error


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        onset_s=row["onset_s"],
        apex_s=row["apex_s"],
        offset_s=row["offset_s"],
        kind=EventKind(row["kind"]),
        side=Side(row["side"]),
        regions=tuple(Region(name) for name in row["regions"].split("+") if name),
        pattern=Pattern(row["pattern"]),
        amplitude=_number(row["amplitude"]),
        amplitude_unit=row["amplitude_unit"],
        confidence=row["confidence"],
        task=Task(row["task"]),
        censored=row["censored"],
        symmetry=_number(row["symmetry"]),
        peaks={name: _number(value) for name, value in row["peaks"].items()},
        members=tuple(_event(member) for member in row["members"]),
    )


def _burst(row: Mapping[str, Any]) -> Burst:
    muscle = row["regions"] if row["regions"] in set(Muscle) else ""
    return Burst(
        onset_s=row["onset_s"],
        apex_s=row["apex_s"],
        offset_s=row["offset_s"],
        channel=row["channel"],
        peak_uv=_number(row["amplitude"]),
        mean_uv=_number(row["mean_uv"]),
        confidence=row["confidence"],
        muscle=Muscle(muscle) if muscle else None,
        side=Side(row["side"]) if row["side"] else None,
        median_frequency_hz=_number(row["median_frequency_hz"]),
        interval_s=_number(row["interval_s"]),
        task=Task(row["task"]),
        censored=row["censored"],
    )


def _quality(row: Mapping[str, Any]) -> Quality:
    return Quality(
        verdict=Verdict(row["verdict"]),
        duration_s=row["duration_s"],
        observed=_spans(row["observed"]),
        reasons=_reasons(row["reasons"]),
        notes=tuple(row["notes"]),
    )


def _channel(row: Mapping[str, Any]) -> ChannelQuality:
    return ChannelQuality(
        label=row["label"],
        verdict=Verdict(row["verdict"]),
        observed=_spans(row["observed"]),
        reasons=_reasons(row["reasons"]),
        notes=tuple(row["notes"]),
        noise_uv=_number(row["noise_uv"]),
    )


def _reasons(rows: list[Mapping[str, Any]]) -> tuple[QualityReason, ...]:
    return tuple(QualityReason(code=Reason(row["code"]), seconds=row["seconds"], message=row["message"], spans=_spans(row["spans"])) for row in rows)


def _spans(rows: list[Mapping[str, Any]]) -> tuple[Span, ...]:
    return tuple(Span(onset_s=row["onset_s"], offset_s=row["offset_s"]) for row in rows)


def _score(row: Mapping[str, Any]) -> Score:
    return Score(
        name=row["name"],
        value=_number(row["value"]),
        unit=row["unit"],
        low=_number(row["low"]),
        high=_number(row["high"]),
        observed_s=_number(row["observed_s"]),
        label=row["label"],
        reason=row["reason"],
    )


def _number(value: float | None) -> float:
    return _NAN if value is None else float(value)


def _damaged(recording: str, error: Exception) -> DamagedRecordError:
    return DamagedRecordError(f"the results of recording {recording} cannot be read ({type(error).__name__}); restore the record from an archive")
