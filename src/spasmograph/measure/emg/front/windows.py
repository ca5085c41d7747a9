"""Samples as they arrive, cut into blocks of one length that lie at fixed places, each with some of what lies before and after it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spasmograph.model.common import Floats


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
        self._held = 0
        self._first = 0
        self._start = 0

    def update(self, samples: Floats) -> Iterator[Window]:
        """Windows that are complete now."""
        for at in range(0, len(samples), self._block):
            part = np.array(samples[at : at + self._block], np.float64)
            self._parts.append(part)
            self._held += len(part)
            while self._first + self._held >= self._start + self._block + self._margin:
                yield self._cut(self._block)

    def close(self) -> Iterator[Window]:
        """The windows that are left, the last of them shorter."""
        end = self._first + self._held
        while self._start < end:
            yield self._cut(min(self._block, end - self._start))

    def _cut(self, length: int) -> Window:
        """The next window; what the one after it does not need is let go."""
        held = np.concatenate(self._parts)
        lead = self._start - self._first
        window = Window(samples=held[: lead + length + self._margin], first=self._first, lead=lead, length=length)
        self._start += length
        drop = max(0, self._start - self._margin - self._first)
        self._first += drop
        self._parts = [held[drop:]]
        self._held -= drop
        return window
