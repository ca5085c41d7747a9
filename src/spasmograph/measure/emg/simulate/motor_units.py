"""Motor units of a facial muscle: who is recruited, when each fires, and what the electrode sees of it.

References:
    Fuglevand, Winter and Patla, J Neurophysiol 1993: recruitment and rate coding. Gamma-distributed intervals between discharges.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from spasmograph.model.common import Floats, frozen

Integers = NDArray[np.integer[Any]]

UNITS = 60
SIZE_RANGE = 20.0
SHORTEST_S, LONGEST_S = 0.007, 0.014  # with their slow ends; 4-8 ms of it can be seen
TRIPHASIC_SHARE = 0.5
RECRUITED_AT = 0.6
LEAST_RATE_HZ, MOST_RATE_HZ, RATE_GAIN_HZ = 8.0, 45.0, 60.0
VOLLEY_S = 0.002  # an ectopic burst begins in all fibres together
RENEWAL_SHAPE = 25.0  # coefficient of variation 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The motor units of one muscle, from the smallest to the largest; every field is (units,).

    `size` carries the polarity in its sign; `length_s` is the length of the potential, `triphasic` its shape, `threshold` the drive from which on
    the unit fires.
    """

    size: Floats
    length_s: Floats
    triphasic: NDArray[np.bool_]
    threshold: Floats

    def __post_init__(self) -> None:
        for name in ("size", "length_s", "threshold"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharges:
    """Which unit fired when: unit numbers and times in seconds, both (n,)."""

    unit: Integers
    time_s: Floats


def motor_unit_pool(random: Generator, units: int = UNITS) -> Pool:
    """A pool of motor units whose sizes and thresholds rise exponentially, as Fuglevand and colleagues have it."""
    rank = (np.arange(units) + 1.0) / units
    return Pool(
        size=SIZE_RANGE**rank * random.choice([-1.0, 1.0], units),
        length_s=random.uniform(SHORTEST_S, LONGEST_S, units),
        triphasic=random.random(units) < TRIPHASIC_SHARE,
        threshold=RECRUITED_AT * (SIZE_RANGE**rank - 1.0) / (SIZE_RANGE - 1.0),
    )


def ectopic_discharges(pool: Pool, random: Generator, duration_s: float, rate_hz: tuple[float, float]) -> Discharges:
    """All units fire at rates of their own within `rate_hz` from one volley on, until the potential's middle would pass the end."""
    units = len(pool.size)
    rates_hz = random.uniform(*rate_hz, units)
    most = int(np.ceil(duration_s * rate_hz[1] * 1.5)) + 5
    steps = random.gamma(RENEWAL_SHAPE, 1.0 / RENEWAL_SHAPE, (units, most)) / rates_hz[:, None]
    steps[:, 0] = random.uniform(0.0, VOLLEY_S, units)
    times_s = np.cumsum(steps, axis=1)
    fired = times_s < np.maximum(duration_s - pool.length_s / 2, VOLLEY_S)[:, None]
    return Discharges(unit=np.nonzero(fired)[0], time_s=times_s[fired])


def recruited_discharges(pool: Pool, random: Generator, drive: Floats, step_s: float) -> Discharges:
    """Units fire as a drive of 0-1 (n,), one value every `step_s`, calls them: larger ones later, all faster with more drive."""
    rates_hz = np.clip(LEAST_RATE_HZ + RATE_GAIN_HZ * (drive - pool.threshold[:, None]), LEAST_RATE_HZ, MOST_RATE_HZ)
    expected = np.cumsum(np.where(drive > pool.threshold[:, None], rates_hz, 0.0) * step_s, axis=1)
    most = int(expected[:, -1].max() * 1.5) + 5
    steps = random.gamma(RENEWAL_SHAPE, 1.0 / RENEWAL_SHAPE, (len(pool.size), most))
    steps[:, 0] = random.uniform(0.0, 1.0, len(pool.size))
    calls = np.cumsum(steps, axis=1)
    grid_s = np.arange(1, len(drive) + 1) * step_s
    times = [np.interp(row[row < total[-1]], total, grid_s) for row, total in zip(calls, expected, strict=True)]
    return Discharges(unit=np.repeat(np.arange(len(times)), [len(row) for row in times]), time_s=np.concatenate(times))


def potential(phase: Floats, triphasic: NDArray[np.bool_]) -> Floats:
    """A motor unit potential of two or three phases over its length 0-1, of unit height; nothing outside, and no mean."""
    # sin^3 cos, and the second derivative of sin^6: both begin and end flat.
    turn = 2 * np.pi * np.clip(phase, 0.0, 1.0)
    square = (1.0 - np.cos(turn)) / 2
    return np.asarray(np.where(triphasic, square * square * (5.0 - 6.0 * square), square * np.sin(turn) / 0.6495))


def interference(pool: Pool, discharges: Discharges, *, count: int, rate_hz: float, late_s: float = 0.0) -> Floats:
    """What the electrode sees: the potentials of all discharges, to a fraction of a sample, summed on `count` samples.

    Sample k lies `late_s` + k / `rate_hz` after the time 0 of the discharges.
    """
    reach = int(np.ceil(LONGEST_S * rate_hz)) + 1
    sample = np.ceil((discharges.time_s - late_s) * rate_hz).astype(np.int64)[:, None] + np.arange(reach)
    unit = discharges.unit
    phase = (late_s + sample / rate_hz - discharges.time_s[:, None]) / pool.length_s[unit, None]
    values = pool.size[unit, None] * potential(phase, pool.triphasic[unit, None])
    kept = (sample >= 0) & (sample < count)
    return np.bincount(sample[kept], values[kept], count).astype(np.float64)
