"""Bursts are found against the channel's own noise, with their edges, their strength and their spectrum."""

import numpy as np
import pytest

from spasmograph.errors import InputError
from spasmograph.measure.emg.bursts.detector import BurstDetector, find_bursts, frame_powers
from spasmograph.model import Burst, Floats
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import Muscle, Pattern, Side
from tests.emg_bursts_worlds import RATE_HZ, errors_s, noise, spans, times, with_bursts


def found(samples: Floats, rate_hz: float = RATE_HZ) -> tuple[Burst, ...]:
    return find_bursts(samples, rate_hz=rate_hz, conditioned=True)


@pytest.mark.parametrize("pink", [False, True], ids=["white", "pink"])
@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0])
def test_noise_has_no_bursts(rate_hz: float, pink: bool) -> None:
    assert found(noise(np.random.default_rng(1), 600, rate_hz, pink=pink), rate_hz) == ()


@pytest.mark.parametrize("duration_s", [0.06, 0.1, 0.14])
@pytest.mark.parametrize(("strength", "onset_ms"), [(3.0, 2.0), (8.0, 2.5)])
def test_bursts_are_found_one_for_one_with_their_edges(duration_s: float, strength: float, onset_ms: float) -> None:
    random = np.random.default_rng(2)
    truth = spans(random, 200, duration_s=duration_s)
    bursts = found(with_bursts(random, noise(random, 200, 2000.0), truth, strength, 2000.0), 2000.0)
    errors_ms = 1000 * errors_s(bursts, truth)
    assert len(truth) > 200
    assert np.median(np.abs(errors_ms), axis=0) == pytest.approx([0, 0], abs=onset_ms)
    assert np.quantile(np.abs(errors_ms), 0.95) < 20


@pytest.mark.parametrize(("strength", "median_ms"), [(3.0, 8.0), (8.0, 4.0)])
def test_bursts_that_rise_and_fall_slowly_begin_where_the_rise_begins(strength: float, median_ms: float) -> None:
    random = np.random.default_rng(23)
    truth = spans(random, 200)
    drive = np.zeros(200_000)
    for onset_s, _ in truth:
        drive[round(1000 * onset_s) :][:100] = np.sqrt(2) * np.sin(np.pi * (np.arange(100) + 0.5) / 100)
    bursts = found(noise(random, 200) + strength * drive * noise(random, 200))
    errors_ms = 1000 * errors_s(bursts, truth)
    assert np.median(np.abs(errors_ms), axis=0) == pytest.approx([0, 0], abs=median_ms)
    assert np.median(errors_ms, axis=0) == pytest.approx([0, 0], abs=3.5)


@pytest.mark.parametrize("strength", [8.0, 20.0])
def test_the_ringing_of_the_band_does_not_move_the_edges_of_a_strong_burst(strength: float) -> None:
    random = np.random.default_rng(29)
    truth = spans(random, 200)
    raw = random.normal(0, 5, 400_000)
    for onset_s, offset_s in truth:
        raw[round(2000 * onset_s) : round(2000 * offset_s)] *= strength
    errors_ms = 1000 * errors_s(find_bursts(raw, rate_hz=2000.0), truth)
    assert np.median(np.abs(errors_ms[:, 0])) < 3.25
    assert np.median(np.abs(errors_ms[:, 1])) <= 6


def test_a_burst_of_twice_the_noise_is_found_nearly_always() -> None:
    random = np.random.default_rng(3)
    truth = spans(random, 200)
    bursts = found(with_bursts(random, noise(random, 200), truth, 2.0))
    assert 0.97 * len(truth) <= len(bursts) <= len(truth)


def test_the_envelope_is_told_without_the_noise() -> None:
    random = np.random.default_rng(4)
    truth = spans(random, 60, duration_s=0.5)
    bursts = found(5 * with_bursts(random, noise(random, 60), truth, 2.0))
    assert np.median([burst.mean_uv for burst in bursts]) == pytest.approx(10, rel=0.08)
    assert all(burst.peak_uv > burst.mean_uv for burst in bursts)
    assert all(burst.onset_s <= burst.apex_s < burst.offset_s for burst in bursts)


def test_intervals_are_from_offset_to_onset() -> None:
    random = np.random.default_rng(5)
    bursts = found(with_bursts(random, noise(random, 30), [(5, 5.1), (7, 7.1), (10, 10.1)], 8.0))
    assert np.isnan(bursts[0].interval_s)
    assert [burst.interval_s for burst in bursts[1:]] == pytest.approx([1.9, 2.9], abs=0.02)
    assert bursts[1].interval_s == pytest.approx(bursts[1].onset_s - bursts[0].offset_s)


def test_the_median_frequency_is_that_of_the_burst_and_not_of_the_noise() -> None:
    random = np.random.default_rng(6)
    samples, time_s = noise(random, 20), np.arange(400) / RATE_HZ
    samples[9000:9400] += 4 * np.sin(2 * np.pi * 100 * time_s)
    (burst,) = found(samples)
    assert burst.median_frequency_hz == pytest.approx(100, abs=4)


def test_a_burst_too_short_or_a_rate_too_low_has_no_median_frequency() -> None:
    random = np.random.default_rng(7)
    (short,) = found(with_bursts(random, noise(random, 20), [(9, 9.03)], 20.0))
    assert np.isnan(short.median_frequency_hz)
    slow = random.standard_normal(6000)
    slow[3000:3100] *= 10
    (burst,) = found(slow, 100.0)
    assert np.isnan(burst.median_frequency_hz)
    assert (burst.onset_s, burst.offset_s) == pytest.approx((30, 31), abs=0.05)


def test_a_train_with_pauses_stays_apart_and_a_burst_with_a_dip_stays_one() -> None:
    random = np.random.default_rng(8)
    train = [(5 + 0.16 * number, 5.1 + 0.16 * number) for number in range(10)]
    assert len(found(with_bursts(random, noise(random, 20), train, 8.0))) == 10
    dips = [(5 + number, 5.1 + number) for number in range(10)] + [(5.115 + number, 5.2 + number) for number in range(10)]
    assert len(found(with_bursts(random, noise(random, 20), dips, 8.0))) == 10


def test_a_pop_is_no_burst_however_large() -> None:
    random = np.random.default_rng(9)
    samples = noise(random, 60)
    samples[10_000:50_000:2_000] += 100
    samples[11_000:51_000:2_000] -= 1000
    assert found(samples) == ()


def test_a_long_weak_contraction_is_one_burst() -> None:
    random = np.random.default_rng(10)
    (burst,) = found(with_bursts(random, noise(random, 60), [(20, 24)], 1.8))
    assert times([burst])[0] == pytest.approx((20, 24), abs=0.1)
    assert burst.pattern is Pattern.TONIC


def test_half_a_minute_of_tonic_contraction_is_not_learnt_as_noise() -> None:
    random = np.random.default_rng(11)
    brief = [(70, 70.1), (75, 75.1)]
    samples = with_bursts(random, noise(random, 90), [(30, 60)], 4.0)
    bursts = found(with_bursts(random, samples, brief, 3.0))
    assert len(bursts) == 3
    assert times(bursts)[0] == pytest.approx((30, 60), abs=0.05)


@pytest.mark.parametrize("strength", [3.0, 20.0])
def test_a_muscle_that_is_active_for_most_of_the_time_does_not_raise_its_own_noise(strength: float) -> None:
    random = np.random.default_rng(12)
    truth = spans(random, 240, duration_s=0.3, pause_s=(0.15, 0.25))
    detector = BurstDetector(rate_hz=RATE_HZ)
    bursts = detector.update(with_bursts(random, noise(random, 240), truth, strength)) + detector.close()
    assert detector.noise_uv == pytest.approx(1, rel=0.06)
    assert abs(len(bursts) - len(truth)) <= 0.01 * len(truth)


def test_a_recording_may_begin_and_end_within_a_burst() -> None:
    random = np.random.default_rng(13)
    bursts = found(with_bursts(random, noise(random, 60), [(0, 12), (30, 30.1), (59.5, 60)], 5.0))
    assert [burst.censored for burst in bursts] == [True, False, True]
    assert (bursts[0].onset_s, bursts[2].offset_s) == (0, 60)
    assert bursts[0].offset_s == pytest.approx(12, abs=0.02)


def test_noise_that_doubles_within_minutes_is_followed() -> None:
    random = np.random.default_rng(14)
    drift = 2.0 ** np.linspace(0, 1, 600_000)
    truth = spans(random, 600, pause_s=(3.0, 6.0))
    detector = BurstDetector(rate_hz=RATE_HZ)
    bursts = detector.update(drift * with_bursts(random, noise(random, 600), truth, 3.0)) + detector.close()
    assert len(bursts) == len(truth)
    assert detector.noise_course_uv[[0, -1]] == pytest.approx([1, 2], rel=0.12)


def test_missing_time_parts_bursts_and_censors_them() -> None:
    random = np.random.default_rng(15)
    samples = with_bursts(random, noise(random, 60), [(10, 11), (20, 20.1), (22, 22.1)], 8.0)
    samples[10_400:10_600] = np.nan
    samples[21_000:21_050] = np.nan
    bursts = found(samples)
    assert [burst.censored for burst in bursts] == [True, True, False, False]
    assert times(bursts)[:2] == [pytest.approx((10, 10.4), abs=0.01), pytest.approx((10.6, 11), abs=0.01)]
    assert np.isnan([bursts[1].interval_s, bursts[3].interval_s]).all()
    assert bursts[2].interval_s == pytest.approx(9, abs=0.02)


def test_what_is_brief_at_an_edge_of_measured_time_is_not_told() -> None:
    random = np.random.default_rng(22)
    samples = with_bursts(random, noise(random, 20), [(10, 10.1), (19.96, 20)], 8.0)
    samples[10_035:10_065] = np.nan
    assert found(samples) == ()
    assert len(found(with_bursts(random, noise(random, 20), [(10, 10.04)], 8.0))) == 1


def test_a_contraction_that_does_not_end_is_told_in_parts() -> None:
    random = np.random.default_rng(16)
    rules = load_emg_parameters().replace(burst_longest_s=20.0)
    samples = with_bursts(random, noise(random, 120), [(50, 110)], 4.0)
    bursts = find_bursts(samples, rate_hz=RATE_HZ, conditioned=True, parameters=rules)
    assert len(bursts) > 1
    assert all(burst.censored for burst in bursts)
    assert [burst.offset_s for burst in bursts[:-1]] == [burst.onset_s for burst in bursts[1:]]
    assert (bursts[0].onset_s, bursts[-1].offset_s) == pytest.approx((50, 110), abs=0.05)


def test_the_tail_of_a_contraction_is_no_burst_but_the_same_activity_alone_is() -> None:
    random = np.random.default_rng(17)
    quiet, tail = noise(random, 60), [(21.5, 21.6)]
    alone = found(with_bursts(random, quiet, tail, 4.0))
    beside = found(with_bursts(random, with_bursts(random, quiet, [(20, 21)], 40.0), tail, 4.0))
    assert times(alone)[0] == pytest.approx((21.5, 21.6), abs=0.02)
    assert times(beside) == [pytest.approx((20, 21), abs=0.02)]


def test_weaker_bursts_beside_a_brief_strong_one_stay() -> None:
    random = np.random.default_rng(18)
    samples = with_bursts(random, with_bursts(random, noise(random, 60), [(20, 20.1)], 20.0), [(19, 19.1), (21, 21.1)], 4.0)
    assert len(found(samples)) == 3


def test_confidence_grows_with_strength_and_stays_within_bounds() -> None:
    random = np.random.default_rng(19)
    confidences = []
    for strength in (2.0, 3.0, 5.0, 10.0):
        bursts = found(with_bursts(random, noise(random, 60), spans(random, 60), strength))
        confidences.append(float(np.median([burst.confidence for burst in bursts])))
    assert confidences == sorted(confidences)
    assert confidences[1] == pytest.approx(0.9, abs=0.04)
    assert confidences[-1] < 1


def test_a_burst_says_whose_it_is() -> None:
    random = np.random.default_rng(20)
    samples = with_bursts(random, noise(random, 20), [(9, 9.1)], 8.0)
    muscle, side = Muscle.MENTALIS, Side.LEFT
    (burst,) = find_bursts(samples, rate_hz=RATE_HZ, conditioned=True, label="mentalis_left", muscle=muscle, side=side)
    assert (burst.channel, burst.muscle, burst.side) == ("mentalis_left", muscle, side)


def test_raw_samples_are_brought_into_the_band_first() -> None:
    random = np.random.default_rng(21)
    samples = with_bursts(random, noise(random, 30), [(15, 15.1)], 8.0)
    drift = 5000 + 500 * np.cos(2 * np.pi * np.arange(len(samples)) / RATE_HZ)
    (burst,) = find_bursts(samples + drift, rate_hz=RATE_HZ)
    assert times([burst])[0] == pytest.approx((15, 15.1), abs=0.01)


@pytest.mark.parametrize("samples", [np.empty(0), np.zeros(5000), np.full(5000, np.nan), np.zeros(3), np.ones(50_000)], ids=str)
def test_what_shows_no_muscle_has_no_bursts(samples: Floats) -> None:
    assert found(samples) == ()


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(rate_hz: float) -> None:
    with pytest.raises(InputError, match="must be a positive number"):
        BurstDetector(rate_hz=rate_hz)


def test_a_frame_counts_if_half_of_it_was_measured() -> None:
    samples = np.array([1.0, 1.0, 2.0, np.nan, np.nan, np.nan, 3.0, 3.0])
    samples[1] = np.nan
    assert frame_powers(samples, 2) == pytest.approx([1.0, 4.0, np.nan, 9.0], nan_ok=True)
