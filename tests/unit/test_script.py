"""Scripts of movements: each episode comes out as the event that it is, and the truth is exact."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from spasmograph.errors import InputError
from spasmograph.model import Event
from spasmograph.script import (
    OPEN_FISSURE_MM,
    Episode,
    Expectation,
    Movement,
    MovementKind,
    Script,
    blink,
    brow_raise,
    brow_up_closure,
    clonic_train,
    control_script,
    demo_script,
    forced_closure,
    head_drift,
    head_turn,
    hemifacial_spasm,
    jaw_side_to_side,
    look_down,
    minimum_jerk,
    mouth_spasm,
    nod,
    partial_blink,
    script_from_json,
    smile,
    talking,
    tonic_spasm,
    wink,
)
from spasmograph.terms import EventKind, Pattern, Region, Side

LID = Movement(what=MovementKind.LID_CLOSURE, side=Side.LEFT, onset_s=1.0, rise_s=0.1, hold_s=0.2, fall_s=0.3, amplitude=0.8)
EYE, BROW, CHEEK, MOUTH = Region.EYELID, Region.BROW, Region.CHEEK, Region.MOUTH


def only(episode: Episode) -> Event:
    (event,) = episode.events
    return event


def test_minimum_jerk_starts_and_ends_at_rest_and_is_half_way_at_half_time() -> None:
    step = 1e-4
    assert minimum_jerk(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])) == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])
    assert minimum_jerk(np.array([step, 1.0 - step])) == pytest.approx([0.0, 1.0], abs=1e-10)


def test_a_movement_is_where_it_should_be_at_its_landmarks_in_time() -> None:
    times = np.array([0.0, 1.0, 1.05, 1.1, 1.2, 1.3, 1.45, 1.6, 5.0])
    assert LID.course(times) == pytest.approx([0.0, 0.0, 0.4, 0.8, 0.8, 0.8, 0.4, 0.0, 0.0])
    assert (LID.apex_s, LID.offset_s) == pytest.approx((1.2, 1.6))


@pytest.mark.parametrize("level", [0.05, 0.25, 0.5, 0.9])
def test_levels_are_passed_when_stated(level: float) -> None:
    times = np.array([LID.onset_at(level), LID.offset_at(level)])
    assert LID.course(times) == pytest.approx([0.8 * level, 0.8 * level])
    assert LID.onset_s < times[0] < LID.apex_s < times[1] < LID.offset_s


@pytest.mark.parametrize("wrong", [{"rise_s": 0.0}, {"fall_s": 0.0}, {"hold_s": -0.1}, {"rise_s": float("nan")}])
def test_a_movement_needs_time(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="rise and fall must be above 0"):
        replace(LID, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("amplitude", [-0.1, 1.1])
def test_a_lid_cannot_close_more_than_fully(amplitude: float) -> None:
    with pytest.raises(InputError, match="outside 0-1"):
        wink(Side.LEFT, 0.0, amplitude=amplitude)


def test_a_script_lasts() -> None:
    with pytest.raises(InputError, match="longer than 0 s"):
        Script(duration_s=0.0)


@pytest.mark.parametrize("episode", [blink(1.0), partial_blink(1.0)])
def test_blinks_are_blinks(episode: Episode) -> None:
    event = only(episode)
    assert (event.kind, event.side, event.regions, event.pattern) == (EventKind.BLINK, Side.BOTH, (EYE,), Pattern.BRIEF)
    assert event.symmetry == 1.0


@pytest.mark.parametrize(
    ("episode", "side", "regions", "pattern", "amplitude", "unit"),
    [
        (wink(Side.LEFT, 1.0, amplitude=0.6), Side.LEFT, (EYE,), Pattern.BRIEF, 0.6, "closure"),
        (hemifacial_spasm(Side.RIGHT, 1.0, strength=0.5), Side.RIGHT, (EYE, CHEEK, MOUTH), Pattern.BRIEF, 0.5, "closure"),
        (mouth_spasm(Side.LEFT, 1.0, excursion_mm=4.0), Side.LEFT, (MOUTH,), Pattern.BRIEF, 4.0, "mm"),
        (forced_closure(1.0, duration_s=2.0), Side.BOTH, (EYE, BROW, CHEEK), Pattern.TONIC, 1.0, "closure"),
        (brow_up_closure(Side.RIGHT, 1.0), Side.RIGHT, (EYE, BROW), Pattern.TONIC, 0.9, "closure"),
        (tonic_spasm(Side.LEFT, 1.0, brow_mm=3.0), Side.LEFT, (EYE, BROW, CHEEK, MOUTH), Pattern.TONIC, 0.9, "closure"),
    ],
    ids=lambda value: value.name if isinstance(value, Episode) else None,
)
def test_contractions_come_out_as_themselves(
    episode: Episode, side: Side, regions: tuple[Region, ...], pattern: Pattern, amplitude: float, unit: str
) -> None:
    event = only(episode)
    assert (event.kind, event.side, event.regions, event.pattern) == (EventKind.CONTRACTION, side, regions, pattern)
    assert event.amplitude == pytest.approx(amplitude)
    assert event.amplitude_unit == unit
    assert event.symmetry == (1.0 if side is Side.BOTH else 0.0)


def test_the_other_babinski_sign_lifts_the_brow_of_the_closing_eye() -> None:
    event = only(brow_up_closure(Side.RIGHT, 1.0, brow_mm=3.0))
    assert event.peaks == {"eyelid_right": pytest.approx(0.9), "brow_right_mm": pytest.approx(3.0)}


def test_a_clonic_train_is_one_event_with_members() -> None:
    event = only(clonic_train(Side.LEFT, 2.0, count=4, rate_hz=2.0, strength=0.6))
    assert (event.pattern, event.side, len(event.members)) == (Pattern.CLONIC, Side.LEFT, 4)
    assert [member.onset_s for member in event.members] == pytest.approx([2.0, 2.5, 3.0, 3.5])
    assert all(member.pattern is Pattern.BRIEF for member in event.members)
    assert (event.onset_s, event.offset_s) == (event.members[0].onset_s, event.members[-1].offset_s)


def test_two_contractions_are_no_train() -> None:
    assert [event.pattern for event in clonic_train(Side.LEFT, 2.0, count=2).events] == [Pattern.BRIEF, Pattern.BRIEF]


@pytest.mark.parametrize("episode", [smile(1.0), brow_raise(1.0), talking(1.0)], ids=lambda episode: episode.name)
def test_what_moves_both_sides_alike_may_be_found_and_only_as_that(episode: Episode) -> None:
    assert episode.expectation is Expectation.MAY
    event = only(episode)
    assert (event.side, event.symmetry) == (Side.BOTH, 1.0)


@pytest.mark.parametrize(
    "episode", [look_down(1.0), nod(1.0), head_turn(1.0), jaw_side_to_side(1.0), head_drift(20.0)], ids=lambda episode: episode.name
)
def test_head_gaze_and_jaw_are_no_events(episode: Episode) -> None:
    assert episode.expectation is Expectation.NEVER
    assert episode.events == ()


def test_the_onset_of_an_event_is_that_of_the_eyelid() -> None:
    spasm = hemifacial_spasm(Side.LEFT, 3.0, duration_s=0.8)
    assert only(spasm).onset_s == spasm.onset_s == 3.0
    assert only(spasm).offset_s == pytest.approx(3.8)
    assert spasm.onset_at(0.05) == pytest.approx(spasm.movements[0].onset_at(0.05))


def test_a_closed_lid_stays_on_its_own_side() -> None:
    states = Script(duration_s=5.0, episodes=(hemifacial_spasm(Side.LEFT, 2.0, strength=1.0),)).states(np.linspace(0.0, 5.0, 500))
    assert states["eye_closure_left"].max() == 1.0
    assert states["palpebral_fissure_height_left_mm"].min() == 0.0
    moved = [name for name, values in states.items() if np.ptp(values) > 0.0]
    assert all("left" in name for name in moved)
    assert np.all(states["palpebral_fissure_height_right_mm"] == OPEN_FISSURE_MM)


def test_closures_that_overlap_do_not_add_up_and_other_movements_do() -> None:
    pull = mouth_spasm(Side.LEFT, 1.0, excursion_mm=3.0)
    script = Script(duration_s=5.0, episodes=(wink(Side.LEFT, 1.0), blink(1.0), pull, pull))
    states = script.states(np.array([1.14]))
    assert states["eye_closure_left"] == pytest.approx([1.0])
    assert script.states(np.array([1.4]))["commissure_along_left_mm"] == pytest.approx([6.0])


def test_looking_down_narrows_both_eyes_without_closing_them() -> None:
    states = Script(duration_s=5.0, episodes=(look_down(1.0, duration_s=3.0, angle_deg=25.0),)).states(np.array([2.5]))
    assert states["palpebral_fissure_height_left_mm"] == states["palpebral_fissure_height_right_mm"] == pytest.approx([7.0])
    assert states["eye_closure_left"] == [0.0]


def test_the_demo_has_what_it_promises() -> None:
    events = demo_script(60.0).events()
    one_sided = [event for event in events if event.side is not Side.BOTH]
    assert {event.side for event in one_sided} == {Side.RIGHT}
    assert 12 <= sum(event.kind is EventKind.BLINK for event in events) <= 18
    assert sum(event.pattern is Pattern.CLONIC for event in events) == 1
    assert any(event.pattern is Pattern.TONIC and BROW in event.regions for event in events)
    assert sum(MOUTH in event.regions for event in one_sided) >= 4
    assert [event.onset_s for event in events] == sorted(event.onset_s for event in events)


def test_events_of_the_demo_do_not_overlap() -> None:
    script = demo_script(120.0)
    events = sorted((*script.events(), *script.permitted_events()), key=lambda event: event.onset_s)
    assert len(events) > 40
    assert all(earlier.offset_s < later.onset_s for earlier, later in pairwise(events))


def test_the_control_has_nothing_one_sided() -> None:
    script = control_script(60.0)
    events = (*script.events(), *script.permitted_events())
    assert {event.side for event in events} == {Side.BOTH}
    states = script.states(np.linspace(0.0, 60.0, 3000))
    for name in ("eye_closure_{}", "commissure_along_{}_mm", "brow_height_{}_mm", "cheek_raise_{}_mm"):
        assert np.array_equal(states[name.format("left")], states[name.format("right")])


@pytest.mark.parametrize("seconds", [5.0, 20.0, 61.0])
def test_a_demo_of_any_length_ends_in_time(seconds: float) -> None:
    script = demo_script(seconds)
    assert script.duration_s == seconds
    assert max(event.offset_s for event in script.events()) <= seconds


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"duration_s": 1, "episodes": [{"name": "x"}]}', '{"duration_s": "long", "episodes": []}'])
def test_what_is_no_script_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a script of movements"):
        script_from_json(text)


def test_the_json_is_readable_by_others() -> None:
    record = json.loads(Script(duration_s=2.0, episodes=(wink(Side.LEFT, 0.5),)).to_json())
    (episode,) = record["episodes"]
    assert (episode["name"], episode["expectation"]) == ("wink", "must")
    assert episode["movements"][0]["what"] == "lid_closure"
    assert episode["movements"][0]["side"] == "left"
