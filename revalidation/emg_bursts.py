"""Brief bursts of known strength, onset and offset: how many are found, and how exactly."""

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from revalidation.emg_measuring import Judged, found_bursts, judge_bursts, median_interval, share_interval, true_bursts
from revalidation.result import Row, Section, Table, with_interval
from spasmograph.measure.emg.simulate import simulate_emg
from spasmograph.model import Biosignal, Floats
from spasmograph.model.emg import ArraySource

STRENGTHS = (2.0, 3.0, 5.0, 8.0, 20.0)
WORLDS = {
    "bursts": "single bursts of 60–140 ms",
    "hemifacial": "bursts of 60–140 ms, single, in trains and with tonic ones between",
    "gated": "stretches of white noise of 60–140 ms, switched on and off at once",
}
RECORDINGS, DURATION_S = 10, 120.0
SENSITIVITY_LEAST = 0.98
ONSET_MOST_MS = {3.0: 10.0, 8.0: 3.0}

Task = tuple[str, float, int]


def section(*, workers: int = 2) -> Section:
    """Sensitivity, precision and edge errors by strength."""
    tasks = [(world, strength, seed) for world in WORLDS for strength in STRENGTHS for seed in range(RECORDINGS)]
    with ProcessPoolExecutor(workers) as pool:
        judged = list(pool.map(judged_recording, tasks))
    by_case: dict[tuple[str, float], Judged] = {}
    for (world, strength, _), one in zip(tasks, judged, strict=True):
        by_case[world, strength] = by_case.get((world, strength), Judged()) + one
    return Section(
        key="emg_bursts",
        title="EMG: brief bursts of known strength",
        rows=tuple(_rows(by_case)),
        tables=(_table(by_case),),
        notes=(
            "Strength is a burst's root mean square over that of the noise within 20–450 Hz; noise is white, 5 µV; 2 kHz.",
            "A simulated burst is made of motor unit potentials and begins with the first of them; its last ones are at their middle at its offset.",
        ),
        findings=tuple(_findings(by_case)),
    )


def judged_recording(task: Task) -> Judged:
    """One recording measured and compared with its truth; runs in a worker."""
    biosignal, truth = recording_of(task)
    return judge_bursts(truth, found_bursts(biosignal, biosignal.recording.channels[0]))


def recording_of(task: Task, duration_s: float = DURATION_S) -> tuple[Biosignal, list[tuple[float, float]]]:
    """A recording with bursts of that strength in its first channel, and where they are."""
    world, strength, seed = task
    made = simulate_emg("bursts" if world == "gated" else world, seed=seed, duration_s=duration_s, strength=strength)
    channel = made.biosignal.recording.channels[0]
    truth = true_bursts(made, channel)
    if world != "gated":
        return made.biosignal, truth
    quiet = simulate_emg("noise_white", seed=seed, duration_s=duration_s).biosignal
    samples = quiet.samples(quiet.recording.channels[0])
    gated = Biosignal(recording=quiet.recording, source=ArraySource(arrays={0: _gated(samples, truth, channel.rate_hz, strength, seed)}))
    return gated, truth


def _gated(samples: Floats, spans: list[tuple[float, float]], rate_hz: float, strength: float, seed: int) -> Floats:
    """Noise with more of it added in some spans; both are white, so that the ratio is the same in every band."""
    louder = np.random.default_rng(seed).normal(0.0, strength * samples.std(), len(samples))
    gate = np.zeros(len(samples))
    for onset_s, offset_s in spans:
        gate[int(np.ceil(onset_s * rate_hz)) : int(np.ceil(offset_s * rate_hz))] = 1.0
    return np.asarray(samples + gate * louder)


def _rows(by_case: Mapping[tuple[str, float], Judged]) -> list[Row]:
    rows = []
    for world, words in WORLDS.items():
        rows += [_sensitivity(by_case[world, 3.0], words), *(_onset(by_case[world, strength], words, strength) for strength in ONSET_MOST_MS)]
    return rows


def _sensitivity(judged: Judged, words: str) -> Row:
    low, high = share_interval(judged.hits, judged.there)
    return Row(
        claim=f"sensitivity at 3 × noise: {words}",
        target=f"≥ {SENSITIVITY_LEAST}",
        measured=with_interval(judged.sensitivity, low, high),
        cases=f"{judged.there} bursts",
        met=judged.sensitivity >= SENSITIVITY_LEAST,
        value=judged.sensitivity,
        low=low,
        high=high,
    )


def _onset(judged: Judged, words: str, strength: float) -> Row:
    low, high = median_interval(np.abs(judged.onset_ms).tolist())
    most_ms = ONSET_MOST_MS[strength]
    return Row(
        claim=f"onset error at {strength:g} × noise, median: {words}",
        target=f"≤ {most_ms:g} ms",
        measured=f"{with_interval(judged.onset_error_ms, low, high, 1)} ms",
        cases=f"{judged.hits} bursts",
        met=judged.onset_error_ms <= most_ms,
        value=judged.onset_error_ms,
        low=low,
        high=high,
    )


def _table(by_case: Mapping[tuple[str, float], Judged]) -> Table:
    cells = tuple((WORLDS[world], f"{strength:g}", *_cells(judged)) for (world, strength), judged in by_case.items())
    columns = (
        "bursts",
        "× noise",
        "there",
        "sensitivity",
        "precision",
        "onset error, ms (median, p90)",
        "bias",
        "offset error, ms (median, p90)",
        "bias",
    )
    return Table(title="Bursts by strength", columns=columns, cells=cells)


def _cells(judged: Judged) -> tuple[str, ...]:
    counted = (str(judged.there), f"{judged.sensitivity:.3f}", f"{judged.precision:.3f}")
    return (*counted, *_edge(judged.onset_ms), *_edge(judged.offset_ms))


def _edge(errors_ms: tuple[float, ...]) -> tuple[str, str]:
    if not errors_ms:
        return "—", "—"
    middle, late = np.quantile(np.abs(errors_ms), [0.5, 0.9])
    return f"{middle:.1f}, {late:.1f}", f"{np.median(errors_ms):+.1f}"


def _findings(by_case: Mapping[tuple[str, float], Judged]) -> list[str]:
    return [
        f"{world} at {strength:g}: {judged.there - judged.hits} missed, {judged.found - judged.hits} invented"
        for (world, strength), judged in by_case.items()
        if judged.hits < max(judged.there, judged.found)
    ]
