"""The first page and the journal: an episode in one tap, an entry in two; nothing typed is lost, nothing is made up."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import Appointment, JournalEntry, Question, RecordingEntry, ScoreInShort, Settings, SpasmEpisode
from spasmograph.terms import AnalysisState, Bothered, MediaKind, Precision, Side
from tests.pages import sent, typed, words
from tests.record_worlds import HERE, NOON, Clock, client_of, workspace_in

NEW = "0123456789abcdef" * 2


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Workspace:
    return workspace_in(tmp_path, clock)


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return client_of(workspace)


def test_an_empty_record_says_how_to_begin(client: TestClient) -> None:
    told = words(client.get("/"))

    assert "To begin with" in told
    assert "Episode now" in told
    assert "If it suits you now" not in told


def test_an_episode_takes_one_tap_and_may_be_told_more_of(client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/journal/episode", data={"id": NEW})
    assert answer.headers["location"] == f"/?episode={NEW}"

    assert "Episode noted at 12:00" in words(client.get(answer.headers["location"]))
    more = {"version": "1", "from": "start", "severity": "6", "duration_s": "30", "side": "left", "note": "on the train"}
    sent(client, f"/journal/{NEW}", more, to="/")

    (episode,) = workspace.list(SpasmEpisode)
    assert (episode.at, episode.severity, episode.duration_s, episode.side, episode.note) == (NOON, 6, 30, Side.LEFT, "on the train")


def test_the_same_tap_twice_is_one_episode(client: TestClient, workspace: Workspace, clock: Clock) -> None:
    client.post("/journal/episode", data={"id": NEW})
    clock.move(seconds=1)

    assert client.post("/journal/episode", data={"id": NEW}).headers["location"] == f"/?episode={NEW}"
    assert len(workspace.list(SpasmEpisode)) == 1


def test_an_episode_is_undone_on_the_same_page(client: TestClient, workspace: Workspace) -> None:
    client.post("/journal/episode", data={"id": NEW})

    sent(client, f"/journal/{NEW}/remove", {"version": "1", "from": "start"}, to="/")
    assert not workspace.list(SpasmEpisode)
    assert client.get(f"/?episode={NEW}").status_code == 200


def test_another_duration_is_told_in_minutes(client: TestClient, workspace: Workspace) -> None:
    client.post("/journal/episode", data={"id": NEW})
    sent(client, f"/journal/{NEW}", {"version": "1", "duration_s": "30", "duration_min": "2,5"}, to="/journal?month")

    (episode,) = workspace.list(SpasmEpisode)
    assert episode.duration_s == 150


def test_a_reminder_is_calm_and_counts_nothing(client: TestClient, workspace: Workspace, clock: Clock) -> None:
    workspace.save(JournalEntry(at=NOON, severity=2))
    assert "If it suits you now" not in words(client.get("/"))

    clock.move(days=40)
    told = words(client.get("/"))
    assert "it can just as well wait" in told
    assert "40" not in told


def test_the_first_page_tells_the_next_visit_and_the_last_measurement(client: TestClient, workspace: Workspace) -> None:
    workspace.save(Appointment(at=NOON + timedelta(days=9), title="Dr. B", place="Room 3"))
    workspace.save(Appointment(at=NOON + timedelta(days=2), title="Dr. A"))
    scores = (
        ScoreInShort(name="contraction_rate_left", value=12.5, unit="per_min"),
        ScoreInShort(name="contraction_rate_right", value=0.0, unit="per_min"),
    )
    film = RecordingEntry(at=NOON, media=MediaKind.FILM, name="film.mp4", sha256="0" * 64, state=AnalysisState.DONE, scores=scores)
    workspace.save(film)

    told = words(client.get("/"))
    assert "16 Mar 2026, 12:00 Dr. A" in told
    assert "Dr. B" not in told
    assert "film : measured ; right 0 contractions a minute ; left 12.5 contractions a minute" in re.sub(r"\s*([:;])", r" \1", told)


def test_an_entry_with_everything(client: TestClient, workspace: Workspace) -> None:
    workspace.save(Settings(id="settings", at=NOON, symptoms=("tears", "pull")))
    data = {"id": NEW, "severity": "4", "bothered": "some_hours", "symptom:tears": "7", "symptom:pull": "", "tag": ["stress", "wind"]}
    sent(client, "/journal", {**data, "more_tags": "wind, a film，late", "note": "one\r\ntwo"}, to="/journal?noted")

    (entry,) = workspace.list(JournalEntry)
    assert (entry.at, entry.precision, entry.severity, entry.bothered) == (NOON, Precision.MINUTE, 4, Bothered.SOME_HOURS)
    assert (entry.symptoms, entry.tags, entry.note) == ({"tears": 7}, ("stress", "wind", "a film", "late"), "one\ntwo")


def test_after_saving_the_page_says_what_was_noted(client: TestClient) -> None:
    answer = client.post("/journal", data={"severity": "4"})
    told = words(client.get(answer.headers["location"]))

    assert "Noted: 14 Mar 2026, 12:00. severity 4 of 10" in told
    assert "nothing noted" not in told


def test_one_number_is_enough_and_nothing_else_is_made_up(client: TestClient, workspace: Workspace) -> None:
    sent(client, "/journal", {"severity": "0"}, to="/journal?noted")

    (entry,) = workspace.list(JournalEntry)
    assert (entry.severity, entry.bothered, entry.symptoms, entry.tags, entry.note) == (0, None, {}, (), "")


def test_an_empty_form_comes_back_with_the_error_at_its_field(client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/journal", data={"note": "  ", "severity": ""})

    assert answer.status_code == 422
    assert '<p class="wrong" id="severity-wrong">Nothing was chosen or written yet.' in answer.text
    assert '<fieldset class="scale" aria-describedby="severity-wrong">' in answer.text
    assert re.search(r'name="severity" value="0" autofocus', answer.text)
    assert not workspace.list(JournalEntry)


def test_nothing_typed_is_lost_when_a_field_is_wrong(client: TestClient) -> None:
    data = {
        "id": NEW,
        "severity": "4",
        "tag": ["stress", "my own"],
        "more_tags": "late",
        "note": "a <b>long</b> day",
        "date": "2027-01-01",
        "time": "10:00",
    }
    answer = client.post("/journal", data=data)

    assert answer.status_code == 422
    assert [typed(answer, name) for name in ("severity", "more_tags", "note", "id", "date")] == ["4", "late", "a <b>long</b> day", NEW, "2027-01-01"]
    assert 'value="my own" checked' in answer.text
    assert '<details class="more" open><summary>Another day or time' in answer.text
    assert 'aria-describedby="at-wrong"' in answer.text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"severity": "11"}, "severity"),
        ({"severity": "x"}, "severity"),
        ({"severity": "4.5"}, "severity"),
        ({"severity": "nan"}, "severity"),
        ({"bothered": "much"}, "bothered"),
        ({"date": "yesterday"}, "at"),
        ({"date": "2026-02-30"}, "at"),
        ({"severity": "3", "id": "x"}, "id"),
    ],
)
def test_what_cannot_be_is_told_in_words(data: dict[str, str], field: str, client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/journal", data=data)

    assert answer.status_code == 422
    assert "Everything you typed is still here" in words(answer)
    assert field == "id" or f'id="{field}-wrong"' in answer.text
    assert not workspace.list(JournalEntry)


def test_an_entry_for_another_day_is_marked_as_noted_later(client: TestClient, workspace: Workspace) -> None:
    sent(client, "/journal", {"severity": "5", "date": "2026-03-10"}, to="/journal?noted")

    (entry,) = workspace.list(JournalEntry)
    assert (entry.at.replace(tzinfo=None), entry.precision) == (datetime(2026, 3, 10), Precision.DAY)  # noqa: DTZ001 - as the clock showed it
    assert "severity 5 of 10 noted later" in words(client.get("/journal"))
    assert "11–13 Mar 2026: nothing noted" in words(client.get("/journal"))


def test_the_form_sent_twice_is_one_entry(client: TestClient, workspace: Workspace) -> None:
    for _time in range(2):
        sent(client, "/journal", {"id": NEW, "severity": "5"}, to="/journal?noted")
    assert len(workspace.list(JournalEntry)) == 1


def test_the_form_sent_again_with_other_words_asks_which(client: TestClient, workspace: Workspace) -> None:
    sent(client, "/journal", {"id": NEW, "severity": "5"}, to="/journal?noted")
    answer = client.post("/journal", data={"id": NEW, "severity": "6"})

    assert (answer.status_code, typed(answer, "version"), typed(answer, "severity")) == (409, "1", "6")
    assert f'action="/journal/{NEW}"' in answer.text
    assert workspace.get(NEW, JournalEntry).severity == 5


def test_an_entry_is_changed_and_keeps_when_it_was_noted(client: TestClient, workspace: Workspace, clock: Clock) -> None:
    entry = workspace.save(JournalEntry(at=NOON + timedelta(seconds=25), severity=5, note="x"))
    clock.move(days=3)
    page = client.get(f"/journal/{entry.id}")
    assert [typed(page, name) for name in ("severity", "note", "date", "time", "version")] == ["5", "x", "2026-03-14", "12:00", "1"]

    sent(client, f"/journal/{entry.id}", {"version": "1", "severity": "", "note": "y", "date": "2026-03-14", "time": "12:00"}, to="/journal?month")
    changed = workspace.get(entry.id, JournalEntry)
    # Its own offset and second, since nobody touched the time.
    assert (changed.at, changed.at.utcoffset(), changed.noted_at) == (entry.at, HERE.utcoffset(None), entry.noted_at)
    assert (changed.severity, changed.note, changed.version) == (None, "y", 2)


def test_a_changed_time_keeps_the_offset_of_the_place(client: TestClient, workspace: Workspace) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=5))
    sent(client, f"/journal/{entry.id}", {"version": "1", "severity": "5", "date": "2026-03-13", "time": "09:30"}, to="/journal?month")

    assert workspace.get(entry.id, JournalEntry).at == datetime(2026, 3, 13, 9, 30, tzinfo=HERE)


def test_two_windows_neither_loses_a_word(client: TestClient, workspace: Workspace) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=5, note="first"))
    sent(client, f"/journal/{entry.id}", {"version": "1", "severity": "6", "note": "from one window"}, to="/journal?month")

    answer = client.post(f"/journal/{entry.id}", data={"version": "1", "severity": "5", "note": "from the <other>", "tag": "wind"})

    assert answer.status_code == 409
    told = words(answer)
    assert "This was changed in another window" in told
    assert "Severity 6 5" in told
    assert "Note from one window from the <other>" in told
    assert [typed(answer, name) for name in ("version", "severity", "note", "tag")] == ["2", "5", "from the <other>", "wind"]
    assert workspace.get(entry.id, JournalEntry).note == "from one window"

    sent(client, f"/journal/{entry.id}", {"version": "2", "severity": "5", "note": "from the <other>"}, to="/journal?month")
    assert workspace.get(entry.id, JournalEntry).note == "from the <other>"


def test_the_same_words_from_two_windows_are_no_conflict(client: TestClient, workspace: Workspace) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=5))
    for _window in range(2):
        sent(client, f"/journal/{entry.id}", {"version": "1", "severity": "6"}, to="/journal?month")
    assert workspace.get(entry.id, JournalEntry).version == 2


def test_what_was_removed_in_another_window_can_be_kept_anew(client: TestClient, workspace: Workspace) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=5))
    workspace.remove(entry.id)
    data = {"version": "1", "kind": "journal", "severity": "7", "note": "kept words"}
    answer = client.post(f"/journal/{entry.id}", data=data)

    assert (answer.status_code, typed(answer, "version"), typed(answer, "note")) == (409, "0", "kept words")
    assert "This was removed in another window" in words(answer)
    sent(client, f"/journal/{entry.id}", {**data, "version": "0"}, to="/journal?month")
    assert workspace.get(entry.id, JournalEntry).note == "kept words"


def test_removing_asks_first(client: TestClient, workspace: Workspace) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=5, note="to go"))
    asked = client.get(f"/journal/{entry.id}/remove")
    assert "Remove this?" in words(asked)
    assert "to go" in words(asked)
    assert workspace.list(JournalEntry)

    sent(client, f"/journal/{entry.id}/remove", {"version": typed(asked, "version")}, to="/journal?month")
    assert not workspace.list(JournalEntry)


def test_what_was_changed_meanwhile_is_not_removed_unseen(client: TestClient, workspace: Workspace) -> None:
    entry = workspace.save(JournalEntry(at=NOON, severity=5))
    sent(client, f"/journal/{entry.id}", {"version": "1", "severity": "6", "note": "new words"}, to="/journal?month")

    answer = client.post(f"/journal/{entry.id}/remove", data={"version": "1"})
    assert (answer.status_code, typed(answer, "version")) == (409, "2")
    assert "new words" in words(answer)
    assert workspace.list(JournalEntry)


def test_what_is_not_there_is_said(client: TestClient, workspace: Workspace) -> None:
    question = workspace.save(Question(at=NOON, text="Why?"))

    for path in ("/journal/nothing", f"/journal/{question.id}", "/journal/nothing/remove", "/journal/settings"):
        assert client.get(path).status_code == 404
    assert client.post("/journal/nothing", data={"version": "1", "severity": "1"}).status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "x", "0001-01", "9999-12", "2026-03-01", "-1-1"])
def test_any_month_may_be_asked_for(month: str, client: TestClient) -> None:
    assert client.get("/journal", params={"month": month}).status_code == 200


def test_months_lead_to_each_other(client: TestClient, workspace: Workspace, clock: Clock) -> None:
    workspace.save(JournalEntry(at=NOON, severity=5))
    clock.move(days=60)

    assert 'rel="prev" href="/journal?month=2026-04"' in client.get("/journal").text
    april = client.get("/journal?month=2026-04").text
    assert 'href="/journal?month=2026-03"' in april
    assert 'href="/journal?month=2026-05"' in april
    assert "1–30 Apr 2026: nothing noted" in words(client.get("/journal?month=2026-04"))
