"""The header of EDF, EDF+, BDF and BDF+ files, read field by field. Who was recorded, by whom and when is left where it is.

edfio, which writes such files here, reads a BDF only as a whole, an interrupted EDF+ as if it were none, and no header that is not quite to the
specification; hospital files are all of that.

References:
    Kemp et al., Electroencephalogr Clin Neurophysiol 1992 (EDF); Kemp and Olivan, Clin Neurophysiol 2003 (EDF+), section 2.1.
"""

import re
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite, nan

from spasmograph.errors import DamagedBiosignalError
from spasmograph.io.biosignal.files import OpenedFile

_MAIN_BYTES, _SIGNAL_BYTES = 256, 256
_FIELDS = {
    "label": 16,
    "transducer": 80,
    "unit": 8,
    "low": 8,
    "high": 8,
    "digital_low": 8,
    "digital_high": 8,
    "filters": 80,
    "samples": 8,
    "reserved": 32,
}
_MOST_SIGNALS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class EdfSignal:
    """One signal of the header: `offset` and `samples` are in samples from the start of a data record, `rate_hz` 0 where it has no samples."""

    label: str
    unit: str
    low: float
    high: float
    digital_low: float
    digital_high: float
    filters: str
    samples: int
    offset: int
    rate_hz: float

    @property
    def calibrated(self) -> bool:
        """Whether its values can be told in its unit; a `high` under its `low` is inverted polarity, and is fine."""
        numbers = (self.low, self.high, self.digital_low, self.digital_high)
        return all(map(isfinite, numbers)) and self.digital_low < self.digital_high and self.low != self.high

    @property
    def gain(self) -> float:
        """Units for one step of the converter; 1 if not calibrated."""
        return (self.high - self.low) / (self.digital_high - self.digital_low) if self.calibrated else 1.0

    @property
    def zero(self) -> float:
        """What a digital value of 0 is in its unit; 0 if not calibrated."""
        return self.low - self.digital_low * self.gain if self.calibrated else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EdfHeader:
    """What the header says about the data records: `bytes_per_sample` is 2 (EDF) or 3 (BDF), `records` -1 where it was never filled in."""

    family: str
    variant: str
    data_offset: int
    records: int
    record_s: float
    bytes_per_sample: int
    signals: tuple[EdfSignal, ...]

    @property
    def file_format(self) -> str:
        """EDF, EDF+C, EDF+D, BDF, BDF+C or BDF+D."""
        return self.family + self.variant

    @property
    def record_samples(self) -> int:
        """Samples of all signals in one data record."""
        return sum(signal.samples for signal in self.signals)

    def is_annotations(self, signal: EdfSignal) -> bool:
        """Whether a signal holds remarks in place of samples."""
        return signal.label in {f"{self.family} Annotations", "EDF Annotations", "BDF Annotations"}


def looks_like_edf(head: bytes) -> bool:
    """Whether a file that begins so says that it is an EDF or a BDF; a table of text may begin with a 0 as well, but has lines."""
    return head.startswith(b"\xffBIOSEMI") or (head[:8].strip(b" \0") == b"0" and len(head) > len(b"0 ") and not re.search(b"[\r\n\t]", head))


def read_header(file: OpenedFile) -> EdfHeader:
    """The header of a file that looks like EDF or BDF.

    Raises:
        DamagedBiosignalError: a field that the samples cannot be found without is missing or makes no sense.
    """
    main = file.read(0, min(_MAIN_BYTES, file.size)).ljust(_MAIN_BYTES)
    family = "BDF" if main[:1] == b"\xff" else "EDF"
    count = _whole(main[252:256], "number of signals", file, least=1, most=_MOST_SIGNALS)
    size = _MAIN_BYTES + count * _SIGNAL_BYTES
    if file.size < size:
        msg = f"{file.path.name} is cut off in its header: {file.size} bytes, {size} are needed for {count} signals. Copy or export it again."
        raise DamagedBiosignalError(msg)
    _check_size(main, size, file)
    record_s = _number(main[244:252])
    if not 0 <= record_s < float("inf"):
        raise _no_sense(file, "duration of a data record", main[244:252], "0 s or more")
    variant = re.match(r"[EB]DF(\+[CD])", _text(main[192:236]))
    return EdfHeader(
        family=family,
        variant=variant[1] if variant else "",
        data_offset=size,
        records=_whole(main[236:244], "number of data records", file, least=-1, most=99_999_999),
        record_s=record_s,
        bytes_per_sample=3 if family == "BDF" else 2,
        signals=_signals(file.read(_MAIN_BYTES, size - _MAIN_BYTES), count, record_s, file),
    )


def _check_size(main: bytes, size: int, file: OpenedFile) -> None:
    """The header's own statement of its size has to fit the number of signals, or samples are looked for in the wrong place."""
    if _whole(main[184:192], "size of the header", file, least=0, most=99_999_999) != size:
        raise _no_sense(file, "size of the header", main[184:192], f"{size} bytes")


def _signals(table: bytes, count: int, record_s: float, file: OpenedFile) -> tuple[EdfSignal, ...]:
    columns, start = {}, 0
    for name, width in _FIELDS.items():
        columns[name] = [table[start + place * width : start + (place + 1) * width] for place in range(count)]
        start += count * width
    samples = [_whole(field, "samples in a data record", file, least=0, most=99_999_999) for field in columns["samples"]]
    offsets = accumulate(samples, initial=0)
    return tuple(
        EdfSignal(
            label=_text(columns["label"][place]),
            unit=_text(columns["unit"][place]),
            filters=_text(columns["filters"][place]),
            samples=samples[place],
            offset=offset,
            rate_hz=samples[place] / record_s if record_s else 0.0,
            **{name: _number(columns[name][place]) for name in ("low", "high", "digital_low", "digital_high")},
        )
        for place, offset in zip(range(count), offsets, strict=False)
    )


def _text(field: bytes) -> str:
    """A field's words. The specification wants ASCII; what else stands there is UTF-8, or latin-1 as with a micro sign of one byte."""
    raw = field.split(b"\0")[0]
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def _number(field: bytes) -> float:
    """A field's number, NaN where it is none; some writers put a decimal comma."""
    try:
        return float(_text(field).replace(",", "."))
    except ValueError:
        return nan


def _whole(field: bytes, what: str, file: OpenedFile, *, least: int, most: int) -> int:
    number = _number(field)
    if not least <= number <= most or number != int(number):
        raise _no_sense(file, what, field, f"a whole number from {least} to {most}")
    return int(number)


def _no_sense(file: OpenedFile, what: str, field: bytes, bound: str) -> DamagedBiosignalError:
    return DamagedBiosignalError(
        f"the header of {file.path.name} is damaged: the {what} is {_text(field)!r}, it must be {bound}. Copy or export it again from the recorder."
    )
