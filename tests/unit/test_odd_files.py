"""Files that are no ordinary film, and films whose header says little or wrong: read rightly, or refused in one plain line."""

import os
import resource
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from spasmograph.app import analysis
from spasmograph.app.analysis import finish_analysis, plan_analysis, start_analysis
from spasmograph.errors import DamagedVideoError, InputError, OutputError
from spasmograph.io.video import check_unchanged, index_video, read_video
from tests.films import film, number_of

posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return film(tmp_path / "clip.mp4", 12)


def said(path: Path) -> str:
    """The one line that refuses a file."""
    with pytest.raises(InputError) as caught:
        index_video(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# What is no file


@posix
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")

    assert said(tmp_path / "pipe.mp4") == "pipe.mp4 is a pipe or a device, not a file. Save the film as a file first."


@posix
def test_a_device_without_an_end_is_refused() -> None:
    assert said(Path("/dev/zero")) == "zero is a pipe or a device, not a file. Save the film as a file first."


def test_a_link_that_leads_nowhere_is_called_a_link(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").symlink_to(tmp_path / "drive" / "clip.mp4")

    assert said(tmp_path / "clip.mp4") == "clip.mp4 is a link to a file that is not there. Check the name and the folder."


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").symlink_to(tmp_path / "b.mp4")
    (tmp_path / "b.mp4").symlink_to(tmp_path / "a.mp4")

    assert said(tmp_path / "a.mp4").startswith("a.mp4 cannot be read (")


def test_a_link_to_a_film_is_read(clip: Path) -> None:
    clip.with_name("link.mp4").symlink_to(clip)

    assert index_video(clip.with_name("link.mp4")).recording.name == "link.mp4"


def test_a_name_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    assert "cannot be read (" in said(tmp_path / f"{'a' * 300}.mp4")


def test_a_file_below_a_file_is_not_there(clip: Path) -> None:
    assert said(clip / "clip.mp4").startswith("there is no file ")


def test_a_folder_that_may_not_be_entered_is_said(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)

    assert said(clip) == "clip.mp4 cannot be read (Permission denied). Check that you may open it."


def test_the_folder_where_one_is_has_a_name_in_the_message() -> None:
    assert said(Path()).startswith(". is a folder, not a video.")


@pytest.mark.parametrize("name", ["-dash.mp4", "new\nline.mp4", ".hidden.mp4", "no ending", "%s {x} [b].mp4", "été Zoë.mp4", "clip.json"])
def test_any_name_is_read_by_what_the_file_holds(clip: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clip.parent)
    path = clip.rename(name)

    assert [number_of(frame) for frame in read_video(path)] == list(range(12))


# A film that changes while it is read


def grown(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(9))


def replaced(path: Path) -> None:
    film(path.with_name("other.mp4"), 12, quality=30).replace(path)


def touched(path: Path) -> None:
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("change", [grown, replaced, touched])
def test_a_film_that_changes_while_it_is_measured_gives_no_numbers(
    clip: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_analysis(clip)
    change(clip)
    monkeypatch.setattr(analysis, "_measured", lambda *_: pytest.fail("two films were taken for one"))

    with pytest.raises(InputError, match=r"^clip\.mp4 changed while it was being read\. Wait until it is copied or recorded"):
        finish_analysis(plan, start_analysis(plan))


def test_a_film_that_goes_away_while_it_is_measured_is_not_there(clip: Path) -> None:
    plan = plan_analysis(clip)
    clip.unlink()

    with pytest.raises(InputError, match="there is no file"):
        finish_analysis(plan, start_analysis(plan))


def test_a_film_that_goes_away_at_the_last_moment_is_said(clip: Path) -> None:
    index = index_video(clip)
    check_unchanged(index)
    clip.unlink()

    with pytest.raises(InputError, match="there is no file"):
        check_unchanged(index)


# Headers that say little or wrong


@pytest.mark.parametrize(("codec", "pixel_format"), [("mjpeg", "yuvj420p"), ("h264", "yuv420p")])
def test_a_bare_stream_says_that_its_rate_is_not_measured(tmp_path: Path, codec: str, pixel_format: str) -> None:
    notes = index_video(film(tmp_path / f"a.{codec}", codec=codec, pixel_format=pixel_format)).notes

    assert len(notes) == 1
    assert notes[0].startswith("The file gives its pictures no time stamps; ")


@pytest.mark.parametrize("name", ["late.mkv", "late.flv", "late.mp4"])
def test_a_film_that_starts_late_is_not_taken_for_cut_off(tmp_path: Path, name: str) -> None:
    index = index_video(film(tmp_path / name, time_stamps_s=5 + np.arange(40) / 30))

    assert index.recording.first_timestamp_s >= (4.9 if name != "late.flv" else 0)
    assert index.notes == ()


def test_a_late_film_that_is_cut_off_says_how_long_it_should_be(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mkv", 200, gop=10, time_stamps_s=5 + np.arange(200) / 30).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])

    (note,) = (note for note in index_video(tmp_path / "cut.mkv").notes if "cut off" in note)

    assert note.endswith("and the file states 6.67 s: it may be cut off.")


def test_a_film_whose_beginning_is_lost_is_damaged(tmp_path: Path) -> None:
    path = film(tmp_path / "clip.mp4", 40)
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + 4
    content[start : content.index(b"moov") - 4] = bytes(content.index(b"moov") - 4 - start)
    path.write_bytes(content)

    with pytest.raises(DamagedVideoError, match=r"clip\.mp4 is damaged: no picture at its beginning can be decoded"):
        index_video(path)


def test_pictures_that_cannot_be_decoded_are_counted_in_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "clip.mp4", 120, gop=10)
    content = bytearray(path.read_bytes())
    first, end = content.index(b"mdat"), content.index(b"moov")
    third = (end - first) // 3
    content[first + third : first + 2 * third] = bytes(third)
    path.write_bytes(content)
    notes: list[str] = []
    monkeypatch.setattr(analysis, "_measured", lambda *given: notes.extend(given[-1]))
    plan = plan_analysis(path)

    finish_analysis(plan, start_analysis(plan))

    (note,) = notes
    lost, _, rest = note.partition(" of ")
    assert 20 < int(lost) < 80
    assert rest == "120 pictures could not be decoded: the file is damaged there. Copy or export it again from the camera."


def test_a_whole_film_has_no_such_note(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []
    monkeypatch.setattr(analysis, "_measured", lambda *given: notes.extend(given[-1]))
    plan = plan_analysis(clip)

    finish_analysis(plan, start_analysis(plan))

    assert notes == []


def test_a_film_of_which_little_is_left_is_refused_as_damaged(tmp_path: Path) -> None:
    path = film(tmp_path / "clip.mp4", 120, gop=10)
    content = bytearray(path.read_bytes())
    first, end = content.index(b"mdat"), content.index(b"moov")
    content[first + (end - first) // 8 : end - 4] = bytes(end - 4 - first - (end - first) // 8)
    path.write_bytes(content)
    plan = plan_analysis(path)

    with pytest.raises(DamagedVideoError, match=r"^clip\.mp4 is damaged: 1\d\d of 120 pictures could not be decoded\. Copy or export it again"):
        finish_analysis(plan, start_analysis(plan))


def test_the_index_knows_the_file_as_it_was(clip: Path) -> None:
    assert index_video(clip).file_state == (clip.stat().st_size, clip.stat().st_mtime_ns)


# No room for what is kept while it works


def test_a_full_disk_is_said_and_not_hidden_by_what_comes_after(tmp_path: Path) -> None:
    plan = plan_analysis(film(tmp_path / "clip.mp4"))
    parts = list(start_analysis(plan))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(
            OutputError, match=r"a temporary file could not be written \(File too large\); free some space, or set TMPDIR to a folder"
        ):
            finish_analysis(plan, iter(parts))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_without_any_place_for_temporary_files_that_is_said(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_analysis(clip)
    parts = list(start_analysis(plan))

    def nowhere(**_: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(analysis, "TemporaryFile", nowhere)

    with pytest.raises(OutputError, match=r"a temporary file could not be written \(No usable temporary directory found\)"):
        finish_analysis(plan, iter(parts))
