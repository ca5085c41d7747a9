"""Worlds in which a nerve is stimulated: the blink reflex, and the lateral spread response over an operation.

Latencies are those of the literature: R1 about 10 ms on the stimulated side, R2 about 30 ms on both, an R1-like response of lower facial muscles
where the nerve's branches are joined, a lateral spread response about 10 ms after the stimulus. They are data of a simulation, not norms.
"""

import numpy as np

from spasmograph.measure.emg.simulate.plan import Electrode, Plan, Reply, Setting, Stimulation
from spasmograph.model.evoked import ResponseKind
from spasmograph.terms import Muscle, Side

FIRST_S = 1.0
BLINK_EVERY_S = (2.5, 3.5)
SPREAD_EVERY_S = (0.9, 1.1)
OCULI, ORIS, MENTALIS = Muscle.ORBICULARIS_OCULI, Muscle.ORBICULARIS_ORIS, Muscle.MENTALIS


def _stimuli(setting: Setting, every_s: tuple[float, float]) -> tuple[float, ...]:
    """Times of the stimuli, each on a sample."""
    steps_s = setting.random.uniform(*every_s, int(setting.duration_s / every_s[0]) + 2)
    times_s = FIRST_S + np.concatenate([[0.0], np.cumsum(steps_s)])
    sample = np.round(times_s[times_s < setting.duration_s - 0.2] * setting.rate_hz)
    return tuple((sample / setting.rate_hz).tolist())


def _blink_electrodes(side: Side) -> tuple[Electrode, ...]:
    return ((OCULI, side), (OCULI, side.other), (ORIS, side), (MENTALIS, side))


def _blink_replies(setting: Setting) -> tuple[Reply, ...]:
    """R1 on the stimulated side and R2 on both, with latencies of this person."""
    random = np.random.default_rng((setting.seed, 11))
    r1_ms, r2_ms, other_ms = random.normal(10.3, 0.6), random.normal(32.0, 2.0), random.normal(33.0, 2.0)
    here, there = (OCULI, setting.side), (OCULI, setting.side.other)
    return (
        Reply(electrode=here, kind=ResponseKind.BLINK_REFLEX_R1, latency_ms=float(r1_ms), strength=setting.strength, jitter_ms=0.15),
        _late(here, float(r2_ms), setting.strength),
        _late(there, float(other_ms), setting.strength * 0.8),
    )


def _late(electrode: Electrode, latency_ms: float, strength: float) -> Reply:
    """R2: an interference pattern whose latency jitters."""
    kind = ResponseKind.BLINK_REFLEX_R2
    return Reply(electrode=electrode, kind=kind, latency_ms=latency_ms, strength=strength, duration_ms=30.0, jitter_ms=1.5, wobble=0.2, spread=True)


def blink_reflex(setting: Setting) -> Plan:
    """The supraorbital nerve of one side is stimulated: R1 on that side, R2 on both, nothing at the mouth."""
    stimulation = Stimulation(times_s=_stimuli(setting, BLINK_EVERY_S), side=setting.side, replies=_blink_replies(setting))
    return Plan(electrodes=_blink_electrodes(setting.side), stimulation=stimulation)


def blink_reflex_synkinesis(setting: Setting) -> Plan:
    """The same with an R1-like response in the orbicularis oris and the mentalis."""
    early = _blink_replies(setting)[0].latency_ms
    alike = (
        Reply(electrode=(muscle, setting.side), kind=ResponseKind.R1_LIKE, latency_ms=early + later_ms, strength=setting.strength, jitter_ms=0.15)
        for muscle, later_ms in ((ORIS, 0.7), (MENTALIS, 1.2))
    )
    replies = (*_blink_replies(setting), *alike)
    stimulation = Stimulation(times_s=_stimuli(setting, BLINK_EVERY_S), side=setting.side, replies=replies)
    return Plan(electrodes=_blink_electrodes(setting.side), stimulation=stimulation)


def blink_reflex_absent(setting: Setting) -> Plan:
    """Stimuli with their artefact, and no response anywhere."""
    stimulation = Stimulation(times_s=_stimuli(setting, BLINK_EVERY_S), side=setting.side)
    return Plan(electrodes=_blink_electrodes(setting.side), stimulation=stimulation)


def _direct(setting: Setting) -> Reply:
    """The compound action potential of the muscle whose own branch is stimulated."""
    return Reply(electrode=(OCULI, setting.side), kind=ResponseKind.DIRECT, latency_ms=3.2, strength=150.0, duration_ms=9.0, wobble=0.02)


def lateral_spread(setting: Setting) -> Plan:
    """The zygomatic branch is stimulated; the mentalis and orbicularis oris reply after about 10 ms, then less, then no longer."""
    random = np.random.default_rng((setting.seed, 11))
    times_s = _stimuli(setting, SPREAD_EVERY_S)
    spread = (
        Reply(
            electrode=(muscle, setting.side),
            kind=ResponseKind.LATERAL_SPREAD,
            latency_ms=float(random.normal(10.0, 0.6)),
            strength=setting.strength,
            jitter_ms=0.15,
            fades=True,
        )
        for muscle in (MENTALIS, ORIS)
    )
    count = len(times_s)
    stimulation = Stimulation(
        times_s=times_s, side=setting.side, replies=(_direct(setting), *spread), reduced_from=count // 2, gone_from=count * 3 // 4
    )
    return Plan(electrodes=((OCULI, setting.side), (MENTALIS, setting.side), (ORIS, setting.side)), stimulation=stimulation)


def lateral_spread_absent(setting: Setting) -> Plan:
    """The same stimuli with the direct response only: no lateral spread."""
    stimulation = Stimulation(times_s=_stimuli(setting, SPREAD_EVERY_S), side=setting.side, replies=(_direct(setting),))
    return Plan(electrodes=((OCULI, setting.side), (MENTALIS, setting.side), (ORIS, setting.side)), stimulation=stimulation)
