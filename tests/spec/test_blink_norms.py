"""Published blink rates, as they stand beside the score: Doughty 2001 (95 % ranges) and Bentivoglio et al. 1997 (means of 150 people)."""

import pytest

from spasmograph.measure.scores import citation, norms
from spasmograph.terms import Task


@pytest.mark.parametrize(("task", "low", "high"), [(Task.READ_ALOUD, 1.4, 14.4), (Task.REST, 8.0, 21.0), (Task.TALK, 10.5, 32.5)])
def test_doughty_2001_range(task: Task, low: float, high: float) -> None:
    norm = norms("blink_rate", task=task)[0]
    assert (norm.low, norm.high) == (low, high)
    assert "Optometry and Vision Science 2001" in citation(norm.source)


@pytest.mark.parametrize(("task", "mean"), [(Task.REST, 17.0), (Task.TALK, 26.0), (Task.READ_ALOUD, 4.5)])
def test_bentivoglio_1997_mean(task: Task, mean: float) -> None:
    norm = norms("blink_rate", task=task)[1]
    assert (norm.low, norm.high) == (mean, mean)
    assert "mean of 150 people" in norm.condition
    assert "Movement Disorders 1997" in citation(norm.source)


@pytest.mark.parametrize("task", [Task.NONE, Task.GENTLE_CLOSURE, Task.TIGHT_SQUEEZE, Task.BROW_RAISE, Task.SMILE, Task.PUCKER])
def test_a_task_without_a_published_rate_shows_all_conditions_in_order(task: Task) -> None:
    assert [norm.condition.split(",")[0] for norm in norms("blink_rate", task=task)] == [
        "looking straight ahead in silence",
        "at rest",
        "in conversation",
        "in conversation",
        "reading",
        "reading",
    ]
