from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from spasmograph.errors import InputError, OutputError
from spasmograph.io.film import write_film
from spasmograph.io.video import index_video, read_video
from tests.films import numbered


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("size", [(320, 240), (1280, 720)])
def test_colours_survive_in_small_and_large_films(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    colours = np.zeros((height, width, 3), dtype=np.uint8)
    colours[:, : width // 2], colours[:, width // 2 :] = (200, 60, 40), (30, 90, 180)
    write_film(tmp_path / "colours.mp4", [colours] * 2, frame_rate_hz=25, quality=5)
    frame = next(read_video(tmp_path / "colours.mp4"))
    patch = frame.sample(np.array([[width / 64, 0, 0], [0, height / 64, 0]]), 64) * 255
    assert np.allclose(patch[10:50, 4:28], (200, 60, 40), atol=3)
    assert np.allclose(patch[10:50, 36:60], (30, 90, 180), atol=3)
    assert np.allclose(frame.to_rgb()[height // 2, width // 4], (200, 60, 40), atol=3)


def test_quality_changes_the_size(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (5, 120, 160, 3)).astype(np.uint8)
    for quality in (10, 40):
        write_film(tmp_path / f"{quality}.mp4", noise, frame_rate_hz=25, quality=quality)
    assert (tmp_path / "10.mp4").stat().st_size > 2 * (tmp_path / "40.mp4").stat().st_size


def test_fractional_rates_are_kept(tmp_path: Path) -> None:
    write_film(tmp_path / "ntsc.mp4", numbered(31), frame_rate_hz=30000 / 1001)
    assert index_video(tmp_path / "ntsc.mp4").recording.frame_rate_hz == pytest.approx(30000 / 1001, rel=1e-6)


def test_a_film_needs_a_picture(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least one picture"):
        write_film(tmp_path / "none.mp4", [], frame_rate_hz=25)
    assert left_in(tmp_path) == []


def test_pictures_of_different_size_are_refused(tmp_path: Path) -> None:
    pictures = [np.zeros((64, 64, 3), dtype=np.uint8), np.zeros((64, 66, 3), dtype=np.uint8)]
    with pytest.raises(InputError, match=r"a picture has shape \(64, 66, 3\), the film has \(64, 64, 3\)"):
        write_film(tmp_path / "mixed.mp4", pictures, frame_rate_hz=25)
    assert left_in(tmp_path) == []


def test_an_older_film_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    def breaks_off() -> Iterator[NDArray[np.uint8]]:
        yield from numbered(3)
        msg = "the pictures ended early"
        raise RuntimeError(msg)

    (tmp_path / "clip.mp4").write_bytes(b"older")
    with pytest.raises(RuntimeError, match="ended early"):
        write_film(tmp_path / "clip.mp4", breaks_off(), frame_rate_hz=25)
    assert left_in(tmp_path) == ["clip.mp4"]
    assert (tmp_path / "clip.mp4").read_bytes() == b"older"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"clip\.mp4 could not be written \(No such file or directory\)"):
        write_film(tmp_path / "nowhere" / "clip.mp4", numbered(2), frame_rate_hz=25)


def test_an_unknown_codec_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written"):
        write_film(tmp_path / "clip.mp4", numbered(2), frame_rate_hz=25, codec="no_such_codec")
    assert left_in(tmp_path) == []
