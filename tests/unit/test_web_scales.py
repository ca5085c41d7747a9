"""The pages of the scales: every form, what a result says, and help where an answer needs it."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from spasmograph.app.workspace import Workspace
from spasmograph.care.scales import Direction, Text, filled_in, load_scales, told_total
from spasmograph.model.record import ScaleResult
from spasmograph.terms import Precision, Rater
from spasmograph.web.pages import scale_forms as forms
from spasmograph.web.pages import scale_words as say
from tests.record_worlds import NOON, Clock, client_of, workspace_in
from tests.scale_worlds import CALCULATED, FORMS, form_of, highest, lowest

HELP = "Help is there now"
ALL_BUT_ONE = {str(number): "1" for number in range(1, 9)}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace_in(tmp_path_factory.mktemp("home"), Clock())


@pytest.fixture(scope="module")
def browser(record: Workspace) -> TestClient:
    return client_of(record)


@pytest.fixture
def workspace(record: Workspace) -> Workspace:
    """The record of this file, empty again."""
    for result in record.list(ScaleResult):
        record.remove(result.id)
    return record


@pytest.fixture
def client(browser: TestClient, workspace: Workspace) -> TestClient:
    assert browser.app.state.workspace is workspace  # type: ignore[attr-defined]
    return browser


def words_of(html: str) -> str:
    """What is read on a page, without what a browser does not show."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def read(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return words_of(answer.text)


def sent(scale: str, variant: str = "", items: dict[str, str] | None = None, **fields: str) -> dict[str, str]:
    """What a form sends."""
    answers = {f"item:{name}": value for name, value in (items or {}).items()}
    return {"id": uuid4().hex, "version": "0", "scale": scale, "variant": variant, "at": "2026-03-12", **answers, **fields}


def add(client: TestClient, data: dict[str, str]) -> str:
    """Where a new result is shown."""
    answer = client.post(f"/scales/new/{data['scale']}", data=data)
    assert answer.status_code == 303, words_of(answer.text)
    return answer.headers["location"]


def only_one(workspace: Workspace) -> ScaleResult:
    (result,) = workspace.list(ScaleResult)
    return result


def radios(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="radio" name="(item:[^"]+)" value="([^"]*)"', html)


# ---- what is offered


def test_every_scale_is_offered_once_in_a_group_of_its_own(client: TestClient) -> None:
    named = [name for group in say.GROUPS.values() for name in group]
    assert sorted(named) == sorted(load_scales())
    assert len(named) == len(set(named))
    html = client.get("/scales").text
    assert [html.count(f'href="/scales/new/{name}"') for name in load_scales()] == [1] * len(load_scales())
    text = words_of(html)
    assert all(f"{scale.name} {scale.about} {say.filled_in_by(scale)}" in text for scale in load_scales().values())
    assert "Used so far" not in text


def test_a_used_scale_stands_above_the_others(client: TestClient, workspace: Workspace) -> None:
    workspace.note(told_total("hfs7", 14.0, at=NOON))
    used, others = client.get("/scales").text.split("All other scales")
    assert "HFS-7" in used
    assert 'href="/scales/new/hfs7?variant="' in used
    assert "/scales/new/hfs7" not in others


@pytest.mark.parametrize("scale", ["jrs", "bsdi", "cdq24", "saq"])
def test_a_scale_of_several_forms_first_asks_which(client: TestClient, scale: str) -> None:
    text = read(client, f"/scales/new/{scale}")
    assert "Which form of it?" in text
    assert "not compared" in text
    html = client.get(f"/scales/new/{scale}").text
    for variant in load_scales()[scale].variants:
        assert variant.name in text
        assert f"/scales/new/{scale}?variant={variant.id}" in html
        assert say.range_words(load_scales()[scale], variant) in text
    unverified = sum(not variant.verified("formula") for variant in load_scales()[scale].variants)
    assert text.count("nothing is calculated with it") == unverified


def test_the_form_used_last_time_is_pointed_out(client: TestClient, workspace: Workspace) -> None:
    assert "used last time" not in read(client, "/scales/new/bsdi")
    workspace.note(told_total("bsdi", 9.0, variant="sum", at=NOON))
    assert "sum, 0-24 used last time" in read(client, "/scales/new/bsdi")


def test_an_unknown_scale_is_no_page(client: TestClient) -> None:
    assert client.get("/scales/new/nothing").status_code == 404
    assert client.post("/scales/new/nothing", data={}).status_code == 404
    assert client.get(f"/scales/{uuid4().hex}").status_code == 404


# ---- words of every scale


@pytest.mark.parametrize(("scale", "variant"), FORMS)
def test_range_and_direction_are_right_for_every_form(scale: str, variant: str) -> None:
    whole, form = load_scales()[scale], form_of(scale, variant)
    said = say.range_words(whole, form)
    better, worse = ("low", "high") if whole.direction is Direction.HIGHER_IS_WORSE else ("high", "low")
    ends = {"low": f"{form.low:g}", "high": "" if form.high is None else f"{form.high:g}"}
    if form.high is None:
        assert said == "It begins at 0 (best); higher is worse. The highest value was not found."
    else:
        assert f"{ends[better]} (best)" in said
        assert f"{ends[worse]} (worst)" in said
        assert said.startswith(f"It goes from {ends['low']} ")
        assert f" to {ends['high']} (" in said
    assert said.count("higher is better") == (better == "high")
    assert said.count("higher is worse") == (worse == "high")


@pytest.mark.parametrize(("scale", "variant"), CALCULATED)
def test_the_end_called_best_is_the_one_of_the_best_answers(client: TestClient, workspace: Workspace, scale: str, variant: str) -> None:
    """From the words on the page alone: a total at the end called best is better than one at the other end, if the two can be compared."""
    form = form_of(scale, variant)
    assert form.high is not None
    best = re.search(r"([\d.]+) \(best\)", say.range_words(load_scales()[scale], form))
    assert best
    worst = form.low + form.high - float(best[1])
    workspace.note(told_total(scale, worst, variant=variant, at=NOON.replace(day=1)))
    workspace.note(told_total(scale, float(best[1]), variant=variant, at=NOON))
    text = read(client, "/scales")
    if load_scales()[scale].rates_change:
        assert "each result is itself a comparison" in text
    else:
        assert f"Better by {say.points(form.high - form.low)} than on 1 Mar 2026" in text
        assert "Worse" not in text


@pytest.mark.parametrize(("scale", "variant"), FORMS)
def test_every_fact_of_a_scale_has_words(scale: str, variant: str) -> None:
    whole, form = load_scales()[scale], form_of(scale, variant)
    facts = say.facts_of(whole, form)
    assert {fact.about for fact in facts} >= {"structure", "licence", "range"}
    for fact in facts:
        assert say.about_words(fact) != fact.about
        assert say.mark_words(fact) == "not yet verified" or fact.verified
        assert len(say.sources_of(fact)) == len(fact.sources)
    assert [about for about, _why in say.unverified_facts(whole, form)] == [say.about_words(fact) for fact in facts if not fact.verified]
    assert len(say.unverified_facts(whole, form)) == len(whole.unverified(variant))
    for part in form.parts:
        assert say.part_name(part) != part.id


@pytest.mark.parametrize(("scale", "variant"), FORMS)
def test_no_more_of_a_text_is_shown_than_may_be(client: TestClient, scale: str, variant: str) -> None:
    whole, form = load_scales()[scale], form_of(scale, variant)
    text = read(client, f"/scales/new/{scale}?variant={variant}")
    shown = {whole.text, say.shown_text(whole, form)}
    assert ("own form before you" in text) == bool(shown & {Text.TOPICS, Text.NUMBERS})
    assert ("in our own words" in text) == (shown == {Text.TEXT})
    assert ("Only the total can be entered" in text) == (shown == {Text.TOTAL})
    assert (f"Item {len(form.items)}" in text) == (whole.text is Text.NUMBERS)


@pytest.mark.parametrize(("scale", "variant"), FORMS)
def test_a_form_offers_every_step_and_no_other(client: TestClient, scale: str, variant: str) -> None:
    html = client.get(f"/scales/new/{scale}?variant={variant}").text
    expected = [
        (f"item:{item.id}", value)
        for item in form_of(scale, variant).items
        for value in [*(f"{step}" for step in range(int(item.low), int(item.high) + 1)), *(["na"] if item.not_applicable else [])]
    ]
    assert radios(html) == expected
    assert html.count("<legend>") == len({name for name, _value in expected})
    for item in form_of(scale, variant).items:
        for anchor in item.anchors:
            assert anchor in unescape(html)


# ---- entered


@pytest.mark.parametrize(("scale", "variant"), CALCULATED)
@pytest.mark.parametrize("answers", [lowest, highest])
def test_a_filled_in_form_is_kept_and_shown_with_its_total(
    client: TestClient, workspace: Workspace, scale: str, variant: str, answers: object
) -> None:
    assert callable(answers)
    items = answers(scale, variant)
    place = add(client, sent(scale, variant, {name: f"{value:g}" for name, value in items.items()}, note="at home"))
    kept = only_one(workspace)
    expected = filled_in(scale, items, variant=variant, at=kept.at)
    assert (kept.total, kept.items, kept.subscores, kept.rater) == (expected.total, expected.items, expected.subscores, expected.rater)
    assert (kept.at.date().isoformat(), kept.precision, kept.note) == ("2026-03-12", Precision.DAY, "at home")
    text = read(client, place)
    for phrase in (say.range_words(load_scales()[scale], form_of(scale, variant)), load_scales()[scale].citation, "12 Mar 2026", "at home"):
        assert phrase in text
    shown = "No total" if expected.total is None else f"{expected.total:g} {say.beside_range(form_of(scale, variant))}"
    assert shown in text


@pytest.mark.parametrize(("scale", "variant"), FORMS)
def test_a_total_alone_can_be_told(client: TestClient, workspace: Workspace, scale: str, variant: str) -> None:
    form = form_of(scale, variant)
    total = form.low if form.high is None else form.high
    place = add(client, sent(scale, variant, total=f"{total:g}", only="yes"))
    kept = only_one(workspace)
    assert (kept.total, dict(kept.items), kept.rater) == (total, {}, load_scales()[scale].raters[0])
    text = read(client, place)
    assert ("This total was told" in text) == bool(form.items)
    assert f"{total:g} {say.beside_range(form)}" in text
    for _about, why in say.unverified_facts(load_scales()[scale], form):
        assert why in text
    assert ("Not yet verified" in text) == bool(load_scales()[scale].unverified(variant))


@pytest.mark.parametrize(("scale", "variant"), FORMS)
def test_a_total_outside_its_range_is_refused_at_its_field(client: TestClient, workspace: Workspace, scale: str, variant: str) -> None:
    form = form_of(scale, variant)
    for wrong in [form.low - 1, *([] if form.high is None else [form.high + 1]), *([form.low + 0.5] if form.step == 1 else [])]:
        answer = client.post(f"/scales/new/{scale}", data=sent(scale, variant, total=f"{wrong:g}", only="yes", note="stays"))
        assert answer.status_code == 422
        assert f"“{wrong:g}” cannot be" in words_of(answer.text)
        assert f'value="{wrong:g}" class="short" aria-invalid="true"' in answer.text
        assert "stays" in answer.text
    assert not workspace.list(ScaleResult)


def test_half_a_form_is_kept_without_a_total(client: TestClient, workspace: Workspace) -> None:
    place = add(client, sent("hfs30", items={str(number): "2" for number in range(1, 28)}))
    assert only_one(workspace).total is None
    text = read(client, place)
    assert "No total 3 of 30 items are not answered yet. Nothing is filled in for them." in text
    assert "Not answered: 28, 29, 30" in text
    assert f'href="{place}/edit?only=no"' in client.get(place).text
    assert "3 of 30 items are not answered" in read(client, "/scales")


def test_nothing_at_all_is_not_kept(client: TestClient, workspace: Workspace) -> None:
    answer = client.post("/scales/new/phq9", data=sent("phq9"))
    assert answer.status_code == 422
    assert "Nothing was chosen yet" in answer.text
    assert "aria-invalid" not in answer.text
    alone = client.post("/scales/new/phq9", data=sent("phq9", only="yes"))
    assert 'name="total" type="text" value="" class="short" aria-invalid="true"' in alone.text
    assert not workspace.list(ScaleResult)


def test_an_item_that_does_not_apply_gives_no_mean_that_was_never_published(client: TestClient, workspace: Workspace) -> None:
    items = {item.id: "2" for item in form_of("bsdi", "mean").items} | {"driving": "na"}
    place = add(client, sent("bsdi", "mean", items))
    assert only_one(workspace).items["driving"] is None
    text = read(client, place)
    assert "no verified rule says how the others make a total" in text
    assert "Driving does not apply" in text


def test_a_formula_that_is_not_verified_calculates_nothing(client: TestClient, workspace: Workspace) -> None:
    items = {str(number): "3" for number in range(1, 25)}
    place = add(client, sent("cdq24", "percent", items))
    assert only_one(workspace).total is None
    assert "not yet verified, so nothing is calculated with it" in read(client, place)
    again = add(client, sent("cdq24", "percent", items, total="75"))
    text = read(client, again)
    assert "75 of 0–100" in text
    assert "This total was told; it is not calculated from items." in text


def test_answers_and_a_told_total_have_to_agree(client: TestClient, workspace: Workspace) -> None:
    items = {str(number): "1" for number in range(1, 8)}
    answer = client.post("/scales/new/hfs7", data=sent("hfs7", items=items, total="8"))
    assert answer.status_code == 422
    assert "The total says 8, but the answers give 7." in words_of(answer.text)
    assert re.search(r'name="item:3" value="1" checked', answer.text)
    add(client, sent("hfs7", items=items, total="7"))
    assert only_one(workspace).total == 7.0


def test_a_face_that_hardly_moves_gets_no_total_below_the_range(client: TestClient) -> None:
    items = {name: f"{value:g}" for name, value in highest("sunnybrook").items()}
    items |= {name: "1" for name in items if name.startswith("movement")}
    text = read(client, add(client, sent("sunnybrook", items=items)))
    assert "a number outside the published range" in text
    assert "Movement 20 20 to 100" in text
    assert "Synkinesis 15 0 to 15" in text


def test_subscores_can_be_told_beside_a_total(client: TestClient, workspace: Workspace) -> None:
    data = sent("sunnybrook", total="60", only="yes") | {"part:movement": "80", "part:rest": "10", "part:synkinesis": "10"}
    place = add(client, data)
    assert only_one(workspace).subscores == {"movement": 80.0, "rest": 10.0, "synkinesis": 10.0}
    assert "At rest 10 0 to 20" in read(client, place)
    assert "Subscores Movement 80, At rest 10, Synkinesis 10" in read(client, f"{place}/remove")
    wrong = client.post("/scales/new/sunnybrook", data=data | {"id": uuid4().hex, "part:movement": "81"})
    assert wrong.status_code == 422
    assert "it goes in steps of 4" in wrong.text


def test_what_the_parts_of_sunnybrook_do_is_said(client: TestClient) -> None:
    text = read(client, "/scales/new/sunnybrook")
    assert "At rest Each point here takes 5 from the total. Higher is worse here." in text
    assert "Movement Each point here adds 4 to the total. Higher is better here." in text
    assert "Synkinesis Each point here takes 1 from the total. Higher is worse here." in text


@pytest.mark.parametrize(("written", "precision"), [("2026-03", Precision.MONTH), ("2025", Precision.YEAR), ("2026-03-14", Precision.DAY)])
def test_a_day_is_told_as_far_as_it_is_known(client: TestClient, workspace: Workspace, written: str, precision: Precision) -> None:
    place = add(client, sent("smc", items={"grade": "2"}, at=written))
    assert only_one(workspace).precision is precision
    assert f'value="{written}"' in client.get(f"{place}/edit").text


@pytest.mark.parametrize(("written", "sentence"), [("2026-03-16", "lies ahead"), ("", "Write the day"), ("yesterday", "is not a date")])
def test_a_day_that_cannot_be_is_refused(client: TestClient, written: str, sentence: str) -> None:
    answer = client.post("/scales/new/smc", data=sent("smc", items={"grade": "2"}, at=written))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert re.search(r'value="2" checked', answer.text)


def test_what_no_form_sends_is_refused(client: TestClient, workspace: Workspace) -> None:
    for data in (sent("jrs", "other", {"severity": "1"}), sent("smc", items={"grade": "9"}), sent("smc", items={"grade": "na"})):
        assert client.post(f"/scales/new/{data['scale']}", data=data).status_code == 422
    assert not workspace.list(ScaleResult)


def test_the_same_form_sent_twice_is_one_result(client: TestClient, workspace: Workspace) -> None:
    data = sent("smc", items={"grade": "2"})
    assert add(client, data) == add(client, data)
    assert only_one(workspace).version == 1


# ---- what changed


def changed(client: TestClient, workspace: Workspace, scale: str, variant: str, totals: tuple[float, float]) -> str:
    workspace.note(told_total(scale, totals[0], variant=variant, at=NOON.replace(day=1)))
    last = workspace.note(told_total(scale, totals[1], variant=variant, at=NOON))
    return read(client, "/scales") + read(client, f"/scales/{last.id}")


def test_a_change_is_told_with_what_counts(client: TestClient, workspace: Workspace) -> None:
    text = changed(client, workspace, "jrs", "blepharospasm", (7.0, 5.0))
    assert text.count("Better by 2 points than on 1 Mar 2026; that is at least the 2 that count") == 3
    assert "2 points, for better and for worse." in text
    assert "300 people with blepharospasm" in text
    assert "10.1002/mds.22368" in text


@pytest.mark.parametrize(
    ("scale", "variant", "totals", "words"),
    [
        ("jrs", "blepharospasm", (3.0, 5.0), "Worse by 2 points than on 1 Mar 2026; that is at least the 2 that count"),
        ("jrs", "blepharospasm", (3.0, 4.0), "Worse by 1 point than on 1 Mar 2026; that is less than the 2 that count"),
        ("hfs7", "", (14.0, 11.0), "Better by 3 points than on 1 Mar 2026; that is at least the 2.63 that count"),
        ("hfs7", "", (11.0, 14.0), "Worse by 3 points than on 1 Mar 2026; the published amount that counts is for getting better alone"),
        ("sunnybrook", "", (40.0, 60.0), "Better by 20 points than on 1 Mar 2026; no published amount says whether that counts"),
        ("smc", "", (2.0, 3.0), "Worse by 1 point than on 1 Mar 2026; no published amount says whether that counts"),
        ("phq9", "", (9.0, 9.0), "The same as on 1 Mar 2026"),
        ("pgi_i", "", (4.0, 2.0), "Not compared: each result is itself a comparison with the time before treatment"),
    ],
)
def test_every_kind_of_change_has_its_words(
    client: TestClient, workspace: Workspace, scale: str, variant: str, totals: tuple[float, float], words: str
) -> None:
    assert words in changed(client, workspace, scale, variant, totals)


def test_forms_of_one_scale_are_not_compared_with_each_other(client: TestClient, workspace: Workspace) -> None:
    workspace.note(told_total("bsdi", 3.0, variant="mean", at=NOON.replace(day=1)))
    workspace.note(told_total("bsdi", 9.0, variant="sum", at=NOON))
    text = read(client, "/scales")
    assert "BSDI), mean, 0-4" in text
    assert "BSDI), sum, 0-24" in text
    assert " by " not in text.split("All other scales")[0].replace("filled in by", "")


def test_a_result_without_total_lies_between_without_breaking_the_chain(client: TestClient, workspace: Workspace) -> None:
    workspace.note(told_total("phq9", 15.0, at=NOON.replace(day=1)))
    workspace.note(filled_in("phq9", {"1": 1.0}, at=NOON.replace(day=5)))
    last = workspace.note(told_total("phq9", 9.0, at=NOON))
    text = read(client, f"/scales/{last.id}")
    assert "Better by 6 points than on 1 Mar 2026; that is at least the 5 that count" in text
    assert "Not compared: there is no total" in text


def test_a_long_course_is_shown_around_the_result_and_whole_on_demand(client: TestClient, workspace: Workspace) -> None:
    results = [workspace.note(told_total("hfs7", float(number), at=NOON - timedelta(days=number))) for number in range(20)]
    for result, shown in ((results[0], range(12)), (results[9], range(6, 18)), (results[19], range(16, 20))):
        html = client.get(f"/scales/{result.id}").text
        table = html[html.index("<table>") : html.index("</table>")]
        assert re.findall(r'href="/scales/(\w+)"', table) == [results[number].id for number in shown]
        assert table.count("shown here") == 1
        assert "All 20 results" in html
    whole = client.get(f"/scales/{results[9].id}?beside=all").text
    assert all(f'href="/scales/{result.id}"' in whole for result in results)
    assert "All 20 results" not in whole


def test_single_items_may_say_more_than_the_total(client: TestClient, workspace: Workspace) -> None:
    quiet = workspace.note(filled_in("aims", {str(number): 1.0 for number in range(1, 8)}, at=NOON.replace(day=2)))
    loud = workspace.note(filled_in("aims", {str(number): 3.0 for number in range(1, 8)}, at=NOON))
    assert "Schooler and Kane" not in read(client, f"/scales/{quiet.id}").split("How this is known")[0]
    assert "Schooler and Kane; exposure to medicines" in read(client, f"/scales/{loud.id}").split("How this is known")[0]


# ---- an answer that needs help at once


def test_only_item_9_of_the_phq_9_is_urgent() -> None:
    """The words of the page are about that item; another one would need words of its own."""
    urgent = {(scale.id, item.id) for scale in load_scales().values() for form in scale.variants for item in forms.urgent_items(scale, form)}
    assert urgent == {("phq9", "9")}


@pytest.mark.parametrize("value", ["1", "2", "3"])
def test_item_9_above_0_shows_help_first(client: TestClient, value: str) -> None:
    place = add(client, sent("phq9", items=ALL_BUT_ONE | {"9": value}))
    text = read(client, place)
    assert text.index(HELP) < text.index("Total")
    for phrase in (
        "call the emergency number",
        "crisis line",
        "somebody near you",
        "Tell your doctor today",
        "nobody hears of your answer unless you tell them",
    ):
        assert phrase in text
    listed = read(client, "/scales")
    assert "Item 9 is above 0." in listed
    assert f'href="{place}#help"' in client.get("/scales").text


def test_no_telephone_number_of_an_unknown_country(client: TestClient) -> None:
    text = read(client, add(client, sent("phq9", items=ALL_BUT_ONE | {"9": "2"}))).split("Total")[0]
    assert not re.search(r"\d{3}", text.replace("2026", ""))


def test_a_half_filled_form_shows_help_too(client: TestClient) -> None:
    assert HELP in read(client, add(client, sent("phq9", items={"9": "1"})))


def test_item_9_at_0_is_left_alone(client: TestClient) -> None:
    text = read(client, add(client, sent("phq9", items=ALL_BUT_ONE | {"9": "0"})))
    assert HELP not in text
    assert "What was the answer to item 9?" not in text


def test_a_total_alone_asks_for_item_9(client: TestClient, workspace: Workspace) -> None:
    assert 'name="item:9"' in client.get("/scales/new/phq9?variant=&only=yes").text
    place = add(client, sent("phq9", total="12", only="yes"))
    text = read(client, place)
    assert "What was the answer to item 9?" in text
    assert "call the emergency number" in text
    answer = client.post(f"{place}/answer", data={"version": "1", "item:9": "2"})
    assert (answer.status_code, answer.headers["location"]) == (303, place)
    kept = only_one(workspace)
    assert (kept.total, dict(kept.items), kept.version) == (12.0, {"9": 2.0}, 2)
    text = read(client, place)
    assert HELP in text
    assert "What was the answer" not in text


def test_a_total_of_0_has_told_item_9(client: TestClient) -> None:
    assert "What was the answer" not in read(client, add(client, sent("phq9", total="0", only="yes")))


def test_an_answer_of_none_changes_nothing(client: TestClient, workspace: Workspace) -> None:
    place = add(client, sent("phq9", total="12", only="yes"))
    before = only_one(workspace)
    assert client.post(f"{place}/answer", data={"version": "1"}).status_code == 303
    assert only_one(workspace).items == before.items
    assert "What was the answer to item 9?" in read(client, place)


def test_the_last_answer_of_a_form_completes_it(client: TestClient, workspace: Workspace) -> None:
    place = add(client, sent("phq9", items=ALL_BUT_ONE))
    client.post(f"{place}/answer", data={"version": "1", "item:9": "0"})
    assert only_one(workspace).total == 8.0


# ---- changed and removed


def test_an_edited_form_comes_filled(client: TestClient, workspace: Workspace) -> None:
    place = add(client, sent("bsdi", "mean", {"driving": "na", "reading": "3"}, note="tired"))
    html = client.get(f"{place}/edit").text
    checked = re.findall(r'name="item:(\w+)" value="(\w*)"[^>]* checked', html)
    assert {name: value for name, value in checked if value} == {"driving": "na", "reading": "3"}
    assert len(checked) == 6
    assert "tired" in html
    answer = client.post(f"{place}/edit", data=sent("bsdi", "mean", {"reading": "1"}, version="1"))
    assert answer.status_code == 303
    kept = only_one(workspace)
    assert (dict(kept.items), kept.note, kept.version) == ({"reading": 1.0}, "", 2)


@pytest.mark.parametrize(("scale", "variant"), CALCULATED)
def test_a_form_saved_as_it_came_changes_nothing(client: TestClient, workspace: Workspace, scale: str, variant: str) -> None:
    place = add(client, sent(scale, variant, {name: f"{value:g}" for name, value in lowest(scale, variant).items()}))
    before = only_one(workspace)
    fields = {name: value for name, (value,) in forms.fill(before).values.items()}
    assert "total" not in fields
    client.post(f"{place}/edit", data=fields | {"scale": scale})
    after = only_one(workspace)
    assert (after.items, after.total, after.subscores, after.at, after.precision) == (
        before.items,
        before.total,
        before.subscores,
        before.at,
        before.precision,
    )


def test_a_told_result_saved_as_it_came_changes_nothing(client: TestClient, workspace: Workspace) -> None:
    told = told_total("jrs", 5.0, variant="blepharospasm", at=NOON, subscores={"severity": 3.0, "frequency": 2.0})
    place = f"/scales/{workspace.note(told).id}"
    fields = {name: value for name, (value,) in forms.fill(only_one(workspace)).values.items()}
    client.post(f"{place}/edit", data=fields | {"scale": "jrs", "note": "by letter"})
    after = only_one(workspace)
    assert (after.total, dict(after.subscores), after.at, after.note) == (5.0, {"severity": 3.0, "frequency": 2.0}, NOON, "by letter")


def test_another_form_can_be_chosen_later(client: TestClient, workspace: Workspace) -> None:
    items = {item.id: "2" for item in form_of("bsdi", "sum").items}
    place = add(client, sent("bsdi", "mean", items))
    assert only_one(workspace).total == 2.0
    html = client.get(f"{place}/edit?variant=sum").text
    assert 'name="variant" value="sum"' in html
    assert re.search(r'name="item:driving" value="2" checked', html)
    client.post(f"{place}/edit", data=sent("bsdi", "sum", items, version="1"))
    assert (only_one(workspace).total, only_one(workspace).variant) == (12.0, "sum")


def test_two_windows_do_not_overwrite_each_other(client: TestClient, workspace: Workspace) -> None:
    place = add(client, sent("jrs", "blepharospasm", {"severity": "1", "frequency": "1"}))
    client.post(f"{place}/edit", data=sent("jrs", "blepharospasm", {"severity": "4", "frequency": "1"}, version="1"))
    answer = client.post(f"{place}/edit", data=sent("jrs", "blepharospasm", {"severity": "2", "frequency": "1"}, version="1", note="mine"))
    assert answer.status_code == 409
    text = words_of(answer.text)
    assert "This was changed in another window" in text
    assert re.search(r"Total (differs )?5 3", text)
    assert re.search(r"Severity (differs )?4: spasm that keeps .* 2: a light flutter", text)
    assert "mine" in answer.text
    assert only_one(workspace).items["severity"] == 4.0
    assert 'name="version" value="2"' in answer.text
    again = client.post(f"{place}/edit", data=sent("jrs", "blepharospasm", {"severity": "2", "frequency": "1"}, version="2"))
    assert again.status_code == 303
    assert only_one(workspace).items["severity"] == 2.0


def test_a_result_removed_meanwhile_can_be_kept_anew(client: TestClient, workspace: Workspace) -> None:
    data = sent("smc", items={"grade": "3"}, version="1")
    place = add(client, data)
    workspace.remove(only_one(workspace).id)
    answer = client.post(f"{place}/edit", data=data)
    assert answer.status_code == 409
    assert "This was removed in another window" in answer.text
    assert re.search(r'name="item:grade" value="3" checked', answer.text)
    assert client.post(f"{place}/edit", data=data | {"version": "0"}).status_code == 303
    assert only_one(workspace).total == 3.0


def test_a_result_is_removed_after_asking(client: TestClient, workspace: Workspace) -> None:
    place = add(client, sent("smc", items={"grade": "3"}))
    text = read(client, f"{place}/remove")
    assert "Samsung Medical Center grade (SMC)" in text
    assert "3: long spasms" in text
    answer = client.post(f"{place}/remove", data={"version": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/scales")
    assert not workspace.list(ScaleResult)


def test_a_scale_of_another_version_is_shown_and_can_be_removed(client: TestClient, workspace: Workspace) -> None:
    kept = workspace.save(ScaleResult(at=NOON, scale="newer", variant="b", items={"x": 2.0}, total=3.0, rater=Rater.CLINICIAN))
    assert "newer b" in read(client, "/scales")
    text = read(client, f"/scales/{kept.id}")
    assert "does not know this scale" in text
    assert "x: 2" in text
    assert client.get(f"/scales/{kept.id}/edit").status_code == 404
    assert client.post(f"/scales/{kept.id}/remove", data={"version": "1"}).status_code == 303
    assert not workspace.list(ScaleResult)


def test_what_a_person_writes_is_text_and_nothing_else(client: TestClient) -> None:
    place = add(client, sent("smc", items={"grade": "3"}, note="<script>alert(1)</script>"))
    for address in (place, f"{place}/edit", f"{place}/remove"):
        html = client.get(address).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html
