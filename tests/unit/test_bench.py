"""The parts of the speed study work on films of a second; how fast they are is for `make bench` to say."""

from pathlib import Path

import pytest

from bench import limit, memory
from bench.__main__ import _page
from bench.films import looped
from spasmograph.io.phantom import Scene, render_phantom
from spasmograph.io.video import index_video
from spasmograph.script import Script


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A still second."""
    path = tmp_path_factory.mktemp("bench") / "second.mp4"
    render_phantom(path, Scene(width_px=320, height_px=240), Script(duration_s=1.0))
    return path


def test_a_looped_film_is_as_long_as_its_turns_and_its_stamps_go_on(film: Path) -> None:
    index = index_video(looped(film, 3))
    assert index.recording.frame_count == 90
    assert index.recording.duration_s == pytest.approx(3.0, abs=0.05)
    assert index.gaps == ()


def test_the_bare_limit_takes_time(film: Path) -> None:
    assert limit.decode_s(film, 1) > 0
    assert limit.infer_s(4, 1) > 0


def test_memory_of_a_process_is_read(film: Path) -> None:
    main_mb, _ = memory.peaks_mb(film, 1)
    assert main_mb > 30


def test_the_page_holds_every_row() -> None:
    page = _page([("what", "target", "measured")], 4)
    assert "| what | target | measured |" in page
    assert "make bench" in page
