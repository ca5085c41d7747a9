"""The drawn face in millimetres: where its parts lie, and how far each point stands out towards the camera.

The frontal plane has its origin between the pupils, x to the right of the picture (the patient's left), y down. Proportions follow adult
means: interpupillary distance 62, intercanthal 33, outer-canthal 91, palpebral fissure 10 by 29, mouth 50, face 140 wide and 190 from
hairline to chin.
"""

import numpy as np

from spasmograph.model import Floats
from spasmograph.terms import Side

TEXTURE_LEFT_MM, TEXTURE_TOP_MM = -98.0, -138.0
TEXTURE_WIDTH_MM, TEXTURE_HEIGHT_MM = 196.0, 260.0
EYE_X_MM = 31.0
MOUTH_Y_MM, MOUTH_HALF_MM = 67.0, 25.0
CHIN_Y_MM = 107.0
BROW_Y_MM = -20.0

FACE_OUTLINE_MM = (
    (0.0, -119.0), (26.0, -118.5), (46.0, -107.0), (60.0, -86.0), (67.0, -60.0), (70.0, -30.0), (70.5, 0.0), (69.5, 22.0), (66.5, 42.0), (61.5, 60.0),
    (54.0, 76.0), (43.0, 91.0), (30.0, 103.0), (16.0, 108.6), (0.0, 108.6),
)  # fmt: skip
HAIR_OUTER_MM = (
    (0.0, -131.0), (30.0, -130.5), (54.0, -119.0), (70.0, -98.0), (77.0, -70.0), (78.0, -38.0), (75.5, -12.0), (71.5, 14.0),
)  # fmt: skip
HAIRLINE_MM = ((69.3, 14.0), (66.5, -10.0), (64.5, -26.0), (61.5, -46.0), (55.0, -62.0), (41.0, -75.0), (22.0, -82.5), (0.0, -83.5))
LONG_HAIR_OUTER_MM = (
    (0.0, -131.0), (30.0, -130.5), (55.0, -119.0), (72.0, -98.0), (80.0, -68.0), (83.0, -30.0), (86.0, 10.0), (88.0, 50.0), (86.0, 90.0),
    (76.0, 120.0),
)  # fmt: skip
LONG_HAIRLINE_MM = ((60.0, 120.0), (65.0, 92.0), (68.0, 55.0), (66.0, 15.0), (64.0, -22.0), (58.0, -52.0), (40.0, -75.0), (20.0, -83.0), (0.0, -84.5))

EAR_MM = (
    (68.0, -8.0), (73.0, -12.0), (78.5, -8.0), (79.0, 4.0), (77.0, 18.0), (74.0, 33.0), (69.0, 39.0), (65.0, 34.0), (65.0, 0.0), (68.0, -8.0),
)  # fmt: skip

# (x, y, height, sigma x, sigma y) in mm; a part with x > 0 stands on both sides
_BUMPS_MM = (
    (20.0, -18.0, 8.5, 22.0, 8.0),
    (31.0, -2.0, -10.0, 15.0, 10.0),
    (31.0, 0.5, 5.0, 9.0, 6.5),
    (42.0, 25.0, 7.0, 16.0, 13.0),
    (12.5, 40.0, 5.5, 5.0, 5.0),
    (0.0, -8.0, -2.0, 8.0, 9.0),
    (0.0, 8.0, 4.0, 7.0, 12.0),
    (0.0, 24.0, 17.0, 8.0, 11.0),
    (0.0, 32.0, 12.0, 13.0, 13.0),
    (0.0, 37.5, 6.5, 9.0, 6.5),
    (0.0, 60.0, 6.5, 17.0, 7.0),
    (0.0, 70.0, 8.5, 26.0, 16.0),
    (0.0, 74.0, 5.0, 15.0, 5.5),
    (27.0, 66.0, 2.0, 12.0, 12.0),
    (0.0, 83.0, 4.0, 16.0, 4.0),
    (0.0, 98.0, 15.0, 16.0, 9.0),
    (0.0, 104.0, 3.5, 20.0, 10.0),
)
_HEAD_MIDDLE_Y_MM = -25.0
_HEAD_MM = (70.0, 100.0, 196.0, 65.0)
_STEEPEST = 0.88
# The flatter face that the light falls on: light from all around leaves soft shades, as those of a flatter face.
_SOFT_BUMPS_MM = (
    (20.0, -18.0, 5.0, 22.0, 8.0),
    (31.0, -2.0, -5.5, 15.0, 10.0),
    (31.0, 0.5, 2.5, 9.0, 6.5),
    (42.0, 25.0, 4.5, 16.0, 13.0),
    (12.5, 40.0, 4.0, 5.0, 5.0),
    (0.0, -8.0, 4.0, 8.0, 9.0),
    (0.0, 8.0, 7.5, 7.0, 12.0),
    (0.0, 24.0, 10.5, 8.0, 11.0),
    (0.0, 37.5, 11.5, 9.0, 6.5),
    (0.0, 60.0, 5.0, 17.0, 7.0),
    (0.0, 74.0, 5.5, 15.0, 5.5),
    (0.0, 83.0, -2.5, 16.0, 4.0),
    (0.0, 98.0, 7.5, 16.0, 9.0),
)
_SOFT_HEAD_MM = (80.0, 130.0, 130.0, 90.0)
_SOFT_STEEPEST = 0.77


def outward(side: Side) -> float:
    """The sign of x on a side of the face: +1 for the patient's left, which is at the right of the picture."""
    return 1.0 if side is Side.LEFT else -1.0


def bell(x: Floats, y: Floats, x_mm: float, y_mm: float, sigma_x_mm: float, sigma_y_mm: float) -> Floats:
    """A smooth hill of height 1."""
    return np.asarray(np.exp(-0.5 * (((x - x_mm) / sigma_x_mm) ** 2 + ((y - y_mm) / sigma_y_mm) ** 2)))


def smooth_step(value: Floats, low: float, high: float) -> Floats:
    """0 up to `low`, 1 from `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def _half_ellipsoid(x: Floats, below: Floats, half_axes_mm: tuple[float, float, float, float], steepest: float) -> Floats:
    """Height in mm of a bare head with half axes across, up, down and towards the camera; its steep rim goes on as a cone."""
    across, up, down, high = half_axes_mm
    radius = np.hypot(x / across, below / np.where(below > 0.0, down, up))
    inner = np.minimum(radius, steepest)
    return np.asarray(high * (np.sqrt(1.0 - inner**2) - (radius - inner) * steepest / np.sqrt(1.0 - steepest**2)))


def _bumps(x: Floats, y: Floats, table: tuple[tuple[float, ...], ...]) -> Floats:
    """What stands out from the bare head, in mm: ridges, sockets, nose, lips, cheeks and chin."""
    total = np.zeros_like(x)
    for x_mm, y_mm, height_mm, sigma_x_mm, sigma_y_mm in table:
        for at_mm in {x_mm, -x_mm}:
            total = total + height_mm * bell(x, y, at_mm, y_mm, sigma_x_mm, sigma_y_mm)
    return total


def lit_surface(x: Floats, y: Floats, relief_share: float = 1.0) -> Floats:
    """Height in mm of the flatter face by which light and shade are painted, with a share of its relief."""
    return np.asarray(_half_ellipsoid(x, y, _SOFT_HEAD_MM, _SOFT_STEEPEST) + relief_share * _bumps(x, y, _SOFT_BUMPS_MM))


def _shape(x: Floats, y: Floats) -> Floats:
    return np.asarray(_half_ellipsoid(x, y - _HEAD_MIDDLE_Y_MM, _HEAD_MM, _STEEPEST) + _bumps(x, y, _BUMPS_MM))


def surface(x: Floats, y: Floats) -> Floats:
    """Distance in mm by which the face stands out from the plane of the pupils, towards the camera.

    Fitted to the mean shape of the faces in 59 films as the landmark mesh sees it, within 4 mm (root mean square) in front of the ears: the tip of
    the nose 40 mm in front of the pupils, the corners of the mouth 7, the lateral corners of the eyes 8 behind them. The sides are less steep than
    real ones, so that they can be seen on a head that is turned by 25°.
    """
    return np.asarray(_shape(x, y) - _shape(np.asarray([EYE_X_MM]), np.asarray([0.0])))


def texture_grid(px_per_mm: float) -> tuple[Floats, Floats]:
    """The millimetre coordinates (x, y) of a texture's pixels, each (height, width)."""
    x = TEXTURE_LEFT_MM + (np.arange(round(TEXTURE_WIDTH_MM * px_per_mm)) + 0.5) / px_per_mm
    y = TEXTURE_TOP_MM + (np.arange(round(TEXTURE_HEIGHT_MM * px_per_mm)) + 0.5) / px_per_mm
    grid_x, grid_y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    return grid_x, grid_y
