"""`spasmograph record`: noting, listing, showing, changing and removing, with everything that can be wrong about it."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from spasmograph.app.workspace import opening
from spasmograph.cli.program import program
from spasmograph.cli.record.group import SECTIONS
from spasmograph.model.record import Question
from tests.record_commands import NOON, Terminal, local, terminal


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return terminal(tmp_path / "home", monkeypatch)


# ---- the group


def test_without_a_command_the_help_is_shown_under_headings(run: Terminal) -> None:
    result = run()

    assert result.exit_code == 2
    assert [heading for heading in SECTIONS if f"{heading}:" not in result.stderr] == []


@pytest.mark.parametrize("name", [name for names in SECTIONS.values() for name in names])
def test_every_command_has_help_and_a_home(name: str) -> None:
    result = CliRunner().invoke(program, ("record", name, "--help"))

    assert result.exit_code == 0
    assert name == "scales" or "--home DIR" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 90


# ---- noting


def test_a_journal_entry_is_kept_as_it_was_said(run: Terminal) -> None:
    kept = run.kept(
        "note", "--severity", "4", "--bothered", "some_hours", "--symptom", "twitch=3", "--tag", "stress", "--tag", "stress", "--note", " long day "
    )

    assert {name: kept[name] for name in ("kind", "severity", "bothered", "symptoms", "tags", "note", "version")} == {
        "kind": "journal",
        "severity": 4,
        "bothered": "some_hours",
        "symptoms": {"twitch": 3},
        "tags": ["stress"],
        "note": "long day",
        "version": 1,
    }
    assert (kept["at"], kept["precision"]) == (local("2026-03-14T12:00"), "minute")


@pytest.mark.parametrize(
    ("said", "at", "precision"),
    [
        ("2026-03-10", "2026-03-10T00:00", "day"),
        ("2026-03-10 21:30", "2026-03-10T21:30", "minute"),
        ("yesterday", "2026-03-13T00:00", "day"),
        ("yesterday 9:05", "2026-03-13T09:05", "minute"),
        ("08:15", "2026-03-14T08:15", "minute"),
        ("today", "2026-03-14T12:00", "minute"),
        ("now", "2026-03-14T12:00", "minute"),
        ("2025", "2025-01-01T00:00", "year"),
    ],
)
def test_times_are_read_as_people_write_them(run: Terminal, said: str, at: str, precision: str) -> None:
    kept = run.kept("note", "--severity", "1", "--at", said)

    assert (kept["at"], kept["precision"]) == (local(at), precision)


def test_an_offset_that_is_told_is_kept(run: Terminal) -> None:
    assert run.kept("note", "--severity", "1", "--at", "2026-03-10 21:30+09:00")["at"] == "2026-03-10T21:30:00+09:00"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["note"], 3, "Nothing was chosen or written yet"),
        (["note", "--severity", "11"], 2, "0<=x<=10"),
        (["note", "--severity", "1", "--at", "3/4/2026"], 2, "whether '3/4/2026' begins with the day or with the month"),
        (["note", "--severity", "1", "--at", "2026-02-30"], 2, "no day or time that there is"),
        (["note", "--severity", "1", "--at", "soon"], 2, "Write it as 2026-03-14"),
        (["note", "--severity", "1", "--at", "2026-03-20"], 3, "lies ahead"),
        (["note", "--symptom", "twitch"], 2, "an equals sign"),
        (["note", "--symptom", "twitch=much"], 2, "an equals sign"),
        (["note", "--symptom", "a=1", "--symptom", "b=1", "--symptom", "c=1", "--symptom", "d=1"], 3, "at most 3"),
        (["note", "--bothered", "ages"], 2, "not_at_all"),
        (["episode", "--minutes", "0"], 3, "duration_s is 0"),
        (["episode", "--minutes", "nan"], 3, "duration_s is nan"),
        (["question", " "], 3, "text is empty"),
        (["appointment", "Dr. Wu"], 2, "--at"),
        (["appointment", "Dr. Wu", "--at", "2026-04-01", "--until", "10:00"], 2, "needs a beginning with a time"),
        (["appointment", "Dr. Wu", "--at", "2026-04-01 11:00", "--until", "10:00"], 3, "before the start"),
        (["list", "magic"], 2, "'journal'"),
        (["list", "--since", "soon"], 2, "--since"),
        (["show", "nothing"], 7, "no entry nothing"),
        (["change", "nothing", "severity=1"], 7, "no entry nothing"),
        (["remove", "nothing", "--yes"], 7, "no entry nothing"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_and_nothing_is_kept(run: Terminal, arguments: list[str], code: int, words: str) -> None:
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert run.entries() == []


def test_an_episode_now_takes_no_option(run: Terminal) -> None:
    told = run.done("episode")
    (kept,) = run.entries()

    assert told == f"Noted {kept['id'][:8]}: 14 Mar 2026, 12:00\n"
    assert (kept["kind"], kept["at"], kept["duration_s"]) == ("episode", local("2026-03-14T12:00"), None)


def test_an_episode_with_everything(run: Terminal) -> None:
    kept = run.kept("episode", "--severity", "7", "--minutes", "1.5", "--side", "left", "--note", "in the train", "--at", "08:00")

    assert (kept["severity"], kept["duration_s"], kept["side"], kept["note"]) == (7, 90.0, "left", "in the train")


def test_a_question_is_asked_and_answered(run: Terminal) -> None:
    asked = run.kept("question", "Why in the evening?")
    answered = run.kept("question", "Because of the light", "--answers", asked["id"][:8])

    assert (answered["id"], answered["text"], answered["answer"], answered["version"]) == (
        asked["id"],
        "Why in the evening?",
        "Because of the light",
        2,
    )


def test_an_appointment_has_a_beginning_and_an_end(run: Terminal) -> None:
    kept = run.kept("appointment", "Dr. Wu", "--at", "2026-04-01 09:30", "--until", "10:00", "--place", "Room 3", "--injection")

    assert (kept["at"], kept["until"]) == (local("2026-04-01T09:30"), local("2026-04-01T10:00"))
    assert (kept["place"], kept["injection"]) == ("Room 3", True)


# ---- where the record is


def test_home_is_the_folder_that_is_named(run: Terminal, tmp_path: Path) -> None:
    run.done("note", "--severity", "1", "--home", str(tmp_path / "other"))

    assert (tmp_path / "other").is_dir()
    assert not run.home.exists()


def test_home_is_private(run: Terminal) -> None:
    run.done("episode")

    assert run.home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may write everywhere is refused nowhere")
def test_a_home_without_permission_is_told(run: Terminal, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    result = run("episode")
    tmp_path.chmod(0o700)

    assert (result.exit_code, result.stdout) == (7, "")
    assert "name another with --home" in result.stderr


def test_a_home_that_is_no_folder_is_told(run: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(opening.HOME_VARIABLE, str(tmp_path / "file" / "home"))
    result = run("episode")

    assert (result.exit_code, result.stdout) == (7, "")
    assert "name another with --home" in result.stderr
    assert run("episode", "--home", str(tmp_path / "file")).exit_code == 2


# ---- listing and showing


def test_an_empty_record_says_so(run: Terminal) -> None:
    assert "Nothing of that was noted" in run.done("list")
    assert run.done("list", "--json") == ""


def test_a_list_is_in_order_and_tells_what_was_said(run: Terminal) -> None:
    run.done("note", "--severity", "4", "--note", "bad\x1b[31mred")
    run.done("episode", "--at", "yesterday")
    lines = run.done("list").splitlines()

    assert [line.split()[-1] if place == 0 else line.split("  ")[-1].strip() for place, line in enumerate(lines)][:1] == ["What"]
    assert ["episode" in lines[1], "journal" in lines[2]] == [True, True]
    assert "Severity 4" in lines[2]
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        (["--since", "2026-03-10"], [10, 12]),
        (["--until", "2026-03-10"], [1, 10]),
        (["--since", "2026-03-02", "--until", "2026-03-11"], [10]),
        (["--until", "2026-02"], []),
        (["--until", "2026-03"], [1, 10, 12]),
        (["--since", "2026"], [1, 10, 12]),
        (["--until", "2026-03-10 00:00"], [1]),
        (["--newest", "1"], [12]),
    ],
)
def test_a_list_has_bounds_and_the_last_day_is_in_it(run: Terminal, bounds: list[str], days: list[int]) -> None:
    for day in (1, 10, 12):
        run.done("note", "--severity", "1", "--at", f"2026-03-{day:02}")

    found = [json.loads(line)["at"] for line in run.done("list", "journal", "--json", *bounds).splitlines()]
    assert found == [local(f"2026-03-{day:02}T00:00") for day in days]


def test_an_id_may_be_shortened_as_lists_show_it(run: Terminal) -> None:
    kept = run.kept("note", "--severity", "4")
    shown = run.done("show", kept["id"][:8])

    assert kept["id"] in shown
    assert "Severity" in shown
    assert json.loads(run.done("show", kept["id"], "--json")) == kept


def test_an_id_that_fits_several_is_told(run: Terminal) -> None:
    for beginning in ("aaaa1", "aaaa2"):
        workspace = run.workspace()
        workspace.save(Question(id=beginning, at=NOON, text="?"))
        workspace.close()
    result = run("show", "aaaa")

    assert result.exit_code == 2
    assert "2 entries begin with aaaa" in result.stderr
    assert run("show", "aaaa1").exit_code == 0


# ---- adding and changing by JSON and by name


def test_an_entry_of_any_kind_is_added_from_json(run: Terminal, tmp_path: Path) -> None:
    text = json.dumps(
        {
            "kind": "treatment",
            "treatment": "drug",
            "name": "clonazepam",
            "at": "2026-01-05",
            "doses": [{"at": "2026-01-05T08:00", "amount": 0.5}],
        }
    )
    kept = run.kept("add", stdin=text)
    (tmp_path / "entry.json").write_text(text)

    assert (kept["at"], kept["precision"], kept["doses"][0]["at"]) == (local("2026-01-05T00:00"), "day", local("2026-01-05T08:00"))
    assert run.kept("add", str(tmp_path / "entry.json"))["id"] != kept["id"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[1]", "type list"),
        ("[" * 100_000, "no JSON"),
        ('{"kind": "magic"}', "magic"),
        ('{"severity": 3}', "kind"),
        ('{"kind": "journal", "at": "2026-03-01", "severity": "3"}', "severity"),
        ('{"kind": "journal", "at": "2026-03-01", "mood": 3}', "mood"),
        ('{"kind": "journal", "at": "soon", "severity": 3}', "offset from UTC"),
        ('{"kind": "journal", "at": 5, "severity": 3}', "at"),
        ('{"kind": "journal", "at": "2026-03-01", "severity": NaN}', "not"),
        ('{"kind": "recording", "at": "2026-03-01", "name": "x", "sha256": "y", "media": "film"}', "recording"),
    ],
)
def test_json_that_cannot_be_is_told(run: Terminal, text: str, words: str) -> None:
    result = run("add", stdin=text)

    assert (result.exit_code, result.stdout) == (3, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_file_of_json_that_is_missing_is_told(run: Terminal) -> None:
    result = run("add", "nowhere.json")

    assert result.exit_code == 3
    assert "nowhere.json cannot be read" in result.stderr


def test_fields_are_changed_by_name(run: Terminal) -> None:
    kept = run.kept("note", "--severity", "4", "--note", "5", "--tag", "stress")
    changed = run.kept("change", kept["id"][:8], "severity=6", "note=7", "tags=", "at=2026-03-13 10:00")

    assert changed == kept | {"severity": 6, "note": "7", "tags": [], "at": local("2026-03-13T10:00"), "version": 2}


def test_a_whole_entry_is_changed_by_its_json(run: Terminal) -> None:
    kept = run.kept("note", "--severity", "4", "--tag", "stress")
    changed = run.kept("change", kept["id"], stdin=json.dumps({name: value for name, value in kept.items() if name != "tags"} | {"severity": 2}))

    assert changed == kept | {"severity": 2, "tags": [], "version": 2}


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        (["mood=3"], 2, "its fields are at, precision, severity"),
        (["version=3"], 2, "its fields are"),
        (["severity"], 2, "its fields are"),
        (["severity=12"], 3, "severity"),
        (["severity=bad"], 3, "severity"),
        (["severity=", "note=", "tags="], 3, "Nothing was chosen"),
    ],
)
def test_changes_that_cannot_be_are_told(run: Terminal, changes: list[str], code: int, words: str) -> None:
    kept = run.kept("note", "--severity", "4")
    result = run("change", kept["id"], *changes)

    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert run.entries() == [kept]


def test_a_stale_version_shows_both_and_overwrites_nothing(run: Terminal) -> None:
    first = run.kept("note", "--severity", "4")
    second = run.kept("change", first["id"], "severity=6")
    result = run("change", first["id"], stdin=json.dumps(first | {"severity": 9}))

    assert result.exit_code == 8
    assert "stands at version 2; nothing was overwritten" in result.stderr
    assert [line.split() for line in result.stdout.splitlines()[1:]] == [["Severity", "6", "9"]]
    assert run.entries() == [second]
    assert run.kept("change", first["id"], "severity=9", "--version", "2")["version"] == 3


def test_the_same_words_twice_are_no_conflict(run: Terminal) -> None:
    first = run.kept("note", "--severity", "4")
    text = json.dumps(first | {"severity": 6})

    assert run.kept("change", first["id"], stdin=text) == run.kept("change", first["id"], stdin=text)


def test_json_without_a_version_is_told(run: Terminal) -> None:
    kept = run.kept("note", "--severity", "4")
    del kept["version"]
    result = run("change", kept["id"], stdin=json.dumps(kept))

    assert result.exit_code == 3
    assert "say which version is changed" in result.stderr


def test_a_kind_cannot_be_changed(run: Terminal) -> None:
    kept = run.kept("episode")
    result = run("change", kept["id"], stdin=json.dumps({"kind": "journal", "at": kept["at"], "severity": 3, "version": 1}))

    assert result.exit_code == 3
    assert "cannot be changed" in result.stderr


# ---- removing


@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 2), ("\n", 2)])
def test_removing_asks_first(run: Terminal, answer: str, left: int) -> None:
    kept = run.kept("episode")
    run.done("note", "--severity", "1")
    result = run("remove", kept["id"][:8], stdin=answer)

    assert result.exit_code == 0
    assert "Remove it for good?" in result.stderr
    assert len(run.entries()) == left


def test_where_nobody_can_answer_nothing_is_removed(run: Terminal) -> None:
    kept = run.kept("episode")
    result = run("remove", kept["id"], stdin="")

    assert result.exit_code == 2
    assert "--yes does it without a question" in result.stderr
    assert run.entries() == [kept]


def test_several_are_removed_or_none(run: Terminal) -> None:
    first, second = run.kept("episode"), run.kept("note", "--severity", "1")

    assert run("remove", first["id"], "nothing", "--yes").exit_code == 7
    assert len(run.entries()) == 2
    assert run.done("remove", first["id"], second["id"], "--yes") == "2 entries removed.\n"
    assert run.entries() == []
