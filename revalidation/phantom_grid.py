"""The drawn face over all conditions: what was found, missed and invented, and how far onset and amplitude are off."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np

from revalidation.counting import quantile
from revalidation.measuring import measure_geometry
from revalidation.phantom_films import Setting, batches, full_grid, geometries, quick_grid
from revalidation.phantom_judge import Outcome, Verdict, judge
from revalidation.result import Row, Section, Table
from spasmograph.errors import SpasmographError
from spasmograph.model import Signals

AMPLITUDE_MOST = 0.10
ONSET_MOST_FRAMES = 1.0
NOTES = (
    (
        "A scripted event counts as found if an event of the product with its side overlaps it; `as itself` means that kind and pattern agree too. "
        "Everything else that the product reports counts as invented, but for movements of both sides within a smile."
    ),
    "Onset: when the leading movement passes the share of its height (`edge_share`) at which the product says that an event begins.",
    "Amplitude: closure where the lid takes part; the error is relative to the true amplitude. Scripted closures are 0.35, 0.6, 0.8, 0.9 and 1.",
    "Pictures go to the landmark models as the video reader gives them, without a compressed file between; the rows on real files do have one.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """One film and what came out of it."""

    setting: Setting
    outcome: Outcome


def _films(group: Sequence[Setting]) -> list[Film]:
    """Draw, track, measure and judge a batch; runs in a worker."""
    return [Film(setting=setting, outcome=_judged(setting, raw)) for setting, raw in zip(group, geometries(group), strict=True)]


def _judged(setting: Setting, raw: Signals) -> Outcome:
    try:
        return judge(setting.script(), measure_geometry(raw).events)
    except SpasmographError as error:
        return Outcome(verdicts=(), invented=(), refused=str(error))


def run(settings: Sequence[Setting], workers: int) -> list[Film]:
    """All films of a grid, by so many processes."""
    groups = batches(settings)
    if workers <= 1:
        return list(chain.from_iterable(_reported(map(_films, groups), len(groups))))
    with ProcessPoolExecutor(workers) as pool:
        return list(chain.from_iterable(_reported(pool.map(_films, groups), len(groups))))


def _reported(done: Iterable[list[Film]], total: int) -> Iterator[list[Film]]:
    """The same, with a line of progress now and then."""
    for count, films in enumerate(done, 1):
        if count % 15 == 0 or count == total:
            print(f"  drawn face: {count} of {total} scenes", flush=True)
        yield films


def section(*, quick: bool = True, workers: int = 2) -> Section:
    """The rows of the grid."""
    films = run(quick_grid() if quick else full_grid(), workers)
    return Section(
        key="phantom_grid",
        title="The drawn face over skin tone, light, pose, size and frame rate" + (" (subset of 45 films)" if quick else ""),
        rows=rows(films),
        tables=(_by_event(films), *(_by_factor(name, films, key) for name, key in FACTORS.items())),
        notes=NOTES,
        findings=tuple(_findings(films)),
    )


FACTORS: dict[str, Callable[[Film], str]] = {
    "skin tone": lambda film: str(film.setting.tone),
    "light": lambda film: str(film.setting.light),
    "yaw": lambda film: f"{film.setting.yaw_deg:+.0f}°",
    "height of the picture": lambda film: f"{film.setting.height_px:4d} px",
    "frame rate": lambda film: f"{film.setting.rate_hz} fps",
}


def verdicts(films: Iterable[Film]) -> list[tuple[Film, Verdict]]:
    """Every scripted event with its film."""
    return [(film, verdict) for film in films for verdict in film.outcome.verdicts]


def rows(films: Sequence[Film]) -> tuple[Row, ...]:
    """Found, invented, onset, amplitude over all films."""
    every = verdicts(films)
    found = [(film, v) for film, v in every if v.found]
    cases = f"{len(every)} events, {len(films)} films"
    return (_share_row("scripted events found with their side", "all", [v.found for _, v in every], cases), _invented_row(films), *_error_rows(found))


def _share_row(claim: str, target: str, good: Sequence[bool], cases: str) -> Row:
    share = sum(good) / len(good) if good else math.nan
    low, high = _proportion(sum(good), len(good))
    text = f"{sum(good)} of {len(good)} ({100 * share:.1f} % [{100 * low:.1f} – {100 * high:.1f}])"
    return Row(claim=claim, target=target, measured=text, cases=cases, met=all(good) if target != "—" else None, value=share, low=low, high=high)


def _proportion(count: int, total: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper & Pearson)."""
    from scipy.stats import beta

    low = float(beta.ppf(0.025, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(0.975, count + 1, total - count)) if count < total else 1.0
    return low, high


def _invented_row(films: Sequence[Film]) -> Row:
    invented = sum(len(film.outcome.invented) for film in films)
    touched = sum(bool(film.outcome.invented) for film in films)
    return Row(
        claim="events that nobody scripted",
        target="0",
        measured=f"{invented}, in {touched} films",
        cases=f"{len(films)} films",
        met=invented == 0,
        value=float(invented),
    )


def _error_rows(found: Sequence[tuple[Film, Verdict]]) -> list[Row]:
    frames = [abs(v.onset_error_s) * film.setting.rate_hz for film, v in found]
    lids = [abs(v.amplitude_error) for _, v in found if math.isfinite(v.amplitude_error)]
    both = [bool(v.mouth_too) for _, v in found if v.mouth_too is not None]
    corners = [abs(v.mouth_error) for _, v in found if math.isfinite(v.mouth_error)]
    return [
        _within("onset within one frame", frames, ONSET_MOST_FRAMES, "frames"),
        _within("amplitude (closure) within 10 %", lids, AMPLITUDE_MOST, "of the true amplitude"),
        _share_row("the mouth named where it moved with the eyelid", "—", both, f"{len(both)} found events of eyelid and mouth"),
        _within("mouth corner within 10 %, where it takes part and was found", corners, AMPLITUDE_MOST, "of the true amplitude"),
        _share_row("found as themselves (kind and pattern)", "all", [v.as_itself for _, v in found], f"{len(found)} found events"),
    ]


def _within(claim: str, errors: Sequence[float], most: float, unit: str) -> Row:
    row = _share_row(claim, "all", [error <= most for error in errors], f"{len(errors)} found events")
    text = f"{row.measured}; median error {quantile(errors, 0.5):.2f}, p95 {quantile(errors, 0.95):.2f} {unit}"
    return Row(claim=claim, target="all", measured=text, cases=row.cases, met=row.met, value=row.value, low=row.low, high=row.high)


COLUMNS = ("events", "found", "as themselves", "invented", "onset within a frame", "amplitude within 10 %", "amplitude error, median (p95)")


def _by_factor(name: str, films: Sequence[Film], key: Callable[[Film], str]) -> Table:
    levels = sorted({key(film) for film in films}, key=lambda text: (not text.strip().startswith("-"), text))
    cells = tuple((level.strip(), *_cells([film for film in films if key(film) == level])) for level in levels)
    return Table(title=f"Drawn face by {name}", columns=(name, *COLUMNS), cells=cells)


def _cells(films: Sequence[Film]) -> tuple[str, ...]:
    every = verdicts(films)
    invented = sum(len(film.outcome.invented) for film in films)
    summary = _summary(every)
    return summary[0], summary[1], summary[2], str(invented), *summary[3:]


def _summary(every: Sequence[tuple[Film, Verdict]]) -> tuple[str, ...]:
    """Count, found, as itself, onset, amplitude as text."""
    found = [(film, v) for film, v in every if v.found]
    errors = [v.amplitude_error for _, v in found if math.isfinite(v.amplitude_error)]
    return (
        str(len(every)),
        _percent([v.found for _, v in every]),
        _percent([v.as_itself for _, v in found]),
        _percent([abs(v.onset_error_s) * film.setting.rate_hz <= ONSET_MOST_FRAMES for film, v in found]),
        _percent([abs(error) <= AMPLITUDE_MOST for error in errors]),
        f"{quantile(errors, 0.5):+.2f} ({quantile(np.abs(errors).tolist(), 0.95):.2f})" if errors else "—",
    )


def _percent(good: Sequence[bool]) -> str:
    return f"{100 * sum(good) / len(good):.0f} %" if good else "—"


def _by_event(films: Sequence[Film]) -> Table:
    every = verdicts(films)
    names = sorted({v.name for _, v in every})
    cells = tuple((name, *_summary([(film, v) for film, v in every if v.name == name])) for name in names)
    return Table(title="Drawn face by event", columns=("event", *COLUMNS[:3], *COLUMNS[4:]), cells=cells)


def _findings(films: Sequence[Film]) -> Iterator[str]:
    for film in films:
        if film.outcome.refused:
            yield f"{film.setting.words()}: refused: {film.outcome.refused}"
        for words in film.outcome.invented:
            yield f"{film.setting.words()}: invented in {words}"
        for verdict in film.outcome.verdicts:
            if not verdict.found:
                yield f"{film.setting.words()}: missed {verdict.name} {verdict.side}; there: {verdict.seen}"
            elif not verdict.as_itself:
                yield f"{film.setting.words()}: {verdict.name} {verdict.side} not as itself; there: {verdict.seen}"
