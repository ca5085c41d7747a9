"""A world of facial EMG as a recording, with its truth beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from spasmograph.errors import InputError
from spasmograph.measure.emg.simulate.acting import Stretch, contractions, jolts, responses, stimulus_artefacts
from spasmograph.measure.emg.simulate.disturbances import heart_beats
from spasmograph.measure.emg.simulate.plan import Electrode, Plan, Setting, label_of
from spasmograph.measure.emg.simulate.source import TRIGGER_UV, SimulatedSource
from spasmograph.measure.emg.simulate.truth import EmgTruth, TrueArtefact, TrueBurst, TrueResponse
from spasmograph.measure.emg.simulate.worlds import WORLDS
from spasmograph.model.common import Floats, Span
from spasmograph.model.emg import Annotation, ArraySource, Biosignal, BiosignalRecording, Channel
from spasmograph.terms import ChannelKind, Reason, Side

SHORTEST_S, LEAST_RATE_HZ = 5.0, 100.0
STIMULUS_TEXT = "stimulus"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedEmg:
    """A simulated recording and all that is true of it."""

    biosignal: Biosignal
    truth: EmgTruth


def simulate_emg(
    world: str = "hemifacial",
    *,
    seed: int = 0,
    duration_s: float = 60.0,
    rate_hz: float = 2000.0,
    strength: float = 8.0,
    noise_uv: float = 5.0,
    side: Side = Side.RIGHT,
) -> SimulatedEmg:
    """A simulated recording in memory; the names of the worlds are the keys of `WORLDS`.

    `strength` is the root mean square of bursts, or the peak-to-peak amplitude of responses, over `noise_uv`, the root mean square of the noise
    within 20-450 Hz. The same seed gives the same recording.

    Raises:
        InputError: there is no world of that name, or a number is out of its range.
    """
    made = stream_emg(world, seed=seed, duration_s=duration_s, rate_hz=rate_hz, strength=strength, noise_uv=noise_uv, side=side)
    signal = made.biosignal
    arrays = {channel.index: signal.samples(channel) for channel in signal.recording.channels}
    in_memory = Biosignal(recording=signal.recording, source=ArraySource(arrays=arrays), annotations=signal.annotations)
    return SimulatedEmg(biosignal=in_memory, truth=made.truth)


def stream_emg(
    world: str = "hemifacial",
    *,
    seed: int = 0,
    duration_s: float = 60.0,
    rate_hz: float = 2000.0,
    strength: float = 8.0,
    noise_uv: float = 5.0,
    side: Side = Side.RIGHT,
) -> SimulatedEmg:
    """The very same recording with samples that are made when they are asked for, so that hours of it need no memory.

    Raises:
        InputError: there is no world of that name, or a number is out of its range.
    """
    setting = Setting(seed=seed, duration_s=duration_s, rate_hz=rate_hz, strength=strength, noise_uv=noise_uv, side=side)
    if world not in WORLDS:
        msg = f"there is no world {world!r}; there are {', '.join(WORLDS)}"
        raise InputError(msg)
    _check(setting)
    return act_out(world, WORLDS[world](setting), setting)


def _check(setting: Setting) -> None:
    """Refuse what cannot be simulated."""
    for name, value, least in (
        ("duration_s", setting.duration_s, SHORTEST_S),
        ("rate_hz", setting.rate_hz, LEAST_RATE_HZ),
        ("strength", setting.strength, 0.0),
        ("noise_uv", setting.noise_uv, 1e-6),
        ("seed", setting.seed, 0),
    ):
        if not least <= value < float("inf"):
            msg = f"{name} is {value}; it must be at least {least:g}"
            raise InputError(msg)


def act_out(world: str, plan: Plan, setting: Setting) -> SimulatedEmg:
    """A plan of one's own as a recording with truth."""
    bursts = sorted(contractions(plan, setting), key=lambda made: made[1].onset_s)
    replies = list(responses(plan, setting))
    stretches = (*(stretch for stretch, _ in bursts), *(stretch for stretch, _ in replies), *stimulus_artefacts(plan, setting), *jolts(plan, setting))
    beats_s = heart_beats(setting.seed, setting.duration_s) if plan.disturbance.ecg else np.zeros(0)
    channels = _channels(plan, setting)
    source = SimulatedSource(plan=plan, setting=setting, labels=tuple(one.label for one in channels), stretches=_sorted(stretches), beats_s=beats_s)
    signal = Biosignal(recording=_recording(world, plan, channels), source=source, annotations=_annotations(plan))
    truth = _truth(world, plan, setting, bursts=[true for _, true in bursts], responses=[true for _, true in replies], beats_s=beats_s)
    return SimulatedEmg(biosignal=signal, truth=truth)


def _sorted(stretches: Iterable[Stretch]) -> dict[str, tuple[Stretch, ...]]:
    """The stretches of each channel in the order of time."""
    by_channel: dict[str, list[Stretch]] = {}
    for stretch in stretches:
        by_channel.setdefault(stretch.channel, []).append(stretch)
    return {label: tuple(sorted(parts, key=lambda part: part.first)) for label, parts in by_channel.items()}


def _channels(plan: Plan, setting: Setting) -> tuple[Channel, ...]:
    """A channel a muscle, and the trigger's where there are stimuli."""
    count = int(setting.duration_s * setting.rate_hz)
    channels = [_channel(index, electrode, count, setting) for index, electrode in enumerate(plan.electrodes)]
    if plan.stimulation:
        channels.append(
            Channel(
                index=len(channels),
                name="Trigger",
                label="trigger",
                kind=ChannelKind.TRIGGER,
                rate_hz=setting.rate_hz,
                sample_count=count,
                unit="V",
                uv_per_unit=1e6,
                low_uv=0.0,
                high_uv=TRIGGER_UV,
            )
        )
    return tuple(channels)


def _channel(index: int, electrode: Electrode, count: int, setting: Setting) -> Channel:
    muscle, side = electrode
    return Channel(
        index=index,
        name=label_of(electrode).replace("_", " "),
        label=label_of(electrode),
        kind=ChannelKind.EMG,
        rate_hz=setting.rate_hz,
        sample_count=count,
        muscle=muscle,
        side=side,
        low_uv=-setting.limit_uv,
        high_uv=setting.limit_uv,
    )


def _recording(world: str, plan: Plan, channels: tuple[Channel, ...]) -> BiosignalRecording:
    duration_s = channels[0].duration_s
    return BiosignalRecording(
        name=f"{world} (simulated)",
        sha256="",
        duration_s=duration_s,
        file_format="simulated",
        channels=channels,
        gaps=plan.gaps,
        end_s=duration_s,
    )


def _annotations(plan: Plan) -> tuple[Annotation, ...]:
    """What was asked for on purpose, and the stimuli."""
    stimuli = tuple(Annotation(onset_s=time_s, text=STIMULUS_TEXT) for time_s in (plan.stimulation.times_s if plan.stimulation else ()))
    return (*plan.annotations, *stimuli)


def _truth(world: str, plan: Plan, setting: Setting, *, bursts: list[TrueBurst], responses: list[TrueResponse], beats_s: Floats) -> EmgTruth:
    stimulation, mains = plan.stimulation, plan.disturbance.mains
    return EmgTruth(
        world=world,
        noise_uv=setting.noise_uv,
        bursts=tuple(bursts),
        stimuli_s=stimulation.times_s if stimulation else (),
        stimulated=stimulation.side if stimulation else None,
        responses=tuple(responses),
        reduced_from=stimulation.reduced_from if stimulation else None,
        gone_from=stimulation.gone_from if stimulation else None,
        artefacts=(*plan.faults, *plan.jolts, *(_gap(label_of(one), gap) for one in plan.electrodes for gap in plan.gaps)),
        cross_talk=plan.cross_talk,
        synkinesis=plan.synkinesis,
        beats_s=tuple(beats_s.tolist()),
        mains_hz=plan.disturbance.mains_hz if mains else float("nan"),
        rhythm_hz=plan.rhythm_hz,
    )


def _gap(label: str, gap: Span) -> TrueArtefact:
    return TrueArtefact(channel=label, reason=Reason.GAP, span=gap)
