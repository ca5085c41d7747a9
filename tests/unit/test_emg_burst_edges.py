"""Edges of many bursts at once."""

import numpy as np
import pytest

from spasmograph.measure.emg.bursts.edges import Edge, offset_samples, onset_samples
from spasmograph.measure.emg.bursts.shape import Sample, Stretch, median_frequencies_hz
from spasmograph.parameters import load_emg_parameters

RULES = load_emg_parameters()
RATE_HZ = 2000.0
ONSET, OFFSET = 1000, 1400


def edge(seed: int, *, power: float = 30.0, near: int = ONSET + 15, low: int = 0) -> Edge:
    """Noise of unit power with a burst from ONSET to OFFSET."""
    ratios = np.square(np.random.default_rng(seed).normal(size=2400))
    ratios[ONSET:OFFSET] *= power
    return Edge(ratios=Stretch(samples=ratios, first=0, rate_hz=RATE_HZ), near=near, low=low, stop=OFFSET, floor=1.0)


def test_an_edge_is_found_to_a_few_samples() -> None:
    found = np.array(onset_samples([edge(seed) for seed in range(40)], RULES))
    assert np.abs(np.median(found) - ONSET) <= 1
    assert np.quantile(np.abs(found - ONSET), 0.9) <= 8


def test_each_edge_comes_out_as_if_it_were_alone() -> None:
    edges = [edge(seed, power=4.0 + seed, near=ONSET + seed) for seed in range(30)] + [edge(99, low=2 * ONSET)]
    assert onset_samples(edges, RULES) == [onset_samples([one], RULES)[0] for one in edges]


def test_more_edges_than_are_looked_at_together() -> None:
    edges = [edge(seed) for seed in range(5)]
    assert onset_samples(edges * 60, RULES) == onset_samples(edges, RULES) * 60


def test_no_edge_lies_before_the_first_place_that_it_may_be() -> None:
    assert onset_samples([edge(1, low=ONSET + 7)], RULES)[0] >= ONSET + 7


def test_where_nothing_is_left_to_look_at_the_edge_is_the_first_place() -> None:
    assert onset_samples([edge(1, low=OFFSET)], RULES) == [OFFSET]


def test_none_of_none() -> None:
    assert onset_samples([], RULES) == []
    assert offset_samples([], RULES) == []


def test_an_offset_is_an_onset_with_time_turned_round() -> None:
    one = edge(3)
    turned = Edge(
        ratios=Stretch(samples=one.ratios.samples[::-1], first=0, rate_hz=RATE_HZ), near=2400 - OFFSET - 9, low=0, stop=2400 - ONSET, floor=1.0
    )
    offset = Edge(ratios=one.ratios, near=OFFSET + 9, low=ONSET, stop=2400, floor=1.0)
    assert offset_samples([offset], RULES) == [2400 - onset_samples([turned], RULES)[0]]
    assert offset_samples([offset], RULES)[0] == pytest.approx(OFFSET, abs=4)


@pytest.mark.parametrize("rate_hz", [5.0, 40.0, 200.0])
def test_at_low_rates_an_edge_is_still_told(rate_hz: float) -> None:
    ratios = np.ones(60)
    ratios[30:50] = 50.0
    slow = Edge(ratios=Stretch(samples=ratios, first=0, rate_hz=rate_hz), near=30, low=0, stop=50, floor=1.0)
    assert onset_samples([slow], RULES)[0] == pytest.approx(30, abs=round(0.05 * rate_hz) + 1)


def sine(hz: float, count: int) -> Sample:
    return Sample(samples=10 * np.sin(2 * np.pi * hz * np.arange(count) / RATE_HZ), noise_spectrum=np.ones(257), noise_power=1e-6)


def test_median_frequencies_of_bursts_of_any_length() -> None:
    bursts = [sine(80.0, 100), sine(120.0, 1500), sine(60.0, 512), sine(90.0, 20)]
    found = median_frequencies_hz(bursts, RATE_HZ, RULES)
    assert found[:3] == pytest.approx([80.0, 120.0, 60.0], abs=4)
    assert np.isnan(found[3])
    assert found[:3] == [median_frequencies_hz([one], RATE_HZ, RULES)[0] for one in bursts[:3]]


def test_a_burst_with_missing_samples_or_nothing_above_the_noise_has_no_frequency() -> None:
    holed = sine(80.0, 400)
    holed.samples[7] = np.nan
    weak = Sample(samples=np.zeros(400), noise_spectrum=np.ones(257), noise_power=1.0)
    assert np.isnan(median_frequencies_hz([holed, weak], RATE_HZ, RULES)).all()
    assert np.isnan(median_frequencies_hz([sine(20.0, 400)], 100.0, RULES)).all()
