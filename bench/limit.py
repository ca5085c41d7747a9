"""The bare limit: decoding alone and inference alone, each on all cores, with nothing around them."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from spasmograph.io.mesh import MESH_SIZE_PX, FaceModel
from spasmograph.io.seams import CROP_CELLS
from spasmograph.io.video import Chunk, VideoIndex

_START_S = 0.3
_FEATURES = 32


class BareLimit:
    """What decoding and inference take by themselves, in processes that are started and warm before the clock runs."""

    def __init__(self, pool: ProcessPoolExecutor, cores: int) -> None:
        self._pool = pool
        self._cores = cores

    def decode_s(self, index: VideoIndex, chunks: Sequence[Chunk]) -> float:
        """Seconds for all pictures of a film: by single-threaded processes from key frames on, or by FFmpeg's own threads, whichever is faster."""
        return min(self._spread(partial(_decode, index), chunks), self._threaded_s(index.path))

    def infer_s(self, frames: int) -> float:
        """Seconds to run the four parts of the attention mesh `frames` times on ready tensors, one thread a process."""
        shares = [len(part) for part in np.array_split(np.arange(frames), 4 * self._cores)]
        return self._spread(_infer, shares)

    def _spread(self, work: Callable[[Any], None], items: Sequence[Any]) -> float:
        begin = time.perf_counter()
        list(self._pool.map(work, items))
        return time.perf_counter() - begin

    def _threaded_s(self, path: Path) -> float:
        import av

        begin = time.perf_counter()
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = self._cores
            for _ in container.decode(stream):
                pass
        return time.perf_counter() - begin


@contextmanager
def bare_limit(cores: int) -> Iterator[BareLimit]:
    """Processes for measuring the bare limit, as many as cores."""
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        list(pool.map(_warm, range(2 * cores)))
        yield BareLimit(pool, cores)


def _warm(_: int) -> None:
    """Load the models; slowly enough that every process gets its turn."""
    _infer(2)
    time.sleep(_START_S)


def _decode(index: VideoIndex, chunk: Chunk) -> None:
    """Decode one chunk with PyAV alone, and throw the pictures away."""
    import av

    last = int(index.stamps[chunk.stop - 1])
    with av.open(str(index.path)) as container:
        stream = container.streams.video[index.stream_number]
        stream.codec_context.thread_count = 1
        container.seek(int(index.stamps[chunk.seek]), stream=stream)
        for picture in container.decode(stream):
            if picture.pts is not None and picture.pts >= last:
                return


@cache
def _model() -> FaceModel:
    return FaceModel()


def _infer(times: int) -> None:
    base, *heads = _model().parts()
    patch = np.full((MESH_SIZE_PX, MESH_SIZE_PX, 3), 0.5, np.float32)
    crop = np.zeros((CROP_CELLS, CROP_CELLS, _FEATURES), np.float32)
    for _ in range(times):
        base.run(patch)
        for head in heads:
            head.run(crop)
