"""Spasmograph measures facial spasm from ordinary face video and from EMG, and keeps one person's record.

Names are loaded on first use, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spasmograph.app.analysis import analyze_video
    from spasmograph.app.emg import EmgOptions, measure_emg
    from spasmograph.app.workspace import Workspace, open_workspace
    from spasmograph.errors import InputError, OutputError, SpasmographError, UnmeasuredError
    from spasmograph.io.biosignal import read_biosignal
    from spasmograph.io.landmarks import track_landmarks
    from spasmograph.io.video import read_video
    from spasmograph.measure.baseline import signals_from_geometry
    from spasmograph.measure.emg.bursts.detector import find_bursts
    from spasmograph.measure.emg.bursts.envelope import envelope
    from spasmograph.measure.emg.evoked.sweeps import average_evoked
    from spasmograph.measure.emg.front.conditioning import condition
    from spasmograph.measure.events import find_events
    from spasmograph.measure.kinematics import geometry
    from spasmograph.measure.scores import score_recording
    from spasmograph.model import Burst, EmgMeasurement, Event, Measurement, Score
    from spasmograph.parameters import load_parameters
    from spasmograph.terms import EventKind, Side, Task

__all__ = [
    "Burst",
    "EmgMeasurement",
    "EmgOptions",
    "Event",
    "EventKind",
    "InputError",
    "Measurement",
    "OutputError",
    "Score",
    "Side",
    "SpasmographError",
    "Task",
    "UnmeasuredError",
    "Workspace",
    "__version__",
    "analyze_video",
    "average_evoked",
    "condition",
    "envelope",
    "find_bursts",
    "find_events",
    "geometry",
    "load_parameters",
    "measure_emg",
    "open_workspace",
    "read_biosignal",
    "read_video",
    "score_recording",
    "signals_from_geometry",
    "track_landmarks",
]

__version__ = "0.1.0"

_HOMES = {
    "spasmograph.app.analysis": {"analyze_video"},
    "spasmograph.app.emg": {"EmgOptions", "measure_emg"},
    "spasmograph.app.workspace": {"Workspace", "open_workspace"},
    "spasmograph.errors": {"InputError", "OutputError", "SpasmographError", "UnmeasuredError"},
    "spasmograph.io.biosignal": {"read_biosignal"},
    "spasmograph.io.landmarks": {"track_landmarks"},
    "spasmograph.io.video": {"read_video"},
    "spasmograph.measure.baseline": {"signals_from_geometry"},
    "spasmograph.measure.emg.bursts.detector": {"find_bursts"},
    "spasmograph.measure.emg.front.conditioning": {"condition"},
    "spasmograph.measure.emg.bursts.envelope": {"envelope"},
    "spasmograph.measure.emg.evoked.sweeps": {"average_evoked"},
    "spasmograph.measure.events": {"find_events"},
    "spasmograph.measure.kinematics": {"geometry"},
    "spasmograph.measure.scores": {"score_recording"},
    "spasmograph.parameters": {"load_parameters"},
    "spasmograph.terms": {"EventKind", "Side", "Task"},
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
