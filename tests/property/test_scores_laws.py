"""Laws that the scores keep, whatever the recording: time, mirror, gaps, frame rate."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.measure.scores import score_recording
from spasmograph.measure.simulate import NONE, Disturbance, simulate_quality, simulate_signals
from spasmograph.model import Event, Quality, Score, Signals, Span
from spasmograph.script import Episode, Script, blink, brow_up_closure, forced_closure, hemifacial_spasm, mouth_spasm, wink
from spasmograph.terms import Side, Task
from tests.score_worlds import PARAMETERS

QUICK = PARAMETERS.replace(bootstrap_replicates=200.0)
FEW = settings(max_examples=20)
LENGTH_S = 40.0


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Up to eight episodes of all kinds and sides, each in its own five seconds."""
    side = st.sampled_from((Side.LEFT, Side.RIGHT))
    episodes: list[Episode] = []
    for slot in range(8):
        at_s = 5.0 * slot + draw(st.floats(1.0, 2.0))
        makers = (
            blink(at_s),
            wink(draw(side), at_s, hold_s=draw(st.floats(0.05, 0.5))),
            hemifacial_spasm(draw(side), at_s, duration_s=draw(st.floats(0.5, 2.0))),
            mouth_spasm(draw(side), at_s),
            brow_up_closure(draw(side), at_s),
            forced_closure(at_s),
            None,
        )
        chosen = draw(st.sampled_from(makers))
        episodes += [chosen] if chosen else []
    return Script(duration_s=LENGTH_S, episodes=tuple(episodes))


def scored(world: Signals, events: Sequence[Event], seen: Quality) -> dict[str, Score]:
    told = score_recording(signals=world, events=events, quality=seen, task=Task.REST, parameters=QUICK)
    return {score.name: score for score in told}


def same(one: dict[str, Score], other: dict[str, Score], *, limits: float = 1e-6, skip: tuple[str, ...] = ()) -> None:
    """The same values, reasons and (within `limits`) intervals."""
    assert one.keys() == other.keys()
    for name in one.keys() - set(skip):
        assert other[name].value == pytest.approx(one[name].value, abs=1e-6, nan_ok=True), name
        assert other[name].reason == one[name].reason
        assert (other[name].low, other[name].high) == pytest.approx((one[name].low, one[name].high), abs=limits, nan_ok=True), name


def moved(event: Event, by_s: float) -> Event:
    return replace(event, onset_s=event.onset_s + by_s, apex_s=event.apex_s + by_s, offset_s=event.offset_s + by_s)


@FEW
@given(scripts(), st.floats(0.0, 5000.0))
def test_the_hour_of_day_makes_no_difference(script: Script, by_s: float) -> None:
    world = simulate_signals(script)
    later = Signals(time_s=world.time_s + by_s, values=world.values)
    seen = Quality(verdict=simulate_quality(script).verdict, duration_s=LENGTH_S + by_s, observed=(Span(onset_s=by_s, offset_s=LENGTH_S + by_s),))
    same(scored(world, script.events(), simulate_quality(script)), scored(later, [moved(event, by_s) for event in script.events()], seen))


@FEW
@given(scripts(), st.lists(st.floats(0.0, LENGTH_S), max_size=4))
def test_where_observed_time_is_cut_into_spans_makes_no_difference(script: Script, cuts_s: list[float]) -> None:
    world, whole = simulate_signals(script), simulate_quality(script)
    edges_s = sorted({0.0, *cuts_s, LENGTH_S})
    pieces = tuple(Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in pairwise(edges_s))
    same(scored(world, script.events(), whole), scored(world, script.events(), replace(whole, observed=pieces)))


@FEW
@given(scripts(), st.floats(1.0, 3600.0), st.integers(1, 7))
def test_unseen_time_between_makes_no_difference(script: Script, gap_s: float, slot: int) -> None:
    world, at_s = simulate_signals(script, frame_rate_hz=32.0), 5.0 * slot
    after = world.time_s >= at_s
    apart = Signals(time_s=np.where(after, world.time_s + gap_s, world.time_s), values=world.values)
    events = [moved(event, gap_s) if event.onset_s >= at_s else event for event in script.events()]
    spans = (Span(onset_s=0.0, offset_s=at_s), Span(onset_s=at_s + gap_s, offset_s=LENGTH_S + gap_s))
    seen = replace(simulate_quality(script), observed=spans, duration_s=LENGTH_S + gap_s)
    one, other = scored(world, script.events(), simulate_quality(script)), scored(apart, events, seen)
    for name, score in one.items():
        # A sample at the edge of a span reaches to the edge instead of half way to the next.
        assert other[name].value == pytest.approx(score.value, abs=0.02, nan_ok=True), name
        assert other[name].observed_s == pytest.approx(score.observed_s, abs=1e-6)


@FEW
@given(scripts())
def test_a_mirror_exchanges_the_sides_and_turns_the_laterality_index(script: Script) -> None:
    mirrored = script.mirrored()
    exact = NONE
    one = scored(simulate_signals(script, disturbance=exact), script.events(), simulate_quality(script))
    other = scored(simulate_signals(mirrored, disturbance=exact), mirrored.events(), simulate_quality(script))
    swapped = {name.replace("_left", "_?").replace("_right", "_left").replace("_?", "_right"): score for name, score in one.items()}
    turned = swapped["laterality_index"]
    swapped["laterality_index"] = replace(turned, value=-turned.value, low=-turned.high, high=-turned.low)
    # Chance is asked by shifting the right against the left; mirrored, the same shifts go the other way.
    same(swapped, other, limits=1e-5)


@FEW
@given(scripts())
def test_the_same_recording_twice_keeps_the_rates_and_narrows_their_intervals(script: Script) -> None:
    world, events = simulate_signals(script), list(script.events())
    twice = Signals(time_s=np.concatenate([world.time_s, world.time_s + LENGTH_S]), values={name: np.tile(world[name], 2) for name in world})
    seen = simulate_quality(Script(duration_s=2 * LENGTH_S))
    one, two = scored(world, events, simulate_quality(script)), scored(twice, events + [moved(event, LENGTH_S) for event in events], seen)
    for name in one:
        if name.startswith(("blink_rate", "contraction_rate", "contraction_time", "contraction_burden", "eyes_closed", "laterality")):
            assert two[name].value == pytest.approx(one[name].value, abs=1e-3, nan_ok=True)
            if not math.isnan(one[name].value):
                assert two[name].high - two[name].low <= (one[name].high - one[name].low) * 1.05 + 1e-9, name


@FEW
@given(scripts(), st.sampled_from((24.0, 60.0, 240.0)), st.floats(0.0, 0.004))
def test_the_frame_rate_makes_no_difference(script: Script, rate_hz: float, jitter_s: float) -> None:
    exact = NONE
    uneven = Disturbance(closure=0.0, millimetre=0.0, degree=0.0, drift=0.0, jitter_s=jitter_s)
    one = scored(simulate_signals(script, disturbance=exact), script.events(), simulate_quality(script))
    other = scored(simulate_signals(script, frame_rate_hz=rate_hz, disturbance=uneven), script.events(), simulate_quality(script))
    for name, score in one.items():
        tolerance = 0.2 if score.unit in {"closure_s_per_min", "p"} else 0.03
        assert other[name].value == pytest.approx(score.value, abs=tolerance, nan_ok=True), name


@FEW
@given(scripts(), st.lists(st.integers(0, 7), max_size=3, unique=True))
def test_an_interval_holds_its_value_and_stays_in_range(script: Script, hidden: list[int]) -> None:
    gaps = [Span(onset_s=5.0 * slot, offset_s=5.0 * slot + 5.0) for slot in hidden]
    seen = simulate_quality(script, gaps=gaps)
    for name, score in scored(simulate_signals(script, gaps=gaps), script.events(), seen).items():
        assert score.observed_s <= seen.observed_s + 1e-6
        if not (math.isnan(score.value) or math.isnan(score.low) or math.isnan(score.high)) and not name.startswith(
            ("eye_mouth_synchrony_null", "bilateral_synchrony_null")
        ):
            assert score.low <= score.value + 1e-9, name
            assert score.value <= score.high + 1e-9, name
        if score.unit in {"fraction", "p"} and not math.isnan(score.value):
            assert 0 <= score.low <= score.high <= 1
        if score.unit == "index" and not math.isnan(score.value):
            assert -1 <= score.low <= score.high <= 1
