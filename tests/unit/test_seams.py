"""The seams between the mesh's parts: crops around regions of a small made-up mesh, features along a ramp, points there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from spasmograph.io.seams import CROP_CELLS, CROP_MARGIN, FEATURE_STRIDE, Crops, upright_boxes

Floats = NDArray[np.float64]
SIDE = 48
# Two regions of four points each: one level, one turned by a right angle; in pixels of the input patch.
LEVEL = np.array([[40.0, 80.0], [80.0, 80.0], [60.0, 72.0], [60.0, 88.0]])
UPRIGHT = np.array([[120.0, 60.0], [120.0, 100.0], [112.0, 80.0], [128.0, 80.0]])
MESH = np.concatenate([LEVEL, UPRIGHT])
SUBSETS = np.array([[0, 1, 2, 3], [4, 5, 6, 7]])
ENDS = np.array([[0, 1], [4, 5]])


def ramp(slope_x: float, slope_y: float) -> NDArray[np.float32]:
    """A feature map that rises evenly, and one that is 1 everywhere."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    return np.stack([slope_x * x + slope_y * y, np.ones_like(x)], axis=-1).astype(np.float32)


def whole_crop(crops: Crops, number: int) -> Floats:
    """Where a crop's middle and its ends along its own axes lie in the patch."""
    middle = CROP_CELLS / 2
    points = np.array([[middle, middle], [0.0, middle], [CROP_CELLS, middle], [middle, 0.0], [middle, CROP_CELLS]])
    heads = [FEATURE_STRIDE * points if number == k else points[:0] for k in range(2)]
    return crops.to_patch(heads)


def test_a_crop_lies_around_its_points_and_is_half_as_large_again() -> None:
    middle, left, right, top, bottom = whole_crop(Crops(MESH, SUBSETS, ENDS), 0)
    assert middle == pytest.approx([60.0, 80.0])
    assert right - left == pytest.approx([CROP_MARGIN * 40.0, 0.0])
    assert bottom - top == pytest.approx([0.0, CROP_MARGIN * 16.0])


def test_a_crop_is_upright_along_its_two_ends() -> None:
    middle, left, right, top, bottom = whole_crop(Crops(MESH, SUBSETS, ENDS), 1)
    assert middle == pytest.approx([120.0, 80.0])
    assert right - left == pytest.approx([0.0, CROP_MARGIN * 40.0])
    assert bottom - top == pytest.approx([-CROP_MARGIN * 16.0, 0.0])


@given(slope_x=st.floats(-1, 1), slope_y=st.floats(-1, 1))
def test_features_between_cells_go_on_evenly(slope_x: float, slope_y: float) -> None:
    crops = Crops(MESH, SUBSETS, ENDS)
    cells = np.arange(CROP_CELLS) + 0.5
    places = np.stack(np.meshgrid(cells, cells), axis=-1).reshape(-1, 2)
    x, y = crops.to_patch([FEATURE_STRIDE * places] * 2).T / FEATURE_STRIDE
    expected = (slope_x * x + slope_y * y).reshape(2, CROP_CELLS, CROP_CELLS)
    assert crops.features(ramp(slope_x, slope_y))[..., 0] == pytest.approx(expected, abs=1e-4)


def test_beyond_the_map_there_is_nothing() -> None:
    inside = Crops(MESH, SUBSETS, ENDS).features(ramp(0, 0))[..., 1]
    outside = Crops(MESH - 1000.0, SUBSETS, ENDS).features(ramp(0, 0))[..., 1]
    across = Crops(MESH - [60.0, 0.0], SUBSETS, ENDS).features(ramp(0, 0))[..., 1]
    assert inside == pytest.approx(1.0)
    assert np.all(outside == 0.0)
    assert across[0, :, 0] == pytest.approx(0.0)
    assert across[0, :, -1] == pytest.approx(1.0)


@given(angle_rad=st.floats(-3.1, 3.1), x=st.floats(-50, 50), y=st.floats(-50, 50))
def test_a_box_turns_with_its_points(angle_rad: float, x: float, y: float) -> None:
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    turned = (LEVEL - [60.0, 80.0]) @ np.array([[c, s], [-s, c]]) + [x, y]
    assert upright_boxes(turned[None], [angle_rad])[0] == pytest.approx((x, y, 40.0, 16.0), abs=1e-9)
