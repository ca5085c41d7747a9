"""Bursts measured: their edges, their strength and their frequency, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from spasmograph.measure.emg.bursts.certainty import Found
from spasmograph.measure.emg.bursts.edges import Edge, offset_samples, onset_samples
from spasmograph.measure.emg.bursts.noise import Noise
from spasmograph.measure.emg.bursts.shape import Sample, Stretch, is_pop, median_frequencies_hz, strength
from spasmograph.model.common import Floats
from spasmograph.model.emg import Burst
from spasmograph.parameters import Parameters
from spasmograph.terms import Muscle, Side, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of frames that is above a threshold and may be a burst.

    Attributes:
        samples: what it lies in, in µV.
        ratios: the same around it, in power over the noise's.
        sharp: the same of what is not slow, in which its edges are sought.
        first: its first sample by its frames.
        stop: the one after its last.
        frames: its power by frame, over the noise's.
        floors: the power, over the noise's, below which nothing counts at its beginning and at its end.
        noise: the noise at its time.
        chance: how many stretches of noise an hour are as strong.
        begun: the time before it was not measured.
        over: the time after it was not measured.
        unmeasured_s: until when time was last not measured before it.
    """

    samples: Stretch
    ratios: Stretch
    sharp: Stretch
    first: int
    stop: int
    frames: Floats
    floors: tuple[float, float]
    noise: Noise
    chance: float
    begun: bool
    over: bool
    unmeasured_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A run with its exact edges: the first sample and the one after the last."""

    run: Run
    first: int
    stop: int


class BurstMeter:
    """Measures the bursts of one channel, in order of time; however many come at once, each is measured as if it came alone."""

    def __init__(self, *, rate_hz: float, label: str, muscle: Muscle | None, side: Side | None, task: Task, parameters: Parameters) -> None:
        self._rules = parameters
        self._rate_hz, self._label, self._muscle, self._side, self._task = rate_hz, label, muscle, side, task
        self._last_stop = 0

    def measured(self, runs: Sequence[Run]) -> list[Found | None]:
        """Each run as a burst; None where it is too short, or a pop."""
        spans = self._spans(runs)
        told = [span for span in spans if span]
        samples = [
            Sample(samples=span.run.samples.part(span.first, span.stop), noise_spectrum=span.run.noise.spectrum, noise_power=span.run.noise.power)
            for span in told
        ]
        bursts = map(self._found, told, median_frequencies_hz(samples, self._rate_hz, self._rules))
        return [next(bursts) if span else None for span in spans]

    def _spans(self, runs: Sequence[Run]) -> list[_Span | None]:
        """The edges of each run that is a burst; none begins before the one before it has ended."""
        reach = round(self._rules["burst_edge_reach_s"] * self._rate_hz)
        spans: list[_Span | None] = []
        for span in self._edged(runs, 0):
            run, within = span.run, span
            if not run.begun and self._last_stop > max(run.ratios.first, run.first - reach):
                (within,) = self._edged([run], self._last_stop)
            spans.append(within if self._lasts(within) else None)
            self._last_stop = within.stop if spans[-1] else self._last_stop
        return spans

    def _edged(self, runs: Sequence[Run], low: int) -> list[_Span]:
        """First sample, not before `low`, and the one after the last; where the time before or after was not measured, that is the edge."""
        firsts, stops = [run.first for run in runs], [run.stop for run in runs]
        free = [place for place, run in enumerate(runs) if not run.begun]
        rises = [Edge(ratios=runs[at].sharp, near=firsts[at], low=low, stop=stops[at], floor=runs[at].floors[0]) for at in free]
        for place, sample in zip(free, onset_samples(rises, self._rules), strict=True):
            firsts[place] = sample
        free = [place for place, run in enumerate(runs) if not run.over]
        falls = [Edge(ratios=runs[at].sharp, near=stops[at], low=firsts[at], stop=runs[at].sharp.stop, floor=runs[at].floors[1]) for at in free]
        for place, sample in zip(free, offset_samples(falls, self._rules), strict=True):
            stops[place] = sample
        return [_Span(run=run, first=first, stop=stop) for run, first, stop in zip(runs, firsts, stops, strict=True)]

    def _lasts(self, span: _Span) -> bool:
        """Whether it is long enough for a burst, and not a pop."""
        shortest_s = self._rules["burst_censored_shortest_s" if span.run.begun or span.run.over else "burst_shortest_s"]
        return span.stop - span.first >= shortest_s * self._rate_hz and not is_pop(span.run.ratios, span.first, span.stop, self._rules)

    def _found(self, span: _Span, median_frequency_hz: float) -> Found:
        run = span.run
        measures = strength(run.ratios, span.first, span.stop, run.noise.power, self._rules)
        burst = Burst(
            onset_s=span.first / self._rate_hz,
            apex_s=measures.apex / self._rate_hz,
            offset_s=span.stop / self._rate_hz,
            channel=self._label,
            peak_uv=measures.peak_uv,
            mean_uv=measures.mean_uv,
            confidence=(1 - min(run.chance, 1.0)) * (1 - 1 / max(1.0, float(run.frames.sum()) / len(run.frames))),
            muscle=self._muscle,
            side=self._side,
            task=self._task,
            median_frequency_hz=median_frequency_hz,
            censored=run.begun or run.over,
        )
        return Found(burst=burst, unmeasured_s=run.unmeasured_s)
