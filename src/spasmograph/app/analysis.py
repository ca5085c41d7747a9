"""The main job: a face video in, a measurement out.

The film is cut into chunks at its key frames; each chunk is decoded, tracked and measured frame by frame on its own, so one worker or many find
the same. What needs the whole recording (resting levels, events, scores) follows in one pass over the signals. Of a part of a film the time around it
is looked at too, for resting levels only, so that the part reads as it does within the whole.
"""

import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from os import SEEK_END
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray

from spasmograph import __version__
from spasmograph.errors import DamagedVideoError, OutputError, TooSlowVideoError
from spasmograph.io.landmarks import FaceTracker, track_landmarks, unmirrored
from spasmograph.io.mesh import FaceModel, model_manifest
from spasmograph.io.native import native_messages_hidden
from spasmograph.io.video import Chunk, VideoIndex, check_unchanged, chunk_video, index_video, read_chunk
from spasmograph.measure.baseline import BASELINE_REACH, millimetres_per_unit, signals_from_geometry
from spasmograph.measure.events import find_events
from spasmograph.measure.following import other_person
from spasmograph.measure.kinematics import geometry, upright_points
from spasmograph.measure.quality import assess_quality, covered, masked, measured_frames, unmeasured_frames
from spasmograph.measure.replay import REPLAY_POINTS, make_replays
from spasmograph.measure.scores import score_recording
from spasmograph.model import Measurement, Provenance, Recording, Signals
from spasmograph.parameters import Parameters, load_parameters
from spasmograph.terms import Task

Progress = Callable[[int, int], None]
_REPLAY_SCALE = np.float32(1 / 16384)
_UNSEEN = np.iinfo(np.int16).min


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """What a worker needs to know beside the chunk."""

    index: VideoIndex
    mirrored: bool
    parameters: Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one chunk gave: raw geometry, the replay's points in 1/16384 outer-canthal distances, and the frames that were read."""

    raw: Signals
    points: NDArray[np.int16]
    appearance: NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What there is to do for one film: the recording, its chunks, and what a worker needs to know beside them."""

    recording: Recording
    chunks: tuple[Chunk, ...]
    settings: _Settings

    @property
    def frames(self) -> int:
        """How many frames will be looked at."""
        return sum(len(chunk) for chunk in self.chunks)


@cache
def face_model() -> FaceModel:
    """The models, loaded once a process."""
    with native_messages_hidden():
        return FaceModel()


def _measure_chunk(chunk: Chunk, settings: _Settings) -> _Part:
    """Decode, track and measure one chunk; runs in a worker."""
    warmed = replace(chunk, first=chunk.warm_from)
    frames = read_chunk(settings.index, warmed)
    pictures = (unmirrored(frame) for frame in frames) if settings.mirrored else frames
    landmarks = track_landmarks(pictures, tracker=FaceTracker(face_model(), settings.parameters))
    first_s = float(settings.index.time_s[chunk.first])
    keep = slice(int(np.searchsorted(landmarks.time_s, first_s)), None)
    pose, points = upright_points(landmarks)
    packed = _packed(points[keep][:, REPLAY_POINTS])
    kept = _cut(geometry(landmarks, (pose, points)), keep)
    return _Part(raw=kept, points=packed, appearance=landmarks.appearance[keep].astype(np.float16))


def _cut(signals: Signals, keep: slice) -> Signals:
    """Some of the frames."""
    return Signals(time_s=signals.time_s[keep], values={name: signals[name][keep] for name in signals})


def _packed(points: NDArray[np.float64]) -> NDArray[np.int16]:
    """Points in 1/16384 outer-canthal distances; `_UNSEEN` where no face was seen."""
    whole = np.clip(np.round(np.nan_to_num(points) / _REPLAY_SCALE), -32767, 32767)
    return np.where(np.isfinite(points), whole, _UNSEEN).astype(np.int16)


class _PointFile:
    """The replay's points of all frames in a temporary file, so that memory does not grow with the film.

    Raises:
        OutputError: there is no place for it.
    """

    def __init__(self) -> None:
        with _room_needed():
            self._file = TemporaryFile()  # noqa: SIM115 - lives as long as this object
        self._shape = (len(REPLAY_POINTS), 2)

    def append(self, points: NDArray[np.int16]) -> None:
        """More frames (n, p, 2).

        Raises:
            OutputError: the disk is full.
        """
        with _room_needed():
            self._file.seek(0, SEEK_END)
            self._file.write(points.tobytes())
            self._file.flush()

    def read(self, first: int, stop: int) -> NDArray[np.float32]:
        """Some frames' points (stop - first, p, 2) in outer-canthal distances, NaN where no face was seen."""
        size = int(np.prod(self._shape)) * 2
        self._file.seek(first * size)
        stored = np.frombuffer(self._file.read((stop - first) * size), np.int16)
        points = np.where(stored == _UNSEEN, np.float32(np.nan), stored * _REPLAY_SCALE)
        return points.reshape(-1, *self._shape)

    def close(self) -> None:
        """Throw the file away, and with it what found no room in it."""
        with suppress(OSError):
            self._file.close()


@contextmanager
def _room_needed() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        msg = f"a temporary file could not be written ({error.strerror}); free some space, or set TMPDIR to a folder that has more"
        raise OutputError(msg) from error


def analyze_video(  # noqa: PLR0913 - the options of the command, each with a default
    path: str | Path,
    *,
    task: Task = Task.NONE,
    mirrored: bool = False,
    start_s: float = 0.0,
    end_s: float | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    parameters: Parameters | None = None,
) -> Measurement:
    """Measure the face in a video: how often each side contracts, how strongly, how long, and how sure that is.

    `task` is what the person was asked to do; `mirrored` says that the picture is a mirror image; `start_s` and `end_s` cut the film. The chunks run
    on `executor.map`, here if none is given. `progress` is called with the frames done and the frames in all, those around the part included.

    Raises:
        InputError: the file cannot be read as a video, or has fewer than ten pictures a second.
        UnmeasuredError: no face, or too little of it to say anything.
    """
    plan = plan_analysis(path, task=task, mirrored=mirrored, start_s=start_s, end_s=end_s, parameters=parameters)
    return finish_analysis(plan, start_analysis(plan, executor), progress=progress)


def plan_analysis(
    path: str | Path,
    *,
    task: Task = Task.NONE,
    mirrored: bool = False,
    start_s: float = 0.0,
    end_s: float | None = None,
    parameters: Parameters | None = None,
) -> Plan:
    """What there is to do for a film: its table of contents is read, no picture is decoded. The options are those of `analyze_video`.

    Raises:
        InputError: the file cannot be read as a video, or has fewer than ten pictures a second.
    """
    rules = parameters or load_parameters()
    index = index_video(path)
    recording = replace(index.recording, task=task, mirrored=mirrored, start_s=start_s, end_s=_end_s(index, end_s))
    _check_frame_rate(recording, rules)
    chunks = _chunks(index, start_s, end_s, rules)
    return Plan(recording=recording, chunks=chunks, settings=_Settings(index=index, mirrored=mirrored, parameters=rules))


def _chunks(index: VideoIndex, start_s: float, end_s: float | None, rules: Parameters) -> tuple[Chunk, ...]:
    """The chunks of a part of a film and of the time around it that its resting levels depend on."""
    chunk_video(index, start_s=start_s, end_s=end_s)
    around_s = BASELINE_REACH * rules["baseline_window_s"]
    return chunk_video(index, start_s=max(start_s - around_s, 0.0), end_s=None if end_s is None else end_s + around_s)


def start_analysis(plan: Plan, executor: Executor | None = None) -> Iterator[_Part]:
    """The chunks, sent to the executor at once, or measured here one by one as they are asked for."""
    work = partial(_measure_chunk, settings=plan.settings)
    return executor.map(work, plan.chunks) if executor else map(work, plan.chunks)


def finish_analysis(plan: Plan, parts: Iterator[_Part], *, progress: Progress | None = None) -> Measurement:
    """The measurement from what the chunks gave, which `start_analysis` hands out.

    Raises:
        InputError: the file was changed meanwhile, or most of its pictures cannot be decoded.
        UnmeasuredError: no face, or too little of it to say anything.
    """
    points = _PointFile()
    try:
        raw = _collect(plan, parts, points, progress)
        check_unchanged(plan.settings.index)
        notes = (*plan.settings.index.notes, *_undecoded(plan, len(raw.time_s)))
        return _measured(plan.recording, raw, points, plan.settings.parameters, notes)
    finally:
        points.close()


def _undecoded(plan: Plan, read: int) -> tuple[str, ...]:
    """A note if pictures that the file lists could not be had from it.

    Raises:
        DamagedVideoError: that is most of them.
    """
    if read >= plan.frames:
        return ()
    lost = f"{plan.frames - read} of {plan.frames} pictures could not be decoded"
    if 2 * read < plan.frames:
        msg = f"{plan.recording.name} is damaged: {lost}. Copy or export it again from the camera."
        raise DamagedVideoError(msg)
    return (f"{lost}: the file is damaged there. Copy or export it again from the camera.",)


def _end_s(index: VideoIndex, end_s: float | None) -> float:
    """Where the measured part ends: the last picture lasts one frame."""
    last = index.recording.duration_s
    return last if end_s is None else min(end_s, last)


def _check_frame_rate(recording: Recording, rules: Parameters) -> None:
    least = rules["frame_rate_least_hz"]
    if recording.frame_rate_hz < least:
        msg = f"{recording.name} has {recording.frame_rate_hz:.1f} pictures a second, at least {least:.0f} are needed; film at 30 or more"
        raise TooSlowVideoError(msg)


def _collect(plan: Plan, parts: Iterator[_Part], points: _PointFile, progress: Progress | None) -> Signals:
    """Raw geometry of the whole recording, chunk after chunk."""
    done, kept, looks = 0, [], []
    for chunk, part in zip(plan.chunks, parts, strict=True):
        points.append(part.points)
        kept.append(part.raw)
        looks.append(part.appearance)
        done += len(chunk)
        if progress:
            progress(done, plan.frames)
    rules = plan.settings.parameters
    return covered(np.concatenate(looks), other_person(_joined(kept), rules), rules)


def _joined(parts: Sequence[Signals]) -> Signals:
    names = list(parts[0])
    values = {name: np.concatenate([part[name] for part in parts]) for name in names}
    return Signals(time_s=np.concatenate([part.time_s for part in parts]), values=values)


def _measured(recording: Recording, raw: Signals, points: _PointFile, rules: Parameters, notes: tuple[str, ...]) -> Measurement:
    """Quality, signals, events and scores from the raw geometry of the recording and of the time around it."""
    unmeasured = unmeasured_frames(raw, rules)
    seen = masked(raw, measured_frames(unmeasured))
    wanted = slice(*np.searchsorted(raw.time_s, [recording.start_s, recording.end_s]).tolist())
    frame_rate_hz = recording.frame_rate_hz
    quality = assess_quality(_cut(raw, wanted), unmeasured[wanted], frame_rate_hz=frame_rate_hz, end_s=recording.end_s, parameters=rules)
    quality = replace(quality, notes=(*notes, *quality.notes))
    signals = _cut(signals_from_geometry(seen, rules), wanted)
    events = find_events(signals, parameters=rules, task=recording.task)
    scores = score_recording(signals=signals, events=events, quality=quality, task=recording.task, parameters=rules)
    mm = millimetres_per_unit(seen, rules)
    replays = make_replays(events, raw.time_s, points, mm=mm, most=int(rules["replays_most"]))
    return Measurement(
        recording=recording,
        quality=quality,
        signals=signals,
        events=events,
        scores=scores,
        provenance=_provenance(rules),
        replays=tuple(replays),
    )


def _provenance(rules: Parameters) -> Provenance:
    """What made the numbers."""
    from importlib.metadata import version

    manifest = model_manifest()
    runtime = {name: version(name) for name in ("numpy", "ai-edge-litert", "av", "opencv-python-headless")}
    return Provenance(
        package_version=__version__,
        landmark_source="attention",
        model_sha256={name: part["sha256"] for name, part in manifest["models"].items()},
        parameters=dict(rules.values()),
        rule_set_version=rules.version,
        runtime=runtime | {"python": platform.python_version()},
    )
