"""When a burst is certain: what is close to it belongs to it, what is far weaker beside a contraction is its prelude or its tail."""

from dataclasses import dataclass, replace

from spasmograph.model.emg import Burst
from spasmograph.parameters import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A burst as it was found, and until when time was last not measured before it, in seconds."""

    burst: Burst
    unmeasured_s: float


class Certainty:
    """Holds bursts back until it is known what is around them, and says the time between those that are told."""

    def __init__(self, parameters: Parameters) -> None:
        self._rules = parameters
        self._held: list[Found] = []
        self._strong: list[Burst] = []
        self._last_s = float("nan")

    def certain(self, found: list[Found], until_s: float) -> list[Burst]:
        """Bursts that are certain, now that `found` came and nothing more comes that begins before `until_s`."""
        for each in found:
            self._take(each)
        reach_s = self._rules["burst_beside_s"]
        due = [each for each in self._held if each.burst.offset_s + reach_s < until_s]
        self._held = self._held[len(due) :]
        told = [self._timed(each) for each in due if not any(self._covers(strong, each.burst) for strong in self._strong)]
        oldest_s = self._held[0].burst.onset_s if self._held else until_s
        self._strong = [strong for strong in self._strong if strong.offset_s + reach_s >= oldest_s]
        return told

    def _take(self, found: Found) -> None:
        """Adds a burst, or makes it one with the last."""
        while self._held and self._together(self._held[-1], found):
            last = self._held.pop()
            found = Found(burst=_joined(last.burst, found.burst), unmeasured_s=last.unmeasured_s)
        self._held.append(found)
        if found.burst.duration_s >= self._rules["burst_beside_long_s"]:
            self._strong.append(found.burst)

    def _together(self, before: Found, found: Found) -> bool:
        """Whether two bursts are one: nothing worth calling a pause between them, or a short one before what is far weaker."""
        first, second = before.burst, found.burst
        told_in_parts = first.censored and first.offset_s == second.onset_s
        if told_in_parts or found.unmeasured_s > first.offset_s:
            return False
        weaker = min(first.peak_uv, second.peak_uv) < self._rules["burst_joined_share"] * max(first.peak_uv, second.peak_uv)
        return second.onset_s - first.offset_s < self._rules["burst_joined_s" if weaker else "burst_merge_s"]

    def _covers(self, strong: Burst, burst: Burst) -> bool:
        """Whether a burst is the prelude or the tail of a contraction rather than one of its own."""
        reach_s = self._rules["burst_beside_s"]
        near = strong.onset_s - reach_s <= burst.offset_s and burst.onset_s <= strong.offset_s + reach_s
        return near and burst.peak_uv < self._rules["burst_beside_share"] * strong.peak_uv

    def _timed(self, found: Found) -> Burst:
        last_s, self._last_s = self._last_s, found.burst.offset_s
        known = found.unmeasured_s <= last_s
        return replace(found.burst, interval_s=found.burst.onset_s - last_s if known else float("nan"))


def _joined(first: Burst, second: Burst) -> Burst:
    """Two bursts as one: means by their durations, the spectrum of the longer one."""
    stronger = first if first.peak_uv >= second.peak_uv else second
    longer = first if first.duration_s >= second.duration_s else second
    whole_s = first.duration_s + second.duration_s
    return replace(
        stronger,
        onset_s=first.onset_s,
        offset_s=second.offset_s,
        mean_uv=(first.mean_uv * first.duration_s + second.mean_uv * second.duration_s) / whole_s,
        median_frequency_hz=longer.median_frequency_hz,
        confidence=max(first.confidence, second.confidence),
        censored=first.censored or second.censored,
    )
