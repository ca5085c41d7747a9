"""A recording of several steps, told step by step."""

from dataclasses import replace

import pytest

from spasmograph.measure.steps import NO_REST, at_rest, by_steps, quality_within, rest_scores, several, spans_of, task_at, with_tasks
from spasmograph.model import Span
from spasmograph.model.record import ProtocolStep
from spasmograph.parameters import load_parameters
from spasmograph.terms import EventKind, Task
from tests.fakes import fake_measurement

WHOLE = replace(fake_measurement(), events=tuple(replace(event, task=Task.NONE) for event in fake_measurement().events))
RULES = load_parameters()


def step(task: Task, onset_s: float, offset_s: float) -> ProtocolStep:
    return ProtocolStep(task=task, onset_s=onset_s, offset_s=offset_s)


STEPS = (step(Task.REST, 5.0, 30.0), step(Task.SMILE, 35.0, 50.0))


def test_an_event_belongs_to_the_step_in_which_it_peaks() -> None:
    assert [task_at(time_s, STEPS) for time_s in (4.9, 5.0, 29.9, 30.0, 40.0, 60.0)] == ["", "rest", "rest", "", "smile", ""]
    for event in with_tasks(WHOLE.events, STEPS):
        assert event.task == task_at(event.apex_s, STEPS)


def test_scores_are_those_of_the_rest_alone() -> None:
    told = by_steps(WHOLE, STEPS, RULES)
    blinks = [event for event in WHOLE.events if event.kind is EventKind.BLINK and 5.0 <= event.apex_s < 30.0]
    score = told.score("blink_rate")
    within = quality_within(WHOLE.quality, spans_of(STEPS, Task.REST))
    assert score.observed_s == pytest.approx(within.observed_s)
    assert score.value == pytest.approx(60 * len(blinks) / within.observed_s)
    assert len(told.events) == len(WHOLE.events)


def test_one_task_or_none_is_the_whole() -> None:
    assert not several(())
    assert not several((step(Task.REST, 0, 10), step(Task.REST, 20, 30)))
    assert by_steps(WHOLE, (), RULES) is WHOLE
    assert at_rest(WHOLE, (step(Task.REST, 0, 10),)) is WHOLE


def test_without_rest_nothing_is_told() -> None:
    steps = (step(Task.SMILE, 0, 10), step(Task.PUCKER, 10, 20))
    quality = WHOLE.quality
    scores = rest_scores(signals=WHOLE.signals, events=WHOLE.events, quality=quality, steps=steps, task=Task.NONE, parameters=RULES)
    assert scores
    assert all(score.value != score.value for score in scores)
    assert NO_REST in {score.reason for score in scores}
    assert at_rest(WHOLE, steps) is WHOLE


def test_the_reports_part_is_cut_out_whole() -> None:
    told = by_steps(WHOLE, STEPS, RULES)
    part = at_rest(told, STEPS)
    assert (part.recording.start_s, part.recording.end_s, part.recording.task) == (5.0, 30.0, Task.REST)
    assert all(event.task is Task.REST for event in part.events)
    assert part.signals.time_s[0] >= 5.0
    assert part.signals.time_s[-1] < 30.0
    assert part.quality.duration_s == pytest.approx(25.0)
    assert all(span.onset_s >= 5.0 and span.offset_s <= 30.0 for span in part.quality.observed)
    for replay in part.replays:
        own = next(one for one in told.replays if one.time_s is replay.time_s or (one.time_s[0] == replay.time_s[0]))
        assert part.events[replay.event_index] == told.events[own.event_index]


def test_reasons_are_kept_as_far_as_they_lie_within() -> None:
    quality = WHOLE.quality
    everything = quality_within(quality, [Span(onset_s=0.0, offset_s=quality.duration_s)])
    assert everything.observed_s == pytest.approx(quality.observed_s)
    assert [reason.seconds for reason in everything.reasons] == pytest.approx([reason.seconds for reason in quality.reasons])
    nothing = quality_within(quality, [])
    assert nothing.observed_s == 0
    assert all(not reason.spans for reason in nothing.reasons)
