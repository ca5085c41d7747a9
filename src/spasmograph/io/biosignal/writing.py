"""Writing a recording as EDF+: continuous, or discontinuous where it has gaps.

References:
    Kemp and Olivan, Clin Neurophysiol 2003: the EDF+ specification.
"""

import io
from collections.abc import Mapping
from math import ceil, isfinite
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import InputError
from spasmograph.io.film import whole_or_not_at_all
from spasmograph.model import Biosignal, Channel
from spasmograph.model.common import Floats
from spasmograph.terms import ChannelKind, Muscle, Side

if TYPE_CHECKING:
    from edfio import Edf, EdfSignal

RECORD_S = 1.0
RESERVED, RECORD_COUNT = slice(192, 236), slice(236, 244)  # fields of the header
# What fits into the 16 letters of a label beside "EMG" and the side, and is understood when the file is read again.
SHORT: Mapping[Muscle, str] = MappingProxyType(
    {
        Muscle.CORRUGATOR_SUPERCILII: "Corrug",
        Muscle.ORBICULARIS_OCULI: "Orb oculi",
        Muscle.LEVATOR_PALPEBRAE: "Lev palp",
        Muscle.LEVATOR_LABII: "Lev lab",
        Muscle.ZYGOMATICUS_MAJOR: "Zyg maj",
        Muscle.ZYGOMATICUS_MINOR: "Zyg min",
        Muscle.BUCCINATOR: "Buccin",
        Muscle.ORBICULARIS_ORIS: "Orb oris",
        Muscle.DEPRESSOR_ANGULI_ORIS: "DAO",
        Muscle.DEPRESSOR_LABII: "DLI",
    }
)


def write_edf(path: Path, biosignal: Biosignal, *, record_s: float = RECORD_S) -> None:
    """Write a recording with its remarks as EDF+ in data records of `record_s`; records in which nothing was recorded are left out (EDF+D).

    Raises:
        InputError: the recording, or a gap in it, is no whole number of data records.
        OutputError: it could not be written.
    """
    samples = [biosignal.samples(channel) for channel in biosignal.recording.channels]
    kept = _recorded(biosignal.recording.channels, samples, record_s)
    with whole_or_not_at_all(path) as unfinished:
        unfinished.write_bytes(_bytes(_edf(biosignal, samples, record_s), kept))


def _recorded(channels: tuple[Channel, ...], samples: list[Floats], record_s: float) -> NDArray[np.bool_]:
    """Which data records hold samples (records,)."""
    shares = [_shares(channel, values, record_s) for channel, values in zip(channels, samples, strict=True)]
    together = np.mean(shares, axis=0)
    if not np.isin(together, (0.0, 1.0)).all():
        msg = f"a gap begins or ends within a data record of {record_s:g} s, or is not in all channels; EDF+ can leave out whole records only"
        raise InputError(msg)
    return np.asarray(together == 1.0)


def _shares(channel: Channel, values: Floats, record_s: float) -> Floats:
    """How much of each data record was recorded (records,)."""
    size = channel.rate_hz * record_s
    if size != round(size) or len(values) % round(size):
        msg = f"channel {channel.name!r} has {len(values)} samples at {channel.rate_hz:g} Hz; that is no whole number of records of {record_s:g} s"
        raise InputError(msg)
    return np.asarray(np.isfinite(values).reshape(-1, round(size)).mean(axis=1))


def _edf(biosignal: Biosignal, samples: list[Floats], record_s: float) -> "Edf":
    from edfio import Edf, EdfAnnotation, Recording

    remarks = [EdfAnnotation(one.onset_s, one.duration_s or None, one.text) for one in biosignal.annotations]
    return Edf(
        [_signal(channel, values) for channel, values in zip(biosignal.recording.channels, samples, strict=True)],
        recording=Recording(equipment_code=biosignal.recording.file_format.replace(" ", "_") or "X"),
        data_record_duration=record_s,
        annotations=remarks,
    )


def _signal(channel: Channel, values: Floats) -> "EdfSignal":
    """One channel in 16 bits over the amplifier's range, or its own where that is not known."""
    from edfio import EdfSignal

    scale = channel.uv_per_unit if isfinite(channel.uv_per_unit) else 1.0
    filled = np.nan_to_num(values.astype(np.float64), nan=0.0) / scale
    known = isfinite(channel.low_uv) and isfinite(channel.high_uv)
    low, high = (channel.low_uv / scale, channel.high_uv / scale) if known else (filled.min(), max(filled.max(), filled.min() + 1))
    return EdfSignal(
        filled,
        channel.rate_hz,
        label=edf_label(channel),
        transducer_type="surface electrode" if channel.kind is ChannelKind.EMG else "",
        physical_dimension=channel.unit,
        physical_range=(-ceil(-low), ceil(high)),
    )


def edf_label(channel: Channel) -> str:
    """A channel's label of at most 16 letters: `EMG Orb oculi R`."""
    if channel.muscle is None:
        return channel.name[:16]
    name = SHORT.get(channel.muscle, channel.muscle.capitalize())
    side = {Side.RIGHT: " R", Side.LEFT: " L"}.get(channel.side or Side.BOTH, "")
    return f"EMG {name}{side}"


def _bytes(edf: "Edf", kept: NDArray[np.bool_]) -> bytes:
    """The file; without the data records that are not kept, and then called discontinuous."""
    buffer = io.BytesIO()
    edf.write(buffer)
    whole = buffer.getvalue()
    if kept.all():
        return whole
    start = edf.bytes_in_header_record
    header = bytearray(whole[:start])
    header[RESERVED], header[RECORD_COUNT] = b"EDF+D".ljust(44), str(kept.sum()).encode().ljust(8)
    records = np.frombuffer(whole, np.uint8, offset=start).reshape(len(kept), -1)
    return bytes(header) + records[kept].tobytes()
