"""Laws of the geometry, for any face in any pose."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmograph.measure.kinematics import SIDES, geometry
from spasmograph.model import Signals
from tests.worlds import REST, face, landmarks, turn

ANGLES = st.tuples(st.floats(-45, 45), st.floats(-40, 40), st.floats(-80, 80))
RANGES = {"lid_gap": (0.0, 0.2), "brow": (0.05, 0.3), "corner_x": (0.15, 0.5), "corner_y": (-0.9, -0.5), "cheek": (-0.5, -0.2), "iris": (0.1, 0.15)}
FACES = st.fixed_dictionaries(
    {f"{name}_{side}": st.floats(*span) for name, span in RANGES.items() for side in SIDES} | {"mouth_opening": st.floats(0, 0.4)}
)
LENGTHS = [name for name in REST if "iris" not in name]


def other_side(name: str) -> str:
    return name.replace("left", "?").replace("right", "left").replace("?", "right")


def values(raw: Signals, names: list[str]) -> dict[str, float]:
    return {name: float(raw[name][0]) for name in names}


@given(FACES, ANGLES, st.floats(20, 1000), st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)))
@settings(max_examples=50)
def test_what_the_face_does_does_not_depend_on_what_the_head_does(
    look: dict[str, float], angles: tuple[float, float, float], scale_px: float, centre_px: tuple[float, float]
) -> None:
    raw = geometry(landmarks([face(**look)], rotation=turn(*angles), scale_px=scale_px, centre_px=centre_px))
    assert values(raw, LENGTHS) == pytest.approx({name: (REST | look)[name] for name in LENGTHS}, abs=1e-6)
    assert values(raw, ["head_yaw_deg", "head_pitch_deg", "head_roll_deg"]) == pytest.approx(
        dict(zip(["head_yaw_deg", "head_pitch_deg", "head_roll_deg"], angles, strict=True)), abs=1e-6
    )


@given(FACES, ANGLES)
@settings(max_examples=50)
def test_a_mirror_image_exchanges_the_sides_and_turns_the_other_way(look: dict[str, float], angles: tuple[float, float, float]) -> None:
    yaw, pitch, roll = angles
    one = geometry(landmarks([face(**look)], rotation=turn(yaw, pitch, roll)))
    other = geometry(landmarks([face(**{other_side(name): value for name, value in look.items()})], rotation=turn(-yaw, pitch, -roll)))
    assert values(other, LENGTHS) == pytest.approx({name: float(one[other_side(name)][0]) for name in LENGTHS}, abs=1e-6)
    turned = {name: float(other[f"head_{name}_deg"][0]) for name in ("yaw", "pitch", "roll")}
    assert turned == pytest.approx({"yaw": -yaw, "pitch": pitch, "roll": -roll}, abs=1e-6)


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_frames_are_measured_one_by_one(seen: list[bool], random: object) -> None:
    """Whatever lies before or after, seen or not, a frame gives the same; so a film may be cut anywhere."""
    del random
    faces = np.stack([face(lid_gap_left=0.01 * (i + 1)) for i in range(len(seen))])
    faces[~np.asarray(seen)] = np.nan
    whole = geometry(landmarks(faces))
    for i in range(len(seen)):
        alone = geometry(landmarks(faces[i : i + 1]))
        assert all(np.array_equal(alone[name][0], whole[name][i], equal_nan=True) for name in whole)
