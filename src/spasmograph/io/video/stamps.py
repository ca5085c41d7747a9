"""The time stamps of a film's pictures, put in order of showing; what does not fit is dropped and said."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av import VideoFrame
    from av.packet import Packet
    from av.video.stream import VideoStream

_MISSING = np.iinfo(np.int64).min

_EVEN_TOLERANCE = 3

Stamped = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """Stamps in order of showing (n,), indices of key frames among them, and whether frames have to be counted because stamps are missing."""

    values: Stamped
    keys: Stamped
    time_base_s: Fraction
    by_order: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketTable:
    """One row a packet in file order: time of showing, time of decoding (int64 minimum where missing), key frame; and how many were damaged."""

    shown: Stamped
    decoded: Stamped
    key: NDArray[np.bool_]
    damaged: int
    total: int


def read_stamps(packets: Iterable["Packet[VideoStream]"]) -> PacketTable:
    """The stamps of all packets that give a picture; those that the file's edit list hides are left out."""
    from array import array

    shown, decoded, key = array("q"), array("q"), array("b")
    damaged = total = 0
    for packet in packets:
        total += 1
        damaged += packet.is_corrupt
        if not packet.is_discard and not packet.is_corrupt:
            shown.append(_MISSING if packet.pts is None else packet.pts)
            decoded.append(_MISSING if packet.dts is None else packet.dts)
            key.append(packet.is_keyframe)
    return PacketTable(
        shown=np.array(shown, dtype=np.int64),
        decoded=np.array(decoded, dtype=np.int64),
        key=np.array(key, dtype=np.bool_),
        damaged=damaged,
        total=total,
    )


def stamps_of_pictures(pictures: Iterable["VideoFrame"]) -> PacketTable:
    """The same from the decoded pictures, for files whose packets are not one picture each."""
    from array import array

    shown, key = array("q"), array("b")
    for picture in pictures:
        shown.append(_MISSING if picture.pts is None else picture.pts)
        key.append(picture.key_frame)
    return PacketTable(
        shown=np.array(shown, dtype=np.int64),
        decoded=np.full(len(shown), _MISSING, dtype=np.int64),
        key=np.array(key, dtype=np.bool_),
        damaged=0,
        total=len(shown),
    )


def arrange(table: PacketTable, *, by_dts: bool, even: bool, frame_stamps: Fraction, stated_frames: int, time_base_s: Fraction) -> Stamps:
    """Stamps in order of showing.

    `by_dts` takes the times of decoding in their place (AVI keeps no others); `even` trusts the frame rate more than the stamps where both agree
    on the film's length (MPEG program streams stamp only some of their frames); `frame_stamps` is the length of a frame by the stated rate, in
    stamps, for files without any; `stated_frames` is how many frames the file's header promises, 0 if it does not say.
    """
    evenly = even and _lasts_as_even_frames_would(table.shown, frame_stamps)
    by_order = evenly or by_dts or bool(np.any(table.shown == _MISSING))
    notes: tuple[str, ...]
    if evenly:
        values, notes = np.min(table.shown) + _even(len(table.shown), frame_stamps), ()
        keys = np.zeros(1, dtype=np.int64)
    elif by_order:
        values, notes = _counted(table, frame_stamps, time_base_s)
        keys = np.zeros(min(1, len(values)), dtype=np.int64)
    else:
        values, keys, notes = _sorted(table, time_base_s)
    notes = (*notes, *_end_notes(table, stated_frames, values, time_base_s))
    values.setflags(write=False)
    return Stamps(values=values, keys=keys, time_base_s=time_base_s, by_order=by_order, notes=notes)


def _counted(table: PacketTable, frame_stamps: Fraction, time_base_s: Fraction) -> tuple[Stamped, tuple[str, ...]]:
    decoded = table.decoded
    if len(decoded) and np.all(decoded != _MISSING) and np.all(np.diff(decoded) > 0):
        return decoded.copy(), ()
    return _even(len(decoded), frame_stamps), (counted_note(1 / (frame_stamps * time_base_s)),)


def counted_note(rate_hz: Fraction) -> str:
    """Where the times of a film come from that has none."""
    return f"The file gives its pictures no time stamps; {float(rate_hz):.4g} frames a second were taken from its header, or assumed if it has none."


def _even(count: int, frame_stamps: Fraction) -> Stamped:
    return np.round(np.arange(count) * float(frame_stamps)).astype(np.int64)


def _lasts_as_even_frames_would(shown: Stamped, frame_stamps: Fraction) -> bool:
    if not len(shown) or np.any(shown == _MISSING):
        return False
    return abs(float(np.ptp(shown)) - (len(shown) - 1) * float(frame_stamps)) <= _EVEN_TOLERANCE * float(frame_stamps)


def _sorted(table: PacketTable, time_base_s: Fraction) -> tuple[Stamped, Stamped, tuple[str, ...]]:
    forward = _forward(table.decoded)
    shown = table.shown[forward]
    values, first = np.unique(shown, return_index=True)
    notes = []
    if not np.all(forward):
        when_s = float((table.shown[np.argmin(forward)] - values[0]) * time_base_s)
        notes.append(f"{_frames(int(np.sum(~forward)))} left out because time ran backwards, back to {when_s:.2f} s.")
    if len(values) < len(shown):
        notes.append(f"{_frames(len(shown) - len(values))} left out because of a time stamp that another frame has.")
    return values, np.flatnonzero(table.key[forward][first]), tuple(notes)


def _forward(decoded: Stamped) -> NDArray[np.bool_]:
    """Packets that do not fall behind an earlier one in time of decoding; a clock that was set back makes them do so."""
    known = decoded != _MISSING
    forward = np.ones(len(decoded), dtype=np.bool_)
    forward[known] = decoded[known] >= np.maximum.accumulate(decoded[known]) if np.any(known) else True
    return forward


def _end_notes(table: PacketTable, stated_frames: int, values: Stamped, time_base_s: Fraction) -> tuple[str, ...]:
    notes = []
    if table.damaged:
        notes.append(f"{_frames(table.damaged)} left out because of damage to the file.")
    missing = stated_frames - table.total
    if missing > 0 and len(values):
        end_s = float((values[-1] - values[0]) * time_base_s)
        notes.append(f"The file is cut off or damaged after {end_s:.2f} s: {missing} of {stated_frames} frames are missing.")
    return tuple(notes)


def _frames(count: int) -> str:
    return "1 frame was" if count == 1 else f"{count} frames were"
