"""What a person chose for their record."""

import re
from dataclasses import dataclass
from typing import ClassVar

from spasmograph.errors import EntryError
from spasmograph.model.record.common import LONGEST_NAME, Entry, check_text
from spasmograph.model.record.journal import MOST_SYMPTOMS, MOST_TAGS
from spasmograph.terms import EntryKind, Side

_KEY = re.compile(r"[A-Za-z0-9_-]{32,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Entry):
    """One set for the whole record, noted under the id `settings`.

    `person` and `born` stand on the doctor's page alone; `condition` is what a doctor called it; `symptoms` are up to three of one's own; `tags` are
    one's own besides those offered; every `prompt_every_days` days a reminder asks for an entry at `prompt_hour` o'clock, 0 for never;
    `keep_media` says whether a film stays after it was measured; `language` is a code such as `en`, or empty for the browser's.

    `calendar_key` is the secret part of the calendar's address, empty while there is no such address; `calendar_words` lets the calendar hold what
    appointments are about; `calendar_prompt` and `calendar_films` put the reminder and suggested days for a film into it.

    Raises:
        EntryError: a text is too long, there are too many symptoms or tags, or a number lies outside its range.
    """

    kind: ClassVar[EntryKind] = EntryKind.SETTINGS

    person: str = ""
    born: str = ""
    condition: str = ""
    affected: Side | None = None
    symptoms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    prompt_every_days: int = 3
    prompt_hour: int = 20
    keep_media: bool = True
    language: str = ""
    calendar_key: str = ""
    calendar_words: bool = False
    calendar_prompt: bool = True
    calendar_films: bool = False

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        for name, values, most in (("symptoms", self.symptoms, MOST_SYMPTOMS), ("tags", self.tags, MOST_TAGS)):
            if len(values) > most:
                msg = f"there are {len(values)} {name}; at most {most} are kept"
                raise EntryError(msg, field=name)
            for value in values:
                check_text(name, value, longest=LONGEST_NAME, needed=True)
        for name in ("person", "born", "condition", "language"):
            check_text(name, getattr(self, name), longest=LONGEST_NAME)
        _check_whole("prompt_every_days", self.prompt_every_days, 31)
        _check_whole("prompt_hour", self.prompt_hour, 23)
        if self.calendar_key and not _KEY.fullmatch(self.calendar_key):
            msg = "calendar_key is too easy to guess; it takes 32 to 128 letters, digits, hyphens and underscores"
            raise EntryError(msg, field="calendar_key")


def _check_whole(name: str, value: int, most: int) -> None:
    if not 0 <= value <= most:
        msg = f"{name} is {value}; it must lie in 0–{most}"
        raise EntryError(msg, field=name)
