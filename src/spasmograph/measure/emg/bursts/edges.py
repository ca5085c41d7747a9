"""At which sample bursts begin and end: many edges at once, each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.bursts.shape import Stretch
from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters

Indices = NDArray[np.intp]
Complexes = NDArray[np.complexfloating]

_LEAST_HEIGHT = 0.5
_HEIGHT_STEP = 1.25
_HEIGHT_S = 0.02
_SLOPES = (0.3, 0.6, 1.0)
# So many edges at once, so that what is made for them stays small.
_MOST = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where to look for an onset.

    Attributes:
        ratios: power over the noise's around the burst.
        near: where the coarse search put the onset.
        low: the first sample that it may be.
        stop: the sample after the last of the burst.
        floor: the power, over the noise's, below which nothing counts.
    """

    ratios: Stretch
    near: int
    low: int
    stop: int
    floor: float

    def turned(self) -> "Edge":
        """The same with time turned round: an offset becomes an onset."""
        ratios = Stretch(samples=self.ratios.samples[::-1], first=-self.ratios.stop, rate_hz=self.ratios.rate_hz)
        return Edge(ratios=ratios, near=-self.near, low=-self.stop, stop=-self.low, floor=self.floor)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Courses:
    """Power around n edges, over what counts: `power` (n, m), 0 from `count` (n,) on; the coarse edges are at `near` (n,)."""

    power: Floats
    count: Indices
    near: Indices

    @property
    def places(self) -> Indices:
        """The index of each column."""
        return np.arange(self.power.shape[1])


def offset_samples(edges: Sequence[Edge], parameters: Parameters) -> list[int]:
    """The sample after the last one of each burst: `onset_samples` with time turned round; `low` and `stop` bound the offset."""
    return [-place for place in onset_samples([edge.turned() for edge in edges], parameters)]


def onset_samples(edges: Sequence[Edge], parameters: Parameters) -> list[int]:
    """The sample at which each burst begins: where noise before it and activity from there on, at once or rising evenly, are likeliest.

    All of one rate; each comes out as if it were alone.

    References:
        Staude et al., EURASIP J Appl Signal Process 2001;2:67–81.
    """
    found: list[int] = []
    for first in range(0, len(edges), _MOST):
        found += _onsets(edges[first : first + _MOST], parameters)
    return found


def _onsets(edges: Sequence[Edge], parameters: Parameters) -> list[int]:
    rate_hz = edges[0].ratios.rate_hz
    reach, rise = (round(parameters[name] * rate_hz) for name in ("burst_edge_reach_s", "burst_edge_rise_s"))
    lows = [max(edge.low, edge.ratios.first, edge.near - reach) for edge in edges]
    courses = _cut(edges, lows, max(1, reach + rise), rise)
    steps = _height_steps(courses, round(_HEIGHT_S * rate_hz))
    evidence = _step_evidence(courses, _HEIGHT_STEP**steps)
    beyond = courses.places >= np.minimum(courses.count, np.maximum(1, courses.near + reach))[:, None]
    evidence[beyond] = -np.inf
    rows = np.arange(len(edges))
    best = evidence.argmax(axis=1)
    most = evidence[rows, best] + parameters["burst_edge_evidence"]
    for more in _slope_evidences(courses, steps, rise):
        sloped = evidence + more
        place = sloped.argmax(axis=1)
        better = sloped[rows, place] > most
        best, most = np.where(better, place, best), np.where(better, sloped[rows, place], most)
    return [low + int(place) if count else low for low, place, count in zip(lows, best, courses.count, strict=True)]


def _cut(edges: Sequence[Edge], lows: Sequence[int], width: int, rise: int) -> _Courses:
    """The power from the lowest place of each edge to a little after it."""
    power = np.zeros((len(edges), width))
    count = np.zeros(len(edges), np.intp)
    for row, (edge, low) in enumerate(zip(edges, lows, strict=True)):
        part = edge.ratios.part(low, min(edge.stop, edge.near + rise))
        count[row] = len(part)
        np.divide(part, edge.floor, out=power[row, : len(part)])
    near = np.array([edge.near - low for edge, low in zip(edges, lows, strict=True)], np.intp)
    return _Courses(power=power, count=count, near=near)


def _height_steps(courses: _Courses, width: int) -> Indices:
    """How far the power just inside each edge rises above the noise's, over 20 ms, in steps of a quarter of itself."""
    summed = np.cumsum(courses.power, axis=1)
    near = np.maximum(courses.near, 0)
    before = np.where(near > 0, summed[np.arange(len(summed)), near - 1], 0.0)
    height = (summed[:, -1] - before) / np.maximum(courses.count - near, 1)
    if summed.shape[1] > width > 0:
        means = (summed[:, width:] - summed[:, :-width]) / width
        at = courses.places[:-width]
        inside = (at >= near[:, None]) & (at < (courses.count - width)[:, None])
        height = np.where(inside.any(axis=1), np.where(inside, means, -np.inf).max(axis=1), height)
    found: Indices = np.rint(np.log(np.maximum(height - 1, _LEAST_HEIGHT)) / np.log(_HEIGHT_STEP)).astype(np.intp)
    return found


def _step_evidence(courses: _Courses, height: Floats) -> Floats:
    """Log-likelihood ratio, but for a factor, that power is raised by `height` (n,) from each place on to the end, against noise (n, m)."""
    evidence = courses.power * (1 - 1 / (1 + height))[:, None]
    evidence -= np.log(1 + height)[:, None]
    evidence[courses.places >= courses.count[:, None]] = 0.0
    summed: Floats = np.cumsum(evidence[:, ::-1], axis=1)[:, ::-1]
    return summed


def _slope_evidences(courses: _Courses, steps: Indices, rise: int) -> Sequence[Floats]:
    """What is to be added to `_step_evidence` where the amplitude rises evenly over so many samples rather than at once, (n, m) for each slope."""
    from scipy.fft import irfft, next_fast_len, rfft

    lengths = [max(2, round(share * rise)) for share in _SLOPES]
    width = courses.power.shape[1]
    size = next_fast_len(width + max(lengths), real=True)
    spectra = rfft(courses.power, size, axis=1)
    found = []
    for length in lengths:
        slopes = [_slope(step, length, size) for step in steps.tolist()]
        evidence = irfft(spectra * np.array([spectrum for spectrum, _ in slopes]), size, axis=1, overwrite_x=True)[:, :width]
        # Near the end a part of the slope only.
        left_out = np.clip(length - courses.count[:, None] + courses.places, 0, length - 1)
        evidence += np.take_along_axis(np.array([constants for _, constants in slopes]), left_out, axis=1)
        found.append(evidence)
    return found


@lru_cache(maxsize=512)
def _slope(step: int, length: int, size: int) -> tuple[Complexes, Floats]:
    """A slope's weights against a step's, as a spectrum, and what they are to be compared with, by how many are left out at the end."""
    height = _HEIGHT_STEP**step
    power = 1 + height * np.square((np.arange(length) + 0.5) / length)
    weights = 1 / (1 + height) - 1 / power
    return np.fft.rfft(weights, size).conj(), np.cumsum(np.log(1 + height) - np.log(power))[::-1].copy()
