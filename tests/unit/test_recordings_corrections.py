"""What a person says of events: kept beside the machine's own, and the numbers follow."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmograph.app.workspace import Workspace
from spasmograph.app.workspace.correcting import Found
from spasmograph.app.workspace.measuring import Work, measure_recording
from spasmograph.care.corrections import corrected, counting, with_correction, without
from spasmograph.errors import ConflictError, DamagedRecordError, EntryError, NotThereError
from spasmograph.model import Event
from spasmograph.model.record import Correction, RecordingEntry
from spasmograph.terms import AnalysisState, EventKind, Judgement, MediaKind, Pattern, Side
from tests.fakes import fake_measurement
from tests.record_worlds import NOON, workspace_in
from tests.recording_worlds import STEPS, add, as_no_film, as_steps, measured

EVENTS = fake_measurement().events
RIGHT = next(number for number, event in enumerate(EVENTS) if event.kind is EventKind.CONTRACTION and event.side is Side.RIGHT)
BLINK = next(number for number, event in enumerate(EVENTS) if event.kind is EventKind.BLINK)
TRAIN = next(number for number, event in enumerate(EVENTS) if event.pattern is Pattern.CLONIC)


def said(judgement: Judgement, event: int | None = None, **more: object) -> Correction:
    return Correction(judgement=judgement, at=NOON, event=event, **more)  # type: ignore[arg-type]


def changed(event: int, onset_s: float, offset_s: float, kind: EventKind = EventKind.CONTRACTION, side: Side = Side.LEFT) -> Correction:
    return said(Judgement.CHANGED, event, kind=kind, side=side, onset_s=onset_s, offset_s=offset_s)


MISSED = said(Judgement.ADDED, kind=EventKind.CONTRACTION, side=Side.LEFT, onset_s=30.2, offset_s=31.7)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


@pytest.fixture
def entry(workspace: Workspace) -> RecordingEntry:
    return measured(workspace)


def rate(found: Found, side: Side) -> float:
    score = found.score(f"contraction_rate_{side}")
    assert score is not None
    assert score.value is not None
    return score.value


def test_the_machines_own_list_stays_as_it_was(workspace: Workspace, entry: RecordingEntry) -> None:
    path = workspace.results_folder(entry.id) / "measurement.json"
    before = path.read_bytes()
    workspace.correct(entry.id, said(Judgement.REJECTED, RIGHT), version=entry.version)
    assert path.read_bytes() == before
    assert len(workspace.measurement(entry.id).results.events) == len(EVENTS)


def test_a_rejected_event_no_longer_counts(workspace: Workspace, entry: RecordingEntry) -> None:
    before = workspace.measurement(entry.id)
    workspace.correct(entry.id, said(Judgement.REJECTED, RIGHT), version=entry.version)
    after = workspace.measurement(entry.id)
    minutes = before.results.quality.observed_s / 60
    assert rate(after, Side.RIGHT) == pytest.approx(rate(before, Side.RIGHT) - 1 / minutes)
    assert rate(after, Side.LEFT) == rate(before, Side.LEFT)
    assert len(after.events) == len(before.events) - 1


def test_a_missed_event_counts_over_the_same_time(workspace: Workspace, entry: RecordingEntry) -> None:
    before = workspace.measurement(entry.id)
    workspace.correct(entry.id, MISSED, version=entry.version)
    after = workspace.measurement(entry.id)
    minutes = before.results.quality.observed_s / 60
    assert rate(after, Side.LEFT) == pytest.approx(rate(before, Side.LEFT) + 1 / minutes)
    assert after.results.quality == before.results.quality


def test_a_changed_event_counts_for_its_other_side(workspace: Workspace, entry: RecordingEntry) -> None:
    before = workspace.measurement(entry.id)
    event = EVENTS[RIGHT]
    workspace.correct(entry.id, changed(RIGHT, event.onset_s, event.offset_s), version=entry.version)
    after = workspace.measurement(entry.id)
    minutes = before.results.quality.observed_s / 60
    assert rate(after, Side.RIGHT) == pytest.approx(rate(before, Side.RIGHT) - 1 / minutes)
    assert rate(after, Side.LEFT) == pytest.approx(rate(before, Side.LEFT) + 1 / minutes)


def test_confirming_changes_no_number(workspace: Workspace, entry: RecordingEntry) -> None:
    after = workspace.correct(entry.id, said(Judgement.CONFIRMED, RIGHT), version=entry.version)
    assert after.scores == entry.scores
    assert after.corrections == (said(Judgement.CONFIRMED, RIGHT),)


def test_taking_back_brings_every_number_back(workspace: Workspace, entry: RecordingEntry) -> None:
    one = workspace.correct(entry.id, said(Judgement.REJECTED, RIGHT), version=entry.version)
    two = workspace.correct(entry.id, MISSED, version=one.version)
    three = workspace.withdraw_correction(entry.id, 0, version=two.version)
    back = workspace.withdraw_correction(entry.id, 0, version=three.version)
    assert back.corrections == ()
    assert back.scores == entry.scores
    with pytest.raises(NotThereError, match="no correction 0"):
        workspace.withdraw_correction(entry.id, 0, version=back.version)


def test_of_two_windows_the_second_is_told(workspace: Workspace, entry: RecordingEntry) -> None:
    workspace.correct(entry.id, said(Judgement.REJECTED, RIGHT), version=entry.version)
    with pytest.raises(ConflictError, match="changed meanwhile"):
        workspace.correct(entry.id, said(Judgement.CONFIRMED, RIGHT), version=entry.version)
    assert workspace.get(entry.id, RecordingEntry).corrections[0].judgement is Judgement.REJECTED


@pytest.mark.parametrize(
    ("correction", "words"),
    [
        (said(Judgement.REJECTED, 10_000), "event is 10000; the recording has"),
        (changed(RIGHT, 59.0, 61.0), "must lie within the recording"),
        (changed(RIGHT, 1.0, 2.0, EventKind.BURST), "a film has blinks and contractions"),
    ],
)
def test_what_cannot_be_is_refused(correction: Correction, words: str, workspace: Workspace, entry: RecordingEntry) -> None:
    with pytest.raises(EntryError, match=words):
        workspace.correct(entry.id, correction, version=entry.version)
    assert workspace.get(entry.id, RecordingEntry) == entry


def test_only_what_was_measured_is_corrected(workspace: Workspace) -> None:
    waiting, failed = add(workspace, b"1"), measured(workspace, b"2", measure=as_no_film)
    assert (workspace.get(waiting.id, RecordingEntry).state, failed.state) == (AnalysisState.FAILED, AnalysisState.FAILED)
    for entry in (waiting, failed):
        version = workspace.get(entry.id, RecordingEntry).version
        with pytest.raises(ConflictError, match="not measured yet"):
            workspace.correct(entry.id, said(Judgement.REJECTED, 0), version=version)


def test_damaged_results_are_told(workspace: Workspace, entry: RecordingEntry) -> None:
    (workspace.results_folder(entry.id) / "measurement.json").write_text("{}")
    with pytest.raises(DamagedRecordError, match="cannot be read"):
        workspace.measurement(entry.id)


def test_with_steps_the_numbers_stay_those_at_rest(workspace: Workspace) -> None:
    entry = measured(workspace, measure=as_steps, steps=STEPS)
    found = workspace.measurement(entry.id)
    smiling = next(n for n, event in enumerate(found.results.events) if event.task == "smile" and event.kind is EventKind.CONTRACTION)
    after = workspace.correct(entry.id, said(Judgement.REJECTED, smiling), version=entry.version)
    assert after.scores == entry.scores
    resting = next(n for n, e in enumerate(found.results.events) if e.task == "rest" and e.kind is EventKind.CONTRACTION and e.side is Side.RIGHT)
    workspace.correct(entry.id, said(Judgement.REJECTED, resting), version=after.version)
    assert rate(workspace.measurement(entry.id), Side.RIGHT) < rate(found, Side.RIGHT)


def test_bursts_of_an_emg_are_corrected_muscle_by_muscle(workspace: Workspace, tmp_path: Path) -> None:
    from tests.unit.test_recordings_analyses import _simulated

    def here(work: Work) -> object:
        return measure_recording(replace(work, memory_bytes=1 << 40))

    entry = measured(workspace, _simulated(tmp_path / "x.edf"), name="x.edf", media=MediaKind.EMG, measure=here)  # type: ignore[arg-type]
    found = workspace.measurement(entry.id)
    first = found.results.events[0]
    channel = first.regions[0] + "_right"
    after = workspace.correct(entry.id, said(Judgement.REJECTED, 0), version=entry.version)
    differ = {one.name for one, other in zip(entry.scores, after.scores, strict=True) if abs((one.value or 0) - (other.value or 0)) > 1e-3}
    assert f"burst_rate_{channel}" in differ
    assert all(name.endswith(channel) for name in differ)
    with pytest.raises(EntryError, match="can be changed but not added"):
        workspace.correct(entry.id, MISSED, version=after.version)


def test_the_last_word_on_an_event_counts() -> None:
    one = with_correction((), said(Judgement.REJECTED, RIGHT))
    two = with_correction(one, said(Judgement.CONFIRMED, RIGHT))
    assert two == (said(Judgement.CONFIRMED, RIGHT),)
    assert with_correction(two, MISSED) == (*two, MISSED)
    assert without((*two, MISSED), 0) == (MISSED,)
    with pytest.raises(IndexError, match="no correction 3"):
        without(two, 3)


def test_a_changed_event_keeps_how_strong_it_was_and_takes_its_new_time() -> None:
    (event,) = (one.event for one in corrected(EVENTS, [changed(RIGHT, 2.0, 4.5)]) if one.number == RIGHT)
    assert isinstance(event, Event)
    assert (event.onset_s, event.offset_s, event.side, event.pattern) == (2.0, 4.5, Side.LEFT, Pattern.TONIC)
    assert event.amplitude == EVENTS[RIGHT].amplitude
    assert event.onset_s <= event.apex_s <= event.offset_s


def test_a_train_that_is_shortened_keeps_the_members_that_are_left() -> None:
    train = EVENTS[TRAIN]
    cut_s = train.members[1].offset_s
    (event,) = (one.event for one in corrected(EVENTS, [changed(TRAIN, train.onset_s, cut_s)]) if one.number == TRAIN)
    assert isinstance(event, Event)
    assert event.pattern is Pattern.CLONIC
    assert event.members == train.members[:2]
    (blink,) = (one.event for one in corrected(EVENTS, [changed(TRAIN, train.onset_s, cut_s, EventKind.BLINK)]) if one.number == TRAIN)
    assert isinstance(blink, Event)
    assert blink.members == ()


numbers = st.integers(0, len(EVENTS) - 1)
kinds = st.sampled_from([EventKind.BLINK, EventKind.CONTRACTION])
corrections = st.lists(
    st.one_of(
        st.builds(said, st.sampled_from([Judgement.CONFIRMED, Judgement.REJECTED]), numbers),
        st.builds(changed, numbers, st.floats(0, 30), st.floats(30, 60), kinds),
        st.just(MISSED),
    ),
    max_size=12,
)


@given(corrections)
def test_every_event_is_listed_once_and_only_what_is_right_counts(many: list[Correction]) -> None:
    kept: tuple[Correction, ...] = ()
    for one in many:
        kept = with_correction(kept, one)
    listed = corrected(EVENTS, kept)
    rejected = sum(one.judgement is Judgement.REJECTED for one in kept)
    added = sum(one.judgement is Judgement.ADDED for one in kept)
    assert [one.number for one in listed if one.number is not None] == list(range(len(EVENTS)))
    assert len(counting(listed)) == len(EVENTS) - rejected + added
    onsets = [event.onset_s for event in counting(listed)]
    assert onsets == sorted(onsets)
    assert all(kept[one.place] == one.correction for one in listed if one.place is not None)
