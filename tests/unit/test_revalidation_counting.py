import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revalidation.counting import Counts, bootstrap, f1_interval, match, median, total

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)).map(lambda pair: (float(pair[0]), float(pair[0] + pair[1]))), max_size=8)


def test_f1_weighs_missed_and_invented_alike() -> None:
    assert Counts(found=8, missed=2).f1 == Counts(found=8, invented=2).f1 == pytest.approx(16 / 18)


def test_f1_of_nothing_is_not_a_number() -> None:
    assert math.isnan(Counts().f1)


def test_the_longest_overlap_is_taken_first() -> None:
    assert match([(10.0, 20.0)], [(0.0, 11.0), (12.0, 25.0)]) == [(0, 1)]


def test_spans_that_share_one_frame_match_and_those_that_only_touch_do_not() -> None:
    assert match([(5.0, 8.0)], [(8.0, 12.0)]) == [(0, 0)]
    assert match([(5.0, 8.0)], [(9.0, 12.0)]) == []


@given(SPANS, SPANS)
def test_matching_is_one_to_one_and_only_of_spans_that_overlap(truth: list[tuple[float, float]], found: list[tuple[float, float]]) -> None:
    pairs = match(truth, found)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(min(truth[i][1], found[j][1]) >= max(truth[i][0], found[j][0]) for i, j in pairs)


@given(SPANS)
def test_everything_matches_itself(spans: list[tuple[float, float]]) -> None:
    assert len(match(spans, spans)) == len(spans)


def test_the_interval_holds_the_figure_and_is_wider_where_people_differ() -> None:
    alike = {str(k): Counts(found=9, missed=1) for k in range(8)}
    unlike = {str(k): Counts(found=5 + k % 2 * 5, missed=5 - k % 2 * 5) for k in range(8)}
    low, high = f1_interval(alike)
    assert low == pytest.approx(high) == pytest.approx(total(list(alike.values())).f1)
    low, high = f1_interval(unlike)
    assert low < total(list(unlike.values())).f1 < high


def test_two_people_are_too_few_for_an_interval() -> None:
    assert all(math.isnan(bound) for bound in bootstrap({"a": 1.0, "b": 2.0}, sum))


def test_the_median_of_nothing_is_not_a_number() -> None:
    assert math.isnan(median([]))
