"""Units of voltage as files write them, and whether a channel's values are plausible in the unit that its file states."""

import re
from collections.abc import Mapping
from math import isfinite, nan
from unicodedata import normalize

import numpy as np

from spasmograph.io.biosignal.contents import StatedChannel
from spasmograph.model.common import Floats
from spasmograph.model.emg import SampleSource
from spasmograph.parameters import load_emg_parameters

_UV_PER_UNIT = {"V": 1e6, "mV": 1e3, "uV": 1.0, "nV": 1e-3}
_SPELLINGS = {
    "V": ("v", "volt", "volts"),
    "mV": ("mv", "milliv", "millivolt", "millivolts"),
    "uV": ("uv", "microv", "microvolt", "microvolts", "mcv"),
    "nV": ("nv", "nanovolt", "nanovolts"),
}
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings}
_COUNTS = {"counts", "count", "adc", "lsb", "raw", "digit", "digits", "bit", "bits", "adu"}
# Both letters for micro; the micro sign read as UTF-8 in place of latin-1 and the reverse; and as the first IBM code page has it.
_MICRO = re.compile("Âµ|Î¼|[µμæ\N{REPLACEMENT CHARACTER}](?=[Vv])")
_IN_BRACKETS = re.compile(r"^(?P<name>.*?)\s*[(\[{]\s*(?P<unit>[^()\[\]{}]{1,12}?)\s*[)\]}]\s*$")
_AT_THE_END = re.compile(r"^(?P<name>.*?)[\s_,;:/.-]+(?P<unit>[munµμ]?[Vv])$")
# Of what else lies beside EMG in tables.
_OTHERS = {"s", "sec", "ms", "us", "min", "a.u.", "au", "n", "nm", "%", "g", "deg", "hz", "mmhg", "c", "°c", "m/s2", "m/s^2", "bpm"}
_STRETCHES, _STRETCH_S = 16, 1.0
_HIGH_PASS_HZ = 20.0
_ROUNDING = 1e-9
COUNTS = "counts"


def known_unit(text: str) -> str:
    """The unit as it is written here (V, mV, uV, nV, counts), or as the file has it where it is another."""
    plain = _MICRO.sub("u", normalize("NFC", text.strip()))
    if plain.lower() in _COUNTS:
        return COUNTS
    return _UNITS.get(plain.lower().replace(" ", ""), plain)


def uv_per_unit(unit: str) -> float:
    """Microvolts in one of that unit; NaN where it is no voltage, or not said."""
    return _UV_PER_UNIT.get(known_unit(unit), nan)


def split_unit(title: str) -> tuple[str, str]:
    """A column's title as name and unit: "EMG L (mV)" and "emg_l_mV" are in mV; the unit is empty where there is none."""
    for pattern in (_IN_BRACKETS, _AT_THE_END):
        found = pattern.match(title)
        if found and (known_unit(found["unit"]) in {*_UV_PER_UNIT, COUNTS} or found["unit"].lower() in _OTHERS):
            return found["name"].strip(), known_unit(found["unit"])
    return title.strip(), ""


def implausible(channel: StatedChannel, unit: str, level: float) -> str:
    """What is likely wrong with a channel's unit, in words; empty where its typical size is that of EMG at the skin, or nothing can be said.

    `level` is its typical size in its unit, see `typical_sizes`.
    """
    scale = uv_per_unit(unit)
    if not isfinite(scale) or not level > 0 or _plausible(level * scale):
        return ""
    better = [other for other, factor in _UV_PER_UNIT.items() if other != "nV" and _plausible(level * factor)]
    guess = f"it may be {' or '.join(better)}" if better else "it may not be calibrated"
    return (
        f"channel {channel.name!r} is said to be in {unit} and is typically {level:.3g} {unit} large, which EMG at the skin is not: {guess}. "
        "It was read as the file says; if that is wrong, add the unit to --channel, for example "
        f'"{channel.name}=orbicularis_oculi:left:uV".'
    )


def typical_sizes(channels: Mapping[int, StatedChannel], source: SampleSource) -> dict[int, float]:
    """How large the fast part of each channel typically is, in its own unit: the median over a few seconds from all over it.

    `channels` are by their place in `source`. NaN where there is nothing to look at, or a channel is too slow to have a fast part.
    """
    parts: dict[int, list[Floats]] = {place: [] for place in channels}
    # All channels of one stretch before the next, so that a file is gone through once.
    for stretch in range(_STRETCHES):
        for place, channel in channels.items():
            length = min(channel.sample_count, max(int(channel.rate_hz * _STRETCH_S), 8))
            first = (channel.sample_count - length) * stretch // (_STRETCHES - 1)
            window = max(round(channel.rate_hz / _HIGH_PASS_HZ), 3)
            parts[place].append(_without_slow_part(source.samples(place, first, first + length), window))
    sizes = {place: np.abs(np.concatenate(some)) for place, some in parts.items()}
    return {place: float(np.median(some)) if len(some) and channels[place].rate_hz > 2 * _HIGH_PASS_HZ else nan for place, some in sizes.items()}


def _without_slow_part(values: Floats, window: int) -> Floats:
    values = values[np.isfinite(values)]
    if len(values) <= window:
        return values - values.mean() if len(values) else values
    level = values - values.mean()
    total = np.cumsum(np.concatenate([[0.0], level]))
    fast = level[window // 2 :][: len(level) - window + 1] - (total[window:] - total[:-window]) / window
    # What is left of a straight line is rounding.
    return np.where(np.abs(fast) > _ROUNDING * np.abs(values).max(), fast, 0.0)


def _plausible(level_uv: float) -> bool:
    limits = load_emg_parameters()
    return limits["skin_emg_least_uv"] <= level_uv <= limits["skin_emg_most_uv"]
