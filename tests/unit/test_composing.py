"""Which excursions are one event, on which side it is, and what it is called: by hand, without signals."""

import pytest

from spasmograph.measure.composing import Composer, Found, balance, compose, overlap_s
from spasmograph.measure.excursions import Excursion
from spasmograph.model import Event
from spasmograph.parameters import load_parameters
from spasmograph.terms import EventKind, Pattern, Region, Side, Task

RULES = load_parameters()
LID, BROW, CHEEK, MOUTH = Region.EYELID, Region.BROW, Region.CHEEK, Region.MOUTH
LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BOTH
BLINK, CONTRACTION = EventKind.BLINK, EventKind.CONTRACTION


def excursion(
    region: Region,
    side: Side,
    onset_s: float,
    offset_s: float,
    peak: float,
    *,
    pair: tuple[float, float] | None = None,
    closed_s: float = 0.0,
    gaze_mm: float = 0.0,
    censored: bool = False,
    sustained: bool = False,
) -> Found:
    """An excursion that one side made alone or both made alike, unless told what left and right reached."""
    left, right = pair or (peak if side is not RIGHT else 0.0, peak if side is not LEFT else 0.0)
    apex_s = (onset_s + offset_s) / 2
    moved = Excursion(onset_s=onset_s, apex_s=apex_s, offset_s=offset_s, peak=peak, rest=0.0, top=peak, censored=censored)
    return Found(region=region, side=side, excursion=moved, left=left, right=right, closed_s=closed_s, gaze_mm=gaze_mm, sustained=sustained)


def blink(onset_s: float, offset_s: float | None = None, *, closed_s: float = 0.1, peak: float = 1.0) -> Found:
    return excursion(LID, BOTH, onset_s, onset_s + 0.3 if offset_s is None else offset_s, peak, closed_s=closed_s)


def closure(onset_s: float, offset_s: float, **seen: float) -> list[Found]:
    """Both eyes shut for long, as both lid channels see it."""
    closed_s = seen.get("closed_s", offset_s - onset_s - 0.1)
    return [excursion(LID, BOTH, onset_s, offset_s, 1.0, closed_s=closed_s, sustained=sustained) for sustained in (False, True)]


def events(*cluster: Found, task: Task = Task.NONE) -> list[Event]:
    return sorted(compose(cluster, RULES, task), key=lambda event: event.onset_s)


def names(*cluster: Found) -> list[tuple[EventKind, Side, tuple[Region, ...]]]:
    return [(event.kind, event.side, event.regions) for event in events(*cluster)]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(1.0, 1.0, 1.0), (1.0, 0.5, 0.5), (0.5, 1.0, 0.5), (-1.0, -0.5, 0.5), (1.0, 0.0, 0.0), (1.0, -1.0, 0.0), (0.0, 0.0, 1.0)],
)
def test_balance_is_the_weaker_over_the_stronger(left: float, right: float, expected: float) -> None:
    assert balance(left, right) == expected


@pytest.mark.parametrize(("a", "b", "seconds"), [((0, 2), (1, 3), 1.0), ((0, 1), (2, 3), -1.0), ((0, 4), (1, 2), 1.0), ((0, 1), (1, 2), 0.0)])
def test_overlap_is_what_two_have_in_common(a: tuple[float, float], b: tuple[float, float], seconds: float) -> None:
    one, other = (excursion(LID, LEFT, *span, 1.0) for span in (a, b))
    assert overlap_s(one, other) == overlap_s(other, one) == seconds


def test_both_lids_shortly_shut_are_a_blink() -> None:
    (event,) = events(blink(1.0), task=Task.REST)
    assert (event.kind, event.side, event.regions, event.pattern) == (BLINK, BOTH, (LID,), Pattern.BRIEF)
    assert (event.onset_s, event.apex_s, event.offset_s) == (1.0, 1.15, 1.3)
    assert (event.task, event.amplitude, event.amplitude_unit, event.symmetry) == (Task.REST, 1.0, "closure", 1.0)


def test_both_lids_shut_for_longer_are_a_contraction() -> None:
    assert names(*closure(1.0, 3.0)) == [(CONTRACTION, BOTH, (LID,))]


@pytest.mark.parametrize(("closed_s", "kind"), [(0.1, BLINK), (0.49, BLINK), (0.51, CONTRACTION)])
def test_half_a_second_shut_is_the_border(closed_s: float, kind: EventKind) -> None:
    assert [event.kind for event in events(*closure(1.0, 1.9, closed_s=closed_s))] == [kind]


def test_a_closure_too_shallow_for_a_blink_is_nothing() -> None:
    assert events(blink(1.0, peak=0.9 * RULES["blink_least"])) == []


@pytest.mark.parametrize("closed", [0.3, 0.5, 0.7])
def test_lids_that_follow_the_eyes_down_are_nothing(closed: float) -> None:
    assert events(excursion(LID, BOTH, 1.0, 3.0, closed, gaze_mm=4.0)) == []


def test_eyes_that_shut_are_a_closure_wherever_they_look() -> None:
    shut = [excursion(LID, BOTH, 1.0, 3.0, 1.0, gaze_mm=4.0, closed_s=1.8, sustained=sustained) for sustained in (False, True)]
    assert names(*shut) == [(CONTRACTION, BOTH, (LID,))]


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_one_lid_is_of_its_side(side: Side) -> None:
    assert names(excursion(LID, side, 1.0, 1.5, 0.8)) == [(CONTRACTION, side, (LID,))]


def test_a_wink_seen_by_the_channel_of_both_lids_too_stays_a_wink() -> None:
    """The mean of both lids rises by half when one closes; it is no closure of both."""
    wink = excursion(LID, LEFT, 1.0, 1.5, 0.9)
    mean = excursion(LID, BOTH, 1.0, 1.5, 0.45, pair=(0.9, 0.0))
    assert names(wink, mean) == [(CONTRACTION, LEFT, (LID,))]


def test_one_lid_more_within_a_blink_is_part_of_the_blink() -> None:
    uneven = excursion(LID, LEFT, 1.02, 1.32, 0.4)
    assert names(blink(1.0), uneven) == [(BLINK, BOTH, (LID,))]


def test_regions_of_one_side_at_one_time_are_one_event() -> None:
    spasm = [excursion(LID, RIGHT, 1.0, 2.0, 0.8), excursion(CHEEK, RIGHT, 1.05, 2.0, 3.0), excursion(MOUTH, RIGHT, 1.1, 2.1, 6.0)]
    (event,) = events(*spasm)
    assert (event.side, event.regions) == (RIGHT, (LID, CHEEK, MOUTH))
    assert (event.onset_s, event.apex_s, event.offset_s) == (1.0, 1.5, 2.1), "the whole stretch, with the eyelid's apex"
    assert event.peaks == {"eyelid_right": 0.8, "cheek_right_mm": 3.0, "mouth_right_mm": 6.0}
    assert event.pattern is Pattern.TONIC


def test_regions_one_after_the_other_are_two_events() -> None:
    assert len(events(excursion(LID, RIGHT, 1.0, 2.0, 0.8), excursion(MOUTH, RIGHT, 1.9, 3.0, 8.0))) == 2


def test_the_two_sides_are_two_events() -> None:
    assert names(excursion(LID, LEFT, 1.0, 1.6, 0.8), excursion(MOUTH, RIGHT, 1.1, 1.7, 8.0)) == [
        (CONTRACTION, LEFT, (LID,)),
        (CONTRACTION, RIGHT, (MOUTH,)),
    ]


@pytest.mark.parametrize("region", [MOUTH, BROW, CHEEK])
def test_a_weak_movement_joins_but_is_nothing_by_itself(region: Region) -> None:
    weak = excursion(region, RIGHT, 1.0, 2.0, (RULES[f"{region}_on"] + RULES[f"{region}_alone"]) / 2)
    assert events(weak) == []
    assert set(events(weak, excursion(LID, RIGHT, 1.0, 2.0, 0.8))[0].regions) == {LID, region}


def test_a_weak_eyelid_and_a_weak_mouth_of_one_side_are_enough_together() -> None:
    lid = excursion(LID, RIGHT, 1.0, 2.0, 0.8 * RULES["eyelid_alone"])
    mouth = excursion(MOUTH, RIGHT, 1.0, 2.0, 0.8 * RULES["mouth_alone"])
    assert events(lid) == events(mouth) == []
    assert names(lid, mouth) == [(CONTRACTION, RIGHT, (LID, MOUTH))]


def test_one_lid_for_a_moment_has_to_close_further() -> None:
    peak = (RULES["eyelid_alone"] + RULES["brief_lid_least"]) / 2
    assert len(events(excursion(LID, LEFT, 1.0, 1.0 + 0.5 * RULES["brief_lid_s"], peak))) == 0
    assert len(events(excursion(LID, LEFT, 1.0, 1.0 + 3.0 * RULES["brief_lid_s"], peak))) == 1


def test_a_smile_that_narrows_one_eye_more_is_a_smile() -> None:
    smile = excursion(MOUTH, BOTH, 1.0, 4.0, 8.0)
    eye = excursion(LID, LEFT, 1.5, 3.5, 0.8 * RULES["smile_lid_most"])
    assert names(smile, eye) == [(CONTRACTION, BOTH, (MOUTH,))]


def test_a_wink_within_a_smile_is_a_wink() -> None:
    smile = excursion(MOUTH, BOTH, 1.0, 4.0, 8.0)
    assert (CONTRACTION, LEFT, (LID,)) in names(smile, excursion(LID, LEFT, 1.5, 3.5, 0.95))


def test_the_corner_that_leads_a_smile_for_a_moment_is_the_smile() -> None:
    """In a turned head one side is seen to move first."""
    smile = excursion(MOUTH, BOTH, 1.05, 4.0, 8.0)
    assert names(smile, excursion(MOUTH, LEFT, 1.0, 1.2, 6.0)) == [(CONTRACTION, BOTH, (MOUTH,))]
    assert (CONTRACTION, LEFT, (MOUTH,)) in names(smile, excursion(MOUTH, LEFT, 1.0, 1.5, 6.0)), "a pull of half a second is one"


# In a turned head the lids seem to sink unequally with the eyes.


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_lids_that_follow_the_eyes_down_unequally_are_nothing(side: Side) -> None:
    assert events(excursion(LID, side, 1.0, 1.8, 0.4, pair=(0.4, 0.15), gaze_mm=0.8)) == []


@pytest.mark.parametrize(
    ("pair", "gaze_mm", "why"),
    [((0.4, 0.02), 0.8, "the other lid stays"), ((0.4, 0.15), 0.3, "the eyes look ahead"), ((0.9, 0.15), 2.0, "no gaze takes a lid so far")],
)
def test_one_lid_that_closes_by_itself_is_an_event(pair: tuple[float, float], gaze_mm: float, why: str) -> None:
    assert names(excursion(LID, LEFT, 1.0, 1.8, pair[0], pair=pair, gaze_mm=gaze_mm)) == [(CONTRACTION, LEFT, (LID,))], why


def test_a_narrowing_on_which_one_blinks_is_one() -> None:
    parts = [excursion(LID, LEFT, 1.0, 3.02, 0.5), blink(3.0, 3.3), excursion(LID, LEFT, 3.29, 6.0, 0.6)]
    narrowing, blinked = events(*parts)
    assert (narrowing.kind, narrowing.side, narrowing.onset_s, narrowing.offset_s) == (CONTRACTION, LEFT, 1.0, 6.0)
    assert narrowing.amplitude == 0.6
    assert blinked.kind is BLINK


def test_any_censored_part_censors_the_whole() -> None:
    assert events(excursion(LID, RIGHT, 1.0, 2.0, 0.8), excursion(MOUTH, RIGHT, 1.0, 2.0, 8.0, censored=True))[0].censored


def test_two_signs_are_surer_than_one() -> None:
    lid, mouth = excursion(LID, RIGHT, 1.0, 2.0, 0.4), excursion(MOUTH, RIGHT, 1.0, 2.0, 6.0)
    (alone,), (both,) = events(lid), events(lid, mouth)
    assert 0.5 <= alone.confidence < both.confidence < 1


# Trains and what has to wait.


def wink(onset_s: float, side: Side = LEFT, duration_s: float = 0.3) -> Found:
    return excursion(LID, side, onset_s, onset_s + duration_s, 0.8)


def composed(*found: Found) -> list[Event]:
    composer = Composer(RULES, Task.NONE)
    for one in found:
        composer.add(one)
    return composer.ready(float("inf"))


@pytest.mark.parametrize(("gap_s", "patterns"), [(0.5, [Pattern.CLONIC]), (0.95, [Pattern.CLONIC]), (1.05, [Pattern.BRIEF] * 3)])
def test_three_less_than_a_second_apart_are_a_train(gap_s: float, patterns: list[Pattern]) -> None:
    assert [event.pattern for event in composed(*(wink(1.0 + i * (0.3 + gap_s)) for i in range(3)))] == patterns


def test_two_are_no_train() -> None:
    assert [event.pattern for event in composed(wink(1.0), wink(1.6))] == [Pattern.BRIEF] * 2


def test_a_tonic_one_between_ends_the_train() -> None:
    patterns = [event.pattern for event in composed(wink(1.0), wink(1.6), wink(2.2, duration_s=1.5), wink(4.0), wink(4.6))]
    assert patterns == [Pattern.BRIEF, Pattern.BRIEF, Pattern.TONIC, Pattern.BRIEF, Pattern.BRIEF]


def test_trains_of_both_sides_run_beside_each_other() -> None:
    found = [wink(1.0 + 0.7 * i, LEFT) for i in range(3)] + [wink(1.35 + 0.7 * i, RIGHT) for i in range(3)]
    assert sorted((event.side, event.pattern, len(event.members)) for event in composed(*found)) == [(s, Pattern.CLONIC, 3) for s in (LEFT, RIGHT)]


def test_other_regions_are_no_train_together() -> None:
    found = [wink(1.0), excursion(MOUTH, LEFT, 1.6, 1.9, 9.0), wink(2.2)]
    assert Pattern.CLONIC not in [event.pattern for event in composed(*found)]


def test_an_event_waits_for_what_is_open_and_may_belong_to_it() -> None:
    composer = Composer(RULES, Task.NONE)
    composer.add(excursion(LID, RIGHT, 1.0, 2.0, 0.8))
    assert composer.ready(1.5) == []
    composer.add(excursion(MOUTH, RIGHT, 1.5, 2.2, 8.0))
    assert composer.ready(2.1) == []
    (event,) = composer.ready(2.0 + 10.0)
    assert event.regions == (LID, MOUTH)
    assert composer.ready(float("inf")) == [], "nothing comes out twice"
