"""Counting seconds that were seen."""

import numpy as np
import pytest

from spasmograph.measure.scores.clock import cells, covered_s, equal_bins, joined, outside, seconds, seconds_before, summed
from spasmograph.model import Span
from tests.score_worlds import clock


def spans(*edges: tuple[float, float]) -> list[Span]:
    return [Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in edges]


def test_touching_and_overlapping_spans_become_one_and_empty_ones_nothing() -> None:
    assert joined(spans((5, 6), (0, 1), (1, 2), (1.5, 3), (8, 8))).tolist() == [[0, 3], [5, 6]]


def test_a_span_inside_another_does_not_shorten_it() -> None:
    assert joined(spans((0, 10), (2, 3))).tolist() == [[0, 10]]


def test_no_spans_are_no_seconds() -> None:
    nothing = joined([])
    assert nothing.shape == (0, 2)
    assert seconds(nothing) == 0
    assert seconds_before(nothing, np.array([1.0, 2.0])).tolist() == [0, 0]


def test_the_clock_stands_still_in_unseen_time() -> None:
    observed = joined(spans((10, 20), (30, 35)))
    assert seconds(observed) == 15
    assert seconds_before(observed, np.array([0.0, 10, 15, 20, 25, 30, 32, 99])).tolist() == [0, 0, 5, 10, 10, 10, 12, 15]


def test_a_sample_stands_for_half_the_way_to_its_neighbours_and_to_the_edges_of_its_span() -> None:
    places = cells(np.array([0.1, 0.2, 0.4]), joined(spans((0, 0.5))), cap_s=1)
    assert places.width_s == pytest.approx([0.15, 0.15, 0.2])
    assert places.onset_s == pytest.approx([0, 0.15, 0.3])


def test_a_sample_reaches_no_further_than_the_cap() -> None:
    places = cells(np.array([1.0, 5.0]), joined(spans((0, 6))), cap_s=0.1)
    assert places.width_s == pytest.approx([0.2, 0.2])


def test_samples_outside_stand_for_nothing_and_do_not_narrow_those_inside() -> None:
    places = cells(np.array([0.5, 0.98, 1.02, 1.5]), joined(spans((0, 1))), cap_s=1)
    assert places.index.tolist() == [0, 1]
    assert np.sum(places.width_s) == pytest.approx(1)


def test_a_sample_at_the_end_of_a_half_open_span_lies_outside() -> None:
    assert cells(np.array([0.0, 1.0]), joined(spans((0, 1))), cap_s=1).index.tolist() == [0]


def test_no_samples_and_no_spans_give_no_cells() -> None:
    assert len(cells(np.zeros(0), joined(spans((0, 1))), cap_s=1).index) == 0
    assert len(cells(clock(1), joined([]), cap_s=1).index) == 0


def test_covered_seconds_are_cut_at_the_events_own_edges_not_at_frames() -> None:
    places = cells(clock(1, 4), joined(spans((0, 1))), cap_s=1)
    assert np.sum(covered_s(places, joined(spans((0.2, 0.65))))) == pytest.approx(0.45)


def test_outside_the_spans_a_sample_stands_for_what_is_left_of_its_time() -> None:
    places = outside(cells(clock(1, 4), joined(spans((0, 1))), cap_s=1), joined(spans((0.375, 0.5))))
    assert places.width_s == pytest.approx([0.125, 0.25, 0.125, 0.375])


def test_bins_are_equal_and_at_least_one() -> None:
    assert np.diff(equal_bins(2.2, bin_s=0.5)) == pytest.approx([0.55] * 4)
    assert equal_bins(0.1, bin_s=0.5).tolist() == [0, 0.1]


def test_sums_in_bins_add_up_to_the_whole() -> None:
    places = cells(clock(3, 7), joined(spans((0, 1), (1.5, 3))), cap_s=0.5)
    bins = summed(places, [places.width_s, 2 * places.width_s], equal_bins(2.5, bin_s=0.5))
    assert bins.shape == (2, 5)
    assert bins[0] == pytest.approx([0.5] * 5)
    assert bins[1] == pytest.approx([1.0] * 5)
