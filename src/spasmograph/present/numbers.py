"""Numbers as a person reads them: few digits, a unit, an interval; what could not be told is said so."""

import math

from spasmograph.language import text as _
from spasmograph.model import Score
from spasmograph.present.words import NOT_TOLD, UNITS

SPACE = "\u00a0"
SECONDS_UP_TO = 120.0
LEAST_P = 0.01


def plain(value: float) -> str:
    """A number with the digits it can bear: one decimal below 100, two below 1."""
    if not math.isfinite(value):
        return NOT_TOLD
    decimals = 2 if 0 < abs(value) < 1 else 1 if abs(value) < 100 else 0
    text = f"{value:.{decimals}f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def rounded(value: float | None) -> str:
    """The same without a decimal that says nothing: 3 and 2.5, not 3.0."""
    return NOT_TOLD if value is None else plain(value).removesuffix(".0")


def percent(value: float) -> str:
    """A fraction of 0–1 in percent, with one decimal below 10 %."""
    if not math.isfinite(value):
        return NOT_TOLD
    text = f"{100 * value:.{1 if abs(value) < 0.0995 else 0}f}"
    return f"{'0' if float(text) == 0 else text}{SPACE}%".replace("-", "−")


def seconds(value: float) -> str:
    """A length of time in seconds, or in minutes and seconds from two minutes on."""
    if not math.isfinite(value):
        return NOT_TOLD
    if value >= SECONDS_UP_TO:
        minutes, rest = divmod(round(value), 60)
        return f"{minutes}{SPACE}min{SPACE}{rest}{SPACE}s" if rest else f"{minutes}{SPACE}min"
    decimals = 2 if 0 < value < 1 else 1 if 0 < value < 10 else 0
    return f"{value:.{decimals}f}{SPACE}s"


def clock(time_s: float) -> str:
    """A moment of the recording as minutes and seconds, `1:03.5`."""
    tenths = round(time_s * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def amplitude(value: float, unit: str) -> str:
    """The strength of an event with its unit."""
    return f"{percent(value)} closed" if unit == "closure" else f"{plain(value)}{SPACE}{unit}"


def score_value(score: Score) -> str:
    """A score's value with its unit."""
    if not math.isfinite(score.value):
        return NOT_TOLD
    if score.unit in ("fraction", "closure"):
        return percent(score.value)
    if score.unit == "s":
        return seconds(score.value)
    if score.unit == "p" and score.value < LEAST_P:
        return f"< {LEAST_P}"
    return f"{plain(score.value)} {UNITS.get(score.unit, score.unit)}".strip()


def score_interval(score: Score) -> str:
    """A score's 95 % interval without unit words, `2.9–14.9`; empty where there is none."""
    return interval(score.low, score.high, score.unit)


def interval(low: float, high: float, unit: str) -> str:
    """The range from `low` to `high` without unit words; empty where neither is known or both are the same."""
    if not (math.isfinite(low) or math.isfinite(high)) or low == high:
        return ""
    if not math.isfinite(high):
        return _("at least %(value)s") % {"value": _limit(low, unit)}
    if not math.isfinite(low):
        return _("at most %(value)s") % {"value": _limit(high, unit)}
    between = " to " if low < 0 else "–"
    last = _limit(high, unit)
    first = _limit(low, unit).removesuffix(f"{SPACE}%").removesuffix(f"{SPACE}s") if last[-1] in "%s" else _limit(low, unit)
    return f"{first}{between}{last}"


def _limit(value: float, unit: str) -> str:
    if unit in ("fraction", "closure"):
        return percent(value)
    return seconds(value) if unit == "s" else plain(value)
