"""Laws of patterns: which muscle comes first, when the clock starts, how strong the amplifier is and in which order bursts stand must not matter."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.measure.emg.patterns.activity import Activity
from spasmograph.measure.emg.patterns.alignment import align
from spasmograph.measure.emg.patterns.measuring import channel_pattern, measure_patterns
from spasmograph.measure.emg.patterns.synchrony import pair_synchrony, partners
from spasmograph.measure.emg.patterns.synkinesis import pair_synkinesis
from spasmograph.model import Event, Floats, Measurement, Provenance, Quality, Recording, Signals, Span
from spasmograph.terms import EventKind, Pattern, Region, Side, Verdict
from tests.emg_pattern_worlds import ENVELOPE_HZ, ORIS, QUICK, RULES, at_random, irregular, muscle, reading, waves


def laid(rows: list[tuple[float, float]]) -> Floats:
    """Pauses and durations as onsets and offsets, (n, 2)."""
    edges_s = 0.5 + np.cumsum(np.array(rows).reshape(-1, 2).ravel())
    return edges_s.reshape(-1, 2)


FAST = RULES.replace(bootstrap_replicates=50.0, rhythm_surrogates=49.0, synchrony_shifts=99.0)
seeds = st.integers(0, 10_000)
trains = st.lists(st.tuples(st.floats(0.05, 3.0), st.floats(0.01, 2.0)), max_size=40).map(laid)


def two(seed: int, shift_s: float = 0.0) -> tuple[Activity, Activity]:
    random = np.random.default_rng(seed)
    times_s = irregular(0.6, 0.5, 30, random) + shift_s
    other = times_s + random.normal(0.006, 0.004, len(times_s))[:, None]
    total_s = float(times_s[-1, 1]) + 2
    spans = ((shift_s, total_s),)
    return muscle(times_s, total_s=total_s, observed=spans), muscle(other, what=ORIS, total_s=total_s, observed=spans)


@settings(max_examples=15)
@given(seed=seeds)
def test_swapping_the_two_muscles_mirrors_the_lag(seed: int) -> None:
    eye, mouth = two(seed)
    there, back = pair_synchrony(eye, mouth, None, FAST), pair_synchrony(mouth, eye, None, FAST)
    assert there.pairs == back.pairs
    assert there.shared.value == back.shared.value
    assert (there.lag_ms.value, there.lag_ms.low, there.lag_ms.high) == pytest.approx((-back.lag_ms.value, -back.lag_ms.high, -back.lag_ms.low))
    assert (there.first, there.second) == (back.second, back.first)


@settings(max_examples=15)
@given(seed=seeds, shift=st.integers(0, 200))
def test_when_the_clock_starts_does_not_matter(seed: int, shift: int) -> None:
    near, far = two(seed), two(seed, shift / ENVELOPE_HZ)
    first, second = (channel_pattern(one, FAST) for one in (near[0], far[0]))
    assert first.in_trains == second.in_trains
    assert first.interval_quartiles_s == pytest.approx(second.interval_quartiles_s, nan_ok=True)
    assert first.rhythm_hz.value == pytest.approx(second.rhythm_hz.value, rel=1e-3, nan_ok=True)
    together = [pair_synchrony(*muscles, None, FAST) for muscles in (near, far)]
    assert together[0].pairs == together[1].pairs
    assert together[0].lag_ms.value == pytest.approx(together[1].lag_ms.value, abs=1e-6)


@settings(max_examples=15)
@given(seed=seeds, factor=st.floats(0.01, 100))
def test_amplification_changes_amplitudes_only(seed: int, factor: float) -> None:
    eye, mouth = two(seed)
    louder = replace(
        mouth,
        envelope_uv=mouth.envelope_uv * factor,
        quality=replace(mouth.quality, noise_uv=mouth.noise_uv * factor),
        bursts=tuple(replace(burst, peak_uv=burst.peak_uv * factor, mean_uv=burst.mean_uv * factor) for burst in mouth.bursts),
    )
    signals = waves(eye, mouth, seed=seed)
    before = pair_synchrony(eye, mouth, reading(signals), FAST)
    after = pair_synchrony(eye, louder, reading({**signals, mouth.label: signals[mouth.label] * factor}), FAST)
    assert before.together == after.together
    assert before.same_waveform == pytest.approx(after.same_waveform, rel=1e-6)
    long = FAST.replace(synkinesis_burst_s=0.01)
    ratios = [pair_synkinesis(eye, one, (), long).ratio.value for one in (mouth, louder)]
    assert ratios[0] == pytest.approx(ratios[1], rel=1e-6, nan_ok=True)


@settings(max_examples=20)
@given(times_s=trains, seed=seeds)
def test_the_order_in_which_bursts_stand_does_not_matter(times_s: Floats, seed: int) -> None:
    one = muscle(times_s)
    shuffled = replace(one, bursts=tuple(np.random.default_rng(seed).permutation(np.array(one.bursts, dtype=object)).tolist()))
    assert repr(channel_pattern(one, FAST)) == repr(channel_pattern(shuffled, FAST))


@settings(max_examples=25)
@given(first=trains, second=trains)
def test_any_two_trains_have_numbers_in_range_or_a_reason(first: Floats, second: Floats) -> None:
    left, right = muscle(first, total_s=250), muscle(second, side=Side.RIGHT, total_s=250)
    found = measure_patterns((left, right), parameters=FAST)
    for score in found.scores:
        assert score.reason if np.isnan(score.value) else True
        assert np.isnan(score.low) or score.low <= score.value + 1e-9
        assert np.isnan(score.high) or score.value <= score.high + 1e-9
        assert score.unit != "fraction" or np.isnan(score.value) or 0 <= score.value <= 1
    for pair in found.synchrony:
        assert np.isnan(pair.probability) or 0 < pair.probability <= 1
        assert pair.reason or not np.isnan(pair.shared.value)
    for pattern in found.patterns:
        assert pattern.in_trains <= pattern.bursts
        assert np.isnan(pattern.rhythm_strength) or 0 <= pattern.rhythm_strength <= 1


@given(
    first=st.lists(st.floats(0, 100), max_size=30, unique=True).map(sorted),
    second=st.lists(st.floats(0, 100), max_size=30, unique=True).map(sorted),
    window_s=st.floats(0.001, 5),
)
def test_partners_are_one_to_one_near_and_the_same_from_both_ends(first: list[float], second: list[float], window_s: float) -> None:
    one, other = np.array(first), np.array(second)
    here, there = partners(one, other, window_s=window_s)
    assert len(set(here.tolist())) == len(here)
    assert len(set(there.tolist())) == len(there)
    assert bool(np.all(np.abs(one[here] - other[there]) <= window_s + 1e-8))
    back = partners(other, one, window_s=window_s)
    assert len(back[0]) == len(here)


@settings(max_examples=10)
@given(seed=seeds, offset_s=st.floats(-5, 60))
def test_whatever_the_offset_the_film_is_brought_there(seed: int, offset_s: float) -> None:
    onsets_s = at_random(0.4, 50, np.random.default_rng(seed), recovery_s=0.4)[:, 0] + 6
    total_s = float(onsets_s[-1]) + 3
    events = tuple(
        Event(
            onset_s=at,
            apex_s=at + 0.1,
            offset_s=at + 0.2,
            kind=EventKind.CONTRACTION,
            side=Side.LEFT,
            regions=(Region.EYELID,),
            pattern=Pattern.BRIEF,
            amplitude=0.5,
            amplitude_unit="closure",
            confidence=1.0,
        )
        for at in onsets_s.tolist()
    )
    film = Measurement(
        recording=Recording(name="clip", sha256="", duration_s=total_s, width_px=1, height_px=1, frame_count=1, frame_rate_hz=30),
        quality=Quality(verdict=Verdict.GOOD, duration_s=total_s, observed=(Span(onset_s=0, offset_s=total_s),)),
        signals=Signals(time_s=np.zeros(0), values={}),
        events=events,
        scores=(),
        provenance=Provenance(package_version="", landmark_source="", model_sha256={}, parameters={}, rule_set_version=""),
    )
    emg = muscle([(at + offset_s, at + offset_s + 0.1) for at in onsets_s.tolist()], total_s=total_s + max(offset_s, 0) + 1)
    found = align(film, (emg,), QUICK)
    assert found.offset_s.value == pytest.approx(offset_s, abs=1e-6)
    assert found.agreement.value == 1
