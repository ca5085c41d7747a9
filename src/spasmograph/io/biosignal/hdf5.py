"""OpenSignals HDF5: one group a device, named by its address, with `raw/channel_N` for every analogue input."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spasmograph.errors import DamagedBiosignalError, NotABiosignalError
from spasmograph.io.biosignal.contents import Contents, StatedChannel
from spasmograph.io.biosignal.files import OpenedFile
from spasmograph.io.biosignal.units import COUNTS
from spasmograph.model.common import Floats

SIGNATURE = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hdf5Source:
    """Samples of data sets (n,) or (n, 1) that stay in their file."""

    file: OpenedFile
    paths: tuple[str, ...]

    def samples(self, channel: int, first: int, stop: int) -> Floats:
        """See `SampleSource`."""
        import h5py

        self.file.check_unchanged()
        try:
            with h5py.File(self.file.path, "r") as opened:
                return np.asarray(opened[self.paths[channel]][first:stop], np.float64).reshape(-1)
        except (OSError, RuntimeError, KeyError) as error:
            raise _damaged(self.file, error) from error


def read_hdf5(file: OpenedFile) -> Contents:
    """What an OpenSignals HDF5 file holds, in counts of the converter.

    Raises:
        NotABiosignalError: it holds no device with a sampling rate and raw channels.
        DamagedBiosignalError: it cannot be read.
    """
    import h5py

    try:
        with h5py.File(file.path, "r") as opened:
            found = [part for name, device in opened.items() for part in _channels(name, device)]
    except (OSError, RuntimeError, KeyError) as error:
        raise _damaged(file, error) from error
    if not found:
        msg = f"{file.path.name} is an HDF5 file, but not one of OpenSignals: there is no device with a sampling rate and raw/channel_N in it."
        raise NotABiosignalError(msg)
    channels = tuple(channel for _, channel in found)
    return Contents(
        file_format="OpenSignals HDF5",
        channels=channels,
        source=Hdf5Source(file=file, paths=tuple(path for path, _ in found)),
        duration_s=max(channel.sample_count / channel.rate_hz for channel in channels),
    )


def _channels(name: str, device: Any) -> Iterator[tuple[str, StatedChannel]]:
    """The inputs of one device: analogue ones, and digital ones, which may hold triggers."""
    rate_hz = _number(device.attrs, "sampling rate") if hasattr(device, "attrs") else 0.0
    if not rate_hz or not hasattr(device, "keys"):
        return
    sizes = [int(size) for size in np.atleast_1d(device.attrs.get("resolution", []))]
    for folder in ("raw", "digital"):
        names = sorted((key for key in device.get(folder, {}) if key[:2] in {"ch", "di"}), key=_by_number)
        for place, key in enumerate(names):
            data = device[folder][key]
            if not len(data) or len(data) != data.size:
                continue
            bits = (sizes[place : place + 1] or [0])[0] if folder == "raw" else 0
            yield f"{name}/{folder}/{key}", _stated(key, data, rate_hz, bits)


def _stated(key: str, data: Any, rate_hz: float, bits: int) -> StatedChannel:
    sensor, label = _text(data.attrs, "sensor"), _text(data.attrs, "label")
    return StatedChannel(
        name=label or key,
        rate_hz=rate_hz,
        sample_count=len(data),
        unit=COUNTS,
        low=0.0 if bits else float("nan"),
        high=2.0**bits - 1 if bits else float("nan"),
        sensor=sensor,
    )


def _by_number(key: str) -> tuple[int, str]:
    digits = "".join(sign for sign in key if sign.isdecimal())
    return int(digits or 0), key


def _number(attributes: Mapping[str, Any], name: str) -> float:
    value = np.atleast_1d(attributes.get(name, 0))
    return float(value[0]) if value.dtype.kind in "iuf" and value[0] > 0 else 0.0


def _text(attributes: Mapping[str, Any], name: str) -> str:
    value = np.atleast_1d(attributes.get(name, ""))[0]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _damaged(file: OpenedFile, error: Exception) -> DamagedBiosignalError:
    return DamagedBiosignalError(f"{file.path.name} is a damaged or cut off HDF5 file ({error}). Copy or export it again.")
