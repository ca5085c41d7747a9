"""Samples as they arrive, cut into blocks of one length that lie at fixed places, each with some of what lies before and after it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spasmograph.model.common import Floats

# So many samples at once are laid one behind the other.
_MOST_AT_ONCE = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A block and its surroundings: `samples` (n,), the block itself being `samples[lead : lead + length]`.

    `first` is the index in the recording of the first of `samples`.
    """

    samples: Floats
    first: int
    lead: int
    length: int

    @property
    def inner(self) -> slice:
        """Where the block lies in `samples`."""
        return slice(self.lead, self.lead + self.length)


class Windows:
    """Cuts a stream into windows: the same ones, however the stream arrives."""

    def __init__(self, *, block: int, margin: int) -> None:
        self._block = block
        self._margin = margin
        self._parts: list[Floats] = []
        self._count = 0
        self._start = 0

    def update(self, samples: Floats) -> Iterator[Window]:
        """Windows that are complete now."""
        most = max(self._block, _MOST_AT_ONCE)
        for at in range(0, len(samples), most):
            part = samples[at : at + most]
            self._count += len(part)
            if self._count < self._start + self._block + self._margin:
                # The array may be used again by whoever gave it.
                self._parts.append(np.array(part, np.float64))
            else:
                self._parts.append(part)
                yield from self._cut(self._count - self._margin - self._block)

    def close(self) -> Iterator[Window]:
        """The windows that are left, the last of them shorter."""
        if self._start < self._count:
            yield from self._cut(self._count - 1)

    def _cut(self, last: int) -> list[Window]:
        """The windows that start at `last` at the latest; what the one after them does not need is let go."""
        held = np.concatenate(self._parts, dtype=np.float64)
        begin, windows = self._count - len(held), []
        while self._start <= last:
            first, length = max(0, self._start - self._margin), min(self._block, self._count - self._start)
            samples = held[first - begin : self._start + length + self._margin - begin]
            windows.append(Window(samples=samples, first=first, lead=self._start - first, length=length))
            self._start += length
        self._parts = [held[max(0, self._start - self._margin) - begin :].copy()]
        return windows
