"""Whatever happens to a film, reading it ends in pictures or in a plain error; and however it is cut, the pictures are the same."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spasmograph.errors import SpasmographError
from spasmograph.io.film import write_film
from spasmograph.io.video import VideoIndex, chunk_video, index_video, read_chunk
from tests.films import decoded_in_chunks, decoded_straight, numbered

OPEN_GOP = {"x264-params": "open-gop=1:bframes=3:b-adapt=0:keyint=7:min-keyint=7:scenecut=0"}
SUFFIXES = (".mp4", ".mkv", ".webm", ".ts", ".avi", ".mpg", ".h264", ".flv")
CODECS = {".webm": "vp8", ".mpg": "mpeg2video"}
per_film = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "open_gop.mp4"
    write_film(path, numbered(90, width=80, height=60), frame_rate_hz=30, codec_options=OPEN_GOP)
    return path


@pytest.fixture(scope="module")
def index(film: Path) -> VideoIndex:
    return index_video(film)


@pytest.fixture(scope="module")
def straight(film: Path) -> list[bytes]:
    return decoded_straight(film)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sources")
    for suffix in SUFFIXES:
        write_film(folder / f"film{suffix}", numbered(24, width=64, height=48), frame_rate_hz=25, gop=6, codec=CODECS.get(suffix, "h264"))
    return {suffix: (folder / f"film{suffix}").read_bytes() for suffix in SUFFIXES}


@given(target_s=st.floats(0.01, 5.0))
@per_film
def test_chunks_of_any_length_give_the_same_pictures(index: VideoIndex, straight: list[bytes], target_s: float) -> None:
    assert decoded_in_chunks(index, target_s) == straight


@given(start_s=st.floats(0.0, 2.9), length_s=st.floats(0.04, 3.0), target_s=st.floats(0.05, 2.0))
@per_film
def test_a_trim_gives_exactly_the_frames_between_its_ends(index: VideoIndex, start_s: float, length_s: float, target_s: float) -> None:
    end_s = start_s + length_s
    chunks = chunk_video(index, start_s=start_s, end_s=end_s, target_s=target_s)
    found = [frame.time_s for chunk in chunks for frame in read_chunk(index, chunk)]
    assert found == [time_s for time_s in index.time_s if start_s <= time_s < end_s]


def read_all(path: Path) -> int:
    index = index_video(path)
    assert np.all(np.diff(index.time_s) > 0)
    count = 0
    for chunk in chunk_video(index, target_s=0.3):
        for frame in read_chunk(index, chunk):
            patch = frame.sample(np.array([[1.5, 0.2, 3.0], [-0.2, 1.5, 4.0]]), 24)
            assert np.all((patch >= 0) & (patch <= 1))
            count += 1
    assert count <= len(index.time_s)
    return count


def is_read_or_refused(path: Path, content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    path.write_bytes(content)
    said = path.name
    try:
        read_all(path)
    except SpasmographError as error:
        said = str(error)
    assert path.name in said
    assert "\n" not in said
    assert capfd.readouterr() == ("", "")


def truncated(content: bytes, draw: Callable[[st.SearchStrategy[int]], int]) -> bytes:
    return content[: draw(st.integers(0, len(content)))]


def overwritten(content: bytes, draw: Callable[[st.SearchStrategy[int]], int]) -> bytes:
    changed = bytearray(content)
    for _ in range(draw(st.integers(1, 40))):
        changed[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(changed)


def shortened(content: bytes, draw: Callable[[st.SearchStrategy[int]], int]) -> bytes:
    start = draw(st.integers(0, len(content) - 1))
    return content[:start] + content[start + draw(st.integers(1, 2000)) :]


def doubled(content: bytes, draw: Callable[[st.SearchStrategy[int]], int]) -> bytes:
    start = draw(st.integers(0, len(content) - 1))
    return content[: start + draw(st.integers(1, 2000))] + content[start:]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("damage", [truncated, overwritten, shortened, doubled])
@given(data=st.data())
@per_film
def test_a_damaged_film_is_read_or_refused(
    sources: dict[str, bytes],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    suffix: str,
    damage: Callable[[bytes, Callable[[st.SearchStrategy[int]], int]], bytes],
    data: st.DataObject,
) -> None:
    is_read_or_refused(tmp_path / f"film{suffix}", damage(sources[suffix], data.draw), capfd)


@given(content=st.binary(max_size=3000), suffix=st.sampled_from((*SUFFIXES, ".txt", "")))
@per_film
def test_random_bytes_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes, suffix: str) -> None:
    is_read_or_refused(tmp_path / f"film{suffix}", content, capfd)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_undamaged_films_are_read_whole(sources: dict[str, bytes], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    path.write_bytes(sources[suffix])
    assert read_all(path) == 24
