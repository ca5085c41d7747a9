"""`spasmograph record` over the whole record: pages for paper and calendars, settings, tables, archives, erasing; and films."""

import json
import re
import shlex
import stat
from pathlib import Path
from zipfile import ZipFile

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from spasmograph.model.record import JournalEntry, SideEffect, Treatment
from spasmograph.terms import TreatmentKind
from tests.record_commands import NOON, Terminal, terminal
from tests.record_worlds import client_of
from tests.recording_worlds import measured

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return terminal(tmp_path / "home", monkeypatch)


# ---- files for others


def test_the_doctors_page_is_a_pdf_of_the_period(run: Terminal, tmp_path: Path) -> None:
    run.done("note", "--severity", "4", "--note", "private words")
    run.done("question", "Why in the evening?")

    assert run.done("doctor") == "doctor.pdf\n"
    run.done("doctor", "--first", "2026-03-01", "--last", "2026-03-31", "--notes", "--out", str(tmp_path / "new" / "with.pdf"))
    plain, noted = (" ".join(page.extract_text() for page in PdfReader(tmp_path / name).pages) for name in ("doctor.pdf", "new/with.pdf"))
    assert "Why in the evening?" in plain
    assert ["private words" in text for text in (plain, noted)] == [False, True]


def test_files_are_for_their_owner_alone_and_replace_older_ones(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "timeline.svg").write_text("old")
    run.done("timeline")

    assert stat.S_IMODE((tmp_path / "timeline.svg").stat().st_mode) == 0o600
    assert (tmp_path / "timeline.svg").read_text("utf-8").startswith("<svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "timeline.svg"]


def test_the_timeline_holds_its_days(run: Terminal, tmp_path: Path) -> None:
    run.done("note", "--severity", "4", "--at", "2026-01-02")
    run.done("timeline", "--days", "30", "--out", "near.svg")
    run.done("timeline", "--days", "30", "--until", "2026-01-10", "--out", "then.svg")

    assert ["2026-01-02: 4" in (tmp_path / name).read_text("utf-8") for name in ("near.svg", "then.svg")] == [False, True]


def test_the_calendar_holds_appointments(run: Terminal, tmp_path: Path) -> None:
    run.done("appointment", "Dr. Wu", "--at", "2026-04-01 09:30")
    run.done("calendar")

    events = Calendar.from_ical((tmp_path / "spasmograph.ics").read_bytes()).walk("VEVENT")
    assert len(events) >= 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["doctor", "--first", "2026-04-01", "--last", "2026-03-01"], 2, "later than the last"),
        (["doctor", "--first", "soon"], 2, "--first"),
        (["doctor", "--out", "home"], 5, "choose another place with --out"),
        (["timeline", "--days", "3"], 2, "7<=x"),
        (["timeline", "--until", "1/2/2026"], 2, "--until"),
        (["calendar", "--out", "file/x.ics"], 5, "choose another place with --out"),
        (["settings", "prompt_hour=25"], 3, "prompt_hour"),
        (["settings", "colour=red"], 2, "its fields are"),
        (["settings", "affected=up"], 3, "affected"),
        (["export", "file"], 5, "is there already"),
        (["archive", "file"], 5, "is there already"),
        (["restore", "nothing.zip"], 3, "nothing.zip"),
        (["restore", "file"], 3, "file"),
        (["import", "nothing.csv"], 3, "nothing.csv cannot be read"),
        (["import", "other.csv", "--map", "severity=Spasms"], 3, "no column tells the date"),
        (["import", "diary.csv", "--map", "at"], 2, "an equals sign"),
        (["import", "diary.csv", "--map", "at=When"], 3, "stands nowhere"),
        (["import", "diary.csv", "--map", "when=Date"], 3, "when cannot be read"),
        (["import", "diary.csv", "--map", "at=Date", "--map", "severity=Spasms"], 3, "--dates: day_first or month_first"),
        (["import", "diary.csv", "--kind", "treatment"], 2, "--kind"),
        (["measure", "--again", "nothing"], 7, "no recording nothing"),
        (["forget-film", "nothing"], 7, "no recording nothing"),
    ],
)
def test_what_cannot_be_is_told(run: Terminal, tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "diary.csv").write_text("Date,Spasms\n3/4/2026,2\n")
    (tmp_path / "other.csv").write_text("Day,Spasms\n3/4/2026,2\n")
    run.home.mkdir()
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert (tmp_path / "file").read_text() == "x"
    assert run.entries() == []


def test_the_calendar_gets_an_address_and_loses_it(run: Terminal) -> None:
    address = run.done("calendar", "--address", "new").strip()
    workspace = run.workspace()
    path = address.partition("8417")[2]

    assert client_of(workspace, entered=False).get(path).status_code == 200
    assert "no address any more" in run.done("calendar", "--address", "none")
    assert client_of(workspace, entered=False).get(path).status_code == 404
    workspace.close()


def test_today_tells_how_to_begin_and_then_what_was_last_and_comes_next(run: Terminal) -> None:
    assert "makes a beginning" in run.done("today")
    run.done("note", "--severity", "4", "--at", "2026-03-01")
    run.done("appointment", "Dr. Wu", "--at", "2026-04-01 09:30")
    told = run.done("today")

    assert "how is it today?" in told
    assert told.index("Severity 4") < told.index("Dr. Wu")


# ---- settings


def test_settings_are_shown_and_changed_by_name(run: Terminal) -> None:
    assert "every 3 days" in run.done("settings")
    told = run.done("settings", "affected=left", "prompt_every_days=0", 'symptoms=["twitching"]', "person=Ada")
    kept = json.loads(run.done("settings", "keep_media=false", "person=", "--json"))

    assert [line.strip().split("  ")[-1].strip() for line in told.splitlines() if line.startswith(("Affected", "How often", "Own symptoms"))] == [
        "left",
        "twitching",
        "never",
    ]
    assert (kept["affected"], kept["person"], kept["keep_media"], kept["version"], kept["id"]) == ("left", "", False, 2, "settings")


def test_a_stale_version_of_the_settings_overwrites_nothing(run: Terminal) -> None:
    run.done("settings", "person=Ada")
    run.done("settings", "person=Bea")

    assert run("settings", "person=Cleo", "--version", "1").exit_code == 8
    assert json.loads(run.done("settings", "--json"))["person"] == "Bea"


# ---- tables


def test_a_dry_run_shows_what_would_happen_and_does_nothing(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "diary.csv").write_text("Date,Spasms\n" + "".join(f"2026-02-{day:02},{day % 10}\n" for day in range(1, 13)))
    table = ("import", "diary.csv", "--map", "at=Date", "--map", "severity=Spasms")
    told = run.done(*table, "--dry-run")

    assert "… and 2 more\nNew: 12 entries. There already: 0 rows. Not read: 0 rows. Nothing was done.\n" in told
    assert run.entries() == []
    assert run.done(*table).endswith("12 entries added.\n")
    assert run.done(*table) == "New: 0 entries. There already: 12 rows. Not read: 0 rows.\n0 entries added.\n"
    assert [one["severity"] for one in run.entries()] == [day % 10 for day in range(1, 13)]


def test_rows_that_cannot_be_read_are_told_and_hold_nobody_up(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "diary.csv").write_text("at,severity\n2026-02-01,3\nsoon,4\n2026-02-03,11\n")
    result = run("import", "diary.csv")

    assert (result.exit_code, [one["severity"] for one in run.entries()]) == (1, [3])
    assert [line.split(":")[1].strip() for line in result.stderr.splitlines()] == ["line 3", "line 4"]


def test_questions_of_a_table_are_answered_by_options(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text("Day;Sum\n3.2.2026;7\n")
    run.done("import", "scores.csv", "--kind", "scale", "--map", "at=Day", "--map", "total=Sum", "--fixed", "scale=gad7", "--dates", "day_first")
    (kept,) = run.entries()

    assert (kept["scale"], kept["total"], kept["at"][:10]) == ("gad7", 7.0, "2026-02-03")


def test_tables_go_out_as_a_folder_or_as_one_file(run: Terminal, tmp_path: Path) -> None:
    run.done("note", "--severity", "4")

    assert run.done("export", "tables") == "tables\n"
    assert run.done("export", "tables.zip") == "tables.zip\n"
    assert "4" in (tmp_path / "tables" / "journal.csv").read_text("utf-8-sig")
    assert "journal.csv" in ZipFile(tmp_path / "tables.zip").namelist()


# ---- archives and the end


def test_an_archive_restores_to_the_same_record(run: Terminal, tmp_path: Path) -> None:
    run.done("note", "--severity", "4")
    run.done("treatment", "--product", "onabotulinumtoxinA", "--site", "left mentalis 2")
    entries = run.entries()
    run.done("archive", "all.zip")
    other = ("--home", str(tmp_path / "other"))

    assert run.done("restore", "all.zip", *other) == "2 entries added; 0 there already; 0 left out.\n"
    assert [json.loads(line) for line in run.done("list", "--json", *other).splitlines()] == entries
    assert run("restore", "all.zip", *other).exit_code == 8
    assert run.done("restore", "all.zip", "--merge", *other) == "0 entries added; 2 there already; 0 left out.\n"


@pytest.mark.parametrize(("answer", "left"), [("erase\n", 0), ("yes\n", 1), ("\n", 1)])
def test_erasing_asks_for_the_word(run: Terminal, answer: str, left: int) -> None:
    run.done("episode")
    result = run("erase", stdin=answer)

    assert result.exit_code == 0
    assert "Write erase to do it" in result.stderr
    assert len(run.entries()) == left


def test_erasing_without_anybody_to_ask(run: Terminal) -> None:
    run.done("episode")
    result = run("erase", stdin="")

    assert result.exit_code == 2
    assert "--yes-erase-everything" in result.stderr
    assert len(run.entries()) == 1
    assert "is deleted" in run.done("erase", "--yes-erase-everything")
    assert list(run.home.iterdir()) == []


# ---- films


def test_films_are_added_for_later_and_once(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "one.mp4").write_bytes(b"one")
    first = run.kept("film", "one.mp4", "--later", "--task", "rest", "--mirrored", "--at", "2026-03-10 09:00")
    again = run("film", "one.mp4", "--later")

    assert (first["name"], first["task"], first["mirrored"], first["state"]) == ("one.mp4", "rest", True, "waiting")
    assert first["at"].startswith("2026-03-10T09:00")
    assert f"is in the record already, as {first['id'][:8]}" in again.stderr
    assert run.entries() == [first]


def test_a_file_that_is_missing_does_not_hold_up_the_others(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "one.mp4").write_bytes(b"one")
    result = run("film", "nothing.mp4", "one.mp4", "--later")

    assert result.exit_code == 1
    assert "nothing.mp4 cannot be read" in result.stderr
    assert [one["name"] for one in run.entries()] == ["one.mp4"]
    assert run("film", "nothing.mp4").exit_code == 3


def test_of_a_recording_time_and_note_can_be_changed_and_nothing_else(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "one.mp4").write_bytes(b"one")
    kept = run.kept("film", "one.mp4", "--later")
    changed = run.kept("change", kept["id"], "note=at home", "at=2026-03-10 09:00")
    refused = run("change", kept["id"], "state=done")

    assert (changed["note"], changed["at"][:16]) == ("at home", "2026-03-10T09:00")
    assert (refused.exit_code, "state of a recording cannot be changed so" in refused.stderr) == (3, True)
    assert run("forget-film", kept["id"]).exit_code == 8


def test_what_was_found_is_shown_and_corrected(run: Terminal) -> None:
    workspace = run.workspace()
    entry = measured(workspace)
    workspace.close()
    events = [line.split() for line in run.done("show", entry.id[:8], "--events").splitlines() if line[:1].isdigit()]
    before = json.loads(run.done("show", entry.id, "--json"))["scores"]

    assert [line[0] for line in events] == [str(number) for number in range(1, len(events) + 1)]
    assert run.kept("correct", entry.id, "--event", "1", "--was", "wrong")["scores"] != before
    assert run.kept("correct", entry.id, "--event", "1", "--take-back")["scores"] == before
    assert "Corrections 1" in run.done("correct", entry.id, "--missed", "--from", "1", "--to", "1.5", "--side", "left", "--kind", "contraction")
    found, other = run.kept("show", entry.id), run.kept("correct", entry.id, "--event", "2", "--was", "other", "--side", "right")["corrections"][-1]
    assert (other["event"], other["side"], other["judgement"], len(found["corrections"])) == (1, "right", "changed", 1)
    assert other["offset_s"] > other["onset_s"]
    assert run.kept("forget-film", entry.id)["media_kept"] is False


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "one of --was, --missed or --take-back"),
        (["--was", "right"], 2, "--event N names the event"),
        (["--missed", "--event", "1"], 2, "has no number"),
        (["--missed", "--from", "1"], 2, "--from and --to"),
        (["--event", "1", "--was", "other"], 2, "--from, --to, --kind or --side"),
        (["--event", "1", "--take-back"], 2, "nothing was said of event 1"),
        (["--event", "999", "--was", "right"], 2, "the recording has 22 events"),
        (["--missed", "--from", "1", "--to", "2"], 2, "--side"),
        (["--missed", "--from", "4", "--to", "3", "--side", "left"], 3, "4"),
        (["--missed", "--from", "nan", "--to", "3", "--side", "left"], 3, "nan"),
    ],
)
def test_a_correction_that_cannot_be_is_told(run: Terminal, arguments: list[str], code: int, words: str) -> None:
    workspace = run.workspace()
    entry = measured(workspace)
    workspace.close()
    result = run("correct", entry.id, *arguments)

    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr


def test_an_unreadable_film_is_told_and_can_be_tried_again(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "one.mp4").write_bytes(b"not a film")
    result = run("film", "one.mp4")
    again = run("measure", "--again", run.entries()[0]["id"])

    assert (result.exit_code, again.exit_code) == (4, 4)
    assert result.stderr.splitlines()[-1].startswith("spasmograph: one.mp4 is not a video")
    assert "no recording waits" in run("measure").stderr


# ---- what is written about it


def written() -> list[list[str]]:
    """Every command of the how-to, and every example that a command gives of itself."""
    page = (REPOSITORY / "docs" / "how-to" / "record.md").read_text("utf-8")
    lines = re.findall(r"^ *(spasmograph record .*)$", page + (REPOSITORY / "docs" / "cli.md").read_text("utf-8"), re.MULTILINE)
    return [shlex.split(line)[2:] for line in lines]


@pytest.mark.parametrize("words", written(), ids=" ".join)
def test_what_is_written_of_the_commands_works(run: Terminal, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "diary.csv").write_text("Date,Spasms\n2026-02-03,2\n")
    (tmp_path / "scores.csv").write_text("at,Sum\n2026-02-03,2\n")
    for name in ("clip.mp4", "monday.mov"):
        (tmp_path / name).write_bytes(b"film")
    workspace = run.workspace()
    workspace.save(JournalEntry(id="5b07de11" * 4, at=NOON, severity=3))
    effect = SideEffect(name="drooping eyelid", at=NOON.replace(hour=0))
    workspace.save(Treatment(id="3f2a91c0" * 4, at=NOON, treatment=TreatmentKind.BOTULINUM_TOXIN, name="x", side_effects=(effect,)))
    workspace.close()

    run.done(*words, *(["--later"] if words[0] == "film" else []))
