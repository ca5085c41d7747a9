"""What was found in a recording, beside what a person says of it: the corrected list of events, and the scores told anew from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from spasmograph.app.workspace.measuring import in_short
from spasmograph.care.corrections import Listed, corrected, counting, with_correction, without
from spasmograph.errors import ConflictError, EntryError, NotThereError
from spasmograph.io.media import MediaFolder
from spasmograph.io.results.reading import Results, read_results, read_signals
from spasmograph.io.store import EntryStore
from spasmograph.model import Burst, Event, Score
from spasmograph.model.record import Correction, RecordingEntry, ScoreInShort
from spasmograph.terms import AnalysisState, EventKind, Judgement, Side, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCount:
    """What was found while one task was asked for: seconds measured, contractions by side, and blinks."""

    task: Task
    onset_s: float
    offset_s: float
    observed_s: float
    contractions: dict[Side, int]
    blinks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A measured recording: the machine's own results, the events as they count now, and where its files are."""

    entry: RecordingEntry
    folder: Path
    results: Results
    listed: tuple[Listed, ...]
    steps: tuple[StepCount, ...] = ()

    @property
    def events(self) -> tuple[Event | Burst, ...]:
        """The events that count, in order of onset."""
        return counting(self.listed)

    def score(self, name: str) -> ScoreInShort | None:
        """The score as it is after the corrections; None where it could not be told."""
        return next((score for score in self.entry.scores if score.name == name), None)


class Corrections:
    """What a person says of the events of their recordings."""

    def __init__(self, *, home: Path, store: EntryStore) -> None:
        self._store, self._media = store, MediaFolder(home)

    def found(self, entry: RecordingEntry) -> Found:
        """What was measured in a recording, with the corrections beside it.

        Raises:
            NotThereError: it was not measured.
            DamagedRecordError: its files cannot be read.
        """
        folder = self.folder(entry.id)
        results = read_results(folder)
        listed = corrected(results.events, entry.corrections)
        return Found(entry=entry, folder=folder, results=results, listed=listed, steps=_steps(entry, results, counting(listed)))

    def folder(self, recording_id: str) -> Path:
        """The folder with the files of a recording's measurement.

        Raises:
            NotThereError: it was not measured.
        """
        folder = self._media.results(recording_id)
        if folder is None:
            msg = f"recording {recording_id} was not measured, or not yet"
            raise NotThereError(msg)
        return folder

    def correct(self, entry: RecordingEntry, correction: Correction, *, now: datetime) -> RecordingEntry:
        """Keep a correction of the version of the recording that is given; its scores follow.

        Raises:
            EntryError: the recording has no such event, or it ends before the correction does.
            ConflictError: the recording was changed meanwhile, or is not measured.
        """
        results = self._measured(entry)
        _check(correction, results, entry)
        return self._rescored(replace(entry, corrections=with_correction(entry.corrections, correction)), results, now)

    def withdraw(self, entry: RecordingEntry, place: int, *, now: datetime) -> RecordingEntry:
        """Take a correction back, by its place from 0; the scores follow.

        Raises:
            NotThereError: there is no such correction.
            ConflictError: the recording was changed meanwhile.
        """
        results = self._measured(entry)
        try:
            fewer = without(entry.corrections, place)
        except IndexError as error:
            raise NotThereError(str(error)) from error
        return self._rescored(replace(entry, corrections=fewer), results, now)

    def _measured(self, entry: RecordingEntry) -> Results:
        if entry.state is not AnalysisState.DONE:
            msg = "the recording is not measured yet, so there is nothing to correct"
            raise ConflictError(msg)
        return read_results(self.folder(entry.id))

    def _rescored(self, entry: RecordingEntry, results: Results, now: datetime) -> RecordingEntry:
        """The recording with the scores of its corrected events, over the same time that was measured."""
        if any(one.judgement is not Judgement.CONFIRMED for one in entry.corrections):
            events = counting(corrected(results.events, entry.corrections))
            scores = rescored(entry, results, events, self.folder(entry.id))
        else:
            scores = results.scores
        return self._store.save(replace(entry, scores=in_short(scores)), now=now)


def rescored(entry: RecordingEntry, results: Results, events: Sequence[Event | Burst], folder: Path) -> tuple[Score, ...]:
    """Every score from these events; what does not depend on them alone stays as it was measured."""
    told = _emg_scores(results, events, folder) if results.is_emg else _film_scores(entry, results, events, folder)
    again = {score.name: score for score in told}
    return tuple(again.get(score.name, score) for score in results.scores)


def _film_scores(entry: RecordingEntry, results: Results, events: Sequence[Event | Burst], folder: Path) -> tuple[Score, ...]:
    from spasmograph.measure.steps import rest_scores, several, with_tasks
    from spasmograph.parameters import load_parameters

    seen = tuple(event for event in events if isinstance(event, Event))
    return rest_scores(
        signals=read_signals(folder),
        events=with_tasks(seen, entry.steps) if several(entry.steps) else seen,
        quality=results.quality,
        steps=entry.steps,
        task=Task(results.recording["task"]),
        parameters=load_parameters(),
    )


def _emg_scores(results: Results, events: Sequence[Event | Burst], folder: Path) -> list[Score]:
    """The scores of single muscles; those of pairs come from the voltages themselves."""
    from spasmograph.measure.emg.patterns.activity import Activity
    from spasmograph.measure.emg.patterns.scores import channel_scores
    from spasmograph.parameters import load_emg_parameters

    rules, signals = load_emg_parameters(), read_signals(folder)
    told: list[Score] = []
    for channel in results.channels:
        name = f"envelope_{channel.label}_uv"
        if name not in signals.values:
            continue
        bursts = tuple(burst for burst in events if isinstance(burst, Burst) and burst.channel == channel.label)
        rate_hz = rules["envelope_rate_hz"]
        activity = Activity(bursts=bursts, envelope_uv=signals[name], envelope_rate_hz=rate_hz, quality=channel, rate_hz=rate_hz)
        told += channel_scores(activity, rules)
    return told


def _check(correction: Correction, results: Results, entry: RecordingEntry) -> None:
    if correction.event is not None and not 0 <= correction.event < len(results.events):
        msg = f"event is {correction.event}; the recording has {len(results.events)} events, counted from 0"
        raise EntryError(msg)
    bursts = correction.kind is EventKind.BURST
    if correction.kind is not None and (bursts is not results.is_emg or (correction.judgement is Judgement.ADDED and bursts)):
        msg = "kind: an EMG has bursts of one muscle, which can be changed but not added; a film has blinks and contractions"
        raise EntryError(msg)
    length_s = entry.duration_s or results.quality.duration_s
    if correction.onset_s is not None and not (correction.onset_s >= 0 and (correction.offset_s or 0.0) <= length_s):
        msg = f"the event runs from {correction.onset_s:g} to {correction.offset_s:g} s; it must lie within the recording, 0 to {length_s:.1f} s"
        raise EntryError(msg)


def _steps(entry: RecordingEntry, results: Results, events: Sequence[Event | Burst]) -> tuple[StepCount, ...]:
    """What was found in every step, in order; nothing where there was only one task."""
    from spasmograph.measure.steps import quality_within, several
    from spasmograph.model import Span

    if not several(entry.steps) or results.is_emg:
        return ()
    counts = []
    for step in entry.steps:
        inside = [event for event in events if step.onset_s <= event.apex_s < step.offset_s]
        moved = [event for event in inside if event.kind is EventKind.CONTRACTION]
        counts.append(
            StepCount(
                task=step.task,
                onset_s=step.onset_s,
                offset_s=step.offset_s,
                observed_s=quality_within(results.quality, [Span(onset_s=step.onset_s, offset_s=step.offset_s)]).observed_s,
                contractions={side: sum(event.side is side for event in moved) for side in Side},
                blinks=sum(event.kind is EventKind.BLINK for event in inside),
            )
        )
    return tuple(counts)
