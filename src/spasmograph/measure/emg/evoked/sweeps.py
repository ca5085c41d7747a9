"""Sweeps around stimuli, cut from raw samples, cleaned, and averaged with a 95 % interval."""

from collections import Counter
from collections.abc import Callable

import numpy as np

from spasmograph.errors import InputError
from spasmograph.measure.emg.evoked.sweep_cleaning import Bools, Frame, cleaned
from spasmograph.model import EvokedAverage, Floats
from spasmograph.parameters import Parameters, load_emg_parameters

Reader = Callable[[int, int], Floats]

_FLAT = 1e-9
_UPPER = 0.975
_SEED = 20261121


def average_evoked(
    samples_uv: Floats | Reader,
    triggers_s: Floats,
    *,
    rate_hz: float,
    window_ms: tuple[float, float] = (-50.0, 150.0),
    limits_uv: tuple[float, float] = (float("nan"), float("nan")),
    with_interval: bool = True,
    parameters: Parameters | None = None,
) -> EvokedAverage:
    """Sweeps of one channel around stimuli, cleaned, and their average with its 95 % interval.

    `samples_uv` (n,) raw microvolts, NaN in gaps; or a function that reads samples `first` to `stop` of them. `triggers_s` in seconds from the first
    sample. `limits_uv` is what the amplifier shows at most. The interval is NaN if it is not asked for, which saves time. Sweeps with gaps, at the
    edges, flat, clipped after the stimulus or with much activity before it are left out and counted. Sweeps keep their raw band; a stimulus between
    two samples shifts their time by half a sample at most, and the mean of that is taken out.

    Raises:
        InputError: the rate is below 800 Hz, or no sweep is left.
    """
    rules = parameters or load_emg_parameters()
    if rate_hz < rules["rate_least_hz"]:
        msg = f"evoked responses need at least {rules['rate_least_hz']:g} samples a second; this channel has {rate_hz:g}"
        raise InputError(msg)
    read = samples_uv if callable(samples_uv) else _array_reader(np.asarray(samples_uv, np.float64))
    times = np.unique(np.asarray(triggers_s, np.float64))
    times = times[np.isfinite(times)]
    frame = frame_of(times, rate_hz=rate_hz, window_ms=window_ms, parameters=rules)
    raw, kept, shift_s, rejected = _cut(read, thinned(times, int(rules["sweeps_most"])), frame)
    blank = blanked(frame.time_ms, rules)
    clean = cleaned(raw, frame, blank)
    good, reasons = _usable(raw, clean, frame, blank, limits_uv, rules)
    rejected.update(reasons)
    if not good.any():
        why_none = ", ".join(f"{count} {why}" for why, count in rejected.items() if count) or "there are none"
        msg = f"none of {len(times)} stimuli has a sweep that can be used: {why_none}"
        raise InputError(msg)
    shown = frame.time_ms - round(1000.0 * float(np.mean(shift_s[good])), 6)
    left_out = {why: int(count) for why, count in sorted(rejected.items()) if count}
    return averaged(clean[good], shown, kept[good], blank, left_out, rules if with_interval else rules.replace(average_resamples=0.0))


def frame_of(times_s: Floats, *, rate_hz: float, window_ms: tuple[float, float], parameters: Parameters) -> Frame:
    """How much is read around each stimulus: more before it than is asked for, yet nothing of the stimulus before or after."""
    gaps = np.diff(np.unique(times_s)) * 1000.0
    usual = float(np.percentile(gaps, 5)) if len(gaps) else np.inf
    after = min(window_ms[1], usual - parameters["sweep_gap_ms"])
    free = usual - min(parameters["sweep_quiet_ms"], 0.6 * usual)
    before = min(max(parameters["sweep_context_ms"], -window_ms[0]), free)
    counts = [max(int(ms * rate_hz / 1000.0), 2) for ms in (before, after)]
    time_ms = np.arange(-counts[0], counts[1]) * 1000.0 / rate_hz
    quiet = (time_ms < -1.0) | (time_ms > parameters["sweep_quiet_ms"])
    return Frame(before=counts[0], after=counts[1], rate_hz=rate_hz, quiet=quiet)


def averaged(sweeps: Floats, time_ms: Floats, times_s: Floats, blank: Bools, rejected: dict[str, int], parameters: Parameters) -> EvokedAverage:
    """Sweeps with their average; the interval is of the mean, by drawing sweeps anew."""
    average = sweeps.mean(axis=0)
    low, high = _interval(sweeps, int(parameters["average_resamples"]))
    shown = [np.where(blank, np.nan, course) for course in (average, low, high)]
    noise = float(np.std(average[time_ms < -1.0]))
    return EvokedAverage(
        time_ms=time_ms,
        sweeps_uv=sweeps,
        times_s=times_s,
        average_uv=shown[0],
        low_uv=shown[1],
        high_uv=shown[2],
        noise_uv=noise,
        blank=blank,
        rejected=rejected,
    )


def resampling(count: int, resamples: int) -> Floats:
    """How often each sweep is drawn in each resample, as weights (resamples, count) that sum to 1; the same for the same numbers."""
    random = np.random.default_rng([_SEED, count])
    drawn = random.multinomial(count, np.full(count, 1.0 / count), size=resamples)
    return drawn / float(count)


def _interval(sweeps: Floats, resamples: int) -> tuple[Floats, Floats]:
    """The central 95 % of averages of sweeps that were drawn anew; NaN from a single sweep or without resamples."""
    if len(sweeps) < 2 or not resamples:  # noqa: PLR2004 - one sweep has no spread
        nothing = np.full(sweeps.shape[1], np.nan)
        return nothing, nothing
    average = sweeps.mean(axis=0)
    low, high = np.percentile(sweeps.T @ resampling(len(sweeps), resamples).T, [2.5, 97.5], axis=1) - average
    return average + widening(len(sweeps)) * low, average + widening(len(sweeps)) * high


def widening(count: int) -> float:
    """By how much an interval from drawing so few sweeps anew is too narrow: Student's factor, and the spread of few values."""
    from scipy.special import ndtri, stdtrit

    return float(stdtrit(count - 1, _UPPER) / ndtri(_UPPER) * np.sqrt(count / (count - 1.0))) if count > 1 else 1.0


def thinned(times_s: Floats, most: int) -> Floats:
    """At most so many of the times, evenly spread."""
    if len(times_s) <= most:
        return times_s
    return times_s[np.linspace(0, len(times_s) - 1, most).round().astype(np.intp)]


def blanked(time_ms: Floats, parameters: Parameters) -> Bools:
    """The samples that belong to the stimulus itself."""
    blank: Bools = (time_ms >= -parameters["blank_before_ms"]) & (time_ms < parameters["blank_after_ms"])
    return blank


def _array_reader(samples_uv: Floats) -> Reader:
    return lambda first, stop: samples_uv[max(first, 0) : stop]


def _cut(read: Reader, times_s: Floats, frame: Frame) -> tuple[Floats, Floats, Floats, Counter[str]]:
    """Raw sweeps (n, m), their stimuli, by how much each stimulus lies after its sample, and how many lie at the edge or in a gap."""
    sweeps, kept, shifts, rejected = [], [], [], Counter[str]()
    length = frame.before + frame.after
    for time_s in times_s:
        place = round(time_s * frame.rate_hz)
        sweep = read(place - frame.before, place + frame.after) if place >= frame.before else np.empty(0)
        if len(sweep) < length:
            rejected["at the edge"] += 1
        elif not np.isfinite(sweep).all():
            rejected["in a gap"] += 1
        else:
            sweeps.append(np.asarray(sweep, np.float64))
            kept.append(time_s)
            shifts.append(time_s - place / frame.rate_hz)
    raw = np.array(sweeps) if sweeps else np.empty((0, length))
    return raw, np.array(kept), np.array(shifts), rejected


def _usable(
    raw: Floats, clean: Floats, frame: Frame, blank: Bools, limits_uv: tuple[float, float], parameters: Parameters
) -> tuple[Bools, Counter[str]]:
    """Which sweeps take part, and how many do not, by reason; a sweep is counted once."""
    if not len(raw):
        return np.zeros(0, np.bool_), Counter()
    seen = (frame.time_ms > 0) & ~blank
    noise = np.std(clean[:, frame.time_ms < -1.0], axis=1)
    flat = np.ptp(raw, axis=1) <= _FLAT
    low, high = limits_uv
    clipped = ~flat & ((raw[:, seen] <= low) | (raw[:, seen] >= high)).any(axis=1)
    usual = float(np.median(noise[~flat & ~clipped])) if np.any(~flat & ~clipped) else 0.0
    restless = ~flat & ~clipped & (noise > parameters["reject_noise_ratio"] * usual)
    reasons = Counter({"flat": int(flat.sum()), "clipped": int(clipped.sum()), "active before the stimulus": int(restless.sum())})
    return ~(flat | clipped | restless), reasons
