"""What the product found in a drawn film against what was drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from spasmograph.model import Event
from spasmograph.parameters import load_parameters
from spasmograph.script import Episode, Expectation, Script
from spasmograph.terms import CLOSURE, Region, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One scripted event: its name, true amplitude, whether it was found with its side, and by how much onset and amplitude were off.

    `mouth_too` says whether the mouth was named where it took part with the eyelid; None where it did not, or the event was missed.
    `seen` are the product's events there, in words. Errors are NaN for what was missed; `amplitude_error` is relative to the true amplitude.
    """

    name: str
    side: str
    amplitude: float
    found: bool
    as_itself: bool
    onset_error_s: float
    amplitude_error: float
    mouth_error: float
    mouth_too: bool | None
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One film: a verdict for every scripted event, and the events that nobody scripted, in words."""

    verdicts: tuple[Verdict, ...]
    invented: tuple[str, ...]
    refused: str = ""


_NAN = float("nan")
_SLACK_S = 0.1


def judge(script: Script, events: Sequence[Event]) -> Outcome:
    """Compare events with the script."""
    edge = load_parameters()["edge_share"]
    left = list(events)
    verdicts = []
    for episode in script.episodes:
        for truth in episode.events if episode.expectation is Expectation.MUST else ():
            own = [event for event in left if _common_s(event, truth.onset_s, truth.offset_s) > 0]
            hit = max((e for e in own if e.side == truth.side), key=lambda e: _common_s(e, truth.onset_s, truth.offset_s), default=None)
            left = [event for event in left if event is not hit]
            verdicts.append(_verdict(episode, truth, hit, own, edge))
    invented = [event for event in left if not _permitted(event, script)]
    return Outcome(verdicts=tuple(verdicts), invented=tuple(f"{_near(event, script)}: {words(event)}" for event in invented))


def _common_s(event: Event, onset_s: float, offset_s: float) -> float:
    return min(event.offset_s, offset_s + _SLACK_S) - max(event.onset_s, onset_s - _SLACK_S)


def _permitted(event: Event, script: Script) -> bool:
    """Whether it is a movement of both sides that the script allows to be found."""
    allowed = (episode for episode in script.episodes if episode.expectation is Expectation.MAY)
    return event.side is Side.BOTH and any(_common_s(event, episode.onset_s, episode.offset_s) > 0 for episode in allowed)


def _near(event: Event, script: Script) -> str:
    """Which episode an event lies in."""
    names = [e.name for e in script.episodes if _common_s(event, e.onset_s, e.offset_s) > 0]
    return "+".join(names) or "rest"


def words(event: Event) -> str:
    """An event in a few words."""
    what = f"{event.kind} {event.pattern} {event.side} {'+'.join(event.regions)}"
    return f"{event.onset_s:.2f}-{event.offset_s:.2f} {what} {event.amplitude:.2f} {event.amplitude_unit}"


def _verdict(episode: Episode, truth: Event, hit: Event | None, own: Sequence[Event], edge: float) -> Verdict:
    seen = "; ".join(words(event) for event in own) or "nothing"
    name = episode.name if truth.amplitude_unit != CLOSURE else f"{episode.name} {truth.amplitude:.2f}"
    if hit is None:
        return Verdict(
            name=name,
            side=truth.side,
            amplitude=truth.amplitude,
            found=False,
            as_itself=False,
            onset_error_s=_NAN,
            amplitude_error=_NAN,
            mouth_error=_NAN,
            mouth_too=None,
            seen=seen,
        )
    alike = hit.amplitude_unit == truth.amplitude_unit
    return Verdict(
        name=name,
        side=truth.side,
        amplitude=truth.amplitude,
        found=True,
        as_itself=hit.kind is truth.kind and hit.pattern is truth.pattern,
        onset_error_s=hit.onset_s - _true_onset_s(episode, edge),
        amplitude_error=hit.amplitude / truth.amplitude - 1 if alike else _NAN,
        mouth_error=_mouth_error(truth, hit),
        mouth_too=Region.MOUTH in hit.regions if Region.MOUTH in truth.regions else None,
        seen=seen,
    )


def _true_onset_s(episode: Episode, edge: float) -> float:
    """When the leading movement passes the share of its height at which the product says that an event begins."""
    return episode.onset_at(edge)


def _mouth_error(truth: Event, hit: Event) -> float:
    """The mouth corner's relative error where it takes part and was found."""
    name = f"mouth_{truth.side}_mm"
    return hit.peaks[name] / truth.peaks[name] - 1 if name in truth.peaks and name in hit.peaks else _NAN
