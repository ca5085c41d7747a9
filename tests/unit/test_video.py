import csv
import os
import pickle
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from spasmograph.errors import DamagedVideoError, InputError, NotAVideoError
from spasmograph.io.opening import stated_length_s
from spasmograph.io.video import chunk_video, index_video, read_chunk, read_video
from spasmograph.io.video.stamps import PacketTable, arrange
from tests.films import decoded_in_chunks, decoded_straight, film, number_of, numbered

OPEN_GOP = {"x264-params": "open-gop=1:bframes=3:b-adapt=0:keyint=12:min-keyint=12:scenecut=0"}
LONG_GOP = {"x264-params": "bframes=3:b-adapt=0:keyint=250:scenecut=0"}


# What a film holds


def test_index_states_what_the_film_is(tmp_path: Path) -> None:
    index = index_video(film(tmp_path / "clip.mp4", gop=10))
    recording = index.recording
    assert (recording.name, recording.codec, recording.frame_count) == ("clip.mp4", "h264", 40)
    assert (recording.width_px, recording.height_px, recording.rotation_deg) == (160, 120, 0)
    assert recording.frame_rate_hz == pytest.approx(30)
    assert recording.duration_s == pytest.approx(40 / 30)
    assert not recording.variable_frame_rate
    assert len(recording.sha256) == 64
    assert np.allclose(index.time_s, np.arange(40) / 30)
    assert index.key_frames[0] == 0
    assert len(index.key_frames) >= 4
    assert index.notes == ()
    assert index.gaps == ()


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mp4", "h264", OPEN_GOP),
        ("long.mp4", "h264", LONG_GOP),
        ("a.mov", "hevc", {"x265-params": "log-level=none:keyint=12:bframes=3:open-gop=1"}),
        ("a.mkv", "h264", OPEN_GOP),
        ("a.webm", "vp9", {"deadline": "realtime"}),
        ("a.ts", "h264", OPEN_GOP),
        ("a.mpg", "mpeg2video", {"bf": "2"}),
        ("a.avi", "h264", OPEN_GOP),
        ("b.avi", "mpeg4", {"bf": "2"}),
        ("a.h264", "h264", OPEN_GOP),
        ("a.flv", "h264", OPEN_GOP),
    ],
)
def test_every_container_gives_every_picture_at_its_time(tmp_path: Path, name: str, codec: str, options: dict[str, str]) -> None:
    path = film(tmp_path / name, 60, codec=codec, gop=12, codec_options=options)
    index = index_video(path)
    assert decoded_in_chunks(index, 0.3) == decoded_straight(path)
    frames = list(read_video(path))
    assert [number_of(frame) for frame in frames] == list(range(60))
    assert [frame.index for frame in frames] == list(range(60))
    assert np.allclose([frame.time_s for frame in frames], np.arange(60) / 30, atol=1e-3)


def test_films_without_an_index_of_key_frames_are_read_in_one_chunk(tmp_path: Path) -> None:
    index = index_video(film(tmp_path / "a.ts", gop=10))
    assert len(chunk_video(index, target_s=0.1)) == 1


def test_a_stream_without_stamps_says_where_its_rate_comes_from(tmp_path: Path) -> None:
    index = index_video(film(tmp_path / "a.h264"))
    assert index.notes == ("The file gives its pictures no time stamps; 30 frames a second were taken from its header, or assumed if it has none.",)


def test_a_film_whose_packets_are_half_pictures_is_indexed_by_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "a.ts", 60, codec_options=OPEN_GOP)
    by_packet = index_video(path)
    # No encoder at hand writes such films; asking for 50 pictures a packet takes the same way.
    monkeypatch.setattr("spasmograph.io.video.index._PICTURES_PER_PACKET", 50)
    by_picture = index_video(path)
    assert np.array_equal(by_packet.time_s, by_picture.time_s)
    assert np.array_equal(by_packet.stamps, by_picture.stamps)


def test_variable_frame_rate_keeps_the_films_own_times(tmp_path: Path) -> None:
    times_s = np.cumsum([0.0, *([0.03, 0.05] * 19), 0.03])
    index = index_video(film(tmp_path / "vfr.mp4", time_stamps_s=times_s))
    assert np.allclose(index.time_s, times_s, atol=1e-4)
    assert index.recording.variable_frame_rate
    assert index.recording.frame_rate_hz == pytest.approx(25)


def test_time_starts_at_the_first_picture(tmp_path: Path) -> None:
    index = index_video(film(tmp_path / "late.ts", time_stamps_s=1.5 + np.arange(40) / 30))
    assert index.time_s[0] == 0
    assert index.recording.first_timestamp_s >= 1.5
    assert index.recording.duration_s == pytest.approx(40 / 30, abs=1e-3)


def test_a_jump_in_time_is_a_gap_not_a_slow_rate(tmp_path: Path) -> None:
    times_s = np.arange(40) / 30 + 2.0 * (np.arange(40) >= 20)
    index = index_video(film(tmp_path / "jump.mp4", time_stamps_s=times_s))
    (gap,) = index.gaps
    assert gap.onset_s == pytest.approx(20 / 30, abs=1e-3)
    assert gap.offset_s == pytest.approx(20 / 30 + 2, abs=1e-3)
    assert index.recording.frame_rate_hz == pytest.approx(30)


def test_pixels_that_are_not_square_are_widened(tmp_path: Path) -> None:
    path = film(tmp_path / "wide.mp4", codec_options={"x264-params": "sar=3/2"})
    index = index_video(path)
    assert (index.recording.width_px, index.recording.height_px) == (240, 120)
    assert index.notes == ("The file's pixels are 1.5 times as wide as high; widths were corrected.",)
    frame = next(read_video(path))
    assert frame.to_rgb().shape == (120, 240, 3)
    across = frame.sample(np.array([[1.0, 0, 60], [0, 1, 40]]), 64)[32, :, 0] * 255
    assert np.allclose(np.diff(across).mean(), 120 / 160 / 1.5, atol=0.03)


def test_an_index_travels_to_other_processes(tmp_path: Path) -> None:
    index = index_video(film(tmp_path / "clip.mp4"))
    copy = pickle.loads(pickle.dumps(index))  # noqa: S301
    assert copy.recording == index.recording
    assert np.array_equal(copy.time_s, index.time_s)
    assert [number_of(frame) for frame in read_chunk(copy, chunk_video(copy)[0])] == list(range(40))


# Chunks


def test_chunks_cover_every_frame_once_and_start_at_key_frames(tmp_path: Path) -> None:
    index = index_video(film(tmp_path / "clip.mp4", 100, gop=10))
    chunks = chunk_video(index, target_s=0.5)
    assert len(chunks) > 3
    assert [position for chunk in chunks for position in range(chunk.first, chunk.stop)] == list(range(100))
    assert all(chunk.seek in index.key_frames and chunk.warm_from == chunk.first for chunk in chunks)
    assert all(index.time_s[chunk.stop - 1] - index.time_s[chunk.first] >= 0.4 for chunk in chunks[:-1])


def test_a_trimmed_film_keeps_its_grid(tmp_path: Path) -> None:
    index = index_video(film(tmp_path / "clip.mp4", 100, gop=10))
    whole = chunk_video(index, target_s=0.5)
    part = chunk_video(index, start_s=1.0, end_s=2.0, target_s=0.5)
    assert {chunk.warm_from for chunk in part} <= {chunk.warm_from for chunk in whole}
    assert part[0].first == 30
    assert part[-1].stop == 60
    assert part[0].warm_from <= 30
    numbers = [number_of(frame) for chunk in part for frame in read_chunk(index, chunk)]
    assert numbers == list(range(30, 60))
    warm = replace(part[0], first=part[0].warm_from)
    assert next(read_chunk(index, warm)).index == part[0].warm_from


@pytest.mark.parametrize(("start_s", "end_s"), [(9.0, None), (0.5, 0.5), (0.5, 0.2)])
def test_an_empty_trim_says_how_long_the_film_is(tmp_path: Path, start_s: float, end_s: float | None) -> None:
    index = index_video(film(tmp_path / "clip.mp4"))
    with pytest.raises(InputError, match=r"no frame lies between .* s; clip.mp4 lasts 1\.33 s|and the end; clip.mp4 lasts 1\.33 s"):
        chunk_video(index, start_s=start_s, end_s=end_s)


def test_a_film_that_cannot_be_entered_at_a_key_frame_is_read_from_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_video(film(tmp_path / "clip.mp4", 60, gop=10))
    chunk = chunk_video(index, target_s=0.5)[1]
    monkeypatch.setattr("spasmograph.io.video.reading._packets_from", lambda *_: None)
    assert [number_of(frame) for frame in read_chunk(index, chunk)] == list(range(chunk.first, chunk.stop))


def test_of_several_picture_streams_the_largest_is_read_and_said(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "two.mp4"), "w") as container:
        streams = [container.add_stream("libx264", rate=30) for _ in range(2)]
        for stream, (width, height) in zip(streams, [(64, 48), (160, 120)], strict=True):
            stream.width, stream.height = width, height
        for stream in streams:
            for number, pixels in enumerate(numbered(10, width=stream.width, height=stream.height)):
                picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                picture.pts, picture.time_base = number, Fraction(1, 30)
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
    index = index_video(tmp_path / "two.mp4")
    assert (index.recording.width_px, index.recording.height_px) == (160, 120)
    assert index.notes == ("The file holds 2 picture streams; stream 1, the largest, was read.",)
    assert [number_of(frame) for frame in read_video(index.path)] == list(range(10))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted through /proc")
def test_a_reader_that_stops_early_closes_the_file(tmp_path: Path) -> None:
    path = film(tmp_path / "clip.mp4")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    frames = read_video(path)
    next(frames)
    assert len(os.listdir("/proc/self/fd")) > before  # noqa: PTH208
    frames.close()
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


# Stamps


def table(shown: Sequence[int], decoded: Sequence[int], *, damaged: int = 0) -> PacketTable:
    key = np.zeros(len(shown), dtype=np.bool_)
    key[0] = True
    return PacketTable(
        shown=np.array(shown, dtype=np.int64), decoded=np.array(decoded, dtype=np.int64), key=key, damaged=damaged, total=len(shown) + damaged
    )


def arranged(rows: PacketTable, *, stated_frames: int = 0, even: bool = False) -> tuple[list[int], tuple[str, ...]]:
    stamps = arrange(rows, by_dts=False, even=even, frame_stamps=Fraction(10), stated_frames=stated_frames, time_base_s=Fraction(1, 100))
    return stamps.values.tolist(), stamps.notes


def test_stamps_are_put_in_order_of_showing() -> None:
    assert arranged(table([0, 30, 10, 20], [-20, -10, 0, 10])) == ([0, 10, 20, 30], ())


def test_repeated_stamps_are_dropped_and_said() -> None:
    values, notes = arranged(table([0, 10, 10, 20], [0, 10, 10, 20]))
    assert values == [0, 10, 20]
    assert notes == ("1 frame was left out because of a time stamp that another frame has.",)


def test_stamps_that_run_backwards_are_dropped_and_said() -> None:
    values, notes = arranged(table([100, 110, 120, 105, 115, 130], [100, 110, 120, 105, 115, 130]))
    assert values == [100, 110, 120, 130]
    assert notes == ("2 frames were left out because time ran backwards, back to 0.05 s.",)


def test_stamps_of_program_streams_are_evened_where_the_length_agrees() -> None:
    assert arranged(table([50, 60, 70, 60, 90], [50, 60, 70, 80, 90]), even=True) == ([50, 60, 70, 80, 90], ())
    assert arranged(table([50, 60, 170, 180], [50, 60, 170, 180]), even=True) == ([50, 60, 170, 180], ())


def test_missing_frames_at_the_end_are_said_with_the_second() -> None:
    _, notes = arranged(table([0, 10, 20], [0, 10, 20]), stated_frames=9)
    assert notes == ("The file is cut off or damaged after 0.20 s: 6 of 9 frames are missing.",)


def test_damaged_packets_are_said() -> None:
    assert arranged(table([0, 10], [0, 10], damaged=2))[1] == ("2 frames were left out because of damage to the file.",)


# Wrong files


def test_a_header_that_asks_for_a_giant_picture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "clip.mp4", 3)
    monkeypatch.setattr("spasmograph.io.opening._MOST_PIXELS", 1000)
    with pytest.raises(DamagedVideoError, match="no picture at its beginning can be decoded"):
        index_video(path)


def test_a_film_says_how_long_it_is_before_anything_is_read(tmp_path: Path) -> None:
    assert stated_length_s(film(tmp_path / "clip.mp4", 45)) == pytest.approx(1.5, abs=0.05)
    assert stated_length_s(film(tmp_path / "bare.h264", 45)) == np.inf
    (tmp_path / "notes.mp4").write_text("no film")
    assert stated_length_s(tmp_path / "notes.mp4") == 0.0
    assert stated_length_s(tmp_path / "nowhere.mp4") == 0.0


def test_a_cut_off_film_is_read_up_to_the_cut(tmp_path: Path) -> None:
    source = film(tmp_path / "whole.mkv", 200, gop=10).read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(source[: len(source) // 2])
    index = index_video(path)
    frames = list(read_video(path))
    assert 20 < len(frames) < 180
    assert any("the file states 6.67 s: it may be cut off" in note for note in index.notes)
    assert [number_of(frame) for frame in frames] == [round(frame.time_s * 30) for frame in frames]
    assert len(index.time_s) - len(frames) <= 3


def test_a_cut_off_film_whose_header_knows_better_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    with av.open(str(tmp_path / "whole.mp4"), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height = 160, 120
        for number, pixels in enumerate(numbered(200)):
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    whole = (tmp_path / "whole.mp4").read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    (note,) = (text for text in index_video(path).notes if "cut off" in text)
    assert "of 200 frames are missing" in note
    assert all(number_of(frame) == round(frame.time_s * 30) for frame in read_video(path))


def test_a_film_without_its_table_of_contents_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(film(tmp_path / "whole.mp4").read_bytes()[:-3000])
    with pytest.raises(DamagedVideoError, match=r"cut\.mp4 is cut off or damaged: its table of contents is missing"):
        index_video(path)


def test_damage_in_the_middle_costs_only_the_damaged_frames(tmp_path: Path) -> None:
    damaged = bytearray(film(tmp_path / "whole.mp4", 120, gop=10).read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 40] = bytes(40)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(damaged)
    frames = list(read_video(path))
    assert len(frames) > 100
    assert all(number_of(frame) == frame.index for frame in frames[:20] + frames[-20:])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("results.txt", b"onset_s,offset_s\n1.0,2.0\n" * 50),
        ("noise.mp4", bytes(range(256)) * 40),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nclip.mp4\n#EXT-X-ENDLIST\n"),
        ("list.ffconcat", b"ffconcat version 1.0\nfile clip.mp4\n"),
        ("page.html", b"<!doctype html><html></html>"),
    ],
)
def test_what_is_no_video_is_said_in_one_line(tmp_path: Path, name: str, content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    film(tmp_path / "clip.mp4", 3)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotAVideoError, match=r"is not a video: no picture stream found\. Give a film such as \.mp4") as caught:
        index_video(tmp_path / name)
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_an_empty_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(NotAVideoError, match=r"empty\.mp4 is empty \(0 bytes\)"):
        index_video(tmp_path / "empty.mp4")


def test_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder, not a video"):
        index_video(tmp_path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        index_video(tmp_path / "nowhere.mp4")


def test_a_file_that_may_not_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "locked.mp4", 3)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"locked\.mp4 cannot be read \(Permission denied\)"):
        index_video(path)


def test_a_single_picture_is_no_film(tmp_path: Path) -> None:
    film(tmp_path / "one.mp4", 1)
    with pytest.raises(NotAVideoError, match="it holds a single picture"):
        index_video(tmp_path / "one.mp4")
    cv2.imwrite(str(tmp_path / "photo.png"), next(numbered(1)))
    with pytest.raises(NotAVideoError, match=r"photo\.png is not a video"):
        index_video(tmp_path / "photo.png")


def sound(path: Path, *, with_cover: bool) -> Path:
    from av.stream import Disposition

    with av.open(str(path), "w") as container:
        voice = container.add_stream("flac" if with_cover else "pcm_s16le", rate=16000, layout="mono")
        cover = container.add_stream("mjpeg", rate=1) if with_cover else None
        if cover is not None:
            cover.width, cover.height, cover.pix_fmt = 160, 120, "yuvj420p"
            cover.disposition = Disposition.attached_pic
            picture = av.VideoFrame.from_ndarray(next(numbered(1)), format="rgb24").reformat(format="yuvj420p", dst_color_range="JPEG")
            picture.pts = 0
            cover_packets = [*cover.encode(picture), *cover.encode(None)]
            container.mux(cover_packets)
        tone = av.AudioFrame.from_ndarray(np.zeros((1, 4096), dtype=np.int16), format="s16", layout="mono")
        tone.rate, tone.pts = 16000, 0
        container.mux([*voice.encode(tone), *voice.encode(None)])
    return path


@pytest.mark.parametrize(("name", "with_cover"), [("voice.wav", False), ("song.flac", True)])
def test_sound_alone_is_no_video_even_with_a_cover(tmp_path: Path, name: str, with_cover: bool) -> None:
    with pytest.raises(NotAVideoError, match="is not a video: it holds only sound"):
        index_video(sound(tmp_path / name, with_cover=with_cover))


def test_names_with_spaces_accents_and_colons_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = film(tmp_path / "concat:été à Zoë's.mp4", 3)
    assert index_video(path.name).recording.name == path.name


# The shared recordings


@pytest.mark.shared
def test_clips_have_the_frames_that_people_counted(shared: Path) -> None:
    folder = shared / "data" / "zju_blinks"
    with (folder / "clips.csv").open(newline="") as file:
        counted = {row["clip"]: int(row["frames"]) for row in csv.DictReader(file)}
    found = {clip: len(index_video(folder / f"{clip}.mp4").time_s) for clip in counted}
    assert found == counted


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["edge/starts_at_1s_1080p.mp4", "edge/face_noface.mov", "edge/no_face.mp4", "talking/bbaf2n.mpg", "imitation/d9.mp4"]
)
def test_real_films_in_chunks_equal_a_straight_decode(shared: Path, name: str) -> None:
    path = shared / "data" / name
    assert decoded_in_chunks(index_video(path), 0.5) == decoded_straight(path)
