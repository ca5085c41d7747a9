"""Closure against lid margins that were marked by hand in single frames of real films."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from revalidation.counting import bootstrap
from revalidation.measuring import measure_film
from revalidation.recordings import films
from revalidation.result import Row, Section, Table, with_interval

MARKS = Path(__file__).parent / "data" / "lid_marks.csv"
BANDS = ((-0.25, 0.1), (0.1, 0.25), (0.25, 0.4), (0.4, 0.55), (0.55, 0.7), (0.7, 0.95), (0.95, 1.01))
PARTIAL = (0.1, 0.95)
CLEAR_PX = 10.0
NOTES = (
    (
        "In enlarged crops of single eyes, shuffled and without any landmark, one rater (a vision model, not a person) marked where the eyeball ends "
        "at the upper and at the lower lid, in the pupil's column. Closure by marks: 1 less the gap over the person's open gap, the median of two or "
        "three open frames in outer-canthal distances. Every degree of closure occurs; crops that showed no margin were left out."
    ),
    (
        "The rater's own error on 36 crops of the drawn face, whose lids are known: -0.02 on average, spread 0.03. Where the open gap is under "
        f"{CLEAR_PX:g} px a mark is worth no more than half a pixel, so rows and table give eyes with at least that; the last row has all."
    ),
    "Only numbers are kept. The films are those on which the thresholds were set.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One marked eye: film, frame from 0, the patient's side, lid gap and that person's open gap in px of the film."""

    recording: str
    frame: int
    side: str
    gap_px: float
    open_gap_px: float

    @property
    def closure(self) -> float:
        """0 where the gap is that of the open eye, 1 where the lids meet."""
        return 1.0 - self.gap_px / self.open_gap_px


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the product reads where an eye was marked."""

    mark: Mark
    closure: float

    @property
    def error(self) -> float:
        """Reading less mark."""
        return self.closure - self.mark.closure


def marks(path: Path = MARKS) -> tuple[Mark, ...]:
    """All marked eyes."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Mark(
                recording=row["recording"],
                frame=int(row["frame"]),
                side=row["side"],
                gap_px=float(row["gap_px"]),
                open_gap_px=float(row["open_gap_px"]),
            )
            for row in csv.DictReader(file)
        )


def section() -> Section:
    """The rows of closure against marks."""
    every = readings(marks())
    clear = [reading for reading in every if reading.mark.open_gap_px >= CLEAR_PX]
    return Section(
        key="lid_marks",
        title="Closure against lid margins marked by hand",
        rows=rows(clear, every),
        tables=(by_band(clear), by_recording(every)),
        notes=NOTES,
    )


def readings(marked: Sequence[Mark]) -> list[Reading]:
    """What the product reads at each mark; where it reads nothing the mark is left out."""
    paths = films("talking") | films("imitation") | films("zju_blinks")
    signals = {name: measure_film(paths[name]).signals for name in dict.fromkeys(mark.recording for mark in marked)}
    found = [Reading(mark=mark, closure=float(signals[mark.recording][f"eye_closure_{mark.side}"][mark.frame])) for mark in marked]
    return [reading for reading in found if np.isfinite(reading.closure)]


def rows(clear: Sequence[Reading], every: Sequence[Reading]) -> tuple[Row, ...]:
    """Bias of partial closures, of all frames, and of partial closures with small eyes among them."""
    return (
        _row("partial closures (0.1-0.95 by marks): reading less mark, mean", _between(clear, *PARTIAL)),
        _row("partial closures of 0.25-0.4: reading less mark, mean", _between(clear, 0.25, 0.4)),
        _row("open and shut eyes: reading less mark, mean", [r for r in clear if r not in _between(clear, *PARTIAL)]),
        _row("partial closures, small eyes among them: reading less mark, mean", _between(every, *PARTIAL)),
    )


def _between(found: Sequence[Reading], low: float, high: float) -> list[Reading]:
    return [reading for reading in found if low <= reading.mark.closure < high]


def _row(claim: str, found: Sequence[Reading]) -> Row:
    mean, spread, low, high = mean_error(found)
    return Row(
        claim=claim,
        target="—",
        measured=f"{with_interval(mean, low, high, 2)}; spread {spread:.2f}",
        cases=f"{len(found)} eyes, {len({reading.mark.recording for reading in found})} films",
        value=mean,
        low=low,
        high=high,
    )


def mean_error(found: Sequence[Reading]) -> tuple[float, float, float, float]:
    """Mean and standard deviation of the error, and the mean's 95 % interval over films; NaN for no readings."""
    if not found:
        return (float("nan"),) * 4
    films_apart = {name: [r for r in found if r.mark.recording == name] for name in {r.mark.recording for r in found}}
    low, high = bootstrap(films_apart, lambda drawn: float(_errors(list(chain.from_iterable(drawn))).mean()))
    errors = _errors(found)
    return float(errors.mean()), float(errors.std()), low, high


def _errors(found: Sequence[Reading]) -> NDArray[np.float64]:
    return np.array([reading.error for reading in found])


def by_band(found: Sequence[Reading]) -> Table:
    """Bias and spread per band of true closure."""
    cells = []
    for low, high in BANDS:
        inside = _between(found, low, high)
        if inside:
            cells.append((_band(low, high), str(len(inside)), *_means(inside)))
    return Table(title="Closure by marks and as read", columns=("closure by marks", "eyes", *_COLUMNS), cells=tuple(cells))


_COLUMNS = ("marks, mean", "read, mean", "error, mean", "spread")


def _band(low: float, high: float) -> str:
    if low < 0:
        return f"open (under {high:g})"
    return f"{low:g}-{high:g}" if high <= 1 else "shut"


def _means(found: Sequence[Reading]) -> tuple[str, ...]:
    marked, read = np.mean([r.mark.closure for r in found]), np.mean([r.closure for r in found])
    mean, spread, *_ = mean_error(found)
    return f"{marked:.2f}", f"{read:.2f}", f"{mean:+.2f}", f"{spread:.2f}"


def by_recording(found: Sequence[Reading]) -> Table:
    """Partial closures film by film."""
    partial = _between(found, *PARTIAL)
    names = list(dict.fromkeys(reading.mark.recording for reading in partial))
    groups = {name: [r for r in partial if r.mark.recording == name] for name in names}
    cells = tuple((name, f"{group[0].mark.open_gap_px:.0f} px", str(len(group)), *_means(group)) for name, group in groups.items())
    return Table(title="Partial closures by film", columns=("film", "open gap", "eyes", *_COLUMNS), cells=cells)
