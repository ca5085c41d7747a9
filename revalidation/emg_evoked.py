"""Simulated responses to stimuli: how exact their latency is, how often one is seen that is not there, how often one that is there is missed."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from revalidation.emg_measuring import median_interval, share_interval
from revalidation.result import Row, Section, Table, with_interval
from spasmograph.measure.emg.evoked.lateral_spread import direct_response, lateral_spread
from spasmograph.measure.emg.evoked.reflex import blink_reflex
from spasmograph.measure.emg.evoked.stimulated_channels import record
from spasmograph.measure.emg.evoked.stimulation import measure_evoked
from spasmograph.measure.emg.evoked.stimuli import stimuli_of
from spasmograph.measure.emg.simulate import WORLDS, Disturbance, Setting, SimulatedEmg, act_out
from spasmograph.model import EvokedResponse, Presence, ResponseKind
from spasmograph.parameters import load_emg_parameters
from spasmograph.terms import Muscle, Side

SWEEPS = 20
STRENGTHS = (2.0, 3.0, 5.0, 10.0)
RATE_HZ, RATES_HZ = 5000.0, (2000.0, 5000.0, 10_000.0)
ABSENT, PRESENT = 250, 40  # recordings of a kind
NOISES = {
    "white": Disturbance(),
    "pink": Disturbance(white=0.0, pink=1.0),
    "mains 49.97 Hz, 5 × the noise": Disturbance(mains=5.0, mains_hz=49.97),
    "heart beats, 10 × the noise": Disturbance(ecg=10.0),
}
LOCKED = (ResponseKind.BLINK_REFLEX_R1, ResponseKind.R1_LIKE, ResponseKind.LATERAL_SPREAD)
# Two channels are enough: over the nerve that was stimulated, and over one that replies through joined branches. By whether it is a blink reflex.
LOOKED_AT = {
    True: ((Muscle.ORBICULARIS_OCULI, Side.RIGHT), (Muscle.ORBICULARIS_ORIS, Side.RIGHT)),
    False: ((Muscle.ORBICULARIS_OCULI, Side.RIGHT), (Muscle.MENTALIS, Side.RIGHT)),
}
LATENCY_MOST_MS, SPECIFICITY_LEAST = 0.3, 0.98
COURSE_STIMULI, COURSE_RECORDINGS = 240, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One recording to be made: its world, seed, strength, rate and noise."""

    world: str
    seed: int
    strength: float = 5.0
    rate_hz: float = RATE_HZ
    noise: str = "white"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was said of one response: which, whether it is there, what the test says, and the error of its latency in ms, NaN without.

    `covered`: its interval holds the truth; None where no interval is told.
    """

    case: Case
    kind: ResponseKind
    there: bool
    presence: Presence
    latency_error_ms: float = float("nan")
    covered: bool | None = None


def section(*, workers: int = 2, absent: int = ABSENT, present: int = PRESENT) -> Section:
    """Latency, specificity, sensitivity, and when a response was gone."""
    kinds = enumerate((w, n) for w in ("blink_reflex_absent", "lateral_spread_absent") for n in NOISES)
    without = [Case(world=w, seed=1000 * k + s, noise=n) for k, (w, n) in kinds for s in range(absent // 2)]
    worlds = ("blink_reflex_synkinesis", "lateral_spread")
    within = [Case(world=w, seed=s, strength=x) for w in worlds for x in STRENGTHS for s in range(present)]
    within += [Case(world=w, seed=s, rate_hz=r) for w in worlds for r in RATES_HZ if r != RATE_HZ for s in range(present)]
    with ProcessPoolExecutor(workers) as pool:
        answers = [answer for some in pool.map(answers_of, [*without, *within], chunksize=8) for answer in some]
        changes = list(pool.map(change_of, range(COURSE_RECORDINGS)))
    missing, there = [a for a in answers if not a.there], [a for a in answers if a.there]
    five = [a for a in there if a.case.strength == 5.0 and a.case.rate_hz == RATE_HZ]  # noqa: PLR2004 - the strength of the target
    return Section(
        key="emg_evoked",
        title="EMG: responses to stimuli",
        rows=(
            *(_latency(kind, five) for kind in LOCKED),
            _specificity(missing, len(without)),
            *(_seen(kind, five) for kind in LOCKED),
            _gone(changes),
        ),
        tables=(_sizes_table(there), _absent_table(missing)),
        notes=(
            f"{SWEEPS} sweeps a recording; strength is the peak-to-peak amplitude over the noise's root mean square within 20–450 Hz.",
            "Latencies jitter by 0.15 ms from sweep to sweep, those of R2 by 1.5 ms; the true latency is the mean over the sweeps.",
            f"The course is that of a lateral spread response of 10 × noise over {COURSE_STIMULI} stimuli that is reduced to a third, then gone.",
        ),
        findings=tuple(_findings(answers)),
    )


def made_case(case: Case) -> SimulatedEmg:
    """The recording, its stimuli limited to `SWEEPS` and its responses the same from first to last."""
    setting = Setting(seed=case.seed, duration_s=75.0 if "blink" in case.world else 25.0, rate_hz=case.rate_hz, strength=case.strength)
    plan = WORLDS[case.world](setting)
    if plan.stimulation is None:
        msg = f"no stimuli in {case.world}"
        raise ValueError(msg)
    electrodes = tuple(one for one in plan.electrodes if one in LOOKED_AT[case.world.startswith("blink")])
    replies = tuple(reply for reply in plan.stimulation.replies if reply.electrode in electrodes)
    times_s = plan.stimulation.times_s[:SWEEPS]
    steady = replace(plan.stimulation, times_s=times_s, replies=replies, reduced_from=None, gone_from=None)
    return act_out(case.world, replace(plan, electrodes=electrodes, stimulation=steady, disturbance=NOISES[case.noise]), setting)


def answers_of(case: Case) -> list[Answer]:
    """What is said of every response that was looked for in a recording; runs in a worker."""
    made = made_case(case)
    return [_answer(case, made, response) for response in looked_for(made, blink="blink" in case.world)]


def looked_for(made: SimulatedEmg, *, blink: bool) -> tuple[EvokedResponse, ...]:
    """The responses that are looked for after this stimulus, without their course."""
    rules = load_emg_parameters()
    (stimuli,) = stimuli_of(made.biosignal, parameters=rules, stimulated=Side.RIGHT)
    recorded = record(made.biosignal, stimuli, rules)
    if blink:
        return blink_reflex(recorded, stimulated=Side.RIGHT, parameters=rules)
    direct = direct_response(recorded, stimulated=Side.RIGHT, parameters=rules)
    return lateral_spread(recorded, direct, stimulated=Side.RIGHT, nerve="", parameters=rules)


def _answer(case: Case, made: SimulatedEmg, response: EvokedResponse) -> Answer:
    true = [one.latency_ms for one in made.truth.responses_of(response.channel, response.kind)]
    latency, middle = response.latency_ms, float(np.mean(true)) if true else float("nan")
    return Answer(
        case=case,
        kind=response.kind,
        there=bool(true),
        presence=response.presence,
        latency_error_ms=latency.value - middle,
        covered=latency.low <= middle <= latency.high if np.isfinite(latency.low) and true else None,
    )


def change_of(seed: int) -> float:
    """How many stimuli later than in truth a lateral spread response is called gone; NaN if never; runs in a worker."""
    setting = Setting(seed=seed, duration_s=COURSE_STIMULI + 2.0, rate_hz=RATE_HZ, strength=10.0)
    made = act_out("course", WORLDS["lateral_spread"](setting), setting)
    _, _, courses, _ = measure_evoked(made.biosignal, stimulated=Side.RIGHT)
    for course in courses:
        gone = [change.time_s for change in course.changes if change.after is Presence.ABSENT]
        if course.kind is ResponseKind.LATERAL_SPREAD and course.channel == "mentalis_right" and gone:
            return float(np.searchsorted(made.truth.stimuli_s, gone[-1]) - (made.truth.gone_from or 0))
    return float("nan")


def _of(answers: Sequence[Answer], kind: ResponseKind) -> list[Answer]:
    return [answer for answer in answers if answer.kind is kind]


def _share(answers: Sequence[Answer], holds: Callable[[Answer], bool]) -> tuple[int, int, float]:
    hits = sum(map(holds, answers))
    return hits, len(answers), hits / len(answers) if answers else float("nan")


def _latency(kind: ResponseKind, answers: Sequence[Answer]) -> Row:
    errors = [abs(one.latency_error_ms) for one in _of(answers, kind) if np.isfinite(one.latency_error_ms)]
    middle, (low, high) = float(np.median(errors)) if errors else float("nan"), median_interval(errors)
    return Row(
        claim=f"latency error at 5 × noise, median: {words_of(kind)}",
        target=f"≤ {LATENCY_MOST_MS} ms",
        measured=f"{with_interval(middle, low, high, 2)} ms",
        cases=f"{len(errors)} responses",
        met=middle <= LATENCY_MOST_MS,
        value=middle,
        low=low,
        high=high,
    )


def _specificity(answers: Sequence[Answer], recordings: int) -> Row:
    hits, cases, share = _share(answers, lambda one: one.presence is not Presence.PRESENT)
    low, high = share_interval(hits, cases)
    return Row(
        claim="no response is seen where there is none",
        target=f"≥ {SPECIFICITY_LEAST}",
        measured=with_interval(share, low, high),
        cases=f"{cases} responses looked for in {recordings} recordings",
        met=share >= SPECIFICITY_LEAST,
        value=share,
        low=low,
        high=high,
    )


def _seen(kind: ResponseKind, answers: Sequence[Answer]) -> Row:
    hits, cases, share = _share(_of(answers, kind), lambda one: one.presence is Presence.PRESENT)
    low, high = share_interval(hits, cases)
    measured = with_interval(share, low, high)
    return Row(
        claim=f"seen at 5 × noise: {words_of(kind)}", target="—", measured=measured, cases=f"{cases} responses", value=share, low=low, high=high
    )


def _gone(changes: Sequence[float]) -> Row:
    known = [change for change in changes if np.isfinite(change)]
    middle = float(np.median(np.abs(known))) if known else float("nan")
    worst = max(map(abs, known), default=float("nan"))
    measured = f"{middle:.0f} stimuli at the median, {worst:.0f} at most; not called gone in {len(changes) - len(known)}"
    return Row(claim="when the lateral spread is called gone, error", target="—", measured=measured, cases=f"{len(changes)} courses", value=middle)


def words_of(kind: ResponseKind) -> str:
    """How a response is called."""
    return kind.replace("_", " ").replace("r1", "R1").replace("r2", "R2")


def _sizes_table(answers: Sequence[Answer]) -> Table:
    """Every kind by strength and rate."""
    keys = sorted({(one.kind, one.case.strength, one.case.rate_hz) for one in answers if one.kind is not ResponseKind.DIRECT})
    cells = []
    for kind, strength, rate_hz in keys:
        part = [one for one in _of(answers, kind) if (one.case.strength, one.case.rate_hz) == (strength, rate_hz)]
        seen = [one for one in part if one.presence is Presence.PRESENT]
        _, cases, share = _share(part, lambda one: one.presence is Presence.PRESENT)
        _, _, denied = _share(part, lambda one: one.presence is Presence.ABSENT)
        cells.append((words_of(kind), f"{strength:g}", f"{rate_hz:g}", str(cases), f"{share:.3f}", f"{denied:.3f}", *_errors(seen)))
    columns = (
        "response",
        "× noise",
        "Hz",
        "there",
        "seen",
        "called absent",
        "latency error, ms (median, p90)",
        "bias, ms",
        "latency told",
        "interval holds the truth, of those told",
    )
    return Table(title="Responses that are there", columns=columns, cells=tuple(cells))


def _errors(seen: Sequence[Answer]) -> tuple[str, str, str, str]:
    """The error of the latencies that are told, their bias, the share that is told, and how often their interval holds the truth."""
    errors = [one.latency_error_ms for one in seen if np.isfinite(one.latency_error_ms)]
    covered = [one.covered for one in seen if one.covered is not None]
    if not (errors and covered):
        return "—", "—", "—", "—"
    middle, late = np.quantile(np.abs(errors), [0.5, 0.9])
    return f"{middle:.2f}, {late:.2f}", f"{np.median(errors):+.2f}", f"{len(errors) / len(seen):.2f}", f"{np.mean(covered):.2f}"


def _absent_table(answers: Sequence[Answer]) -> Table:
    cells = []
    for kind, noise in sorted({(one.kind, one.case.noise) for one in answers}):
        part = [one for one in _of(answers, kind) if one.case.noise == noise]
        shares = (_share(part, lambda one, which=which: one.presence is which)[2] for which in Presence)  # type: ignore[misc]
        cells.append((words_of(kind), noise, str(len(part)), *(f"{share:.3f}" for share in shares)))
    columns = ("response", "noise", "looked for", *(f"called {presence}" for presence in Presence))
    return Table(title="Responses that are not there", columns=columns, cells=tuple(cells))


def _findings(answers: Sequence[Answer]) -> list[str]:
    wrong = [one for one in answers if one.there != (one.presence is Presence.PRESENT) and (not one.there or one.case.strength >= 5.0)]  # noqa: PLR2004
    return [f"{one.case}: {one.kind} is {'there' if one.there else 'not there'}, called {one.presence}" for one in wrong]
