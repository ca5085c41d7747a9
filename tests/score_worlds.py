"""Small worlds for the scores: events by hand, signals that are simple enough to integrate in the head, and what was observed."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from spasmograph.model import Event, Floats, Quality, Score, Signals, Span
from spasmograph.parameters import Parameters, load_parameters
from spasmograph.terms import CLOSURE, MILLIMETRE, EventKind, Pattern, Region, Side, Verdict

PARAMETERS: Parameters = load_parameters()

Course = Callable[[Floats], Floats]


def contraction(
    onset_s: float,
    offset_s: float,
    side: Side = Side.RIGHT,
    *,
    regions: tuple[Region, ...] = (Region.EYELID,),
    peak: float = 1.0,
    mouth_mm: float = 5.0,
    censored: bool = False,
) -> Event:
    """A contraction of these regions; both sides have the same peaks where the side is both."""
    sides = (Side.LEFT, Side.RIGHT) if side is Side.BOTH else (side,)
    peaks = {f"eyelid_{one}": peak for one in sides if Region.EYELID in regions}
    peaks |= {f"mouth_{one}_mm": mouth_mm for one in sides if Region.MOUTH in regions}
    lid = Region.EYELID in regions
    return Event(
        onset_s=onset_s,
        apex_s=(onset_s + offset_s) / 2,
        offset_s=offset_s,
        kind=EventKind.CONTRACTION,
        side=side,
        regions=regions,
        pattern=Pattern.TONIC if offset_s - onset_s >= 1 else Pattern.BRIEF,
        amplitude=peak if lid else mouth_mm,
        amplitude_unit=CLOSURE if lid else MILLIMETRE,
        confidence=1.0,
        censored=censored,
        peaks=peaks,
    )


def blink(onset_s: float, duration_s: float = 0.3) -> Event:
    """A blink of both eyes."""
    return replace(contraction(onset_s, onset_s + duration_s, Side.BOTH), kind=EventKind.BLINK)


def quality(*spans: tuple[float, float], duration_s: float | None = None, verdict: Verdict = Verdict.GOOD) -> Quality:
    """What was observed; the recording ends with the last span unless told otherwise."""
    end_s = max((offset_s for _, offset_s in spans), default=0.0)
    observed = tuple(Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in spans)
    return Quality(verdict=verdict, duration_s=end_s if duration_s is None else duration_s, observed=observed)


def clock(duration_s: float, rate_hz: float = 30.0) -> Floats:
    """Even time stamps in seconds."""
    return np.arange(round(duration_s * rate_hz)) / rate_hz


def closed_during(time_s: Floats, events: Sequence[Event], level: float = 1.0) -> Floats:
    """An eyelid that is closed to `level` within the events and open outside them."""
    closed = np.zeros(len(time_s))
    for event in events:
        closed[(time_s >= event.onset_s) & (time_s < event.offset_s)] = level
    return closed


def signals(time_s: Floats, **values: Floats) -> Signals:
    """Signals by name."""
    return Signals(time_s=time_s, values=values)


def by_name(scores: Sequence[Score]) -> dict[str, Score]:
    """Scores to look up."""
    return {score.name: score for score in scores}
