"""The journal of one person: what may be noted, what was noted later, which stretches hold nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from spasmograph.errors import EntryError
from spasmograph.language import text as _
from spasmograph.model.record import Entry, JournalEntry, SpasmEpisode
from spasmograph.parameters import load_record_parameters
from spasmograph.terms import Precision

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalDay:
    """What was noted of one day, in order of time."""

    day: date
    entries: tuple[JournalEntry, ...]
    episodes: tuple[SpasmEpisode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Days of which nothing was noted, from the first to the last; that tells nothing about how they were."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalMonth:
    """One month of a journal, newest first: its days and the gaps between them; the first day of the months before and after, where there are any."""

    first: date
    parts: tuple[JournalDay | Gap, ...]
    before: date | None
    after: date | None


def check_noted(entry: Entry, now: datetime) -> None:
    """A journal entry says something, and nothing is noted before it happened.

    Raises:
        EntryError: all of it is empty, or its time lies ahead.
    """
    ahead = timedelta(minutes=load_record_parameters()["ahead_at_most_min"])
    if entry.at > now + ahead:
        sentence = _("This time lies ahead. A journal holds what was; choose a time up to now.")
        raise EntryError(sentence, field="at")
    if isinstance(entry, JournalEntry) and says_nothing(entry):
        sentence = _("Nothing was chosen or written yet. One of the fields is enough.")
        raise EntryError(sentence, field="severity")


def says_nothing(entry: JournalEntry) -> bool:
    """Whether nothing at all was given."""
    return entry.severity is None and entry.bothered is None and not (entry.symptoms or entry.tags or entry.note.strip())


def is_backfilled(entry: Entry) -> bool:
    """Whether an entry was first written down well after the time that it tells of; of a day, after its end.

    References:
        Stone et al. 2003: most entries of paper diaries that were said to be on time were not.
    """
    if entry.noted_at is None:
        return False
    return entry.noted_at - end_of(entry) > timedelta(hours=load_record_parameters()["backfilled_after_h"])


def end_of(entry: Entry) -> datetime:
    """The last moment that an entry may tell of, by how exactly its time is known."""
    if entry.precision is Precision.MINUTE:
        return entry.at
    midnight = entry.at.replace(hour=0, minute=0, second=0, microsecond=0)
    match entry.precision:
        case Precision.DAY:
            return midnight + ONE_DAY
        case Precision.MONTH:
            return (midnight.replace(day=1) + 31 * ONE_DAY).replace(day=1)
        case Precision.YEAR:
            return midnight.replace(year=midnight.year + 1, month=1, day=1)


def month_of(entries: Iterable[JournalEntry | SpasmEpisode], first: date, last: date, *, goes_back: bool) -> tuple[JournalDay | Gap, ...]:
    """The days from `first` to `last`, newest first, with gaps between them and up to `last`.

    Days before the first entry are a gap only where the record goes further back: nobody misses days before they began.
    """
    days = _days(entry for entry in entries if first <= entry.at.date() <= last)
    edges = [*([first - ONE_DAY] if goes_back else []), *(day.day for day in days), last + ONE_DAY]
    gaps = [Gap(first=one + ONE_DAY, last=other - ONE_DAY) for one, other in pairwise(edges) if other - one > ONE_DAY]
    return tuple(sorted([*days, *gaps], key=_begin, reverse=True))


def _days(entries: Iterable[JournalEntry | SpasmEpisode]) -> list[JournalDay]:
    in_order = sorted(entries, key=lambda entry: (entry.at.date(), entry.at))
    return [_day(day, list(group)) for day, group in groupby(in_order, key=lambda entry: entry.at.date())]


def _day(day: date, entries: Sequence[JournalEntry | SpasmEpisode]) -> JournalDay:
    return JournalDay(
        day=day,
        entries=tuple(entry for entry in entries if isinstance(entry, JournalEntry)),
        episodes=tuple(entry for entry in entries if isinstance(entry, SpasmEpisode)),
    )


def _begin(part: JournalDay | Gap) -> date:
    return part.day if isinstance(part, JournalDay) else part.first
