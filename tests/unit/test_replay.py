"""Movement without a face: which events are shown, which frames, and in which unit."""

from dataclasses import dataclass
from dataclasses import replace as with_

import numpy as np
import pytest
from numpy.typing import NDArray

from spasmograph.measure.replay import REPLAY_LINES, REPLAY_POINTS, make_replays
from spasmograph.model import Event, Replay
from spasmograph.terms import MILLIMETRE, Side
from tests.score_worlds import blink, contraction
from tests.worlds import clock

TIME_S = clock(60.0)
PAIRS = [("eye_left", "eye_right"), ("iris_left", "iris_right"), ("brow_left", "brow_right"), ("cheek_left", "cheek_right")]


@dataclass
class Kept:
    """Points of all frames in memory, each frame filled with its own number; it notes what was read."""

    frames: int
    most: int = 0

    def read(self, first: int, stop: int) -> NDArray[np.floating]:
        assert 0 <= first <= stop <= self.frames
        self.most = max(self.most, stop - first)
        return np.arange(first, stop)[:, None, None] * np.ones((1, len(REPLAY_POINTS), 2))


def replays(*events: Event, most: int = 100, mm: float = 90.0) -> list[Replay]:
    return list(make_replays(events, TIME_S, Kept(len(TIME_S)), mm=mm, most=most))


def test_an_event_is_shown_with_a_moment_before_and_after() -> None:
    (shown,) = replays(contraction(10.0, 11.0))
    assert shown.event_index == 0
    assert shown.time_s[0] < 9.7
    assert shown.time_s[-1] > 11.3
    assert len(shown.time_s) == len(shown.points)


def test_frames_and_times_belong_together() -> None:
    (shown,) = replays(contraction(10.0, 11.0), mm=90.0)
    assert shown.points[:, 0, 0] / 90.0 == pytest.approx(shown.time_s * 30)


def test_points_are_in_millimetres() -> None:
    one, other = (replays(contraction(10.0, 11.0), mm=mm)[0].points for mm in (90.0, 45.0))
    assert one == pytest.approx(2 * other)


def test_a_long_event_is_shown_around_its_apex() -> None:
    (shown,) = replays(with_(contraction(10.0, 40.0), apex_s=30.0))
    assert shown.time_s[0] >= 27.0 - 0.04
    assert shown.time_s[-1] <= 33.0 + 0.04


def test_an_event_at_the_border_of_the_film_is_shown_as_far_as_there_are_frames() -> None:
    first, last = replays(contraction(0.0, 0.5), contraction(59.5, 59.9))
    assert first.time_s[0] == 0
    assert last.time_s[-1] == TIME_S[-1]


def test_contractions_come_before_blinks_and_the_strong_before_the_weak() -> None:
    events = [blink(1.0), contraction(5.0, 6.0, peak=0.4), contraction(9.0, 10.0, peak=0.9), contraction(13.0, 14.0, peak=0.6)]
    assert [shown.event_index for shown in replays(*events, most=1)] == [2]
    assert [shown.event_index for shown in replays(*events, most=3)] == [1, 2, 3]
    assert [shown.event_index for shown in replays(*events, most=9)] == [0, 1, 2, 3], "in the order of the events"


def test_the_sure_come_before_the_doubtful() -> None:
    sure, doubtful = contraction(5.0, 6.0, peak=0.6), with_(contraction(9.0, 10.0, peak=0.7), confidence=0.5)
    assert [shown.event_index for shown in replays(doubtful, sure, most=1)] == [1]


def test_millimetres_do_not_outweigh_closures() -> None:
    brow = with_(contraction(5.0, 6.0, Side.LEFT), amplitude=3.0, amplitude_unit=MILLIMETRE)
    assert [shown.event_index for shown in replays(brow, contraction(9.0, 10.0, peak=0.9), most=1)] == [1]


def test_none_is_none() -> None:
    assert replays() == replays(contraction(1.0, 2.0), most=0) == []


def test_an_event_without_frames_is_not_shown() -> None:
    assert list(make_replays([contraction(1.0, 2.0)], np.empty(0), Kept(0), mm=90.0, most=5)) == []


def test_only_the_frames_around_an_event_are_read() -> None:
    kept = Kept(len(TIME_S))
    list(make_replays([contraction(10.0, 11.0), contraction(20.0, 50.0)], TIME_S, kept, mm=90.0, most=5))
    assert kept.most <= 6.0 * 30 + 1


class Hidden(Kept):
    """The same, with the face unseen from the eleventh second on."""

    def read(self, first: int, stop: int) -> NDArray[np.floating]:
        points = super().read(first, stop)
        points[np.arange(first, stop) >= 11 * 30] = np.nan
        return points


def test_frames_without_a_face_are_not_shown() -> None:
    (shown,) = make_replays([contraction(10.0, 10.9), contraction(20.0, 21.0)], TIME_S, Hidden(len(TIME_S)), mm=90.0, most=5)
    assert shown.event_index == 0
    assert shown.time_s[-1] < 11.0
    assert np.isfinite(shown.points).all()


# The lines.


def test_every_line_is_drawn_from_the_points_that_are_kept() -> None:
    for name, run, _ in REPLAY_LINES:
        assert len(run) >= 4, name
        assert all(0 <= place < len(REPLAY_POINTS) for place in run), name


def test_every_point_is_part_of_a_line() -> None:
    assert {place for _, run, _ in REPLAY_LINES for place in run} == set(range(len(REPLAY_POINTS)))


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_both_sides_have_the_same_lines(left: str, right: str) -> None:
    runs = {name: (len(run), closed) for name, run, closed in REPLAY_LINES}
    assert runs[left] == runs[right]
