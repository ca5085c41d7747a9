"""Amplitudes as a person reads them: microvolts, or the file's own unit, whose numbers may be of any size."""

import math

from spasmograph.present import words
from spasmograph.present.numbers import SPACE, interval, plain

MICROVOLTS = "µV"
OWN_UNIT = "file units"
DIGITS = 3
LEAST_WRITTEN_OUT = 1e-6


def amplitude(value: float, unit: str) -> str:
    """An amplitude with its unit."""
    return f"{number(value, unit)}{SPACE}{unit}" if math.isfinite(value) else words.NOT_TOLD


def number(value: float, unit: str) -> str:
    """An amplitude without its unit: three digits where it is not known how large a usual one is."""
    if unit == MICROVOLTS or not math.isfinite(value) or value == 0:
        return plain(value)
    if abs(value) < LEAST_WRITTEN_OUT:
        mantissa, _, exponent = f"{value:.{DIGITS - 1}e}".partition("e")
        return f"{mantissa}{SPACE}×{SPACE}10^{int(exponent)}".replace("-", "−")
    decimals = max(0, DIGITS - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{decimals}f}".replace("-", "−")


def between(low: float, high: float, unit: str) -> str:
    """The range from `low` to `high` without unit words; empty where either is not known."""
    if unit == MICROVOLTS:
        return interval(low, high, "uv")
    return f"{number(low, unit)}–{number(high, unit)}" if math.isfinite(low) and math.isfinite(high) and low < high else ""
