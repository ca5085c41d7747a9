"""Believable measurements with a known answer, made without a camera; every number is drawn from a fixed seed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.scores import score_recording
from spasmograph.model import (
    Event,
    Measurement,
    Provenance,
    Quality,
    QualityReason,
    Recording,
    Replay,
    Signals,
    Span,
)
from spasmograph.parameters import load_parameters
from spasmograph.terms import EventKind, Pattern, Reason, Region, Side, Task, Verdict

HOSTILE_NAME = '<script>alert(1)</script> "Zoë\'s" & #let x = 1; $Ünïcode\u202e4pm.exe'
Array = NDArray[np.float64]
EYELID, BROW, CHEEK, MOUTH = Region.EYELID, Region.BROW, Region.CHEEK, Region.MOUTH


def fake_measurement(
    *,
    name: str = "clip.mp4",
    duration_s: float = 60.0,
    frame_rate_hz: float = 30.0,
    task: Task = Task.REST,
    seed: int = 1,
    replay_limit: int = 400,
) -> Measurement:
    """A face with spasms of the right side: about 20 events a minute of all kinds, one gap of 2 s a minute, and a replay of each event."""
    rng = np.random.default_rng(seed)
    minutes = max(1, round(duration_s / 60))
    gaps = tuple(Span(onset_s=60.0 * m + 31.0, offset_s=60.0 * m + 33.0) for m in range(minutes))
    events = tuple(event for m in range(minutes) for event in _minute(60.0 * m, task, rng))
    time_s = np.arange(round(duration_s * frame_rate_hz)) / frame_rate_hz
    signals = Signals(time_s=time_s, values=_signals(time_s, events, gaps, rng))
    quality = _quality(duration_s, gaps)
    parameters = load_parameters()
    return Measurement(
        recording=_recording(name, duration_s, frame_rate_hz, task),
        quality=quality,
        signals=signals,
        events=events,
        scores=score_recording(signals=signals, events=events, quality=quality, task=task, parameters=parameters),
        provenance=PROVENANCE,
        replays=tuple(_replay(i, event, frame_rate_hz) for i, event in enumerate(events[:replay_limit])),
    )


def hour_measurement() -> Measurement:
    """One hour with more than a thousand events."""
    return fake_measurement(name="one hour.mp4", duration_s=3600.0)


def empty_measurement(name: str = "still.mp4") -> Measurement:
    """A face that was seen for 20 s and did nothing: no event, every rate 0 with its upper bound."""
    time_s = np.arange(600) / 30.0
    rng = np.random.default_rng(2)
    quality = Quality(verdict=Verdict.GOOD, duration_s=20.0, observed=(Span(onset_s=0.0, offset_s=20.0),))
    signals = Signals(time_s=time_s, values=_signals(time_s, (), (), rng))
    return Measurement(
        recording=_recording(name, 20.0, 30.0, Task.NONE),
        quality=quality,
        signals=signals,
        events=(),
        scores=score_recording(signals=signals, events=(), quality=quality, task=Task.NONE, parameters=load_parameters()),
        provenance=PROVENANCE,
    )


def counts_only_measurement(name: str = "slow.mp4") -> Measurement:
    """A film of 15 pictures a second: the rates are told, and nothing else."""
    whole = fake_measurement(name=name, frame_rate_hz=15.0)
    reason = QualityReason(code=Reason.FEW_FRAMES, seconds=60.0, message="record with at least 24 frames a second: this file has 15")
    quality = replace(whole.quality, verdict=Verdict.COUNTS_ONLY, reasons=(reason, *whole.quality.reasons))
    scores = score_recording(signals=whole.signals, events=whole.events, quality=quality, task=Task.REST, parameters=load_parameters())
    return replace(whole, quality=quality, scores=scores)


def refused_measurement(name: str = "too slow.mp4") -> Measurement:
    """A file that could be read and not measured: no signal, no event, every score NaN with its reason."""
    reason = QualityReason(
        code=Reason.FEW_FRAMES,
        seconds=20.0,
        message="record with at least 24 frames a second: this file has 8",
        spans=(Span(onset_s=0.0, offset_s=20.0),),
    )
    quality = Quality(verdict=Verdict.REFUSED, duration_s=20.0, observed=(), reasons=(reason,))
    signals = Signals(time_s=np.empty(0), values={})
    return Measurement(
        recording=_recording(name, 20.0, 8.0, Task.NONE),
        quality=quality,
        signals=signals,
        events=(),
        scores=score_recording(signals=signals, events=(), quality=quality, task=Task.NONE, parameters=load_parameters()),
        provenance=PROVENANCE,
    )


def hostile_measurement() -> Measurement:
    """A measurement whose every free text tries to break out of the page, of the paper and of the folder."""
    whole = fake_measurement(name=HOSTILE_NAME)
    reason = replace(whole.quality.reasons[0], message='</script><img src=x onerror=alert(1)> #panic("x") [b]red[/b]')
    scores = (replace(whole.scores[0], label="<b>blink</b> *rate*"), *whole.scores[1:])
    provenance = replace(PROVENANCE, parameters={"</style><script>1</script>": '#eval("1")', **PROVENANCE.parameters})
    return replace(whole, quality=replace(whole.quality, reasons=(reason,)), scores=scores, provenance=provenance)


PROVENANCE = Provenance(
    package_version="0.1.0",
    landmark_source="attention",
    model_sha256={"face_landmark_with_attention": "e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4"},
    parameters=dict(load_parameters().values()),
    rule_set_version=load_parameters().version,
    runtime={"python": "3.11", "numpy": "2.4"},
)


def _recording(name: str, duration_s: float, frame_rate_hz: float, task: Task) -> Recording:
    return Recording(
        name=name,
        sha256="ab" * 32,
        duration_s=duration_s,
        width_px=1280,
        height_px=720,
        frame_count=round(duration_s * frame_rate_hz),
        frame_rate_hz=frame_rate_hz,
        task=task,
        codec="h264",
        end_s=duration_s,
    )


def _quality(duration_s: float, gaps: Sequence[Span]) -> Quality:
    edges = [0.0, *(t for gap in gaps for t in (gap.onset_s, gap.offset_s)), duration_s]
    observed = tuple(Span(onset_s=a, offset_s=b) for a, b in zip(edges[::2], edges[1::2], strict=True))
    seconds = sum(gap.duration_s for gap in gaps)
    reason = QualityReason(
        code=Reason.TURNED_TOO_FAR,
        seconds=seconds,
        message="face the camera: the head was turned by 41°, at most 30° can be measured",
        spans=tuple(gaps),
    )
    notes = ("The picture was not stated to be mirrored; sides are the person's own.",)
    return Quality(verdict=Verdict.GOOD, duration_s=duration_s, observed=observed, reasons=(reason,), notes=notes)


def _minute(start_s: float, task: Task, rng: np.random.Generator) -> list[Event]:
    """The events of one minute, in order of time: 11 blinks and 10 contractions of every pattern and side."""
    jitter = float(rng.uniform(0.0, 0.3))
    blinks = [_blink(start_s + t + jitter, task) for t in (1.2, 6.0, 11.1, 16.4, 21.0, 27.7, 36.2, 41.3, 47.4, 53.0, 58.2)]
    right = [(3.0, 0.7, 0.55), (8.0, 1.9, 0.82), (18.2, 0.6, 0.44), (23.5, 2.6, 0.95), (38.8, 0.8, 0.61), (49.0, 3.4, 0.9)]
    contractions = [_pull(start_s + t + jitter, d, a, Side.RIGHT, task) for t, d, a in right]
    others = [
        _clonic(start_s + 13.0 + jitter, task),
        replace(_pull(start_s + 30.0, 1.0, 0.7, Side.RIGHT, task), censored=True, confidence=0.62),
        _pull(start_s + 43.5 + jitter, 1.4, 0.88, Side.BOTH, task),
        _pull(start_s + 55.5 + jitter, 0.6, 0.33, Side.LEFT, task),
        _mouth(start_s + 34.4 + jitter, task),
    ]
    return sorted([*blinks, *contractions, *others], key=lambda event: event.onset_s)


def _blink(onset_s: float, task: Task) -> Event:
    return Event(
        onset_s=onset_s,
        apex_s=onset_s + 0.1,
        offset_s=onset_s + 0.27,
        kind=EventKind.BLINK,
        side=Side.BOTH,
        regions=(EYELID,),
        pattern=Pattern.BRIEF,
        amplitude=0.93,
        amplitude_unit="closure",
        confidence=0.97,
        task=task,
        symmetry=0.98,
        peaks={"eyelid_left": 0.93, "eyelid_right": 0.91},
    )


def _pull(onset_s: float, duration_s: float, amplitude: float, side: Side, task: Task) -> Event:
    """A contraction of eyelid and mouth, or of eyelid and brow where it takes both sides."""
    regions = (EYELID, BROW) if side is Side.BOTH else (EYELID, MOUTH)
    sides = (Side.LEFT, Side.RIGHT) if side is Side.BOTH else (side,)
    return Event(
        onset_s=onset_s,
        apex_s=onset_s + duration_s / 3,
        offset_s=onset_s + duration_s,
        kind=EventKind.CONTRACTION,
        side=side,
        regions=regions,
        pattern=Pattern.TONIC if duration_s >= 1 else Pattern.BRIEF,
        amplitude=amplitude,
        amplitude_unit="closure",
        confidence=0.9,
        task=task,
        symmetry=0.9 if side is Side.BOTH else 0.04,
        peaks={f"eyelid_{s}": amplitude for s in sides} | {f"mouth_{s}_mm": 4.2 * amplitude for s in sides},
    )


def _clonic(onset_s: float, task: Task) -> Event:
    members = tuple(_pull(onset_s + 0.7 * k, 0.4, 0.5 + 0.05 * k, Side.RIGHT, task) for k in range(5))
    whole = _pull(onset_s, 3.2, 0.7, Side.RIGHT, task)
    return replace(whole, pattern=Pattern.CLONIC, members=members, regions=(EYELID, CHEEK, MOUTH), apex_s=members[-1].apex_s)


def _mouth(onset_s: float, task: Task) -> Event:
    pull = _pull(onset_s, 0.9, 0.0, Side.LEFT, task)
    return replace(pull, regions=(MOUTH,), amplitude=3.1, amplitude_unit="mm", confidence=0.55, peaks={"mouth_left_mm": 3.1})


def _bump(time_s: Array, event: Event) -> Array:
    """0–1–0 over the event: a raised cosine up to the apex and down again; members of a train one by one."""
    if event.members:
        return np.asarray(np.max([_bump(time_s, member) for member in event.members], axis=0))
    shape = np.interp(time_s, [event.onset_s, event.apex_s, event.offset_s], [0.0, 1.0, 0.0], left=0.0, right=0.0)
    return np.asarray(np.sin(np.pi / 2 * np.minimum(1.0, 1.6 * shape)))


def _course(time_s: Array, events: Iterable[Event], side: Side, region: Region, rng: np.random.Generator) -> Array:
    course = 0.012 * rng.standard_normal(len(time_s))
    for event in events:
        if region in event.regions and event.side in (side, Side.BOTH):
            first, last = np.searchsorted(time_s, [event.onset_s, event.offset_s])
            amplitude = event.amplitude if event.amplitude_unit == "closure" else event.amplitude / 5
            course[first:last] = np.maximum(course[first:last], amplitude * _bump(time_s[first:last], event))
    return course


def _signals(time_s: Array, events: Sequence[Event], gaps: Sequence[Span], rng: np.random.Generator) -> dict[str, Array]:
    seen = np.ones(len(time_s), dtype=bool)
    for gap in gaps:
        seen &= (time_s < gap.onset_s) | (time_s >= gap.offset_s)
    values: dict[str, Array] = {}
    for side in (Side.LEFT, Side.RIGHT):
        lid, brow, mouth = (_course(time_s, events, side, region, rng) for region in (EYELID, BROW, MOUTH))
        values[f"eye_closure_{side}"] = lid
        values[f"palpebral_fissure_height_{side}_mm"] = 9.6 * (1 - 0.85 * lid)
        values[f"eye_aspect_ratio_{side}"] = 0.33 * (1 - 0.75 * lid)
        values[f"margin_reflex_distance_1_{side}_mm"] = 4.0 - 4.4 * lid
        values[f"brow_height_{side}_mm"] = 17.0 - 3.0 * brow
        values[f"oral_commissure_excursion_{side}_mm"] = 5.0 * mouth
        values[f"oral_commissure_shift_{side}_mm"] = 0.8 * mouth
        values[f"cheek_raise_{side}_mm"] = 1.4 * mouth
        values[f"iris_diameter_{side}_px"] = 31.0 + 0.1 * rng.standard_normal(len(time_s))
    values["mouth_opening_mm"] = np.abs(rng.normal(0.4, 0.1, len(time_s)))
    for axis, amplitude in (("yaw", 4.0), ("pitch", 2.0), ("roll", 1.0)):
        values[f"head_{axis}_deg"] = amplitude * np.sin(time_s / 7)
    return {name: np.where(seen, course, np.nan) for name, course in values.items()}


def _ellipse(centre: tuple[float, float], radii: tuple[float, float], count: int) -> Array:
    angle = np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return np.stack([centre[0] + radii[0] * np.cos(angle), centre[1] + radii[1] * np.sin(angle)], axis=1)


def _brow(side: int) -> Array:
    x = np.linspace(-14.0, 14.0, 8)
    return np.stack([side * 32.0 + x, -17.0 + 0.02 * x**2], axis=1)


def _face() -> dict[str, Array]:
    """A schematic face in mm at rest: x to the patient's left, y down, the origin between the eyes."""
    parts = {
        "face_oval": _ellipse((0.0, 28.0), (68.0, 88.0), 36),
        "nose": np.array([[0.0, 0.0], [-2.0, 30.0], [-10.0, 38.0], [0.0, 42.0], [10.0, 38.0]]),
    }
    for side, sign in (("left", 1), ("right", -1)):
        parts[f"eye_{side}"] = _ellipse((sign * 32.0, 0.0), (14.0, 5.0), 16)
        parts[f"iris_{side}"] = _ellipse((sign * 32.0, 0.0), (5.85, 5.85), 12)
        parts[f"brow_{side}"] = _brow(sign)
    parts["lips_outer"] = _ellipse((0.0, 66.0), (25.0, 9.0), 20)
    parts["lips_inner"] = _ellipse((0.0, 66.0), (20.0, 2.0), 16)
    return parts


def _moved(name: str, rest: Array, level: float, event: Event) -> Array:
    """One part of the face at `level` (0–1) of the event."""
    points = rest.copy()
    for side, sign in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
        if event.side not in (side, Side.BOTH):
            continue
        if name == f"eye_{side}" and EYELID in event.regions:
            points[:, 1] *= 1.0 - 0.9 * level
        if name == f"brow_{side}" and BROW in event.regions:
            points[:, 1] += 3.0 * level
        if name.startswith("lips") and MOUTH in event.regions:
            weight = np.clip(sign * points[:, 0] / 25.0, 0.0, 1.0)
            points += 6.0 * level * weight[:, None] * np.array([sign * 0.8, -0.6])
    return points


def _replay(index: int, event: Event, frame_rate_hz: float) -> Replay:
    """The event with 0.3 s before and after it."""
    time_s = np.arange(event.onset_s - 0.3, event.offset_s + 0.3, 1.0 / frame_rate_hz)
    level = _bump(time_s, event) * (event.amplitude if event.amplitude_unit == "closure" else 1.0)
    face = _face()
    frames = [np.concatenate([_moved(name, rest, value, event) for name, rest in face.items()]) for value in level]
    lines = []
    first = 0
    for name, rest in face.items():
        closed = not name.startswith(("brow", "nose"))
        lines.append((name, tuple(range(first, first + len(rest))), closed))
        first += len(rest)
    return Replay(event_index=index, time_s=time_s, points=np.stack(frames), lines=tuple(lines))
