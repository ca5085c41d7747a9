"""How strongly a muscle works from moment to moment: the moving RMS of its conditioned EMG."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.front.windows import Window, Windows
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters, load_emg_parameters

_BLOCK = 1 << 15


def envelope(conditioned_uv: Floats, *, rate_hz: float, window_s: float | None = None, parameters: Parameters | None = None) -> Floats:
    """The envelope of a muscle's activity: RMS over a window centred on each sample.

    Args:
        conditioned_uv: (n,) in microvolts, NaN where not measured.
        rate_hz: samples a second.
        window_s: length of the window, else `envelope_window_s`; the nearest odd number of samples.
        parameters: the rule set, else the one that ships.

    Returns:
        (n,) in microvolts, at least 0. NaN where `conditioned_uv` is; elsewhere over those samples of the window that were measured.
    """
    stream = EnvelopeStream(rate_hz=rate_hz, window_s=window_s, parameters=parameters)
    return np.concatenate([stream.update(conditioned_uv), stream.close()])


def half_window(rate_hz: float, window_s: float) -> int:
    """How many samples a centred window of that length reaches to either side."""
    return max(0, round((window_s * rate_hz - 1) / 2))


class EnvelopeStream:
    """The envelope, block by block: `update` with any number of samples, then `close`; joined, what comes out is what `envelope` returns.

    It comes half a window, and up to a block of 2¹⁵ samples, late.
    """

    def __init__(self, *, rate_hz: float, window_s: float | None = None, parameters: Parameters | None = None) -> None:
        rules = parameters or load_emg_parameters()
        self._half = half_window(rate_hz, window_s or rules["envelope_window_s"])
        self._windows = Windows(block=_BLOCK, margin=self._half)

    def update(self, conditioned_uv: Floats) -> Floats:
        """Envelope values that are ready now, in microvolts; perhaps none."""
        return _joined([self._smoothed(window) for window in self._windows.update(conditioned_uv)])

    def close(self) -> Floats:
        """The rest of the envelope."""
        return _joined([self._smoothed(window) for window in self._windows.close()])

    def _smoothed(self, window: Window) -> Floats:
        missing, power = _powers(window)
        counts = moving_sum((~missing).astype(np.float64), self._half)
        smooth = np.sqrt(moving_sum(power, self._half) / np.maximum(counts, 1.0))
        smooth[missing] = np.nan
        return smooth[window.inner]


class StoredEnvelope:
    """The envelope to be kept, at every `k / envelope_rate_hz` from 0 to the end: its value at the nearest sample.

    `update` with any number of samples, then `close`; then `values_uv` holds (n,) in microvolts, NaN where that sample was not measured.
    """

    def __init__(self, *, rate_hz: float, parameters: Parameters | None = None) -> None:
        rules = parameters or load_emg_parameters()
        self._half = half_window(rate_hz, rules["envelope_window_s"])
        self._step = rate_hz / rules["envelope_rate_hz"]
        self._windows = Windows(block=_BLOCK, margin=self._half)
        self._parts: list[NDArray[np.float32]] = []
        self._ticks = 0

    @property
    def values_uv(self) -> Floats:
        """See the class."""
        return np.concatenate(self._parts) if self._parts else np.empty(0)

    def update(self, conditioned_uv: Floats) -> None:
        """More samples."""
        self._parts.extend(self._kept(window) for window in self._windows.update(conditioned_uv))

    def close(self) -> None:
        """The recording ends."""
        self._parts.extend(self._kept(window) for window in self._windows.close())

    def _kept(self, window: Window) -> NDArray[np.float32]:
        """The values of the ticks whose nearest sample lies in the block; at the end also those less than a sample later."""
        reached = window.first + window.lead + window.length
        end = reached == window.first + len(window.samples)
        stop = ceil(reached / self._step - 1e-9) if end else max(self._ticks, ceil((reached - 0.5) / self._step))
        ticks = np.arange(self._ticks, stop)
        self._ticks = stop
        nearest = np.minimum(np.floor(ticks * self._step + 0.5).astype(np.int64), reached - 1)
        return _at_places(window.samples, nearest - window.first, self._half).astype(np.float32)


def _at_places(samples: Floats, places: NDArray[np.int64], half: int) -> Floats:
    """The envelope at these places only."""
    if len(places) == 0:
        return np.empty(0)
    missing = np.isnan(samples)
    some_missing = bool(missing.any())
    power = np.zeros(len(samples) + 1)
    np.square(samples, out=power[:-1], where=~missing if some_missing else True)
    low, high = np.maximum(places - half, 0), np.minimum(places + half + 1, len(samples))
    # Sums from each even entry to the odd one after it; what stands between windows is thrown away.
    bounds = np.stack([low, high], axis=1).ravel()
    counts = np.add.reduceat(np.append(~missing, False).astype(np.int64), bounds)[::2] if some_missing else high - low
    values: Floats = np.sqrt(np.add.reduceat(power, bounds)[::2] / np.maximum(counts, 1))
    if some_missing:
        values[missing[places]] = np.nan
    return values


def moving_sum(values: Floats, half: int) -> Floats:
    """Sums over `2 * half + 1` places centred on each; nothing lies beyond the ends.

    Only additions of what is in the window, so that a huge value leaves no rounding error behind once it is past.
    """
    width = 2 * half + 1
    if width == 1:
        return values
    count = -(-(len(values) + 2 * half) // width)
    table = np.zeros((count + 1) * width)
    table[half : half + len(values)] = values
    rows = table.reshape(-1, width)
    before = np.cumsum(rows, axis=1).ravel()
    after = np.cumsum(rows[:, ::-1], axis=1)[:, ::-1].ravel()
    sums = after[: len(values)].copy()
    shared = np.arange(len(values)) % width != 0
    sums[shared] += before[width - 1 : width - 1 + len(values)][shared]
    return sums


def moving_means(values: Floats, widths: Sequence[int]) -> list[Floats]:
    """Means over so many places around each, for each of some widths, of an even one more before than after; zeros lie beyond the ends.

    By one running sum, which is quick; its rounding error is that of the largest value.
    """
    count, most = len(values), max(widths)
    start = most // 2
    summed = np.zeros(count + most + 1)
    values.cumsum(out=summed[start + 1 : start + 1 + count])
    summed[start + 1 + count :] = summed[start + count]
    firsts = [start - width // 2 for width in widths]
    return [(summed[at + width : at + width + count] - summed[at : at + count]) / width for at, width in zip(firsts, widths, strict=True)]


def _powers(window: Window) -> tuple[NDArray[np.bool_], Floats]:
    missing = np.isnan(window.samples)
    power = np.square(window.samples)
    power[missing] = 0.0
    return missing, power


def _joined(parts: list[Floats]) -> Floats:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0)
