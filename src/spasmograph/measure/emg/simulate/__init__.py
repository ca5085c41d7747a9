"""Simulated EMG of the face with exact truth: worlds of bursts, stimulation, noise and faults."""

from spasmograph.measure.emg.simulate.disturbances import Disturbance
from spasmograph.measure.emg.simulate.plan import ECTOPIC_HZ, Contraction, Plan, Reply, Setting, Stimulation
from spasmograph.measure.emg.simulate.simulating import SimulatedEmg, act_out, simulate_emg, stream_emg
from spasmograph.measure.emg.simulate.truth import CrossTalk, EmgTruth, TrueArtefact, TrueBurst, TrueResponse, TrueSynkinesis
from spasmograph.measure.emg.simulate.worlds import WORLDS

__all__ = [
    "ECTOPIC_HZ",
    "WORLDS",
    "Contraction",
    "CrossTalk",
    "Disturbance",
    "EmgTruth",
    "Plan",
    "Reply",
    "Setting",
    "SimulatedEmg",
    "Stimulation",
    "TrueArtefact",
    "TrueBurst",
    "TrueResponse",
    "TrueSynkinesis",
    "act_out",
    "simulate_emg",
    "stream_emg",
]
