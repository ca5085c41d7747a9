"""Each way in which a frame can fail, by itself and in words; verdicts, refusals, and time that adds up."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import ArrayLike

from spasmograph.errors import NoFaceError, UnmeasuredError
from spasmograph.measure.following import other_person
from spasmograph.measure.quality import assess_quality, covered, masked, measured_frames, spans_of, unmeasured_frames
from spasmograph.model import Quality, Signals
from spasmograph.parameters import load_parameters, skin_points
from spasmograph.terms import Reason, Verdict
from tests.worlds import Array, bump, clock, hidden, raw_geometry

RULES = load_parameters()
MINUTE = clock(60.0)
BAD = bump(MINUTE, 20.0, 30.0) > 0

# What is wrong for ten seconds of a minute, and what a person is told to do about it.
FAULTS: list[tuple[Reason, dict[str, float], str]] = [
    (Reason.OUT_OF_PICTURE, {"outside": 0.2}, "stay in the picture: part of your face"),
    (Reason.SEVERAL_FACES, {"other_person": 1.0}, "be alone in the picture"),
    (Reason.FACE_TOO_SMALL, {"scale_px": 40.0}, "move closer: your face is 62 pixels wide, 150 are needed"),
    (Reason.TURNED_TOO_FAR, {"head_yaw_deg": 41.0}, "look at the camera: your head is turned 41° to the side"),
    (Reason.TURNED_TOO_FAR, {"head_yaw_deg": -41.0}, "look at the camera: your head is turned 41° to the side"),
    (Reason.TURNED_TOO_FAR, {"head_pitch_deg": -38.0}, "hold the camera at eye level: your head is tilted 38°"),
    (Reason.TOO_DARK, {"brightness": 0.03}, "more light is needed on your face"),
    (Reason.TOO_BRIGHT, {"brightness": 0.98}, "too much light on your face"),
    (Reason.BLURRED, {"sharpness": 0.005}, "the picture is blurred"),
    (Reason.OCCLUDED, {"residual": 0.3}, "keep hands and hair away from your face"),
    (Reason.OCCLUDED, {"covered": 1.0}, "keep hands and hair away from your face"),
]


def faulty(fault: dict[str, float], where: ArrayLike | None = None) -> Signals:
    """A good minute with something wrong in a part of it."""
    good = raw_geometry(MINUTE)
    part = BAD if where is None else where
    return raw_geometry(MINUTE, **{name: np.where(part, value, good[name]) for name, value in fault.items()})


def assessed(raw: Signals, *, rate_hz: float = 30.0, end_s: float | None = None) -> Quality:
    """The quality of raw geometry."""
    last_s = float(raw.time_s[-1]) + 1 / rate_hz if end_s is None else end_s
    return assess_quality(raw, unmeasured_frames(raw, RULES), frame_rate_hz=rate_hz, end_s=last_s, parameters=RULES)


def test_a_good_minute_is_good() -> None:
    quality = assessed(raw_geometry(MINUTE))
    assert quality.verdict is Verdict.GOOD
    assert (quality.reasons, quality.notes) == ((), ())
    assert (quality.observed_s, quality.duration_s) == pytest.approx((60.0, 60.0))


@pytest.mark.parametrize(("reason", "fault", "words"), FAULTS)
def test_each_fault_has_its_seconds_its_place_and_its_words(reason: Reason, fault: dict[str, float], words: str) -> None:
    (told,) = assessed(faulty(fault)).reasons
    assert told.code is reason
    assert told.seconds == pytest.approx(10.0)
    assert [(span.onset_s, span.offset_s) for span in told.spans] == [pytest.approx((20.0, 30.0))]
    assert told.message.startswith(words) or words in told.message


@pytest.mark.parametrize(("reason", "fault", "words"), FAULTS)
def test_what_was_seen_and_what_was_not_make_the_whole(reason: Reason, fault: dict[str, float], words: str) -> None:
    del words
    quality = assessed(faulty(fault))
    assert quality.observed_s + sum(told.seconds for told in quality.reasons) == pytest.approx(quality.duration_s)
    assert {told.code for told in quality.reasons} == {reason}


def test_a_lost_face_is_told_where_it_was_lost() -> None:
    (told,) = assessed(hidden(raw_geometry(MINUTE), BAD)).reasons
    assert told.code is Reason.NO_FACE
    assert told.seconds == pytest.approx(10.0)
    assert told.message == "stay in the picture: no face was seen"


def test_a_frame_has_one_reason_the_first() -> None:
    """Far away and dark: moving closer comes first; nobody is told twice about one second."""
    raw = faulty({"scale_px": 40.0, "brightness": 0.03})
    assert set(unmeasured_frames(raw, RULES)[BAD]) == {Reason.FACE_TOO_SMALL}
    quality = assessed(raw)
    assert quality.observed_s + sum(told.seconds for told in quality.reasons) == pytest.approx(60.0)


def test_several_faults_one_after_the_other_are_told_one_by_one() -> None:
    raw = raw_geometry(MINUTE, head_yaw_deg=bump(MINUTE, 5.0, 8.0, 45.0), brightness=0.5 - bump(MINUTE, 40.0, 42.0, 0.48))
    quality = assessed(raw)
    assert [(told.code, round(told.seconds, 2)) for told in quality.reasons] == [(Reason.TURNED_TOO_FAR, 3.0), (Reason.TOO_DARK, 2.0)]
    assert [(round(span.onset_s, 2), round(span.offset_s, 2)) for span in quality.observed] == [(0.0, 5.0), (8.0, 40.0), (42.0, 60.0)]


def test_at_the_bound_itself_it_is_measured() -> None:
    raw = raw_geometry(MINUTE, head_yaw_deg=RULES["yaw_most_deg"], brightness=RULES["brightness_least"], residual=RULES["residual_most"],
                       sharpness=RULES["sharpness_least"], outside=RULES["outside_most"])  # fmt: skip
    assert measured_frames(unmeasured_frames(raw, RULES)).all()


# Verdicts.


@pytest.mark.parametrize(("away_s", "verdict"), [(1.0, Verdict.GOOD), (10.0, Verdict.GOOD), (20.0, Verdict.LIMITED), (40.0, Verdict.LIMITED)])
def test_the_share_that_was_seen_decides(away_s: float, verdict: Verdict) -> None:
    assert assessed(hidden(raw_geometry(MINUTE), bump(MINUTE, 0.0, away_s) > 0)).verdict is verdict


def test_a_short_recording_is_limited_and_says_so() -> None:
    quality = assessed(raw_geometry(clock(8.0)))
    assert quality.verdict is Verdict.LIMITED
    assert "only 8.0 s could be measured" in quality.notes[0]


@pytest.mark.parametrize("rate_hz", [10.0, 15.0, 20.0])
def test_below_24_frames_a_second_events_are_only_counted(rate_hz: float) -> None:
    quality = assessed(raw_geometry(clock(60.0, rate_hz)), rate_hz=rate_hz)
    assert quality.verdict is Verdict.COUNTS_ONLY
    (told,) = quality.reasons
    assert (told.code, told.seconds, told.spans) == (Reason.FEW_FRAMES, 0.0, ())
    assert f"it took {rate_hz:.1f}" in told.message
    assert quality.observed_s == pytest.approx(60.0), "few frames are no unseen time"


@pytest.mark.parametrize("rate_hz", [23.976, 24.0, 25.0, 29.97, 60.0, 240.0])
def test_the_frame_rates_of_cameras_are_enough(rate_hz: float) -> None:
    assert assessed(raw_geometry(clock(60.0, rate_hz)), rate_hz=rate_hz).verdict is Verdict.GOOD


def test_a_rather_small_face_is_measured_with_a_hint() -> None:
    quality = assessed(raw_geometry(MINUTE, scale_px=80.0))
    assert quality.verdict is Verdict.LIMITED
    (told,) = quality.reasons
    assert told.code is Reason.FACE_TOO_SMALL
    assert told.message == "move closer: your face is 124 pixels wide, 150 are needed for a reliable strength"
    assert quality.observed_s == pytest.approx(60.0)


def test_somebody_else_in_the_picture_is_a_hint_and_no_lost_time() -> None:
    quality = assessed(raw_geometry(MINUTE, other_faces=1.0))
    assert quality.verdict is Verdict.LIMITED
    assert [told.code for told in quality.reasons] == [Reason.SEVERAL_FACES]
    assert quality.observed_s == pytest.approx(60.0)


def test_somebody_who_walks_by_is_not_worth_a_word() -> None:
    assert assessed(raw_geometry(MINUTE, other_faces=bump(MINUTE, 10.0, 12.0))).reasons == ()


# Refusals.


def test_no_face_at_all_is_refused() -> None:
    raw = hidden(raw_geometry(MINUTE), np.ones(len(MINUTE), dtype=bool))
    with pytest.raises(NoFaceError, match="no face was found; film one face from the front"):
        assessed(raw)


def test_a_face_that_shows_for_a_moment_is_refused() -> None:
    with pytest.raises(NoFaceError, match="no face was found"):
        assessed(hidden(raw_geometry(MINUTE), bump(MINUTE, 1.0, 60.0) > 0))


@pytest.mark.parametrize(("reason", "fault", "words"), FAULTS)
def test_a_minute_of_nothing_else_is_refused_with_what_to_do(reason: Reason, fault: dict[str, float], words: str) -> None:
    del reason
    with pytest.raises(UnmeasuredError, match=r"only 0.0 of 60.0 s could be measured") as refused:
        assessed(faulty(fault, np.ones(len(MINUTE), dtype=bool)))
    assert words in str(refused.value)
    assert not isinstance(refused.value, NoFaceError)


def test_the_main_reason_is_the_one_that_took_most_time() -> None:
    raw = raw_geometry(MINUTE, head_yaw_deg=bump(MINUTE, 0.0, 20.0, 45.0), brightness=0.5 - bump(MINUTE, 20.0, 60.0, 0.48))
    with pytest.raises(UnmeasuredError, match="more light is needed"):
        assessed(raw)


def test_no_frame_at_all_is_refused() -> None:
    with pytest.raises(UnmeasuredError, match=r"only 0.0 of 0.0 s could be measured"):
        assess_quality(raw_geometry(np.empty(0)), np.empty(0, dtype=object), frame_rate_hz=30.0, end_s=0.0, parameters=RULES)


# Spans.


def spans(time_s: Array, wanted: list[int], *, bridge_s: float = 0.15, end_s: float = 1.0) -> list[tuple[float, float]]:
    found = spans_of(time_s, np.asarray(wanted, dtype=bool), bridge_s=bridge_s, end_s=end_s)
    return [(round(span.onset_s, 6), round(span.offset_s, 6)) for span in found]


def test_each_frame_lasts_until_the_next() -> None:
    tenths = np.arange(10) / 10
    assert spans(tenths, [1, 1, 1, 0, 0, 1, 0, 0, 1, 1]) == [(0.0, 0.3), (0.5, 0.6), (0.8, 1.0)]
    assert spans(tenths, [0] * 10) == []
    assert spans(tenths, [1] * 10) == [(0.0, 1.0)]


def test_a_frame_lasts_no_longer_than_the_bridge() -> None:
    jumping = np.array([0.0, 0.1, 0.2, 2.0, 2.1])
    assert spans(jumping, [1] * 5, end_s=9.0) == [(0.0, 0.35), (2.0, 2.25)]


def test_frames_on_both_sides_of_a_jump_do_not_join() -> None:
    assert len(spans(np.array([0.0, 5.0]), [1, 1], end_s=5.1)) == 2


def test_one_frame_lasts_until_the_end() -> None:
    assert spans(np.array([0.0]), [1], end_s=0.05) == [(0.0, 0.05)]


@pytest.mark.parametrize("seed", range(5))
def test_spans_of_what_was_seen_and_of_what_was_not_fill_the_time(seed: int) -> None:
    random = np.random.default_rng(seed)
    time_s = np.cumsum(random.uniform(0.01, 0.05, 300))
    wanted = random.random(300) < 0.5
    end_s = float(time_s[-1]) + 0.03
    both = [span for part in (wanted, ~wanted) for span in spans_of(time_s, part, bridge_s=0.1, end_s=end_s)]
    assert sum(span.duration_s for span in both) == pytest.approx(end_s - time_s[0])
    ordered = sorted(both, key=lambda span: span.onset_s)
    assert all(a.offset_s <= b.onset_s for a, b in pairwise(ordered))


def test_time_that_the_file_skips_is_not_observed() -> None:
    time_s = np.concatenate([clock(20.0), clock(20.0) + 40.0])
    quality = assessed(raw_geometry(time_s))
    (told,) = quality.reasons
    assert told.code is Reason.TIME_JUMP
    assert told.seconds == pytest.approx(20.0, abs=0.2)
    assert [(span.onset_s, span.offset_s) for span in told.spans] == [pytest.approx((20.0, 40.0), abs=0.2)]
    assert quality.observed_s + told.seconds == pytest.approx(quality.duration_s) == pytest.approx(60.0)


def test_a_dropped_frame_is_no_jump() -> None:
    assert assessed(raw_geometry(np.delete(MINUTE, [300, 301, 900]))).reasons == ()


def test_masked_frames_are_nan_in_every_signal() -> None:
    raw = masked(raw_geometry(MINUTE), ~BAD)
    assert all(np.array_equal(np.isnan(raw[name]), BAD) for name in raw)


# Something over the face.

SKIN = skin_points()
LEFT_CHEEK = np.array([point.side == "left" and not point.moves for point in SKIN])
LEFT_FOLD = np.array([point.side == "left" and point.moves for point in SKIN])
SIDES = ("right", "left")


def skin(where: ArrayLike, *, points: ArrayLike | None = None, edges: float = 0.0, colour: float = 0.0, light: float = 0.0) -> Array:
    """A bare face (n, p + 2, 3); some of its points of skin, by default a third of them, look other than usual in a part of the film."""
    appearance = np.random.default_rng(1).normal([0.05, 0.0, 0.0], 0.003, (len(MINUTE), len(SKIN) + 2, 3))
    appearance[:, len(SKIN) :, 2] -= 0.4
    touched = np.arange(len(SKIN)) % 3 == 0 if points is None else np.asarray(points)
    appearance[:, : len(SKIN)] += np.asarray(where, np.float64)[:, None, None] * touched[:, None] * np.array([edges, colour, light])
    return np.asarray(appearance)


def with_eye(appearance: Array, side: str, where: ArrayLike, light: float) -> Array:
    """The same with another light of one eye in a part of the film."""
    changed = appearance.copy()
    changed[:, len(SKIN) + SIDES.index(side), 2] += light * np.asarray(where, np.float64)
    return changed


def covered_s(appearance: Array, **moved: Array | float) -> float:
    """Seconds that count as covered."""
    return float(covered(appearance, raw_geometry(MINUTE, **moved), RULES)["covered"].sum()) / 30


HAND = {"edges": 0.1, "colour": 0.15, "light": -0.3}
LONGEST_S = 10.0 + 2.5 * RULES["cover_window_s"]


def test_bare_skin_is_not_covered() -> None:
    assert covered_s(skin(np.zeros(len(MINUTE)))) == 0


@pytest.mark.parametrize("change", [HAND, {"edges": 0.1}, {"colour": 0.15}, {"colour": -0.15}])
def test_a_hand_over_the_face_covers_it_for_as_long_as_it_is_there(change: dict[str, float]) -> None:
    assert 10.0 <= covered_s(skin(BAD, **change)) <= LONGEST_S


def test_fewer_edges_than_usual_cover_nothing() -> None:
    """A face that goes out of focus is not covered."""
    assert covered_s(skin(BAD, edges=-0.05)) == 0


@pytest.mark.parametrize("light", [-0.4, 0.4])
def test_light_from_one_side_covers_nothing(light: float) -> None:
    assert covered_s(skin(BAD, light=light)) == 0


def test_a_few_points_are_a_wrinkle() -> None:
    assert covered_s(skin(BAD, points=np.arange(len(SKIN)) < 0.1 * len(SKIN), **HAND)) == 0


def test_a_hand_on_one_cheek_is_seen_though_most_of_the_face_is_bare() -> None:
    assert LEFT_CHEEK.mean() < RULES["cover_share"]
    assert covered_s(skin(BAD, points=LEFT_CHEEK, **HAND)) >= 10.0


@pytest.mark.parametrize("points", [LEFT_CHEEK, LEFT_FOLD, LEFT_CHEEK | LEFT_FOLD])
def test_a_cheek_folds_and_shines_when_its_corner_of_the_mouth_is_drawn_outwards(points: Array) -> None:
    """This is a contraction, and nothing over the face."""
    corner = raw_geometry(MINUTE)["corner_x_left"] + 0.08 * BAD
    assert covered_s(skin(BAD, points=points, **HAND), corner_x_left=corner) == 0


def test_a_hand_on_the_other_side_is_seen_while_a_corner_of_the_mouth_is_drawn_outwards() -> None:
    corner = raw_geometry(MINUTE)["corner_x_right"] + 0.08 * BAD
    assert covered_s(skin(BAD, points=LEFT_CHEEK, **HAND), corner_x_right=corner) >= 10.0


@pytest.mark.parametrize(("share", "covers"), [(0.9, False), (1.2, True)])
def test_skin_that_moves_with_the_mouth_may_change_the_more(share: float, *, covers: bool) -> None:
    moving = np.array([point.moves for point in SKIN])
    colour = share * RULES["cover_moving"] * RULES["cover_colour"]
    assert (covered_s(skin(BAD, points=moving, colour=colour)) >= 10.0) == covers


def test_one_frame_is_no_hand() -> None:
    assert covered_s(skin(np.arange(len(MINUTE)) == 900, **HAND)) == 0


def test_the_ends_of_a_film_are_no_easier() -> None:
    """A flash at the beginning is as short as one in the middle."""
    assert covered_s(skin(np.arange(len(MINUTE)) < 6, **HAND)) == 0
    assert covered_s(skin(np.arange(len(MINUTE)) < 60, **HAND)) >= 2.0


def test_a_hand_that_lets_the_face_show_for_a_moment_covers_it_all_the_while() -> None:
    shown = (MINUTE > 24.0) & (MINUTE < 26.3)
    gone = (MINUTE > 21.5) & (MINUTE < 28.5)
    assert covered_s(skin(BAD & ~shown, **HAND)) == covered_s(skin(BAD, **HAND))
    assert covered_s(skin(BAD & ~gone, **HAND)) < covered_s(skin(BAD, **HAND)) - 3.0


def test_a_turned_head_may_look_the_more_unlike_itself() -> None:
    little = {"colour": 1.3 * RULES["cover_colour"]}
    assert covered_s(skin(BAD, **little)) >= 10.0
    assert covered_s(skin(BAD, **little), head_yaw_deg=np.where(BAD, 24.0, 0.0)) == 0


def test_the_noise_of_a_dark_film_is_no_covering_and_a_hand_in_it_is_one() -> None:
    """Half of all looks at a point would be beyond the bounds of a quiet film."""
    noise = np.random.default_rng(2).normal(0, 1.5 * RULES["cover_colour"], (len(MINUTE), len(SKIN) + 2))
    dark, hand = skin(np.zeros(len(MINUTE))), skin(BAD, colour=10 * RULES["cover_colour"])
    for appearance in (dark, hand):
        appearance[..., 1] += noise
    assert covered_s(dark) == 0
    assert 10.0 <= covered_s(hand) <= LONGEST_S


def test_points_that_are_not_seen_say_nothing() -> None:
    """Half of the skin lies beyond the outline of a turned face; a hand on the rest is seen."""
    bare, touched = skin(np.zeros(len(MINUTE))), skin(BAD, **HAND)
    for appearance in (bare, touched):
        appearance[:, 1 : len(SKIN) : 2] = np.nan
    assert covered_s(bare) == 0
    assert covered_s(touched) >= 10.0


def test_a_face_that_was_never_seen_is_not_covered() -> None:
    raw = hidden(raw_geometry(MINUTE), np.ones(len(MINUTE), dtype=bool))
    assert not covered(np.full((len(MINUTE), len(SKIN) + 2, 3), np.nan), raw, RULES)["covered"].any()


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("light", [-0.4, 0.4])
def test_an_eye_that_is_read_as_open_where_none_is_seen_is_covered(side: str, light: float) -> None:
    assert 10.0 <= covered_s(with_eye(skin(np.zeros(len(MINUTE))), side, BAD, light)) <= LONGEST_S


def test_light_that_changes_in_both_eyes_covers_none() -> None:
    bare = skin(np.zeros(len(MINUTE)))
    assert covered_s(with_eye(with_eye(bare, "left", BAD, 0.4), "right", BAD, 0.4)) == 0


def test_an_eye_that_is_read_as_closed_may_look_closed_but_not_like_a_window() -> None:
    gap = np.where(BAD, 0.02, raw_geometry(MINUTE)["lid_gap_left"])
    bare = skin(np.zeros(len(MINUTE)))
    assert covered_s(with_eye(bare, "left", BAD, 0.4), lid_gap_left=gap) == 0
    assert covered_s(with_eye(bare, "left", BAD, 0.7), lid_gap_left=gap) >= 10.0


@pytest.mark.parametrize(("points", "covers"), [(LEFT_CHEEK & (np.cumsum(LEFT_CHEEK) <= 3), True), (LEFT_FOLD, False)])
def test_a_weaker_sign_in_the_eye_needs_one_in_the_skin_around(points: Array, *, covers: bool) -> None:
    """Without it, it is the gaze."""
    touched = skin(BAD, points=points, colour=1.5 * RULES["cover_colour"])
    light = 0.5 * (RULES["cover_eye_light_near"] + RULES["cover_eye_light"])
    assert covered_s(touched) == 0
    assert (covered_s(with_eye(touched, "left", BAD, light)) >= 10.0) == covers


# Somebody else's face.


def test_alone_in_the_picture_one_may_move_about() -> None:
    raw = raw_geometry(MINUTE, centre_x_px=np.where(BAD, 100.0, 640.0), scale_px=np.where(BAD, 90.0, 200.0))
    assert not other_person(raw, RULES)["other_person"].any()


def test_frames_that_show_another_person_are_found() -> None:
    """Another face, smaller and elsewhere, is followed for ten seconds of the minute."""
    raw = raw_geometry(MINUTE, centre_x_px=np.where(BAD, 100.0, 640.0), scale_px=np.where(BAD, 90.0, 200.0), other_faces=1.0)
    assert np.array_equal(other_person(raw, RULES)["other_person"] > 0, BAD)


def test_somebody_who_moves_slowly_stays_the_same_person() -> None:
    raw = raw_geometry(MINUTE, centre_x_px=np.linspace(300.0, 900.0, len(MINUTE)), other_faces=1.0)
    assert not other_person(raw, RULES)["other_person"].any()


def test_nobody_is_nobody() -> None:
    raw = hidden(raw_geometry(MINUTE, other_faces=1.0), np.ones(len(MINUTE), dtype=bool))
    assert not other_person(raw, RULES)["other_person"].any()
