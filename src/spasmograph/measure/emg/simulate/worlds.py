"""Simulated worlds of facial EMG by name: what contracts when, and what disturbs it."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np

from spasmograph.measure.emg.simulate.disturbances import Disturbance
from spasmograph.measure.emg.simulate.plan import ECTOPIC_HZ, Contraction, Electrode, Plan, Setting, label_of
from spasmograph.measure.emg.simulate.stimulated_worlds import (
    blink_reflex,
    blink_reflex_absent,
    blink_reflex_synkinesis,
    lateral_spread,
    lateral_spread_absent,
)
from spasmograph.measure.emg.simulate.truth import CrossTalk, TrueArtefact, TrueSynkinesis
from spasmograph.model.common import Span
from spasmograph.model.emg import Annotation
from spasmograph.terms import Muscle, Reason, Side

QUIET_S = 2.0  # nothing happens before, so that the noise can be learned
OCULI, ORIS, MENTALIS = Muscle.ORBICULARIS_OCULI, Muscle.ORBICULARIS_ORIS, Muscle.MENTALIS
FACE = (OCULI, ORIS, MENTALIS)
SYNKINESIS_RATIO, SYNKINESIS_LAG_S = 0.4, 0.015
CROSS_TALK_GAIN = 0.4
LAG_S = 0.002  # standard deviation of the lag between muscles of one burst
JOINING_SHARE = 0.9


def _spans(setting: Setting, duration_s: tuple[float, float], pause_s: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Onsets and offsets that follow each other with pauses between, until the recording ends."""
    random = setting.random
    onset_s = QUIET_S
    while onset_s + duration_s[1] + pause_s[0] < setting.duration_s:
        offset_s = onset_s + float(random.uniform(*duration_s))
        yield onset_s, offset_s
        onset_s = offset_s + float(random.uniform(*pause_s))


def _ectopic(electrode: Electrode, onset_s: float, offset_s: float, strength: float) -> Contraction:
    """A burst of discharges that the nerve makes by itself."""
    return Contraction(electrode=electrode, onset_s=onset_s, offset_s=offset_s, strength=strength, discharge_hz=ECTOPIC_HZ)


def bursts(setting: Setting) -> Plan:
    """One muscle, single irregular bursts of 60-140 ms, well apart."""
    electrode = (OCULI, setting.side)
    made = (_ectopic(electrode, onset_s, offset_s, setting.strength) for onset_s, offset_s in _spans(setting, (0.06, 0.14), (0.3, 2.0)))
    return Plan(electrodes=(electrode,), contractions=tuple(made))


def _hemifacial_spans(setting: Setting) -> Iterator[tuple[float, float]]:
    """Single bursts, trains of three to ten, and tonic stretches, irregularly."""
    random = setting.random
    onset_s = QUIET_S
    while onset_s < setting.duration_s - 4.0:
        kind = random.choice(["tonic", "train", "single"], p=[0.15, 0.35, 0.5])
        longest_s = (1.0, 2.5) if kind == "tonic" else (0.06, 0.14)
        for _ in range(int(random.integers(3, 11)) if kind == "train" else 1):
            offset_s = onset_s + float(random.uniform(*longest_s))
            if offset_s > setting.duration_s - 0.5:
                return
            yield onset_s, offset_s
            onset_s = offset_s + float(random.uniform(0.08, 0.25))
        onset_s += float(random.gamma(2.0, 0.6))


def hemifacial(setting: Setting) -> Plan:
    """Irregular synchronous bursts of three muscles of one side, single, in trains and tonic; the other side is silent."""
    random = np.random.default_rng((setting.seed, 10))
    made = []
    for onset_s, offset_s in _hemifacial_spans(setting):
        lags_s = (0.0, *random.normal(0.0, LAG_S, 2).tolist())
        joins = (True, *(random.random(2) < JOINING_SHARE).tolist())
        for muscle, lag_s, joining in zip(FACE, lags_s, joins, strict=True):
            if joining:
                strength = setting.strength * float(random.uniform(0.8, 1.25))
                made.append(_ectopic((muscle, setting.side), onset_s + lag_s, offset_s + lag_s, strength))
    electrodes = tuple((muscle, side) for side in (setting.side, setting.side.other) for muscle in FACE)
    return Plan(electrodes=electrodes, contractions=tuple(made))


def _moved(electrodes: tuple[Electrode, ...], onset_s: float, offset_s: float, strength: float, rise_s: float = 0.15) -> tuple[Contraction, ...]:
    """The same contraction of several muscles, their units recruited by a drive."""
    return tuple(Contraction(electrode=one, onset_s=onset_s, offset_s=offset_s, strength=strength, rise_s=rise_s) for one in electrodes)


def blepharospasm(setting: Setting) -> Plan:
    """Both orbicularis oculi contract together, briefly or for seconds; the mouth is silent."""
    random = np.random.default_rng((setting.seed, 10))
    made: list[Contraction] = []
    for onset_s, longest_s in _spans(setting, (0.2, 2.5), (0.4, 2.5)):
        offset_s = onset_s + (longest_s - onset_s) ** 2 / 2.5 + 0.12
        for side in (Side.RIGHT, Side.LEFT):
            times_s = (onset_s + float(random.normal(0.0, LAG_S)), offset_s + float(random.normal(0.0, 2 * LAG_S)))
            made += _moved(((OCULI, side),), *times_s, setting.strength * float(random.uniform(0.85, 1.2)), rise_s=0.05)
    electrodes = ((OCULI, Side.RIGHT), (OCULI, Side.LEFT), (ORIS, Side.RIGHT), (ORIS, Side.LEFT))
    return Plan(electrodes=electrodes, contractions=tuple(made))


def myokymia(setting: Setting) -> Plan:
    """One muscle, brief bursts of few motor units at a steady rhythm of 3-8 Hz, in runs with pauses."""
    random = np.random.default_rng((setting.seed, 10))
    rhythm_hz = float(random.uniform(3.5, 7.5))
    electrode = (OCULI, setting.side)
    made = []
    for first_s, last_s in _spans(setting, (4.0, 9.0), (1.0, 3.0)):
        steady_s = np.arange(first_s, last_s, 1 / rhythm_hz)
        for onset_s in (steady_s + random.normal(0.0, 2 * LAG_S, len(steady_s))).tolist():
            offset_s = onset_s + float(random.uniform(0.04, 0.07))
            made.append(
                Contraction(electrode=electrode, onset_s=onset_s, offset_s=offset_s, strength=setting.strength, discharge_hz=(60.0, 120.0), units=3)
            )
    others = ((ORIS, setting.side), (OCULI, setting.side.other))
    return Plan(electrodes=(electrode, *others), contractions=tuple(made), rhythm_hz=rhythm_hz)


def voluntary(setting: Setting) -> Plan:
    """Eye closing and lip pursing on purpose by turns; every muscle does only what it is meant to."""
    made: list[Contraction] = []
    remarks = []
    for number, (onset_s, offset_s) in enumerate(_spans(setting, (1.0, 2.0), (1.5, 2.5))):
        muscle, text = ((OCULI, "eye closing"), (ORIS, "lip pursing"))[number % 2]
        made += _moved(((muscle, Side.RIGHT), (muscle, Side.LEFT)), onset_s, offset_s, setting.strength)
        remarks.append(Annotation(onset_s=onset_s, duration_s=offset_s - onset_s, text=text))
    electrodes = tuple((muscle, side) for side in (Side.RIGHT, Side.LEFT) for muscle in (OCULI, ORIS))
    return Plan(electrodes=electrodes, contractions=tuple(made), annotations=tuple(remarks))


def synkinesis(setting: Setting) -> Plan:
    """The same movements, but on one side the mouth follows every eye closing and the eye every lip pursing, at 0.4 of its strength."""
    plan = voluntary(setting)
    partner = {(OCULI, setting.side): (ORIS, setting.side), (ORIS, setting.side): (OCULI, setting.side)}
    followers = (
        Contraction(
            electrode=partner[moved.electrode],
            onset_s=moved.onset_s + SYNKINESIS_LAG_S,
            offset_s=moved.offset_s + SYNKINESIS_LAG_S,
            strength=moved.strength * SYNKINESIS_RATIO,
            rise_s=moved.rise_s,
        )
        for moved in plan.contractions
        if moved.electrode in partner
    )
    truth = (
        TrueSynkinesis(moved=label_of(moved), follower=label_of(follower), ratio=SYNKINESIS_RATIO, lag_s=SYNKINESIS_LAG_S)
        for moved, follower in partner.items()
    )
    return Plan(electrodes=plan.electrodes, contractions=(*plan.contractions, *followers), annotations=plan.annotations, synkinesis=tuple(truth))


def cross_talk(setting: Setting) -> Plan:
    """Bursts of the orbicularis oculi that the electrode over the mouth sees through the tissue; the mouth itself is silent."""
    eye, mouth = (OCULI, setting.side), (ORIS, setting.side)
    pair = CrossTalk(source=label_of(eye), target=label_of(mouth), gain=CROSS_TALK_GAIN)
    return Plan(electrodes=(eye, mouth), contractions=bursts(setting).contractions, cross_talk=(pair,))


def _noise(**parts: float) -> Callable[[Setting], Plan]:
    """A world in which no muscle does anything."""

    def plan(setting: Setting) -> Plan:
        """One electrode at rest, with noise only."""
        return Plan(electrodes=((OCULI, setting.side),), disturbance=Disturbance(**parts))

    return plan


def movement(setting: Setting) -> Plan:
    """An electrode at rest on slow drift, with a movement of the cable every few seconds."""
    electrode = (OCULI, setting.side)
    jolts = (
        TrueArtefact(channel=label_of(electrode), reason=Reason.MOVEMENT_ARTEFACT, span=Span(onset_s=onset_s, offset_s=offset_s))
        for onset_s, offset_s in _spans(setting, (0.3, 1.2), (3.0, 12.0))
    )
    return Plan(electrodes=(electrode,), disturbance=Disturbance(drift=20.0), jolts=tuple(jolts))


def faults(setting: Setting) -> Plan:
    """Bursts with an electrode that is lost, a stretch beyond the amplifier's range, a flat one, a pop, and a gap in the recording."""
    plan = bursts(setting)
    reasons = (Reason.ELECTRODE_LOST, Reason.CLIPPED, Reason.FLAT, Reason.MOVEMENT_ARTEFACT)
    at_s = setting.duration_s * np.array([0.15, 0.35, 0.55, 0.75])
    lasting_s = (setting.duration_s * 0.05, setting.duration_s * 0.03, setting.duration_s * 0.05, 0.15)
    made = (
        TrueArtefact(channel=label_of(plan.electrodes[0]), reason=reason, span=Span(onset_s=float(onset_s), offset_s=float(onset_s + length_s)))
        for reason, onset_s, length_s in zip(reasons, at_s, lasting_s, strict=True)
    )
    gap_s = round(setting.duration_s * 0.85)  # in whole seconds, as a file has it
    gap = Span(onset_s=gap_s, offset_s=gap_s + max(round(setting.duration_s * 0.05), 1))
    return Plan(electrodes=plan.electrodes, contractions=plan.contractions, faults=tuple(made), gaps=(gap,))


WORLDS: Mapping[str, Callable[[Setting], Plan]] = MappingProxyType(
    {
        "hemifacial": hemifacial,
        "blepharospasm": blepharospasm,
        "myokymia": myokymia,
        "voluntary": voluntary,
        "synkinesis": synkinesis,
        "bursts": bursts,
        "cross_talk": cross_talk,
        "noise": _noise(white=0.7, pink=0.7, mains=3.0, mains_hz=50.03, ecg=10.0, drift=20.0),
        "noise_white": _noise(),
        "noise_pink": _noise(white=0.0, pink=1.0),
        "noise_mains": _noise(mains=5.0, mains_hz=49.97),
        "noise_mains_60": _noise(mains=5.0, mains_hz=60.02),
        "noise_ecg": _noise(ecg=15.0),
        "movement": movement,
        "faults": faults,
        "blink_reflex": blink_reflex,
        "blink_reflex_synkinesis": blink_reflex_synkinesis,
        "blink_reflex_absent": blink_reflex_absent,
        "lateral_spread": lateral_spread,
        "lateral_spread_absent": lateral_spread_absent,
    }
)
