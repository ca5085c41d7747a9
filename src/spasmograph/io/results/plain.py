"""A measurement as plain values, the contract of `measurement.json`: described by `data/measurement.schema.json`."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from spasmograph.model import EVENT_COLUMNS, SCHEMA_VERSION, Burst, ChannelQuality, EmgMeasurement, Event, Measurement, Quality

DIGITS = 6
# What a recording of voltages has beside what every measurement has.
_EMG_PARTS = ("channels", "patterns", "synchrony", "synkinesis", "published", "stimuli", "evoked", "courses", "alignment")
# What is there to be drawn, and would make the file many times as large.
_DRAWN_ALONE = frozenset({"single_uv"})
_BURST_EXTRAS = ("channel", "mean_uv", "median_frequency_hz", "interval_s")


def measurement_to_json(measurement: Measurement | EmgMeasurement) -> str:
    """The measurement as JSON text: the same bytes for the same numbers; NaN is null; ends with a line feed."""
    return json.dumps(measurement_to_dict(measurement), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def measurement_to_dict(measurement: Measurement | EmgMeasurement) -> dict[str, Any]:
    """The measurement without its signals and replays as plain values, rounded to 6 decimals; NaN is None."""
    whole = {
        "schema_version": SCHEMA_VERSION,
        "recording": _plain(measurement.recording),
        "quality": _plain(measurement.quality),
        "events": [event_to_dict(event) for event in measurement.events],
        "scores": _plain(measurement.scores),
        "provenance": _plain(measurement.provenance),
    }
    if isinstance(measurement, EmgMeasurement):
        whole["emg"] = {part: _plain(getattr(measurement, part)) for part in _EMG_PARTS}
    return whole


def event_to_dict(event: Event | Burst) -> dict[str, Any]:
    """An event as plain values under the names of the contract; a burst has its own numbers besides."""
    row = {column: _plain(getattr(event, column)) for column in EVENT_COLUMNS}
    row |= {"regions": "+".join(event.regions), "side": str(event.side or "")}
    if isinstance(event, Burst):
        return row | {"symmetry": None, "peaks": {}, "members": []} | {name: _plain(getattr(event, name)) for name in _BURST_EXTRAS}
    members = [event_to_dict(member) for member in event.members]
    return row | {"symmetry": _number(event.symmetry), "peaks": _plain(event.peaks), "members": members}


def _plain(value: Any) -> Any:
    """The value in the words of JSON: a mapping by its sorted keys, an array as a list, an unknown side as an empty text."""
    if is_dataclass(value):
        return _with_observed_time(value, {name: _plain(getattr(value, name)) for name in _names(value)})
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in sorted(value.items())}
    if isinstance(value, (tuple, list, np.ndarray)):
        return [_plain(one) for one in value]
    return _number(float(value)) if isinstance(value, (float, np.floating)) else value


def _names(value: Any) -> list[str]:
    return [field.name for field in fields(value) if field.name not in _DRAWN_ALONE]


def _with_observed_time(value: Any, row: dict[str, Any]) -> dict[str, Any]:
    """Quality tells the observed time too, first of all after the verdict."""
    if not isinstance(value, (Quality, ChannelQuality)):
        return row
    first = list(row)[: list(row).index("verdict") + 1]
    return {key: row[key] for key in first} | {"observed_s": _number(value.observed_s)} | row


def _number(value: float) -> float | None:
    """Rounded, so that the last bits of a sum do not change a file; None for NaN and infinity."""
    return round(value, DIGITS) + 0.0 if math.isfinite(value) else None
