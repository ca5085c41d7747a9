"""A first look at a channel: what disturbs it, and what is ordinary on it, from pieces spread over the recording."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from spasmograph.measure.emg.front.artefacts import Ordinary, Runs, at_limit, course, raw_faults, runs_of_equal
from spasmograph.measure.emg.front.conditioning import bridged, linear_phase, zero_phase
from spasmograph.measure.emg.front.ecg import Heart, Stretch, find_heart
from spasmograph.measure.emg.front.mains import NO_MAINS, Mains, take_out_mains, typical
from spasmograph.model.common import Floats
from spasmograph.model.emg import Channel
from spasmograph.parameters import Parameters, load_emg_parameters

Read = Callable[[int, int], Floats]

_STEP_SAMPLES = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a first look at a channel found: its mains interference, what is ordinary on it, and how heart beats look in it."""

    mains: Mains = NO_MAINS
    ordinary: Ordinary = field(default_factory=Ordinary)
    heart: Heart | None = None

    @property
    def mains_hz(self) -> float:
        """Frequency of the mains interference, NaN without."""
        return self.mains.hz


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One piece, conditioned: itself, its mains, and how strong it is over time in its band, slowly, and with hum."""

    stretch: Stretch
    mains: Mains
    band: Floats
    slow: Floats
    hum: Floats


def survey_channel(read: Read, channel: Channel, *, parameters: Parameters | None = None) -> Survey:
    """Looks at pieces spread over a channel, some minutes of it at most, for what disturbs it.

    Args:
        read: samples `first` to `stop` (not included) of the channel in microvolts, such as `partial(biosignal.samples, channel)`.
        channel: what is known of it.
        parameters: the rule set, else the one that ships.
    """
    rules = parameters or load_emg_parameters()
    pieces = [np.asarray(read(first, stop), np.float64) for first, stop in _places(channel, rules)]
    held = [piece for piece in pieces if not np.isnan(piece).all()]
    if not held:
        return Survey()
    ordinary = _limits(held, channel, rules)
    taps = linear_phase(channel.rate_hz, rules)
    looks = [_look(piece, taps, channel.rate_hz, ordinary, rules) for piece in held]
    mains = typical([look.mains for look in looks], rules)
    return Survey(
        mains=mains,
        heart=find_heart([look.stretch for look in looks], rules),
        ordinary=replace(
            ordinary,
            noise_uv=_quantile([look.band for look in looks], rules["rest_quantile"]),
            slow_uv=_quantile([look.slow for look in looks], 0.5),
            hum_uv=0.0 if np.isnan(mains.hz) else _quantile([look.hum for look in looks], 0.5),
        ),
    )


def _places(channel: Channel, rules: Parameters) -> list[tuple[int, int]]:
    """Where the pieces lie: evenly spread, the whole channel where it is short."""
    length = max(1, round(rules["survey_piece_s"] * channel.rate_hz))
    count = min(int(rules["survey_pieces"]), max(1, channel.sample_count // length))
    starts = np.linspace(0, max(0, channel.sample_count - length), count).astype(int)
    return [(int(start), min(int(start) + length, channel.sample_count)) for start in starts]


def _limits(pieces: Sequence[Floats], channel: Channel, rules: Parameters) -> Ordinary:
    """The converter's step, the limits that were reached, and for how long equal values mean nothing."""
    steps = [step for piece in pieces if (step := _step_uv(piece)) > 0]
    step = min(steps, default=0.0)
    runs = [runs_of_equal(piece) for piece in pieces]
    longest = float(np.median([_longest(each, len(piece), channel.rate_hz) for piece, each in zip(pieces, runs, strict=True)])) / channel.rate_hz
    first = Ordinary(
        step_uv=step,
        low_uv=channel.low_uv,
        high_uv=channel.high_uv,
        flat_s=float(np.clip(rules["flat_times_ordinary"] * longest, rules["flat_least_s"], rules["flat_most_s"])),
    )
    reached = [each.value[at_limit(piece, each, channel.rate_hz, first, rules)] for piece, each in zip(pieces, runs, strict=True)]
    values = np.concatenate(reached)
    middle = float(np.nanmedian(np.concatenate([piece[::64] for piece in pieces])))
    return replace(
        first,
        low_uv=float(np.min(values[values < middle], initial=np.nan_to_num(channel.low_uv, nan=-np.inf))),
        high_uv=float(np.max(values[values > middle], initial=np.nan_to_num(channel.high_uv, nan=np.inf))),
    )


def _longest(runs: Runs, count: int, rate_hz: float) -> float:
    """The longest stretch of equal samples in an ordinary second of a piece, in samples."""
    longest = np.zeros(int(count / rate_hz) + 1)
    np.maximum.at(longest, (runs.first / rate_hz).astype(np.intp), runs.count)
    return float(np.median(longest))


def _step_uv(samples: Floats) -> float:
    """The smallest difference of two values that is more than rounding; 0 where all are the same."""
    values = np.unique(samples[:_STEP_SAMPLES])
    steps = np.diff(values[~np.isnan(values)])
    real = steps[steps > 1e-9 * np.abs(values[np.isfinite(values)]).max(initial=0.0)]
    return float(real.min(initial=np.inf)) if len(real) else 0.0


def _look(piece: Floats, taps: Floats, rate_hz: float, ordinary: Ordinary, rules: Parameters) -> _Look:
    bad = np.zeros(len(piece), np.bool_)
    for mask in raw_faults(piece, rate_hz=rate_hz, ordinary=ordinary, parameters=rules).values():
        bad |= mask
    whole = bridged(piece, bad)
    clean, mains, hum = take_out_mains(zero_phase(whole, taps), ~bad, rate_hz=rate_hz, near_hz=float("nan"), parameters=rules)
    found = course(whole, clean, rate_hz=rate_hz)
    kept = ~np.pad(bad, (0, len(found.band) * found.hop - len(bad))).reshape(-1, found.hop).any(axis=1)
    return _Look(
        stretch=Stretch(samples=clean, trusted=~bad, rate_hz=rate_hz),
        mains=mains,
        band=found.band[kept],
        slow=found.slow[kept],
        hum=np.empty(0) if hum is None else hum.amplitude_uv,
    )


def _quantile(parts: Sequence[Floats], share: float) -> float:
    values = np.concatenate(parts)
    return float(np.quantile(values, share)) if len(values) else float("nan")
