"""What the live preview is told: the measurement's own bounds, from one small picture."""

from pathlib import Path
from threading import Thread
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from starlette.testclient import TestClient

import spasmograph.io.landmarks
from spasmograph.app.workspace.framing import Framing, framing_of, look
from spasmograph.errors import InputError
from spasmograph.io.phantom import Light, Scene, draw_frame
from spasmograph.io.still import MOST_BYTES, MOST_PIXELS, read_jpeg
from spasmograph.script import demo_script
from spasmograph.terms import Advice
from tests.record_worlds import client_of, workspace_in
from tests.worlds import face, landmarks, turn

Picture = NDArray[np.uint8]
FILM_WIDTH_PX = 1280
ASKED = f"/api/framing?film_width_px={FILM_WIDTH_PX}"


def drawn(**scene: Any) -> Picture:
    """The phantom with open eyes, as a camera of 1280 × 720 sees it."""
    states = demo_script(10.0).states(np.array([0.5]))
    return draw_frame(Scene(**scene), {name: float(values[0]) for name, values in states.items()} | {"time_s": 0.5})


def jpeg(picture: Picture, width_px: int = 480) -> bytes:
    """The picture as the page sends it."""
    small = cv2.resize(picture, (width_px, round(picture.shape[0] * width_px / picture.shape[1])), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])[1])


def beside(picture: Picture, other: Picture) -> Picture:
    """The left halves' middles of two pictures in one."""
    quarter = picture.shape[1] // 4
    return np.ascontiguousarray(np.hstack([picture[:, quarter : 3 * quarter], other[:, quarter : 3 * quarter]]))


@pytest.fixture(scope="module")
def good() -> bytes:
    return jpeg(drawn())


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return client_of(workspace_in(tmp_path))


# ---- pictures


def test_a_face_in_front_in_good_light_is_good(good: bytes) -> None:
    found = look(good, film_width_px=FILM_WIDTH_PX, frame_rate_hz=30.0)

    assert found.advice is Advice.GOOD
    assert found.box == pytest.approx((0.38, 0.29, 0.24, 0.5), abs=0.08)
    assert found.brightness == pytest.approx(0.64, abs=0.05)


@pytest.mark.parametrize(
    ("scene", "advice"),
    [
        ({"face_height_fraction": 0.2}, Advice.COME_CLOSER),
        ({"yaw_deg": 34.0}, Advice.TURN_TO_CAMERA),
        ({"pitch_deg": -30.0}, Advice.EYE_LEVEL),
        ({"face_height_fraction": 0.4, "blur_px": 14.0}, Advice.SHARPER),
        ({"light": Light.DIM, "skin_tone": 5}, Advice.GOOD),
        ({"glasses": True}, Advice.GOOD),
    ],
)
def test_what_is_wrong_with_a_picture_is_told(scene: dict[str, Any], advice: Advice) -> None:
    assert look(jpeg(drawn(**scene)), film_width_px=FILM_WIDTH_PX).advice is advice


def test_a_face_in_the_dark_needs_light() -> None:
    dark = (drawn(light=Light.DIM, skin_tone=5) * 0.6).astype(np.uint8)

    assert look(jpeg(dark), film_width_px=FILM_WIDTH_PX).advice is Advice.MORE_LIGHT


def test_an_empty_room_has_no_face_and_a_dark_one_needs_light() -> None:
    room = np.full((720, 1280, 3), 140, np.uint8)

    assert look(jpeg(room), film_width_px=FILM_WIDTH_PX) == Framing(advice=Advice.NO_FACE)
    assert look(jpeg(room // 10), film_width_px=FILM_WIDTH_PX) == Framing(advice=Advice.MORE_LIGHT)


def test_two_faces_are_one_too_many() -> None:
    both = beside(drawn(face_height_fraction=0.6), drawn(face_height_fraction=0.5, skin_tone=4))

    assert look(jpeg(both), film_width_px=FILM_WIDTH_PX).advice is Advice.ONE_FACE_ONLY


def test_a_face_at_the_border_is_called_to_the_middle() -> None:
    shifted = np.roll(drawn(face_height_fraction=0.6), -520, axis=1)

    assert look(jpeg(shifted), film_width_px=FILM_WIDTH_PX).advice is Advice.TO_THE_MIDDLE


def test_size_counts_in_the_film_not_in_the_small_picture(good: bytes) -> None:
    assert look(good, film_width_px=480).advice is Advice.COME_CLOSER
    assert look(good, film_width_px=1920).advice is Advice.GOOD


def test_a_slow_camera_is_told_last(good: bytes) -> None:
    assert look(good, film_width_px=FILM_WIDTH_PX, frame_rate_hz=15.0).advice is Advice.MORE_PICTURES
    assert look(good, film_width_px=480, frame_rate_hz=15.0).advice is Advice.COME_CLOSER


# ---- landmarks


def advised(frame_rate_hz: float = 30.0, *, dark: bool = False, film_width_px: float = FILM_WIDTH_PX, **seen: Any) -> Advice:
    return framing_of(landmarks([face()], **seen), film_width_px=film_width_px, frame_rate_hz=frame_rate_hz, dark=dark).advice


@pytest.mark.parametrize(
    ("seen", "advice"),
    [
        ({}, Advice.GOOD),
        ({"brightness": [0.05]}, Advice.MORE_LIGHT),
        ({"brightness": [0.97]}, Advice.LESS_LIGHT),
        ({"sharpness": [0.02]}, Advice.SHARPER),
        ({"other_faces": [1.0]}, Advice.ONE_FACE_ONLY),
        ({"rotation": turn(yaw_deg=40.0)}, Advice.TURN_TO_CAMERA),
        ({"rotation": turn(yaw_deg=-40.0)}, Advice.TURN_TO_CAMERA),
        ({"rotation": turn(pitch_deg=40.0)}, Advice.EYE_LEVEL),
        ({"scale_px": 60.0}, Advice.COME_CLOSER),
        ({"scale_px": 700.0}, Advice.MOVE_BACK),
        ({"centre_px": (60.0, 300.0)}, Advice.TO_THE_MIDDLE),
    ],
)
def test_every_bound_has_its_advice(seen: dict[str, Any], advice: Advice) -> None:
    assert advised(**seen) is advice


def test_a_bound_is_told_before_it_is_crossed() -> None:
    assert advised(rotation=turn(yaw_deg=24.0)) is Advice.GOOD
    assert advised(rotation=turn(yaw_deg=27.0)) is Advice.TURN_TO_CAMERA


def test_no_face_gives_no_box() -> None:
    nothing = landmarks(np.full((1, 478, 3), np.nan))

    assert framing_of(nothing, film_width_px=1280, frame_rate_hz=30, dark=False) == Framing(advice=Advice.NO_FACE)
    assert framing_of(nothing, film_width_px=1280, frame_rate_hz=30, dark=True) == Framing(advice=Advice.MORE_LIGHT)


# ---- one look at a time


def test_a_second_look_at_the_same_time_is_told_to_wait(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Framing] = []
    track = spasmograph.io.landmarks.track_landmarks

    def slowly(frames: Any, **given: Any) -> Any:
        second = Thread(target=lambda: found.append(look(good, film_width_px=FILM_WIDTH_PX)))
        second.start()
        second.join()
        return track(frames, **given)

    monkeypatch.setattr("spasmograph.io.landmarks.track_landmarks", slowly)
    first = look(good, film_width_px=FILM_WIDTH_PX)

    assert found == [Framing(advice=Advice.BUSY)]
    assert first.advice is Advice.GOOD


def test_a_bad_picture_does_not_block_the_next(good: bytes) -> None:
    with pytest.raises(InputError, match="not a JPEG picture"):
        look(b"nothing", film_width_px=FILM_WIDTH_PX)

    assert look(good, film_width_px=FILM_WIDTH_PX).advice is Advice.GOOD


# ---- hostile pictures


def test_a_header_that_promises_a_huge_picture_is_refused(good: bytes) -> None:
    start = good.index(b"\xff\xc0") + 5
    huge = good[:start] + b"\xff\xdc\xff\xdc" + good[start + 4 :]

    with pytest.raises(InputError, match=f"at most {MOST_PIXELS} pixels"):
        read_jpeg(huge)


def test_a_file_that_is_too_long_is_refused(good: bytes) -> None:
    with pytest.raises(InputError, match=f"at most {MOST_BYTES} are taken"):
        read_jpeg(good + bytes(MOST_BYTES))


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"GIF89a" + bytes(100), b"\x89PNG\r\n\x1a\n" + bytes(100), b"<svg/>", b"\xff\xd8\xff\xd9"])
def test_what_is_no_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not a JPEG picture"):
        read_jpeg(data)


@settings(max_examples=60)
@given(data=st.data())
def test_damaged_pictures_are_read_or_refused(data: st.DataObject, good: bytes) -> None:
    damaged = bytearray(good)
    for at in data.draw(st.lists(st.integers(3, len(good) - 1), min_size=1, max_size=40)):
        damaged[at] = data.draw(st.integers(0, 255))
    try:
        picture = read_jpeg(bytes(damaged[: data.draw(st.integers(3, len(good)))]))
    except InputError:
        return
    assert picture.width_px * picture.height_px <= MOST_PIXELS


# ---- the route


def test_the_route_answers_with_advice_box_and_brightness(client: TestClient, good: bytes) -> None:
    answer = client.post(ASKED + "&frame_rate_hz=29.9", content=good, headers={"Content-Type": "image/jpeg"})

    assert answer.status_code == 200
    assert answer.json()["advice"] == "good"
    assert len(answer.json()["box"]) == 4
    assert 0 < answer.json()["brightness"] < 1


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        (ASKED, b"no picture", 422),
        (ASKED, b"", 422),
        (ASKED, bytes(MOST_BYTES + 1), 413),
        ("/api/framing", b"x", 422),
        ("/api/framing?film_width_px=0", b"x", 422),
        (f"{ASKED}&frame_rate_hz=nan", b"x", 422),
        (f"{ASKED}&frame_rate_hz=-1", b"x", 422),
    ],
)
def test_the_route_refuses_in_words(client: TestClient, path: str, content: bytes, status: int) -> None:
    answer = client.post(path, content=content)

    assert answer.status_code == status
    assert answer.json()["error"]


def test_strangers_and_other_pages_get_no_look(tmp_path: Path, good: bytes) -> None:
    workspace = workspace_in(tmp_path)

    assert client_of(workspace, entered=False).post(ASKED, content=good).status_code == 401
    assert client_of(workspace).post(ASKED, content=good, headers={"Origin": "http://evil.example"}).status_code == 403


def test_nothing_of_the_picture_is_kept(client: TestClient, good: bytes, tmp_path: Path) -> None:
    client.get("/")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*")}
    client.post(ASKED, content=good)

    assert {path: path.read_bytes() for path in tmp_path.rglob("*")} == before
