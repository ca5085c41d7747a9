"""One-sided pulls on their side, and nothing one-sided where nothing is: d19, talk and expression, the moving jaw."""

from collections.abc import Sequence
from dataclasses import dataclass

from revalidation.measuring import Measured, measure_film
from revalidation.rated import describe
from revalidation.recordings import film_of, films, patient_side, ratings, table
from revalidation.result import Row, Section, Table
from spasmograph.model import Event
from spasmograph.terms import EventKind, Region, Side

TOLERANCE_FRAMES = 3
NOTES = (
    (
        "d19: a pull counts if an event of its side overlaps it and holds both eyelid and mouth. A smile counts as one-sided if a one-sided event "
        "overlaps its frames (three frames at either end left out, the tolerance of the rating)."
    ),
    (
        "Talk and expression: a one-sided event counts as invented unless a rater saw a one-sided event there "
        "(d18, lbax4n and lbbc2a hold one-sided mouth movements that raters saw; they are no spasm)."
    ),
    "The pulls are voluntary imitations by one healthy person. There is no public film of hemifacial spasm.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pull:
    """One labelled event of d19 and the events of the product that overlap it."""

    first: int
    last: int
    side: str
    kind: str
    near: tuple[Event, ...]

    @property
    def faithful(self) -> bool:
        """Found on its side with eyelid and mouth."""
        wanted = {Region.EYELID, Region.MOUTH}
        return any(event.side == self.side and wanted <= set(event.regions) for event in self.near)

    @property
    def other_side(self) -> bool:
        """Something one-sided of the other side was found here."""
        return any(event.side not in (Side.BOTH, self.side) for event in self.near)


def _near(measured: Measured, first: int, last: int) -> tuple[Event, ...]:
    spans = [(event, measured.frames(event)) for event in measured.events]
    return tuple(event for event, (a, b) in spans if min(b, last) >= max(a, first))


def pulls(measured: Measured) -> list[_Pull]:
    """The labelled events of d19."""
    labelled = []
    for row in table("imitation/events.csv"):
        first, last = int(row["start_frame"]), int(row["end_frame"])
        inner = (first + TOLERANCE_FRAMES, last - TOLERANCE_FRAMES) if "smile" in row["kind"] else (first, last)
        labelled.append(_Pull(first=first, last=last, side=patient_side(row["image_side"]), kind=row["kind"], near=_near(measured, *inner)))
    return labelled


def section() -> Section:
    """The rows of d19, talk and the jaw."""
    d19, d6 = measure_film(film_of("d19")), measure_film(film_of("d6"))
    labelled = pulls(d19)
    sided = [p for p in labelled if "unilateral" in p.kind]
    smiles = [p for p in labelled if p.kind == "smile"]
    talking, invented = _talking()
    jaw = [event for event in d6.events if event.kind is EventKind.CONTRACTION and Region.EYELID in event.regions]
    words = [
        f"d19 {p.first}-{p.last} {p.side}: {'; '.join(describe(d19, e) for e in p.near) or 'nothing'}"
        for p in sided
        if not p.faithful or p.other_side
    ]
    words += [f"d19 {p.first}-{p.last} smile: {'; '.join(describe(d19, e) for e in p.near)}" for p in smiles if _one_sided(p.near)]
    words += [*invented, *(f"d6: {describe(d6, event)}" for event in jaw)]
    return Section(
        key="side_faithful",
        title="One-sided or not",
        rows=(_pull_row(sided), _smile_row(smiles), _talking_row(talking, invented), _jaw_row(d6, jaw)),
        tables=(_table(d19, labelled),),
        notes=NOTES,
        findings=tuple(words),
    )


def _one_sided(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.side is not Side.BOTH]


def _talking() -> tuple[float, list[str]]:
    """Minutes of talk and expression, and the one-sided events that nobody saw."""
    seconds, words = 0.0, []
    rated = [r for r in ratings() if r.side in ("left", "right")]
    for clip, path in films("talking").items():
        measured = measure_film(path)
        seconds += float(measured.signals.time_s[-1])
        seen = [(r.first, r.last) for r in rated if r.clip == clip and "one_mouth" in r.kinds]
        for event in _one_sided(measured.events):
            a, b = measured.frames(event)
            if not any(min(b, last) >= max(a, first) for first, last in seen):
                words.append(f"{clip}: one-sided in talk: {describe(measured, event)}")
    return seconds / 60, words


def _pull_row(sided: Sequence[_Pull]) -> Row:
    good = sum(p.faithful and not p.other_side for p in sided)
    return Row(
        claim="d19: one-sided pulls found on their side with eyelid and mouth, nothing on the other",
        target="4 of 4",
        measured=f"{good} of {len(sided)}",
        cases=f"{len(sided)} pulls, 1 person",
        met=good == len(sided),
        value=good / len(sided),
    )


def _smile_row(smiles: Sequence[_Pull]) -> Row:
    bad = sum(bool(_one_sided(p.near)) for p in smiles)
    return Row(claim="d19: smiles taken for one-sided", target="0", measured=str(bad), cases=f"{len(smiles)} smiles", met=bad == 0, value=float(bad))


def _talking_row(minutes: float, invented: Sequence[str]) -> Row:
    return Row(
        claim="talk and expression: one-sided contractions that nobody saw",
        target="0",
        measured=str(len(invented)),
        cases=f"{len(films('talking'))} clips, {60 * minutes:.0f} s",
        met=not invented,
        value=float(len(invented)),
    )


def _jaw_row(d6: Measured, jaw: Sequence[Event]) -> Row:
    return Row(
        claim="d6, jaw from side to side: contractions with the eyelid",
        target="0",
        measured=str(len(jaw)),
        cases=f"1 clip, {float(d6.signals.time_s[-1]):.0f} s",
        met=not jaw,
        value=float(len(jaw)),
    )


def _table(measured: Measured, labelled: Sequence[_Pull]) -> Table:
    cells = []
    for p in labelled:
        seen = "; ".join(f"{e.kind} {e.side} {'+'.join(e.regions)} {measured.frames(e)[0]}–{measured.frames(e)[1]}" for e in p.near)
        cells.append((f"{p.first}–{p.last}", p.side, p.kind, seen or "nothing"))
    return Table(title="d19, label and what was found", columns=("frames", "patient's side", "label", "found"), cells=tuple(cells))
