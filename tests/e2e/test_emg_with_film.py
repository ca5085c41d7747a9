"""An EMG and a film of the same minute on one clock: a drawn face that moves by a script, and muscles that act the same script."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spasmograph.io.biosignal.writing import write_edf
from spasmograph.io.phantom import Scene, render_phantom
from spasmograph.measure.emg.simulate import Contraction, Disturbance, Plan, Setting, act_out
from spasmograph.script import Script, demo_script
from spasmograph.terms import Muscle, Region, Side

pytestmark = pytest.mark.slow

SECONDS = 40
OFFSET_S = 7.3
# A muscle's voltage comes before the movement that it makes.
LEAD_S = 0.03
PATIENCE_S = 240
MUSCLES = {Region.EYELID: Muscle.ORBICULARIS_OCULI, Region.MOUTH: Muscle.ORBICULARIS_ORIS}


def contractions(script: Script) -> Iterator[Contraction]:
    """What the muscles do while the face acts the script."""
    for event in script.events():
        for part in event.members or (event,):
            for side in (Side.RIGHT, Side.LEFT) if part.side is Side.BOTH else (part.side,):
                for region in set(part.regions) & set(MUSCLES):
                    onset_s = part.onset_s + OFFSET_S - LEAD_S
                    offset_s = max(part.apex_s + OFFSET_S, onset_s + 0.08)
                    yield Contraction(electrode=(MUSCLES[region], side), onset_s=onset_s, offset_s=offset_s, strength=8.0)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both."""
    folder = tmp_path_factory.mktemp("pair")
    script = demo_script(float(SECONDS))
    render_phantom(folder / "clip.mp4", Scene(width_px=480, height_px=360, frame_rate_hz=24.0, face_height_fraction=0.9), script)
    electrodes = tuple((muscle, side) for muscle in MUSCLES.values() for side in (Side.RIGHT, Side.LEFT))
    plan = Plan(electrodes=electrodes, contractions=tuple(contractions(script)), disturbance=Disturbance())
    write_edf(folder / "both.edf", act_out("pair", plan, Setting(seed=5, duration_s=60.0, rate_hz=2000.0, noise_uv=5.0, strength=8.0)).biosignal)
    return folder


def measured(place: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "spasmograph", "emg", "both.edf", "--with", "clip.mp4", *arguments]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_offset_is_found_from_the_events_and_they_agree(place: Path) -> None:
    alignment = measured(place, "--json")["emg"]["alignment"]

    assert alignment["offset_s"]["value"] == pytest.approx(OFFSET_S - LEAD_S, abs=0.04)
    assert alignment["offset_s"]["low"] <= OFFSET_S <= alignment["offset_s"]["high"]
    assert alignment["agreement"]["value"] > 0.8
    assert not alignment["stated"]


def test_a_stated_offset_is_taken_and_the_delay_of_the_movement_told(place: Path) -> None:
    alignment = measured(place, "--json", "--offset", str(OFFSET_S))["emg"]["alignment"]

    assert alignment["stated"]
    assert alignment["offset_s"]["value"] == OFFSET_S
    assert alignment["lag_ms"]["value"] == pytest.approx(LEAD_S * 1000, abs=25)
    assert alignment["agreement"]["value"] > 0.8
