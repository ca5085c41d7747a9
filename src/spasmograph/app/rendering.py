"""A phantom film drawn by several processes at once: its pictures do not depend on each other."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from spasmograph.app.pool import map_ahead, worker_pool

if TYPE_CHECKING:
    from spasmograph.io.phantom import Scene
    from spasmograph.io.phantom.skin import Bytes
    from spasmograph.script import Script

Progress = Callable[[int, int], None]


def render_film(path: Path, scene: "Scene", script: "Script", *, workers: int, progress: Progress | None = None) -> Path:
    """Write the film of a script and its truth beside it; gives the path of the truth.

    Raises:
        OutputError: a file could not be written.
    """
    from spasmograph.io.phantom import render_phantom, truth_path

    render_phantom(path, scene, script, progress)
    return truth_path(path)
