"""The journal and the first page, gathered from the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from spasmograph.care.journal import Gap, JournalDay, JournalMonth, month_of
from spasmograph.care.reminders import is_prompt_due
from spasmograph.model.record import Appointment, Entry, JournalEntry, RecordingEntry, SpasmEpisode
from spasmograph.parameters import offered_tags
from spasmograph.terms import AnalysisState, EntryKind

if TYPE_CHECKING:
    from spasmograph.app.workspace.workspace import Workspace

# Entries of the journal that are looked at for tags of the person's own, and shown on the first page.
LOOKED_AT, SHOWN = 60, 3
_KINDS = (EntryKind.JOURNAL, EntryKind.EPISODE)
# An entry made in another time zone may lie on the other side of midnight.
_MARGIN = timedelta(days=1)
_LATELY = timedelta(days=27)


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What the first page tells: whether a reminder is due, the next visit, the last weeks day by day, what was noted and measured last."""

    prompt_due: bool
    visit: Appointment | None
    entries: tuple[JournalEntry, ...]
    episodes: tuple[SpasmEpisode, ...]
    recording: RecordingEntry | None
    since: date
    lately: tuple[JournalDay | Gap, ...]

    @property
    def is_new(self) -> bool:
        """Whether nothing was noted or recorded yet."""
        return not (self.entries or self.episodes or self.recording)


def journal_month(workspace: "Workspace", day: date) -> JournalMonth:
    """The journal's month that a day lies in."""
    now = workspace.now()
    first = day.replace(day=1)
    beyond = (first + timedelta(days=31)).replace(day=1)
    entries = _noted(workspace, since=_midnight(first, now) - _MARGIN, until=_midnight(beyond, now) + _MARGIN)
    goes_back = _newest_before(workspace, _midnight(first, now)) is not None
    return JournalMonth(
        first=first,
        parts=month_of(entries, first, min(beyond - timedelta(days=1), _last_day(entries, now)), goes_back=goes_back),
        before=(first - timedelta(days=1)).replace(day=1) if goes_back else None,
        after=beyond if beyond <= now.date() else None,
    )


def _noted(workspace: "Workspace", *, since: datetime, until: datetime) -> list[JournalEntry | SpasmEpisode]:
    """Entries of both kinds."""
    return [entry for entry in workspace.entries(*_KINDS, since=since, until=until) if isinstance(entry, JournalEntry | SpasmEpisode)]


def _last_day(entries: Iterable[Entry], now: datetime) -> date:
    """Today is not over: without an entry it is no gap yet."""
    today = now.date()
    return max((entry.at.date() for entry in entries if entry.at.date() >= today), default=today - timedelta(days=1))


def _newest_before(workspace: "Workspace", moment: datetime) -> datetime | None:
    return next((entry.at for entry in workspace.entries(*_KINDS, until=moment, newest=1)), None)


def own_tags(workspace: "Workspace") -> tuple[str, ...]:
    """Tags of the person's own: those of the settings, then others that were used lately."""
    used = [tag for entry in reversed(workspace.list(JournalEntry, newest=LOOKED_AT)) for tag in entry.tags]
    offered = {tag.id for tag in offered_tags()}
    return tuple(dict.fromkeys(tag for tag in (*workspace.settings().tags, *used) if tag not in offered))


def today(workspace: "Workspace") -> Today:
    """What the first page tells."""
    now = workspace.now()
    entries = tuple(reversed(workspace.list(JournalEntry, newest=SHOWN)))
    visits = workspace.list(Appointment, since=_midnight(now.date(), now))
    return Today(
        prompt_due=bool(entries) and is_prompt_due(workspace.settings(), entries[0].at, now),
        visit=next((visit for visit in visits if (visit.until or visit.at) >= now or visit.at.date() == now.date()), None),
        entries=entries,
        episodes=tuple(reversed(workspace.list(SpasmEpisode, newest=SHOWN))),
        recording=_last_measured(workspace),
        since=now.date() - _LATELY,
        lately=_lately(workspace, now),
    )


def _lately(workspace: "Workspace", now: datetime) -> tuple[JournalDay | Gap, ...]:
    """The last four weeks up to today."""
    first = now.date() - _LATELY
    entries = _noted(workspace, since=_midnight(first, now) - _MARGIN, until=now + _MARGIN)
    goes_back = _newest_before(workspace, _midnight(first, now)) is not None
    return month_of(entries, first, _last_day(entries, now), goes_back=goes_back)


def _last_measured(workspace: "Workspace") -> RecordingEntry | None:
    """The newest recording, before others one that was measured."""
    recordings = workspace.list(RecordingEntry, newest=SHOWN)[::-1]
    return next((one for one in recordings if one.state is AnalysisState.DONE), recordings[0] if recordings else None)


def _midnight(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
