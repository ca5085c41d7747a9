"""Samples with time stamps of their own, put on the uniform grid of their effective rate; what was lost on the way is a gap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import DamagedBiosignalError
from spasmograph.model.common import Floats, Span
from spasmograph.parameters import load_emg_parameters

_EVEN_WITHIN = 0.2
_MOSTLY = 0.9
_DAY_S = 86400.0
_LATEST_S, _SHORTEST_S = 1e12, 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Where samples lie on a uniform grid: its rate in Hz, and how many places from 0 on there are.

    `taken` (n,) are the places of the samples in the file, `held` (m,) those that hold a value after `bridged` single lost samples were bridged;
    both are None where every place holds a sample of the file.
    """

    rate_hz: float
    count: int
    taken: NDArray[np.int64] | None = None
    held: NDArray[np.int64] | None = None
    bridged: int = 0
    gaps: tuple[Span, ...] = ()

    def place(self, number: int) -> int:
        """Where sample `number` of the file lies."""
        return number if self.taken is None else int(self.taken[number])

    def put(self, values: Floats) -> Floats:
        """Samples of the file (n,) with short losses bridged by straight lines, (m,)."""
        if self.taken is None or not self.bridged:
            return values
        held = np.arange(self.count) if self.held is None else self.held
        return np.asarray(np.interp(held, self.taken, values), values.dtype)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said about losses."""
        return (f"{self.bridged} single samples that were lost were bridged by straight lines",) if self.bridged else ()


def uniform_grid(time_s: Floats) -> Grid:
    """The grid for samples taken at `time_s` (n,), in seconds and in order; small unevenness of the stamps is taken out.

    A step longer than one and a half periods is a loss where stamps are even, and one longer than five where they are not. Losses of up to four
    samples are bridged, longer ones are gaps.

    Raises:
        DamagedBiosignalError: times go back, are not numbers, or there are fewer than two of them.
    """
    steps = _checked_steps(time_s)
    period_s = float(np.median(steps[steps >= _SHORTEST_S]))
    even = np.mean(np.abs(steps - period_s) <= _EVEN_WITHIN * period_s) >= _MOSTLY
    breaks = np.flatnonzero(steps > load_emg_parameters()["stamps_even_loss_periods" if even else "stamps_uneven_loss_periods"] * period_s)
    rate_hz = _rate(time_s, breaks, steps)
    if not len(breaks):
        return Grid(rate_hz=rate_hz, count=len(time_s))
    return _with_losses(_places(time_s, breaks, rate_hz), rate_hz)


def _with_losses(taken: NDArray[np.int64], rate_hz: float) -> Grid:
    count, missing, most = int(taken[-1]) + 1, np.diff(taken) - 1, load_emg_parameters()["loss_bridged_most"]
    ends = np.flatnonzero(missing > most)
    # The places of all samples, and of those that are missing for a short while.
    short = [np.arange(taken[end] + 1, taken[end + 1]) for end in np.flatnonzero((missing > 0) & (missing <= most))]
    held = np.sort(np.concatenate([taken, *short]))
    return Grid(
        rate_hz=rate_hz,
        count=count,
        taken=taken,
        held=None if len(held) == count else held,
        bridged=len(held) - len(taken),
        gaps=tuple(Span(onset_s=float((taken[end] + 1) / rate_hz), offset_s=float(taken[end + 1] / rate_hz)) for end in ends),
    )


def _check_length(duration_s: float) -> None:
    longest_s = load_emg_parameters()["recording_longest_s"]
    if duration_s > longest_s:
        days, most = duration_s / _DAY_S, longest_s / _DAY_S
        msg = f"it spans {days:.0f} days from its first sample to its last, more than {most:.0f}: its clock is damaged. Cut it into parts first."
        raise DamagedBiosignalError(msg)


def _checked_steps(time_s: Floats) -> Floats:
    usable = np.abs(time_s) < _LATEST_S
    if len(time_s) < 2 or not np.all(usable):  # noqa: PLR2004
        msg = f"{len(time_s)} time stamps, {int(np.sum(~usable))} of them no numbers; at least two samples with a time are needed."
        raise DamagedBiosignalError(msg)
    steps = np.diff(time_s)
    if np.any(steps < 0) or not np.any(steps >= _SHORTEST_S):
        row = int(np.argmax(steps < 0)) + 1
        msg = f"time goes back from {time_s[row - 1]:.6g} to {time_s[row]:.6g} s at sample {row + 1}, or stands still. Sort or export the file again."
        raise DamagedBiosignalError(msg)
    _check_length(float(time_s[-1] - time_s[0]))
    return steps


def _rate(time_s: Floats, breaks: NDArray[np.intp], steps: Floats) -> float:
    """Samples a second between the gaps; a whole number where that moves no sample by more than half a period."""
    count = len(steps) - len(breaks)
    rate_hz = count / float(time_s[-1] - time_s[0] - steps[breaks].sum()) if count else 1.0 / float(np.median(steps))
    whole = float(round(rate_hz))
    return whole if whole and abs(rate_hz - whole) * (time_s[-1] - time_s[0]) <= 0.5 else rate_hz  # noqa: PLR2004


def _places(time_s: Floats, breaks: NDArray[np.intp], rate_hz: float) -> NDArray[np.int64]:
    """Where samples lie: a stretch begins where its first stamp says, though not before the one before it ended, and has no breaks."""
    starts = np.concatenate([[0], breaks + 1])
    wanted = np.rint((time_s[starts] - time_s[0]) * rate_hz).astype(np.int64) - starts
    shifts = np.maximum.accumulate(np.maximum(wanted, 0))
    lengths = np.diff(np.concatenate([starts, [len(time_s)]]))
    return np.asarray(np.arange(len(time_s)) + np.repeat(shifts, lengths), np.int64)
