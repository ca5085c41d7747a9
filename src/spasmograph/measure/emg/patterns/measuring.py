"""How the bursts of each muscle follow each other, and all that bursts mean together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spasmograph.measure.emg.patterns.activity import Activity, Waveform, edges, same_span
from spasmograph.measure.emg.patterns.published import published_patterns
from spasmograph.measure.emg.patterns.rhythm import find_rhythm
from spasmograph.measure.emg.patterns.scores import NO_BURST, score_emg
from spasmograph.measure.emg.patterns.synchrony import measure_synchrony
from spasmograph.measure.emg.patterns.synkinesis import measure_synkinesis
from spasmograph.measure.scores.words import NO_TIME
from spasmograph.model import Annotation, Burst, ChannelPattern, Floats, PublishedPattern, Score, Span, Synchrony, Synkinesis
from spasmograph.parameters import Parameters

_NAN = float("nan")
_QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """What the bursts of a recording mean together."""

    patterns: tuple[ChannelPattern, ...]
    synchrony: tuple[Synchrony, ...]
    synkinesis: tuple[Synkinesis, ...]
    published: tuple[PublishedPattern, ...]
    scores: tuple[Score, ...]


def measure_patterns(
    activities: Sequence[Activity], *, annotations: Sequence[Annotation] = (), waveform: Waveform | None = None, parameters: Parameters
) -> Patterns:
    """Rhythm and trains of each muscle, synchrony and cross-talk of pairs, synkinesis, published patterns beside them, and all scores."""
    patterns = tuple(channel_pattern(one, parameters) for one in activities)
    synchrony = measure_synchrony(activities, waveform, parameters)
    synkinesis = measure_synkinesis(activities, annotations, synchrony, parameters)
    return Patterns(
        patterns=patterns,
        synchrony=synchrony,
        synkinesis=synkinesis,
        published=published_patterns(activities, patterns, synchrony, synkinesis, parameters),
        scores=score_emg(activities, synchrony, synkinesis, parameters),
    )


def channel_pattern(activity: Activity, parameters: Parameters) -> ChannelPattern:
    """How the bursts of one muscle follow each other: durations, pauses, trains and rhythm."""
    bursts, observed = activity.bursts, activity.observed
    rhythm = find_rhythm(bursts, observed, parameters)
    found = trains(bursts, observed, parameters)
    strong = rhythm.strength >= parameters["rhythm_strength"] and rhythm.probability <= parameters["rhythm_probability"]
    return ChannelPattern(
        channel=activity.label,
        bursts=len(bursts),
        duration_quartiles_s=_quartiles(np.array([burst.duration_s for burst in bursts if not burst.censored]), parameters),
        interval_quartiles_s=_quartiles(pauses_s(bursts, observed), parameters),
        rhythm_hz=rhythm.hz,
        rhythm_strength=rhythm.strength,
        rhythm_probability=rhythm.probability,
        rhythmic=bool(strong),
        trains=tuple(Span(onset_s=train[0].onset_s, offset_s=train[-1].offset_s) for train in found),
        in_trains=sum(len(train) for train in found),
        reason=(rhythm.reason if bursts else NO_BURST) if len(observed) else NO_TIME,
    )


def pauses_s(bursts: Sequence[Burst], observed: Floats) -> Floats:
    """The time from each burst's end to the next one's onset, where all of it was measured."""
    times_s = edges(bursts)
    if len(times_s) < 2:  # noqa: PLR2004 - a pause lies between two
        return np.zeros(0)
    return np.asarray((times_s[1:, 0] - times_s[:-1, 1])[same_span(times_s[:-1, 0], times_s[1:, 0], observed)])


def trains(bursts: Sequence[Burst], observed: Floats, parameters: Parameters) -> tuple[tuple[Burst, ...], ...]:
    """Brief bursts that follow each other closely, at least the parameter `train_least` of them; each burst stays an event of its own."""
    times_s = edges(bursts)
    brief = np.diff(times_s, axis=1)[:, 0] < parameters["train_brief_s"]
    near = times_s[1:, 0] - times_s[:-1, 1] < parameters["train_gap_s"]
    follows = brief[1:] & brief[:-1] & near & same_span(times_s[:-1, 0], times_s[1:, 0], observed)
    starts = np.flatnonzero(np.concatenate([[True], ~follows])).tolist()
    found = [tuple(bursts[first:stop]) for first, stop in zip(starts, [*starts[1:], len(bursts)], strict=True)]
    return tuple(train for train in found if len(train) >= parameters["train_least"])


def _quartiles(values: Floats, parameters: Parameters) -> tuple[float, float, float]:
    if len(values) < parameters["quartiles_least"]:
        return _NAN, _NAN, _NAN
    low, middle, high = np.quantile(values, _QUARTILES)
    return float(low), float(middle), float(high)
