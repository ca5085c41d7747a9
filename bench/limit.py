"""The bare limit: decoding alone and inference alone, each on all cores, with nothing around them."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from spasmograph.io.mesh import MESH_SIZE_PX, FaceModel
from spasmograph.io.video import Chunk, VideoIndex, chunk_video, index_video, read_chunk


def decode_s(path: Path, cores: int) -> float:
    """Seconds to decode a film with as many single-threaded processes as cores, the pictures thrown away."""
    index = index_video(path)
    return _spread(partial(_decode, index=index), chunk_video(index), cores)


def infer_s(frames: int, cores: int) -> float:
    """Seconds to run the four parts of the attention mesh `frames` times on ready input, one interpreter thread a process."""
    shares = [len(part) for part in np.array_split(np.arange(frames), cores)]
    return _spread(_infer, shares, cores)


def _spread(work: Callable[[Any], None], items: Sequence[Any], cores: int) -> float:
    """Wall seconds of `work` over `items` on `cores` processes that are already running and warm."""
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        list(pool.map(_warm, range(4 * cores)))
        begin = time.perf_counter()
        list(pool.map(work, items))
        return time.perf_counter() - begin


def _warm(_: int) -> None:
    _infer(2)


def _decode(chunk: Chunk, index: VideoIndex) -> None:
    for _ in read_chunk(index, chunk):
        pass


_models: list[FaceModel] = []


def _infer(times: int) -> None:
    if not _models:
        _models.append(FaceModel())
    parts = _models[0].parts()
    patch = np.full((MESH_SIZE_PX, MESH_SIZE_PX, 3), 0.5, np.float32)
    crop = np.zeros((16, 16, 32), np.float32)
    for _ in range(times):
        parts[0].run(patch)
        for part in parts[1:]:
            part.run(crop)
