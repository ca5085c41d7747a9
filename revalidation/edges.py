"""Recordings that are hard or impossible to measure: what the product says about them, and what it should."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from revalidation.recordings import films
from revalidation.result import Row, Section, Table
from spasmograph.app.analysis import analyze_video
from spasmograph.errors import NoFaceError, SpasmographError
from spasmograph.model import Measurement
from spasmograph.terms import Reason, Side, Verdict

Outcome = Measurement | SpasmographError
HANDS_S = (3.0, 9.2)


def _said(outcome: Outcome, code: Reason) -> bool:
    """Whether a reason was given."""
    return isinstance(outcome, Measurement) and any(reason.code is code for reason in outcome.quality.reasons)


def _quiet_unseen(outcome: Outcome) -> bool:
    """Whether no event lies outside the measured time."""
    if not isinstance(outcome, Measurement):
        return False
    spans = outcome.quality.observed
    return all(any(s.onset_s - 0.2 <= e.onset_s and e.offset_s <= s.offset_s + 0.2 for s in spans) for e in outcome.events)


def _nothing_sided_under_hands(outcome: Outcome) -> bool:
    """Whether nothing one-sided was found while hands lay on the face."""
    if not isinstance(outcome, Measurement):
        return True
    begin, end = HANDS_S
    return not any(e.side is not Side.BOTH and e.offset_s > begin and e.onset_s < end for e in outcome.events)


def _measured(outcome: Outcome) -> bool:
    return isinstance(outcome, Measurement) and outcome.quality.verdict in (Verdict.GOOD, Verdict.LIMITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a clip shows, what has to come out, and whether it did."""

    shows: str
    wanted: str
    holds: Callable[[Outcome], bool]


EXPECTED = {
    "WolfgangLanger_Pexels": Expectation(
        shows="hands over the face from 2.6 to 9.2 s",
        wanted="`occluded`, and nothing one-sided meanwhile",
        holds=lambda o: _said(o, Reason.OCCLUDED) and _nothing_sided_under_hands(o),
    ),
    "face_noface": Expectation(
        shows="face, then none; variable frame rate",
        wanted="`no_face` with its seconds; no event in unseen time",
        holds=lambda o: _said(o, Reason.NO_FACE) and _quiet_unseen(o),
    ),
    "noface_face": Expectation(
        shows="no face, then one; variable frame rate",
        wanted="`no_face` with its seconds; no event in unseen time",
        holds=lambda o: _said(o, Reason.NO_FACE) and _quiet_unseen(o),
    ),
    "no_face": Expectation(shows="a cartoon", wanted="refused: no face", holds=lambda o: isinstance(o, NoFaceError)),
    "s20": Expectation(shows="a face that shrinks", wanted="`face_too_small`", holds=lambda o: _said(o, Reason.FACE_TOO_SMALL)),
    "s29": Expectation(shows="a small, half turned face", wanted="measured or refused, nothing one-sided", holds=lambda o: not _sided(o)),
    "starts_at_1s_1080p": Expectation(
        shows="first time stamp 1.03 s",
        wanted="measured, time from 0 s, the stamp noted",
        holds=lambda o: isinstance(o, Measurement) and o.recording.first_timestamp_s > 1 and float(o.signals.time_s[0]) == 0,
    ),
    "18_Lip_pucker_demonstration": Expectation(
        shows="a lip pucker, clinic style", wanted="measured, nothing one-sided", holds=lambda o: _measured(o) and not _sided(o)
    ),
}


def _sided(outcome: Outcome) -> int:
    return sum(event.side is not Side.BOTH for event in outcome.events) if isinstance(outcome, Measurement) else 0


def _outcome(path: Path) -> Outcome:
    try:
        return analyze_video(path)
    except SpasmographError as error:
        return error


def _verdict(outcome: Outcome) -> tuple[str, str]:
    """Verdict and words."""
    if not isinstance(outcome, Measurement):
        return f"refused ({type(outcome).__name__})", str(outcome)
    quality = outcome.quality
    said = [f"{reason.code}, {reason.seconds:.1f} s: {reason.message}" for reason in quality.reasons]
    seen = f"{quality.verdict}, {quality.observed_s:.1f} of {quality.duration_s:.1f} s"
    censored = sum(event.censored for event in outcome.events)
    events = f"{len(outcome.events)} events, {_sided(outcome)} one-sided, {censored} censored"
    return f"{seen}; {events}", "; ".join([*said, *quality.notes])


def section() -> Section:
    """One line a clip: what it shows, what was wanted, what came out."""
    outcomes = {clip: _outcome(path) for clip, path in films("edge").items() if clip in EXPECTED}
    good = {clip: EXPECTED[clip].holds(outcome) for clip, outcome in outcomes.items()}
    cells = tuple(
        (clip, EXPECTED[clip].shows, EXPECTED[clip].wanted, "yes" if good[clip] else "no", *_verdict(outcome)) for clip, outcome in outcomes.items()
    )
    row = Row(
        claim="the right refusal or censoring, in words",
        target="all",
        measured=f"{sum(good.values())} of {len(good)}",
        cases=f"{len(good)} clips",
        met=all(good.values()),
        value=sum(good.values()) / len(good),
    )
    columns = ("clip", "shows", "wanted", "so it is", "verdict", "words")
    words = tuple(f"{clip}: wanted {EXPECTED[clip].wanted}; got {' — '.join(_verdict(outcomes[clip]))}" for clip in good if not good[clip])
    table = Table(title="What is said of hard recordings", columns=columns, cells=cells)
    return Section(key="edges", title="Hard and impossible recordings", rows=(row,), tables=(table,), findings=words)
