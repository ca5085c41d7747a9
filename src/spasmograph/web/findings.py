"""What was found in a recording, as its page tells it: sentences first, then events and numbers line by line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from spasmograph.app.workspace.correcting import Found
from spasmograph.care.corrections import Listed
from spasmograph.language import listed
from spasmograph.model import Burst, Event, QualityReason, Score, Span
from spasmograph.model.record import RecordingEntry, ScoreInShort
from spasmograph.present.numbers import clock, interval, percent, plain, seconds
from spasmograph.present.record.recording import Drawn, Shown
from spasmograph.present.words import capital
from spasmograph.present.words import sentence as as_sentence
from spasmograph.terms import EventKind, Judgement, Reason, Region, Side, Task, Verdict
from spasmograph.web.language import current_language, texts
from spasmograph.web.language import text as _
from spasmograph.web.words import label

# The machine's number and the corrected one are the same up to what rounding does.
_SAME = 1e-4
# More events than this cannot be told apart in one drawing; so much time is left around those that are drawn.
_DRAWN_WHOLE, _EDGE_S = 150, 2.0
# What stands for a number before an event that only a person saw.
ADDED_NUMBER = "+"
_COLUMNS = (Side.RIGHT, Side.LEFT, Side.BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event as a line of the table; `key` names it in addresses, `number` counts from 1 in the machine's list."""

    key: str
    number: str
    onset_s: float
    offset_s: float
    when: str
    lasted: str
    what: str
    side: str
    detail: str
    step: str
    said: Judgement | None
    said_words: str
    place: int | None
    is_blink: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number after corrections, its interval, and the machine's own where it differs."""

    value: str
    interval: str = ""
    machine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLine:
    """One kind of number, side by side."""

    label: str
    cells: tuple[Number, ...]


def verdict_words(found: Found) -> str:
    """How far the recording can be trusted, in a sentence."""
    quality = found.results.quality
    if quality.verdict is Verdict.REFUSED:
        return _("Not measured: this recording gives no numbers.")
    told = {"verdict": label(quality.verdict), "part": seconds(quality.observed_s), "whole": seconds(quality.duration_s)}
    if quality.observed_s >= quality.duration_s - 0.05:
        return _("%(verdict)s: all %(whole)s could be measured.") % told
    return _("%(verdict)s: %(part)s of %(whole)s could be measured.") % told


def reason_words(found: Found) -> list[str]:
    """Why time was lost and what to change, one sentence each."""
    rows = []
    for reason in found.results.quality.reasons:
        lost = f" ({seconds(reason.seconds)})" if reason.seconds > 0 else ""
        rows.append(as_sentence(f"{label(reason.code)}{lost}{_what_helps(reason)}"))
    rows += [as_sentence(note) for note in found.results.quality.notes]
    if found.results.quality.verdict is Verdict.COUNTS_ONLY:
        rows.append(_("How often something happened can be told; how long and how strongly cannot."))
    return rows


def _what_helps(reason: QualityReason) -> str:
    """What the measurement says of a reason; its own sentence is English, so that other languages tell what helps by its code."""
    if current_language() == "en":
        return f": {reason.message}"
    advice = _ADVICE.get(reason.code)
    return _(": %(advice)s") % {"advice": advice()} if advice else ""


# The same sentences as while recording.
_ADVICE: Mapping[Reason, Callable[[], str]] = {
    Reason.NO_FACE: lambda: _("No face is seen. Come into the picture."),
    Reason.FACE_TOO_SMALL: lambda: _("Come closer."),
    Reason.OUT_OF_PICTURE: lambda: _("Come to the middle of the picture."),
    Reason.TURNED_TOO_FAR: lambda: _("Turn to the camera."),
    Reason.TOO_DARK: lambda: _("More light from the front, please."),
    Reason.TOO_BRIGHT: lambda: _("There is too much light on your face."),
    Reason.BLURRED: lambda: _("The picture is not sharp. Wipe the lens, and stand the camera up."),
    Reason.OCCLUDED: lambda: _("Keep hands and hair away from your face."),
    Reason.FEW_FRAMES: lambda: _("The camera gives few pictures a second. More light helps; so does closing other programs."),
    Reason.SEVERAL_FACES: lambda: _("One face only, please."),
}


def happened(found: Found) -> list[str]:
    """What happened, in a few plain sentences."""
    if found.results.is_emg:
        return _emg_happened(found)
    events, observed_s = _told_events(found), _observed_s(found)
    if observed_s <= 0:
        return [_("How often the face contracted cannot be told from this recording.")]
    sides = sorted((Side.RIGHT, Side.LEFT), key=lambda side: -_count(events, side))
    told = [_side_sentence(found, side, _count(events, side), observed_s) for side in sides]
    blinks = sum(event.kind is EventKind.BLINK for event in events)
    return [*told, _both_sentence(events), *_expression(events), _blink_sentence(blinks, observed_s), *_at_rest(found, observed_s)]


def _told_events(found: Found) -> list[Event]:
    """The events that the scores are told of: those at rest where rest was one of several steps."""
    spans = _rest_spans(found)
    events = [event for event in found.events if isinstance(event, Event)]
    return [event for event in events if any(span.onset_s <= event.apex_s < span.offset_s for span in spans)] if spans else events


def _rest_spans(found: Found) -> list[Span]:
    return [Span(onset_s=step.onset_s, offset_s=step.offset_s) for step in found.steps if step.task is Task.REST]


def _observed_s(found: Found) -> float:
    """Seconds that rates are told over; 0 where none is."""
    rate = found.results.score("contraction_rate_right")
    return rate.observed_s if rate else 0.0


def _at_rest(found: Found, observed_s: float) -> list[str]:
    return (
        [_("All this is told for the time at rest, %(seconds)s of the recording.") % {"seconds": seconds(observed_s)}] if _rest_spans(found) else []
    )


def _count(events: Sequence[Event], side: Side) -> int:
    return sum(event.kind is EventKind.CONTRACTION and event.side is side for event in events)


def _side_sentence(found: Found, side: Side, count: int, observed_s: float) -> str:
    told = {"side": label(side), "n": count, "seconds": seconds(observed_s)}
    if not count:
        return _("On the %(side)s side alone no contraction was found in %(seconds)s.") % told
    sentence = texts(
        "The face contracted on the %(side)s side alone %(n)s time in %(seconds)s.",
        "The face contracted on the %(side)s side alone %(n)s times in %(seconds)s.",
        count,
    )
    return f"{sentence % told} {_rate_words(found.score(f'contraction_rate_{side}'))}".strip()


def _rate_words(rate: ScoreInShort | None) -> str:
    if rate is None or rate.value is None or rate.low is None or rate.high is None:
        return ""
    numbers = {"rate": plain(rate.value), "low": plain(rate.low), "high": plain(rate.high)}
    return _("That is %(rate)s a minute (95 %% interval %(low)s to %(high)s).") % numbers


def _both_sentence(events: Sequence[Event]) -> str:
    both = [event for event in events if event.kind is EventKind.CONTRACTION and event.side is Side.BOTH and Region.EYELID in event.regions]
    if not both:
        return _("Apart from blinks, the eyes did not close or narrow together.")
    told = {"n": len(both), "longest": seconds(max(event.duration_s for event in both))}
    return (
        texts(
            "Apart from blinks, both eyes closed or narrowed together %(n)s time, for %(longest)s.",
            "Apart from blinks, both eyes closed or narrowed together %(n)s times, for up to %(longest)s.",
            len(both),
        )
        % told
    )


def _expression(events: Sequence[Event]) -> list[str]:
    """Movement of both sides without the eyelids, which is mostly expression or speech."""
    count = sum(event.kind is EventKind.CONTRACTION and event.side is Side.BOTH and Region.EYELID not in event.regions for event in events)
    sentence = texts(
        "Mouth, cheeks or brows moved on both sides together %(n)s time, as they do in smiling, speaking or raising the brows; "
        "the film alone does not tell why.",
        "Mouth, cheeks or brows moved on both sides together %(n)s times, as they do in smiling, speaking or raising the brows; "
        "the film alone does not tell why.",
        count,
    )
    return [sentence % {"n": count}] if count else []


def _blink_sentence(count: int, observed_s: float) -> str:
    told = {"n": count, "rate": plain(60 * count / observed_s)}
    return texts("There was %(n)s blink, %(rate)s a minute.", "There were %(n)s blinks, %(rate)s a minute.", count) % told


def _emg_happened(found: Found) -> list[str]:
    bursts = [event for event in found.events if isinstance(event, Burst)]
    rows = []
    for channel in found.results.channels:
        own = [burst for burst in bursts if burst.channel == channel.label]
        told = {"muscle": _channel(channel.label), "n": len(own), "seconds": seconds(channel.observed_s)}
        rows.append(texts("%(muscle)s: %(n)s burst in %(seconds)s.", "%(muscle)s: %(n)s bursts in %(seconds)s.", len(own)) % told)
    return rows or [_("No muscle could be measured in this recording.")]


def event_lines(found: Found) -> list[EventLine]:
    """Every event of the machine's list and every missed one, in order of time."""
    lines = [_line(one, found) for one in found.listed]
    return sorted(lines, key=lambda line: line.onset_s)


def _line(one: Listed, found: Found) -> EventLine:
    event = _own(one, found)
    return EventLine(
        key=_key(one),
        number=str(one.number + 1) if one.number is not None else ADDED_NUMBER,
        onset_s=event.onset_s,
        offset_s=event.offset_s,
        when=clock(event.onset_s),
        lasted=seconds(event.duration_s),
        what=label(event.kind),
        side=label(event.side) if event.side else "–",
        detail=_detail(event),
        step=_step(event, found),
        said=one.correction.judgement if one.correction else None,
        said_words=_said(one, found),
        place=one.place,
        is_blink=event.kind is EventKind.BLINK,
    )


def _key(one: Listed) -> str:
    """How an event is called in an address: its number from 1, or `m` and the place of the correction that added it."""
    return str(one.number + 1) if one.number is not None else f"m{one.place}"


def _detail(event: Event | Burst) -> str:
    """Where and how strongly."""
    if isinstance(event, Burst):
        return listed((_channel(event.channel), f"{plain(event.peak_uv)} µV"))
    where = listed(label(region) for region in event.regions)
    if not isfinite(event.amplitude):
        return where or _("nobody measured how strongly")
    strong = _("%(closed)s closed") % {"closed": percent(event.amplitude)} if event.amplitude_unit == "closure" else f"{plain(event.amplitude)} mm"
    return listed((where, strong))


def _step(event: Event | Burst, found: Found) -> str:
    """What was asked for when it happened, where that was a movement."""
    task = next((step.task for step in found.steps if step.onset_s <= event.apex_s < step.offset_s), Task.NONE)
    return "" if task in (Task.NONE, Task.REST) else label(task)


def _said(one: Listed, found: Found) -> str:
    """What a person said of it, with what the machine had told where that differs."""
    if one.correction is None:
        return ""
    judgement = one.correction.judgement
    if judgement is Judgement.CHANGED and one.number is not None:
        own = found.results.events[one.number]
        told = {"what": label(own.kind), "side": label(own.side) if own.side else "–", "when": clock(own.onset_s), "lasted": seconds(own.duration_s)}
        return _("changed by you; found as: %(what)s, %(side)s, at %(when)s for %(lasted)s") % told
    words = {
        Judgement.CONFIRMED: _("confirmed by you"),
        Judgement.REJECTED: _("no burst, you said; it does not count") if found.results.is_emg else _not_one(found, one),
        Judgement.ADDED: _("missed, added by you"),
    }
    return words.get(judgement, "")


def _not_one(found: Found, one: Listed) -> str:
    blink = found.results.events[one.number or 0].kind is EventKind.BLINK
    return _("not a blink, you said; it does not count") if blink else _("not a spasm, you said; it does not count")


def shown(found: Found, listed: Sequence[EventLine]) -> Shown:
    """What the drawing needs: the whole recording, or of a long one with many events the time of those that are listed."""
    length_s = max(found.results.quality.duration_s, found.entry.duration_s or 0.0, 0.1)
    start_s, end_s = (0.0, length_s) if len(found.listed) <= _DRAWN_WHOLE or not listed else _around(listed, length_s)
    near = [one for one in found.listed if _own(one, found).offset_s >= start_s and _own(one, found).onset_s <= end_s]
    spans = tuple((label(step.task), Span(onset_s=step.onset_s, offset_s=step.offset_s)) for step in found.steps)
    events = tuple(_drawn(one, found) for one in near)
    return Shown(start_s=start_s, end_s=end_s, observed=found.results.quality.observed, events=events, steps=spans)


def _around(listed: Sequence[EventLine], length_s: float) -> tuple[float, float]:
    first_s, last_s = min(line.onset_s for line in listed), max(line.offset_s for line in listed)
    return max(first_s - _EDGE_S, 0.0), min(last_s + _EDGE_S, length_s)


def _drawn(one: Listed, found: Found) -> Drawn:
    line = _line(one, found)
    words = listed(part for part in (f"{line.what} {line.side}", line.when, line.lasted, line.detail, line.step, line.said_words) if part)
    return Drawn(key=line.key, event=_own(one, found), href=f"?event={line.key}#event-{line.key}", label=words, said=line.said)


def _own(one: Listed, found: Found) -> Event | Burst:
    """The event as it counts, or as it was found where it does not count."""
    return one.event or found.results.events[one.number or 0]


def in_short(entry: RecordingEntry) -> str:
    """How often each side contracted, for a line of the list; empty where that was not told."""
    rates = {score.name: score.value for score in entry.scores}
    right, left = (rates.get(f"contraction_rate_{side}") for side in (Side.RIGHT, Side.LEFT))
    if right is None or left is None:
        return ""
    return _("contractions a minute: right %(right)s, left %(left)s") % {"right": plain(right), "left": plain(left)}


def number_lines(found: Found) -> list[NumberLine]:
    """The numbers of each side, after corrections, with the machine's own where they differ."""
    if found.results.is_emg:
        return [_channel_line(channel.label, found) for channel in found.results.channels]
    rows = [_side_line(name, words, found) for name, words in _side_rows()]
    return [row for row in rows if any(cell.value != "–" for cell in row.cells)]


def _side_rows() -> list[tuple[str, str]]:
    return [
        ("contraction_rate", _("Contractions a minute")),
        ("contraction_time", _("Time in contractions")),
        ("contraction_duration_median", _("Median duration")),
        ("contraction_duration_longest", _("Longest")),
        ("contraction_peak_closure", _("Eyelid closure at the peak, median")),
        ("contraction_peak_mouth", _("Mouth corner at the peak, median")),
        ("contraction_burden", _("Eyelid closure in contractions, seconds a minute")),
        ("eyes_closed_time", _("Time with closed eyes, blinks included")),
    ]


def number_columns(found: Found) -> list[str]:
    """The headings of the columns of numbers."""
    if found.results.is_emg:
        return [_("Bursts a minute"), _("Time in bursts"), _("Median duration"), _("Median peak")]
    return [_("Right"), _("Left"), _("Both at once")]


def _side_line(name: str, words: str, found: Found) -> NumberLine:
    names = {side: name if name == "eyes_closed_time" and side is Side.BOTH else f"{name}_{side}" for side in _COLUMNS}
    return NumberLine(label=words, cells=tuple(_number(names[side], found) for side in _COLUMNS))


def _channel_line(channel: str, found: Found) -> NumberLine:
    kinds = ("burst_rate", "burst_time", "burst_duration_median", "burst_peak_median")
    return NumberLine(label=_channel(channel), cells=tuple(_number(f"{kind}_{channel}", found) for kind in kinds))


def _number(name: str, found: Found) -> Number:
    now, machine = found.score(name), found.results.score(name)
    same = _same(now, machine)
    return Number(
        value=_value(now.value, now.unit) if now else "–",
        interval=interval(_limit(now.low), _limit(now.high), now.unit) if now else "",
        machine="" if same else _value(machine.value if machine else None, machine.unit if machine else ""),
    )


def _same(now: ScoreInShort | None, machine: Score | None) -> bool:
    if now is None or now.value is None or machine is None:
        return (now is None or now.value is None) and machine is None
    return abs(now.value - machine.value) <= _SAME * max(1.0, abs(machine.value))


def _limit(value: float | None) -> float:
    return float("nan") if value is None else value


def _value(value: float | None, unit: str) -> str:
    if value is None or not isfinite(value):
        return "–"
    if unit in ("fraction", "closure"):
        return percent(value)
    if unit == "s":
        return seconds(value)
    return f"{plain(value)} {'µV' if unit == 'uv' else unit}" if unit in ("mm", "uv") else plain(value)


def _channel(name: str) -> str:
    return capital(name.replace("_", " "))
