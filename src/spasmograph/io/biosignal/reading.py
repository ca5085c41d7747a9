"""Opening a recording of voltages: which format it is, what its channels show, and samples in microvolts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from spasmograph.errors import ChannelChoiceError, InputError
from spasmograph.io.biosignal.arrays import contents_of
from spasmograph.io.biosignal.choosing import ChannelChoice, choose, contested
from spasmograph.io.biosignal.contents import Contents, ScaledSource
from spasmograph.io.biosignal.files import open_file, sha256_of
from spasmograph.io.biosignal.formats import read_contents
from spasmograph.io.biosignal.units import COUNTS, implausible, typical_sizes
from spasmograph.model.common import Floats
from spasmograph.model.emg import Annotation, Biosignal, BiosignalRecording, Channel
from spasmograph.terms import ChannelKind, Task

_GIVE_UNIT = 'Where the unit is known, --channel gives it: "NAME=muscle:side:mV".'


def read_biosignal(
    path: Path | str,
    *,
    rate_hz: float | None = None,
    channels: Iterable[ChannelChoice | str] = (),
    task: Task = Task.NONE,
    contested_muscles: bool = False,
) -> Biosignal:
    """Opens a recording of voltages and matches its channels to muscles and sides; its samples are read when they are asked for.

    `rate_hz` is for files that do not say their own. `channels` say what a channel shows where its name does not, as "NAME=muscle:side" (see
    `parse_channel`). With `contested_muscles` two channels may claim one muscle, which is then a note: for showing what a file holds. An EMG
    channel whose unit is no voltage has `uv_per_unit` NaN, and its samples are in the file's own unit.

    Raises:
        InputError: there is no such file, or it cannot be read.
        NotABiosignalError: it holds no samples in a format that is known.
        DamagedBiosignalError: it is damaged so that its samples cannot be found, or was changed while it was read.
        UnknownRateError: nothing says how many samples a second there are.
        ChannelChoiceError: a choice does not fit the file, or two channels claim one muscle.
    """
    file = open_file(Path(path))
    contents = read_contents(file, rate_hz)
    found = choose(contents.channels, channels)
    recording = _recording(contents, found, name=file.path.name, sha256=sha256_of(file), contested_muscles=contested_muscles)
    return _biosignal(contents, replace(recording, task=task))


def biosignal_from_arrays(
    arrays: Mapping[str, ArrayLike],
    *,
    rate_hz: float | Mapping[str, float],
    unit: str | Mapping[str, str] = "uV",
    channels: Iterable[ChannelChoice | str] = (),
    annotations: Iterable[Annotation] = (),
    name: str = "arrays",
    task: Task = Task.NONE,
) -> Biosignal:
    """A recording from NumPy arrays (n,), NaN where nothing was recorded; names are those of channels, such as "orbicularis oculi left".

    `rate_hz` and `unit` (uV, mV, V or another) hold for all arrays, or are given for each by its name.

    Raises:
        InputError: an array is not of one dimension, or there is none.
        ChannelChoiceError: a choice does not fit the names, or two channels claim one muscle.
    """
    checked = {key: _one_dimension(key, values) for key, values in arrays.items()}
    if not checked:
        msg = "there is no array; give at least one, such as {'orbicularis oculi left': samples}."
        raise InputError(msg)
    rates_hz = {key: float(rate_hz[key] if isinstance(rate_hz, Mapping) else rate_hz) for key in checked}
    units = {key: unit.get(key, "") if isinstance(unit, Mapping) else unit for key in checked}
    contents = replace(contents_of(checked, rates_hz, units, "arrays"), annotations=tuple(annotations))
    digest = hashlib.sha256()
    for key, values in checked.items():
        digest.update(key.encode() + np.ascontiguousarray(values).tobytes())
    recording = _recording(contents, choose(contents.channels, channels), name=name, sha256=digest.hexdigest(), contested_muscles=False)
    return _biosignal(contents, replace(recording, task=task))


def _one_dimension(name: str, values: ArrayLike) -> Floats:
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype.kind not in "iuf" or not len(array):
        msg = f"array {name!r} has shape {array.shape} and type {array.dtype}; (n,) of numbers is needed."
        raise InputError(msg)
    return array


def _recording(contents: Contents, channels: tuple[Channel, ...], *, name: str, sha256: str, contested_muscles: bool) -> BiosignalRecording:
    conflict = contested(channels)
    if conflict and not contested_muscles:
        raise ChannelChoiceError(conflict)
    return BiosignalRecording(
        name=name,
        sha256=sha256,
        duration_s=contents.duration_s,
        file_format=contents.file_format,
        channels=channels,
        gaps=contents.gaps,
        notes=tuple(dict.fromkeys((*contents.notes, *filter(None, [conflict]), *_unit_notes(contents, channels)))),
        end_s=contents.duration_s,
    )


def _unit_notes(contents: Contents, channels: tuple[Channel, ...]) -> list[str]:
    """What is to be said about units of EMG channels: no voltage, or one that the values do not fit."""
    muscles = [channel for channel in channels if channel.kind is ChannelKind.EMG]
    notes = []
    for unit in dict.fromkeys(channel.unit for channel in muscles if not isfinite(channel.uv_per_unit)):
        names = ", ".join(repr(channel.name) for channel in muscles if channel.unit == unit)
        notes.append(f"{names}: {_why_no_voltage(unit)}")
    voltages = {channel.index: contents.channels[channel.index] for channel in muscles if isfinite(channel.uv_per_unit)}
    levels = typical_sizes(voltages, contents.source)
    notes += [implausible(stated, channels[place].unit, levels[place]) for place, stated in voltages.items()]
    return [note for note in notes if note]


def _why_no_voltage(unit: str) -> str:
    if unit == COUNTS:
        return "counts of the converter, which the file does not calibrate. Amplitudes are in counts, not in microvolts."
    said = f"in {unit!r}, which is no voltage that is known" if unit else "the file does not say the unit"
    return f"{said}. Amplitudes are in that unit, not in microvolts. {_GIVE_UNIT}"


def _biosignal(contents: Contents, recording: BiosignalRecording) -> Biosignal:
    scales = tuple(channel.uv_per_unit for channel in recording.channels)
    return Biosignal(recording=recording, source=ScaledSource(source=contents.source, scales=scales), annotations=contents.annotations)
