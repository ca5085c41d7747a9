"""The values that flow through the house; immutable, checked once in the constructor, free of any machinery.

Sides are the patient's own. Time is in seconds from the start of the recording, by the file's own time stamps; spans are half open.
Missing numbers are NaN.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import InputError, MissingExtraError
from spasmograph.terms import EventKind, Pattern, Reason, Region, Side, Task, Verdict, unit_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

EVENT_COLUMNS = (
    "onset_s",
    "apex_s",
    "offset_s",
    "kind",
    "side",
    "regions",
    "pattern",
    "amplitude",
    "amplitude_unit",
    "confidence",
    "task",
    "censored",
)
SCHEMA_VERSION = "1.0"

Floats = NDArray[np.floating[Any]]


def _frozen(array: Floats) -> Floats:
    """The same numbers as a read-only array; the caller's own array stays writable."""
    view = np.asarray(array).view()
    view.setflags(write=False)
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open stretch of time `[onset_s, offset_s)` in seconds.

    Raises:
        InputError: the end lies before the start, or either is not a number.
    """

    onset_s: float
    offset_s: float

    def __post_init__(self) -> None:
        if not self.onset_s <= self.offset_s:
            msg = f"a span ends at {self.offset_s} s, before its start at {self.onset_s} s"
            raise InputError(msg)

    @property
    def duration_s(self) -> float:
        """Length in seconds, at least 0."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What was recorded, as the file states it.

    `frame_rate_hz` is the median rate by time stamps; `first_timestamp_s` is the file's own first stamp, which becomes 0 s here.
    `mirrored` says that the picture is a mirror image (a selfie preview): stated by the user, never guessed.
    """

    name: str
    sha256: str
    duration_s: float
    width_px: int
    height_px: int
    frame_count: int
    frame_rate_hz: float
    variable_frame_rate: bool = False
    first_timestamp_s: float = 0.0
    rotation_deg: int = 0
    mirrored: bool = False
    task: Task = Task.NONE
    codec: str = ""
    start_s: float = 0.0
    end_s: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """One face's landmarks, frame by frame, in the order of the 478-point attention mesh.

    `time_s` (n,) strictly increasing; `points_px` (n, 478, 2) in pixels of the upright picture, NaN where no face was seen; `depth_px` (n, 468)
    distance from the picture plane in pixels, smaller is nearer; `face_score` (n,) 0–1 that a face is in the region; `brightness` (n,) 0–1 mean
    luma of the face; `sharpness` (n,) detail over contrast, a ratio; `appearance` (n, p + 2, 3) edges, colour and light at
    the points of bare skin (`parameters.skin_points`), NaN at the outline of the face, and in the last two rows the light of the right and the left
    eye, to notice what covers them; `other_faces` (n,) how many other faces the detector last saw. `source` names the model. `frame_size_px` is
    (width, height).

    Raises:
        InputError: shapes do not agree, or time does not increase.
    """

    time_s: Floats
    points_px: Floats
    depth_px: Floats
    face_score: Floats
    brightness: Floats
    sharpness: Floats
    appearance: Floats
    other_faces: Floats
    frame_size_px: tuple[int, int]
    source: str = "attention"

    def __post_init__(self) -> None:
        n = len(self.time_s)
        for name in ("time_s", "points_px", "depth_px", "face_score", "brightness", "sharpness", "appearance", "other_faces"):
            array = _frozen(getattr(self, name))
            if len(array) != n:
                msg = f"{name} has {len(array)} frames, time_s has {n}; each needs one row a frame"
                raise InputError(msg)
            object.__setattr__(self, name, array)
        if n > 1 and not bool(np.all(np.diff(self.time_s) > 0)):
            msg = "time_s does not increase from frame to frame; remove repeated frames first"
            raise InputError(msg)

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Time courses on one clock: `values[name]` is (n,) and NaN where it was not measured.

    A name is `<signal>_<side>` with its unit as suffix, for example `palpebral_fissure_height_left_mm`; a ratio has no suffix.

    Raises:
        InputError: a signal has another length than `time_s`.
    """

    time_s: Floats
    values: Mapping[str, Floats]

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", _frozen(self.time_s))
        checked = {name: _frozen(array) for name, array in self.values.items()}
        for name, array in checked.items():
            if array.shape != self.time_s.shape:
                msg = f"signal {name} has shape {array.shape}, time_s has {self.time_s.shape}"
                raise InputError(msg)
        object.__setattr__(self, "values", MappingProxyType(checked))

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Signals, time_s=self.time_s, values=dict(self.values)), ()

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that moved: when, on which side, where, how strongly and how sure.

    `amplitude` is the peak of the leading region: a closure of 0–1 (unit `closure`) where the eyelid takes part, millimetres (unit `mm`) elsewhere.
    `peaks` holds the peak of every region that took part, keyed `<region>_<side>` with unit suffix (`eyelid_left`, `mouth_left_mm`).
    `symmetry` is the weaker over the stronger side's peak, 0–1. `members` are the brief contractions of a clonic train.
    `censored`: it began before or ended after what was seen, so its duration is a lower bound.

    Raises:
        InputError: onset, apex and offset are not in order, or confidence lies outside 0–1.
    """

    onset_s: float
    apex_s: float
    offset_s: float
    kind: EventKind
    side: Side
    regions: tuple[Region, ...]
    pattern: Pattern
    amplitude: float
    amplitude_unit: str
    confidence: float
    task: Task = Task.NONE
    censored: bool = False
    symmetry: float = float("nan")
    peaks: Mapping[str, float] = field(default_factory=dict)
    members: tuple["Event", ...] = ()

    def __post_init__(self) -> None:
        if not self.onset_s <= self.apex_s <= self.offset_s:
            msg = f"onset {self.onset_s} s, apex {self.apex_s} s and offset {self.offset_s} s are not in order"
            raise InputError(msg)
        if not 0.0 <= self.confidence <= 1.0:
            msg = f"confidence is {self.confidence}; it must lie in 0–1"
            raise InputError(msg)

    @property
    def duration_s(self) -> float:
        """Length in seconds; a lower bound if censored."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReason:
    """Why some time was not measured: a code, how long in seconds, when, and words that a person can act on."""

    code: Reason
    seconds: float
    message: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How much of the recording was measured, and why the rest was not.

    `observed` are the stretches in which the face was measured; `observed_s` is their sum, the denominator of every rate.
    """

    verdict: Verdict
    duration_s: float
    observed: tuple[Span, ...]
    reasons: tuple[QualityReason, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def observed_s(self) -> float:
        """Seconds in which the face was measured."""
        return sum(span.duration_s for span in self.observed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """A published range beside a number: `low`–`high` in the score's own unit, for whom or which condition, and the source's key."""

    low: float
    high: float
    condition: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One number over the observed time, with a 95 % interval; NaN with `reason` where it cannot be told.

    `name` is `<score>_<side>` where it has a side, in snake case.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    observed_s: float
    label: str = ""
    reason: str = ""
    norms: tuple[Norm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made the numbers: package version, landmark source, model hashes, parameters and the version of the rule set."""

    package_version: str
    landmark_source: str
    model_sha256: Mapping[str, str]
    parameters: Mapping[str, float | str | bool]
    rule_set_version: str
    runtime: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """An event's movement as landmarks alone, so that it can be shown without a face.

    `time_s` (n,); `points` (n, p, 2) in millimetres of the upright, centred face, x to the right of the picture (the patient's left), y down;
    `lines` are runs of indices into `points` to be drawn, each with a name (`eye_left`, `lips_outer`, …) and whether it is closed.
    """

    event_index: int
    time_s: Floats
    points: Floats
    lines: tuple[tuple[str, tuple[int, ...], bool], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", _frozen(self.time_s))
        object.__setattr__(self, "points", _frozen(self.points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """All that was measured in one recording."""

    recording: Recording
    quality: Quality
    signals: Signals
    events: tuple[Event, ...]
    scores: tuple[Score, ...]
    provenance: Provenance
    replays: tuple[Replay, ...] = ()

    def score(self, name: str) -> Score:
        """The score of that name.

        Raises:
            KeyError: there is no such score.
        """
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(name)

    def to_dataframe(self) -> "pd.DataFrame":
        """The signals as a table of pandas, one row a frame, indexed by `time_s`; units stand in `attrs["units"]`.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        pandas = _extra("pandas")
        table: pd.DataFrame = pandas.DataFrame(dict(self.signals.values), index=pandas.Index(self.signals.time_s, name="time_s"))
        table.attrs["units"] = {name: unit_of(name) for name in self.signals}
        return table

    def events_dataframe(self) -> "pd.DataFrame":
        """The events as a table of pandas, one row an event, with the columns of `events.csv`.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        rows = [{column: _cell(getattr(event, column)) for column in EVENT_COLUMNS} for event in self.events]
        table: pd.DataFrame = _extra("pandas").DataFrame(rows, columns=list(EVENT_COLUMNS))
        return table

    def to_xarray(self) -> "xr.Dataset":
        """The signals as a data set of xarray along `time_s`, each with its unit, and the recording's name and the package's version.

        Raises:
            MissingExtraError: xarray is not installed.
        """
        variables = {name: ("time_s", self.signals[name], {"units": unit_of(name)}) for name in self.signals}
        about = {"recording": self.recording.name, "package_version": self.provenance.package_version}
        dataset: xr.Dataset = _extra("xarray").Dataset(variables, coords={"time_s": self.signals.time_s}, attrs=about)
        return dataset


def _extra(name: str) -> Any:
    """An optional library, imported now."""
    try:
        return import_module(name)
    except ImportError as error:
        msg = f"{name} is not installed; install it with: pip install 'spasmograph[notebook]'"
        raise MissingExtraError(msg) from error


def _cell(value: object) -> object:
    """An event's field as it stands in a table."""
    return "+".join(value) if isinstance(value, tuple) else str(value) if isinstance(value, StrEnum) else value
