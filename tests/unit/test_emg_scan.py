"""The search for rises in a course of evidence: each has one onset and one offset, wherever the course is cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.measure.emg.bursts.scan import Scan
from spasmograph.model import Floats

RISE, FALL = 3.0, 4.0


def runs(evidence: Floats, cuts: tuple[int, ...] = (), rise: Floats | None = None) -> list[tuple[int, int]]:
    scan, made, first = Scan(), [], 0
    rises = np.full(len(evidence), RISE) if rise is None else rise
    for part, needed in zip(np.split(evidence, cuts), np.split(rises, cuts), strict=True):
        made += list(scan.runs(part, needed, np.full(len(part), FALL), first))
        first += len(part)
    return made


def course(*parts: tuple[int, float]) -> Floats:
    return np.concatenate([np.full(count, value) for count, value in parts])


def test_a_rise_reaches_from_its_lowest_to_its_highest() -> None:
    assert runs(course((10, -1), (5, 2), (10, -1))) == [(10, 15)]


def test_a_dip_less_than_the_fall_parts_nothing_and_a_deeper_one_does() -> None:
    assert runs(course((5, -1), (5, 2), (3, -1), (5, 2), (9, -1))) == [(5, 18)]
    assert runs(course((5, -1), (5, 2), (6, -1), (5, 2), (9, -1))) == [(5, 10), (16, 21)]


def test_what_does_not_rise_enough_is_nothing() -> None:
    assert runs(course((5, -1), (2, 1), (9, -1))) == []


def test_a_rise_that_does_not_end_is_not_told() -> None:
    scan = Scan()
    evidence = course((5, -1), (5, 2), (2, -1))
    assert list(scan.runs(evidence, np.full(12, RISE), np.full(12, FALL), 100)) == []
    assert (scan.active, scan.onset, scan.mark) == (True, 105, 110)


def test_nothing_begins_where_it_is_not_possible() -> None:
    evidence = course((5, -1), (5, 2), (10, -1), (5, 2), (9, -1))
    rise = np.full(len(evidence), RISE)
    rise[:15] = np.inf
    assert runs(evidence, rise=rise) == [(20, 25)]


def test_frames_without_a_burst_are_passed() -> None:
    scan = Scan()
    assert list(scan.nothing(40)) == []
    assert list(scan.runs(course((5, 2), (9, -1)), np.full(14, RISE), np.full(14, FALL), 40)) == [(40, 45)]


@given(
    levels=st.lists(st.sampled_from([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0]), max_size=400),
    cuts=st.lists(st.integers(0, 400), max_size=5).map(sorted).map(tuple),
)
def test_the_same_wherever_the_course_is_cut(levels: list[float], cuts: tuple[int, ...]) -> None:
    evidence = np.array(levels)
    whole = runs(evidence)
    assert runs(evidence, cuts) == whole
    for onset, offset in whole:
        assert evidence[onset:offset].sum() >= RISE
        assert evidence[onset] > 0 >= -evidence[offset - 1]


@given(st.lists(st.sampled_from([-1.0, 2.0]), min_size=1, max_size=300))
def test_rises_do_not_overlap(levels: list[float]) -> None:
    edges = [edge for run in runs(np.array(levels)) for edge in run]
    assert edges == sorted(edges)
    assert pytest.approx(edges) == sorted(set(edges))
