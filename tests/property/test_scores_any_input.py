"""Whatever was recorded, however little of it was seen: a number in its range with its interval around it, or NaN with a reason."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.measure.scores import score_recording
from spasmograph.model import Event, Quality, Signals, Span
from spasmograph.terms import Region, Side, Task, Verdict
from tests.score_worlds import PARAMETERS, blink, contraction

QUICK = PARAMETERS.replace(bootstrap_replicates=50.0)
NAMES = {
    "eye_closure_left": (-0.1, 1.1),
    "eye_closure_right": (-0.1, 1.1),
    "brow_height_left_mm": (-5.0, 5.0),
    "brow_height_right_mm": (-5.0, 5.0),
    "oral_commissure_excursion_left_mm": (-9.0, 9.0),
    "oral_commissure_excursion_right_mm": (-9.0, 9.0),
}
MOMENTS = st.floats(0.0, 100.0, allow_subnormal=False)


@st.composite
def recordings(draw: st.DrawFn) -> Signals:
    """Frames at any times, signals in steps or constant, any of them missing anywhere."""
    count = draw(st.integers(0, 300))
    random = np.random.default_rng(draw(st.integers(0, 1000)))
    time_s = np.cumsum(random.choice([0.004, 0.03, 0.04, 0.5, 20.0], size=count, p=[0.2, 0.4, 0.34, 0.05, 0.01]))
    values = {}
    for name, (low, high) in NAMES.items():
        levels = random.uniform(low, high, 6) if draw(st.booleans()) else np.full(6, draw(st.floats(low, high)))
        values[name] = np.where(random.random(count) < draw(st.sampled_from((0.0, 0.3, 1.0))), np.nan, levels[random.integers(0, 6, count)])
    return Signals(time_s=time_s, values={name: value for name, value in values.items() if draw(st.integers(0, 9))})


@st.composite
def happenings(draw: st.DrawFn) -> Event:
    """Any blink or contraction, of no length too."""
    at_s, lasts_s = draw(MOMENTS), draw(st.floats(0.0, 30.0, allow_subnormal=False))
    if draw(st.booleans()):
        return blink(at_s, min(lasts_s, 0.5))
    regions = draw(st.sampled_from(((Region.EYELID,), (Region.MOUTH,), (Region.EYELID, Region.MOUTH), (Region.BROW,))))
    return contraction(at_s, at_s + lasts_s, draw(st.sampled_from(Side)), regions=regions, censored=draw(st.booleans()))


@st.composite
def qualities(draw: st.DrawFn) -> Quality:
    """Any spans, in any order, empty or overlapping, within the recording or not."""
    edges = draw(st.lists(st.tuples(MOMENTS, MOMENTS), max_size=4))
    spans = tuple(Span(onset_s=min(edge), offset_s=max(edge)) for edge in edges)
    return Quality(verdict=draw(st.sampled_from(Verdict)), duration_s=100.0, observed=spans)


@settings(max_examples=100)
@given(recordings(), st.lists(happenings(), max_size=12), qualities(), st.sampled_from(Task))
def test_a_number_with_its_interval_or_a_reason(world: Signals, events: list[Event], quality: Quality, task: Task) -> None:
    scores = score_recording(signals=world, events=events, quality=quality, task=task, parameters=QUICK)
    assert len({score.name for score in scores}) == 37
    for score in scores:
        if math.isnan(score.value) or math.isnan(score.low) or math.isnan(score.high):
            assert score.reason, score.name
        elif "_null" not in score.name:
            assert score.low - 1e-9 <= score.value <= score.high + 1e-9, score.name
        if not math.isnan(score.value):
            assert score.observed_s > 0, score.name
            assert score.unit not in {"fraction", "p", "closure"} or -1e-9 <= score.value <= 1 + 1e-9, score.name
            assert score.unit != "closure_s_per_min" or -1e-9 <= score.value <= 60 + 1e-9, score.name
            assert score.unit != "index" or -1 - 1e-9 <= score.value <= 1 + 1e-9, score.name
