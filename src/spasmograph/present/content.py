"""What a report says, in order and in words, once for the page and for paper; neither adds a fact of its own."""

import math
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from spasmograph.model import Event, Measurement, Norm, Quality, Replay, Score
from spasmograph.parameters import load_parameters
from spasmograph.present import words
from spasmograph.present.methods import methods_text
from spasmograph.present.numbers import amplitude, clock, percent, plain, score_interval, score_value, seconds
from spasmograph.present.rows import Cell, ParameterRow, ReasonRow, note_letters, parameter_rows, reason_rows, score_notes
from spasmograph.present.sentences import count_of, event_sentence, find, happened, is_whole, recording_line, verdict, weight
from spasmograph.terms import EventKind, Side, Task, Verdict

COLUMNS = (Side.RIGHT, Side.LEFT, Side.BOTH)
UNITS_IN_LABEL = ("per_min", "closure_s_per_min")


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRow:
    """One line of the table of sides."""

    label: str
    cells: tuple[Cell, ...]


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
    """One score as a line of the table of scores: a cell for each side and one for both or the whole face."""

    label: str
    cells: tuple[Cell, ...]
    observed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole report in words."""

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
    sides: tuple[SideRow, ...]
    blinks: tuple[BlinkRow, ...]
    blink_note: str
    references: tuple[str, ...]
    events: tuple[EventRow, ...]
    scores: tuple[ScoreRow, ...]
    score_notes: tuple[tuple[str, str], ...]
    methods: str
    limits: tuple[tuple[str, str], ...]
    provenance: tuple[tuple[str, str], ...]
    parameters: tuple[ParameterRow, ...]


def content(measurement: Measurement) -> Content:
    """Everything that a report of this measurement says."""
    quality = measurement.quality
    return Content(
        title=words.TITLE,
        made_by=f"Spasmograph {measurement.provenance.package_version}, rule set {measurement.provenance.rule_set_version}",
        file=words.shown_name(measurement.recording.name),
        recording=recording_line(measurement),
        verdict=verdict(quality),
        tone=str(quality.verdict),
        verdict_note=_verdict_note(quality),
        reasons=reason_rows(quality.reasons),
        notes=tuple(words.sentence(note) for note in quality.notes),
        happened=tuple(happened(measurement)),
        sides=_sides(measurement),
        blinks=_blinks(measurement),
        blink_note=_blink_note(measurement),
        references=tuple(_sources().get(key, key) for key in _source_keys(measurement)),
        events=_events(measurement),
        scores=_scores(measurement) if quality.observed else (),
        score_notes=score_notes(measurement.scores) if quality.observed else (),
        methods=methods_text(measurement),
        limits=words.LIMITS,
        provenance=_provenance(measurement),
        parameters=parameter_rows(measurement.provenance, load_parameters()),
    )


def _verdict_note(quality: Quality) -> str:
    """What to make of the verdict; a recording that was measured as a whole has no part that its numbers would leave out."""
    return words.LIMITED_WHOLE if quality.verdict is Verdict.LIMITED and is_whole(quality) else words.VERDICT_NOTES[quality.verdict]


def weightiest(measurement: Measurement, most: int) -> list[int]:
    """The places of the contractions that matter most for facial spasm, in order of time."""
    found = [place for place, event in enumerate(measurement.events) if event.kind is not EventKind.BLINK]
    return sorted(sorted(found, key=lambda place: _rank(measurement.events[place]), reverse=True)[:most])


def strongest_replays(measurement: Measurement, most: int) -> list[Replay]:
    """The replays of the strongest events, in order of time."""
    return sorted(ranked_replays(measurement)[:most], key=lambda replay: replay.event_index)


def ranked_replays(measurement: Measurement) -> list[Replay]:
    """All replays that can be drawn, what matters most for facial spasm first, then the strongest."""
    usable = [replay for replay in measurement.replays if len(replay.time_s) and 0 <= replay.event_index < len(measurement.events)]
    return sorted(usable, key=lambda replay: _rank(measurement.events[replay.event_index]), reverse=True)


def _rank(event: Event) -> tuple[int, float]:
    """How much an event matters to somebody who sees only a few: what matters for facial spasm first, then amount of movement over time."""
    full = event.amplitude if event.amplitude_unit == "closure" else event.amplitude / 10
    return weight(event), (full if math.isfinite(full) else 0.0) * event.duration_s


def _sides(measurement: Measurement) -> tuple[SideRow, ...]:
    if not measurement.quality.observed:
        return ()
    counts = [find(measurement, f"contraction_rate_{side}") for side in COLUMNS]
    rows = [SideRow(label=words.CONTRACTIONS, cells=tuple(Cell(value=_count(score)) for score in counts)), *_region_rows(measurement)]
    for name, label in words.SIDE_ROWS:
        scores = [find(measurement, f"{name}_{side}") or (find(measurement, name) if side is Side.BOTH else None) for side in COLUMNS]
        if any(score is not None and math.isfinite(score.value) for score in scores):
            rows.append(SideRow(label=label, cells=tuple(_cell(score) for score in scores)))
    return tuple(rows)


def _region_rows(measurement: Measurement) -> list[SideRow]:
    """How many of the contractions took the eyelid, and how many eyelid and mouth together; none where there was no contraction."""
    contractions = [event for event in measurement.events if event.kind is EventKind.CONTRACTION]
    rows = []
    for label, regions in words.REGION_ROWS if contractions else ():
        counts = [sum(event.side is side and regions <= set(event.regions) for event in contractions) for side in COLUMNS]
        rows.append(SideRow(label=label, cells=tuple(Cell(value=str(count)) for count in counts)))
    return rows


def _count(score: Score | None) -> str:
    return str(count_of(score)) if score is not None and math.isfinite(score.value) else words.NOT_TOLD


def _cell(score: Score | None) -> Cell:
    if score is None or not math.isfinite(score.value):
        return Cell(value=words.EMPTY)
    value = plain(score.value) if score.unit in UNITS_IN_LABEL else score_value(score)
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
    return (own, *(_norm(norm, keys.index(norm.source) + 1) for norm in _shown_norms(measurement)))


def _source_keys(measurement: Measurement) -> list[str]:
    """The sources of the published blink rates that are shown, each once, in the order in which they are named."""
    return list(dict.fromkeys(norm.source for norm in _shown_norms(measurement)))


def _shown_norms(measurement: Measurement) -> list[Norm]:
    """The published blink rates for what the person was doing; where that is not known or not published, the ranges of every condition."""
    score = find(measurement, "blink_rate")
    published = list(score.norms) if score else []
    return _fitting_norms(measurement, published) or [norm for norm in published if norm.low < norm.high] or published


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


def _fitting_norms(measurement: Measurement, published: list[Norm]) -> list[Norm]:
    """Those of the published rates that are for this recording's task."""
    conditions = {norm["condition"] for norm in _norms_file()["norm"] if measurement.recording.task in norm["tasks"]}
    return [norm for norm in published if norm.condition in conditions]


def _blink_note(measurement: Measurement) -> str:
    """What the published blink rates are, and whether they fit what the person was doing."""
    if measurement.recording.task is Task.NONE:
        return f"{words.BLINK_NORMS} {words.TASK_NOT_STATED}"
    fitting = _fitting_norms(measurement, _shown_norms(measurement))
    return words.BLINK_NORMS if fitting else f"{words.BLINK_NORMS} {words.TASK_NOT_PUBLISHED}"


def _sources() -> dict[str, str]:
    """Full references by the keys that norms carry."""
    return {str(key): str(reference) for key, reference in _norms_file()["sources"].items()}


@cache
def _norms_file() -> dict[str, Any]:
    return tomllib.loads(files("spasmograph.data").joinpath("norms.toml").read_text(encoding="utf-8"))


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


def _scores(measurement: Measurement) -> tuple[ScoreRow, ...]:
    """Every score, one line for those of the same name."""
    groups: dict[str, dict[Side, Score]] = {}
    for score in measurement.scores:
        name, side = _sided(score.name)
        groups.setdefault(name, {})[side] = score
    letters = note_letters(measurement.scores)
    return tuple(_score_row(name, group, letters) for name, group in groups.items())


def _sided(name: str) -> tuple[str, Side]:
    """A score's name without its side, and the side; what has none concerns the whole face."""
    stem, _, last = name.rpartition("_")
    return (stem, Side(last)) if last in set(Side) else (name, Side.BOTH)


def _score_row(name: str, group: dict[Side, Score], letters: dict[str, str]) -> ScoreRow:
    last = max(group.values(), key=lambda score: score.name)
    label = words.SCORE_LABELS.get(name) or last.label.removesuffix(", right") or words.capital(name.replace("_", " "))
    unit = f", {words.UNITS[last.unit]}" if last.unit in UNITS_IN_LABEL else ""
    cells = [replace(_cell(group[side]), note=letters.get(group[side].reason, "")) if side in group else Cell(value="") for side in COLUMNS]
    observed = dict.fromkeys(seconds(group[side].observed_s) for side in COLUMNS if side in group)
    return ScoreRow(label=f"{label}{unit}", cells=tuple(cells), observed=" or ".join(observed))


def _provenance(measurement: Measurement) -> tuple[tuple[str, str], ...]:
    provenance, recording = measurement.provenance, measurement.recording
    rows = [
        ("Spasmograph", provenance.package_version),
        ("Rule set", provenance.rule_set_version),
        ("Landmark source", provenance.landmark_source),
        ("Recording, sha256", recording.sha256),
    ]
    rows += [(f"Model {name}, sha256", digest) for name, digest in sorted(provenance.model_sha256.items())]
    rows += [("Python" if key == "python" else key, str(value)) for key, value in sorted(provenance.runtime.items())]
    return tuple(rows)
