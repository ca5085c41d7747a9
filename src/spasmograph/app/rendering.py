"""A phantom film drawn by several processes at once: its pictures do not depend on each other."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spasmograph.app.pool import map_ahead, worker_pool

if TYPE_CHECKING:
    from spasmograph.io.phantom import Scene
    from spasmograph.io.phantom.paint import Bytes
    from spasmograph.model import Floats
    from spasmograph.script import Script

Progress = Callable[[int, int], None]
RUN_FRAMES = 4
# Starting workers takes about as long as drawing this many megapixels.
WORTH_WORKERS_MP = 60.0


def render_film(path: Path, scene: "Scene", script: "Script", *, workers: int = 1, progress: Progress | None = None) -> Path:
    """Write the film of a script and its truth beside it; gives the path of the truth. Any number of workers draws the same pictures.

    Raises:
        OutputError: a file could not be written.
        WorkerLostError: the system ended a worker process.
    """
    from spasmograph.io.phantom import render_phantom, truth_path

    megapixels = script.duration_s * scene.frame_rate_hz * scene.width_px * scene.height_px / 1e6
    if workers <= 1 or megapixels < WORTH_WORKERS_MP:
        render_phantom(path, scene, script, progress)
    else:
        _render_shared(path, scene, script, workers, progress)
    return truth_path(path)


def _render_shared(path: Path, scene: "Scene", script: "Script", workers: int, progress: Progress | None) -> None:
    from spasmograph.io.phantom import render_phantom
    from spasmograph.io.phantom.render import frame_times

    times = frame_times(scene, script)
    runs = np.array_split(times, -(-len(times) // RUN_FRAMES))
    with worker_pool(workers) as pool:
        drawn = map_ahead(pool, partial(_draw, scene, script), runs, ahead=2 * workers)
        render_phantom(path, scene, script, frames=_counted(chain.from_iterable(drawn), len(times), progress))


def _draw(scene: "Scene", script: "Script", times: "Floats") -> list["Bytes"]:
    """The pictures at some times; runs in a worker."""
    from spasmograph.io.phantom import draw_frame

    signals = script.states(times) | {"time_s": times}
    return [draw_frame(scene, {name: float(values[index]) for name, values in signals.items()}) for index in range(len(times))]


def _counted(frames: Iterable["Bytes"], total: int, progress: Progress | None) -> Iterator["Bytes"]:
    for number, frame in enumerate(frames, start=1):
        yield frame
        if progress:
            progress(number, total)
