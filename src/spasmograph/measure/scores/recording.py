"""All scores of one recording, in the order in which a report shows them."""

from collections.abc import Iterator, Sequence

from spasmograph.measure.scores.amounts import contraction_burden, contraction_time, eyes_closed_time, laterality_index
from spasmograph.measure.scores.rates import blink_rate, contraction_rate
from spasmograph.measure.scores.single import (
    brow_up_during_closure,
    contraction_duration_longest,
    contraction_duration_median,
    contraction_peak_closure,
    contraction_peak_mouth,
)
from spasmograph.measure.scores.synchrony import bilateral_synchrony, eye_mouth_synchrony
from spasmograph.measure.scores.words import withheld
from spasmograph.model import Event, Quality, Score, Signals
from spasmograph.parameters import Parameters
from spasmograph.terms import Side, Task, Verdict

_RATES = ("blink_rate", "contraction_rate_left", "contraction_rate_right", "contraction_rate_both")


def score_recording(*, signals: Signals, events: Sequence[Event], quality: Quality, task: Task, parameters: Parameters) -> tuple[Score, ...]:
    """Every score of a recording over its observed time, each with a 95 % interval, or NaN with the reason.

    With the verdict `counts_only` the rates are told and nothing else; with `refused` nothing is.
    """
    scores = (
        *_often(events, quality, task),
        *_much(signals, events, quality, parameters),
        *_single(signals, events, quality, parameters),
        *_together(signals, events, quality, parameters),
    )
    if quality.verdict is Verdict.REFUSED:
        return tuple(withheld(score, "the recording cannot be measured") for score in scores)
    if quality.verdict is Verdict.COUNTS_ONLY:
        return tuple(score if score.name in _RATES else withheld(score, "too few frames a second for more than counts") for score in scores)
    return scores


def _often(events: Sequence[Event], quality: Quality, task: Task) -> Iterator[Score]:
    yield blink_rate(events=events, quality=quality, task=task)
    for side in Side:
        yield contraction_rate(side, events=events, quality=quality)


def _much(signals: Signals, events: Sequence[Event], quality: Quality, parameters: Parameters) -> Iterator[Score]:
    for side in Side:
        yield contraction_time(side, events=events, quality=quality, parameters=parameters)
    for side in Side:
        yield contraction_burden(side, signals=signals, events=events, quality=quality, parameters=parameters)
    for side in (Side.BOTH, Side.LEFT, Side.RIGHT):
        yield eyes_closed_time(side, signals=signals, quality=quality, parameters=parameters)
    yield laterality_index(events=events, quality=quality, parameters=parameters)


def _single(signals: Signals, events: Sequence[Event], quality: Quality, parameters: Parameters) -> Iterator[Score]:
    for score in (contraction_duration_median, contraction_duration_longest, contraction_peak_closure, contraction_peak_mouth):
        for side in Side:
            yield score(side, events=events, quality=quality)
    for side in (Side.LEFT, Side.RIGHT):
        yield brow_up_during_closure(side, signals=signals, events=events, quality=quality, parameters=parameters)


def _together(signals: Signals, events: Sequence[Event], quality: Quality, parameters: Parameters) -> Iterator[Score]:
    yield from bilateral_synchrony(signals=signals, events=events, quality=quality, parameters=parameters)
    for side in (Side.LEFT, Side.RIGHT):
        yield from eye_mouth_synchrony(side, signals=signals, quality=quality, parameters=parameters)
