"""Laws of the event detector, for any script of movements that people make."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.measure.events import WATCHED_SIGNALS, find_events
from spasmograph.measure.simulate import NONE, simulate_signals
from spasmograph.model import Event, Signals, Span
from spasmograph.script import (
    Episode,
    Script,
    blink,
    brow_up_closure,
    clonic_train,
    forced_closure,
    hemifacial_spasm,
    look_down,
    smile,
    talking,
    wink,
)
from spasmograph.terms import EventKind, Pattern, Side
from tests.event_worlds import live, mirrored, shifted, swapped, what

SIDES = st.sampled_from([Side.LEFT, Side.RIGHT])
EPISODES = st.one_of(
    st.builds(lambda a: blink(0.0, amplitude=a), st.floats(0.5, 1.0)),
    st.builds(lambda s, h, a: wink(s, 0.0, hold_s=h, amplitude=a), SIDES, st.floats(0.05, 0.8), st.floats(0.5, 1.0)),
    st.builds(lambda s, d, a: hemifacial_spasm(s, 0.0, duration_s=d, strength=a), SIDES, st.floats(0.4, 2.0), st.floats(0.5, 1.0)),
    st.builds(lambda d: forced_closure(0.0, duration_s=d), st.floats(1.2, 2.5)),
    st.builds(lambda s: brow_up_closure(s, 0.0), SIDES),
    st.builds(lambda s, n: clonic_train(s, 0.0, count=n), SIDES, st.integers(3, 5)),
    st.builds(lambda d: smile(0.0, duration_s=d), st.floats(1.5, 2.5)),
    st.just(look_down(0.0)),
    st.builds(lambda seed: talking(0.0, duration_s=2.5, seed=seed), st.integers(0, 5)),
)
SEEDS = st.integers(0, 50)
SECONDS = 16.0


def moved(episode: Episode, by_s: float) -> Episode:
    """The same episode later."""
    return replace(episode, movements=tuple(replace(movement, onset_s=movement.onset_s + by_s) for movement in episode.movements))


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Up to four episodes, four seconds for each, so that none touches another."""
    episodes = draw(st.lists(EPISODES, max_size=4))
    return Script(duration_s=SECONDS, episodes=tuple(moved(episode, 4.0 * i + 0.8) for i, episode in enumerate(episodes)))


@st.composite
def gaps(draw: st.DrawFn) -> list[Span]:
    """Up to three stretches in which the face is not seen."""
    starts = draw(st.lists(st.floats(0.0, SECONDS - 1.0), max_size=3))
    return [Span(onset_s=start, offset_s=start + draw(st.floats(0.15, 1.0))) for start in starts]


def moments(events: Sequence[Event]) -> list[tuple[float, float, float]]:
    return [(event.onset_s, event.apex_s, event.offset_s) for event in events]


@given(scripts(), gaps(), SEEDS)
@settings(max_examples=20)
def test_live_equals_batch(script: Script, unseen: list[Span], seed: int) -> None:
    """Sample by sample the same events come out as from the whole."""
    recorded = simulate_signals(script, gaps=unseen, seed=seed)
    assert tuple(live(recorded)) == find_events(recorded)


@given(scripts(), SEEDS)
@settings(max_examples=15)
def test_the_other_side_is_treated_alike(script: Script, seed: int) -> None:
    recorded = simulate_signals(script, seed=seed)
    there, here = find_events(swapped(recorded)), [mirrored(event) for event in find_events(recorded)]
    assert sorted(map(repr, map(what, there))) == sorted(map(repr, map(what, here)))
    assert np.ravel(sorted(moments(there))) == pytest.approx(np.ravel(sorted(moments(here))))


@given(scripts(), SEEDS, st.integers(-64, 4096))
@settings(max_examples=15)
def test_when_the_film_began_does_not_matter(script: Script, seed: int, eighths: int) -> None:
    """A binary fraction is added to the times, so that no rounding of numbers plays a part."""
    by_s = eighths / 8
    recorded = simulate_signals(script, frame_rate_hz=32.0, seed=seed)
    later, here = find_events(shifted(recorded, by_s)), find_events(recorded)
    assert [what(event) for event in later] == [what(event) for event in here]
    assert [event.onset_s - by_s for event in later] == pytest.approx([event.onset_s for event in here])


@given(scripts(), st.floats(1.0, 30.0))
@settings(max_examples=15)
def test_stillness_before_and_after_changes_nothing(script: Script, still_s: float) -> None:
    """Only the clock moves on, by the stillness before."""
    frames = round(still_s * 30)
    recorded = simulate_signals(script, disturbance=NONE)
    values = {name: np.concatenate([np.full(frames, recorded[name][0]), recorded[name], np.full(frames, recorded[name][-1])]) for name in recorded}
    longer = Signals(time_s=np.arange(len(recorded) + 2 * frames) / 30, values=values)
    there, here = find_events(longer), find_events(recorded)
    assert [what(event) for event in there] == [what(event) for event in here]
    assert [event.onset_s for event in there] == pytest.approx([event.onset_s + frames / 30 for event in here], abs=1e-3)
    assert [event.amplitude for event in there] == pytest.approx([event.amplitude for event in here], abs=1e-3)


@given(scripts(), SEEDS)
@settings(max_examples=15)
def test_episodes_that_must_be_found_are_found_and_nothing_else_of_one_side(script: Script, seed: int) -> None:
    events = find_events(simulate_signals(script, seed=seed))
    one = [event for event in events if event.kind is EventKind.CONTRACTION and event.side is not Side.BOTH]
    true = [event for event in script.events() if event.kind is EventKind.CONTRACTION and event.side is not Side.BOTH]
    assert [event.side for event in one] == [event.side for event in true]
    assert [event.onset_s for event in one] == pytest.approx([event.onset_s for event in true], abs=0.07)
    assert sum(event.kind is EventKind.BLINK for event in events) == sum(event.kind is EventKind.BLINK for event in script.events())


@given(scripts(), gaps(), SEEDS)
@settings(max_examples=20)
def test_nothing_is_said_about_what_was_not_seen(script: Script, unseen: list[Span], seed: int) -> None:
    """No event reaches into a gap, so each lies within one stretch of seen time, with its members."""
    for event in find_events(simulate_signals(script, gaps=unseen, seed=seed)):
        for one in (event,) if not event.members else event.members:
            for gap in unseen:
                assert one.offset_s <= gap.onset_s + 1e-9 or one.onset_s >= gap.offset_s - 1e-9


@given(scripts(), gaps(), SEEDS)
@settings(max_examples=20)
def test_events_are_well_formed(script: Script, unseen: list[Span], seed: int) -> None:
    recorded = simulate_signals(script, gaps=unseen, seed=seed)
    events = find_events(recorded)
    assert all(a.onset_s <= b.onset_s for a, b in pairwise(events))
    for event in events:
        assert recorded.time_s[0] <= event.onset_s <= event.apex_s <= event.offset_s <= recorded.time_s[-1]
        assert event.amplitude > 0
        assert event.regions
        assert (event.pattern is Pattern.CLONIC) == (len(event.members) >= 3)
        if event.pattern is not Pattern.CLONIC:
            assert (event.pattern is Pattern.TONIC) == (event.duration_s >= 1.0 and event.kind is EventKind.CONTRACTION)
        if event.kind is EventKind.BLINK:
            assert event.side is Side.BOTH


@given(st.integers(0, 2**32 - 1), st.integers(0, 200), st.floats(0.0, 0.5))
@settings(max_examples=25)
def test_any_signals_at_all_give_events_and_no_crash(seed: int, frames: int, unseen: float) -> None:
    """Wild values, uneven clocks and missing samples of single signals."""
    random = np.random.default_rng(seed)
    time_s = np.cumsum(random.uniform(1e-3, 0.3, frames))
    wild = {name: np.where(random.random(frames) < unseen, np.nan, random.normal(0.0, 3.0, frames)) for name in WATCHED_SIGNALS}
    wild |= {name: np.clip(wild[name], 0, 1) for name in ("eye_closure_left", "eye_closure_right")}
    recorded = Signals(time_s=time_s, values=wild)
    events = find_events(recorded)
    assert all(0 <= event.confidence <= 1 and event.duration_s >= 0 for event in events)
    assert repr(tuple(live(recorded))) == repr(events), "as text, for NaN is not NaN"
