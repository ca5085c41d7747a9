"""What a reader of one format hands over: channels as the file states them, and where their samples come from."""

from dataclasses import dataclass, replace
from math import isfinite, nan

import numpy as np

from spasmograph.model.common import Floats, Span
from spasmograph.model.emg import Annotation, SampleSource


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedChannel:
    """One channel in the words of its file; `low` and `high` are the ends of its range in the file's unit, NaN where it does not say.

    `sensor` is what the file says that it records, apart from the name: "EMG" in an OpenSignals header, the type of a stream.
    """

    name: str
    rate_hz: float
    sample_count: int
    unit: str = ""
    low: float = nan
    high: float = nan
    filters: str = ""
    sensor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A file as one format's reader understands it; `source` gives samples in the file's own unit, by place in `channels`."""

    file_format: str
    channels: tuple[StatedChannel, ...]
    source: SampleSource
    duration_s: float
    annotations: tuple[Annotation, ...] = ()
    gaps: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()

    def noting(self, *notes: str) -> "Contents":
        """The same with more notes, each of them once."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledSource:
    """Samples in microvolts from a source in the file's own units; `scales` are microvolts per unit, NaN for what is no voltage."""

    source: SampleSource
    scales: tuple[float, ...]

    def samples(self, channel: int, first: int, stop: int) -> Floats:
        """See `SampleSource`."""
        values = self.source.samples(channel, first, stop)
        scale = self.scales[channel]
        return values * scale if isfinite(scale) and scale != 1.0 else values


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSource:
    """Samples in memory that lie at certain places of a uniform grid: `arrays[i]` (n,) at `places[i]` (n,), NaN in between.

    `places[i]` is None where there are no gaps.
    """

    arrays: tuple[Floats, ...]
    places: tuple["np.ndarray[tuple[int], np.dtype[np.int64]] | None", ...]

    def samples(self, channel: int, first: int, stop: int) -> Floats:
        """See `SampleSource`."""
        array, places = self.arrays[channel], self.places[channel]
        if places is None:
            return finite(np.array(array[first:stop], np.float64))
        start, end = np.searchsorted(places, (first, stop))
        values = np.full(max(stop - first, 0), nan)
        values[places[start:end] - first] = array[start:end]
        return finite(values)


def finite(values: Floats) -> Floats:
    """The same array, with NaN in place of what is infinite: some recorders mark an overload so."""
    values[np.isinf(values)] = nan
    return values
