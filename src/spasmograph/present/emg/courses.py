"""Envelopes made short once for all drawings of a report: the highest value of each run of samples, so that no burst is lost."""

from dataclasses import dataclass

import numpy as np

from spasmograph.model import EmgMeasurement, Floats, Measurement
from spasmograph.present.emg.leads import Lead

MOST_VALUES = 480_000
MOST_COLUMNS = 60_000
TOP_SHARE = 0.999
NOISES_HIGH = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Courses:
    """Envelopes by channel label and film signals by name, on one shortened clock `time_s` (n,); `tops` the upper edge of each channel's scale."""

    time_s: Floats
    values: dict[str, Floats]
    tops: dict[str, float]


def courses(measurement: EmgMeasurement, leads: tuple[Lead, ...], film_signals: tuple[str, ...]) -> Courses:
    """All courses that a report draws, short enough for one page."""
    drawn = [lead for lead in leads if lead.signal]
    columns = min(MOST_COLUMNS, MOST_VALUES // max(1, len(drawn) + len(film_signals)))
    time_s = measurement.signals.time_s
    starts = run_starts(len(time_s), columns)
    values = {lead.label: highest(measurement.signals[lead.signal], starts) for lead in drawn}
    clock = time_s[starts] if len(starts) else time_s
    if measurement.film is not None and measurement.alignment is not None:
        offset_s = measurement.alignment.offset_s.value
        values |= {name: on_clock(measurement.film, name, offset_s, clock) for name in film_signals}
    return Courses(time_s=clock, values=values, tops=_tops(leads, values))


def run_starts(samples: int, columns: int) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """Where each of at most `columns` equal runs of samples begins."""
    return np.linspace(0, samples, min(samples, columns), endpoint=False).astype(np.intp)


def highest(values: Floats, starts: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Floats:
    """The highest value of each run of samples, NaN where none was measured."""
    if len(starts) == len(values):
        return values
    runs: Floats = np.fmax.reduceat(values, starts)
    return runs


def on_clock(film: Measurement, name: str, offset_s: float, clock: Floats) -> Floats:
    """A film's signal on the recording's clock: the highest value of each run, the nearest picture's where pictures are rarer than runs."""
    out = np.full(len(clock), np.nan)
    if name not in film.signals.values or not np.isfinite(offset_s) or not len(clock) or not len(film.signals):
        return out
    time_s, values = film.signals.time_s + offset_s, film.signals[name]
    nearest = np.clip(np.searchsorted(time_s, clock), 0, len(time_s) - 1)
    near = np.abs(time_s[nearest] - clock) < 2 / max(1.0, film.recording.frame_rate_hz)
    out[near] = values[nearest[near]]
    inside = (time_s >= clock[0]) & (time_s <= clock[-1])
    np.fmax.at(out, np.searchsorted(clock, time_s[inside], side="right") - 1, values[inside])
    return out


def window(whole: Courses, label: str, span: tuple[float, float], columns: int) -> tuple[Floats, Floats]:
    """Times and highest values of one course within `[start, end)`, at most one a column."""
    first, last = np.searchsorted(whole.time_s, span)
    starts = run_starts(int(last - first), columns)
    if not len(starts):
        return np.empty(0), np.empty(0)
    return whole.time_s[first:last][starts], highest(whole.values[label][first:last], starts)


def _tops(leads: tuple[Lead, ...], values: dict[str, Floats]) -> dict[str, float]:
    """The upper edge of each channel's scale, a round number, the same for both sides of a muscle; noise alone does not fill a lane."""
    tops: dict[str, float] = {}
    for lead in leads:
        top = max(_top(values[lead.label]) if lead.label in values else 0.0, NOISES_HIGH * np.nan_to_num(lead.quality.noise_uv))
        tops[lead.pair] = max(tops.get(lead.pair, 0.0), top)
    return {lead.label: rounded_up(tops[lead.pair]) for lead in leads}


def _top(values: Floats) -> float:
    seen = values[np.isfinite(values)]
    return float(np.quantile(seen, TOP_SHARE)) if len(seen) else 0.0


def rounded_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten; 1 where nothing is above 0."""
    if not value > 0:
        return 1.0
    unit = 10.0 ** np.floor(np.log10(value))
    return float(next(step * unit for step in (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0) if step * unit >= value * (1 - 1e-9)))
