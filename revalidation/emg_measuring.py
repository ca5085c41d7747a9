"""One channel of EMG through the product as a user's recording goes, and its bursts beside the true ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

import numpy as np

from revalidation.counting import match
from spasmograph.measure.emg.channel import ChannelMeter, MeasuredChannel
from spasmograph.measure.emg.front.survey import survey_channel
from spasmograph.measure.emg.simulate import SimulatedEmg
from spasmograph.model import Biosignal, Channel, Floats
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import Task

BLOCK = 1 << 16
SURE = 0.95

Span = tuple[float, float]


def measured_channel(biosignal: Biosignal, channel: Channel) -> MeasuredChannel:
    """The channel with the defaults, read a stretch at a time."""
    rules, read = load_emg_parameters(), partial(biosignal.samples, channel)
    meter = ChannelMeter(channel, survey_channel(read, channel, parameters=rules), task=Task.NONE, parameters=rules)
    for first in range(0, channel.sample_count, BLOCK):
        meter.update(read(first, min(first + BLOCK, channel.sample_count)))
    return meter.close()


def found_bursts(biosignal: Biosignal, channel: Channel) -> list[Span]:
    """Onset and offset of every burst that the product finds in a channel, in seconds."""
    return [(burst.onset_s, burst.offset_s) for burst in measured_channel(biosignal, channel).bursts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Bursts that are there and that were found; the errors of the edges of those that pair up, in ms, later is positive."""

    there: int = 0
    found: int = 0
    onset_ms: tuple[float, ...] = ()
    offset_ms: tuple[float, ...] = ()

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            there=self.there + other.there,
            found=self.found + other.found,
            onset_ms=self.onset_ms + other.onset_ms,
            offset_ms=self.offset_ms + other.offset_ms,
        )

    @property
    def hits(self) -> int:
        """Bursts that pair up."""
        return len(self.onset_ms)

    @property
    def sensitivity(self) -> float:
        """Share of the true bursts that were found; NaN of none."""
        return self.hits / self.there if self.there else float("nan")

    @property
    def precision(self) -> float:
        """Share of the found bursts that are there; NaN of none."""
        return self.hits / self.found if self.found else float("nan")

    @property
    def onset_error_ms(self) -> float:
        """Median of the onset's error without its sign."""
        return _median(np.abs(self.onset_ms))

    @property
    def offset_error_ms(self) -> float:
        """Median of the offset's error without its sign."""
        return _median(np.abs(self.offset_ms))


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def judge_bursts(truth: Sequence[Span], found: Sequence[Span]) -> Judged:
    """Found bursts paired with true ones by overlap, one to one."""
    pairs = list(_pairs(truth, found))
    return Judged(
        there=len(truth),
        found=len(found),
        onset_ms=tuple((found[j][0] - truth[i][0]) * 1000 for i, j in pairs),
        offset_ms=tuple((found[j][1] - truth[i][1]) * 1000 for i, j in pairs),
    )


def _pairs(truth: Sequence[Span], found: Sequence[Span]) -> Iterable[tuple[int, int]]:
    """As `match`, in stretches between which nothing overlaps, so that long recordings take no time."""
    marks = sorted([(a, b, 0, i) for i, (a, b) in enumerate(truth)] + [(a, b, 1, j) for j, (a, b) in enumerate(found)])
    cluster: list[tuple[float, float, int, int]] = []
    until = -np.inf
    for mark in [*marks, (np.inf, np.inf, 0, 0)]:
        if mark[0] > until and cluster:
            yield from _matched(cluster)
            cluster = []
        cluster.append(mark)
        until = max(until, mark[1])


def _matched(cluster: Sequence[tuple[float, float, int, int]]) -> list[tuple[int, int]]:
    ours, theirs = (sorted(((a, b, k) for a, b, which, k in cluster if which == side), key=itemgetter(2)) for side in (0, 1))
    return [(ours[i][2], theirs[j][2]) for i, j in match([one[:2] for one in ours], [one[:2] for one in theirs])]


def true_bursts(made: SimulatedEmg, channel: Channel) -> list[Span]:
    """Onset and offset of every burst that was put into a channel."""
    return [(burst.onset_s, burst.offset_s) for burst in made.truth.bursts_of(channel.label)]


def share_interval(hits: int, cases: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper and Pearson)."""
    from scipy.stats import beta

    tail = (1 - SURE) / 2
    low = beta.ppf(tail, hits, cases - hits + 1) if hits else 0.0
    high = beta.ppf(1 - tail, hits + 1, cases - hits) if hits < cases else 1.0
    return float(low), float(high)


def rate_interval(count: int, hours: float) -> tuple[float, float]:
    """The exact 95 % interval of a rate an hour from a count (Poisson)."""
    from scipy.stats import chi2

    tail = (1 - SURE) / 2
    low = chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    return float(low / hours), float(chi2.ppf(1 - tail, 2 * count + 2) / 2 / hours)


def median_interval(values: Sequence[float]) -> tuple[float, float]:
    """A 95 % interval of the median by its order statistics; NaN of fewer than six."""
    from scipy.stats import binom

    ordered, tail = np.sort(values), (1 - SURE) / 2
    rank = int(binom.ppf(tail, len(ordered), 0.5)) if len(ordered) else 0
    return (float(ordered[rank - 1]), float(ordered[len(ordered) - rank])) if rank else (float("nan"), float("nan"))
