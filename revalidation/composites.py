"""How much of one eye's closure is read in the other eye: only one closed eye is pasted onto the open frame of the same clip."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from revalidation import peer
from revalidation.counting import bootstrap, median, quantile
from revalidation.measuring import face_model, frame_of
from revalidation.recordings import BOTH_RATERS, NotHereError, film_of, ratings, zju_clips
from revalidation.result import Row, Section, Table, with_interval
from spasmograph.io.landmarks import FaceTracker, track_landmarks
from spasmograph.io.video import read_video
from spasmograph.measure.kinematics import geometry
from spasmograph.model import Landmarks

LEAK_MOST = 0.03
RECOVERY = (0.97, 1.03)
_CLEAR_FRAMES = 3
_SURE = 3
_CLOSED_LEAST = 0.25
_BLINKS_A_PERSON = 6
_CLOSING_SHARE = 0.4
_CANTHI = {"right": (33, 133), "left": (263, 362)}
# Half axes of what is pasted, in widths of the eye: with the folds of the lids up to the brow, and the lids alone.
_WIDE, _TIGHT = (0.80, 0.85), (0.72, 0.60)
_OTHER = {"right": "left", "left": "right"}
_LIDS = {"right": (160, 159, 158, 144, 145, 153), "left": (387, 386, 385, 373, 374, 380)}
Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
NOTES = (
    (
        "From each blink (six a person), the middle of the frames tagged as fully closed (expression: of the rated frames) and "
        "the last frame before it that is at least three "
        "frames away from any blink. The closed eye, with the folds of the lids up to the brow, is brought into place by the "
        "points that facial muscles "
        "hardly move and pasted with a soft border; how far the figures depend on this cut is shown by the row in which the lids alone are pasted; "
        "the other eye's pixels are those of the open frame, which is checked. Each picture is measured by itself."
    ),
    (
        "Amplitudes are falls of the gap between the lids relative to the fall with both eyes closed: recovery on the pasted "
        "side, leak on the untouched side. "
        "Figures are medians over composites; intervals resample people (tagged blinks) or clips (expression)."
    ),
    "Blinks in which one eye's gap falls by less than a quarter with both eyes closed are left out: nothing is closed there.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blink:
    """One closure: its film, inclusive frames, whose it is, and all closures of the film."""

    path: Path
    first: int
    last: int
    group: str
    others: tuple[tuple[int, int], ...]
    shut: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """One pasted eye: whose it is, side, leak into the other eye and recovery."""

    group: str
    side: str
    leak: float
    recovery: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pictures:
    """Open, closed, and one pasted eye a side, of one blink."""

    blink: Blink
    open: Pixels
    closed: Pixels
    pasted: dict[str, Pixels]
    tight: dict[str, Pixels]


def zju_blinks() -> list[Blink]:
    """The tagged blinks."""
    tagged = [(clip, blink, min(shut)) for clip in zju_clips() for blink, shut in zip(clip.blinks, clip.shut, strict=True) if min(shut) >= 1]
    blinks = [Blink(path=c.path, first=a, last=b, group=c.person, others=c.blinks, shut=n) for c, (a, b), n in tagged]
    return [blink for person in sorted({b.group for b in blinks}) for blink in _spread([b for b in blinks if b.group == person])]


def _spread(blinks: Sequence[Blink]) -> list[Blink]:
    """At most so many of a person's blinks, spread over the clips."""
    step = max(1.0, len(blinks) / _BLINKS_A_PERSON)
    return [blinks[int(k * step)] for k in range(min(len(blinks), _BLINKS_A_PERSON))]


def expression_blinks() -> list[Blink]:
    """The closures of talk and expression of which both raters were sure."""
    rated = [r for r in ratings() if r.raters == BOTH_RATERS and "blink" in r.kinds]
    spans = {clip: tuple((r.first, r.last) for r in rated if r.clip == clip) for clip in {r.clip for r in rated}}
    sure = [r for r in rated if r.confidence >= _SURE and r.last > r.first]
    return [Blink(path=film_of(r.clip), first=r.first, last=r.last, group=r.clip, others=spans[r.clip]) for r in sure]


def _frames(blink: Blink) -> tuple[int, int] | None:
    """The open and the closed frame by the tags alone, so that no error of our landmarks chooses; None where there is none."""
    moving = blink.last - blink.first + 1 - blink.shut
    closed = blink.first + round(_CLOSING_SHARE * moving + (blink.shut - 1) / 2)
    free = (at for at in range(blink.first - 1, -1, -1) if all(at < a - _CLEAR_FRAMES or at > b + _CLEAR_FRAMES for a, b in blink.others))
    opened = next(free, None)
    return None if opened is None else (opened, closed)


def landmarks_of(pixels: Pixels) -> Landmarks:
    """One picture's landmarks, without anything before it."""
    return track_landmarks([frame_of(pixels)], tracker=FaceTracker(face_model()))


def pictures(blinks: Sequence[Blink]) -> Iterator[_Pictures]:
    """The pictures of every usable blink; each film is read once."""
    for path in sorted({blink.path for blink in blinks}):
        own = [(blink, frames) for blink in blinks if blink.path == path and (frames := _frames(blink)) is not None]
        wanted = {at for _, frames in own for at in frames}
        stills = {frame.index: frame.to_rgb() for frame in read_video(path) if frame.index in wanted}
        for blink, (opened, closed) in own:
            if opened in stills and closed in stills and (made := _made(blink, stills[opened], stills[closed])) is not None:
                yield made


def _made(blink: Blink, opened: Pixels, closed: Pixels) -> _Pictures | None:
    a, b = landmarks_of(opened), landmarks_of(closed)
    if not (np.isfinite(a.points_px).all() and np.isfinite(b.points_px).all()):
        return None
    points, moved = np.asarray(a.points_px[0], np.float64), np.asarray(b.points_px[0], np.float64)
    brought = _brought(opened, closed, points, moved)
    pasted, tight = ({side: paste_eye(opened, brought, points, side, axes) for side in _CANTHI} for axes in (_WIDE, _TIGHT))
    return _Pictures(blink=blink, open=opened, closed=closed, pasted=pasted, tight=tight)


def _brought(opened: Pixels, closed: Pixels, points: Floats, moved: Floats) -> Pixels:
    """The closed picture, brought into the place of the open one by the points that facial muscles hardly move."""
    import cv2

    still = rigid_indices()
    matrix, _ = cv2.estimateAffinePartial2D(moved[still], points[still], method=cv2.RANSAC, ransacReprojThreshold=50)
    size = (opened.shape[1], opened.shape[0])
    return np.asarray(cv2.warpAffine(closed, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


@cache
def rigid_indices() -> NDArray[np.intp]:
    """The landmarks that facial muscles hardly move."""
    text = files("spasmograph.data").joinpath("rigid_points.toml").read_text(encoding="utf-8")
    return np.array([row["index"] for row in tomllib.loads(text)["points"]], np.intp)


def paste_eye(opened: Pixels, brought: Pixels, points: Floats, side: str, axes: tuple[float, float]) -> Pixels:
    """The open picture with one eye of the closed picture, which lies in its place already; `points` (478, 2) are the open picture's landmarks.

    Raises:
        AssertionError: a pixel of the other eye would change.
    """
    mask = _mask(opened.shape[:2], points, side, axes)[..., None]
    pasted = np.rint(opened * (1 - mask) + brought * mask).astype(np.uint8)
    other = points[list(_LIDS[_OTHER[side]] + _CANTHI[_OTHER[side]])]
    (left, top), (right, bottom) = np.floor(other.min(axis=0)).astype(int), np.ceil(other.max(axis=0)).astype(int) + 1
    assert np.array_equal(pasted[top:bottom, left:right], opened[top:bottom, left:right]), "the other eye changed"  # noqa: S101
    return pasted


def _mask(shape: tuple[int, ...], points: Floats, side: str, axes: tuple[float, float]) -> NDArray[np.float32]:
    """1 over one eye, falling softly to 0 around it (h, w)."""
    outer, inner = (points[i] for i in _CANTHI[side])
    width = float(np.hypot(*(outer - inner)))
    centre = (outer + inner) / 2
    axis = (inner - outer) / width
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    along = (x - centre[0]) * axis[0] + (y - centre[1]) * axis[1]
    across = -(x - centre[0]) * axis[1] + (y - centre[1]) * axis[0]
    radius = np.hypot(along / (axes[0] * width), across / (axes[1] * width))
    return np.asarray(np.clip((1.0 - radius) / 0.2, 0, 1), np.float32)


def gaps_of_mesh(points: Floats) -> dict[str, float]:
    """The lids' gap over the eye's width from bare mesh points (478, 2), as the usual eye aspect ratio."""
    gaps = {}
    for side, lids in _LIDS.items():
        outer, inner = (points[i] for i in _CANTHI[side])
        upper, lower = points[list(lids[:3])].mean(axis=0), points[list(lids[3:])].mean(axis=0)
        gaps[side] = float(np.hypot(*(upper - lower)) / np.hypot(*(outer - inner)))
    return gaps


def _own_gaps(pixels: Pixels) -> dict[str, float]:
    raw = geometry(landmarks_of(pixels))
    return {side: float(raw[f"lid_gap_{side}"][0]) for side in _CANTHI}


def _composites(made: _Pictures, gaps: Sequence[dict[str, float]]) -> list[Composite]:
    """Leak and recovery from the gaps of open, closed and the pasted pictures in the order of `_stack`."""
    opened, closed, *pasted = gaps
    full = {side: opened[side] - closed[side] for side in _CANTHI}
    if min(full[side] / opened[side] for side in _CANTHI) < _CLOSED_LEAST:
        return []
    found = []
    for side, gap in zip(_CANTHI, pasted, strict=True):
        other = _OTHER[side]
        shares = (opened[other] - gap[other]) / full[other], (opened[side] - gap[side]) / full[side]
        found.append(Composite(group=made.blink.group, side=side, leak=shares[0], recovery=shares[1]))
    return found


def _stack(made: _Pictures) -> list[Pixels]:
    return [made.open, made.closed, *(made.pasted[side] for side in _CANTHI)]


def _tight_row(made: Sequence[_Pictures]) -> Row:
    """Recovery if less around the eye is pasted: how far the figure depends on the cut."""
    found = [c for one in made for c in _composites(one, [_own_gaps(p) for p in (one.open, one.closed, *one.tight.values())])]
    leak, recovery = _rows("", found, asked=False)
    text = f"recovery {recovery.measured}; leak {leak.measured}"
    claim = "tagged blinks (ZJU), the lids alone pasted, without the folds above"
    return Row(claim=claim, target="—", measured=text, cases=leak.cases, value=recovery.value, low=recovery.low, high=recovery.high)


def section(*, with_peer: bool = False) -> Section:
    """The rows of the composites."""
    sets = {"tagged blinks (ZJU)": list(pictures(zju_blinks())), "expression clips": list(pictures(expression_blinks()))}
    rows: list[Row] = []
    tables: list[Table] = []
    for name, made in sets.items():
        own = [c for one in made for c in _composites(one, [_own_gaps(pixels) for pixels in _stack(one)])]
        rows += _rows(name, own, asked=True)
        tables.append(_by_group(name, own))
    rows.append(_tight_row(sets["tagged blinks (ZJU)"]))
    rows += _peer_rows(sets, with_peer=with_peer)
    findings = tuple(words for table in tables for words in _bad(table))
    return Section(
        key="composites", title="One closed eye pasted: leak and recovery", rows=tuple(rows), tables=tuple(tables), notes=NOTES, findings=findings
    )


def _bad(table: Table) -> list[str]:
    limits = (LEAK_MOST, *RECOVERY)
    return [
        f"composites {table.title}: {row[0]} leak {row[2]} recovery {row[3]}"
        for row in table.cells
        if abs(float(row[2])) > limits[0] or not limits[1] <= float(row[3]) <= limits[2]
    ]


def _rows(name: str, found: Sequence[Composite], *, asked: bool) -> list[Row]:
    groups = {group: [c for c in found if c.group == group] for group in {c.group for c in found}}
    cases = f"{len(found)} composites, {len(groups)} {'people' if any(g.startswith('person') for g in groups) else 'clips'}"
    rows = []
    for what in ("leak", "recovery"):
        values = [getattr(c, what) for c in found]
        low, high = bootstrap(groups, lambda drawn, what=what: median([getattr(c, what) for own in drawn for c in own]))  # type: ignore[misc]
        value = median(values)
        met = value <= LEAK_MOST if what == "leak" else RECOVERY[0] <= value <= RECOVERY[1]
        target = (f"≤ {LEAK_MOST}" if what == "leak" else f"{RECOVERY[0]}–{RECOVERY[1]}") if asked else "—"
        text = f"{with_interval(value, low, high)}; p10 {quantile(values, 0.1):.2f}, p90 {quantile(values, 0.9):.2f}"
        rows.append(
            Row(claim=f"{name}: {what}", target=target, measured=text, cases=cases, met=met if asked else None, value=value, low=low, high=high)
        )
    return rows


def _by_group(name: str, found: Sequence[Composite]) -> Table:
    groups = sorted({c.group for c in found}, key=lambda text: (len(text), text))
    cells = []
    for group in groups:
        own = [c for c in found if c.group == group]
        cells.append((group, str(len(own)), f"{median([c.leak for c in own]):.3f}", f"{median([c.recovery for c in own]):.3f}"))
    return Table(title=f"Composites: {name}", columns=("whose", "composites", "leak", "recovery"), cells=tuple(cells))


def _peer_rows(sets: dict[str, list[_Pictures]], *, with_peer: bool) -> list[Row]:
    """The same composites by the model that current tools use."""
    try:
        return [row for name, made in sets.items() for row in _rows(f"{peer.NAME}, {name}", _peer_composites(made, install=with_peer), asked=False)]
    except (peer.NotRunError, NotHereError) as error:
        return [Row(claim=f"{peer.NAME}, the same composites", target="—", measured=f"not run: {error}", cases="—")]


def _peer_composites(made: Sequence[_Pictures], *, install: bool) -> list[Composite]:
    points = peer.landmarks([pixels for one in made for pixels in _stack(one)], install=install)
    found: list[Composite] = []
    for index, one in enumerate(made):
        own = points[4 * index : 4 * index + 4]
        if all(np.isfinite(mesh).all() for mesh in own):
            found += _composites(one, [gaps_of_mesh(mesh) for mesh in own])
    return found
