"""The drawn face: its sizes in mm are true, each side moves alone, it turns as stated, and the film carries its truth."""

import json
from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from spasmograph.errors import InputError, OutputError
from spasmograph.io.phantom import Hair, Light, Scene, anatomy, draw_frame, geometry, render_phantom, tissue, truth_path
from spasmograph.io.phantom.eyes import lids, look
from spasmograph.io.phantom.mouth import lip_curves
from spasmograph.io.phantom.pose import at_rest, look_up, project, shift_px
from spasmograph.io.phantom.render import draw_frames, frame_times
from spasmograph.model import Floats
from spasmograph.script import Script, blink, hemifacial_spasm, script_from_json, smile, wink
from spasmograph.terms import Side

SMALL = Scene(width_px=320, height_px=240, noise=0.0)
LARGE = Scene(width_px=1200, height_px=1200, noise=0.0, iris="blue")
REST = {name: float(values[0]) for name, values in Script(duration_s=1.0).states(np.zeros(1)).items()}
MOVES = {
    "eye_closure_{}": 0.7,
    "palpebral_fissure_height_{}_mm": 3.0,
    "commissure_along_{}_mm": 6.0,
    "commissure_across_{}_mm": -2.0,
    "cheek_raise_{}_mm": 3.0,
    "brow_height_{}_mm": 4.0,
}


def moved(side: Side) -> dict[str, float]:
    return REST | {name.format(side): value for name, value in MOVES.items()}


def face(picture: NDArray[np.uint8], scene: Scene = SMALL) -> float:
    """Mean brightness of the middle of the face."""
    x, y = scene.width_px // 2, scene.height_px // 2
    r = round(40 * scene.px_per_mm)
    return float(picture[y - r : y + r, x - r : x + r].mean())


@pytest.mark.parametrize(("width", "height"), [(320, 240), (241, 319), (640, 360)])
def test_a_frame_has_the_size_of_the_scene(width: int, height: int) -> None:
    picture = draw_frame(replace(SMALL, width_px=width, height_px=height), REST)
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("height", [97, 180, 251, 360, 478, 540, 1079])
def test_every_movement_can_be_drawn_at_every_size(height: int) -> None:
    scene = replace(SMALL, width_px=height, height_px=height, glasses=True)
    state = moved(Side.LEFT) | {name.format(Side.RIGHT): value for name, value in MOVES.items()} | {"mouth_opening_mm": 8.0, "jaw_shift_mm": 4.0}
    assert not np.array_equal(draw_frame(scene, state), draw_frame(scene, REST))


def test_drawing_is_deterministic_with_noise_and_without_memory() -> None:
    scene = replace(SMALL, noise=0.02)
    first = draw_frame(scene, moved(Side.LEFT) | {"time_s": 0.4})
    draw_frame(replace(scene, skin_tone=5), REST)
    assert np.array_equal(draw_frame(scene, moved(Side.LEFT) | {"time_s": 0.4}), first)
    assert not np.array_equal(draw_frame(scene, moved(Side.LEFT) | {"time_s": 0.5}), first)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, value in MOVES.items() if name != "eye_closure_{}"])
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_what_moves_on_one_side_leaves_the_other_half_untouched(side: Side, name: str, value: float) -> None:
    still = draw_frame(SMALL, REST)
    picture = draw_frame(SMALL, REST | {name.format(side): value})
    middle = SMALL.width_px // 2
    left_of_picture, right_of_picture = np.s_[:, :middle], np.s_[:, middle:]
    own, other = (right_of_picture, left_of_picture) if side is Side.LEFT else (left_of_picture, right_of_picture)
    assert np.array_equal(picture[other], still[other])
    assert not np.array_equal(picture[own], still[own])


def test_a_whole_spasm_leaves_the_other_half_untouched() -> None:
    still, picture = draw_frame(SMALL, REST), draw_frame(SMALL, moved(Side.RIGHT))
    assert np.array_equal(picture[:, 160:], still[:, 160:])
    assert (picture[:, :160] != still[:, :160]).any(axis=-1).mean() > 0.02


def test_the_iris_is_as_wide_as_the_ruler_says() -> None:
    picture = draw_frame(LARGE, REST).astype(float).mean(axis=-1)
    x, y = geometry(LARGE)["points_px"]["pupil_left"]
    reach = round(9.0 * LARGE.px_per_mm)
    row = picture[round(y + 2.0), round(x) - reach : round(x) + reach]
    white = row[[2, -3]].mean()
    rim = row[np.abs(np.arange(len(row)) - reach + 5.4 * LARGE.px_per_mm) < 1.5].min()
    dark = np.flatnonzero(row < 0.5 * (white + rim))
    assert dark[-1] - dark[0] + 1 == pytest.approx(LARGE.iris_diameter_px, abs=2.0)
    assert LARGE.iris_diameter_px == pytest.approx(11.7 * LARGE.px_per_mm)


@pytest.mark.parametrize("fissure", [1.0, 0.6, 0.25, 0.0])
def test_the_fissure_over_the_pupil_is_the_true_one(fissure: float) -> None:
    margins = lids(np.array([-14.5, 0.0, 14.5]), fissure, 1.0 - fissure)
    gap = margins.lower - margins.upper
    assert gap[1] == pytest.approx(10.0 * fissure)
    assert gap[[0, 2]] == pytest.approx([0.0, 0.0])


@pytest.mark.parametrize("yaw_deg", [-25.0, 0.0, 25.0])
@pytest.mark.parametrize("outwards", [-1.0, 1.0])
def test_closure_is_what_is_gone_of_the_gap_in_pixels_however_the_head_is_turned(yaw_deg: float, outwards: float) -> None:
    scene = replace(SMALL, yaw_deg=yaw_deg)

    def gap_px(closure: float, lateral: float) -> float:
        margins = lids(np.array([lateral]), 1.0 - closure, closure)
        x, y = np.full(2, outwards * (anatomy.EYE_X_MM + lateral)), np.array([margins.upper[0], margins.lower[0]])
        upper, lower = project(scene, np.stack([x, y, anatomy.surface(x, y)], axis=-1), at_rest(scene))
        return float(np.hypot(*(lower - upper)))

    for lateral in (-4.0, 0.0, 4.0):
        gone = [1.0 - gap_px(closure, lateral) / gap_px(0.0, lateral) for closure in (0.2, 0.35, 0.6, 0.8, 0.9, 1.0)]
        assert gone == pytest.approx([0.2, 0.35, 0.6, 0.8, 0.9, 1.0], abs=0.003)


def test_the_open_eye_looks_alike_on_every_skin_and_darker_skin_changes_step_by_step() -> None:
    assert len({look(replace(SMALL, skin_tone=tone), 0.0) for tone in (1, 2, 3, 4, 5)}) == 1
    whites = [look(replace(SMALL, skin_tone=tone), 0.6).white for tone in (2, 3, 4, 5)]
    assert whites == sorted(whites, reverse=True)


def iris_brightness(iris: str, closure: float) -> float:
    """Of the drawn iris just above the lower lid."""
    scene = replace(LARGE, iris=iris)
    state = REST | {"eye_closure_left": closure, "palpebral_fissure_height_left_mm": 10.0 * (1.0 - closure)}
    x, y = (round(value) for value in geometry(scene)["points_px"]["pupil_left"])
    rows = slice(y + round(1.0 * scene.px_per_mm), y + round(2.4 * scene.px_per_mm))
    return float(draw_frame(scene, state)[rows, x + round(2.5 * scene.px_per_mm)].mean())


def test_light_and_dark_irises_look_more_alike_under_a_lowered_lid_and_keep_their_order() -> None:
    wide, narrow = ([iris_brightness(iris, closure) for iris in ("dark", "brown", "blue")] for closure in (0.0, 0.5))
    assert wide == sorted(wide)
    assert narrow == sorted(narrow)
    assert narrow[2] / narrow[0] < 0.75 * wide[2] / wide[0]


@pytest.mark.parametrize("tone", [1, 3, 5])
def test_an_eye_changes_its_look_without_a_jump_while_the_lid_comes_down(tone: int) -> None:
    scene = replace(SMALL, skin_tone=tone)
    looks = np.array([astuple(look(scene, lowered)) for lowered in np.linspace(-0.1, 1.0, 111)])
    assert np.abs(np.diff(looks, axis=0)).max() < 0.1
    assert (looks >= 0.0).all()


def test_the_upper_lid_covers_the_top_of_the_open_iris_and_comes_down() -> None:
    across = np.linspace(-14.0, 14.0, 57)
    uppers = [lids(across, 1.0 - closure, closure).upper for closure in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert -11.7 / 2 + 1.0 < uppers[0][28] < -11.7 / 2 + 2.0
    assert all(np.all(later > earlier) for earlier, later in pairwise(uppers))


def test_a_fully_closed_eye_shows_no_white() -> None:
    x, y = (round(value) for value in geometry(LARGE)["points_px"]["pupil_left"])
    reach = round(10.0 * LARGE.px_per_mm)
    patch = np.s_[y - reach : y + reach, x - reach : x + reach]
    blue = [
        draw_frame(LARGE, state)[patch].astype(int) for state in (REST, REST | {"eye_closure_left": 1.0, "palpebral_fissure_height_left_mm": 0.0})
    ]
    bluish = [int((picture[..., 2] > picture[..., 0] + 20).sum()) for picture in blue]
    assert bluish[0] > 0.05 * blue[0][..., 0].size
    assert bluish[1] == 0


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_the_mouth_corner_lands_where_the_truth_says(side: Side) -> None:
    """A bright dot at the corner of the texture is carried outwards and up."""
    scale = 4.0
    canvas = np.zeros((round(260 * scale), round(196 * scale), 4), np.uint8)
    sign = anatomy.outward(side)
    corner = (np.array([sign * anatomy.MOUTH_HALF_MM, anatomy.MOUTH_Y_MM]) - (anatomy.TEXTURE_LEFT_MM, anatomy.TEXTURE_TOP_MM)) * scale
    cv2.circle(canvas, (round(corner[0]), round(corner[1])), 3, (255, 255, 255, 255), -1)
    tissue.move_side(canvas, REST | {f"commissure_along_{side}_mm": 6.0}, side, scale)
    weight = canvas[..., 0].astype(float)
    y, x = np.indices(weight.shape)
    at = np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()
    assert (at - corner) / scale == pytest.approx([sign * 6.0 * np.cos(np.deg2rad(40.0)), -6.0 * np.sin(np.deg2rad(40.0))], abs=0.35)


@pytest.mark.parametrize("share", [tissue.commissure_share, tissue.cheek_share, tissue.brow_share])
def test_tissue_of_one_side_ends_at_the_middle_line(share: Callable[[Floats, Floats], Floats]) -> None:
    y = np.linspace(-90.0, 110.0, 50)
    assert np.all(share(np.zeros_like(y), y) == 0.0)
    assert share(np.full_like(y, 30.0), y).max() > 0.8


def test_the_mouth_opens_by_the_true_amount() -> None:
    x = np.linspace(-25.0, 25.0, 101)
    shut, wide = lip_curves(x), lip_curves(x, 10.0)
    assert (wide.lower_edge - wide.upper_edge)[50] - (shut.lower_edge - shut.upper_edge)[50] == pytest.approx(10.0)
    assert (wide.lower_edge - wide.upper_edge)[[0, -1]] == pytest.approx([0.0, 0.0])


def test_an_open_mouth_is_drawn_below_the_nose_only() -> None:
    still, picture = draw_frame(SMALL, REST), draw_frame(SMALL, REST | {"mouth_opening_mm": 9.0})
    changed = np.flatnonzero((still != picture).any(axis=(1, 2)))
    assert changed[0] > shift_px(SMALL)[1] + 50.0 * SMALL.px_per_mm


@pytest.mark.parametrize(
    ("pose", "axis", "sign"),
    [((20.0, 0.0, 0.0), 0, 1.0), ((-20.0, 0.0, 0.0), 0, -1.0), ((0.0, 15.0, 0.0), 1, -1.0), ((0.0, -15.0, 0.0), 1, 1.0)],
)
def test_the_nose_goes_where_the_head_turns(pose: tuple[float, float, float], axis: int, sign: float) -> None:
    nose = np.array([[0.0, 36.0, 20.0]])
    shift = project(SMALL, nose, pose)[0] - project(SMALL, nose, (0.0, 0.0, 0.0))[0]
    assert sign * shift[axis] > 5.0 * SMALL.px_per_mm


def test_a_tilt_towards_the_left_shoulder_is_clockwise_in_the_picture() -> None:
    eyes = np.array([[-31.0, 0.0, 0.0], [31.0, 0.0, 0.0]])
    right, left = project(SMALL, eyes, (0.0, 0.0, 20.0))
    assert np.degrees(np.arctan2(*(left - right)[::-1])) == pytest.approx(20.0)


def test_the_drawn_face_is_as_deep_as_a_face() -> None:
    """Tip of the nose, corner of the mouth and lateral corner of the eye from the plane of the pupils, and the face before the ear, in mm."""
    x, y = np.array([0.0, 25.0, 44.0, 66.0]), np.array([32.0, 67.0, 0.0, 7.0])
    assert anatomy.surface(x, y) == pytest.approx([40.0, 7.0, -8.0, -34.0], abs=2.0)


def test_a_nose_hides_what_lies_behind_it() -> None:
    """On a head that is turned far, the ray to a place beside the nose ends on the nose."""
    scene = replace(SMALL, width_px=600, height_px=600)
    pose = (50.0, 0.0, 0.0)
    behind = np.array([[16.0, 32.0, anatomy.surface(np.array([16.0]), np.array([32.0]))[0]]])
    (rows, columns), texture_x, _ = look_up(scene, pose, 1.0)
    at = project(scene, behind, pose)[0]
    found_x = texture_x[round(at[1] - rows.start - 0.5), round(at[0] - columns.start - 0.5)] + 0.5 + anatomy.TEXTURE_LEFT_MM
    assert found_x < 8.0


@pytest.mark.parametrize("pose", [(0.0, 0.0, 0.0), (25.0, 0.0, 0.0), (-25.0, 5.0, 10.0), (10.0, 18.0, -30.0), (0.0, -18.0, 90.0)])
def test_every_pixel_finds_its_own_place_on_the_face(pose: tuple[float, float, float]) -> None:
    scene = replace(SMALL, width_px=600, height_px=600)
    x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(-45.0, 45.0, 10), np.linspace(-60.0, 90.0, 16)))
    (rows, columns), texture_x, texture_y = look_up(scene, pose, 1.0)
    at = project(scene, np.column_stack([x, y, anatomy.surface(x, y)]), pose)
    inside = [round(v) for v in at[:, 1] - rows.start - 0.5], [round(v) for v in at[:, 0] - columns.start - 0.5]
    error = np.hypot(texture_x[inside] + 0.5 + anatomy.TEXTURE_LEFT_MM - x, texture_y[inside] + 0.5 + anatomy.TEXTURE_TOP_MM - y)
    assert np.median(error) < 0.6
    assert np.percentile(error, 95) < 1.6


@pytest.mark.parametrize("scene", [SMALL, replace(SMALL, yaw_deg=25.0, pitch_deg=10.0, roll_deg=-15.0)])
def test_the_face_at_rest_is_in_the_middle(scene: Scene) -> None:
    middle = project(scene, np.array([[0.0, 8.0, 0.0]]), at_rest(scene))[0]
    assert middle == pytest.approx([160.0, 120.0], abs=2.0)


def test_skin_tones_run_from_light_to_dark() -> None:
    brightness = [face(draw_frame(replace(SMALL, skin_tone=tone), REST)) for tone in (1, 2, 3, 4, 5)]
    assert brightness == sorted(brightness, reverse=True)
    assert brightness[0] > 2.0 * brightness[4]


def test_light_from_the_side_leaves_the_other_side_darker() -> None:
    picture = draw_frame(replace(SMALL, light=Light.SIDE), REST).astype(float)
    cheek = round(45.0 * SMALL.px_per_mm)
    rows = slice(120, 140)
    assert picture[rows, 160 + cheek - 8 : 160 + cheek].mean() > 1.25 * picture[rows, 160 - cheek : 160 - cheek + 8].mean()
    assert face(draw_frame(replace(SMALL, light=Light.DIM), REST)) < 0.6 * face(draw_frame(SMALL, REST))


@pytest.mark.parametrize("other", [{"hair": Hair.LONG}, {"hair": Hair.BALD}, {"glasses": True}, {"blur_px": 2.0}, {"iris": "blue"}, {"noise": 0.05}])
def test_every_part_of_the_scene_shows(other: dict[str, object]) -> None:
    assert not np.array_equal(draw_frame(replace(SMALL, **other), REST), draw_frame(SMALL, REST))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"skin_tone": 6}, "skin_tone is 6; it must lie in 1-5"),
        ({"yaw_deg": 60.0}, "yaw_deg is 60.0; it must lie in -40-40"),
        ({"noise": -1.0}, "noise is -1.0"),
        ({"width_px": 3}, "width_px is 3"),
        ({"frame_rate_hz": 0.0}, "frame_rate_hz is 0.0"),
        ({"iris": "red"}, "must be one of blue, brown, dark, green"),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Scene(**wrong)  # type: ignore[arg-type]


def test_the_film_has_every_frame_and_its_truth(tmp_path: Path) -> None:
    script = Script(duration_s=1.0, episodes=(wink(Side.RIGHT, 0.2), smile(0.1, duration_s=0.8)))
    heard: list[tuple[int, int]] = []
    path = tmp_path / "a film.mp4"
    render_phantom(path, SMALL, script, lambda done, total: heard.append((done, total)))
    with av.open(str(path)) as film:
        assert sum(1 for _ in film.decode(video=0)) == 30
    assert heard[0] == (1, 30)
    assert heard[-1] == (30, 30)
    truth = json.loads(truth_path(path).read_text(encoding="utf-8"))
    assert set(truth) == {"scene", "script", "events", "permitted_events", "geometry"}
    assert Scene(**truth["scene"] | {"background": tuple(truth["scene"]["background"])}) == SMALL
    assert script_from_json(json.dumps(truth["script"])) == script
    assert truth["geometry"]["iris_diameter_px"] * truth["geometry"]["mm_per_px"] == pytest.approx(11.7)


def test_the_truth_names_events_as_the_contract_does(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    render_phantom(path, SMALL, Script(duration_s=1.5, episodes=(hemifacial_spasm(Side.LEFT, 0.5),)))
    (event,) = json.loads(truth_path(path).read_text(encoding="utf-8"))["events"]
    assert (event["kind"], event["side"], event["regions"], event["pattern"]) == ("contraction", "left", "eyelid+cheek+mouth", "brief")
    assert (event["onset_s"], event["offset_s"]) == pytest.approx((0.5, 1.3))
    assert (event["amplitude"], event["amplitude_unit"], event["confidence"], event["censored"]) == (0.8, "closure", 1.0, False)


@pytest.mark.parametrize("rate_hz", [24.0, 29.97, 60.0])
def test_frames_follow_the_frame_rate(rate_hz: float) -> None:
    scene, script = replace(SMALL, frame_rate_hz=rate_hz), Script(duration_s=0.2, episodes=(blink(0.0),))
    assert len(list(draw_frames(scene, script))) == round(0.2 * rate_hz)
    assert np.diff(frame_times(scene, script)) == pytest.approx(1.0 / rate_hz)


def test_a_folder_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written"):
        render_phantom(tmp_path / "nowhere" / "film.mp4", SMALL, Script(duration_s=0.1))


def test_a_film_that_cannot_be_written_leaves_the_older_one_with_its_own_truth(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    render_phantom(path, SMALL, Script(duration_s=0.2))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def full() -> Iterator[NDArray[np.uint8]]:
        yield from draw_frames(SMALL, Script(duration_s=0.1))
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match=r"film\.mp4 could not be written \(No space left on device\)\."):
        render_phantom(path, SMALL, Script(duration_s=3.0), frames=full())

    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
