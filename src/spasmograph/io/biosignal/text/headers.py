"""What OpenSignals and BioSPPy say above the numbers of their text files: rate, labels, sensors and resolution.

References:
    OpenSignals (r)evolution text file format: a line of JSON with one entry a device. BioSPPy's "Simple Text Format": lines "name:= value".
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PAIR = re.compile(r"^(?P<key>[^:=]+?)\s*(?::=|[:=])\s*(?P<value>.+)$")
_RATE = re.compile(r"sampl\w*[ _]?(rate|freq\w*)|^(rate|fs|sfreq|srate)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHeader:
    """What is said above a table: its format's name, its rate in Hz or None, and by column its name, sensor and bits; empty where nothing is said."""

    file_format: str = ""
    rate_hz: float | None = None
    names: tuple[str, ...] = ()
    sensors: Mapping[str, str] | None = None
    bits: Mapping[str, int] | None = None


def header_of(remarks: Sequence[str]) -> TextHeader:
    """What the lines above a table say; nothing where they are of neither format and name no rate."""
    for line in remarks:
        if line.startswith("{"):
            devices = _devices(line)
            if devices:
                return _of_devices(devices)
    return _of_pairs(remarks)


def _devices(line: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(line)
    except ValueError:
        return []
    return [device for device in found.values() if isinstance(device, dict) and "sampling rate" in device] if isinstance(found, dict) else []


def _of_devices(devices: Sequence[Mapping[str, Any]]) -> TextHeader:
    """The columns of all devices, one device after the other; a name that comes again gets its device's number."""
    names: list[str] = []
    sensors: dict[str, str] = {}
    bits: dict[str, int] = {}
    for number, device in enumerate(devices, start=1):
        columns = [str(column) for column in device.get("column", device.get("label", []))]
        labels = [str(label) for label in device.get("label", [])]
        own = [f"{column} ({number})" if column in names else column for column in columns]
        names += own
        # Sensors are said for the analogue columns, which come last; the resolution for all of them.
        analogue = own[len(own) - len(labels) :]
        sensors |= dict(zip(analogue, map(str, device.get("sensor", [])), strict=False))
        sizes = [int(size) for size in device.get("resolution", []) if str(size).isdecimal()]
        bits |= dict(zip(analogue, sizes[-len(analogue) :], strict=False)) if analogue else {}
    return TextHeader(file_format="OpenSignals", rate_hz=_positive(devices[0]["sampling rate"]), names=tuple(names), sensors=sensors, bits=bits)


def _of_pairs(remarks: Sequence[str]) -> TextHeader:
    pairs = {found["key"].strip().lower(): found["value"].strip() for line in remarks if (found := _PAIR.match(line))}
    rate_hz = next((_positive(value) for key, value in pairs.items() if _RATE.search(key)), None)
    names = tuple(part.strip() for part in re.split(r"[\t,;]", pairs.get("labels", "")) if part.strip())
    size = pairs.get("resolution", "")
    bits = dict.fromkeys(names, int(size)) if size.isdecimal() else {}
    simple = any("simple text format" in line.lower() for line in remarks)
    return TextHeader(file_format="BioSPPy" if simple else "", rate_hz=rate_hz, names=names, bits=bits)


def _positive(value: Any) -> float | None:
    """A number above 0 from what stands there, with or without a unit behind it."""
    found = re.match(r"[0-9.]+(e[+-]?\d+)?", str(value), re.IGNORECASE)
    try:
        number = float(found[0]) if found else 0.0
    except ValueError:
        return None
    return number or None
