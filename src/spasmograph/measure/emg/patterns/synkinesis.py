"""What another muscle does while one is moved on purpose.

The ratio is the follower's mean envelope during the movements over its own strongest in the recording, divided by the same of the moved muscle.
Each over its own strongest, since skin and electrode make the microvolts of two muscles incomparable; divided by the moved muscle's, so that a
weak attempt does not read as little synkinesis. 0: the follower stays at its noise; 1: it works as hard as the muscle that is moved. Noise is taken
out of all four by power. The strongest is a high quantile of the envelope within the muscle's bursts, so that one spike does not set it.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from spasmograph.measure.emg.patterns.activity import Activity, covered, edges, within
from spasmograph.measure.scores.clock import joined, seconds_before
from spasmograph.measure.scores.intervals import t_limit
from spasmograph.model import Annotation, Estimate, Floats, Span, Synchrony, Synkinesis, Together
from spasmograph.parameters import Parameters
from spasmograph.terms import Muscle

_NAN = float("nan")
_FEW = "{} movements were found; at least {:.0f} are needed"
_WEAK = "{} has no burst, so its own strongest is not known"
_LONG = "movements are the moved muscle's long bursts, since none is named in the recording: a spasm reads as one"
_INSIDE = "the follower is nowhere stronger than during these movements, so that the ratio is an upper limit"
_CROSS_TALK = "one muscle is seen by both electrodes, which reads as synkinesis"


def measure_synkinesis(
    activities: Sequence[Activity], annotations: Sequence[Annotation], synchrony: Sequence[Synchrony], parameters: Parameters
) -> tuple[Synkinesis, ...]:
    """Every eye muscle with every mouth muscle of its side and the reverse, and brow with mouth; movements from the annotations if they name any."""
    copied = {frozenset((one.first, one.second)) for one in synchrony if one.together is Together.CROSS_TALK}
    found = []
    for moved in activities:
        for follower in activities:
            if _looked_at(moved, follower):
                alike = frozenset((moved.label, follower.label)) in copied
                found.append(pair_synkinesis(moved, follower, annotations, parameters, copied=alike))
    return tuple(found)


def pair_synkinesis(
    moved: Activity, follower: Activity, annotations: Sequence[Annotation], parameters: Parameters, *, copied: bool = False
) -> Synkinesis:
    """What one muscle does while the other is moved; NaN with the reason if there are too few movements or a muscle has no burst at all.

    `copied`: the two are known to be one muscle seen by both electrodes.
    """
    named = _named(moved, annotations, parameters)
    spans = named if named is not None else _long_bursts(moved, parameters)
    spans = [span for span in spans if all(_measured(one, span, parameters) for one in (moved, follower))]
    reasons = [] if named is not None else [_LONG]
    told = Synkinesis(
        moved=moved.label,
        follower=follower.label,
        movements=len(spans),
        followed=_followed(follower, spans),
        annotated=named is not None,
        ratio=Estimate(value=_NAN),
    )
    if len(spans) < parameters["synkinesis_least"]:
        return _with(told, Estimate(value=_NAN), [_FEW.format(len(spans), parameters["synkinesis_least"])])
    strongest = [_strongest_uv(one, parameters) for one in (moved, follower)]
    missing = [_WEAK.format(one.label) for one, uv in zip((moved, follower), strongest, strict=True) if not uv > 0]
    if missing:
        return _with(told, Estimate(value=_NAN), missing)
    means = [np.array([_mean_uv(one, span) / uv for span in spans]) for one, uv in zip((moved, follower), strongest, strict=True)]
    reasons += [_INSIDE] if _strongest_inside(follower, spans, strongest[1], parameters) else []
    reasons += [_CROSS_TALK] if copied else []
    return _with(told, _ratio(means[1], means[0], parameters), reasons)


@cache
def movement_table() -> dict[str, Any]:
    """Which words of an annotation name which movement, and which muscles are looked at together."""
    return tomllib.loads(files("spasmograph.data").joinpath("emg_movements.toml").read_text(encoding="utf-8"))


def moved_muscle(text: str) -> Muscle | None:
    """The muscle that an annotation says is moved, by the longest words found in it; None if it names no movement."""
    words = [(word, entry["muscle"]) for entry in movement_table()["movement"] for word in entry["words"] if word in text.casefold()]
    return Muscle(max(words, key=lambda pair: len(pair[0]))[1]) if words else None


def _looked_at(moved: Activity, follower: Activity) -> bool:
    if moved.side is None or moved.side is not follower.side or moved.muscle is None or follower.muscle is None:
        return False
    table = movement_table()
    groups = {name: muscles for name, muscles in table["groups"].items() if moved.muscle in muscles}
    return any(follower.muscle in table["groups"][other] for name in groups for other in table["pairs"][name])


def _named(moved: Activity, annotations: Sequence[Annotation], parameters: Parameters) -> list[Span] | None:
    """The movements of a muscle that the annotations name; None if they name no movement at all."""
    named = [one for one in annotations if moved_muscle(one.text) is not None]
    if not named:
        return None
    found = [_movement(one, moved, parameters) for one in named if moved_muscle(one.text) is moved.muscle]
    return [span for span in found if span is not None]


def _movement(annotation: Annotation, moved: Activity, parameters: Parameters) -> Span | None:
    """When it was carried out: as long as the annotation says, or else the first long burst after it."""
    if annotation.duration_s > 0:
        return Span(onset_s=annotation.onset_s, offset_s=annotation.onset_s + annotation.duration_s)
    late_s = annotation.onset_s + parameters["synkinesis_reaction_s"]
    return next((span for span in _long_bursts(moved, parameters) if annotation.onset_s <= span.onset_s <= late_s), None)


def _long_bursts(moved: Activity, parameters: Parameters) -> list[Span]:
    least_s = parameters["synkinesis_burst_s"]
    return [Span(onset_s=one.onset_s, offset_s=one.offset_s) for one in moved.bursts if one.duration_s >= least_s]


def _samples(activity: Activity, span: Span) -> Floats:
    """The envelope within a span; envelopes of all channels begin at 0 s."""
    first, stop = (max(0, int(np.ceil(at_s * activity.envelope_rate_hz - 1e-6))) for at_s in (span.onset_s, span.offset_s))
    return activity.envelope_uv[first:stop]


def _measured(activity: Activity, span: Span, parameters: Parameters) -> bool:
    samples = _samples(activity, span)
    return len(samples) > 0 and float(np.mean(np.isfinite(samples))) >= parameters["synkinesis_measured"]


def _mean_uv(activity: Activity, span: Span) -> float:
    """The mean envelope within a span, noise taken out by power, at least 0."""
    samples = _samples(activity, span)
    return _without_noise(float(np.mean(samples[np.isfinite(samples)])), activity)


def _without_noise(uv: float, activity: Activity) -> float:
    noise_uv = activity.noise_uv if activity.noise_uv > 0 else 0.0
    return float(np.sqrt(max(0.0, uv**2 - noise_uv**2)))


def _strongest_uv(activity: Activity, parameters: Parameters) -> float:
    """The muscle's strongest: a high quantile of its envelope within its bursts; 0 without a burst."""
    places = np.ceil(edges(activity.bursts) * activity.envelope_rate_hz - 1e-6).clip(0, len(activity.envelope_uv)).astype(np.intp)
    lengths = np.diff(places, axis=1)[:, 0]
    # The samples of one burst after the other: where each begins, and counting on from there.
    samples = activity.envelope_uv[np.repeat(places[:, 0] - np.cumsum(lengths) + lengths, lengths) + np.arange(np.sum(lengths))]
    samples = samples[np.isfinite(samples)]
    return _without_noise(float(np.quantile(samples, parameters["synkinesis_quantile"])), activity) if len(samples) else 0.0


def _followed(follower: Activity, spans: Sequence[Span]) -> int:
    """In how many of the spans the follower bursts."""
    busy = covered(follower.bursts)
    return sum(bool(np.diff(seconds_before(busy, np.array([span.onset_s, span.offset_s])))[0] > 0) for span in spans)


def _strongest_inside(follower: Activity, spans: Sequence[Span], strongest_uv: float, parameters: Parameters) -> bool:
    """Whether the follower is weaker wherever the other is not moved, so that its own strongest may not be in the recording."""
    time_s = np.arange(len(follower.envelope_uv)) / follower.envelope_rate_hz
    outside = follower.envelope_uv[~within(time_s, joined(spans)) & np.isfinite(follower.envelope_uv)]
    return not (len(outside) and float(np.max(outside)) >= parameters["synkinesis_outside"] * strongest_uv)


def _ratio(follower: Floats, moved: Floats, parameters: Parameters) -> Estimate:
    """The ratio of the two means over movements, with a 95 % interval from drawing movements again."""
    count = len(moved)
    value = float(np.mean(follower) / np.mean(moved)) if np.mean(moved) > 0 else _NAN
    drawn = np.random.default_rng(count).integers(0, count, size=(int(parameters["bootstrap_replicates"]), count))
    below = np.mean(moved[drawn], axis=1)
    found = np.mean(follower[drawn], axis=1)[below > 0] / below[below > 0]
    reach = float(np.std(found) * np.sqrt(count / (count - 1))) * t_limit(count) if len(found) else _NAN
    return Estimate(value=value, low=max(0.0, value - reach), high=value + reach)


def _with(told: Synkinesis, ratio: Estimate, reasons: Sequence[str]) -> Synkinesis:
    return Synkinesis(
        moved=told.moved,
        follower=told.follower,
        movements=told.movements,
        followed=told.followed,
        annotated=told.annotated,
        ratio=ratio,
        reason="; ".join(reasons),
    )
