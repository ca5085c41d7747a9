"""Samples with time stamps of their own, put on the uniform grid of their effective rate; what was lost on the way is a gap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import DamagedBiosignalError
from spasmograph.model.common import Floats, Span

_EVEN_WITHIN = 0.2
_MOSTLY = 0.9
_GAP_EVEN, _GAP_UNEVEN = 1.5, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Where samples lie on a uniform grid: its rate in Hz, the place of every sample from 0 on, and how many places there are.

    `places` is None where every place holds a sample.
    """

    rate_hz: float
    places: NDArray[np.int64] | None
    count: int
    gaps: tuple[Span, ...] = ()


def uniform_grid(time_s: Floats) -> Grid:
    """The grid for samples taken at `time_s` (n,), in seconds and in order; small unevenness of the stamps is taken out.

    A step longer than one and a half periods is a gap where stamps are even, and one longer than five where they are not.

    Raises:
        DamagedBiosignalError: times go back, are not numbers, or there are fewer than two of them.
    """
    steps = _checked_steps(time_s)
    period_s = float(np.median(steps[steps > 0]))
    even = np.mean(np.abs(steps - period_s) <= _EVEN_WITHIN * period_s) >= _MOSTLY
    breaks = np.flatnonzero(steps > (_GAP_EVEN if even else _GAP_UNEVEN) * period_s)
    rate_hz = _rate(time_s, breaks, steps)
    if not len(breaks):
        return Grid(rate_hz=rate_hz, places=None, count=len(time_s))
    starts = np.concatenate([[0], breaks + 1])
    places = np.arange(len(time_s)) + _shifts(time_s, starts, rate_hz)
    gaps = tuple(Span(onset_s=float((places[end] + 1) / rate_hz), offset_s=float(places[end + 1] / rate_hz)) for end in breaks)
    return Grid(rate_hz=rate_hz, places=places, count=int(places[-1]) + 1, gaps=tuple(gap for gap in gaps if gap.duration_s > 0))


def _checked_steps(time_s: Floats) -> Floats:
    if len(time_s) < 2 or not np.all(np.isfinite(time_s)):  # noqa: PLR2004
        msg = f"{len(time_s)} time stamps, {int(np.sum(~np.isfinite(time_s)))} of them no numbers; at least two samples with a time are needed."
        raise DamagedBiosignalError(msg)
    steps = np.diff(time_s)
    if np.any(steps < 0) or not np.any(steps > 0):
        row = int(np.argmax(steps < 0)) + 1
        msg = f"time goes back from {time_s[row - 1]:.6g} to {time_s[row]:.6g} s at sample {row + 1}, or stands still. Sort or export the file again."
        raise DamagedBiosignalError(msg)
    return steps


def _rate(time_s: Floats, breaks: NDArray[np.intp], steps: Floats) -> float:
    """Samples a second between the gaps; a whole number where that moves no sample by more than half a period."""
    count = len(steps) - len(breaks)
    rate_hz = count / float(time_s[-1] - time_s[0] - steps[breaks].sum()) if count else 1.0 / float(np.median(steps))
    whole = float(round(rate_hz))
    return whole if whole and abs(rate_hz - whole) * (time_s[-1] - time_s[0]) <= 0.5 else rate_hz  # noqa: PLR2004


def _shifts(time_s: Floats, starts: NDArray[np.intp], rate_hz: float) -> NDArray[np.int64]:
    """By how many places every sample lies behind its number in the file: a stretch begins where its first stamp says."""
    wanted = np.rint((time_s[starts] - time_s[0]) * rate_hz).astype(np.int64) - starts
    shifts = np.maximum.accumulate(np.maximum(wanted, 0))
    return np.repeat(shifts, np.diff(np.concatenate([starts, [len(time_s)]])))
