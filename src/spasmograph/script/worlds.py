"""Two whole scripts: a person with a right-sided spasm, and the same person without one."""

from collections.abc import Iterable

import numpy as np

from spasmograph.script.episodes import (
    blink,
    brow_raise,
    clonic_train,
    head_drift,
    head_turn,
    hemifacial_spasm,
    jaw_side_to_side,
    look_down,
    nod,
    partial_blink,
    smile,
    talking,
    tonic_spasm,
    wink,
)
from spasmograph.script.values import Episode, Script
from spasmograph.terms import Side

MINUTE_S = 60.0
CLEAR_S = 0.6
PARTIAL_EVERY = 6


def _free(onset_s: float, taken: Iterable[Episode]) -> bool:
    """Whether a blink that starts here keeps clear of everything else that moves the face."""
    return all(onset_s + 0.3 + CLEAR_S < episode.onset_s or onset_s - CLEAR_S > episode.offset_s for episode in taken)


def _blinks(seconds: float, taken: tuple[Episode, ...], seed: int) -> tuple[Episode, ...]:
    """Blinks about 15 a minute, one in six of them partial, wherever nothing else moves."""
    random = np.random.default_rng(seed)
    blinks: list[Episode] = []
    onset_s = 1.5
    while onset_s < seconds - 1.0:
        if _free(onset_s, taken):
            blinks.append(partial_blink(onset_s, amplitude=0.55) if len(blinks) % PARTIAL_EVERY == PARTIAL_EVERY - 1 else blink(onset_s))
            onset_s += float(random.uniform(1.6, 3.4))
        else:
            onset_s += 0.1
    return tuple(blinks)


def _script(seconds: float, minute: tuple[Episode, ...], seed: int) -> Script:
    """The episodes that end in time, blinks between them, and a head that is never quite still."""
    kept = tuple(episode for episode in minute if episode.offset_s < seconds - 0.5)
    faces = tuple(episode for episode in kept if episode.name not in {"nod", "head_turn"})
    episodes = (*kept, *_blinks(seconds, faces, seed), head_drift(seconds, seed=seed))
    return Script(duration_s=seconds, episodes=tuple(sorted(episodes, key=lambda episode: episode.onset_s)))


def demo_script(seconds: float = MINUTE_S, *, side: Side = Side.RIGHT, seed: int = 7) -> Script:
    """A believable minute of hemifacial spasm of one side: eyelid contractions, spasms of eye and mouth, a clonic train, a tonic spasm.

    Blinks, a smile and a look down come between them. A shorter script keeps what fits; every further minute repeats the first.
    """
    minutes = (
        (
            wink(side, at + 3.2, hold_s=0.08, amplitude=0.7),
            hemifacial_spasm(side, at + 8.0, duration_s=0.7, strength=0.75),
            wink(side, at + 12.6, hold_s=0.15, amplitude=0.9),
            smile(at + 16.0, duration_s=2.7),
            wink(side, at + 21.5, hold_s=0.05, amplitude=0.5),
            clonic_train(side, at + 25.0, count=5, rate_hz=2.5, strength=0.7),
            look_down(at + 30.5, duration_s=2.1),
            wink(side, at + 35.2, hold_s=0.1, amplitude=0.8),
            hemifacial_spasm(side, at + 39.4, duration_s=0.9, strength=0.9),
            wink(side, at + 43.6, hold_s=0.12, amplitude=1.0),
            tonic_spasm(side, at + 47.5, duration_s=3.4, strength=0.95, brow_mm=3.0),
            wink(side, at + 55.4, hold_s=0.1, amplitude=0.6),
        )
        for at in np.arange(0.0, seconds, MINUTE_S).tolist()
    )
    return _script(seconds, tuple(episode for minute in minutes for episode in minute), seed)


def control_script(seconds: float = MINUTE_S, *, seed: int = 11) -> Script:
    """A minute of ordinary movement on both sides alike: blinks, smiles, talking, looks and head movements; no one-sided event."""
    minutes = (
        (
            smile(at + 4.0, duration_s=2.4),
            look_down(at + 10.0),
            talking(at + 15.0, duration_s=6.0, seed=seed),
            nod(at + 25.0),
            head_turn(at + 29.0),
            brow_raise(at + 34.0),
            jaw_side_to_side(at + 39.0),
            head_turn(at + 45.0, angle_deg=-15.0),
            smile(at + 50.0, duration_s=3.0, excursion_mm=5.0),
        )
        for at in np.arange(0.0, seconds, MINUTE_S).tolist()
    )
    return _script(seconds, tuple(episode for minute in minutes for episode in minute), seed)
