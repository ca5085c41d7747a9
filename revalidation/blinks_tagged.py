"""Blinks against the tags that people gave frame by frame (ZJU Eyeblink)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from revalidation.counting import Counts, bootstrap, f1_interval, match, median, quantile, total
from revalidation.measuring import Measured, measure_geometry, raw_geometry
from revalidation.recordings import ZjuClip, zju_clips
from revalidation.result import Row, Section, Table, with_interval
from spasmograph.model import Signals
from spasmograph.parameters import Parameters
from spasmograph.terms import EventKind, Side

F1_LEAST = 0.97
MEDIAN_MOST = 2.0
NOTES = (
    "An event of the product is a hit if it is a `blink` and shares at least one frame with the tagged blink; one to one, the longest overlap first.",
    (
        "Clips carry tags only between two frames of each clip. Blinks that end after the last tagged frame are left out for both sides, "
        "and so are those that begin before the first."
    ),
    "Errors are in frames of 1/30 s: first and last frame of the event against first and last tagged frame, hits only; a positive error is late.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipResult:
    """What came out for one clip: counts, errors in frames of the hits, and what went wrong in words."""

    clip: ZjuClip
    counts: Counts
    onset_frames: tuple[float, ...]
    offset_frames: tuple[float, ...]
    one_sided: int
    findings: tuple[str, ...]


def judge(clip: ZjuClip, measured: Measured) -> ClipResult:
    """Compare one clip's events with its tags."""
    blinks = [event for event in measured.events if event.kind is EventKind.BLINK]
    spans = [measured.frames(event) for event in blinks]
    truth = [blink for blink in clip.blinks if blink[1] <= clip.tagged[1]]
    pairs = match(truth, spans)
    hit = {j for _, j in pairs}
    tagged = [clip.tagged[0] <= first and last <= clip.tagged[1] for first, last in spans]
    invented = [j for j, counts in enumerate(tagged) if counts and j not in hit]
    missed = sorted(set(range(len(truth))) - {i for i, _ in pairs})
    sided = [event for event in measured.events if event.side is not Side.BOTH]
    words = [f"{clip.name} {truth[i][0]}-{truth[i][1]}: missed; {_lids(measured, truth[i])}" for i in missed]
    words += [f"{clip.name} {spans[j][0]}-{spans[j][1]}: invented; {_lids(measured, spans[j])}" for j in invented]
    for event in sided:
        span = measured.frames(event)
        words.append(f"{clip.name} {span[0]}-{span[1]}: one-sided {event.side} {'+'.join(event.regions)}; {_lids(measured, span)}")
    return ClipResult(
        clip=clip,
        counts=Counts(found=len(pairs), missed=len(missed), invented=len(invented)),
        onset_frames=tuple(float(spans[j][0] - truth[i][0]) for i, j in pairs),
        offset_frames=tuple(float(spans[j][1] - truth[i][1]) for i, j in pairs),
        one_sided=len(sided),
        findings=tuple(words),
    )


def _lids(measured: Measured, span: tuple[int, int]) -> str:
    """How far either lid closed in a span of frames."""
    part = slice(span[0], span[1] + 1)
    left, right = (measured.signals[f"eye_closure_{side}"][part] for side in ("left", "right"))
    return f"closure up to {float(left.max()):.2f} left, {float(right.max()):.2f} right"


def judge_all(parameters: Parameters | None = None) -> list[ClipResult]:
    """Every clip of the collection."""
    clips = zju_clips()
    return [judge(clip, measure_geometry(raw, parameters)) for clip, raw in zip(clips, geometries(clips), strict=True)]


def geometries(clips: Sequence[ZjuClip]) -> list[Signals]:
    """The distances of each clip."""
    return [raw_geometry(clip.path) for clip in clips]


def section() -> Section:
    """The rows of the tagged blinks."""
    results = judge_all()
    return Section(
        key="tagged_blinks",
        title="Blinks tagged by people (ZJU Eyeblink)",
        rows=(_f1_row(results), *_error_rows(results), _sided_row(results)),
        tables=(_by("person", results, lambda r: r.clip.person), _by("condition", results, lambda r: r.clip.condition)),
        notes=NOTES,
        findings=tuple(words for result in results for words in result.findings),
    )


def by_person(results: Sequence[ClipResult]) -> dict[str, Counts]:
    """Counts of each person."""
    people = sorted({result.clip.person for result in results}, key=lambda name: int(name.split()[1]))
    return {person: total([r.counts for r in results if r.clip.person == person]) for person in people}


def _cases(results: Sequence[ClipResult]) -> str:
    people = {result.clip.person for result in results}
    counts = total([result.counts for result in results])
    return f"{counts.found + counts.missed} blinks, {len(results)} clips, {len(people)} people"


def _f1_row(results: Sequence[ClipResult]) -> Row:
    counts = total([result.counts for result in results])
    low, high = f1_interval(by_person(results))
    return Row(
        claim="blinks found, event F1",
        target=f"≥ {F1_LEAST}",
        measured=with_interval(counts.f1, low, high) + f"; {counts.found} found, {counts.missed} missed, {counts.invented} invented",
        cases=_cases(results),
        met=counts.f1 >= F1_LEAST,
        value=counts.f1,
        low=low,
        high=high,
    )


def _error_rows(results: Sequence[ClipResult]) -> list[Row]:
    picks: dict[str, Callable[[ClipResult], tuple[float, ...]]] = {"onset": lambda r: r.onset_frames, "offset": lambda r: r.offset_frames}
    return [_error_row(name, pick, results) for name, pick in picks.items()]


def _error_row(name: str, pick: Callable[[ClipResult], tuple[float, ...]], results: Sequence[ClipResult]) -> Row:
    people = {result.clip.person for result in results}
    grouped = {person: [abs(e) for r in results if r.clip.person == person for e in pick(r)] for person in people}
    errors = [error for result in results for error in pick(result)]
    middle = median([abs(error) for error in errors])
    low, high = bootstrap(grouped, lambda drawn: median([error for errors in drawn for error in errors]))
    text = f"{with_interval(middle, low, high, 0)} frames; p90 {quantile([abs(e) for e in errors], 0.9):.0f}"
    return Row(
        claim=f"{name} error, median",
        target=f"≤ {MEDIAN_MOST:g} frames",
        measured=f"{text}; median with sign {median(errors):+.0f}",
        cases=f"{len(errors)} hits",
        met=middle <= MEDIAN_MOST,
        value=middle,
        low=low,
        high=high,
    )


def _sided_row(results: Sequence[ClipResult]) -> Row:
    count = sum(result.one_sided for result in results)
    return Row(
        claim="one-sided events in these clips, in which nobody was tagged to wink",
        target="0",
        measured=str(count),
        cases=f"{len(results)} clips",
        met=count == 0,
        value=float(count),
    )


def _by(what: str, results: Sequence[ClipResult], key: Callable[[ClipResult], str]) -> Table:
    names = sorted({key(result) for result in results}, key=lambda name: (len(name), name))
    cells = []
    for name in names:
        own = [result for result in results if key(result) == name]
        counts = total([result.counts for result in own])
        on = [abs(error) for result in own for error in result.onset_frames]
        off = [abs(error) for result in own for error in result.offset_frames]
        cells.append(
            (name, str(counts.found), str(counts.missed), str(counts.invented), f"{counts.f1:.3f}", f"{median(on):.0f}", f"{median(off):.0f}")
        )
    columns = (what, "found", "missed", "invented", "F1", "onset error, median frames", "offset error, median frames")
    return Table(title=f"Tagged blinks by {what}", columns=columns, cells=tuple(cells))
