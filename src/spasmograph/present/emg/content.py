"""What an EMG report says, in order and in words, once for the page, for paper and for the terminal; none adds a fact of its own."""

import math
import re
from dataclasses import dataclass

from spasmograph.model import EmgMeasurement, PublishedPattern, Standing
from spasmograph.parameters import load_emg_parameters
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.amplitudes import MICROVOLTS
from spasmograph.present.emg.leads import Lead, leads, name_of, other_channels
from spasmograph.present.emg.methods import emg_methods_text
from spasmograph.present.emg.pairs import pair_table, synkinesis_table, untold_pairs, untold_synkineses
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
from spasmograph.present.rows import Cell, ParameterRow, ReasonRow, Table, note_letters, parameter_rows, reason_rows, score_notes
from spasmograph.present.sentences import is_whole
from spasmograph.terms import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternBlock:
    """A published pattern: its name, how many of its features speak which way, the features, and its limits."""

    name: str
    summary: str
    told: bool
    features: Table
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseBlock:
    """A response's course over the recording, with its changes in words."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of a report, None where they would hold nothing; `further_scores` are those that no other table tells."""

    channels: Table | None
    activity: Table | None
    rhythm: Table | None
    pairs: Table | None
    synkinesis: Table | None
    evoked: Table | None
    scores: Table | None
    further_scores: Table | None


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
    tables: Tables
    untold_pairs: tuple[str, ...]
    untold_synkineses: tuple[str, ...]
    remarks: tuple[Remark, ...]
    units_note: str
    others: str
    happened: tuple[str, ...]
    bursts: int
    published: tuple[PatternBlock, ...]
    published_limits: str
    responses: tuple[ResponseBlock, ...]
    courses: tuple[CourseBlock, ...]
    film: tuple[str, ...]
    score_notes: tuple[tuple[str, str], ...]
    muscles: str
    references: tuple[str, ...]
    methods: str
    limits: tuple[tuple[str, str], ...]
    provenance: tuple[tuple[str, str], ...]
    parameters: tuple[ParameterRow, ...]


def emg_content(measurement: EmgMeasurement) -> EmgContent:
    """Everything that a report of this measurement says."""
    quality, found = measurement.quality, leads(measurement)
    cited = References()
    shared = shared_end([pattern.limits for pattern in measurement.published])
    evoked = tuple(response_block(response, found, cited) for response in measurement.evoked)
    published = tuple(_pattern(pattern, shared, cited) for pattern in measurement.published) if _some_told(measurement) else ()
    limits = cited.inline(words.shown_name(shared)) if published else ""
    return EmgContent(
        title=own.TITLE,
        made_by=f"Spasmograph {measurement.provenance.package_version}, rule set {measurement.provenance.rule_set_version}",
        file=words.shown_name(measurement.recording.name),
        recording=recording_line(measurement),
        verdict=emg_verdict(measurement),
        tone=str(quality.verdict),
        verdict_note=_verdict_note(measurement),
        reasons=reason_rows(quality.reasons),
        notes=tuple(words.sentence(words.shown_name(note)) for note in dict.fromkeys((*quality.notes, *measurement.recording.notes))),
        tables=_tables(measurement, found, cited),
        untold_pairs=untold_pairs(measurement, found),
        untold_synkineses=untold_synkineses(measurement, found),
        remarks=remarks(found),
        units_note=own.UNITS_NOTE if any(lead.unit != MICROVOLTS for lead in found) else "",
        others=_others(measurement),
        happened=tuple(happened(measurement, found)),
        bursts=len(measurement.events),
        published=published,
        published_limits=limits,
        responses=evoked,
        courses=_courses(measurement, found),
        film=_film(measurement),
        score_notes=score_notes(measurement.scores),
        muscles=own.muscles_told([lead.muscle for lead in found]),
        references=cited.listed(),
        methods=emg_methods_text(measurement),
        limits=own.LIMITS,
        provenance=_provenance(measurement),
        parameters=parameter_rows(measurement.provenance, load_emg_parameters()),
    )


def _some_told(measurement: EmgMeasurement) -> bool:
    """Whether there is a burst at all, and a feature of a published pattern of which it tells something."""
    told = (feature.standing is not Standing.NOT_TOLD for pattern in measurement.published for feature in pattern.features)
    return bool(measurement.events) and any(told)


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
        synkinesis=filled(synkinesis_table(measurement, found)),
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


def _pattern(pattern: PublishedPattern, shared: str, cited: References) -> PatternBlock:
    own_limits = pattern.limits.removesuffix(shared).strip()
    counts = {standing: sum(feature.standing is standing for feature in pattern.features) for standing in Standing}
    summary = f"{counts[Standing.FOR]} for, {counts[Standing.AGAINST]} against, {counts[Standing.NOT_TOLD]} not told"
    lines = tuple(
        (
            Cell(value=words.sentence(cited.inline(words.shown_name(feature.text))), note=cited.cite(feature.source).strip("[]")),
            Cell(value=words.sentence(cited.inline(words.shown_name(feature.seen))) if feature.seen else words.EMPTY),
            Cell(value=own.STANDINGS[feature.standing], colour=f"standing-{feature.standing}"),
        )
        for feature in pattern.features
    )
    name = words.capital(words.shown_name(pattern.name))
    features = Table(
        caption=own.PUBLISHED_CAPTION.format(name=name), headings=("Published", "This recording", "Speaks"), widths=(2.2, 2.2, 0.7), lines=lines
    )
    return PatternBlock(
        name=name,
        summary=summary,
        told=counts[Standing.NOT_TOLD] < len(pattern.features),
        features=features,
        limits=words.sentence(cited.inline(words.shown_name(own_limits))) if own_limits else "",
    )


def shared_end(texts: list[str]) -> str:
    """The sentences with which all of several texts end; empty with fewer than two texts."""
    if len(texts) < 2:
        return ""
    split = [re.split(r"(?<=\.) ", text) for text in texts]
    most = min(len(sentences) for sentences in split)
    count = next((k for k in range(most, 0, -1) if len({tuple(sentences[-k:]) for sentences in split}) == 1), 0)
    return " ".join(split[0][len(split[0]) - count :])


def _courses(measurement: EmgMeasurement, found: tuple[Lead, ...]) -> tuple[CourseBlock, ...]:
    blocks = []
    for course in measurement.courses:
        title = f"{own.RESPONSES[course.kind]} in {mid(name_of(found, course.channel))}"
        changes = [
            f"From {clock(change.time_s)} on: {own.PRESENCES[change.after]} (before: {own.PRESENCES[change.before]})." for change in course.changes
        ]
        blocks.append(CourseBlock(title=title, sentences=tuple(changes) or ("It did not change over the recording.",)))
    return tuple(blocks)


def _film(measurement: EmgMeasurement) -> tuple[str, ...]:
    """How film and EMG were put on one clock, and how they agree."""
    alignment = measurement.alignment
    if alignment is None:
        return ()
    name = words.shown_name(alignment.film)
    if not math.isfinite(alignment.offset_s.value):
        return (f"The film “{name}” could not be put on the recording's clock. {words.sentence(words.shown_name(alignment.reason))}".strip(),)
    how = "as stated by the user" if alignment.stated else f"found by {alignment.pairs} events that both show"
    sentences = [f"The film “{name}” begins at {_offset(measurement)} of the recording's clock, {how}."]
    if math.isfinite(alignment.agreement_bursts.value):
        sentences.append(
            f"Of the bursts within the film's time, {estimate(alignment.agreement_bursts, 'fraction')} had a contraction of the same side with them."
        )
    if math.isfinite(alignment.lag_ms.value):
        sentences.append(f"At the median the movement began {estimate(alignment.lag_ms, 'ms')} after the burst.")
    if alignment.reason:
        sentences.append(words.sentence(words.shown_name(alignment.reason)))
    return tuple(sentences)


def _offset(measurement: EmgMeasurement) -> str:
    offset = measurement.alignment.offset_s if measurement.alignment else None
    if offset is None:
        return words.NOT_TOLD
    shown = f"{offset.value:.3f}{SPACE}s".replace("-", "−")
    if not (math.isfinite(offset.low) and math.isfinite(offset.high)):
        return shown
    return f"{shown} ({offset.low:.3f} to {offset.high:.3f})".replace("-", "−")


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
