"""Bursts, envelopes and waveforms of muscles with a known answer: rhythmic, refractory, synchronous, conducted, at random."""

from collections.abc import Sequence

import numpy as np
from scipy.signal import butter, sosfiltfilt

from spasmograph.measure.emg.patterns.activity import Activity, Waveform
from spasmograph.model import Burst, ChannelQuality, Floats, Span
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import Muscle, Side, Verdict

RULES = load_emg_parameters()
QUICK = RULES.replace(bootstrap_replicates=200.0, rhythm_surrogates=199.0, synchrony_shifts=399.0)
OCULI, ORIS = Muscle.ORBICULARIS_OCULI, Muscle.ORBICULARIS_ORIS
ENVELOPE_HZ, RATE_HZ = 200.0, 2000.0
NOISE_UV = 2.0


def trained(intervals_s: Floats, random: np.random.Generator, *, duration_s: tuple[float, float] = (0.05, 0.09)) -> Floats:
    """Onsets and offsets, (n, 2), of bursts that begin so far apart; what would touch runs together, as in a detector."""
    onsets_s = 1 + np.cumsum(intervals_s)
    rows: list[list[float]] = []
    for onset_s, offset_s in zip(onsets_s, onsets_s + random.uniform(*duration_s, len(onsets_s)), strict=True):
        if rows and onset_s < rows[-1][1] + 0.02:
            rows[-1][1] = max(offset_s, rows[-1][1])
        else:
            rows.append([onset_s, offset_s])
    return np.array(rows).reshape(-1, 2)


def regular(hz: float, spread: float, count: int, random: np.random.Generator) -> Floats:
    """A ripple: normal intervals with a spread that is a share of their mean."""
    return trained(np.maximum(random.normal(1 / hz, spread / hz, count), 0.08), random)


def bouts(hz: float, spread: float, count: int, random: np.random.Generator) -> Floats:
    """The same in bouts of four to fourteen bursts, with seconds of rest between them."""
    intervals: list[float] = []
    while len(intervals) < count:
        bout = np.maximum(random.normal(1 / hz, spread / hz, int(random.integers(4, 15))), 0.08)
        intervals += [float(random.exponential(6)) + 1, *bout.tolist()]
    return trained(np.array(intervals), random)


def at_random(per_s: float, count: int, random: np.random.Generator, *, recovery_s: float = 0.0) -> Floats:
    """Random moments, or with a recovery after each burst in which none can begin."""
    return trained(recovery_s + random.exponential(1 / per_s - recovery_s, count), random)


def irregular(median_s: float, spread: float, count: int, random: np.random.Generator) -> Floats:
    """Intervals that are log-normal, as irregular spasm bursts are."""
    return trained(np.maximum(random.lognormal(np.log(median_s), spread, count), 0.09), random)


def clusters(count: int, random: np.random.Generator) -> Floats:
    """Random bursts in random clusters, seconds apart."""
    intervals: list[float] = []
    while len(intervals) < count:
        intervals += [float(random.exponential(4)), *(0.09 + random.exponential(0.15, 1 + random.geometric(0.2))).tolist()]
    return trained(np.array(intervals), random)


def muscle(
    times_s: Floats | Sequence[tuple[float, float]],
    *,
    total_s: float | None = None,
    side: Side | None = Side.LEFT,
    what: Muscle | None = OCULI,
    peak_uv: float = 20.0,
    observed: Sequence[tuple[float, float]] = (),
    label: str = "",
    rate_hz: float = RATE_HZ,
) -> Activity:
    """A muscle with bursts at these times, whose envelope is square: the peak in bursts, the noise between."""
    times = np.asarray(times_s, dtype=float).reshape(-1, 2)
    end_s = total_s if total_s is not None else float(times[-1, 1]) + 2 if len(times) else 60.0
    name = label or f"{what}_{side}"
    spans = observed or ((0.0, end_s),)
    time_s = np.arange(int(end_s * ENVELOPE_HZ)) / ENVELOPE_HZ
    envelope = np.full(len(time_s), NOISE_UV)
    for first, stop in np.ceil(times * ENVELOPE_HZ - 1e-6).astype(int).tolist():
        envelope[first:stop] = np.hypot(peak_uv, NOISE_UV)
    seen = np.any([(time_s >= a) & (time_s < b) for a, b in spans], axis=0)
    bursts = [
        Burst(onset_s=a, apex_s=(a + b) / 2, offset_s=b, channel=name, peak_uv=peak_uv, mean_uv=peak_uv / 2, confidence=1.0, muscle=what, side=side)
        for a, b in times.tolist()
        if any(start <= a and b <= end for start, end in spans)
    ]
    return Activity(
        bursts=tuple(bursts),
        envelope_uv=np.where(seen, envelope, np.nan),
        envelope_rate_hz=ENVELOPE_HZ,
        quality=ChannelQuality(label=name, verdict=Verdict.GOOD, observed=tuple(Span(onset_s=a, offset_s=b) for a, b in spans), noise_uv=NOISE_UV),
        rate_hz=rate_hz,
        muscle=what,
        side=side,
    )


def waves(*muscles: Activity, strength: float = 8.0, seed: int = 0) -> dict[str, Floats]:
    """A signal of its own for each muscle: noise of 1 µV, and in bursts as much more, as motor units of its own would give."""
    random = np.random.default_rng(seed)
    found = {}
    for one in muscles:
        signal = random.normal(0, 1, round((one.quality.observed[-1].offset_s + 1) * RATE_HZ))
        for burst in one.bursts:
            first, stop = round(burst.onset_s * RATE_HZ), round(burst.offset_s * RATE_HZ)
            signal[first:stop] += random.normal(0, strength, stop - first)
        found[one.label] = banded(signal)
    return found


def banded(signal: Floats) -> Floats:
    """The band of surface EMG, 20 to 450 Hz."""
    sos = butter(3, (20, 450), "bandpass", fs=RATE_HZ, output="sos")
    return np.asarray(sosfiltfilt(sos, signal))


def reading(signals: dict[str, Floats]) -> Waveform:
    """The signals as they are asked for, a stretch at a time."""
    return lambda label, onset_s, offset_s: signals[label][max(0, round(onset_s * RATE_HZ)) : round(offset_s * RATE_HZ)]
