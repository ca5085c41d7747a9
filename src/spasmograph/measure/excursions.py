"""One signal in, excursions out: a streaming detector with hysteresis in physical units.

It looks for a rise above the signal's own slowly moving rest, so that neither the frame rate nor a slow drift decides. Edges are where the
signal passes a stated share of the excursion's height, interpolated between samples.
"""

from collections import deque
from dataclasses import dataclass, field, replace
from math import exp


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcursionRule:
    """What counts as an excursion of one signal.

    `on` height above rest at which it starts (the signal's unit); `off` share of its height below which it is over; `edge` share of its height at
    which it is said to begin and to end; `rise_s` and `fall_s` time constants with which rest follows the signal up and down; `gap_s` longest
    unseen stretch that does not cut it; a rise that stalls below `level` for `stall_s` is taken for a new rest (infinite: never).
    """

    on: float
    off: float
    edge: float
    rise_s: float
    fall_s: float
    gap_s: float
    level: float = 0.0
    stall_s: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """One rise and fall: times in seconds, `peak` above rest, `rest` and `top` in the signal's unit.

    `censored`: either end was not seen. `stalled`: it did not fall, but became the new rest.
    """

    onset_s: float
    apex_s: float
    offset_s: float
    peak: float
    rest: float
    top: float
    censored: bool
    stalled: bool = False

    @property
    def duration_s(self) -> float:
        """Length in seconds; a lower bound if censored."""
        return self.offset_s - self.onset_s


LOOK_BACK_S = 1.0
_RISE_KEPT_S = 2.0
_TAIL_S = 0.3
_DIP_S = 0.045
_NOISE_OF_ON = 0.25
_EDGE_OF_ON = 0.2
_START_SAMPLES = 3


@dataclass(slots=True)
class ExcursionDetector:
    """Feed `update(time_s, value)` in order of time, then `close()`; each returns the excursions that have just ended."""

    rule: ExcursionRule
    _rest: float = float("nan")
    _past: deque[tuple[float, float]] = field(default_factory=deque)
    _active: bool = False
    _ending: bool = False
    _fresh: bool = True
    _start_unseen: bool = False
    _apex: tuple[float, float] = (0.0, 0.0)
    _hurdle: float = float("-inf")
    _risen: tuple[float, float] = (0.0, 0.0)
    _edge: tuple[float, float] = (0.0, 0.0)
    _last: tuple[float, float] = (float("nan"), float("nan"))

    @property
    def active(self) -> bool:
        """Whether an excursion is open."""
        return self._active

    @property
    def pending_since_s(self) -> float:
        """The earliest time at which an excursion that is still open may have begun; infinite if none is open."""
        return self._past[0][0] if self._active and self._past else float("inf")

    def update(self, time_s: float, value: float) -> list[Excursion]:
        """Take one sample; NaN is unseen."""
        if value != value:  # noqa: PLR0124 - NaN, cheaper than a call in the innermost loop
            return self._unseen(time_s)
        ended = self._unseen(time_s) if time_s - self._last[0] > self.rule.gap_s else []
        if self._rest != self._rest:
            self._rest = value
        self._remember(time_s, value)
        ended += self._go_on(time_s, value) if self._active else self._wait(time_s, value)
        self._last = (time_s, value)
        return ended

    def close(self) -> list[Excursion]:
        """The recording ends: what is open is censored."""
        return self._finish(self._last[0], censored=not self._ending) if self._active else []

    def _unseen(self, time_s: float) -> list[Excursion]:
        if time_s - self._last[0] <= self.rule.gap_s:
            return []
        ended = self.close()
        self._past.clear()
        self._fresh = True
        return ended

    def _remember(self, time_s: float, value: float) -> None:
        past = self._past
        if self._active:
            if time_s - past[0][0] < LOOK_BACK_S + _RISE_KEPT_S:
                past.append((time_s, value))
            return
        past.append((time_s, value))
        while time_s - past[0][0] > LOOK_BACK_S:
            past.popleft()

    def _wait(self, time_s: float, value: float) -> list[Excursion]:
        """No excursion is open: start one, or let rest follow."""
        rule, rest = self.rule, self._rest
        self._hurdle = min(self._hurdle, value)
        if value - max(rest, self._hurdle) >= rule.on:
            self._active, self._ending = True, False
            self._start_unseen = self._fresh and len(self._past) < _START_SAMPLES
            self._apex = self._risen = (time_s, value)
            return []
        step = time_s - self._last[0]
        if step == step:  # noqa: PLR0124
            self._rest += (value - rest) * (1 - exp(-step / (rule.rise_s if value > rest else rule.fall_s)))
        self._fresh = False
        return []

    def _go_on(self, time_s: float, value: float) -> list[Excursion]:
        """An excursion is open: follow its peak, or end it."""
        if value > self._apex[1]:
            self._apex = (time_s, value)
        if value > self._risen[1] + _NOISE_OF_ON * self.rule.on:
            self._risen = (time_s, value)
        height = self._apex[1] - self._rest
        if self._ending:
            return self._tail(time_s, value, height)
        if value - self._rest < self.rule.off * height:
            self._ending, self._edge = True, (time_s, value)
            return self._tail(time_s, value, height)
        return self._settle(time_s, value)

    def _tail(self, time_s: float, value: float, height: float) -> list[Excursion]:
        """After `off`: wait shortly for the edge, unless the signal turns up again."""
        if value - self._rest >= self.rule.off * height and value - self._edge[1] > self.rule.on / 2:
            return self._resume() if time_s - self._edge[0] <= _DIP_S else self._restart(time_s, value)
        level = self._edge_level(height)
        if value <= level:
            return self._finish(_crossing(self._last, (time_s, value), level), censored=False)
        if time_s - self._edge[0] > _TAIL_S or value > self._last[1]:
            # A new rise has to stand out from what is left over, so that a fluttering tail is not taken for one.
            self._hurdle = self._last[1]
            return self._finish(self._last[0], censored=False)
        return []

    def _resume(self) -> list[Excursion]:
        """No muscle lets go and pulls again within a frame or two: the dip was none."""
        self._ending = False
        return []

    def _restart(self, time_s: float, value: float) -> list[Excursion]:
        """A new rise out of the tail of the old one."""
        ended = self._finish(self._last[0], censored=False)
        self._past.append((time_s, value))
        return ended + self._wait(time_s, value)

    def _settle(self, time_s: float, value: float) -> list[Excursion]:
        """A rise that stalls below `level` is a new rest."""
        if self._apex[1] >= self.rule.level or time_s - self._risen[0] <= self.rule.stall_s:
            return []
        ended = self._finish(time_s, censored=False)
        self._rest = value
        return [replace(excursion, stalled=True) for excursion in ended]

    def _finish(self, offset_s: float, *, censored: bool) -> list[Excursion]:
        height = self._apex[1] - self._rest
        onset = self._onset(self._edge_level(height))
        unseen = censored or self._start_unseen
        self._active = self._ending = False
        self._past.clear()
        self._past.append(self._last)
        offset = max(offset_s, self._apex[0])
        peak, top = height, self._apex[1]
        return [Excursion(onset_s=onset, apex_s=self._apex[0], offset_s=offset, peak=peak, rest=self._rest, top=top, censored=unseen)]

    def _edge_level(self, height: float) -> float:
        """Where an excursion of this height begins and ends; never within the noise around rest."""
        return self._rest + max(self.rule.edge * height, _EDGE_OF_ON * self.rule.on)

    def _onset(self, level: float) -> float:
        """Where the rise to the apex last passed `level`; if it stood above it all along, where it left the lowest of what it stood at."""
        before = [sample for sample in self._past if sample[0] <= self._apex[0]]
        if not before:
            return self._apex[0]
        floor = min(value for _, value in before)
        if floor > level:
            level = floor + max(self.rule.edge * (self._apex[1] - floor), _EDGE_OF_ON * self.rule.on)
        for earlier, later in zip(reversed(before[:-1]), reversed(before[1:]), strict=True):
            if earlier[1] <= level:
                return _crossing(earlier, later, level)
        return before[0][0]


def _crossing(a: tuple[float, float], b: tuple[float, float], level: float) -> float:
    """The time at which the line from `a` to `b` passes `level`."""
    if a[1] == b[1]:
        return b[0]
    share = (level - a[1]) / (b[1] - a[1])
    return a[0] + min(max(share, 0.0), 1.0) * (b[0] - a[0])
