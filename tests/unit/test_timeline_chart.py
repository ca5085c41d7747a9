"""The chart of a record: what is drawn, and what is not."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.language import speaking
from spasmograph.model.record import JournalEntry, RecordingEntry, ScaleResult, ScoreInShort, SpasmEpisode, Treatment
from spasmograph.present.record.calendar_ticks import ticks_between
from spasmograph.present.record.timeline import chart_words, timeline_svg
from spasmograph.terms import AnalysisState, MediaKind, TreatmentKind
from tests.record_worlds import NOON, workspace_in

DAY = timedelta(days=1)
TEXT = "{http://www.w3.org/2000/svg}text"
SPAN = (NOON - 90 * DAY, NOON + DAY)


@pytest.fixture
def record(tmp_path: Path) -> Workspace:
    workspace = workspace_in(tmp_path)
    for place in range(20):
        workspace.save(JournalEntry(at=NOON - (80 - 3 * place) * DAY, severity=place % 11))
    workspace.save(JournalEntry(at=NOON - DAY, severity=3))
    workspace.save(JournalEntry(at=NOON - 2 * DAY, note="not rated"))
    workspace.save(SpasmEpisode(at=NOON - 5 * DAY))
    workspace.save(Treatment(at=NOON - 60 * DAY, treatment=TreatmentKind.BOTULINUM_TOXIN, name="toxin <A>"))
    workspace.save(Treatment(at=NOON - 400 * DAY, treatment=TreatmentKind.BOTULINUM_TOXIN, name="long ago"))
    workspace.save(Treatment(at=NOON - 300 * DAY, treatment=TreatmentKind.DRUG, name="still taken"))
    workspace.save(Treatment(at=NOON - 300 * DAY, until=NOON - 200 * DAY, treatment=TreatmentKind.DRUG, name="ended before"))
    workspace.save(ScaleResult(at=NOON - 50 * DAY, scale="hfs7", total=12.0))
    workspace.save(ScaleResult(at=NOON - 20 * DAY, scale="bsdi", variant="mean", total=2.0))
    workspace.save(ScaleResult(at=NOON - 10 * DAY, scale="bsdi", variant="sum", total=11.0))
    scores = (ScoreInShort(name="contraction_rate_left", value=8.0, unit="per_min", low=5.0, high=12.0),)
    film = RecordingEntry(at=NOON - 30 * DAY, media=MediaKind.FILM, name="f.mp4", sha256="1" * 64, state=AnalysisState.DONE, scores=scores)
    workspace.save(film)
    return workspace


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own drawing


def titles(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]  # noqa: S314 - our own drawing


def test_what_was_noted_is_there(record: Workspace) -> None:
    shown = record.timeline(*SPAN)
    assert len(shown.severity.readings) == 21
    assert sum(one.count for one in shown.episodes) == 1
    assert [one.name for one in shown.treatments] == ["still taken", "toxin <A>"]
    assert [one.side for one in shown.measured] == ["left"]
    assert (shown.measured[0].readings[0].low, shown.measured[0].readings[0].high) == (5.0, 12.0)


def test_two_conventions_of_a_scale_are_two_courses(record: Workspace) -> None:
    found = {one.name: one for one in record.timeline(*SPAN).scales}
    assert {name.partition(",")[0] for name in found} == {"Blepharospasm Disability Index (BSDI)", "HFS-7"}
    assert {one.high for name, one in found.items() if "BSDI" in name} == {4.0, 24.0}


def test_the_silence_before_the_last_entry_is_hatched_and_said(record: Workspace) -> None:
    svg = timeline_svg(record.timeline(*SPAN), width=960.0)
    assert "nothing noted" in texts(svg)
    assert record.timeline(*SPAN).severity.gaps == ((NOON - 23 * DAY, NOON - DAY),)


def test_the_chart_says_what_it_shows(record: Workspace) -> None:
    told = chart_words(record.timeline(*SPAN))
    assert "21 journal entries" in told
    assert "1 episodes" in told
    assert told in titles(timeline_svg(record.timeline(*SPAN), width=340.0))


def test_names_are_no_markup(record: Workspace) -> None:
    svg = timeline_svg(record.timeline(*SPAN), width=960.0)
    assert any("toxin <A>" in title for title in titles(svg))
    assert "<A>" not in svg


def test_no_drawing_carries_a_style(record: Workspace) -> None:
    """The pages' policy would not let it work."""
    assert "style=" not in timeline_svg(record.timeline(*SPAN), width=960.0)


def test_an_empty_record_has_an_empty_chart(tmp_path: Path) -> None:
    shown = workspace_in(tmp_path).timeline(*SPAN)
    assert shown.empty
    assert "nothing noted" in chart_words(shown)
    ET.fromstring(timeline_svg(shown, width=340.0))  # noqa: S314 - our own drawing


@pytest.mark.parametrize(("days", "labels"), [(5, "14 Mar"), (60, "23 Mar"), (365, "Apr 2026"), (3653, "2030")])
def test_ticks_are_round_moments_of_the_calendar(days: int, labels: str) -> None:
    found = ticks_between(NOON - DAY, NOON + days * DAY, 900.0)
    assert labels in [tick.label for tick in found]
    assert 2 <= len(found) <= 900 / 58


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
@pytest.mark.parametrize("width", [340.0, 660.0, 960.0])
def test_labels_of_the_axis_keep_apart(language: str, width: float, tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    for days in (20, 92, 183, 320, 341, 929, 1447, 2630):
        with speaking(language):
            svg = timeline_svg(workspace.timeline(NOON - days * DAY, NOON), width=width)
        drawn = ET.fromstring(svg).iter(TEXT)  # noqa: S314 - our own drawing
        spans = [span_of(one) for one in drawn if "text-anchor" in one.attrib and one.get("font-size") == "11"]
        assert len(spans) > 1
        assert all(left[1] < right[0] for left, right in pairwise(sorted(spans))), (days, spans)


def span_of(label: ET.Element) -> tuple[float, float]:
    """From where to where a label reaches, by the usual widths of letters of 11 px; Chinese ones are as wide as high."""
    length = sum(11.0 if letter > "\u2e80" else 6.1 for letter in label.text or "")
    left = float(label.attrib["x"]) - {"start": 0.0, "middle": 0.5, "end": 1.0}[label.attrib["text-anchor"]] * length
    return left, left + length


def test_ticks_speak_the_language() -> None:
    with speaking("zh_Hant"):
        labels = [tick.label for tick in ticks_between(NOON, NOON + 3000 * DAY, 400.0)]
    assert labels == ["2028年", "2030年", "2032年", "2034年"]
