"""A record as tables that spreadsheets open."""

import csv
import io
import resource
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zipfile import ZipFile

import pytest

from spasmograph.app.workspace.tables import export_csv
from spasmograph.errors import OutputError
from spasmograph.io.archive.sheets_writing import cell_of, csv_files, sheets, text_of_cell
from spasmograph.io.store import EntryStore, open_database
from spasmograph.model.record import (
    ENTRY_TYPES,
    Correction,
    Dose,
    InjectionSite,
    JournalEntry,
    RecordingEntry,
    ScaleResult,
    SideEffect,
    SpasmEpisode,
    Treatment,
)
from spasmograph.terms import Judgement, MediaKind, Side, TreatmentKind

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=timezone(timedelta(hours=8)))
DOCS = Path(__file__).parents[2] / "docs" / "archive.md"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EntryStore]:
    """A record with one journal entry."""
    engine = open_database(tmp_path / "home")
    made = EntryStore(engine)
    made.save(JournalEntry(at=NOON, severity=4, note="fine"), now=NOON)
    yield made
    engine.dispose()


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"), newline="")))


def test_every_kind_has_a_table(store: EntryStore) -> None:
    assert {f"{one.kind}.csv" for one in ENTRY_TYPES} <= set(csv_files(store.entries()))


def test_a_journal_entry_is_a_row_with_its_symptoms_beside_it() -> None:
    entry = JournalEntry(at=NOON, id="a", version=2, severity=4, symptoms={"eyelid": 3, "cheek": 0}, tags=("stress", "light"), note='two\nlines, "q"')

    files = csv_files([entry])

    assert table(files, "journal.csv") == [
        {
            "at": "2026-03-14T12:00:00+08:00",
            "precision": "minute",
            "severity": "4",
            "bothered": "",
            "tags": "stress; light",
            "note": 'two\nlines, "q"',
            "noted_at": "",
            "id": "a",
            "version": "2",
        }
    ]
    assert table(files, "journal_symptoms.csv") == [
        {"journal_id": "a", "name": "eyelid", "value": "3"},
        {"journal_id": "a", "name": "cheek", "value": "0"},
    ]


def test_lists_within_entries_have_tables_of_their_own() -> None:
    injection = Treatment(
        at=NOON,
        id="t",
        treatment=TreatmentKind.BOTULINUM_TOXIN,
        name="x",
        sites=(InjectionSite(side=Side.LEFT, units=2.5), InjectionSite(side=Side.RIGHT)),
        side_effects=(SideEffect(name="ptosis", at=NOON),),
    )
    drug = Treatment(at=NOON, id="d", treatment=TreatmentKind.DRUG, name="y", doses=(Dose(at=NOON, amount=200),))
    scale = ScaleResult(at=NOON, id="s", scale="hfs7", items={"a": 2, "b": None}, subscores={"c": 1.5}, total=2)
    correction = Correction(judgement=Judgement.REJECTED, at=NOON, event=0)
    film = RecordingEntry(at=NOON, id="r", media=MediaKind.FILM, name="x", sha256="0" * 64, corrections=(correction,))

    files = csv_files([injection, drug, scale, film])

    assert [(row["treatment_id"], row["side"], row["units"]) for row in table(files, "treatment_sites.csv")] == [
        ("t", "left", "2.5"),
        ("t", "right", ""),
    ]
    assert [(row["treatment_id"], row["name"]) for row in table(files, "treatment_side_effects.csv")] == [("t", "ptosis")]
    assert [(row["treatment_id"], row["amount"], row["unit"]) for row in table(files, "treatment_doses.csv")] == [("d", "200.0", "mg")]
    assert [(row["name"], row["value"]) for row in table(files, "scale_items.csv")] == [("a", "2.0"), ("b", "")]
    assert [(row["name"], row["value"]) for row in table(files, "scale_subscores.csv")] == [("c", "1.5")]
    assert [(row["recording_id"], row["judgement"], row["event"]) for row in table(files, "recording_corrections.csv")] == [("r", "rejected", "0")]
    assert table(files, "recording.csv")[0]["media_kept"] == "yes"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1", "'=1", "''@x"])
def test_nothing_becomes_a_formula(text: str) -> None:
    files = csv_files([JournalEntry(at=NOON, note=text)])

    shown = table(files, "journal.csv")[0]["note"]
    assert shown == f"'{text}"
    assert text_of_cell(shown) == text


@pytest.mark.parametrize("text", ["fine", "1 = 1", "a@b", "'quoted'", "", " =1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert cell_of(text) == text
    assert text_of_cell(cell_of(text)) == text


def test_numbers_are_numbers() -> None:
    assert [cell_of(value) for value in (-1, -0.5, 1e-9, True, False, None)] == ["-1", "-0.5", "1e-09", "yes", "no", ""]


def test_files_are_what_spreadsheets_expect() -> None:
    content = csv_files([SpasmEpisode(at=NOON, note="後で")])["episode.csv"]

    assert content.startswith(b"\xef\xbb\xbfat,precision,")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 2


def test_a_folder_of_tables(store: EntryStore, tmp_path: Path) -> None:
    path = export_csv(store, tmp_path / "tables", now=NOON)

    assert {file.name for file in path.iterdir()} == {sheet.name for sheet in sheets()}
    assert {file.name: file.read_bytes() for file in path.iterdir()} == csv_files(store.entries())
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_tables_in_one_file(store: EntryStore, tmp_path: Path) -> None:
    path = export_csv(store, tmp_path / "tables.zip", now=NOON)

    with ZipFile(path) as container:
        assert {name: container.read(name) for name in container.namelist()} == csv_files(store.entries())


def test_a_folder_that_is_there_gets_a_new_one(store: EntryStore, tmp_path: Path) -> None:
    assert export_csv(store, tmp_path, now=NOON) == tmp_path / "spasmograph-tables-2026-03-14-120000"
    with pytest.raises(OutputError, match="is there already and was not overwritten"):
        export_csv(store, tmp_path, now=NOON)


@pytest.mark.parametrize("name", ["tables", "tables.zip"])
def test_a_full_disk_leaves_nothing(store: EntryStore, tmp_path: Path, name: str) -> None:
    store.save(JournalEntry(at=NOON, note="".join(map(chr, range(256, 19_000))).replace("\ud800", "")), now=NOON)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, before[1]))
    try:
        with pytest.raises(OutputError, match=r"tables could not be written to .*: File too large; free some space"):
            export_csv(store, tmp_path / "new" / name, now=NOON)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list((tmp_path / "new").iterdir()) == []


def test_every_table_and_column_is_documented() -> None:
    page = DOCS.read_text("utf-8")
    rows = dict(line.strip("| ").split(" | ", 1) for line in page.splitlines() if line.startswith("| `") and ".csv`" in line)

    assert {name.strip("`"): tuple(columns.replace("`", "").split(", ")) for name, columns in rows.items()} == {
        sheet.name: sheet.columns for sheet in sheets()
    }


def test_a_change_of_an_entry_shows_as_its_version() -> None:
    entry = JournalEntry(at=NOON, id="a", version=1)

    assert table(csv_files([replace(entry, version=7)]), "journal.csv")[0]["version"] == "7"
