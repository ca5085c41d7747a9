"""The same film in other ways: more workers, a later start, mirrored, turned by metadata. The events must not change."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from revalidation.recordings import NotHereError, film_of
from revalidation.result import Row, Section, Table
from spasmograph.app.analysis import analyze_video
from spasmograph.app.pool import worker_pool
from spasmograph.io.film import write_film
from spasmograph.io.phantom import Scene, draw_frames
from spasmograph.io.video import read_video
from spasmograph.model import Event, Measurement
from spasmograph.script import demo_script
from spasmograph.terms import Side

_CLIPS = ("d9", "d19", "s18")
_SECONDS = 24.0
_TRIM_S = 4.0
_SETTLED_S = 1.0
NOTES = (
    (
        "Whole: the film as one run of one process. Events are the same if side, kind, regions and pattern agree and the onset "
        "differs by less than half a "
        "frame. With a later start, events that begin within a second of it are left out, and resting levels are those of a shorter film."
    ),
    (
        "Mirrored: the pictures are exchanged left for right and the film is measured with `mirrored`; turned: the pictures lie "
        "on their side and the file "
        "says so. Both are written without loss and compared with the upright film written in the same way, so that only the change itself differs."
    ),
    "Differences of the signals are the 95th percentile over frames and sides, to be held against the noise of a still face below.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One way against the whole: events alike, events in all, and how far the signals differ (p95)."""

    film: str
    way: str
    alike: int
    events: int
    closure: float
    mouth_mm: float
    onset_ms: float


def same_event(a: Event, b: Event, half_frame_s: float) -> bool:
    """Whether two events are the same."""
    alike = (a.side, a.kind, a.regions, a.pattern) == (b.side, b.kind, b.regions, b.pattern)
    return alike and abs(a.onset_s - b.onset_s) < half_frame_s


def compare(film: str, way: str, whole: Measurement, other: Measurement, shift_s: float = 0.0) -> Comparison:
    """The whole against another way whose time starts `shift_s` later."""
    half = 0.5 / whole.recording.frame_rate_hz
    first = shift_s + _SETTLED_S if shift_s else -1.0
    a = [event for event in whole.events if event.onset_s >= first]
    b = [event for event in other.events if event.onset_s >= first]
    alike = sum(any(same_event(x, y, half) for y in b) for x in a)
    near = [min((abs(x.onset_s - y.onset_s) for y in b), default=0.0) for x in a]
    return Comparison(
        film=film,
        way=way,
        alike=alike,
        events=max(len(a), len(b)),
        closure=_apart(whole, other, "eye_closure_{side}"),
        mouth_mm=_apart(whole, other, "oral_commissure_excursion_{side}_mm"),
        onset_ms=1000 * max(near, default=0.0),
    )


def _apart(whole: Measurement, other: Measurement, name: str) -> float:
    """The 95th percentile of the difference of a signal over the frames that both have."""
    _, i, j = np.intersect1d(np.round(whole.signals.time_s, 3), np.round(other.signals.time_s, 3), return_indices=True)
    gaps = [np.abs(whole.signals[name.format(side=s)][i] - other.signals[name.format(side=s)][j]) for s in (Side.LEFT, Side.RIGHT)]
    return float(np.nanquantile(np.concatenate(gaps), 0.95))


def _ways(name: str, path: Path, folder: Path) -> list[Comparison]:
    """One film in every way."""
    whole = analyze_video(path)
    with worker_pool(2) as pool:
        found = [compare(name, "2 workers", whole, analyze_video(path, executor=pool))]
    if whole.recording.duration_s > 2 * _TRIM_S:
        found.append(compare(name, f"from {_TRIM_S:g} s on", whole, analyze_video(path, start_s=_TRIM_S), _TRIM_S))
    rate = whole.recording.frame_rate_hz
    pictures = [frame.to_rgb() for frame in read_video(path)]
    upright = _written(folder / "upright.mp4", pictures, rate)
    reference = analyze_video(upright)
    mirrored = _written(folder / "mirrored.mp4", [np.ascontiguousarray(p[:, ::-1]) for p in pictures], rate)
    found.append(compare(name, "mirrored, and said so", reference, analyze_video(mirrored, mirrored=True)))
    turned = _written(folder / "turned.mp4", [np.ascontiguousarray(np.rot90(p)) for p in pictures], rate, rotation_deg=90)
    found.append(compare(name, "turned by metadata", reference, analyze_video(turned)))
    for film in (upright, mirrored, turned):
        film.unlink()
    return found


def _written(path: Path, pictures: Sequence[np.ndarray], rate_hz: float, rotation_deg: int = 0) -> Path:
    """A film without loss, in a folder that is thrown away."""
    write_film(path, pictures, frame_rate_hz=rate_hz, quality=0, pixel_format="yuv444p", rotation_deg=rotation_deg)
    return path


def _phantom(folder: Path) -> Path:
    """A drawn film of several chunks."""
    path = folder / "drawn.mp4"
    write_film(path, draw_frames(Scene(width_px=640, height_px=360), demo_script(_SECONDS)), frame_rate_hz=30.0, gop=60)
    return path


def section() -> Section:
    """The rows of the ways; real films are left out where they are not here."""
    found: list[Comparison] = []
    left_out = ""
    with TemporaryDirectory() as name:
        folder = Path(name)
        found += _ways("drawn face", _phantom(folder), folder)
        try:
            for clip in _CLIPS:
                found += _ways(clip, film_of(clip), folder)
        except NotHereError as error:
            left_out = f"Real clips were left out: {error}."
    ways = list(dict.fromkeys(c.way for c in found))
    rows = tuple(_row(way, [c for c in found if c.way == way]) for way in ways)
    notes = (*NOTES, left_out) if left_out else NOTES
    return Section(
        key="invariance", title="The same results in other ways", rows=rows, tables=(_table(found),), notes=notes, findings=tuple(_words(found))
    )


def _words(found: Sequence[Comparison]) -> list[str]:
    return [f"invariance {c.film}, {c.way}: {c.alike} of {c.events} events alike; closure p95 {c.closure:.3f}" for c in found if c.alike < c.events]


def _row(way: str, found: Sequence[Comparison]) -> Row:
    alike, events = sum(c.alike for c in found), sum(c.events for c in found)
    closure, mouth = max(c.closure for c in found), max(c.mouth_mm for c in found)
    return Row(
        claim=f"{way}: the same events",
        target="all",
        measured=f"{alike} of {events}; signals differ by at most {closure:.3f} closure and {mouth:.2f} mm (p95)",
        cases=f"{len(found)} films",
        met=alike == events,
        value=alike / events if events else None,
    )


def _table(found: Sequence[Comparison]) -> Table:
    cells = tuple((c.film, c.way, f"{c.alike} of {c.events}", f"{c.closure:.4f}", f"{c.mouth_mm:.3f}", f"{c.onset_ms:.1f}") for c in found)
    columns = ("film", "way", "events alike", "closure, p95 difference", "mouth corner mm, p95 difference", "onset ms, largest difference")
    return Table(title="Ways of measuring the same film", columns=columns, cells=cells)
