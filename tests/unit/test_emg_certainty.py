"""When a burst is certain, and what belongs to it."""

import numpy as np
import pytest

from spasmograph.measure.emg.bursts.certainty import Certainty, Found
from spasmograph.model import Burst
from spasmograph.parameters import load_emg_parameters

RULES = load_emg_parameters()


def found(onset_s: float, offset_s: float, peak_uv: float = 10.0, *, unmeasured_s: float = 0.0, censored: bool = False) -> Found:
    burst = Burst(
        onset_s=onset_s,
        apex_s=onset_s,
        offset_s=offset_s,
        channel="",
        peak_uv=peak_uv,
        mean_uv=peak_uv / 2,
        confidence=0.9,
        median_frequency_hz=peak_uv,
        censored=censored,
    )
    return Found(burst=burst, unmeasured_s=unmeasured_s)


def told(*bursts: Found) -> list[Burst]:
    return Certainty(RULES).certain(list(bursts), np.inf)


def test_a_burst_is_held_back_until_what_is_beside_it_is_known() -> None:
    certainty = Certainty(RULES)
    beside_s = RULES["burst_beside_s"]
    assert certainty.certain([found(1, 1.1)], 1.0 + beside_s) == []
    assert [burst.onset_s for burst in certainty.certain([], 1.2 + beside_s)] == [1]


def test_bursts_without_a_pause_are_one() -> None:
    (burst,) = told(found(1, 1.1, 10), found(1.02 + 0.1, 1.42, 8))
    assert (burst.onset_s, burst.offset_s, burst.peak_uv) == (1, 1.42, 10)
    assert burst.mean_uv == pytest.approx((5 * 0.1 + 4 * 0.3) / 0.4)
    assert burst.median_frequency_hz == 8


def test_a_short_pause_parts_equals_but_not_a_burst_from_its_weak_rest() -> None:
    assert len(told(found(1, 1.1, 10), found(1.14, 1.2, 8))) == 2
    assert len(told(found(1, 1.1, 10), found(1.14, 1.2, 4))) == 1


def test_time_that_was_not_measured_parts_bursts_however_short() -> None:
    bursts = told(found(1, 1.1, censored=True), found(1.11, 1.2, unmeasured_s=1.11, censored=True))
    assert len(bursts) == 2
    assert np.isnan(bursts[1].interval_s)


def test_a_contraction_told_in_parts_stays_in_parts() -> None:
    bursts = told(found(1, 150, censored=True), found(150, 160, censored=True))
    assert len(bursts) == 2


def test_only_a_long_contraction_has_a_prelude_and_a_tail() -> None:
    around = [found(1, 1.1, 2), found(4, 4.1, 2), found(8, 8.1, 2)]
    beside_long = told(around[0], found(2, 3, 10), *around[1:])
    assert [burst.onset_s for burst in beside_long] == [2, 8]
    assert beside_long[1].interval_s == pytest.approx(5)
    assert len(told(around[0], found(2, 2.1, 10), *around[1:])) == 4


def test_a_tail_is_known_as_one_however_the_bursts_arrive() -> None:
    certainty = Certainty(RULES)
    bursts = certainty.certain([found(1, 1.1, 2)], 1.5) + certainty.certain([found(2, 3, 10)], 4.0) + certainty.certain([found(4, 4.1, 2)], np.inf)
    assert [burst.onset_s for burst in bursts] == [2]
