"""The store of a record, in SQLite and in PostgreSQL alike."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text, update

from spasmograph.errors import ConflictError, DamagedRecordError, EntryError, NewerRecordError, NotThereError
from spasmograph.io.store import EntryStore, open_database
from spasmograph.io.store.codec import entry_from_dict
from spasmograph.io.store.entries import microseconds, moment
from spasmograph.io.store.tables import LONGEST_SUBJECT, entries, jobs
from spasmograph.model.record import JournalEntry, RecordingEntry, ScaleResult, Settings, SpasmEpisode, Treatment
from spasmograph.terms import EntryKind, MediaKind, TreatmentKind

HERE = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=HERE)


@pytest.fixture
def store(tmp_path: Path, address: str | None) -> Iterator[EntryStore]:
    """An empty record."""
    engine = open_database(tmp_path, address)
    yield EntryStore(engine)
    engine.dispose()


def journal(severity: int | None = None, **others: object) -> JournalEntry:
    return replace(JournalEntry(at=NOON, severity=severity), **others)  # type: ignore[arg-type]


def film(sha256: str = "a" * 64, **others: object) -> RecordingEntry:
    return replace(RecordingEntry(at=NOON, media=MediaKind.FILM, name="film.mp4", sha256=sha256), **others)  # type: ignore[arg-type]


def test_what_is_saved_is_there_with_an_id_a_version_and_when_it_was_noted(store: EntryStore) -> None:
    kept = store.save(journal(4, note="後で\n😀"), now=NOON + timedelta(minutes=3))

    assert (kept.version, kept.noted_at, kept.note) == (1, NOON + timedelta(minutes=3), "後で\n😀")
    assert store.get(kept.id) == kept
    assert store.entries() == [kept]


def test_a_change_makes_the_next_version_and_keeps_when_it_was_noted_first(store: EntryStore) -> None:
    first = store.save(journal(4), now=NOON)

    second = store.save(replace(first, severity=5), now=NOON + timedelta(days=1))

    assert (second.id, second.version, second.noted_at, second.severity) == (first.id, 2, NOON, 5)
    assert store.entries() == [second]


def test_a_change_of_an_old_version_overwrites_nothing(store: EntryStore) -> None:
    first = store.save(journal(4), now=NOON)
    second = store.save(replace(first, severity=5), now=NOON)

    with pytest.raises(ConflictError, match=f"entry {first.id} was changed meanwhile"):
        store.save(replace(first, severity=9), now=NOON)
    assert store.get(first.id) == second


def test_a_change_of_what_was_removed_is_told(store: EntryStore) -> None:
    kept = store.save(journal(), now=NOON)
    store.remove(kept.id)

    with pytest.raises(NotThereError, match=f"no entry {kept.id}"):
        store.save(replace(kept, severity=1), now=NOON)
    with pytest.raises(NotThereError, match=f"no entry {kept.id}"):
        store.get(kept.id)
    with pytest.raises(NotThereError, match=f"no entry {kept.id}"):
        store.remove(kept.id)


def test_removing_an_old_version_removes_nothing(store: EntryStore) -> None:
    first = store.save(journal(4), now=NOON)
    second = store.save(replace(first, severity=5), now=NOON)

    with pytest.raises(ConflictError, match="changed meanwhile"):
        store.remove(first.id, version=1)
    assert store.get(first.id) == second
    store.remove(first.id, version=2)
    assert store.entries() == []


def test_a_new_entry_never_takes_the_id_of_another(store: EntryStore) -> None:
    kept = store.save(journal(4), now=NOON)

    with pytest.raises(ConflictError, match=f"an entry {kept.id} or the same recording is there already; nothing was overwritten"):
        store.save(journal(9, id=kept.id), now=NOON)
    assert store.entries() == [kept]


@pytest.mark.parametrize("entry_id", ["../up", "a/b", "a" * 65, "-x", ".", "a b", "a\n", "ä"])
def test_an_id_is_a_safe_name(store: EntryStore, entry_id: str) -> None:
    with pytest.raises(EntryError, match="at most 64 letters, digits, - and _"):
        store.save(journal(id=entry_id), now=NOON)
    assert store.entries() == []


def test_entries_come_in_order_of_time_whatever_the_order_they_were_noted_in_and_whatever_their_offset(store: EntryStore) -> None:
    noon_of = {hours: datetime(2026, 3, 14, 12, 0, tzinfo=timezone(timedelta(hours=hours))) for hours in (0, -5, 9, 5)}
    for at in noon_of.values():
        store.save(SpasmEpisode(at=at), now=NOON)

    assert [entry.at for entry in store.entries()] == [noon_of[hours] for hours in (9, 5, 0, -5)]
    assert [point.at for point in store.points()] == [noon_of[hours] for hours in (9, 5, 0, -5)]
    assert [entry.at for entry in store.entries(newest=2)] == [noon_of[0], noon_of[-5]]


def test_entries_of_one_moment_always_come_in_the_same_order(store: EntryStore) -> None:
    for number in range(20):
        store.save(journal(id=f"{number:02}" if number % 2 else f"a{number:02}"), now=NOON)

    shown = [entry.id for entry in store.entries()]
    assert shown == sorted(shown)
    assert [entry.id for entry in store.entries(newest=3)] == shown[-3:]


def test_an_interval_has_its_start_and_not_its_end(store: EntryStore) -> None:
    for hours in range(4):
        store.save(journal(hours, at=NOON + timedelta(hours=hours)), now=NOON)
    microsecond = timedelta(microseconds=1)

    def severities(since: datetime, until: datetime) -> list[int | None]:
        return [entry.severity for entry in store.entries(since=since, until=until) if isinstance(entry, JournalEntry)]

    first, last = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
    assert severities(first, last) == [1, 2]
    assert severities(first + microsecond, last + microsecond) == [2, 3]
    assert severities(first.astimezone(UTC), last.astimezone(ZoneInfo("America/New_York"))) == [1, 2]


def test_kinds_can_be_asked_for(store: EntryStore) -> None:
    store.save(journal(2), now=NOON)
    store.save(SpasmEpisode(at=NOON, severity=3), now=NOON)
    store.save(ScaleResult(at=NOON, scale="hfs7", variant="1", total=9), now=NOON)
    store.save(Treatment(at=NOON, treatment=TreatmentKind.DRUG, name="x"), now=NOON)

    assert {entry.kind for entry in store.entries(EntryKind.JOURNAL, EntryKind.SCALE)} == {EntryKind.JOURNAL, EntryKind.SCALE}
    assert {(point.kind, point.subject, point.value) for point in store.points()} == {
        (EntryKind.JOURNAL, "", 2),
        (EntryKind.EPISODE, "", 3),
        (EntryKind.SCALE, "hfs7 1", 9),
        (EntryKind.TREATMENT, "drug", None),
    }


def test_the_same_file_twice_is_one_recording(store: EntryStore) -> None:
    kept = store.save(film(), now=NOON)

    with pytest.raises(ConflictError, match="the same recording is there already"):
        store.save(film(), now=NOON)
    assert store.recording("a" * 64) == kept
    assert store.recording("b" * 64) is None


def test_a_recording_cannot_be_changed_into_another_that_is_there(store: EntryStore) -> None:
    store.save(film(), now=NOON)
    other = store.save(film("b" * 64), now=NOON)

    with pytest.raises(ConflictError, match="the same recording is there already"):
        store.save(replace(other, sha256="a" * 64), now=NOON)
    assert store.get(other.id) == other


def test_two_scales_of_one_name_are_not_one_recording(store: EntryStore) -> None:
    for _ in range(2):
        store.save(ScaleResult(at=NOON, scale="a" * 64), now=NOON)

    assert len(store.entries()) == 2


def test_work_on_a_recording_goes_with_it(store: EntryStore) -> None:
    kept = store.save(film(), now=NOON)
    with store.engine.begin() as connection:
        connection.execute(insert(jobs).values(recording=kept.id, attempts=0, done=0, total=0, owner="", beat_us=0))

    store.remove(kept.id)

    with store.engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM jobs")).scalar() == 0


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 14, 12, 0, 0, 1, tzinfo=HERE),
        datetime(2026, 3, 14, 12, 0, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
        datetime(2026, 3, 14, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(1900, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-12))),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    ],
    ids=str,
)
def test_a_moment_keeps_its_local_time_and_its_offset(store: EntryStore, at: datetime) -> None:
    kept = store.save(journal(at=at), now=NOON)

    found = store.get(kept.id).at
    assert (found.replace(tzinfo=None), found.utcoffset()) == (at.replace(tzinfo=None, fold=0), at.utcoffset())
    assert [point.at.replace(tzinfo=None) for point in store.points()] == [found.replace(tzinfo=None)]
    assert moment(microseconds(at)) == at.astimezone(UTC)


def test_an_hour_that_comes_twice_is_two_hours(store: EntryStore) -> None:
    zone = ZoneInfo("Europe/Berlin")
    second = store.save(journal(2, at=datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=zone)), now=NOON)
    first = store.save(journal(1, at=datetime(2026, 10, 25, 2, 30, tzinfo=zone)), now=NOON)

    assert [entry.id for entry in store.entries()] == [first.id, second.id]


def test_a_clock_that_goes_backwards_changes_nothing(store: EntryStore) -> None:
    first = store.save(journal(1), now=NOON)

    second = store.save(replace(first, severity=2), now=NOON - timedelta(days=400))
    third = store.save(replace(second, severity=3), now=NOON - timedelta(days=800))

    assert (third.version, third.noted_at) == (3, NOON)
    assert store.get(first.id) == third


@pytest.mark.parametrize(
    "entry",
    [
        ScaleResult(at=NOON, scale="x", total=float("nan")),
        ScaleResult(at=NOON, scale="x", subscores={"a": float("inf")}),
        RecordingEntry(at=NOON, media=MediaKind.FILM, name="x", sha256="\ud800"),
    ],
    ids=["not a number", "infinite", "half a character"],
)
def test_what_could_not_be_read_back_is_refused(store: EntryStore, entry: ScaleResult | RecordingEntry) -> None:
    with pytest.raises(EntryError, match="cannot be kept exactly"):
        store.save(entry, now=NOON)
    assert store.entries() == []


def test_longest_texts_fit(store: EntryStore) -> None:
    scale = store.save(ScaleResult(at=NOON, scale="長" * 200, variant="x" * 200, note="😀" * 20_000), now=NOON)

    assert store.get(scale.id) == scale
    with pytest.raises(EntryError, match=f"has 501 characters; at most {LONGEST_SUBJECT} are kept"):
        store.save(film("a" * 501), now=NOON)


def test_an_entry_of_a_kind_that_is_not_known_is_told_to_be_newer(store: EntryStore) -> None:
    kept = store.save(journal(), now=NOON)
    with store.engine.begin() as connection:
        connection.execute(update(entries).values(kind="dream"))

    with pytest.raises(NewerRecordError, match=r"newer version of Spasmograph, .*\(dream\); update Spasmograph"):
        store.get(kept.id)


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ('{"at": "2026-03-14T12:00:00+08:00", "mood": 3}', NewerRecordError, "newer version of Spasmograph"),
        ('{"at": "2026-03-14T12:00:00+08:00", "bothered": "for_a_week"}', NewerRecordError, "newer version of Spasmograph"),
        ('{"at": "2026-03-14T12:00:00+08:00", "severity": 11}', DamagedRecordError, "severity is 11; it must lie in 0–10.*; restore the record"),
        ('{"at": "2026-03-14T12:00:00+08', DamagedRecordError, "kind journal in the record cannot be read .*; restore the record from an archive"),
        ("{}", DamagedRecordError, r"journal in the record cannot be read \(at: "),
    ],
)
def test_an_entry_that_cannot_be_read_is_told(store: EntryStore, body: str, error: type[Exception], words: str) -> None:
    kept = store.save(journal(), now=NOON)
    with store.engine.begin() as connection:
        connection.execute(update(entries).values(body=body))

    with pytest.raises(error, match=words):
        store.get(kept.id)


def test_many_threads_save_and_none_is_lost(store: EntryStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda number: store.save(journal(number % 11), now=NOON + timedelta(seconds=number)), range(80)))

    assert {entry.id for entry in store.entries()} == {entry.id for entry in kept}


def test_of_many_who_change_the_same_version_one_wins_and_the_others_are_told(store: EntryStore) -> None:
    first = store.save(journal(0), now=NOON)
    together = threading.Barrier(6)

    def change(severity: int) -> int | None:
        together.wait()
        try:
            return store.save(replace(first, severity=severity), now=NOON).severity
        except ConflictError:
            return None

    with ThreadPoolExecutor(6) as pool:
        won = [severity for severity in pool.map(change, range(1, 7)) if severity is not None]

    kept = store.get(first.id)
    assert isinstance(kept, JournalEntry)
    assert ([kept.severity], kept.version) == (won, 2)


def test_of_many_who_add_the_same_recording_one_does(store: EntryStore) -> None:
    together = threading.Barrier(6)

    def add(_: int) -> bool:
        together.wait()
        try:
            store.save(film(), now=NOON)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(add, range(6))) == 1
    assert len(store.entries()) == 1


def test_settings_have_one_place(store: EntryStore) -> None:
    store.save(Settings(id="settings", at=NOON), now=NOON)

    with pytest.raises(ConflictError, match="an entry settings"):
        store.save(Settings(id="settings", at=NOON), now=NOON)


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({"kind": "dream"}, "kind is 'dream'; it must be one of journal, "),
        ({"at": NOON}, "kind is None"),
        ({"kind": "journal"}, "at: "),
        ({"kind": "journal", "at": NOON, "mood": 1}, "mood: "),
        ({"kind": "journal", "at": NOON, "severity": 11}, "severity is 11; it must lie in 0–10"),
    ],
)
def test_plain_values_that_are_no_entry_are_told(plain: dict[str, object], words: str) -> None:
    with pytest.raises(EntryError, match=words):
        entry_from_dict(plain)
