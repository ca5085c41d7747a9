"""The landmark models: regions of interest, detector and mesh, on drawn faces."""

import numpy as np
import pytest

import spasmograph.io.mesh
from spasmograph.errors import ModelFileError
from spasmograph.io.mesh import (
    ALL_POINTS,
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIPS,
    MESH_POINTS,
    MESH_SIZE_PX,
    Mesh,
    Picture,
    Roi,
    model_manifest,
    roi_around,
)
from tests.pictures import Drawing, beside, blank, drawn, flipped, model

POSES = [{}, {"yaw_deg": 20.0}, {"yaw_deg": -20.0}, {"pitch_deg": 12.0}, {"roll_deg": 25.0}, {"yaw_deg": 15.0, "pitch_deg": -10.0, "roll_deg": -15.0}]
# What a still face's landmarks may differ by, in outer-canthal distances.
NOISE_FLOOR = 0.007


def settled(picture: Picture, roi: Roi, rounds: int = 4) -> Mesh:
    """The mesh after its region of interest has come to rest."""
    mesh = model().mesh(picture, roi)
    for _ in range(rounds):
        mesh = model().mesh(picture, mesh.roi())
    return mesh


def canthal_px(mesh: Mesh) -> float:
    return float(np.hypot(*(mesh.points_px[33] - mesh.points_px[263])))


def apart(one: Mesh, other: Mesh) -> float:
    """Mean distance of two meshes in outer-canthal distances."""
    return float(np.hypot(*(one.points_px - other.points_px).T).mean()) / canthal_px(one)


# Regions of interest.


@pytest.mark.parametrize("angle_rad", [0.0, 0.5, -2.0])
def test_a_patch_and_its_region_agree_where_a_point_lies(angle_rad: float) -> None:
    roi = Roi(centre_px=(100.0, 50.0), size_px=80.0, angle_rad=angle_rad)
    points = np.array([[0.0, 0.0], [96.0, 96.0], [191.0, 30.0]])
    matrix = roi.patch_matrix(MESH_SIZE_PX)
    assert roi.to_picture(points, MESH_SIZE_PX) == pytest.approx(points @ matrix[:, :2].T + matrix[:, 2])
    assert roi.to_picture(np.array([[96.0, 96.0]]), MESH_SIZE_PX)[0] == pytest.approx([100.0, 50.0])


def test_a_region_turns_clockwise_as_seen() -> None:
    roi = Roi(centre_px=(0.0, 0.0), size_px=10.0, angle_rad=np.pi / 2)
    assert roi.to_picture(np.array([[10.0, 5.0]]), 10)[0] == pytest.approx([0.0, 5.0]), "what is to the right in the patch lies below in the picture"


def test_the_region_around_a_face_follows_the_line_of_its_eyes() -> None:
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    for angle in (0.0, 0.4, -0.7):
        turned = square @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) + [7.0, 9.0]
        roi = roi_around(turned, turned[0], turned[1])
        assert roi.angle_rad == pytest.approx(angle)
        assert roi.centre_px == pytest.approx((7.0, 9.0))
        assert roi.size_px == pytest.approx(3.0)


def test_the_distance_of_two_regions_adds_shift_size_and_turn() -> None:
    one = Roi(centre_px=(0.0, 0.0), size_px=100.0, angle_rad=0.0)
    assert one.distance(one) == 0
    assert one.distance(Roi(centre_px=(3.0, 4.0), size_px=100.0, angle_rad=0.0)) == pytest.approx(0.05)
    assert one.distance(Roi(centre_px=(0.0, 0.0), size_px=110.0, angle_rad=0.0)) == pytest.approx(np.log(1.1))
    assert one.distance(Roi(centre_px=(0.0, 0.0), size_px=100.0, angle_rad=2 * np.pi - 0.1)) == pytest.approx(0.1)


# The tables.


@pytest.mark.parametrize(("points", "count"), [(LIPS, 80), (EYE_RIGHT, 71), (EYE_LEFT, 71), (IRIS_RIGHT, 5), (IRIS_LEFT, 5)])
def test_every_head_fills_its_own_points(points: tuple[int, ...], count: int) -> None:
    assert len(points) == len(set(points)) == count
    assert all(0 <= point < ALL_POINTS for point in points)


def test_the_irises_are_beyond_the_mesh() -> None:
    assert {*IRIS_RIGHT, *IRIS_LEFT} == set(range(MESH_POINTS, ALL_POINTS))


def test_the_manifest_names_hashes_of_every_part() -> None:
    manifest = model_manifest()
    assert {f"{part}.tflite" for part in ("mesh_base", "lips", "eye_right", "eye_left", "face_detection")} <= set(manifest["models"])
    assert all(len(part["sha256"]) == 64 for part in manifest["models"].values())


def test_without_models_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(spasmograph.io.mesh, "files", lambda _package: tmp_path)
    with pytest.raises(ModelFileError, match="install the package"):
        model_manifest()


# Detecting.


@pytest.mark.parametrize("pose", POSES)
def test_a_face_is_found_in_every_pose(pose: dict[str, float]) -> None:
    (face,) = model().detect(drawn(**pose), min_score=0.5)
    assert face.score > 0.7
    assert face.height_px == pytest.approx(0.62 * 480, rel=0.45)


@pytest.mark.parametrize("roll_deg", [-25.0, 25.0])
def test_the_region_is_turned_as_the_head_is(roll_deg: float) -> None:
    (face,) = model().detect(drawn(roll_deg=roll_deg), min_score=0.5)
    assert np.degrees(face.roi.angle_rad) == pytest.approx(roll_deg, abs=8.0)


def test_there_is_no_face_on_a_wall() -> None:
    assert model().detect(blank(), min_score=0.5) == []


@pytest.mark.parametrize("larger_first", [True, False])
def test_of_two_faces_the_larger_comes_first(larger_first: bool) -> None:
    large, small = drawn(face_height_fraction=0.7), drawn(face_height_fraction=0.4)
    first, second = model().detect(beside(*((large, small) if larger_first else (small, large))), min_score=0.5)
    assert first.height_px > 1.3 * second.height_px
    assert (first.roi.centre_px[0] < 640) == larger_first


@pytest.mark.parametrize("size", [(1280, 320), (320, 1280)])
def test_a_small_face_in_an_oblong_picture_is_found(size: tuple[int, int]) -> None:
    """In a square that holds the whole picture it would have a few pixels only."""
    assert len(model().detect(drawn(width_px=size[0], height_px=size[1], face_height_fraction=0.6 if size[1] == 320 else 0.12), min_score=0.5)) == 1


# The mesh.


@pytest.mark.parametrize("pose", POSES)
def test_tracked_and_fresh_regions_give_the_same_mesh(pose: dict[str, float]) -> None:
    """From the detector's region, and from a region that came along with the face, to within the noise floor."""
    picture = drawn(**pose)
    fresh = settled(picture, model().detect(picture, min_score=0.5)[0].roi, rounds=2)
    shifted = Roi(
        centre_px=(fresh.roi().centre_px[0] + 0.03 * fresh.roi().size_px, fresh.roi().centre_px[1]),
        size_px=1.04 * fresh.roi().size_px,
        angle_rad=fresh.roi().angle_rad + 0.03,
    )
    assert apart(settled(picture, shifted, rounds=2), fresh) < NOISE_FLOOR


def test_the_mesh_has_all_points_depths_and_a_score() -> None:
    picture = drawn()
    mesh = settled(picture, model().detect(picture, min_score=0.5)[0].roi)
    assert mesh.points_px.shape == mesh.patch_points.shape == (ALL_POINTS, 2)
    assert mesh.depth_px.shape == (MESH_POINTS,)
    assert np.isfinite(mesh.points_px).all()
    assert mesh.score > 0.9
    assert mesh.patch.shape == (MESH_SIZE_PX, MESH_SIZE_PX, 3)


def test_the_nose_is_nearer_than_the_ears() -> None:
    picture = drawn()
    depth = settled(picture, model().detect(picture, min_score=0.5)[0].roi).depth_px
    assert depth[4] < depth[234] - 50
    assert depth[4] < depth[454] - 50


def test_an_empty_region_has_no_face() -> None:
    assert model().mesh(blank(), Roi(centre_px=(320.0, 240.0), size_px=300.0, angle_rad=0.0)).score < 0.1


def test_a_picture_gives_the_same_mesh_every_time() -> None:
    picture = drawn()
    roi = model().detect(picture, min_score=0.5)[0].roi
    assert np.array_equal(model().mesh(picture, roi).points_px, model().mesh(picture, roi).points_px)


def test_a_mirrored_picture_has_mirrored_points() -> None:
    """Corners of eyes and mouth change places, to within what the models themselves treat unevenly."""
    picture = drawn(noise=0.0)
    one = settled(picture, model().detect(picture, min_score=0.5)[0].roi)
    other = settled(flipped(picture), model().detect(flipped(picture), min_score=0.5)[0].roi)
    for right, left in ((33, 263), (133, 362), (61, 291), (159, 386), (145, 374), (105, 334), (468, 473)):
        back = other.points_px[left] * [-1, 1] + [picture.width_px - 1, 0]
        assert np.hypot(*(back - one.points_px[right])) / canthal_px(one) < 0.04, right


def test_scale_does_not_matter() -> None:
    """The same face with twice the pixels has its points at twice the place, pixel centres counted from a half."""
    small, large = (drawn(width_px=w, height_px=h) for w, h in ((640, 480), (1280, 960)))
    one, two = (settled(picture, model().detect(picture, min_score=0.5)[0].roi) for picture in (small, large))
    assert float(np.hypot(*((two.points_px + 0.5) / 2 - (one.points_px + 0.5)).T).mean()) / canthal_px(one) < 0.01


def test_a_picture_that_ends_at_the_cheek_is_read_as_far_as_it_goes() -> None:
    whole = drawn()
    half = Drawing(np.ascontiguousarray(whole.pixels[:, :320]))
    roi = model().detect(whole, min_score=0.5)[0].roi
    assert np.isfinite(model().mesh(half, roi).points_px).all()
