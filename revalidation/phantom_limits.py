"""The drawn face at the edges: real compressed films, poses that must be refused, and how still a still face is."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from revalidation.counting import quantile
from revalidation.measuring import measure_geometry, raw_geometry
from revalidation.phantom_films import HEIGHTS_PX, LIGHTS, RATES_HZ, TONES, YAWS_DEG, Setting, film_geometries
from revalidation.phantom_grid import Film, rows, verdicts
from revalidation.phantom_judge import judge
from revalidation.recordings import NotHereError, films, zju_clips
from revalidation.result import Row, Section, Table
from spasmograph.app.analysis import analyze_video
from spasmograph.errors import UnmeasuredError
from spasmograph.io.phantom import Light, Scene, render_phantom
from spasmograph.measure.quality import assess_quality, unmeasured_frames
from spasmograph.model import Signals
from spasmograph.parameters import load_parameters
from spasmograph.script import Script, wink
from spasmograph.terms import Side

BEYOND_DEG = 40.0
_STILL_S = 4.0
_QUIET_S = 1.0
STILL_SIGNALS = {
    "closure": "eye_closure_{side}",
    "lid gap, mm": "palpebral_fissure_height_{side}_mm",
    "mouth corner, mm": "oral_commissure_excursion_{side}_mm",
    "brow, mm": "brow_height_{side}_mm",
    "cheek, mm": "cheek_raise_{side}_mm",
}


def file_settings() -> tuple[Setting, ...]:
    """15 films, one a pair of skin tone and light, over all poses, sizes and rates."""
    return tuple(
        Setting(tone=t, light=LIGHTS[k], yaw_deg=YAWS_DEG[(t + 2 * k) % 5], height_px=HEIGHTS_PX[(t + k) % 3], rate_hz=RATES_HZ[(t + 2 * k) % 3])
        for t in TONES
        for k in range(3)
    )


def files_section(*, workers: int = 2) -> Section:
    """The same script through real compressed films and the whole product."""
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(_through_file, file_settings()))
    cells = tuple(
        (film.setting.words(), f"{sum(v.found for v in film.outcome.verdicts)} of {len(film.outcome.verdicts)}", str(len(film.outcome.invented)))
        for film in found
    )
    words = [f"file, {f.setting.words()}: missed {v.name} {v.side}; there: {v.seen}" for f, v in verdicts(found) if not v.found]
    words += [f"file, {f.setting.words()}: invented in {w}" for f in found for w in f.outcome.invented]
    return Section(
        key="phantom_files",
        title="The drawn face through compressed films",
        rows=rows(found),
        tables=(Table(title="Compressed films", columns=("film", "found", "invented"), cells=cells),),
        notes=("H.264 at constant rate factor 20, read and measured as a user's file is; 15 films.",),
        findings=tuple(words),
    )


def _through_file(setting: Setting) -> Film:
    """Render, measure and judge one film; runs in a worker."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.mp4"
        render_phantom(path, setting.scene(), setting.script())
        return Film(setting=setting, outcome=judge(setting.script(), analyze_video(path).events))


def pose_section() -> Section:
    """Turned beyond the limit: a refusal, not a number."""
    script = Script(duration_s=3.0, episodes=(wink(Side.RIGHT, 1.0), wink(Side.LEFT, 2.0)))
    settings = [
        Setting(tone=tone, light=light, yaw_deg=yaw, height_px=720, rate_hz=30)
        for tone, light in ((1, Light.EVEN), (3, Light.SIDE), (5, Light.DIM))
        for yaw in (-BEYOND_DEG, BEYOND_DEG)
    ]
    said = [(setting, _refusal(film_geometries([(setting.scene(), script)])[0])) for setting in settings]
    refused = sum(bool(words) for _, words in said)
    row = Row(
        claim=f"yaw ±{BEYOND_DEG:.0f}°: refused, in words",
        target="all",
        measured=f"{refused} of {len(said)}",
        cases=f"{len(said)} films",
        met=refused == len(said),
        value=refused / len(said),
    )
    cells = tuple((setting.words(), words or "measured") for setting, words in said)
    table = Table(title="Beyond the pose limit", columns=("film", "what was said"), cells=cells)
    return Section(key="phantom_pose", title="The drawn face turned too far", rows=(row,), tables=(table,))


def _refusal(raw: Signals) -> str:
    """The words of the refusal; empty if it was measured."""
    rules = load_parameters()
    try:
        assess_quality(raw, unmeasured_frames(raw, rules), frame_rate_hz=30.0, end_s=float(raw.time_s[-1]), parameters=rules)
    except UnmeasuredError as error:
        return str(error)
    return ""


def noise_section() -> Section:
    """How much a still face seems to move."""
    scenes = [Scene(width_px=h * 16 // 9, height_px=h, light=light) for h in HEIGHTS_PX for light in LIGHTS]
    still = Script(duration_s=_STILL_S)
    drawn = {f"{s.height_px} px, {s.light} light": measure_geometry(film_geometries([(s, still)])[0]).signals for s in scenes}
    cells = [("drawn face, " + name, *_spread(signals)) for name, signals in drawn.items()]
    largest = _largest(list(drawn.values()))
    try:
        cells += _real_cells()
    except NotHereError as error:
        cells.append((f"real clips left out: {error}", *("—" for _ in STILL_SIGNALS)))
    row = Row(
        claim="noise floor of a still drawn face with camera noise: standard deviation, largest over sizes and lights",
        target="stated",
        measured="; ".join(f"{name} {value:.3f}" for name, value in largest.items()),
        cases=f"{len(drawn)} films of {_STILL_S:g} s",
        met=True,
        value=largest["mouth corner, mm"],
    )
    notes = (
        f"Real clips: the standard deviation in the quietest {_QUIET_S:g} s of each clip, median over clips; a living face is never quite still.",
    )
    table = Table(title="Noise of a still face (standard deviation)", columns=("film", *STILL_SIGNALS), cells=tuple(cells))
    return Section(key="noise", title="How still a still face is", rows=(row,), tables=(table,), notes=notes)


def _deviations(signals: Signals) -> dict[str, float]:
    sides = (Side.LEFT, Side.RIGHT)
    return {name: max(float(np.nanstd(signals[pattern.format(side=side)])) for side in sides) for name, pattern in STILL_SIGNALS.items()}


def _largest(every: Sequence[Signals]) -> dict[str, float]:
    found = [_deviations(signals) for signals in every]
    return {name: max(one[name] for one in found) for name in STILL_SIGNALS}


def _spread(signals: Signals) -> tuple[str, ...]:
    return tuple(f"{value:.3f}" for value in _deviations(signals).values())


def _real_cells() -> list[tuple[str, ...]]:
    """One line a collection."""
    sets = {"tagged blinks (ZJU), 42 clips of 320 px": [clip.path for clip in zju_clips()], "talk and expression": list(films("talking").values())}
    cells = []
    for name, paths in sets.items():
        found = [_quietest(measure_geometry(raw_geometry(path)).signals) for path in paths]
        cells.append((name, *(f"{quantile([one[key] for one in found], 0.5):.3f}" for key in STILL_SIGNALS)))
    return cells


def _quietest(signals: Signals) -> dict[str, float]:
    """The deviations in the quietest second, signal by signal."""
    length = max(2, round(_QUIET_S / float(np.median(np.diff(signals.time_s)))))
    parts = range(0, max(1, len(signals) - length), max(1, length // 3))
    found = [_deviations(_part(signals, at, at + length)) for at in parts]
    return {name: min((one[name] for one in found if np.isfinite(one[name])), default=float("nan")) for name in STILL_SIGNALS}


def _part(signals: Signals, first: int, stop: int) -> Signals:
    return replace(signals, time_s=signals.time_s[first:stop], values={name: signals[name][first:stop] for name in signals})
