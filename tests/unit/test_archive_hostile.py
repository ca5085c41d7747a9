"""Archives that are damaged, cut short, newer, or made to do harm: refused in words, and nothing is changed."""

import hashlib
import json
import random
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from spasmograph.app.workspace.archiving import archive, restore
from spasmograph.errors import ArchiveError, NewerRecordError, RecordError, SpasmographError
from spasmograph.io.archive import Limits
from spasmograph.io.store import EntryStore, open_database
from spasmograph.io.store.codec import entry_to_dict
from spasmograph.model.record import JournalEntry, RecordingEntry
from spasmograph.terms import AnalysisState, MediaKind

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=timezone(timedelta(hours=8)))
FILM = "film-1"
MEDIA = f"media/{FILM}/film.mp4"
Change = Callable[[dict[str, Any]], object]
DAMAGED = "no archive of a record, or a damaged one .*nothing was changed"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty record's folder; whatever was tried, it holds nothing but an empty database afterwards, and nothing lies beside it."""
    inside = tmp_path / "inside"
    folder = inside / "home"
    yield folder
    assert [path.name for path in inside.iterdir()] == ["home"]
    assert {path.name.partition("-")[0] for path in folder.iterdir()} == {"record.sqlite3"}


def try_to_restore(home: Path, path: Path, limits: Limits | None = None) -> None:
    engine = open_database(home)
    try:
        restore(EntryStore(engine), home, path, merge=False, now=NOON, limits=limits)
    finally:
        assert EntryStore(engine).entries() == []
        engine.dispose()


def lines(*entries: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


def journal(**others: object) -> dict[str, Any]:
    return entry_to_dict(JournalEntry(at=NOON, id="one", version=1)) | others


def film(**others: object) -> dict[str, Any]:
    entry = RecordingEntry(at=NOON, id=FILM, version=1, media=MediaKind.FILM, name="x", sha256="a" * 64, state=AnalysisState.DONE)
    return entry_to_dict(entry) | others


def archived(
    path: Path,
    files: Mapping[str, bytes] | None = None,
    *,
    entries: bytes | None = None,
    change: Change = lambda _: None,
    kinds: Mapping[str, int] | None = None,
) -> Path:
    """An archive made by hand, whose list fits what is in it until `change` says otherwise."""
    contents = {"record.jsonl": lines(journal(), film()) if entries is None else entries, **({MEDIA: b"film"} if files is None else files)}
    listed = [{"name": name, "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in contents.items()]
    manifest: dict[str, Any] = {"format": "spasmograph-record", "format_version": 1, "program_version": "0.1.0", "made_at": "x", "files": listed}
    manifest["entries"] = dict(kinds or {"journal": 1, "recording": 1})
    change(manifest)
    with ZipFile(path, "w", ZIP_DEFLATED) as container:
        for name, content in (*contents.items(), ("manifest.json", json.dumps(manifest).encode())):
            container.writestr(name, content)
    return path


def test_what_is_made_by_hand_is_accepted_as_it_is(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "home")

    restored = restore(EntryStore(engine), tmp_path / "home", archived(tmp_path / "a.zip"), merge=False, now=NOON)

    assert restored.added == 2
    assert (tmp_path / "home" / MEDIA).read_bytes() == b"film"
    engine.dispose()


@pytest.mark.parametrize(
    "name",
    [
        "../up",
        "media/../../up",
        f"media/{FILM}/../../../up",
        f"media/{FILM}/../x",
        "/etc/passwd",
        f"/media/{FILM}/x",
        f"media/{FILM}//x",
        f"media//{FILM}",
        f"media/{FILM}/./x",
        f"media\\{FILM}\\x",
        f"media/{FILM}/..\\..\\up",
        f"media/{FILM}/C:x",
        "C:/up",
        f"media/{FILM}",
        f"media/{FILM}/a\nb",
        "media/../home/record.sqlite3",
        "record.sqlite3",
        "uploads/x/y",
        "media/.hidden/x",
        f"Media/{FILM}/x",
        "media/" + "a" * 65 + "/x",
        "x",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(home: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match=f"is no name that an archive holds.*|{DAMAGED}"):
        try_to_restore(home, archived(tmp_path / "a.zip", {name: b"x"}))


def with_raw(path: Path, change: Callable[[ZipInfo], object], name: str = MEDIA) -> Path:
    """The archive with another head on one of its files."""
    archived(path)
    with ZipFile(path) as container:
        contents = {info.filename: container.read(info) for info in container.infolist()}
    with ZipFile(path, "w") as container:
        for each, content in contents.items():
            info = ZipInfo(each)
            if each == name:
                change(info)
            container.writestr(info, content)
    return path


@pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o060666, 0o010666, 0o140666], ids=["link", "terminal", "disk", "pipe", "socket"])
def test_links_and_devices_are_refused(home: Path, tmp_path: Path, mode: int) -> None:
    with pytest.raises(ArchiveError, match="is a link or no plain file"):
        try_to_restore(home, with_raw(tmp_path / "a.zip", lambda info: setattr(info, "external_attr", mode << 16)))


def test_an_unknown_compression_is_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="encrypted or compressed in an unknown way"):
        try_to_restore(home, with_raw(tmp_path / "a.zip", lambda info: setattr(info, "compress_type", ZIP_BZIP2)))


def test_an_encrypted_file_is_refused(home: Path, tmp_path: Path) -> None:
    path = archived(tmp_path / "a.zip")
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match="encrypted or compressed in an unknown way"):
        try_to_restore(home, path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("other", [MEDIA, MEDIA.upper().replace("MEDIA", "media", 1).replace(FILM.upper(), FILM)])
def test_a_file_that_is_there_twice_is_refused(home: Path, tmp_path: Path, other: str) -> None:
    path = archived(tmp_path / "a.zip")
    with ZipFile(path, "a") as container:
        container.writestr(other, b"other")

    with pytest.raises(ArchiveError, match="a file is in it twice"):
        try_to_restore(home, path)


def test_a_bomb_is_refused_before_anything_is_unpacked(home: Path, tmp_path: Path) -> None:
    path = archived(tmp_path / "a.zip", {MEDIA: bytes(50_000_000)})

    with pytest.raises(ArchiveError, match="says that it holds more than can be in it"):
        try_to_restore(home, path, Limits(ratio=500))


def test_parts_that_overlap_are_refused(home: Path, tmp_path: Path) -> None:
    """A thousand names for one compressed part."""
    path = archived(tmp_path / "a.zip", {f"media/{FILM}/{number:04}": b"" for number in range(1000)} | {MEDIA: bytes(1_000_000)})
    with ZipFile(path) as container:
        big = container.getinfo(MEDIA)
    content = bytearray(path.read_bytes())
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        if f"media/{FILM}/0".encode() in content[at + 46 : at + 46 + 20]:
            struct.pack_into("<HxxxxIII", content, at + 10, ZIP_DEFLATED, big.CRC, big.compress_size, big.file_size)
            struct.pack_into("<I", content, at + 42, big.header_offset)
        at += 4
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match=DAMAGED):
        try_to_restore(home, path)


def test_more_than_the_disk_has_is_refused(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spasmograph.io.archive.reading.shutil.disk_usage", lambda _: type("Usage", (), {"free": 3}))

    with pytest.raises(RecordError, match=r"the archive needs 0\.0 GB and 0\.0 GB are free; free some space\. Nothing was changed"):
        try_to_restore(home, archived(tmp_path / "a.zip"))


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(files=2), "it holds 3 files, more than 2"),
        (Limits(manifest_bytes=10), "manifest.json is too long"),
        (Limits(entries_bytes=10), "record.jsonl is too long"),
        (Limits(line_bytes=10), DAMAGED),
    ],
)
def test_every_size_has_a_bound(home: Path, tmp_path: Path, limits: Limits, why: str) -> None:
    with pytest.raises(ArchiveError, match=why):
        try_to_restore(home, archived(tmp_path / "a.zip"), limits)


def first_file(manifest: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = manifest["files"][1]
    return found


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda said: first_file(said).update(sha256="0" * 64), "is not the file that the archive was made with"),
        (lambda said: said["files"][0].update(sha256="0" * 64), "record.jsonl' is not the file"),
        (lambda said: first_file(said).update(sha256=""), "is not the file that the archive was made with"),
        (lambda said: first_file(said).update(size_bytes=3), "of another length"),
        (lambda said: first_file(said).update(name=f"media/{FILM}/other"), "is missing, not listed"),
        (lambda said: said["files"].pop(), "is missing, not listed"),
        (lambda said: said["files"].append(said["files"][0]), "listed twice"),
        (lambda said: said["files"].append({"name": f"media/{FILM}/b", "size_bytes": 1, "sha256": "0" * 64}), "is missing"),
        (lambda said: said.update(entries={"journal": 2, "recording": 1}), "list does not fit what is in it"),
        (lambda said: said.update(entries={}), "list does not fit what is in it"),
        (lambda said: said.update(format="zip"), "manifest.json is not one of Spasmograph"),
        (lambda said: said.pop("files"), "manifest.json cannot be read"),
        (lambda said: said.update(files=None), "manifest.json cannot be read"),
        (lambda said: said.update(format_version="one"), "manifest.json cannot be read"),
    ],
)
def test_a_list_that_does_not_fit_is_refused(home: Path, tmp_path: Path, change: Change, why: str) -> None:
    with pytest.raises(ArchiveError, match=why):
        try_to_restore(home, archived(tmp_path / "a.zip", change=change))


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        (b"", "list does not fit"),
        (lines(journal(), film())[:-20], "damaged"),
        (lines(journal(), film()).replace(b"\n", b"\n\n"), "damaged"),
        (b"[]\n" * 2, "line 1 of record.jsonl is no entry"),
        (b"\xff\xfe\n", "damaged"),
        (b"[" * 100_000, "damaged"),
        (lines(journal(severity=11), film()), "line 1 of record.jsonl: severity is 11"),
        (lines(journal(), film(mood=1)), "line 2 of record.jsonl: mood"),
        (lines(journal(version=0), film()), "list does not fit"),
        (lines(journal(id=FILM), film()), "list does not fit"),
        (lines(journal(id="../up"), film()), "an entry's id is '../up'"),
        (lines(journal(), film(id="other")), "list does not fit"),
        (lines(journal(id=""), film()), "an entry's id is ''"),
        (lines(journal(), film(duration_s=float("nan"))), "cannot be kept exactly"),
        (lines(journal(at="2026-03-14T12:00:00"), film()), "without an offset"),
        (lines(journal(at="0001-01-01T12:00:00Z"), film()), "its year must lie in"),
    ],
)
def test_entries_that_cannot_be_are_refused(home: Path, tmp_path: Path, entries: bytes, why: str) -> None:
    with pytest.raises(ArchiveError, match=why):
        try_to_restore(home, archived(tmp_path / "a.zip", entries=entries))


def test_one_film_under_two_ids_is_refused(home: Path, tmp_path: Path) -> None:
    entries = lines(film(), film(id="other"))

    with pytest.raises(ArchiveError, match=r"holds an entry that cannot be kept .*the same recording"):
        try_to_restore(home, archived(tmp_path / "a.zip", entries=entries, kinds={"recording": 2}))


@pytest.mark.parametrize("missing", ["manifest.json", "record.jsonl", MEDIA])
def test_a_missing_file_is_told(home: Path, tmp_path: Path, missing: str) -> None:
    archived(tmp_path / "whole.zip")
    with ZipFile(tmp_path / "whole.zip") as whole, ZipFile(tmp_path / "a.zip", "w") as part:
        for name in whole.namelist():
            if name != missing:
                part.writestr(name, whole.read(name))

    with pytest.raises(ArchiveError, match=f"{missing}'? is missing"):
        try_to_restore(home, tmp_path / "a.zip")


def test_a_newer_archive_is_told(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NewerRecordError, match=r"made by a newer version of Spasmograph \(9\.1\); update Spasmograph"):
        try_to_restore(home, archived(tmp_path / "a.zip", change=lambda said: said.update(format_version=2, program_version="9.1", files="unknown")))


def test_an_entry_of_a_newer_kind_is_told(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NewerRecordError, match=r"of a kind that is not known here \('dream'\); update Spasmograph"):
        try_to_restore(home, archived(tmp_path / "a.zip", entries=lines(journal(kind="dream"), film())))


def test_what_is_no_archive_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.zip").write_text("dear friend")

    with pytest.raises(ArchiveError, match="this is no archive of a record"):
        try_to_restore(home, tmp_path / "letter.zip")
    with pytest.raises(ArchiveError, match=r"nothing\.zip cannot be read: No such file or directory"):
        try_to_restore(home, tmp_path / "nothing.zip")
    with pytest.raises(ArchiveError, match=r"cannot be read: Is a directory"):
        try_to_restore(home, tmp_path)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive of a small record."""
    folder = tmp_path_factory.mktemp("real")
    engine = open_database(folder)
    store = EntryStore(engine)
    for number in range(5):
        store.save(JournalEntry(at=NOON, severity=number), now=NOON)
    kept = store.save(RecordingEntry(at=NOON, media=MediaKind.FILM, name="x", sha256="a" * 64, state=AnalysisState.DONE), now=NOON)
    (folder / "media" / kept.id).mkdir(parents=True)
    (folder / "media" / kept.id / "film.mp4").write_bytes(random.Random(1).randbytes(3000))  # noqa: S311 - noise, no secret
    path = archive(store, folder, folder / "a.zip", now=NOON)
    engine.dispose()
    return path.read_bytes()


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.6, 0.9, 0.99])
def test_an_archive_cut_short_is_told(home: Path, tmp_path: Path, real: bytes, part: float) -> None:
    (tmp_path / "a.zip").write_bytes(real[: int(len(real) * part)])

    with pytest.raises(ArchiveError, match=DAMAGED):
        try_to_restore(home, tmp_path / "a.zip")


def test_a_changed_byte_is_found_or_does_no_harm(tmp_path: Path, real: bytes) -> None:
    """Every changed archive is refused in words or restores the very same record."""
    engine, chance, refused = open_database(tmp_path / "home"), random.Random(2), 0  # noqa: S311 - noise, no secret
    store = EntryStore(engine)
    for number in range(150):
        content = bytearray(real)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        (tmp_path / f"{number}.zip").write_bytes(content)
        try:
            restore(store, tmp_path / "home", tmp_path / f"{number}.zip", merge=True, now=NOON)
        except SpasmographError:
            refused += 1

    assert refused > 75
    assert len(store.entries()) == 6
    assert {zlib.crc32(path.read_bytes()) for path in (tmp_path / "home" / "media").rglob("film.mp4")} == {
        zlib.crc32(random.Random(1).randbytes(3000))  # noqa: S311 - noise, no secret
    }
    engine.dispose()
