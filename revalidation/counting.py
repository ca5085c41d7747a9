"""Counting hits, and how sure the counts are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

_REPLICATES = 2000
_SEED = 20
_GROUPS_LEAST = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Events found, missed and invented."""

    found: int = 0
    missed: int = 0
    invented: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(found=self.found + other.found, missed=self.missed + other.missed, invented=self.invented + other.invented)

    @property
    def f1(self) -> float:
        """Twice the found over twice the found, the missed and the invented; NaN for nothing at all."""
        total = 2 * self.found + self.missed + self.invented
        return 2 * self.found / total if total else float("nan")


def total(counts: Sequence[Counts]) -> Counts:
    """All counts together."""
    return sum(counts, Counts())


def match(truth: Sequence[tuple[float, float]], found: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Pairs (index of truth, index of found) of inclusive spans that overlap, one to one, the longest overlap first."""
    common = [(min(b, d) - max(a, c), i, j) for i, (a, b) in enumerate(truth) for j, (c, d) in enumerate(found) if min(b, d) >= max(a, c)]
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(common, key=lambda item: (-item[0], item[1], item[2])):
        if all(i != k and j != m for k, m in pairs):
            pairs.append((i, j))
    return sorted(pairs)


def bootstrap(groups: Mapping[str, T], statistic: Callable[[Sequence[T]], float]) -> tuple[float, float]:
    """The 95 % interval of a statistic by drawing whole groups (people, clips) with replacement; NaN for fewer than three groups."""
    names = sorted(groups)
    if len(names) < _GROUPS_LEAST:
        return float("nan"), float("nan")
    random = np.random.default_rng(_SEED)
    draws = random.integers(0, len(names), (_REPLICATES, len(names)))
    values = np.array([statistic([groups[names[k]] for k in draw]) for draw in draws])
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def f1_interval(by_group: Mapping[str, Counts]) -> tuple[float, float]:
    """The 95 % interval of F1 over groups."""
    return bootstrap(by_group, lambda drawn: total(drawn).f1)


def quantile(values: Sequence[float], q: float) -> float:
    """A quantile; NaN of nothing."""
    return float(np.quantile(np.asarray(values, float), q)) if len(values) else float("nan")


def median(values: Sequence[float]) -> float:
    """The median; NaN of nothing."""
    return quantile(values, 0.5)
