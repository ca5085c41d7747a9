"""What the user says about a channel, and every channel with its kind, muscle, side, unit and a name of its own."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, nan

from spasmograph.errors import ChannelChoiceError
from spasmograph.io.biosignal.contents import StatedChannel
from spasmograph.io.biosignal.matching import Match, match_channel, match_muscle, match_side, plain
from spasmograph.io.biosignal.units import known_unit, uv_per_unit
from spasmograph.model.emg import Channel
from spasmograph.terms import ChannelKind, Muscle, Side

_KINDS = {
    "emg": ChannelKind.EMG,
    "ecg": ChannelKind.ECG,
    "trigger": ChannelKind.TRIGGER,
    "ignore": ChannelKind.OTHER,
}
_FORM = 'Write "NAME=muscle:side", for example "EMG1=orbicularis_oculi:left", or NAME=emg, NAME=ecg, NAME=trigger, NAME=ignore.'
_MOST_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChoice:
    """What a channel shows, as the user says: its name in the file or its number from 1, its kind, and for EMG muscle, side and unit if given."""

    name: str
    kind: ChannelKind
    muscle: Muscle | None = None
    side: Side | None = None
    unit: str = ""


def parse_channel(text: str) -> ChannelChoice:
    """What "NAME=muscle:side" means; also "NAME=muscle", with a unit "NAME=muscle:side:mV", and NAME=emg, ecg, trigger or ignore.

    Raises:
        ChannelChoiceError: it has another form, or names no muscle, side or unit that is known.
    """
    name, equals, meaning = text.rpartition("=")
    parts = [part.strip() for part in meaning.split(":")]
    if not equals or not name.strip() or not parts[0] or len(parts) > _MOST_PARTS:
        msg = f"{text!r} does not say what a channel shows. {_FORM}"
        raise ChannelChoiceError(msg)
    kind = _KINDS.get(parts[0].lower())
    muscle = None if kind else _muscle(parts[0], text)
    side, unit = _side_and_unit(parts[1:], text)
    return ChannelChoice(name=name.strip(), kind=kind or ChannelKind.EMG, muscle=muscle, side=side, unit=unit)


def choose(stated: Sequence[StatedChannel], choices: Iterable[ChannelChoice | str]) -> tuple[Channel, ...]:
    """Every channel of a file with what it shows: as the user says where they do, by its name elsewhere. Names and labels are made unique.

    Raises:
        ChannelChoiceError: a choice names a channel that the file does not have, or one channel is chosen twice.
    """
    chosen = _by_place(stated, [parse_channel(choice) if isinstance(choice, str) else choice for choice in choices])
    names = _unique([channel.name.strip() or f"column {place + 1}" for place, channel in enumerate(stated)], " ({})")
    found = [_match(channel, chosen.get(place)) for place, channel in enumerate(stated)]
    labels = _labels(names, found)
    units = [known_unit(choice.unit if (choice := chosen.get(place)) and choice.unit else channel.unit) for place, channel in enumerate(stated)]
    return tuple(
        _channel(place, channel, found[place], name=names[place], label=labels[place], unit=units[place]) for place, channel in enumerate(stated)
    )


def contested(channels: Iterable[Channel]) -> str:
    """Which two channels claim one muscle and side, in words with the way out; empty where none do."""
    owners: dict[tuple[Muscle, Side], Channel] = {}
    for channel in channels:
        if channel.kind is not ChannelKind.EMG or not channel.muscle or not channel.side:
            continue
        first = owners.setdefault((channel.muscle, channel.side), channel)
        if first is not channel:
            what = f"{channel.side} {channel.muscle.replace('_', ' ')}"
            return (
                f"channels {first.name!r} and {channel.name!r} both claim the {what}. "
                f'Say which one counts: --channel "{channel.name}=ignore", or which muscle it shows: --channel "{channel.name}=muscle:side".'
            )
    return ""


def _muscle(text: str, whole: str) -> Muscle:
    name = text.lower().replace(" ", "_").replace("-", "_")
    muscle = Muscle(name) if name in set(Muscle) else match_muscle(text)
    if muscle is None:
        msg = f"{text!r} in {whole!r} is no muscle that is known. Known are: {', '.join(Muscle)}; also emg, ecg, trigger, ignore."
        raise ChannelChoiceError(msg)
    return muscle


def _side_and_unit(parts: Sequence[str], whole: str) -> tuple[Side | None, str]:
    """What stands after the muscle: a side, a unit, or a side and a unit."""
    side, unit = None, ""
    for part in parts:
        if isfinite(uv_per_unit(part)):
            unit = known_unit(part)
        elif match_side(part):
            side = match_side(part)
        elif part:
            msg = f"{part!r} in {whole!r} is neither a side (left, right) nor a unit (V, mV, uV). {_FORM}"
            raise ChannelChoiceError(msg)
    return side, unit


def _by_place(stated: Sequence[StatedChannel], choices: Iterable[ChannelChoice]) -> dict[int, ChannelChoice]:
    chosen: dict[int, ChannelChoice] = {}
    for choice in choices:
        place = _place_of(choice.name, [channel.name for channel in stated])
        if place in chosen:
            msg = f"channel {choice.name!r} is chosen twice. Say once what it shows."
            raise ChannelChoiceError(msg)
        chosen[place] = choice
    return chosen


def _place_of(name: str, names: Sequence[str]) -> int:
    """Where the channel of that name lies: by its name as written, in any case, or by its number from 1 on."""
    unique = _unique([known.strip() for known in names], " ({})")
    for known in (unique, [known.casefold() for known in unique]):
        wanted = name if known is unique else name.casefold()
        if wanted in known:
            return known.index(wanted)
    if name.isdecimal() and 1 <= int(name) <= len(names):
        return int(name) - 1
    have = ", ".join(map(repr, unique)) or "none"
    msg = f"there is no channel {name!r}. The file has: {have}; a number from 1 to {len(names)} will do as well."
    raise ChannelChoiceError(msg)


def _match(channel: StatedChannel, choice: ChannelChoice | None) -> Match:
    if choice is None:
        return match_channel(channel.name, channel.sensor)
    return Match(kind=choice.kind, muscle=choice.muscle, side=choice.side)


def _labels(names: Sequence[str], found: Sequence[Match]) -> list[str]:
    """`<muscle>_<side>`, or the channel's own name in small letters where no muscle is known; each of them once."""
    own = ["_".join(re.findall(r"[a-z0-9]+", plain(name))) or f"channel_{place + 1}" for place, name in enumerate(names)]
    known = ["_".join(filter(None, (match.muscle, match.side))) if match.muscle else "" for match in found]
    return _unique([label or other for label, other in zip(known, own, strict=True)], "_{}")


def _unique(names: Sequence[str], form: str) -> list[str]:
    """The same names, with a number behind those that come again."""
    taken, count, unique = set(names), Counter[str](), []
    for name in names:
        count[name] += 1
        new = name
        while count[name] > 1 and new in taken:
            new = name + form.format(count[name])
            count[name] += new in taken
        taken.add(new)
        unique.append(new)
    return unique


def _channel(place: int, stated: StatedChannel, match: Match, *, name: str, label: str, unit: str) -> Channel:
    scale = uv_per_unit(unit)
    factor = scale if isfinite(scale) else 1.0
    return Channel(
        index=place,
        name=name,
        label=label,
        kind=match.kind,
        rate_hz=stated.rate_hz,
        sample_count=stated.sample_count,
        muscle=match.muscle,
        side=match.side,
        unit=unit,
        uv_per_unit=scale if isfinite(scale) else nan,
        low_uv=stated.low * factor,
        high_uv=stated.high * factor,
        filters=stated.filters,
    )
