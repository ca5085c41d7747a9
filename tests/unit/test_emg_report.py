"""What an EMG report says, on the page, on paper and in the terminal."""

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
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from spasmograph.io.results import measurement_to_json
from spasmograph.measure.emg.evoked.responses import evoked_response, search_for
from spasmograph.measure.emg.evoked.sweeps import average_evoked
from spasmograph.model import (
    Annotation,
    ArraySource,
    Biosignal,
    EmgMeasurement,
    Estimate,
    EvokedResponse,
    Presence,
    QualityReason,
    ResponseKind,
    Score,
    Span,
    Standing,
    Stimuli,
    Synchrony,
    Together,
)
from spasmograph.parameters import load_emg_parameters
from spasmograph.present.emg import contents_table, emg_methods_text, emg_report_html, emg_report_pdf, emg_summary_table
from spasmograph.present.emg import words as own
from spasmograph.present.emg.amplitudes import amplitude, between, number
from spasmograph.present.emg.content import emg_content
from spasmograph.present.emg.courses import courses, highest, on_clock, rounded_up, run_starts
from spasmograph.present.emg.film_lanes import film_bands, film_lanes, film_signals, film_top
from spasmograph.present.emg.lanes import cut, merged, overview, overview_height, seen_runs
from spasmograph.present.emg.leads import leads, name_of
from spasmograph.present.emg.page import MOST_BURSTS
from spasmograph.present.emg.published import shared_end
from spasmograph.present.emg.references import References, sources
from spasmograph.present.emg.remarks import brief, remarks
from spasmograph.present.emg.responses import chance
from spasmograph.present.emg.sentences import emg_verdict, estimate, happened, mid
from spasmograph.present.emg.tables import score_table, strongest
from spasmograph.present.emg.waveforms import band, presence_mark, view, waveform
from spasmograph.present.rows import lettered
from spasmograph.terms import ChannelKind, EventKind, Reason, Side, Verdict
from tests import emg_report_worlds as worlds
from tests.reading import Page, paper_text, spaced

NAN = math.nan
WORLDS: dict[str, EmgMeasurement] = {
    "rich": worlds.rich_emg(),
    "poor": worlds.poor_emg(),
    "quiet": worlds.quiet_emg(),
    "refused": worlds.refused_emg(),
    "evoked": worlds.evoked_emg(),
    "operation": worlds.operation_emg(),
    "filmed": worlds.filmed_emg(),
    "wide": worlds.wide_emg(),
    "hostile": worlds.hostile_emg(),
}
MOST_PAGE_BYTES = 3_000_000
RESPONSES_DRAWN = (ResponseKind.BLINK_REFLEX_R1, ResponseKind.BLINK_REFLEX_R2)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: emg_report_html(world) for name, world in WORLDS.items()}


@pytest.fixture(scope="module")
def papers() -> dict[str, pypdf.PdfReader]:
    return {name: pypdf.PdfReader(io.BytesIO(emg_report_pdf(world))) for name, world in WORLDS.items()}


@pytest.fixture(scope="module")
def hour() -> EmgMeasurement:
    return worlds.hour_emg()


@pytest.fixture(params=list(WORLDS))
def world(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def told(measurement: EmgMeasurement) -> str:
    return spaced(" ".join(happened(measurement, leads(measurement))))


def printed(measurement: EmgMeasurement, width: int = 80) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    console.print(emg_summary_table(measurement))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def embedded(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def response_of(measurement: EmgMeasurement, kind: ResponseKind) -> EvokedResponse:
    return next(one for one in measurement.evoked if one.kind is kind)


# ---- channels and amplitudes


def test_channels_go_from_the_forehead_down_the_right_side_before_the_left_and_unknown_ones_last() -> None:
    names = [lead.name for lead in leads(WORLDS["wide"])]

    assert names[:3] == ["Frontalis, right", "Frontalis, left", "Orbicularis oculi (“EMG1”), right"]
    assert names[-3:] == ["Platysma, left", "“Aux A”", "“Aux B”"]
    assert "Mentalis, side not known" in names
    assert "Orbicularis oculi (“OO lower”), right" in names
    assert len(names) == len(set(names)) == 16


def test_a_channel_that_is_not_measured_is_named_by_its_label() -> None:
    assert name_of(leads(WORLDS["rich"]), "mentalis_left") == "Mentalis, left"
    assert name_of((), "mentalis_left") == "Mentalis left"


def test_a_channel_without_calibration_is_never_in_microvolts(pages: dict[str, str], papers: dict[str, pypdf.PdfReader]) -> None:
    for text in (Page(pages["poor"]).text, paper_text(papers["poor"]), printed(WORLDS["poor"])):
        assert "µV" not in text
        assert "file units" in text
    assert own.UNITS_NOTE in Page(pages["poor"]).text
    assert own.UNITS_NOTE not in Page(pages["rich"]).text


def test_a_unit_that_is_no_voltage_is_shown_as_the_file_has_it() -> None:
    poor = WORLDS["poor"]
    (one,) = poor.recording.channels

    def unit(stated: str) -> str:
        channels = (replace(one, unit=stated),)
        return leads(replace(poor, recording=replace(poor.recording, channels=channels)))[0].unit

    assert unit("counts") == "counts"
    assert unit("uV") == unit("") == unit("mV") == "file units"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.34, "µV", "12.3 µV"),
        (0.0001234, "file units", "1.23 × 10⁻⁴ file units"),
        (0.009999, "file units", "1.00 × 10⁻² file units"),
        (0.0732, "file units", "0.0732 file units"),
        (2_345_678.0, "counts", "2.35 × 10⁶ counts"),
        (4026.0, "counts", "4026 counts"),
        (-0.5, "file units", "−0.500 file units"),
        (2e-9, "file units", "2.00 × 10⁻⁹ file units"),
        (0.0, "file units", "0 file units"),
        (NAN, "µV", "not told"),
    ],
)
def test_amplitudes_bear_three_digits_where_the_unit_is_not_known(value: float, unit: str, text: str) -> None:
    assert spaced(amplitude(value, unit)) == text


@given(st.floats(min_value=1e-12, max_value=1e12))
def test_no_amplitude_is_rounded_to_nothing(value: float) -> None:
    assert re.search(r"[1-9]", number(value, "file units"))


def test_ranges_of_amplitudes() -> None:
    assert spaced(between(0.00009, 0.0003, "file units")) == "0.90–3.00 × 10⁻⁴"
    assert between(0.02, 0.3, "file units") == "0.0200–0.300"
    assert between(NAN, 0.1, "file units") == ""
    assert between(1.0, 2.0, "µV") == "1.0–2.0"


# ---- sentences


def test_bursts_are_told_by_muscle_and_side_then_what_goes_together_then_rhythm() -> None:
    text = told(WORLDS["rich"])

    assert text.startswith(
        f"149 bursts of muscle activity were found in 60 s, in 8 channels. {own.WHAT_A_BURST_IS} "
        "Orbicularis oculi: 38 on the right and 3 on the left;"
    )
    assert "Orbicularis oculi and orbicularis oris, both on the right, began their bursts together more often than by chance: 92 %" in text
    assert "show the same signal at the same moment: volume conduction, which is not told as synchrony." in text
    assert "No steady rhythm was found in the bursts of any of the muscles that had enough of them." in text
    assert text.endswith(
        "In 6 movements of orbicularis oculi on the right, orbicularis oris on the right was 0.42 (0.31–0.55) times as active, "
        "each compared with its own strongest."
    )


def test_a_doubt_about_what_joined_a_movement_stands_beside_it() -> None:
    rich = WORLDS["rich"]
    copied = replace(
        rich, synkinesis=tuple(replace(one, reason="one muscle is seen by both electrodes, which reads as synkinesis") for one in rich.synkinesis)
    )

    assert "its own strongest; yet one muscle is seen by both electrodes, which reads as synkinesis." in told(copied)


def test_long_bursts_are_not_told_as_movements() -> None:
    rich = WORLDS["rich"]
    unnamed = replace(rich, synkinesis=tuple(replace(one, annotated=False) for one in rich.synkinesis))

    assert "movements of" not in told(unnamed)
    assert own.NOT_ANNOTATED in Page(emg_report_html(unnamed)).text


def test_no_burst_is_told_as_what_was_looked_at() -> None:
    assert told(WORLDS["quiet"]) == "No burst of muscle activity was found in 30 s, in 2 channels."


def test_nothing_measured_is_not_told_as_nothing_found() -> None:
    assert told(WORLDS["refused"]) == "Whether a muscle was active cannot be told from this recording."


def test_activity_of_one_side_alone_is_told_only_where_both_sides_were_measured() -> None:
    rich = WORLDS["rich"]
    right = replace(rich, events=tuple(one for one in rich.events if one.side is Side.RIGHT))
    only = replace(right, channels=tuple(one for one in rich.channels if one.label.endswith("right")))

    assert "All bursts of a known side were on the right; the left was measured as well and had none." in told(right)
    assert "the left was measured" not in told(only)
    assert "the left was measured" not in told(rich)


def test_one_burst_is_told_in_the_singular() -> None:
    assert told(WORLDS["poor"]) == f"One burst of muscle activity was found in 20 s, in 1 channel. {own.WHAT_A_BURST_IS} “A1”: 1."


def test_pairs_that_are_no_more_together_than_by_chance_are_told_so() -> None:
    rich = WORLDS["rich"]
    chance = replace(rich, synchrony=tuple(replace(pair, together=Together.BY_CHANCE) for pair in rich.synchrony))
    untold = replace(rich, synchrony=tuple(replace(pair, together=Together.NOT_TOLD) for pair in rich.synchrony))

    assert "No two muscles began their bursts together more often than by chance." in told(chance)
    assert "together" not in told(untold)


def test_both_sides_of_one_muscle_are_told_as_such() -> None:
    pair = worlds.pair("orbicularis_oculi_right", "orbicularis_oculi_left", Together.SYNCHRONOUS, 0.8)

    assert "The orbicularis oculi of both sides began their bursts together" in told(replace(WORLDS["rich"], synchrony=(pair,)))


def test_many_pairs_are_counted() -> None:
    pair = worlds.pair("orbicularis_oculi_right", "mentalis_right", Together.SYNCHRONOUS, 0.8)

    assert "So did 4 more pairs; the table of pairs names them." in told(replace(WORLDS["rich"], synchrony=(pair,) * 7))


def test_a_rhythm_is_told_with_its_frequency() -> None:
    rich = WORLDS["rich"]
    rhythmic = replace(rich, patterns=(replace(rich.patterns[0], rhythmic=True), *rich.patterns[1:]))

    assert "The bursts of orbicularis oculi on the right were rhythmic, at 4.1 Hz (3.0–6.2)." in told(rhythmic)


def test_responses_are_tabled_with_latency_and_with_what_would_have_been_seen() -> None:
    table = emg_content(WORLDS["evoked"]).tables.evoked
    assert table
    first, *_, last = [[spaced(f"{cell.value} {cell.interval}".strip()) for cell in line] for line in table.lines]

    assert first == ["Blink reflex R1", "Orbicularis oculi, right", "right", "present", "10.0 ms 9.7–10.4", "351 µV 310–398", "24.0 µV", "20"]
    assert last == ["R1-like response", "Orbicularis oris, right", "right", "no response", "–", "–", "24.0 µV", "20"]
    assert emg_content(WORLDS["rich"]).tables.evoked is None


def test_what_stimuli_evoked_is_told_first() -> None:
    evoked = WORLDS["evoked"]
    with_bursts = replace(WORLDS["rich"], evoked=evoked.evoked, stimuli=evoked.stimuli)
    head = f"20 stimuli were given on the right. 4 responses were looked for: 2 present, 1 reduced and 1 absent. {own.WHAT_A_RESPONSE_IS}"

    assert told(evoked).startswith(f"{head} No burst of muscle activity was found in 60 s")
    assert told(with_bursts).startswith(f"{head} 149 bursts")


def test_responses_of_one_outcome_are_told_together() -> None:
    evoked = WORLDS["evoked"]
    absent = tuple(replace(one, presence=Presence.ABSENT) for one in evoked.evoked)

    assert "4 responses were looked for: all absent." in told(replace(evoked, evoked=absent))
    assert "One response was looked for: 1 absent." in told(replace(evoked, evoked=absent[:1]))


def test_a_stimulated_side_that_is_not_known_is_said_once() -> None:
    evoked = WORLDS["evoked"]
    unknown = replace(evoked, evoked=tuple(replace(one, stimulated=None) for one in evoked.evoked))
    facts, table = emg_content(unknown), emg_content(unknown).tables.evoked

    assert table
    assert "Stimulated" not in table.headings
    assert told(unknown).count(own.NO_STIMULATED_SIDE) == 1
    assert facts.responses[0].title == "Blink reflex R1 in orbicularis oculi on the right"


@pytest.mark.parametrize(("probability", "text"), [(0.002, "fewer than 1"), (0.213, "21"), (1.0, "100")])
def test_chance_is_told_in_cases(probability: float, text: str) -> None:
    assert chance(probability) == f"noise alone gives as much in {text} of 100 cases"
    assert chance(NAN) == "not told"


def test_changes_over_an_operation_are_told_with_their_times() -> None:
    assert "reduced from 40:00.0 on, before that present; no response from 55:00.0 on, before that reduced." in told(WORLDS["operation"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Mentalis, left", "mentalis on the left"),
        ("Mentalis, side not known", "mentalis (side not known)"),
        ("Procerus, both sides", "procerus of both sides"),
        ("“EMG1”", "“EMG1”"),
    ],
)
def test_names_within_a_sentence(name: str, text: str) -> None:
    assert mid(name) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Estimate(value=10.3, low=9.9, high=10.7), "ms", "10.3 ms (9.9–10.7)"),
        (Estimate(value=0.9), "fraction", "90 %"),
        (Estimate(value=NAN), "ms", "not told"),
        (Estimate(value=0.4, low=0.3, high=0.5), "", "0.40 (0.30–0.50)"),
    ],
)
def test_estimates(value: Estimate, unit: str, text: str) -> None:
    assert spaced(estimate(value, unit)) == text


def test_verdict_says_that_not_every_channel_was_measured_all_the_time() -> None:
    assert spaced(emg_verdict(WORLDS["rich"])) == "Limited: all 60 s were measured in at least one channel"
    assert spaced(emg_verdict(WORLDS["quiet"])) == "Good: all 30 s were measured"
    assert spaced(emg_verdict(WORLDS["poor"])) == "Envelope only: all 20 s were measured"
    assert spaced(emg_verdict(WORLDS["refused"])) == "Not measured: this recording gives no numbers"


def test_every_word_of_the_field_has_its_words() -> None:
    assert set(own.KINDS) == set(ChannelKind)
    assert set(own.RESPONSES) == set(ResponseKind)
    assert set(own.PRESENCES) == set(Presence)
    assert set(own.STANDINGS) == set(Standing)
    assert set(own.TOGETHER) == set(Together)
    assert set(own.VERDICTS) == set(own.VERDICT_NOTES) == set(Verdict)


# ---- remarks


def test_a_reason_of_several_channels_is_told_once() -> None:
    reason = QualityReason(code=Reason.CLIPPED, seconds=0.5, message="choose a larger range", spans=(Span(onset_s=1.0, offset_s=1.5),))
    quiet = WORLDS["quiet"]
    both = replace(quiet, channels=tuple(replace(one, reasons=(reason,)) for one in quiet.channels))
    one_more = replace(both, channels=(replace(both.channels[0], reasons=(replace(reason, seconds=2.0, spans=()),)), both.channels[1]))
    single = replace(both, channels=(both.channels[0], quiet.channels[1]))

    assert [(one.message, spaced(one.where)) for one in remarks(leads(both))] == [("Choose a larger range.", "All channels: 0.50 s (0:01.0–0:01.5)")]
    assert [spaced(one.short) for one in remarks(leads(one_more))] == ["all channels: 0.50 s to 2.0 s"]
    assert [spaced(one.where) for one in remarks(leads(single))] == ["Orbicularis oculi, right: 0.50 s (0:01.0–0:01.5)"]


def test_what_a_limited_or_refused_channel_lacks_is_said_beside_it() -> None:
    limited, refused, quiet = (emg_content(WORLDS[name]).tables.channels for name in ("rich", "refused", "quiet"))
    assert limited
    assert refused
    assert quiet

    assert [spaced(line[-1].value) for line in limited.lines] == [""] * 7 + ["An electrode had no contact: 5.0 s"]
    assert spaced(refused.lines[0][-1].value) == "The channel was flat: 20 s"
    assert "Not measured" not in quiet.headings


def test_where_something_was_left_out_is_told_in_short_first_and_in_full_beside_the_channels(pages: dict[str, str]) -> None:
    text = spaced(Page(pages["rich"]).text)

    assert text.count("Check the contact and the cable of this electrode.") == 1
    assert text.index("Mentalis, left: 5.0 s.") < text.index(own.HEADINGS["happened"], 400) < text.index("Mentalis, left: 5.0 s (0:31.0–0:36.0).")


def test_a_short_time_is_never_told_as_none() -> None:
    assert spaced(brief(0.004)) == "under 0.01 s"
    assert spaced(brief(0.0)) == "0 s"


# ---- courses


@given(st.lists(st.floats(min_value=0, max_value=1e6) | st.just(NAN), min_size=1, max_size=300), st.integers(min_value=1, max_value=400))
def test_shortening_keeps_the_highest_value_and_the_bound(values: list[float], columns: int) -> None:
    course = np.array(values)
    runs = highest(course, run_starts(len(course), columns))

    assert len(runs) == min(columns, len(course))
    assert np.fmax.reduce(runs) == np.fmax.reduce(course) or (np.isnan(course).all() and np.isnan(runs).all())


@given(st.floats(min_value=1e-9, max_value=1e9))
def test_the_edge_of_a_scale_is_just_above_its_values(value: float) -> None:
    assert value * (1 - 1e-6) <= rounded_up(value) <= 2 * value


def test_a_scale_without_a_value_is_not_empty() -> None:
    assert rounded_up(0.0) == rounded_up(NAN) == 1.0


def test_both_sides_of_a_muscle_share_a_scale_and_units_do_not() -> None:
    rich = WORLDS["rich"]
    tops = courses(rich, leads(rich), ()).tops
    channels = (replace(one, uv_per_unit=NAN) if one.label == "orbicularis_oculi_left" else one for one in rich.recording.channels)
    mixed = replace(rich, recording=replace(rich.recording, channels=tuple(channels)))
    apart = courses(mixed, leads(mixed), ()).tops

    assert tops["orbicularis_oculi_right"] == tops["orbicularis_oculi_left"] > 50
    assert apart["orbicularis_oculi_right"] == tops["orbicularis_oculi_right"] != apart["orbicularis_oculi_left"]


def test_a_film_lies_on_the_clock_of_the_recording() -> None:
    filmed = WORLDS["filmed"]
    assert filmed.film
    clock = np.arange(0.0, 60.0, 0.05)
    course = on_clock(filmed.film, "eye_closure_right", 1.5, clock)
    closure = filmed.film.signals["eye_closure_right"]
    strongest_s = filmed.film.signals.time_s[int(np.nanargmax(closure))]

    assert np.isnan(course[clock < 1.4]).all()
    assert clock[int(np.nanargmax(course))] == pytest.approx(strongest_s + 1.5, abs=0.1)
    assert np.nanmax(course) == pytest.approx(np.nanmax(closure[: round(58.5 * 30)]), abs=1e-6)


def test_the_film_stands_beside_muscles_of_the_same_side_and_region() -> None:
    filmed = WORLDS["filmed"]

    def lanes_of(*labels: str) -> list[str]:
        kept = tuple(one for one in filmed.channels if one.label in labels)
        return [f"{lane.words}, {lane.side}" for lane in film_lanes(replace(filmed, channels=kept))]

    assert lanes_of("orbicularis_oculi_right") == ["eye closure, right"]
    assert lanes_of("mentalis_left") == ["eye closure, left", "corner of the mouth, left"]
    assert film_lanes(replace(filmed, alignment=None)) == ()


def test_contractions_of_the_film_stand_in_the_lane_of_their_region() -> None:
    filmed = WORLDS["filmed"]
    film, alignment = filmed.film, filmed.alignment
    assert film
    assert alignment
    contractions = [one for one in film.events if one.kind is EventKind.CONTRACTION]
    whole = courses(filmed, leads(filmed), film_signals(filmed))

    for lane in film_lanes(filmed):
        there = [one.onset_s + 1.5 for one in contractions if one.side in (lane.side, Side.BOTH) and lane.region in one.regions]
        assert film_bands(filmed, lane)[:, 0] == pytest.approx(there)
        assert film_top(lane, whole) >= np.nanmax(whole.values[lane.signal], initial=0.0)


def test_a_drift_of_the_clocks_is_told_where_it_is_known() -> None:
    filmed = WORLDS["filmed"]
    assert filmed.alignment
    drifting = replace(filmed, alignment=replace(filmed.alignment, drift_ppm=Estimate(value=50.0, low=-10.0, high=110.0)))

    assert "The recording's clock gains 180 ms an hour (−36 to 396) on the film's" in spaced(" ".join(emg_content(drifting).film))
    assert "gains" not in " ".join(emg_content(filmed).film)


def test_a_film_without_the_signal_or_without_an_offset_gives_nothing() -> None:
    filmed = WORLDS["filmed"]
    assert filmed.film
    assert filmed.alignment
    lost = replace(filmed, alignment=replace(filmed.alignment, offset_s=Estimate(value=NAN)))

    assert np.isnan(on_clock(filmed.film, "no_such", 0.0, np.arange(3.0))).all()
    assert film_signals(filmed) == tuple(
        f"{name.format(side)}" for side in ("right", "left") for name in ("eye_closure_{}", "oral_commissure_excursion_{}_mm")
    )
    assert film_signals(lost) == film_signals(WORLDS["rich"]) == ()
    assert "could not be put on the recording's clock" in Page(emg_report_html(lost)).text


# ---- drawings


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 5)), max_size=60))
def test_bands_are_in_order_wide_enough_and_cover_every_burst(pairs: list[tuple[float, float]]) -> None:
    spans = np.array(sorted((start, start + length) for start, length in pairs), np.float64).reshape(-1, 2)
    edges = merged(spans, lambda time_s: 5 * time_s)

    assert all(right - left >= 1.5 - 1e-9 for left, right in edges)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(edges))
    assert all(any(left <= 5 * onset_s and 5 * offset_s <= right + 1e-9 for left, right in edges) for onset_s, offset_s in spans.tolist())


def test_runs_of_measured_values() -> None:
    assert seen_runs(np.array([NAN, 1.0, 2.0, NAN, 3.0])) == [(1, 3), (4, 5)]
    assert seen_runs(np.array([])) == []


def test_the_overview_has_one_lane_a_channel_and_hatches_what_was_not_measured() -> None:
    rich = WORLDS["rich"]
    found = leads(rich)
    drawn = overview(rich, found, courses(rich, found, ()), width=960.0, key="x")
    root = ET.fromstring(drawn)  # noqa: S314 - our own drawing

    assert root.get("aria-label", "").startswith(
        "Envelopes and bursts from 0:00 to 1:00. Bursts in the whole recording: Orbicularis oculi, right: 38,"
    )
    assert drawn.count('fill="url(#gap-x)"') == 1
    assert float(root.get("height", "0")) == overview_height(8, 960.0)
    assert overview_height(8, 340.0) > overview_height(8, 960.0)


def test_a_lane_without_an_envelope_says_so() -> None:
    rich = WORLDS["rich"]
    values = {name: course for name, course in rich.signals.values.items() if "mentalis_left" not in name}
    bare = replace(rich, signals=replace(rich.signals, values=values))
    found = leads(bare)

    assert "not measured" in overview(bare, found, courses(bare, found, ()), width=960.0, key="x")
    assert Page(emg_report_html(bare)).text.count("not measured") >= 2


def test_all_drawings_are_sound_and_named(world: str, pages: dict[str, str]) -> None:
    drawings = re.findall(r"<svg .*?</svg>", pages[world], re.DOTALL)

    for drawing in drawings:
        root = ET.fromstring(drawing)  # noqa: S314 - our own drawing
        assert root.get("aria-label")
        assert (
            "nan"
            not in " ".join(value for node in root.iter() for value in node.attrib.values() if not value.startswith(("Burst", "Average"))).lower()
        )


def test_marks_of_a_course_differ_by_shape() -> None:
    drawn = {presence_mark(presence, 5.0, 5.0, "ink") for presence in Presence}

    assert len(drawn) == len(Presence)


def test_a_waveform_shows_stimulus_window_and_onset_within_its_view() -> None:
    response = response_of(WORLDS["evoked"], ResponseKind.BLINK_REFLEX_R1)
    absent = response_of(WORLDS["evoked"], ResponseKind.R1_LIKE)
    drawn = waveform(response, width=460.0, height=210.0, title="R1", leads=())

    assert view(response) == pytest.approx((-5.0, 25.6))
    assert "10.0 ms" in drawn
    assert drawn.count("stroke-dasharray") == 1
    assert "10.0 ms" not in waveform(absent, width=460.0, height=210.0, title="R1-like", leads=())


def test_responses_of_a_channel_without_calibration_are_never_in_microvolts() -> None:
    evoked, operation = WORLDS["evoked"], WORLDS["operation"]
    bare = [replace(channel, uv_per_unit=NAN, unit="counts") for channel in evoked.recording.channels]
    mute = [replace(channel, uv_per_unit=NAN, unit="counts") for channel in operation.recording.channels]
    there = tuple(response for response in evoked.evoked if response.presence is not Presence.ABSENT)
    worlds_ = (
        replace(evoked, recording=replace(evoked.recording, channels=tuple(bare)), evoked=there),
        replace(operation, recording=replace(operation.recording, channels=tuple(mute))),
    )

    for one in worlds_:
        for text in (Page(emg_report_html(one)).text, paper_text(pypdf.PdfReader(io.BytesIO(emg_report_pdf(one)))), printed(one)):
            assert "µV" not in text
            assert "351 counts" in spaced(text)
    assert "905 counts ms (810–1010)" in spaced(Page(emg_report_html(worlds_[0])).text)
    assert "905 µV ms (810–1010)" in spaced(Page(emg_report_html(evoked)).text)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ((Presence.PRESENT, Presence.UNDECIDED, Presence.PRESENT), "No change was found: present throughout, as far as it could be told."),
        ((Presence.ABSENT, Presence.ABSENT), "No change was found: no response throughout, as far as it could be told."),
        ((Presence.PRESENT, Presence.REDUCED, Presence.PRESENT), "No change lasted for long enough to be told."),
        ((Presence.UNDECIDED, Presence.UNDECIDED), "Whether it changed over the recording cannot be told."),
    ],
)
def test_a_course_without_a_change_says_what_that_means(steps: tuple[Presence, ...], sentence: str) -> None:
    (course,) = WORLDS["operation"].courses
    changeless = replace(course, changes=(), steps=tuple(replace(course.steps[0], presence=presence) for presence in steps))

    (block,) = emg_content(replace(WORLDS["operation"], courses=(changeless,))).courses

    assert block.sentences == (sentence,)


def test_single_sweeps_lie_behind_the_average_and_within_the_scale() -> None:
    response = response_of(WORLDS["evoked"], ResponseKind.BLINK_REFLEX_R1)
    rng = np.random.default_rng(1)
    single = replace(response, single_uv=response.average_uv + rng.normal(0.0, 200.0, (12, len(response.time_ms))))
    bare, drawn = (waveform(one, width=460.0, height=210.0, title="R1", leads=()) for one in (response, single))

    assert "stroke-opacity" not in bare
    assert drawn.index("stroke-opacity") < drawn.index("fill-opacity")
    assert "300 µV" in bare
    assert "600 µV" in drawn


def test_drawn_sweeps_are_few_and_stay_out_of_the_result_file() -> None:
    rng = np.random.default_rng(4)
    source = WORLDS["evoked"].recording.channels[0]
    average = average_evoked(rng.normal(0.0, 5.0, 130_000), np.arange(1.0, 61.0), rate_hz=2000.0)
    few = evoked_response(average, search_for(ResponseKind.BLINK_REFLEX_R1), source)
    late = evoked_response(average, search_for(ResponseKind.BLINK_REFLEX_R2), source)
    one = replace(WORLDS["evoked"], evoked=(few,))

    assert few.sweeps > 40
    assert few.single_uv.shape == (40, len(few.time_ms))
    assert np.array_equal(np.isnan(few.single_uv[0]), np.isnan(few.average_uv))
    assert np.nanmin(few.single_uv) < 0
    assert late.rectified
    assert measurement_to_json(one) == measurement_to_json(replace(one, evoked=(replace(few, single_uv=np.empty((0, 0))),)))


def test_a_rectified_average_begins_at_zero_and_says_so() -> None:
    direct, late = (waveform(response_of(WORLDS["evoked"], kind), width=460.0, height=210.0, title="", leads=()) for kind in RESPONSES_DRAWN)

    assert "rectified" in late
    assert ">0<" in late.split("rectified")[0]
    assert ">−300<" not in late
    assert "rectified" not in direct
    assert ">−300<" in direct


def test_a_response_without_any_sample_is_still_drawn() -> None:
    empty = np.empty(0)
    bare = replace(response_of(WORLDS["evoked"], ResponseKind.R1_LIKE), time_ms=empty, average_uv=empty, low_uv=empty, high_uv=empty)

    ET.fromstring(waveform(bare, width=460.0, height=210.0, title="bare", leads=()))  # noqa: S314 - our own drawing


def test_a_band_is_broken_where_its_limits_are_not_known() -> None:
    x, high = np.arange(5.0), np.array([1.0, 1.0, NAN, 1.0, 1.0])

    assert band(x, high, high - 1, "ink").count("z") == 2


# ---- references


def test_sources_are_numbered_once_in_the_order_in_which_they_are_cited() -> None:
    cited = References()

    assert [cited.cite("KOR92"), cited.cite("BANIK"), cited.cite("KOR92"), cited.cite("KOR92, MEDSC"), cited.cite("")] == [
        "[1]",
        "[2]",
        "[1]",
        "[1, 3]",
        "",
    ]
    assert cited.inline("they overlap (MYOKOV).") == "they overlap [4]."
    assert cited.inline("(in another series, NIELSEN)") == "(in another series, [5])"
    assert cited.listed() == tuple(sources()[key] for key in ("KOR92", "BANIK", "MEDSC", "MYOKOV", "NIELSEN"))


def test_an_unknown_source_stands_as_it_is() -> None:
    cited = References()

    assert cited.cite("Somebody, Some Journal 2020") == "[1]"
    assert cited.listed() == ("Somebody, Some Journal 2020",)


# ---- tables


def test_the_strongest_bursts_of_every_channel_are_kept_in_order_of_time(hour: EmgMeasurement) -> None:
    found = leads(hour)
    kept = strongest(hour, found, 100)
    channels = {hour.events[place].channel for place in kept}

    assert len(kept) == 100
    assert kept == sorted(kept)
    assert channels == {one.channel for one in hour.events}
    assert strongest(hour, found, 10**6) == list(range(len(hour.events)))


def test_first_numbers_are_told_by_muscle_and_side() -> None:
    table = emg_content(WORLDS["rich"]).tables.activity
    assert table
    rows = {(line[0].value, line[1].value): [spaced(cell.value) for cell in line[2:]] for line in table.lines}

    assert rows["Orbicularis oculi", "right"][0] == "38"
    assert rows["Orbicularis oculi", "right"][1] == "38.0"
    assert rows["Orbicularis oculi", "right"][3].endswith("µV")
    assert rows["Mentalis", "left"] == ["0", "0", "–", "–", "0 %"]


def test_scores_of_one_name_stand_together_with_their_channel() -> None:
    table = emg_content(WORLDS["rich"]).tables.scores
    assert table
    names = [line[0].value for line in table.lines]

    assert names == sorted(names, key=names.index)
    assert names[:8] == ["Bursts"] * 8
    assert table.lines[0][1].value == "Orbicularis oculi, right"


@pytest.mark.parametrize(
    ("name", "label", "shown", "where"),
    [
        ("burst_rate_mentalis_right", "Bursts, mentalis right", "Bursts", "Mentalis, right"),
        ("burst_peak_median_mentalis_right", "Peak of bursts, median, mentalis right", "Peak of bursts, median", "Mentalis, right"),
        (
            "burst_lag_mentalis_right_mentalis_left",
            "Onset of the second after the first, mentalis right and mentalis left",
            "Onset of the second after the first",
            "Mentalis, right and Mentalis, left",
        ),
        (
            "synkinesis_ratio_mentalis_right_mentalis_left",
            "mentalis left while mentalis right is moved",
            "Synkinesis ratio",
            "Mentalis, right and Mentalis, left",
        ),
        ("burst_laterality_mentalis", "Left to right, mentalis", "Left to right, mentalis", ""),
        ("something_mentalis_left", "", "Something", "Mentalis, left"),
    ],
)
def test_a_score_is_named_apart_from_its_channels(name: str, label: str, shown: str, where: str) -> None:
    one = Score(name=name, value=1.0, unit="index", low=NAN, high=NAN, observed_s=60.0, label=label)
    table = score_table([one], leads(WORLDS["rich"]), {}, str)

    assert [cell.value for cell in table.lines[0][:2]] == [shown, where]


def test_paper_leaves_out_scores_that_other_tables_tell() -> None:
    facts = emg_content(replace(WORLDS["rich"], scores=(*WORLDS["rich"].scores, replace(WORLDS["rich"].scores[0], name="burst_laterality_mentalis"))))

    assert facts.tables.further_scores
    assert [line[0].value for line in facts.tables.further_scores.lines] == ["Bursts"]
    assert emg_content(WORLDS["rich"]).tables.further_scores is None


def test_nothing_is_tabled_where_nothing_can_be_told() -> None:
    rich = WORLDS["rich"]
    bare = replace(
        rich,
        synchrony=tuple(replace(pair, together=Together.NOT_TOLD) for pair in rich.synchrony),
        synkinesis=tuple(replace(one, movements=0, ratio=Estimate(value=NAN)) for one in rich.synkinesis),
    )
    facts = emg_content(bare)

    assert facts.tables.pairs is None
    assert facts.tables.synkinesis is None


def test_patterns_of_which_nothing_can_be_told_are_folded_away_and_named_on_paper() -> None:
    rich = WORLDS["rich"]
    untold = replace(rich.published[1], features=(replace(rich.published[1].features[0], standing=Standing.NOT_TOLD),))
    one = replace(rich, published=(rich.published[0], untold))

    assert len(Page(emg_report_html(one)).all("details")) == 2
    text = paper_text(pypdf.PdfReader(io.BytesIO(emg_report_pdf(one))))
    assert "Of these this recording tells nothing: Rhythmic bursts of a single muscle at 3-8 Hz." in text
    assert "One muscle ripples" not in text


@pytest.mark.parametrize(
    ("texts", "end"),
    [
        (["One. Both. All.", "Two. Both. All."], "Both. All."),
        (["One.", "Two."], ""),
        (["Same.", "Same."], "Same."),
        (["Alone."], ""),
        (["", "One."], ""),
    ],
)
def test_what_all_limits_end_with_is_told_once(texts: list[str], end: str) -> None:
    assert shared_end(texts) == end


def test_a_rhythm_that_is_not_steady_is_called_weak() -> None:
    rich = WORLDS["rich"]

    def rhythm(**changed: Any) -> str:
        table = emg_content(replace(rich, patterns=(replace(rich.patterns[0], **changed),))).tables.rhythm
        assert table
        return spaced(table.lines[0][table.headings.index("Rhythm")].value)

    assert rhythm() == "none found"
    assert rhythm(rhythm_probability=0.0025) == "weak, 4.1 Hz"
    assert rhythm(rhythm_probability=0.0025, rhythmic=True) == "4.1 Hz"
    assert rhythm(rhythm_probability=NAN, reason="too few bursts") == "not told"


def test_remarks_of_a_table_stand_below_it_once() -> None:
    table = emg_content(WORLDS["rich"]).tables.rhythm
    assert table

    assert "Remarks" not in table.headings
    assert table.notes == (("a", "There are fewer bursts than a rhythm needs."),)
    assert [line[0].note for line in table.lines] == ["", "a", "", "", ""]


def test_there_is_a_letter_for_every_remark() -> None:
    letters = lettered([*(str(number) for number in range(28)), "0", ""])

    assert (letters["0"], letters["25"], letters["26"], letters["27"]) == ("a", "z", "aa", "ab")
    assert len(letters) == len(set(letters.values())) == 28


def test_pairs_of_which_nothing_can_be_told_stand_in_one_sentence() -> None:
    labels = [one.label for one in WORLDS["rich"].channels]
    unknown = Estimate(value=NAN)

    def untold(first: int, second: int, bursts: int) -> Synchrony:
        reason = f"one of the two has only {bursts} bursts; at least 6 are needed"
        return replace(worlds.pair(labels[first], labels[second], Together.NOT_TOLD, NAN), shared=unknown, lag_ms=unknown, reason=reason)

    together = worlds.pair(labels[0], labels[2], Together.SYNCHRONOUS, 0.9)
    pairs = (together, untold(0, 1, 0), untold(2, 1, 0), untold(4, 1, 3), untold(0, 4, 4), worlds.pair(labels[2], labels[4], Together.BY_CHANCE, 0.1))
    facts = emg_content(replace(WORLDS["rich"], synchrony=pairs))

    assert facts.tables.pairs
    assert len(facts.tables.pairs.lines) == 2
    assert facts.tables.untold_pairs == (
        (
            "4 other pairs cannot be told, since one of the two has only 0–4 bursts; at least 6 are needed: "
            "every pair with orbicularis oculi on the left; orbicularis oculi on the right with orbicularis oris on the right."
        ),
    )


def test_movements_of_which_nothing_can_be_told_name_the_muscle_as_a_person_does() -> None:
    rich = WORLDS["rich"]
    reason = "mentalis_right has no burst, so its own strongest is not known"
    untold = replace(rich.synkinesis[0], follower="mentalis_right", ratio=Estimate(value=NAN), reason=reason)
    facts = emg_content(replace(rich, synkinesis=(rich.synkinesis[0], untold)))

    assert facts.tables.untold_synkineses == (
        (
            "One other pair cannot be told, since mentalis on the right has no burst, so its own strongest is not known: "
            "mentalis on the right while moving orbicularis oculi on the right."
        ),
    )


def test_columns_that_hold_nothing_are_left_out() -> None:
    rich, evoked = emg_content(WORLDS["rich"]).tables, emg_content(WORLDS["evoked"]).tables

    assert rich.scores
    assert evoked.scores
    assert "Published" not in rich.scores.headings
    assert all(len(line) == len(rich.scores.headings) == len(rich.scores.widths) for line in rich.scores.lines)


def test_columns_without_a_number_are_left_out() -> None:
    quiet, wide = emg_content(WORLDS["quiet"]).tables.activity, emg_content(WORLDS["poor"]).tables.activity
    assert quiet
    assert wide

    assert quiet.headings == ("Muscle", "Side", "Bursts", "Per minute", "Time in bursts")
    assert "Side" not in wide.headings


def test_lanes_are_named_by_muscle_side_and_where_needed_by_the_channel() -> None:
    wide = WORLDS["wide"]
    found = leads(wide)
    drawn = overview(wide, found, courses(wide, found, ()), width=960.0, key="x")

    assert ">right, “OO lower”<" in drawn
    assert drawn.count(">Orbicularis oculi<") == 3
    assert cut("a long name", 5) == "a lo…"
    assert cut("short", 5) == "short"


def test_published_patterns_are_counted_each_way_and_never_named_a_diagnosis(pages: dict[str, str]) -> None:
    first, second = emg_content(WORLDS["rich"]).published.patterns
    text = Page(pages["rich"]).text

    assert (first.summary, second.summary) == ("1 for, 1 against, 1 not told", "0 for, 1 against, 0 not told")
    assert "Observation, not diagnosis." in text
    assert "It does not say why." in text
    assert "discharge rate" not in text.replace("nothing here is a discharge rate", "")


def test_cross_talk_is_stated_beside_the_pairs(pages: dict[str, str]) -> None:
    text = Page(pages["rich"]).text

    assert own.VOLUME_CONDUCTION in text
    assert "The same signal in both: volume conduction, not told as synchrony" in text


def test_norms_stand_beside_the_latency_with_their_source(pages: dict[str, str]) -> None:
    text = Page(pages["evoked"]).text

    assert "8.5–12.1 ms, mean 10.29, 1 SD either side, healthy adults [1]" in text
    assert sources()["BR-KOR"] in text


def test_no_response_is_a_tested_statement(pages: dict[str, str], papers: dict[str, pypdf.PdfReader]) -> None:
    for text in (Page(pages["evoked"]).text, paper_text(papers["evoked"])):
        assert "Tested, not only missing: these stimuli would have shown one of 24.0 µV or more in 95 of 100 cases." in text


# ---- the page


def test_page_is_well_formed_and_named(world: str, pages: dict[str, str]) -> None:
    page = Page(pages[world])

    assert page.open == []
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1
    assert "EMG" in page.text


def test_page_lets_in_its_own_style_and_script_alone(world: str, pages: dict[str, str]) -> None:
    policy = next(meta["content"] for meta in Page(pages[world]).all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", pages[world], re.DOTALL)
        assert text
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.group(1).encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy


def test_every_link_inside_the_page_leads_somewhere(world: str, pages: dict[str, str]) -> None:
    page = Page(pages[world])
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    links = {str(link["href"])[1:] for link in page.all("a")}

    assert links <= set(ids)
    assert len(ids) == len(set(ids))


def test_headings_do_not_skip_a_level(world: str, pages: dict[str, str]) -> None:
    levels = [int(tag[1]) for tag, _ in Page(pages[world]).elements if re.fullmatch(r"h[1-6]", tag)]

    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_empty_sections_are_left_out(pages: dict[str, str]) -> None:
    quiet, evoked = Page(pages["quiet"]), Page(pages["evoked"])
    sections = {str(section.get("aria-labelledby")) for section in quiet.all("section")}

    assert sections == {"None", "activity", "timeline", "channels", "scores", "methods", "limits", "provenance"}
    assert own.HEADINGS["published"] not in Page(emg_report_html(replace(WORLDS["rich"], events=(), patterns=()))).text
    assert own.HEADINGS["published"] not in quiet.text
    assert own.HEADINGS["rhythm"] not in evoked.text
    assert own.HEADINGS["evoked"] in evoked.text


def test_without_bursts_there_are_no_buttons_for_them(pages: dict[str, str]) -> None:
    assert "Next burst" in Page(pages["rich"]).text
    assert "Next burst" not in Page(pages["quiet"]).text
    assert own.TIMELINE_HELP_QUIET in Page(pages["quiet"]).text


def test_refused_tells_no_number_and_what_to_do(pages: dict[str, str]) -> None:
    page = Page(pages["refused"])

    assert page.text.count("check that the electrode was connected") + page.text.count("Check that the electrode was connected") >= 1
    assert "svg" not in {tag for tag, _ in page.elements}
    assert own.HEADINGS["events"] not in [page.texts[place] for place in range(len(page.texts))]


def test_hostile_words_stay_words(pages: dict[str, str]) -> None:
    page = Page(pages["hostile"])

    assert not {tag for tag, _ in page.elements} & {"b", "img", "iframe"}
    assert len(page.all("script")) == 2
    assert "<script>alert(1)" in page.text
    for char in ("\x1b", "\u202e"):
        assert char not in pages["hostile"]


def test_same_measurement_gives_the_same_page_and_paper() -> None:
    assert emg_report_html(worlds.filmed_emg()) == emg_report_html(worlds.filmed_emg())
    assert emg_report_pdf(worlds.filmed_emg()) == emg_report_pdf(worlds.filmed_emg())


def test_every_burst_of_a_short_recording_can_be_reached_and_is_described(pages: dict[str, str]) -> None:
    page = Page(pages["rich"])
    links = [link for link in page.all("a") if link.get("class") == "event"]

    assert len(links) == len(WORLDS["rich"].events)
    assert re.match(
        r"Burst 1: [a-z ]+ on the right, at 0:0\d\.\d for 0\.\d\d\u00a0s, peak [\d.]+\u00a0µV, confidence 95\u00a0%\.", str(links[0]["aria-label"])
    )


def test_an_hour_of_eight_channels_stays_small_and_says_what_it_leaves_out(hour: EmgMeasurement) -> None:
    html = emg_report_html(hour)
    page = Page(html)

    assert len(html.encode()) < MOST_PAGE_BYTES
    assert len(hour.events) > 5000
    assert len([link for link in page.all("a") if link.get("class") == "event"]) == MOST_BURSTS
    assert f"{MOST_BURSTS} of {len(hour.events)} bursts in order of time: the strongest of each channel. events.csv lists all of them." in page.text


def test_embedded_courses_and_bursts_are_the_measured_ones(pages: dict[str, str]) -> None:
    rich, data = WORLDS["rich"], embedded(pages["rich"])
    label = "orbicularis_oculi_right"
    steps = np.frombuffer(base64.b64decode(data["signals"]["values"][label]), np.uint8)
    times_s = np.frombuffer(base64.b64decode(data["signals"]["time"]), "<u4") / 10_000
    ends_s = np.frombuffer(base64.b64decode(data["bands"][label]), "<u4").reshape(-1, 2) / 10_000
    own_bursts = [one for one in rich.events if one.channel == label]
    envelope = rich.signals[f"envelope_{label}_uv"]
    top = courses(rich, leads(rich), ()).tops[label]

    assert len(steps) == len(times_s) == len(envelope)
    np.testing.assert_allclose(steps, 254 * np.clip(envelope / top, 0, 1), atol=0.51)
    np.testing.assert_allclose(ends_s, [(one.onset_s, one.offset_s) for one in own_bursts], atol=1e-4)


def test_unmeasured_time_is_marked_for_the_script(pages: dict[str, str]) -> None:
    steps = np.frombuffer(base64.b64decode(embedded(pages["rich"])["signals"]["values"]["mentalis_left"]), np.uint8)

    assert np.count_nonzero(steps == 255) == 1000


def test_film_and_muscles_stand_on_one_clock(pages: dict[str, str]) -> None:
    text, data = Page(pages["filmed"]).text, embedded(pages["filmed"])

    assert "The film “clip.mp4” begins at 1.500 s (1.488 to 1.512) of the recording's clock, found by 9 events that both show." in text
    assert "Of the film's movements, blinks among them, 90 % (55–99 %) came with a burst of the same part and side of the face." in text
    assert {"eye_closure_right", "eye_closure_left"} <= set(data["signals"]["values"])
    assert "Film: eye closure, right, 0 to 1" in text
    assert own.FILM_ROWS_NOTE in text
    assert own.FILM_ROWS_NOTE not in Page(pages["hostile"]).text


# ---- paper


def test_paper_is_tagged_accessible_and_without_a_date(world: str, papers: dict[str, pypdf.PdfReader]) -> None:
    root: Any = papers[world].trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    about: Any = papers[world].metadata or {}
    assert "EMG" in str(about.get("/Title"))
    assert "/CreationDate" not in about


def test_paper_says_the_same_as_the_page(papers: dict[str, pypdf.PdfReader]) -> None:
    text = paper_text(papers["rich"])

    for words_ in (
        "149 bursts of muscle activity were found in 60 s",
        "Volume conduction",
        "Observation, not diagnosis",
        "1 for, 1 against, 1 not told",
    ):
        assert words_ in text


def test_hostile_words_stay_words_on_paper(papers: dict[str, pypdf.PdfReader]) -> None:
    text = paper_text(papers["hostile"])

    assert "#let x = 1" in text
    assert "\u202e" not in text


def test_an_hour_on_paper_stays_short(hour: EmgMeasurement) -> None:
    assert len(pypdf.PdfReader(io.BytesIO(emg_report_pdf(hour))).pages) <= 12


# ---- the terminal


def test_terminal_fits_80_columns_and_carries_no_control_codes(world: str) -> None:
    text = printed(WORLDS[world])

    assert max(len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text


def test_terminal_tells_verdict_muscles_and_patterns() -> None:
    text = spaced(printed(WORLDS["rich"], 100))

    for words_ in (
        "Limited: all 60 s were measured in at least one channel",
        "An electrode had no contact, Mentalis, left: 5.0 s",
        "Orbicularis oculi right 38",
    ):
        assert words_ in text
    assert "- Synchronous irregular bursts of one side: 1 for, 1 against, 1 not told." in text


def test_terminal_of_a_refused_recording_says_what_to_do() -> None:
    text = spaced(printed(WORLDS["refused"]))

    assert "The channel was flat, 20 s." in text
    assert "then record again" in text


def test_contents_of_a_file_are_listed_with_how_they_are_understood() -> None:
    wide = WORLDS["hostile"]
    biosignal = Biosignal(
        recording=replace(wide.recording, gaps=(Span(onset_s=1.0, offset_s=2.0),)),
        source=ArraySource(arrays={}),
        annotations=(Annotation(onset_s=0.0, text="x"),),
    )
    console = Console(width=200, file=io.StringIO(), highlight=False)
    console.print(contents_table(biosignal))
    assert isinstance(console.file, io.StringIO)
    text = spaced(console.file.getvalue())

    assert "1 annotations" not in text
    assert "1 annotation" in text
    assert "heart" in text
    assert "not known" in text
    assert "1 gap, 1.0 s in all." in text
    assert "\x1b" not in text


# ---- methods


def test_methods_are_written_from_the_parameters_that_were_used() -> None:
    rich = WORLDS["rich"]
    changed = replace(rich, provenance=replace(rich.provenance, parameters={"high_pass_hz": 28.0, "low_pass_hz": 400.0}))

    assert "20–450\u00a0Hz" in emg_methods_text(rich)
    assert "28–400\u00a0Hz" in emg_methods_text(changed)
    assert "rule set emg-2026.1" in emg_methods_text(rich)


def test_methods_name_only_what_was_done() -> None:
    assert "stimuli" not in emg_methods_text(WORLDS["rich"])
    assert "The sweeps after 20 stimuli, known from trigger channel “TRIG”, were averaged" in emg_methods_text(WORLDS["evoked"])
    assert "film" not in emg_methods_text(WORLDS["rich"])
    assert "of at most 0.01, and where at least 60\u00a0% of the power" in emg_methods_text(WORLDS["rich"])
    assert "widened as far as bursts come in clusters" in emg_methods_text(WORLDS["rich"])
    assert "9 events that both show" in emg_methods_text(WORLDS["filmed"])


def test_methods_name_no_source_that_held_no_stimulus() -> None:
    empty = Stimuli(source="channel Marker", times_s=np.empty(0), note="the trigger channel holds no trigger")

    text = emg_methods_text(replace(WORLDS["evoked"], stimuli=(empty, *WORLDS["evoked"].stimuli)))

    assert "The sweeps after 20 stimuli, known from trigger channel “TRIG”, were averaged" in text
    assert "Marker" not in text


def test_parameters_that_the_methods_name_exist() -> None:
    known = load_emg_parameters().entries

    assert {"high_pass_hz", "low_pass_hz", "rhythm_low_hz", "rhythm_high_hz", "rhythm_probability", "rhythm_strength"} <= set(known)


# ---- measurements that lack something

ODD: dict[str, EmgMeasurement] = {
    "no channel": replace(WORLDS["rich"], channels=()),
    "no description of channels": replace(WORLDS["rich"], recording=replace(WORLDS["rich"].recording, channels=())),
    "no amplitude": replace(WORLDS["rich"], events=tuple(replace(one, peak_uv=NAN, mean_uv=NAN) for one in WORLDS["rich"].events)),
    "responses without channels": replace(WORLDS["evoked"], channels=()),
    "course without responses": replace(WORLDS["operation"], evoked=()),
    "no length": replace(WORLDS["quiet"], recording=replace(WORLDS["quiet"].recording, duration_s=0.0)),
}


@pytest.mark.parametrize("name", ODD)
def test_what_lacks_something_still_has_a_report(name: str) -> None:
    page = Page(emg_report_html(ODD[name]))

    assert page.open == []
    assert not re.search(r"\bnan\b", page.text)
    assert emg_report_pdf(ODD[name]).startswith(b"%PDF")
    assert "nan" not in printed(ODD[name]).split()
