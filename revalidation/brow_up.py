"""A brow that goes up while the eye of its side closes, on the drawn face; and what a closed eye alone makes of a real brow."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from revalidation.composites import expression_blinks, landmarks_of, pictures, zju_blinks
from revalidation.counting import median, quantile
from revalidation.measuring import Measured, measure_geometry
from revalidation.phantom_films import LIGHTS, TONES, Setting, film_geometries
from revalidation.recordings import NotHereError
from revalidation.result import Row, Section, Table
from spasmograph.measure.baseline import millimetres_per_unit
from spasmograph.measure.kinematics import geometry
from spasmograph.measure.scores.single import brow_rise_mm
from spasmograph.model import Event, Signals
from spasmograph.parameters import load_parameters
from spasmograph.script import Script, brow_up_closure, hemifacial_spasm, wink
from spasmograph.terms import Region, Side

RISE_MM = 3.0
YAWS_DEG = (-15.0, 0.0, 15.0)
SCRIPT = Script(
    duration_s=11.0,
    episodes=(
        brow_up_closure(Side.RIGHT, 1.5, brow_mm=RISE_MM),
        wink(Side.LEFT, 4.0, hold_s=0.6, amplitude=0.9),
        brow_up_closure(Side.LEFT, 6.0, brow_mm=RISE_MM),
        hemifacial_spasm(Side.RIGHT, 8.8, duration_s=1.0),
    ),
)
NOTES = (
    (
        f"In each film the eye of each side closes once with its brow going up by {RISE_MM:.0f} mm and once without. `Called up` is what the score "
        "`brow_up_during_closure` counts; `named` is the brow among the regions of the event."
    ),
    (
        "With one eye shut, the landmark model moves most of the drawn face's points of that side, the corners of the eye and the temple "
        "too, up with the brow; the head seems to tilt, and the brow that goes up seems to stay. With a closed eye pasted onto a real, "
        "still face it does so far less, as the last row shows. How a raised brow over a closed eye is read on real faces is not known: "
        "nobody has filmed and marked it."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """One scripted closure of one eye: whether its brow went up, whether it was found, the rise as read (mm), and whether the brow was named."""

    film: str
    side: str
    raised: bool
    found: bool
    rise_mm: float
    named: bool

    @property
    def called_up(self) -> bool:
        """Whether the score counts it."""
        return self.rise_mm > load_parameters()["brow_rise_mm"]


def settings() -> tuple[Setting, ...]:
    """15 films: every skin tone in three poses, the lights in turn."""
    return tuple(
        Setting(tone=tone, light=LIGHTS[(tone + k) % 3], yaw_deg=yaw, height_px=720, rate_hz=30) for tone in TONES for k, yaw in enumerate(YAWS_DEG)
    )


def section() -> Section:
    """The rows of raised brows."""
    closures = [closure for one in settings() for closure in closures_of(one.words(), measured(one))]
    rows, skipped = drawn_rows(closures), ""
    try:
        rows.append(real_row(real_shifts_mm()))
    except NotHereError as error:
        skipped = f"The row on real faces is left out: {error}"
    return Section(
        key="brow_up",
        title="The brow goes up while the eye closes",
        rows=tuple(rows),
        tables=(table(closures),),
        notes=(*NOTES, *filter(None, [skipped])),
    )


def measured(setting: Setting) -> Measured:
    """One film, drawn and measured."""
    return measure_geometry(film_geometries([(setting.scene(), SCRIPT)])[0])


def closures_of(film: str, found: Measured) -> list[Closure]:
    """What became of each scripted closure."""
    pairs = [(episode.name, truth) for episode in SCRIPT.episodes for truth in episode.events]
    return [_closure(film, truth, name.startswith("brow_up"), found) for name, truth in pairs]


def _closure(film: str, truth: Event, raised: bool, found: Measured) -> Closure:
    hits = [
        e for e in found.events if e.side is truth.side and Region.EYELID in e.regions and e.onset_s < truth.offset_s and e.offset_s > truth.onset_s
    ]
    hit = max(hits, key=lambda event: event.offset_s - event.onset_s, default=None)
    return Closure(
        film=film,
        side=truth.side,
        raised=raised,
        found=hit is not None,
        rise_mm=float("nan") if hit is None else _rise_mm(hit, truth.side, found.signals),
        named=hit is not None and Region.BROW in hit.regions,
    )


def _rise_mm(hit: Event, side: Side, signals: Signals) -> float:
    return brow_rise_mm(hit, side, signals, baseline_s=load_parameters()["brow_baseline_s"])


def drawn_rows(closures: Sequence[Closure]) -> list[Row]:
    """Called up and named where the brow went up, called up where it did not, and how high it was read."""
    up, level = ([c for c in closures if c.raised is raised] for raised in (True, False))
    called, named, wrongly = sum(c.called_up for c in up), sum(c.named for c in up), sum(c.called_up for c in level)
    rises = [c.rise_mm for c in up if np.isfinite(c.rise_mm)]
    return [
        _counted("drawn: brow up with the closing eye: called up", called, up, "all", called == len(up)),
        _counted("drawn: the same: the brow named", named, up, "all", named == len(up)),
        _counted("drawn: the eye closed, the brow stayed: called up", wrongly, level, "0", wrongly == 0),
        Row(
            claim=f"drawn: a rise of {RISE_MM:.0f} mm over a closing eye is read as",
            target="—",
            measured=f"{median(rises):.1f} mm; p10 {quantile(rises, 0.1):.1f}, p90 {quantile(rises, 0.9):.1f}",
            cases=f"{len(up)} closures",
            value=median(rises),
        ),
    ]


def _counted(claim: str, count: int, closures: Sequence[Closure], target: str, met: bool) -> Row:
    return Row(claim=claim, target=target, measured=f"{count} of {len(closures)}", cases=f"{len(closures)} closures", met=met, value=float(count))


def real_shifts_mm() -> list[float]:
    """How far each brow over a closed eye that was pasted onto a still, open-eyed real face seems to have gone up."""
    made = [one for blinks in (zju_blinks(), expression_blinks()) for one in pictures(blinks)]
    shifts = [(one.open, one.pasted[side], side) for one in made for side in one.pasted]
    return [
        shift
        for opened, pasted, side in shifts
        if np.isfinite(shift := _shift_mm(geometry(landmarks_of(opened)), geometry(landmarks_of(pasted)), side))
    ]


def _shift_mm(opened: Signals, pasted: Signals, side: str) -> float:
    mm = millimetres_per_unit(opened, load_parameters())
    return mm * float(pasted[f"brow_{side}"][0] - opened[f"brow_{side}"][0])


def real_row(shifts_mm: Sequence[float]) -> Row:
    """What a closed eye alone does to the reading of a real brow."""
    return Row(
        claim="real, one closed eye pasted: the brow that did not move is read as gone up by",
        target="—",
        measured=f"{median(shifts_mm):.1f} mm; p10 {quantile(shifts_mm, 0.1):.1f}, p90 {quantile(shifts_mm, 0.9):.1f}",
        cases=f"{len(shifts_mm)} composites",
        value=median(shifts_mm),
    )


def table(closures: Sequence[Closure]) -> Table:
    """Every closure."""
    cells = tuple(
        (c.film, c.side, f"{RISE_MM:.0f}" if c.raised else "0", f"{c.rise_mm:.1f}" if c.found else "not found", "yes" if c.named else "no")
        for c in closures
    )
    return Table(title="The brow in each closure", columns=("film", "patient's side", "drawn rise, mm", "read rise, mm", "named"), cells=cells)
