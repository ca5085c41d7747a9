"""The doctor's page: the period in short, in values, in words and on paper."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from spasmograph.app.workspace import Workspace
from spasmograph.care.doctor import scales_in_short, side_effects_in, spread
from spasmograph.model.record import (
    Appointment,
    InjectionSite,
    JournalEntry,
    Question,
    RecordingEntry,
    ScaleChange,
    ScaleResult,
    ScoreInShort,
    Settings,
    SideEffect,
    SpasmEpisode,
    Treatment,
)
from spasmograph.present.record.doctor import doctor_content, doctor_pdf
from spasmograph.terms import AnalysisState, MediaKind, Side, Task, TreatmentKind, Verdict
from tests.record_worlds import NOON, client_of, workspace_in

DAY = timedelta(days=1)
SINCE, UNTIL = NOON - 100 * DAY, NOON + DAY


@pytest.fixture
def record(tmp_path: Path) -> Workspace:
    workspace = workspace_in(tmp_path)
    workspace.save(Settings(id="settings", at=NOON, person="A. Person", condition="hemifacial spasm", affected=Side.LEFT))
    for place in range(10):
        workspace.save(JournalEntry(at=NOON - (99 - place) * DAY, severity=8, noted_at=NOON - (99 - place) * DAY, tags=("stress",)))
        workspace.save(JournalEntry(at=NOON - place * DAY, severity=2, noted_at=NOON, note=f"note {place}"))
    workspace.save(SpasmEpisode(at=NOON - 3 * DAY, noted_at=NOON - 3 * DAY))
    sites = (InjectionSite(side=Side.LEFT, units=2.5), InjectionSite(side=Side.LEFT, units=5.0))
    effect = SideEffect(name="drooping eyelid", at=NOON - 60 * DAY, until=NOON - 40 * DAY)
    workspace.save(
        Treatment(
            at=NOON - 70 * DAY,
            treatment=TreatmentKind.BOTULINUM_TOXIN,
            name="toxin",
            by="Dr. B",
            hoped_for="reading",
            sites=sites,
            side_effects=(effect,),
        )
    )
    for days, total in ((90, 20.0), (5, 12.0)):
        workspace.save(ScaleResult(at=NOON - days * DAY, scale="hfs7", total=total))
    scores = (ScoreInShort(name="contraction_rate_left", value=8.0, unit="per_min", low=5.0, high=12.0),)
    workspace.save(
        RecordingEntry(
            at=NOON - 50 * DAY,
            media=MediaKind.FILM,
            name="f.mp4",
            sha256="1" * 64,
            task=Task.REST,
            state=AnalysisState.DONE,
            verdict=Verdict.GOOD,
            observed_s=58.0,
            scores=scores,
        )
    )
    workspace.save(Question(at=NOON, text="How long does it last?"))
    workspace.save(Question(at=NOON, text="Answered already", answer="yes"))
    workspace.save(Appointment(at=NOON + 5 * DAY, title="Neurology"))
    return workspace


def test_the_period_in_short(record: Workspace) -> None:
    journal = record.doctor_page(SINCE, UNTIL).journal
    assert (journal.entries, journal.episodes, journal.days, journal.days_in_all) == (20, 1, 20, 101)
    assert journal.first is not None
    assert journal.last is not None
    assert (journal.first.median, journal.last.median) == (8.0, 2.0)
    assert journal.tags == (("stress", 10),)
    assert journal.back_filled > 0


def test_a_spread_of_nothing_is_none() -> None:
    assert spread([JournalEntry(at=NOON, note="not rated")], SINCE, UNTIL) is None


def test_a_scale_that_fell_by_more_than_counts_is_said_to_be_better(record: Workspace) -> None:
    (found,) = record.doctor_page(SINCE, UNTIL).scales
    assert (found.change, found.threshold) == (ScaleChange.IMPROVED, 2.63)
    assert "2025" in found.source


@pytest.mark.parametrize(("last", "change"), [(18.0, ScaleChange.SMALLER), (20.0, ScaleChange.SMALLER)])
def test_a_small_change_is_said_to_be_small(last: float, change: ScaleChange) -> None:
    results = [ScaleResult(at=NOON, scale="hfs7", total=20.0), ScaleResult(at=NOON + DAY, scale="hfs7", total=last)]
    assert scales_in_short(results)[0].change is change


def test_a_scale_without_a_total_is_left_out_and_one_result_is_no_change() -> None:
    results = [ScaleResult(at=NOON, scale="hfs7"), ScaleResult(at=NOON + DAY, scale="hfs7", total=4.0)]
    (found,) = scales_in_short(results)
    assert found.change is ScaleChange.SINGLE


def test_variants_are_not_compared() -> None:
    results = [ScaleResult(at=NOON, scale="bsdi", variant="mean", total=3.0), ScaleResult(at=NOON + DAY, scale="bsdi", variant="sum", total=3.0)]
    assert [one.change for one in scales_in_short(results)] == [ScaleChange.SINGLE] * 2


def test_side_effects_that_ended_before_are_left_out(record: Workspace) -> None:
    treatments = record.list(Treatment)
    assert len(side_effects_in(treatments, SINCE, UNTIL)) == 1
    assert side_effects_in(treatments, NOON - 30 * DAY, UNTIL) == ()


def test_the_words(record: Workspace) -> None:
    content = doctor_content(record.doctor_page(SINCE, UNTIL))
    assert ("Person", "A. Person") in content.about
    assert content.about[-1] == ("Period", "4 Dec 2025 – 15 Mar 2026")
    assert "median 8 (middle half 8–8, 10 entries)" in content.happened[1]
    assert content.treatments == (("3 Jan 2026", "toxin", "7.5 U, 2 sites; Dr. B", "reading"),)
    assert content.measured == (("23 Jan 2026", "film, at rest", "good", "58 s", "–", "8 (5–12)", "20"),)
    assert content.questions == ("How long does it last?",)
    assert content.next_visit == "19 Mar 2026: Neurology"
    assert content.notes == ()


def test_one_rating_has_no_spread(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    workspace.save(JournalEntry(at=NOON, severity=6))
    told = doctor_content(workspace.doctor_page(SINCE, UNTIL)).happened
    assert "in its last weeks 6 (one entry)" in told[1]


def test_notes_are_there_only_when_wanted(record: Workspace) -> None:
    assert len(doctor_content(record.doctor_page(SINCE, UNTIL, with_notes=True)).notes) == 10


def test_nobody_is_told_that_a_treatment_worked(record: Workspace) -> None:
    told = " ".join(doctor_content(record.doctor_page(SINCE, UNTIL)).happened).lower()
    for word in ("because", "worked", "helped", "effect of", "thanks to"):
        assert word not in told


def test_the_paper_is_one_page_and_an_appendix(record: Workspace) -> None:
    paper = PdfReader(BytesIO(doctor_pdf(record.doctor_page(SINCE, UNTIL, with_notes=True))))
    first = paper.pages[0].extract_text()
    for words in ("Record of facial spasm", "toxin", "drooping eyelid", "HFS-7", "How long does it last?", "observation, not diagnosis"):
        assert words in first
    assert "Appendix" not in first
    assert "note 3" in paper.pages[1].extract_text()
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_an_empty_record_has_a_page(tmp_path: Path) -> None:
    page = workspace_in(tmp_path).doctor_page(SINCE, UNTIL)
    assert doctor_content(page).happened == ("Nothing was noted or measured in this period.",)
    assert len(PdfReader(BytesIO(doctor_pdf(page))).pages) == 1


def test_letters_that_no_font_has_do_not_stop_the_paper(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    workspace.save(Settings(id="settings", at=NOON, person="王小明 \U00012000"))
    assert doctor_pdf(workspace.doctor_page(SINCE, UNTIL)).startswith(b"%PDF")


def test_the_page_and_the_pdf_of_the_app(record: Workspace) -> None:
    client = client_of(record)
    shown = client.get("/doctor?first=2025-12-04&last=2026-03-14")
    assert shown.status_code == 200
    assert "drooping eyelid" in shown.text
    assert "note 3" not in shown.text
    paper = client.get("/doctor.pdf?first=2025-12-04&last=2026-03-14&notes=yes")
    assert paper.headers["content-type"] == "application/pdf"
    assert "spasmograph-2025-12-04-2026-03-14.pdf" in paper.headers["content-disposition"]


@pytest.mark.parametrize("query", ["first=x&last=y", "first=2030-01-01&last=2020-01-01", "first=0001-01-01", "last=9999-12-31", "notes=maybe"])
def test_a_period_that_cannot_be_is_another_one(record: Workspace, query: str) -> None:
    assert client_of(record).get(f"/doctor?{query}").status_code == 200


@pytest.mark.parametrize("query", ["days=30", "days=3653", "until=x", "until=9999-12-31", "until=0001-01-01", "until=2026-02-01"])
def test_every_stretch_of_the_timeline_has_a_page(record: Workspace, query: str) -> None:
    assert client_of(record).get(f"/timeline?{query}").status_code == 200


@pytest.mark.parametrize("query", ["days=1", "days=x", "days=99999999"])
def test_a_stretch_that_cannot_be_is_refused(record: Workspace, query: str) -> None:
    assert client_of(record).get(f"/timeline?{query}").status_code == 422
