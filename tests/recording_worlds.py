"""Recordings with a known answer: a film whose measurement is made up, and workers that do what no worker should."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from spasmograph.app.pool import worker_pool
from spasmograph.app.workspace import Workspace
from spasmograph.app.workspace.analyses import Analyses, Measure, Pool
from spasmograph.app.workspace.measuring import InShort, Pulse, Work, in_short, write_pulse
from spasmograph.app.workspace.recordings import About
from spasmograph.errors import NotAVideoError, OutputError
from spasmograph.io.results import write_results
from spasmograph.io.store import EntryStore
from spasmograph.model import Measurement
from spasmograph.model.record import ProtocolStep, RecordingEntry
from spasmograph.terms import MediaKind, Task
from tests.fakes import fake_measurement, hour_measurement, refused_measurement
from tests.films import film
from tests.record_worlds import NOON

BYTES = b"any bytes will do, since the measurement is made up"
HASH = f"'sha256-{'x' * 43}='"
POLICY = f"default-src 'none'; style-src {HASH}; script-src {HASH}; img-src data:; base-uri 'none'; form-action 'none'"
REPORT = f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>made up</title>'
STEPS = (ProtocolStep(task=Task.REST, onset_s=0.0, offset_s=30.0), ProtocolStep(task=Task.SMILE, onset_s=32.0, offset_s=60.0))
TOO_LARGE_BYTES = 2 << 30


def about(name: str = "clip.mp4", at: datetime = NOON, **more: Any) -> About:
    """What is said of a file."""
    return About(name=name, at=at, **more)


def add(workspace: Workspace, content: bytes = BYTES, name: str = "clip.mp4", **more: Any) -> RecordingEntry:
    """A recording that waits."""
    with workspace.arrival() as arriving:
        arriving.write(content)
        return workspace.keep_recording(arriving.finish(), about(name, **more)).entry


def analyses_of(workspace: Workspace, measure: Measure, *, here: bool = False) -> Analyses:
    """What measures the recordings of a workspace in its own way; `here` in this process."""
    pool: Pool = partial(ThreadPoolExecutor, 1) if here else partial(worker_pool, 1)
    return Analyses(home=workspace.home, store=store_of(workspace), clock=workspace.now, measure=measure, pool=pool)


def store_of(workspace: Workspace) -> EntryStore:
    """The store behind a workspace."""
    return workspace._store  # noqa: SLF001 - tests look behind the door


def measured(workspace: Workspace, content: bytes = BYTES, *, measure: Measure | None = None, **more: Any) -> RecordingEntry:
    """A recording that was measured, without a process of its own."""
    entry = add(workspace, content, **more)
    analyses_of(workspace, measure or as_fake, here=True).finish()
    return workspace.get(entry.id, RecordingEntry)


def small_film(path: Path, seconds: int = 60) -> bytes:
    """A film that a browser can play, of pictures that nobody needs to look at."""
    return film(path, count=seconds * 30).read_bytes()


def as_fake(work: Work) -> InShort:
    """A minute with ten contractions and eleven blinks, whatever the file holds."""
    return _kept(work, fake_measurement(name=work.path.name, task=work.task))


def as_hour(work: Work) -> InShort:
    """An hour with more than a thousand events."""
    return _kept(work, hour_measurement())


def as_refused(work: Work) -> InShort:
    """A film that gives no numbers."""
    return _kept(work, refused_measurement(work.path.name))


def as_steps(work: Work) -> InShort:
    """The same minute, told by the steps of its protocol."""
    from spasmograph.measure.steps import by_steps
    from spasmograph.parameters import load_parameters

    return _kept(work, by_steps(fake_measurement(name=work.path.name, task=Task.NONE), work.steps, load_parameters()))


def _kept(work: Work, measurement: Measurement) -> InShort:
    write_pulse(work.pulse, Pulse(done=1, total=1, length_s=1.0))
    whole = replace(measurement, recording=replace(measurement.recording, sha256="ab" * 32))
    write_results(whole, REPORT, b"%PDF-1.7 made up", work.room)
    return InShort(
        media=MediaKind.FILM,
        verdict=whole.quality.verdict,
        duration_s=whole.recording.duration_s,
        observed_s=whole.quality.observed_s,
        scores=in_short(whole.scores),
    )


def as_no_film(work: Work) -> InShort:
    """A file that is no film."""
    msg = f"{work.path.name} is not a video"
    raise NotAVideoError(msg)


def as_full_disk(work: Work) -> InShort:
    """No room for the results."""
    msg = f"results could not be written to {work.room.name}: No space left on device; free some space"
    raise OutputError(msg)


def as_crash(work: Work) -> InShort:
    """A decoder that takes its process down."""
    os.kill(os.getpid(), signal.SIGKILL)
    return as_fake(work)


def as_fault(_: Work) -> InShort:
    """A fault of the program."""
    results: dict[str, InShort] = {}
    return results["no such key"]


def as_glutton(work: Work) -> InShort:
    """A file that asks for more memory than a worker may have."""
    from spasmograph.app.workspace import measuring

    measuring._limit_memory(TOO_LARGE_BYTES // 2)  # noqa: SLF001 - the limit is what is tested
    np.ones(TOO_LARGE_BYTES, np.uint8)
    return as_fake(work)


def as_endless(work: Work) -> InShort:
    """A decoder that hangs after it has told how long the recording is."""
    write_pulse(work.pulse, Pulse(done=3, total=10, length_s=2.0))
    (work.room.parent.parent / "began").touch()
    time.sleep(3600)
    return as_fake(work)
