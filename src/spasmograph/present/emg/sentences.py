"""What an EMG recording shows in a few plain sentences, in observation words, what matters most first."""

import math
from collections import Counter
from collections.abc import Sequence

from spasmograph.model import Burst, EmgMeasurement, Estimate, EvokedResponse, Synchrony, Synkinesis, Together
from spasmograph.present import words
from spasmograph.present.emg.amplitudes import amplitude
from spasmograph.present.emg.leads import Lead, name_of
from spasmograph.present.emg.words import COUNTED, NO_STIMULATED_SIDE, PRESENCES, RESPONSES, VERDICTS, WHAT_A_BURST_IS, WHAT_A_RESPONSE_IS, counted
from spasmograph.present.numbers import SPACE, clock, interval, percent, plain, seconds
from spasmograph.present.sentences import INTERVAL, analysed_part, verdict
from spasmograph.terms import ChannelKind, Side, Verdict

EVEN_S = 0.05
MOST_MUSCLES = 6
MOST_PAIRS = 3
MOST_SYNKINESES = 2


def emg_verdict(measurement: EmgMeasurement) -> str:
    """The verdict as a headline; that not every channel was measured all the time is said in it."""
    quality = measurement.quality
    text = verdict(quality).replace(words.VERDICTS[Verdict.COUNTS_ONLY], VERDICTS[Verdict.COUNTS_ONLY], 1)
    uneven = any(quality.observed_s - channel.observed_s > EVEN_S for channel in measurement.channels)
    return f"{text} in at least one channel" if uneven and quality.observed else text


def recording_line(measurement: EmgMeasurement) -> str:
    """The recording in one line: format, channels, rates, length and task."""
    recording = measurement.recording
    muscles = [channel for channel in recording.channels if channel.kind is ChannelKind.EMG]
    rates = list(dict.fromkeys(f"{channel.rate_hz:g}" for channel in muscles))
    rate = [f"{words.joined(rates)} samples a second"] if rates else []
    count = counted(len(muscles), "muscle channel")
    length = f"{seconds(recording.duration_s)}{analysed_part(recording)}"
    return ", ".join([words.shown_name(recording.file_format) or "recording", count, *rate, length, f"task: {words.TASKS[recording.task]}"])


def happened(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> list[str]:
    """What was found: bursts where, one side or both, together or not, rhythmic or not, and what stimuli evoked."""
    bursts = [*_bursts(measurement, leads), *_pairs(measurement, leads), *_rhythms(measurement, leads), *_synkineses(measurement, leads)]
    evoked = [*_stimulated(measurement), *_changes(measurement, leads)]
    return [*evoked, *bursts, *_film(measurement)]


def mid(lead_name: str) -> str:
    """A channel's name within a sentence: `orbicularis oculi on the right`."""
    name = lead_name if lead_name.startswith("“") else lead_name[:1].lower() + lead_name[1:]
    for side in (Side.LEFT, Side.RIGHT):
        name = name.replace(f", {side}", f" on the {side}")
    return name.replace(", side not known", " (side not known)").replace(", both sides", " of both sides")


def burst_sentence(number: int, burst: Burst, lead: Lead) -> str:
    """One burst in words, for a person who does not see the picture."""
    rest = "; began before or ended after what was measured, so it lasted at least this long" if burst.censored else ""
    return (
        f"Burst {number}: {mid(lead.name)}, at {clock(burst.onset_s)} for {seconds(burst.duration_s)}, "
        f"peak {amplitude(burst.peak_uv, lead.unit)}, confidence {percent(burst.confidence)}{rest}."
    )


def estimate(value: Estimate, unit: str) -> str:
    """A number with its unit and interval: `10.3 ms (9.9–10.7)`."""
    if not math.isfinite(value.value):
        return words.NOT_TOLD
    shown = percent(value.value) if unit == "fraction" else f"{plain(value.value)}{SPACE}{words.UNITS.get(unit, unit)}".rstrip(SPACE)
    between = interval(value.low, value.high, unit)
    return f"{shown} ({between})" if between else shown


def response_title(response: EvokedResponse, leads: tuple[Lead, ...]) -> str:
    """Which response, where, and which side was stimulated."""
    stimulated = f", stimulated on the {words.SIDES[response.stimulated]}" if response.stimulated else ""
    return f"{RESPONSES[response.kind]} in {mid(name_of(leads, response.channel))}{stimulated}"


def missed(response: EvokedResponse) -> str:
    """What would have been seen, had there been a response."""
    if not math.isfinite(response.detectable_uv):
        return ""
    return f"these stimuli would have shown one of {plain(response.detectable_uv)}{SPACE}µV or more in 95 of 100 cases"


def _bursts(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> list[str]:
    measured = [lead for lead in leads if lead.quality.observed]
    if not measured:
        return [] if measurement.evoked else ["Whether a muscle was active cannot be told from this recording."]
    whole = seconds(measurement.quality.observed_s)
    channels = counted(len(measured), "channel")
    if not measurement.events:
        return [f"No burst of muscle activity was found in {whole}, in {channels}."]
    counts = {lead.label: sum(burst.channel == lead.label for burst in measurement.events) for lead in measured}
    many = f"{len(measurement.events)} bursts" if len(measurement.events) > 1 else "One burst"
    head = f"{many} of muscle activity {'were' if len(measurement.events) > 1 else 'was'} found in {whole}, in {channels}. {WHAT_A_BURST_IS}"
    return [head, *_by_muscle(measured, counts), *_one_side(measured, counts)]


def _by_muscle(measured: Sequence[Lead], counts: dict[str, int]) -> list[str]:
    """How many bursts each muscle had, on each side, the busiest muscle first."""
    muscles: dict[str, list[Lead]] = {}
    for lead in measured:
        muscles.setdefault(lead.muscle, []).append(lead)
    ranked = sorted(muscles.items(), key=lambda item: -sum(counts[lead.label] for lead in item[1]))
    busy = [(muscle, own) for muscle, own in ranked if any(counts[lead.label] for lead in own)]
    parts = [f"{mid(muscle)}: {words.joined([_count(counts[lead.label], lead) for lead in own])}" for muscle, own in busy[:MOST_MUSCLES]]
    rest = sum(counts[lead.label] for _, own in busy[MOST_MUSCLES:] for lead in own)
    parts += [f"{rest} in the other channels"] if rest else []
    return [f"{words.capital('; '.join(parts))}."]


def _count(count: int, lead: Lead) -> str:
    side = f" on the {lead.side}" if lead.side in ("left", "right") else f" ({lead.side})" if lead.side else ""
    return f"{count or 'none'}{side}{f' ({lead.mark})' if lead.mark else ''}"


def _one_side(measured: Sequence[Lead], counts: dict[str, int]) -> list[str]:
    """That all activity was on one side, where both sides were measured."""
    of_side = {side: sum(counts[lead.label] for lead in measured if lead.side == side) for side in ("right", "left")}
    if {lead.side for lead in measured} < {"right", "left"} or not any(of_side.values()) or all(of_side.values()):
        return []
    busy, calm = ("right", "left") if of_side["right"] else ("left", "right")
    return [f"All bursts of a known side were on the {busy}; the {calm} was measured as well and had none."]


def _pairs(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> list[str]:
    told = [pair for pair in measurement.synchrony if pair.together is not Together.NOT_TOLD]
    together = sorted((pair for pair in told if pair.together is Together.SYNCHRONOUS), key=lambda pair: -pair.shared.value)
    copies = [pair for pair in told if pair.together is Together.CROSS_TALK]
    found = [_together(pair, leads) for pair in together[:MOST_PAIRS]]
    if len(together) > MOST_PAIRS:
        found.append(f"So did {len(together) - MOST_PAIRS} more pairs; the table of pairs names them.")
    if told and not together and not copies:
        found.append(f"No two {_whats(leads)} began their bursts together more often than by chance.")
    return found + [_copy(pair, leads) for pair in copies[:MOST_PAIRS]]


def _whats(leads: tuple[Lead, ...]) -> str:
    """What the channels are: muscles where each is known, else channels."""
    return "channels" if any(lead.muscle.startswith("“") for lead in leads) else "muscles"


def _both(pair: Synchrony, leads: tuple[Lead, ...]) -> str:
    """Two muscles in words: of one side, of both sides, or each with its own."""
    first, second = (next((lead for lead in leads if lead.label == label), None) for label in (pair.first, pair.second))
    if first is not None and second is not None and first.side in ("left", "right") and second.side in ("left", "right"):
        if first.muscle == second.muscle:
            return f"the {mid(first.muscle)} of both sides"
        if first.side == second.side:
            return f"{mid(first.muscle)} and {mid(second.muscle)}, both on the {first.side},"
    return f"{mid(name_of(leads, pair.first))} and {mid(name_of(leads, pair.second))}"


def _together(pair: Synchrony, leads: tuple[Lead, ...]) -> str:
    chance = interval(pair.null_low, pair.null_high, "fraction")
    beside = f"; chance gives {chance}" if chance else ""
    lag = f"; lag {estimate(pair.lag_ms, 'ms')}" if math.isfinite(pair.lag_ms.value) else ""
    shared = f"{percent(pair.shared.value)} ({INTERVAL} {interval(pair.shared.low, pair.shared.high, 'fraction')})"
    return f"{words.capital(_both(pair, leads))} began their bursts together more often than by chance: {shared}{beside}{lag}."


def _copy(pair: Synchrony, leads: tuple[Lead, ...]) -> str:
    return f"{words.capital(_both(pair, leads))} show the same signal at the same moment: volume conduction, which is not told as synchrony."


def _rhythms(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> list[str]:
    busy = [pattern for pattern in measurement.patterns if pattern.bursts and math.isfinite(pattern.rhythm_probability)]
    rhythmic = [pattern for pattern in busy if pattern.rhythmic]
    found = [f"The bursts of {mid(name_of(leads, one.channel))} were rhythmic, at {estimate(one.rhythm_hz, 'hz')}." for one in rhythmic]
    if busy and not rhythmic:
        where = f"any of the {_whats(leads)} that had enough of them" if len(busy) > 1 else mid(name_of(leads, busy[0].channel))
        found.append(f"No steady rhythm was found in the bursts of {where}.")
    return found


def _synkineses(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> list[str]:
    """What joined the movements that the recording names, the strongest first; long bursts alone may be no movement on purpose."""
    told = sorted((one for one in measurement.synkinesis if one.annotated and math.isfinite(one.ratio.value)), key=lambda one: -one.ratio.value)
    return [
        f"In {counted(one.movements, 'movement')} of {mid(name_of(leads, one.moved))}, {mid(name_of(leads, one.follower))} "
        f"was {estimate(one.ratio, '')} times as active, each compared with its own strongest{_doubt(one)}."
        for one in told[:MOST_SYNKINESES]
    ]


def _doubt(one: Synkinesis) -> str:
    """What speaks against a ratio, to stand at the end of its sentence."""
    return f"; yet {words.shown_name(one.reason)}" if one.reason else ""


def _stimulated(measurement: EmgMeasurement) -> list[str]:
    """How many stimuli were given, where, and how many responses followed."""
    if not measurement.evoked:
        return []
    given = sum(len(stimuli.times_s) for stimuli in measurement.stimuli) or max(response.sweeps for response in measurement.evoked)
    sides = {response.stimulated for response in measurement.evoked}
    where = "" if None in sides else f" on the {words.joined([words.SIDES[side] for side in Side if side in sides])}"
    counts = Counter(response.presence for response in measurement.evoked)
    single = len(counts) == 1 and len(measurement.evoked) > 1
    told = words.joined([f"{'all' if single else counts[presence]} {COUNTED[presence]}" for presence in COUNTED if counts[presence]])
    many = "One response was" if len(measurement.evoked) == 1 else f"{len(measurement.evoked)} responses were"
    head = f"{'One stimulus was' if given == 1 else f'{given} stimuli were'} given{where}. {many} looked for: {told}. {WHAT_A_RESPONSE_IS}"
    return [head, *([NO_STIMULATED_SIDE] if None in sides else [])]


def _changes(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> list[str]:
    return [
        f"{RESPONSES[course.kind]} in {mid(name_of(leads, course.channel))}: "
        + "; ".join(f"{PRESENCES[change.after]} from {clock(change.time_s)} on, before that {PRESENCES[change.before]}" for change in course.changes)
        + "."
        for course in measurement.courses
        if course.changes
    ]


def _film(measurement: EmgMeasurement) -> list[str]:
    alignment = measurement.alignment
    if alignment is None or not math.isfinite(alignment.agreement.value):
        return []
    share = estimate(alignment.agreement, "fraction")
    return [f"Of the film's movements, blinks among them, {share} came with a burst of the same part and side of the face."]
