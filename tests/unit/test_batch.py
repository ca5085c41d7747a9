"""Several films on one set of workers."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pickle import PicklingError
from types import SimpleNamespace
from typing import Any

import pytest

from spasmograph.app import analysis, batch
from spasmograph.app.batch import Options, analyze_files, load_what_chunks_need
from spasmograph.app.interrupts import interrupts_held
from spasmograph.app.pool import core_count, map_ahead, worker_lost, worker_pool
from spasmograph.errors import NoFaceError, NotAVideoError, WorkerLostError
from spasmograph.io import opening
from spasmograph.terms import Task
from tests.fakes import fake_measurement

FILM_S = 8.0
CHUNKS = 2
FRAMES = 10
# What is waited for takes a fraction of a second; a hang must end, and fail.
PATIENCE_S = 60


@dataclass
class Studio:
    """Films that need no decoding: `bad` is no video, `empty` shows no face, `heavy` takes its worker with it."""

    log: list[str] = field(default_factory=list)
    options: list[dict[str, Any]] = field(default_factory=list)

    def stated_length_s(self, path: Path) -> float:
        return 0.0 if path.stem == "bad" else FILM_S

    def plan(self, path: Path, **options: Any) -> Any:
        self.options.append(options)
        if path.stem == "bad":
            msg = f"{path.name} is not a video"
            raise NotAVideoError(msg)
        self.log.append(f"planned {path.stem}")
        chunks = tuple(f"{path.stem} {number}" for number in range(CHUNKS))
        return SimpleNamespace(name=path.stem, chunks=chunks, frames=FRAMES, recording=SimpleNamespace(start_s=0.0, end_s=FILM_S))

    def start(self, plan: Any, executor: Executor | None = None) -> Iterator[str]:
        self.log.append(f"started {plan.name}")
        return executor.map(self.measure, plan.chunks) if executor else map(self.measure, plan.chunks)

    def measure(self, chunk: str) -> str:
        if chunk.startswith("heavy"):
            raise worker_lost(4)
        return chunk

    def finish(self, plan: Any, parts: Iterator[str], *, progress: Any) -> Any:
        assert tuple(parts) == plan.chunks
        progress(FRAMES, FRAMES)
        self.log.append(f"finished {plan.name}")
        if plan.name == "empty":
            msg = "no face was found"
            raise NoFaceError(msg)
        return fake_measurement(name=plan.name)


@dataclass
class Pools:
    """Thread pools in the place of processes, counted."""

    made: list[int] = field(default_factory=list)
    left: int = 0

    @contextmanager
    def pool(self, workers: int, *, wake: Callable[[], None]) -> Iterator[Executor]:
        assert wake is load_what_chunks_need
        self.made.append(workers)
        with ThreadPoolExecutor(workers) as executor:
            yield executor
        self.left += 1


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    made = Studio()
    monkeypatch.setattr(opening, "stated_length_s", made.stated_length_s)
    monkeypatch.setattr(analysis, "plan_analysis", made.plan)
    monkeypatch.setattr(analysis, "start_analysis", made.start)
    monkeypatch.setattr(analysis, "finish_analysis", made.finish)
    return made


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> Pools:
    made = Pools()
    monkeypatch.setattr(batch, "worker_pool", made.pool)
    return made


def films(*stems: str) -> list[Path]:
    return [Path(f"{stem}.mp4") for stem in stems]


def told(outcomes: Sequence[Any]) -> list[tuple[str, str]]:
    return [(outcome.path.stem, "measured" if outcome.measurement else type(outcome.error).__name__) for outcome in outcomes]


@pytest.mark.parametrize("workers", [1, 3])
def test_one_bad_film_does_not_stop_the_others(studio: Studio, pools: Pools, workers: int) -> None:
    outcomes = list(analyze_files(films("one", "bad", "empty", "two"), workers=workers))

    assert told(outcomes) == [("one", "measured"), ("bad", "NotAVideoError"), ("empty", "NoFaceError"), ("two", "measured")]
    assert pools.made == ([] if workers == 1 else [3])
    assert studio.log[-1] == "finished two"


def test_options_reach_every_film(studio: Studio) -> None:
    list(analyze_files(films("one", "two"), Options(task=Task.SMILE, mirrored=True, start_s=1.0, end_s=2.0)))

    assert studio.options == [{"task": Task.SMILE, "mirrored": True, "start_s": 1.0, "end_s": 2.0}] * 2


@pytest.mark.usefixtures("studio")
def test_progress_names_the_film_and_its_frames() -> None:
    heard: list[tuple[int, int, int]] = []

    list(analyze_files(films("one", "bad", "two"), on_progress=lambda *event: heard.append(event)))

    assert heard == [(0, 0, FRAMES), (0, FRAMES, FRAMES), (2, 0, FRAMES), (2, FRAMES, FRAMES)]


def test_a_few_seconds_of_film_start_no_worker(studio: Studio, pools: Pools) -> None:
    list(analyze_files(films("one", "bad"), workers=4))

    assert pools.made == []
    assert studio.log[-1] == "finished one"


@pytest.mark.usefixtures("studio")
def test_a_short_part_of_long_films_starts_no_worker(pools: Pools) -> None:
    list(analyze_files(films("one", "two", "three"), Options(start_s=2.0, end_s=5.0), workers=4))

    assert pools.made == []


@pytest.mark.usefixtures("studio")
@pytest.mark.parametrize(("count", "workers", "made"), [(2, 64, 4), (5, 3, 3), (3, 5, 5)])
def test_there_are_no_more_workers_than_pieces_of_film(pools: Pools, count: int, workers: int, made: int) -> None:
    list(analyze_files(films(*map(str, range(count))), workers=workers))

    assert pools.made == [made]


def test_films_are_opened_one_by_one_where_no_worker_waits(studio: Studio) -> None:
    outcomes = analyze_files(films("one", "two", "three", "four"), workers=1)

    next(outcomes)

    assert "planned four" not in studio.log


def test_workers_get_the_next_film_while_this_one_is_finished(studio: Studio, pools: Pools) -> None:
    outcomes = analyze_files(films("one", "two", "three", "four", "five"), workers=2)

    next(outcomes)

    assert studio.log.index("started two") < studio.log.index("finished one")
    assert "started four" not in studio.log
    outcomes.close()
    assert pools.made == [2]


@pytest.mark.usefixtures("studio")
@pytest.mark.usefixtures("studio")
def test_lost_worker_costs_one_film_and_says_what_to_try(pools: Pools) -> None:
    outcomes = list(analyze_files(films("one", "heavy", "two", "three"), workers=4))

    assert told(outcomes) == [("one", "measured"), ("heavy", "WorkerLostError"), ("two", "measured"), ("three", "measured")]
    assert isinstance(outcomes[1].error, WorkerLostError)
    assert pools.made == [4]
    assert pools.left == 1


def test_bug_in_a_film_is_not_taken_for_a_bad_film(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "finish", None)
    monkeypatch.setattr(analysis, "finish_analysis", lambda *_parts, **_options: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        list(analyze_files(films("one")))


def test_processes_work_and_are_no_more_than_the_work() -> None:
    with worker_pool(4) as pool:
        assert list(pool.map(abs, [-1])) == [1]
        assert len(multiprocessing.active_children()) == 1
    assert multiprocessing.active_children() == []


def test_processes_that_are_woken_wait_for_work() -> None:
    with worker_pool(3, wake=os.getpid) as pool:
        assert len(multiprocessing.active_children()) == 3
        assert list(pool.map(abs, [-1, -2, -3, -4])) == [1, 2, 3, 4]
        assert len(multiprocessing.active_children()) == 3
    assert multiprocessing.active_children() == []


def test_what_a_process_loads_first_is_there_for_the_work() -> None:
    with worker_pool(1, wake=load_what_chunks_need) as pool:
        assert pool.submit(_has_models).result(PATIENCE_S)


def _has_models() -> bool:
    return analysis.face_model.cache_info().currsize == 1


def test_process_that_is_lost_while_it_wakes_is_seen() -> None:
    with worker_pool(2, wake=os.abort) as pool:
        with pytest.raises(WorkerLostError):
            pool.submit(abs, -1).result(PATIENCE_S)
        with pytest.raises(WorkerLostError):
            pool.submit(abs, -1).result(PATIENCE_S)
        assert pool.submit(abs, -1).result(PATIENCE_S) == 1


@pytest.mark.parametrize(("workers", "advice"), [(1, "--workers 1"), (2, "--workers 1"), (4, "--workers 2")])
def test_lost_worker_is_an_error_with_advice_and_a_new_one_takes_over(workers: int, advice: str) -> None:
    with worker_pool(workers) as pool:
        with pytest.raises(WorkerLostError, match=advice):
            pool.submit(os._exit, 1).result(PATIENCE_S)
        assert pool.submit(abs, -1).result(PATIENCE_S) == 1

    assert multiprocessing.active_children() == []


def test_worker_lost_in_the_middle_of_its_answer_is_seen() -> None:
    with worker_pool(1) as pool:
        answer = pool.submit(_half_an_answer)

        with pytest.raises(WorkerLostError):
            answer.result(PATIENCE_S)


def _half_an_answer() -> "HalfSent":
    return HalfSent()


class HalfSent:
    """Its worker ends after a part of it is on the way."""

    def __reduce__(self) -> tuple[Any, ...]:
        threading.Timer(0.03, os._exit, [1]).start()
        return bytes, (bytes(1 << 26),)


def test_error_of_a_worker_is_its_own_and_tells_where_it_arose() -> None:
    with worker_pool(1) as pool, pytest.raises(FileNotFoundError, match="nowhere") as caught:
        pool.submit(os.stat, "nowhere").result(PATIENCE_S)

    assert "In a worker process" in caught.value.__notes__[0]


def test_work_that_cannot_be_sent_is_an_error_and_the_worker_goes_on() -> None:
    with worker_pool(1) as pool:
        with pytest.raises((AttributeError, PicklingError)):
            pool.submit(lambda: 1).result(PATIENCE_S)
        with pytest.raises(TypeError, match="pickle"):
            pool.submit(threading.Lock).result(PATIENCE_S)
        assert pool.submit(int, "11", base=2).result(PATIENCE_S) == 3


def test_interrupt_ends_busy_workers_at_once() -> None:
    def interrupted() -> None:
        with worker_pool(3) as pool:
            assert pool.submit(abs, -1).result(PATIENCE_S) == 1
            for work in ((signal.pause,), (bytes, 1 << 27), (bytes, 1 << 27)):
                pool.submit(*work)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert multiprocessing.active_children() == []


def test_worker_does_not_hear_ctrl_c() -> None:
    with worker_pool(1) as pool:
        pool.submit(signal.raise_signal, signal.SIGINT).result(PATIENCE_S)
        assert pool.submit(abs, -2).result(PATIENCE_S) == 2


@pytest.mark.parametrize("ahead", [1, 3, 100])
def test_map_ahead_keeps_order_and_bound(ahead: int) -> None:
    asked: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(20):
            asked.append(number)
            yield number

    with ThreadPoolExecutor(2) as pool:
        results = []
        for result in map_ahead(pool, str, numbers(), ahead=ahead):
            results.append(result)
            assert len(asked) <= len(results) + ahead
    assert results == [str(number) for number in range(20)]


def test_interrupt_waits_until_the_block_is_left() -> None:
    done = []

    def write() -> None:
        with interrupts_held():
            signal.raise_signal(signal.SIGINT)
            done.append("written")

    with pytest.raises(KeyboardInterrupt):
        write()

    assert done == ["written"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_error_in_the_block_comes_through() -> None:
    def write() -> None:
        with interrupts_held():
            msg = "full"
            raise OSError(msg)

    with pytest.raises(OSError, match="full"):
        write()

    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_outside_the_main_thread_the_block_just_runs() -> None:
    def held() -> str:
        with interrupts_held():
            return "ran"

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(held).result() == "ran"


def test_there_is_at_least_one_core() -> None:
    assert 1 <= core_count() <= (os.cpu_count() or 1)
