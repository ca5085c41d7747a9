"""Laws of the store: what goes in comes out the same, and any sequence of changes is what a dictionary would be."""

import json
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from spasmograph.app.workspace.archiving import archive, restore
from spasmograph.errors import ConflictError, InputError, NotThereError
from spasmograph.io.archive.sheets_reading import read_table
from spasmograph.io.archive.sheets_writing import cell_of, csv_files, sheets, text_of_cell
from spasmograph.io.store import EntryStore, open_database
from spasmograph.io.store.codec import entry_from, entry_from_dict, entry_to_dict, text_of
from spasmograph.io.store.entries import microseconds, moment
from spasmograph.model.record import ENTRY_TYPES, Entry, RecordingEntry
from tests.record_strategies import built, entries, moments, texts

NOW = datetime(2026, 11, 21, 16, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize("kind", ENTRY_TYPES, ids=lambda kind: str(kind.kind))
def test_an_entry_as_text_and_back_is_the_same(kind: type[Entry]) -> None:
    @settings(max_examples=60)
    @given(entry=built(kind))
    def same(entry: Entry) -> None:
        again = entry_from(str(entry.kind), text_of(entry))
        assert again == entry
        assert again.at.utcoffset() == entry.at.utcoffset()
        assert entry_from_dict(json.loads(json.dumps(entry_to_dict(entry), allow_nan=False))) == entry

    same()


@given(moments)
def test_a_moment_as_microseconds_and_back_is_the_same(at: datetime) -> None:
    assert moment(microseconds(at)) == at


@given(st.lists(moments, min_size=2, max_size=10))
def test_microseconds_are_in_order_of_time(several: list[datetime]) -> None:
    assert all(microseconds(one) <= microseconds(other) for one, other in pairwise(sorted(several)))


@given(texts)
def test_a_text_as_a_cell_and_back_is_the_same(text: str) -> None:
    assert text_of_cell(cell_of(text)) == text


@settings(max_examples=50)
@given(st.lists(entries, max_size=6))
def test_tables_have_a_row_for_every_entry_whatever_its_words(several: list[Entry]) -> None:
    files = csv_files([replace(entry, id=f"e{number}") for number, entry in enumerate(several)])

    for sheet in (sheet for sheet in sheets() if not sheet.field):
        table = read_table(files[sheet.name])
        assert table.headings == sheet.columns
        assert [row.cells["id"] for row in table.rows] == [f"e{number}" for number, entry in enumerate(several) if str(entry.kind) == sheet.kind]


@settings(max_examples=15)
@given(st.lists(entries, max_size=8, unique_by=lambda entry: entry.sha256 if isinstance(entry, RecordingEntry) else id(entry)))
def test_an_archive_restores_to_the_same_whatever_is_in_it(several: list[Entry]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = Path(folder) / "here", Path(folder) / "there"
        one, other = open_database(here), open_database(there)
        for entry in several:
            EntryStore(one).save(entry, now=NOW)

        path = archive(EntryStore(one), here, Path(folder) / "archive.zip", now=NOW)
        restored = restore(EntryStore(other), there, path, merge=False, now=NOW)

        assert restored.added == len(several)
        assert EntryStore(other).entries() == EntryStore(one).entries()
        one.dispose()
        other.dispose()


class LikeADictionary(RuleBasedStateMachine):
    """Any sequence of savings, changes and removals."""

    known = Bundle("known")
    address: str | None = None

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.engine = open_database(Path(self.folder.name), self.address)
        self.store = EntryStore(self.engine)
        self.kept: dict[str, Entry] = {}
        for left in self.store.entries():
            self.store.remove(left.id)

    @rule(target=known, entry=entries)
    def save(self, entry: Entry) -> Entry:
        films = {one.sha256 for one in self.kept.values() if isinstance(one, RecordingEntry)}
        if isinstance(entry, RecordingEntry) and entry.sha256 in films:
            with pytest.raises(ConflictError, match="nothing was overwritten"):
                self.store.save(entry, now=NOW)
            return entry
        kept = self.store.save(entry, now=NOW)
        assert kept == replace(entry, id=kept.id, version=1, noted_at=entry.noted_at or NOW)
        self.kept[kept.id] = kept
        return kept

    @rule(target=known, old=known, at=moments)
    def change(self, old: Entry, at: datetime) -> Entry:
        try:
            new = replace(old, at=at)
        except InputError:  # an end that would lie before it
            return old
        current = self.kept.get(old.id)
        if old.version == 0:
            return old
        if current is None:
            with pytest.raises(NotThereError, match="may have been removed"):
                self.store.save(new, now=NOW)
            return old
        if current.version != old.version:
            with pytest.raises(ConflictError, match="changed meanwhile"):
                self.store.save(new, now=NOW)
            return old
        kept = self.store.save(new, now=NOW)
        assert kept == replace(new, version=old.version + 1)
        self.kept[kept.id] = kept
        return kept

    @rule(old=known, careful=st.booleans())
    def remove(self, old: Entry, careful: bool) -> None:
        current = self.kept.get(old.id)
        if current is None:
            with pytest.raises(NotThereError, match="may have been removed"):
                self.store.remove(old.id)
        elif careful and current.version != old.version:
            with pytest.raises(ConflictError, match="changed meanwhile"):
                self.store.remove(old.id, version=old.version)
        else:
            self.store.remove(old.id, version=old.version if careful else None)
            del self.kept[old.id]

    @rule(since=moments, until=moments)
    def look(self, since: datetime, until: datetime) -> None:
        expected = [entry for entry in self.in_order() if since <= entry.at < until]
        assert self.store.entries(since=since, until=until) == expected
        assert [point.id for point in self.store.points(since=since, until=until)] == [entry.id for entry in expected]

    @invariant()
    def holds_the_same(self) -> None:
        if hasattr(self, "store"):
            assert self.store.entries() == self.in_order()

    def in_order(self) -> list[Entry]:
        return sorted(self.kept.values(), key=lambda entry: (entry.at, entry.id))

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.folder.cleanup()


def test_any_sequence_of_changes_is_that_of_a_dictionary(address: str | None) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    machine = type("Machine", (LikeADictionary,), {"address": address})
    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=20))
