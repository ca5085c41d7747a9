"""The whole record in and out by its pages: archive, tables, a table of another program, an archive brought back, everything deleted."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import anyio
import pytest
from httpx2 import Response
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.app.workspace.recordings import PIECE_BYTES, About
from spasmograph.io.media import Arrival
from spasmograph.model.record import JournalEntry, RecordingEntry, ScaleResult, Settings, SpasmEpisode
from spasmograph.terms import EntryKind, Precision, Rater, Side
from spasmograph.web.incoming import receive_form
from spasmograph.web.outgoing import archive_file
from spasmograph.web.pages.data_words import kind as kind_words
from spasmograph.web.pages.data_words import one_of, size
from tests.pages import sent, typed, words
from tests.record_worlds import NOON, client_of, workspace_in

DIARY = b"Date;Time;How bad;Comment;tears\n3/2/2026;08:30;4;windy;2\n4/2/2026;;eleven;;\n5/2/2026;09:00;0;calm;\n3/2/2026;08:30;9;again;\n"
FIELDS_SAID = ("kind", "delimiter", "encoding", "order", "scale", "rater", "c0", "c1", "c2")
MEANT = {"c0": "date", "c1": "time", "c2": "severity", "c3": "note", "c4": "symptom", "order": "day_first"}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = workspace_in(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return client_of(workspace)


def passing(workspace: Workspace) -> list[Path]:
    """What lies in the folder for files that pass through."""
    folder = workspace.home / "uploads"
    return list(folder.iterdir()) if folder.is_dir() else []


def with_a_film(workspace: Workspace, content: bytes = b"a film") -> RecordingEntry:
    """A recording with a file of its own."""
    with workspace.arrival() as arriving:
        arriving.write(content)
        return workspace.keep_recording(arriving.finish(), About(name="film.mp4", at=NOON)).entry


# Out


def test_the_archive_goes_out_whole_and_leaves_nothing_behind(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4, note="windy"))
    film = with_a_film(workspace)

    answer = client.get("/data/archive.zip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="spasmograph-2026-03-14.zip"'
    assert passing(workspace) == []

    (tmp_path / "taken.zip").write_bytes(answer.content)
    other = workspace_in(tmp_path / "other")
    other.restore(tmp_path / "taken.zip")
    assert other.entries() == workspace.entries()
    assert (path := other.medium(film.id)) is not None
    assert path.read_bytes() == b"a film"


def test_a_download_that_is_broken_off_leaves_nothing_behind(workspace: Workspace) -> None:
    app = client_of(workspace).app
    scope = {"type": "http", "method": "GET", "path": "/data/archive.zip", "headers": [], "app": app, "extensions": {}}

    async def gone(_message: object) -> None:
        raise BrokenPipeError

    async def silent() -> dict[str, str]:
        return {"type": "http.disconnect"}

    answer = archive_file(Request(scope))
    assert len(passing(workspace)) == 1
    with pytest.raises(BrokenPipeError):
        anyio.run(answer, scope, silent, gone)
    assert passing(workspace) == []


def test_tables_go_out_in_one_file(client: TestClient, workspace: Workspace) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4, note="windy"))

    answer = client.get("/data/tables.zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="spasmograph-tables-2026-03-14.zip"'
    with ZipFile(BytesIO(answer.content)) as found:
        (row,) = csv.DictReader(StringIO(found.read("journal.csv").decode("utf-8-sig")))
    assert (row["severity"], row["note"]) == ("4", "windy")
    assert passing(workspace) == []


def test_a_full_disk_is_told_in_words(client: TestClient, workspace: Workspace) -> None:
    workspace.home.joinpath("uploads").write_text("in the way")
    for path in ("/data/archive.zip", "/data/tables.zip"):
        answer = client.get(path)
        assert answer.status_code == 507
        assert "could not be kept in the record's folder" in words(answer)


def test_the_page_tells_where_the_record_is_and_how_large(client: TestClient, workspace: Workspace) -> None:
    assert "It has 0 entries." in words(client.get("/data"))
    with_a_film(workspace, b"x" * 2_000_000)
    told = words(client.get("/data"))
    assert f"{workspace.home} It has 1 entry, and 2 MB of films" in told
    assert 'href="/data"' in client.get("/settings").text.partition("<main")[2]


@pytest.mark.parametrize(("size_bytes", "told"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (2_600_000, "3 MB"), (1_240_000_000, "1.2 GB")])
def test_sizes_in_words(size_bytes: int, told: str) -> None:
    assert size(size_bytes) == told


@pytest.mark.parametrize("kind", list(EntryKind))
def test_every_kind_has_its_words(kind: EntryKind) -> None:
    assert kind_words(kind)
    assert one_of(kind)


# A table in


def handed(client: TestClient, content: bytes, kind: str = "journal") -> str:
    """Hand a table in; the address of the page about its columns."""
    answer = client.post("/data/table", data={"kind": kind}, files={"file": ("diary.csv", content)})
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"]


def asked(client: TestClient, page: str, **said: str) -> Response:
    """What would happen."""
    return client.get(
        page.replace("/data/table?", "/data/table/rows?"), params={**dict(part.split("=") for part in page.split("?")[1].split("&")), **said}
    )


def hidden(answer: Response) -> dict[str, str]:
    """The form that adds what was shown."""
    import re
    from html import unescape

    return {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text)}


def test_a_table_is_added_after_it_was_shown(client: TestClient, workspace: Workspace) -> None:
    page = handed(client, DIARY)
    assert "How bad for example 4, eleven, 0" in words(client.get(page))

    shown = asked(client, page, **MEANT)
    told = words(shown)
    assert shown.status_code == 200
    assert "would be added 2 are here already 1 cannot be read 1" in told
    assert "3 severity is 'eleven'; it must be a number" in told
    assert "5 3 Feb 2026, 08:30" in told
    assert "severity 4 of 10 · tears 2 · windy" in told
    assert not workspace.entries()

    sent(client, "/data/table/rows", hidden(shown), to="/data?added")
    assert [(one.severity, one.note, dict(one.symptoms)) for one in workspace.list(JournalEntry)] == [(4, "windy", {"tears": 2}), (0, "calm", {})]
    assert passing(workspace) == []
    assert "2 entries were added. 1 was here already." in words(client.get("/data?added=2&there=1"))


def test_the_same_table_twice_adds_nothing(client: TestClient, workspace: Workspace) -> None:
    client.post("/data/table/rows", data=hidden(asked(client, handed(client, DIARY), **MEANT)))
    shown = asked(client, handed(client, DIARY), **MEANT)
    assert "<button" not in shown.text
    answer = client.post("/data/table/rows", data=hidden(shown))

    assert answer.headers["location"] == "/data?added=0&there=3"
    assert len(workspace.entries()) == 2


def test_a_form_that_is_sent_twice_says_so(client: TestClient, workspace: Workspace) -> None:
    form = hidden(asked(client, handed(client, DIARY), **MEANT))
    sent(client, "/data/table/rows", form, to="/data?added")
    answer = client.post("/data/table/rows", data=form)

    assert answer.status_code == 404
    assert "not here any more" in words(answer)
    assert len(workspace.entries()) == 2


def test_day_and_month_are_asked_for(client: TestClient, workspace: Workspace) -> None:
    page = handed(client, DIARY)
    said = {name: value for name, value in MEANT.items() if name != "order"}
    answer = asked(client, page, **said)

    assert answer.status_code == 422
    assert 'id="order-wrong"' in answer.text
    assert "3/2/2026 is" in words(answer)
    assert "the day first: 3 Feb 2026 the month first: 2 Mar 2026" in words(answer)
    assert '<option value="severity" selected>' in answer.text
    assert "2 Mar 2026, 08:30" in words(asked(client, page, **said, order="month_first"))
    assert not workspace.entries()


def test_an_example_that_is_two_days_is_shown(client: TestClient) -> None:
    page = handed(client, b"date\n1/1/2026\n13/1/2026\n2/1/2026\n")
    assert "2/1/2026 is" in words(client.get(page))
    assert "the month first: no such day" in words(client.get(handed(client, b"date\n13/1/2026\n")))
    assert "Only you know" not in words(client.get(handed(client, b"date\n2026-01-13\n")))


def test_letters_that_may_be_others_are_asked_for(client: TestClient, workspace: Workspace) -> None:
    page = handed(client, "date,note\n2026-01-02,今天很好\n".encode("cp950"))
    answer = asked(client, page, c0="date", c1="note")
    assert answer.status_code == 422
    assert "今天很好 – Traditional Chinese (Big5)" in words(answer)
    assert "– Western European (Windows)" in words(answer)

    shown = asked(client, page, c0="date", c1="note", encoding="cp950")
    sent(client, "/data/table/rows", hidden(shown), to="/data?added")
    (entry,) = workspace.list(JournalEntry)
    assert (entry.note, entry.precision) == ("今天很好", Precision.DAY)


def test_a_table_that_was_read_wrongly_is_read_another_way(client: TestClient) -> None:
    page = handed(client, b"date;note, long\n2026-01-02;a, bc\n")
    other = client.get(f"{page}&delimiter=comma&c0=date")
    assert "date;note for example 2026-01-02;a" in words(other)
    assert '<option value="comma" selected>' in other.text
    assert client.get(f"{page}&encoding=utf-16").status_code == 422
    for nonsense in ("hex", "undefined", "idna", "\0", "no such"):
        assert client.get(page, params={"table": page[18:50], "encoding": nonsense}).status_code == 200


def test_changing_the_kind_keeps_what_was_said(client: TestClient) -> None:
    answer = client.get(f"{handed(client, DIARY)}&c0=date&c2=severity&c3=note&kind=episode")
    assert 'value="episode" formaction="/data/table" formnovalidate aria-current="true"' in answer.text
    assert answer.text.count("selected>severity") == 1
    assert "duration in seconds" in words(answer)


def test_headings_suggest_what_they_mean(client: TestClient, workspace: Workspace) -> None:
    workspace.save(Settings(id="settings", at=NOON, symptoms=("tears", 'a "b" <c>')))
    answer = client.get(handed(client, b"Date,severity,NOTE,other\n2026-01-02,3,x,y\n"))
    for name in ("date", "severity", "note"):
        assert f'<option value="{name}" selected>' in answer.text
    assert "symptom:a &#34;b&#34; &lt;c&gt;" in answer.text


@pytest.mark.parametrize(
    ("said", "field", "told"),
    [
        ({"c0": "date", "c1": "note", "c3": "note"}, "c3", "Two columns are said to be “note”"),
        ({"c2": "severity"}, "c0", "Say which column is the date"),
        ({"c0": "date", "order": "neither"}, "order", "must be one of"),
        ({"c0": "nonsense", "c1": "date"}, "columns", "nonsense"),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_column(said: dict[str, str], field: str, told: str, client: TestClient, workspace: Workspace) -> None:
    answer = asked(client, handed(client, DIARY), **said)
    assert answer.status_code == 422
    assert told in words(answer)
    assert f'id="{field}-wrong"' in answer.text or field == "columns"
    assert not workspace.entries()


def test_totals_of_a_scale(client: TestClient, workspace: Workspace) -> None:
    page = handed(client, b"date,total\n2026-01-02,12\n2026-02-02,77\n", "scale")
    assert 'id="scale-wrong"' in asked(client, page, c0="date", c1="total").text

    assert "it is rated by self only" in words(asked(client, page, c0="date", c1="total", scale="hfs7", rater="carer"))

    shown = asked(client, page, c0="date", c1="total", scale="hfs7")
    assert "would be added 1 are here already 0 cannot be read 1" in words(shown)
    assert "HFS-7 12 · myself" in words(shown)
    sent(client, "/data/table/rows", hidden(shown), to="/data?added")
    (result,) = workspace.list(ScaleResult)
    assert (result.scale, result.total, result.rater) == ("hfs7", 12, Rater.SELF)


def test_episodes(client: TestClient, workspace: Workspace) -> None:
    page = handed(client, b"at,severity,duration_s,side,note\n2026-01-02 10:00,3,12.5,left,x\n", "episode")
    said = {"c0": "at", "c1": "severity", "c2": "duration_s", "c3": "side", "c4": "note"}
    shown = asked(client, page, **said)
    assert "severity 3 of 10 · 12.5 s · left · x" in words(shown)
    sent(client, "/data/table/rows", hidden(shown), to="/data?added")
    (episode,) = workspace.list(SpasmEpisode)
    assert (episode.duration_s, episode.side) == (12.5, Side.LEFT)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not empty"),
        (b"\n\n", "the table is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no text"),
        (b"PK\x03\x04\x14" + b"\xd3\x8a" * 20, "is no text"),
        (b"a,b\n" + b"x" * 500_000, "cannot be read"),
        (b'"' + b"y" * 200_000, "cannot be read"),
        (b"\xff\xfe\x00", "not in the encoding"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, told: str, client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/data/table", data={"kind": "episode"}, files={"file": ("x.csv", content)})
    assert answer.status_code == 422
    assert told in words(answer)
    assert typed(answer, "kind") == "episode"
    assert passing(workspace) == []


def test_a_column_without_a_heading_is_left_out(client: TestClient) -> None:
    page = handed(client, b",note\n2026-01-02,x\n")
    assert 'name="c0"' not in client.get(page).text
    answer = asked(client, page, c0="at", c1="note")
    assert (answer.status_code, "Say which column is the date" in words(answer)) == (422, True)


@settings(max_examples=20, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.dictionaries(st.sampled_from(FIELDS_SAID), st.text(max_size=20), max_size=6)
)
def test_whatever_is_sent_is_answered_in_words(content: bytes, said: dict[str, str]) -> None:
    with TemporaryDirectory() as home:
        workspace = workspace_in(Path(home))
        client, name = client_of(workspace), workspace.keep_table(content)
        assert client.post("/data/table", files={"file": ("x.csv", content)}).status_code in (303, 422)
        query = {**said, "table": name}
        for path in ("/data/table", "/data/table/rows"):
            assert client.get(path, params=query).status_code in (200, 422)
        assert client.post("/data/table/rows", data=query).status_code in (303, 422)
        workspace.close()


def test_a_table_of_many_columns_is_shown_in_part(client: TestClient) -> None:
    head = ",".join(f"column {number}" for number in range(900))
    answer = client.get(handed(client, f"{head}\n{','.join('x' * 900)}\n".encode()))
    assert answer.status_code == 200
    assert answer.text.count("<select") == 102


def test_what_stands_in_a_table_stays_text(client: TestClient) -> None:
    page = handed(client, b'date,<script>alert(1)</script>\n2026-01-02,"<img src=x onerror=y>"\n')
    for answer in (client.get(page), asked(client, page, c0="date", c1="note"), asked(client, page, c0="date", c1="symptom")):
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text


def test_a_form_without_a_file_is_refused_in_words(client: TestClient) -> None:
    assert client.post("/data/table", data={"kind": "journal"}).status_code == 422
    assert client.post("/data/table", data={"file": "text"}).status_code == 422
    assert client.post("/data/table", content=b"junk", headers={"Content-Type": "multipart/form-data; boundary=x"}).status_code in (400, 422)


@pytest.mark.parametrize("name", ["../../record", "0" * 32, "x", "%00"])
def test_a_table_that_is_not_there(name: str, client: TestClient) -> None:
    for path in ("/data/table", "/data/table/rows"):
        answer = client.get(path, params={"table": name})
        assert answer.status_code == 404
        assert "not here any more" in words(answer)
    assert client.post("/data/table/rows", data={"table": name}).status_code == 404
    assert client.get("/data/table/rows").headers["location"] == "/data/table"


def test_a_table_larger_than_is_taken_is_refused(client: TestClient) -> None:
    answer = client.post("/data/table", files={"file": ("x.csv", b"x" * 2_100_000)})
    assert answer.status_code == 413


# An archive in


def archive_of(client: TestClient) -> bytes:
    return client.get("/data/archive.zip").content


def brought(client: TestClient, content: bytes, **said: str) -> Response:
    return client.post("/data/restore", data=said, files={"archive": ("spasmograph.zip", content)})


def test_an_archive_becomes_an_empty_record(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4))
    film = with_a_film(workspace, bytes(range(256)) * 10_000)
    other = workspace_in(tmp_path / "other")

    answer = brought(client_of(other), archive_of(client))
    assert answer.status_code == 200
    assert "added 2" in words(answer)
    assert other.entries() == workspace.entries()
    assert (path := other.medium(film.id)) is not None
    assert path.read_bytes() == bytes(range(256)) * 10_000
    assert passing(other) == []


def test_a_record_with_entries_is_only_added_to_when_that_is_said(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    first = workspace.save(JournalEntry(at=NOON, severity=4, note="old"))
    workspace.save(SpasmEpisode(at=NOON))
    content = archive_of(client)
    other = workspace_in(tmp_path / "other")
    other.save(JournalEntry(id=first.id, at=NOON, severity=5, note="mine"))
    there = client_of(other)

    assert "This record has 1 entry." in words(there.get("/data/restore"))
    answer = brought(there, content)
    assert answer.status_code == 409
    assert "Nothing was changed" in words(answer)
    assert len(other.entries()) == 1

    told = words(brought(there, content, merge="yes"))
    assert "Journal entry 14 Mar 2026, 12:00 the record has another version of this entry, which stays" in told
    assert other.get(first.id, JournalEntry).note == "mine"
    assert len(other.entries()) == 2
    assert "this machine" in words(brought(client, content, merge="yes"))


def bomb() -> bytes:
    """A ZIP that unpacks to far more than it is."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as container:
        container.writestr("record.jsonl", b" " * 50_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"x", b"PK\x03\x04" + b"\0" * 100, b"PK\x05\x06" + b"\0" * 18, bomb()], ids=["empty", "x", "cut", "no parts", "bomb"]
)
def test_what_is_no_archive_is_refused_and_changes_nothing(content: bytes, client: TestClient, workspace: Workspace) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4))
    before = workspace.entries()
    answer = brought(client, content, merge="yes")
    assert answer.status_code == 422
    assert "nothing was changed" in words(answer)
    assert workspace.entries() == before
    assert passing(workspace) == []


def test_a_damaged_archive_changes_nothing(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4))
    content = bytearray(archive_of(client))
    content[90] ^= 0xFF
    other = workspace_in(tmp_path / "other")
    answer = brought(client_of(other), bytes(content))
    assert answer.status_code == 422
    assert not other.entries()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="merge"\r\n\r\nyes\r\n--x--\r\n', "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="archive"; filename=""\r\n\r\n\r\n--x--\r\n', "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"y" * 20_000 + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\ncut off', "multipart/form-data; boundary=x"),
        (b"PK", "application/zip"),
        (b"PK", "multipart/form-data"),
        (b"a=b", "application/x-www-form-urlencoded"),
    ],
    ids=range(10),
)
def test_a_form_that_is_none_is_refused_in_words(body: bytes, kind: str, client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/data/restore", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert "open the page anew" in words(answer) or "No file was chosen" in words(answer)
    assert passing(workspace) == []


@pytest.mark.parametrize("step", [1000, 65_536, 700_001])
def test_a_long_file_goes_to_the_disk_in_pieces(step: int, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(range(256)) * 20_000
    body = b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n' + content + b"\r\n--x--\r\n"
    on_the_way = [body[at : at + step] for at in range(0, len(body), step)]
    written: list[bytes] = []
    monkeypatch.setattr(Arrival, "write", lambda _self, piece: written.append(piece))

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": on_the_way.pop(0), "more_body": bool(on_the_way)}

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    with workspace.arrival() as arriving:
        anyio.run(receive_form, Request({"type": "http", "headers": headers}, receive), arriving)
    assert b"".join(written) == content
    assert max(map(len, written)) <= PIECE_BYTES + step


def test_archives_for_programs(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=4))
    content = client.get("/api/archive").content
    assert client.post("/api/archive", content=b"x").status_code == 422
    assert client.post("/api/archive", content=content).status_code == 409

    other = workspace_in(tmp_path / "other")
    assert client_of(other).post("/api/archive", content=content).json() == {"added": 1, "already_there": 0, "skipped": []}
    other.save(JournalEntry(id=entry.id, at=NOON, severity=1, version=1, noted_at=entry.noted_at))
    told = client_of(other).post("/api/archive?merge=true", content=content).json()
    assert [(one["id"], one["kind"], one["at"]) for one in told["skipped"]] == [(entry.id, "journal", "2026-03-14T12:00:00+08:00")]
    assert passing(workspace) == passing(other) == []


# Everything gone


def test_everything_is_deleted_after_the_word_and_the_app_goes_on(workspace: Workspace) -> None:
    with client_of(workspace) as client:
        workspace.save(JournalEntry(at=NOON, severity=4))
        workspace.save(Settings(id="settings", at=NOON, person="A. Person"))
        with_a_film(workspace, b"x" * 1500)
        handed(client, DIARY)
        told = words(client.get("/data/delete"))
        assert "Journal entries 1 Recordings 1 Settings 1 Films, EMG and what was measured in them" in told

        sent(client, "/data/delete", {"word": " Delete"}, to="/data?deleted")
        assert "This is an empty record." in words(client.get("/data?deleted=yes"))
        assert not workspace.entries()
        assert {path.name.partition("-")[0] for path in workspace.home.iterdir()} == {"record.sqlite3"}

        assert client.post("/journal", data={"severity": "3"}).status_code == 303
        assert workspace.list(JournalEntry)[0].severity == 3
        assert client.get("/settings").status_code == 200


@pytest.mark.parametrize("word", ["", "yes", "delete everything", "deleted"])
def test_without_the_word_nothing_is_deleted(word: str, client: TestClient, workspace: Workspace) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4))
    answer = client.post("/data/delete", data={"word": word})
    assert answer.status_code == 422
    assert 'id="word-wrong"' in answer.text
    assert len(workspace.entries()) == 1


def test_nothing_is_deleted_while_another_program_has_the_record_open(client: TestClient, workspace: Workspace) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4))
    other = workspace_in(workspace.home)
    with other._store.engine.connect() as connection:  # noqa: SLF001 - another program's transaction
        connection.exec_driver_sql("SELECT 1 FROM entries")
        answer = client.post("/data/delete", data={"word": "delete"})
    assert answer.status_code == 503
    assert "close every other window" in words(answer)
    assert workspace.holdings().entries == {EntryKind.JOURNAL: 1}


# Who may


@pytest.mark.parametrize("path", ["/data", "/data/archive.zip", "/data/tables.zip", "/data/table", "/data/restore", "/data/delete", "/api/archive"])
def test_nobody_is_let_in_who_has_not_entered(path: str, workspace: Workspace) -> None:
    assert client_of(workspace, entered=False).get(path).status_code == 401


@pytest.mark.parametrize("path", ["/data/table", "/data/table/rows", "/data/restore", "/data/delete", "/api/archive"])
def test_another_page_changes_nothing(path: str, client: TestClient, workspace: Workspace) -> None:
    workspace.save(JournalEntry(at=NOON, severity=4))
    answer = client.post(path, data={"word": "delete"}, headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403
    assert len(workspace.entries()) == 1
