"""What a person notes from day to day: how it was, an episode as it happens, what to ask, when to see whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from spasmograph.errors import EntryError
from spasmograph.model.record.common import LONGEST_NAME, Entry, check_amount, check_order, check_rating, check_text
from spasmograph.terms import Bothered, EntryKind, Side

MOST_SYMPTOMS, MOST_TAGS = 3, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry(Entry):
    """How a day was: severity 0–10, for how long it bothered, up to three symptoms of one's own 0–10, tags and a note; nothing has to be given.

    Raises:
        EntryError: a rating outside 0–10, more than three symptoms, or a text that is too long.
    """

    kind: ClassVar[EntryKind] = EntryKind.JOURNAL

    severity: int | None = None
    bothered: Bothered | None = None
    symptoms: Mapping[str, int] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        check_rating("severity", self.severity)
        check_text("note", self.note)
        _check_count("symptoms", len(self.symptoms), MOST_SYMPTOMS)
        _check_count("tags", len(self.tags), MOST_TAGS)
        for name, value in self.symptoms.items():
            check_text("a symptom's name", name, longest=LONGEST_NAME, needed=True)
            check_rating(name, value)
        for tag in self.tags:
            check_text("a tag", tag, longest=LONGEST_NAME, needed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpasmEpisode(Entry):
    """A spasm or a series of them, noted as it happened: when it began, perhaps how strong, how long in seconds, and on which side."""

    kind: ClassVar[EntryKind] = EntryKind.EPISODE

    severity: int | None = None
    duration_s: float | None = None
    side: Side | None = None
    note: str = ""

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        check_rating("severity", self.severity)
        check_amount("duration_s", self.duration_s)
        check_text("note", self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment(Entry):
    """A visit: when it begins and ends, with whom, where and what for, and whether an injection is planned for it."""

    kind: ClassVar[EntryKind] = EntryKind.APPOINTMENT

    title: str
    until: datetime | None = None
    place: str = ""
    note: str = ""
    injection: bool = False

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        check_order("until", self.at, self.until)
        check_text("title", self.title, longest=LONGEST_NAME, needed=True)
        check_text("place", self.place, longest=LONGEST_NAME)
        check_text("note", self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Entry):
    """Something to ask the doctor, and the answer once there is one."""

    kind: ClassVar[EntryKind] = EntryKind.QUESTION

    text: str
    answer: str = ""

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        check_text("text", self.text, needed=True)
        check_text("answer", self.answer)


def _check_count(name: str, count: int, most: int) -> None:
    if count > most:
        msg = f"there are {count} {name}; at most {most} are kept"
        raise EntryError(msg, field=name)
