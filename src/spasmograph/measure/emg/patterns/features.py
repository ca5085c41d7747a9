"""What a recording shows of each published feature, and which way it speaks."""

from collections.abc import Callable
from math import isnan

import numpy as np

from spasmograph.measure.emg.patterns.activity import covered, plain
from spasmograph.measure.emg.patterns.seen import Seen
from spasmograph.measure.scores.clock import seconds_before
from spasmograph.model import ChannelPattern, Standing, Synchrony, Together
from spasmograph.terms import Muscle, Side

_NAN = float("nan")
_NOT_BOTH_SIDES = "no muscle was recorded on both sides"
_FEW = "too few bursts follow each other closely enough to look for a rhythm"
_SURFACE = "surface EMG shows bursts, not the firing of single motor units"

Told = tuple[str, Standing]


def synchronous_one_side(seen: Seen) -> Told:
    """Do the muscles of one side burst together?"""
    pairs = seen.one_sided_pairs()
    if not pairs:
        silent = seen.silent_beside(same_side=True)
        untold = _untold_pairs(seen, "no two muscles of one side could be compared")
        return ("; ".join(silent), Standing.AGAINST) if silent else (untold, Standing.NOT_TOLD)
    together = [one for one in pairs if _together(one, seen)]
    words = "; ".join(_pair_words(one) for one in (together or pairs))
    if together:
        return f"{len(together)} of {len(pairs)} pairs of one side: {words}", Standing.FOR
    open_still = any(one.together is Together.NOT_TOLD and not isnan(one.shared.value) for one in seen.one_sided_pairs(every=True))
    told = not open_still and any(one.together is Together.BY_CHANCE for one in pairs)
    return words, Standing.AGAINST if told else Standing.NOT_TOLD


def synchronous_eyes(seen: Seen) -> Told:
    """Do the orbicularis oculi muscles of both sides burst together?"""
    oculi = [one for one in seen.synchrony if {seen.muscle_of(one.first), seen.muscle_of(one.second)} == {Muscle.ORBICULARIS_OCULI}]
    oculi = [one for one in oculi if {seen.side_of(one.first), seen.side_of(one.second)} == {Side.LEFT, Side.RIGHT}]
    if not oculi:
        quiet = _quiet_eye(seen)
        return (quiet, Standing.AGAINST) if quiet else ("the orbicularis oculi of both sides was not recorded", Standing.NOT_TOLD)
    pair = oculi[0]
    if pair.together in {Together.NOT_TOLD, Together.CROSS_TALK}:
        quiet = _quiet_eye(seen)
        return (quiet, Standing.AGAINST) if quiet else (_pair_words(pair), Standing.NOT_TOLD)
    return _pair_words(pair), Standing.FOR if _together(pair, seen) else Standing.AGAINST


def one_side(seen: Seen) -> Told:
    """Are the bursts on one side?"""
    rows = []
    for muscle in dict.fromkeys(one.muscle for one in seen.activities if one.muscle is not None):
        left, right = (_bursting_share(seen, muscle, side) for side in (Side.LEFT, Side.RIGHT))
        if not isnan(left + right) and left + right > 0:
            rows.append((muscle, left, right))
    if not rows:
        return _NOT_BOTH_SIDES, Standing.NOT_TOLD
    least = sum(sum(burst_count(seen, muscle)) for muscle, _, _ in rows) >= seen.parameters["published_least_bursts"]
    words = "; ".join(f"{plain(muscle)}: {left:.1%} of the time left, {right:.1%} right" for muscle, left, right in rows)
    if not least:
        return words, Standing.NOT_TOLD
    lefts, rights = sum(left for _, left, _ in rows), sum(right for _, _, right in rows)
    sided = abs(rights - lefts) >= seen.parameters["published_one_sided"] * (rights + lefts)
    return words, Standing.FOR if sided else Standing.AGAINST


def brief_irregular(seen: Seen) -> Told:
    """Are the bursts brief, and without a rhythm?"""
    told = [one for one in seen.busy() if not isnan(one.duration_quartiles_s[1]) and not isnan(one.rhythm_probability)]
    if not told:
        return "too few bursts to tell", Standing.NOT_TOLD
    words = "; ".join(f"{plain(one.channel)}: median {one.duration_quartiles_s[1]:.2f} s, {_rhythm_words(one)}" for one in told)
    fits = [one.duration_quartiles_s[1] < seen.parameters["train_brief_s"] and not one.rhythmic for one in told]
    if all(fits):
        return words, Standing.FOR
    return words, Standing.AGAINST if not any(fits) else Standing.NOT_TOLD


def discharge_rate(_: Seen) -> Told:
    """What surface EMG cannot show."""
    return _SURFACE, Standing.NOT_TOLD


def rhythm_in_band(seen: Seen) -> Told:
    """Is there a muscle whose bursts repeat at the published frequency?"""
    told = [one for one in seen.busy() if not isnan(one.rhythm_probability)]
    seldom = [one for one in seen.busy() if one.interval_quartiles_s[0] > seen.parameters["rhythm_pause_s"]]
    if not told:
        words = "; ".join(f"{plain(one.channel)}: three of four pauses are longer than {one.interval_quartiles_s[0]:.1f} s" for one in seldom)
        return (words, Standing.AGAINST) if seldom else (_FEW, Standing.NOT_TOLD)
    words = "; ".join(f"{plain(one.channel)}: {_rhythm_words(one)}" for one in told)
    fits = any(one.rhythmic and seen.published["low_hz"] <= one.rhythm_hz.value <= seen.published["high_hz"] for one in told)
    return words, Standing.FOR if fits else Standing.AGAINST


def pauses_in_band(seen: Seen) -> Told:
    """Are the pauses of a muscle with a rhythm, or without one of any muscle, as long as published?"""
    busy = [one for one in seen.busy() if not isnan(one.interval_quartiles_s[1])]
    told = [one for one in busy if one.rhythmic] or busy
    if not told:
        return "too few bursts to tell", Standing.NOT_TOLD
    words = "; ".join(f"{plain(one.channel)}: median pause {one.interval_quartiles_s[1]:.2f} s" for one in told)
    fits = any(seen.published["low_s"] <= one.interval_quartiles_s[1] <= seen.published["high_s"] for one in told)
    return words, Standing.FOR if fits else Standing.AGAINST


def not_synchronous(seen: Seen) -> Told:
    """Do the bursts of a muscle come without those of others?"""
    rhythmic = {one.channel for one in seen.patterns if one.rhythmic}
    pairs = [one for one in seen.synchrony if one.together in {Together.SYNCHRONOUS, Together.BY_CHANCE}]
    pairs = [one for one in pairs if not rhythmic or rhythmic & {one.first, one.second}]
    if not pairs:
        silent = seen.silent_beside(same_side=False)
        untold = _untold_pairs(seen, "no two muscles could be compared")
        return ("; ".join(silent), Standing.FOR) if silent else (untold, Standing.NOT_TOLD)
    together = [one for one in pairs if _together(one, seen)]
    words = "; ".join(_pair_words(one) for one in (together or pairs))
    return words, Standing.AGAINST if together else Standing.FOR


def movement_locked(seen: Seen) -> Told:
    """Does another muscle join every movement?"""
    told = [one for one in seen.synkinesis if one.annotated and not isnan(one.ratio.value)]
    if not told:
        return "no movements made on purpose are named in the recording, or too few", Standing.NOT_TOLD
    words = "; ".join(
        f"{plain(one.follower)} had a burst in {one.followed} of {one.movements} movements of {plain(one.moved)} (ratio {one.ratio.value:.2f})"
        for one in told
    )
    always = any(one.followed == one.movements and one.ratio.low > 0 and not one.reason for one in told)
    never = all(one.followed < one.movements for one in told)
    return words, Standing.FOR if always else Standing.AGAINST if never else Standing.NOT_TOLD


def not_movement_locked(seen: Seen) -> Told:
    """Are there movements that no other muscle joins?"""
    words, standing = movement_locked(seen)
    opposite = {Standing.FOR: Standing.AGAINST, Standing.AGAINST: Standing.FOR, Standing.NOT_TOLD: Standing.NOT_TOLD}
    return words, opposite[standing]


MEASURES: dict[str, Callable[[Seen], Told]] = {
    measure.__name__: measure
    for measure in (
        synchronous_one_side,
        synchronous_eyes,
        one_side,
        brief_irregular,
        discharge_rate,
        rhythm_in_band,
        pauses_in_band,
        not_synchronous,
        movement_locked,
        not_movement_locked,
    )
}


def burst_count(seen: Seen, muscle: Muscle) -> tuple[int, int]:
    """How many bursts a muscle has on the left and on the right."""
    counts = [sum(len(one.bursts) for one in seen.activities if one.muscle is muscle and one.side is side) for side in (Side.LEFT, Side.RIGHT)]
    return counts[0], counts[1]


def _together(pair: Synchrony, seen: Seen) -> bool:
    return pair.together is Together.SYNCHRONOUS and pair.shared.value >= seen.parameters["published_shared"]


def _bursting_share(seen: Seen, muscle: Muscle, side: Side) -> float:
    """Share of its measured time in which a muscle bursts; NaN if it was not measured."""
    found = [one for one in seen.activities if one.muscle is muscle and one.side is side]
    if not found or found[0].quality.observed_s <= 0:
        return _NAN
    within_s = np.diff(seconds_before(found[0].observed, covered(found[0].bursts)), axis=1)
    return float(np.sum(within_s)) / found[0].quality.observed_s


def _quiet_eye(seen: Seen) -> str:
    """Words if one orbicularis oculi bursts and the other, measured as well, hardly does; empty otherwise."""
    left, right = burst_count(seen, Muscle.ORBICULARIS_OCULI)
    both = [_bursting_share(seen, Muscle.ORBICULARIS_OCULI, side) for side in (Side.LEFT, Side.RIGHT)]
    if isnan(sum(both)) or max(left, right) < seen.parameters["published_least_bursts"]:
        return ""
    if min(left, right) > (1 - seen.parameters["published_one_sided"]) * max(left, right):
        return ""
    return f"orbicularis oculi: {left} bursts on the left, {right} on the right"


def _untold_pairs(seen: Seen, otherwise: str) -> str:
    reasons = list(dict.fromkeys(one.reason for one in seen.synchrony if one.reason))
    return "; ".join(reasons[:2]) or otherwise


def _pair_words(pair: Synchrony) -> str:
    names = f"{plain(pair.first)} and {plain(pair.second)}"
    if isnan(pair.shared.value):
        return f"{names}: {pair.reason}"
    ends = {Together.CROSS_TALK: ", the same signal in both", Together.NOT_TOLD: f", {pair.reason}"}.get(pair.together, "")
    return f"{names} share {pair.shared.value:.0%} (chance up to {pair.null_high:.0%}){ends}"


def _rhythm_words(pattern: ChannelPattern) -> str:
    return f"rhythm at {pattern.rhythm_hz.value:.1f} Hz" if pattern.rhythmic else "no rhythm"
