"""What a report says, on the page, on paper and in the terminal."""

import base64
import hashlib
import io
import itertools
import json
import math
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pypdf
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from spasmograph.measure.baseline import BASELINE_REACH
from spasmograph.measure.scores import score_recording
from spasmograph.model import Event, Measurement, Quality, QualityReason, Replay, Score, Signals, Span
from spasmograph.parameters import load_parameters
from spasmograph.present import methods_text, report_html, report_pdf, summary_table, words
from spasmograph.present.content import content, ranked_replays
from spasmograph.present.courses import path, shortened, value_range
from spasmograph.present.density import bin_length_s, counts, most
from spasmograph.present.faces import frame_at, line_colour, ring_data, stills
from spasmograph.present.marks import cap, strength, tick_label, ticks, unseen
from spasmograph.present.methods import WINDOWS_AROUND
from spasmograph.present.numbers import amplitude, clock, percent, plain, score_interval, score_value, seconds
from spasmograph.present.sentences import event_sentence, happened, recording_line, shown_span, verdict, weight
from spasmograph.present.svg import COLOURS
from spasmograph.present.timeline import detail, lanes, lanes_note
from spasmograph.terms import EventKind, Pattern, Reason, Region, Side, Task, Verdict
from tests.fakes import (
    counts_only_measurement,
    empty_measurement,
    fake_measurement,
    hostile_measurement,
    hour_measurement,
    refused_measurement,
)
from tests.reading import Page, paper_text, spaced

NAN = math.nan
WORLDS = {
    "typical": fake_measurement(),
    "empty": empty_measurement(),
    "counts_only": counts_only_measurement(),
    "refused": refused_measurement(),
    "hostile": hostile_measurement(),
}
MOST_PAGE_BYTES = 8_000_000


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: report_html(world) for name, world in WORLDS.items()}


@pytest.fixture(scope="module")
def papers() -> dict[str, pypdf.PdfReader]:
    return {name: pypdf.PdfReader(io.BytesIO(report_pdf(world))) for name, world in WORLDS.items()}


@pytest.fixture(scope="module")
def hour() -> Measurement:
    return hour_measurement()


@pytest.fixture(params=list(WORLDS))
def world(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def score(value: float, unit: str = "per_min", low: float = NAN, high: float = NAN) -> Score:
    return Score(name="x", value=value, unit=unit, low=low, high=high, observed_s=60.0)


def relative_luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    high, low = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# ---- numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.034, "0.03"),
        (-0.5, "−0.50"),
        (7.24, "7.2"),
        (99.96, "100.0"),
        (123.4, "123"),
        (-0.001, "0"),
        (NAN, "not told"),
        (math.inf, "not told"),
    ],
)
def test_plain_numbers_carry_the_digits_they_can_bear(value: float, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0, "0 %"), (0.0002, "0 %"), (0.026, "2.6 %"), (0.0997, "10 %"), (0.7, "70 %"), (NAN, "not told")])
def test_percent(value: float, text: str) -> None:
    assert spaced(percent(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0 s"), (0.27, "0.27 s"), (3.44, "3.4 s"), (58.2, "58 s"), (120.0, "2 min"), (3599.7, "60 min"), (125.0, "2 min 5 s")]
)
def test_seconds(value: float, text: str) -> None:
    assert spaced(seconds(value)) == text


@pytest.mark.parametrize(("time_s", "text"), [(0.0, "0:00.0"), (59.96, "1:00.0"), (63.52, "1:03.5"), (3600.0, "60:00.0")])
def test_clock(time_s: float, text: str) -> None:
    assert clock(time_s) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (2.9, 14.9, "per_min", "2.9–14.9"),
        (0.21, 0.27, "fraction", "21–27 %"),
        (0.4, 1.2, "s", "0.40–1.2 s"),
        (-0.2, 0.4, "index", "−0.20 to 0.40"),
        (0.6, NAN, "s", "at least 0.60 s"),
        (NAN, 0.6, "fraction", "at most 60 %"),
        (NAN, NAN, "s", ""),
        (3.0, 3.0, "s", ""),
    ],
)
def test_intervals(low: float, high: float, unit: str, text: str) -> None:
    assert spaced(score_interval(score(1.0, unit, low, high))) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (7.2, "per_min", "7.2 per minute"),
        (0.7, "closure", "70 %"),
        (2.94, "mm", "2.9 mm"),
        (0.5, "index", "0.50"),
        (1.5, "s", "1.5 s"),
        (NAN, "mm", "not told"),
        (2.0, "furlong", "2.0 furlong"),
    ],
)
def test_scores_carry_their_unit(value: float, unit: str, text: str) -> None:
    assert spaced(score_value(score(value, unit))) == text


def test_amplitude_says_what_it_is_of() -> None:
    assert spaced(amplitude(0.82, "closure")) == "82 % closed"
    assert spaced(amplitude(3.1, "mm")) == "3.1 mm"


# ---- sentences


def movement(side: Side, *regions: Region) -> Event:
    closure = Region.EYELID in regions
    return Event(
        onset_s=1.0,
        apex_s=2.0,
        offset_s=3.0,
        kind=EventKind.CONTRACTION,
        side=side,
        regions=regions,
        pattern=Pattern.TONIC,
        amplitude=0.9 if closure else 6.0,
        amplitude_unit="closure" if closure else "mm",
        confidence=0.8,
    )


def with_events(*events: Event) -> Measurement:
    """20 s of a face that did just this."""
    still = empty_measurement()
    scores = score_recording(signals=still.signals, events=events, quality=still.quality, task=Task.NONE, parameters=load_parameters())
    return replace(still, events=events, scores=scores)


def told(measurement: Measurement) -> list[str]:
    return [spaced(sentence) for sentence in happened(measurement)]


def test_one_side_alone_is_told_first_the_busier_side_before_the_other() -> None:
    sentences = told(fake_measurement())

    assert sentences[0] == "The face contracted on the right side alone 8 times in 58 s: 8.3 per minute (95 % interval 3.6 to 16.3)."
    assert sentences[1] == "On the left side alone it contracted twice: 2.1 per minute (95 % interval 0.25 to 7.5)."
    assert sentences[2].startswith(
        "Of these 10 contractions, 9 took eyelid and mouth together; the longest lasted at least 3.4 s, at 0:49.2 on the right"
    )
    assert sentences[3].startswith("Apart from blinks, both eyes closed or narrowed together once in 58 s; it lasted 1.4 s")
    assert len(sentences) == 4


LID, PULL, LID_AND_PULL = (Region.EYELID,), (Region.MOUTH,), (Region.EYELID, Region.MOUTH)


@pytest.mark.parametrize(
    ("kinds", "text"),
    [
        ([PULL, PULL, PULL], "none took the eyelid"),
        ([LID, LID], "both took the eyelid, none of them together with the mouth"),
        ([LID, LID_AND_PULL, PULL], "2 took the eyelid, 1 of them together with the mouth"),
        ([LID_AND_PULL, LID_AND_PULL], "both took eyelid and mouth together"),
        ([LID_AND_PULL, LID_AND_PULL, LID_AND_PULL], "all took eyelid and mouth together"),
        ([LID_AND_PULL, PULL], "1 took eyelid and mouth together"),
    ],
)
def test_what_took_part_is_told_as_english_tells_it(kinds: list[tuple[Region, ...]], text: str) -> None:
    sentences = told(with_events(*(movement(Side.LEFT, *regions) for regions in kinds)))

    assert sentences[2].startswith(f"Of these {len(kinds)} contractions, {text}; the longest")


def test_a_smile_is_told_last_and_not_as_a_spasm() -> None:
    smile = movement(Side.BOTH, Region.MOUTH, Region.BROW)
    pull = movement(Side.LEFT, Region.MOUTH)
    one, other = told(with_events(smile, smile, smile, pull)), told(with_events(smile))

    assert one[0].startswith("The face contracted on the left side alone once in 20 s: 3.0 per minute")
    assert one[2] == "This contraction lasted 2.0 s, at 0:01.0 on the left (mouth); confidence 80 %."
    assert one[-1].startswith("The mouth or the brows moved on both sides together 3 times, as in smiling")
    assert other[0].startswith("No contraction of one side alone was found in 20 s")
    assert other[-1].startswith("The mouth or the brows moved on both sides together once, as in smiling")
    assert told(with_events(movement(Side.BOTH, Region.MOUTH)))[-1] == (
        "The mouth moved on both sides together once, as in smiling or speaking; the film alone does not tell why."
    )


def test_a_spasm_of_both_eyelids_comes_before_expression() -> None:
    sentences = told(with_events(movement(Side.BOTH, Region.BROW), movement(Side.BOTH, Region.EYELID)))

    assert sentences[1] == "Apart from blinks, both eyes closed or narrowed together once in 20 s; it lasted 2.0 s, at 0:01.0 (eyelid)."
    assert sentences[2].startswith("The brows moved on both sides together once, as in raising the brows or frowning;")


def told_count(sentence: str) -> int:
    """How often something happened, as a sentence tells it; 0 where it tells no count."""
    found = re.search(r"\b(once|twice|(\d+) times)\b", sentence)
    return 0 if not found else {"once": 1, "twice": 2}.get(found[1]) or int(found[2])


@given(st.lists(st.tuples(st.sampled_from(Side), st.sets(st.sampled_from(Region), min_size=1)), max_size=6))
def test_the_sentences_tell_every_contraction_once(kinds: list[tuple[Side, set[Region]]]) -> None:
    sentences = told(with_events(*(movement(side, *sorted(regions)) for side, regions in kinds)))

    assert sum(told_count(sentence) for sentence in sentences) == len(kinds)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
    alone = any(side is not Side.BOTH for side, _ in kinds)
    assert sentences[0].startswith("The face contracted on the" if alone else "No contraction of one side alone")


def test_replays_show_one_side_alone_before_a_longer_smile() -> None:
    kinds = [movement(Side.BOTH, Region.MOUTH), movement(Side.RIGHT, Region.BROW), movement(Side.BOTH, Region.EYELID)]

    assert sorted(kinds, key=weight, reverse=True) == [kinds[1], kinds[2], kinds[0]]


def test_a_still_face_is_told_with_what_could_have_been_missed() -> None:
    assert told(empty_measurement()) == [
        "No contraction of one side alone was found in 20 s (95 % interval 0 to 11.1 per minute for each side).",
        "Apart from blinks, the eyes did not close or narrow together.",
    ]


def test_nothing_measured_is_not_told_as_nothing_happened() -> None:
    assert happened(refused_measurement()) == ["How often the face contracted cannot be told from this recording."]


@pytest.mark.parametrize(
    ("measurement", "text"),
    [
        (WORLDS["typical"], "Good: 58 of 60 s could be measured"),
        (WORLDS["counts_only"], "Counts only: 58 of 60 s could be measured"),
        (WORLDS["refused"], "Not measured: this recording gives no numbers"),
        (WORLDS["empty"], "Good: all 20 s were measured"),
    ],
)
def test_verdict_in_words(measurement: Measurement, text: str) -> None:
    assert spaced(verdict(measurement.quality)) == text


@pytest.mark.parametrize(
    ("seen_s", "whole_s", "lost_s", "text"),
    [
        (8.33, 8.33, 0.0, "Limited: all 8.3 s were measured"),
        (7.1, 8.33, 1.2, "Limited: 7.1 of 8.3 s could be measured"),
        (59.8, 60.0, 0.2, "Limited: 59.8 of 60.0 s could be measured"),
        (31.0, 60.0, 29.0, "Limited: 31 of 60 s could be measured"),
        (200.0, 240.0, 40.0, "Limited: 3 min 20 s of 4 min could be measured"),
    ],
)
def test_a_verdict_never_rounds_lost_time_away(seen_s: float, whole_s: float, lost_s: float, text: str) -> None:
    reasons = (QualityReason(code=Reason.BLURRED, seconds=lost_s, message="hold still"),) if lost_s else ()
    quality = Quality(verdict=Verdict.LIMITED, duration_s=whole_s, observed=(Span(onset_s=0.0, offset_s=seen_s),), reasons=reasons)

    assert spaced(verdict(quality)) == text


def test_a_whole_recording_that_is_limited_is_not_said_to_be_a_part() -> None:
    still = empty_measurement()
    short = replace(still, quality=replace(still.quality, verdict=Verdict.LIMITED, notes=("only 20.0 s could be measured",)))

    assert content(short).verdict_note == words.LIMITED_WHOLE
    assert content(short).notes == ("Only 20.0 s could be measured.",)
    assert (
        content(replace(WORLDS["typical"], quality=replace(WORLDS["typical"].quality, verdict=Verdict.LIMITED))).verdict_note
        == (words.VERDICT_NOTES[Verdict.LIMITED])
    )


def test_long_recordings_are_judged_in_minutes(hour: Measurement) -> None:
    assert spaced(verdict(hour.quality)) == "Good: 58 min of 60 min could be measured"


def test_an_event_in_words_tells_what_a_picture_would() -> None:
    events = fake_measurement().events
    censored = next(event for event in events if event.censored)

    assert spaced(event_sentence(2, events[1])) == (
        "Event 2: contraction on the right, brief, eyelid and mouth, at 0:03.2 for 0.70 s, 55 % closed, confidence 90 %."
    )
    assert "lasted at least this long" in event_sentence(1, censored)
    assert "blink on both sides, eyelid" in event_sentence(1, events[0])


def test_every_word_of_the_field_has_its_words() -> None:
    for table, kinds in (
        (words.SIDES, Side),
        (words.KINDS, EventKind),
        (words.REGIONS, Region),
        (words.PATTERNS, Pattern),
        (words.TASKS, Task),
        (words.VERDICTS, Verdict),
        (words.VERDICT_NOTES, Verdict),
        (words.REASONS, Reason),
    ):
        assert set(table) == set(kinds)


@given(st.text(st.characters(), max_size=60))
def test_shown_names_hold_no_control_and_no_direction_marks(name: str) -> None:
    shown = words.shown_name(name)

    assert len(shown) == len(name)
    assert not set(shown) & set("\x00\n\r\t\u202e\u200f\u2066")
    shown.encode("utf-8")


@pytest.mark.parametrize(("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_words_in_a_row(parts: list[str], text: str) -> None:
    assert words.joined(parts) == text


def test_methods_are_written_from_the_parameters_that_were_used() -> None:
    whole = fake_measurement()
    other = replace(whole.provenance, parameters={**whole.provenance.parameters, "tonic_s": 1.7, "yaw_most_deg": 21.0})

    text = spaced(methods_text(replace(whole, provenance=other)))

    assert "tonic from 1.7 s on" in text
    assert "more than 21° to the side" in text
    assert "Spasmograph 0.1.0" in text
    assert f"rule set {load_parameters().version}" in text
    assert "task: at rest" in text


def test_methods_name_the_part_that_was_analysed_and_a_stated_mirror_image() -> None:
    whole = fake_measurement()
    part = replace(whole, recording=replace(whole.recording, start_s=10.0, end_s=40.0, mirrored=True, variable_frame_rate=True))

    text = spaced(methods_text(part))

    assert "of which 10 s to 40 s were analysed" in text
    assert "60 s, of which 10 s to 40 s were analysed, task: at rest, mirror image, as stated" in spaced(recording_line(part))
    assert "stated to be a mirror image" in text
    assert "30.0 pictures a second at the median, variable" in text
    assert "up to 22.5 s of the recording on either side" in text
    assert WINDOWS_AROUND == BASELINE_REACH
    assert "of which" not in methods_text(whole)
    assert "on either side of it" not in methods_text(whole)


def test_methods_fall_back_on_the_rule_set_and_name_an_unknown_landmark_source() -> None:
    whole = fake_measurement()
    bare = replace(whole, provenance=replace(whole.provenance, parameters={}, landmark_source="tapes", model_sha256={}))

    assert f"tonic from {load_parameters()['tonic_s']:g}" in methods_text(bare)
    assert "the source “tapes”" in methods_text(bare)


# ---- courses and charts


@given(st.lists(st.one_of(st.floats(-5, 5), st.just(NAN)), min_size=1, max_size=400), st.integers(1, 60))
def test_shortening_keeps_the_extremes_and_the_bound(values: list[float], columns: int) -> None:
    course = np.array(values)
    time_s, kept = shortened(np.arange(len(values)) / 30.0, course, columns)

    assert len(time_s) == len(kept) <= 2 * max(columns, 1)
    assert np.all(np.diff(time_s) >= 0)
    if np.isfinite(course).any():
        assert (np.nanmin(kept), np.nanmax(kept)) == (np.nanmin(course), np.nanmax(course))
    else:
        assert np.isnan(kept).all()


def test_a_line_breaks_where_nothing_was_measured() -> None:
    assert path(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([5.0, 6.0, NAN, 7.0, 8.0])) == "M0 5L1 6M3 7L4 8"


def test_a_range_is_shared_and_never_empty() -> None:
    time_s = np.arange(3.0)
    signals = Signals(time_s=time_s, values={"a": np.array([1.0, 2.0, NAN]), "b": np.full(3, 5.0), "c": np.full(3, NAN)})

    assert value_range(signals, ["a", "b"]) == pytest.approx((1.0, 5.0), abs=0.01)
    assert value_range(signals, ["b"]) == (4.5, 5.5)
    assert value_range(signals, ["c", "gone"]) == (0.0, 1.0)


@given(st.floats(0, 3000), st.floats(0.5, 4000), st.floats(200, 2000))
def test_ticks_are_inside_round_and_apart(start_s: float, length_s: float, width_px: float) -> None:
    marks = ticks(start_s, start_s + length_s, width_px)

    assert all(start_s - 1e-6 <= mark <= start_s + length_s + 1e-6 for mark in marks)
    if len(marks) > 1:
        assert (marks[1] - marks[0]) / length_s * width_px >= 56.0 - 1e-6


def test_tick_labels() -> None:
    assert [tick_label(time_s) for time_s in (0.0, 0.5, 65.0, 3600.0)] == ["0:00", "0:00.5", "1:05", "60:00"]


def test_unseen_time_is_what_the_observed_spans_leave() -> None:
    whole = fake_measurement()

    assert unseen(whole.quality.observed, 0.0, 60.0) == [Span(onset_s=31.0, offset_s=33.0)]
    assert unseen(whole.quality.observed, 32.0, 40.0) == [Span(onset_s=32.0, offset_s=33.0)]
    assert unseen(whole.quality.observed, 40.0, 50.0) == []
    assert unseen(refused_measurement().quality.observed, 0.0, 20.0) == [Span(onset_s=0.0, offset_s=20.0)]


def test_strength_is_visible_and_bounded() -> None:
    event = fake_measurement().events[1]

    assert strength(event) == 0.55
    assert strength(replace(event, amplitude=3.1, amplitude_unit="mm")) == pytest.approx(0.31)
    assert strength(replace(event, amplitude=40.0, amplitude_unit="mm")) == 1.0
    assert strength(replace(event, amplitude=NAN)) == 0.12


def test_marks_differ_by_shape_and_not_by_colour_alone() -> None:
    events = fake_measurement().events
    kinds = {
        "blink": next(e for e in events if e.kind is EventKind.BLINK),
        "brief": next(e for e in events if e.side is Side.RIGHT and e.pattern is Pattern.BRIEF),
        "tonic": next(e for e in events if e.side is Side.RIGHT and e.pattern is Pattern.TONIC),
        "clonic": next(e for e in events if e.pattern is Pattern.CLONIC),
        "both": next(e for e in events if e.side is Side.BOTH and e.kind is EventKind.CONTRACTION),
    }
    shapes = {re.sub(r'(fill|stroke|class)="[^"]*"', "", cap(event, 10.0, 10.0, up=True)) for event in kinds.values()}

    assert len(shapes) == len(kinds)


def test_charts_are_sound_drawings_with_words(world: str) -> None:
    for drawing in (lanes(WORLDS[world], width=900.0, traces=True), detail(WORLDS[world], width=900.0, linked=True)):
        root = ET.fromstring(drawing)  # noqa: S314 - our own drawing
        assert root.get("aria-label")
        assert "nan" not in drawing.lower().replace("tonic", "").split("<title>")[0]


def test_bars_stand_on_their_own_side() -> None:
    whole = fake_measurement()
    right = next(event for event in whole.events if event.side is Side.RIGHT and not event.members)
    drawing = lanes(replace(whole, events=(right,)), width=900.0, lane_px=74.0)
    bars = [match for match in re.findall(r"<rect [^>]*>", drawing) if "fill-opacity" in match]

    assert len(bars) == 1
    top, height = (float(re.findall(rf' {name}="([^"]+)"', bars[0])[0]) for name in ("y", "height"))
    assert top + height == pytest.approx(74.0, abs=0.02)


def test_many_events_are_counted_instead_of_drawn_one_by_one(hour: Measurement) -> None:
    span = shown_span(hour)
    found = counts(hour.events, span, 60)
    drawing = lanes(hour, width=960.0)

    assert bin_length_s(span, 900.0) == 60
    assert found == {Side.RIGHT: [8] * 60, Side.LEFT: [2] * 60, Side.BOTH: [1] * 60}
    assert most(found) == 9
    assert drawing.count('fill-opacity="0.85"') == 4 * 60
    assert ">9 in 1 min<" in drawing
    assert lanes_note(hour) == words.DENSITY_NOTE
    assert lanes_note(WORLDS["typical"]) == words.OVERVIEW_NOTE


@given(st.floats(1, 40_000), st.floats(200, 1000))
def test_counting_bars_stay_inside_and_wide_enough(length_s: float, width_px: float) -> None:
    bin_s = bin_length_s((0.0, length_s), width_px)
    found = counts(WORLDS["typical"].events, (0.0, length_s), bin_s)

    assert (len(found[Side.BOTH]) - 1) * bin_s < length_s
    assert bin_s * width_px / length_s >= 10.0 - 1e-6 or bin_s == 3600
    assert sum(map(sum, found.values())) == sum(e.kind is EventKind.CONTRACTION and e.onset_s < length_s for e in WORLDS["typical"].events)


def test_only_events_of_the_window_are_drawn() -> None:
    whole = fake_measurement()

    assert detail(whole, width=600.0, span=(0.0, 5.0), linked=True).count("<a ") == 2
    assert detail(whole, width=600.0, linked=True).count("<a ") == len(whole.events)


def test_charts_show_the_part_that_was_analysed() -> None:
    whole = fake_measurement()
    part = replace(whole, recording=replace(whole.recording, start_s=10.0, end_s=40.0))

    assert shown_span(part) == (10.0, 40.0)
    assert "Events from 0:10 to 0:40" in lanes(part, width=600.0)
    assert shown_span(replace(whole, recording=replace(whole.recording, end_s=NAN))) == (0.0, 60.0)


def test_text_in_charts_is_dark_enough_on_paper() -> None:
    for name in ("ink", "muted", "right", "left", "both", "blink"):
        for ground in ("paper", "row"):
            assert contrast(COLOURS[name], COLOURS[ground]) >= 4.5, (name, ground)


# ---- faces


def test_a_line_is_coloured_where_its_region_and_side_took_part() -> None:
    event = replace(fake_measurement().events[1], regions=(Region.EYELID, Region.MOUTH), side=Side.RIGHT)

    assert [line_colour(name, event) for name in ("eye_right", "iris_right", "lips_outer")] == ["right"] * 3
    assert [line_colour(name, event) for name in ("eye_left", "brow_right", "nose", "face_oval")] == ["ink"] * 4
    assert line_colour("eye_left", replace(event, side=Side.BOTH)) == "both"


def test_stills_show_three_moments() -> None:
    whole = fake_measurement()
    drawing = stills(whole.replays[1], whole.events[1], 2)

    assert re.findall(r">(onset|apex|offset) ", drawing) == ["onset", "apex", "offset"]
    ET.fromstring(drawing)  # noqa: S314 - our own drawing


def test_an_iris_is_a_circle_that_its_lids_cover() -> None:
    rim = np.array([[12.0, 5.0], [10.0, 7.0], [8.0, 5.0], [10.0, 3.0]])
    whole = fake_measurement()
    drawing = stills(whole.replays[1], whole.events[1], 2)
    clips = re.findall(r'<clipPath id="([^"]+)"', drawing)

    assert ring_data(rim, (0, 1, 2, 3)) == "M8.0 5.0a2.0 2.0 0 1 0 4.0 0a2.0 2.0 0 1 0 -4.0 0"
    assert ring_data(np.array([[NAN, 0.0]]), (0,)) == ring_data(rim, ()) == ""
    assert len(clips) == len(set(clips)) == 10
    assert set(re.findall(r"url\(#([^)]+)\)", drawing)) == set(clips)


def test_the_closed_eye_is_flat_at_the_apex() -> None:
    whole = fake_measurement()
    replay, event = whole.replays[9], whole.events[9]
    eye = list(next(run for name, run, _ in replay.lines if name == "eye_right"))

    opening = [np.ptp(frame_at(replay, time_s)[eye, 1]) for time_s in (event.onset_s - 0.2, event.apex_s)]

    assert opening[1] < 0.3 * opening[0]


def test_points_that_were_not_seen_are_left_out(pages: dict[str, str]) -> None:
    whole = fake_measurement()
    replay = whole.replays[1]
    holes = np.array(replay.points)
    holes[:, 36:41] = NAN
    broken = replace(whole, replays=(replace(replay, points=holes),))

    html = report_html(broken)

    assert "nan" not in re.sub("<script.*?</script>|<title>.*?</title>", "", html, flags=re.DOTALL).lower().replace("provenance", "")
    assert html.count("<figure>") == 1
    assert pages["typical"].count("<figure>") == len(whole.replays)


def test_a_replay_without_any_seen_point_does_not_break_the_report() -> None:
    whole = fake_measurement()
    replay = whole.replays[1]
    blind = replace(replay, points=np.full(replay.points.shape, NAN))

    assert "Replay without a face" in report_html(replace(whole, replays=(blind,)))
    assert report_pdf(replace(whole, replays=(blind,))).startswith(b"%PDF")


@pytest.mark.parametrize(("rate_hz", "length_s", "frames"), [(30.0, 2.0, 60), (240.0, 2.0, 60), (30.0, 60.0, 300), (30.0, 1 / 30, 1)])
def test_replays_keep_the_frames_that_a_screen_can_show(rate_hz: float, length_s: float, frames: int) -> None:
    whole = fake_measurement()
    count = round(rate_hz * length_s)
    time_s = np.arange(count) / rate_hz
    replay = replace(whole.replays[0], time_s=time_s, points=np.repeat(whole.replays[0].points[:1], count, axis=0))
    html = report_html(replace(whole, replays=(replay,)))
    kept = json.loads(re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[0])["replays"]["1"]

    assert len(kept["time"]) == pytest.approx(frames, abs=1)
    assert len(base64.b64decode(kept["points"])) == len(kept["time"]) * replay.points.shape[1] * 4


def test_contractions_come_before_blinks_and_stray_replays_are_left_out() -> None:
    whole = fake_measurement()
    stray = Replay(event_index=999, time_s=np.array([0.0]), points=np.zeros((1, 1, 2)), lines=())
    ranked = ranked_replays(replace(whole, replays=(*whole.replays, stray)))
    kinds = [whole.events[replay.event_index].kind for replay in ranked]

    assert len(ranked) == len(whole.replays)
    assert kinds == sorted(kinds, key=lambda kind: kind is EventKind.BLINK)


# ---- the page


def test_page_is_well_formed_and_named(world: str, pages: dict[str, str]) -> None:
    page = Page(pages[world])

    assert page.open == []
    assert page.all("html") == [{"lang": "en"}]
    assert [len(page.all(tag)) for tag in ("h1", "main", "title", "header", "footer")] == [1, 1, len(page.all("title")), 1, 1]
    identities = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identities) == len(set(identities))


def test_page_reads_from_the_verdict_to_the_provenance(pages: dict[str, str]) -> None:
    text = Page(pages["typical"]).text.split("What made these numbers", 1)[1]
    order = [
        "Good: 58 of 60 s",
        *(words.HEADINGS[key] for key in ("happened", "overview", "blinks", "timeline", "replay", "events", "scores", "methods", "limits")),
    ]

    assert [text.index(heading) for heading in order] == sorted(text.index(heading) for heading in order)


def test_page_lets_in_its_own_style_and_script_alone(world: str, pages: dict[str, str]) -> None:
    html = pages[world]
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)[0].replace("&#39;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert len(scripts) == len(styles) == 1
    for kind, text in (("script-src", scripts[0]), ("style-src", styles[0])):
        assert f"{kind} 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy


def test_page_asks_for_nothing_outside_itself(world: str, pages: dict[str, str]) -> None:
    page = Page(pages[world])
    addresses = [value for _, attributes in page.elements for key, value in attributes.items() if key in ("src", "href", "xlink:href", "action")]

    assert addresses
    assert all(address and (address.startswith("#") or address == "data:,") for address in addresses)
    assert "@import" not in pages[world]
    assert not [attributes for _, attributes in page.elements if "style" in attributes]
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]


def test_every_link_inside_the_page_leads_somewhere(world: str, pages: dict[str, str]) -> None:
    page = Page(pages[world])
    identities = {attributes["id"] for _, attributes in page.elements if "id" in attributes}

    assert {str(link["href"])[1:] for link in page.all("a")} <= identities


def test_hostile_words_stay_words(pages: dict[str, str]) -> None:
    page = Page(pages["hostile"])

    assert len(page.all("script")) == 2
    assert page.all("img") == page.all("b") == []
    assert "<script>alert(1)</script>" in page.text
    assert "\u202e" not in pages["hostile"]


def test_every_event_can_be_reached_and_is_described(pages: dict[str, str]) -> None:
    whole = WORLDS["typical"]
    page = Page(pages["typical"])
    links = [link for link in page.all("a") if link.get("class") == "event"]

    assert [link["href"] for link in links] == [f"#event-{number}" for number in range(1, len(whole.events) + 1)]
    for number, (link, event) in enumerate(zip(links, whole.events, strict=True), start=1):
        assert link["aria-label"] == event_sentence(number, event)


def test_tables_have_captions_and_scopes(pages: dict[str, str]) -> None:
    page = Page(pages["typical"])

    assert len(page.all("table")) == len(page.all("caption")) == 4
    assert all(cell.get("scope") in ("row", "col") for cell in page.all("th"))


def test_drawings_have_names(pages: dict[str, str]) -> None:
    page = Page(pages["typical"])

    assert all(drawing.get("aria-label") and drawing.get("role") in ("img", "group") for drawing in page.all("svg"))


def test_headings_do_not_skip_a_level(world: str, pages: dict[str, str]) -> None:
    levels = [int(tag[1]) for tag, _ in Page(pages[world]).elements if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_page_keeps_all_facts_without_its_script(pages: dict[str, str]) -> None:
    facts = content(WORLDS["typical"])
    text = Page(pages["typical"]).text

    for fact in (*facts.happened, facts.methods, *(body for _, body in facts.limits), *(value for _, value in facts.provenance)):
        assert spaced(fact) in text
    for event in facts.events:
        assert spaced(event.strength) in text
    for row in facts.blinks:
        assert spaced(f"{row.label}: {row.value.replace(words.PER_MINUTE, '')}") in text


def test_embedded_signals_are_the_measured_ones(pages: dict[str, str]) -> None:
    whole = WORLDS["typical"]
    data = json.loads(re.findall(r'<script type="application/json" id="data">(.*?)</script>', pages["typical"], re.DOTALL)[0])
    time_s = np.frombuffer(base64.b64decode(data["signals"]["time"]), "<u4") / 10_000
    steps = np.frombuffer(base64.b64decode(data["signals"]["values"]["eye_closure_right"]), np.uint8).astype(float)
    closure = np.clip(whole.signals["eye_closure_right"], 0.0, 1.0)

    np.testing.assert_allclose(time_s, whole.signals.time_s, atol=1e-4)
    np.testing.assert_array_equal(steps == 255, np.isnan(closure))
    np.testing.assert_allclose(np.where(steps == 255, NAN, steps / 254), closure, atol=0.5 / 254 + 1e-9)


def test_same_measurement_gives_the_same_page_and_paper() -> None:
    assert report_html(fake_measurement()) == report_html(fake_measurement())
    assert report_pdf(fake_measurement()) == report_pdf(fake_measurement())


def test_first_numbers_are_told_by_side() -> None:
    facts = content(WORLDS["typical"])
    rows = {row.label: [spaced(cell.value) for cell in row.cells] for row in facts.sides}

    assert rows["Contractions"] == ["8", "2", "1"]
    assert rows["– with the eyelid"][2] == "1"
    assert rows["– eyelid with mouth"] == ["8", "1", "0"]
    assert rows["Longest"] == ["≥ 3.4 s", "0.90 s", "1.4 s"]
    assert rows["Mouth corner, peak"][2] == "–"
    assert all(value.endswith("%") for value in rows["Time with eye closed"])


def test_counts_only_tells_counts_and_no_strength() -> None:
    labels = [row.label for row in content(WORLDS["counts_only"]).sides]

    assert labels == ["Contractions", "– with the eyelid", "– eyelid with mouth", "Per minute"]
    assert {(event.duration, event.strength) for event in content(WORLDS["counts_only"]).events} == {(words.NOT_TOLD, words.NOT_TOLD)}
    assert not any("lasted" in sentence for sentence in happened(WORLDS["counts_only"]))


def test_refused_tells_no_number(pages: dict[str, str]) -> None:
    facts = content(WORLDS["refused"])

    assert not any((facts.sides, facts.scores, facts.blinks, facts.events))
    assert words.NO_SCORES in Page(pages["refused"]).text
    assert words.NOTHING_FOUND in Page(pages["refused"]).text
    assert words.NO_EVENTS in Page(pages["empty"]).text


def test_hints_without_lost_time_tell_no_seconds() -> None:
    whole = WORLDS["typical"]
    hint = QualityReason(code=Reason.SEVERAL_FACES, seconds=0.0, message="make sure that one face is in the picture")
    row = content(replace(whole, quality=replace(whole.quality, reasons=(hint,)))).reasons[0]

    assert (row.label, row.seconds, row.when) == ("Several faces", "", "")
    assert row.message.startswith("Make sure")


def test_published_rates_stand_beside_the_blink_rate_with_condition_and_source(pages: dict[str, str]) -> None:
    facts = content(WORLDS["typical"])

    assert facts.blinks[0].own
    assert facts.blinks[1].label.startswith("Looking straight ahead in silence")
    assert [row.reference for row in facts.blinks[1:]] == [1, 2]
    assert facts.references[0].startswith("Doughty")
    assert all(reference in Page(pages["typical"]).text for reference in facts.references)


def test_without_a_known_task_the_published_ranges_of_every_condition_are_shown() -> None:
    labels = [row.label for row in content(WORLDS["empty"]).blinks[1:]]

    assert [label.split(",")[0] for label in labels] == ["Looking straight ahead in silence", "In conversation", "Reading"]
    assert words.TASK_NOT_STATED in content(WORLDS["empty"]).blink_note
    assert content(WORLDS["typical"]).blink_note == words.BLINK_NORMS
    assert words.TASK_NOT_PUBLISHED in content(fake_measurement(task=Task.PUCKER)).blink_note


def test_scores_of_one_name_share_a_line_and_reasons_stand_below() -> None:
    facts = content(WORLDS["typical"])
    rows = {row.label: row for row in facts.scores}
    notes = dict(facts.score_notes)

    assert [spaced(cell.value) for cell in rows["Contractions, per minute"].cells] == ["8.3", "2.1", "1.0"]
    assert [cell.value != "" for cell in rows["Blinks, per minute"].cells] == [False, False, True]
    assert len(facts.scores) < len(WORLDS["typical"].scores) / 2
    shown = [cell for row in facts.scores for cell in row.cells if cell.value == "–"]
    assert shown
    assert all(cell.note in notes for cell in shown)


def test_small_chances_are_not_shown_as_none() -> None:
    assert score_value(score(0.0018, "p")) == "< 0.01"
    assert score_value(score(0.04, "p")) == "0.04"


def test_an_unknown_source_is_shown_as_it_is() -> None:
    whole = WORLDS["typical"]
    first = whole.scores[0]
    strange = replace(first, norms=(replace(first.norms[0], source="Somebody 1999"),))

    assert content(replace(whole, scores=(strange,))).references == ("Somebody 1999",)


# ---- an hour


def test_an_hour_stays_small_and_complete(hour: Measurement) -> None:
    html = report_html(hour)
    page = Page(html)

    assert len(hour.events) > 1200
    assert len(html.encode()) < MOST_PAGE_BYTES
    assert len([link for link in page.all("a") if link.get("class") == "event"]) == len(hour.events)
    assert "strongest of 1320 events" in page.text
    assert len(re.findall("<figure>", html)) == 40


def test_an_hour_on_paper_lists_contractions_and_says_what_it_leaves_out(hour: Measurement) -> None:
    paper = pypdf.PdfReader(io.BytesIO(report_pdf(hour)))

    assert len(paper.pages) <= 7
    assert "60 of 660 contractions, those that matter most for facial spasm, in order of time. The 660 blinks and the rest are listed in" in (
        paper_text(paper)
    )


def test_a_busy_film_on_paper_lists_its_contractions() -> None:
    paper = pypdf.PdfReader(io.BytesIO(report_pdf(fake_measurement(duration_s=240.0))))

    assert "44 contractions in order of time. The 44 blinks are listed in report.html and in events.csv." in paper_text(paper)


@pytest.mark.parametrize("world", ["typical", "empty", "refused"])
def test_a_minute_takes_no_more_than_four_sheets(world: str, papers: dict[str, pypdf.PdfReader]) -> None:
    assert len(papers[world].pages) <= 4


def test_paper_says_where_the_parameters_are(papers: dict[str, pypdf.PdfReader]) -> None:
    text = paper_text(papers["typical"])

    assert words.PARAMETERS_ELSEWHERE in text
    assert f"rule set {load_parameters().version}" in text
    assert "baseline_window_s" not in text


# ---- paper


def test_paper_is_tagged_accessible_and_without_a_date(world: str, papers: dict[str, pypdf.PdfReader]) -> None:
    paper = papers[world]
    root: Any = paper.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert not {"/CreationDate", "/ModDate"} & set(paper.metadata or {})
    assert paper.pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)


def test_paper_holds_its_fonts(papers: dict[str, pypdf.PdfReader]) -> None:
    fonts: list[Any] = [font.get_object() for page in papers["typical"].pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]

    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_first_page_is_one_page(world: str, papers: dict[str, pypdf.PdfReader]) -> None:
    first = spaced(papers[world].pages[0].extract_text())
    second = spaced(papers[world].pages[1].extract_text())

    assert spaced(content(WORLDS[world]).verdict) in first
    assert f"Spasmograph {WORLDS[world].provenance.package_version}, rule set {load_parameters().version}" in first
    assert words.HEADINGS["overview"] in first
    if world != "refused":
        assert words.HEADINGS["blinks"] in first
        assert second.startswith(words.HEADINGS["timeline"])


def test_first_page_is_one_page_even_with_many_reasons() -> None:
    whole = WORLDS["typical"]
    reason = replace(whole.quality.reasons[0], message="hold the camera at eye level and " + "come closer " * 5)
    crowded = replace(whole, quality=replace(whole.quality, verdict=Verdict.LIMITED, reasons=(reason,) * 9, notes=("A note of one line.",) * 6))
    paper = pypdf.PdfReader(io.BytesIO(report_pdf(crowded)))

    assert "And 6 more; report.html lists all of them." in spaced(paper.pages[0].extract_text())
    assert words.HEADINGS["blinks"] in paper.pages[0].extract_text()
    assert spaced(paper.pages[1].extract_text()).startswith(words.HEADINGS["timeline"])


def test_paper_says_the_same_as_the_page(papers: dict[str, pypdf.PdfReader]) -> None:
    text = paper_text(papers["typical"]).replace("- ", "-")
    facts = content(WORLDS["typical"])

    for fact in (*facts.happened, *(body for _, body in facts.limits)):
        assert spaced(fact).replace("- ", "-") in text


def test_a_name_without_spaces_stays_on_the_sheet() -> None:
    name = "a_very_long_name_" * 14
    whole = fake_measurement(name=name)
    paper = pypdf.PdfReader(io.BytesIO(report_pdf(whole)))
    page = paper.pages[0]
    lines = [line for line in page.extract_text().replace("\u200b", "").splitlines() if "long_name" in line]

    assert words.breakable(name).replace("\u200b", "") == name
    assert max(len(part) for part in words.breakable(name).split("\u200b")) == 15
    assert max(len(line) for line in lines[:3]) <= 110
    assert spaced(paper.pages[1].extract_text()).replace("\u200b", "").startswith(words.HEADINGS["timeline"])


def test_hostile_words_stay_words_on_paper(papers: dict[str, pypdf.PdfReader]) -> None:
    text = paper_text(papers["hostile"])

    assert "#let x = 1" in text
    assert '#panic("x")' in text


# ---- terminal


def printed(measurement: Measurement, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(summary_table(measurement))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_terminal_fits_80_columns_and_carries_no_colour_codes_in_a_pipe(world: str) -> None:
    text = printed(WORLDS[world], 80)

    assert max(len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    assert spaced(content(WORLDS[world]).verdict) in spaced(text)


def test_terminal_tells_sides_and_blinks() -> None:
    text = spaced(printed(WORLDS["typical"], 80))

    assert "8.3 (3.6–16.3) 2.1 (0.25–7.5) 1.0 (0.03–5.8)" in text
    assert "Blinks: 11.4 per minute (5.7–20.4). Published, looking straight ahead in silence" in text


def test_terminal_of_a_refused_recording_says_what_to_do() -> None:
    text = spaced(printed(WORLDS["refused"], 80))

    assert "Record with at least 24 frames a second" in text
    assert "Per minute" not in text


def test_terminal_says_why_a_whole_recording_is_limited_and_no_label_wraps() -> None:
    still = WORLDS["typical"]
    note = "only 8.3 s could be measured; a minute tells how often something happens"
    text = printed(replace(still, quality=replace(still.quality, verdict=Verdict.LIMITED, reasons=(), notes=(note,))), 80)

    assert "- Only 8.3 s could be measured" in text
    for label in ("– eyelid with mouth", "Time in contractions", "Time with eye closed"):
        assert re.search(rf"^ ?{label} +\d", text, re.MULTILINE)


@given(st.integers(30, 140))
def test_terminal_keeps_a_number_and_its_unit_together(width: int) -> None:
    lines = printed(WORLDS["typical"], width).splitlines()

    assert max(len(line) for line in lines) <= width
    assert not any(line.startswith(("% interval", "s,", "s;")) for line in lines)


def test_terminal_takes_markup_as_text() -> None:
    assert "[b]red[/b]" in spaced(printed(WORLDS["hostile"], 200))


def test_an_event_of_no_known_region_still_has_words() -> None:
    event = Event(
        onset_s=0.0,
        apex_s=0.1,
        offset_s=0.2,
        kind=EventKind.BURST,
        side=Side.LEFT,
        regions=(),
        pattern=Pattern.BRIEF,
        amplitude=NAN,
        amplitude_unit="uv",
        confidence=0.5,
    )
    whole = replace(empty_measurement(), events=(event,))

    assert "EMG burst on the left" in event_sentence(1, event)
    assert "EMG burst" in Page(report_html(whole)).text


@pytest.mark.parametrize(("name", "shown"), [("😀 день.mp4", "? день.mp4"), ("中文.mp4", "??.mp4"), ("Žluťoučký.mp4", "Žluťoučký.mp4")])
def test_paper_is_made_for_any_name(name: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a system without fonts of its own; with them, the name is written as it is."""
    fonts = typst.Fonts
    monkeypatch.setattr(typst, "Fonts", lambda **_asked: fonts(include_system_fonts=False))
    paper = pypdf.PdfReader(io.BytesIO(report_pdf(fake_measurement(name=name))))

    assert shown in paper.pages[0].extract_text().replace("\u200b", "")
