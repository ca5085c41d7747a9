"""What has been published of evoked responses, to stand beside a number; never a limit of health."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from spasmograph.model import Norm, ResponseKind
from spasmograph.terms import Muscle


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("spasmograph.data").joinpath("emg_norms.toml").read_text(encoding="utf-8"))


def evoked_norms(kind: ResponseKind, quantity: str, muscle: Muscle | None) -> tuple[Norm, ...]:
    """Published values of a response's `latency` or `latency_difference` (ms) in a muscle; those without a muscle hold for each."""
    return tuple(
        Norm(low=entry["low"], high=entry["high"], condition=entry["condition"], source=entry["source"])
        for entry in _table()["norm"]
        if entry["response"] == kind and entry["quantity"] == quantity and (not entry["muscles"] or muscle in entry["muscles"])
    )


def supplied_by(branch: str) -> tuple[Muscle, ...]:
    """The muscles that a branch of the facial nerve supplies; none for any other nerve."""
    return tuple(Muscle(name) for name in _table()["branches"].get(branch, ()))
