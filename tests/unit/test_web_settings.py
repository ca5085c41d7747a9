"""Appointments with their calendar, questions for the doctor, and settings."""

import re
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import Appointment, Question, Settings
from spasmograph.terms import Precision, Side
from tests.pages import sent, typed, words
from tests.record_worlds import NOON, client_of, workspace_in

NEW = "0123456789abcdef" * 2


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return client_of(workspace)


# Appointments and the calendar

VISIT = {"title": "Dr. A", "date": "2026-03-20", "time": "10:00", "until": "10:30", "place": "Room 3", "note": "", "injection": "yes"}


def test_an_appointment(client: TestClient, workspace: Workspace) -> None:
    sent(client, "/appointments", VISIT, to="/appointments")

    (visit,) = workspace.list(Appointment)
    assert (visit.title, visit.place, visit.injection, visit.precision) == ("Dr. A", "Room 3", True, Precision.MINUTE)
    assert visit.at.strftime("%Y-%m-%d %H:%M") == "2026-03-20 10:00"
    assert visit.until is not None
    assert visit.until - visit.at == timedelta(minutes=30)
    assert "20 Mar 2026, 10:00 –10:30 Dr. A" in words(client.get("/appointments")).replace("10:00–", "10:00 –")


def test_an_appointment_is_changed_and_removed(client: TestClient, workspace: Workspace) -> None:
    visit = workspace.save(Appointment(at=NOON + timedelta(days=1), until=NOON + timedelta(days=1, minutes=20), title="Dr. A", note="x"))
    page = client.get(f"/appointments/{visit.id}")
    shown = {name: typed(page, name) for name in ("title", "date", "time", "until", "place", "note", "version")}
    assert (shown["date"], shown["time"], shown["until"]) == ("2026-03-15", "12:00", "12:20")

    sent(client, f"/appointments/{visit.id}", {**shown, "note": "y"}, to="/appointments")
    changed = workspace.get(visit.id, Appointment)
    assert (changed.at, changed.until, changed.note) == (visit.at, visit.until, "y")

    assert "Dr. A" in words(client.get(f"/appointments/{visit.id}/remove"))
    sent(client, f"/appointments/{visit.id}/remove", {"version": "2"}, to="/appointments")
    assert not workspace.list(Appointment)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": " "}, "title"), ({"date": ""}, "date"), ({"date": "soon"}, "date"), ({"time": "25:00"}, "date"), ({"until": "09:00"}, "until")],
)
def test_an_appointment_that_cannot_be_comes_back_filled(change: dict[str, str], field: str, client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/appointments", data=VISIT | change)

    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert re.search(rf'name="{field}"[^>]* aria-invalid="true" autofocus aria-describedby="{field}-wrong"', answer.text)
    assert typed(answer, "place") == "Room 3"
    assert not workspace.list(Appointment)


def test_two_windows_with_one_appointment(client: TestClient, workspace: Workspace) -> None:
    visit = workspace.save(Appointment(at=NOON + timedelta(days=1), title="Dr. A"))
    sent(client, f"/appointments/{visit.id}", {"version": "1", "title": "Dr. B", "date": "2026-03-15", "time": "12:00"}, to="/appointments")
    answer = client.post(f"/appointments/{visit.id}", data={"version": "1", "title": "Dr. C", "date": "2026-03-15", "time": "12:00"})

    assert (answer.status_code, typed(answer, "version"), typed(answer, "title")) == (409, "2", "Dr. C")
    assert "With whom or what for Dr. B Dr. C" in words(answer)


def test_the_calendar_is_reached_by_its_secret_alone(client: TestClient, workspace: Workspace) -> None:
    stranger = client_of(workspace, entered=False)
    assert stranger.get("/calendar/.ics").status_code == 404
    sent(client, "/calendar-address", {"wanted": "yes"}, to="/appointments#calendar")
    key = workspace.settings().calendar_key
    assert key in client.get("/appointments").text

    answer = stranger.get(f"/calendar/{key}.ics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert stranger.get(f"/calendar/{key[:-1]}.ics").status_code == 404
    assert stranger.get("/spasmograph.ics").status_code == 401

    sent(client, "/calendar-address", {"wanted": "yes"}, to="/appointments#calendar")
    assert stranger.get(f"/calendar/{key}.ics").status_code == 404
    sent(client, "/calendar-address", {}, to="/appointments#calendar")
    assert workspace.settings().calendar_key == ""
    assert stranger.get("/calendar/.ics").status_code == 404


def test_the_calendar_tells_nothing_unless_it_may(client: TestClient, workspace: Workspace) -> None:
    workspace.save(Settings(id="settings", at=NOON, person="A. Person", condition="hemifacial spasm", calendar_films=True))
    workspace.save(Appointment(at=NOON + timedelta(days=5), title="Dr. Injection", place="Neurology", note="toxin", injection=True))

    answer = client.get("/spasmograph.ics")
    assert answer.headers["content-disposition"] == 'attachment; filename="spasmograph.ics"'
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Spasmograph"] * 4
    for word in ("Person", "spasm ", "Injection", "Neurology", "toxin"):
        assert word not in answer.text

    assert "Dr. Injection" in _with_words(client, workspace)


def _with_words(client: TestClient, workspace: Workspace) -> str:
    data = {"version": str(workspace.settings().version), "prompt_every_days": "3", "prompt_hour": "20", "calendar_words": "yes"}
    sent(client, "/settings", data, to="/settings?saved")
    return client.get("/spasmograph.ics").text


# Questions


def test_a_question_is_asked_answered_and_removed(client: TestClient, workspace: Workspace) -> None:
    sent(client, "/questions", {"id": NEW, "text": "Why the left side?"}, to="/questions")
    assert "Open Why the left side?" in words(client.get("/questions"))

    assert typed(client.get(f"/questions/{NEW}"), "text") == "Why the left side?"
    sent(client, f"/questions/{NEW}", {"version": "1", "text": "Why the left side?", "answer": "A vessel."}, to="/questions")
    told = words(client.get("/questions"))
    assert "No question is open." in told
    assert "A vessel." in told

    assert "A vessel." in words(client.get(f"/questions/{NEW}/remove"))
    sent(client, f"/questions/{NEW}/remove", {"version": "2"}, to="/questions")
    assert not workspace.list(Question)


def test_a_question_without_words_is_none(client: TestClient) -> None:
    answer = client.post("/questions", data={"text": "  "})

    assert answer.status_code == 422
    assert 'aria-invalid="true" autofocus aria-describedby="text-wrong"' in answer.text


def test_a_question_changed_or_removed_elsewhere_keeps_both(client: TestClient, workspace: Workspace) -> None:
    question = workspace.save(Question(at=NOON, text="Why?"))
    sent(client, f"/questions/{question.id}", {"version": "1", "text": "Why now?"}, to="/questions")

    answer = client.post(f"/questions/{question.id}", data={"version": "1", "text": "Why me?"})
    assert (answer.status_code, typed(answer, "text"), typed(answer, "version")) == (409, "Why me?", "2")
    workspace.remove(question.id)
    answer = client.post(f"/questions/{question.id}", data={"version": "2", "text": "Why me?"})
    assert (answer.status_code, typed(answer, "text"), typed(answer, "version")) == (409, "Why me?", "0")
    sent(client, f"/questions/{question.id}", {"version": "0", "text": "Why me?"}, to="/questions")


# Settings

CHOSEN: dict[str, str | list[str]] = {
    "version": "0",
    "person": "A. Person",
    "born": "1970",
    "condition": "hemifacial spasm",
    "affected": "left",
    "symptom": ["tears", "", "tears"],
    "tags": "wind\n\nlong meeting\nwind",
    "prompt_every_days": "7",
    "prompt_hour": "9",
    "keep_media": "no",
    "language": "zh_Hant",
    "calendar_prompt": "yes",
}


def test_settings_are_kept_and_shown(client: TestClient, workspace: Workspace) -> None:
    sent(client, "/settings", CHOSEN, to="/settings?saved")

    chosen = workspace.settings()
    assert (chosen.person, chosen.born, chosen.condition, chosen.affected) == ("A. Person", "1970", "hemifacial spasm", Side.LEFT)
    assert (chosen.symptoms, chosen.tags) == (("tears",), ("wind", "long meeting"))
    assert (chosen.prompt_every_days, chosen.prompt_hour, chosen.keep_media, chosen.language) == (7, 9, False, "zh_Hant")
    assert (chosen.calendar_prompt, chosen.calendar_films, chosen.calendar_words) == (True, False, False)
    page = client.get("/settings")
    assert '<html lang="zh-Hant">' in page.text
    assert [typed(page, name) for name in ("version", "person", "symptom", "affected", "keep_media")] == ["1", "A. Person", "tears", "left", "no"]


def test_settings_do_not_end_the_calendars_address(client: TestClient, workspace: Workspace) -> None:
    client.post("/calendar-address", data={"wanted": "yes"})
    key = workspace.settings().calendar_key
    sent(client, "/settings", CHOSEN | {"version": "1"}, to="/settings?saved")

    assert workspace.settings().calendar_key == key


def test_settings_from_two_windows(client: TestClient, workspace: Workspace) -> None:
    sent(client, "/settings", CHOSEN | {"language": "en"}, to="/settings?saved")
    answer = client.post("/settings", data=CHOSEN | {"person": "Another", "language": "en"})

    assert (answer.status_code, typed(answer, "version"), typed(answer, "person")) == (409, "1", "Another")
    assert "Name A. Person Another" in words(answer)
    assert workspace.settings().person == "A. Person"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"symptom": ["a", "b", "c", "d"]}, "symptoms"),
        ({"tags": "x" * 201}, "tags"),
        ({"prompt_every_days": "40"}, "prompt_every_days"),
        ({"prompt_hour": "x"}, "prompt_hour"),
        ({"person": "x" * 201}, "person"),
        ({"affected": "middle"}, "affected"),
    ],
)
def test_settings_that_cannot_be_come_back_filled(change: dict[str, str], field: str, client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/settings", data=CHOSEN | {"language": "en"} | change)

    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert typed(answer, "condition") == "hemifacial spasm"
    assert workspace.settings().version == 0


def test_own_symptoms_are_asked_for(client: TestClient, workspace: Workspace) -> None:
    workspace.save(Settings(id="settings", at=NOON, symptoms=('a "quoted" <b>',)))

    assert 'name="symptom:a &#34;quoted&#34; &lt;b&gt;"' in client.get("/journal").text
