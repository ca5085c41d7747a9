"""Signals in, events out, in a single pass over the samples; live and offline use the same detector.

Each face region has channels: what both sides share, and what one side has more than the other. Each finds its excursions by itself;
`measure.composing` then says which of them are one event, and of what kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from spasmograph.measure.composing import ONE_SIDED, Composer, Found, balance
from spasmograph.measure.excursions import LOOK_BACK_S, Excursion, ExcursionDetector, ExcursionRule
from spasmograph.model import Event, Signals
from spasmograph.parameters import Parameters, load_parameters
from spasmograph.terms import Region, Side, Task

_SIGNALS = {
    Region.EYELID: ("eye_closure_left", "eye_closure_right"),
    Region.BROW: ("brow_height_left_mm", "brow_height_right_mm"),
    Region.CHEEK: ("cheek_raise_left_mm", "cheek_raise_right_mm"),
    Region.MOUTH: ("oral_commissure_excursion_left_mm", "oral_commissure_excursion_right_mm"),
}
_GAZE = ("gaze_down_left_mm", "gaze_down_right_mm")
_TURN = "head_turn_deg"
_OPENING = "mouth_opening_mm"
WATCHED_SIGNALS = (*(name for pair in _SIGNALS.values() for name in pair), *_GAZE, _TURN, _OPENING)
_INFINITE = float("inf")
_BRIDGED_FRAMES = 1.5


@dataclass(slots=True)
class _Channel:
    """One region's excursions of one side or of both, with what both sides reached while it lasts."""

    region: Region
    side: Side
    detector: ExcursionDetector
    sustained: bool = False
    names: tuple[str, str] = field(init=False)
    _height: float = -_INFINITE
    _left: float = 0.0
    _right: float = 0.0
    _closed_s: float = 0.0
    _gaze_mm: float = -_INFINITE

    def __post_init__(self) -> None:
        self.names = _SIGNALS[self.region]

    def update(self, time_s: float, value: float, pair: tuple[float, float], closed_s: float, gaze_mm: float) -> list[Found]:
        """One sample: the channel's own value, its region's two signals, and what the eyes did."""
        ended = self.detector.update(time_s, value)
        found = [self._found(e) for e in ended] if ended else []
        if self.detector.active:
            self._closed_s += closed_s
            self._gaze_mm = max(self._gaze_mm, gaze_mm)
            if value > self._height:
                self._height, self._left, self._right = value, *pair
        return found

    def close(self) -> list[Found]:
        """The recording ends."""
        return [self._found(e) for e in self.detector.close()]

    def _found(self, excursion: Excursion) -> Found:
        found = Found(
            region=self.region,
            side=self.side,
            excursion=excursion,
            left=self._left,
            right=self._right,
            closed_s=self._closed_s,
            gaze_mm=self._gaze_mm,
            sustained=self.sustained,
        )
        self._height, self._closed_s, self._gaze_mm = -_INFINITE, 0.0, -_INFINITE
        return found


class EventDetector:
    """Feed `update(time_s, sample)` in order of time, then `close()`; each returns the events that are now certain.

    A sample holds the signals of `WATCHED_SIGNALS`; NaN is unseen. What is open when the face is lost is censored. `frame_time_s` is the usual time
    from frame to frame, so that a slow camera's frames are not taken for a lost face.
    """

    def __init__(self, parameters: Parameters | None = None, task: Task = Task.NONE, *, frame_time_s: float = 0.0) -> None:
        rules = parameters or load_parameters()
        self._parameters = rules.values()
        self._bridge_s = max(rules["longest_bridge_s"], _BRIDGED_FRAMES * frame_time_s)
        self._composer = Composer(rules, task)
        self._last_s = float("nan")
        self._pool: list[tuple[float, Mapping[str, float]]] = []
        self._held = dict.fromkeys(ONE_SIDED, 0.0)
        self._channels = [
            _Channel(region, side, ExcursionDetector(_rule(rules, region, side, self._bridge_s)))
            for region in Region
            for side in Side
            if not (region is Region.CHEEK and side is Side.BOTH)
        ]
        sustained = replace(_rule(rules, Region.EYELID, Side.BOTH, self._bridge_s), on=rules["eyelid_sustained_on"], stall_s=_INFINITE)
        self._channels.append(_Channel(Region.EYELID, Side.BOTH, ExcursionDetector(sustained), sustained=True))

    def update(self, time_s: float, sample: Mapping[str, float]) -> list[Event]:
        """Take one frame's signals; frames that follow faster than `pool_s` are averaged first, so that a fast camera's noise is no movement."""
        pooled = self._take_pool() if self._pool and time_s - self._pool[0][0] >= self._parameters["pool_s"] else []
        self._pool.append((time_s, sample))
        return pooled

    def _take_pool(self) -> list[Event]:
        """Hand on the mean of the frames that were waiting; a signal that any of them lacks is unseen."""
        pool, self._pool = self._pool, []
        if len(pool) == 1:
            return self._take(*pool[0])
        mean = {name: sum(sample[name] for _, sample in pool) / len(pool) for name in WATCHED_SIGNALS}
        return self._take(sum(time_s for time_s, _ in pool) / len(pool), mean)

    def _take(self, time_s: float, sample: Mapping[str, float]) -> list[Event]:
        p = self._parameters
        step = time_s - self._last_s
        shut = min([sample[name] for name in _SIGNALS[Region.EYELID]]) >= p["shut_level"]
        closed_s = step if shut and step <= self._bridge_s else 0.0
        gaze_mm = min([sample[name] for name in _GAZE])
        false_mm, false_closure = self._false_difference(abs(sample[_TURN]), sample[_OPENING])
        for channel in self._channels:
            left, right = sample[channel.names[0]], sample[channel.names[1]]
            value = self._value(channel, left, right, false_closure if channel.region is Region.EYELID else false_mm)
            for found in channel.update(time_s, value, (left, right), closed_s, gaze_mm):
                self._composer.add(found)
        self._last_s = time_s
        certain_s = time_s - LOOK_BACK_S
        if not self._composer.expects(certain_s):
            return []
        return self._composer.ready(min([certain_s, *[c.detector.pending_since_s for c in self._channels]]))

    def close(self) -> list[Event]:
        """The recording ends."""
        events = self._take_pool() if self._pool else []
        for channel in self._channels:
            for found in channel.close():
                self._composer.add(found)
        return events + self._composer.ready(_INFINITE)

    def _false_difference(self, turn_deg: float, opening_mm: float) -> tuple[float, float]:
        """How far the two sides may differ, in mm and in closure, only because the head is turned from its usual place or the mouth is wide open."""
        p = self._parameters
        wide_mm = max(opening_mm - p["wide_mouth_mm"], 0.0)
        false_mm = p["yaw_mm_per_deg"] * turn_deg + p["wide_mouth_mm_per_mm"] * wide_mm
        return false_mm, p["yaw_closure_per_deg"] * max(turn_deg - p["yaw_closure_from_deg"], 0.0) + p["wide_mouth_closure_per_mm"] * wide_mm

    def _value(self, channel: _Channel, left: float, right: float, false_difference: float) -> float:
        """A channel's value: what both sides do alike, or what one has more than the other."""
        if channel.side is Side.BOTH:
            blink = channel.region is Region.EYELID and not channel.sustained
            return (left + right) / 2 if blink else min(abs(left), abs(right)) if left * right > 0 else 0.0 * left * right
        own, other = (left, right) if channel.side is Side.LEFT else (right, left)
        if channel.region is Region.EYELID:
            return self._one_lid(channel.side, own, other, false_difference)
        more = min(own - other - false_difference, self._parameters["own_movement_most"] * own)
        return max(more, 0.0) if balance(left, right) < self._parameters["one_sided_balance"] else 0.0 * more

    def _one_lid(self, side: Side, own: float, other: float, false_difference: float) -> float:
        """How much more this lid is closed; while both are shut that cannot be told and the last value holds."""
        if min(own, other) >= self._parameters["held_level"]:
            return self._held[side]
        more = own - other - false_difference
        more = max(more, 0.0) if balance(own, other) < self._parameters["one_lid_balance"] else 0.0 * more
        self._held[side] = more if more == more else 0.0  # noqa: PLR0124 - NaN
        return more


def _rule(parameters: Parameters, region: Region, side: Side, bridge_s: float) -> ExcursionRule:
    """How a channel finds its excursions."""
    lids = region is Region.EYELID and side is Side.BOTH
    return ExcursionRule(
        on=parameters[f"{region}_both_on" if side is Side.BOTH else f"{region}_on"],
        off=parameters["off_share"],
        edge=parameters["edge_share"],
        rise_s=parameters["rest_rise_s"],
        fall_s=parameters["rest_fall_s"],
        gap_s=bridge_s,
        level=parameters["shut_level"] if lids else 0.0,
        stall_s=parameters["stall_s"] if lids else _INFINITE,
    )


def find_events(signals: Signals, *, parameters: Parameters | None = None, task: Task = Task.NONE) -> tuple[Event, ...]:
    """All events of a recording in order of onset: the streaming detector, fed with the whole.

    Raises:
        KeyError: a signal that the detector needs is missing.
    """
    frame_time_s = float(np.median(np.diff(signals.time_s))) if len(signals) > 1 else 0.0
    detector = EventDetector(parameters, task, frame_time_s=frame_time_s)
    columns = [signals[name].tolist() for name in WATCHED_SIGNALS]
    events: list[Event] = []
    for time_s, *row in zip(signals.time_s.tolist(), *columns, strict=True):
        events += detector.update(time_s, dict(zip(WATCHED_SIGNALS, row, strict=True)))
    return tuple(sorted(events + detector.close(), key=lambda e: (e.onset_s, e.offset_s)))
