"""The parts of the speed study work on films of a second; how fast they are is for `make bench` to say."""

import json
from pathlib import Path

import pytest

from bench import memory
from bench.document import Goal, Table, page, record
from bench.films import Film, looped
from bench.limit import bare_limit
from spasmograph.io.phantom import Scene, render_phantom
from spasmograph.io.video import chunk_video, index_video
from spasmograph.script import Script

GOAL = Goal(what="what", target="≥ 1", measured="2", met=True, command="do it")
TABLE = Table(columns=("film", "seconds"), rows=(("one", "1.0"),))


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


def test_a_film_is_told_by_its_size_its_look_and_the_command_that_draws_it(tmp_path: Path) -> None:
    film = Film(size="480p", look="phone", drawn_s=1)
    assert film.name == "480p, phone"
    assert film.command == "spasmograph phantom --out FILM --seconds 1 --size 854x480 --noise 0.012 --crf 18"
    ready = tmp_path / "480p-phone-1s.mp4"
    ready.touch()
    assert film.path(tmp_path) == ready


def test_the_bare_limit_takes_time(film: Path) -> None:
    index = index_video(film)
    with bare_limit(1) as bare:
        assert bare.decode_s(index, chunk_video(index)) > 0
        assert bare.infer_s(4) > 0


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read where the kernel tells it")
def test_memory_of_a_process_is_read(film: Path) -> None:
    peaks = memory.peaks_of_analysis(film, 1)
    assert peaks.main["resident"] > 30
    assert peaks.main["share"] <= peaks.main["resident"]


def test_the_page_holds_every_goal_and_every_part() -> None:
    names = ("limit", "peer", "memory", "films", "start", "rounds", "command", "peer_name", "machine")
    text = page({name: f"<{name}>" for name in names}, [GOAL])
    assert "| what | ≥ 1 | 2 | yes | `do it` |" in text
    assert all(f"<{name}>" in text for name in names)
    assert "{{" not in text


def test_the_record_holds_the_same_for_programs() -> None:
    whole = json.loads(record({"films": TABLE}, [GOAL], {"cores": 4}))
    assert whole["tables"]["films"] == [{"film": "one", "seconds": "1.0"}]
    assert whole["goals"][0]["met"] is True
    assert whole["machine"] == {"cores": 4}
