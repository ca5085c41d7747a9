"""When the data records of an EDF+ or BDF+ were taken: stretches without a break, and the gaps between them."""

from dataclasses import dataclass

import numpy as np

from spasmograph.errors import DamagedBiosignalError
from spasmograph.model.common import Floats, Span
from spasmograph.parameters import load_emg_parameters

_TOLERANCE_S = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Records that follow each other without a break: their numbers, from `first` to `stop` (not included), and when the first began."""

    first: int
    stop: int
    onset_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All stretches of a recording in order, in seconds from its first sample; and the length of a record in seconds."""

    stretches: tuple[Stretch, ...]
    record_s: float

    def end_s(self, stretch: Stretch) -> float:
        """When a stretch ended."""
        return stretch.onset_s + (stretch.stop - stretch.first) * self.record_s

    @property
    def duration_s(self) -> float:
        """From the first sample to the end of the last record."""
        return self.end_s(self.stretches[-1])

    @property
    def gaps(self) -> tuple[Span, ...]:
        """The time between stretches, of which the file holds nothing."""
        pairs = zip(self.stretches, self.stretches[1:], strict=False)
        return tuple(Span(onset_s=self.end_s(one), offset_s=other.onset_s) for one, other in pairs if other.onset_s > self.end_s(one))


def contiguous(count: int, record_s: float) -> Timing:
    """The timing of records that follow each other without a break."""
    return Timing(stretches=(Stretch(first=0, stop=count, onset_s=0.0),), record_s=record_s)


def timing_of(onset_s: Floats, record_s: float, fastest_hz: float, *, drifts: bool) -> Timing:
    """The timing that the records' own stamps (n,) tell; a record without a stamp follows the one before.

    Stamps that are off by less than half a sample of the fastest channel, or half a millisecond, are no break. With `drifts` such steps add up to
    one in time; without, only a jump from one record to the next is a break.

    Raises:
        DamagedBiosignalError: records overlap, go back in time, or span more than a month.
    """
    starts = _filled(onset_s, record_s)
    off = starts - np.arange(len(starts)) * record_s
    tolerance_s = max(0.5 / fastest_hz, _TOLERANCE_S) if fastest_hz else _TOLERANCE_S
    firsts = _first_of_stretches(off, tolerance_s, drifts=drifts)
    stretches = [
        Stretch(first=first, stop=stop, onset_s=float(starts[first] - starts[0]))
        for first, stop in zip(firsts, [*firsts[1:], len(starts)], strict=True)
    ]
    _check_length(stretches)
    return Timing(stretches=tuple(stretches), record_s=record_s)


def _filled(onset_s: Floats, record_s: float) -> Floats:
    """The stamps with those that are missing made up from the one before; the first is 0 where none is said at all."""
    numbers = np.arange(len(onset_s))
    known = np.maximum.accumulate(np.where(np.isfinite(onset_s), numbers, -1))
    begin = np.where(known >= 0, onset_s[np.maximum(known, 0)], 0.0)
    return np.asarray(begin + (numbers - np.maximum(known, 0)) * record_s)


def _first_of_stretches(off: Floats, tolerance_s: float, *, drifts: bool) -> list[int]:
    if np.all(np.abs(off - off[0]) <= tolerance_s):
        return [0]
    firsts, base = [0], float(off[0])
    for number, shift in enumerate(off.tolist()):
        if abs(shift - base) <= tolerance_s:
            base = base if drifts else shift
            continue
        if shift < base:
            msg = f"data record {number + 1} begins {base - shift:.6g} s before the one before it ended. Export the recording again."
            raise DamagedBiosignalError(msg)
        firsts.append(number)
        base = shift
    return firsts


def _check_length(stretches: list[Stretch]) -> None:
    longest_s = load_emg_parameters()["recording_longest_s"]
    if stretches[-1].onset_s > longest_s:
        days, most = stretches[-1].onset_s / 86400, longest_s / 86400
        msg = f"its last data record begins {days:.0f} days after its first, more than {most:.0f}: its clock is damaged. Cut it into parts first."
        raise DamagedBiosignalError(msg)
