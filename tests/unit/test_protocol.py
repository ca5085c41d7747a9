"""What a person is asked to do while they film themselves."""

from dataclasses import replace

import pytest

from spasmograph.care.protocol import Step, load_protocol
from spasmograph.errors import EntryError
from spasmograph.terms import Task


def step(task: Task) -> Step:
    return next(one for one in load_protocol().steps if one.task is task)


def test_rest_comes_first_and_always() -> None:
    protocol = load_protocol()

    assert [one.task for one in protocol.chosen(())] == [Task.REST]
    assert [one.task for one in protocol.chosen({Task.SMILE})] == [Task.REST, Task.SMILE]
    assert protocol.steps[0].task is Task.REST
    assert [one.task for one in protocol.steps if one.always] == [Task.REST]


def test_rest_lasts_one_silent_minute() -> None:
    rest = step(Task.REST)

    assert rest.seconds == 60
    assert [cue.speak for cue in rest.in_order()] == [""]
    assert not rest.sound


@pytest.mark.parametrize("task", [Task.GENTLE_CLOSURE, Task.TIGHT_SQUEEZE, Task.BROW_RAISE, Task.SMILE, Task.PUCKER])
def test_a_movement_is_made_three_times_with_its_release(task: Task) -> None:
    cues = step(task).in_order()

    assert len(cues) == 6
    assert cues[0:2] == cues[2:4] == cues[4:6]
    assert all(cue.speak and cue.show for cue in cues)


def test_a_squeeze_lasts_three_to_five_seconds() -> None:
    assert 3 <= step(Task.TIGHT_SQUEEZE).cues[0].seconds <= 5


def test_reading_lasts_at_least_half_a_minute_and_records_the_voice() -> None:
    reading = step(Task.READ_ALOUD)

    assert reading.seconds >= 30
    assert reading.sound
    assert [one.task for one in load_protocol().steps if one.sound] == [Task.READ_ALOUD]
    # At 150 words a minute the text fills the time.
    assert len(reading.text.split()) >= 150 * reading.seconds / 60


def test_every_step_says_why_and_names_sources_that_are_listed() -> None:
    protocol = load_protocol()

    for one in protocol.steps:
        assert one.why.endswith(".")
        assert one.explain.endswith(".")
        assert one.speak.endswith(".")
        assert one.sources
        assert set(one.sources) <= set(protocol.sources)
    assert {name for one in protocol.steps for name in one.sources} == set(protocol.sources)


def test_nobody_is_asked_to_breathe_fast() -> None:
    assert not any("breath" in f"{one.explain} {one.speak}".lower() for one in load_protocol().steps)


def test_seconds_count_the_steps_and_the_time_between_them() -> None:
    protocol = load_protocol()

    assert protocol.seconds(()) == 60
    assert protocol.seconds({Task.SMILE}) == 60 + protocol.prepare_s + 18


def test_a_step_that_lasts_no_time_is_refused() -> None:
    rest = step(Task.REST)

    for wrong in ({"cues": ()}, {"repeats": 0}, {"cues": (replace(rest.cues[0], seconds=0.0),)}):
        with pytest.raises(EntryError, match="it needs at least one cue that lasts longer than 0 s"):
            replace(rest, **wrong)
