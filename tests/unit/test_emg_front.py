"""One channel from its electrode to what can be measured: faults are told from muscle, and the rest is left as it is."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from spasmograph.measure.emg.front.artefacts import Ordinary
from spasmograph.measure.emg.front.conditioning import condition
from spasmograph.measure.emg.front.front import ChannelFront
from spasmograph.measure.emg.front.survey import Survey, survey_channel
from spasmograph.measure.emg.simulate import simulate_emg
from spasmograph.model import Floats, QualityReason, Span
from spasmograph.terms import Reason
from tests.emg_noise import bursting, channel, heart, muscle_noise, strength

RATE_HZ = 2000.0
COUNT = 80_000
TIME_S = np.arange(COUNT) / RATE_HZ


def through(samples: Floats, *, rate_hz: float = RATE_HZ, low_uv: float = float("nan"), high_uv: float = float("nan")) -> tuple[Floats, ChannelFront]:
    """The samples after the front end, and the front end."""
    known = channel(len(samples), rate_hz=rate_hz, low_uv=low_uv, high_uv=high_uv)
    front = ChannelFront(known, survey_channel(lambda first, stop: samples[first:stop], known))
    return np.concatenate([front.update(samples), front.close()]), front


def only(reasons: tuple[QualityReason, ...]) -> QualityReason:
    assert len(reasons) == 1, reasons
    return reasons[0]


def covers(reason: QualityReason, onset_s: float, offset_s: float, *, beyond_s: float) -> bool:
    """If the reason's spans hold the stretch, and nothing further than `beyond_s` from it."""
    first, last = reason.spans[0].onset_s, reason.spans[-1].offset_s
    return onset_s - beyond_s <= first <= onset_s + 0.01 and offset_s - 0.01 <= last <= offset_s + beyond_s


@pytest.mark.parametrize("height", [1.0, 8.0, 50.0, 1000.0])
@pytest.mark.parametrize("shape", ["bursts", "two seconds", "half of the time", "one that begins sharply"])
def test_spasm_is_never_taken_for_an_artefact(height: float, shape: str) -> None:
    strengths = {
        "bursts": bursting(COUNT, height=height),
        "two seconds": np.where((TIME_S > 12) & (TIME_S < 14), height, 1.0),
        "half of the time": np.where(TIME_S % 8 < 4, height, 1.0),
        "one that begins sharply": np.where((TIME_S > 12) & (TIME_S < 14), height * np.exp(-(TIME_S - 12) * 3) + 1, 1.0),
    }
    left, front = through(muscle_noise(COUNT) * strengths[shape])
    assert front.reasons == ()
    assert front.observed == (Span(onset_s=0.0, offset_s=COUNT / RATE_HZ),)
    assert not np.isnan(left).any()


@pytest.mark.parametrize("height", [1.0, 50.0])
def test_white_noise_is_no_artefact_either(height: float) -> None:
    noise = np.random.default_rng(0).standard_normal(COUNT) * bursting(COUNT, height=height, lasting_s=1.0)
    assert through(noise)[1].reasons == ()


def test_clean_channel_is_in_its_band_and_otherwise_as_it_was() -> None:
    noise = muscle_noise(COUNT)
    left, front = through(noise)
    np.testing.assert_allclose(left, condition(noise, rate_hz=RATE_HZ), atol=1e-9)
    assert np.isnan([front.mains_hz, front.mains_uv, front.ecg_per_min]).all()


def gap(samples: Floats) -> None:
    samples[20_000:24_000] = np.nan


def flat(samples: Floats) -> None:
    samples[20_000:24_000] = 3.0


def over_the_limit(samples: Floats) -> None:
    samples[20_000:24_000] = np.clip(samples[20_000:24_000] * 200, -30, 30)


def hum(samples: Floats) -> None:
    samples[20_000:24_000] = 300 * np.sin(2 * np.pi * 50 * TIME_S[:4000])


@pytest.mark.parametrize(
    ("fault", "reason", "beyond_s"),
    [(gap, Reason.GAP, 0), (flat, Reason.FLAT, 0.001), (over_the_limit, Reason.CLIPPED, 0.05), (hum, Reason.ELECTRODE_LOST, 0.31)],
)
def test_two_seconds_of_fault_are_not_measured(fault: Callable[[Floats], None], reason: Reason, beyond_s: float) -> None:
    samples = muscle_noise(COUNT)
    fault(samples)
    left, front = through(samples)
    found = only(front.reasons)
    assert found.code is reason
    assert covers(found, 10.0, 12.0, beyond_s=beyond_s)
    assert found.seconds == pytest.approx(2.0, abs=2 * beyond_s + 0.02)
    assert sum(span.duration_s for span in front.observed) + found.seconds == pytest.approx(40.0)
    assert np.isnan(left).sum() == round(found.seconds * RATE_HZ)
    assert strength(left) < 1.1


@pytest.mark.parametrize("height", [100.0, 1000.0])
def test_pop_is_left_out_alone(height: float) -> None:
    samples = muscle_noise(COUNT)
    samples[[20_000, 50_000]] += height
    left, front = through(samples)
    found = only(front.reasons)
    assert found.code is Reason.MOVEMENT_ARTEFACT
    assert [round(span.onset_s, 2) for span in found.spans] == [10.0, 25.0]
    assert found.seconds < 0.01
    assert np.nanmax(np.abs(left)) < 6


@pytest.mark.parametrize("height", [30.0, 300.0, 30_000.0])
@pytest.mark.parametrize("decay_s", [0.1, 1e9])
def test_step_of_the_baseline_makes_no_burst(height: float, decay_s: float) -> None:
    samples = muscle_noise(COUNT) + height * (TIME_S >= 10) * np.exp(-np.maximum(TIME_S - 10, 0) / decay_s)
    left, front = through(samples)
    found = only(front.reasons)
    assert found.code is Reason.MOVEMENT_ARTEFACT
    assert found.seconds < 1.5
    assert strength(left[19_000:22_000]) < 1.3


def test_movement_that_reaches_into_the_band_is_not_measured() -> None:
    inside = (TIME_S >= 10) & (TIME_S < 12)
    swing = 3000 * np.sin(2 * np.pi * 6 * TIME_S) + 60 * np.sin(2 * np.pi * 25 * TIME_S)
    left, front = through(muscle_noise(COUNT) + np.where(inside, swing * np.sin(np.pi * (TIME_S - 10) / 2) ** 2, 0.0))
    found = only(front.reasons)
    assert found.code is Reason.MOVEMENT_ARTEFACT
    assert found.seconds == pytest.approx(2.0, abs=0.5)
    assert strength(left) < 1.1


def test_movement_below_the_band_disturbs_nothing() -> None:
    inside = (TIME_S >= 10) & (TIME_S < 12)
    swing = np.where(inside, 3000 * np.sin(2 * np.pi * 3 * TIME_S) * np.sin(np.pi * (TIME_S - 10) / 2) ** 2, 0.0)
    left, front = through(muscle_noise(COUNT) + swing)
    assert front.reasons == ()
    assert strength(left[20_000:24_000]) < 1.15


def test_spasm_that_moves_its_electrode_is_measured() -> None:
    inside = (TIME_S >= 10) & (TIME_S < 12)
    swing = np.where(inside, 100 * np.sin(2 * np.pi * 4 * TIME_S) * np.sin(np.pi * (TIME_S - 10) / 2) ** 2, 0.0)
    assert through(muscle_noise(COUNT) * np.where(inside, 30.0, 1.0) + swing)[1].reasons == ()


@pytest.mark.parametrize("step", [0.1, 1.0, 3.0])
def test_coarse_converter_is_neither_flat_nor_clipped(step: float) -> None:
    samples = np.round(muscle_noise(COUNT) * bursting(COUNT, height=8.0) / step) * step
    assert through(samples)[1].reasons == ()


def test_limit_in_the_header_counts_where_it_is_reached() -> None:
    samples = np.clip(muscle_noise(COUNT) * bursting(COUNT, height=40.0), -60, 60)
    found = only(through(samples, low_uv=-60, high_uv=60)[1].reasons)
    assert found.code is Reason.CLIPPED
    assert found.seconds < 1.5
    assert through(samples * 0.5, low_uv=-60, high_uv=60)[1].reasons[0].code is Reason.CLIPPED
    assert through(muscle_noise(COUNT) * bursting(COUNT, height=8.0), low_uv=-60, high_uv=60)[1].reasons == ()


def test_dead_channel_has_no_observed_time() -> None:
    left, front = through(np.full(20_000, 7.0))
    assert only(front.reasons).code is Reason.FLAT
    assert front.observed == ()
    assert np.isnan(left).all()


def test_slow_channel_says_what_it_cannot_tell() -> None:
    front = through(muscle_noise(3000, rate_hz=100.0), rate_hz=100.0)[1]
    found = only(front.reasons)
    assert (found.code, found.seconds, found.spans) == (Reason.RATE_TOO_LOW, 30.0, ())
    assert "100 samples a second" in found.message
    assert front.observed == (Span(onset_s=0.0, offset_s=30.0),)


@pytest.mark.parametrize("recovers_in_s", [0.1, 0.5, 2.0])
def test_saturated_electrode_is_lost_until_it_has_come_back(recovers_in_s: float) -> None:
    offset = np.where(TIME_S < 10, 0.0, np.where(TIME_S < 12, 20_000.0, 20_000 * np.exp(-(TIME_S - 12) / recovers_in_s)))
    left, front = through(np.clip(muscle_noise(COUNT) + offset, -3000, 3000), low_uv=-3000, high_uv=3000)
    lost = front.reasons[0]
    assert lost.code is Reason.ELECTRODE_LOST
    assert covers(lost, 10.0, 12.0 + recovers_in_s * np.log(20 / 3), beyond_s=0.05)
    assert max(strength(left[first : first + 200]) for first in range(0, COUNT, 200) if np.isfinite(left[first : first + 200]).any()) < 3


def test_touched_cable_makes_no_burst() -> None:
    amplitude = np.where((TIME_S > 10) & (TIME_S < 25), 40, 5)
    left, front = through(muscle_noise(COUNT) + amplitude * np.cos(2 * np.pi * 50.02 * TIME_S))
    found = only(front.reasons)
    assert found.code is Reason.MOVEMENT_ARTEFACT
    assert [round(span.onset_s) for span in found.spans] == [10, 25]
    assert found.seconds < 1
    assert max(strength(left[first : first + 200]) for first in range(0, COUNT, 200) if np.isfinite(left[first : first + 200]).any()) < 1.8


def test_mains_are_taken_out_and_told() -> None:
    left, front = through(muscle_noise(COUNT) * bursting(COUNT, height=20.0) + 20 * np.cos(2 * np.pi * 60.02 * TIME_S))
    assert front.mains_hz == pytest.approx(60.02, abs=0.01)
    assert front.mains_uv == pytest.approx(20, rel=0.01)
    assert 0 < front.mains_loss < 0.01
    quiet = bursting(COUNT, height=20.0) == 1
    assert strength(left[quiet]) < 1.25


def test_heart_is_taken_out_and_told() -> None:
    beats, beats_s = heart(COUNT, height=30.0)
    left, front = through(muscle_noise(COUNT) + beats)
    assert front.ecg_per_min == pytest.approx(60 / np.median(np.diff(beats_s)), rel=0.02)
    assert front.reasons == ()
    assert max(strength(left[round(at_s * RATE_HZ) - 60 : round(at_s * RATE_HZ) + 60]) for at_s in beats_s) < 1.8


def test_faults_of_the_simulator_are_found_as_they_are() -> None:
    simulated = simulate_emg("faults", duration_s=60.0, seed=3)
    known = simulated.biosignal.recording.channels[0]
    front = ChannelFront(known, survey_channel(partial(simulated.biosignal.samples, known), known))
    front.update(simulated.biosignal.samples(known))
    front.close()
    truth = {each.reason: each.span for each in simulated.truth.artefacts if each.channel == known.label}
    found = {each.code: each for each in front.reasons}
    for reason in (Reason.ELECTRODE_LOST, Reason.CLIPPED, Reason.FLAT):
        assert covers(found[reason], truth[reason].onset_s, truth[reason].offset_s, beyond_s=0.35)
    assert found[Reason.GAP].seconds == pytest.approx(3.0, abs=0.01)
    assert found[Reason.MOVEMENT_ARTEFACT].spans[0].onset_s == pytest.approx(truth[Reason.MOVEMENT_ARTEFACT].onset_s, abs=0.3)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["emg.txt", "emg_1.txt"])
def test_real_muscle_is_measured_throughout(shared: Path, name: str) -> None:
    samples = np.loadtxt(shared / "data" / "emg" / name)
    left, front = through(samples, rate_hz=1000.0)
    assert front.reasons == ()
    assert np.isnan(front.ecg_per_min)
    assert strength(left) < strength(samples - samples.mean())


def test_survey_reads_no_more_than_some_minutes() -> None:
    asked: list[tuple[int, int]] = []
    long = channel(200 * 3600 * 100, rate_hz=200.0)

    def read(first: int, stop: int) -> Floats:
        asked.append((first, stop))
        return muscle_noise(stop - first, rate_hz=200.0)

    survey_channel(read, long)
    assert sum(stop - first for first, stop in asked) <= 10 * 60 * 200
    assert asked[0][0] == 0
    assert asked[-1][1] == long.sample_count


@pytest.mark.parametrize("count", [1, 2, 10, 500, 5000])
@pytest.mark.parametrize("rate_hz", [10.0, 100.0, 2000.0, 10_000.0])
def test_short_recordings(count: int, rate_hz: float) -> None:
    samples = muscle_noise(5000, rate_hz=rate_hz)[:count]
    left, _ = through(samples, rate_hz=rate_hz)
    assert len(left) == count
    assert np.isfinite(left).all()


def test_nothing_at_all() -> None:
    assert survey_channel(lambda _first, _stop: np.full(1, np.nan), channel(1)) == Survey(ordinary=Ordinary())
    left, front = through(np.full(3000, np.nan))
    assert np.isnan(left).all()
    assert only(front.reasons).code is Reason.GAP
    empty = ChannelFront(channel(0))
    assert len(empty.update(np.empty(0))) == len(empty.close()) == 0
    assert (empty.observed, empty.reasons) == ((), ())
