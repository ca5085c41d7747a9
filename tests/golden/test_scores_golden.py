"""The scores of one simulated minute, in full; run this file as a program to write them anew after a change that is meant to move numbers."""

import json
import math
from pathlib import Path

import pytest

from spasmograph.measure.scores import score_recording
from spasmograph.measure.simulate import Disturbance, simulate_quality, simulate_signals
from spasmograph.model import Score, Span
from spasmograph.parameters import load_parameters
from spasmograph.script import demo_script
from spasmograph.terms import Task

GOLDEN = Path(__file__).with_name("scores_demo.json")
GAP = Span(onset_s=17.5, offset_s=20.0)


def demo_scores() -> tuple[Score, ...]:
    """A minute of right-sided spasm at an uneven 30 frames a second, with two and a half seconds unseen."""
    script = demo_script(60.0)
    world = simulate_signals(script, disturbance=Disturbance(jitter_s=0.002, dropped=0.01), gaps=[GAP], seed=3)
    quality = simulate_quality(script, gaps=[GAP])
    return score_recording(signals=world, events=script.events(), quality=quality, task=Task.REST, parameters=load_parameters())


def readable(scores: tuple[Score, ...]) -> dict[str, dict[str, object]]:
    """Scores as they stand in the file: four decimals, null where there is no number."""
    numbers = ("value", "low", "high", "observed_s")
    return {
        score.name: {"label": score.label, "unit": score.unit}
        | {name: None if math.isnan(getattr(score, name)) else round(getattr(score, name), 4) for name in numbers}
        | {"reason": score.reason}
        for score in scores
    }


GOLDEN_SCORES: dict[str, dict[str, object]] = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}


def test_the_same_scores_in_the_same_order() -> None:
    assert list(readable(demo_scores())) == list(GOLDEN_SCORES)


@pytest.mark.parametrize("name", GOLDEN_SCORES)
def test_the_score_is_what_it_was(name: str) -> None:
    now = readable(demo_scores())[name]
    for key, was in GOLDEN_SCORES[name].items():
        if isinstance(was, float):
            assert now[key] == pytest.approx(was, rel=1e-3, abs=2e-4), key
        else:
            assert now[key] == was, key


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(readable(demo_scores()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
