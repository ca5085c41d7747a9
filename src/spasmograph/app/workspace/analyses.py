"""Recordings that wait are measured in the background, one after the other, each in a worker process of its own.

What is to be done stands in the database, so that nothing is forgotten when this process is ended, at whatever moment: whoever comes next finds it.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from uuid import uuid4

from spasmograph.app.pool import worker_pool
from spasmograph.app.workspace.measuring import InShort, Pulse, Work, measure_recording, read_pulse
from spasmograph.errors import NotThereError, SpasmographError, WorkerLostError
from spasmograph.io.media import MediaFolder
from spasmograph.io.store import EntryStore
from spasmograph.io.store.jobs import Change, Job, JobStore, change_in
from spasmograph.model.record import RecordingEntry, Settings
from spasmograph.terms import AnalysisState, EntryKind

T = TypeVar("T")
Measure = Callable[[Work], InShort]
Pool = Callable[[], AbstractContextManager[Executor]]
ONE_PROCESS: Pool = partial(worker_pool, 1)
# Progress reaches the database so often; a job that was removed is ended as soon.
BEAT_S = 0.5
# How often this process looks for work that another one has put into the database.
LOOK_S = 2.0
MOST_ATTEMPTS = 3
_TIME_AT_LEAST_S, _TIME_PER_SECOND = 180.0, 20.0
_log = logging.getLogger(__name__)

NO_FILE = "the film or EMG is not there any more; record or choose it again"
TOO_LONG = "measuring took far longer than a recording of this length needs, and was given up; export the file again from the camera, or shorten it"
LOST = "the process that measured it was ended {times} times, mostly for want of memory; close other programs and let it be measured again"
NO_MEMORY = "it asks for more memory than there is; shorten the recording, or export it again with smaller pictures"
BUG = "the program failed on this recording ({name}); the file was kept. This is a fault of the program: please report it"


class _NotOurs(Exception):  # noqa: N818 - no error: somebody else has the work, or nobody needs it
    """The job was taken over, or its recording was removed."""


class _Stopped(Exception):  # noqa: N818 - no error: this process ends
    """The work is to be left for later."""


class _TooLongError(Exception):
    """The worker took too long."""


class Analyses:
    """Measures what waits: in the background from `start` to `stop`, or here and now by `finish`.

    `first` is done in the background before anything else. `measure` is what a worker does with one recording; it is sent to the executor of a `pool`
    of its own, by default a fresh process.
    """

    def __init__(
        self,
        *,
        home: Path,
        store: EntryStore,
        clock: Callable[[], datetime],
        first: Callable[[], None] = lambda: None,
        measure: Measure = measure_recording,
        pool: Pool = ONE_PROCESS,
    ) -> None:
        self._store, self._media, self._clock = store, MediaFolder(home), clock
        self._first, self._measure, self._pool = first, measure, pool
        self._jobs = JobStore(store.engine, owner=f"{socket.gethostname()[:24]}/{os.getpid()}/{uuid4().hex[:16]}"[:64])
        self._stopping, self._woken = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in the background."""
        self._thread = threading.Thread(target=self._run, name="analyses", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what was begun is left for the next time. Comes back when the worker is gone."""
        self._stopping.set()
        self._woken.set()
        if self._thread:
            self._thread.join()

    def wake(self) -> None:
        """There is new work."""
        self._woken.set()

    def finish(self) -> None:
        """Measure all that waits, here."""
        while self._take_one():
            pass

    def _run(self) -> None:
        self._safely(self._first)
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._safely(self._take_one):
                self._woken.wait(LOOK_S)

    def _safely(self, work: Callable[[], T]) -> T | None:
        """What the work gives; one recording, a full disk or a database that is away for a moment must not end the rest."""
        try:
            return work()
        except Exception:  # noqa: BLE001 - see above
            _log.exception("work in the background failed")
            return None

    def _take_one(self) -> bool:
        """Measure the recording that waits longest; whether there was one."""
        job = self._jobs.claim()
        if job is None:
            return False
        try:
            self._measure_one(job)
        except (_NotOurs, NotThereError):
            _log.info("a recording was removed while it was measured")
            self._forget(job.recording)
        except _Stopped:
            self._jobs.give_back(job.recording, counted=False)
        except BaseException:
            self._jobs.give_back(job.recording, counted=True)
            raise
        return True

    def _measure_one(self, job: Job) -> None:
        """One recording from begin to end, well or not."""
        entry = self._changed(job.recording, lambda one: replace(one, state=AnalysisState.RUNNING, error=""))
        path = self._media.medium(job.recording)
        if path is None or job.attempts > MOST_ATTEMPTS:
            self._fail(job, NO_FILE if path is None else LOST.format(times=MOST_ATTEMPTS))
            return
        try:
            found = self._in_worker(job, entry, path)
        except SpasmographError as error:
            self._failed(job, error)
        except _TooLongError:
            self._fail(job, TOO_LONG)
        except MemoryError:
            self._fail(job, NO_MEMORY)
        except (_NotOurs, _Stopped):
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the others
            _log.exception("a recording could not be measured")
            self._fail(job, BUG.format(name=type(error).__name__))
        else:
            self._succeed(job, found)

    def _failed(self, job: Job, error: SpasmographError) -> None:
        """A worker that was lost is tried again; what is wrong with the file stays wrong."""
        if not isinstance(error, WorkerLostError):
            self._fail(job, str(error))
        elif job.attempts >= MOST_ATTEMPTS:
            self._fail(job, LOST.format(times=MOST_ATTEMPTS))
        else:
            self._jobs.give_back(job.recording, counted=True)

    def _in_worker(self, job: Job, entry: RecordingEntry, path: Path) -> InShort:
        """What a fresh process gives back; it is ended when it takes too long, when the recording is removed, and when this process ends."""
        with TemporaryDirectory(prefix="spasmograph-") as folder, self._pool() as pool:
            pulse = Path(folder) / "pulse"
            pulse.touch()
            work = Work(
                path=path,
                room=self._media.results_room(entry.id),
                pulse=pulse,
                media=entry.media,
                task=entry.task,
                mirrored=entry.mirrored,
                steps=entry.steps,
                affected=self._settings().affected,
            )
            running = pool.submit(self._measure, work)
            self._watch(job, running, pulse)
            return running.result()

    def _watch(self, job: Job, running: "Future[InShort]", path: Path) -> None:
        """Wait for a worker, and show every moment that it lives."""
        started_s = time.monotonic()
        while not wait([running], timeout=BEAT_S).done:
            pulse = read_pulse(path)
            if not self._jobs.beat(job.recording, done=pulse.done, total=pulse.total):
                raise _NotOurs
            if self._stopping.is_set():
                raise _Stopped
            if time.monotonic() - started_s > time_limit_s(pulse):
                raise _TooLongError

    def _succeed(self, job: Job, found: InShort) -> None:
        """The results are on the disk: the recording tells them in short, and the film goes if that was chosen."""
        stays = self._settings().keep_media

        def done(entry: RecordingEntry) -> RecordingEntry:
            return replace(
                entry,
                state=AnalysisState.DONE,
                error="",
                media=found.media,
                verdict=found.verdict,
                duration_s=found.duration_s,
                observed_s=found.observed_s,
                scores=found.scores,
                corrections=(),
                media_kept=entry.media_kept and stays,
            )

        kept = self._jobs.end(job.recording, done, now=self._clock())
        if kept is None:
            raise _NotOurs
        if not kept.media_kept:
            self._media.drop_medium(job.recording)

    def _fail(self, job: Job, words: str) -> None:
        ended = self._jobs.end(job.recording, lambda one: replace(one, state=AnalysisState.FAILED, error=words), now=self._clock())
        if ended is None:
            raise _NotOurs

    def _changed(self, recording: str, change: Change) -> RecordingEntry:
        with self._store.engine.begin() as connection:
            return change_in(connection, recording, change, now=self._clock())

    def _settings(self) -> Settings:
        found = [entry for entry in self._store.entries(EntryKind.SETTINGS, newest=1) if isinstance(entry, Settings)]
        return found[0] if found else Settings(at=self._clock())

    def _forget(self, recording: str) -> None:
        """If the recording was removed, so are the files that a worker may have written meanwhile."""
        try:
            self._store.get(recording)
        except NotThereError:
            self._media.drop(recording)


def time_limit_s(pulse: Pulse) -> float:
    """How long measuring may take: a slow machine needs many times the length of the recording, one that hangs needs for ever."""
    return _TIME_AT_LEAST_S + _TIME_PER_SECOND * pulse.length_s
