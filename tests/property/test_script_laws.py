"""Laws of scripts: movements are bounded and smooth, mirrors mirror, and JSON gives back what it was given."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.script import Episode, Expectation, Movement, MovementKind, Script, script_from_json
from spasmograph.terms import Side

MIRRORED_SIGN = {"jaw_shift_mm", "head_yaw_deg", "head_roll_deg"}
SIDED = {MovementKind.LID_CLOSURE, MovementKind.BROW_RAISE, MovementKind.COMMISSURE_ALONG, MovementKind.COMMISSURE_ACROSS, MovementKind.CHEEK_RAISE}
TIMES = np.linspace(-1.0, 12.0, 600)


@st.composite
def movements(draw: st.DrawFn) -> Movement:
    what = draw(st.sampled_from(MovementKind))
    low, high = (0.0, 1.0) if what is MovementKind.LID_CLOSURE else (-10.0, 10.0)
    return Movement(
        what=what,
        side=draw(st.sampled_from(Side)) if what in SIDED else Side.BOTH,
        onset_s=draw(st.floats(0.0, 8.0)),
        rise_s=draw(st.floats(0.02, 1.0)),
        hold_s=draw(st.floats(0.0, 2.0)),
        fall_s=draw(st.floats(0.02, 1.0)),
        amplitude=draw(st.floats(low, high)),
    )


def episodes() -> st.SearchStrategy[Episode]:
    return st.builds(
        Episode,
        name=st.text(max_size=10),
        movements=st.lists(movements(), min_size=1, max_size=4).map(tuple),
        expectation=st.sampled_from([Expectation.MUST, Expectation.NEVER]),
    )


scripts = st.builds(Script, duration_s=st.floats(1.0, 100.0), episodes=st.lists(episodes(), max_size=4).map(tuple))


@given(movements())
def test_a_course_stays_between_rest_and_its_amplitude(movement: Movement) -> None:
    course = movement.course(TIMES)
    low, high = sorted((0.0, movement.amplitude))
    assert course.min() >= low - 1e-9
    assert course.max() <= high + 1e-9
    outside = (movement.onset_s >= TIMES) | (movement.offset_s <= TIMES)
    assert np.all(course[outside] == 0.0)


@given(movements())
def test_a_course_never_jumps(movement: Movement) -> None:
    steepest = 1.875 * abs(movement.amplitude) / min(movement.rise_s, movement.fall_s)
    assert np.abs(np.diff(movement.course(TIMES))).max() <= steepest * (TIMES[1] - TIMES[0]) + 1e-9


@given(movements())
def test_a_course_reaches_its_amplitude_at_the_apex(movement: Movement) -> None:
    assert np.isclose(movement.course(np.array([movement.apex_s]))[0], movement.amplitude, rtol=1e-6, atol=1e-12)


@given(scripts)
def test_json_gives_back_the_script(script: Script) -> None:
    assert script_from_json(script.to_json()) == script


@given(scripts)
def test_a_mirrored_script_has_mirrored_truth(script: Script) -> None:
    true, mirrored = script.states(TIMES), script.mirrored().states(TIMES)
    for name, values in true.items():
        other = name.replace("left", "@").replace("right", "left").replace("@", "right")
        assert np.array_equal(mirrored[other], -values if name in MIRRORED_SIGN else values)


@given(scripts)
def test_mirrored_twice_is_the_same_script(script: Script) -> None:
    assert script.mirrored().mirrored() == script


@given(scripts)
def test_events_mirror_with_the_script(script: Script) -> None:
    true, mirrored = script.events(), script.mirrored().events()
    assert [event.side.other for event in true] == [event.side for event in mirrored]
    assert [(event.onset_s, event.offset_s, event.amplitude) for event in true] == [(e.onset_s, e.offset_s, e.amplitude) for e in mirrored]


@given(scripts)
def test_truth_keeps_to_its_ranges(script: Script) -> None:
    states = script.states(TIMES)
    for side in ("left", "right"):
        assert np.all((states[f"eye_closure_{side}"] >= 0.0) & (states[f"eye_closure_{side}"] <= 1.0))
        assert np.all(states[f"palpebral_fissure_height_{side}_mm"] >= 0.0)
        assert np.all(states[f"commissure_excursion_{side}_mm"] >= np.abs(states[f"commissure_along_{side}_mm"]) - 1e-9)


@given(scripts)
def test_true_events_lie_within_the_movements(script: Script) -> None:
    for event in script.events():
        assert any(episode.onset_s <= event.onset_s and event.offset_s <= episode.offset_s for episode in script.episodes)
        assert event.amplitude > 0.0
