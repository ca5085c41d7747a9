"""Simulated signals: the truth, and how far from it they are."""

import numpy as np
import pytest

from spasmograph.errors import InputError
from spasmograph.measure.simulate import NONE, Disturbance, simulate_quality, simulate_signals
from spasmograph.model import Span
from spasmograph.script import Script, demo_script, hemifacial_spasm, look_down
from spasmograph.terms import Side

SCRIPT = demo_script(60.0)
STILL = Script(duration_s=120.0)
SPASM = Script(duration_s=10.0, episodes=(hemifacial_spasm(Side.LEFT, 4.0, duration_s=1.0, strength=1.0),))
GAP = Span(onset_s=10.0, offset_s=12.5)


def test_without_disturbance_it_is_what_a_perfect_instrument_sees() -> None:
    world = simulate_signals(SPASM, disturbance=NONE)
    true = SPASM.states(world.time_s)
    assert len(world) == 300
    assert world["eye_closure_left"] == pytest.approx(true["eye_closure_left"])
    assert world["palpebral_fissure_height_left_mm"] == pytest.approx(true["palpebral_fissure_height_left_mm"])
    assert np.array_equal(world["oral_commissure_excursion_left_mm"], true["commissure_along_left_mm"])
    assert np.array_equal(world["oral_commissure_shift_left_mm"], true["commissure_across_left_mm"])


def test_a_look_down_lowers_the_lids_and_the_pupils() -> None:
    world = simulate_signals(Script(duration_s=10.0, episodes=(look_down(3.0),)), disturbance=NONE)
    assert 0.1 < np.max(world["eye_closure_left"]) < 0.5
    assert np.max(world["gaze_down_left_mm"]) > 2


def test_closure_stays_within_0_and_1() -> None:
    closure = simulate_signals(SPASM, disturbance=Disturbance(closure=0.2))["eye_closure_left"]
    assert np.min(closure) == 0
    assert np.max(closure) == 1


def test_the_same_seed_gives_the_same_noise_and_another_seed_another() -> None:
    one, same, other = (simulate_signals(SCRIPT, seed=seed)["eye_closure_left"] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(("name", "size"), [("palpebral_fissure_height_left_mm", 0.15), ("brow_height_left_mm", 0.12), ("head_yaw_deg", 0.3)])
def test_noise_has_the_stated_size_in_each_unit(name: str, size: float) -> None:
    world = simulate_signals(STILL, disturbance=Disturbance(drift=0.0))
    assert np.std(world[name]) == pytest.approx(size, rel=0.05)


def test_drift_is_slow_and_the_same_at_every_frame_rate() -> None:
    drifting = Disturbance(degree=1e-9, drift=1e8)
    slow, fast = (simulate_signals(STILL, frame_rate_hz=rate_hz, disturbance=drifting)["head_yaw_deg"] for rate_hz in (30.0, 60.0))
    assert np.ptp(slow) > 0.05
    assert np.max(np.abs(np.diff(slow))) < 0.002
    assert fast[::2] == pytest.approx(slow, abs=1e-7)


def test_the_fissure_shares_the_error_of_the_closure() -> None:
    world = simulate_signals(STILL)
    error_mm = 10.0 - world["palpebral_fissure_height_left_mm"]
    assert np.clip(error_mm / 10.0, 0, 1) == pytest.approx(world["eye_closure_left"])
    assert np.std(error_mm) > 0.1


def test_leak_shows_a_share_of_one_side_on_the_other() -> None:
    leaking = Disturbance(closure=0.0, millimetre=0.0, degree=0.0, drift=0.0, leak=0.25)
    world = simulate_signals(SPASM, disturbance=leaking)
    assert world["eye_closure_right"] == pytest.approx(0.25 * world["eye_closure_left"])
    assert np.max(world["eye_closure_right"]) == pytest.approx(0.25, abs=0.01)
    assert world["oral_commissure_excursion_right_mm"] == pytest.approx(0.25 * world["oral_commissure_excursion_left_mm"])
    assert np.array_equal(world["head_yaw_deg"], SPASM.states(world.time_s)["head_yaw_deg"])


def test_uneven_frames_stay_in_order_and_within_the_recording() -> None:
    time_s = simulate_signals(SCRIPT, disturbance=Disturbance(jitter_s=0.05)).time_s
    steps_s = np.diff(time_s)
    assert time_s[0] == 0
    assert time_s[-1] < 60
    assert np.all(steps_s > 0)
    assert np.std(steps_s) > 0.01


def test_dropped_frames_are_missing_not_repeated() -> None:
    world = simulate_signals(STILL, disturbance=Disturbance(dropped=0.2))
    assert len(world) == pytest.approx(0.8 * 3600, rel=0.05)
    assert np.max(np.diff(world.time_s)) > 1.9 / 30


def test_in_a_gap_the_frames_are_there_and_the_face_is_not() -> None:
    world = simulate_signals(SCRIPT, gaps=[GAP])
    inside = (world.time_s >= 10.0) & (world.time_s < 12.5)
    assert all(np.array_equal(np.isnan(world[name]), inside) for name in world)


def test_the_quality_observes_all_but_the_gaps() -> None:
    seen = simulate_quality(SCRIPT, gaps=[Span(onset_s=50.0, offset_s=60.0), GAP])
    assert [(span.onset_s, span.offset_s) for span in seen.observed] == [(0.0, 10.0), (12.5, 50.0)]
    assert simulate_quality(SCRIPT).observed_s == 60


@pytest.mark.parametrize("rate_hz", [0.0, -30.0, float("nan")])
def test_a_frame_rate_has_to_be_above_zero(rate_hz: float) -> None:
    with pytest.raises(InputError, match="frame rate is"):
        simulate_signals(SCRIPT, frame_rate_hz=rate_hz)


@pytest.mark.parametrize("values", [{"closure": -0.1}, {"dropped": 1.0}, {"leak": float("nan")}])
def test_a_disturbance_is_never_negative_and_never_drops_every_frame(values: dict[str, float]) -> None:
    with pytest.raises(InputError, match="must not be negative"):
        Disturbance(**values)
