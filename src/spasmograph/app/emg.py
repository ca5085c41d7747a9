"""The main job for voltages: an EMG recording in, a measurement out.

A channel is read twice, a stretch at a time: once here and there to learn its mains, its heart beats and its limits, and once whole. Memory holds
one stretch and the envelope, never the samples.
"""

import platform
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from spasmograph import __version__
from spasmograph.app.batch import OnProgress, Options, Outcome, analyze_files
from spasmograph.errors import NoMuscleError, SpasmographError, UnmeasuredError
from spasmograph.io.biosignal import read_biosignal
from spasmograph.measure.emg.channel import ChannelMeter, MeasuredChannel, envelope_times, without_stimuli
from spasmograph.measure.emg.evoked.stimulation import measure_evoked
from spasmograph.measure.emg.front.conditioning import condition
from spasmograph.measure.emg.front.survey import survey_channel
from spasmograph.measure.emg.patterns.alignment import align
from spasmograph.measure.emg.patterns.measuring import measure_patterns
from spasmograph.measure.scores.clock import joined
from spasmograph.model import Biosignal, BiosignalRecording, Burst, Channel, EmgMeasurement, Floats, Measurement, Provenance, Quality, Signals, Span
from spasmograph.parameters import Parameters, load_emg_parameters
from spasmograph.terms import ChannelKind, Side, Task, Verdict

Progress = Callable[[int, int], None]
BLOCK = 1 << 16
_MOST_NAMED = 12
# So much of a channel around a stretch settles its filters.
_AROUND_S = 0.25
# The C library of Linux goes on using the memory of arrays up to the largest that it has seen let go, as far as 32 MB; that of larger ones it gives
# back at once and lays out anew.
_KEPT_BYTES = 31 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EmgOptions:
    """What to measure in every recording: how its channels are called, its rate, the task, what is known of stimuli, and a film of the same minutes.

    `affected` is the side with the complaints, for side-to-side ratios; `stimulus_texts` are the remarks in the file that mean a stimulus.
    """

    channels: tuple[str, ...] = ()
    rate_hz: float | None = None
    task: Task = Task.NONE
    stimulated: Side | None = None
    affected: Side | None = None
    stimulus_texts: tuple[str, ...] = ()
    film: Path | None = None
    offset_s: float | None = None
    workers: int = 1


def measure_emg_files(
    paths: Sequence[Path], options: EmgOptions | None = None, *, on_progress: OnProgress | None = None
) -> Generator[Outcome[EmgMeasurement]]:
    """The outcome of every recording, in the order given; `on_progress` hears its number from 0, its samples done and its samples in all."""
    report = on_progress or (lambda _number, _done, _total: None)
    for number, path in enumerate(paths):
        report(number, 0, 0)
        try:
            measurement = measure_emg(path, options, progress=partial(report, number))
        except SpasmographError as error:
            yield Outcome(path=path, error=error)
            continue
        yield Outcome(path=path, measurement=measurement)


def measure_emg(
    path: str | Path, options: EmgOptions | None = None, *, parameters: Parameters | None = None, progress: Progress | None = None
) -> EmgMeasurement:
    """Measure the muscles in a recording: their bursts, what goes together, and what a stimulus evoked.

    `progress` is called with the samples done and the samples in all.

    Raises:
        InputError: the file cannot be read, or two channels claim one muscle.
        UnmeasuredError: no channel shows a muscle, or too little of any could be measured.
    """
    given, rules = options or EmgOptions(), parameters or load_emg_parameters()
    biosignal = read_biosignal(path, rate_hz=given.rate_hz, channels=given.channels, task=given.task)
    return measure_biosignal(biosignal, given, parameters=rules, progress=progress)


def measure_biosignal(
    biosignal: Biosignal, options: EmgOptions | None = None, *, parameters: Parameters | None = None, progress: Progress | None = None
) -> EmgMeasurement:
    """The same of a recording that is open or in memory.

    Raises:
        UnmeasuredError: no channel shows a muscle, or too little of any could be measured.
    """
    given, rules = options or EmgOptions(), parameters or load_emg_parameters()
    film = _film(given) if given.film else None  # first, so that a film that cannot be measured is told at once
    stimuli, evoked, courses, evoked_scores = measure_evoked(
        biosignal, stimulated=given.stimulated, affected=given.affected, texts=given.stimulus_texts, parameters=rules
    )
    stimuli_s = np.concatenate([one.times_s for one in stimuli]) if stimuli else np.empty(0)
    measured = tuple(without_stimuli(one, stimuli_s, rules) for one in _measured_channels(biosignal, rules, progress))
    quality = _quality(biosignal.recording, measured)
    told = [one for one in measured if one.quality.verdict is not Verdict.REFUSED]
    activities = [one.activity(rules) for one in told]
    found = measure_patterns(activities, annotations=biosignal.annotations, waveform=_Waveform(biosignal, told, rules), parameters=rules)
    return EmgMeasurement(
        recording=biosignal.recording,
        quality=quality,
        signals=_signals(measured, rules),
        events=_bursts(told),
        scores=(*found.scores, *evoked_scores),
        provenance=_provenance(rules),
        channels=tuple(one.quality for one in measured),
        patterns=found.patterns,
        synchrony=found.synchrony,
        synkinesis=found.synkinesis,
        published=found.published,
        stimuli=stimuli,
        evoked=evoked,
        courses=courses,
        alignment=align(film, activities, rules, offset_s=given.offset_s) if film else None,
        film=film,
    )


def _film(options: EmgOptions) -> Measurement:
    """The film of the same minutes, measured.

    Raises:
        InputError: the film cannot be read.
        UnmeasuredError: no face in it can be measured.
    """
    (outcome,) = analyze_files([options.film or Path()], Options(task=options.task), workers=options.workers)
    return outcome.result()


class _Waveform:
    """Conditioned samples of a stretch of a channel, read again when they are asked for."""

    def __init__(self, biosignal: Biosignal, measured: Sequence[MeasuredChannel], rules: Parameters) -> None:
        self._biosignal, self._rules = biosignal, rules
        self._channels = {one.channel.label: one.channel for one in measured}

    def __call__(self, label: str, onset_s: float, offset_s: float) -> Floats:
        """Samples in microvolts, as many as there are of the stretch in the recording; NaN where there are none."""
        channel = self._channels[label]
        rate_hz, around = channel.rate_hz, round(_AROUND_S * channel.rate_hz)
        first, stop = max(round(onset_s * rate_hz), 0), min(round(offset_s * rate_hz), channel.sample_count)
        start = max(first - around, 0)
        raw_uv = self._biosignal.samples(channel, start, min(stop + around, channel.sample_count))
        return condition(raw_uv, rate_hz=rate_hz, parameters=self._rules)[first - start : stop - start]


def _measured_channels(biosignal: Biosignal, rules: Parameters, progress: Progress | None) -> Iterator[MeasuredChannel]:
    """Every channel that shows a muscle, one after the other.

    Raises:
        UnmeasuredError: there is none.
    """
    channels = muscle_channels(biosignal.recording)
    _keep_memory()
    total, done = sum(channel.sample_count for channel in channels), 0
    for channel in channels:
        read = partial(biosignal.samples, channel)
        meter = ChannelMeter(channel, survey_channel(read, channel, parameters=rules), task=biosignal.recording.task, parameters=rules)
        for first in range(0, channel.sample_count, BLOCK):
            stop = min(first + BLOCK, channel.sample_count)
            meter.update(read(first, stop))
            done += stop - first
            if progress:
                progress(done, total)
        yield meter.close()


def _keep_memory() -> None:
    """Lets the arrays of one block have the memory of those before: an array that is let go and never was written to, which takes none itself."""
    np.empty(_KEPT_BYTES, np.uint8)


def muscle_channels(recording: BiosignalRecording) -> tuple[Channel, ...]:
    """The channels that show a muscle.

    Raises:
        UnmeasuredError: there is none.
    """
    channels = tuple(channel for channel in recording.channels if channel.kind is ChannelKind.EMG)
    if not channels:
        names = [repr(channel.name) for channel in recording.channels[:_MOST_NAMED]] or ["none"]
        names += ["..."] if len(recording.channels) > _MOST_NAMED else []
        shown = ", ".join(names)
        msg = f"no channel of {recording.name} is known to show a muscle (its channels: {shown}); say which does with --channel NAME=MUSCLE:SIDE"
        raise NoMuscleError(msg)
    return channels


def _bursts(measured: Iterable[MeasuredChannel]) -> tuple[Burst, ...]:
    """All bursts in order of time."""
    return tuple(sorted((burst for one in measured for burst in one.bursts), key=lambda burst: (burst.onset_s, burst.channel)))


def _signals(measured: tuple[MeasuredChannel, ...], rules: Parameters) -> Signals:
    """The envelopes on one clock."""
    time_s = envelope_times(max(one.channel.duration_s for one in measured), rules)
    return Signals(time_s=time_s, values={f"envelope_{one.channel.label}_uv": _padded(one.envelope_uv, len(time_s)) for one in measured})


def _padded(values: Floats, length: int) -> Floats:
    """A channel that ends earlier than others was not measured afterwards; one that does not is taken as it is, since it is long."""
    if len(values) == length:
        return values
    padded = np.full(length, np.nan, np.float32)
    padded[: len(values)] = values[:length]
    return padded


def _quality(recording: BiosignalRecording, measured: tuple[MeasuredChannel, ...]) -> Quality:
    """The recording is as good as its worst channel; observed is the time in which any was measured.

    Raises:
        UnmeasuredError: that is none.
    """
    channels = [one.quality for one in measured]
    if all(quality.verdict is Verdict.REFUSED for quality in channels):
        why = "; ".join(dict.fromkeys(reason.message for quality in channels for reason in quality.reasons)) or "it is too short"
        msg = f"nothing could be measured in {recording.name}: {why}"
        raise UnmeasuredError(msg)
    good = all(quality.verdict is Verdict.GOOD for quality in channels)
    observed = joined(span for quality in channels for span in quality.observed).tolist()
    return Quality(
        verdict=Verdict.GOOD if good else Verdict.LIMITED,
        duration_s=recording.duration_s,
        observed=tuple(Span(onset_s=onset_s, offset_s=offset_s) for onset_s, offset_s in observed),
    )


def _provenance(rules: Parameters) -> Provenance:
    """What made the numbers."""
    from importlib.metadata import version

    runtime = {name: version(name) for name in ("numpy", "scipy", "edfio", "pyxdf", "h5py")}
    return Provenance(
        package_version=__version__,
        landmark_source="",
        model_sha256={},
        parameters=dict(rules.values()),
        rule_set_version=rules.version,
        runtime=runtime | {"python": platform.python_version()},
    )
