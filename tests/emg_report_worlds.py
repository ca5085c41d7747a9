"""Believable EMG measurements with a known answer, made without a recording; every number is drawn from a fixed seed."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import (
    Alignment,
    BiosignalRecording,
    Burst,
    Channel,
    ChannelPattern,
    ChannelQuality,
    CourseChange,
    CourseStep,
    EmgMeasurement,
    Estimate,
    EvokedResponse,
    Feature,
    Norm,
    Presence,
    Provenance,
    PublishedPattern,
    Quality,
    QualityReason,
    ResponseCourse,
    ResponseKind,
    Score,
    Signals,
    Span,
    Standing,
    Stimuli,
    Synchrony,
    Synkinesis,
    Together,
)
from spasmograph.terms import ChannelKind, Muscle, Reason, Side, Task, Verdict
from tests.fakes import fake_measurement

NAN = math.nan
UNKNOWN = Estimate(value=NAN)
HOSTILE = '<script>alert(1)</script> & #let x = 1; \x1b[31m"Zoë\'s"\u202e4gme $x$ 中'
ENVELOPE_HZ = 200.0
PROVENANCE = Provenance(
    package_version="0.9.0",
    landmark_source="",
    model_sha256={},
    parameters={"high_pass_hz": 20.0, "low_pass_hz": 450.0, "train_gap_s": 1.0},
    rule_set_version="emg-2026.1",
    runtime={"python": "3.11.9", "numpy": "2.4.0"},
)
OCULI, ORIS, MENTALIS, ZYGOMATICUS = Muscle.ORBICULARIS_OCULI, Muscle.ORBICULARIS_ORIS, Muscle.MENTALIS, Muscle.ZYGOMATICUS_MAJOR
FACE = tuple((muscle, side) for muscle in (OCULI, ZYGOMATICUS, ORIS, MENTALIS) for side in (Side.RIGHT, Side.LEFT))
Floats = NDArray[np.floating]


def channel(index: int, muscle: Muscle | None, side: Side | None, *, name: str = "", calibrated: bool = True, samples: int = 120_000) -> Channel:
    """One channel at 2 kHz as its file states it."""
    label = f"{muscle}_{side}" if muscle and side else str(muscle) if muscle else f"ch{index + 1}"
    return Channel(
        index=index,
        name=name or f"EMG{index + 1}",
        label=label,
        kind=ChannelKind.EMG,
        rate_hz=2000.0,
        sample_count=samples,
        muscle=muscle,
        side=side,
        unit="uV" if calibrated else "",
        uv_per_unit=1.0 if calibrated else NAN,
    )


def recording(name: str, channels: Sequence[Channel], duration_s: float) -> BiosignalRecording:
    """A file that holds these channels."""
    return BiosignalRecording(name=name, sha256="5c" * 32, duration_s=duration_s, file_format="EDF+C", channels=tuple(channels), task=Task.REST)


def burst(source: Channel, onset_s: float, duration_s: float, peak_uv: float, *, censored: bool = False) -> Burst:
    """One burst of a channel."""
    return Burst(
        onset_s=onset_s,
        apex_s=onset_s + 0.4 * duration_s,
        offset_s=onset_s + duration_s,
        channel=source.label,
        peak_uv=peak_uv,
        mean_uv=0.6 * peak_uv,
        confidence=0.95,
        muscle=source.muscle,
        side=source.side,
        median_frequency_hz=95.0,
        task=Task.REST,
        censored=censored,
    )


def envelope(time_s: Floats, bursts: Iterable[Burst], gaps: Iterable[Span], rng: np.random.Generator) -> Floats:
    """Noise of 2 units, a bump for every burst, NaN in gaps."""
    values = np.abs(rng.normal(2.0, 0.4, len(time_s))).astype(np.float32)
    for one in bursts:
        first, last = np.searchsorted(time_s, [one.onset_s, one.offset_s])
        phase = (time_s[first:last] - one.onset_s) / one.duration_s
        values[first:last] += one.peak_uv * np.sin(np.pi * phase)
    for gap in gaps:
        values[(time_s >= gap.onset_s) & (time_s < gap.offset_s)] = np.nan
    return values


def measurement(name: str, channels: Sequence[Channel], bursts: Sequence[Burst], duration_s: float, gaps: Sequence[Span] = ()) -> EmgMeasurement:
    """Envelopes, qualities, rates and rhythm of these bursts; the last channel alone has the gaps."""
    rng = np.random.default_rng(1)
    time_s = np.arange(round(duration_s * ENVELOPE_HZ)) / ENVELOPE_HZ
    qualities, values = [], {}
    for place, one in enumerate(channels):
        own_gaps = gaps if place == len(channels) - 1 else ()
        own = [each for each in bursts if each.channel == one.label]
        values[f"envelope_{one.label}_uv"] = envelope(time_s, own, own_gaps, rng)
        qualities.append(quality(one, duration_s, own_gaps))
    return EmgMeasurement(
        recording=recording(name, channels, duration_s),
        quality=Quality(verdict=Verdict.GOOD, duration_s=duration_s, observed=(Span(onset_s=0.0, offset_s=duration_s),)),
        signals=Signals(time_s=time_s, values=values),
        events=tuple(sorted(bursts, key=lambda each: each.onset_s)),
        scores=tuple(score for one, quality_ in zip(channels, qualities, strict=True) for score in score_list(one, quality_, bursts)),
        provenance=PROVENANCE,
        channels=tuple(qualities),
        patterns=tuple(pattern(one, bursts) for one in channels),
    )


def quality(source: Channel, duration_s: float, gaps: Sequence[Span]) -> ChannelQuality:
    """A good channel, or a limited one with a lost electrode in its gaps."""
    edges = [0.0, *(edge for gap in gaps for edge in (gap.onset_s, gap.offset_s)), duration_s]
    spans = tuple(Span(onset_s=a, offset_s=b) for a, b in zip(edges[::2], edges[1::2], strict=True))
    lost = sum(gap.duration_s for gap in gaps)
    reasons = (
        QualityReason(code=Reason.ELECTRODE_LOST, seconds=lost, message="check the contact and the cable of this electrode", spans=tuple(gaps)),
    )
    return ChannelQuality(
        label=source.label,
        verdict=Verdict.LIMITED if gaps else Verdict.GOOD,
        observed=spans,
        reasons=reasons if gaps else (),
        noise_uv=2.0,
        mains_hz=50.02 if source.index % 2 else NAN,
        mains_uv=4.1 if source.index % 2 else NAN,
        ecg_per_min=71.0 if source.index == 1 else NAN,
    )


def score_list(source: Channel, quality_: ChannelQuality, bursts: Sequence[Burst]) -> list[Score]:
    """Rate, share of time, length and peak, with intervals of a believable width; length and peak are not told without a burst."""
    own = [one for one in bursts if one.channel == source.label]
    seen_s, none = quality_.observed_s, "" if own else "no burst was seen"
    rate, share = 60 * len(own) / seen_s, sum(one.duration_s for one in own) / seen_s
    length, peak = (float(np.median(values)) if own else NAN for values in ([one.duration_s for one in own], [one.peak_uv for one in own]))
    table = (
        ("burst_rate", "Bursts", rate, "per_min", (0.7 * rate, 1.4 * rate + 3.7 * 60 / seen_s), ""),
        ("burst_time", "Time in bursts", share, "fraction", (0.6 * share, 1.5 * share), ""),
        ("burst_duration_median", "Duration of bursts, median", length, "s", (0.8 * length, 1.3 * length), none),
        ("burst_peak_median", "Peak of bursts, median", peak, "uv", (0.8 * peak, 1.2 * peak), none),
        ("noise", "Noise between bursts", 2.0, "uv", (NAN, NAN), "the detector's own estimate has no interval"),
    )
    return [
        Score(name=f"{name}_{source.label}", value=value, unit=unit, low=low, high=high, observed_s=seen_s, label=label, reason=reason)
        for name, label, value, unit, (low, high), reason in table
    ]


def pattern(source: Channel, bursts: Sequence[Burst]) -> ChannelPattern:
    """How a channel's bursts follow each other, without a rhythm."""
    own = [one for one in bursts if one.channel == source.label]
    few = len(own) < 8
    return ChannelPattern(
        channel=source.label,
        bursts=len(own),
        duration_quartiles_s=(NAN, NAN, NAN) if few else (0.08, 0.11, 0.18),
        interval_quartiles_s=(NAN, NAN, NAN) if few else (0.3, 0.9, 2.2),
        rhythm_hz=UNKNOWN if few else Estimate(value=4.1, low=3.0, high=6.2),
        rhythm_strength=NAN if few else 0.2,
        rhythm_probability=NAN if few else 0.31,
        trains=() if few else (Span(onset_s=3.0, offset_s=5.0), Span(onset_s=20.0, offset_s=24.0)),
        in_trains=0 if few else 9,
        reason="there are fewer bursts than a rhythm needs" if few else "",
    )


def pair(first: str, second: str, together: Together, shared: float) -> Synchrony:
    """What the bursts of two muscles share."""
    copy = together is Together.CROSS_TALK
    return Synchrony(
        first=first,
        second=second,
        pairs=round(40 * shared) if math.isfinite(shared) else 0,
        shared=Estimate(value=shared, low=max(0.0, shared - 0.1), high=min(1.0, shared + 0.07)),
        null_low=0.02,
        null_high=0.14,
        probability=0.0025 if together is not Together.BY_CHANCE else 0.4,
        lag_ms=Estimate(value=0.0 if copy else 1.6, low=-0.4, high=3.4),
        same_waveform=0.97 if copy else 0.11,
        together=together,
    )


def spasm_bursts(channels: Sequence[Channel], duration_s: float, per_minute: float, seed: int = 2) -> list[Burst]:
    """Bursts of the right side together, irregular, with a few of the left alone."""
    rng = np.random.default_rng(seed)
    found: list[Burst] = []
    for onset_s in np.sort(rng.uniform(1.0, duration_s - 2.0, round(per_minute * duration_s / 60))):
        length_s = float(rng.uniform(0.06, 0.4))
        for one in channels:
            if one.side is Side.RIGHT and rng.random() < 0.93:
                lag_s, peak_uv = float(rng.normal(0.0, 0.002)), float(rng.uniform(40, 160))
                found += [burst(one, float(onset_s) + lag_s, length_s, peak_uv)]
        if rng.random() < 0.08:
            found.append(burst(channels[1], float(onset_s) + 0.5, 0.12, 45.0))
    return found


def rich_emg(name: str = "face.edf", duration_s: float = 60.0, per_minute: float = 40.0) -> EmgMeasurement:
    """Eight channels of both sides: synchronous bursts of the right side, a lost electrode, a pair that hears the same signal, and all that "
    "goes with them."""
    channels = [channel(place, muscle, side, samples=round(2000 * duration_s)) for place, (muscle, side) in enumerate(FACE)]
    plain = measurement(name, channels, spasm_bursts(channels, duration_s, per_minute), duration_s, (Span(onset_s=31.0, offset_s=36.0),))
    right = [one.label for one in channels if one.side is Side.RIGHT]
    return replace(
        plain,
        quality=Quality(
            verdict=Verdict.LIMITED, duration_s=duration_s, observed=plain.quality.observed, notes=("one of eight channels was limited",)
        ),
        synchrony=(
            pair(right[0], right[2], Together.SYNCHRONOUS, 0.92),
            pair(right[0], right[3], Together.SYNCHRONOUS, 0.9),
            pair(right[1], right[2], Together.CROSS_TALK, 0.97),
            pair(right[0], channels[1].label, Together.BY_CHANCE, 0.05),
            replace(pair(channels[1].label, channels[3].label, Together.NOT_TOLD, NAN), shared=UNKNOWN, lag_ms=UNKNOWN, reason="too few bursts"),
        ),
        synkinesis=(
            Synkinesis(moved=right[0], follower=right[2], movements=6, ratio=Estimate(value=0.42, low=0.31, high=0.55), followed=5, annotated=True),
            Synkinesis(moved=channels[1].label, follower=channels[5].label, movements=0, ratio=UNKNOWN, reason="the muscle was not moved on purpose"),
        ),
        published=(one_sided(), rippling()),
    )


def one_sided() -> PublishedPattern:
    """A published pattern with features that speak each way."""
    return PublishedPattern(
        pattern_id="one_sided_synchronous",
        name="synchronous irregular bursts of one side",
        features=(
            Feature(
                text="muscles of one side burst together",
                seen="92 % of bursts of two muscles of the right side",
                standing=Standing.FOR,
                source="KOR92",
            ),
            Feature(text="the other side is silent", seen="3 bursts on the left", standing=Standing.AGAINST, source="KOR92"),
            Feature(text="trains at 150-400 Hz", seen="surface electrodes do not resolve them", standing=Standing.NOT_TOLD, source="MEDSC"),
        ),
        limits="described in 24 people with needle electrodes; surface electrodes may show less",
    )


def rippling() -> PublishedPattern:
    """Another published pattern."""
    features = (Feature(text="one muscle ripples at 3-8 Hz", seen="no rhythm", standing=Standing.AGAINST, source="BANIK"),)
    return PublishedPattern(pattern_id="rippling", name="rhythmic bursts of a single muscle at 3-8 Hz", features=features, limits="")


def poor_emg(name: str = "one channel.csv") -> EmgMeasurement:
    """One channel of an unknown muscle in an unknown unit, with hardly anything in it."""
    one = replace(channel(0, None, None, name="A1", calibrated=False), label="a1", rate_hz=100.0, sample_count=2000)
    few = measurement(name, [one], [burst(one, 4.0, 0.3, 512.0)], 20.0)
    notes = ("100 samples a second are too few for EMG: only the envelope can be told",)
    return replace(few, quality=replace(few.quality, verdict=Verdict.COUNTS_ONLY, notes=notes), synchrony=())


def quiet_emg(name: str = "quiet.edf") -> EmgMeasurement:
    """Two channels at rest, without a burst."""
    return measurement(name, [channel(0, OCULI, Side.RIGHT), channel(1, OCULI, Side.LEFT)], [], 30.0)


def refused_emg(name: str = "flat.edf") -> EmgMeasurement:
    """A recording of which nothing could be measured."""
    one = channel(0, OCULI, Side.LEFT, samples=40_000)
    reason = QualityReason(
        code=Reason.FLAT, seconds=20.0, message="the channel holds one value throughout; check that the electrode was connected", spans=()
    )
    lost = ChannelQuality(label=one.label, verdict=Verdict.REFUSED, observed=(), reasons=(reason,))
    return EmgMeasurement(
        recording=recording(name, [one], 20.0),
        quality=Quality(verdict=Verdict.REFUSED, duration_s=20.0, observed=(), reasons=(reason,)),
        signals=Signals(time_s=np.empty(0), values={}),
        events=(),
        scores=(),
        provenance=PROVENANCE,
        channels=(lost,),
    )


def response(
    kind: ResponseKind,
    source: Channel,
    stimulated: Side | None,
    window_ms: tuple[float, float],
    *,
    presence: Presence = Presence.PRESENT,
    norm: Norm | None = None,
) -> EvokedResponse:
    """An averaged response at a quarter of its window, or the noise in which none was found."""
    rng = np.random.default_rng(source.index + 7)
    time_ms = np.arange(-20.0, 120.0, 0.2)
    onset_ms = window_ms[0] + 0.25 * (window_ms[1] - window_ms[0])
    there = presence in (Presence.PRESENT, Presence.REDUCED)
    phase = (time_ms - onset_ms) / 8.0
    wave = np.where((phase > 0) & (phase < 1), 180.0 * np.sin(2 * np.pi * phase), 0.0) * there
    average = wave + rng.normal(0.0, 3.0, len(time_ms))
    average[(time_ms >= 0) & (time_ms < 2.0)] = np.nan
    return EvokedResponse(
        kind=kind,
        channel=source.label,
        muscle=source.muscle,
        side=source.side,
        stimulated=stimulated,
        presence=presence,
        probability=0.0005 if there else 0.62,
        detectable_uv=24.0,
        sweeps=20,
        rejected=2,
        latency_ms=Estimate(value=onset_ms, low=onset_ms - 0.3, high=onset_ms + 0.4) if there else UNKNOWN,
        amplitude_uv=Estimate(value=351.0, low=310.0, high=398.0) if there else UNKNOWN,
        duration_ms=Estimate(value=8.0, low=7.4, high=8.7) if there else UNKNOWN,
        area_uv_ms=Estimate(value=905.0, low=810.0, high=1010.0) if there else UNKNOWN,
        time_ms=time_ms,
        average_uv=average,
        low_uv=average - 9.0,
        high_uv=average + 9.0,
        window_ms=window_ms,
        norms=(norm,) if norm else (),
        reason="" if there else "no sweep differs from the noise before the stimulus",
    )


def evoked_emg(name: str = "blink reflex.edf") -> EmgMeasurement:
    """A blink reflex of both sides, without any burst: R1 of the stimulated side, R2 of both, and none in the mouth."""
    channels = [channel(0, OCULI, Side.RIGHT), channel(1, OCULI, Side.LEFT), channel(2, ORIS, Side.RIGHT)]
    r1 = Norm(low=8.5, high=12.1, condition="mean 10.29, 1 SD either side, healthy adults", source="BR-KOR")
    plain = measurement(name, channels, [], 60.0)
    times_s = np.arange(1.0, 60.0, 3.0)
    return replace(
        plain,
        patterns=(),
        stimuli=(Stimuli(source="trigger channel “TRIG”", times_s=times_s, stimulated=Side.RIGHT),),
        evoked=(
            response(ResponseKind.BLINK_REFLEX_R1, channels[0], Side.RIGHT, (8.0, 16.0), norm=r1),
            response(ResponseKind.BLINK_REFLEX_R2, channels[0], Side.RIGHT, (25.0, 60.0)),
            response(ResponseKind.BLINK_REFLEX_R2, channels[1], Side.RIGHT, (25.0, 60.0), presence=Presence.REDUCED),
            response(ResponseKind.R1_LIKE, channels[2], Side.RIGHT, (8.0, 16.0), presence=Presence.ABSENT),
        ),
    )


def operation_emg(name: str = "operation.edf", duration_s: float = 5400.0) -> EmgMeasurement:
    """A lateral spread response over an operation: there, weaker, gone."""
    channels = [channel(0, OCULI, Side.LEFT), channel(1, MENTALIS, Side.LEFT)]
    plain = measurement(name, channels, [], duration_s)
    rng = np.random.default_rng(3)
    steps = []
    for time_s in np.arange(60.0, duration_s, 90.0):
        presence = Presence.PRESENT if time_s < 2400 else Presence.REDUCED if time_s < 3300 else Presence.ABSENT
        presence = Presence.UNDECIDED if time_s == 60.0 else presence
        height = {Presence.PRESENT: 210.0, Presence.REDUCED: 70.0}.get(presence, NAN) * float(rng.uniform(0.85, 1.15))
        amplitude = Estimate(value=height, low=0.8 * height, high=1.2 * height)
        steps.append(CourseStep(time_s=float(time_s), presence=presence, amplitude_uv=amplitude, latency_ms=Estimate(value=10.1), sweeps=10))
    changes = (
        CourseChange(time_s=2400.0, before=Presence.PRESENT, after=Presence.REDUCED),
        CourseChange(time_s=3300.0, before=Presence.REDUCED, after=Presence.ABSENT),
    )
    return replace(
        plain,
        patterns=(),
        evoked=(response(ResponseKind.LATERAL_SPREAD, channels[1], Side.LEFT, (6.0, 18.0)),),
        courses=(ResponseCourse(kind=ResponseKind.LATERAL_SPREAD, channel=channels[1].label, steps=tuple(steps), changes=changes),),
    )


def filmed_emg(name: str = "with film.edf") -> EmgMeasurement:
    """The rich recording with a film of the same minute that began 1.5 s later."""
    agreement = Estimate(value=0.9, low=0.55, high=0.99)
    alignment = Alignment(
        film="clip.mp4",
        offset_s=Estimate(value=1.5, low=1.488, high=1.512),
        stated=False,
        pairs=9,
        lag_ms=Estimate(value=38.0, low=21.0, high=55.0),
        agreement=agreement,
        agreement_bursts=Estimate(value=0.31, low=0.2, high=0.44),
    )
    return replace(rich_emg(name), alignment=alignment, film=fake_measurement(duration_s=60.0, replay_limit=0))


def wide_emg(name: str = "sixteen.bdf") -> EmgMeasurement:
    """Sixteen channels, some of them without a muscle, one without a side, two of one muscle."""
    muscles = [*FACE, *((muscle, side) for muscle in (Muscle.FRONTALIS, Muscle.PLATYSMA) for side in (Side.RIGHT, Side.LEFT))]
    channels = [channel(place, muscle, side) for place, (muscle, side) in enumerate(muscles)]
    channels += [channel(12, MENTALIS, None), replace(channel(13, OCULI, Side.RIGHT, name="OO lower"), label="orbicularis_oculi_right_2")]
    channels += [channel(14, None, None, name="Aux A"), channel(15, None, None, name="Aux B", calibrated=False)]
    return measurement(name, channels, spasm_bursts(channels, 60.0, 30.0), 60.0)


def hostile_emg() -> EmgMeasurement:
    """A file whose every word tries to be something else."""
    one = replace(channel(0, None, None, name=HOSTILE, calibrated=False), unit=HOSTILE, label="x_1")
    heart = replace(channel(1, None, None, name=HOSTILE), kind=ChannelKind.ECG)
    plain = measurement(HOSTILE, [one], [burst(one, 2.0, 0.5, 90.0), burst(one, 5.0, 0.5, 80.0, censored=True)], 20.0)
    reason = QualityReason(code=Reason.GAP, seconds=1.0, message=HOSTILE, spans=(Span(onset_s=1.0, offset_s=2.0),))
    bad = replace(plain.channels[0], reasons=(reason,), notes=(HOSTILE,))
    feature = Feature(text=HOSTILE, seen=HOSTILE, standing=Standing.NOT_TOLD, source=HOSTILE)
    absent = response(ResponseKind.DIRECT, one, None, (1.0, 5.0), presence=Presence.UNDECIDED)
    return replace(
        plain,
        recording=replace(plain.recording, channels=(one, heart), file_format=HOSTILE, notes=(HOSTILE,)),
        channels=(bad,),
        quality=replace(plain.quality, notes=(HOSTILE,), reasons=(reason,)),
        scores=(*plain.scores, Score(name="x", value=NAN, unit="uv", low=NAN, high=NAN, observed_s=1.0, label=HOSTILE, reason=HOSTILE)),
        published=(PublishedPattern(pattern_id="x", name=HOSTILE, features=(feature,), limits=HOSTILE),),
        stimuli=(Stimuli(source=HOSTILE, times_s=np.array([1.0])),),
        evoked=(replace(absent, reason=HOSTILE),),
        synchrony=(replace(pair("x_1", "x_1", Together.NOT_TOLD, NAN), reason=HOSTILE),),
        synkinesis=(Synkinesis(moved="x_1", follower=HOSTILE, movements=1, ratio=UNKNOWN, reason=HOSTILE),),
        alignment=Alignment(
            film=HOSTILE, offset_s=UNKNOWN, stated=False, pairs=0, lag_ms=UNKNOWN, agreement=UNKNOWN, agreement_bursts=UNKNOWN, reason=HOSTILE
        ),
    )


def hour_emg() -> EmgMeasurement:
    """One hour of eight channels with several thousand bursts."""
    return rich_emg("one hour.edf", duration_s=3600.0, per_minute=25.0)
