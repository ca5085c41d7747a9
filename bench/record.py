"""A record of many years, made up from a fixed seed, to see how the pages fare with it."""

from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import (
    Appointment,
    Dose,
    InjectionSite,
    JournalEntry,
    Question,
    RecordingEntry,
    ScaleResult,
    ScoreInShort,
    SideEffect,
    SpasmEpisode,
    Treatment,
)
from spasmograph.terms import AnalysisState, Bothered, MediaKind, Muscle, Side, Task, TreatmentKind, Verdict

TAGS = ("stress", "sleep", "light", "screen", "caffeine")
# Every so many entries are episodes, and after every so many injections a lid drooped; a tag is ticked with this probability.
EPISODE_EVERY, DROOP_EVERY, TICKED = 6, 7, 0.15
SILENCE = (0.5, timedelta(days=90))


def fill(workspace: Workspace, *, until: datetime, years: float = 10.0, entries: int = 5000, recordings: int = 500, injections: int = 40) -> None:
    """Something of every kind; severity falls after each injection and comes back."""
    rng = np.random.default_rng(17)
    length = timedelta(days=365.25 * years)
    sessions = [until - length + timedelta(days=30) + place * length / (injections + 1) for place in range(injections)]
    for number, at in enumerate(_moments(rng, entries, until, length)):
        _note(workspace, rng, at, _severity(rng, at, sessions), number)
    for number, at in enumerate(_moments(rng, recordings, until, length)):
        _recording(workspace, rng, at, _severity(rng, at, sessions), number)
    for number, at in enumerate(sessions):
        _session(workspace, at, number)
    _drug(workspace, until - length / 2)
    workspace.save(Appointment(at=until + timedelta(days=30), title="Neurology"))
    workspace.save(Question(at=until, text="How long does it last?"))
    for at in sessions[::2]:
        workspace.save(ScaleResult(at=at, scale="hfs7", total=float(rng.integers(6, 20))))


def _moments(rng: np.random.Generator, count: int, until: datetime, length: timedelta) -> list[datetime]:
    """Moments in order, with three months in the middle in which nothing was noted."""
    shares = np.sort(rng.uniform(0.0, 1.0, count))
    return [until - length * float(1.0 - share) for share in shares if not SILENCE[0] < share < SILENCE[0] + SILENCE[1] / length]


def _severity(rng: np.random.Generator, at: datetime, sessions: list[datetime]) -> int:
    """High before an injection, low from the second to the ninth week after it."""
    days = min((float((at - one).days) for one in sessions if one <= at), default=200.0)
    relief = np.interp(days, [0, 4, 14, 63, 100], [0.0, 0.2, 0.75, 0.7, 0.0])
    return int(np.clip(round(7.0 * (1 - relief) + rng.normal(0, 1.0)), 0, 10))


def _note(workspace: Workspace, rng: np.random.Generator, at: datetime, severity: int, number: int) -> None:
    if number % EPISODE_EVERY == 0:
        workspace.save(SpasmEpisode(at=at, severity=severity, side=Side.LEFT, noted_at=at))
        return
    bothered = list(Bothered)[int(np.clip(severity // 2, 0, 5))]
    tags = tuple(tag for tag in TAGS if rng.uniform() < TICKED)
    workspace.save(JournalEntry(at=at, severity=severity, bothered=bothered, tags=tags, symptoms={"tears": min(severity, 10)}, noted_at=at))


def _recording(workspace: Workspace, rng: np.random.Generator, at: datetime, severity: int, number: int) -> None:
    rate = severity * 1.4 + float(rng.uniform(0, 1))
    scores = tuple(
        ScoreInShort(name=f"contraction_rate_{side}", value=rate * share, unit="per_min", low=rate * share * 0.7, high=rate * share * 1.4 + 0.5)
        for side, share in (("left", 1.0), ("right", 0.05))
    )
    workspace.save(
        RecordingEntry(
            at=at,
            media=MediaKind.FILM,
            name=f"film-{number}.webm",
            sha256=f"{number:064x}",
            task=Task.REST,
            media_kept=False,
            state=AnalysisState.DONE,
            verdict=Verdict.GOOD,
            duration_s=60.0,
            observed_s=58.0,
            scores=scores,
            noted_at=at,
        )
    )


def _session(workspace: Workspace, at: datetime, number: int) -> None:
    sites = tuple(
        InjectionSite(side=Side.LEFT, units=units, muscle=muscle, x=x, y=y)
        for muscle, units, x, y in (
            (Muscle.ORBICULARIS_OCULI, 2.5, 0.72, 0.38),
            (Muscle.ORBICULARIS_OCULI, 5.0, 0.78, 0.42),
            (Muscle.ZYGOMATICUS_MAJOR, 2.5, 0.7, 0.62),
        )
    )
    effects = (SideEffect(name="drooping eyelid", at=at + timedelta(days=6), until=at + timedelta(days=30)),) if number % DROOP_EVERY == 0 else ()
    workspace.save(
        Treatment(
            at=at,
            treatment=TreatmentKind.BOTULINUM_TOXIN,
            name="onabotulinumtoxinA",
            by="Dr. Example",
            sites=sites,
            side_effects=effects,
            noted_at=at,
        )
    )


def _drug(workspace: Workspace, at: datetime) -> None:
    changes = [at, at + timedelta(days=30), at + timedelta(days=90)]
    doses = tuple(Dose(at=start, amount=100.0 * place, unit="mg") for place, (start, _end) in enumerate(pairwise([*changes, at]), start=1))
    workspace.save(Treatment(at=at, until=at + timedelta(days=200), treatment=TreatmentKind.DRUG, name="carbamazepine", doses=doses, noted_at=at))
