"""The pages of recordings: what was found in words, every event with what a person says of it, and what happens in two windows."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.model import Burst, Event, Span
from spasmograph.model.record import RecordingEntry
from spasmograph.present.record.recording import Drawn, Shown, recording_svg
from spasmograph.terms import AnalysisState, EventKind, Judgement, MediaKind, Reason, Region, Side, Task, Verdict
from spasmograph.web.words import label
from tests.fakes import fake_measurement
from tests.record_worlds import client_of, workspace_in
from tests.recording_worlds import POLICY, STEPS, add, analyses_of, as_fake, as_hour, as_no_film, as_refused, as_steps, measured, store_of

EVENTS = fake_measurement().events
RIGHT = next(number for number, event in enumerate(EVENTS) if event.kind is EventKind.CONTRACTION and event.side is Side.RIGHT)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return client_of(workspace)


@pytest.fixture
def entry(workspace: Workspace) -> RecordingEntry:
    return measured(workspace)


def page(client: TestClient, entry: RecordingEntry, query: str = "") -> str:
    answer = client.get(f"/recordings/{entry.id}{query}")
    assert answer.status_code == 200
    return answer.text


def judge(client: TestClient, entry: RecordingEntry, **form: object) -> tuple[int, str]:
    answer = client.post(f"/recordings/{entry.id}/corrections", data={"version": entry.version} | form)
    return answer.status_code, answer.text


def test_the_list_tells_how_far_each_is(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    waiting, failed = add(workspace, b"1", "waits.mp4"), measured(workspace, b"2", name="fails.mp4", measure=as_no_film)
    store_of(workspace).save(replace(workspace.get(waiting.id, RecordingEntry), state=AnalysisState.RUNNING, error=""), now=workspace.now())
    text = client.get("/recordings").text
    assert text.count("data-watch") == 1
    for one in (entry, waiting, failed):
        assert f"/recordings/{one.id}" in text
    assert "could not be measured" in text


def test_an_empty_list_says_so(client: TestClient) -> None:
    assert "There is none yet." in client.get("/recordings").text


def test_while_it_waits_the_page_tells_how_far_it_is(client: TestClient, workspace: Workspace) -> None:
    text = page(client, add(workspace))
    assert "It waits to be measured" in text
    assert "<progress" in text


def test_what_failed_says_why_and_offers_to_try_again(client: TestClient, workspace: Workspace) -> None:
    entry = measured(workspace, measure=as_no_film)
    text = page(client, entry)
    assert "clip.mp4 is not a video" in text
    assert client.post(f"/recordings/{entry.id}/again").status_code == 303
    assert workspace.get(entry.id, RecordingEntry).state is AnalysisState.WAITING


def test_what_was_found_comes_first_in_words(client: TestClient, entry: RecordingEntry) -> None:
    text = page(client, entry)
    count = sum(event.kind is EventKind.CONTRACTION and event.side is Side.RIGHT for event in EVENTS)
    sentence = f"The face contracted on the right side alone {count} times"
    assert sentence in text
    assert text.index(sentence) < text.index('id="film"') < text.index('id="events"') < text.index('id="numbers"')
    assert "Good: " in text


def test_a_recording_without_numbers_says_so(client: TestClient, workspace: Workspace) -> None:
    text = page(client, measured(workspace, measure=as_refused))
    assert "Not measured: this recording gives no numbers." in text
    assert "cannot be told from this recording" in text


def test_every_event_is_a_link_with_its_times(client: TestClient, entry: RecordingEntry) -> None:
    text = page(client, entry, "?show=all")
    event = EVENTS[RIGHT]
    line = re.search(rf'<a class="play" [^>]*data-key="{RIGHT + 1}"[^>]*>', text)
    assert line
    assert f'data-onset="{event.onset_s:.3f}"' in line[0]
    assert f'data-offset="{event.offset_s:.3f}"' in line[0]
    for number in range(1, len(EVENTS) + 1):
        assert text.count(f'data-key="{number}"') == 3  # both drawings and the list


def test_blinks_are_listed_when_asked_for(client: TestClient, entry: RecordingEntry) -> None:
    blinks = sum(event.kind is EventKind.BLINK for event in EVENTS)
    assert page(client, entry).count('class="play"') == len(EVENTS) - blinks
    assert page(client, entry, "?show=blinks").count('class="play"') == blinks
    blink = next(number for number, event in enumerate(EVENTS, start=1) if event.kind is EventKind.BLINK)
    assert f'id="event-{blink}" class="event" aria-current="true"' in page(client, entry, f"?event={blink}")


def test_a_rejected_event_is_marked_and_both_numbers_stand_there(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    before = workspace.measurement(entry.id).results.score("contraction_rate_right")
    status, _ = judge(client, entry, judgement="rejected", event=RIGHT, key=RIGHT + 1)
    assert status == 303
    text = page(client, entry)
    assert "not a spasm, you said" in text
    assert "1 event was judged by you" in text
    assert before is not None
    assert f"measured: {before.value:.1f}" in text
    place = workspace.get(entry.id, RecordingEntry)
    assert client.post(f"/recordings/{entry.id}/corrections/0/withdraw", data={"version": place.version, "key": RIGHT + 1}).status_code == 303
    assert "not a spasm, you said" not in page(client, entry)


def test_a_change_is_typed_in_a_form_of_its_own(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    form = page(client, entry, f"?change={RIGHT + 1}")
    assert f'value="{EVENTS[RIGHT].onset_s:.2f}"' in form
    change = {"judgement": "changed", "event": RIGHT, "key": RIGHT + 1, "kind": "contraction", "side": "left", "typed": 1}
    status, text = judge(client, entry, **change, onset_s="3,5", offset_s="2")
    assert status == 422
    assert "The event ends before it begins." in text
    assert 'value="3,5"' in text
    status, text = judge(client, entry, **change, onset_s="", offset_s="2")
    assert status == 422
    assert "Say when it began" in text
    assert judge(client, entry, **change, onset_s="3,5", offset_s="4.25")[0] == 303
    assert "changed by you; found as: contraction, right" in page(client, entry)
    assert workspace.measurement(entry.id).listed[RIGHT].onset_s == 3.5


def test_one_that_was_missed_is_added(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    status, text = judge(client, entry, judgement="added", kind="contraction", side="", onset_s="30", offset_s="31")
    assert status == 422
    assert '<details class="card" id="missed" open>' in text
    status, _ = judge(client, entry, judgement="added", kind="contraction", side="left", onset_s="30", offset_s="31")
    assert status == 303
    assert "missed, added by you" in page(client, entry)
    assert workspace.get(entry.id, RecordingEntry).corrections[0].judgement is Judgement.ADDED


def test_in_two_windows_nothing_typed_is_lost(client: TestClient, entry: RecordingEntry) -> None:
    assert judge(client, entry, judgement="rejected", event=RIGHT, key=RIGHT + 1)[0] == 303
    change = {"judgement": "changed", "event": RIGHT, "key": RIGHT + 1, "kind": "contraction", "side": "left", "typed": 1}
    status, text = judge(client, entry, **change, onset_s="3.25", offset_s="4")
    assert status == 409
    assert "changed in another window" in text
    assert 'value="3.25"' in text
    assert f'name="version" value="{entry.version + 1}"' in text


def test_time_and_note_can_be_changed(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    form = {"version": entry.version, "at": "2026-03-01T09:30", "note": "after the walk <b>"}
    assert client.post(f"/recordings/{entry.id}", data=form).status_code == 303
    changed = workspace.get(entry.id, RecordingEntry)
    assert (changed.at.isoformat(), changed.note) == ("2026-03-01T09:30:00+08:00", "after the walk <b>")
    assert "after the walk &lt;b&gt;" in page(client, entry)
    conflict = client.post(f"/recordings/{entry.id}", data=form | {"note": "another"})
    assert conflict.status_code == 409
    assert "another" in conflict.text
    assert client.post(f"/recordings/{entry.id}", data=form | {"at": "once"}).status_code == 422


def test_the_film_is_deleted_after_a_question(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    assert "Delete the film, keep the measurement" in page(client, entry)
    assert client.post(f"/recordings/{entry.id}/film/delete").status_code == 303
    text = page(client, entry)
    assert "The film was deleted" in text
    assert "<video" not in text
    assert workspace.medium(entry.id) is None


def test_a_film_that_is_not_in_the_folder_is_told(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    medium = workspace.medium(entry.id)
    assert medium is not None
    medium.unlink()
    text = page(client, entry)
    assert "The film is not in the folder" in text
    assert "<video" not in text
    assert 'id="delete-film"' not in text


def test_what_was_said_wrongly_is_put_right_and_measured_anew(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    assert "Left and right are mixed up" in page(client, entry)
    form = {"version": entry.version, "mirrored": "yes", "task": "talk"}
    assert client.post(f"/recordings/{entry.id}/otherwise", data=form).status_code == 303
    waiting = workspace.get(entry.id, RecordingEntry)
    assert (waiting.state, waiting.mirrored, waiting.task) == (AnalysisState.WAITING, True, Task.TALK)
    assert client.post(f"/recordings/{entry.id}/otherwise", data=form).status_code == 409
    analyses_of(workspace, as_fake, here=True).finish()
    again = workspace.get(entry.id, RecordingEntry)
    assert (again.state, again.mirrored) == (AnalysisState.DONE, True)
    assert workspace.measurement(entry.id).results.recording["task"] == "talk"
    workspace.delete_film(entry.id)
    assert "Left and right are mixed up" not in page(client, again)


def test_removing_asks_first(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    assert "Remove this?" in client.get(f"/recordings/{entry.id}/remove").text
    assert client.post(f"/recordings/{entry.id}/remove", data={"version": entry.version + 5}).status_code == 409
    assert client.post(f"/recordings/{entry.id}/remove", data={"version": entry.version}).headers["location"] == "/recordings"
    assert workspace.list(RecordingEntry) == []


def test_the_report_is_shut_off(client: TestClient, entry: RecordingEntry) -> None:
    answer = client.get(f"/recordings/{entry.id}/report")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == f"{POLICY}; frame-ancestors 'self'; sandbox allow-scripts"


def test_a_report_that_is_not_ours_may_do_nothing(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    path = workspace.results_folder(entry.id) / "report.html"
    path.write_text('<meta http-equiv="Content-Security-Policy" content="default-src *\n">', encoding="utf-8")
    policy = client.get(f"/recordings/{entry.id}/report").headers["content-security-policy"]
    assert policy == "default-src 'none'; frame-ancestors 'self'; sandbox allow-scripts"


def test_the_list_tells_the_numbers_in_short(client: TestClient, entry: RecordingEntry) -> None:
    assert entry.scores
    assert re.search(r"contractions a minute: right \d+\.\d, left \d+\.\d", client.get("/recordings").text)


@pytest.mark.parametrize(("name", "kind"), [("events.csv", "text/csv"), ("report.pdf", "application/pdf"), ("measurement.json", "application/json")])
def test_files_are_for_keeping(name: str, kind: str, client: TestClient, entry: RecordingEntry) -> None:
    answer = client.get(f"/recordings/{entry.id}/files/{name}")
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"].startswith("attachment")


def test_no_other_file_is_given_away(client: TestClient, entry: RecordingEntry) -> None:
    for name in ("clip.mp4", "..%2f..%2frecord.sqlite3", "report.html/..", ""):
        assert client.get(f"/recordings/{entry.id}/files/{name}").status_code in (404, 405, 422)


def test_steps_are_told_one_by_one(client: TestClient, workspace: Workspace) -> None:
    text = page(client, measured(workspace, measure=as_steps, steps=STEPS))
    assert "Step by step" in text
    assert "told for the time at rest" in text
    assert "during: smile" in text
    assert ">smile<" in text


def test_lost_results_are_told(client: TestClient, workspace: Workspace, entry: RecordingEntry) -> None:
    (workspace.results_folder(entry.id) / "measurement.json").write_text("nothing")
    assert "cannot be read" in page(client, entry)
    shutil.rmtree(workspace.results_folder(entry.id))
    text = page(client, entry)
    assert "not in the folder of the record" in text
    assert "contractions a minute: right" in text
    assert client.post(f"/recordings/{entry.id}/again").status_code == 303
    assert workspace.get(entry.id, RecordingEntry).state is AnalysisState.WAITING


def test_every_term_has_words_of_its_own() -> None:
    terms = [*EventKind, *Region, *Task, *Verdict, *Reason]
    assert len({str(term) for term in terms}) == len(terms)
    assert len({label(term) for term in terms}) == len(terms)


def drawn(event: Event | Burst, *, said: Judgement | None = None, duration_s: float = 60.0) -> str:
    one = Drawn(key="1", event=event, href="#event-1", label='a "blink" <at> 0:03', said=said)
    shown = Shown(start_s=0.0, end_s=duration_s, observed=(Span(onset_s=0.0, offset_s=duration_s),), events=(one,))
    return recording_svg(shown, width=960.0, label="events", key="x")


def test_the_drawing_puts_each_side_on_its_own() -> None:
    right, both = EVENTS[RIGHT], next(event for event in EVENTS if event.side is Side.BOTH)
    assert drawn(right).count('class="field"') == 1
    assert drawn(both).count('class="field"') == 2
    assert "&quot;blink&quot; &lt;at&gt;" in drawn(right)
    assert 'data-end="60.000"' in drawn(right)


def test_what_a_person_said_is_drawn_by_shape_too() -> None:
    event = EVENTS[RIGHT]
    assert "stroke-dasharray" in drawn(event, said=Judgement.REJECTED)
    assert "stroke-dasharray" not in drawn(event, said=Judgement.CONFIRMED)
    assert "s-ink" in drawn(event, said=Judgement.ADDED).split("playhead")[0]


def test_an_event_that_nobody_measured_is_drawn_half_high() -> None:
    event = replace(EVENTS[RIGHT], amplitude=float("nan"))
    assert "NaN" not in drawn(event).replace("nan", "NaN")


def test_of_a_long_recording_the_time_of_the_listed_events_is_drawn(client: TestClient, workspace: Workspace) -> None:
    entry = measured(workspace, measure=as_hour)
    first, later = page(client, entry), page(client, entry, "?start=200")
    starts_s = [float(re.findall(r'data-start="([0-9.]+)"', text)[0]) for text in (first, later)]
    assert starts_s[0] + 60 < starts_s[1]
    assert first.count('class="play"') == 25
    assert len(first) < 400_000
    key = re.search(r'class="play" href="\?event=(\d+)', later)
    assert key
    assert f'id="event-{key[1]}" class="event" aria-current="true"' in page(client, entry, f"?event={key[1]}")


def test_the_list_goes_on_where_it_ends(client: TestClient, workspace: Workspace) -> None:
    for number in range(53):
        store_of(workspace).save(
            RecordingEntry(at=workspace.now(), media=MediaKind.FILM, name=f"{number}.mp4", sha256=str(number)), now=workspace.now()
        )
    first, second = client.get("/recordings").text, client.get("/recordings?before=50").text
    assert (first.count("<li>\n"), second.count("<li>\n")) == (50, 3)
    assert 'href="/recordings?before=50" rel="next"' in first
    assert 'rel="next"' not in second


@pytest.mark.parametrize("policy", ["default-src *", "default-src 'none'; style-src 'self'; script-src https://elsewhere.example 'unsafe-inline'"])
def test_a_report_from_elsewhere_does_not_choose_its_own_policy(client: TestClient, workspace: Workspace, entry: RecordingEntry, policy: str) -> None:
    """An archive may hold any page under the name of a report."""
    path = workspace.results_folder(entry.id) / "report.html"
    path.write_text(f'<meta http-equiv="Content-Security-Policy" content="{policy}"><script>alert(1)</script>', encoding="utf-8")
    answered = client.get(f"/recordings/{entry.id}/report").headers["content-security-policy"]
    assert answered == "default-src 'none'; frame-ancestors 'self'; sandbox allow-scripts"
