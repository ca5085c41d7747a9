"""Where evidence for activity rises and falls: the search that parts bursts from the silence between them."""

from collections.abc import Iterator

import numpy as np

from spasmograph.model.common import Floats

# So many frames are looked at first, then twice as many as before: a burst is over soon, silence may last.
_STRIDE = 32


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
        self._changed = False

    def runs(self, evidence: Floats, rise: Floats, fall: Floats, first: int) -> Iterator[tuple[int, int]]:
        """Onset and offset (not included) of each rise that ends in this stretch, as frame indices; `first` is the index of its first frame.

        Where `rise` is infinite nothing begins.
        """
        at = 0
        while at < len(evidence):
            was_active = self.active
            if was_active:
                at, extreme = self._seek(-evidence, fall, at, first)
            else:
                at, extreme = self._seek(evidence, rise, self._skip(rise, at, first), first)
            if was_active and self._changed:
                yield self.onset, extreme
            elif self._changed:
                self.onset = extreme

    def nothing(self, stop: int) -> Iterator[tuple[int, int]]:
        """Passes frames up to `stop` that hold no burst, while none is going on."""
        self._gone, self.mark = 0.0, stop
        yield from ()

    def _skip(self, rise: Floats, at: int, first: int) -> int:
        """Passes what cannot hold a burst; whatever had gathered before it is forgotten."""
        if np.isfinite(rise[at]):
            return at
        possible = np.isfinite(rise[at:])
        skipped = int(possible.argmax()) if possible.any() else len(possible)
        self._gone, self.mark = 0.0, first + at + skipped
        return at + skipped

    def _seek(self, steps: Floats, needed: Floats, at: int, first: int) -> tuple[int, int]:
        """Goes on until the sum of steps is far enough above its lowest, or they end: the place reached, and the frame of the lowest."""
        self._changed, stride = False, _STRIDE
        while at < len(steps):
            stop, stride = min(at + stride, len(steps)), 2 * stride
            path = self._gone + np.cumsum(steps[at:stop])
            lowest = np.minimum(np.minimum.accumulate(path), 0.0)
            enough = path - lowest >= needed[at:stop]
            found = bool(enough.any())
            end = int(enough.argmax()) if found else len(path) - 1
            if lowest[end] < 0:
                self.mark = first + at + int(path[: end + 1].argmin()) + 1
            extreme = self.mark
            self._gone = float(path[end] - lowest[end])
            if found:
                self._changed = True
                self.active, self._gone, self.mark = not self.active, 0.0, first + at + end + 1
                return at + end + 1, extreme
            at = stop
        return at, self.mark
