"""Where evidence for activity rises and falls: the search that parts bursts from the silence between them."""

from collections.abc import Iterator
from math import inf

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
        active, gone, mark = self.active, self._gone, self.mark
        waiting = not active
        for frame, (step, up, down) in enumerate(zip(evidence.tolist(), rise.tolist(), fall.tolist(), strict=True), first):
            if waiting and up == inf:
                gone, mark = 0.0, frame + 1
                continue
            waiting = False
            gone += -step if active else step
            if gone < 0:
                gone, mark = 0.0, frame + 1
            elif gone >= (down if active else up):
                if active:
                    yield self.onset, mark
                else:
                    self.onset = mark
                waiting, active, gone, mark = active, not active, 0.0, frame + 1
        self.active, self._gone, self.mark = active, gone, mark

    def nothing(self, stop: int) -> Iterator[tuple[int, int]]:
        """Passes frames up to `stop` that hold no burst, while none is going on."""
        self._gone, self.mark = 0.0, stop
        yield from ()
