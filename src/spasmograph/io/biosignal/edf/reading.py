"""EDF, EDF+, BDF and BDF+: the header, the remarks, and samples on demand on one uniform grid a channel, NaN where the recording was interrupted."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from spasmograph.errors import DamagedBiosignalError
from spasmograph.io.biosignal.contents import Contents, StatedChannel
from spasmograph.io.biosignal.edf.header import EdfHeader, EdfSignal, read_header
from spasmograph.io.biosignal.edf.records import Records
from spasmograph.io.biosignal.edf.remarks import Remarks, collect
from spasmograph.io.biosignal.edf.timing import Timing, contiguous, timing_of
from spasmograph.io.biosignal.files import OpenedFile
from spasmograph.io.biosignal.units import COUNTS
from spasmograph.model.common import Floats

_DRIFT_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class EdfSource:
    """Samples of the signals of an EDF or BDF in their own units; `places[i]` are where stretches of signal i begin on its grid."""

    records: Records
    signals: tuple[EdfSignal, ...]
    timing: Timing
    places: tuple[tuple[int, ...], ...]

    def samples(self, channel: int, first: int, stop: int) -> Floats:
        """See `SampleSource`."""
        signal = self.signals[channel]
        parts = list(self._parts(channel, first, stop))
        if len(parts) == 1 and parts[0][1:] == (first, stop):
            return self.records.physical(signal, first - parts[0][0], stop - parts[0][0])
        values = np.full(max(stop - first, 0), nan)
        for shift, begin, end in parts:
            values[begin - first : end - first] = self.records.physical(signal, begin - shift, end - shift)
        return values

    def _parts(self, channel: int, first: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """The stretches that lie in `first` to `stop`: how far they are moved on the grid against the file, and where they begin and end."""
        size = self.signals[channel].samples
        for stretch, place in zip(self.timing.stretches, self.places[channel], strict=True):
            begin, end = max(place, first), min(place + (stretch.stop - stretch.first) * size, stop)
            if begin < end:
                yield place - stretch.first * size, begin, end


def read_edf(file: OpenedFile) -> Contents:
    """What an EDF or BDF holds.

    Raises:
        DamagedBiosignalError: the header makes no sense, there is no complete data record, or records overlap.
    """
    header = read_header(file)
    records, notes = _records(file, header)
    remarks = collect(records.bytes_of(tuple(signal for signal in header.signals if header.is_annotations(signal))))
    signals, more = _signals(header)
    timing, late = _timing(header, remarks, records.count, max((signal.rate_hz for signal in signals), default=0.0))
    places = tuple(_places(timing, signal) for signal in signals)
    last = timing.stretches[-1]
    return Contents(
        file_format=header.file_format,
        channels=tuple(_stated(signal, at[-1] + (last.stop - last.first) * signal.samples) for signal, at in zip(signals, places, strict=True)),
        source=EdfSource(records=records, signals=signals, timing=timing, places=places),
        duration_s=timing.duration_s,
        annotations=remarks.from_start(_start_s(remarks)),
        gaps=timing.gaps,
        notes=(*notes, *more, *late),
    )


def _records(file: OpenedFile, header: EdfHeader) -> tuple[Records, list[str]]:
    """The complete records that are there, whatever the header says, and what is to be said about that."""
    size = header.record_samples * header.bytes_per_sample
    there, over = divmod(file.size - header.data_offset, size) if size else (0, 0)
    if not there:
        msg = f"{file.path.name} holds no complete data record: {file.size - header.data_offset} bytes after the header, a record has {size}."
        raise DamagedBiosignalError(msg)
    if not any(signal.samples for signal in header.signals if not header.is_annotations(signal)) or not header.record_s:
        msg = f"{file.path.name} holds remarks, but no samples: data records of {header.record_s:g} s. Export it together with its signals."
        raise DamagedBiosignalError(msg)
    notes = []
    if header.records < 0:
        notes.append(f"the recorder never wrote how many data records there are, {there} were found")
    elif there < header.records:
        missing_s = (header.records - there) * header.record_s
        notes.append(f"the file is cut off: {there} of {header.records} data records are there, the last {missing_s:.6g} s are missing")
    elif there > header.records:
        notes.append(f"the file holds {there} data records, its header says {header.records}; all of them were read")
    if over:
        notes.append(f"an incomplete data record at the end was left out ({over} of {size} bytes)")
    return Records(file=file, header=header, count=there, record_bytes=size), notes


def _signals(header: EdfHeader) -> tuple[tuple[EdfSignal, ...], list[str]]:
    """The signals that hold samples, and what is to be said about them."""
    ordinary = [signal for signal in header.signals if not header.is_annotations(signal)]
    notes = [f"channel {signal.label!r} holds no samples and was left out" for signal in ordinary if not signal.samples]
    notes += [
        f"channel {signal.label!r} is not calibrated ({signal.low:g} to {signal.high:g} {signal.unit} for {signal.digital_low:g} to "
        f"{signal.digital_high:g} counts), it is given in counts"
        for signal in ordinary
        if signal.samples and not signal.calibrated
    ]
    return tuple(signal for signal in ordinary if signal.samples), notes


def _timing(header: EdfHeader, remarks: Remarks, count: int, fastest_hz: float) -> tuple[Timing, list[str]]:
    notes = [f"{remarks.unreadable} remarks could not be read"] if remarks.unreadable else []
    stamped = bool(np.isfinite(remarks.onset_s).any())
    if not header.variant or not stamped:
        missing = ["the file does not say when its data records began; they were taken to follow each other"] if header.variant else []
        return contiguous(count, header.record_s), notes + missing
    try:
        timing = timing_of(remarks.onset_s, header.record_s, fastest_hz, drifts=header.variant == "+D")
    except DamagedBiosignalError as error:
        if header.variant == "+D":
            raise
        said = f"data records were taken to follow each other as {header.file_format} says, though {error}"
        return contiguous(count, header.record_s), [*notes, said]
    if header.variant == "+C":
        notes += _doubts(header, timing, remarks)
    return timing, notes


def _doubts(header: EdfHeader, timing: Timing, remarks: Remarks) -> list[str]:
    """Where the times of records in a continuous file say something else than that it is continuous."""
    if timing.gaps:
        said = f"{header.file_format} says that there are no interruptions, the times of its data records show {len(timing.gaps)}"
        return [f"{said}; they were believed"]
    off_s = float(remarks.onset_s[-1]) - _start_s(remarks) - (len(remarks.onset_s) - 1) * header.record_s
    if abs(off_s) > _DRIFT_S:
        return [f"the times of the data records run off by {off_s:.3g} s against the rate of the channels; the rate was believed"]
    return []


def _start_s(remarks: Remarks) -> float:
    """The file's clock at the first sample, a fraction of a second; 0 where it does not say."""
    first = remarks.onset_s[:1]
    return float(first[0]) if len(first) and np.isfinite(first[0]) else 0.0


def _places(timing: Timing, signal: EdfSignal) -> tuple[int, ...]:
    """Where the stretches begin on the signal's grid; none before the one before it ended."""
    places, end = [], 0
    for stretch in timing.stretches:
        place = max(round(stretch.onset_s * signal.rate_hz), end)
        places.append(place)
        end = place + (stretch.stop - stretch.first) * signal.samples
    return tuple(places)


def _stated(signal: EdfSignal, sample_count: int) -> StatedChannel:
    low, high = sorted((signal.low, signal.high)) if signal.calibrated else (signal.digital_low, signal.digital_high)
    return StatedChannel(
        name=signal.label,
        rate_hz=signal.rate_hz,
        sample_count=sample_count,
        unit=signal.unit if signal.calibrated else COUNTS,
        low=low,
        high=high,
        filters=signal.filters,
    )
