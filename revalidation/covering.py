"""What covers the face: how much uncovered film is called covered, which pasted coverings are noticed, and what they are taken for."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np

from revalidation.measuring import CACHE, code_key, distances, face_model, frame_of, load_geometry, measure_geometry, raw_geometry, save_geometry
from revalidation.pasting import Covering, Pixels, Place, Thing, paste
from revalidation.phantom_films import Setting, batches, drawing_key, geometries, quick_grid
from revalidation.recordings import NotHereError, films, zju_clips
from revalidation.result import Row, Section, Table
from spasmograph.io.landmarks import FaceTracker, track_landmarks
from spasmograph.io.phantom import Light, draw_frame
from spasmograph.io.video import read_video
from spasmograph.measure.quality import unmeasured_frames
from spasmograph.model import Event, Landmarks, Signals
from spasmograph.parameters import load_parameters
from spasmograph.script import Script, blink
from spasmograph.terms import Reason, Side

FALSE_MOST_S_PER_MIN = 0.5
EYE_LEAST = 0.9
# The one clip with hands on the face, from 2.5 to 9.6 s, with the second before and after that is left out on purpose.
HANDS = ("WolfgangLanger_Pexels", 1.5, 10.6)
_LENGTH_S = 4.4
_STILL = (1.4, 2.8)
_NOTICED = 2 / 3
_DRAWN_RATE_HZ = 20
# Coverings of these people were looked at while the thresholds were chosen.
_SEEN = frozenset({"d12", "s32", "subj02_timepoint01", *(f"person {k}" for k in range(2, 13, 2))})
_TALK = ("d0", "d12", "s18", "s32", "retalking1", "subj02_timepoint01")
_COVERINGS = (
    *((Thing.HAND, Place.EYE, width) for width in (0.4, 0.7, 1.1)),
    *((Thing.HAND, Place.MOUTH, width) for width in (0.5, 0.9, 1.3)),
    (Thing.HAND, Place.CHEEK, 0.6),
    (Thing.HAND, Place.FOREHEAD, 0.7),
    (Thing.SHEET, Place.EYE, 0.6),
    (Thing.SHEET, Place.MOUTH, 0.8),
    (Thing.HAIR, Place.EYE, 0.6),
    (Thing.REFLECTION, Place.EYE, 0.45),
)
NOTES = (
    "Uncovered film: the real clips but for the seconds with hands in one of them and the second around, looked at one by one; the drawn grid.",
    (
        "Pasted: a drawn hand, sheet, strand of hair or reflection that comes in 0.3 s, lies still over one eye, mouth, cheek or forehead "
        f"of the bare film from {_STILL[0]:g} to {_STILL[1]:g} s, and goes; widths are in distances of the outer corners of the eyes. It counts as "
        "noticed if at least two thirds of the time that it lies still are called covered. It moves with the head and throws no shadow."
    ),
    "A covering is taken for a one-sided movement if an event of one side is found while it comes, lies or goes that the bare film does not have.",
    "The first bounds come from half of the people; the other half was seen too before the last were set: neither is a blind test.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A film to paste on: whose face it is, and its file, or how it is drawn."""

    whose: str
    group: str
    path: Path | None = None
    setting: Setting | None = None

    def pictures(self) -> list[tuple[float, Pixels]]:
        """Its first seconds, times and pictures (h, w, 3)."""
        if self.path is not None:
            return [(frame.time_s, frame.to_rgb()) for frame in read_video(self.path) if frame.time_s < _LENGTH_S]
        assert self.setting is not None  # noqa: S101
        script = Script(duration_s=_LENGTH_S, episodes=tuple(blink(at) for at in (0.5, 1.9, 3.3)))
        times = np.arange(round(_LENGTH_S * _DRAWN_RATE_HZ)) / _DRAWN_RATE_HZ
        states = script.states(times) | {"time_s": times}
        scene = self.setting.scene()
        return [(float(t), draw_frame(scene, {name: float(v[k]) for name, v in states.items()})) for k, t in enumerate(times)]

    def key(self) -> str:
        """What its pictures depend on, as a short word."""
        if self.path is not None:
            return f"{self.path.stem}-{hashlib.sha256(self.path.read_bytes()).hexdigest()[:8]}"
        return f"{hashlib.sha256(repr(self.setting).encode()).hexdigest()[:8]}-{drawing_key()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One covering on one face: the share of its time that is called covered, and the one-sided events that it made, in words."""

    whose: str
    group: str
    kind: tuple[Thing, Place, float]
    share: float
    made: tuple[str, ...]

    @property
    def noticed(self) -> bool:
        """Whether most of its time was left out."""
        return self.share >= _NOTICED


def drawn_faces() -> list[Bare]:
    """Five drawn faces: every skin tone, all lights, both sizes of a phone's film."""
    lights = (Light.EVEN, Light.SIDE, Light.DIM, Light.EVEN, Light.SIDE)
    heights = (720, 360, 720, 360, 720)
    rows = zip(range(1, 6), lights, heights, strict=True)
    settings = [Setting(tone=tone, light=light, yaw_deg=0.0, height_px=height, rate_hz=_DRAWN_RATE_HZ) for tone, light, height in rows]
    return [Bare(whose=f"tone {setting.tone}", group="drawn", setting=setting) for setting in settings]


def real_faces() -> list[Bare]:
    """One clip of each person; the people that were looked at while the thresholds were chosen, and the others."""
    clips = {clip.person: clip.path for clip in zju_clips() if clip.name[-3:] in {"FNN", "FTN"}}
    clips |= {name: path for name, path in films("talking").items() if name in _TALK}
    return [Bare(whose=who, group="chosen on" if who in _SEEN else "others", path=path) for who, path in clips.items()]


def coverings(bare: Bare) -> list[Covering]:
    """Everything that is pasted on one face; what it looks like differs from face to face."""
    seed = int(hashlib.sha256(bare.whose.encode()).hexdigest()[:6], 16)
    kinds = enumerate(_COVERINGS)
    return [Covering(thing=t, place=p, width=w, onset_s=_STILL[0], offset_s=_STILL[1], seed=seed + k) for k, (t, p, w) in kinds]


@cache
def _pasting_key() -> str:
    return hashlib.sha256(b"".join(Path(__file__).with_name(name).read_bytes() for name in ("pasting.py", "covering.py"))).hexdigest()[:12]


def _pasted(bare: Bare) -> list[Found]:
    """Everything pasted on one face, and what came out; runs in a worker."""
    kept = [CACHE / f"pasted-{bare.key()}-{k}-{_pasting_key()}-{code_key()}.npz" for k in range(len(_COVERINGS) + 1)]
    if not all(path.exists() for path in kept):
        for path, raw in zip(kept, _geometries(bare), strict=True):
            save_geometry(path, raw)
    plain, *raws = (load_geometry(path) for path in kept)
    return [found(bare, covering, plain, raw) for covering, raw in zip(coverings(bare), raws, strict=True)]


def _geometries(bare: Bare) -> list[Signals]:
    """The distances read from the bare film, and from the film with each covering."""
    pictures = bare.pictures()
    plain = _tracked(pictures)
    points = np.asarray(plain.points_px, np.float64)
    covered = (_tracked([(t, paste(picture, points[k], covering, t)) for k, (t, picture) in enumerate(pictures)]) for covering in coverings(bare))
    return [distances(landmarks) for landmarks in (plain, *covered)]


def _tracked(pictures: Sequence[tuple[float, Pixels]]) -> Landmarks:
    return track_landmarks((frame_of(picture, time_s=t) for t, picture in pictures), tracker=FaceTracker(face_model()))


def found(bare: Bare, covering: Covering, plain: Signals, raw: Signals) -> Found:
    """What came out of one covering, against the bare film."""
    still = (raw.time_s >= covering.onset_s) & (raw.time_s <= covering.offset_s)
    unseen = np.array([reason is not None for reason in unmeasured_frames(raw, load_parameters())])
    own = _sided(plain)
    made = [e for e in _sided(raw) if _during(e, covering) and not any(_same(e, other) for other in own)]
    kind = (covering.thing, covering.place, covering.width)
    words = tuple(f"{e.onset_s:.2f}-{e.offset_s:.2f} {e.side} {'+'.join(e.regions)} {e.amplitude:.2f}" for e in made)
    return Found(whose=bare.whose, group=bare.group, kind=kind, share=float(unseen[still].mean()), made=words)


def _sided(raw: Signals) -> list[Event]:
    return [event for event in measure_geometry(raw).events if event.side is not Side.BOTH]


def _during(event: Event, covering: Covering) -> bool:
    return event.offset_s > covering.onset_s - covering.way_s and event.onset_s < covering.offset_s + covering.way_s


def _same(event: Event, other: Event) -> bool:
    return event.side is other.side and event.offset_s > other.onset_s and event.onset_s < other.offset_s


def seconds(raw: Signals, within: tuple[float, float] = (-math.inf, -math.inf)) -> dict[Reason, float]:
    """Seconds of film by the reason why they are not measured, those within a part left out."""
    outside = (raw.time_s < within[0]) | (raw.time_s >= within[1])
    reasons = unmeasured_frames(raw, load_parameters())
    step_s = float(np.median(np.diff(raw.time_s)))
    return {reason: step_s * float(np.sum(np.equal(reasons, reason) & outside)) for reason in Reason if np.equal(reasons, reason).any()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """One uncovered film: its length, and its seconds by the reason why they are not measured."""

    name: str
    duration_s: float
    lost_s: dict[Reason, float]


def _drawn_films(workers: int) -> list[Uncovered]:
    groups = batches(quick_grid())
    with ProcessPoolExecutor(workers) as pool:
        raws = list(pool.map(geometries, groups))
    pairs = zip(chain.from_iterable(groups), chain.from_iterable(raws), strict=True)
    return [Uncovered(name=setting.words(), duration_s=float(raw.time_s[-1]), lost_s=seconds(raw)) for setting, raw in pairs]


def _real_films() -> list[Uncovered]:
    clips = films("talking") | films("imitation") | films("edge") | {clip.name: clip.path for clip in zju_clips()}
    return [_real_film(name, raw_geometry(path)) for name, path in clips.items()]


def _real_film(name: str, raw: Signals) -> Uncovered:
    hands = (HANDS[1], HANDS[2]) if name == HANDS[0] else (-math.inf, -math.inf)
    length_s = float(raw.time_s[-1]) - (HANDS[2] - HANDS[1] if name == HANDS[0] else 0.0)
    return Uncovered(name=name, duration_s=length_s, lost_s=seconds(raw, hands))


def false_row(name: str, uncovered: Sequence[Uncovered]) -> Row:
    """Seconds falsely called covered for each minute."""
    lost_s, length_s = sum(film.lost_s.get(Reason.OCCLUDED, 0.0) for film in uncovered), sum(film.duration_s for film in uncovered)
    rate = 60 * lost_s / length_s
    return Row(
        claim=f"{name}: uncovered film called covered, seconds a minute",
        target=f"≤ {FALSE_MOST_S_PER_MIN:g}",
        measured=f"{rate:.2f}; {lost_s:.1f} of {length_s:.0f} s",
        cases=f"{len(uncovered)} films",
        met=rate <= FALSE_MOST_S_PER_MIN,
        value=rate,
    )


def pasted_rows(name: str, every: Sequence[Found]) -> list[Row]:
    """Coverings of an eye that are noticed, and coverings that are taken for a movement of one side."""
    eye = [one for one in every if one.kind[1] is Place.EYE]
    share, made = sum(one.noticed for one in eye) / len(eye), sum(bool(one.made) for one in every)
    cases = f"{len(every)} coverings, {len({one.whose for one in every})} faces"
    return [
        Row(
            claim=f"{name}: pasted coverings of one eye that are noticed",
            target=f"≥ {EYE_LEAST:g}",
            measured=f"{share:.3f}; {sum(one.noticed for one in eye)} of {len(eye)}",
            cases=cases,
            met=share >= EYE_LEAST,
            value=share,
        ),
        Row(
            claim=f"{name}: pasted coverings, of whatever place, that are taken for a movement of one side",
            target="0",
            measured=str(made),
            cases=cases,
            met=made == 0,
            value=float(made),
        ),
    ]


def _sizes_table(every: Sequence[Found]) -> Table:
    groups = sorted({one.group for one in every})
    cells = [(kind[0], kind[1], f"{kind[2]:g}", *(_told(every, kind, group) for group in groups)) for kind in _COVERINGS]
    return Table(title="Pasted coverings by size", columns=("what", "over", "width", *(f"{group}: noticed" for group in groups)), cells=tuple(cells))


def _told(every: Sequence[Found], kind: tuple[Thing, Place, float], group: str) -> str:
    own = [one for one in every if one.kind == kind and one.group == group]
    made = sum(bool(one.made) for one in own)
    return f"{sum(one.noticed for one in own)} of {len(own)}" + (f"; {made} one-sided" if made else "")


def _reasons_table(sets: Mapping[str, Sequence[Uncovered]]) -> Table:
    """Every reason in every film that lost time."""
    lost = [(name, film, reason) for name, own in sets.items() for film in own for reason in film.lost_s if film.lost_s[reason]]
    rows = [(name, film.name, str(reason), f"{film.lost_s[reason]:.1f}", f"{film.duration_s:.1f}") for name, film, reason in lost]
    return Table(title="Time that is not measured in uncovered films", columns=("films", "film", "reason", "s", "of s"), cells=tuple(rows))


def _real() -> tuple[list[Uncovered], list[Bare]]:
    """The real films and faces; nothing where they are not here."""
    try:
        return _real_films(), real_faces()
    except NotHereError:
        return [], []


def section(*, workers: int = 2) -> Section:
    """Drawn faces always; real ones where the recordings are here."""
    real, faces = _real()
    sets = {"drawn": _drawn_films(workers), "real": real}
    with ProcessPoolExecutor(workers) as pool:
        every = list(chain.from_iterable(pool.map(_pasted, [*drawn_faces(), *faces])))
    return made_section(sets, every)


def made_section(sets: Mapping[str, Sequence[Uncovered]], every: Sequence[Found]) -> Section:
    """Rows, tables and findings of what came out."""
    rows = [false_row(name, own) for name, own in sets.items() if own]
    for group in sorted({one.group for one in every}):
        rows += pasted_rows(group, [one for one in every if one.group == group])
    words = [f"covering: {one.whose}, {one.kind[0]} {one.kind[2]:g} over {one.kind[1]}: made {'; '.join(one.made)}" for one in every if one.made]
    lost = ((film.name, film.lost_s.get(Reason.OCCLUDED, 0.0)) for own in sets.values() for film in own)
    words += [f"covering: {name}: {lost_s:.1f} s called covered" for name, lost_s in lost if lost_s]
    tables = (_sizes_table(every), _reasons_table(sets))
    return Section(key="covering", title="Something over the face", rows=tuple(rows), tables=tables, notes=NOTES, findings=tuple(words))
