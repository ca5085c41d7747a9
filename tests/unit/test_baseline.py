"""Geometry becomes signals: the person's own open eye and resting mouth, and millimetres by the iris."""

import numpy as np
import pytest

from spasmograph.measure.baseline import BASELINE_REACH, closed_ratio, half_sample_mode, millimetres_per_unit, open_level, signals_from_geometry
from spasmograph.measure.events import WATCHED_SIGNALS
from spasmograph.measure.kinematics import SIDES
from spasmograph.model import Signals
from spasmograph.parameters import load_parameters
from tests.worlds import REST, Array, bump, clock, hidden, raw_geometry

RULES = load_parameters()
OPEN = REST["lid_gap_left"]
MM = RULES["iris_diameter_mm"] / REST["iris_left"]
MINUTE = clock(60.0)


def gap(time_s: Array, *closures: tuple[float, float], share: float = 1.0, opened: float = OPEN) -> Array:
    """A lid gap that is `share` closed during the stretches given."""
    closed = np.max([bump(time_s, *closure) for closure in closures] or [np.zeros(len(time_s))], axis=0)
    return np.asarray(opened * (1.0 - share * closed * (1 - RULES["closed_ratio_default"])))


def measured(time_s: Array, **moved: Array | float) -> Signals:
    return signals_from_geometry(raw_geometry(time_s, **moved), RULES)


def blinking(time_s: Array) -> Array:
    """A lid gap with a blink every five seconds."""
    return gap(time_s, *((at, at + 0.2) for at in np.arange(2.0, time_s[-1], 5.0)))


def test_a_face_at_rest_reads_rest() -> None:
    signals = measured(MINUTE)
    for side in SIDES:
        assert signals[f"eye_closure_{side}"] == pytest.approx(0.0)
        assert signals[f"palpebral_fissure_height_{side}_mm"] == pytest.approx(MM * OPEN)
        for name in ("brow_height", "oral_commissure_excursion", "oral_commissure_shift", "cheek_raise", "gaze_down"):
            assert signals[f"{name}_{side}_mm"] == pytest.approx(0.0, abs=1e-9), name


def test_every_signal_that_the_detector_watches_is_there() -> None:
    assert set(WATCHED_SIGNALS) <= set(measured(clock(3.0)))


def test_a_blink_reads_closed_and_the_other_eye_open() -> None:
    signals = measured(MINUTE, lid_gap_left=blinking(MINUTE))
    blink = (MINUTE >= 2.05) & (MINUTE < 2.15)
    assert signals["eye_closure_left"][blink] == pytest.approx(1.0, abs=0.02)
    assert signals["eye_closure_right"] == pytest.approx(0.0)


def test_half_closed_reads_a_half() -> None:
    time_s = clock(30.0)
    both = np.minimum(blinking(time_s), gap(time_s, (10.0, 10.9), share=0.5))
    signals = measured(time_s, lid_gap_left=both, lid_gap_right=both)
    assert signals["eye_closure_left"][315] == pytest.approx(0.5, abs=0.02)


def test_a_long_closure_does_not_drag_the_open_level_down() -> None:
    for side in SIDES:
        closed = gap(MINUTE, (20.0, 30.0))
        signals = measured(MINUTE, **{f"lid_gap_{side}": closed})
        during, after = (MINUTE > 20.1) & (MINUTE < 29.9), (MINUTE > 30.1)
        assert signals[f"eye_closure_{side}"][during] == pytest.approx(1.0, abs=0.02)
        assert signals[f"eye_closure_{side}"][after] == pytest.approx(0.0, abs=0.02)


def test_minutes_of_closure_do_not_become_the_norm() -> None:
    time_s = clock(240.0, 10.0)
    shut = gap(time_s, (60.0, 150.0))
    signals = measured(time_s, lid_gap_left=shut, lid_gap_right=shut)
    assert signals["eye_closure_left"][(time_s > 61) & (time_s < 149)].min() > 0.9
    assert signals["eye_closure_left"][(time_s < 59) | (time_s > 151)].max() < 0.1


def test_eyes_that_droop_slowly_stay_open() -> None:
    """Over minutes of tiredness the fissure narrows by a sixth; each moment's own open eye is closure 0."""
    time_s = clock(240.0, 10.0)
    drooping = np.linspace(1.0, 5 / 6, len(time_s)) * OPEN
    signals = measured(time_s, lid_gap_left=drooping, lid_gap_right=drooping)
    assert signals["eye_closure_left"].max() < 0.06


def test_a_narrower_right_eye_reads_closure_0_on_both_sides_at_rest() -> None:
    narrow = {"lid_gap_right": 0.6 * OPEN}
    signals = measured(MINUTE, **narrow)
    assert signals["eye_closure_right"] == pytest.approx(0.0)
    assert signals["eye_closure_left"] == pytest.approx(0.0)
    assert signals["palpebral_fissure_height_right_mm"] == pytest.approx(0.6 * MM * OPEN)


def test_a_narrower_eye_closes_fully_too() -> None:
    blink = gap(MINUTE, *((at, at + 0.2) for at in np.arange(2.0, 60.0, 5.0)))
    signals = measured(MINUTE, lid_gap_left=blink, lid_gap_right=0.6 * blink)
    assert signals["eye_closure_right"] == pytest.approx(np.asarray(signals["eye_closure_left"]), abs=1e-9)


def test_closure_stays_within_0_and_1_for_wide_open_eyes() -> None:
    """A startle opens the eye further than the person's own open level: closure 0, and a fissure that says so."""
    wide = OPEN * (1 + bump(MINUTE, 30.0, 31.0, 0.3))
    signals = measured(MINUTE, lid_gap_left=wide)
    assert signals["eye_closure_left"].min() == 0
    assert signals["eye_closure_left"].max() <= 1
    assert signals["palpebral_fissure_height_left_mm"][915] == pytest.approx(1.3 * MM * OPEN, rel=0.05)


# What the landmarks read for a shut eye.


@pytest.mark.parametrize("width_px", [40.0, 100.0, 160.0, 220.0, 1000.0])
@pytest.mark.parametrize("deepest", [0.0, 0.08, 0.3, 0.55, 1.0])
def test_the_shut_eye_stays_within_its_limits(width_px: float, deepest: float) -> None:
    course = {side: np.array([1.0] * 95 + [deepest] * 5) for side in SIDES}
    ratio = closed_ratio(course, width_px, RULES)
    assert RULES["closed_ratio_default"] <= ratio <= RULES["closed_ratio_small"]


def test_the_shut_eye_is_what_the_better_side_shows() -> None:
    course = {"left": np.array([1.0] * 95 + [0.9] * 5), "right": np.array([1.0] * 95 + [0.3] * 5)}
    assert closed_ratio(course, RULES["closed_ratio_small_px"], RULES) == pytest.approx(0.3)


def test_in_a_sharp_film_somebody_who_never_shuts_the_eyes_is_not_read_as_if_they_did() -> None:
    half = gap(MINUTE, (10.0, 11.0), share=0.5)
    signals = measured(MINUTE, lid_gap_left=half, lid_gap_right=half)
    assert signals["eye_closure_left"].max() < 0.65


def test_more_pixels_never_allow_a_wider_shut_eye() -> None:
    course = {side: np.array([1.0] * 95 + [0.5] * 5) for side in SIDES}
    ratios = [closed_ratio(course, width_px, RULES) for width_px in (50, 100, 140, 180, 220, 400)]
    assert ratios == sorted(ratios, reverse=True)


def test_an_eye_that_was_never_seen_gives_the_default() -> None:
    nothing = {side: np.full(5, np.nan) for side in SIDES}
    assert closed_ratio(nothing, 300.0, RULES) == RULES["closed_ratio_default"]


# The ruler.


def test_millimetres_come_from_the_iris() -> None:
    assert millimetres_per_unit(raw_geometry(MINUTE), RULES) == pytest.approx(MM)


def test_a_twice_as_large_iris_halves_the_millimetres() -> None:
    large = raw_geometry(MINUTE, iris_left=2 * REST["iris_left"], iris_right=2 * REST["iris_right"])
    assert millimetres_per_unit(large, RULES) == pytest.approx(MM / 2)


def test_an_eye_turned_away_or_nearly_shut_does_not_measure() -> None:
    """In both the iris reads too small; the ruler ignores them though they are most of the recording."""
    away = bump(MINUTE, 10.0, 35.0) > 0
    shut = bump(MINUTE, 35.0, 50.0) > 0
    iris = np.where(away | shut, 0.05, REST["iris_left"])
    raw = raw_geometry(
        MINUTE,
        head_yaw_deg=np.where(away, 25.0, 0.0),
        iris_left=iris,
        iris_right=np.where(shut, 0.05, REST["iris_right"]),
        lid_gap_left=gap(MINUTE, (35.0, 50.0)),
        lid_gap_right=gap(MINUTE, (35.0, 50.0)),
    )
    assert millimetres_per_unit(raw, RULES) == pytest.approx(MM)


def test_one_eye_that_was_not_seen_leaves_the_other_as_ruler() -> None:
    assert millimetres_per_unit(raw_geometry(MINUTE, iris_left=np.nan), RULES) == pytest.approx(MM)


def test_no_iris_no_millimetres_and_no_crash() -> None:
    raw = raw_geometry(clock(5.0), iris_left=np.nan, iris_right=np.nan)
    signals = signals_from_geometry(raw, RULES)
    assert np.isnan(signals["palpebral_fissure_height_left_mm"]).all()
    assert np.isnan(signals["oral_commissure_excursion_left_mm"]).all()
    assert signals["eye_closure_left"] == pytest.approx(0.0), "closure needs no ruler"


@pytest.mark.parametrize(("yaw_deg", "nearer", "farther"), [(25.0, "right", "left"), (-25.0, "left", "right")])
def test_the_nearer_eye_is_the_ruler_of_a_head_that_is_always_turned(yaw_deg: float, nearer: str, farther: str) -> None:
    raw = raw_geometry(MINUTE, head_yaw_deg=yaw_deg, **{f"iris_{farther}": 0.9 * REST["iris_left"]})
    assert millimetres_per_unit(raw, RULES) == pytest.approx(MM)

    alone = raw_geometry(MINUTE, head_yaw_deg=yaw_deg, **{f"iris_{nearer}": np.nan})
    assert np.isnan(millimetres_per_unit(alone, RULES))


# Millimetres from rest.


@pytest.mark.parametrize("side", SIDES)
def test_a_pull_of_one_corner_is_in_millimetres_and_on_its_side(side: str) -> None:
    other = "left" if side == "right" else "right"
    pull = bump(MINUTE, 30.0, 32.0, 5.0 / MM / np.sqrt(2.0))
    signals = measured(MINUTE, **{f"corner_x_{side}": REST[f"corner_x_{side}"] + pull, f"corner_y_{side}": REST[f"corner_y_{side}"] + pull})
    pulled = (MINUTE > 30.1) & (MINUTE < 31.9)
    assert signals[f"oral_commissure_excursion_{side}_mm"][pulled] == pytest.approx(5.0, abs=0.3)
    assert signals[f"oral_commissure_shift_{side}_mm"][pulled] == pytest.approx(0.0, abs=0.5)
    assert signals[f"oral_commissure_excursion_{side}_mm"][pull == 0] == pytest.approx(0.0, abs=0.1)
    assert signals[f"oral_commissure_excursion_{other}_mm"] == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("name", ["brow", "cheek"])
def test_up_is_positive(name: str) -> None:
    signal = {"brow": "brow_height_left_mm", "cheek": "cheek_raise_left_mm"}[name]
    raised = REST[f"{name}_left"] + bump(MINUTE, 30.0, 31.0, 3.0 / MM)
    assert measured(MINUTE, **{f"{name}_left": raised})[signal][915] == pytest.approx(3.0, abs=0.1)


def test_rest_is_where_the_face_spends_most_time_not_the_mean() -> None:
    """Somebody who smiles for two fifths of the time still rests at 0."""
    smile = np.max([bump(MINUTE, at, at + 4.0, 7.0 / MM) for at in (4.0, 14.0, 24.0, 34.0, 44.0, 54.0)], axis=0)
    still = np.random.default_rng(1).normal(0, 0.1 / MM, (4, len(MINUTE)))
    corners = {
        f"{name}_{side}": REST[f"{name}_{side}"] + smile / np.sqrt(2) + still[i]
        for i, (name, side) in enumerate((name, side) for name in ("corner_x", "corner_y") for side in SIDES)
    }
    signals = measured(MINUTE, **corners)
    assert abs(float(np.median(signals["oral_commissure_excursion_left_mm"][smile == 0]))) < 0.3
    assert np.median(signals["oral_commissure_excursion_left_mm"][smile > 0]) == pytest.approx(7.0, abs=0.4)


def test_rest_of_both_sides_is_of_the_same_frames() -> None:
    """A mouth that is drawn to the left for half the time and to the right for the other half: whichever is rest, it is so for both corners.

    Otherwise the left corner's rest of one moment and the right corner's of another would show a pull that never was.
    """
    swing = np.where(MINUTE % 10.0 < 5.0, 1.0, -1.0) * 3.0 / MM
    noise = np.random.default_rng(2).normal(0, 0.05 / MM, (2, len(MINUTE)))
    signals = measured(MINUTE, corner_x_left=REST["corner_x_left"] + swing + noise[0], corner_x_right=REST["corner_x_right"] - swing + noise[1])
    sum_mm = np.asarray(signals["oral_commissure_excursion_left_mm"]) + np.asarray(signals["oral_commissure_excursion_right_mm"])
    assert np.median(np.abs(sum_mm)) < 0.3


def test_a_slow_drift_of_the_resting_face_is_not_movement() -> None:
    """A millimetre a minute."""
    time_s = clock(240.0, 10.0)
    drift = np.linspace(0.0, 4.0 / MM, len(time_s))
    signals = measured(time_s, brow_left=REST["brow_left"] + drift, brow_right=REST["brow_right"] + drift)
    assert np.abs(signals["brow_height_left_mm"]).max() < 1.0


# Little to go by.


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_very_short_recordings_do_not_crash(frames: int) -> None:
    signals = measured(clock(frames / 30.0))
    assert len(signals) == frames
    assert signals["eye_closure_left"] == pytest.approx(0.0)
    assert signals["oral_commissure_excursion_right_mm"] == pytest.approx(0.0)


@pytest.mark.parametrize("frames", [1, 2, 3, 300])
def test_a_face_that_was_never_seen_stays_unseen(frames: int) -> None:
    time_s = clock(frames / 30.0)
    signals = signals_from_geometry(hidden(raw_geometry(time_s), np.ones(frames, dtype=bool)), RULES)
    assert all(np.isnan(signals[name]).all() for name in signals)


def test_no_frames_give_no_values() -> None:
    assert len(measured(np.empty(0))) == 0


def test_unseen_frames_stay_unseen_and_change_nothing_else() -> None:
    gone = bump(MINUTE, 20.0, 25.0) > 0
    raw = raw_geometry(MINUTE, lid_gap_left=blinking(MINUTE))
    with_gap, whole = signals_from_geometry(hidden(raw, gone), RULES), signals_from_geometry(raw, RULES)
    for name in whole:
        assert np.isnan(with_gap[name][gone]).all(), name
        assert with_gap[name][~gone] == pytest.approx(whole[name][~gone], abs=0.01, nan_ok=True), name


def test_a_long_unseen_stretch_takes_the_level_of_what_was_seen() -> None:
    time_s = clock(200.0, 10.0)
    gone = bump(time_s, 40.0, 160.0) > 0
    signals = signals_from_geometry(hidden(raw_geometry(time_s), gone), RULES)
    assert np.asarray(signals["eye_closure_left"])[~gone] == pytest.approx(0.0)
    assert np.asarray(signals["brow_height_left_mm"])[~gone] == pytest.approx(0.0)


def test_the_open_level_keeps_within_its_limits_around_the_whole() -> None:
    time_s = clock(300.0, 10.0)
    level = open_level(time_s, np.where(time_s < 200, OPEN, 0.3 * OPEN), RULES)
    assert level.max() <= OPEN * RULES["baseline_drift_high"] + 1e-12
    assert level.min() >= OPEN * RULES["baseline_drift_low"] - 1e-12


# Which number a signal is.


def test_the_aspect_ratio_is_height_over_width() -> None:
    assert measured(MINUTE)["eye_aspect_ratio_left"] == pytest.approx(OPEN / 0.305)


def test_the_margin_reflex_distance_is_told_only_of_an_eye_that_shows_its_pupil() -> None:
    signals = measured(MINUTE, lid_gap_left=blinking(MINUTE))
    shut = np.asarray(signals["eye_closure_left"]) > 0.5
    assert np.array_equal(np.isnan(signals["margin_reflex_distance_1_left_mm"]), shut)
    assert signals["margin_reflex_distance_1_right_mm"] == pytest.approx(MM * 0.045)


def test_a_mouth_is_never_open_by_less_than_nothing() -> None:
    assert measured(clock(3.0), mouth_opening=-0.02)["mouth_opening_mm"] == pytest.approx(0.0)
    assert measured(clock(3.0), mouth_opening=0.1)["mouth_opening_mm"] == pytest.approx(0.1 * MM)


def test_the_face_width_is_in_pixels() -> None:
    assert measured(clock(3.0), scale_px=100.0)["face_width_px"] == pytest.approx(100.0 * RULES["face_width_units"])


# The mode.


def test_the_half_sample_mode_is_where_values_crowd() -> None:
    random = np.random.default_rng(3)
    values = np.concatenate([random.normal(2.0, 0.05, 400), random.uniform(-10, 10, 600)])
    assert half_sample_mode(values) == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(("values", "mode"), [([], np.nan), ([np.nan], np.nan), ([4.0], 4.0), ([1.0, 2.0], 1.5), ([5.0, 1.0, np.nan, 5.0, 5.0], 5.0)])
def test_the_half_sample_mode_of_few_values(values: list[float], mode: float) -> None:
    assert half_sample_mode(np.array(values)) == pytest.approx(mode, nan_ok=True)


# The head's usual place.


def test_a_head_held_to_the_side_is_not_turned_from_its_usual_place() -> None:
    signals = measured(MINUTE, head_yaw_deg=20.0)
    assert signals["head_turn_deg"] == pytest.approx(0.0)
    assert signals["head_yaw_deg"] == pytest.approx(20.0)


def test_a_look_aside_is_a_turn_from_it() -> None:
    away = bump(MINUTE, 30.0, 33.0, 15.0)
    assert measured(MINUTE, head_yaw_deg=5.0 + away)["head_turn_deg"] == pytest.approx(away, abs=0.5)


def test_an_unseen_head_has_no_turn() -> None:
    yaw = np.where(MINUTE < 10.0, np.nan, 5.0)
    turn = measured(MINUTE, head_yaw_deg=yaw)["head_turn_deg"]
    assert np.isnan(turn[MINUTE < 10.0]).all()
    assert turn[MINUTE >= 10.0] == pytest.approx(0.0)


# Where a recording begins.


@pytest.mark.parametrize("name", ["lid_gap_left", "corner_x_left", "corner_y_right", "brow_left", "head_yaw_deg"])
def test_resting_levels_depend_on_what_lies_within_reach_alone(name: str) -> None:
    """Begun later, or ended earlier, what lies further than three quarters of a window from the cut reads the same."""
    time_s = clock(180.0)
    course = (REST.get(name) or 0.1) * (1 + 0.1 * np.sin(time_s / 9.0) + 0.02 * np.sin(time_s * 7.0))
    whole = raw_geometry(time_s, **{name: course})
    part = slice(*np.searchsorted(time_s, [41.3, 152.8]))
    cut = Signals(time_s=time_s[part], values={key: np.asarray(whole[key])[part] for key in whole})
    reach_s = BASELINE_REACH * RULES["baseline_window_s"]
    inner = (time_s >= 41.3 + reach_s) & (time_s < 152.7 - reach_s)
    long, short = signals_from_geometry(whole, RULES), signals_from_geometry(cut, RULES)
    for signal in long:
        np.testing.assert_allclose(short[signal][inner[part]], long[signal][inner], rtol=0.02, atol=1e-6, err_msg=signal)
