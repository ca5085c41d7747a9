"""One recording of the record is measured: what a worker process does, which may crash, hang, or be ended for want of time or memory.

The worker reads the file, writes the results, and gives back what the record keeps in short. How far it is it writes into a small file that the
process which waits for it reads.
"""

import multiprocessing
import os
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from spasmograph.errors import InputError, NotABiosignalError, NotAVideoError
from spasmograph.io.results.plain import DIGITS
from spasmograph.model import EmgMeasurement, Measurement, Score
from spasmograph.model.record import ProtocolStep, ScoreInShort
from spasmograph.terms import MediaKind, Side, Task, Verdict

if TYPE_CHECKING:
    from spasmograph.app.emg import EmgOptions

Progress = Callable[[int, int], None]
# What a worker may have: as much as the machine, within these. A film takes a quarter of a gigabyte and reserves five times as much.
MOST_MEMORY_BYTES, LEAST_MEMORY_BYTES = 6 << 30, 3 << 30
_NICENESS = 5
_PULSE = struct.Struct("<qqd")
# What trends are drawn of and tables compare; everything stands in the measurement itself.
_KEPT = (
    "blink_rate",
    "contraction_",
    "eyes_closed_time",
    "laterality_index",
    "brow_up_",
    "bilateral_synchrony",
    "eye_mouth_synchrony",
    "burst_rate",
    "burst_time",
    "burst_duration_median",
    "burst_peak_median",
    "burst_laterality",
    "synkinesis_ratio",
)
_LEFT_OUT = ("_null", "_p")


def memory_limit_bytes() -> int:
    """How much memory a worker may ask for on this machine."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return MOST_MEMORY_BYTES
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(MOST_MEMORY_BYTES, max(LEAST_MEMORY_BYTES, physical))


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker is told: the file, where the results go, where it says how far it is, and what is known of the recording."""

    path: Path
    room: Path
    pulse: Path
    media: MediaKind
    task: Task = Task.NONE
    mirrored: bool = False
    steps: tuple[ProtocolStep, ...] = ()
    affected: Side | None = None
    memory_bytes: int = field(default_factory=memory_limit_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How far a worker is: frames or samples done and in all, and the length of the recording in seconds; 0 where it is not known yet."""

    done: int = 0
    total: int = 0
    length_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InShort:
    """What the record keeps of a measurement beside its files."""

    media: MediaKind
    verdict: Verdict
    duration_s: float
    observed_s: float
    scores: tuple[ScoreInShort, ...]


def measure_recording(work: Work) -> InShort:
    """Measure a film or an EMG, whichever the file is, and write its results; runs in a worker.

    Raises:
        InputError: the file cannot be read as either.
        UnmeasuredError: nothing in it can be measured.
        OutputError: the results could not be written.
    """
    if multiprocessing.parent_process():  # what holds for a worker must not hold for a program that calls this itself
        _limit_memory(work.memory_bytes)
        _let_others_first()
    first, second = (_film, _emg) if work.media is MediaKind.FILM else (_emg, _film)
    try:
        return first(work)
    except (NotAVideoError, NotABiosignalError) as error:
        # What a file is called says nothing; if it is the other kind, it is measured as that.
        with suppress(InputError):
            return second(work)
        raise error from None


def in_short(scores: Iterable[Score]) -> tuple[ScoreInShort, ...]:
    """The scores that are told and that trends are drawn of."""
    told = (score for score in scores if isfinite(score.value) and score.name.startswith(_KEPT) and not score.name.endswith(_LEFT_OUT))
    return tuple(
        ScoreInShort(name=one.name, value=round(one.value, DIGITS), unit=one.unit, low=_known(one.low), high=_known(one.high)) for one in told
    )


def write_pulse(path: Path, pulse: Pulse) -> None:
    """Tell how far the work is."""
    with path.open("r+b", buffering=0) as file:
        file.write(_PULSE.pack(pulse.done, pulse.total, pulse.length_s))


def read_pulse(path: Path) -> Pulse:
    """How far the work is; nothing where nothing was told."""
    told = path.read_bytes()
    if len(told) != _PULSE.size:
        return Pulse()
    done, total, length_s = _PULSE.unpack(told)
    return Pulse(done=done, total=total, length_s=length_s)


def _film(work: Work) -> InShort:
    from spasmograph.app.batch import Options, analyze_files
    from spasmograph.io.opening import stated_length_s
    from spasmograph.measure.steps import at_rest, by_steps, several
    from spasmograph.parameters import load_parameters
    from spasmograph.present import report_html, report_pdf

    length_s = stated_length_s(work.path)
    task = Task.NONE if several(work.steps) else work.steps[0].task if work.steps else work.task
    options = Options(task=task, mirrored=work.mirrored)
    (outcome,) = analyze_files([work.path], options, on_progress=lambda _, done, total: _tell(work, done, total, length_s))
    whole = by_steps(outcome.result(), work.steps, load_parameters())
    resting = at_rest(whole, work.steps)
    return _kept(whole, MediaKind.FILM, report_html(resting), report_pdf(resting), work)


def _emg(work: Work) -> InShort:
    from spasmograph.app.emg import measure_emg
    from spasmograph.io.biosignal import read_biosignal
    from spasmograph.present.emg import emg_report_html, emg_report_pdf

    length_s = read_biosignal(work.path, contested_muscles=True).recording.duration_s
    _tell(work, 0, 0, length_s)
    found = measure_emg(work.path, _emg_options(work), progress=lambda done, total: _tell(work, done, total, length_s))
    return _kept(found, MediaKind.EMG, emg_report_html(found), emg_report_pdf(found), work)


def _emg_options(work: Work) -> "EmgOptions":
    from spasmograph.app.emg import EmgOptions

    one_side = work.affected if work.affected in (Side.LEFT, Side.RIGHT) else None
    return EmgOptions(task=work.task, affected=one_side)


def _kept(measurement: Measurement | EmgMeasurement, media: MediaKind, html: str, pdf: bytes, work: Work) -> InShort:
    """Write the results; what the record keeps of them."""
    from spasmograph.io.results import write_results

    write_results(measurement, html, pdf, work.room)
    return InShort(
        media=media,
        verdict=measurement.quality.verdict,
        duration_s=measurement.recording.duration_s,
        observed_s=measurement.quality.observed_s,
        scores=in_short(measurement.scores),
    )


def _tell(work: Work, done: int, total: int, length_s: float) -> None:
    write_pulse(work.pulse, Pulse(done=done, total=total, length_s=length_s if isfinite(length_s) else 0.0))


def _known(limit: float) -> float | None:
    return round(limit, DIGITS) if isfinite(limit) else None


def _limit_memory(most_bytes: int) -> None:
    """A file that asks for more than this gets an error instead of the machine's last memory; Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = most_bytes if hard == resource.RLIM_INFINITY else min(most_bytes, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _let_others_first() -> None:
    """The pages stay quick while a film is measured; Windows has no such thing."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
