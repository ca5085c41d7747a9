"""A period of a record in short, for a doctor.

Said is what was noted and how often, never what caused it: the first weeks and the last weeks are told side by side, and nobody is told that a
treatment worked. Weeks differ by how long after an injection they lie, so the chart and the days after the injection stand beside the numbers.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from spasmograph.care.scales import ChangeKind, meaningful_change, scale_of, scale_sources
from spasmograph.care.timeline import quartiles
from spasmograph.care.treatments import since_last_injections
from spasmograph.language import listed
from spasmograph.model.record import (
    JournalEntry,
    JournalInShort,
    Measured,
    RecordingEntry,
    ScaleChange,
    ScaleInShort,
    ScaleResult,
    SideEffect,
    SpasmEpisode,
    Spread,
    Treatment,
)
from spasmograph.terms import AnalysisState

EDGE_WEEKS = timedelta(days=28)
MOST_TAGS = 4
_KINDS = {
    ChangeKind.IMPROVED: ScaleChange.IMPROVED,
    ChangeKind.WORSENED: ScaleChange.WORSENED,
    ChangeKind.SMALLER: ScaleChange.SMALLER,
    ChangeKind.NO_THRESHOLD: ScaleChange.NO_THRESHOLD,
}


def journal_in_short(
    entries: Sequence[JournalEntry], episodes: Sequence[SpasmEpisode], since: datetime, until: datetime, *, back_filled: int
) -> JournalInShort:
    """The journal of `[since, until)`: how much there is, and how severe its first and its last weeks were rated."""
    edge = min(EDGE_WEEKS, (until - since) / 2)
    tags = Counter(tag for entry in entries for tag in entry.tags)
    noted = {entry.at.date() for entry in entries} | {episode.at.date() for episode in episodes}
    return JournalInShort(
        entries=len(entries),
        back_filled=back_filled,
        episodes=len(episodes),
        days=len(noted),
        days_in_all=max(1, (until - since).days),
        first=spread(entries, since, since + edge),
        last=spread(entries, until - edge, until),
        tags=tuple(sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TAGS]),
    )


def spread(entries: Sequence[JournalEntry], since: datetime, until: datetime) -> Spread | None:
    """Median and quartiles of the severities rated in `[since, until)`; None where there are none."""
    rated = [entry.severity for entry in entries if entry.severity is not None and since <= entry.at < until]
    if not rated:
        return None
    lower, median, upper = quartiles([float(value) for value in rated])
    return Spread(since=since, until=until, count=len(rated), median=median, lower=lower, upper=upper)


def side_effects_in(treatments: Sequence[Treatment], since: datetime, until: datetime) -> tuple[tuple[Treatment, SideEffect], ...]:
    """Side effects that were there at some time in `[since, until)`, in order of their start."""
    found = [(one, effect) for one in treatments for effect in one.side_effects if effect.at < until and (effect.until or until) >= since]
    return tuple(sorted(found, key=lambda pair: pair[1].at))


def scales_in_short(results: Sequence[ScaleResult]) -> tuple[ScaleInShort, ...]:
    """Every scale and variant with a total: its first and its last in the period; variants are never compared with each other."""
    kinds = dict.fromkeys((one.scale, one.variant) for one in results if one.total is not None)
    return tuple(_in_short([one for one in results if (one.scale, one.variant) == kind and one.total is not None]) for kind in kinds)


def _in_short(results: Sequence[ScaleResult]) -> ScaleInShort:
    """The first and the last of one scale."""
    first, last = results[0], results[-1]
    scale = scale_of(first.scale)
    name = next((listed((scale.name, one.name)) for one in scale.variants if one.id == first.variant and one.name), scale.name)
    if first is last:
        return ScaleInShort(name=name, first=first, last=last, change=ScaleChange.SINGLE)
    change = meaningful_change(first.scale, first, last)
    threshold = change.threshold
    return ScaleInShort(
        name=name,
        first=first,
        last=last,
        change=_KINDS.get(change.kind, ScaleChange.NO_THRESHOLD),
        threshold=threshold.value if threshold else None,
        source="; ".join(scale_sources()[key] for key in threshold.fact.sources) if threshold else "",
    )


def measured_in(recordings: Sequence[RecordingEntry], treatments: Sequence[Treatment]) -> tuple[Measured, ...]:
    """The recordings that were measured, each with the days since the last injection before it."""
    done = [one for one in recordings if one.state is AnalysisState.DONE]
    days = since_last_injections(treatments, [one.at for one in done])
    return tuple(Measured(entry=one, days_after_injection=after) for one, after in zip(done, days, strict=True))
