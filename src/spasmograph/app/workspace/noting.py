"""Keeping what a person says, checked alike for pages, programs and commands."""

from typing import TYPE_CHECKING, TypeVar

from spasmograph.care.journal import check_noted
from spasmograph.care.scales import check
from spasmograph.model.record import Entry, JournalEntry, ScaleResult, SpasmEpisode

if TYPE_CHECKING:
    from spasmograph.app.workspace.workspace import Workspace

E = TypeVar("E", bound=Entry)


def note(workspace: "Workspace", entry: E) -> E:
    """Keep an entry if it can be: a journal entry says something and lies not ahead, a scale is one of those that are known."""
    match entry:
        case JournalEntry() | SpasmEpisode():
            check_noted(entry, workspace.now())
        case ScaleResult():
            check(entry)
        case _:
            pass
    return workspace.save(entry)
