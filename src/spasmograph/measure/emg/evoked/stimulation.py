"""All that stimuli evoked in a recording, decided from its channels and remarks: the entry for a whole recording."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from spasmograph.measure.emg.evoked.course import response_course
from spasmograph.measure.emg.evoked.lateral_spread import direct_response, is_clear, lateral_spread
from spasmograph.measure.emg.evoked.norms import supplied_by
from spasmograph.measure.emg.evoked.reflex import blink_reflex
from spasmograph.measure.emg.evoked.scores import evoked_scores
from spasmograph.measure.emg.evoked.stimulated_channels import Recorded, record
from spasmograph.measure.emg.evoked.stimuli import SUPRAORBITAL, stimuli_of
from spasmograph.model import Biosignal, EvokedResponse, Presence, ResponseCourse, ResponseKind, Score, Stimuli
from spasmograph.parameters import Parameters, load_emg_parameters
from spasmograph.terms import Side

_NOT_BOTH_EXPECTED = {ResponseKind.LATERAL_SPREAD, ResponseKind.R1_LIKE}

Evoked = tuple[tuple[Stimuli, ...], tuple[EvokedResponse, ...], tuple[ResponseCourse, ...], tuple[Score, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """One train of stimuli and what it evoked."""

    stimuli: Stimuli
    responses: tuple[EvokedResponse, ...] = ()
    courses: tuple[ResponseCourse, ...] = ()


def measure_evoked(
    biosignal: Biosignal,
    *,
    stimulated: Side | None = None,
    affected: Side | None = None,
    texts: Sequence[str] = (),
    from_artefact: bool = False,
    parameters: Parameters | None = None,
) -> Evoked:
    """Stimuli, responses, courses and scores of a recording; all empty where it holds no stimulus.

    `stimulated` is the side that was stimulated, for recordings that do not say so themselves; `texts` are the remarks that mean a stimulus;
    `from_artefact` takes the stimulus artefact where there is no trigger. Where the recording names the nerve, that decides what is looked for: the
    blink reflex after the supraorbital nerve, direct response and lateral spread after a branch of the facial nerve. Else a clear direct response
    means that a branch was stimulated.
    """
    rules = parameters or load_emg_parameters()
    found = stimuli_of(biosignal, parameters=rules, stimulated=stimulated, texts=texts, from_artefact=from_artefact)
    trains = [_train(biosignal, stimuli, rules) for stimuli in found]
    responses = reconsidered([response for train in trains for response in train.responses], rules)
    scores = evoked_scores(responses, [observed_s(response) for response in responses], affected=affected)
    return (
        tuple(train.stimuli for train in trains),
        responses,
        tuple(course for train in trains for course in train.courses),
        scores,
    )


def observed_s(response: EvokedResponse) -> float:
    """How many seconds the sweeps of a response last after their stimuli in all."""
    if len(response.time_ms) < 2:  # noqa: PLR2004 - two samples tell the rate
        return 0.0
    after_ms = float(response.time_ms[-1] + response.time_ms[1] - response.time_ms[0])
    return round(response.sweeps * max(after_ms, 0.0) / 1000.0, 6)


def _train(biosignal: Biosignal, stimuli: Stimuli, rules: Parameters) -> Train:
    if not len(stimuli.times_s):
        return Train(stimuli=stimuli)
    recorded = record(biosignal, stimuli, rules)
    if not recorded:
        return Train(stimuli=replace(stimuli, note="no channel of a muscle to look for a response in"))
    direct = () if stimuli.nerve == SUPRAORBITAL else direct_response(recorded, stimulated=stimuli.stimulated, nerve=stimuli.nerve, parameters=rules)
    if supplied_by(stimuli.nerve) or any(is_clear(response, rules) for response in direct):
        return _of_branch(biosignal, stimuli, recorded, direct, rules)
    noted = _noted(stimuli, "" if stimuli.nerve else "the nerve is not named; as no muscle responds directly, the blink reflex is looked for")
    return Train(stimuli=noted, responses=blink_reflex(recorded, stimulated=stimuli.stimulated, parameters=rules))


def _noted(stimuli: Stimuli, note: str) -> Stimuli:
    """The stimuli with what is to be known of them."""
    side = "" if stimuli.stimulated else "the stimulated side is not known"
    return replace(stimuli, note="; ".join(part for part in (stimuli.note, side, note) if part))


def _of_branch(biosignal: Biosignal, stimuli: Stimuli, recorded: Sequence[Recorded], direct: Sequence[EvokedResponse], rules: Parameters) -> Train:
    """What stimulation of a branch of the facial nerve evoked; its side is that of the greatest direct response, where it is not known."""
    strongest = max((response for response in direct if is_clear(response, rules)), key=lambda response: response.amplitude_uv.value, default=None)
    note = "" if stimuli.nerve else "the nerve is not named; a direct response shows that a branch of the facial nerve was stimulated"
    if stimuli.stimulated is None and strongest is not None and strongest.side is not None:
        note = "; ".join(part for part in (note, "the stimulated side is taken from the direct response") if part)
        stimuli = replace(stimuli, stimulated=strongest.side)
    side = stimuli.stimulated
    own = [replace(response, stimulated=side) for response in direct if side in {None, Side.BOTH} or response.side in {None, side}]
    supplied = supplied_by(stimuli.nerve)
    shown = [response for response in own if (response.muscle in supplied if supplied else is_clear(response, rules))]
    spread = lateral_spread(recorded, own, stimulated=side, nerve=stimuli.nerve, parameters=rules)
    courses = _courses(biosignal, stimuli, recorded, (*shown, *spread), rules)
    return Train(stimuli=_noted(stimuli, note), responses=(*shown, *spread), courses=courses)


def _courses(
    biosignal: Biosignal, stimuli: Stimuli, recorded: Sequence[Recorded], responses: Iterable[EvokedResponse], rules: Parameters
) -> tuple[ResponseCourse, ...]:
    """Courses of direct responses, which tell that the stimulus still works, and of lateral spread responses."""
    channels = {one.channel.label: one.channel for one in recorded if one.evoked is not None}
    courses = (
        response_course(biosignal, channels[response.channel], stimuli.times_s, kind=response.kind, parameters=rules)
        for response in responses
        if response.channel in channels
    )
    return tuple(course for course in courses if course is not None)


def reconsidered(responses: Sequence[EvokedResponse], parameters: Parameters) -> tuple[EvokedResponse, ...]:
    """The responses; one that is called absent is undecided instead if half of what the other side shows would not have been seen."""
    return tuple(_reconsidered(response, responses, parameters["expected_share"]) for response in responses)


def _reconsidered(response: EvokedResponse, others: Sequence[EvokedResponse], share: float) -> EvokedResponse:
    if response.presence is not Presence.ABSENT or response.kind in _NOT_BOTH_EXPECTED:
        return response
    shown = [
        other.amplitude_uv.value
        for other in others
        if (other.kind, other.muscle, other.presence) == (response.kind, response.muscle, Presence.PRESENT) and other.side is not response.side
    ]
    if not shown or response.detectable_uv <= share * min(shown):
        return response
    reason = f"no response was seen, but one of half the other side's {min(shown):.3g} µV would have gone unseen"
    return replace(response, presence=Presence.UNDECIDED, reason=reason)
