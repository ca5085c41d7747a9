"""Movements that people make, ready to be put into a script: blinks, spasms, and what must not be taken for one.

Defaults are physiological: a spontaneous blink closes in about 0.1 s and opens in about 0.2 s; the spasms of one side come in synchronous
eyelid, cheek and mouth movement; talking moves the mouth at 3-5 Hz.
"""

import numpy as np

from spasmograph.script.values import Episode, Expectation, Movement, MovementKind
from spasmograph.terms import Side

LID_RISE_S = 0.09
LID_FALL_S = 0.18
FACE_RISE_S = 0.12
FACE_FALL_S = 0.2
MOUTH_LAG_S = 0.02


def _lid(side: Side, onset_s: float, hold_s: float, amplitude: float, *, rise_s: float = LID_RISE_S, fall_s: float = LID_FALL_S) -> Movement:
    """The eyelids of one or both sides close and open again."""
    return Movement(what=MovementKind.LID_CLOSURE, side=side, onset_s=onset_s, rise_s=rise_s, hold_s=hold_s, fall_s=fall_s, amplitude=amplitude)


def _face(what: MovementKind, side: Side, onset_s: float, duration_s: float, amplitude: float) -> Movement:
    """Another part of the face moves for this long in all, rise and fall included."""
    edge = min(1.0, duration_s / (2.0 * (FACE_RISE_S + FACE_FALL_S)))
    rise_s, fall_s = FACE_RISE_S * edge, FACE_FALL_S * edge
    return Movement(what=what, side=side, onset_s=onset_s, rise_s=rise_s, hold_s=duration_s - rise_s - fall_s, fall_s=fall_s, amplitude=amplitude)


def _slow(what: MovementKind, onset_s: float, duration_s: float, amplitude: float, side: Side = Side.BOTH) -> Movement:
    """A voluntary movement: a third up, a third held, a third back."""
    third_s = duration_s / 3.0
    return Movement(what=what, side=side, onset_s=onset_s, rise_s=third_s, hold_s=third_s, fall_s=third_s, amplitude=amplitude)


def _pull(side: Side, onset_s: float, duration_s: float, strength: float) -> tuple[Movement, ...]:
    """Eye, cheek and mouth of one side together; `strength` 1 closes the eye and draws the mouth corner by 7 mm."""
    edge_s = min(LID_RISE_S + LID_FALL_S, 0.6 * duration_s)
    rise_s, fall_s = edge_s / 3.0, edge_s * 2.0 / 3.0
    mouth_s, length_s = onset_s + MOUTH_LAG_S, duration_s - MOUTH_LAG_S
    return (
        _lid(side, onset_s, duration_s - edge_s, strength, rise_s=rise_s, fall_s=fall_s),
        _face(MovementKind.COMMISSURE_ALONG, side, mouth_s, length_s, 7.0 * strength),
        _face(MovementKind.COMMISSURE_ACROSS, side, mouth_s, length_s, -1.0 * strength),
        _face(MovementKind.CHEEK_RAISE, side, mouth_s, length_s, 3.0 * strength),
    )


def blink(onset_s: float, *, amplitude: float = 1.0, hold_s: float = 0.03) -> Episode:
    """Both eyes blink together."""
    return Episode(name="blink", movements=(_lid(Side.BOTH, onset_s, hold_s, amplitude),))


def partial_blink(onset_s: float, *, amplitude: float = 0.5) -> Episode:
    """Both eyes blink together without closing fully."""
    return Episode(name="partial_blink", movements=(_lid(Side.BOTH, onset_s, 0.02, amplitude),))


def wink(side: Side, onset_s: float, *, hold_s: float = 0.1, amplitude: float = 1.0) -> Episode:
    """One eye closes while the other stays open and nothing else moves: a brief eyelid contraction."""
    return Episode(name="wink", movements=(_lid(side, onset_s, hold_s, amplitude),))


def hemifacial_spasm(side: Side, onset_s: float, *, duration_s: float = 0.8, strength: float = 0.8) -> Episode:
    """Eye, cheek and mouth of one side contract together."""
    return Episode(name="hemifacial_spasm", movements=_pull(side, onset_s, duration_s, strength))


def mouth_spasm(side: Side, onset_s: float, *, duration_s: float = 0.8, excursion_mm: float = 5.0) -> Episode:
    """One mouth corner is drawn outwards and upwards; the eye stays open."""
    return Episode(name="mouth_spasm", movements=(_face(MovementKind.COMMISSURE_ALONG, side, onset_s, duration_s, excursion_mm),))


def forced_closure(onset_s: float, *, duration_s: float = 2.0) -> Episode:
    """Both eyes are squeezed shut for longer than any blink, the brows come down a little."""
    movements = (
        _lid(Side.BOTH, onset_s, duration_s - 0.4, 1.0, rise_s=0.15, fall_s=0.25),
        _face(MovementKind.BROW_RAISE, Side.BOTH, onset_s, duration_s, -2.0),
        _face(MovementKind.CHEEK_RAISE, Side.BOTH, onset_s, duration_s, 2.0),
    )
    return Episode(name="forced_closure", movements=movements)


def brow_up_closure(side: Side, onset_s: float, *, duration_s: float = 1.6, brow_mm: float = 3.0) -> Episode:
    """One eye closes while the brow of the same side goes up, which nobody does by intention (the "other Babinski sign")."""
    lid = _lid(side, onset_s, duration_s - LID_RISE_S - LID_FALL_S, 0.9)
    return Episode(name="brow_up_closure", movements=(lid, _face(MovementKind.BROW_RAISE, side, onset_s, duration_s, brow_mm)))


def clonic_train(side: Side, onset_s: float, *, count: int = 5, rate_hz: float = 3.0, strength: float = 0.7) -> Episode:
    """A row of brief contractions of eye, cheek and mouth of one side."""
    period_s = 1.0 / rate_hz
    beats = (_pull(side, onset_s + beat * period_s, 0.8 * period_s, strength) for beat in range(count))
    return Episode(name="clonic_train", movements=tuple(movement for beat in beats for movement in beat))


def tonic_spasm(side: Side, onset_s: float, *, duration_s: float = 3.0, strength: float = 0.9, brow_mm: float = 0.0) -> Episode:
    """Eye, cheek and mouth of one side stay contracted, with the brow up if asked for."""
    brow = (_face(MovementKind.BROW_RAISE, side, onset_s, duration_s, brow_mm),) if brow_mm else ()
    return Episode(name="tonic_spasm", movements=_pull(side, onset_s, duration_s, strength) + brow)


def smile(onset_s: float, *, duration_s: float = 2.5, excursion_mm: float = 7.0) -> Episode:
    """Both mouth corners and cheeks go up alike and the eyes narrow a little; a movement, but not a one-sided one."""
    movements = (
        _slow(MovementKind.COMMISSURE_ALONG, onset_s, duration_s, excursion_mm),
        _slow(MovementKind.CHEEK_RAISE, onset_s, duration_s, 0.35 * excursion_mm),
        _slow(MovementKind.LID_CLOSURE, onset_s, duration_s, 0.15),
    )
    return Episode(name="smile", movements=movements, expectation=Expectation.MAY)


def brow_raise(onset_s: float, *, duration_s: float = 1.5, amplitude_mm: float = 5.0) -> Episode:
    """Both brows go up alike."""
    movement = _slow(MovementKind.BROW_RAISE, onset_s, duration_s, amplitude_mm)
    return Episode(name="brow_raise", movements=(movement,), expectation=Expectation.MAY)


def talking(onset_s: float, *, duration_s: float = 4.0, seed: int = 0) -> Episode:
    """The mouth opens and closes 3-5 times a second, the corners move a little and alike on both sides."""
    random = np.random.default_rng(seed)
    movements: list[Movement] = []
    start_s = onset_s
    while start_s + 0.34 < onset_s + duration_s:
        length_s = 1.0 / float(random.uniform(3.0, 5.0))
        movements.append(_slow(MovementKind.MOUTH_OPENING, start_s, length_s, float(random.uniform(3.0, 10.0))))
        movements.append(_slow(MovementKind.COMMISSURE_ALONG, start_s, length_s, float(random.uniform(-1.5, 1.5))))
        start_s += length_s
    return Episode(name="talking", movements=tuple(movements), expectation=Expectation.MAY)


def look_down(onset_s: float, *, duration_s: float = 1.8, angle_deg: float = 25.0) -> Episode:
    """The eyes look down and the upper lids follow; not a closure."""
    return Episode(name="look_down", movements=(_slow(MovementKind.GAZE_DOWN, onset_s, duration_s, angle_deg),), expectation=Expectation.NEVER)


def nod(onset_s: float, *, duration_s: float = 1.2, angle_deg: float = 10.0) -> Episode:
    """The head goes down and up again."""
    return Episode(name="nod", movements=(_slow(MovementKind.PITCH, onset_s, duration_s, -angle_deg),), expectation=Expectation.NEVER)


def head_turn(onset_s: float, *, duration_s: float = 2.0, angle_deg: float = 15.0) -> Episode:
    """The head turns to the patient's left (to the right if the angle is negative) and back."""
    return Episode(name="head_turn", movements=(_slow(MovementKind.YAW, onset_s, duration_s, angle_deg),), expectation=Expectation.NEVER)


def jaw_side_to_side(onset_s: float, *, count: int = 4, rate_hz: float = 1.5, shift_mm: float = 5.0) -> Episode:
    """The jaw moves to the left and to the right in turn."""
    length_s = 1.0 / rate_hz
    moves = (_slow(MovementKind.JAW_SHIFT, onset_s + turn * length_s, length_s, shift_mm * (-1.0) ** turn) for turn in range(count))
    return Episode(name="jaw_side_to_side", movements=tuple(moves), expectation=Expectation.NEVER)


def head_drift(duration_s: float, *, angle_deg: float = 1.5, seed: int = 0) -> Episode:
    """The small slow movement of a head that nobody holds still."""
    random = np.random.default_rng(seed)
    movements: list[Movement] = []
    for what in (MovementKind.YAW, MovementKind.PITCH, MovementKind.ROLL):
        start_s = 0.0
        while start_s < duration_s:
            length_s = float(random.uniform(3.0, 7.0))
            movements.append(_slow(what, start_s, length_s, float(random.normal(0.0, angle_deg))))
            start_s += 0.6 * length_s
    return Episode(name="head_drift", movements=tuple(movements), expectation=Expectation.NEVER)
