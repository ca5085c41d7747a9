"""The course of a response over a recording, such as that of the lateral spread response over an operation.

Neighbouring sweeps form a group, as many as it takes to tell a quarter of the response's beginning from noise. Each group is tested and measured on
its own. A change counts if two groups in a row say so, and then goes as far as the nearer of the two; its time is then sought sweep by sweep
between the change before and the groups that confirm it. In 24 simulated courses of 6 and 10 times the noise a reduction to a third was found 1 sweep
off at most, the end of the response 2 sweeps off at most.
"""

from dataclasses import dataclass, replace

import numpy as np

from spasmograph.errors import InputError
from spasmograph.measure.emg.evoked.responses import Search, evoked_response, in_unit_of, search_for
from spasmograph.measure.emg.evoked.stimulated_channels import sweeps_of
from spasmograph.model import (
    Biosignal,
    Channel,
    CourseChange,
    CourseStep,
    Estimate,
    EvokedAverage,
    Floats,
    Presence,
    ResponseCourse,
    ResponseKind,
)
from spasmograph.parameters import Parameters, load_emg_parameters

_BEGINNING = 40
_VISIBLE_SHARE = 0.25
_USUAL = 20
_FEWEST_GROUPS = 4
_USUAL_GROUPS = 8
_MOST_GROUPS = 120
_REFERENCE_GROUPS = 3
_RESAMPLES = 500.0
_ORDER = (Presence.PRESENT, Presence.REDUCED, Presence.ABSENT)
_NAN = Estimate(value=float("nan"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of sweeps: its step of the course, what it would have shown, and its sweeps within the window."""

    step: CourseStep
    detectable_uv: float
    times_s: Floats
    sweeps_uv: Floats


def response_course(
    biosignal: Biosignal, channel: Channel, times_s: Floats, *, kind: ResponseKind, parameters: Parameters | None = None
) -> ResponseCourse | None:
    """The course of one response in one channel; None where there are too few stimuli for one.

    A step is present, reduced (below half of the median of the first three groups that show it), absent (not seen, though half of the beginning would
    have been), or undecided.
    """
    rules = (parameters or load_emg_parameters()).replace(presence_resamples=_RESAMPLES, average_resamples=100.0)
    search = in_unit_of(search_for(kind, rules), channel)
    times = np.sort(np.asarray(times_s, np.float64))
    if len(times) < _FEWEST_GROUPS * rules["course_sweeps_least"]:
        return None
    size = _group_size(biosignal, channel, times, search, rules)
    groups = [_group(biosignal, channel, part, search, rules) for part in np.array_split(times, max(len(times) // size, 1))]
    reference = _reference(groups)
    graded = [replace(group, step=_graded(group, reference, search, rules)) for group in groups]
    changes = _changes(graded, _template(graded), int(rules["course_confirm"]))
    return ResponseCourse(kind=kind, channel=channel.label, steps=tuple(group.step for group in graded), changes=changes)


def _group_size(biosignal: Biosignal, channel: Channel, times: Floats, search: Search, rules: Parameters) -> int:
    """How many sweeps show a quarter of the response's beginning."""
    first = _group(biosignal, channel, times[:_BEGINNING], search, rules)
    amplitude = first.step.amplitude_uv.value
    wanted = first.step.sweeps * (first.detectable_uv / (_VISIBLE_SHARE * amplitude)) ** 2 if amplitude > 0 else float(_USUAL)
    least, most = rules["course_sweeps_least"], min(rules["course_sweeps_most"], len(times) / _USUAL_GROUPS)
    size = np.clip(np.ceil(np.nan_to_num(wanted, nan=float(_USUAL))), least, max(most, least))
    return int(max(size, np.ceil(len(times) / _MOST_GROUPS)))


def _group(biosignal: Biosignal, channel: Channel, times: Floats, search: Search, rules: Parameters) -> Group:
    """One group, tested and measured."""
    middle = float(np.median(times))
    try:
        evoked = sweeps_of(biosignal, channel, times, rules, with_interval=False)
    except InputError:
        step = CourseStep(time_s=middle, presence=Presence.UNDECIDED, amplitude_uv=_NAN, latency_ms=_NAN, sweeps=0)
        return Group(step=step, detectable_uv=float("nan"), times_s=np.empty(0), sweeps_uv=np.empty((0, 0)))
    response = evoked_response(evoked, search, channel, parameters=rules)
    step = CourseStep(
        time_s=middle,
        presence=response.presence,
        amplitude_uv=response.amplitude_uv,
        latency_ms=response.latency_ms,
        sweeps=response.sweeps,
    )
    return Group(step=step, detectable_uv=response.detectable_uv, times_s=evoked.times_s, sweeps_uv=_within(evoked, search))


def _within(evoked: EvokedAverage, search: Search) -> Floats:
    inside = (evoked.time_ms >= search.window_ms[0]) & (evoked.time_ms < search.until_ms)
    sweeps = evoked.sweeps_uv[:, inside]
    return np.asarray(sweeps - sweeps.mean(axis=1, keepdims=True))


def _reference(groups: list[Group]) -> float:
    """The amplitude of the beginning; NaN where the response never was."""
    seen = [group.step.amplitude_uv.value for group in groups if group.step.presence is Presence.PRESENT][:_REFERENCE_GROUPS]
    return float(np.median(seen)) if seen else float("nan")


def _graded(group: Group, reference: float, search: Search, rules: Parameters) -> CourseStep:
    """The step as compared with the beginning."""
    step, bound = group.step, rules["course_reduced_share"] * reference
    if step.presence is Presence.PRESENT:
        return replace(step, presence=Presence.REDUCED) if step.amplitude_uv.value < bound else step
    if step.sweeps and group.detectable_uv <= np.nan_to_num(bound, nan=search.expected_uv):
        return replace(step, presence=Presence.ABSENT)
    return replace(step, presence=Presence.UNDECIDED)


def _template(groups: list[Group]) -> Floats:
    """The response's beginning: the average of the first groups that show it."""
    seen = [group for group in groups if group.step.presence is Presence.PRESENT][:_REFERENCE_GROUPS]
    length = min((group.sweeps_uv.shape[1] for group in groups if group.step.sweeps), default=0)
    if not seen:
        return np.zeros(length)
    return np.asarray(np.mean([group.sweeps_uv[:, :length].mean(axis=0) for group in seen], axis=0))


def _changes(groups: list[Group], template: Floats, confirm: int) -> tuple[CourseChange, ...]:
    """The confirmed changes, each with its time; groups that are undecided neither confirm nor deny."""
    decided = [group for group in groups if group.step.presence is not Presence.UNDECIDED]
    changes: list[CourseChange] = []
    state: Presence | None = None
    since_s = -np.inf
    for place, group in enumerate(decided):
        following = [other.step.presence for other in decided[place : place + confirm]]
        if state is None:
            state = group.step.presence if len(following) == confirm and len(set(following)) == 1 else None
        elif group.step.presence is not state and len(following) == confirm and state not in following:
            after = min(following, key=lambda presence: abs(_ORDER.index(presence) - _ORDER.index(state)))
            since_s = _moment(decided[: place + confirm], template, since_s)
            changes.append(CourseChange(time_s=since_s, before=state, after=after))
            state = after
    return tuple(changes)


def _moment(groups: list[Group], template: Floats, since_s: float) -> float:
    """When, sweep by sweep since the change before, the response's likeness to its beginning changes: the first stimulus of what comes after.

    A group that seems as it was by chance may lie after the change; so all sweeps up to the groups that confirm it take part.
    """
    times = np.concatenate([group.times_s for group in groups])
    likeness = np.concatenate([group.sweeps_uv[:, : len(template)] @ template for group in groups])[times >= since_s]
    times = times[times >= since_s]
    if not template.any() or len(times) < 2:  # noqa: PLR2004 - a change lies between two sweeps
        return float(groups[-1].times_s[0])
    splits = np.arange(1, len(likeness))
    sums = np.cumsum(likeness)[:-1]
    between = (sums / splits - (np.sum(likeness) - sums) / (len(likeness) - splits)) ** 2 * splits * (len(likeness) - splits)
    return float(times[splits[np.argmax(between)]])
