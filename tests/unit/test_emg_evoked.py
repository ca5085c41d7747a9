"""One response: is it there, from when on, how large; and what is said where it is not."""

from dataclasses import replace

import numpy as np
import pytest

from spasmograph.measure.emg.evoked.onset import Course, first_deflections, onsets_ms, smoothed
from spasmograph.measure.emg.evoked.presence import jittering_response, kernels, locked_response
from spasmograph.measure.emg.evoked.responses import evoked_response, search_for
from spasmograph.measure.emg.evoked.sweeps import average_evoked
from spasmograph.measure.emg.simulate import WORLDS, Setting, act_out
from spasmograph.model import Channel, EvokedResponse, Presence, ResponseKind
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import ChannelKind, Muscle, Side
from tests.evoked_worlds import NOISE_UV, World, samples, stimuli

RULES = load_emg_parameters()
R1, R2 = ResponseKind.BLINK_REFLEX_R1, ResponseKind.BLINK_REFLEX_R2
OCULI = Channel(
    index=0,
    name="oculi",
    label="orbicularis_oculi_left",
    kind=ChannelKind.EMG,
    rate_hz=2000.0,
    sample_count=1,
    muscle=Muscle.ORBICULARIS_OCULI,
    side=Side.LEFT,
)


def measured(world: World, *, kind: ResponseKind = R1, sweeps: int = 20, seed: int = 0) -> EvokedResponse:
    times_s = stimuli(sweeps, rate_hz=world.rate_hz, seed=seed)
    evoked = average_evoked(samples(world, times_s, seed=seed), times_s, rate_hz=world.rate_hz)
    return evoked_response(evoked, search_for(kind), OCULI, stimulated=Side.LEFT)


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 5000.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_clear_response_is_present_with_its_latency_and_amplitude(rate_hz: float, sign: float) -> None:
    found = measured(World(amplitude_uv=sign * 50.0, jitter_ms=0.1, rate_hz=rate_hz))

    assert found.presence is Presence.PRESENT
    assert found.probability < 0.01
    assert found.latency_ms.value == pytest.approx(10.3, abs=0.5 if rate_hz < 2000 else 0.3)
    assert found.latency_ms.low < 10.3 < found.latency_ms.high
    assert found.amplitude_uv.value == pytest.approx(50.0, rel=0.15)
    assert found.duration_ms.value == pytest.approx(6.0, abs=1.5)
    assert found.area_uv_ms.value == pytest.approx(50.0 * 6.0 * 0.3015, rel=0.35)


def test_latency_at_five_times_the_noise_with_twenty_sweeps() -> None:
    errors = [measured(World(amplitude_uv=25.0, jitter_ms=0.15), seed=seed).latency_ms.value - 10.3 for seed in range(8)]

    assert float(np.median(np.abs(errors))) <= 0.3


def test_noise_alone_is_no_response() -> None:
    found = [measured(World(pink=seed % 2 == 0, mains_uv=10.0 * (seed % 3)), seed=seed) for seed in range(12)]

    assert sum(one.presence is Presence.PRESENT for one in found) <= 1
    assert sum(one.presence is Presence.ABSENT for one in found) >= 10


def test_absence_is_a_statement_with_its_power() -> None:
    found = measured(World(), seed=1)

    assert found.presence is Presence.ABSENT
    assert "would have been seen in 95 of 100 cases" in found.reason
    assert 0.5 * NOISE_UV < found.detectable_uv < 4 * NOISE_UV
    assert np.isnan([found.latency_ms.value, found.amplitude_uv.value, found.duration_ms.value, found.area_uv_ms.value]).all()


def test_a_response_of_detectable_size_is_seen() -> None:
    least = np.mean([measured(World(), seed=seed).detectable_uv for seed in range(3)])

    seen = [measured(World(amplitude_uv=1.1 * float(least)), seed=seed).presence is Presence.PRESENT for seed in range(15)]

    assert sum(seen) >= 13


def test_loud_noise_leaves_it_undecided() -> None:
    found = measured(World(noise_uv=100.0))

    assert found.presence is Presence.UNDECIDED
    assert "50 µV are to be expected" in found.reason
    assert found.detectable_uv > 50.0


@pytest.mark.parametrize(("amplitude_uv", "presence"), [(0.0, Presence.UNDECIDED), (50.0, Presence.PRESENT)])
def test_without_microvolts_nothing_is_called_absent(amplitude_uv: float, presence: Presence) -> None:
    world, times_s = World(amplitude_uv=amplitude_uv), stimuli(20)
    evoked = average_evoked(samples(world, times_s), times_s, rate_hz=2000.0)

    found = evoked_response(evoked, search_for(R1), replace(OCULI, unit="counts", uv_per_unit=float("nan")))

    assert found.presence is presence
    assert ("does not say how its unit becomes microvolts" in found.reason) == (presence is Presence.UNDECIDED)
    assert "µV" not in found.reason


@pytest.mark.parametrize("sweeps", [1, 3])
def test_too_few_sweeps_leave_it_undecided(sweeps: int) -> None:
    found = measured(World(), sweeps=sweeps)

    assert found.presence is Presence.UNDECIDED
    assert f"{sweeps} sweep{'s' if sweeps > 1 else ''} of this length cannot tell" in found.reason
    assert np.isnan(found.probability)


def test_one_sweep_with_a_burst_is_no_response() -> None:
    times_s = stimuli(12)
    channel = samples(World(), times_s)
    place = round(times_s[4] * 2000) + 18
    channel[place : place + 20] += 600.0 * np.sin(np.arange(20))

    evoked = average_evoked(channel, times_s, rate_hz=2000.0)

    assert locked_response(evoked, (7.0, 18.0), RULES).probability > 0.05
    assert jittering_response(evoked, (8.0, 40.0), RULES).probability > 0.01


@pytest.mark.parametrize("tail_ms", [0.6, 2.0, 6.0])
def test_the_artefacts_tail_is_no_response(tail_ms: float) -> None:
    assert measured(World(tail_uv=500.0, tail_ms=tail_ms)).presence is not Presence.PRESENT


@pytest.mark.parametrize("tail_ms", [0.6, 2.0])
def test_the_artefacts_tail_is_no_direct_response(tail_ms: float) -> None:
    found = measured(World(tail_uv=500.0, tail_ms=tail_ms), kind=ResponseKind.DIRECT)

    assert found.presence is not Presence.PRESENT


def test_a_response_on_the_artefacts_tail_keeps_its_latency() -> None:
    found = measured(World(amplitude_uv=50.0, tail_uv=500.0, tail_ms=2.0))

    assert found.presence is Presence.PRESENT
    assert found.latency_ms.value == pytest.approx(10.3, abs=0.4)


@pytest.mark.parametrize(
    ("latency_ms", "duration_ms", "reason"), [(4.0, 12.0, "no onset of its own"), (6.2, 9.0, "before the window of this response")]
)
def test_what_begins_before_its_window_is_not_this_response(latency_ms: float, duration_ms: float, reason: str) -> None:
    found = measured(World(amplitude_uv=500.0, latency_ms=latency_ms, duration_ms=duration_ms))

    assert found.presence is Presence.UNDECIDED
    assert reason in found.reason


def test_a_jittering_response_is_found_rectified() -> None:
    world = World(amplitude_uv=120.0, latency_ms=32.0, duration_ms=25.0, jitter_ms=0.5, rectified=True)
    found = measured(world, kind=R2)

    assert found.presence is Presence.PRESENT
    assert found.latency_ms.value == pytest.approx(32.0, abs=3.0)
    assert found.amplitude_uv.value == pytest.approx(120.0, rel=0.25)
    assert found.average_uv[found.time_ms > 2].min() > 0


@pytest.mark.parametrize("rate_hz", [2000.0, 5000.0])
def test_r2_is_as_exact_at_every_rate(rate_hz: float) -> None:
    late_ms, shares = [], []
    for seed in range(5):
        setting = Setting(seed=seed, duration_s=60.0, strength=5.0, rate_hz=rate_hz, side=Side.LEFT)
        plan = WORLDS["blink_reflex"](setting)
        assert plan.stimulation
        late = next(reply for reply in plan.stimulation.replies if reply.kind is R2)
        made = act_out("late", replace(plan, electrodes=(late.electrode,), stimulation=replace(plan.stimulation, replies=(late,))), setting)
        channel = made.biosignal.recording.channels[0]
        evoked = average_evoked(made.biosignal.samples(channel), np.array(made.truth.stimuli_s), rate_hz=rate_hz, with_interval=False)
        found = evoked_response(evoked, search_for(R2), channel)
        late_ms.append(found.latency_ms.value - float(np.mean([one.latency_ms for one in made.truth.responses])))
        shares.append(found.amplitude_uv.value / float(np.mean([one.amplitude_uv for one in made.truth.responses])))

    assert np.median(np.abs(late_ms)) < 2.0
    assert 0.88 < np.median(shares) < 1.12


def test_a_weak_pattern_of_r2_is_not_called_absent() -> None:
    world = World(amplitude_uv=4.0 * NOISE_UV, latency_ms=32.0, duration_ms=30.0, jitter_ms=1.5, rectified=True)

    found = [measured(world, kind=R2, seed=seed).presence for seed in range(12)]

    assert found.count(Presence.ABSENT) <= 1
    assert found.count(Presence.PRESENT) >= 4


def test_chance_that_gives_as_much_seldom_is_no_absence() -> None:
    found = [measured(World(), kind=R2, seed=seed) for seed in range(20)]

    doubted = [one for one in found if one.probability < RULES["absence_doubt"]]
    assert doubted
    assert Presence.ABSENT not in {one.presence for one in doubted}
    assert sum(one.presence is Presence.ABSENT for one in found) >= 14


def test_sides_window_norms_and_counts_are_told() -> None:
    found = measured(World(amplitude_uv=50.0))

    assert (found.kind, found.channel, found.side, found.stimulated) == (R1, "orbicularis_oculi_left", Side.LEFT, Side.LEFT)
    assert found.window_ms == (7.0, 18.0)
    assert [norm.source for norm in found.norms] == ["BR-KOR", "BR-CN"]
    assert (found.sweeps, found.rejected) == (20, 0)
    assert found.time_ms[0] >= -50.0


def test_waves_of_the_test_ignore_offset_and_slope() -> None:
    for wave in kernels(2000.0):
        assert abs(wave.sum()) < 1e-6
        assert abs(wave @ np.arange(len(wave))) < 0.05 * len(wave)


def test_an_onset_without_noise_is_exact() -> None:
    time_ms = np.arange(-50, 100, 0.5)
    phase = (time_ms - 10.2) / 6.0
    values = np.where((phase > 0) & (phase < 1), np.sin(2 * np.pi * phase), 0.0)

    course = Course(time_ms=time_ms, window_ms=(7.0, 18.0), earliest_ms=1.5)

    (onset_ms,) = onsets_ms(course, smoothed(values, 2000.0)[None, :], np.array([1e-6]), RULES["onset_share"])
    assert onset_ms == pytest.approx(10.2, abs=0.15)


@pytest.mark.parametrize("values", [np.zeros(300), np.full(300, 0.1)], ids=["nothing", "level"])
def test_without_a_deflection_there_is_no_onset(values: np.ndarray) -> None:
    course = Course(time_ms=np.arange(-50, 100, 0.5), window_ms=(7.0, 18.0), earliest_ms=1.5)

    rows, noises = values[None, :], np.array([1.0])
    assert first_deflections(course, rows, noises).tolist() == [-1]
    assert np.isnan(onsets_ms(course, rows, noises, 0.7)).all()
