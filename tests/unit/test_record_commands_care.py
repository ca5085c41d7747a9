"""`spasmograph record treatment`, `amend`, `scale` and `scales`."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from spasmograph.care.scales import load_scales
from spasmograph.care.treatment_catalogue import load_treatments
from spasmograph.terms import Side
from tests.record_commands import Terminal, local, terminal

TOXIN = ("treatment", "--product", "onabotulinumtoxinA", "--date", "2026-03-02")
PILL = ("treatment", "--drug", "clonazepam", "--date", "2026-01-05")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return terminal(tmp_path / "home", monkeypatch)


def refused(result: Result, words: str, code: int = 2) -> None:
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr


# ---- treatments


def test_an_injection_has_its_points_and_who_gave_it(run: Terminal) -> None:
    kept = run.kept(
        *TOXIN, "--site", "left orbicularis_oculi 2.5", "--site", "right zygomaticus major 1,5", "--site", "left mentalis", "--by", "Dr. Wu"
    )

    assert (kept["treatment"], kept["name"], kept["by"]) == ("botulinum_toxin", "onabotulinumtoxinA", "Dr. Wu")
    assert (kept["at"], kept["precision"]) == (local("2026-03-02T00:00"), "day")
    assert [(one["side"], one["muscle"], one["units"]) for one in kept["sites"]] == [
        ("left", "orbicularis_oculi", 2.5),
        ("right", "zygomaticus_major", 1.5),
        ("left", "mentalis", None),
    ]


@pytest.mark.parametrize("place", load_treatments().places.values(), ids=lambda place: str(place.id))
def test_every_place_of_the_map_can_be_named(run: Terminal, place: Any) -> None:
    side = place.sides[-1]
    (site,) = run.kept(*TOXIN, "--site", f"{'middle' if side is Side.BOTH else side} {place.id.replace('_', ' ')} 2")["sites"]

    assert (site["place"], site["side"], site["units"]) == (place.id, str(side), 2.0)
    assert (site["x"], site["y"]) == (place.site(side).x, place.site(side).y)


@pytest.mark.parametrize(
    ("said", "amount", "unit", "words", "since"),
    [
        ("2026-02-01 300 mg", 300.0, "mg", "", "2026-02-01"),
        ("300 mg", 300.0, "mg", "", "2026-01-05"),
        ("2000 mg", 2000.0, "mg", "", "2026-01-05"),
        ("2026 2000 mg", 2000.0, "mg", "", "2026-01-01"),
        ("0,5mg at night", 0.5, "mg", "at night", "2026-01-05"),
        ("2026-02 2 tablets", 2.0, "tablets", "", "2026-02-01"),
        ("as little as possible", None, "mg", "as little as possible", "2026-01-05"),
        ("today 5", 5.0, "mg", "", "2026-03-14"),
    ],
)
def test_doses_are_read_as_people_write_them(run: Terminal, said: str, amount: float | None, unit: str, words: str, since: str) -> None:
    (dose,) = run.kept(*PILL, "--dose", said)["doses"]

    assert (dose["amount"], dose["unit"], dose["words"], dose["at"]) == (amount, unit, words, local(f"{since}T00:00"))


def test_an_operation_of_which_only_the_month_is_known(run: Terminal) -> None:
    kept = run.kept("treatment", "--procedure", "microvascular decompression", "--date", "2024-11", "--until", "2024-12", "--hoped-for", "rest")

    assert (kept["treatment"], kept["at"], kept["precision"]) == ("procedure", local("2024-11-01T00:00"), "month")
    assert (kept["until"], kept["until_precision"], kept["hoped_for"]) == (local("2024-12-31T00:00"), "month", "rest")


def test_anything_else_has_a_kind_and_a_name(run: Terminal) -> None:
    kept = run.kept("treatment", "--kind", "physiotherapy", "--name", "relaxing the face", "--note", "at home")

    assert (kept["treatment"], kept["name"], kept["note"], kept["at"]) == (
        "physiotherapy",
        "relaxing the face",
        "at home",
        local("2026-03-14T00:00"),
    )


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["treatment"], "one of --product, --drug, --procedure or --kind", 2),
        (["treatment", "--product", "a", "--drug", "b"], "one of --product", 2),
        (["treatment", "--name", "a"], "--name goes with --kind", 2),
        (["treatment", "--kind", "physiotherapy"], "name is empty", 3),
        (["treatment", "--drug", "a", "--site", "left mentalis 1"], "--site belongs to an injection", 2),
        ([*TOXIN, "--dose", "3 mg"], "--dose belongs to a drug", 2),
        ([*TOXIN, "--site", "mentalis 1"], "write the side", 2),
        ([*TOXIN, "--site", "left"], "write the side", 2),
        ([*TOXIN, "--site", ""], "write the side", 2),
        ([*TOXIN, "--site", "left tongue 1"], "Muscles: frontalis", 2),
        ([*TOXIN, "--site", "left mentalis -1"], "units is -1", 3),
        ([*TOXIN, "--site", "left mentalis nan"], "units is nan", 3),
        ([*TOXIN, "--until", "2026-02"], "before the start", 3),
        ([*TOXIN, "--date", "2026-13"], "no day or time", 2),
        ([*PILL, "--dose", "2026-01-05"], "does not say how much", 2),
        ([*PILL, "--dose", "2026-13-05 3 mg"], "no day or time", 2),
        ([*PILL, "--dose", "0 mg"], "amount is 0", 3),
    ],
)
def test_what_cannot_be_is_told(run: Terminal, arguments: list[str], words: str, code: int) -> None:
    refused(run(*arguments), words, code)
    assert run.entries() == []


def test_what_is_urgent_about_an_injection_is_said_wherever_it_is_shown(run: Terminal) -> None:
    urgent = next(one.words for one in load_treatments().statements if one.urgent and not one.names and one.kind == "botulinum_toxin")
    first = " ".join(run.done(*TOXIN).split())
    made = run.entries()[0]["id"]

    assert urgent in first
    for command in (["show", made], ["amend", made, "--side-effect", "weak smile"], ["change", made, "note=x"]):
        assert urgent in " ".join(run.done(*command).split())


# ---- what came of a treatment


def test_what_came_up_is_added_and_ended(run: Terminal) -> None:
    made = run.kept(*TOXIN)
    run.done("amend", made["id"][:8], "--side-effect", "2026-03-05 drooping eyelid", "--side-effect", "dry eye")
    kept = run.kept("amend", made["id"], "--over", "2026-03-12 Drooping eyelid", "--ended", "2026-03")

    assert [(one["name"], one["at"], one["until"]) for one in kept["side_effects"]] == [
        ("drooping eyelid", local("2026-03-05T00:00"), local("2026-03-12T00:00")),
        ("dry eye", local("2026-03-14T00:00"), None),
    ]
    assert (kept["until"], kept["until_precision"], kept["version"]) == (local("2026-03-31T00:00"), "month", 3)


def test_doses_and_the_course_are_in_order_of_time_and_said_twice_are_there_once(run: Terminal) -> None:
    pill, cut = run.kept(*PILL, "--dose", "2026-02-01 1 mg"), run.kept("treatment", "--procedure", "x", "--date", "2024")
    for _again in range(2):
        run.done("amend", pill["id"], "--dose", "2026-01-10 0.5 mg", "--dose", "2 mg")
        run.done("amend", cut["id"], "--course", "2025-01 no spasm", "--course", "2024-12 less of it")
    pill, cut = (json.loads(run.done("show", one["id"], "--json")) for one in (pill, cut))

    assert [one["amount"] for one in pill["doses"]] == [0.5, 1.0, 2.0]
    assert [one["words"] for one in cut["course"]] == ["less of it", "no spasm"]


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        ([], "Say what came up", 2),
        (["--dose", "3 mg"], "only drug has them", 3),
        (["--over", "dry eye"], "those that do: none", 2),
        (["--ended", "2026-01-01"], "before the start", 3),
        (["--side-effect", "2026-03-05"], "name is empty", 3),
        (["--course", "2026-03-05"], "words is empty", 3),
    ],
)
def test_what_cannot_come_up_is_told(run: Terminal, arguments: list[str], words: str, code: int) -> None:
    made = run.kept(*TOXIN)

    refused(run("amend", made["id"], *arguments), words, code)
    assert run.entries() == [made]


def test_only_treatments_are_amended(run: Terminal) -> None:
    refused(run("amend", run.kept("episode")["id"], "--ended", "2026"), "is of kind episode, not treatment", 7)


# ---- scales


def test_a_scale_gives_its_total_and_what_changed(run: Terminal) -> None:
    run.done("scale", "gad7", "--total", "12", "--at", "2026-01")
    told = run.done("scale", "gad7", *(part for item in range(1, 8) for part in ("--item", f"{item}=1")))

    assert "7 of 0–21" in told
    assert "Better by 5 points than on Jan 2026" in " ".join(told.split())
    assert [(one["total"], one["precision"]) for one in run.entries()] == [(12.0, "month"), (7.0, "day")]


def test_missing_items_give_no_total_and_nothing_is_imputed(run: Terminal) -> None:
    told = run.done("scale", "gad7", "--item", "1=3")

    assert "6 of 7 items are not answered yet" in " ".join(told.split())
    assert run.entries()[0]["total"] is None


def test_an_answer_that_needs_help_at_once_shows_the_way_to_it_before_all_else(run: Terminal) -> None:
    told = run.done("scale", "phq9", "--item", "9=1")

    assert told.splitlines()[1] == "Help is there now"
    assert told.index("emergency number") < told.index("not answered yet")


def test_help_is_shown_beside_json_and_where_the_answer_is_shown_or_changed(run: Terminal) -> None:
    result = run("scale", "phq9", "--item", "9=1", "--json")
    kept = json.loads(result.stdout)
    added = run("add", stdin=json.dumps({"kind": "scale", "scale": "phq9", "at": "2026-03-01", "items": {"9": 2}}))

    assert "emergency number" in result.stderr
    assert "emergency number" in run("show", kept["id"]).stdout
    assert "emergency number" in added.stdout
    assert "emergency number" in run("change", kept["id"], "note=x").stdout
    assert "emergency number" not in run("change", kept["id"], 'items={"9": 0}').stdout


def test_a_total_without_item_nine_asks_for_it(run: Terminal) -> None:
    assert "The answer to item 9 is not told here" in run.done("scale", "phq9", "--total", "8")


def test_changed_items_give_another_total(run: Terminal) -> None:
    kept = run.kept("scale", "gad7", *(part for item in range(1, 8) for part in ("--item", f"{item}=1")))
    changed = run.kept("change", kept["id"], "items=" + json.dumps(kept["items"] | {"1": 3}))

    assert (kept["total"], changed["total"], changed["version"]) == (7.0, 9.0, 2)


def test_items_that_do_not_apply(run: Terminal) -> None:
    found = next((one.id, form.id, item.id) for one in load_scales().values() for form in one.variants for item in form.items if item.not_applicable)
    kept = run.kept("scale", found[0], "--variant", found[1], "--item", f"{found[2]}=na")

    assert kept["items"] == {found[2]: None}


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["magic", "--total", "1"], "there are jrs", 2),
        (["jrs", "--total", "1"], "has several forms; say which", 2),
        (["jrs", "--variant", "x", "--total", "1"], "it must be one of", 2),
        (["gad7"], "Nothing was chosen yet", 3),
        (["gad7", "--total", "22"], "between 0 and 21", 3),
        (["gad7", "--total", "much"], "not a number", 3),
        (["gad7", "--item", "8=1"], "'8' is not known; there are 1, 2", 2),
        (["gad7", "--item", "1=4"], "1", 3),
        (["gad7", "--item", "1=nan"], "not a number", 3),
        (["gad7", "--item", "1"], "an equals sign", 2),
        (["gad7", "--subscore", "x=1"], "there are none", 2),
        (["gad7", "--total", "3", "--at", "2026-04"], "lies ahead", 3),
    ],
)
def test_a_scale_that_cannot_be_is_told(run: Terminal, arguments: list[str], words: str, code: int) -> None:
    refused(run("scale", *arguments), words, code)
    assert run.entries() == []


def test_all_scales_are_listed(run: Terminal) -> None:
    told = run.done("scales")

    assert [name for name in load_scales() if f"{name} " not in told] == []


@pytest.mark.parametrize("name", load_scales())
def test_every_scale_is_described_with_its_forms_and_items(run: Terminal, name: str) -> None:
    told, scale = run.done("scales", name), load_scales()[name]

    assert scale.name in told
    assert [form.id for form in scale.variants if f"--variant {form.id}" not in told and form.id] == []
    assert [item.id for form in scale.variants for item in form.items if not any(line.startswith(item.id) for line in told.splitlines())] == []


def test_an_unknown_scale_is_told(run: Terminal) -> None:
    refused(run("scales", "magic"), "there are jrs")
