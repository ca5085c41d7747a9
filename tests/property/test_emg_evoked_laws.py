"""Laws of evoked responses: what an offset, another gain, another order of sweeps, another start or the other polarity may and may not change."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.measure.emg.evoked.responses import evoked_response, search_for
from spasmograph.measure.emg.evoked.sweeps import average_evoked
from spasmograph.measure.emg.evoked.triggers import find_triggers
from spasmograph.model import Channel, EvokedResponse, Floats, ResponseKind
from spasmograph.terms import ChannelKind, Muscle, Side
from tests.evoked_worlds import World, samples, stimuli, trigger_channel

TIMES_S = stimuli(8, every_s=0.8)
WORLDS = [World(), World(amplitude_uv=20.0), World(amplitude_uv=60.0, tail_uv=300.0), World(mains_uv=20.0, pink=True)]
CHANNELS = [samples(world, TIMES_S, seed=number) for number, world in enumerate(WORLDS)]
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
worlds = st.integers(0, len(WORLDS) - 1)
kinds = st.sampled_from([ResponseKind.BLINK_REFLEX_R1, ResponseKind.BLINK_REFLEX_R2])


def measured(channel: Floats, times_s: Floats, kind: ResponseKind = ResponseKind.BLINK_REFLEX_R1) -> EvokedResponse:
    return evoked_response(average_evoked(channel, times_s, rate_hz=2000.0), search_for(kind), OCULI)


def alike(one: EvokedResponse, other: EvokedResponse, gain: float = 1.0) -> None:
    """The same numbers; an interval may differ by what a rounded sample does to a few of the drawn averages."""
    assert one.probability == other.probability
    for name, unit in (("latency_ms", 1.0), ("amplitude_uv", gain), ("duration_ms", 1.0), ("area_uv_ms", gain)):
        first, second = getattr(one, name), getattr(other, name)
        np.testing.assert_allclose(second.value, unit * first.value, rtol=1e-5, atol=0.03)
        np.testing.assert_allclose([second.low, second.high], [unit * first.low, unit * first.high], rtol=0.02, atol=1.0)


@settings(max_examples=15)
@given(worlds, st.floats(-1e4, 1e4), kinds)
def test_an_offset_changes_nothing(world: int, offset_uv: float, kind: ResponseKind) -> None:
    one, other = measured(CHANNELS[world], TIMES_S, kind), measured(CHANNELS[world] + offset_uv, TIMES_S, kind)

    assert one.presence is other.presence
    alike(one, other)


@settings(max_examples=15)
@given(worlds, st.sampled_from([0.25, 0.5, 2.0, 8.0]), kinds)
def test_another_gain_scales_amplitudes_and_nothing_else(world: int, gain: float, kind: ResponseKind) -> None:
    one, other = measured(CHANNELS[world], TIMES_S, kind), measured(gain * CHANNELS[world], TIMES_S, kind)

    alike(one, other, gain)
    np.testing.assert_allclose(other.detectable_uv, gain * one.detectable_uv, rtol=1e-6)


@settings(max_examples=10)
@given(worlds, st.permutations(range(len(TIMES_S))))
def test_the_order_of_stimuli_does_not_matter(world: int, order: list[int]) -> None:
    one, other = average_evoked(CHANNELS[world], TIMES_S, rate_hz=2000.0), average_evoked(CHANNELS[world], TIMES_S[order], rate_hz=2000.0)

    np.testing.assert_array_equal(one.average_uv, other.average_uv)


@settings(max_examples=10)
@given(worlds, st.integers(0, 5000))
def test_a_later_start_of_the_recording_changes_nothing(world: int, shift: int) -> None:
    later = np.concatenate([np.full(shift, 7.0), CHANNELS[world]])

    alike(measured(CHANNELS[world], TIMES_S), measured(later, TIMES_S + shift / 2000.0))


@settings(max_examples=15)
@given(worlds, kinds)
def test_the_other_polarity_gives_the_same_answer(world: int, kind: ResponseKind) -> None:
    one, other = measured(CHANNELS[world], TIMES_S, kind), measured(-CHANNELS[world], TIMES_S, kind)

    assert one.presence is other.presence
    alike(one, other)


@settings(max_examples=30)
@given(st.floats(1e-3, 1e6), st.floats(-1e6, 1e6), st.booleans(), st.integers(1, 400))
def test_triggers_are_found_whatever_their_height_level_and_length(height: float, level: float, inverted: bool, width: int) -> None:
    pulses = trigger_channel(TIMES_S, height=max(height, 1e-6 * abs(level)), width=width)

    found = find_triggers(level + (-pulses if inverted else pulses), rate_hz=2000.0)

    np.testing.assert_allclose(found, TIMES_S)
