"""Sentences with numbers: the verdict, what happened on each side, and every event in words."""

import math
from enum import IntEnum

from spasmograph.model import BiosignalRecording, EmgMeasurement, Event, Measurement, Quality, Recording, Score
from spasmograph.present import words
from spasmograph.present.numbers import SECONDS_UP_TO, SPACE, amplitude, clock, percent, plain, seconds
from spasmograph.terms import EventKind, Region, Side, Verdict

INTERVAL = f"95{SPACE}% interval"
LEAST_GAP_S = 0.05
FINE_BELOW_S = 10.0
WHOLE_WITHIN_S = 0.5


class Weight(IntEnum):
    """How much an event matters for facial spasm, least first; what a reader sees first has the largest."""

    BLINK = 0
    EXPRESSION = 1
    BOTH_EYELIDS = 2
    ONE_SIDE = 3


def verdict(quality: Quality) -> str:
    """The verdict as a headline: `Good: 58 of 60 s could be measured`."""
    word = words.VERDICTS[quality.verdict]
    if quality.verdict is Verdict.REFUSED:
        return f"{word}: this recording gives no numbers"
    whole, part = quality.duration_s, quality.observed_s
    if is_whole(quality):
        return f"{word}: all {seconds(whole)} were measured"
    if whole >= SECONDS_UP_TO:
        but = f"all but {seconds(whole - part)} of {seconds(whole)}"
        return f"{word}: {but if seconds(part) == seconds(whole) else f'{seconds(part)} of {seconds(whole)}'} could be measured"
    shown = (f"{part:.0f}", f"{whole:.0f}") if whole >= FINE_BELOW_S and round(part) < round(whole) else (f"{part:.1f}", f"{whole:.1f}")
    return f"{word}: {shown[0]} of {shown[1]} s could be measured"


def is_whole(quality: Quality) -> bool:
    """Whether no time was left out."""
    return quality.duration_s - quality.observed_s < LEAST_GAP_S and not any(reason.seconds > 0 for reason in quality.reasons)


def happened(measurement: Measurement) -> list[str]:
    """What happened in a few plain sentences: movement of one side alone first, then both eyelids, then what ordinary expression moves as well."""
    rates = {side: find(measurement, f"contraction_rate_{side}") for side in Side}
    told = {side: score for side, score in rates.items() if score is not None and math.isfinite(score.value)}
    if not told:
        return ["How often the face contracted cannot be told from this recording."]
    return [*_one_side_alone(measurement, told), *_both_eyelids(measurement), *_expression(measurement)]


def weight(event: Event) -> Weight:
    """How much an event matters: a movement of one side alone first, then of both eyelids, then what ordinary expression moves, then blinks."""
    if event.kind is EventKind.BLINK:
        return Weight.BLINK
    if event.side is not Side.BOTH:
        return Weight.ONE_SIDE
    return Weight.BOTH_EYELIDS if Region.EYELID in event.regions else Weight.EXPRESSION


def event_sentence(number: int, event: Event) -> str:
    """One event in words, for a person who does not see the picture."""
    side = "on both sides" if event.side is Side.BOTH else f"on the {words.SIDES[event.side]}"
    regions = words.joined([words.REGIONS[region] for region in event.regions])
    pattern = "" if event.kind is EventKind.BLINK else f"{words.PATTERNS[event.pattern]}, "
    rest = f"; {words.CENSORED}" if event.censored else ""
    return (
        f"Event {number}: {words.KINDS[event.kind]} {side}, {pattern}{regions}, at {clock(event.onset_s)} for {seconds(event.duration_s)}, "
        f"{amplitude(event.amplitude, event.amplitude_unit)}, confidence {percent(event.confidence)}{rest}."
    )


def recording_line(measurement: Measurement) -> str:
    """The recording in one line: size, rate, length and task."""
    recording = measurement.recording
    rate = f"{plain(recording.frame_rate_hz)} pictures a second{' (variable)' if recording.variable_frame_rate else ''}"
    size = f"{recording.width_px} × {recording.height_px} pixels"
    mirrored = ["mirror image, as stated"] if recording.mirrored else []
    return ", ".join([size, rate, f"{seconds(recording.duration_s)}{analysed_part(recording)}", f"task: {words.TASKS[recording.task]}", *mirrored])


def analysed_part(recording: Recording | BiosignalRecording) -> str:
    """Which part of the recording was analysed; empty if all of it."""
    end_s = recording.end_s if math.isfinite(recording.end_s) else recording.duration_s
    whole = recording.start_s <= 0 and end_s >= recording.duration_s - WHOLE_WITHIN_S
    return "" if whole else f", of which {seconds(recording.start_s)} to {seconds(end_s)} were analysed"


def shown_span(measurement: Measurement | EmgMeasurement) -> tuple[float, float]:
    """The stretch of the recording that was analysed, which is what charts show, in seconds."""
    recording = measurement.recording
    end_s = recording.end_s if math.isfinite(recording.end_s) else recording.duration_s
    return recording.start_s, max(end_s, recording.start_s + 0.1)


def find(measurement: Measurement | EmgMeasurement, name: str) -> Score | None:
    """A score by name; None where this measurement has none of that name."""
    return next((score for score in measurement.scores if score.name == name), None)


def count_of(score: Score) -> int:
    """How many events stand behind a rate."""
    return round(score.value * score.observed_s / 60)


def _one_side_alone(measurement: Measurement, told: dict[Side, Score]) -> list[str]:
    """How often each side contracted without the other, the busier side first, and how it did."""
    sides = sorted((side for side in told if side is not Side.BOTH), key=lambda side: (-told[side].value, side is Side.LEFT))
    if not any(count_of(told[side]) for side in sides):
        score = max((told[side] for side in sides), key=lambda score: score.high)
        return [f"No contraction of one side alone was found in {seconds(score.observed_s)} ({_interval(score)} per minute for each side)."]
    return [*(_rate_sentence(side, told[side], first=place == 0) for place, side in enumerate(sides)), *_one_side_in_detail(measurement)]


def _rate_sentence(side: Side, score: Score, *, first: bool) -> str:
    count, name = count_of(score), words.SIDES[side]
    if first:
        head = f"The face contracted on the {name} side alone {times(count)} in {seconds(score.observed_s)}"
    elif count:
        head = f"On the {name} side alone it contracted {times(count)}"
    else:
        return f"On the {name} side alone it did not contract ({_interval(score)} per minute)."
    return f"{head}: {plain(score.value)} per minute ({_interval(score)})."


def _one_side_in_detail(measurement: Measurement) -> list[str]:
    """What the one-sided contractions took, the longest of them, and how sure they are."""
    events = [event for event in measurement.events if weight(event) is Weight.ONE_SIDE]
    if not events:
        return []
    parts = _longest(measurement, events, single="this contraction")
    if len(events) > 1:
        parts = [f"of these {len(events)} contractions, {_regions_in_words(events)}", *parts]
    surest = sorted(event.confidence for event in events)
    shown = dict.fromkeys(percent(confidence).removesuffix(f"{SPACE}%") for confidence in (surest[0], surest[-1]))
    parts.append(f"confidence {' to '.join(shown)}{SPACE}%")
    return [f"{words.capital('; '.join(parts))}."]


def _regions_in_words(events: list[Event]) -> str:
    """How many of some contractions took the eyelid, and how many of these the mouth as well."""
    lid = sum(Region.EYELID in event.regions for event in events)
    together = sum({Region.EYELID, Region.MOUTH} <= set(event.regions) for event in events)
    if lid == together:
        return f"{_share(lid, len(events))} took {'eyelid and mouth together' if lid else 'the eyelid'}"
    return f"{_share(lid, len(events))} took the eyelid, {together or 'none'} of them together with the mouth"


def _both_eyelids(measurement: Measurement) -> list[str]:
    """Contractions of both eyelids, which blinks are not."""
    events = [event for event in measurement.events if weight(event) is Weight.BOTH_EYELIDS]
    if not events:
        return ["Apart from blinks, the eyes did not close or narrow together."]
    head = f"Apart from blinks, both eyes closed or narrowed together {times(len(events))} in {seconds(measurement.quality.observed_s)}"
    return [f"{'; '.join([head, *_longest(measurement, events)])}."]


def _expression(measurement: Measurement) -> list[str]:
    """Movement of both sides without the eyelids, which is mostly expression or speech."""
    events = [event for event in measurement.events if weight(event) is Weight.EXPRESSION]
    if not events:
        return []
    moved = {region for event in events for region in event.regions}
    parts = " or the ".join(name for region, name in words.PARTS_OF_BOTH.items() if region in moved) or "face"
    like = words.AS_IN_MOUTH if Region.BROW not in moved else words.AS_IN_BROWS if moved == {Region.BROW} else words.AS_IN_BOTH
    return [f"The {parts} moved on both sides together {times(len(events))}{like}{words.NOT_WHY}."]


def _longest(measurement: Measurement, events: list[Event], *, single: str = "it") -> list[str]:
    """A clause on the longest of some events; none where lengths cannot be told."""
    if not events or measurement.quality.verdict is Verdict.COUNTS_ONLY:
        return []
    longest = max(events, key=lambda event: event.duration_s)
    subject = single if len(events) == 1 else "the longest"
    side = "" if longest.side is Side.BOTH else f" on the {words.SIDES[longest.side]}"
    regions = words.joined([words.REGIONS[region] for region in longest.regions])
    least = "at least " if any(event.censored for event in events) else ""
    return [f"{subject} lasted {least}{seconds(longest.duration_s)}, at {clock(longest.onset_s)}{side} ({regions})"]


def times(count: int) -> str:
    """How often, as English says it."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _share(part: int, whole: int) -> str:
    if part == whole:
        return "both" if whole == 2 else "all"
    return str(part) if part else "none"


def _interval(score: Score) -> str:
    return f"{INTERVAL} {plain(score.low)} to {plain(score.high)}"
