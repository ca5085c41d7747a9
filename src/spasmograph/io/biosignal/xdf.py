"""XDF, the files of the lab streaming layer: several streams on one clock; those of words or of single marks become remarks."""

import gzip
import logging
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from math import inf
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import DamagedBiosignalError, NotABiosignalError
from spasmograph.io.biosignal.contents import Contents, PlacedSource, StatedChannel
from spasmograph.io.biosignal.files import WAY_OUT, OpenedFile
from spasmograph.io.biosignal.grid import Grid, uniform_grid
from spasmograph.io.biosignal.matching import match_muscle
from spasmograph.model.common import Floats, Span
from spasmograph.model.emg import Annotation
from spasmograph.parameters import load_emg_parameters

_Stream = Mapping[str, Any]
Places = NDArray[np.int64] | None

# Stamps are made even between breaks; arrival through a wireless link may be late by less than this without any loss.
_BREAK_S = 0.2
_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A stream of samples on its own grid; `shift` is how many places its first sample lies behind the first of all streams."""

    stream: _Stream
    grid: Grid
    shift: int


def read_xdf(file: OpenedFile) -> Contents:
    """What an XDF file holds; 0 s is the first sample of all streams. It is read into memory.

    Raises:
        DamagedBiosignalError: it cannot be read.
        NotABiosignalError: it holds no stream of numbers with a rate.
    """
    streams, complaints = _loaded(file)
    numbers = [stream for stream in streams if _is_sampled(stream)]
    if not numbers:
        names = ", ".join(repr(_info(stream, "name")) for stream in streams) or "none"
        msg = f"{file.path.name} holds no stream of regular samples (streams: {names}). {complaints[0] if complaints else ''}"
        raise (DamagedBiosignalError if complaints else NotABiosignalError)(msg.strip())
    start_s = min(float(stream["time_stamps"][0]) for stream in numbers)
    placed = [_placed(stream, start_s) for stream in numbers]
    marks = [mark for stream in streams if not _is_sampled(stream) for mark in _marks(stream, start_s)]
    parts = [part for one in placed for part in _channels(one)]
    return Contents(
        file_format="XDF",
        channels=tuple(channel for channel, _, _ in parts),
        source=PlacedSource(arrays=tuple(values for _, values, _ in parts), places=tuple(places for _, _, places in parts)),
        duration_s=max(channel.sample_count / channel.rate_hz for channel, _, _ in parts),
        annotations=tuple(sorted(marks, key=lambda mark: mark.onset_s)),
        gaps=_common_gaps(placed),
        notes=(*complaints, *(note for one in placed for note in one.grid.notes)),
    )


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What pyxdf complains about while it reads, in place of its lines on the terminal."""
    said: list[str] = []
    logger, handler = logging.getLogger("pyxdf"), logging.Handler(logging.ERROR)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def _loaded(file: OpenedFile) -> tuple[list[_Stream], list[str]]:
    import pyxdf

    opened = _opened(file)
    try:
        with opened, _listening() as said:
            streams, _ = pyxdf.load_xdf(opened, jitter_break_threshold_seconds=_BREAK_S, jitter_break_threshold_samples=1)
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, struct.error, zlib.error, ParseError, MemoryError) as error:
        msg = f"{file.path.name} cannot be read as XDF ({type(error).__name__}: {error}). Copy or record it again."
        raise DamagedBiosignalError(msg) from error
    return streams, [f"the file is damaged in {len(said)} places; what is left was read"] if said else []


def _opened(file: OpenedFile) -> BufferedIOBase:
    """The file, unpacked where it is packed."""
    packed = file.read(0, 2) == b"\x1f\x8b"
    opened: BufferedIOBase = gzip.open(file.path, "rb") if packed else file.path.open("rb")  # noqa: SIM115 (the caller closes it)
    try:
        begins_well = opened.read(4) == b"XDF:"
    except (OSError, EOFError, zlib.error):
        begins_well = False
    if begins_well:
        opened.seek(0)
        return opened
    opened.close()
    msg = f"{file.path.name} is packed, and what is in it is no XDF file. Unpack it first, or give another. {WAY_OUT}"
    raise NotABiosignalError(msg)


def _info(stream: _Stream, key: str) -> str:
    """A stream's own word for something; empty where it has none."""
    value = (stream["info"].get(key) or [""])[0]
    return str(value or "")


def _is_sampled(stream: _Stream) -> bool:
    """Whether a stream holds samples in a row rather than single marks."""
    count, stamps = len(stream["time_stamps"]), stream["time_stamps"]
    if count < _FEWEST or _info(stream, "channel_format") == "string":
        return False
    if float(_info(stream, "nominal_srate") or 0) > 0:
        return True
    # Without a rate of its own a stream holds samples if they come often enough.
    rate_hz = (count - 1) / max(float(stamps[-1] - stamps[0]), 1e-9)
    return "mark" not in _info(stream, "type").lower() and rate_hz >= load_emg_parameters()["samples_slowest_hz"]


def _marks(stream: _Stream, start_s: float) -> Iterator[Annotation]:
    for stamp, row in zip(stream["time_stamps"], stream["time_series"], strict=True):
        text = " ".join(f"{value:g}" if isinstance(value, np.number) else str(value) for value in row).strip()
        if text:
            yield Annotation(onset_s=round(float(stamp) - start_s, 9), text=text)


def _placed(stream: _Stream, start_s: float) -> _Placed:
    stamps = np.asarray(stream["time_stamps"], np.float64)
    grid = uniform_grid(stamps - stamps[0])
    return _Placed(stream=stream, grid=grid, shift=round((float(stamps[0]) - start_s) * grid.rate_hz))


def _channels(placed: _Placed) -> Iterator[tuple[StatedChannel, Floats, Places]]:
    """The channels of a stream, their values, and the places where these lie."""
    series, grid = np.asarray(placed.stream["time_series"]), placed.grid
    held = grid.held
    if placed.shift:
        held = (np.arange(grid.count) if held is None else held) + placed.shift
    for number in range(series.shape[1]):
        said = _said(placed.stream, number)
        name = said.get("label") or f"{_info(placed.stream, 'name')} {number + 1}".strip()
        channel = StatedChannel(
            name=name,
            rate_hz=grid.rate_hz,
            sample_count=grid.count + placed.shift,
            unit=said.get("unit", ""),
            # An amplifier's stream is often called EEG as a whole; a muscle's name says more.
            sensor=said.get("type") or ("" if match_muscle(name) else _info(placed.stream, "type")),
        )
        yield channel, grid.put(series[:, number]), held


def _said(stream: _Stream, number: int) -> dict[str, str]:
    """What a stream's description says about one of its channels."""
    description = (stream["info"].get("desc") or [None])[0]
    listed = (description.get("channels") or [None])[0] if isinstance(description, Mapping) else None
    entries = listed.get("channel", []) if isinstance(listed, Mapping) else []
    entry = entries[number] if number < len(entries) and isinstance(entries[number], Mapping) else {}
    return {key: str((entry.get(key) or [""])[0] or "").strip() for key in ("label", "unit", "type")}


def _common_gaps(placed: Sequence[_Placed]) -> tuple[Span, ...]:
    """The time of which no stream holds anything."""
    common = [Span(onset_s=0.0, offset_s=inf)]
    for one in placed:
        begin_s, end_s = one.shift / one.grid.rate_hz, (one.shift + one.grid.count) / one.grid.rate_hz
        inner = [Span(onset_s=gap.onset_s + begin_s, offset_s=gap.offset_s + begin_s) for gap in one.grid.gaps]
        common = _overlaps(common, [Span(onset_s=0.0, offset_s=begin_s), *inner, Span(onset_s=end_s, offset_s=inf)])
    return tuple(gap for gap in common if gap.offset_s < inf)


def _overlaps(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    both = ((max(one.onset_s, other.onset_s), min(one.offset_s, other.offset_s)) for one in some for other in others)
    return [Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in both if onset_s < offset_s]
