"""Where evidence for activity rises and falls: the search that parts bursts from the silence between them."""

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np

from spasmograph.model.common import Floats


class Scan:
    """Parts a course of evidence into rises and falls, stretch by stretch.

    The evidence of each frame is positive where activity is likelier than noise. A rise begins where the sum is lowest and counts once the sum has
    gone up by `rise`; it ends where the sum is highest before it falls by `fall`.

    Attributes:
        active: a rise is going on.
        mark: the frame at which the sum was lowest (highest while active) so far.
        onset: the first frame of the rise that is going on, or was last.

    References:
        Page, Biometrika 1954;41:100–15. Staude et al., EURASIP J Appl Signal Process 2001;2:67–81.
    """

    def __init__(self) -> None:
        self.active = False
        self.mark = 0
        self.onset = 0
        self._gone = 0.0

    def runs(self, evidence: Floats, rise: Floats, fall: Floats, first: int) -> Iterator[tuple[int, int]]:
        """Onset and offset (not included) of each rise that ends in this stretch, as frame indices; `first` is the index of its first frame.

        Where `rise` is infinite nothing begins; at the start of the stretch, and after a rise, whatever had gathered before it is forgotten.
        """
        steps, ups, downs = evidence.tolist(), rise.tolist(), fall.tolist()
        growing, possible = np.flatnonzero(evidence >= 0).tolist(), np.flatnonzero(rise < np.inf).tolist()
        at, active, gone, mark = 0, self.active, self._gone, self.mark
        if not active and (at := _next(possible, 0, len(steps))):
            gone, mark = 0.0, first + at
        while at < len(steps):
            gone += -steps[at] if active else steps[at]
            at += 1
            if gone < 0:
                # Where nothing has gathered, only a frame that adds something matters.
                at = at if active else _next(growing, at, len(steps))
                gone, mark = 0.0, first + at
            elif gone >= (downs if active else ups)[at - 1]:
                if active:
                    yield self.onset, mark
                    at = _next(possible, at, len(steps))
                else:
                    self.onset = mark
                active, gone, mark = not active, 0.0, first + at
        self.active, self._gone, self.mark = active, gone, mark

    def nothing(self, stop: int) -> Iterator[tuple[int, int]]:
        """Passes frames up to `stop` that hold no burst, while none is going on."""
        self._gone, self.mark = 0.0, stop
        yield from ()


def _next(places: list[int], at: int, stop: int) -> int:
    """The first of the places that is not before `at`; `stop` where there is none."""
    after = bisect_left(places, at)
    return places[after] if after < len(places) else stop
