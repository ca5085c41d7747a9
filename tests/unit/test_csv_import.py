"""Tables of other programs into the record: what would happen is shown first, nothing is guessed, and twice adds nothing."""

import os
import time
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from spasmograph.app.workspace.moments_read import DateOrder, is_clock, is_year_last, read_moment
from spasmograph.app.workspace.table_rows import TableMapping
from spasmograph.app.workspace.tables import Imported, ImportPlan, carry_out, plan_import, preview_table
from spasmograph.errors import EntryError, InputError
from spasmograph.io.archive import sheets_reading
from spasmograph.io.archive.sheets_writing import csv_files
from spasmograph.io.store import EntryStore, open_database
from spasmograph.model.record import JournalEntry, ScaleResult, SpasmEpisode
from spasmograph.terms import Bothered, EntryKind, Precision, Rater, Side

TAIPEI = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 21, 16, 0, tzinfo=TAIPEI)
JOURNAL = TableMapping(kind=EntryKind.JOURNAL, columns={"at": "when", "severity": "how bad", "note": "note"})


@pytest.fixture(autouse=True)
def in_berlin() -> Iterator[None]:
    """This machine's clock is Berlin's."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EntryStore]:
    """An empty record."""
    engine = open_database(tmp_path)
    yield EntryStore(engine)
    engine.dispose()


def plan_of(store: EntryStore, table: str | bytes, mapping: TableMapping = JOURNAL, **others: Any) -> ImportPlan:
    from dataclasses import replace

    return plan_import(store, table, replace(mapping, **others), now=NOW)


def test_a_dry_run_shows_what_would_happen_and_does_nothing(store: EntryStore) -> None:
    store.save(JournalEntry(at=datetime(2026, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=1))), severity=1), now=NOW)
    table = "when,how bad,note\n2026-03-01 08:00,5,\n2026-03-02 08:00,5,good\n2026-03-03 08:00,eleven,\n2026-03-02 08:00,6,again\n"

    plan = plan_of(store, table)

    assert [(entry.at.isoformat(), getattr(entry, "severity", None), getattr(entry, "note", None)) for entry in plan.add] == [
        ("2026-03-02T08:00:00+01:00", 5, "good")
    ]
    assert [(row.line, row.at.isoformat()) for row in plan.there] == [(2, "2026-03-01T08:00:00+01:00"), (5, "2026-03-02T08:00:00+01:00")]
    assert [(row.line, row.why) for row in plan.unread] == [(4, "severity is 'eleven'; it must be a number")]
    assert len(store.entries()) == 1


def test_importing_twice_adds_nothing(store: EntryStore) -> None:
    table = "when,how bad,note\n2026-03-01,5,a\n2026-03-02 08:00,6,b\n"
    plan = plan_of(store, table)

    assert carry_out(store, plan, now=NOW) == Imported(added=2, already_there=0)
    assert carry_out(store, plan, now=NOW) == Imported(added=0, already_there=2)
    again = plan_of(store, table)
    assert (again.add, len(again.there)) == ((), 2)
    assert [(entry.version, entry.noted_at) for entry in store.entries()] == [(1, NOW), (1, NOW)]


def test_an_import_is_all_or_nothing(store: EntryStore) -> None:
    plan = plan_of(store, "when,how bad,note\n2026-03-01,5,a\n2026-03-02 08:00,6,b\n")
    from dataclasses import replace

    broken = replace(plan, add=(plan.add[0], replace(plan.add[1], id="../up")))
    with pytest.raises(EntryError, match="an entry's id"):
        carry_out(store, broken, now=NOW)
    assert store.entries() == []


def test_our_own_table_reads_back(store: EntryStore) -> None:
    first = JournalEntry(
        at=datetime(2026, 3, 1, 8, 0, 12, 345, tzinfo=TAIPEI),
        severity=3,
        bothered=Bothered.SOME_HOURS,
        tags=("stress", "late night"),
        note="=1+1\n後",
    )
    content = csv_files([first])["journal.csv"]
    preview = preview_table(content)
    mapping = TableMapping(kind=EntryKind.JOURNAL, columns=preview.suggested[EntryKind.JOURNAL])

    plan = plan_of(store, content, mapping)

    assert plan.add == (first,)
    assert plan.add[0].at.utcoffset() == timedelta(hours=8)


def test_episodes(store: EntryStore) -> None:
    mapping = TableMapping(
        kind=EntryKind.EPISODE, columns={"date": "Date", "time": "Time", "duration_s": "Seconds", "side": "Side", "severity": "Severity"}
    )

    plan = plan_of(store, "Date;Time;Seconds;Side;Severity\n2026-03-01;14:05;7,5;LEFT;\n2026-03-02;;n/a;-;3\n2026-03-03;;0;;\n", mapping)

    berlin = timezone(timedelta(hours=1))
    assert plan.add == (
        SpasmEpisode(at=datetime(2026, 3, 1, 14, 5, tzinfo=berlin), duration_s=7.5, side=Side.LEFT),
        SpasmEpisode(at=datetime(2026, 3, 2, tzinfo=berlin), precision=Precision.DAY, severity=3),
    )
    assert [row.line for row in plan.unread] == [4]
    assert (plan.delimiter, plan.encoding) == (";", "")


def test_totals_of_scales(store: EntryStore) -> None:
    mapping = TableMapping(kind=EntryKind.SCALE, columns={"date": "d", "scale": "s", "total": "t", "rater": "by"})
    table = (
        "d,s,t,by\n2026-03-01,phq9,9,\n2026-03-01,gad7,4,Self\n2026-03-01,phq9,10,\n2026-03-02,phq9,,\n2026-03-02,phq9,99,\n2026-03-02,unknown,1,\n"
    )

    plan = plan_of(store, table, mapping)

    kept = [entry for entry in plan.add if isinstance(entry, ScaleResult)]
    assert [(entry.scale, entry.total, entry.rater, entry.precision) for entry in kept] == [
        ("phq9", 9, Rater.SELF, Precision.DAY),
        ("gad7", 4, Rater.SELF, Precision.DAY),
    ]
    assert [row.line for row in plan.there] == [4]
    assert [row.line for row in plan.unread] == [5, 6, 7]
    assert plan.unread[0].why == "total is empty; only totals are read from a table"


def test_a_side_or_a_time_that_there_is_not_is_told(store: EntryStore) -> None:
    mapping = TableMapping(kind=EntryKind.EPISODE, columns={"date": "d", "time": "t", "side": "s"})

    plan = plan_of(store, "d,t,s\n2026-03-01,noon,left\n2026-03-01,14:05,up\n", mapping)

    assert [row.why for row in plan.unread] == ["time is 'noon'; write it as 14:05", "side is 'up'; it must be one of left, right, both"]


def test_a_cell_without_end_is_told(store: EntryStore) -> None:
    with pytest.raises(InputError, match=r"line 3 of the table cannot be read \(field larger than field limit"):
        plan_of(store, 'when,how bad,note\n2026-03-01,5,\n2026-03-01,5,"' + "x" * 200_000)


def test_day_and_month_are_not_told_apart_by_chance() -> None:
    with pytest.raises(EntryError, match="whether '25/12/2025' begins with the day or with the month has to be told"):
        read_moment("25/12/2025", None)


def test_one_scale_for_the_whole_table(store: EntryStore) -> None:
    mapping = TableMapping(kind=EntryKind.SCALE, columns={"at": "d", "total": "t"}, fixed={"scale": "phq9"})

    assert [getattr(entry, "scale", "") for entry in plan_of(store, "d,t\n2026-03-01,9\n", mapping).add] == ["phq9"]


def test_symptoms_have_columns_of_their_own(store: EntryStore) -> None:
    mapping = TableMapping(kind=EntryKind.JOURNAL, columns={"at": "d", "symptom:eyelid": "lid", "symptom:cheek": "c", "tags": "tags"})

    entry = plan_of(store, 'd,lid,c,tags\n2026-03-01,3,,"stress, light;stress"\n', mapping).add[0]

    assert isinstance(entry, JournalEntry)
    assert (entry.symptoms, entry.tags) == ({"eyelid": 3}, ("stress", "light"))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2026-03-01,11,", r"severity is 11; it must lie in 0–10"),
        ("2026-03-01,4.5,", r"severity is 4\.5; it must be a whole number"),
        ("2026-03-01,inf,", r"severity is inf; it must be a whole number"),
        (",4,", "the date is empty"),
        ("2026-02-30,4,", "'2026-02-30' is no day or time that there is"),
        ("2026-03-01 25:00,4,", "'2026-03-01 25:00' is no day or time that there is"),
        ("46095,4,", "'46095' is no date that is understood; write it as 2026-11-21 or 2026-11-21 14:05"),
        ("1 March 2026,4,", "is no date that is understood"),
        ("1/3/26,4,", "is no date that is understood"),
        ("2027-03-01,4,", "This time lies ahead"),
        ("1800-03-01,4,", "must lie in 1900–2199|whole minutes"),
        ("2026-03-01,,", "Nothing was chosen or written yet"),
        ("2026-03-01,4,a,b,c", "the row has 2 cells more than there are headings"),
        ("2026-03-01,4," + "x" * 20_001, "note has 20001 characters"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_line(store: EntryStore, row: str, why: str) -> None:
    plan = plan_of(store, f"when,how bad,note\n2026-03-05,1,\n{row}\n")

    assert len(plan.add) == 1
    assert [unread.line for unread in plan.unread] == [3]
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(plan.unread[0].why)


def test_lines_are_counted_as_an_editor_counts_them(store: EntryStore) -> None:
    plan = plan_of(store, 'when,how bad,note\n2026-03-01,5,"two\nlines"\n\n\n2026-03-02,x,\n')

    assert [row.line for row in plan.unread] == [6]


@pytest.mark.parametrize(
    ("order", "day"),
    [(DateOrder.DAY_FIRST, datetime(2026, 4, 3, 9, 0)), (DateOrder.MONTH_FIRST, datetime(2026, 3, 4, 9, 0))],  # noqa: DTZ001 - local times
)
def test_day_and_month_are_asked_for_and_never_guessed(store: EntryStore, order: DateOrder, day: datetime) -> None:
    table = "when,how bad,note\n3/4/2026 9:00,5,\n25/4/2026 9:00,6,\n"
    asked = plan_of(store, table)

    assert [(question.about, question.choices) for question in asked.questions] == [("date_order", ("day_first", "month_first"))]
    assert asked.questions[0].words == "Does 3/4/2026 9:00 begin with the day or with the month?"
    assert (asked.add, asked.there, asked.unread) == ((), (), ())
    with pytest.raises(InputError, match="begin with the day or with the month"):
        carry_out(store, asked, now=NOW)

    plan = plan_of(store, table, date_order=order)
    assert plan.add[0].at.replace(tzinfo=None) == day
    assert [row.line for row in plan.unread] == ([] if order is DateOrder.DAY_FIRST else [3])


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("2026-07-01T14:05:06.25+08:00", "2026-07-01T14:05:06.250000+08:00", Precision.MINUTE),
        ("2026-07-01 14:05Z", "2026-07-01T14:05:00+00:00", Precision.MINUTE),
        ("2026-07-01, 2:05 PM", "2026-07-01T14:05:00+02:00", Precision.MINUTE),
        ("2026-07-01 12:05 a.m.", "2026-07-01T00:05:00+02:00", Precision.MINUTE),
        ("2026/7/1", "2026-07-01T00:00:00+02:00", Precision.DAY),
        ("2026.07.01.", "2026-07-01T00:00:00+02:00", Precision.DAY),
        ("2026年7月1日 14:05", "2026-07-01T14:05:00+02:00", Precision.MINUTE),
        ("2026年7月1日", "2026-07-01T00:00:00+02:00", Precision.DAY),
        ("1.7.2026 14:05", "2026-07-01T14:05:00+02:00", Precision.MINUTE),
        ("01-07-2026", "2026-07-01T00:00:00+02:00", Precision.DAY),
        ("2026-01", "2026-01-01T00:00:00+01:00", Precision.MONTH),
        ("2026", "2026-01-01T00:00:00+01:00", Precision.YEAR),
        ("2026-03-29 02:30", "2026-03-29T03:30:00+02:00", Precision.MINUTE),
        ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00", Precision.MINUTE),
    ],
)
def test_moments_as_other_programs_write_them(text: str, expected: str, precision: Precision) -> None:
    found = read_moment(text, DateOrder.DAY_FIRST)

    assert (found.at.isoformat(), found.precision) == (expected, precision)


@pytest.mark.parametrize(
    "text", ["2026-07-01 13:05 PM", "2026-07-01 0:05 AM", "2026-07-01 14:60", "2026-13-01", "2026-07-01 14:05+25:00", "31/02/2026"]
)
def test_moments_that_there_are_not(text: str) -> None:
    with pytest.raises(EntryError, match="is no day or time that there is"):
        read_moment(text, DateOrder.DAY_FIRST)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimiter_and_encoding_are_told_from_the_file(store: EntryStore, delimiter: str, encoding: str) -> None:
    rows = [["when", "how bad", "note"], ["2026-03-01", "5", "späte Nacht, 後で; no|thing"], ["2026-03-02", "6", ""]]
    table = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)

    plan = plan_of(store, table.encode(encoding))

    assert plan.delimiter == delimiter
    assert [getattr(entry, "note", None) for entry in plan.add] == ["späte Nacht, 後で; no|thing", ""]


def test_a_table_may_say_its_own_delimiter(store: EntryStore) -> None:
    assert len(plan_of(store, "sep=|\nwhen|how bad|note\n2026-03-01|5|a\n").add) == 1


def test_old_western_letters_are_read(store: EntryStore) -> None:
    plan = plan_of(store, "when,how bad,note\n2026-03-01,5,später à Paris\n".encode("cp1252"))

    assert (plan.encoding, getattr(plan.add[0], "note", "")) == ("cp1252", "später à Paris")


def test_old_chinese_letters_are_asked_for(store: EntryStore) -> None:
    table = "when,how bad,note\n2026-03-01,5,右眼跳動\n".encode("cp950")
    asked = plan_of(store, table)

    assert [(question.about, question.choices) for question in asked.questions] == [("encoding", ("cp950", "cp1252"))]
    assert getattr(plan_of(store, table, encoding="cp950").add[0], "note", "") == "右眼跳動"


def test_an_encoding_that_it_has_not_is_told(store: EntryStore) -> None:
    for encoding in ("ascii", "no-such-encoding"):
        with pytest.raises(InputError, match=f"is not in the encoding '{encoding}'; save it as CSV in UTF-8"):
            plan_of(store, "when,how bad,note\n2026-03-01,5,ä\n".encode(), encoding=encoding)


@pytest.mark.parametrize("table", ["", "\n\n", b"", "\ufeff", " , ,\n"])
def test_an_empty_table_is_told(store: EntryStore, table: str | bytes) -> None:
    with pytest.raises(InputError, match="the table is empty; its first line must hold the headings"):
        plan_of(store, table)


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        (
            TableMapping(kind=EntryKind.JOURNAL, columns={"at": "then"}),
            "the heading 'then' stands nowhere in the table; its headings are 'when', 'a', 'a'",
        ),
        (TableMapping(kind=EntryKind.JOURNAL, columns={"at": "a"}), "the heading 'a' stands twice in the table"),
        (TableMapping(kind=EntryKind.JOURNAL, columns={"severity": "when"}), "no column tells the date"),
        (
            TableMapping(kind=EntryKind.JOURNAL, columns={"at": "when", "total": "when"}),
            "total cannot be read from a table into entries of kind journal",
        ),
        (TableMapping(kind=EntryKind.EPISODE, columns={"at": "when", "symptom:x": "when"}), "symptom:x cannot be read"),
        (
            TableMapping(kind=EntryKind.RECORDING, columns={"at": "when"}),
            "at cannot be read from a table into entries of kind recording; known are none",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_is_told(store: EntryStore, mapping: TableMapping, why: str) -> None:
    with pytest.raises(InputError, match=why):
        plan_of(store, "when,a,a\n2026-03-01,1,2\n", mapping)


def test_a_table_that_is_too_long_is_told(store: EntryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets_reading, "MOST_ROWS", 2)
    with pytest.raises(InputError, match="more than 2 rows; split it"):
        plan_of(store, "when,how bad,note\n" + "2026-03-01,5,\n" * 3)
    monkeypatch.setattr(sheets_reading, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="at most 0 MB are read"):
        plan_of(store, "when,how bad,note\n")


@pytest.mark.parametrize("table", [b"\x00" * 100, bytes(range(256)) * 20, b"when,how bad,note\n2026-03-01,5,\x00\n", b"\xff\xfe\x00", b'"' * 200_000])
def test_what_is_no_table_is_told_in_words_or_adds_nothing(store: EntryStore, table: bytes) -> None:
    try:
        assert plan_of(store, table).add == ()
    except InputError as error:
        assert "the" in str(error)  # noqa: PT017 - either is right


def test_a_preview_shows_the_beginning_and_what_headings_may_mean() -> None:
    preview = preview_table("Date;Severity;Duration s;Comment\n2026-03-01;5;7;x\n2026-03-02;;;\n", rows=1)

    assert (preview.headings, preview.delimiter) == (("Date", "Severity", "Duration s", "Comment"), ";")
    assert preview.rows == (("2026-03-01", "5", "7", "x"),)
    assert preview.suggested[EntryKind.EPISODE] == {"date": "Date", "severity": "Severity", "duration_s": "Duration s"}


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x14", b"when,note\n2026-03-01,\x00\n", bytes(range(256))])
def test_what_is_no_text_is_no_table(content: bytes) -> None:
    with pytest.raises(InputError, match="is no text"):
        preview_table(content)


def test_many_short_rows_below_many_headings_need_little_room() -> None:
    table = ",".join(f"h{number}" for number in range(1000)) + "\n" + "2026-03-01\n" * 100_000

    tracemalloc.start()
    preview = preview_table(table.encode())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert preview.rows[0][:2] == ("2026-03-01", "")
    assert peak < 200 << 20


def test_a_table_with_too_many_columns_is_refused() -> None:
    with pytest.raises(InputError, match="1001 columns; at most 1000"):
        preview_table("a," * 1000 + "\n1,2\n")


@pytest.mark.parametrize("date", ["3/4/2026 10:00", "2026-04-03 10:00", "3/4/2026", "2026年4月3日 10:00"])
def test_a_long_text_is_no_date_and_is_soon_known_to_be_none(date: str) -> None:
    """Trying every way to read it would take a quarter of an hour."""
    long = f"{date}{' ' * 130_000}x"
    assert not is_year_last(long)
    assert not is_clock(f"10:00{' ' * 130_000}x")
    with pytest.raises(EntryError, match="is no date that is understood"):
        read_moment(long, DateOrder.DAY_FIRST)
