"""Signals made short enough to draw: the lowest and the highest value of every column of the picture, so that no peak is lost."""

import numpy as np

from spasmograph.model import Floats, Signals


def window(signals: Signals, name: str, start_s: float, end_s: float, columns: int) -> tuple[Floats, Floats]:
    """Times and values of one signal within `[start_s, end_s)`, at most two a column, NaN where it was not measured."""
    first, last = np.searchsorted(signals.time_s, [start_s, end_s])
    return shortened(signals.time_s[first:last], signals[name][first:last], columns)


def shortened(time_s: Floats, values: Floats, columns: int) -> tuple[Floats, Floats]:
    """The same course with the minimum and maximum of each of `columns` equal runs of samples; unchanged if it is short enough."""
    if len(values) <= 2 * columns:
        return time_s, values
    starts = np.linspace(0, len(values), columns, endpoint=False).astype(np.intp)
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    middle = np.append(starts[1:], len(values) - 1)
    times = np.stack([time_s[starts], (time_s[starts] + time_s[middle]) / 2], axis=1).ravel()
    return times, np.stack([low, high], axis=1).ravel()


def value_range(signals: Signals, names: list[str]) -> tuple[float, float]:
    """The range that several signals share, without the outermost 0.1 %; 0–1 if none of them was ever measured."""
    found = [signals[name][np.isfinite(signals[name])] for name in names if name in signals.values]
    values = np.concatenate(found) if found else np.empty(0)
    if not len(values):
        return 0.0, 1.0
    low, high = (float(limit) for limit in np.quantile(values, [0.001, 0.999]))
    return (low, high) if high - low > 1e-9 else (low - 0.5, high + 0.5)


def path(x: Floats, y: Floats) -> str:
    """SVG path data through the points, broken where a point is NaN."""
    parts: list[str] = []
    command = "M"
    for px, py, unseen in zip(np.round(x, 1).tolist(), np.round(y, 1).tolist(), np.isnan(y).tolist(), strict=True):
        if unseen:
            command = "M"
            continue
        parts.append(f"{command}{px:g} {py:g}")
        command = "L"
    return "".join(parts)
