"""Events of talk and expression against two raters who looked at every frame."""

from collections.abc import Sequence
from dataclasses import dataclass

from revalidation.counting import Counts, bootstrap, f1_interval, match, median, quantile, total
from revalidation.measuring import Measured, measure_film
from revalidation.recordings import BOTH_RATERS, Rating, film_of, films, ratings
from revalidation.result import Row, Section, Table, with_interval
from spasmograph.model import Event
from spasmograph.parameters import Parameters
from spasmograph.terms import CLOSURE, EventKind, Region, Side

F1_LEAST = 0.95
SURE = 2
_FLUTTER = ("d14", 126, 207)
_ONE_SIDED = {"one_mouth": Region.MOUTH, "one_lid": Region.EYELID, "one_eye": Region.EYELID}
NOTES = (
    (
        "Truth: lid events (`blink`, `partial_blink`, or both joined by a bar) that both raters saw. What one rater saw counts neither way: it is "
        "no miss, and an event of the product that overlaps nothing else is not invented there."
    ),
    "Found: events of the product with both eyelids: every blink, and a closure longer than a blink (a contraction of both eyelids).",
    (
        "A look down is no blink: an event of the product in a `look_down` row that overlaps no blink counts as invented. The line below shows the "
        "figure if such events count neither way."
    ),
    "d14 126–207, a rapid flutter, is left out for both sides.",
    "The raters are vision models that looked at every frame, not people; sides are turned from the picture's to the patient's.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipResult:
    """What came out for one clip; `in_look_down` of the invented events lie in a look down."""

    clip: str
    counts: Counts
    in_look_down: int
    onset_frames: tuple[float, ...]
    offset_frames: tuple[float, ...]
    findings: tuple[str, ...]


def clips() -> list[str]:
    """The rated clips: all of talking, and three of imitation."""
    return [*films("talking"), "d9", "d13", "d14"]


def describe(measured: Measured, event: Event) -> str:
    """An event in a few words."""
    first, last = measured.frames(event)
    peaks = " ".join(f"{name}={value:.2f}" for name, value in event.peaks.items())
    regions = "+".join(event.regions)
    return f"{first}-{last} {event.kind} {event.side} {regions} {event.amplitude:.2f} {event.amplitude_unit} ({event.confidence:.2f}; {peaks})"


def _is_lid_event(event: Event) -> bool:
    """Both eyelids closed: a blink or longer."""
    both = event.side is Side.BOTH and Region.EYELID in event.regions
    return event.kind is EventKind.BLINK or (both and event.amplitude_unit == CLOSURE)


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return min(a[1], b[1]) >= max(a[0], b[0])


def judge(clip: str, rated: Sequence[Rating], measured: Measured) -> ClipResult:
    """Compare one clip's lid events with the raters'."""
    flutter = _FLUTTER[1:] if clip == _FLUTTER[0] else (-2, -2)
    lids = [r for r in rated if r.is_lid and not _overlap((r.first, r.last), flutter)]
    truth = [(r.first, r.last) for r in lids if r.raters == BOTH_RATERS]
    unsure = [(r.first, r.last) for r in rated if r.raters == 1 and r.is_lid]
    down = [(r.first, r.last) for r in rated if "look_down" in r.kinds]
    spans = [measured.frames(event) for event in measured.events if _is_lid_event(event)]
    spans = [span for span in spans if not _overlap(span, flutter)]
    pairs = match(truth, spans)
    missed = [span for i, span in enumerate(truth) if i not in {i for i, _ in pairs}]
    loose = [span for j, span in enumerate(spans) if j not in {j for _, j in pairs}]
    invented = [span for span in loose if not any(_overlap(span, other) for other in unsure)]
    words = [f"{clip} {a}-{b}: missed lid event; {_state(measured, (a, b))}" for a, b in missed]
    words += [f"{clip} {a}-{b}: invented lid event; {_state(measured, (a, b))}" for a, b in invented]
    return ClipResult(
        clip=clip,
        counts=Counts(found=len(pairs), missed=len(missed), invented=len(invented)),
        in_look_down=sum(any(_overlap(span, other) for other in down) for span in invented),
        onset_frames=tuple(float(spans[j][0] - truth[i][0]) for i, j in pairs),
        offset_frames=tuple(float(spans[j][1] - truth[i][1]) for i, j in pairs),
        findings=tuple(words),
    )


def _state(measured: Measured, span: tuple[int, int]) -> str:
    """What the lids and the gaze did in a span of frames, and the events there."""
    part = slice(max(0, span[0] - 1), span[1] + 2)
    values = {name: measured.signals[name][part] for name in ("eye_closure_left", "eye_closure_right", "gaze_down_left_mm", "head_yaw_deg")}
    said = ", ".join(f"{name} {values[name].min():.2f} to {values[name].max():.2f}" for name in values)
    near = [describe(measured, event) for event in measured.events if _overlap(measured.frames(event), span)]
    return f"{said}; events there: {'; '.join(near) or 'none'}"


def judge_all(parameters: Parameters | None = None) -> list[ClipResult]:
    """Every rated clip."""
    rated = ratings()
    return [judge(clip, [r for r in rated if r.clip == clip], measure_film(film_of(clip), parameters)) for clip in clips()]


@dataclass(frozen=True, slots=True, kw_only=True)
class SidedResult:
    """One rated one-sided event, and whether it was found on its side and with its region."""

    rating: Rating
    found: bool
    seen: str


def judge_sided() -> list[SidedResult]:
    """The one-sided events that both raters saw."""
    rated = [r for r in ratings() if r.raters == BOTH_RATERS and r.kinds & set(_ONE_SIDED)]
    return [_judge_sided(rating, measure_film(film_of(rating.clip))) for rating in rated]


def _judge_sided(rating: Rating, measured: Measured) -> SidedResult:
    regions = {_ONE_SIDED[kind] for kind in rating.kinds & set(_ONE_SIDED)}
    near = [event for event in measured.events if _overlap(measured.frames(event), (rating.first, rating.last))]
    found = any(event.side == rating.side and regions & set(event.regions) for event in near)
    return SidedResult(rating=rating, found=found, seen="; ".join(describe(measured, event) for event in near) or _corners(rating, measured))


def _corners(rating: Rating, measured: Measured) -> str:
    """How far the mouth corners went in a rated span without an event."""
    part = slice(rating.first, rating.last + 1)
    names = ("oral_commissure_excursion_left_mm", "oral_commissure_excursion_right_mm", "head_yaw_deg")
    return "nothing; " + ", ".join(f"{name} {measured.signals[name][part].min():.1f} to {measured.signals[name][part].max():.1f}" for name in names)


def section() -> Section:
    """The rows of the rated events."""
    results, sided = judge_all(), judge_sided()
    words = [words for result in results for words in result.findings]
    words += [
        f"{s.rating.clip} {s.rating.first}-{s.rating.last}: one-sided {s.rating.side} (sureness {s.rating.confidence}) not found; {s.seen}"
        for s in sided
        if not s.found
    ]
    return Section(
        key="rated_events",
        title="Talk and expression, two raters",
        rows=(_f1_row(results), _lenient_row(results), *_error_rows(results), _sided_row(sided)),
        tables=(_table(results), _sided_table(sided)),
        notes=NOTES,
        findings=tuple(words),
    )


def _f1_row(results: Sequence[ClipResult]) -> Row:
    counts = total([result.counts for result in results])
    low, high = f1_interval({result.clip: result.counts for result in results})
    return Row(
        claim="lid events found, event F1",
        target=f"≥ {F1_LEAST}",
        measured=with_interval(counts.f1, low, high) + f"; {counts.found} found, {counts.missed} missed, {counts.invented} invented",
        cases=f"{counts.found + counts.missed} events, {len(results)} clips",
        met=counts.f1 >= F1_LEAST,
        value=counts.f1,
        low=low,
        high=high,
    )


def _lenient_row(results: Sequence[ClipResult]) -> Row:
    strict = total([result.counts for result in results])
    spared = sum(result.in_look_down for result in results)
    counts = Counts(found=strict.found, missed=strict.missed, invented=strict.invented - spared)
    return Row(
        claim="the same, events in a look down count neither way",
        target="—",
        measured=f"{counts.f1:.3f}; {spared} such events",
        cases=f"{counts.found + counts.missed} events",
        value=counts.f1,
    )


def _error_rows(results: Sequence[ClipResult]) -> list[Row]:
    rows = []
    for name in ("onset_frames", "offset_frames"):
        grouped = {result.clip: [abs(error) for error in getattr(result, name)] for result in results}
        errors = [error for own in grouped.values() for error in own]
        low, high = bootstrap(grouped, lambda drawn: median([error for own in drawn for error in own]))
        text = f"{with_interval(median(errors), low, high, 0)} frames; p90 {quantile(errors, 0.9):.0f}"
        claim = f"{name.removesuffix('_frames')} error, median"
        rows.append(Row(claim=claim, target="—", measured=text, cases=f"{len(errors)} hits", value=median(errors), low=low, high=high))
    return rows


def _sided_row(sided: Sequence[SidedResult]) -> Row:
    sure = [s for s in sided if s.rating.confidence >= SURE]
    found = sum(s.found for s in sure)
    return Row(
        claim="one-sided events seen by both raters with sureness 2 or 3, found on their side",
        target="all",
        measured=f"{found} of {len(sure)}",
        cases=f"{len(sure)} events, {len({s.rating.clip for s in sure})} clips",
        met=found == len(sure),
        value=found / len(sure) if sure else None,
    )


def _table(results: Sequence[ClipResult]) -> Table:
    cells = tuple((r.clip, str(r.counts.found), str(r.counts.missed), str(r.counts.invented), f"{r.counts.f1:.3f}") for r in results)
    return Table(title="Rated lid events by clip", columns=("clip", "found", "missed", "invented", "F1"), cells=cells)


def _sided_table(sided: Sequence[SidedResult]) -> Table:
    cells = tuple(
        (s.rating.clip, f"{s.rating.first}–{s.rating.last}", s.rating.side, str(s.rating.confidence), "yes" if s.found else "no") for s in sided
    )
    return Table(title="Rated one-sided events", columns=("clip", "frames", "patient's side", "raters' sureness", "found"), cells=cells)
