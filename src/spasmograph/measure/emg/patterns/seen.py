"""What a recording shows, as published patterns are held against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spasmograph.measure.emg.patterns.activity import Activity, plain
from spasmograph.model import ChannelPattern, Synchrony, Synkinesis, Together
from spasmograph.parameters import Parameters
from spasmograph.terms import Muscle, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a recording shows, and the published pattern that it is held against."""

    activities: tuple[Activity, ...]
    patterns: tuple[ChannelPattern, ...]
    synchrony: tuple[Synchrony, ...]
    synkinesis: tuple[Synkinesis, ...]
    parameters: Parameters
    published: Mapping[str, Any]

    def side_of(self, label: str) -> Side | None:
        """The side of a channel."""
        return next(one.side for one in self.activities if one.label == label)

    def muscle_of(self, label: str) -> Muscle | None:
        """The muscle of a channel."""
        return next(one.muscle for one in self.activities if one.label == label)

    def busy(self) -> tuple[ChannelPattern, ...]:
        """The muscles with enough bursts to speak about."""
        return tuple(one for one in self.patterns if one.bursts >= self.parameters["published_least_bursts"])

    def silent_beside(self, *, same_side: bool) -> list[str]:
        """Words about measured muscles that hardly burst beside one that does: whatever that one does, it does alone."""
        counts = {one.channel: one.bursts for one in self.patterns}
        busy, found = {one.channel for one in self.busy()}, []
        for pair in self.synchrony:
            alike = self.side_of(pair.first) is self.side_of(pair.second)
            for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
                if one in busy and self.silent(other, counts[other]) and (alike or not same_side):
                    found.append(f"{plain(one)} has {counts[one]} bursts, {plain(other)} {counts[other]}")
        return found

    def silent(self, label: str, bursts: int) -> bool:
        """Whether a channel hardly burst, although it was measured long enough to show it."""
        observed_s = next(one.quality.observed_s for one in self.activities if one.label == label)
        return bursts < self.parameters["synchrony_least_bursts"] and observed_s >= self.parameters["synchrony_least_s"]

    def one_sided_pairs(self, *, every: bool = False) -> list[Synchrony]:
        """Pairs of one side of which something is told, or every one."""
        sides = [(one, self.side_of(one.first), self.side_of(one.second)) for one in self.synchrony]
        same = [one for one, first, second in sides if first is second and first in {Side.LEFT, Side.RIGHT}]
        return [one for one in same if every or one.together is not Together.NOT_TOLD]
