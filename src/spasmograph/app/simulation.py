"""A simulated EMG as a file that any reader of EDF+ opens, with its truth beside it."""

import csv
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spasmograph.measure.emg.simulate import EmgTruth, SimulatedEmg

TRUTH_SUFFIX = ".truth.csv"
TRUTH_COLUMNS = (
    "what",
    "channel",
    "onset_s",
    "offset_s",
    "strength",
    "amplitude_uv",
    "latency_ms",
    "stimulus",
    "frequency_hz",
    "detail",
)
Row = dict[str, str | float | int]


def truth_path(recording: Path) -> Path:
    """Where the truth of a simulated recording lies."""
    return recording.with_name(recording.stem + TRUTH_SUFFIX)


def write_simulation(path: Path, simulated: "SimulatedEmg") -> Path:
    """Write a simulated recording as EDF+ and its truth as `<stem>.truth.csv` beside it; gives the path of the truth.

    An older recording stays with its own truth unless both are written.

    Raises:
        InputError: the recording is no whole number of seconds.
        OutputError: a file could not be written.
    """
    from spasmograph.io.biosignal.writing import write_edf
    from spasmograph.io.film import whole_or_not_at_all

    with whole_or_not_at_all(truth_path(path)) as unfinished:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, TRUTH_COLUMNS, restval="", lineterminator="\n")
            table.writeheader()
            table.writerows(truth_rows(simulated.truth))
        write_edf(path, simulated.biosignal)
    return truth_path(path)


def truth_rows(truth: "EmgTruth") -> Iterator[Row]:
    """All that is true of a simulated recording, a row each; what does not apply is left out."""
    yield {"what": "noise", "amplitude_uv": truth.noise_uv, "detail": truth.world}
    yield from _conditions(truth)
    for burst in truth.bursts:
        yield {
            "what": "burst",
            "channel": burst.channel,
            "onset_s": _seconds(burst.onset_s),
            "offset_s": _seconds(burst.offset_s),
            "strength": round(burst.strength, 6),
            "amplitude_uv": round(burst.rms_uv, 6),
        }
    yield from _evoked(truth)
    for artefact in truth.artefacts:
        span = artefact.span
        times = {"onset_s": _seconds(span.onset_s), "offset_s": _seconds(span.offset_s)}
        yield {"what": "artefact", "channel": artefact.channel, "detail": str(artefact.reason), **times}
    for beat_s in truth.beats_s:
        yield {"what": "heart_beat", "onset_s": _seconds(beat_s)}


def _conditions(truth: "EmgTruth") -> Iterator[Row]:
    """What holds for the whole recording."""
    for what, value_hz in (("mains", truth.mains_hz), ("rhythm", truth.rhythm_hz)):
        if not isnan(value_hz):
            yield {"what": what, "frequency_hz": round(value_hz, 6)}
    for pair in truth.cross_talk:
        yield {"what": "cross_talk", "channel": pair.target, "strength": pair.gain, "detail": pair.source}
    for one in truth.synkinesis:
        latency_ms = round(one.lag_s * 1000, 6)
        yield {"what": "synkinesis", "channel": one.follower, "strength": one.ratio, "latency_ms": latency_ms, "detail": one.moved}


def _evoked(truth: "EmgTruth") -> Iterator[Row]:
    """Stimuli, and what each evoked."""
    for number, time_s in enumerate(truth.stimuli_s):
        yield {"what": "stimulus", "onset_s": _seconds(time_s), "stimulus": number, "detail": str(truth.stimulated or "")}
    for response in truth.responses:
        onset_s = truth.stimuli_s[response.stimulus] + response.latency_ms / 1000
        yield {
            "what": "response",
            "channel": response.channel,
            "onset_s": _seconds(onset_s),
            "offset_s": _seconds(onset_s + response.duration_ms / 1000),
            "amplitude_uv": round(response.amplitude_uv, 6),
            "latency_ms": round(response.latency_ms, 6),
            "stimulus": response.stimulus,
            "detail": str(response.kind),
        }


def _seconds(value_s: float) -> float:
    """To a microsecond, which is finer than any rate."""
    return round(value_s, 6)
