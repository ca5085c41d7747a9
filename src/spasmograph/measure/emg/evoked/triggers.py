"""When stimuli were given: from a trigger channel, from remarks in the file, or from the stimulus artefact itself.

A trigger is placed on the first sample that has left the resting level by half of the pulse's height. Its error is at most half a sample beside
that of the recording system, and the rise to half height where the pulse is a slow bump.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import InputError
from spasmograph.model import Floats
from spasmograph.parameters import Parameters, load_emg_parameters

_BLOCK = 1 << 18
_SAMPLED = 1 << 18
_MAD_TO_SD = 1.4826
_DIGITAL_SHARE = 0.5
_LEAST_STEP = 0.002
_REARM = 0.5
_ARTEFACT_NOISES = 20.0
_ARTEFACT_REFRACTORY_MS = 50.0
_ARTEFACT_ALIKE = 0.7
_FEWEST_ARTEFACTS = 5

Reader = Callable[[int, int], Floats]
Ints = NDArray[np.intp]


def find_triggers(samples: Floats, *, rate_hz: float, parameters: Parameters | None = None) -> Floats:
    """Times of the triggers in a trigger channel, in seconds from its first sample.

    `samples` (n,) in any unit; pulses, levels and codes, upwards or downwards, one sample long or longer; NaN is a gap. Each step away from the
    resting level is one trigger, and so is each step from one code to another; a step that follows another within 5 ms belongs to it, so that a
    bounce or a train of such steps is one.

    Raises:
        InputError: the channel holds no trigger; the message says what it holds instead.
    """
    values = np.asarray(samples, np.float64)
    return read_triggers(lambda first, stop: values[first:stop], len(values), rate_hz=rate_hz, parameters=parameters)


def read_triggers(read: Reader, count: int, *, rate_hz: float, parameters: Parameters | None = None) -> Floats:
    """As `find_triggers`, of a channel that is read a stretch at a time: `read(first, stop)` gives its samples.

    Raises:
        InputError: the channel holds no trigger.
    """
    rules = parameters or load_emg_parameters()
    rest, spread, most = _resting(read, count)
    digital = spread == 0.0
    if digital and _steps_per_s(read, count, rest, most, rate_hz) > rules["trigger_most_per_s"]:
        digital, spread = False, _usual_step(read, count, rest)
    if most <= 0.0 or (not digital and most <= rules["trigger_height_noises"] * spread):
        raise InputError(_nothing(rest, most, spread, count / rate_hz))
    level = _LEAST_STEP * most if digital else _half_height(read, count, rest, rules["trigger_height_noises"] * spread)
    starts = _joined(_starts(block, rest, level, digital=digital) for block in _blocks(read, count))
    return _without_bounce(starts, rules["trigger_bounce_ms"] * rate_hz / 1000.0) / rate_hz


def find_stimulus_artefacts(samples_uv: Floats, *, rate_hz: float, parameters: Parameters | None = None) -> Floats:
    """Times in seconds of stimulus artefacts in a muscle's own channel: abrupt, alike, and at least five of them; empty if there are none.

    A makeshift for recordings without trigger: the time is that of the steepest sample, which may lie a sample or two after the stimulus.
    """
    slope = np.abs(np.diff(np.nan_to_num(np.asarray(samples_uv, np.float64)), prepend=0.0))
    spread = _MAD_TO_SD * float(np.median(np.abs(slope - np.median(slope)))) if len(slope) else 0.0
    over = np.flatnonzero(slope > max(_ARTEFACT_NOISES * spread, 0.0))
    firsts = _apart(over, _ARTEFACT_REFRACTORY_MS * rate_hz / 1000.0)
    reach = max(round(0.002 * rate_hz), 2)
    firsts = firsts[(firsts >= reach) & (firsts < len(slope) - reach)]
    if len(firsts) < _FEWEST_ARTEFACTS:
        return np.empty(0)
    rules = parameters or load_emg_parameters()
    shift = np.array([int(np.argmax(slope[first : first + reach])) for first in firsts])
    alike = _alike(slope, firsts + shift, reach)
    return _without_bounce(alike, rules["trigger_bounce_ms"] * rate_hz / 1000.0) / rate_hz if len(alike) >= _FEWEST_ARTEFACTS else np.empty(0)


def _alike(slope: Floats, places: Ints, reach: int) -> Ints:
    """Those places around which the slope has the shape that most have."""
    pieces = slope[places[:, None] + np.arange(-reach, reach + 1).clip(-places.min(), len(slope) - 1 - places.max())]
    shape = np.median(pieces / pieces.max(axis=1, keepdims=True), axis=0)
    likeness = (pieces @ shape) / (np.linalg.norm(pieces, axis=1) * np.linalg.norm(shape))
    return np.asarray(places[likeness > _ARTEFACT_ALIKE])


def _blocks(read: Reader, count: int) -> Iterator[tuple[int, Floats]]:
    """Blocks with the sample before each, so that a step on a boundary is seen once."""
    for first in range(0, count, _BLOCK):
        before = max(first - 1, 0)
        yield before, np.asarray(read(before, min(first + _BLOCK, count)), np.float64)


def _resting(read: Reader, count: int) -> tuple[float, float, float]:
    """The level at rest, the spread around it (0 where most samples are exactly alike), and the greatest departure from it."""
    every = max(count // _SAMPLED, 1)
    parts, low, high = [], np.inf, -np.inf
    for _, block in _blocks(read, count):
        known = block[np.isfinite(block)]
        parts.append(known[::every])
        low, high = min(low, known.min(initial=np.inf)), max(high, known.max(initial=-np.inf))
    sample = np.concatenate(parts) if parts else np.empty(0)
    if not len(sample):
        return 0.0, 0.0, 0.0
    rest = float(np.median(sample))
    spread = _MAD_TO_SD * float(np.median(np.abs(sample - rest)))
    still = float(np.mean(sample == rest)) >= _DIGITAL_SHARE
    return rest, 0.0 if still else spread, float(max(high - rest, rest - low))


def _steps_per_s(read: Reader, count: int, rest: float, most: float, rate_hz: float) -> float:
    steps = sum(len(_starts(block, rest, _LEAST_STEP * most, digital=True)) for block in _blocks(read, count))
    return steps * rate_hz / max(count, 1)


def _usual_step(read: Reader, count: int, rest: float) -> float:
    """How far the channel usually is from its rest when it is not there: the noise of a coarse converter."""
    away = np.concatenate([np.abs(block[np.isfinite(block)] - rest)[:_SAMPLED] for _, block in _blocks(read, min(count, _SAMPLED))])
    return float(np.median(away[away > 0])) if np.any(away > 0) else 0.0


def _half_height(read: Reader, count: int, rest: float, floor: float) -> float:
    """Half of the usual height of what rises above the noise: one odd spike does not hide the others."""
    heights: list[float] = []
    for before, block in _blocks(read, count):
        away = np.abs(np.nan_to_num(block, nan=rest) - rest)
        starts = _starts((before, block), rest, floor, digital=False) - before
        heights.extend(np.maximum.reduceat(away, starts) if len(starts) else ())
    return max(0.5 * float(np.median(heights)), floor) if heights else floor


def _starts(piece: tuple[int, Floats], rest: float, level: float, *, digital: bool) -> Ints:
    """Samples of a block at which the channel leaves its rest or, with codes, steps to another one."""
    before, block = piece
    away = np.nan_to_num(block, nan=rest) - rest
    out = np.abs(away) > level
    previous = np.concatenate([[out[0] if before else False], out[:-1]]) if len(out) else out
    entering = out & ~previous
    if digital and len(out):
        step = np.abs(np.diff(away, prepend=away[0])) > level
        entering |= out & previous & step & (np.arange(len(out)) > 0)
    return np.flatnonzero(entering) + before


def _joined(parts: Iterable[Ints]) -> Ints:
    pieces = list(parts)
    return np.unique(np.concatenate(pieces)) if pieces else np.empty(0, np.intp)


def _without_bounce(starts: Ints, bounce: float) -> Floats:
    """Starts that follow the one before them by more than the bounce; a long burst of them is one."""
    return np.asarray(starts[np.diff(starts, prepend=-np.inf) > bounce], np.float64)


def _apart(starts: Ints, least: float) -> Ints:
    """Starts that follow the last one that was kept by more than so many samples; within a long burst of them, every so often one."""
    kept: list[int] = []
    for start in starts.tolist():
        if not kept or start - kept[-1] > least:
            kept.append(start)
    return np.array(kept, np.intp)


def _nothing(rest: float, most: float, spread: float, duration_s: float) -> str:
    what = f"it rests at {rest:g} throughout" if most <= 0 else f"its noise of {spread:g} is never left by more than {most:g}"
    return f"the trigger channel holds no trigger in {duration_s:.1f} s: {what}; is it the right channel?"
