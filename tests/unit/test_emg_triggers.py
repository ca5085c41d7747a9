"""When stimuli were given, from trigger channels of every kind, from remarks, and from the artefact."""

from collections.abc import Callable

import numpy as np
import pytest

from spasmograph.errors import InputError
from spasmograph.measure.emg.evoked.stimuli import is_stimulus, nerve_in, side_in, stimuli_from_annotations, stimuli_of
from spasmograph.measure.emg.evoked.triggers import find_stimulus_artefacts, find_triggers, read_triggers
from spasmograph.model import Annotation, Floats
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import Muscle, Side
from tests.evoked_worlds import World, biosignal, samples, stimuli, trigger_channel

RATE_HZ = 2000.0
TIMES_S = stimuli(8, every_s=1.2)
OCULI = (Muscle.ORBICULARIS_OCULI, Side.LEFT)
RULES = load_emg_parameters()


def noise(size: float) -> Floats:
    return np.asarray(size * np.random.default_rng(3).standard_normal(len(trigger_channel(TIMES_S))))


def codes() -> Floats:
    values = trigger_channel(TIMES_S)
    for number, time_s in enumerate(TIMES_S):
        place = round(time_s * RATE_HZ)
        values[place : place + 10] = (1, 2, 255)[number % 3]
    return values


def bounced() -> Floats:
    values = trigger_channel(TIMES_S, width=10)
    values[1:] -= 5.0 * ((values[1:] > 0) & (np.arange(1, len(values)) % 3 == 0))
    values[0] = 0.0
    return np.asarray(np.where(trigger_channel(TIMES_S, width=1) > 0, 5.0, values))


def bumps() -> Floats:
    kernel = np.concatenate([np.linspace(0, 1, 4), np.exp(-np.arange(30) / 8)])
    return np.asarray(np.convolve(trigger_channel(TIMES_S, width=1), kernel)[: len(trigger_channel(TIMES_S))] + noise(0.02))


@pytest.mark.parametrize(
    ("made", "error_samples"),
    [
        (lambda: trigger_channel(TIMES_S), 0.01),
        (lambda: trigger_channel(TIMES_S, width=1), 0.01),
        (lambda: trigger_channel(TIMES_S, width=900), 0.01),
        (lambda: 5.0 - trigger_channel(TIMES_S), 0.01),
        (lambda: -trigger_channel(TIMES_S), 0.01),
        (lambda: 1e6 + 3e5 * trigger_channel(TIMES_S), 0.01),
        (lambda: trigger_channel(TIMES_S) + noise(0.2), 0.01),
        (lambda: np.round(trigger_channel(TIMES_S, height=100.0, width=1) + noise(0.4)), 0.01),
        (codes, 0.01),
        (bounced, 0.01),
        (bumps, 3.01),
    ],
    ids=["pulses", "single samples", "levels", "inverted", "negative", "offset", "noisy", "counts", "codes", "bounce", "bumps"],
)
def test_every_kind_of_trigger_is_found_once(made: Callable[[], Floats], error_samples: float) -> None:
    found = find_triggers(made(), rate_hz=RATE_HZ)

    assert len(found) == len(TIMES_S)
    assert np.abs(found - TIMES_S).max() * RATE_HZ < error_samples


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(5000), "holds no trigger in 2.5 s: it rests at 0 throughout"),
        (np.full(5000, 3.3), "it rests at 3.3 throughout"),
        (np.random.default_rng(1).standard_normal(20_000), r"its noise of \d\.\d+ is never left by more than"),
        (np.full(100, np.nan), "holds no trigger"),
        (np.empty(0), "holds no trigger"),
    ],
    ids=["zero", "level", "noise", "gap", "empty"],
)
def test_a_channel_without_triggers_says_what_it_holds(values: Floats, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_triggers(values, rate_hz=RATE_HZ)


def test_a_gap_is_no_trigger_and_hides_none_outside() -> None:
    values = trigger_channel(TIMES_S)
    values[round(TIMES_S[2] * RATE_HZ) - 100 : round(TIMES_S[3] * RATE_HZ) + 100] = np.nan

    assert find_triggers(values, rate_hz=RATE_HZ) == pytest.approx(np.delete(TIMES_S, [2, 3]))


def test_one_huge_spike_hides_no_trigger() -> None:
    values = trigger_channel(TIMES_S) + noise(0.05)
    values[500] = 400.0

    found = find_triggers(values, rate_hz=RATE_HZ)

    assert len(found) == len(TIMES_S) + 1


def test_a_train_of_pulses_is_one_trigger() -> None:
    values = np.zeros(round(10 * RATE_HZ))
    for pulse in range(5):
        values[round((2.0 + 0.004 * pulse) * RATE_HZ)] = values[round((6.0 + 0.004 * pulse) * RATE_HZ)] = 5.0

    assert find_triggers(values, rate_hz=RATE_HZ) == pytest.approx([2.0, 6.0])


def test_a_pulse_on_the_boundary_of_blocks_is_one() -> None:
    boundary = 1 << 18
    values = np.zeros(boundary + 5000)
    values[boundary - 1 : boundary + 9] = values[boundary + 3000 : boundary + 3010] = 5.0

    found = read_triggers(lambda first, stop: values[first:stop], len(values), rate_hz=RATE_HZ)

    assert found * RATE_HZ == pytest.approx([boundary - 1, boundary + 3000])


@pytest.mark.parametrize("text", ["stim", "Stimulus left", "trigger 12", "S  1", "SO left stim 3", "TTL", "stim 12 mA right"])
def test_remarks_that_are_stimuli(text: str) -> None:
    assert is_stimulus(text)


@pytest.mark.parametrize("text", ["start stimulation", "spasm", "eyes closed", "R1", "stimulation off", "estimate", "blink", ""])
def test_remarks_that_are_none(text: str) -> None:
    assert not is_stimulus(text)


@pytest.mark.parametrize(
    ("text", "side", "nerve"),
    [
        ("stim L", Side.LEFT, ""),
        ("SO_right", Side.RIGHT, "supraorbital"),
        ("stim zygomatic, left", Side.LEFT, "zygomatic"),
        ("marginal mandibular branch R", Side.RIGHT, "marginal_mandibular"),
        ("left and right", None, ""),
        ("zygomaticus major", None, ""),
        ("R  1", None, ""),
        ("stim r 1", Side.RIGHT, ""),
    ],
)
def test_side_and_nerve_in_words(text: str, side: Side | None, nerve: str) -> None:
    assert (side_in(text), nerve_in(text)) == (side, nerve)


def test_two_sides_in_remarks_are_two_trains() -> None:
    notes = [Annotation(onset_s=float(at), text=f"stim {'left' if at % 2 else 'right'}") for at in range(10)]

    left, right = stimuli_from_annotations([*notes, Annotation(onset_s=3.5, text="spasm")])

    assert (left.stimulated, right.stimulated) == (Side.LEFT, Side.RIGHT)
    assert (left.times_s.tolist(), right.times_s.tolist()) == ([1, 3, 5, 7, 9], [0, 2, 4, 6, 8])


def test_remarks_can_be_named() -> None:
    notes = [Annotation(onset_s=1.0, text="Zap!"), Annotation(onset_s=2.0, text="stim")]

    (train,) = stimuli_from_annotations(notes, texts=["zap!"])

    assert train.times_s.tolist() == [1.0]


def test_a_trigger_channel_is_more_exact_than_remarks_without_a_side() -> None:
    notes = tuple(Annotation(onset_s=float(time_s) + 0.02, text="stim") for time_s in TIMES_S)
    signal = biosignal({OCULI: samples(World(), TIMES_S)}, trigger=trigger_channel(TIMES_S), annotations=notes)

    (train,) = stimuli_of(signal, parameters=RULES, stimulated=Side.LEFT)

    assert train.times_s == pytest.approx(TIMES_S)
    assert (train.stimulated, train.source) == (Side.LEFT, "channel Trig")


def test_remarks_that_tell_the_side_come_before_a_trigger_channel() -> None:
    notes = tuple(Annotation(onset_s=float(time_s), text="stim right") for time_s in TIMES_S)
    signal = biosignal({OCULI: samples(World(), TIMES_S)}, trigger=trigger_channel(TIMES_S), annotations=notes)

    (train,) = stimuli_of(signal, parameters=RULES)

    assert (train.stimulated, train.source) == (Side.RIGHT, 'remarks "stim right"')


def test_an_empty_trigger_channel_is_said() -> None:
    signal = biosignal({OCULI: samples(World(), TIMES_S)}, trigger=np.zeros(20_000))

    (train,) = stimuli_of(signal, parameters=RULES)

    assert len(train.times_s) == 0
    assert "rests at 0 throughout" in train.note


def test_the_artefact_itself_shows_the_stimuli() -> None:
    channel = samples(World(tail_uv=2000.0, tail_ms=1.0), TIMES_S)

    found = find_stimulus_artefacts(channel, rate_hz=RATE_HZ)

    assert len(found) == len(TIMES_S)
    assert np.abs(found - TIMES_S).max() <= 1.0 / RATE_HZ + 1e-9


def test_muscle_without_artefact_shows_no_stimuli() -> None:
    assert len(find_stimulus_artefacts(samples(World(), TIMES_S), rate_hz=RATE_HZ)) == 0


def test_the_artefact_is_only_taken_when_asked_for() -> None:
    signal = biosignal({OCULI: samples(World(tail_uv=2000.0, tail_ms=1.0), TIMES_S)})

    assert stimuli_of(signal, parameters=RULES) == ()
    (train,) = stimuli_of(signal, parameters=RULES, from_artefact=True)
    assert len(train.times_s) == len(TIMES_S)
    assert "not of a trigger" in train.note
