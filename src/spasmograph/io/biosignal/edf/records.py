"""The data records of an EDF or BDF: what is asked for is read, at most some megabytes beside it, so that memory does not grow with the recording."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.io.biosignal.edf.header import EdfHeader, EdfSignal
from spasmograph.io.biosignal.files import OpenedFile
from spasmograph.model.common import Floats

_BLOCK_BYTES = 1 << 22
# Of records longer than this the signal that is asked for is read by itself; many short ones are read more quickly as a whole.
_LONG_BYTES = 1 << 13
_TRIGGER_BITS = 0xFFFF


@dataclass(slots=True, kw_only=True)
class Records:
    """The complete data records of a file: `count` of them, each with `record_bytes` bytes. Of short records the block that was read last is kept."""

    file: OpenedFile
    header: EdfHeader
    count: int
    record_bytes: int
    _kept: tuple[int, NDArray[np.uint8]] | None = field(default=None, repr=False)

    def digital(self, signal: EdfSignal, first: int, stop: int) -> NDArray[np.signedinteger[Any]]:
        """Samples `first` to `stop` (not included) of a signal as the converter gave them, in the order of the file."""
        raw = self._raw(signal, first, stop)
        if self.header.bytes_per_sample == 2:  # noqa: PLR2004
            return raw.view("<i2")
        wide = np.zeros((len(raw) // 3, 4), np.uint8)
        wide[:, 1:] = raw.reshape(-1, 3)
        return wide.reshape(-1).view("<i4") >> 8

    def physical(self, signal: EdfSignal, first: int, stop: int) -> Floats:
        """The same in the signal's own unit; of a BioSemi status channel only the 16 trigger lines."""
        digital = self.digital(signal, first, stop)
        if self.header.family == "BDF" and signal.label == "Status":
            return (digital & _TRIGGER_BITS).astype(np.float64)
        values = digital.astype(np.float64)
        if signal.gain != 1.0:
            values *= signal.gain
        if signal.zero:
            values += signal.zero
        return values

    def bytes_of(self, signals: tuple[EdfSignal, ...]) -> Iterator[tuple[bytes, ...]]:
        """The bytes of some signals, record by record."""
        width = sum(signal.samples for signal in signals) * self.header.bytes_per_sample
        at_once = max(_BLOCK_BYTES // max(width, 1), 1)
        for first in range(0, self.count, at_once):
            stop = min(first + at_once, self.count)
            columns = [self._raw(signal, first * signal.samples, stop * signal.samples).reshape(stop - first, -1) for signal in signals]
            for row in range(stop - first):
                yield tuple(column[row].tobytes() for column in columns)

    def _part(self, signal: EdfSignal) -> slice:
        width = self.header.bytes_per_sample
        return slice(signal.offset * width, (signal.offset + signal.samples) * width)

    @property
    def _records_per_block(self) -> int:
        return max(_BLOCK_BYTES // self.record_bytes, 1)

    def _raw(self, signal: EdfSignal, first: int, stop: int) -> NDArray[np.uint8]:
        """The bytes of samples `first` to `stop` of a signal, one after another."""
        if stop <= first:
            return np.zeros(0, np.uint8)
        if self.record_bytes > _LONG_BYTES:
            return self.file.read_parts(list(self._places(signal, first, stop)))
        width, begin, end = self.header.bytes_per_sample, first // signal.samples, -(-stop // signal.samples)
        per_block, part = self._records_per_block, self._part(signal)
        rows = [
            self._block(number)[max(begin - number * per_block, 0) : end - number * per_block, part].reshape(-1)
            for number in range(begin // per_block, -(-end // per_block))
        ]
        joined = np.concatenate(rows) if len(rows) != 1 else rows[0]
        skipped = first - begin * signal.samples
        return joined[skipped * width : (skipped + stop - first) * width]

    def _places(self, signal: EdfSignal, first: int, stop: int) -> Iterator[tuple[int, int]]:
        """Where the bytes of these samples lie in the file, record by record: offset and number."""
        width = self.header.bytes_per_sample
        while first < stop:
            number, within = divmod(first, signal.samples)
            some = min(stop - first, signal.samples - within)
            yield self.header.data_offset + number * self.record_bytes + (signal.offset + within) * width, some * width
            first += some

    def _block(self, number: int) -> NDArray[np.uint8]:
        """A block of whole records (records, bytes)."""
        kept = self._kept
        if kept is None or kept[0] != number:
            first = number * self._records_per_block
            some = min(self._records_per_block, self.count - first)
            raw = self.file.read_parts([(self.header.data_offset + first * self.record_bytes, some * self.record_bytes)])
            kept = number, raw.reshape(some, self.record_bytes)
            self._kept = kept
        return kept[1]
