"""Some weeks of the journal as a small drawing, where there is something to see."""

from collections.abc import Sequence
from datetime import date, timedelta

from spasmograph.care.journal import Gap, JournalDay
from spasmograph.present.record.strip import StripDay, strip_svg

# One dot is told as well by a sentence.
FEWEST = 2


def strip_of(parts: Sequence[JournalDay | Gap], first: date, last: date, *, label: str) -> str:
    """The days from `first` to `last` drawn, or nothing where fewer than two days have a severity."""
    days = {told.day: told for part in parts for told in _told(part)}
    if sum(day.severity is not None for day in days.values()) < FEWEST:
        return ""
    count = (last - first).days + 1
    every = [first + timedelta(days=place) for place in range(count)]
    return strip_svg([days.get(day, StripDay(day=day)) for day in every], label=label)


def _told(part: JournalDay | Gap) -> list[StripDay]:
    if isinstance(part, Gap):
        return [StripDay(day=part.first + timedelta(days=place), noted=False) for place in range((part.last - part.first).days + 1)]
    rated = [entry.severity for entry in part.entries if entry.severity is not None]
    return [StripDay(day=part.day, severity=max(rated, default=None), episodes=len(part.episodes), noted=True)]
