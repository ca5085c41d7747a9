"""One muscle that both electrodes see is told from two muscles that burst together."""

from dataclasses import dataclass

import numpy as np
import pytest

from spasmograph.measure.emg.patterns.activity import Activity
from spasmograph.measure.emg.patterns.crosstalk import CrossTalk, cross_talk
from spasmograph.measure.emg.patterns.synchrony import pair_synchrony
from spasmograph.model import Floats, Together
from tests.emg_pattern_worlds import ORIS, QUICK, RATE_HZ, banded, muscle, reading


@dataclass(frozen=True, kw_only=True)
class Face:
    """Two electrodes over two muscles: the far one sees its own muscle, and the near one's through the tissue.

    Sizes are in times the noise of the electrode.
    """

    near: float = 20.0
    own: float = 0.0
    own_share: float = 1.0
    gain: float = 0.0
    unlike: float = 0.0
    late_s: float = 0.0
    bursts: int = 24


def electrodes(face: Face, seed: int) -> tuple[tuple[Activity, Activity], dict[str, Floats]]:
    random = np.random.default_rng(seed)
    onsets_s = 1 + np.cumsum(0.3 + random.exponential(0.6, face.bursts))
    count = round((onsets_s[-1] + 2) * RATE_HZ)
    near, own, unlike = (_units(onsets_s, count, random, share) for share in (1.0, face.own_share, 1.0))
    conducted = np.roll(near + face.unlike * unlike, round(face.late_s * RATE_HZ))
    first = face.near * near + banded(random.normal(0, 1, count))
    second = face.gain * face.near * conducted + face.own * np.roll(own, 8) + banded(random.normal(0, 1, count))
    times_s = np.column_stack([onsets_s, onsets_s + 0.1])
    eye, mouth = muscle(times_s, total_s=count / RATE_HZ), muscle(times_s + 0.004, what=ORIS, total_s=count / RATE_HZ)
    return (eye, mouth), {eye.label: first, mouth.label: second}


def _units(onsets_s: Floats, count: int, random: np.random.Generator, share: float) -> Floats:
    """The interference of many motor units: noise within the bursts, of a size of about 1."""
    size = np.zeros(count)
    for onset_s in onsets_s[random.random(len(onsets_s)) < share]:
        first = round(onset_s * RATE_HZ)
        size[first : first + 200] = np.sqrt(np.hanning(200))
    return banded(size * random.normal(0, 1, count))


def checked(face: Face, seed: int = 0) -> CrossTalk:
    muscles, signals = electrodes(face, seed)
    return cross_talk(np.array([burst.onset_s for burst in muscles[0].bursts]), muscles, reading(signals), QUICK)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("own", [3.0, 8.0])
def test_muscles_with_motor_units_of_their_own_are_no_copies(own: float, seed: int) -> None:
    found = checked(Face(own=own), seed)
    assert found.copies == 0
    assert found.same_waveform < 0.2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("face", [Face(gain=gain, near=near) for gain, near in [(0.1, 60), (0.2, 20), (0.5, 20), (0.5, 60), (1.0, 5), (-0.3, 20)]])
def test_conducted_bursts_are_copies(face: Face, seed: int) -> None:
    found = checked(face, seed)
    assert found.copies >= 0.9
    assert found.same_waveform > 0.8
    assert abs(found.lag_ms) <= 1


def test_a_copy_that_tissue_changes_a_little_is_one_still() -> None:
    assert checked(Face(gain=0.3, unlike=0.2)).copies >= 0.8


@pytest.mark.parametrize("gain", [0.1, 0.2, 0.3])
def test_a_burst_of_its_own_under_cross_talk_is_seen(gain: float) -> None:
    found = checked(Face(gain=gain, own=4.0))
    assert found.copies <= 0.2
    assert found.same_waveform > 0.3


def test_a_mixture_is_told_by_its_share() -> None:
    assert checked(Face(gain=0.2, own=6.0, own_share=0.5, bursts=60)).copies == pytest.approx(0.5, abs=0.2)


def test_the_same_signal_some_milliseconds_later_is_no_volume_conduction() -> None:
    assert checked(Face(gain=0.5, late_s=0.004)).copies == 0


def test_few_shared_bursts_are_not_judged() -> None:
    found = checked(Face(own=5.0, bursts=3))
    assert np.isnan(found.copies)
    assert "only 3 shared bursts" in found.reason


@pytest.mark.parametrize("bursts", [60, 61, 121, 182])
def test_many_shared_bursts_are_thinned_to_as_many_as_the_rules_say(bursts: int) -> None:
    muscles, signals = electrodes(Face(gain=0.4, bursts=bursts), 0)
    read = reading(signals)
    asked: list[float] = []

    def waveform(label: str, onset_s: float, offset_s: float) -> Floats:
        asked.append(onset_s)
        return read(label, onset_s, offset_s)

    cross_talk(np.array([burst.onset_s for burst in muscles[0].bursts]), muscles, waveform, QUICK)
    assert 30 <= len(set(asked)) <= QUICK["cross_talk_most_bursts"]


def test_signals_with_gaps_are_left_out() -> None:
    muscles, signals = electrodes(Face(own=5.0), 0)
    signals[muscles[1].label][:] = np.nan
    found = cross_talk(np.array([burst.onset_s for burst in muscles[0].bursts]), muscles, reading(signals), QUICK)
    assert "only 0 shared bursts" in found.reason


@pytest.mark.parametrize(
    ("face", "together"),
    [(Face(own=6.0), Together.SYNCHRONOUS), (Face(gain=0.3), Together.CROSS_TALK), (Face(gain=0.2, own=6.0), Together.SYNCHRONOUS)],
)
def test_the_verdict_on_a_pair_follows(face: Face, together: Together) -> None:
    muscles, signals = electrodes(face, 1)
    assert pair_synchrony(*muscles, reading(signals), QUICK).together is together


def test_channels_of_unequal_rates_are_compared_at_the_lower_one() -> None:
    muscles, signals = electrodes(Face(gain=0.4), 2)
    slow = muscle([(one.onset_s, one.offset_s) for one in muscles[1].bursts], what=ORIS, total_s=muscles[1].quality.observed_s, rate_hz=RATE_HZ / 2)
    whole, half = reading(signals), signals[slow.label][::2]

    def waveform(label: str, onset_s: float, offset_s: float) -> Floats:
        return half[round(onset_s * 1000) : round(offset_s * 1000)] if label == slow.label else whole(label, onset_s, offset_s)

    found = cross_talk(np.array([burst.onset_s for burst in muscles[0].bursts]), (muscles[0], slow), waveform, QUICK)
    assert found.same_waveform > 0.8
    assert found.copies >= 0.8
