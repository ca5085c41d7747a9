"""How much a record holds."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spasmograph.io.archive.layout import ROOMS
from spasmograph.io.store import EntryStore
from spasmograph.terms import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """How many entries of each kind there are, and how large the films, EMG and results are together."""

    entries: Mapping[EntryKind, int]
    files_bytes: int

    @property
    def total(self) -> int:
        """All entries."""
        return sum(self.entries.values())


def holdings(store: EntryStore, home: Path) -> Holdings:
    """What the record holds now."""
    return Holdings(entries=store.counts(), files_bytes=sum(_size_bytes(home / room) for room in ROOMS))


def _size_bytes(folder: Path) -> int:
    """All files below a folder; links and what goes meanwhile count nothing."""
    found = 0
    for place, _rooms, names in os.walk(folder):
        for name in names:
            try:
                found += Path(place, name).lstat().st_size
            except OSError:
                continue
    return found
