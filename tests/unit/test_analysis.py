"""The whole way from a film to a measurement, on a drawn film whose truth is known."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spasmograph import analyze_video
from spasmograph.errors import InputError, NoFaceError, TooSlowVideoError
from spasmograph.io.film import write_film
from spasmograph.io.phantom import Scene, draw_frames, render_phantom
from spasmograph.io.results import measurement_to_json
from spasmograph.model import Event, Measurement
from spasmograph.script import Script, blink, hemifacial_spasm, smile, wink
from spasmograph.terms import EventKind, Region, Side, Task

SCENE = Scene(width_px=480, height_px=360, frame_rate_hz=30.0)
SCRIPT = Script(
    duration_s=9.0,
    episodes=(blink(1.0), hemifacial_spasm(Side.RIGHT, 2.0), blink(4.0), wink(Side.RIGHT, 5.2, hold_s=0.2), smile(6.2, duration_s=1.5), blink(8.2)),
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of nine seconds."""
    path = tmp_path_factory.mktemp("films") / "phantom.mp4"
    render_phantom(path, SCENE, SCRIPT)
    return path


@pytest.fixture(scope="module")
def measured(film: Path) -> Measurement:
    """That film, measured."""
    return analyze_video(film, task=Task.REST)


@pytest.fixture
def pool() -> Iterator[Executor]:
    """Workers that do not share their order of work."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


def told(event: Event) -> tuple[EventKind, Side]:
    """What an event is called, in short."""
    return event.kind, event.side


def test_every_scripted_event_is_found_on_its_side_within_a_frame(measured: Measurement) -> None:
    found = [event for event in measured.events if event.side is not Side.BOTH or event.kind is EventKind.BLINK]
    true = SCRIPT.events()
    assert [told(event) for event in found] == [told(event) for event in true]
    for one, other in zip(found, true, strict=True):
        assert one.onset_s == pytest.approx(other.onset_s, abs=0.05)
    spasm = next(event for event in found if event.kind is EventKind.CONTRACTION)
    assert {Region.EYELID, Region.MOUTH} <= set(spasm.regions)


def test_the_measurement_says_what_it_is_about(measured: Measurement, film: Path) -> None:
    assert measured.recording.name == film.name
    assert measured.recording.task is Task.REST
    assert all(event.task is Task.REST for event in measured.events)
    assert measured.recording.frame_count == 270
    assert measured.quality.observed_s == pytest.approx(9.0, abs=0.1)
    assert set(measured.provenance.model_sha256) >= {"mesh_base.tflite", "lips.tflite", "eye_left.tflite", "eye_right.tflite"}
    assert measured.score("contraction_rate_right").value == pytest.approx(2 / 9 * 60, rel=0.02)
    assert measured.score("contraction_rate_left").value == 0
    assert len(measured.replays) == len(measured.events)


def test_an_executor_changes_nothing(film: Path, measured: Measurement, pool: Executor) -> None:
    assert measurement_to_json(analyze_video(film, task=Task.REST, executor=pool)) == measurement_to_json(measured)


def test_progress_reaches_the_last_frame(film: Path) -> None:
    seen: list[tuple[int, int]] = []
    analyze_video(film, end_s=3.0, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (90, 90)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_trimmed_start_keeps_the_clock_and_the_events(film: Path, measured: Measurement) -> None:
    trimmed = analyze_video(film, task=Task.REST, start_s=3.5)
    whole = [event for event in measured.events if event.onset_s > 3.5]
    assert [told(event) for event in trimmed.events] == [told(event) for event in whole]
    for one, other in zip(trimmed.events, whole, strict=True):
        assert one.onset_s == pytest.approx(other.onset_s, abs=1 / 30)
    assert float(trimmed.signals.time_s[0]) == pytest.approx(3.5, abs=1 / 30)


def test_a_mirror_image_that_is_said_to_be_one_is_the_same_and_otherwise_changes_sides(tmp_path: Path, measured: Measurement) -> None:
    path = tmp_path / "selfie.mp4"
    write_film(path, (np.ascontiguousarray(frame[:, ::-1]) for frame in draw_frames(SCENE, SCRIPT)), frame_rate_hz=30.0, quality=20)
    said, unsaid = analyze_video(path, mirrored=True), analyze_video(path)
    assert [told(event) for event in said.events] == [told(event) for event in measured.events]
    assert [(e.kind, e.side.other) for e in unsaid.events] == [told(event) for event in measured.events]


def test_a_turned_film_is_the_same(tmp_path: Path, measured: Measurement) -> None:
    path = tmp_path / "portrait.mp4"
    turned = (np.ascontiguousarray(np.rot90(frame, 1)) for frame in draw_frames(SCENE, SCRIPT))
    write_film(path, turned, frame_rate_hz=30.0, quality=20, rotation_deg=90)
    found = analyze_video(path)
    if (found.recording.width_px, found.recording.height_px) != (480, 360):
        pytest.fail("the rotation was not applied")
    assert [told(event) for event in found.events] == [told(event) for event in measured.events]


def test_too_few_frames_a_second_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "slow.mp4"
    write_film(path, draw_frames(replace(SCENE, frame_rate_hz=6.0), SCRIPT), frame_rate_hz=6.0, quality=20)
    with pytest.raises(TooSlowVideoError, match=r"6\.0 pictures a second, at least 10 are needed"):
        analyze_video(path)


def test_no_face_and_no_film(tmp_path: Path) -> None:
    empty = tmp_path / "wall.mp4"
    write_film(empty, (np.full((120, 160, 3), 180, np.uint8) for _ in range(30)), frame_rate_hz=30.0, quality=20)
    with pytest.raises(NoFaceError, match="no face was found"):
        analyze_video(empty)
    with pytest.raises(InputError, match=r"missing\.mp4"):
        analyze_video(tmp_path / "missing.mp4")
