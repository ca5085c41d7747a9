"""The channels of a recording as a report names, orders and colours them."""

import math
from dataclasses import dataclass

from spasmograph.model import Channel, ChannelQuality, EmgMeasurement
from spasmograph.present import words
from spasmograph.present.emg.amplitudes import MICROVOLTS, OWN_UNIT
from spasmograph.present.emg.words import BOTH_SIDES, NO_SIDE
from spasmograph.terms import ChannelKind, Muscle, Side

SIDE_ORDER = (Side.RIGHT, Side.LEFT, Side.BOTH, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One measured channel: its muscle and side in words, its colour, its unit, and the signal that holds its envelope.

    `mark` is the channel's own name where two channels show the same muscle and side. `pair` is the same for the two sides of one muscle in one
    unit, which share a scale.
    """

    label: str
    muscle: str
    side: str
    colour: str
    unit: str
    signal: str
    pair: str
    quality: ChannelQuality
    mark: str = ""

    @property
    def name(self) -> str:
        """Muscle and side in a row."""
        muscle = f"{self.muscle} ({self.mark})" if self.mark else self.muscle
        return f"{muscle}, {self.side}" if self.side else muscle


def leads(measurement: EmgMeasurement) -> tuple[Lead, ...]:
    """Every measured channel: muscles from the forehead down, the right side before the left, then what has no known muscle as the file has it."""
    by_label = {channel.label: channel for channel in measurement.recording.channels}
    found = [(quality, by_label.get(quality.label)) for quality in measurement.channels]
    ordered = sorted(found, key=lambda pair: _order(pair[1]))
    names = [_muscle(quality.label, channel) for quality, channel in ordered]
    sides = [_side(channel) for _, channel in ordered]
    shown = list(zip(names, sides, strict=True))
    return tuple(_lead(measurement, quality, channel, twice=shown.count(shown[place]) > 1) for place, (quality, channel) in enumerate(ordered))


def name_of(leads_: tuple[Lead, ...], label: str) -> str:
    """A channel's name in words by its label; the label itself where it was not measured."""
    return next((lead.name for lead in leads_ if lead.label == label), muscle_words(label))


def unit_of(leads_: tuple[Lead, ...], label: str) -> str:
    """The unit of a channel's amplitudes by its label."""
    return next((lead.unit for lead in leads_ if lead.label == label), MICROVOLTS)


def muscle_words(name: str) -> str:
    """A name in snake case as words."""
    return words.capital(words.shown_name(name).replace("_", " "))


def calibrated(channel: Channel | None) -> bool:
    """Whether the channel's numbers are microvolts."""
    return channel is None or math.isfinite(channel.uv_per_unit)


def _lead(measurement: EmgMeasurement, quality: ChannelQuality, channel: Channel | None, *, twice: bool) -> Lead:
    marked = twice and channel is not None and channel.muscle is not None
    known = channel.side if channel else None
    return Lead(
        label=quality.label,
        muscle=_muscle(quality.label, channel),
        side=_side(channel),
        colour=str(known) if known else "muted",
        unit=_unit(channel),
        signal=_signal(measurement, quality.label),
        pair=f"{channel.muscle or quality.label} {_unit(channel)}" if channel else quality.label,
        quality=quality,
        mark=f"“{words.shown_name(channel.name)}”" if marked and channel else "",
    )


def _order(channel: Channel | None) -> tuple[int, int, int]:
    muscles = list(Muscle)
    if channel is None:
        return len(muscles) + 1, 0, 0
    muscle = muscles.index(channel.muscle) if channel.muscle else len(muscles)
    return muscle, SIDE_ORDER.index(channel.side) if channel.muscle else 0, channel.index


def _muscle(label: str, channel: Channel | None) -> str:
    """The muscle in words; a channel without a known muscle under its own name."""
    if channel is None or channel.muscle is not None:
        return muscle_words(str(channel.muscle) if channel and channel.muscle else label)
    return f"“{words.shown_name(channel.name).strip() or muscle_words(label)}”"


def _side(channel: Channel | None) -> str:
    if channel is None:
        return ""
    if channel.side is None:
        return NO_SIDE if channel.muscle else ""
    return BOTH_SIDES if channel.side is Side.BOTH else words.SIDES[channel.side]


def _unit(channel: Channel | None) -> str:
    """Microvolts only where the file says how its numbers become them."""
    if calibrated(channel) or channel is None:
        return MICROVOLTS
    unit = words.shown_name(channel.unit).strip()
    return unit if unit and unit.lower() not in ("uv", "µv", "μv", "mv", "v") else OWN_UNIT


def _signal(measurement: EmgMeasurement, label: str) -> str:
    """The name of the signal that holds the channel's envelope; empty where there is none."""
    names = (f"envelope_{label}_uv", f"envelope_{label}")
    return next((name for name in names if name in measurement.signals.values), "")


def other_channels(measurement: EmgMeasurement) -> list[Channel]:
    """What else the file holds: heart, trigger and channels that were not measured."""
    measured = {quality.label for quality in measurement.channels}
    return [channel for channel in measurement.recording.channels if channel.label not in measured or channel.kind is not ChannelKind.EMG]
