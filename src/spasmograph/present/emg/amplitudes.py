"""Amplitudes as a person reads them: microvolts, or the file's own unit, whose numbers may be of any size."""

import math

from spasmograph.model import Estimate
from spasmograph.present import words
from spasmograph.present.numbers import SPACE, interval, plain

MICROVOLTS = "µV"
OWN_UNIT = "file units"
DIGITS = 3
LEAST_WRITTEN_OUT = 0.01
MOST_WRITTEN_OUT = 1e6
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def amplitude(value: float, unit: str) -> str:
    """An amplitude with its unit."""
    return f"{number(value, unit)}{SPACE}{unit}" if math.isfinite(value) else words.NOT_TOLD


def number(value: float, unit: str) -> str:
    """An amplitude without its unit: three digits where it is not known how large a usual one is."""
    if unit == MICROVOLTS or not math.isfinite(value) or value == 0:
        return plain(value)
    if not LEAST_WRITTEN_OUT <= abs(value) < MOST_WRITTEN_OUT:
        return f"{value / 10.0 ** _power(value):.{DIGITS - 1}f}{_times(_power(value))}".replace("-", "−")
    decimals = max(0, DIGITS - 1 - _power(value))
    return f"{value:.{decimals}f}".replace("-", "−")


def between(low: float, high: float, unit: str) -> str:
    """The range from `low` to `high` without unit words; empty where either is not known."""
    if unit == MICROVOLTS:
        return interval(low, high, "uv")
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        return ""
    power = _power(max(abs(low), abs(high)))
    if LEAST_WRITTEN_OUT <= max(abs(low), abs(high)) < MOST_WRITTEN_OUT:
        return f"{number(low, unit)}–{number(high, unit)}"
    return "–".join(f"{limit / 10.0**power:.{DIGITS - 1}f}".replace("-", "−") for limit in (low, high)) + _times(power)


def amplitude_estimate(value: Estimate, unit: str) -> str:
    """An amplitude with its unit and interval: `351 µV (310–398)`."""
    limits = between(value.low, value.high, unit) if math.isfinite(value.value) else ""
    return f"{amplitude(value.value, unit)} ({limits})" if limits else amplitude(value.value, unit)


def _power(value: float) -> int:
    """The power of ten that leaves one digit before the point, once three digits are kept."""
    return int(f"{value:.{DIGITS - 1}e}".partition("e")[2])


def _times(power: int) -> str:
    return f"{SPACE}×{SPACE}10{str(power).translate(RAISED)}"
