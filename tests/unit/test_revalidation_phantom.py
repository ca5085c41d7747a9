from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from revalidation.phantom_films import LIGHTS, TONES, batches, full_grid, grid_script, quick_grid
from revalidation.phantom_grid import Film, rows
from revalidation.phantom_judge import judge
from spasmograph.model import Event
from spasmograph.parameters import load_parameters
from spasmograph.script import Expectation, Script
from spasmograph.terms import EventKind, Side

SCRIPT = grid_script(away_from_deg=0.0)


def perfect(script: Script) -> list[Event]:
    """The scripted events with their onsets where the product would put them."""
    edge = load_parameters()["edge_share"]
    pairs = ((episode, truth) for episode in script.episodes if episode.expectation is Expectation.MUST for truth in episode.events)
    return [replace(truth, onset_s=episode.onset_at(edge)) for episode, truth in pairs]


def test_the_full_grid_is_what_was_asked_for() -> None:
    assert len(full_grid()) == len(set(full_grid())) == 5 * 3 * 5 * 3 * 3


def test_the_subset_meets_every_tone_in_every_light_and_every_yaw_as_often() -> None:
    settings = quick_grid()
    assert len(settings) == len(set(settings)) == 45
    assert Counter((s.tone, s.light) for s in settings) == {(tone, light): 3 for tone in TONES for light in LIGHTS}
    for name in ("yaw_deg", "height_px", "rate_hz"):
        assert len(set(Counter(getattr(s, name) for s in settings).values())) == 1


def test_films_that_differ_in_the_frame_rate_alone_are_drawn_together() -> None:
    assert {len(group) for group in batches(full_grid())} == {3}


def test_the_head_turns_away_from_its_pose() -> None:
    turned = {yaw: max(grid_script(away_from_deg=yaw).states(np.array([13.4]))["head_yaw_deg"], key=abs) for yaw in (-25.0, 25.0)}
    assert turned[-25.0] > 0 > turned[25.0]


def test_the_sides_change_over_between_films_and_the_head_still_turns_away() -> None:
    for setting in quick_grid():
        yaw = setting.yaw_deg + setting.script().states(np.array([13.4]))["head_yaw_deg"][0]
        assert abs(yaw) <= 25


def test_the_truth_itself_is_judged_perfect() -> None:
    outcome = judge(SCRIPT, perfect(SCRIPT))
    assert outcome.invented == ()
    assert all(v.found and v.as_itself and abs(v.onset_error_s) < 1e-9 and abs(v.amplitude_error) < 1e-9 for v in outcome.verdicts)


def test_silence_misses_everything_and_invents_nothing() -> None:
    outcome = judge(SCRIPT, [])
    assert not any(v.found for v in outcome.verdicts)
    assert outcome.invented == ()


def test_the_other_side_is_a_miss_and_an_invention() -> None:
    wink = next(e for e in perfect(SCRIPT) if e.side is Side.RIGHT)
    outcome = judge(SCRIPT, [replace(wink, side=Side.LEFT)])
    assert not any(v.found for v in outcome.verdicts)
    assert len(outcome.invented) == 1


@pytest.mark.parametrize(("name", "side", "allowed"), [("smile", Side.BOTH, True), ("smile", Side.LEFT, False), ("look_down", Side.BOTH, False)])
def test_only_a_movement_of_both_sides_in_a_smile_is_allowed_beside_the_truth(name: str, side: Side, allowed: bool) -> None:
    episode = next(e for e in SCRIPT.episodes if e.name == name)
    middle = (episode.onset_s + episode.offset_s) / 2
    event = replace(perfect(SCRIPT)[0], onset_s=middle, apex_s=middle, offset_s=middle + 0.1, side=side, kind=EventKind.CONTRACTION)
    assert (judge(SCRIPT, [event]).invented == ()) is allowed


def test_rows_say_that_a_perfect_film_meets_every_target() -> None:
    setting = quick_grid()[0]
    film = Film(setting=setting, outcome=judge(setting.script(), perfect(setting.script())))
    assert [row.claim for row in rows([film]) if row.met is not True] == ["the mouth named where it moved with the eyelid"]
    poor = Film(setting=setting, outcome=judge(setting.script(), []))
    assert rows([poor])[0].met is False
