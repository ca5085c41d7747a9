"""The events of two simulated minutes, in full; run this file as a program to write them anew after a change that is meant to move numbers."""

import json
from pathlib import Path
from typing import Any

import pytest

from spasmograph.measure.events import find_events
from spasmograph.measure.simulate import Disturbance, simulate_signals
from spasmograph.model import Event, Span
from spasmograph.script import Script, control_script, demo_script
from spasmograph.terms import Task

GOLDEN = Path(__file__).with_name("events_demo.json")
GAP = Span(onset_s=26.0, offset_s=27.5)
WORLDS: dict[str, Script] = {"demo": demo_script(60.0), "control": control_script(60.0)}


def events_of(world: str) -> list[dict[str, Any]]:
    """A minute at 30 frames a second with a gap in its middle, as it stands in the file."""
    recorded = simulate_signals(WORLDS[world], disturbance=Disturbance(jitter_s=0.002), gaps=[GAP], seed=3)
    return [readable(event) for event in find_events(recorded, task=Task.REST)]


def readable(event: Event) -> dict[str, Any]:
    """One event: three decimals of a second, two of everything else."""
    return {
        "onset_s": round(event.onset_s, 3),
        "apex_s": round(event.apex_s, 3),
        "offset_s": round(event.offset_s, 3),
        "kind": event.kind.value,
        "side": event.side.value,
        "regions": "+".join(event.regions),
        "pattern": event.pattern.value,
        "amplitude": round(event.amplitude, 2),
        "amplitude_unit": event.amplitude_unit,
        "confidence": round(event.confidence, 2),
        "censored": event.censored,
        "members": len(event.members),
    }


GOLDEN_EVENTS: dict[str, list[dict[str, Any]]] = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}


@pytest.mark.parametrize("world", list(WORLDS))
def test_the_events_are_what_they_were(world: str) -> None:
    """Names exactly; a time may move by half a frame, an amplitude by a twentieth, and an apex along a flat top."""
    now, was = events_of(world), GOLDEN_EVENTS[world]
    named = ("kind", "side", "regions", "pattern", "amplitude_unit", "censored", "members")
    assert [[event[name] for name in named] for event in now] == [[event[name] for name in named] for event in was]
    for name, near in {"onset_s": 0.017, "offset_s": 0.017, "amplitude": 0.05, "confidence": 0.05}.items():
        assert [event[name] for event in now] == pytest.approx([event[name] for event in was], abs=near, rel=0.02), name


if __name__ == "__main__":
    rows = {world: [json.dumps(event, ensure_ascii=False) for event in events_of(world)] for world in WORLDS}
    text = ",\n".join(f' "{world}": [\n  ' + ",\n  ".join(lines) + "\n ]" for world, lines in rows.items())
    GOLDEN.write_text("{\n" + text + "\n}\n", encoding="utf-8")
