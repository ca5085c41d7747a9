import math
from pathlib import Path

import pytest

from revalidation.lid_marks import BANDS, Mark, Reading, by_band, by_recording, marks, mean_error, rows, section
from revalidation.recordings import NotHereError
from revalidation.study import parts


def reading(recording: str, gap_px: float, read: float, open_gap_px: float = 20.0) -> Reading:
    mark = Mark(recording=recording, frame=3, side="left", gap_px=gap_px, open_gap_px=open_gap_px)
    return Reading(mark=mark, closure=read)


def test_closure_by_marks_is_what_is_gone_of_the_open_gap() -> None:
    closures = [Mark(recording="a", frame=0, side="left", gap_px=gap, open_gap_px=20.0).closure for gap in (20.0, 13.0, 0.0)]
    assert closures == pytest.approx([0.0, 0.35, 1.0])


def test_an_error_is_the_reading_less_the_mark() -> None:
    assert reading("a", 10.0, 0.4).error == pytest.approx(-0.1)


def test_the_committed_marks_are_gaps_of_eyes_and_hold_every_degree_of_closure() -> None:
    marked = marks()
    assert {mark.side for mark in marked} == {"left", "right"}
    assert all(0 <= mark.gap_px < 1.3 * mark.open_gap_px for mark in marked)
    assert all(any(low <= mark.closure < high for mark in marked) for low, high in BANDS)
    assert len({(mark.recording, mark.frame, mark.side) for mark in marked}) == len(marked)


def test_the_mean_error_counts_eyes_and_its_interval_draws_films() -> None:
    found = [reading("a", 10.0, 0.6), reading("a", 10.0, 0.6), reading("b", 10.0, 0.3), reading("c", 10.0, 0.5)]
    mean, spread, low, high = mean_error(found)
    assert mean == pytest.approx(0.0)
    assert spread == pytest.approx(math.sqrt((0.01 + 0.01 + 0.04) / 4))
    assert -0.2 - 1e-9 <= low < 0 < high <= 0.1 + 1e-9


def test_the_mean_error_of_nothing_is_not_a_number() -> None:
    assert all(math.isnan(value) for value in mean_error([]))


def test_rows_tell_partial_closures_from_open_and_shut_eyes() -> None:
    found = [reading("a", 20.0, 0.02), reading("a", 14.0, 0.2), reading("b", 10.0, 0.45), reading("b", 0.0, 0.9)]
    small = reading("c", 4.0, 0.1, open_gap_px=6.0)
    assert [row.value for row in rows(found, [*found, small])] == pytest.approx([-0.075, -0.1, -0.04, -0.3833 / 3], abs=1e-3)


def test_a_band_without_eyes_is_left_out_and_the_others_give_bias_and_spread() -> None:
    cells = by_band([reading("a", 20.0, 0.02), reading("a", 14.0, 0.2), reading("b", 14.0, 0.3), reading("b", 0.0, 0.9)]).cells
    assert cells == (
        ("open (under 0.1)", "1", "0.00", "0.02", "+0.02", "0.00"),
        ("0.25-0.4", "2", "0.30", "0.25", "-0.05", "0.05"),
        ("shut", "1", "1.00", "0.90", "-0.10", "0.00"),
    )


def test_films_stand_apart_with_their_open_gap() -> None:
    cells = by_recording([reading("a", 14.0, 0.31), reading("b", 5.0, 0.4, open_gap_px=10.0), reading("b", 10.0, 0.1, open_gap_px=10.0)]).cells
    assert cells == (("a", "20 px", "1", "0.30", "0.31", "+0.01", "0.00"), ("b", "10 px", "1", "0.50", "0.40", "-0.10", "0.00"))


def test_the_study_has_the_part() -> None:
    assert [part.key for part in parts(quick=True, workers=1, with_peer=False)].count("lid_marks") == 1


def test_without_the_recordings_the_part_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPASMOGRAPH_SHARED", str(tmp_path))
    with pytest.raises(NotHereError, match="shared recordings are not here"):
        section()
