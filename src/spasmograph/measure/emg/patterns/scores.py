"""Scores of an EMG recording: bursts of each muscle over its measured time, and pairs of muscles, with 95 % intervals."""

from collections.abc import Sequence
from math import isnan

import numpy as np

from spasmograph.measure.emg.patterns.activity import Activity, both, covered, edges, plain
from spasmograph.measure.scores.clock import equal_bins, seconds, seconds_before
from spasmograph.measure.scores.intervals import (
    UNKNOWN,
    Interval,
    block_bins,
    median_interval,
    median_rank,
    poisson_interval,
    ratio_interval,
    resampled,
    survival_median,
    t_limit,
)
from spasmograph.measure.scores.words import NO_TIME, Heading
from spasmograph.model import Estimate, Floats, Score, Synchrony, Synkinesis, Together
from spasmograph.parameters import Parameters
from spasmograph.terms import FRACTION, INDEX, MICROVOLT, MILLISECONDS, PER_MINUTE, SECONDS, Muscle, Side

NO_BURST = "no burst was seen"
_RATIO = "ratio"
_FEW = "too few bursts for an interval"
_NO_INTERVAL = "the detector's own estimate has no interval"
_NO_NOISE = "the noise was not told"
_LEAST_BLOCKS = 2
_CLOSE = 1e-9


def score_emg(
    activities: Sequence[Activity], synchrony: Sequence[Synchrony], synkinesis: Sequence[Synkinesis], parameters: Parameters
) -> tuple[Score, ...]:
    """All scores: those of each channel, which side bursts for longer of each muscle, and those of pairs."""
    channels = [score for one in activities for score in channel_scores(one, parameters)]
    muscles = dict.fromkeys(one.muscle for one in activities if one.muscle is not None)
    sides = [score for muscle in muscles for score in _laterality(muscle, activities, parameters)]
    pairs = [score for one in synchrony for score in _synchrony_scores(one, activities)]
    return (*channels, *sides, *pairs, *(_synkinesis_score(one, activities) for one in synkinesis))


def channel_scores(activity: Activity, parameters: Parameters) -> tuple[Score, ...]:
    """How often, for how long and how strongly one muscle bursts, and its noise."""
    return (
        burst_rate(activity, parameters),
        burst_time(activity, parameters),
        burst_duration_median(activity),
        burst_peak_median(activity),
        envelope_mean(activity, parameters),
        noise(activity),
    )


def burst_rate(activity: Activity, parameters: Parameters) -> Score:
    """Bursts per measured minute; the Poisson interval, widened as far as bursts come in clusters."""
    heading = _heading("burst_rate", "Bursts", activity.label, PER_MINUTE)
    total_s = seconds(activity.observed)
    if total_s <= 0:
        return heading.untold(NO_TIME)
    onsets_s = edges(activity.bursts)[:, 0]
    clock_s = seconds_before(activity.observed, onsets_s)
    counts = np.histogram(clock_s, equal_bins(total_s, bin_s=parameters["bootstrap_bin_s"]))[0].astype(float)
    count, minutes = int(np.sum(counts)), total_s / 60
    cluster = _cluster(counts, total_s, parameters)
    low, high = _count_interval(count, cluster)
    return heading.told(count / minutes, (low / minutes, high / minutes), total_s)


def burst_time(activity: Activity, parameters: Parameters) -> Score:
    """Share of the measured time that lies within bursts."""
    heading = _heading("burst_time", "Time in bursts", activity.label, FRACTION)
    part_s, whole_s = (_bins_s(one, activity.observed, parameters) for one in (covered(activity.bursts), activity.observed))
    total_s = float(np.sum(whole_s))
    if total_s <= 0:
        return heading.untold(NO_TIME)
    return heading.told(float(np.sum(part_s)) / total_s, ratio_interval(part_s, whole_s, total_s=total_s, parameters=parameters), total_s)


def burst_duration_median(activity: Activity) -> Score:
    """The median duration of bursts; one that began before or ended after what was measured counts as at least as long."""
    heading = _heading("burst_duration_median", "Duration of bursts, median", activity.label, SECONDS)
    values = np.array([burst.duration_s for burst in activity.bursts])
    censored = np.array([burst.censored for burst in activity.bursts], dtype=bool)
    if not len(values):
        return _no_burst(heading, activity)
    reason = _FEW if median_rank(len(values)) < 0 else ""
    return heading.told(survival_median(values, censored), median_interval(values, censored), activity.quality.observed_s, reason=reason)


def burst_peak_median(activity: Activity) -> Score:
    """The median peak of bursts in microvolts of the envelope, noise taken out."""
    heading = _heading("burst_peak_median", "Peak of bursts, median", activity.label, MICROVOLT)
    values = np.array([burst.peak_uv for burst in activity.bursts if np.isfinite(burst.peak_uv)])
    if not len(values):
        return _no_burst(heading, activity)
    reason = _FEW if median_rank(len(values)) < 0 else ""
    interval = median_interval(values, np.zeros(len(values), dtype=bool))
    return heading.told(float(np.median(values)), interval, activity.quality.observed_s, reason=reason)


def envelope_mean(activity: Activity, parameters: Parameters) -> Score:
    """The mean envelope over the measured time, above its noise, in microvolts."""
    heading = _heading("envelope_mean", "Envelope over noise, mean", activity.label, MICROVOLT)
    rate_hz = activity.envelope_rate_hz
    envelope_uv = _measured_envelope(activity)
    total_s = len(envelope_uv) / rate_hz
    if total_s <= 0:
        return heading.untold(NO_TIME)
    if isnan(activity.noise_uv):
        return heading.untold(_NO_NOISE, total_s)
    starts = np.arange(0, len(envelope_uv), round(parameters["bootstrap_bin_s"] * rate_hz))
    whole = np.diff(starts, append=len(envelope_uv)) / rate_hz
    part = np.add.reduceat(envelope_uv, starts, dtype=np.float64) / rate_hz - activity.noise_uv * whole
    value = float(np.sum(part) / np.sum(whole))
    return heading.told(value, _mean_interval(part, whole, total_s, parameters), total_s)


def _measured_envelope(activity: Activity) -> Floats:
    """The envelope in the measured time alone, one piece after the other; not copied to a wider type, since it is as long as the recording."""
    places = np.ceil(activity.observed * activity.envelope_rate_hz - _CLOSE).astype(np.int64)
    pieces = [activity.envelope_uv[first:stop] for first, stop in places]
    return np.concatenate([piece[np.isfinite(piece)] for piece in pieces]) if pieces else np.empty(0)


def noise(activity: Activity) -> Score:
    """The envelope between bursts in microvolts, as the detector knows it."""
    heading = _heading("noise", "Noise between bursts", activity.label, MICROVOLT)
    if isnan(activity.noise_uv):
        return heading.untold(_NO_NOISE if activity.quality.observed_s > 0 else NO_TIME, activity.quality.observed_s)
    return heading.told(activity.noise_uv, UNKNOWN, activity.quality.observed_s, reason=_NO_INTERVAL)


def _laterality(muscle: Muscle, activities: Sequence[Activity], parameters: Parameters) -> list[Score]:
    """Which side of a muscle bursts for longer: -1 all left, 0 alike, +1 all right, over the time in which both were measured."""
    left, right = ([one for one in activities if one.muscle is muscle and one.side is side] for side in (Side.LEFT, Side.RIGHT))
    if not (left and right):
        return []
    heading = Heading(name=f"burst_laterality_{muscle}", label=f"Time in bursts from left (−1) to right (+1), {plain(muscle)}", unit=INDEX)
    time = both(left[0].observed, right[0].observed)
    if seconds(time) <= 0:
        return [heading.untold(NO_TIME)]
    left_s, right_s = (_bins_s(covered(one.bursts), time, parameters) for one in (left[0], right[0]))
    whole_s = left_s + right_s
    if np.sum(whole_s) <= 0:
        return [heading.untold(NO_BURST, seconds(time))]
    low, high = ratio_interval(right_s, whole_s, total_s=seconds(time), parameters=parameters)
    return [heading.told(np.sum(right_s - left_s) / np.sum(whole_s), (2 * low - 1, 2 * high - 1), seconds(time))]


def _synchrony_scores(pair: Synchrony, activities: Sequence[Activity]) -> tuple[Score, Score]:
    """The share of bursts that begin together, and the lag."""
    first, second = (next(one for one in activities if one.label == label) for label in (pair.first, pair.second))
    total_s, names = seconds(both(first.observed, second.observed)), f"{plain(pair.first)} and {plain(pair.second)}"
    key = f"{pair.first}_{pair.second}"
    shared = Heading(name=f"burst_synchrony_{key}", label=f"Bursts that begin together, {names}", unit=FRACTION)
    lag = Heading(name=f"burst_lag_{key}", label=f"Onset of the second after the first, {names}", unit=MILLISECONDS)
    doubt = "" if pair.together is Together.SYNCHRONOUS else pair.reason
    missing = doubt if isnan(pair.shared.value) else _FEW
    return _estimated(shared, pair.shared, doubt, total_s), _estimated(lag, pair.lag_ms, missing if isnan(pair.lag_ms.low) else doubt, total_s)


def _synkinesis_score(one: Synkinesis, activities: Sequence[Activity]) -> Score:
    moved, follower = (next(channel for channel in activities if channel.label == label) for label in (one.moved, one.follower))
    label = f"{plain(one.follower)} while {plain(one.moved)} is moved"
    heading = Heading(name=f"synkinesis_ratio_{one.moved}_{one.follower}", label=label, unit=_RATIO)
    return _estimated(heading, one.ratio, one.reason, seconds(both(moved.observed, follower.observed)))


def _estimated(heading: Heading, estimate: Estimate, reason: str, total_s: float) -> Score:
    if isnan(estimate.value):
        return heading.untold(reason or NO_BURST, total_s)
    return heading.told(estimate.value, (estimate.low, estimate.high), total_s, reason=reason)


def _cluster(counts: Floats, total_s: float, parameters: Parameters) -> float:
    """How many times more the number of bursts varies than that of independent ones, at least 1."""
    block = block_bins(counts, total_s, parameters)
    if not np.any(counts) or len(counts) < _LEAST_BLOCKS * block:
        return 1.0
    drawn = resampled(counts[None], block=block, replicates=int(parameters["bootstrap_replicates"]))[0]
    drawn_bins = max(1, round(len(counts) / block)) * block
    variance = float(np.var(drawn)) * (len(counts) / drawn_bins)
    return max(1.0, variance / float(np.sum(counts)) * (t_limit(len(counts) // block) / t_limit(10**6)) ** 2)


def _count_interval(count: int, cluster: float) -> Interval:
    """The interval of a count whose variance is `cluster` times its mean."""
    from scipy.special import gammaincinv

    if cluster <= 1 + _CLOSE or not count:
        return poisson_interval(count)
    clusters = count / cluster
    return float(gammaincinv(clusters, 0.025)) * cluster, float(gammaincinv(clusters + 1, 0.975)) * cluster


def _mean_interval(part: Floats, whole: Floats, total_s: float, parameters: Parameters) -> Interval:
    """The 95 % interval of a mean over time, by the block bootstrap; unknown with fewer than two blocks."""
    value = np.sum(part) / np.sum(whole)
    block = block_bins(part - value * whole, total_s, parameters)
    if len(part) < _LEAST_BLOCKS * block:
        return UNKNOWN
    drawn = resampled(np.array([part, whole]), block=block, replicates=int(parameters["bootstrap_replicates"]))
    reach = float(np.std(drawn[0] / drawn[1])) * t_limit(len(part) // block)
    return float(value - reach), float(value + reach)


def _bins_s(spans: Floats, observed: Floats, parameters: Parameters) -> Floats:
    """Seconds within the spans, in equal bins of measured time."""
    clock_s = seconds_before(observed, spans)
    edges_s = equal_bins(seconds(observed), bin_s=parameters["bootstrap_bin_s"])
    return np.diff(seconds_before(clock_s[clock_s[:, 1] > clock_s[:, 0]], edges_s))


def _no_burst(heading: Heading, activity: Activity) -> Score:
    seen_s = activity.quality.observed_s
    return heading.untold(NO_BURST if seen_s > 0 else NO_TIME, seen_s)


def _heading(name: str, label: str, channel: str, unit: str) -> Heading:
    return Heading(name=f"{name}_{channel}", label=f"{label}, {plain(channel)}", unit=unit)
