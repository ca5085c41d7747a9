"""Small recordings of voltages, written byte by byte, so that every field can also be wrong."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, kw_only=True)
class EdfChannel:
    """One signal of an EDF or BDF: `digital` (n,) over all records, or the bytes of each record for annotations."""

    label: str = "OOc L"
    unit: bytes = b"uV"
    low: str = "-3276.8"
    high: str = "3276.7"
    digital_low: str = "-32768"
    digital_high: str = "32767"
    filters: str = "HP:10Hz LP:500Hz"
    samples: int = 4
    digital: Sequence[int] = ()
    lists: Sequence[bytes] = ()


def lists_channel(*lists: bytes, samples: int = 30, family: str = "EDF") -> EdfChannel:
    """The annotations of every record."""
    return EdfChannel(label=f"{family} Annotations", unit=b"", low="-1", high="1", filters="", samples=samples, lists=lists)


def kept(onset_s: float, *remarks: bytes) -> bytes:
    """One record's list that keeps time, and more lists behind it."""
    return b"".join([f"+{onset_s:g}".encode() + b"\x14\x14\x00", *(remark + b"\x14\x00" for remark in remarks)])


def edf_bytes(channels: Sequence[EdfChannel], *, records: int, variant: str = "", family: str = "EDF", **fields: Any) -> bytes:
    """A file of that many data records of 1 s; `fields` replace fields of the header by other text or bytes."""
    return _header(channels, records, variant, family, fields) + b"".join(_record(channels, number, family) for number in range(records))


def edf_file(folder: Path, channels: Sequence[EdfChannel], **more: Any) -> Path:
    """The same as a file."""
    path = folder / "recording.edf"
    path.write_bytes(edf_bytes(channels, **more))
    return path


def _header(channels: Sequence[EdfChannel], records: int, variant: str, family: str, fields: Mapping[str, Any]) -> bytes:
    main = {
        "version": b"\xffBIOSEMI" if family == "BDF" else b"0",
        "patient": "MCH-0234567 F 02-MAY-1951 Haagse_Harry",
        "recording": "Startdate 02-MAR-2002 EMG561 BK/JOP Sony. MNC R Median Nerve.",
        "date": "17.04.01",
        "time": "11.25.00",
        "header_bytes": 256 * (len(channels) + 1),
        "reserved": variant and family + variant,
        "records": records,
        "record_s": 1,
        "count": len(channels),
    }
    widths = (8, 80, 80, 8, 8, 8, 44, 8, 8, 4)
    parts = [_field(value, width) for value, width in zip({**main, **fields}.values(), widths, strict=True)]
    columns: tuple[tuple[str, int], ...] = (
        ("label", 16), ("", 80), ("unit", 8), ("low", 8), ("high", 8), ("digital_low", 8), ("digital_high", 8), ("filters", 80),
        ("samples", 8), ("", 32),
    )  # fmt: skip
    parts += [_field(getattr(channel, name) if name else "", width) for name, width in columns for channel in channels]
    return b"".join(parts)


def _field(value: Any, width: int) -> bytes:
    raw = value if isinstance(value, bytes) else str(value).encode()
    return raw[:width].ljust(width)


def _record(channels: Sequence[EdfChannel], number: int, family: str) -> bytes:
    return b"".join(_samples(channel, number, 3 if family == "BDF" else 2) for channel in channels)


def _samples(channel: EdfChannel, number: int, width: int) -> bytes:
    if channel.label.endswith("Annotations"):
        return channel.lists[number].ljust(channel.samples * width, b"\0")
    digital = channel.digital or range(10_000)
    part = digital[number * channel.samples : (number + 1) * channel.samples]
    return b"".join(int(value).to_bytes(width, "little", signed=True) for value in part)


def xdf_bytes(*chunks: bytes) -> bytes:
    """An XDF file of a file header and some chunks."""
    return b"XDF:" + _chunk(1, b"<?xml version='1.0'?><info><version>1.0</version></info>") + b"".join(chunks)


def xdf_stream(
    number: int,
    name: str,
    kind: str,
    *,
    channels: int = 1,
    rate_hz: float = 0.0,
    format_: str = "float32",
    labels: Iterable[Mapping[str, str]] = (),
) -> bytes:
    """The header of a stream."""
    inner = "".join("<channel>" + "".join(f"<{key}>{value}</{key}>" for key, value in label.items()) + "</channel>" for label in labels)
    described = f"<desc><channels>{inner}</channels></desc>" if inner else "<desc/>"
    text = (
        f"<?xml version='1.0'?><info><name>{name}</name><type>{kind}</type><channel_count>{channels}</channel_count>"
        f"<nominal_srate>{rate_hz}</nominal_srate><channel_format>{format_}</channel_format>{described}</info>"
    )
    return _chunk(2, struct.pack("<I", number) + text.encode())


def xdf_samples(number: int, stamps: Iterable[float], rows: ArrayLike) -> bytes:
    """Samples (n, channels) of numbers with their stamps."""
    values: NDArray[Any] = np.asarray(rows)
    parts = [b"\x08" + struct.pack("<d", stamp) + row.tobytes() for stamp, row in zip(stamps, values, strict=True)]
    return _chunk(3, struct.pack("<I", number) + _length(len(parts)) + b"".join(parts))


def xdf_words(number: int, stamps: Iterable[float], words: Sequence[str]) -> bytes:
    """Samples of a stream of words."""
    raw = [word.encode() for word in words]
    parts = [b"\x08" + struct.pack("<d", stamp) + _length(len(word)) + word for stamp, word in zip(stamps, raw, strict=True)]
    return _chunk(3, struct.pack("<I", number) + _length(len(parts)) + b"".join(parts))


def xdf_offsets(number: int, times_s: Iterable[float], offset_s: float) -> bytes:
    """By how much a stream's clock lies before that of the recorder."""
    return b"".join(_chunk(4, struct.pack("<Idd", number, time_s, offset_s)) for time_s in times_s)


def _chunk(tag: int, body: bytes) -> bytes:
    return _length(len(body) + 2) + struct.pack("<H", tag) + body


def _length(count: int) -> bytes:
    return b"\x04" + struct.pack("<I", count)
