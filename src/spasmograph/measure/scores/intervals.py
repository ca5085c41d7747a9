"""95 % intervals: exact ones for counts, shares and medians, and a block bootstrap over time for what varies along a recording.

References:
    Garwood, Biometrika 1936 (Poisson). Clopper and Pearson, Biometrika 1934 (shares). Korn and Graubard, Survey Methodology 1998 (shares
    of dependent observations). Politis and Romano 1992 (circular blocks). Sokal 1997 (window of the autocorrelation). Kaplan and Meier,
    J Am Stat Assoc 1958.
"""

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import Floats
from spasmograph.parameters import Parameters

Interval = tuple[float, float]

UNKNOWN: Interval = (float("nan"), float("nan"))
_TAIL = 0.025
_NEGLIGIBLE = 1e-12
_NOTHING_S = 1e-9
_WINDOW = 5
_UNSEEN_BLOCKS = 2
_NORMAL_LIMIT = 1.959963984540054
_NEARLY_ONE = 1 - 1e-9


def poisson_interval(count: int) -> Interval:
    """The exact 95 % interval (Garwood) of an expected count, from the count that was seen."""
    from scipy.special import gammaincinv

    low = float(gammaincinv(count, _TAIL)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1 - _TAIL))


def share_interval(successes: float, trials: float) -> Interval:
    """The exact 95 % interval (Clopper-Pearson) of a share; both numbers may be broken where trials are counted by their information."""
    from scipy.special import betaincinv

    failures = trials - successes
    low = float(betaincinv(successes, failures + 1, _TAIL)) if successes > 0 else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - _TAIL)) if failures > 0 else 1.0
    return low, high


def median_rank(count: int) -> int:
    """How many of the smallest and of the largest values lie outside the 95 % interval of the median; -1 below six values, too few for one."""
    from scipy.special import bdtr

    ranks = np.arange(count)
    return int(np.sum(bdtr(ranks, count, 0.5) <= _TAIL)) - 1


def median_interval(values: Floats, censored: NDArray[np.bool_]) -> Interval:
    """A 95 % interval of the median from the order of the values alone, whatever their distribution.

    A censored value is a lower bound. The lower limit takes it as it is and the upper limit takes it as endless, so the interval holds
    whatever the true values are; NaN where a limit cannot be told.
    """
    rank = median_rank(len(values))
    if rank < 0:
        return UNKNOWN
    high = float(np.sort(np.where(censored, np.inf, values))[::-1][rank])
    return float(np.sort(values)[rank]), high if np.isfinite(high) else float("nan")


def survival_median(values: Floats, censored: NDArray[np.bool_]) -> float:
    """The median by Kaplan and Meier, in which a censored value says only that the true one is at least as long.

    Without censored values it is the ordinary median; NaN if more than half were still going on.
    """
    order = np.lexsort((censored, values))
    left = 1 - np.where(censored[order], 0.0, 1.0) / np.arange(len(values), 0, -1)
    survival = np.round(np.cumprod(left), 12)
    below, half = values[order][survival < 1 / 2], values[order][survival <= 1 / 2]
    if not len(half):
        return float("nan")
    return float((half[0] + (below[0] if len(below) else half[0])) / 2)


def resampled(bins: Floats, *, block: int, replicates: int) -> Floats:
    """Sums over resampled recordings, (rows, replicates), by circular blocks of `block` neighbouring bins.

    `bins` is (rows, m). Each replicate lays as many blocks end to end as the recording is long, drawn from any place in it. The same data
    give the same draw: the seed is the number of bins.
    """
    count = bins.shape[1]
    around = np.concatenate([bins, bins[:, :block]], axis=1)
    running = np.concatenate([np.zeros((len(bins), 1)), np.cumsum(around, axis=1)], axis=1)
    sums = running[:, block : block + count] - running[:, :count]
    starts = np.random.default_rng(count).integers(0, count, size=(replicates, _laid(count, block)))
    return np.array([row[starts].sum(axis=1) for row in sums])


def memory_bins(course: Floats) -> float:
    """For how many bins a course remembers itself: half a bin plus its summed autocorrelation, up to five times that far (Sokal)."""
    count = len(course)
    deviation = course - np.mean(course)
    spectrum = np.abs(np.fft.rfft(deviation, 2 * count)) ** 2
    covariance = np.fft.irfft(spectrum)[:count]
    if covariance[0] <= _NEGLIGIBLE:
        return 0.5
    summed = np.cumsum(covariance / covariance[0]) - 0.5
    enough = np.arange(count) >= _WINDOW * summed
    return float(summed[np.argmax(enough) if enough.any() else -1])


def block_bins(course: Floats, total_s: float, parameters: Parameters) -> int:
    """How many bins make one block: as long as the parameter says, longer for a course with a long memory, at most the whole recording.

    `course` (m,) is what varies; blocks much longer than its memory leave out little of how long contractions and pauses hang together.
    """
    count = len(course)
    shortest = count * parameters["bootstrap_block_s"] / total_s
    return max(1, min(count, round(max(shortest, parameters["bootstrap_memories"] * memory_bins(course)))))


def ratio_interval(part: Floats, whole: Floats, *, total_s: float, parameters: Parameters) -> Interval:
    """The 95 % interval of a share of time (or of activity), `sum(part) / sum(whole)`, with 0 <= part <= whole in every bin.

    The block bootstrap says how much the share varies between recordings like this one; that variance is turned into the number of
    independent yes-or-no observations that would vary as much, and those give a Clopper-Pearson interval (Korn and Graubard). So an
    activity that was not seen at all still has an upper limit, where resampling alone would say 0 to 0. Where the recording is no longer
    than one block, or nothing varies, each block is one observation: the widest interval that the data allow. Rare activity tells little about
    its own variance: the t limits count the blocks with any, and two more, which holds the coverage at 95 % in simulated recordings.
    """
    share = float(np.clip(np.sum(part) / np.sum(whole), 0, 1))
    block = block_bins(part - share * whole, total_s, parameters)
    blocks = _blocks_with_any(whole, block)
    sums = resampled(np.array([part, whole]), block=block, replicates=int(parameters["bootstrap_replicates"]))
    kept = sums[:, sums[1] > 0]
    variance = float(np.var(kept[0] / kept[1])) * _laid(len(part), block) * block / len(part)
    if blocks == 1 or variance <= _NEGLIGIBLE:
        return share_interval(share * blocks, blocks)
    telling = min(_blocks_with_any(part, block), _blocks_with_any(whole - part, block)) + _UNSEEN_BLOCKS
    trials = share * (1 - share) / variance * (_NORMAL_LIMIT / t_limit(min(blocks, telling))) ** 2
    return share_interval(share * trials, trials)


def _laid(count: int, block: int) -> int:
    """How many blocks are laid end to end for one resampled recording."""
    return max(1, round(count / block))


def _blocks_with_any(whole: Floats, block: int) -> int:
    """How many neighbouring blocks have any of the whole: the number of observations behind a share."""
    active = int(np.sum(np.add.reduceat(whole, np.arange(0, len(whole), block)) > _NOTHING_S))
    return max(1, min(active, len(whole) // block))


def t_limit(observations: int) -> float:
    """How many standard errors reach to the limits of a 95 % interval when the error itself comes from so many observations, at least two."""
    from scipy.special import stdtrit

    return float(-stdtrit(observations - 1, _TAIL))


def fisher_z(correlation: Floats | float) -> Floats:
    """A correlation on the scale on which its error does not depend on it; +-1 is kept finite."""
    return np.asarray(np.arctanh(np.clip(correlation, -_NEARLY_ONE, _NEARLY_ONE)))
