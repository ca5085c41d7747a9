"""What is measured in a whole recording: blink reflex, direct response, lateral spread, its course, and the scores."""

import tomllib
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from spasmograph.measure.emg.evoked.course import response_course
from spasmograph.measure.emg.evoked.norms import evoked_norms, supplied_by
from spasmograph.measure.emg.evoked.scores import evoked_scores
from spasmograph.measure.emg.evoked.stimulation import measure_evoked, observed_s, reconsidered
from spasmograph.measure.emg.simulate import simulate_emg
from spasmograph.model import Annotation, Biosignal, Estimate, EvokedResponse, Presence, ResponseKind, Score
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import Muscle, Side
from tests.evoked_worlds import World, biosignal, samples, stimuli, trigger_channel

NORMS = tomllib.loads(files("spasmograph.data").joinpath("emg_norms.toml").read_text("utf-8"))

RULES = load_emg_parameters()
LEFT, RIGHT = Side.LEFT, Side.RIGHT
OCULI, ORIS, MENTALIS = Muscle.ORBICULARIS_OCULI, Muscle.ORBICULARIS_ORIS, Muscle.MENTALIS
R1, R2 = ResponseKind.BLINK_REFLEX_R1, ResponseKind.BLINK_REFLEX_R2
DIRECT, SPREAD = ResponseKind.DIRECT, ResponseKind.LATERAL_SPREAD


def by_name(scores: tuple[Score, ...]) -> dict[str, Score]:
    return {score.name: score for score in scores}


def both_sides_stimulated(r1_right_ms: float = 10.9) -> Biosignal:
    """Left and right supraorbital nerve in turn, told by remarks; R1 of each side is in the muscle of that side."""
    times_s = stimuli(28)
    left_s, right_s = times_s[::2], times_s[1::2]
    channels = {}
    for side, own_s, latency_ms in ((LEFT, left_s, 10.2), (RIGHT, right_s, r1_right_ms)):
        r1 = samples(World(amplitude_uv=60.0, latency_ms=latency_ms, noise_uv=4.0), own_s, seed=3)
        r2 = samples(World(amplitude_uv=80.0, latency_ms=31.0, duration_ms=25.0, jitter_ms=1.0, rectified=True, noise_uv=4.0), times_s, seed=4)
        count = min(len(r1), len(r2))
        channels[OCULI, side] = r1[:count] + r2[:count]
    length = min(map(len, channels.values()))
    notes = [Annotation(onset_s=float(time_s), text=f"SO stim {side}") for side, some in ((LEFT, left_s), (RIGHT, right_s)) for time_s in some]
    return biosignal({key: values[:length] for key, values in channels.items()}, annotations=tuple(notes))


def branch_stimulated(
    count: int = 20, *, nerve: str = "stim zygomatic right", reduced_from: int | None = None, gone_from: int | None = None
) -> Biosignal:
    """A direct response in the oculi, and a lateral spread response in the mentalis that may fade."""
    times_s = stimuli(count, every_s=0.9)
    channels = {
        (OCULI, RIGHT): samples(World(amplitude_uv=800.0, latency_ms=3.2, duration_ms=7.0), times_s, seed=1),
        (MENTALIS, RIGHT): samples(World(amplitude_uv=50.0, latency_ms=10.0, reduced_from=reduced_from, gone_from=gone_from), times_s, seed=2),
        (ORIS, RIGHT): samples(World(), times_s, seed=3),
    }
    return biosignal(channels, annotations=tuple(Annotation(onset_s=float(time_s), text=nerve) for time_s in times_s))


def test_a_recording_without_stimuli_has_nothing_evoked() -> None:
    assert measure_evoked(simulate_emg("hemifacial", duration_s=10.0).biosignal) == ((), (), (), ())


def test_a_trigger_channel_without_triggers_is_said_and_nothing_measured() -> None:
    signal = biosignal({(OCULI, LEFT): samples(World(), stimuli(5))}, trigger=np.zeros(5000))

    trains, responses, courses, scores = measure_evoked(signal)

    assert "holds no trigger" in trains[0].note
    assert (responses, courses, scores) == ((), (), ())


def test_stimuli_without_a_muscle_are_told() -> None:
    trains, responses, _, _ = measure_evoked(biosignal({}, trigger=trigger_channel(stimuli(5))))

    assert (len(trains[0].times_s), trains[0].note, responses) == (5, "no channel of a muscle to look for a response in", ())


def test_a_rate_too_low_is_a_reason_not_an_error() -> None:
    times_s = stimuli(10, rate_hz=500.0)
    signal = biosignal({(OCULI, LEFT): samples(World(rate_hz=500.0), times_s)}, rate_hz=500.0, trigger=trigger_channel(times_s, rate_hz=500.0))

    _, responses, _, scores = measure_evoked(signal, stimulated=LEFT)

    assert {response.presence for response in responses} == {Presence.UNDECIDED}
    assert all("at least 800 samples a second; this channel has 500" in score.reason for score in scores)


def test_blink_reflex_with_synkinesis() -> None:
    made = simulate_emg("blink_reflex_synkinesis", duration_s=60.0, strength=12.0, side=RIGHT, seed=2)

    trains, responses, courses, scores = measure_evoked(made.biosignal, stimulated=RIGHT)

    found = {(response.kind, response.channel): response.presence for response in responses}
    assert found == {
        (R1, "orbicularis_oculi_right"): Presence.PRESENT,
        (R2, "orbicularis_oculi_right"): Presence.PRESENT,
        (R2, "orbicularis_oculi_left"): Presence.PRESENT,
        (ResponseKind.R1_LIKE, "orbicularis_oris_right"): Presence.PRESENT,
        (ResponseKind.R1_LIKE, "mentalis_right"): Presence.PRESENT,
    }
    truth = np.mean([one.latency_ms for one in made.truth.responses_of("orbicularis_oculi_right", R1)])
    latency = by_name(scores)["blink_reflex_r1_latency_orbicularis_oculi_right"]
    assert latency.value == pytest.approx(truth, abs=0.4)
    assert (latency.unit, latency.reason, [norm.source for norm in latency.norms]) == ("ms", "", ["BR-KOR", "BR-CN"])
    assert "blink_reflex_r2_contralateral_latency_orbicularis_oculi_left" in by_name(scores)
    assert (trains[0].stimulated, courses) == (RIGHT, ())


def test_without_a_response_each_is_called_absent() -> None:
    made = simulate_emg("blink_reflex_absent", duration_s=45.0, seed=3)

    _, responses, _, _ = measure_evoked(made.biosignal, stimulated=RIGHT)

    assert {response.presence for response in responses} == {Presence.ABSENT}


def test_an_unknown_side_is_said_and_r1_looked_for_on_both() -> None:
    made = simulate_emg("blink_reflex", duration_s=45.0, strength=12.0, seed=1)

    trains, responses, _, scores = measure_evoked(made.biosignal)

    r1 = {response.channel: response.presence for response in responses if response.kind is R1}
    assert r1 == {"orbicularis_oculi_right": Presence.PRESENT, "orbicularis_oculi_left": Presence.ABSENT}
    assert trains[0].note.startswith("the stimulated side is not known; the nerve is not named")
    assert by_name(scores)["blink_reflex_r1_latency_orbicularis_oculi_right"].reason == "the stimulated side is not known"


def test_two_trains_give_the_difference_of_the_sides() -> None:
    trains, _, _, scores = measure_evoked(both_sides_stimulated())

    assert [(train.stimulated, train.nerve, len(train.times_s)) for train in trains] == [(LEFT, "supraorbital", 14), (RIGHT, "supraorbital", 14)]
    difference = by_name(scores)["blink_reflex_r1_latency_difference_orbicularis_oculi"]
    assert difference.value == pytest.approx(0.7, abs=0.3)
    assert difference.low <= 0.7 <= difference.high
    assert difference.norms[0].condition.startswith("healthy people, difference of the sides 0.36 ± 0.69 ms")
    assert {
        "blink_reflex_r2_ipsilateral_latency_difference_orbicularis_oculi",
        "blink_reflex_r2_contralateral_latency_orbicularis_oculi_left",
    } <= set(by_name(scores))


def test_a_named_branch_gives_direct_response_and_lateral_spread() -> None:
    _, responses, courses, scores = measure_evoked(branch_stimulated())

    found = {(response.kind, response.channel): response.presence for response in responses}
    assert found == {
        (DIRECT, "orbicularis_oculi_right"): Presence.PRESENT,
        (SPREAD, "mentalis_right"): Presence.PRESENT,
        (SPREAD, "orbicularis_oris_right"): Presence.ABSENT,
    }
    latency = by_name(scores)["lateral_spread_latency_mentalis_right"]
    assert latency.value == pytest.approx(10.0, abs=0.4)
    assert [norm.source for norm in latency.norms] == ["KOR92", "MISAWA"]
    assert {course.channel for course in courses} == {"orbicularis_oculi_right", "mentalis_right", "orbicularis_oris_right"}


def test_an_unnamed_branch_is_known_by_its_direct_response() -> None:
    trains, responses, _, _ = measure_evoked(branch_stimulated(nerve="stim"))

    assert trains[0].stimulated is RIGHT
    assert "a direct response shows that a branch of the facial nerve was stimulated" in trains[0].note
    assert {(response.kind, response.channel) for response in responses} == {
        (DIRECT, "orbicularis_oculi_right"),
        (SPREAD, "mentalis_right"),
        (SPREAD, "orbicularis_oris_right"),
    }


@pytest.mark.parametrize("nerve", ["stim", "stim zygomatic right"])
@pytest.mark.parametrize("tail_uv", [0.0, 150.0])
def test_a_strong_lateral_spread_is_no_direct_response(nerve: str, tail_uv: float) -> None:
    times_s = stimuli(20, every_s=0.9)
    channels = {
        (OCULI, RIGHT): samples(World(amplitude_uv=800.0, latency_ms=3.2, duration_ms=7.0), times_s, seed=1),
        (MENTALIS, RIGHT): samples(World(amplitude_uv=250.0, latency_ms=10.0, tail_uv=tail_uv, tail_ms=3.0), times_s, seed=2),
    }
    signal = biosignal(channels, annotations=tuple(Annotation(onset_s=float(time_s), text=nerve) for time_s in times_s))

    _, responses, _, _ = measure_evoked(signal)

    found = {(response.kind, response.channel): response for response in responses if response.presence is Presence.PRESENT}
    assert set(found) == {(DIRECT, "orbicularis_oculi_right"), (SPREAD, "mentalis_right")}
    assert found[SPREAD, "mentalis_right"].latency_ms.value == pytest.approx(10.0, abs=0.4)


def test_a_direct_response_from_afar_hides_no_lateral_spread() -> None:
    times_s = stimuli(20, every_s=0.9)
    afar = samples(World(amplitude_uv=120.0, latency_ms=3.0, duration_ms=4.0, noise_uv=4.0), times_s, seed=1)
    spread = samples(World(amplitude_uv=60.0, latency_ms=10.0, noise_uv=3.0), times_s, seed=2)
    channels = {(OCULI, RIGHT): samples(World(amplitude_uv=900.0, latency_ms=3.2), times_s, seed=3), (MENTALIS, RIGHT): afar + spread}
    signal = biosignal(channels, annotations=tuple(Annotation(onset_s=float(time_s), text="stim") for time_s in times_s))

    _, responses, _, _ = measure_evoked(signal)

    assert {(DIRECT, "mentalis_right"), (SPREAD, "mentalis_right")} <= {(response.kind, response.channel) for response in responses}


def test_a_response_that_fades_is_reduced_then_gone_and_when() -> None:
    signal = branch_stimulated(160, reduced_from=70, gone_from=110)
    times_s = np.array([note.onset_s for note in signal.annotations])

    course = response_course(signal, signal.recording.channels[1], times_s, kind=SPREAD)

    assert course is not None
    assert [(change.before, change.after) for change in course.changes] == [
        (Presence.PRESENT, Presence.REDUCED),
        (Presence.REDUCED, Presence.ABSENT),
    ]
    group_s = course.steps[1].time_s - course.steps[0].time_s
    assert abs(course.changes[0].time_s - times_s[70]) < group_s
    assert abs(course.changes[1].time_s - times_s[110]) < group_s


@pytest.mark.parametrize("seed", [100, 103, 106])
def test_the_time_of_each_change_is_told_to_a_few_stimuli(seed: int) -> None:
    made = simulate_emg("lateral_spread", duration_s=160.0, seed=seed, strength=10.0, rate_hz=2000.0)
    times_s = np.array(made.truth.stimuli_s)

    course = response_course(made.biosignal, made.biosignal.recording.channels[1], times_s, kind=SPREAD)

    assert course is not None
    assert [change.after for change in course.changes] == [Presence.REDUCED, Presence.ABSENT]
    found = np.searchsorted(times_s, [change.time_s - 1e-6 for change in course.changes])
    assert list(found) == pytest.approx([made.truth.reduced_from, made.truth.gone_from], abs=3)


def test_a_single_disturbed_group_changes_nothing() -> None:
    signal = branch_stimulated(120)
    times_s = np.array([note.onset_s for note in signal.annotations])
    quiet = signal.samples(signal.recording.channels[1]).copy()
    first, stop = round((times_s[60] - 0.6) * 2000), round((times_s[64] - 0.6) * 2000)
    quiet[first:stop] = 5.0 * np.random.default_rng(9).standard_normal(stop - first)
    disturbed = biosignal({(MENTALIS, RIGHT): quiet})

    course = response_course(disturbed, disturbed.recording.channels[0], times_s, kind=SPREAD)

    assert course is not None
    assert course.changes == ()


def test_lost_sweeps_are_an_undecided_step() -> None:
    signal = branch_stimulated(120)
    times_s = np.array([note.onset_s for note in signal.annotations])
    torn = signal.samples(signal.recording.channels[1]).copy()
    torn[round((times_s[50] - 0.6) * 2000) : round((times_s[80] - 0.6) * 2000)] = np.nan
    lost = biosignal({(MENTALIS, RIGHT): torn})

    course = response_course(lost, lost.recording.channels[0], times_s, kind=SPREAD)

    assert course is not None
    assert Presence.UNDECIDED in {step.presence for step in course.steps}
    assert course.changes == ()


def test_few_stimuli_have_no_course() -> None:
    signal = branch_stimulated(12)

    assert response_course(signal, signal.recording.channels[1], np.arange(1, 13.0), kind=SPREAD) is None


def a_response(kind: ResponseKind, side: Side, **values: object) -> EvokedResponse:
    _, responses, _, _ = _ONE
    base = replace(responses[0], kind=kind, muscle=OCULI, side=side, stimulated=side, channel=f"orbicularis_oculi_{side}", reason="")
    return replace(base, **values)  # type: ignore[arg-type]


_ONE = measure_evoked(branch_stimulated(8))


def test_the_direct_response_has_a_ratio_of_the_sides() -> None:
    left = a_response(DIRECT, LEFT, amplitude_uv=Estimate(value=1000.0, low=900.0, high=1100.0))
    right = a_response(DIRECT, RIGHT, amplitude_uv=Estimate(value=500.0, low=450.0, high=550.0))

    plain = by_name(evoked_scores((left, right), (1.0, 1.0)))["direct_response_amplitude_ratio_left_over_right_orbicularis_oculi"]
    affected = by_name(evoked_scores((left, right), (1.0, 1.0), affected=RIGHT))[
        "direct_response_amplitude_ratio_affected_over_healthy_orbicularis_oculi"
    ]

    assert (plain.value, affected.value) == (2.0, 0.5)
    assert plain.low == pytest.approx(2.0 / 1.1525, rel=0.01)
    assert plain.low * affected.high == pytest.approx(1.0)


def test_no_ratio_where_one_side_has_no_response() -> None:
    left = a_response(DIRECT, LEFT, amplitude_uv=Estimate(value=1000.0, low=900.0, high=1100.0))
    right = a_response(DIRECT, RIGHT, presence=Presence.ABSENT, amplitude_uv=Estimate(value=float("nan")))

    score = by_name(evoked_scores((left, right), (1.0, 1.0)))["direct_response_amplitude_ratio_left_over_right_orbicularis_oculi"]

    assert np.isnan(score.value)
    assert score.reason == "not present in orbicularis oculi right"


def test_no_ratio_without_a_reason_where_an_amplitude_is_lost_in_noise() -> None:
    left = a_response(DIRECT, LEFT, amplitude_uv=Estimate(value=1000.0, low=900.0, high=1100.0))
    right = a_response(DIRECT, RIGHT, amplitude_uv=Estimate(value=0.0, low=0.0, high=20.0))

    score = by_name(evoked_scores((left, right), (1.0, 1.0)))["direct_response_amplitude_ratio_left_over_right_orbicularis_oculi"]

    assert np.isnan(score.value)
    assert "of one of them this cannot be told" in score.reason


def test_with_both_sides_stimulated_r2_is_on_neither_side_of_the_stimulus() -> None:
    names = by_name(evoked_scores((a_response(R2, LEFT, stimulated=Side.BOTH),), (1.0,)))

    assert set(names) == {"blink_reflex_r2_latency_orbicularis_oculi_left", "blink_reflex_r2_amplitude_orbicularis_oculi_left"}


def test_seconds_observed_are_those_of_the_sweeps() -> None:
    times_s = stimuli(40, every_s=0.1)
    notes = tuple(Annotation(onset_s=float(time_s), text="SO stim left") for time_s in times_s)
    close = biosignal({(OCULI, LEFT): samples(World(), times_s)}, annotations=notes)

    responses, scores = measure_evoked(close)[1], measure_evoked(close)[3]

    assert {score.observed_s for score in scores} == {observed_s(response) for response in responses}
    assert observed_s(responses[0]) == pytest.approx(responses[0].sweeps * 0.09, rel=0.02)


def test_absence_needs_half_of_the_other_side_to_be_visible() -> None:
    small = a_response(R1, LEFT, presence=Presence.PRESENT, amplitude_uv=Estimate(value=30.0))
    missing = a_response(R1, RIGHT, presence=Presence.ABSENT, detectable_uv=20.0)

    _, second = reconsidered((small, missing), RULES)
    _, kept = reconsidered((replace(small, amplitude_uv=Estimate(value=60.0)), missing), RULES)

    assert (second.presence, kept.presence) == (Presence.UNDECIDED, Presence.ABSENT)
    assert "half the other side's 30 µV would have gone unseen" in second.reason


def test_a_second_train_of_one_side_has_scores_of_its_own() -> None:
    one = a_response(SPREAD, LEFT)

    names = [score.name for score in evoked_scores((one, one), (1.0, 1.0))]

    assert len(set(names)) == len(names)
    assert names[-1] == "lateral_spread_amplitude_orbicularis_oculi_left_train_2"


@pytest.mark.parametrize(
    ("kind", "quantity", "muscle", "low", "high", "source"),
    [
        (R1, "latency", OCULI, 10.29 - 1.8, 10.29 + 1.8, "BR-KOR"),
        (R1, "latency_difference", OCULI, 0.0, 0.36 + 0.69, "BR-KOR"),
        (R2, "latency", OCULI, 30.0, 30.0, "BR-KOR"),
        (SPREAD, "latency", OCULI, 9.0 - 1.09, 9.0 + 1.09, "KOR92"),
        (SPREAD, "latency", MENTALIS, 9.76 - 1.1, 9.76 + 1.1, "KOR92"),
        (SPREAD, "latency", ORIS, 10.0, 10.0, "MISAWA"),
    ],
)
def test_published_values_stand_beside(kind: ResponseKind, quantity: str, muscle: Muscle, low: float, high: float, source: str) -> None:
    norm = evoked_norms(kind, quantity, muscle)[0]

    assert (norm.low, norm.high) == pytest.approx((low, high))
    assert norm.source == source
    assert len(NORMS["sources"][source]) > 20


def test_nothing_published_is_shown_for_what_has_no_source() -> None:
    assert evoked_norms(DIRECT, "latency", OCULI) == ()
    assert evoked_norms(ResponseKind.R1_LIKE, "latency", MENTALIS) == ()


def test_branches_and_what_they_supply() -> None:
    assert OCULI in supplied_by("zygomatic")
    assert MENTALIS not in supplied_by("zygomatic")
    assert OCULI not in supplied_by("marginal_mandibular")
    assert supplied_by("supraorbital") == ()
