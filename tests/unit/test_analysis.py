"""The main job end to end on short drawn films: scripted events found with their side, whatever the film's form and the number of workers."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from spasmograph import __version__
from spasmograph.app.analysis import analyze_video, finish_analysis, plan_analysis, start_analysis
from spasmograph.errors import InputError, NoFaceError, NotAVideoError, TooSlowVideoError, UnmeasuredError
from spasmograph.io.film import write_film
from spasmograph.io.phantom import Bytes, Scene, draw_frames
from spasmograph.measure.replay import REPLAY_POINTS
from spasmograph.model import Event, Measurement
from spasmograph.parameters import load_parameters
from spasmograph.script import Script, blink, forced_closure, hemifacial_spasm, wink
from spasmograph.terms import EventKind, Reason, Side, Task, Verdict

RATE_HZ = 30.0
SCENE = Scene(width_px=480, height_px=360, frame_rate_hz=RATE_HZ)
SCRIPT = Script(
    duration_s=8.0,
    episodes=(
        blink(1.2),
        hemifacial_spasm(Side.RIGHT, 2.6, duration_s=0.8, strength=1.0),
        wink(Side.LEFT, 4.6, hold_s=0.25),
        forced_closure(5.9, duration_s=1.5),
    ),
)
FOUND = [(event.kind, event.side) for event in SCRIPT.events()]
LOST = slice(105, 130)
Named = list[tuple[EventKind, Side]]


def named(events: Iterable[Event]) -> Named:
    return [(event.kind, event.side) for event in events]


def onsets(measurement: Measurement) -> list[float]:
    return [event.onset_s for event in measurement.events]


def film(path: Path, pictures: Iterable[Bytes], **style: object) -> Path:
    """A film with a key frame every two thirds of a second, so that it can be cut into chunks."""
    write_film(path, pictures, frame_rate_hz=RATE_HZ, quality=12, gop=20, codec_options={"preset": "ultrafast"}, **style)  # type: ignore[arg-type]
    return path


@pytest.fixture(scope="session")
def pictures() -> list[Bytes]:
    """The pictures of the script."""
    return list(draw_frames(SCENE, SCRIPT))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="session")
def straight(folder: Path, pictures: list[Bytes]) -> Path:
    return film(folder / "straight.mp4", pictures)


@pytest.fixture(scope="session")
def measured(straight: Path) -> Measurement:
    """The film as it is, measured by this process alone."""
    return analyze_video(straight, task=Task.REST)


def same(one: Measurement, other: Measurement) -> None:
    """Nothing differs."""
    assert one.events == other.events
    assert one.quality == other.quality
    assert repr(one.scores) == repr(other.scores), "as text, for NaN is not NaN"
    assert set(one.signals) == set(other.signals)
    for name in one.signals:
        assert np.array_equal(one.signals[name], other.signals[name], equal_nan=True), name
    assert len(one.replays) == len(other.replays)
    for a, b in zip(one.replays, other.replays, strict=True):
        assert np.array_equal(a.points, b.points, equal_nan=True)


def alike(one: Measurement, other: Measurement) -> None:
    """The same events at the same times, and signals within what compression changes."""
    assert named(one.events) == named(other.events)
    assert onsets(one) == pytest.approx(onsets(other), abs=0.04)
    for side in Side.LEFT, Side.RIGHT:
        difference = np.asarray(one.signals[f"eye_closure_{side}"]) - np.asarray(other.signals[f"eye_closure_{side}"])
        assert np.nanmedian(np.abs(difference)) < 0.03
        difference = np.asarray(one.signals[f"oral_commissure_excursion_{side}_mm"]) - np.asarray(
            other.signals[f"oral_commissure_excursion_{side}_mm"]
        )
        assert np.nanmedian(np.abs(difference)) < 0.3


# What is found.


def test_every_scripted_event_is_found_with_its_side_and_none_is_invented(measured: Measurement) -> None:
    assert named(measured.events) == FOUND
    assert onsets(measured) == pytest.approx([event.onset_s for event in SCRIPT.events()], abs=0.06)
    assert [event.amplitude for event in measured.events] == pytest.approx([1.0] * 4, abs=0.15)


def test_the_events_carry_the_task_and_are_confident(measured: Measurement) -> None:
    assert {event.task for event in measured.events} == {Task.REST}
    assert min(event.confidence for event in measured.events) > 0.7


def test_signals_are_on_the_films_clock(measured: Measurement) -> None:
    assert len(measured.signals) == 240
    assert measured.signals.time_s == pytest.approx(np.arange(240) / RATE_HZ, abs=1e-3)


def test_a_fissure_is_about_a_centimetre(measured: Measurement) -> None:
    open_mm = np.nanmedian(measured.signals["palpebral_fissure_height_left_mm"])
    assert 6.0 < open_mm < 14.0


def test_the_quality_says_that_it_was_short_and_all_of_it_seen(measured: Measurement) -> None:
    assert measured.quality.verdict is Verdict.LIMITED
    assert measured.quality.observed_s == pytest.approx(8.0)
    assert "only 8.0 s could be measured" in measured.quality.notes[-1]


def test_scores_are_there_and_agree_with_the_events(measured: Measurement) -> None:
    assert measured.score("blink_rate").value == pytest.approx(60 / 8, rel=0.01)


def test_provenance_names_what_made_the_numbers(measured: Measurement) -> None:
    made = measured.provenance
    assert (made.package_version, made.landmark_source) == (__version__, "attention")
    assert made.rule_set_version == load_parameters().version
    assert made.parameters["iris_diameter_mm"] == 11.7
    assert len(made.model_sha256) >= 5
    assert {"numpy", "python"} <= set(made.runtime)


def test_every_event_has_its_replay_in_millimetres(measured: Measurement) -> None:
    assert [shown.event_index for shown in measured.replays] == [0, 1, 2, 3]
    for shown in measured.replays:
        assert shown.points.shape == (len(shown.time_s), len(REPLAY_POINTS), 2)
        width = np.ptp(shown.points[:, :, 0], axis=1)
        assert ((width > 100) & (width < 200)).all(), "a face is some 14 cm wide"


# However it is cut, mirrored and turned.


def test_two_workers_find_the_same_as_one(straight: Path, measured: Measurement) -> None:
    assert len(plan_analysis(straight).chunks) > 1, "there is something to share"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        same(analyze_video(straight, task=Task.REST, executor=executor), measured)


def test_progress_counts_up_to_all_frames(straight: Path) -> None:
    told: list[tuple[int, int]] = []
    plan = plan_analysis(straight, end_s=3.0)
    finish_analysis(plan, start_analysis(plan), progress=lambda done, every: told.append((done, every)))
    assert {every for _, every in told} == {plan.frames} == {240}, "what lies around is looked at too"
    assert [done for done, _ in told][-1] == 240
    assert all(a < b for (a, _), (b, _) in pairwise(told))


def test_a_later_start_changes_nothing_of_what_follows(straight: Path, measured: Measurement) -> None:
    """The clock stays the film's, and landmarks do not depend on where one begins."""
    late = analyze_video(straight, start_s=2.1)
    assert named(late.events) == FOUND[1:]
    assert onsets(late) == pytest.approx(onsets(measured)[1:], abs=0.02)
    assert late.recording.start_s == 2.1
    assert late.quality.duration_s == pytest.approx(8.0 - 2.1, abs=0.05)
    kept = np.asarray(measured.signals.time_s) >= late.signals.time_s[0]
    for name in late.signals:
        np.testing.assert_allclose(late.signals[name], np.asarray(measured.signals[name])[kept], rtol=1e-6, atol=1e-6, err_msg=name)


def test_far_around_a_part_nothing_is_read(tmp_path: Path) -> None:
    """Resting levels reach three quarters of a window; what lies further away costs no time."""
    long = film(tmp_path / "long.mp4", (np.full((48, 64, 3), 128, np.uint8) for _ in range(30 * 120)))
    plan = plan_analysis(long, start_s=60.0, end_s=61.0)
    assert 30 * 46 <= plan.frames <= 30 * 56


def test_an_earlier_end_leaves_out_what_follows(straight: Path) -> None:
    early = analyze_video(straight, end_s=4.0)
    assert named(early.events) == FOUND[:2]
    assert early.signals.time_s[-1] < 4.0
    assert early.quality.duration_s == pytest.approx(4.0)


def test_a_mirrored_film_that_is_said_to_be_mirrored_is_the_same(folder: Path, pictures: list[Bytes], measured: Measurement) -> None:
    selfie = film(folder / "mirrored.mp4", (np.ascontiguousarray(picture[:, ::-1]) for picture in pictures))
    alike(analyze_video(selfie, mirrored=True), measured)


def test_a_mirrored_film_that_is_not_said_to_be_has_the_sides_exchanged(folder: Path, pictures: list[Bytes]) -> None:
    """It cannot be guessed, so it is not."""
    selfie = film(folder / "selfie.mp4", (np.ascontiguousarray(picture[:, ::-1]) for picture in pictures))
    assert named(analyze_video(selfie).events) == [(kind, side.other) for kind, side in FOUND]


@pytest.mark.parametrize("rotation_deg", [90, 180])
def test_a_film_turned_by_its_metadata_is_the_same(folder: Path, pictures: list[Bytes], measured: Measurement, rotation_deg: int) -> None:
    """A phone stores what its sensor saw, and says how to hold it."""
    turned = (np.ascontiguousarray(np.rot90(picture, rotation_deg // 90)) for picture in pictures)
    held = analyze_video(film(folder / f"turned{rotation_deg}.mp4", turned, rotation_deg=rotation_deg))
    assert (held.recording.width_px, held.recording.height_px) == (480, 360)
    alike(held, measured)


# What cannot be measured.


@pytest.fixture(scope="session")
def interrupted(folder: Path, pictures: list[Bytes]) -> Measurement:
    """The face is gone for most of a second, after the spasm."""
    wall = np.full_like(pictures[0], 180)
    return analyze_video(film(folder / "interrupted.mp4", [*pictures[: LOST.start], *[wall] * (LOST.stop - LOST.start), *pictures[LOST.stop :]]))


def test_a_lost_face_is_neither_open_nor_closed(interrupted: Measurement) -> None:
    gone = np.asarray(interrupted.signals["eye_closure_left"])[LOST]
    assert np.isnan(gone[1:-1]).all()


def test_a_lost_face_is_told_and_subtracted(interrupted: Measurement) -> None:
    (told,) = (reason for reason in interrupted.quality.reasons if reason.code is Reason.NO_FACE)
    lost_s = (LOST.stop - LOST.start) / RATE_HZ
    assert told.seconds == pytest.approx(lost_s, abs=0.3)
    assert interrupted.quality.observed_s == pytest.approx(8.0 - told.seconds, abs=0.05)


def test_what_happened_before_and_after_is_found(interrupted: Measurement) -> None:
    assert named(interrupted.events) == FOUND


def test_a_replay_beside_a_gap_shows_seen_frames_only(interrupted: Measurement) -> None:
    for shown in interrupted.replays:
        width = np.ptp(shown.points[:, :, 0], axis=1)
        assert ((width > 100) & (width < 200)).all()


def walls(count: int) -> Iterator[Bytes]:
    return (np.full((120, 160, 3), 150 + i % 3, np.uint8) for i in range(count))


def test_a_film_without_a_face_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoFaceError, match="no face was found; film one face from the front"):
        analyze_video(film(tmp_path / "wall.mp4", walls(30)))


def test_a_film_below_ten_frames_a_second_is_refused(tmp_path: Path) -> None:
    write_film(tmp_path / "slow.mp4", walls(20), frame_rate_hz=8)
    with pytest.raises(TooSlowVideoError, match=r"slow.mp4 has 8.0 pictures a second, at least 10 are needed"):
        plan_analysis(tmp_path / "slow.mp4")


def test_a_slow_film_is_counted(folder: Path, pictures: list[Bytes]) -> None:
    """Every second picture: 15 a second."""
    write_film(folder / "fifteen.mp4", pictures[::2], frame_rate_hz=15, quality=12)
    slow = analyze_video(folder / "fifteen.mp4")
    assert slow.quality.verdict is Verdict.COUNTS_ONLY
    assert named(slow.events) == FOUND


def test_a_turned_head_is_a_refusal_not_a_number(tmp_path: Path) -> None:
    away = film(tmp_path / "away.mp4", draw_frames(replace(SCENE, yaw_deg=38.0), Script(duration_s=1.0)))
    with pytest.raises(UnmeasuredError, match="your head is turned"):
        analyze_video(away)


def test_a_face_too_far_away_is_told_to_come_closer(tmp_path: Path) -> None:
    far = film(tmp_path / "far.mp4", draw_frames(replace(SCENE, face_height_fraction=0.22), Script(duration_s=1.0)))
    with pytest.raises(UnmeasuredError, match=r"move closer: your face is \d+ pixels wide, 150 are needed"):
        analyze_video(far)


def test_a_start_beyond_the_end_is_said_so(straight: Path) -> None:
    with pytest.raises(InputError, match="8"):
        analyze_video(straight, start_s=20.0)


def test_what_is_no_video_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "letter.mp4").write_text("Dear Sir or Madam", encoding="utf-8")
    with pytest.raises(NotAVideoError, match=r"letter\.mp4"):
        analyze_video(tmp_path / "letter.mp4")


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_film_of_a_few_frames_is_refused_not_crashed(tmp_path: Path, pictures: list[Bytes], frames: int) -> None:
    with pytest.raises((UnmeasuredError, InputError)):
        analyze_video(film(tmp_path / "moment.mp4", pictures[:frames]))


def test_other_parameters_are_used_and_marked(straight: Path) -> None:
    usual, wide = (analyze_video(straight, end_s=1.0, parameters=load_parameters().replace(iris_diameter_mm=mm)) for mm in (11.7, 23.4))
    assert wide.provenance.rule_set_version.endswith("+changed")
    name = "palpebral_fissure_height_left_mm"
    assert wide.signals[name] == pytest.approx(2 * np.asarray(usual.signals[name]))
