"""A recording of several steps, told step by step: what a person did on request is not what the face did by itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from spasmograph.measure.scores import score_recording
from spasmograph.measure.scores.clock import joined, seconds
from spasmograph.measure.scores.words import withheld
from spasmograph.model import Burst, Event, Measurement, Quality, QualityReason, Score, Signals, Span
from spasmograph.model.record import ProtocolStep
from spasmograph.parameters import Parameters
from spasmograph.terms import Task

E = TypeVar("E", Event, Burst)
NO_REST = "rates are told for the time at rest, and this recording has none"


def several(steps: Sequence[ProtocolStep]) -> bool:
    """Whether a recording has steps of more than one task."""
    return len({step.task for step in steps}) > 1


def with_tasks(events: Sequence[E], steps: Sequence[ProtocolStep]) -> tuple[E, ...]:
    """The events, each with the task in whose time its apex lies."""
    return tuple(replace(event, task=task_at(event.apex_s, steps)) for event in events)


def task_at(time_s: float, steps: Sequence[ProtocolStep]) -> Task:
    """What was asked for at a moment; nothing between the steps."""
    return next((step.task for step in steps if step.onset_s <= time_s < step.offset_s), Task.NONE)


def spans_of(steps: Sequence[ProtocolStep], task: Task) -> tuple[Span, ...]:
    """When a task was asked for."""
    return tuple(Span(onset_s=step.onset_s, offset_s=step.offset_s) for step in steps if step.task is task)


def quality_within(quality: Quality, spans: Sequence[Span]) -> Quality:
    """How much of some stretches was measured, and why the rest of them was not; the verdict stays that of the whole."""
    reasons = [cut for one in quality.reasons if (cut := _reason_within(one, spans))]
    whole = _shared([Span(onset_s=0.0, offset_s=quality.duration_s)], spans)
    return replace(quality, duration_s=seconds(joined(whole)), observed=_shared(quality.observed, spans), reasons=tuple(reasons))


def rest_scores(
    *, signals: Signals, events: Sequence[Event], quality: Quality, steps: Sequence[ProtocolStep], task: Task, parameters: Parameters
) -> tuple[Score, ...]:
    """Every score of a recording: over the time at rest where there were several steps, over all of it where there was one task or none."""
    if not several(steps):
        only = steps[0].task if steps else task
        return score_recording(signals=signals, events=events, quality=quality, task=only, parameters=parameters)
    spans = spans_of(steps, Task.REST)
    within = quality_within(quality, spans)
    resting = [event for event in events if event.task is Task.REST]
    scores = score_recording(signals=signals, events=resting, quality=within, task=Task.REST, parameters=parameters)
    return scores if spans else tuple(replace(withheld(score, NO_REST), reason=NO_REST) for score in scores)


def by_steps(measurement: Measurement, steps: Sequence[ProtocolStep], parameters: Parameters) -> Measurement:
    """A film that was measured as a whole, told by its steps: every event with its task, every score over the time at rest."""
    if not several(steps):
        return measurement
    events = with_tasks(measurement.events, steps)
    quality = measurement.quality
    scores = rest_scores(signals=measurement.signals, events=events, quality=quality, steps=steps, task=Task.NONE, parameters=parameters)
    return replace(measurement, events=events, scores=scores)


def at_rest(measurement: Measurement, steps: Sequence[ProtocolStep]) -> Measurement:
    """The part of a film at rest, for a report of what the face did by itself; the whole film where rest is not one of several steps."""
    spans = spans_of(steps, Task.REST)
    if not (several(steps) and spans):
        return measurement
    start_s, end_s = min(span.onset_s for span in spans), max(span.offset_s for span in spans)
    kept = [place for place, event in enumerate(measurement.events) if event.task is Task.REST]
    places = {old: new for new, old in enumerate(kept)}
    return replace(
        measurement,
        recording=replace(measurement.recording, task=Task.REST, start_s=start_s, end_s=min(end_s, measurement.recording.duration_s)),
        quality=quality_within(measurement.quality, spans),
        signals=_cut(measurement.signals, start_s, end_s),
        events=tuple(measurement.events[place] for place in kept),
        replays=tuple(replace(one, event_index=places[one.event_index]) for one in measurement.replays if one.event_index in places),
    )


def _cut(signals: Signals, start_s: float, end_s: float) -> Signals:
    keep = slice(*np.searchsorted(signals.time_s, [start_s, end_s]).tolist())
    return Signals(time_s=signals.time_s[keep], values={name: signals[name][keep] for name in signals})


def _shared(spans: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """The time that lies in both."""
    cut = [
        Span(onset_s=max(one.onset_s, other.onset_s), offset_s=min(one.offset_s, other.offset_s))
        for one in spans
        for other in others
        if max(one.onset_s, other.onset_s) < min(one.offset_s, other.offset_s)
    ]
    return tuple(sorted(cut, key=lambda span: span.onset_s))


def _reason_within(reason: QualityReason, spans: Sequence[Span]) -> QualityReason | None:
    """A reason as far as it holds within some stretches; one that holds for the whole recording stays."""
    if not reason.spans:
        return reason
    kept = _shared(reason.spans, spans)
    return replace(reason, spans=kept, seconds=seconds(joined(kept))) if kept else None
