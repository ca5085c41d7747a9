"""A script of facial movements with exact truth: what moves, on which side, when, how far, and what should be found.

A `Movement` is one minimum-jerk rise, hold and fall of one part of the face. An `Episode` is a named group of movements that belong
together, and says whether an instrument must find it, may find it or has to leave it alone. A `Script` is a recording's worth of
episodes. The drawn face and the simulated signals are both made from the same script.

Signs: along = lateral and upward, `SMILE_DIRECTION_DEG` above the horizontal; across = perpendicular to it, medial and upward; jaw shift
towards the patient's left; yaw turns the face to the patient's left; pitch lifts the nose; roll tilts the head to the patient's left shoulder.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np

from spasmograph.errors import InputError
from spasmograph.model import Event, Floats
from spasmograph.terms import CLOSURE, MILLIMETRE, EventKind, Pattern, Region, Side

OPEN_FISSURE_MM = 10.0
SMILE_DIRECTION_DEG = 40.0
LID_LOWERING_PER_DEG = 0.012
BLINK_CLOSED_S = 0.5
TONIC_S = 1.0
TRAIN_GAP_S = 1.0
TRAIN_LENGTH = 3


class MovementKind(StrEnum):
    """What moves; a lid closure is a fraction 0-1 of the open fissure, the rest is in millimetres or degrees."""

    LID_CLOSURE = "lid_closure"
    BROW_RAISE = "brow_raise"
    COMMISSURE_ALONG = "commissure_along"
    COMMISSURE_ACROSS = "commissure_across"
    CHEEK_RAISE = "cheek_raise"
    MOUTH_OPENING = "mouth_opening"
    JAW_SHIFT = "jaw_shift"
    GAZE_DOWN = "gaze_down"
    YAW = "yaw"
    PITCH = "pitch"
    ROLL = "roll"


class Expectation(StrEnum):
    """Whether an instrument must find an episode, may find it as a movement of both sides, or must stay silent."""

    MUST = "must"
    MAY = "may"
    NEVER = "never"


_REGIONS = {
    MovementKind.LID_CLOSURE: Region.EYELID,
    MovementKind.BROW_RAISE: Region.BROW,
    MovementKind.CHEEK_RAISE: Region.CHEEK,
    MovementKind.COMMISSURE_ALONG: Region.MOUTH,
    MovementKind.COMMISSURE_ACROSS: Region.MOUTH,
    MovementKind.MOUTH_OPENING: Region.MOUTH,
}
_LEADS = (Region.EYELID, Region.MOUTH, Region.BROW, Region.CHEEK)
_SIDED = {
    MovementKind.LID_CLOSURE: "eye_closure_{side}",
    MovementKind.BROW_RAISE: "brow_height_{side}_mm",
    MovementKind.COMMISSURE_ALONG: "commissure_along_{side}_mm",
    MovementKind.COMMISSURE_ACROSS: "commissure_across_{side}_mm",
    MovementKind.CHEEK_RAISE: "cheek_raise_{side}_mm",
}
_UNSIDED = {
    MovementKind.MOUTH_OPENING: "mouth_opening_mm",
    MovementKind.JAW_SHIFT: "jaw_shift_mm",
    MovementKind.GAZE_DOWN: "gaze_down_deg",
    MovementKind.YAW: "head_yaw_deg",
    MovementKind.PITCH: "head_pitch_deg",
    MovementKind.ROLL: "head_roll_deg",
}
_TURNED_BY_MIRROR = frozenset({MovementKind.JAW_SHIFT, MovementKind.YAW, MovementKind.ROLL})
_LEAST = {Region.EYELID: 0.1, Region.BROW: 1.0, Region.CHEEK: 1.0, Region.MOUTH: 1.0}


def minimum_jerk(fraction: Floats) -> Floats:
    """The smoothest way from 0 to 1: how far a movement is after a fraction of its time; constant outside 0-1."""
    u = np.clip(fraction, 0.0, 1.0)
    return np.asarray(u * u * u * (10.0 + u * (6.0 * u - 15.0)))


def _fraction_at(level: float) -> float:
    """The fraction of its time at which a minimum-jerk movement has covered `level` of its way, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if float(minimum_jerk(np.asarray(middle))) < level else (low, middle)
    return 0.5 * (low + high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One part of the face moves to `amplitude`, stays and returns, with minimum jerk.

    `side` is the patient's; `BOTH` for what has no side. `amplitude` is in the unit of `what`, and may be negative except for a lid closure.

    Raises:
        InputError: a duration is negative or not a number, a movement has no duration at all, or a lid closes by less than 0 or more than 1.
    """

    what: MovementKind
    onset_s: float
    rise_s: float
    hold_s: float
    fall_s: float
    amplitude: float
    side: Side = Side.BOTH

    def __post_init__(self) -> None:
        if not (min(self.rise_s, self.hold_s, self.fall_s) >= 0.0 and self.rise_s > 0.0 and self.fall_s > 0.0):
            msg = f"{self.what} rises for {self.rise_s} s, holds for {self.hold_s} s and falls for {self.fall_s} s; rise and fall must be above 0"
            raise InputError(msg)
        if self.what is MovementKind.LID_CLOSURE and not 0.0 <= self.amplitude <= 1.0:
            msg = f"a lid closure of {self.amplitude} is outside 0-1, the fraction of the open fissure"
            raise InputError(msg)

    @property
    def apex_s(self) -> float:
        """The middle of the hold."""
        return self.onset_s + self.rise_s + 0.5 * self.hold_s

    @property
    def offset_s(self) -> float:
        """The end of the fall."""
        return self.onset_s + self.rise_s + self.hold_s + self.fall_s

    def course(self, time_s: Floats) -> Floats:
        """The amplitude at each time, 0 before the onset and after the offset."""
        rise = minimum_jerk((np.asarray(time_s) - self.onset_s) / self.rise_s)
        fall = minimum_jerk((self.offset_s - np.asarray(time_s)) / self.fall_s)
        return np.asarray(self.amplitude * np.minimum(rise, fall))

    def onset_at(self, level: float) -> float:
        """The time in seconds at which the rise passes `level`, a fraction of the peak."""
        return self.onset_s + self.rise_s * _fraction_at(level)

    def offset_at(self, level: float) -> float:
        """The time in seconds at which the fall passes `level`, a fraction of the peak."""
        return self.offset_s - self.fall_s * _fraction_at(level)

    def acts_on(self, side: Side) -> bool:
        """Whether this side moves."""
        return self.side in (side, Side.BOTH)

    def mirrored(self) -> "Movement":
        """The same movement on the other side."""
        sign = -1.0 if self.what in _TURNED_BY_MIRROR else 1.0
        return replace(self, side=self.side.other, amplitude=sign * self.amplitude)


def _peak(movements: Iterable[Movement], region: Region, side: Side) -> float:
    """The largest movement of a region on one side, along and across together; 0 if it stays still."""
    largest: dict[MovementKind, float] = {}
    for movement in movements:
        if _REGIONS.get(movement.what) is region and movement.acts_on(side):
            largest[movement.what] = max(largest.get(movement.what, 0.0), abs(movement.amplitude))
    return float(np.hypot.reduce(list(largest.values()) or [0.0]))


def _key(region: Region, side: Side) -> str:
    """The name of a region's peak, as in `Event.peaks`."""
    return f"{region}_{side}" if region is Region.EYELID else f"{region}_{side}_mm"


def _peaks(movements: tuple[Movement, ...]) -> dict[tuple[Region, Side], float]:
    """The peaks of every region and side that took part visibly."""
    every = {(region, side): _peak(movements, region, side) for region in Region for side in (Side.LEFT, Side.RIGHT)}
    return {key: value for key, value in every.items() if value >= _LEAST[key[0]]}


def _beats(movements: tuple[Movement, ...]) -> list[tuple[Movement, ...]]:
    """Movements grouped by overlap in time, in order."""
    beats: list[list[Movement]] = []
    for movement in sorted(movements, key=lambda m: m.onset_s):
        if beats and movement.onset_s < max(m.offset_s for m in beats[-1]):
            beats[-1].append(movement)
        else:
            beats.append([movement])
    return [tuple(beat) for beat in beats]


def _is_blink(lead: Movement, regions: tuple[Region, ...], side: Side) -> bool:
    """Both lids together, nothing else, and closed for no longer than a blink."""
    return regions == (Region.EYELID,) and side is Side.BOTH and lead.offset_at(0.5) - lead.onset_at(0.5) <= BLINK_CLOSED_S


def _event(movements: tuple[Movement, ...]) -> Event:
    """What one burst of movements should come out as; the times are those of the leading region."""
    peaks = _peaks(movements)
    lead_region = next(region for region in _LEADS if any(key[0] is region for key in peaks))
    leads = [m for m in movements if _REGIONS.get(m.what) is lead_region]
    lead = max(leads, key=lambda m: abs(m.amplitude))
    sides = {side for _, side in peaks}
    side = sides.pop() if len(sides) == 1 else Side.BOTH
    regions = tuple(region for region in Region if any(key[0] is region for key in peaks))
    onset_s, offset_s = min(m.onset_s for m in leads), max(m.offset_s for m in leads)
    strong = sorted(peaks.get((lead_region, s), 0.0) for s in (Side.LEFT, Side.RIGHT))
    return Event(
        onset_s=onset_s,
        apex_s=lead.apex_s,
        offset_s=offset_s,
        kind=EventKind.BLINK if _is_blink(lead, regions, side) else EventKind.CONTRACTION,
        side=side,
        regions=regions,
        pattern=Pattern.TONIC if offset_s - onset_s >= TONIC_S else Pattern.BRIEF,
        amplitude=strong[1],
        amplitude_unit=CLOSURE if lead_region is Region.EYELID else MILLIMETRE,
        confidence=1.0,
        symmetry=strong[0] / strong[1],
        peaks={_key(*key): value for key, value in peaks.items()},
    )


def _train(members: tuple[Event, ...]) -> Event:
    """A row of brief contractions as one clonic event."""
    strongest = max(members, key=lambda event: event.amplitude)
    peaks = {key: max(event.peaks.get(key, 0.0) for event in members) for event in members for key in event.peaks}
    return replace(strongest, onset_s=members[0].onset_s, offset_s=members[-1].offset_s, pattern=Pattern.CLONIC, peaks=peaks, members=members)


def _is_train(events: tuple[Event, ...]) -> bool:
    """At least three brief contractions, less than a second apart."""
    near = all(later.onset_s - earlier.offset_s < TRAIN_GAP_S for earlier, later in pairwise(events))
    brief = all(event.pattern is Pattern.BRIEF and event.kind is EventKind.CONTRACTION for event in events)
    return len(events) >= TRAIN_LENGTH and near and brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A named group of movements, and whether it must, may or must never come out as events."""

    name: str
    movements: tuple[Movement, ...]
    expectation: Expectation = Expectation.MUST

    @property
    def onset_s(self) -> float:
        """The start of the first movement in seconds."""
        return min(movement.onset_s for movement in self.movements)

    @property
    def offset_s(self) -> float:
        """The end of the last movement in seconds."""
        return max(movement.offset_s for movement in self.movements)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that these movements make by the contract's definitions; what is only permitted counts as one."""
        if self.expectation is Expectation.NEVER:
            return ()
        if self.expectation is Expectation.MAY:
            return (_event(self.movements),)
        events = tuple(_event(beat) for beat in _beats(self.movements) if _peaks(beat))
        return (_train(events),) if _is_train(events) else events

    def onset_at(self, level: float) -> float:
        """The time in seconds at which the first leading movement passes `level`, a fraction of its peak.

        The leading movements are those of the eyelid where it takes part.
        """
        lids = [movement for movement in self.movements if movement.what is MovementKind.LID_CLOSURE]
        return min(movement.onset_at(level) for movement in lids or self.movements)

    def mirrored(self) -> "Episode":
        """The same episode on the other side."""
        return replace(self, movements=tuple(movement.mirrored() for movement in self.movements))


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A recording's worth of episodes, with the exact truth at every time.

    Overlapping lid closures do not add up: the lid is where the strongest puts it. All other movements add up.

    Raises:
        InputError: the duration is not above 0.
    """

    duration_s: float
    episodes: tuple[Episode, ...] = ()

    def __post_init__(self) -> None:
        if not self.duration_s > 0.0:
            msg = f"a script lasts {self.duration_s} s; it must last longer than 0 s"
            raise InputError(msg)

    def __iter__(self) -> Iterator[Movement]:
        return (movement for episode in self.episodes for movement in episode.movements)

    def _sum(self, what: MovementKind, time_s: Floats, side: Side = Side.BOTH) -> Floats:
        """One kind of movement over time, on one side."""
        total = np.zeros_like(time_s, dtype=np.float64)
        join = np.maximum if what is MovementKind.LID_CLOSURE else np.add
        for movement in self:
            if movement.what is what and (side is Side.BOTH or movement.acts_on(side)):
                total = join(total, movement.course(time_s))
        return total

    def states(self, time_s: Floats) -> dict[str, Floats]:
        """The true signals at the given times, each (n,), by name with side and unit.

        Brow height, cheek raise and commissure excursion are changes from rest; the palpebral fissure is narrowed by closure and by looking down.
        """
        time_s = np.asarray(time_s, dtype=np.float64)
        states = {name: self._sum(what, time_s) for what, name in _UNSIDED.items()}
        narrowed = OPEN_FISSURE_MM * (1.0 - np.clip(LID_LOWERING_PER_DEG * states["gaze_down_deg"], -0.1, 0.5))
        for side in (Side.LEFT, Side.RIGHT):
            states |= {name.format(side=side): self._sum(what, time_s, side) for what, name in _SIDED.items()}
            states[f"palpebral_fissure_height_{side}_mm"] = narrowed * (1.0 - states[f"eye_closure_{side}"])
            along, across = states[f"commissure_along_{side}_mm"], states[f"commissure_across_{side}_mm"]
            states[f"commissure_excursion_{side}_mm"] = np.hypot(along, across)
        return states

    def _events(self, expectation: Expectation) -> tuple[Event, ...]:
        """The events of all episodes of which this is expected, by onset."""
        found = (event for episode in self.episodes if episode.expectation is expectation for event in episode.events)
        return tuple(sorted(found, key=lambda event: event.onset_s))

    def events(self) -> tuple[Event, ...]:
        """The true events: what an instrument has to find, by onset."""
        return self._events(Expectation.MUST)

    def permitted_events(self) -> tuple[Event, ...]:
        """Movements of both sides that may be found and need not be, such as a smile; none of them is one-sided."""
        return self._events(Expectation.MAY)

    def mirrored(self) -> "Script":
        """The same script with the sides exchanged."""
        return replace(self, episodes=tuple(episode.mirrored() for episode in self.episodes))

    def to_json(self) -> str:
        """The script as JSON text; `script_from_json` reads it back unchanged."""
        return json.dumps(asdict(self), indent=1)


def _movement(record: dict[str, object]) -> Movement:
    """A movement from its JSON record."""
    numbers = {name: float(str(record[name])) for name in ("onset_s", "rise_s", "hold_s", "fall_s", "amplitude")}
    return Movement(what=MovementKind(str(record["what"])), side=Side(str(record["side"])), **numbers)


def script_from_json(text: str) -> Script:
    """The script that `Script.to_json` wrote.

    Raises:
        InputError: the text is not such a script.
    """
    try:
        record = json.loads(text)
        episodes = tuple(
            Episode(
                name=str(episode["name"]),
                movements=tuple(_movement(movement) for movement in episode["movements"]),
                expectation=Expectation(episode["expectation"]),
            )
            for episode in record["episodes"]
        )
        return Script(duration_s=float(record["duration_s"]), episodes=episodes)
    except (KeyError, TypeError, ValueError) as error:
        msg = f"not a script of movements: {error}; write one with Script.to_json"
        raise InputError(msg) from error
