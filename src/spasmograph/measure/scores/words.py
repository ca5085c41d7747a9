"""How a score is written down: its words, its unit, its published norms, and what stands there when it cannot be told."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import isnan
from typing import Any

from spasmograph.measure.scores.intervals import UNKNOWN, Interval
from spasmograph.model import Norm, Score
from spasmograph.terms import Side, Task

CLOSURE_SECONDS_PER_MINUTE = "closure_s_per_min"
PROBABILITY = "p"

NO_TIME = "no time was observed"
NO_EYELIDS = "the eyelids were not measured"
NO_CONTRACTION = "no such contraction was seen"

NAN = float("nan")

_SIDE_WORDS = {Side.LEFT: "left", Side.RIGHT: "right", Side.BOTH: "both sides together"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a score is called for programs and for people, and its unit."""

    name: str
    label: str
    unit: str

    def told(self, value: float, interval: Interval, observed_s: float, *, reason: str = "", norms: tuple[Norm, ...] = ()) -> Score:
        """The score with its 95 % interval; `reason` says what is missing if a limit is NaN."""
        low, high = (float(limit) for limit in interval)
        return Score(
            name=self.name,
            value=float(value),
            unit=self.unit,
            low=low,
            high=high,
            observed_s=float(observed_s),
            label=self.label,
            reason=reason,
            norms=norms,
        )

    def untold(self, reason: str, observed_s: float = 0.0) -> Score:
        """The score without a number, and why."""
        return self.told(NAN, UNKNOWN, observed_s, reason=reason)


def sided(name: str, label: str, side: Side, unit: str) -> Heading:
    """The heading of a score of one side, the patient's own, or of both sides together."""
    return Heading(name=f"{name}_{side}", label=f"{label}, {_SIDE_WORDS[side]}", unit=unit)


def withheld(score: Score, reason: str) -> Score:
    """The same score without its numbers; if it had none, its own reason stays."""
    return replace(score, value=NAN, low=NAN, high=NAN, reason=score.reason if isnan(score.value) and score.reason else reason, norms=())


@cache
def _norm_table() -> dict[str, Any]:
    return tomllib.loads(files("spasmograph.data").joinpath("norms.toml").read_text(encoding="utf-8"))


def norms(name: str, *, task: Task) -> tuple[Norm, ...]:
    """Published norms of a score, those recorded under this task first; a mean without a range has the same low and high."""
    entries = [entry for entry in _norm_table()["norm"] if entry["score"] == name]
    entries.sort(key=lambda entry: task.value not in entry["tasks"])
    return tuple(Norm(low=entry["low"], high=entry["high"], condition=entry["condition"], source=entry["source"]) for entry in entries)


def citation(source: str) -> str:
    """The full reference behind a norm's source key.

    Raises:
        KeyError: there is no source of that key.
    """
    return str(_norm_table()["sources"][source])
