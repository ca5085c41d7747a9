"""Evoked responses as scores: latencies and amplitudes, what they differ by between the sides, and the ratio of the direct responses."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from math import exp, hypot, isnan, log

from spasmograph.measure.emg.evoked.norms import evoked_norms
from spasmograph.model import Estimate, EvokedResponse, Presence, ResponseKind, Score
from spasmograph.terms import MICROVOLT, MILLISECONDS, Side

_Z = 1.959963984540054
_NAN = float("nan")
_RATIO = "ratio"
_NOT_BOTH = "present on both sides, but of one of them this cannot be told"
_NAMES = {
    ResponseKind.DIRECT: ("direct_response", "Direct response"),
    ResponseKind.BLINK_REFLEX_R1: ("blink_reflex_r1", "Blink reflex R1"),
    ResponseKind.BLINK_REFLEX_R2: ("blink_reflex_r2", "Blink reflex R2"),
    ResponseKind.R1_LIKE: ("r1_like_response", "Response like R1"),
    ResponseKind.LATERAL_SPREAD: ("lateral_spread", "Lateral spread response"),
}


def evoked_scores(responses: Sequence[EvokedResponse], observed_s: Sequence[float], *, affected: Side | None = None) -> tuple[Score, ...]:
    """Latency and amplitude of each response, then the differences and ratios of the sides.

    `observed_s` is, for each response, how many seconds its sweeps last after their stimuli in all. `affected` is the patient's affected side;
    without it ratios are left over right.
    """
    single = [score for response, seconds in zip(responses, observed_s, strict=True) for score in _single(response, seconds)]
    pairs = [*latency_differences(responses, observed_s), *amplitude_ratios(responses, observed_s, affected=affected)]
    return _unique((*single, *pairs))


def _single(response: EvokedResponse, seconds: float) -> tuple[Score, Score]:
    name, label = _heading(response)
    where = response.channel.replace("_", " ")
    return (
        _score(f"{name}_latency_{response.channel}", f"{label}, latency, {where}", MILLISECONDS, response.latency_ms, response, seconds),
        _score(f"{name}_amplitude_{response.channel}", f"{label}, amplitude, {where}", MICROVOLT, response.amplitude_uv, response, seconds),
    )


def _heading(response: EvokedResponse) -> tuple[str, str]:
    """The name for programs and for people; of R2 with its side relative to the stimulus, where each is one side."""
    name, label = _NAMES[response.kind]
    if response.kind is not ResponseKind.BLINK_REFLEX_R2 or not {response.side, response.stimulated} <= {Side.LEFT, Side.RIGHT}:
        return name, label
    relation = "ipsilateral" if response.side is response.stimulated else "contralateral"
    return f"{name}_{relation}", f"{label} {relation}"


def _score(name: str, label: str, unit: str, estimate: Estimate, response: EvokedResponse, seconds: float) -> Score:
    return Score(
        name=name,
        value=estimate.value,
        unit=unit,
        low=estimate.low,
        high=estimate.high,
        observed_s=seconds,
        label=label,
        reason=_reason(response, estimate),
        norms=response.norms if unit == MILLISECONDS else (),
    )


def _reason(response: EvokedResponse, estimate: Estimate) -> str:
    if response.reason:
        return response.reason
    parts = ["no onset stands out of the noise"] if isnan(estimate.value) else []
    if response.stimulated is None:
        parts.append("the stimulated side is not known")
    return "; ".join(parts)


def latency_differences(responses: Sequence[EvokedResponse], observed_s: Sequence[float]) -> tuple[Score, ...]:
    """By how much the latencies of R1 and R2 differ between the sides, without sign; R2 for the same relation to the stimulus."""
    scores = []
    for (left, left_s), (right, right_s) in _pairs(responses, observed_s):
        if left.kind not in {ResponseKind.BLINK_REFLEX_R1, ResponseKind.BLINK_REFLEX_R2}:
            continue
        name, label = _heading(left)
        apart = _difference(left.latency_ms, right.latency_ms)
        scores.append(
            Score(
                name=f"{name}_latency_difference_{left.muscle}",
                unit=MILLISECONDS,
                observed_s=left_s + right_s,
                label=f"{label}, difference of the sides' latencies, {str(left.muscle).replace('_', ' ')}",
                norms=evoked_norms(left.kind, "latency_difference", left.muscle),
                value=apart.value,
                low=apart.low,
                high=apart.high,
                reason=_both_needed(left, right, apart),
            )
        )
    return tuple(scores)


def amplitude_ratios(responses: Sequence[EvokedResponse], observed_s: Sequence[float], *, affected: Side | None = None) -> tuple[Score, ...]:
    """The direct response's amplitude on the affected side over that on the other one; left over right where the affected side is not known."""
    scores = []
    for left, right in _pairs(responses, observed_s):
        if left[0].kind is not ResponseKind.DIRECT:
            continue
        above, below = (right, left) if affected is Side.RIGHT else (left, right)
        ratio = _ratio(above[0].amplitude_uv, below[0].amplitude_uv)
        words = "left_over_right" if affected not in {Side.LEFT, Side.RIGHT} else "affected_over_healthy"
        scores.append(
            Score(
                name=f"direct_response_amplitude_ratio_{words}_{left[0].muscle}",
                unit=_RATIO,
                observed_s=left[1] + right[1],
                label=f"Direct response, amplitude {words.replace('_', ' ')}, {str(left[0].muscle).replace('_', ' ')}",
                value=ratio.value,
                low=ratio.low,
                high=ratio.high,
                reason=_both_needed(above[0], below[0], ratio),
            )
        )
    return tuple(scores)


def _pairs(
    responses: Sequence[EvokedResponse], observed_s: Sequence[float]
) -> Iterable[tuple[tuple[EvokedResponse, float], tuple[EvokedResponse, float]]]:
    """Left and right responses of one kind, muscle and relation to the stimulus."""
    told = list(zip(responses, observed_s, strict=True))
    lefts = [pair for pair in told if pair[0].side is Side.LEFT and pair[0].muscle and pair[0].stimulated]
    rights = [pair for pair in told if pair[0].side is Side.RIGHT and pair[0].muscle and pair[0].stimulated]
    return [(left, right) for left, right in product(lefts, rights) if _alike(left[0], right[0])]


def _alike(left: EvokedResponse, right: EvokedResponse) -> bool:
    return (left.kind, left.muscle, left.side is left.stimulated) == (right.kind, right.muscle, right.side is right.stimulated)


def _difference(one: Estimate, other: Estimate) -> Estimate:
    """The difference without its sign; its interval from those of both, which are independent."""
    signed = one.value - other.value
    low = signed - hypot(one.value - one.low, other.high - other.value)
    high = signed + hypot(one.high - one.value, other.value - other.low)
    least = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
    return Estimate(value=abs(signed), low=least if not isnan(low) else _NAN, high=max(abs(low), abs(high)))


def _ratio(above: Estimate, below: Estimate) -> Estimate:
    """The quotient; its interval on the logarithmic scale from those of both, which are independent."""
    if not (above.value > 0 and below.value > 0):
        return Estimate(value=_NAN)
    value = above.value / below.value
    if not (above.low > 0 and below.low > 0):
        return Estimate(value=value)
    spread = hypot(*(log(one.high / one.low) / (2 * _Z) for one in (above, below)))
    return Estimate(value=value, low=value * exp(-_Z * spread), high=value * exp(_Z * spread))


def _both_needed(one: EvokedResponse, other: EvokedResponse, compared: Estimate) -> str:
    """Why two sides could not be compared; empty where they could."""
    missing = [response.channel.replace("_", " ") for response in (one, other) if response.presence is not Presence.PRESENT]
    if missing:
        return f"not present in {' and '.join(missing)}"
    return _NOT_BOTH if isnan(compared.value) else ""


def _unique(scores: Sequence[Score]) -> tuple[Score, ...]:
    """Scores with names of their own: a second train of the same side and muscle is numbered."""
    seen: dict[str, int] = {}
    named = []
    for score in scores:
        seen[score.name] = seen.get(score.name, 0) + 1
        number = seen[score.name]
        named.append(score if number == 1 else replace(score, name=f"{score.name}_train_{number}", label=f"{score.label}, train {number}"))
    return tuple(named)
