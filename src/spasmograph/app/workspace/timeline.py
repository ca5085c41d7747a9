"""The record on one axis of time, gathered for drawing."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from spasmograph.care.scales import load_scales
from spasmograph.care.timeline import counted, course, step_for
from spasmograph.care.treatment_catalogue import in_words
from spasmograph.care.treatments import SINGLE
from spasmograph.io.store import Point
from spasmograph.language import listed
from spasmograph.model.record import Appointment, Course, Reading, RecordingEntry, Step, Timeline, Treatment
from spasmograph.terms import EntryKind, Side

if TYPE_CHECKING:
    from spasmograph.app.workspace.workspace import Workspace

# What a film tells of spasms in one number for each side.
MEASURED, MEASURED_UNIT = "contraction_rate", "per_min"


def timeline(workspace: "Workspace", since: datetime, until: datetime) -> Timeline:
    """Everything in `[since, until)`; of treatments also what began before and still ran."""
    step = step_for(since, until)
    points = workspace.points(EntryKind.JOURNAL, EntryKind.EPISODE, EntryKind.SCALE, since=since, until=until)
    recordings = workspace.list(RecordingEntry, since=since, until=until)
    return Timeline(
        since=since,
        until=until,
        step=step,
        severity=course(Course(name="severity", runs=(), high=10.0), _readings(points, EntryKind.JOURNAL), step),
        episodes=counted([point.at for point in points if point.kind is EntryKind.EPISODE], step),
        scales=_scales(points),
        measured=tuple(one for side in (Side.RIGHT, Side.LEFT) if (one := _measured(recordings, side, step)).runs),
        treatments=tuple(in_words(one) for one in workspace.list(Treatment, until=until) if _last(one, until) >= since),
        appointments=tuple(workspace.list(Appointment, since=since, until=until)),
    )


def _last(treatment: Treatment, until: datetime) -> datetime:
    """When a treatment was last given: an injection or an operation on its day, everything else until it ended, or still."""
    return treatment.until or (treatment.at if treatment.treatment in SINGLE else until)


def _readings(points: Sequence[Point], kind: EntryKind, subject: str = "") -> list[Reading]:
    """The numbers of a kind, of one scale if there are several."""
    chosen = [point for point in points if point.kind is kind and point.subject == subject]
    return [Reading(at=point.at, value=point.value, id=point.id) for point in chosen if point.value is not None]


def _scales(points: Sequence[Point]) -> tuple[Course, ...]:
    """A course for every scale and variant that has a total, single results however many; two variants are never joined."""
    subjects = sorted({point.subject for point in points if point.kind is EntryKind.SCALE and point.value is not None})
    return tuple(course(_scale(subject), _readings(points, EntryKind.SCALE, subject), Step.EACH) for subject in subjects)


def _scale(subject: str) -> Course:
    """A scale's name and range, by its id and its variant's."""
    scale_id, _space, variant_id = subject.partition(" ")
    scale = load_scales().get(scale_id)
    variant = next((one for one in scale.variants if one.id == variant_id), scale.variants[0]) if scale else None
    if scale is None or variant is None:
        return Course(name=subject, runs=())
    name = listed((scale.name, variant.name)) if len(scale.variants) > 1 else scale.name
    return Course(name=name, runs=(), low=variant.low, high=variant.high)


def _measured(recordings: Sequence[RecordingEntry], side: Side, step: Step) -> Course:
    """The rate of contractions of one side in every recording that was measured."""
    found = [(entry, score) for entry in recordings for score in entry.scores if score.name == f"{MEASURED}_{side}" and score.value is not None]
    readings = [Reading(at=entry.at, value=score.value or 0.0, low=score.low, high=score.high, id=entry.id) for entry, score in found]
    return course(Course(name=MEASURED, runs=(), unit=MEASURED_UNIT, side=str(side)), readings, step)
