"""Scripts as simulated signals, and how what was found is compared with what is true."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.events import WATCHED_SIGNALS, EventDetector, find_events
from spasmograph.measure.simulate import Disturbance, simulate_signals
from spasmograph.model import Event, Floats, Signals, Span
from spasmograph.script import Episode, Script
from spasmograph.terms import EventKind, Pattern, Region, Side

CALM = Disturbance()
Mask = NDArray[np.bool_]
What = tuple[EventKind, Side, tuple[Region, ...], Pattern]


def signals(
    *episodes: Episode, seconds: float = 12.0, rate_hz: float = 30.0, disturbance: Disturbance | None = None, gaps: Sequence[Span] = (), seed: int = 0
) -> Signals:
    """A script as it would be measured in a good recording, or with another disturbance."""
    script = Script(duration_s=seconds, episodes=episodes)
    return simulate_signals(script, frame_rate_hz=rate_hz, disturbance=disturbance or CALM, gaps=gaps, seed=seed)


def found(*episodes: Episode, **recording: object) -> tuple[Event, ...]:
    """The events in such a recording."""
    return find_events(signals(*episodes, **recording))  # type: ignore[arg-type]


def what(event: Event) -> What:
    """All that an event is called."""
    return event.kind, event.side, event.regions, event.pattern


def one_sided(events: Sequence[Event]) -> list[Event]:
    """Contractions of one side."""
    return [event for event in events if event.kind is EventKind.CONTRACTION and event.side is not Side.BOTH]


def live(recorded: Signals) -> list[Event]:
    """The events as they come out sample by sample, in order of onset."""
    detector = EventDetector(frame_time_s=float(np.median(np.diff(recorded.time_s))) if len(recorded) > 1 else 0.0)
    events: list[Event] = []
    for i, time_s in enumerate(recorded.time_s):
        events += detector.update(float(time_s), {name: float(recorded[name][i]) for name in WATCHED_SIGNALS})
    return sorted(events + detector.close(), key=lambda event: (event.onset_s, event.offset_s))


def swapped(recorded: Signals) -> Signals:
    """The same recording with the sides exchanged."""
    other = {name: name.replace("_left", "_?").replace("_right", "_left").replace("_?", "_right") for name in recorded}
    values = {other[name]: recorded[name] for name in recorded}
    return Signals(time_s=recorded.time_s, values=values | {name: -recorded[name] for name in ("head_yaw_deg", "head_turn_deg")})


def shifted(recorded: Signals, by_s: float) -> Signals:
    """The same recording, begun earlier."""
    return Signals(time_s=recorded.time_s + by_s, values=dict(recorded.values))


def changed(recorded: Signals, **values: Floats) -> Signals:
    """The same recording with other courses."""
    return Signals(time_s=recorded.time_s, values={**recorded.values, **values})


def without(recorded: Signals, frames: Mask) -> Signals:
    """The same recording with the face unseen in some frames."""
    return Signals(time_s=recorded.time_s, values={name: np.where(frames, np.nan, recorded[name]) for name in recorded})


def dropped(recorded: Signals, frames: Mask) -> Signals:
    """The same recording without some frames."""
    kept = ~frames
    return Signals(time_s=recorded.time_s[kept], values={name: recorded[name][kept] for name in recorded})


def mirrored(event: Event) -> Event:
    """The same event on the other side."""
    peaks = {name.replace("_left", "_?").replace("_right", "_left").replace("_?", "_right"): peak for name, peak in event.peaks.items()}
    return replace(event, side=event.side.other, peaks=peaks, members=tuple(mirrored(member) for member in event.members))
