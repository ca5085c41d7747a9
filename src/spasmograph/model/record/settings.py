"""What a person chose for their record."""

from dataclasses import dataclass
from typing import ClassVar

from spasmograph.errors import EntryError
from spasmograph.model.record.common import LONGEST_NAME, Entry, check_text
from spasmograph.model.record.journal import MOST_SYMPTOMS, MOST_TAGS
from spasmograph.terms import EntryKind, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Entry):
    """One set for the whole record, noted under the id `settings`.

    `person` and `born` stand on the doctor's page alone; `condition` is what a doctor called it; `symptoms` are up to three of one's own; `tags` are
    one's own besides those offered; every `prompt_every_days` days a reminder asks for an entry at `prompt_hour` o'clock, 0 for never;
    `keep_media` says whether a film stays after it was measured; `language` is a code such as `en`, or empty for the browser's.
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

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        for name, values, most in (("symptoms", self.symptoms, MOST_SYMPTOMS), ("tags", self.tags, MOST_TAGS)):
            if len(values) > most:
                msg = f"there are {len(values)} {name}; at most {most} are kept"
                raise EntryError(msg)
            for value in values:
                check_text(f"one of the {name}", value, longest=LONGEST_NAME, needed=True)
        for name in ("person", "born", "condition", "language"):
            check_text(name, getattr(self, name), longest=LONGEST_NAME)
        if not 0 <= self.prompt_every_days <= 31 or not 0 <= self.prompt_hour <= 23:  # noqa: PLR2004 - a month's days and a day's hours
            msg = f"a prompt every {self.prompt_every_days} days at {self.prompt_hour} o'clock; days must lie in 0–31, hours in 0–23"
            raise EntryError(msg)
