"""Which column of a table is time, and in which unit it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np

from spasmograph.errors import DamagedBiosignalError
from spasmograph.io.biosignal.matching import plain
from spasmograph.model.common import Floats
from spasmograph.parameters import load_emg_parameters

_TIME_WORDS = {"time", "times", "t", "zeit", "temps", "tempo", "tiempo", "timestamp", "timestamps", "sec", "secs", "second", "seconds", "elapsed"}
_NUMBER_WORDS = {"index", "sample", "samples", "nr", "no", "n", "seq", "nseq", "row", "frame", "id"}
_UNITS_S = {
    "s": 1.0,
    "sec": 1.0,
    "secs": 1.0,
    "second": 1.0,
    "seconds": 1.0,
    "ms": 1e-3,
    "msec": 1e-3,
    "us": 1e-6,
    "usec": 1e-6,
    "ns": 1e-9,
    "min": 60.0,
}
_TRIED = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time stamps in seconds (n,) from one column of a table, which is its place, and what is to be said about them."""

    column: int
    time_s: Floats
    notes: tuple[str, ...] = ()


def is_counter(title: str) -> bool:
    """Whether a column says by its title that it numbers the samples."""
    words = {word for word in _words(title) if not word.isdecimal()}
    return bool(words) and words <= _NUMBER_WORDS


def is_time(title: str, unit: str) -> bool:
    """Whether a column says by its title or its unit that it holds time."""
    return bool(set(_words(title)) & _TIME_WORDS) or plain(unit) in _UNITS_S


def time_column(titles: Sequence[str], units: Sequence[str], first: Floats | None) -> int | None:
    """The column that holds time: by its title, or the first one where it has none and its numbers (n,) only rise, though not by one each."""
    named = next((place for place, title in enumerate(titles) if is_time(title, units[place])), None)
    if named is not None or titles[0] or first is None or len(titles) < 2:  # noqa: PLR2004
        return named
    steps = np.diff(first)
    rises = len(steps) > 0 and bool(np.all(steps > 0))
    return 0 if rises and not bool(np.all(steps == 1.0)) else None


def clock_of(column: int, title: str, unit: str, values: Floats) -> Clock:
    """Time stamps in seconds from a column's values (n,), in the unit that it states or else in the one that gives a plausible rate.

    Raises:
        DamagedBiosignalError: no unit gives a plausible rate.
    """
    stated = next((_UNITS_S[word] for word in (plain(unit), *_words(title)[1:]) if word in _UNITS_S), None)
    if stated is not None:
        return Clock(column=column, time_s=values * stated)
    steps = np.diff(values[np.isfinite(values)])
    step = float(np.median(steps[steps > 0])) if np.any(steps > 0) else 0.0
    for name, seconds in _TRIED:
        if step and 1.0 / (step * seconds) >= load_emg_parameters()["samples_slowest_hz"]:
            said = title or f"column {column + 1}"
            rate_hz = 1.0 / (step * seconds)
            note = f"time ({said!r}) goes in steps of {step:g} and does not say its unit: read as {name}, which makes {rate_hz:.6g} samples a second"
            return Clock(column=column, time_s=values * seconds, notes=(note,))
    msg = f"column {title or column + 1!r} goes in steps of {step:g}, which is no plausible time in s, ms or us. Give the rate: --rate 2000."
    raise DamagedBiosignalError(msg)


def differs(rate_hz: float, other_hz: float) -> bool:
    """Whether two rates are not the same for all that matters here."""
    return not isclose(rate_hz, other_hz, rel_tol=0.01)


def _words(title: str) -> list[str]:
    return plain(title).replace("_", " ").replace("(", " ").replace(")", " ").replace("[", " ").replace("]", " ").replace("/", " ").split()
