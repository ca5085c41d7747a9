"""From an EMG recording to its measurement, on simulated muscles whose bursts are known."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.app import emg
from spasmograph.app.emg import EmgOptions, measure_biosignal, measure_emg, measure_emg_files
from spasmograph.errors import NoMuscleError, UnmeasuredError
from spasmograph.io.results import measurement_to_json
from spasmograph.measure.emg.simulate import SimulatedEmg, simulate_emg
from spasmograph.model import ArraySource, Biosignal, EmgMeasurement, Floats
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import ChannelKind, EventKind, Reason, Side, Verdict

SECONDS = 30
RIGHT_OCULI = "orbicularis_oculi_right"


@cache
def world(name: str) -> SimulatedEmg:
    return simulate_emg(name, seed=4, duration_s=SECONDS, rate_hz=2000)


@cache
def measured(name: str) -> EmgMeasurement:
    return measure_biosignal(world(name).biosignal)


def changed(biosignal: Biosignal, label: str, samples: Floats) -> Biosignal:
    """The same recording with other samples in one channel."""
    arrays = {channel.index: biosignal.samples(channel) for channel in biosignal.recording.channels}
    index = next(channel.index for channel in biosignal.recording.channels if channel.label == label)
    return replace(biosignal, source=ArraySource(arrays=arrays | {index: samples}))


def samples_of(biosignal: Biosignal, label: str) -> Floats:
    return biosignal.samples(next(channel for channel in biosignal.recording.channels if channel.label == label))


def test_every_true_burst_of_each_muscle_is_there_and_no_other() -> None:
    truth, events = world("hemifacial").truth, measured("hemifacial").events

    for label in {channel.label for channel in measured("hemifacial").channels}:
        true = [burst for burst in truth.bursts if burst.channel == label]
        found = [burst for burst in events if burst.channel == label]
        assert len(found) == len(true)
        assert all(abs(one.onset_s - other.onset_s) < 0.03 for one, other in zip(found, true, strict=True))


def test_bursts_stand_in_order_with_muscle_and_side() -> None:
    events = measured("hemifacial").events

    assert [burst.onset_s for burst in events] == sorted(burst.onset_s for burst in events)
    assert {burst.kind for burst in events} == {EventKind.BURST}
    assert {burst.side for burst in events} == {Side.RIGHT}
    assert {burst.regions for burst in events} == {("orbicularis_oculi",), ("orbicularis_oris",), ("mentalis",)}


def test_an_envelope_for_each_channel_on_one_clock() -> None:
    signals = measured("hemifacial").signals

    assert len(signals.time_s) == SECONDS * 200
    assert np.allclose(np.diff(signals.time_s), 0.005)
    assert set(signals) == {f"envelope_{channel.label}_uv" for channel in measured("hemifacial").channels}
    noise_uv = measured("hemifacial").channels[-1].noise_uv
    assert np.median(signals["envelope_orbicularis_oculi_left_uv"]) == pytest.approx(noise_uv, rel=0.05)


def test_a_still_muscle_has_a_rate_of_zero_with_an_interval() -> None:
    score = measured("hemifacial").score("burst_rate_orbicularis_oculi_left")

    assert score.value == 0.0
    assert 0 < score.high < 60
    assert score.observed_s == pytest.approx(SECONDS, abs=0.1)


@settings(max_examples=3)
@given(block=st.integers(5_000, 70_000))
def test_the_size_of_the_stretches_read_changes_nothing(block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emg, "BLOCK", block)
        again = measure_biosignal(world("bursts").biosignal)

    assert measurement_to_json(again) == measurement_to_json(measured("bursts"))
    for name in again.signals:
        assert np.array_equal(again.signals[name], measured("bursts").signals[name], equal_nan=True)


def test_a_gap_is_unmeasured_time_of_its_channel_alone() -> None:
    biosignal = world("bursts").biosignal
    label = biosignal.recording.channels[0].label
    samples = np.array(samples_of(biosignal, label))
    samples[20_000:30_000] = np.nan
    found = measure_biosignal(changed(biosignal, label, samples))

    own = found.channels[0]
    assert own.observed_s == pytest.approx(SECONDS - 5, abs=0.2)
    assert {reason.code for reason in own.reasons} == {Reason.GAP}
    assert own.verdict is Verdict.LIMITED
    assert found.score(f"burst_rate_{label}").observed_s == pytest.approx(SECONDS - 5, abs=0.2)


def test_a_channel_that_ends_earlier_was_not_measured_afterwards() -> None:
    biosignal = world("hemifacial").biosignal
    channels = tuple(
        replace(channel, sample_count=channel.sample_count // 2) if channel.label == RIGHT_OCULI else channel
        for channel in biosignal.recording.channels
    )
    found = measure_biosignal(replace(biosignal, recording=replace(biosignal.recording, channels=channels)))

    envelope = found.signals[f"envelope_{RIGHT_OCULI}_uv"]
    assert len(envelope) == SECONDS * 200
    assert np.isnan(envelope[SECONDS * 100 + 2 :]).all()
    assert np.isfinite(envelope[: SECONDS * 100 - 2]).all()


def test_channels_of_several_rates_share_the_clock() -> None:
    biosignal = world("hemifacial").biosignal
    samples = samples_of(biosignal, RIGHT_OCULI)[::2]
    channels = tuple(
        replace(channel, rate_hz=1000.0, sample_count=len(samples)) if channel.label == RIGHT_OCULI else channel
        for channel in biosignal.recording.channels
    )
    slower = changed(replace(biosignal, recording=replace(biosignal.recording, channels=channels)), RIGHT_OCULI, samples)
    found = measure_biosignal(slower)

    counts = [sum(burst.channel == RIGHT_OCULI for burst in one.events) for one in (found, measured("hemifacial"))]
    assert counts[0] == counts[1] > 10


def test_a_recording_without_a_muscle_says_what_it_holds() -> None:
    biosignal = world("bursts").biosignal
    channels = tuple(replace(channel, kind=ChannelKind.OTHER) for channel in biosignal.recording.channels)

    with pytest.raises(NoMuscleError, match=r"no channel of .* is known to show a muscle \(its channels: .*\); say which does with --channel"):
        measure_biosignal(replace(biosignal, recording=replace(biosignal.recording, channels=channels)))


def test_a_recording_that_is_flat_throughout_is_refused_with_the_reason() -> None:
    biosignal = world("bursts").biosignal
    flat = biosignal
    for channel in biosignal.recording.channels:
        flat = changed(flat, channel.label, np.zeros(channel.sample_count))

    with pytest.raises(UnmeasuredError, match="nothing could be measured in"):
        measure_biosignal(flat)


def test_a_refused_channel_has_no_scores_and_the_others_have() -> None:
    biosignal = world("hemifacial").biosignal
    flat = changed(biosignal, RIGHT_OCULI, np.zeros(len(samples_of(biosignal, RIGHT_OCULI))))
    found = measure_biosignal(flat)

    assert {channel.label: channel.verdict for channel in found.channels}[RIGHT_OCULI] is Verdict.REFUSED
    assert found.quality.verdict is Verdict.LIMITED
    names = {score.name for score in found.scores}
    assert "burst_rate_mentalis_right" in names
    assert f"burst_rate_{RIGHT_OCULI}" not in names


def test_time_around_stimuli_is_told_once_and_holds_no_bursts() -> None:
    simulated = simulate_emg("lateral_spread", seed=4, duration_s=SECONDS, rate_hz=2000)
    found = measure_biosignal(simulated.biosignal)

    rules = load_emg_parameters()
    for channel in found.channels:
        (reason,) = [one for one in channel.reasons if one.code is Reason.STIMULATED]
        assert {one.code for one in channel.reasons} == {Reason.STIMULATED}
        each_s = rules["stimulus_before_s"] + rules["stimulus_after_s"]
        assert reason.seconds == pytest.approx(len(simulated.truth.stimuli_s) * each_s, rel=0.02)
        assert channel.observed_s + reason.seconds == pytest.approx(SECONDS, abs=0.01)
    assert found.events == ()


def test_progress_counts_samples_up_to_all_of_them() -> None:
    heard: list[tuple[int, int]] = []
    measure_biosignal(world("bursts").biosignal, progress=lambda done, total: heard.append((done, total)))

    total = sum(channel.sample_count for channel in world("bursts").biosignal.recording.channels)
    assert heard[-1] == (total, total)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_what_made_the_numbers_is_told() -> None:
    provenance = measured("bursts").provenance

    assert provenance.rule_set_version.startswith("emg-")
    assert {"numpy", "scipy", "edfio", "python"} <= set(provenance.runtime)
    assert provenance.parameters["rate_least_hz"] == 800.0


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.edf", tmp_path / "good.npy"
    bad.write_bytes(b"0       " + b"\xff" * 100)
    np.save(good, samples_of(world("bursts").biosignal, world("bursts").biosignal.recording.channels[0].label))
    outcomes = list(measure_emg_files([bad, good], EmgOptions(rate_hz=2000.0, channels=("1=mentalis:left",))))

    assert [outcome.path for outcome in outcomes] == [bad, good]
    assert outcomes[0].error is not None
    assert outcomes[1].measurement is not None
    assert {burst.channel for burst in outcomes[1].measurement.events} == {"mentalis_left"}


@pytest.mark.parametrize(("name", "count"), [("emg_bursts.h5", 9), ("emg_1.txt", 4), ("bmc_emg.csv", 3)])
def test_real_recordings_have_the_bursts_that_were_counted_by_eye(name: str, count: int, shared: Path) -> None:
    assert len(measure_emg(shared / "data" / "emg" / name).events) == count
