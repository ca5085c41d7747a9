"""Sentences with numbers: the verdict, what happened on each side, and every event in words."""

import math

from spasmograph.model import Event, Measurement, Quality, Score
from spasmograph.present import words
from spasmograph.present.numbers import SECONDS_UP_TO, SPACE, amplitude, clock, percent, plain, seconds
from spasmograph.terms import EventKind, Side, Verdict

INTERVAL = f"95{SPACE}% interval"


def verdict(quality: Quality) -> str:
    """The verdict as a headline: `Good: 58 of 60 s could be measured`."""
    word = words.VERDICTS[quality.verdict]
    if quality.verdict is Verdict.REFUSED:
        return f"{word}: this recording gives no numbers"
    whole, part = quality.duration_s, quality.observed_s
    if whole >= SECONDS_UP_TO:
        return f"{word}: {seconds(part)} of {seconds(whole)} could be measured"
    return f"{word}: {part:.0f} of {whole:.0f} s could be measured"


def happened(measurement: Measurement) -> list[str]:
    """What happened in a few plain sentences; one that says so where nothing could be told."""
    rates = {side: find(measurement, f"contraction_rate_{side}") for side in Side}
    told = {side: score for side, score in rates.items() if score is not None and math.isfinite(score.value)}
    if not told:
        return ["How often the face contracted cannot be told from this recording."]
    order = sorted(told, key=lambda side: (side is Side.BOTH, -told[side].value, side is Side.LEFT))
    sentences = [_rate_sentence(side, told[side], long=index == 0) for index, side in enumerate(order)]
    return [*sentences, *_strongest(measurement)]


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
    return ", ".join([size, rate, seconds(recording.duration_s), f"task: {words.TASKS[recording.task]}", *mirrored])


def shown_span(measurement: Measurement) -> tuple[float, float]:
    """The stretch of the recording that was analysed, which is what charts show, in seconds."""
    recording = measurement.recording
    end_s = recording.end_s if math.isfinite(recording.end_s) else recording.duration_s
    return recording.start_s, max(end_s, recording.start_s + 0.1)


def find(measurement: Measurement, name: str) -> Score | None:
    """A score by name; None where this measurement has none of that name."""
    return next((score for score in measurement.scores if score.name == name), None)


def count_of(score: Score) -> int:
    """How many events stand behind a rate."""
    return round(score.value * score.observed_s / 60)


def _rate_sentence(side: Side, score: Score, *, long: bool) -> str:
    count = count_of(score)
    times = {1: "once", 2: "twice"}.get(count, f"{count} times")
    where = "Both sides contracted together" if side is Side.BOTH else f"The {words.SIDES[side]} side of the face contracted"
    head = f"{where} {times} in {seconds(score.observed_s)}" if long else f"{where} {times}"
    interval = f"{plain(score.low)} to {plain(score.high)}"
    if count == 0:
        none = "No contraction took both sides at once" if side is Side.BOTH else f"The {words.SIDES[side]} side of the face did not contract"
        return f"{none}{f' in {seconds(score.observed_s)}' if long else ''} ({INTERVAL} {interval} per minute)."
    return f"{head}: {plain(score.value)} per minute ({INTERVAL} {interval})."


def _strongest(measurement: Measurement) -> list[str]:
    """A sentence on the longest contraction, which is what people remember of a recording."""
    contractions = [event for event in measurement.events if event.kind is not EventKind.BLINK]
    if not contractions or measurement.quality.verdict is Verdict.COUNTS_ONLY:
        return []
    longest = max(contractions, key=lambda event: event.duration_s)
    side = "on both sides" if longest.side is Side.BOTH else f"on the {words.SIDES[longest.side]}"
    regions = words.joined([words.REGIONS[region] for region in longest.regions])
    least = "at least " if longest.censored else ""
    return [f"The longest lasted {least}{seconds(longest.duration_s)}, {side} at {clock(longest.onset_s)} ({regions})."]
