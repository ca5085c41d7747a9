"""How much a record holds."""

import os
from collections.abc import Mapping
from contextlib import suppress
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


def _size_bytes(folder: Path | str) -> int:
    """All files below a folder; links and what goes meanwhile count nothing."""
    found = 0
    with suppress(OSError), os.scandir(folder) as places:
        for place in places:
            with suppress(OSError):
                if place.is_dir(follow_symlinks=False):
                    found += _size_bytes(place.path)
                elif place.is_file(follow_symlinks=False):
                    found += place.stat(follow_symlinks=False).st_size
    return found
