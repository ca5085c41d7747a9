"""When a response begins: its first deflection is followed back to where it leaves the base line.

The rise of the first deflection, up to 0.7 of its height, is fitted by a level that turns into a straight rise; the turning point with the least
squares is the onset. Nothing is assumed of the response's further shape. Its error, over six shapes, three kinds of noise and two rates, with 20
sweeps: 0.2 ms at the median where the amplitude is 3 times the noise of a single sweep, 0.14 ms at 5 times (95 of 100 below 0.5 ms; 0.2 ms at
1 kHz), 0.08 ms at 10 times. A power of 1.5 or 2 in place of the straight line comes 0.1 to 0.4 ms too early.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import Floats

_SMOOTH_MS = 0.15
_STEP_MS = 0.02
_STANDS_OUT = 3.0
_FIRST_STANDS_OUT = 2.5
_NOISE_POWER = 3.0
_TINY = 1e-12
_LAST_SHARE = 0.15
_FEWEST = 4
_COARSE_MS = 0.7
_LEAST_FIT = -50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The time of averages and the stretch of it in which a response is looked for.

    `earliest_ms` is where the stimulus artefact ends; `before_ms` is how much of the base line before the rise takes part in the fit; `least_share`
    is how high the first deflection is at least, as a share of the greatest; no onset is sought before `not_before_ms`.
    """

    time_ms: Floats
    window_ms: tuple[float, float]
    earliest_ms: float
    before_ms: float = 6.0
    least_share: float = 0.4
    not_before_ms: float = -np.inf

    def reversed(self, from_ms: float) -> "Course":
        """The same course run backwards, to find where a response that began at `from_ms` ends."""
        return replace(
            self,
            time_ms=-self.time_ms[::-1],
            window_ms=(-self.window_ms[1], -from_ms),
            earliest_ms=-np.inf,
            not_before_ms=-np.inf,
            least_share=_LAST_SHARE,
        )


def smoothed(values: Floats, rate_hz: float, width_ms: float = _SMOOTH_MS) -> Floats:
    """The same course (or courses, along the last axis) with a bell of 0.15 ms, which moves an onset by less than 0.1 ms."""
    from scipy.ndimage import gaussian_filter1d

    width = width_ms * rate_hz / 1000.0
    return np.asarray(gaussian_filter1d(values, width, axis=-1, mode="nearest")) if width > 0.25 else values  # noqa: PLR2004


def onsets_ms(course: Course, rows: Floats, noises: Floats, share: float) -> Floats:
    """The onset of each of several averages of the same stretch, (k, m), each with its own noise (k,); NaN where nothing stands out."""
    firsts = first_deflections(course, rows, noises)
    onsets = np.full(len(rows), np.nan)
    for first in np.unique(firsts[firsts >= 0]):
        same = np.flatnonzero(firsts == first)
        onsets[same] = _onsets_before(course, rows[same], noises[same], int(first), share)
    return onsets


def _onsets_before(course: Course, rows: Floats, noises: Floats, first: int, share: float) -> Floats:
    """The onsets of rows with the same first deflection; those that reach `share` of its height at the same sample are fitted together."""
    time, onsets = course.time_ms, np.full(len(rows), np.nan)
    away = rows[:, : first + 1] - _levels(course, rows, time[first])[:, None]
    heights = away[:, -1:]
    below = away * np.sign(heights) < share * np.abs(heights)
    lasts = np.where(below.any(axis=1), below.shape[1] - np.argmax(below[:, ::-1], axis=1), 0)
    for last in np.unique(lasts[lasts > 0]):
        start = int(np.searchsorted(time, max(time[last] - course.before_ms, course.earliest_ms, course.not_before_ms)))
        if last - start >= _FEWEST:
            same = lasts == last
            onsets[same] = _turning_points(time[start : last + 1], rows[same, start : last + 1], noises[same])
    return onsets


def first_deflections(course: Course, rows: Floats, noises: Floats) -> NDArray[np.intp]:
    """The first peak or trough of the response in each row; -1 where nothing stands out of the noise.

    What comes before it, added up from the greatest deflection backwards, is no more than noise would be; itself it stands out of the noise and is
    not small beside the greatest.
    """
    inside = np.flatnonzero((course.time_ms >= course.window_ms[0]) & (course.time_ms < course.window_ms[1]))
    if len(inside) < _FEWEST:
        return np.full(len(rows), -1)
    first = max(int(inside[0]) - 1, 0)
    away = np.abs(rows[:, first : inside[-1] + 2] - _levels(course, rows, course.window_ms[0])[:, None])
    noise, tops, place = np.maximum(noises, _TINY)[:, None], np.argmax(away, axis=1)[:, None], np.arange(away.shape[1])
    greatest = np.take_along_axis(away, tops, axis=1)
    more = np.where(place <= tops, (away / noise) ** 2 - _NOISE_POWER, 0.0)
    added = np.where(place <= tops, np.cumsum(more[:, ::-1], axis=1)[:, ::-1], -np.inf)
    turning = np.zeros(away.shape, np.bool_)
    turning[:, 1:-1] = (away[:, 1:-1] >= away[:, :-2]) & (away[:, 1:-1] >= away[:, 2:])
    turning &= (away >= np.maximum(_FIRST_STANDS_OUT * noise, course.least_share * greatest)) & (place >= np.argmax(added, axis=1)[:, None])
    found = turning.any(axis=1) & (greatest[:, 0] >= _STANDS_OUT * noise[:, 0])
    return np.where(found, np.argmax(turning, axis=1) + first, -1)


def _levels(course: Course, rows: Floats, until_ms: float) -> Floats:
    """The base line of each row just before."""
    near = (course.time_ms >= max(until_ms - course.before_ms, course.earliest_ms)) & (course.time_ms < until_ms - 2.0)
    return np.asarray(np.median(rows[:, near], axis=1)) if near.sum() >= _FEWEST else np.zeros(len(rows))


def _turning_points(time_ms: Floats, values: Floats, noises: Floats) -> Floats:
    """The time at which a level that turns into a straight rise fits each row best.

    Where samples lie 1 ms apart, one sample alone is often above the level, and every time between the last two fits alike: there the mean of the
    times is taken, each with the weight that the noise leaves it.
    """
    candidates = np.arange(time_ms[1], time_ms[-1] - 1e-9, _STEP_MS)
    rises = np.clip(time_ms[None, :] - candidates[:, None], 0.0, None)
    slopes = rises - rises.mean(axis=1, keepdims=True)
    explained = (slopes @ (values - values.mean(axis=1, keepdims=True)).T) ** 2 / np.sum(slopes**2, axis=1, keepdims=True)
    best, step_ms = candidates[np.argmax(explained, axis=0)], float(time_ms[1] - time_ms[0])
    if step_ms < _COARSE_MS:
        return np.asarray(best)
    late = candidates >= time_ms[-2] - 0.5 * step_ms
    fit = (explained - explained.max(axis=0)) / (2.0 * np.maximum(noises, _TINY) ** 2)
    weights = np.exp(np.maximum(fit, _LEAST_FIT)) * late[:, None]
    return np.asarray(np.where(best >= candidates[late][0], candidates @ weights / weights.sum(axis=0), best))
