"""Bursts of one muscle: found in the energy of its conditioned EMG against its own noise, their edges by the likeliest change.

A burst has to be stronger than noise is by chance, over 25, 60 or 250 ms: the thresholds follow from the noise's level and spectrum and from the rate
of false bursts that is allowed, `burst_false_per_h`, as a bound on the sum over all windows at every place. Between two bursts there has to be a
silence of about 30 ms. Shorter ones than 20 ms are no bursts. Where the rate is too low for EMG, bursts are those of what is left of it, in windows
of at least two samples, without a median frequency.

The confidence of a burst is the chance that noise shows nothing as strong within an hour, times the share of its power that is not noise: about 0.9
at three times the noise, 0.98 at eight times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import exp, inf, log

import numpy as np

from spasmograph.errors import InputError
from spasmograph.measure.emg.bursts.certainty import Certainty
from spasmograph.measure.emg.bursts.envelope import moving_means
from spasmograph.measure.emg.bursts.meter import BurstMeter, Run
from spasmograph.measure.emg.bursts.noise import Noise, NoiseModel
from spasmograph.measure.emg.bursts.scan import Scan
from spasmograph.measure.emg.bursts.shape import Stretch
from spasmograph.measure.emg.front.conditioning import condition
from spasmograph.measure.emg.front.windows import Window, Windows
from spasmograph.model.common import Floats
from spasmograph.model.emg import Burst
from spasmograph.parameters import Parameters, load_emg_parameters
from spasmograph.terms import Muscle, Side, Task

_FRAME_RATE_HZ = 200.0
_RATIOS = (2.0, 16.0)
_NEVER = -1e3
# Runs are measured together from so many on.
_AT_ONCE = 64


def find_bursts(
    samples_uv: Floats,
    *,
    rate_hz: float,
    conditioned: bool = False,
    label: str = "",
    muscle: Muscle | None = None,
    side: Side | None = None,
    parameters: Parameters | None = None,
) -> tuple[Burst, ...]:
    """All bursts of one muscle's activity in a recording.

    Args:
        samples_uv: (n,) in microvolts, NaN where not measured.
        rate_hz: samples a second.
        conditioned: the samples are in the band of EMG already; without it they are put there first.
        label: what the channel is called.
        muscle: the muscle, where known.
        side: the patient's side, where known.
        parameters: the rule set, else the one that ships.

    Returns:
        The bursts in order of time.

    Raises:
        InputError: the rate is not a positive number.
    """
    detector = BurstDetector(rate_hz=rate_hz, label=label, muscle=muscle, side=side, parameters=parameters)
    samples = samples_uv if conditioned else condition(samples_uv, rate_hz=rate_hz, parameters=parameters)
    return (*detector.update(samples), *detector.close())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What the frames of a block show, in units of what a frame of pure noise shows against activity."""

    evidence: Floats
    rise: Floats
    fall: Floats


class _Lit:
    """The samples in which runs are looked for, and their power over the noise's as it is and without what is slow, made when a run needs it."""

    def __init__(self, samples: Stretch, noise: Noise, window_s: float) -> None:
        self.samples, self.noise, self._window_s = samples, noise, window_s

    @cached_property
    def ratios(self) -> Stretch:
        return self.samples.ratios(self.noise.power)

    @cached_property
    def sharp(self) -> Stretch:
        return self.samples.sharpened(self._window_s).ratios(self.noise.power * self.noise.sharp_share)


class BurstDetector:
    """Finds bursts as samples arrive: `update` with any number of conditioned samples, then `close`; the same bursts however they were cut.

    Bursts are told when they are certain: `burst_beside_s` and up to a block of `burst_block_s` later, while another one beside them goes on, after
    that; at the start after `noise_learn_s`. Activity that lasts unchanged for nearly all of `noise_history_s` is taken for noise.

    Attributes:
        noise_uv: median over time of the noise's RMS, NaN before anything was measured.
        noise_course_uv: the noise's RMS by block of `burst_block_s`.
    """

    def __init__(
        self,
        *,
        rate_hz: float,
        label: str = "",
        muscle: Muscle | None = None,
        side: Side | None = None,
        task: Task = Task.NONE,
        parameters: Parameters | None = None,
    ) -> None:
        if not 0 < rate_hz < np.inf:
            msg = f"the rate is {rate_hz} Hz; it must be a positive number"
            raise InputError(msg)
        self._rules = parameters or load_emg_parameters()
        self._rate_hz = rate_hz
        self._hop = max(1, round(rate_hz / _FRAME_RATE_HZ))
        self._frame_rate_hz = rate_hz / self._hop
        self._near = max(1, round(self._rules["burst_near_s"] * self._frame_rate_hz))
        names = ("burst_short_window_s", "burst_middle_window_s", "burst_long_window_s")
        self._widths = tuple(max(2, round(self._rules[name] * self._frame_rate_hz)) for name in names)
        self._margin = self._near + self._widths[-1]
        block = max(self._margin, round(self._rules["burst_block_s"] * self._frame_rate_hz))
        self._windows = Windows(block=block * self._hop, margin=self._margin * self._hop)
        self._around = round(max(self._rules["burst_edge_reach_s"], self._rules["envelope_window_s"]) * rate_hz) + self._hop
        self._noise = NoiseModel(rate_hz=rate_hz, hop=self._hop, windows=self._widths, parameters=self._rules)
        self._scan = Scan()
        self._waiting: list[tuple[Window, Floats]] = []
        self._judged: list[tuple[list[Run], float]] = []
        self._learnt = False
        self._open: Stretch | None = None
        self._meter = BurstMeter(rate_hz=rate_hz, label=label, muscle=muscle, side=side, task=task, parameters=self._rules)
        self._resumed = -1
        self._told = Certainty(self._rules)
        self._unmeasured = -1
        self._course_uv: list[float] = []

    @property
    def noise_course_uv(self) -> Floats:
        """See the class."""
        return np.array(self._course_uv)

    @property
    def noise_uv(self) -> float:
        """See the class."""
        known = [value for value in self._course_uv if value == value]  # noqa: PLR0124 - not NaN
        return float(np.median(known)) if known else float("nan")

    def update(self, conditioned_uv: Floats) -> list[Burst]:
        """Bursts that are certain now."""
        return [burst for window in self._windows.update(conditioned_uv) for burst in self._taken(window)] + self._certain()

    def close(self) -> list[Burst]:
        """The rest of the bursts; one that is still going on is censored."""
        bursts = [burst for window in self._windows.close() for burst in self._taken(window)]
        self._learnt = True
        self._judge()
        self._judged.append((list(self._ended()), np.inf))
        return bursts + self._certain()

    def _taken(self, window: Window) -> list[Burst]:
        """Learns from a block; judges it, and those that waited, once enough has been learnt."""
        powers = frame_powers(window.samples, self._hop)
        lead, count = window.lead // self._hop, window.length // self._hop
        self._noise.update(powers[lead : lead + count], window.samples[window.inner], (window.first + window.lead) // self._hop)
        self._waiting.append((window, powers))
        self._learnt = self._learnt or _end(window) >= self._rules["noise_learn_s"] * self._rate_hz
        self._judge()
        return self._certain() if sum(len(runs) for runs, _ in self._judged) >= _AT_ONCE else []

    def _judge(self) -> None:
        """Looks for runs in the blocks that wait, once enough has been learnt."""
        while self._learnt and self._waiting:
            window, powers = self._waiting.pop(0)
            runs = list(self._searched(window, powers))
            self._judged.append((runs, self._scan.onset / self._frame_rate_hz if self._scan.active else _end(window) / self._rate_hz))

    def _certain(self) -> list[Burst]:
        """Bursts that are certain after the runs of the blocks so far were measured, all at once."""
        judged, self._judged = self._judged, []
        found = iter(self._meter.measured([run for runs, _ in judged for run in runs]))
        told = [self._told.certain([one for one in islice(found, len(runs)) if one], until) for runs, until in judged]
        return [burst for bursts in told for burst in bursts]

    def _searched(self, window: Window, powers: Floats) -> Iterator[Run]:
        """The runs that end in a block."""
        first = (window.first + window.lead) // self._hop
        noise = self._noise.at((window.first + window.lead + window.length / 2) / self._rate_hz)
        self._course_uv.append(noise.power**0.5)
        ratios = self._frames(window, powers) / noise.power
        inner = ratios[self._margin : -self._margin]
        missing = first + np.flatnonzero(~np.isfinite(inner))
        course = self._course(ratios, noise)
        lit = _Lit(self._continued(window), noise, self._rules["burst_sharp_s"])
        for onset, offset in self._scan.runs(course.evidence, course.rise, course.fall, first) if course else self._scan.nothing(first + len(inner)):
            before = missing[missing < onset]
            self._unmeasured = int(before[-1]) if len(before) else self._unmeasured
            yield from self._run(lit, onset, offset)
        self._unmeasured = int(missing[-1]) if len(missing) else self._unmeasured
        yield from self._kept(lit, first + len(inner))

    def _frames(self, window: Window, powers: Floats) -> Floats:
        """Power by frame, NaN where not measured, of the block and `_margin` frames on both sides of it."""
        inner, lead = window.length // self._hop, window.lead // self._hop
        after = powers[lead : lead + inner + self._margin]
        missing = np.full(self._margin, np.nan)
        return np.concatenate([missing[lead:], powers[:lead], after, missing[: inner + self._margin - len(after)]])

    def _course(self, measured: Floats, noise: Noise) -> _Course | None:
        """Evidence for activity frame by frame, by a likelihood that looks for what is about as strong as the strongest nearby.

        None where nothing is above a threshold and no burst is going on.
        """
        from scipy.ndimage import maximum_filter1d

        there = np.isfinite(measured)
        ratios = np.where(there, measured, 1.0)
        smooth = moving_means(ratios, self._widths)
        above = [course > threshold for course, threshold in zip(smooth, noise.thresholds, strict=True)]
        if not (self._scan.active or any(each.any() for each in above)):
            return None
        possible = there.copy()
        possible &= np.any([maximum_filter1d(each, width + 2 * self._widths[0]) for each, width in zip(above, self._widths, strict=True)], axis=0)
        strongest = maximum_filter1d(smooth[1], 2 * self._near + 1)
        floor = np.maximum(1.0, strongest * self._rules["burst_range"] ** 2)
        ratio = np.clip(strongest / floor / 2, *_RATIOS)
        logarithm = np.log(ratio)
        silence = logarithm - 1 + 1 / ratio
        evidence = np.where(there, (ratios / floor * (1 - 1 / ratio) - logarithm) / silence, _NEVER)
        weak = self._rules["burst_pause_evidence"] / (silence * noise.freedom / 2)
        inner = slice(self._margin, -self._margin)
        return _Course(
            evidence=evidence[inner],
            rise=np.where(possible, weak, np.inf)[inner],
            fall=np.maximum(weak, self._rules["burst_pause_s"] * self._frame_rate_hz)[inner],
        )

    def _continued(self, window: Window) -> Stretch:
        """The samples of a window, with what is kept of the burst that began before it."""
        now = Stretch(samples=window.samples, first=window.first, rate_hz=self._rate_hz)
        if self._open is None or self._open.first >= window.first:
            return now
        kept = self._open.part(self._open.first, window.first)
        return Stretch(samples=np.concatenate([kept, window.samples]), first=self._open.first, rate_hz=self._rate_hz)

    def _kept(self, lit: _Lit, end: int) -> Iterator[Run]:
        """Keeps the samples of a burst that goes on; one that has gone on for too long is told so far."""
        self._open = None
        if not self._scan.active:
            return
        if (end - self._scan.onset) / self._frame_rate_hz > self._rules["burst_longest_s"]:
            yield from self._run(lit, self._scan.onset, end, cut=True)
            self._scan.onset = self._resumed = end
        self._open = lit.samples.between((self._scan.onset - self._margin) * self._hop, lit.samples.stop)

    def _ended(self) -> Iterator[Run]:
        """The burst in which the recording ends."""
        if self._scan.active and self._open is not None:
            end = self._open.stop // self._hop
            lit = _Lit(self._open, self._noise.at(end / self._frame_rate_hz), self._rules["burst_sharp_s"])
            yield from self._run(lit, self._scan.onset, min(self._scan.mark, end))

    def _run(self, lit: _Lit, onset: int, offset: int, *, cut: bool = False) -> Iterator[Run]:
        """A run of frames, or nothing if it is not strong enough."""
        first, stop, noise = onset * self._hop, offset * self._hop, lit.noise
        ratios = lit.ratios.between(first - self._around, stop + self._around)
        frames = ratios.part(first, stop).reshape(-1, self._hop).sum(axis=1) / self._hop
        summed = _summed(frames)
        chance = self._false_per_h(summed, noise)
        if chance > self._rules["burst_false_per_h"]:
            return
        low = self._floor(summed[: self._near + 1])
        yield Run(
            samples=lit.samples,
            ratios=ratios,
            sharp=lit.sharp.between(first - self._around, stop + self._around),
            first=first,
            stop=stop,
            frames=frames,
            floors=(low, self._floor(summed[-self._near - 1 :] - summed[-self._near - 1]) if len(frames) > self._near else low),
            noise=noise,
            chance=chance,
            begun=onset == self._resumed or self._unknown(lit.samples, onset - 1),
            over=cut or self._unknown(lit.samples, offset),
            unmeasured_s=(self._unmeasured + 1) / self._frame_rate_hz,
        )

    def _floor(self, summed: Floats) -> float:
        """The power, over the noise's, below which nothing is told apart from a burst with frames of these sums."""
        strongest = _strongest(summed, min(self._widths[1], len(summed) - 1))
        return max(1.0, strongest * self._rules["burst_range"] ** 2)

    def _unknown(self, stretch: Stretch, frame: int) -> bool:
        """Whether a frame was not measured."""
        samples = stretch.part(frame * self._hop, (frame + 1) * self._hop)
        return len(samples) < self._hop or 2 * int(np.count_nonzero(np.isfinite(samples))) < self._hop

    def _false_per_h(self, summed: Floats, noise: Noise) -> float:
        """How many stretches of noise an hour are as strong as frames of these sums; infinite if they are not above a threshold."""
        rate = inf
        for width, freedom, threshold in zip(self._widths, noise.freedoms, noise.thresholds, strict=True):
            strongest = _strongest(summed, width)
            if strongest > threshold:
                above = strongest / threshold - 1 - log(strongest / threshold)
                rate = min(rate, self._rules["burst_false_per_h"] * exp(-freedom / 2 * above))
        return rate


def _summed(frames: Floats) -> Floats:
    """Sums of the frames before each place, (n + 1,)."""
    summed = np.zeros(len(frames) + 1)
    frames.cumsum(out=summed[1:])
    return summed


def _strongest(summed: Floats, width: int) -> float:
    """The largest mean over so many frames, noise lying around them."""
    count = len(summed) - 1
    if count <= width:
        return (float(summed[-1]) + width - count) / width
    return float(np.maximum.reduce(summed[width:] - summed[:-width])) / width


def _end(window: Window) -> int:
    return window.first + window.lead + window.length


def frame_powers(samples: Floats, hop: int) -> Floats:
    """Mean power of each `hop` samples in µV²; NaN where fewer than half of them were measured. What is left over at the end is not in it."""
    rows = samples[: len(samples) // hop * hop].reshape(-1, hop)
    powers: Floats = np.einsum("ij,ij->i", rows, rows) / hop
    holes = np.flatnonzero(~np.isfinite(powers))
    if len(holes):
        there = np.isfinite(rows[holes])
        count = there.sum(axis=1)
        sums = np.square(np.where(there, rows[holes], 0.0)).sum(axis=1)
        powers[holes] = np.where(count >= hop / 2, sums / np.maximum(count, 1), np.nan)
    return powers
