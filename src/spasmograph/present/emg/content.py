"""What an EMG report says, in order and in words, once for the page, for paper and for the terminal; none adds a fact of its own."""

import math
from dataclasses import dataclass

from spasmograph.model import EmgMeasurement, Estimate, Presence, ResponseCourse
from spasmograph.parameters import load_emg_parameters
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.amplitudes import MICROVOLTS
from spasmograph.present.emg.leads import Lead, leads, name_of, other_channels
from spasmograph.present.emg.methods import emg_methods_text
from spasmograph.present.emg.pairs import pair_table, synkinesis_table, untold_pairs, untold_synkineses
from spasmograph.present.emg.published import Published, published
from spasmograph.present.emg.references import References
from spasmograph.present.emg.remarks import Remark, remarks
from spasmograph.present.emg.responses import ResponseBlock, response_block, response_table
from spasmograph.present.emg.sentences import EVEN_S, emg_verdict, estimate, happened, mid, recording_line
from spasmograph.present.emg.tables import (
    activity_table,
    channel_table,
    filled,
    rhythm_table,
    score_table,
)
from spasmograph.present.numbers import SPACE, clock
from spasmograph.present.rows import ParameterRow, ReasonRow, Table, note_letters, parameter_rows, reason_rows, score_notes
from spasmograph.present.sentences import is_whole
from spasmograph.terms import Verdict

MS_PER_HOUR_OF_PPM = 3.6


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseBlock:
    """A response's course over the recording, with its changes in words."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of a report, None where they would hold nothing.

    `untold_pairs` and `untold_synkineses` say of which pairs nothing stands in the tables, and why; `further_scores` are the scores that no other
    table tells.
    """

    channels: Table | None
    activity: Table | None
    rhythm: Table | None
    pairs: Table | None
    untold_pairs: tuple[str, ...]
    synkinesis: Table | None
    untold_synkineses: tuple[str, ...]
    evoked: Table | None
    scores: Table | None
    further_scores: Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNotes:
    """What is said beside the table of channels: where the muscles lie, what was left out and why, units, and what else the file holds."""

    muscles: str
    remarks: tuple[Remark, ...]
    units_note: str
    others: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmgContent:
    """A whole EMG report in words; what the recording does not hold is None or empty."""

    title: str
    made_by: str
    file: str
    recording: str
    verdict: str
    tone: str
    verdict_note: str
    reasons: tuple[ReasonRow, ...]
    notes: tuple[str, ...]
    happened: tuple[str, ...]
    bursts: int
    responses: tuple[ResponseBlock, ...]
    courses: tuple[CourseBlock, ...]
    film: tuple[str, ...]
    published: Published
    channel_notes: ChannelNotes
    tables: Tables
    score_notes: tuple[tuple[str, str], ...]
    references: tuple[str, ...]
    methods: str
    limits: tuple[tuple[str, str], ...]
    provenance: tuple[tuple[str, str], ...]
    parameters: tuple[ParameterRow, ...]


def emg_content(measurement: EmgMeasurement) -> EmgContent:
    """Everything that a report of this measurement says; sources are numbered in the order in which the page names them."""
    found, cited = leads(measurement), References()
    return EmgContent(
        title=own.TITLE,
        made_by=f"Spasmograph {measurement.provenance.package_version}, rule set {measurement.provenance.rule_set_version}",
        file=words.shown_name(measurement.recording.name),
        recording=recording_line(measurement),
        verdict=emg_verdict(measurement),
        tone=str(measurement.quality.verdict),
        verdict_note=_verdict_note(measurement),
        reasons=reason_rows(measurement.quality.reasons),
        notes=_notes(measurement),
        happened=tuple(happened(measurement, found)),
        bursts=len(measurement.events),
        responses=tuple(response_block(response, found, cited) for response in measurement.evoked),
        courses=tuple(_course(course, found) for course in measurement.courses),
        film=_film(measurement),
        published=published(measurement, cited),
        channel_notes=_channel_notes(measurement, found),
        tables=_tables(measurement, found, cited),
        score_notes=score_notes(measurement.scores),
        references=cited.listed(),
        methods=emg_methods_text(measurement),
        limits=own.LIMITS,
        provenance=_provenance(measurement),
        parameters=parameter_rows(measurement.provenance, load_emg_parameters()),
    )


def _notes(measurement: EmgMeasurement) -> tuple[str, ...]:
    """What is to be known of the recording as a whole, once each."""
    return tuple(words.sentence(words.shown_name(note)) for note in dict.fromkeys((*measurement.quality.notes, *measurement.recording.notes)))


def _channel_notes(measurement: EmgMeasurement, found: tuple[Lead, ...]) -> ChannelNotes:
    return ChannelNotes(
        muscles=own.muscles_told([lead.muscle for lead in found]),
        remarks=remarks(found),
        units_note=own.UNITS_NOTE if any(lead.unit != MICROVOLTS for lead in found) else "",
        others=_others(measurement),
    )


def _verdict_note(measurement: EmgMeasurement) -> str:
    """What to make of the verdict; where everything was measured, there is no part that the numbers would leave out."""
    quality = measurement.quality
    whole = is_whole(quality) and all(quality.observed_s - channel.observed_s < EVEN_S for channel in measurement.channels)
    return words.LIMITED_WHOLE if quality.verdict is Verdict.LIMITED and whole else own.VERDICT_NOTES[quality.verdict]


def _tables(measurement: EmgMeasurement, found: tuple[Lead, ...], cited: References) -> Tables:
    letters = note_letters(measurement.scores)
    return Tables(
        channels=filled(channel_table(found)),
        activity=filled(activity_table(measurement, found)),
        rhythm=filled(rhythm_table(measurement, found)) if measurement.events else None,
        pairs=filled(pair_table(measurement, found)),
        untold_pairs=untold_pairs(measurement, found),
        synkinesis=filled(synkinesis_table(measurement, found)),
        untold_synkineses=untold_synkineses(measurement, found),
        evoked=filled(response_table(measurement, found)),
        scores=filled(score_table(measurement.scores, found, letters, cited.cite)),
        further_scores=filled(score_table(measurement.scores, found, letters, cited.cite, further=True)),
    )


def _others(measurement: EmgMeasurement) -> str:
    """What else the file holds."""
    channels = other_channels(measurement)
    if not channels:
        return ""
    names = [f"“{words.shown_name(channel.name)}” ({own.KINDS[channel.kind]})" for channel in channels]
    return f"The file also holds: {', '.join(names)}."


def _course(course: ResponseCourse, found: tuple[Lead, ...]) -> CourseBlock:
    """A course in words; that it did not change is said only where it could have been told."""
    title = f"{own.RESPONSES[course.kind]} in {mid(name_of(found, course.channel))}"
    changes = [
        f"From {clock(change.time_s)} on: {own.PRESENCES[change.after]} (before: {own.PRESENCES[change.before]})." for change in course.changes
    ]
    decided = {step.presence for step in course.steps} - {Presence.UNDECIDED}
    steady = own.COURSE_STEADY.format(own.PRESENCES[decided.pop()]) if len(decided) == 1 else own.COURSE_UNCONFIRMED if decided else own.COURSE_UNTOLD
    return CourseBlock(title=title, sentences=tuple(changes) or (steady,))


def _film(measurement: EmgMeasurement) -> tuple[str, ...]:
    """How film and EMG were put on one clock, and how they agree."""
    alignment = measurement.alignment
    if alignment is None:
        return ()
    name = words.shown_name(alignment.film)
    if not math.isfinite(alignment.offset_s.value):
        return (f"The film “{name}” could not be put on the recording's clock. {words.sentence(words.shown_name(alignment.reason))}".strip(),)
    how = "as stated by the user" if alignment.stated else f"found by {alignment.pairs} events that both show"
    sentences = [f"The film “{name}” begins at {_offset(alignment.offset_s)} of the recording's clock, {how}."]
    if math.isfinite(alignment.drift_ppm.value):
        sentences.append(_drift(alignment.drift_ppm))
    if math.isfinite(alignment.agreement_bursts.value):
        sentences.append(
            f"Of the bursts within the film's time, {estimate(alignment.agreement_bursts, 'fraction')} came with a movement of the same part and "
            "side of the face."
        )
    if math.isfinite(alignment.lag_ms.value):
        sentences.append(f"At the median the movement began {estimate(alignment.lag_ms, 'ms')} after the burst.")
    if alignment.reason:
        sentences.append(words.sentence(words.shown_name(alignment.reason)))
    return tuple(sentences)


def _offset(offset: Estimate) -> str:
    shown = f"{offset.value:.3f}{SPACE}s"
    limits = f" ({offset.low:.3f} to {offset.high:.3f})" if math.isfinite(offset.low) and math.isfinite(offset.high) else ""
    return f"{shown}{limits}".replace("-", "−")


def _drift(drift_ppm: Estimate) -> str:
    """How the two clocks drift apart, in milliseconds an hour, as a person can picture it."""
    per_hour = [one * MS_PER_HOUR_OF_PPM for one in (drift_ppm.value, drift_ppm.low, drift_ppm.high)]
    apart = f"{per_hour[0]:.0f}{SPACE}ms an hour ({per_hour[1]:.0f} to {per_hour[2]:.0f})".replace("-", "−")
    return f"The recording's clock gains {apart} on the film's; the offset is that of the middle of the shared events, also in drawings."


def _provenance(measurement: EmgMeasurement) -> tuple[tuple[str, str], ...]:
    provenance, recording = measurement.provenance, measurement.recording
    rows = [
        ("Spasmograph", provenance.package_version),
        ("Rule set", provenance.rule_set_version),
        ("File format", words.shown_name(recording.file_format)),
        ("Recording, sha256", recording.sha256),
    ]
    rows += [(f"Film {words.shown_name(measurement.film.recording.name)}, sha256", measurement.film.recording.sha256)] if measurement.film else []
    rows += [(f"Model {name}, sha256", digest) for name, digest in sorted(provenance.model_sha256.items())]
    rows += [("Python" if key == "python" else key, str(value)) for key, value in sorted(provenance.runtime.items())]
    return tuple((key, value) for key, value in rows if value)
