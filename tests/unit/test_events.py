"""Each movement comes out as itself, and what is no contraction of one side does not come out as one."""

from dataclasses import replace

import numpy as np
import pytest

from spasmograph.measure.events import WATCHED_SIGNALS, EventDetector, find_events
from spasmograph.measure.simulate import NONE, Disturbance
from spasmograph.model import Signals, Span
from spasmograph.script import (
    Episode,
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
    mouth_spasm,
    nod,
    partial_blink,
    smile,
    talking,
    tonic_spasm,
    wink,
)
from spasmograph.terms import EventKind, Pattern, Region, Side, Task
from tests.event_worlds import What, changed, dropped, found, live, one_sided, signals, what, without

BLINK, CONTRACTION = EventKind.BLINK, EventKind.CONTRACTION
BRIEF, TONIC, CLONIC = Pattern.BRIEF, Pattern.TONIC, Pattern.CLONIC
LID, BROW, CHEEK, MOUTH = Region.EYELID, Region.BROW, Region.CHEEK, Region.MOUTH
LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BOTH
FRAME_S = 1 / 30
RATES_HZ = [24.0, 25.0, 30.0, 50.0, 60.0, 120.0, 240.0]

NAMED: list[tuple[Episode, What]] = [
    (wink(LEFT, 5.0), (CONTRACTION, LEFT, (LID,), BRIEF)),
    (wink(RIGHT, 5.0, amplitude=0.5), (CONTRACTION, RIGHT, (LID,), BRIEF)),
    (hemifacial_spasm(RIGHT, 5.0), (CONTRACTION, RIGHT, (LID, CHEEK, MOUTH), BRIEF)),
    (hemifacial_spasm(LEFT, 5.0, duration_s=1.4), (CONTRACTION, LEFT, (LID, CHEEK, MOUTH), TONIC)),
    (mouth_spasm(LEFT, 5.0, excursion_mm=8.0), (CONTRACTION, LEFT, (MOUTH,), BRIEF)),
    (forced_closure(5.0), (CONTRACTION, BOTH, (LID, BROW), TONIC)),
    (brow_up_closure(RIGHT, 5.0), (CONTRACTION, RIGHT, (LID, BROW), TONIC)),
    (tonic_spasm(RIGHT, 5.0, brow_mm=3.0), (CONTRACTION, RIGHT, (LID, BROW, CHEEK, MOUTH), TONIC)),
    (tonic_spasm(LEFT, 5.0), (CONTRACTION, LEFT, (LID, CHEEK, MOUTH), TONIC)),
    (clonic_train(LEFT, 5.0), (CONTRACTION, LEFT, (LID, CHEEK, MOUTH), CLONIC)),
    (blink(5.0), (BLINK, BOTH, (LID,), BRIEF)),
    (partial_blink(5.0), (BLINK, BOTH, (LID,), BRIEF)),
]
DECOYS = [
    smile(5.0), smile(5.0, excursion_mm=12.0), talking(5.0), talking(5.0, seed=3), look_down(5.0), look_down(5.0, angle_deg=35.0), nod(5.0),
    nod(5.0, angle_deg=20.0), head_turn(5.0), head_turn(5.0, angle_deg=-20.0), jaw_side_to_side(5.0), brow_raise(5.0), head_drift(12.0),
]  # fmt: skip
SPASM = hemifacial_spasm(RIGHT, 5.0, duration_s=0.9)


def name_of(case: Episode | What) -> str:
    return case.name if isinstance(case, Episode) else ""


@pytest.mark.parametrize(("episode", "expected"), NAMED, ids=name_of)
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_each_movement_comes_out_as_itself(episode: Episode, expected: What, rate_hz: float) -> None:
    """Kind, side, regions and pattern, and the times within a frame and what noise adds, at every frame rate."""
    (event,) = found(episode, rate_hz=rate_hz)
    (true,) = episode.events
    assert what(event) == expected
    assert event.onset_s == pytest.approx(true.onset_s, abs=max(1 / rate_hz, FRAME_S) + 0.02)
    assert event.offset_s == pytest.approx(true.offset_s, abs=max(1 / rate_hz, FRAME_S) + 0.06)
    assert event.amplitude == pytest.approx(true.amplitude, rel=0.1)
    assert event.amplitude_unit == true.amplitude_unit
    assert event.confidence > 0.5
    assert not event.censored


@pytest.mark.parametrize(("episode", "expected"), NAMED, ids=name_of)
def test_the_same_movement_of_the_other_side_comes_out_on_the_other_side(episode: Episode, expected: What) -> None:
    (event,) = found(episode.mirrored())
    kind, side, regions, pattern = expected
    assert what(event) == (kind, side.other, regions, pattern)


@pytest.mark.parametrize("episode", DECOYS, ids=name_of)
@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 120.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_no_spasm_is_no_contraction_of_one_side(episode: Episode, rate_hz: float, seed: int) -> None:
    assert one_sided(found(episode, rate_hz=rate_hz, seed=seed)) == []


@pytest.mark.parametrize(
    "episode", [look_down(5.0), look_down(5.0, angle_deg=35.0), nod(5.0), head_turn(5.0), jaw_side_to_side(5.0), talking(5.0)], ids=name_of
)
def test_what_moves_neither_lids_nor_corners_is_nothing_at_all(episode: Episode) -> None:
    assert found(episode) == ()


def test_a_smile_and_a_brow_raise_are_movements_of_both_sides() -> None:
    (event,) = found(smile(5.0))
    assert what(event) == (CONTRACTION, BOTH, (MOUTH,), TONIC)
    (event,) = found(brow_raise(5.0))
    assert what(event) == (CONTRACTION, BOTH, (BROW,), TONIC)


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_a_corner_that_stays_while_the_other_sinks_has_not_contracted(side: Side) -> None:
    assert found(mouth_spasm(side, 5.0, excursion_mm=-7.0)) == ()


def test_peaks_tell_what_each_region_reached() -> None:
    (event,) = found(SPASM, disturbance=NONE)
    assert event.peaks["eyelid_right"] == pytest.approx(0.8, abs=0.01)
    assert event.peaks["mouth_right_mm"] == pytest.approx(5.6, abs=0.1)
    assert event.peaks["cheek_right_mm"] == pytest.approx(2.4, abs=0.1)
    assert set(event.peaks) == {"eyelid_right", "mouth_right_mm", "cheek_right_mm"}


def test_a_blink_has_the_peaks_of_both_sides() -> None:
    (event,) = found(blink(5.0), disturbance=NONE)
    assert event.peaks == pytest.approx({"eyelid_left": 1.0, "eyelid_right": 1.0}, abs=0.01)
    assert event.symmetry == pytest.approx(1.0, abs=0.01)


def test_a_wink_has_no_symmetry() -> None:
    (event,) = found(wink(LEFT, 5.0), disturbance=NONE)
    assert event.symmetry == pytest.approx(0.0, abs=0.05)


def test_stronger_is_surer() -> None:
    sure = [found(wink(LEFT, 5.0, amplitude=amplitude), disturbance=NONE)[0].confidence for amplitude in (0.45, 0.6, 0.8, 1.0)]
    assert sure == sorted(sure)
    assert sure[0] < sure[-1] < 1


def test_the_task_is_written_on_every_event() -> None:
    for event in find_events(signals(blink(2.0), SPASM, clonic_train(LEFT, 8.0)), task=Task.REST):
        assert event.task is Task.REST
        assert all(member.task is Task.REST for member in event.members)


# The demo and the control.


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_the_demo_minute_is_found_as_scripted(side: Side, seed: int) -> None:
    script = demo_script(60.0, side=side)
    events = find_events(signals(*script.episodes, seconds=60.0, seed=seed))
    found_one, true_one = one_sided(events), one_sided(script.events())
    assert [event.side for event in found_one] == [side] * len(true_one)
    assert [event.onset_s for event in found_one] == pytest.approx([event.onset_s for event in true_one], abs=0.06)
    assert [event.pattern for event in found_one] == [event.pattern for event in true_one]
    blinks, true_blinks = ([event.onset_s for event in both if event.kind is BLINK] for both in (events, script.events()))
    assert blinks == pytest.approx(true_blinks, abs=0.06)


@pytest.mark.parametrize("seed", range(4))
def test_the_control_minute_has_its_blinks_and_nothing_of_one_side(seed: int) -> None:
    script = control_script(60.0)
    events = find_events(signals(*script.episodes, seconds=60.0, seed=seed))
    assert one_sided(events) == []
    assert [event.onset_s for event in events if event.kind is BLINK] == pytest.approx([event.onset_s for event in script.events()], abs=0.06)


# Frame rates and uneven clocks.


@pytest.mark.parametrize("rate_hz", [24.0, 60.0, 240.0])
def test_all_frame_rates_find_the_same_minute(rate_hz: float) -> None:
    """Names agree, and times within a frame of the slower."""
    script = demo_script(60.0)
    usual, other = (find_events(signals(*script.episodes, seconds=60.0, rate_hz=rate, disturbance=NONE)) for rate in (30.0, rate_hz))
    assert [what(event) for event in other] == [what(event) for event in usual]
    slower_s = 1 / min(rate_hz, 30.0)
    assert [event.onset_s for event in other] == pytest.approx([event.onset_s for event in usual], abs=slower_s)
    assert [event.offset_s for event in other] == pytest.approx([event.offset_s for event in usual], abs=2 * slower_s)


@pytest.mark.parametrize("rate_hz", [10.0, 12.0, 15.0])
@pytest.mark.parametrize("episode", [wink(LEFT, 5.0), blink(5.0), SPASM, forced_closure(5.0)], ids=name_of)
def test_slow_cameras_count(rate_hz: float, episode: Episode) -> None:
    """Below 24 frames a second strength and times are rough, but one is still one."""
    (event,) = found(episode, rate_hz=rate_hz, disturbance=NONE)
    assert (event.kind, event.side) == (episode.events[0].kind, episode.events[0].side)
    assert not event.censored


@pytest.mark.parametrize("seed", range(3))
def test_an_uneven_clock_finds_the_same(seed: int) -> None:
    """Stamps off by 8 ms and every thirteenth frame missing."""
    script = demo_script(60.0)
    even = find_events(signals(*script.episodes, seconds=60.0, seed=seed))
    jittering = signals(*script.episodes, seconds=60.0, seed=seed, disturbance=Disturbance(jitter_s=0.008))
    uneven = find_events(dropped(jittering, np.arange(len(jittering)) % 13 == 5))
    assert [what(event)[:2] for event in uneven] == [what(event)[:2] for event in even]
    assert [event.onset_s for event in uneven] == pytest.approx([event.onset_s for event in even], abs=2 * FRAME_S)


def test_a_variable_frame_rate_finds_the_same() -> None:
    """A phone that halves its frame rate in the dark, here every other second."""
    recorded = signals(*(episode for at in (1.0, 4.0, 7.0) for episode in (blink(at), hemifacial_spasm(RIGHT, at + 1.3))))
    odd = (np.arange(len(recorded)) % 2 == 1) & (recorded.time_s.astype(int) % 2 == 1)
    whole, thinned = find_events(recorded), find_events(dropped(recorded, odd))
    assert [what(event) for event in thinned] == [what(event) for event in whole]
    assert [event.onset_s for event in thinned] == pytest.approx([event.onset_s for event in whole], abs=2 * FRAME_S)


# What was not seen.


@pytest.mark.parametrize(("episode", "expected"), NAMED, ids=name_of)
def test_one_unseen_frame_does_not_cut(episode: Episode, expected: What) -> None:
    """Wherever in the movement the frame is missing."""
    recorded = signals(episode, disturbance=NONE)
    for at_s in np.arange(episode.onset_s + FRAME_S, episode.offset_s, 3 * FRAME_S):
        missing = np.arange(len(recorded)) == round(at_s / FRAME_S)
        assert [what(event) for event in find_events(without(recorded, missing))] == [expected]


def test_a_face_that_is_lost_censors_what_was_open() -> None:
    gap = Span(onset_s=6.0, offset_s=8.0)
    (event,) = found(tonic_spasm(RIGHT, 5.0, duration_s=5.0), gaps=[gap], disturbance=NONE)[:1]
    assert event.censored
    assert event.side is RIGHT
    assert event.offset_s <= gap.onset_s


def test_what_goes_on_after_a_gap_is_censored_too() -> None:
    """Its beginning was not seen."""
    events = found(tonic_spasm(RIGHT, 5.0, duration_s=5.0), gaps=[Span(onset_s=6.0, offset_s=8.0)], disturbance=NONE)
    assert [event.censored for event in events] == [True, True]
    assert [event.side for event in events] == [RIGHT, RIGHT]
    assert events[1].onset_s >= 8.0


@pytest.mark.parametrize("gap", [Span(onset_s=a, offset_s=b) for a, b in [(0.0, 2.0), (5.2, 5.6), (5.05, 9.0), (4.0, 5.3), (10.0, 12.0)]])
@pytest.mark.parametrize("episode", [SPASM, blink(5.0), tonic_spasm(LEFT, 5.0), clonic_train(LEFT, 5.0)], ids=name_of)
def test_nothing_begins_peaks_or_ends_where_nothing_was_seen(episode: Episode, gap: Span) -> None:
    for event in found(episode, gaps=[gap]):
        for one in (event, *event.members):
            for moment_s in (one.onset_s, one.apex_s, one.offset_s):
                assert not gap.onset_s < moment_s < gap.offset_s - FRAME_S


def test_a_spasm_in_the_gap_is_not_known() -> None:
    assert found(SPASM, gaps=[Span(onset_s=4.5, offset_s=6.5)]) == ()


def test_a_lost_face_that_comes_back_at_rest_is_no_event() -> None:
    assert found(gaps=[Span(onset_s=a, offset_s=a + 0.7) for a in (1.0, 3.0, 5.0, 9.0)]) == ()


def test_what_is_open_at_the_end_is_censored() -> None:
    (event,) = found(tonic_spasm(RIGHT, 5.0, duration_s=10.0), seconds=8.0, disturbance=NONE)
    assert event.censored
    assert event.offset_s == pytest.approx(8.0, abs=2 * FRAME_S)


@pytest.mark.parametrize("frames", [0, 1, 2, 3])
def test_very_short_recordings_have_no_events(frames: int) -> None:
    recorded = signals(seconds=1.0)
    assert find_events(dropped(recorded, np.arange(30) >= frames)) == ()


def test_a_face_that_was_never_seen_has_no_events() -> None:
    recorded = signals(SPASM)
    assert find_events(without(recorded, np.ones(len(recorded), dtype=bool))) == ()


def test_a_missing_signal_is_named() -> None:
    recorded = signals(SPASM)
    with pytest.raises(KeyError, match="head_turn_deg"):
        find_events(Signals(time_s=recorded.time_s, values={name: recorded[name] for name in recorded if name != "head_turn_deg"}))


# Blinks, closures and narrowings on top of one another.


def lid(side: Side, onset_s: float, duration_s: float, amplitude: float, edge_s: float = 0.3) -> Episode:
    """An eyelid that closes this far, stays and opens."""
    move = Movement(
        what=MovementKind.LID_CLOSURE, side=side, onset_s=onset_s, rise_s=edge_s, hold_s=duration_s - 2 * edge_s, fall_s=edge_s, amplitude=amplitude
    )
    return Episode(name="lid", movements=(move,))


@pytest.mark.parametrize("side", [LEFT, RIGHT])
@pytest.mark.parametrize("depth", [0.35, 0.5, 0.7])
@pytest.mark.parametrize("blinks_s", [(5.5,), (4.2, 5.5, 6.8)])
def test_blinks_on_a_narrowed_eye_are_blinks_and_the_narrowing_stays_one(side: Side, depth: float, blinks_s: tuple[float, ...]) -> None:
    events = found(lid(side, 3.0, 5.0, depth), *(blink(at) for at in blinks_s))
    narrowing, *blinks = sorted(events, key=lambda event: event.kind is BLINK)
    assert [what(event)[:2] for event in (narrowing, *blinks)] == [(CONTRACTION, side), *[(BLINK, BOTH)] * len(blinks_s)]
    assert (narrowing.onset_s, narrowing.offset_s) == pytest.approx((3.0, 8.0), abs=0.15)
    assert narrowing.amplitude == pytest.approx(depth, abs=0.1)
    assert [event.onset_s for event in blinks] == pytest.approx(blinks_s, abs=0.1)


def test_winks_before_and_after_a_blink_stay_two() -> None:
    events = found(wink(LEFT, 4.0), blink(4.6), wink(LEFT, 5.2))
    assert [(event.kind, event.side) for event in events] == [(CONTRACTION, LEFT), (BLINK, BOTH), (CONTRACTION, LEFT)]


def test_a_blink_just_before_a_spasm_stays_apart() -> None:
    events = found(blink(4.4), SPASM)
    assert [(event.kind, event.side) for event in events] == [(BLINK, BOTH), (CONTRACTION, RIGHT)]


def test_closed_for_longer_than_half_a_second_is_no_blink() -> None:
    (short,), (long,) = found(lid(BOTH, 5.0, 0.5, 1.0, 0.1)), found(lid(BOTH, 5.0, 0.9, 1.0, 0.1))
    assert (short.kind, long.kind) == (BLINK, CONTRACTION)


def test_two_blinks_in_a_row_are_two() -> None:
    assert [event.kind for event in found(blink(5.0), blink(5.45))] == [BLINK, BLINK]


def test_a_flicker_of_the_lids_is_no_blink() -> None:
    assert found(partial_blink(5.0, amplitude=0.15)) == ()


@pytest.mark.parametrize("lag_s", [0.01, 0.02, 0.03])
def test_a_blink_of_which_one_lid_comes_a_little_later_is_one_blink(lag_s: float) -> None:
    """No eye is ever said to blink apart."""
    late = blink(5.0 + lag_s).movements[0]
    events = found(
        Episode(name="early", movements=(replace(late, side=LEFT, onset_s=5.0),)), Episode(name="late", movements=(replace(late, side=RIGHT),))
    )
    assert [(event.kind, event.side) for event in events] == [(BLINK, BOTH)]


def test_a_blink_of_which_one_lid_closes_less_is_one_blink() -> None:
    lids = [Episode(name="lid", movements=(replace(blink(5.0, amplitude=a).movements[0], side=side),)) for side, a in ((LEFT, 1.0), (RIGHT, 0.7))]
    assert [(event.kind, event.side) for event in found(*lids)] == [(BLINK, BOTH)]


def test_spasms_of_both_sides_in_turn_stay_apart() -> None:
    events = found(hemifacial_spasm(LEFT, 3.0), hemifacial_spasm(RIGHT, 6.0))
    assert [event.side for event in events] == [LEFT, RIGHT]


# Trains.


@pytest.mark.parametrize(("count", "patterns"), [(1, [BRIEF]), (2, [BRIEF, BRIEF]), (3, [CLONIC]), (8, [CLONIC])])
def test_three_brief_ones_in_a_row_are_a_train(count: int, patterns: list[Pattern]) -> None:
    events = found(clonic_train(RIGHT, 3.0, count=count))
    assert [event.pattern for event in events] == patterns


def test_a_train_has_its_members_in_order_within_it() -> None:
    (train,) = found(clonic_train(RIGHT, 3.0, count=6))
    assert len(train.members) == 6
    assert (train.onset_s, train.offset_s) == (train.members[0].onset_s, train.members[-1].offset_s)
    assert all(a.offset_s <= b.onset_s for a, b in zip(train.members, train.members[1:], strict=False))
    assert train.amplitude == max(member.amplitude for member in train.members)


def test_brief_ones_further_apart_are_no_train() -> None:
    events = found(*(hemifacial_spasm(RIGHT, at, duration_s=0.4) for at in (2.0, 4.0, 6.0)))
    assert [event.pattern for event in events] == [BRIEF] * 3


def test_brief_ones_of_changing_sides_are_no_train() -> None:
    events = found(*(hemifacial_spasm(side, at, duration_s=0.4) for at, side in ((2.0, LEFT), (2.8, RIGHT), (3.6, LEFT))))
    assert CLONIC not in [event.pattern for event in events]


def test_blinks_are_never_a_train() -> None:
    assert [event.kind for event in found(*(blink(2.0 + 0.6 * i) for i in range(5)))] == [BLINK] * 5


# Noise.


@pytest.mark.parametrize(("rate_hz", "seconds"), [(30.0, 900.0), (24.0, 600.0), (60.0, 300.0)])
def test_noise_of_a_good_recording_invents_nothing(rate_hz: float, seconds: float) -> None:
    """None in half an hour: at 95 % confidence fewer than one false event in 10 minutes (3 over 30 minutes, by the rule of three)."""
    assert find_events(signals(seconds=seconds, rate_hz=rate_hz, seed=int(rate_hz))) == ()


def test_twice_that_noise_invents_nothing_of_one_side() -> None:
    rough = Disturbance(closure=0.03, millimetre=0.24, degree=0.6)
    assert one_sided(find_events(signals(seconds=300.0, disturbance=rough, seed=9))) == []


def test_a_slow_narrowing_of_both_eyes_is_no_event() -> None:
    recorded = signals(seconds=60.0)
    slow = 0.25 * np.sin(np.pi * recorded.time_s / 60.0)
    narrowed = {name: np.clip(recorded[name] + slow, 0, 1) for name in ("eye_closure_left", "eye_closure_right")}
    assert find_events(changed(recorded, **narrowed)) == ()


# The stream.


def test_an_event_comes_out_as_soon_as_it_is_certain_not_at_the_end() -> None:
    recorded = signals(blink(2.0), seconds=20.0)
    detector = EventDetector()
    for i, time_s in enumerate(recorded.time_s):
        if detector.update(float(time_s), {name: float(recorded[name][i]) for name in WATCHED_SIGNALS}):
            assert time_s < 4.5
            break
    else:
        pytest.fail("the blink came out at the end only")


def test_live_equals_batch_for_the_demo() -> None:
    script = demo_script(60.0)
    recorded = signals(*script.episodes, seconds=60.0, gaps=[Span(onset_s=26.0, offset_s=28.0)])
    assert tuple(live(recorded)) == find_events(recorded)


def test_memory_of_the_stream_does_not_grow() -> None:
    """A still face leaves nothing behind that waits for the end."""
    recorded = signals(*(blink(at) for at in np.arange(1.0, 119.0, 2.5)), seconds=120.0)
    detector = EventDetector()
    sizes = []
    for i, time_s in enumerate(recorded.time_s):
        detector.update(float(time_s), {name: float(recorded[name][i]) for name in WATCHED_SIGNALS})
        composer = detector._composer  # noqa: SLF001 - what waits is nobody else's business
        sizes.append(len(composer._found) + len(composer._waiting))  # noqa: SLF001
    assert max(sizes[len(sizes) // 2 :]) <= max(sizes[: len(sizes) // 2]) + 2


def test_a_script_without_movement_has_no_events() -> None:
    assert Script(duration_s=12.0).events() == found(disturbance=NONE) == ()
