"""The parts of the study in order; a part whose recordings are not here says so and the others go on."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from revalidation import (
    blinks_tagged,
    brow_up,
    composites,
    covering,
    edges,
    emg_beside,
    emg_bursts,
    emg_evoked,
    emg_noise,
    emg_recordings,
    invariance,
    leave_out,
    lid_marks,
    lid_series,
    mesh_parity,
    mouth_marks,
    phantom_grid,
    phantom_limits,
    rated,
    side_faithful,
)
from revalidation.recordings import NotHereError
from revalidation.result import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: its key on the command line, its title, and what runs it."""

    key: str
    title: str
    run: Callable[[], Section]


def parts(*, quick: bool, workers: int, with_peer: bool) -> tuple[Part, ...]:
    """All parts."""
    grid = partial(phantom_grid.section, quick=quick, workers=workers)
    return (
        Part(key="tagged_blinks", title="Blinks tagged by people", run=blinks_tagged.section),
        Part(key="rated_events", title="Talk and expression, two raters", run=rated.section),
        Part(key="side_faithful", title="One-sided or not", run=side_faithful.section),
        Part(key="mesh_parity", title="Landmarks against their own runtime", run=mesh_parity.section),
        Part(key="composites", title="One closed eye pasted", run=partial(composites.section, with_peer=with_peer)),
        Part(key="edges", title="Hard and impossible recordings", run=edges.section),
        Part(key="phantom_grid", title="The drawn face over all conditions", run=grid),
        Part(key="phantom_files", title="The drawn face through compressed films", run=partial(phantom_limits.files_section, workers=workers)),
        Part(key="phantom_pose", title="The drawn face turned too far", run=phantom_limits.pose_section),
        Part(key="covering", title="Something over the face", run=partial(covering.section, workers=workers)),
        Part(key="noise", title="How still a still face is", run=phantom_limits.noise_section),
        Part(key="invariance", title="The same results in other ways", run=invariance.section),
        Part(key="brow_up", title="The brow goes up while the eye closes", run=brow_up.section),
        Part(key="lid_marks", title="Closure against lid margins marked by hand", run=lid_marks.section),
        Part(key="mouth_marks", title="Mouth corners against corners marked by hand", run=mouth_marks.section),
        Part(key="lid_series", title="Lid series that others measured", run=lid_series.section),
        Part(key="leave_out", title="Thresholds chosen without the person", run=leave_out.section),
        Part(key="emg_noise", title="EMG: bursts where there are none", run=partial(emg_noise.section, workers=workers)),
        Part(key="emg_bursts", title="EMG: brief bursts of known strength", run=partial(emg_bursts.section, workers=workers)),
        Part(key="emg_recordings", title="EMG: recordings of others", run=emg_recordings.section),
        Part(key="emg_beside", title="EMG: beside another library", run=partial(emg_beside.section, with_peer=with_peer)),
        Part(key="emg_evoked", title="EMG: responses to stimuli", run=partial(emg_evoked.section, workers=workers)),
    )


def run(chosen: Sequence[Part]) -> list[Section]:
    """Run parts one after the other, with a line of progress each."""
    found = []
    for part in chosen:
        begun = time.monotonic()
        found.append(_run(part))
        state = f"not run: {found[-1].skipped}" if found[-1].skipped else _tally(found[-1])
        print(f"{part.title}: {state} ({time.monotonic() - begun:.0f} s)", flush=True)
    return found


def _run(part: Part) -> Section:
    try:
        return part.run()
    except NotHereError as error:
        return Section(key=part.key, title=part.title, skipped=str(error))


def _tally(section: Section) -> str:
    asked = [row for row in section.rows if row.met is not None]
    return f"{sum(bool(row.met) for row in asked)} of {len(asked)} targets met"
