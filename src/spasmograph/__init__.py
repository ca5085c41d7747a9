"""Spasmograph measures facial spasm from ordinary face video.

Names are loaded on first use, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spasmograph.app.analysis import analyze_video
    from spasmograph.errors import InputError, OutputError, SpasmographError, UnmeasuredError
    from spasmograph.model import (
        Event,
        Landmarks,
        Measurement,
        Norm,
        Provenance,
        Quality,
        QualityReason,
        Recording,
        Replay,
        Score,
        Signals,
        Span,
    )
    from spasmograph.terms import EventKind, Pattern, Reason, Region, Side, Task, Verdict

__all__ = [
    "Event",
    "EventKind",
    "InputError",
    "Landmarks",
    "Measurement",
    "Norm",
    "OutputError",
    "Pattern",
    "Provenance",
    "Quality",
    "QualityReason",
    "Reason",
    "Recording",
    "Region",
    "Replay",
    "Score",
    "Side",
    "Signals",
    "Span",
    "SpasmographError",
    "Task",
    "UnmeasuredError",
    "Verdict",
    "__version__",
    "analyze_video",
]

__version__ = "0.1.0"

_HOMES = {
    "spasmograph.app.analysis": {"analyze_video"},
    "spasmograph.errors": {"InputError", "OutputError", "SpasmographError", "UnmeasuredError"},
    "spasmograph.terms": {"EventKind", "Pattern", "Reason", "Region", "Side", "Task", "Verdict"},
}

if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept every misspelt name.
    def __getattr__(name: str) -> object:
        if name not in __all__:
            msg = f"module 'spasmograph' has no attribute {name!r}"
            raise AttributeError(msg)
        home = next((module for module, names in _HOMES.items() if name in names), "spasmograph.model")
        value = globals()[name] = getattr(import_module(home), name)
        return value


def __dir__() -> list[str]:
    return __all__
