"""The EMG parts of the study judge as they say."""

import math
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revalidation import emg_peer
from revalidation.counting import match
from revalidation.emg_bursts import recording_of
from revalidation.emg_evoked import SWEEPS, Case, answers_of, made_case
from revalidation.emg_measuring import Judged, judge_bursts, median_interval, rate_interval, share_interval
from revalidation.emg_noise import measured_noise
from revalidation.peer import NotRunError
from revalidation.recordings import REPOSITORY
from spasmograph.model import Presence, ResponseKind

SPANS = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 9)).map(lambda pair: (float(pair[0]), float(pair[0] + pair[1]))), max_size=12)


def test_errors_of_edges_are_in_milliseconds_and_later_is_positive() -> None:
    judged = judge_bursts([(1.0, 1.1), (2.0, 2.1), (5.0, 5.1)], [(1.004, 1.098), (1.99, 2.2), (7.0, 7.1)])
    assert (judged.there, judged.found, judged.hits) == (3, 3, 2)
    assert judged.onset_ms == pytest.approx((4.0, -10.0))
    assert judged.offset_ms == pytest.approx((-2.0, 100.0))
    assert judged.sensitivity == judged.precision == pytest.approx(2 / 3)
    assert judged.onset_error_ms == pytest.approx(7.0)
    assert judged.offset_error_ms == pytest.approx(51.0)


def test_of_nothing_there_is_no_share() -> None:
    assert math.isnan(Judged().sensitivity)
    assert math.isnan(Judged().precision)
    assert math.isnan(Judged().onset_error_ms)


@given(SPANS, SPANS)
def test_pairing_in_stretches_is_pairing_of_the_whole(truth: list[tuple[float, float]], found: list[tuple[float, float]]) -> None:
    assert judge_bursts(truth, found).hits == len(match(truth, found))


@given(SPANS, SPANS)
def test_judged_recordings_add_up(truth: list[tuple[float, float]], found: list[tuple[float, float]]) -> None:
    later = [(a + 1000, b + 1000) for a, b in truth], [(a + 1000, b + 1000) for a, b in found]
    both = judge_bursts([*truth, *later[0]], [*found, *later[1]])
    added = judge_bursts(truth, found) + judge_bursts(*later)
    assert (both.there, both.found, both.hits) == (added.there, added.found, added.hits)


def test_intervals_are_the_exact_ones() -> None:
    assert share_interval(10, 10) == pytest.approx((0.6915, 1.0), abs=1e-4)
    assert share_interval(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert rate_interval(0, 10.0) == pytest.approx((0.0, 0.36889), abs=1e-4)
    assert rate_interval(10, 10.0) == pytest.approx((0.47954, 1.83904), abs=1e-4)


def test_the_interval_of_a_median_covers_it_in_19_of_20_samples() -> None:
    random = np.random.default_rng(3)
    held = [low <= 0.0 <= high for low, high in (median_interval(random.normal(size=41).tolist()) for _ in range(600))]
    assert 0.92 < np.mean(held) < 0.99
    assert math.isnan(median_interval([1.0, 2.0])[0])


def test_gated_noise_is_as_loud_as_its_strength_says_and_only_inside() -> None:
    biosignal, truth = recording_of(("gated", 8.0, 1))
    samples = biosignal.samples(biosignal.recording.channels[0])
    time_s = np.arange(len(samples)) / 2000.0
    inside = np.any([(time_s >= onset_s) & (time_s < offset_s) for onset_s, offset_s in truth], axis=0)
    assert samples[inside].std() / samples[~inside].std() == pytest.approx(math.hypot(8.0, 1.0), rel=0.03)


def test_white_noise_is_observed_whole() -> None:
    quiet = measured_noise(("noise_white", 1, 120.0))
    assert quiet.observed_s == pytest.approx(120.0)
    assert quiet.bursts == len(quiet.onsets_s) <= 1


def test_a_case_has_its_sweeps_and_responses_that_do_not_fade() -> None:
    made = made_case(Case(world="lateral_spread", seed=1, strength=6.0))
    spread = made.truth.responses_of("mentalis_right", ResponseKind.LATERAL_SPREAD)
    assert len(made.truth.stimuli_s) == len(spread) == SWEEPS
    assert np.mean([one.amplitude_uv for one in spread]) == pytest.approx(30.0, rel=0.1)


def test_answers_compare_with_the_truth() -> None:
    there, absent = (answers_of(Case(world=world, seed=2, strength=10.0)) for world in ("lateral_spread", "lateral_spread_absent"))
    (spread,) = (one for one in there if one.kind is ResponseKind.LATERAL_SPREAD)
    assert (spread.there, spread.presence) == (True, Presence.PRESENT)
    assert abs(spread.latency_error_ms) < 0.5
    assert spread.covered is not None
    assert [(one.there, one.covered) for one in absent] == [(False, None)]


def test_the_peer_has_a_lock_of_its_own_with_hashes_and_no_addresses() -> None:
    text = (REPOSITORY / "requirements-peers.txt").read_text("utf-8")
    asked = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["peers"]
    pinned = re.findall(r"^[\w-]+==[^\n;\\ ]+", text, re.MULTILINE)
    assert "://" not in text
    assert set(asked) <= set(pinned)
    assert len(pinned) == len(re.findall(r"^[\w-]+==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) > 0
    assert all(emg_peer.NAME.lower().replace(" ", "==") in one for one in asked)


def test_without_its_environment_the_comparison_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(emg_peer, "_HOME", tmp_path)
    with pytest.raises(NotRunError, match="its environment is not there; run with --peer to make it"):
        emg_peer.activations({"quiet": np.zeros(4000)}, rate_hz=2000.0, install=False)
