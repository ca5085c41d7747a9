"""Two windows changed the same thing: what is stored stands beside what was typed, and the person chooses.

A page calls `kept`; if that is a `Conflict`, it shows its form again, filled as it was sent, with the conflict's version in it and the notice of
`conflict.html.j2` above. Sent again, the form overwrites what the person has seen, or makes a removed entry anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeVar

from spasmograph.app.workspace import Workspace
from spasmograph.errors import ConflictError, NotThereError
from spasmograph.model.record import Entry

E = TypeVar("E", bound=Entry)
Told = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field: its label, what is stored, what was typed."""

    label: str
    stored: str
    typed: str

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.stored != self.typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What stands against what: the version that is stored (0 where the entry was removed), and both, field by field."""

    version: int
    removed: bool
    rows: tuple[Row, ...]


def kept(workspace: Workspace, entry: E, told: Callable[[E], Told], *, save: Callable[[E], E] | None = None) -> E | Conflict:
    """The entry as it is kept, or what stands against it; `told` tells an entry as labels with texts, the same labels for every entry.

    The same words sent twice are no conflict.
    """
    try:
        return (save or workspace.save)(entry)
    except (ConflictError, NotThereError):
        return _met(workspace, entry, told)


def _met(workspace: Workspace, entry: E, told: Callable[[E], Told]) -> E | Conflict:
    """What is stored of the entry, beside it."""
    try:
        stored = workspace.get(entry.id, type(entry))
    except NotThereError:
        return Conflict(version=0, removed=True, rows=tuple(Row(label=label, stored="", typed=typed) for label, typed in told(entry)))
    if stored == replace(entry, version=stored.version, noted_at=stored.noted_at):
        return stored
    pairs = zip_longest(told(stored), told(entry), fillvalue=("", ""))
    rows = tuple(Row(label=left[0] or right[0], stored=left[1], typed=right[1]) for left, right in pairs)
    return Conflict(version=stored.version, removed=False, rows=rows)
