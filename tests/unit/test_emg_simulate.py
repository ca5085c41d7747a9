"""The simulator of facial EMG: what it says is true is what its samples show."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import signal

from spasmograph.errors import InputError
from spasmograph.measure.emg.simulate import (
    ECTOPIC_HZ,
    WORLDS,
    Contraction,
    CrossTalk,
    Disturbance,
    Plan,
    Reply,
    Setting,
    SimulatedEmg,
    Stimulation,
    TrueArtefact,
    act_out,
    simulate_emg,
    stream_emg,
)
from spasmograph.model.common import Floats, Span
from spasmograph.model.evoked import ResponseKind
from spasmograph.terms import ChannelKind, Muscle, Reason, Side

EYE, MOUTH = (Muscle.ORBICULARIS_OCULI, Side.RIGHT), (Muscle.ORBICULARIS_ORIS, Side.RIGHT)
EYE_LABEL, MOUTH_LABEL = "orbicularis_oculi_right", "orbicularis_oris_right"
SILENT = Disturbance(white=0.0)


def _of(made: SimulatedEmg, label: str) -> Floats:
    channel = next(one for one in made.biosignal.recording.channels if one.label == label)
    return made.biosignal.samples(channel)


def _band(samples: Floats, rate_hz: float) -> Floats:
    """The band of EMG, cut out without any transition."""
    spectrum, frequency_hz = np.fft.rfft(samples), np.fft.rfftfreq(len(samples), 1 / rate_hz)
    spectrum[(frequency_hz < 20.0) | (frequency_hz > 450.0)] = 0.0
    return np.fft.irfft(spectrum, len(samples))


def _rms(samples: Floats) -> float:
    return float(np.sqrt(np.mean(samples**2)))


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_is_a_recording_in_microvolts(world: str) -> None:
    made = simulate_emg(world, duration_s=20.0)
    channels = made.biosignal.recording.channels
    assert made.truth.world == world
    assert [channel.index for channel in channels] == list(range(len(channels)))
    for channel in channels:
        samples = made.biosignal.samples(channel)
        assert len(samples) == channel.sample_count == 40_000
        assert np.isfinite(samples).all() == (world != "faults")
        assert np.ptp(samples[np.isfinite(samples)]) > 0


@pytest.mark.parametrize("world", ["hemifacial", "blepharospasm", "myokymia", "voluntary", "synkinesis", "bursts", "cross_talk"])
def test_bursts_lie_inside_the_recording_and_do_not_overlap(world: str) -> None:
    made = simulate_emg(world, duration_s=30.0, seed=4)
    labels = {burst.channel for burst in made.truth.bursts}
    assert labels
    for label in labels:
        bursts = made.truth.bursts_of(label)
        assert bursts[0].onset_s > 1.9
        assert bursts[-1].offset_s < 30.0
        assert all(one.offset_s < other.onset_s for one, other in pairwise(bursts))


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 4000.0])
@pytest.mark.parametrize("world", ["noise_white", "noise_pink"])
def test_noise_has_its_strength_in_the_band_of_emg(world: str, rate_hz: float) -> None:
    made = simulate_emg(world, duration_s=60.0, rate_hz=rate_hz, noise_uv=7.0)
    assert _rms(_band(_of(made, EYE_LABEL), rate_hz)) == pytest.approx(7.0, rel=0.02)


def test_pink_noise_has_half_the_power_density_at_twice_the_frequency() -> None:
    frequency_hz, power = signal.welch(_of(simulate_emg("noise_pink", duration_s=120.0), EYE_LABEL), 2000.0, nperseg=4096)

    def near(at_hz: float) -> float:
        return float(power[(frequency_hz > at_hz * 0.9) & (frequency_hz < at_hz * 1.1)].mean())

    assert near(50.0) / near(100.0) == pytest.approx(2.0, rel=0.15)
    assert near(100.0) / near(400.0) == pytest.approx(4.0, rel=0.15)


@pytest.mark.parametrize("strength", [2.0, 8.0, 20.0])
def test_a_burst_is_as_strong_as_it_was_asked_for(strength: float) -> None:
    setting = Setting(duration_s=10.0, strength=strength)
    plan = Plan(electrodes=(EYE,), contractions=WORLDS["bursts"](setting).contractions, disturbance=SILENT)
    made = act_out("silent", plan, setting)
    samples = _of(made, EYE_LABEL)
    assert len(made.truth.bursts) > 4
    for burst in made.truth.bursts:
        inside = samples[int(np.ceil(burst.onset_s * 2000)) :][: round((burst.offset_s - burst.onset_s) * 2000)]
        assert _rms(inside) == pytest.approx(strength * 5.0, rel=1e-9)
        assert burst.rms_uv == strength * 5.0


@pytest.mark.parametrize("duration_s", [0.0, 0.0005, 0.004])
def test_a_contraction_too_short_for_a_discharge_is_refused(duration_s: float) -> None:
    brief = Contraction(electrode=EYE, onset_s=1.0, offset_s=1.0 + duration_s, strength=4.0, units=1)

    with pytest.raises(InputError, match=r"a contraction of [\d.e-]+ s is too short for a single discharge"):
        act_out("brief", Plan(electrodes=(EYE,), contractions=(brief,)), Setting(duration_s=5.0))


@pytest.mark.parametrize("world", ["bursts", "voluntary"])
def test_muscle_activity_has_the_spectrum_of_surface_emg(world: str) -> None:
    setting = Setting(duration_s=60.0)
    samples = _of(act_out(world, Plan(electrodes=(EYE,), contractions=_only_eye(setting, world), disturbance=SILENT), setting), EYE_LABEL)
    frequency_hz, power = signal.welch(samples, 2000.0, nperseg=1024)
    median_hz = frequency_hz[np.searchsorted(np.cumsum(power), power.sum() / 2)]
    assert 60.0 < median_hz < 200.0
    in_band = power[(frequency_hz >= 20.0) & (frequency_hz <= 450.0)].sum()
    assert in_band / power.sum() > 0.95


def _only_eye(setting: Setting, world: str) -> tuple[Contraction, ...]:
    return tuple(one for one in WORLDS[world](setting).contractions if one.electrode == EYE)


def _single(discharge_hz: tuple[float, float] | None, rate_hz: float = 10_000.0) -> Floats:
    setting = Setting(duration_s=5.0, rate_hz=rate_hz)
    burst = Contraction(electrode=EYE, onset_s=1.00003, offset_s=1.30003, strength=8.0, discharge_hz=discharge_hz)
    return _of(act_out("one", Plan(electrodes=(EYE,), contractions=(burst,), disturbance=SILENT), setting), EYE_LABEL)


@pytest.mark.parametrize("discharge_hz", [ECTOPIC_HZ, None])
def test_nothing_is_seen_before_the_onset_nor_long_after_the_offset(discharge_hz: tuple[float, float] | None) -> None:
    active = np.flatnonzero(_single(discharge_hz)) / 10_000.0
    assert active[0] >= 1.00003
    assert active[-1] < 1.30003 + 0.014


def test_an_ectopic_burst_is_there_at_once_and_ends_at_its_offset() -> None:
    samples = np.abs(_single(ECTOPIC_HZ))
    seen = np.flatnonzero(samples > 0.5 * 40.0) / 10_000.0
    assert seen[0] - 1.00003 < 0.004
    assert abs(seen[-1] - 1.30003) < 0.006


def test_a_burst_looks_the_same_at_every_rate() -> None:
    fine, coarse = _single(ECTOPIC_HZ, 10_000.0), _single(ECTOPIC_HZ, 2000.0)
    scale = fine[::5] @ coarse / (coarse @ coarse)
    assert scale == pytest.approx(1.0, abs=0.02)
    assert np.allclose(fine[::5], coarse * scale, atol=1e-9 * np.abs(fine).max())


def test_hemifacial_bursts_are_one_sided_synchronous_and_brief_or_tonic() -> None:
    truth = simulate_emg("hemifacial", seed=1, side=Side.LEFT).truth
    assert {burst.channel for burst in truth.bursts} == {"orbicularis_oculi_left", "orbicularis_oris_left", "mentalis_left"}
    eye = np.array([burst.onset_s for burst in truth.bursts_of("orbicularis_oculi_left")])
    for burst in truth.bursts:
        length_s = burst.offset_s - burst.onset_s
        assert 0.06 <= length_s <= 0.14 + 1e-9 or 1.0 <= length_s <= 2.5
        assert np.abs(eye - burst.onset_s).min() < 0.012


def test_blepharospasm_is_both_eyes_together_and_never_the_mouth() -> None:
    truth = simulate_emg("blepharospasm", seed=1).truth
    right, left = truth.bursts_of("orbicularis_oculi_right"), truth.bursts_of("orbicularis_oculi_left")
    assert len(right) + len(left) == len(truth.bursts)
    assert all(abs(one.onset_s - other.onset_s) < 0.015 for one, other in zip(right, left, strict=True))


def test_myokymia_keeps_its_rhythm_in_one_muscle() -> None:
    truth = simulate_emg("myokymia", seed=3).truth
    assert {burst.channel for burst in truth.bursts} == {EYE_LABEL}
    assert 3.0 < truth.rhythm_hz < 8.0
    steps_s = np.diff([burst.onset_s for burst in truth.bursts])
    assert np.median(steps_s) == pytest.approx(1 / truth.rhythm_hz, rel=0.02)


def test_in_synkinesis_the_other_muscle_of_that_side_follows_at_a_known_ratio() -> None:
    made = simulate_emg("synkinesis", seed=2, strength=20.0)
    closings = [remark for remark in made.biosignal.annotations if remark.text == "eye closing"]
    assert {(pair.moved, pair.follower) for pair in made.truth.synkinesis} == {(EYE_LABEL, MOUTH_LABEL), (MOUTH_LABEL, EYE_LABEL)}
    mouth = made.truth.bursts_of(MOUTH_LABEL)
    for closing in closings:
        follower = min(mouth, key=lambda burst: abs(burst.onset_s - closing.onset_s))
        assert follower.onset_s - closing.onset_s == pytest.approx(made.truth.synkinesis[0].lag_s)
        assert follower.strength == pytest.approx(20.0 * made.truth.synkinesis[0].ratio)
    assert not [burst for burst in simulate_emg("voluntary", seed=2).truth.bursts_of(MOUTH_LABEL) if burst.strength != 8.0]


def test_cross_talk_is_the_same_waveform_at_the_same_moment() -> None:
    setting = Setting(duration_s=10.0)
    plan = Plan(
        electrodes=(EYE, MOUTH),
        contractions=_only_eye(setting, "bursts"),
        cross_talk=(CrossTalk(source=EYE_LABEL, target=MOUTH_LABEL, gain=0.4),),
        disturbance=SILENT,
    )
    made = act_out("talk", plan, setting)
    assert np.allclose(_of(made, MOUTH_LABEL), 0.4 * _of(made, EYE_LABEL))
    assert not made.truth.bursts_of(MOUTH_LABEL)


def test_mains_lies_at_its_own_frequency_and_at_its_harmonics() -> None:
    made = simulate_emg("noise_mains_60", duration_s=60.0)
    power = np.abs(np.fft.rfft(_of(made, EYE_LABEL) * np.hanning(120_000)))
    frequency_hz = np.fft.rfftfreq(120_000, 1 / 2000.0)
    assert frequency_hz[power.argmax()] == pytest.approx(made.truth.mains_hz, abs=0.02)
    assert power[np.abs(frequency_hz - 180.06).argmin() - 10 :][:20].max() > 20 * np.median(power)
    assert np.isnan(simulate_emg("noise_white", duration_s=5.0).truth.mains_hz)


def test_heart_beats_are_seen_where_the_truth_says() -> None:
    setting, beating = Setting(duration_s=60.0), Disturbance(white=0.0, ecg=15.0)
    made = act_out("ecg", Plan(electrodes=(EYE,), disturbance=beating), setting)
    samples = np.abs(_of(made, EYE_LABEL))
    beats = np.array(made.truth.beats_s)
    assert 50 < len(beats) < 90
    peaks, _ = signal.find_peaks(samples, height=samples.max() / 2, distance=600)
    assert np.abs(peaks / 2000.0 - beats).max() < 0.002
    assert 0.5 * 75.0 < samples.max() < 1.1 * 75.0


def test_faults_are_where_the_truth_says() -> None:
    made = simulate_emg("faults", duration_s=60.0)
    samples = _of(made, EYE_LABEL)
    by_reason = {one.reason: samples[round(one.span.onset_s * 2000) : round(one.span.offset_s * 2000)] for one in made.truth.artefacts}
    channel = made.biosignal.recording.channels[0]
    assert (by_reason[Reason.FLAT] == 0).all()
    assert np.isnan(by_reason[Reason.GAP]).all()
    assert np.isnan(samples).sum() == len(by_reason[Reason.GAP])
    assert (np.abs(by_reason[Reason.CLIPPED]) == channel.high_uv).mean() > 0.3
    assert _rms(by_reason[Reason.ELECTRODE_LOST]) > 50 * 5.0
    assert by_reason[Reason.MOVEMENT_ARTEFACT][0] > 100 * 5.0
    assert made.biosignal.recording.gaps == tuple(one.span for one in made.truth.artefacts if one.reason is Reason.GAP)


def test_a_moved_cable_swings_slowly_and_only_where_the_truth_says() -> None:
    setting = Setting(duration_s=10.0)
    jolt = TrueArtefact(channel=EYE_LABEL, reason=Reason.MOVEMENT_ARTEFACT, span=Span(onset_s=3.0, offset_s=3.5))
    samples = _of(act_out("jolt", Plan(electrodes=(EYE,), jolts=(jolt,), disturbance=SILENT), setting), EYE_LABEL)
    assert np.abs(samples).max() > 50 * 5.0
    assert not samples[:6000].any()
    assert not samples[7000:].any()
    assert _rms(_band(samples, 2000.0)) < 0.05 * _rms(samples)


def _evoked(reply: Reply, **given: float) -> SimulatedEmg:
    setting = Setting(duration_s=5.0, rate_hz=10_000.0)
    stimulation = Stimulation(times_s=(1.0, 2.0, 3.0, 4.0), side=Side.RIGHT, replies=(reply,), artefact=given.get("artefact", 0.0), gone_from=3)
    return act_out("evoked", Plan(electrodes=(EYE,), stimulation=stimulation, disturbance=SILENT), setting)


@pytest.mark.parametrize(("spread", "jitter_ms"), [(False, 0.0), (False, 0.3), (True, 1.5)])
def test_a_response_leaves_the_base_line_at_its_latency_to_the_sample(*, spread: bool, jitter_ms: float) -> None:
    reply = Reply(electrode=EYE, kind=ResponseKind.BLINK_REFLEX_R1, latency_ms=10.234, strength=5.0, jitter_ms=jitter_ms, spread=spread)
    made = _evoked(reply)
    samples = _of(made, EYE_LABEL)
    for response in made.truth.responses_of(EYE_LABEL, ResponseKind.BLINK_REFLEX_R1):
        at = round(made.truth.stimuli_s[response.stimulus] * 10_000)
        first = np.flatnonzero(samples[at : at + 9000])[0] / 10.0
        assert 0.0 <= first - response.latency_ms <= (2.1 if spread else 0.1)


def test_a_response_has_its_amplitude_and_length() -> None:
    reply = Reply(electrode=EYE, kind=ResponseKind.LATERAL_SPREAD, latency_ms=10.0, strength=5.0, duration_ms=6.0, wobble=0.0)
    made = _evoked(reply)
    sweep = _of(made, EYE_LABEL)[10_000:11_000]
    assert np.ptp(sweep) == pytest.approx(25.0, rel=0.01)
    assert np.flatnonzero(sweep)[-1] / 10.0 == pytest.approx(16.0, abs=0.2)
    assert [response.amplitude_uv for response in made.truth.responses] == [25.0] * 4


def test_a_stimulus_leaves_an_artefact_that_decays_exponentially() -> None:
    sweep = _of(_evoked(Reply(electrode=EYE, kind=ResponseKind.DIRECT, latency_ms=50.0, strength=1.0), artefact=200.0), EYE_LABEL)[10_000:10_060]
    assert sweep[0] > 100 * 5.0
    assert np.allclose(sweep[1:] / sweep[:-1], np.exp(-0.1 / 0.6))


def test_the_trigger_marks_every_stimulus_on_its_sample() -> None:
    made = simulate_emg("blink_reflex", duration_s=30.0, rate_hz=5000.0)
    trigger = made.biosignal.recording.channels[-1]
    assert trigger.kind is ChannelKind.TRIGGER
    rising = np.flatnonzero(np.diff(made.biosignal.samples(trigger), prepend=0.0) > 0) / 5000.0
    assert np.array_equal(rising, made.truth.stimuli_s)
    assert [remark.onset_s for remark in made.biosignal.annotations] == rising.tolist()


def test_the_blink_reflex_has_r1_on_one_side_and_r2_on_both() -> None:
    truth = simulate_emg("blink_reflex", side=Side.LEFT).truth
    kinds = {(response.channel, response.kind) for response in truth.responses}
    assert kinds == {
        ("orbicularis_oculi_left", ResponseKind.BLINK_REFLEX_R1),
        ("orbicularis_oculi_left", ResponseKind.BLINK_REFLEX_R2),
        ("orbicularis_oculi_right", ResponseKind.BLINK_REFLEX_R2),
    }
    late = [response.latency_ms for response in truth.responses_of("orbicularis_oculi_right", ResponseKind.BLINK_REFLEX_R2)]
    assert 0.7 < np.std(late) < 3.0


def test_with_synkinesis_the_mouth_answers_and_without_responses_nothing_does() -> None:
    answered = {response.channel for response in simulate_emg("blink_reflex_synkinesis").truth.responses if response.kind is ResponseKind.R1_LIKE}
    assert answered == {MOUTH_LABEL, "mentalis_right"}
    absent = simulate_emg("blink_reflex_absent").truth
    assert len(absent.stimuli_s) > 15
    assert not absent.responses


def test_the_lateral_spread_is_reduced_then_gone_from_a_known_stimulus_on() -> None:
    truth = simulate_emg("lateral_spread", strength=9.0).truth
    spread = truth.responses_of("mentalis_right", ResponseKind.LATERAL_SPREAD)
    assert truth.reduced_from is not None
    full = np.mean([response.amplitude_uv for response in spread if response.stimulus < truth.reduced_from])
    less = np.mean([response.amplitude_uv for response in spread if response.stimulus >= truth.reduced_from])
    assert less / full == pytest.approx(1 / 3, rel=0.15)
    assert max(response.stimulus for response in spread) + 1 == truth.gone_from
    assert len(truth.responses_of(EYE_LABEL, ResponseKind.DIRECT)) == len(truth.stimuli_s)


def test_a_long_recording_is_made_only_where_it_is_looked_at() -> None:
    made = stream_emg("noise", duration_s=36_000.0)
    channel = made.biosignal.recording.channels[0]
    assert channel.sample_count == 72_000_000
    assert len(made.biosignal.samples(channel, 71_999_000)) == 1000


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"world": "moon"}, "there is no world 'moon'; there are hemifacial, "),
        ({"duration_s": 1.0}, "duration_s is 1.0; it must be at least 5"),
        ({"rate_hz": float("nan")}, "rate_hz is nan; it must be at least 100"),
        ({"strength": -1.0}, "strength is -1.0; it must be at least 0"),
        ({"noise_uv": 0.0}, "noise_uv is 0.0; it must be at least 1e-06"),
        ({"seed": -1}, "seed is -1; it must be at least 0"),
    ],
)
def test_what_cannot_be_simulated_is_refused(given: dict[str, float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        stream_emg(**given)  # type: ignore[arg-type]
