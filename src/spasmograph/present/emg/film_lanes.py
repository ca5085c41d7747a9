"""What a film on the recording's clock shows beside the muscles: eye closure and the corner of the mouth, of the sides that were recorded."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from spasmograph.model import EmgMeasurement, Event, Floats, Span
from spasmograph.present.emg.courses import Courses, rounded_up
from spasmograph.terms import EventKind, Muscle, Region, Side

LEAST_MOUTH_MM = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmLane:
    """One signal of the film: its name, what it shows in words, of which side and region, and its unit."""

    signal: str
    words: str
    side: Side
    region: Region
    unit: str


LANES = tuple(
    lane
    for side in (Side.RIGHT, Side.LEFT)
    for lane in (
        FilmLane(signal=f"eye_closure_{side}", words="eye closure", side=side, region=Region.EYELID, unit=""),
        FilmLane(signal=f"oral_commissure_excursion_{side}_mm", words="corner of the mouth", side=side, region=Region.MOUTH, unit="\u00a0mm"),
    )
)


@cache
def mouth_muscles() -> frozenset[Muscle]:
    """The muscles that move the mouth."""
    table = tomllib.loads(files("spasmograph.data").joinpath("emg_movements.toml").read_text(encoding="utf-8"))
    return frozenset(map(Muscle, table["groups"][Region.MOUTH]))


def film_lanes(measurement: EmgMeasurement) -> tuple[FilmLane, ...]:
    """The film's signals that stand beside the muscles; none without a film on the same clock."""
    if measurement.film is None or measurement.alignment is None or not np.isfinite(measurement.alignment.offset_s.value):
        return ()
    return tuple(lane for lane in LANES if lane.signal in measurement.film.signals.values and _matches(lane, measurement))


def film_signals(measurement: EmgMeasurement) -> tuple[str, ...]:
    """Their names."""
    return tuple(lane.signal for lane in film_lanes(measurement))


def film_observed(measurement: EmgMeasurement) -> tuple[Span, ...]:
    """What of the film was measured, on the recording's clock."""
    if measurement.film is None or measurement.alignment is None:
        return ()
    offset_s = measurement.alignment.offset_s.value
    return tuple(Span(onset_s=span.onset_s + offset_s, offset_s=span.offset_s + offset_s) for span in measurement.film.quality.observed)


def film_bands(measurement: EmgMeasurement, lane: FilmLane) -> Floats:
    """Onsets and offsets (n, 2) of the film's contractions in that region and side, on the recording's clock."""
    if measurement.film is None or measurement.alignment is None:
        return np.empty((0, 2))
    found = [(event.onset_s, event.offset_s) for event in measurement.film.events if _shows(event, lane)]
    return np.array(found, np.float64).reshape(-1, 2) + measurement.alignment.offset_s.value


def film_top(lane: FilmLane, whole: Courses) -> float:
    """The upper edge of a lane's scale: 1 for a closed eye, else just above what was reached on either side."""
    if lane.region is Region.EYELID:
        return 1.0
    both = [whole.values[one.signal] for one in LANES if one.region is lane.region and one.signal in whole.values]
    return max(LEAST_MOUTH_MM, rounded_up(max((float(np.nanmax(values, initial=0.0)) for values in both), default=0.0)))


def _shows(event: Event, lane: FilmLane) -> bool:
    return event.kind is EventKind.CONTRACTION and event.side in (lane.side, Side.BOTH) and lane.region in event.regions


def _matches(lane: FilmLane, measurement: EmgMeasurement) -> bool:
    """Whether a muscle of that side was recorded, or none whose side is known; the mouth only beside a muscle of it."""
    labels = {quality.label for quality in measurement.channels}
    recorded = [channel for channel in measurement.recording.channels if channel.label in labels]
    sides = {channel.side for channel in recorded} - {None}
    if lane.region is Region.MOUTH:
        return any(channel.muscle in mouth_muscles() and channel.side in (lane.side, Side.BOTH) for channel in recorded)
    return not sides or bool(sides & {lane.side, Side.BOTH})
