"""NumPy files: a .npy with one column a channel, or a .npz with one array a channel, whose names are the channels' names."""

import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import DamagedBiosignalError, NotABiosignalError, UnknownRateError
from spasmograph.io.biosignal.contents import Contents, PlacedSource, StatedChannel, finite
from spasmograph.io.biosignal.files import OpenedFile
from spasmograph.io.biosignal.units import COUNTS, split_unit
from spasmograph.model.common import Floats

_Loaded = TypeVar("_Loaded")

# What NumPy and its zip files say of damage, anywhere from a header to the last byte.
_UNREADABLE = (
    ValueError,
    EOFError,
    OSError,
    KeyError,
    TypeError,
    SyntaxError,
    OverflowError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    tokenize.TokenError,
)
_RATE_NAMES = ("rate_hz", "sampling_rate", "sampling_rate_hz", "fs", "sfreq")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedSource:
    """Samples from a .npy file that stays on disk; channels are columns, or rows where there are more columns than rows."""

    file: OpenedFile

    def samples(self, channel: int, first: int, stop: int) -> Floats:
        """See `SampleSource`."""
        self.file.check_unchanged()
        return finite(np.array(_columns(_load(self.file))[first:stop, channel], np.float64))


def read_npy(file: OpenedFile, rate_hz: float | None) -> Contents:
    """What a .npy file holds: (n,) or (n, channels) at `rate_hz`.

    Raises:
        UnknownRateError: no rate is given, which such a file cannot say.
        NotABiosignalError: it holds no numbers, or more than two dimensions.
    """
    table = _columns(_load(file))
    rate_hz = _stated_rate(rate_hz, file)
    unit = COUNTS if table.dtype.kind in "iu" else ""
    channels = [StatedChannel(name=f"channel {place + 1}", rate_hz=rate_hz, sample_count=len(table), unit=unit) for place in range(table.shape[1])]
    return Contents(file_format="NumPy", channels=tuple(channels), source=MappedSource(file=file), duration_s=len(table) / rate_hz)


def read_npz(file: OpenedFile, rate_hz: float | None) -> Contents:
    """What a .npz file holds: one channel an array, at `rate_hz` or at the rate that an array `rate_hz` in it gives.

    Raises:
        UnknownRateError: neither the caller nor the file gives a rate.
        NotABiosignalError: it holds no arrays of numbers.
        DamagedBiosignalError: an array cannot be read.
    """
    arrays = _checked(lambda: _all_of(file), file)
    stated = next((float(arrays[name]) for name in _RATE_NAMES if name in arrays and arrays[name].size == 1), None)
    rate_hz = _stated_rate(stated if rate_hz is None else rate_hz, file)
    named = _named_columns({name: array for name, array in arrays.items() if name not in _RATE_NAMES}, file)
    return contents_of(named, dict.fromkeys(named, rate_hz), {}, "NumPy")


def contents_of(arrays: Mapping[str, Floats], rates_hz: Mapping[str, float], units: Mapping[str, str], file_format: str) -> Contents:
    """Arrays in memory (n,) as the contents of a file; a name may end with its unit, "EMG L (mV)"."""
    channels = []
    for name, array in arrays.items():
        plain, unit = split_unit(name)
        unit = units.get(name) or unit or (COUNTS if array.dtype.kind in "iu" else "")
        channels.append(StatedChannel(name=plain, rate_hz=rates_hz[name], sample_count=len(array), unit=unit))
    source = PlacedSource(arrays=tuple(arrays.values()), places=(None,) * len(arrays))
    longest_s = max((channel.sample_count / channel.rate_hz for channel in channels), default=0.0)
    return Contents(file_format=file_format, channels=tuple(channels), source=source, duration_s=longest_s)


def _load(file: OpenedFile) -> NDArray[Any]:
    loaded: NDArray[Any] = _checked(lambda: np.load(file.path, mmap_mode="r", allow_pickle=False), file)
    return loaded


def _all_of(file: OpenedFile) -> dict[str, NDArray[Any]]:
    with file.path.open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _checked(load: Callable[[], _Loaded], file: OpenedFile) -> _Loaded:
    try:
        return load()
    except _UNREADABLE as error:
        msg = f"{file.path.name} cannot be read as NumPy arrays ({error}). Save it again with numpy.save or numpy.savez, without objects."
        raise DamagedBiosignalError(msg) from error


def _columns(array: NDArray[Any]) -> NDArray[Any]:
    """The array with one column a channel."""
    table = array[:, np.newaxis] if array.ndim == 1 else array
    if table.ndim != 2 or table.dtype.kind not in "iuf" or not table.size:  # noqa: PLR2004
        msg = f"an array of shape {array.shape} and type {array.dtype} holds no samples; (n,) or (n, channels) of numbers is needed."
        raise NotABiosignalError(msg)
    return table if table.shape[0] >= table.shape[1] else table.T


def _named_columns(arrays: Mapping[str, NDArray[Any]], file: OpenedFile) -> dict[str, Floats]:
    """Every array of numbers under its name; of one with several columns each under its number."""
    named: dict[str, Floats] = {}
    for name, array in arrays.items():
        if array.ndim not in {1, 2} or array.dtype.kind not in "iuf" or array.size <= 1:
            continue
        table = _columns(array)
        parts = [name] if table.shape[1] == 1 else [f"{name} {number}" for number in range(1, table.shape[1] + 1)]
        named |= {part: table[:, place] for place, part in enumerate(parts)}
    if not named:
        msg = f"{file.path.name} holds no arrays of numbers, only: {', '.join(arrays) or 'nothing'}. Save one array (n,) a channel."
        raise NotABiosignalError(msg)
    return named


def _stated_rate(rate_hz: float | None, file: OpenedFile) -> float:
    if rate_hz is None:
        msg = f"{file.path.name} does not say how many samples a second it holds. Give it: --rate 2000."
        raise UnknownRateError(msg)
    if not 0 < rate_hz < inf:
        msg = f"{file.path.name} gives a rate of {rate_hz:g} Hz; it must be more than 0. Give the right one: --rate 2000."
        raise UnknownRateError(msg)
    return float(rate_hz)
