"""What a report says, in order and in words, once for the page and for paper; neither adds a fact of its own."""

import math
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from spasmograph.model import Event, Measurement, Norm, Replay, Score
from spasmograph.parameters import load_parameters
from spasmograph.present import words
from spasmograph.present.methods import methods_text
from spasmograph.present.numbers import amplitude, clock, percent, plain, score_interval, score_value, seconds
from spasmograph.present.sentences import count_of, event_sentence, find, happened, recording_line, verdict
from spasmograph.terms import EventKind, Side, Verdict

COLUMNS = (Side.RIGHT, Side.LEFT, Side.BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value and its interval, both as text."""

    value: str
    interval: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRow:
    """One line of the table of sides."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """Why some time was not measured."""

    label: str
    seconds: str
    message: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlinkRow:
    """The person's own blink rate or a published one; `low` and `high` per minute; `reference` counts from 1, 0 for the person's own."""

    label: str
    value: str
    low: float
    high: float
    value_per_min: float
    own: bool
    reference: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event as a line of the table of events."""

    number: int
    onset: str
    duration: str
    kind: str
    side: str
    regions: str
    pattern: str
    strength: str
    confidence: str
    remark: str
    sentence: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One score as a line of the table of scores."""

    label: str
    value: str
    interval: str
    observed: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """One parameter as it was used, with its unit and its reason where the rule set of this version knows it."""

    key: str
    value: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole report in words."""

    title: str
    file: str
    recording: str
    verdict: str
    tone: str
    verdict_note: str
    reasons: tuple[ReasonRow, ...]
    notes: tuple[str, ...]
    happened: tuple[str, ...]
    sides: tuple[SideRow, ...]
    blinks: tuple[BlinkRow, ...]
    references: tuple[str, ...]
    events: tuple[EventRow, ...]
    scores: tuple[ScoreRow, ...]
    methods: str
    limits: tuple[tuple[str, str], ...]
    provenance: tuple[tuple[str, str], ...]
    parameters: tuple[ParameterRow, ...]


def content(measurement: Measurement) -> Content:
    """Everything that a report of this measurement says."""
    quality = measurement.quality
    return Content(
        title=words.TITLE,
        file=words.shown_name(measurement.recording.name),
        recording=recording_line(measurement),
        verdict=verdict(quality),
        tone=str(quality.verdict),
        verdict_note=words.VERDICT_NOTES[quality.verdict],
        reasons=_reasons(measurement),
        notes=tuple(words.capital(note) for note in quality.notes),
        happened=tuple(happened(measurement)),
        sides=_sides(measurement),
        blinks=_blinks(measurement),
        references=tuple(_sources().get(key, key) for key in _source_keys(measurement)),
        events=_events(measurement),
        scores=tuple(_score(score) for score in measurement.scores) if quality.observed else (),
        methods=methods_text(measurement),
        limits=words.LIMITS,
        provenance=_provenance(measurement),
        parameters=tuple(_parameter(key, value) for key, value in sorted(measurement.provenance.parameters.items())),
    )


def strongest_replays(measurement: Measurement, most: int) -> list[Replay]:
    """The replays of the strongest events, in order of time."""
    return sorted(ranked_replays(measurement)[:most], key=lambda replay: replay.event_index)


def ranked_replays(measurement: Measurement) -> list[Replay]:
    """All replays that can be drawn, the strongest event first, contractions before blinks."""
    usable = [replay for replay in measurement.replays if len(replay.time_s) and 0 <= replay.event_index < len(measurement.events)]
    return sorted(usable, key=lambda replay: _weight(measurement.events[replay.event_index]), reverse=True)


def _weight(event: Event) -> tuple[bool, float]:
    """How much an event matters to somebody who sees only a few: contractions first, then amount of movement over time."""
    full = event.amplitude if event.amplitude_unit == "closure" else event.amplitude / 10
    return event.kind is not EventKind.BLINK, (full if math.isfinite(full) else 0.0) * event.duration_s


def _reasons(measurement: Measurement) -> tuple[ReasonRow, ...]:
    return tuple(
        ReasonRow(
            label=words.REASONS[reason.code],
            seconds=f", {seconds(reason.seconds)}" if reason.seconds > 0 else "",
            message=words.capital(reason.message),
            when=_when([(span.onset_s, span.offset_s) for span in reason.spans]),
        )
        for reason in measurement.quality.reasons
    )


def _when(spans: list[tuple[float, float]]) -> str:
    shown = ", ".join(f"{clock(start)}–{clock(end)}" for start, end in spans[:4])
    return f"{shown} and {len(spans) - 4} more" if len(spans) > 4 else shown


def _sides(measurement: Measurement) -> tuple[SideRow, ...]:
    if not measurement.quality.observed:
        return ()
    counts = [find(measurement, f"contraction_rate_{side}") for side in COLUMNS]
    rows = [SideRow(label="Contractions", cells=tuple(Cell(value=_count(score)) for score in counts))]
    for name, label in words.SIDE_ROWS:
        scores = [find(measurement, f"{name}_{side}") for side in COLUMNS]
        if any(score is not None and math.isfinite(score.value) for score in scores):
            rows.append(SideRow(label=label, cells=tuple(_cell(score) for score in scores)))
    return tuple(rows)


def _count(score: Score | None) -> str:
    return str(count_of(score)) if score is not None and math.isfinite(score.value) else words.NOT_TOLD


def _cell(score: Score | None) -> Cell:
    if score is None or not math.isfinite(score.value):
        return Cell(value="–")
    value = plain(score.value) if score.unit in ("per_min", "closure_s_per_min") else score_value(score)
    return Cell(value=value, interval=score_interval(score)) if not _lower_bound(score) else Cell(value=f"≥ {value}")


def _lower_bound(score: Score) -> bool:
    """Whether a value is known only to be at least so much."""
    return score.low == score.value and not math.isfinite(score.high)


def _blinks(measurement: Measurement) -> tuple[BlinkRow, ...]:
    score = find(measurement, "blink_rate")
    if score is None or not math.isfinite(score.value):
        return ()
    task = words.TASKS[measurement.recording.task]
    own = BlinkRow(
        label=f"This recording (task: {task})",
        value=f"{plain(score.value)}{words.PER_MINUTE} ({score_interval(score)})",
        low=score.low,
        high=score.high,
        value_per_min=score.value,
        own=True,
    )
    keys = _source_keys(measurement)
    return (own, *(_norm(norm, keys.index(norm.source) + 1) for norm in score.norms))


def _source_keys(measurement: Measurement) -> list[str]:
    """The sources of the published blink rates, each once, in the order in which they are named."""
    score = find(measurement, "blink_rate")
    return list(dict.fromkeys(norm.source for norm in score.norms)) if score else []


def _norm(norm: Norm, reference: int) -> BlinkRow:
    single = norm.low == norm.high
    return BlinkRow(
        label=words.capital(norm.condition),
        value=(plain(norm.low) if single else f"{plain(norm.low)}–{plain(norm.high)}") + words.PER_MINUTE,
        low=norm.low,
        high=norm.high,
        value_per_min=norm.low if single else math.nan,
        own=False,
        reference=reference,
    )


@cache
def _sources() -> dict[str, str]:
    """Full references by the keys that norms carry."""
    table = tomllib.loads(files("spasmograph.data").joinpath("norms.toml").read_text(encoding="utf-8"))
    return {str(key): str(reference) for key, reference in table["sources"].items()}


def _events(measurement: Measurement) -> tuple[EventRow, ...]:
    """Every event; without length and strength where the film was too slow to tell them."""
    rows = tuple(_event(number, event) for number, event in enumerate(measurement.events, start=1))
    if measurement.quality.verdict is Verdict.COUNTS_ONLY:
        return tuple(replace(row, duration=words.NOT_TOLD, strength=words.NOT_TOLD) for row in rows)
    return rows


def _event(number: int, event: Event) -> EventRow:
    return EventRow(
        number=number,
        onset=clock(event.onset_s),
        duration=f"{'≥ ' if event.censored else ''}{seconds(event.duration_s)}",
        kind=words.KINDS[event.kind],
        side=words.SIDES[event.side],
        regions=" + ".join(words.REGIONS[region] for region in event.regions),
        pattern="" if event.kind is EventKind.BLINK else words.PATTERNS[event.pattern],
        strength=amplitude(event.amplitude, event.amplitude_unit),
        confidence=percent(event.confidence),
        remark=words.CUT_OFF if event.censored else f"{len(event.members)} jerks" if event.members else "",
        sentence=event_sentence(number, event),
        colour="blink" if event.kind is EventKind.BLINK else str(event.side),
    )


def _score(score: Score) -> ScoreRow:
    return ScoreRow(
        label=score.label or words.capital(score.name.replace("_", " ")),
        value=f"≥ {score_value(score)}" if _lower_bound(score) else score_value(score),
        interval="" if _lower_bound(score) else score_interval(score),
        observed=seconds(score.observed_s),
        remark=score.reason,
    )


def _provenance(measurement: Measurement) -> tuple[tuple[str, str], ...]:
    provenance, recording = measurement.provenance, measurement.recording
    rows = [
        ("Spasmograph", provenance.package_version),
        ("Rule set", provenance.rule_set_version),
        ("Landmark source", provenance.landmark_source),
        ("Recording, sha256", recording.sha256),
    ]
    rows += [(f"Model {name}, sha256", digest) for name, digest in sorted(provenance.model_sha256.items())]
    rows += [(words.capital(key), str(value)) for key, value in sorted(provenance.runtime.items())]
    return tuple(rows)


def _parameter(key: str, value: float | str | bool) -> ParameterRow:
    known = load_parameters().entries.get(key)
    unit = known.unit if known and known.unit not in ("ratio", "count") else ""
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return ParameterRow(key=key, value=f"{shown} {unit}".strip(), why=known.why if known else "")
