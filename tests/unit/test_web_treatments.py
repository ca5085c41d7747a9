"""The pages of treatments: a list, forms that lose nothing, what comes up later, removing after asking."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.errors import ConflictError, NotThereError
from spasmograph.model.record import SideEffect, Treatment
from spasmograph.terms import Precision, Side, TreatmentKind
from tests.record_worlds import Clock, client_of, workspace_in
from tests.treatment_worlds import day, drug, exercises, injection, operation, session

TOXIN = {"kind": "botulinum_toxin", "name": "onabotulinumtoxinA", "at": "2026-03-14", "units-cheek-left": "7.5"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    one = workspace_in(tmp_path, clock)
    yield one
    one.close()


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return client_of(workspace)


def words_of(page: str) -> str:
    """The text of a page as a person reads it, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def only(workspace: Workspace) -> Treatment:
    (found,) = workspace.list(Treatment)
    return found


def field(page: str, name: str) -> str:
    """What stands in a field of a page."""
    found = re.search(rf'<input (?:type="hidden" )?name="{re.escape(name)}"[^>]*?value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


# ---- the list


def test_without_treatments_the_list_says_how_to_begin(client: TestClient) -> None:
    page = client.get("/treatments").text

    assert "No treatment is noted yet" in page
    assert all(f"/treatments/new?kind={kind}" in page for kind in TreatmentKind)


def test_what_goes_on_stands_first_then_the_rest_from_the_newest_on(workspace: Workspace, client: TestClient) -> None:
    planned = replace(exercises(), name="later exercises", at=day("2026-09-01"))
    for one in (operation(), injection("2025-11-20"), session(), drug(), planned):
        workspace.save(one)
    names = re.findall(r'class="name"[^>]*>([^<]*)', client.get("/treatments").text)

    assert names == ["clonazepam", "later exercises", *["onabotulinumtoxinA (Botox)"] * 2, "microvascular decompression"]


def test_the_last_injection_is_told_with_its_days_its_number_and_its_own_units(workspace: Workspace, client: TestClient) -> None:
    workspace.save(injection("2025-11-20"))
    workspace.save(session())
    told = words_of(client.get("/treatments").text)

    assert "22 days ago 20 Feb 2026" in told
    assert "session 2, 92 days after the one before · at least 22.5 units (right 20, left 2.5) · Dr Lin" in told
    assert "Side effects: drooping lid, 25 Feb 2026 to 18 Mar 2026" in told


def test_a_session_whose_day_is_not_known_is_told_without_days(workspace: Workspace, client: TestClient) -> None:
    workspace.save(injection("2026-01-01", precision=Precision.MONTH))
    told = words_of(client.get("/treatments").text)

    assert "Last injection Jan 2026" in told
    assert "days ago" not in told


# ---- forms


@pytest.mark.parametrize("kind", TreatmentKind)
def test_every_kind_has_a_form_and_is_kept(kind: TreatmentKind, workspace: Workspace, client: TestClient) -> None:
    page = client.get(f"/treatments/new?kind={kind}").text
    sent = {
        "kind": str(kind),
        "id": field(page, "id"),
        "own_name": "something",
        "at": "2024-05",
        "hoped_for": "calm",
        "by": "Dr Lin",
        "note": "a\r\nb",
    }
    answer = client.post("/treatments", data=sent)

    assert answer.status_code == 303
    made = only(workspace)
    assert answer.headers["location"] == f"/treatments/{made.id}"
    assert (made.treatment, made.name, made.precision) == (kind, "something", Precision.MONTH)
    assert (made.hoped_for, made.by, made.note) == ("calm", "Dr Lin", "a\nb")
    assert "something" in client.get(answer.headers["location"]).text


def test_a_kind_that_does_not_exist_is_refused(client: TestClient) -> None:
    assert client.get("/treatments/new?kind=magic").status_code == 422
    assert client.post("/treatments", data={"kind": "magic"}).status_code == 422


def test_a_new_form_has_todays_date(client: TestClient) -> None:
    assert field(client.get("/treatments/new?kind=drug").text, "at") == "2026-03-14"


def test_the_form_of_toxin_says_that_units_are_not_converted_and_gives_no_doses(client: TestClient) -> None:
    told = words_of(client.get("/treatments/new?kind=botulinum_toxin").text)

    assert "units of different products are never converted and never added together" in told
    assert "not advice on where to inject" in told
    assert "person's right side" in told
    assert not re.search(r"\d U\b|usual dose|recommended", told)


def test_the_same_form_sent_twice_is_one_treatment(workspace: Workspace, client: TestClient) -> None:
    sent = {**TOXIN, "id": "c" * 32}

    assert [client.post("/treatments", data=sent).status_code for _ in range(2)] == [303, 303]
    assert len(workspace.list(Treatment)) == 1


def test_a_wrong_field_is_told_and_nothing_typed_is_lost(workspace: Workspace, client: TestClient) -> None:
    sent = {**TOXIN, "units-cheek-left": "<many>", "by": "Dr Lin", "hoped_for": "rest", "site-0-side": "left", "effect-0-name": "bruise"}
    answer = client.post("/treatments", data=sent)

    assert answer.status_code == 422
    assert "“&lt;many&gt;” is not a number" in answer.text
    assert 'aria-describedby="units-cheek-left-wrong"' in answer.text
    assert (field(answer.text, "units-cheek-left"), field(answer.text, "by"), field(answer.text, "effect-0-name")) == ("<many>", "Dr Lin", "bruise")
    assert workspace.list(Treatment) == []


def test_more_rows_are_shown_and_nothing_is_kept(workspace: Workspace, client: TestClient) -> None:
    sent = {"kind": "drug", "name": "baclofen", "at": "2026", "dose-0-amount": "5", "dose-1-amount": "7", "dose-sent": "1", "more": "dose"}
    page = client.post("/treatments", data=sent).text

    assert (field(page, "dose-1-amount"), field(page, "dose-2-amount"), field(page, "dose-3-amount")) == ("7", "", "")
    assert "dose-4-amount" not in page
    assert workspace.list(Treatment) == []


def test_a_session_like_the_last_is_filled_in_and_not_kept_before_it_is_saved(workspace: Workspace, client: TestClient, clock: Clock) -> None:
    last = workspace.save(session())
    clock.move(days=70)
    page = client.get(f"/treatments/new?like={last.id}").text

    assert field(page, "at") == "2026-05-23"
    assert (field(page, "units-lower_lid_outer-right"), field(page, "units-neck-right"), field(page, "site-0-units")) == ("12.5", "?", "2.5")
    assert "drooping lid, 25 Feb" not in page
    assert len(workspace.list(Treatment)) == 1


def test_a_changed_treatment_keeps_what_was_not_changed(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(session())
    page = client.get(f"/treatments/{made.id}/edit").text
    fields = {name: unescape(value) for name, value in re.findall(r'<input name="([^"]+)"[^>]*?value="([^"]*)"', page)}
    fields |= dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    sent = fields | {"name": "incobotulinumtoxinA", "own_name": "", "hoped_for": made.hoped_for, "site-0-side": "right"}
    answer = client.post(f"/treatments/{made.id}/edit", data=sent)

    assert answer.status_code == 303
    after = only(workspace)
    assert (after.name, after.version) == ("incobotulinumtoxinA", 2)
    assert sorted(after.sites, key=repr) == sorted(made.sites, key=repr)
    assert (after.at, after.side_effects, after.noted_at) == (made.at, made.side_effects, made.noted_at)


def test_a_conflict_shows_both_and_loses_nothing(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(exercises())
    workspace.save(replace(made, by="Ms Chen"))
    sent = {"own_name": "mirror exercises", "at": "2026-01-05", "by": "Mr Wu", "version": "1", "kind": "physiotherapy"}
    answer = client.post(f"/treatments/{made.id}/edit", data=sent)

    assert answer.status_code == 409
    assert "Ms Chen" in answer.text
    assert (field(answer.text, "by"), re.search(r'name="version" value="(\d)"', answer.text)[1]) == ("Mr Wu", "2")  # type: ignore[index]
    assert only(workspace).by == "Ms Chen"
    assert client.post(f"/treatments/{made.id}/edit", data=sent | {"version": "2"}).status_code == 303
    assert only(workspace).by == "Mr Wu"


def test_what_was_removed_meanwhile_can_be_kept_anew(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(exercises())
    workspace.remove(made.id)
    sent = {"own_name": "mirror exercises", "at": "2026-01-05", "version": "1", "kind": "physiotherapy"}
    answer = client.post(f"/treatments/{made.id}/edit", data=sent)

    assert answer.status_code == 409
    assert "removed in another window" in answer.text
    assert client.post(f"/treatments/{made.id}/edit", data=sent | {"version": "0"}).status_code == 303
    assert only(workspace).name == "mirror exercises"


def test_a_new_form_whose_id_is_taken_by_other_words_overwrites_nothing(workspace: Workspace, client: TestClient) -> None:
    sent = {**TOXIN, "id": "d" * 32}
    client.post("/treatments", data=sent)
    answer = client.post("/treatments", data=sent | {"by": "Dr Wu"})

    assert answer.status_code == 409
    assert field(answer.text, "by") == "Dr Wu"
    assert only(workspace).by == ""


# ---- one treatment


def test_a_session_shows_its_face_its_points_and_what_is_urgent(workspace: Workspace, client: TestClient) -> None:
    page = client.get(f"/treatments/{workspace.save(session()).id}").text
    told = words_of(page)

    assert 'class="face-map"' in page
    assert "at least 22.5 units (right 20, left 2.5)" in told
    assert "lower lid, outer, right orbicularis oculi 12.5" in told
    assert "a point of your own, right 2.5" in told
    assert "neck, right platysma ?" in told
    assert "trouble with swallowing, speaking or breathing" in told
    assert "began 5 days after" in told


def test_a_session_without_places_on_the_map_has_no_drawing(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(replace(session(), sites=(replace(session().sites[3], units=4.0),)))

    page = client.get(f"/treatments/{made.id}").text
    assert 'class="face-map"' not in page
    assert "4 units (right 4)" in page


def test_a_decompression_shows_its_course_and_that_relief_can_come_late(workspace: Workspace, client: TestClient) -> None:
    told = words_of(client.get(f"/treatments/{workspace.save(operation()).id}").text)

    assert "9 May 2019 3 days after first day without a spasm Aug 2019 free" in told
    assert "Relief can come late" in told
    assert "10.1055/s-0041-1740970" in told
    other = workspace.save(replace(operation(), name="operation on lid or brow"))
    assert "Relief can come late" not in client.get(f"/treatments/{other.id}").text


def test_what_was_written_is_shown_as_text(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(replace(exercises(), name="<script>alert(1)</script>", note="<b>", hoped_for="%(n)s"))
    page = client.get(f"/treatments/{made.id}").text + client.get("/treatments").text + client.get(f"/treatments/{made.id}/edit").text

    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "%(n)s" in page


def test_one_that_is_not_there_is_a_page(client: TestClient) -> None:
    for path in ("/treatments/none", "/treatments/none/edit", "/treatments/none/remove", "/treatments/new?like=none"):
        assert client.get(path).status_code == 404
    assert client.post("/treatments/none/dose", data={"at": "2026", "amount": "1"}).status_code == 404
    assert client.post("/treatments/none/edit", data={"kind": "x"}).status_code == 422


# ---- what comes up later


def test_a_side_effect_is_added_to_whatever_version_there_is(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(replace(session(), side_effects=()))
    workspace.save(replace(made, by="Dr Wu"))
    answer = client.post(f"/treatments/{made.id}/side-effect", data={"name": "dry eye", "at": "2026-03-01", "note": "evenings"})

    assert answer.status_code == 303
    after = only(workspace)
    assert after.by == "Dr Wu"
    assert [(effect.name, effect.at.date().isoformat(), effect.note) for effect in after.side_effects] == [("dry eye", "2026-03-01", "evenings")]


def test_the_same_step_sent_twice_is_one(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(drug())
    for step, sent in (("side-effect", {"own_name": "tired", "at": "2026"}), ("dose", {"at": "2026-03-14", "amount": "2"})):
        assert [client.post(f"/treatments/{made.id}/{step}", data=sent).status_code for _ in range(2)] == [303, 303]

    after = only(workspace)
    assert ([effect.name for effect in after.side_effects], len(after.doses)) == (["tired"], 4)


def test_side_effects_are_offered_and_the_persons_own_are_remembered(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(session())
    client.post(f"/treatments/{made.id}/side-effect", data={"own_name": "numb lip", "at": "2026"})
    page = client.get(f"/treatments/{made.id}?add=side-effect").text

    assert 'value="dry eye"' in page
    assert 'value="numb lip"' in page
    assert "<details open><summary>A side effect came up" in page
    assert "<details><summary>A side effect came up" in client.get(f"/treatments/{made.id}").text


def test_a_side_effect_that_cannot_be_read_comes_back_filled(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(session())
    answer = client.post(f"/treatments/{made.id}/side-effect", data={"own_name": "numb lip", "at": "2026-03-01", "until": "2026-02-01"})

    assert answer.status_code == 422
    assert "The end lies before the beginning." in answer.text
    assert field(answer.text, "own_name") == "numb lip"
    assert len(only(workspace).side_effects) == 1


def test_a_side_effect_ends_unless_the_page_was_old(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(replace(session(), side_effects=(SideEffect(name="drooping lid", at=day("2026-02-25")),)))
    sent = {"version": "1", "effect": "0", "until": "2026-03"}

    assert client.post(f"/treatments/{made.id}/side-effect-end", data=sent | {"until": "2026-01"}).status_code == 422
    assert client.post(f"/treatments/{made.id}/side-effect-end", data=sent | {"effect": "4"}).status_code == 404
    assert client.post(f"/treatments/{made.id}/side-effect-end", data=sent).status_code == 303
    (effect,) = only(workspace).side_effects
    assert effect.until is not None
    assert (effect.until.date().isoformat(), effect.until_precision) == ("2026-03-31", Precision.MONTH)
    assert client.post(f"/treatments/{made.id}/side-effect-end", data=sent).status_code == 409


def test_a_dose_a_milestone_and_an_end_are_added(workspace: Workspace, client: TestClient) -> None:
    pill, cut = workspace.save(drug()), workspace.save(operation())

    assert client.post(f"/treatments/{pill.id}/dose", data={"at": "2026-03-14", "amount": "1.5", "unit": "mg"}).status_code == 303
    assert client.post(f"/treatments/{cut.id}/milestone", data={"at": "2020", "words": "still free"}).status_code == 303
    assert client.post(f"/treatments/{pill.id}/end", data={"until": "2026-03-14"}).status_code == 303
    after = workspace.get(pill.id, Treatment)
    assert [dose.amount for dose in after.doses] == [0.5, 1.0, None, 1.5]
    assert after.until == after.doses[-1].at
    assert [mile.words for mile in workspace.get(cut.id, Treatment).course] == ["first day without a spasm", "free", "still free"]


@pytest.mark.parametrize(
    ("step", "sent", "words"),
    [
        ("dose", {"at": "2026-03-14"}, "Write how much"),
        ("dose", {"at": "", "amount": "1"}, "as far as you know it"),
        ("milestone", {"at": "2026-03-14", "words": " "}, "Write what was noticed"),
        ("end", {"until": "2020"}, "before the beginning"),
        ("end", {"until": "never"}, "is not a date"),
        ("side-effect", {"at": "2026"}, "Write what it was"),
    ],
)
def test_a_step_that_cannot_be_taken_is_told_on_the_page(
    step: str, sent: dict[str, str], words: str, workspace: Workspace, client: TestClient
) -> None:
    made = workspace.save(replace(drug(), treatment=TreatmentKind.OTHER, doses=()) if step == "milestone" else drug())
    answer = client.post(f"/treatments/{made.id}/{step}", data=sent)

    assert answer.status_code == 422
    assert words in answer.text
    assert "<h1>clonazepam</h1>" in answer.text
    assert only(workspace) == made


def test_a_dose_for_what_is_no_drug_is_refused(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(exercises())

    assert client.post(f"/treatments/{made.id}/dose", data={"at": "2026-03-14", "amount": "1"}).status_code == 422
    assert only(workspace) == made


def test_steps_that_meet_are_both_taken(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    made = workspace.save(session())
    save, refusals = workspace.save, [True, True]

    def quicker(entry: Treatment) -> Treatment:
        """Somebody else is quicker, twice."""
        if refusals:
            refusals.pop()
            save(replace(workspace.get(made.id, Treatment), note="from another window"))
            raise ConflictError
        return save(entry)

    monkeypatch.setattr(workspace, "save", quicker)
    after = workspace.amend_treatment(made.id, lambda one: replace(one, by="Dr Wu"))

    assert (after.by, after.note, after.version) == ("Dr Wu", "from another window", 4)


# ---- removing


def test_removing_asks_first_and_can_be_left(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(session())
    page = client.get(f"/treatments/{made.id}/remove").text

    assert "Once removed, it cannot be brought back." in page
    assert f'href="/treatments/{made.id}"' in page
    assert len(workspace.list(Treatment)) == 1
    answer = client.post(f"/treatments/{made.id}/remove", data={"version": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/treatments")
    with pytest.raises(NotThereError, match="no entry"):
        workspace.get(made.id, Treatment)


def test_what_was_changed_meanwhile_is_not_removed(workspace: Workspace, client: TestClient) -> None:
    made = workspace.save(session())
    workspace.save(replace(made, by="Dr Wu"))

    assert client.post(f"/treatments/{made.id}/remove", data={"version": "1"}).status_code == 409
    assert only(workspace).by == "Dr Wu"


# ---- the door


def test_the_workspace_tells_treatments_in_their_parts(workspace: Workspace, clock: Clock) -> None:
    for one in (operation(), drug(), session(), replace(exercises(), at=clock.now + timedelta(days=3))):
        workspace.save(one)
    found = workspace.treatments()

    assert [one.name for one in found.running] == ["clonazepam"]
    assert [one.name for one in found.planned] == ["mirror exercises"]
    assert [one.name for one in found.past] == ["onabotulinumtoxinA", "microvascular decompression"]
    assert found.last_injection is not None
    assert found.sessions[found.last_injection.id].number == 1
    assert found.days_since_injection == 22
    assert {site.side for site in found.last_injection.sites} == {Side.RIGHT, Side.LEFT}


def test_a_planned_injection_is_not_the_last_one(workspace: Workspace, clock: Clock) -> None:
    workspace.save(replace(session(), at=clock.now + timedelta(days=3)))

    assert workspace.treatments().last_injection is None
    assert workspace.treatments().days_since_injection is None


# ---- anything at all

NAMES = st.sampled_from(
    [
        *("kind", "name", "own_name", "at", "until", "by", "hoped_for", "note", "version", "id", "more", "words", "amount", "unit", "effect"),
        *("units-cheek-left", "units-nose_root-both", "site-0-units", "site-0-side", "site-0-x", "site-0-y", "site-0-muscle", "dose-0-at"),
        *("dose-0-amount", "dose-999-unit", "course-0-at", "course-0-words", "effect-0-name", "effect-0-at", "effect-0-until", "dose-sent"),
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        ["", "2026-03-14", "2026", "0", "-1", "5", "?", "2.5", "right", "drug", "botulinum_toxin", "1e9", "9" * 15, "x" * 300, "f" * 32, "2026-99"]
    ),
    st.text(max_size=12),
)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str, str]]:
    """A record with a session and a drug that any form may be sent to."""
    workspace = workspace_in(tmp_path_factory.mktemp("standing"))
    yield client_of(workspace), workspace.save(session()).id, workspace.save(drug()).id
    workspace.close()


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=12), st.sampled_from(["", "/edit", "/side-effect", "/side-effect-end", "/dose", "/milestone", "/end"]))
def test_whatever_is_sent_is_kept_or_refused_in_words(standing: tuple[TestClient, str, str], fields: dict[str, str], step: str) -> None:
    client, toxin, pill = standing
    for path in (f"/treatments/{toxin}{step}", f"/treatments/{pill}{step}") if step else ("/treatments",):
        answer = client.post(path, data={"kind": "drug", **fields} if path == "/treatments" else fields)

        assert answer.status_code in (200, 303, 404, 409, 422)
        assert answer.status_code == 303 or "<h1>" in answer.text
    assert client.get("/treatments").status_code == 200
    assert client.get(f"/treatments/{toxin}").status_code == 200
