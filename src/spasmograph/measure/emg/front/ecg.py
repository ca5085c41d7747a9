"""Heart beats in a muscle's channel: known by their waveform, which is the same each time, and by their rhythm; taken out one by one."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.model.common import Floats
from spasmograph.parameters import Parameters

Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]

# A QRS complex lies below 60 Hz: enough to look for beats with, at full rate they are taken out.
_THIN_HZ = 250.0
_CORE_S = 0.04
_REACH_S = 0.1
_SLACK_S = 0.012
_SLOW_HZ = 60.0
_MOST_CANDIDATES = 600
# Between pieces of a recording, so that nothing in one is near anything in another.
_FAR_S = 1e4
_ROUNDS = 2
_OFF_RHYTHM = 0.25
_MOST_TURNS = 3
_LEAST_S = 4.0
_SHORT = 0.15
_DOUBLE = 1.5
_QUIET = 0.15
_REFRACTORY_S = 0.3
_TINY = 1e-30


@dataclass(frozen=True, slots=True, kw_only=True)
class Heart:
    """How a beat looks in a channel: `wave_uv` (m,) with the beat in its middle; its usual period, and the channel's noise without beats.

    `thin_noise_uv` is that noise at the lower rate at which beats are looked for.
    """

    wave_uv: Floats
    period_s: float
    noise_uv: float
    thin_noise_uv: float

    @property
    def per_min(self) -> float:
        """Beats a minute."""
        return 60.0 / self.period_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A conditioned stretch (n,) without NaN, the samples of it that are real, and its rate."""

    samples: Floats
    trusted: Mask
    rate_hz: float

    @property
    def every(self) -> int:
        """Samples to each one that is looked at."""
        return max(1, round(self.rate_hz / _THIN_HZ))

    def thin(self) -> tuple[Floats, Mask]:
        """The stretch at the lower rate."""
        shape = (len(self.samples) // self.every, self.every)
        count = shape[0] * self.every
        real = np.ones(shape[0], np.bool_) if self.trusted.all() else np.all(self.trusted[:count].reshape(shape), axis=1)
        return self.samples[:count].reshape(shape) @ np.full(self.every, 1 / self.every), real

    def thin_noise(self) -> float:
        """The noise at the lower rate; NaN where nothing is real."""
        return _noise(*self.thin(), self.rate_hz / self.every)


def find_heart(stretches: Sequence[Stretch], parameters: Parameters) -> Heart | None:
    """The heart beats in a channel, from pieces of it; None where nothing recurs in the rhythm of a heart with the same waveform."""
    stretches = [stretch for stretch in stretches if stretch.trusted.sum() > _LEAST_S * stretch.rate_hz]
    if not stretches:
        return None
    noise = float(np.nanmedian([stretch.thin_noise() for stretch in stretches]))
    first = _commonest(stretches, noise, parameters)
    if first is None:
        return None
    wave, period_s = first
    found: list[Indices] = []
    full = wave
    for _ in range(_ROUNDS):
        found = [_beats(stretch, wave, period_s, noise, parameters) for stretch in stretches]
        intervals = _intervals_s(found, stretches)
        if len(intervals) < parameters["ecg_least_beats"]:
            return None
        period_s = _usual(intervals)
        full = _usual_wave(stretches, found)
        wave = _thin_core(full, stretches[0])
    heart = Heart(
        wave_uv=full,
        period_s=period_s,
        noise_uv=float(np.nanmedian([_noise(stretch.samples, stretch.trusted, stretch.rate_hz) for stretch in stretches])),
        thin_noise_uv=noise,
    )
    return heart if _is_heart(heart, found, stretches, parameters) else None


def take_out_beats(stretch: Stretch, heart: Heart, parameters: Parameters) -> tuple[Floats, Indices, Mask]:
    """The stretch (n,) without heart beats, the index of each, and where a beat was that could not be taken out to below the noise.

    Each beat's height and place are fitted, and what the beats of the stretch have in common besides is taken out as well.
    """
    thin_wave = _thin_core(heart.wave_uv, stretch)
    at = _beats(stretch, thin_wave, heart.period_s, heart.thin_noise_uv, parameters)
    left = np.zeros(len(stretch.samples), np.bool_)
    at = _aligned(stretch.samples, at, heart)
    if len(at) == 0:
        return stretch.samples, at, left
    places = at[:, None] + np.arange(len(heart.wave_uv)) - len(heart.wave_uv) // 2
    rows = stretch.samples[places]
    rest = rows - _fitted(rows, heart, stretch.rate_hz)
    rest -= _common(rest, heart)
    clean = stretch.samples.copy()
    np.subtract.at(clean, places, rows - rest)
    core = _core(len(heart.wave_uv), stretch.rate_hz)
    # Muscle that coincides with a beat leaves much as well, but higher up.
    loud = np.sqrt((rest[:, core] ** 2).mean(axis=1)) > parameters["ecg_residue_ratio"] * heart.noise_uv
    bad = loud & (_slow_share(rest[:, core], stretch.rate_hz) > parameters["ecg_residue_slow_share"])
    left[places[bad][:, core]] = True
    return clean, at, left


def _noise(samples: Floats, trusted: Mask, rate_hz: float) -> float:
    """Root mean square of the quieter moments, which heart beats and bursts are not in."""
    width = max(1, round(2 * _CORE_S * rate_hz))
    count = len(samples) // width
    rows = samples[: count * width].reshape(count, width)[np.all(trusted[: count * width].reshape(count, width), axis=1)]
    return float(np.sqrt(np.quantile((rows**2).mean(axis=1), _QUIET))) + _TINY if len(rows) else float("nan")


def _core(count: int, rate_hz: float) -> slice:
    """The middle of a wave, in which the QRS complex lies."""
    reach = round(_CORE_S * rate_hz)
    return slice(max(0, count // 2 - reach), count // 2 + reach + 1)


def _thin_core(wave: Floats, stretch: Stretch) -> Floats:
    """A wave at full rate as it is looked for: its middle, at the lower rate."""
    every = stretch.every
    reach = round(_CORE_S * stretch.rate_hz / every)
    middle = len(wave) // 2
    first = middle - reach * every - every // 2
    thin: Floats = wave[first : first + (2 * reach + 1) * every].reshape(-1, every).mean(axis=1)
    return thin


def _beats(stretch: Stretch, wave: Floats, period_s: float, noise: float, parameters: Parameters) -> Indices:
    """Indices of the beats in a stretch: where the wave fits in height, leaves no more than noise, and keeps the rhythm."""
    thin, real = stretch.thin()
    if len(thin) < len(wave):
        return np.empty(0, np.intp)
    energy = float(wave @ wave)
    slope = np.gradient(wave)
    gain = np.correlate(thin, wave, "same") / energy
    turn = np.correlate(thin, slope, "same")
    total = np.convolve(thin**2, np.ones(len(wave)), "same")
    # A beat between two samples is the wave and some of its slope.
    rest = np.sqrt(np.maximum(total - gain**2 * energy - turn**2 / float(slope @ slope), 0) / len(wave))
    allowed = np.maximum(parameters["ecg_rest_ratio"] * noise, parameters["ecg_rest_share"] * np.sqrt(energy / len(wave)))
    peak = np.concatenate([[False], (gain[1:-1] >= gain[:-2]) & (gain[1:-1] > gain[2:]), [False]])
    fits = peak & real & (gain > parameters["ecg_least_gain"]) & (gain < 1 / parameters["ecg_least_gain"]) & (rest < allowed)
    at = np.flatnonzero(fits)
    share = 1 - rest[at] ** 2 * len(wave) / (total[at] + _TINY)
    return _chosen(at, share, stretch.rate_hz / stretch.every, period_s, parameters) * stretch.every + stretch.every // 2


def _chosen(at: Indices, share: Floats, rate_hz: float, period_s: float, parameters: Parameters) -> Indices:
    """Which candidates are beats: those that the wave explains by itself, and of the others those that keep the rhythm with them."""
    clear = share >= parameters["ecg_clear_share"]
    sure = _spaced(at[clear], share[clear], _REFRACTORY_S * rate_hz)
    score = np.where(np.isin(at, sure), 2.0, share)
    usable = np.isin(at, sure) | ~clear
    period = period_s * rate_hz
    kept = _spaced(at[usable], score[usable], 0.6 * period)
    if len(kept) > 1:
        kept = kept[_in_rhythm(kept, _usual(np.diff(kept)))]
    return np.asarray(np.union1d(sure, kept), np.intp)


def _spaced(at: Indices, score: Floats, least: float) -> Indices:
    """The best of the candidates, none nearer than `least` to a better one."""
    kept: list[int] = []
    for index in at[np.argsort(-score, kind="stable")].tolist():
        after = bisect(kept, index)
        if all(abs(index - other) >= least for other in kept[max(0, after - 1) : after + 1]):
            kept.insert(after, index)
    return np.array(kept, np.intp)


def _usual(intervals: NDArray[np.generic]) -> float:
    """The usual interval where some beats in between are not seen: the middle of those that are not much longer than the short ones."""
    values = np.asarray(intervals, np.float64)
    return float(np.median(values[values < _DOUBLE * np.quantile(values, _SHORT)]))


def _in_rhythm(at: Indices, period: float) -> Mask:
    """Which beats have another one, two or three periods away."""
    turns = np.diff(at) / period
    whole = np.rint(turns)
    fits = (np.abs(turns - whole) < _OFF_RHYTHM * np.maximum(1, whole)) & (whole >= 1) & (whole <= _MOST_TURNS)
    kept: Mask = np.append(False, fits) | np.append(fits, False)
    return kept


def _intervals_s(found: Sequence[Indices], stretches: Sequence[Stretch]) -> Floats:
    return np.concatenate([np.diff(at) / stretch.rate_hz for at, stretch in zip(found, stretches, strict=True)])


def _usual_wave(stretches: Sequence[Stretch], found: Sequence[Indices]) -> Floats:
    """The middle of the beats at full rate, each moved to where it fits best, with soft ends; muscle beside some of them counts little."""
    reach = round(_REACH_S * stretches[0].rate_hz)
    pairs = [(stretch, at[(at > 2 * reach) & (at < len(stretch.samples) - 2 * reach)]) for stretch, at in zip(stretches, found, strict=True)]
    around = np.arange(-reach, reach + 1)
    usual: Floats = np.zeros(2 * reach + 1)
    for _ in range(_ROUNDS + 1):
        usual = np.median(np.concatenate([stretch.samples[at[:, None] + around] for stretch, at in pairs]), axis=0)
        heart = Heart(wave_uv=usual, period_s=1.0, noise_uv=1.0, thin_noise_uv=1.0)
        pairs = [(stretch, _aligned(stretch.samples, at, heart)) for stretch, at in pairs]
    edge = np.clip((reach - np.abs(around)) / (0.2 * reach), 0, 1)
    return np.asarray(usual * np.sin(np.pi / 2 * edge) ** 2)


def _aligned(samples: Floats, at: Indices, heart: Heart) -> Indices:
    """Each beat moved by some milliseconds to where the wave fits best; those too near to the ends are left out."""
    reach = len(heart.wave_uv) // 2
    slack = max(1, round(_SLACK_S / 2 * reach / _REACH_S))
    at = at[(at >= reach + slack) & (at < len(samples) - reach - slack)]
    if len(at) == 0:
        return at
    lags = np.arange(-slack, slack + 1)
    rows = samples[at[:, None] + np.arange(-reach - slack, reach + slack + 1)]
    fit = np.stack([rows[:, lag + slack : lag + slack + len(heart.wave_uv)] @ heart.wave_uv for lag in lags], axis=1)
    return np.asarray(at + lags[fit.argmax(axis=1)], np.intp)


def _slow_share(rows: Floats, rate_hz: float) -> Floats:
    """Share (k,) of the power of each of the rows (k, m) that lies below 60 Hz."""
    power = np.abs(np.fft.rfft(rows, axis=1)) ** 2
    slow = np.fft.rfftfreq(rows.shape[1], 1 / rate_hz) < _SLOW_HZ
    share: Floats = power[:, slow].sum(axis=1) / (power.sum(axis=1) + _TINY)
    return share


def _fitted(rows: Floats, heart: Heart, rate_hz: float) -> Floats:
    """The wave as each of the rows (k, m) has it: its height, and a shift within a sample by way of its slope."""
    core = _core(len(heart.wave_uv), rate_hz)
    basis = np.stack([heart.wave_uv, np.gradient(heart.wave_uv)])
    parts = rows[:, core] @ np.linalg.pinv(basis[:, core])
    parts[:, 0] = np.clip(parts[:, 0], 0.5, 2.0)
    parts[:, 1] = np.clip(parts[:, 1], -1.0, 1.0)
    fitted: Floats = parts @ basis
    return fitted


def _common(rest: Floats, heart: Heart) -> Floats:
    """What is left of the beats on average (m,), where that is more than chance: the wave is no longer what it was."""
    mean = rest.mean(axis=0)
    chance = 2 * heart.noise_uv / np.sqrt(len(rest))
    common: Floats = mean if np.sqrt((mean**2).mean()) > chance else np.zeros_like(mean)
    return common


def _commonest(stretches: Sequence[Stretch], noise: float, parameters: Parameters) -> tuple[Floats, float] | None:
    """The waveform (at the lower rate) that recurs most often in pieces of a channel, and about how long from one to the next."""
    reach = round(_CORE_S * _THIN_HZ)
    slack = round(_SLACK_S * _THIN_HZ)
    rows, times = _snippets(stretches, noise, reach + slack, parameters)
    if len(rows) < parameters["ecg_least_beats"]:
        return None
    middle = rows[:, slack:-slack]
    length = np.linalg.norm(middle, axis=1) + _TINY
    lags = [rows[:, lag : lag + middle.shape[1]] for lag in range(2 * slack + 1)]
    alike = np.stack([(lag @ middle.T) / (np.linalg.norm(lag, axis=1)[:, None] * length + _TINY) for lag in lags])
    similar = (alike.max(axis=0) > parameters["ecg_least_alike"]) & (np.abs(np.log(length[:, None] / length)) < np.log(2.0))
    best = int(similar.sum(axis=0).argmax())
    friends = np.flatnonzero(similar[:, best])
    shifts = alike[:, friends, best].argmax(axis=0)
    steps = np.diff(times[friends])
    steps = steps[(steps > 0) & (steps < parameters["ecg_longest_s"])]
    if len(steps) < parameters["ecg_least_beats"] / 2:
        return None
    wave: Floats = np.mean([lags[shift][friend] for shift, friend in zip(shifts, friends, strict=True)], axis=0)
    return wave, _usual(steps)


def _snippets(stretches: Sequence[Stretch], noise: float, reach: int, parameters: Parameters) -> tuple[Floats, Floats]:
    """Moments of more power than noise has (k, 2 * reach + 1), and when they are in seconds, pieces far from each other."""
    rows: list[Floats] = []
    times: list[float] = []
    for number, stretch in enumerate(stretches):
        thin, real = stretch.thin()
        width = 2 * round(_CORE_S * _THIN_HZ / 2) + 1
        power = np.convolve(thin**2, np.ones(width) / width, "same")
        strong = np.flatnonzero(real & (power > parameters["ecg_least_power"] * noise**2))
        strong = strong[(strong > reach) & (strong < len(thin) - reach - 1)]
        strong = strong[(power[strong] >= power[strong - 1]) & (power[strong] > power[strong + 1])]
        for index in _spaced(strong, power[strong], 0.25 * _THIN_HZ):
            rows.append(thin[index - reach : index + reach + 1])
            times.append(number * _FAR_S + index * stretch.every / stretch.rate_hz)
    slow = np.flatnonzero(_slow_share(np.array(rows), _THIN_HZ) > parameters["ecg_slow_share"]) if rows else np.empty(0, np.intp)
    chosen = slow[:: max(1, -(-len(slow) // _MOST_CANDIDATES))]
    return np.array(rows)[chosen], np.array(times)[chosen]


def _is_heart(heart: Heart, found: Sequence[Indices], stretches: Sequence[Stretch], parameters: Parameters) -> bool:
    """A heart's rate, regular, most of the time, above the noise, and slower in its waveform than any motor unit."""
    intervals = _intervals_s(found, stretches)
    rate_hz = stretches[0].rate_hz
    successive = intervals[intervals < _DOUBLE * heart.period_s]
    regular = np.mean(np.abs(successive / heart.period_s - 1) < parameters["ecg_irregular_share"]) * (
        len(successive) >= parameters["ecg_least_beats"]
    )
    seen_s = sum(len(at) for at in found) * heart.period_s
    return bool(
        parameters["ecg_shortest_s"] <= heart.period_s <= parameters["ecg_longest_s"]
        and regular >= parameters["ecg_regular_share"]
        and seen_s >= parameters["ecg_seen_share"] * sum(stretch.trusted.sum() / rate_hz for stretch in stretches)
        and np.linalg.norm(heart.wave_uv) >= parameters["ecg_least_height"] * heart.noise_uv
        and _slow_share(heart.wave_uv[None, :], rate_hz)[0] >= parameters["ecg_slow_share"]
    )
