"""Scores of one recording: events and signals over the observed time, as numbers with 95 % intervals.

Every function is of use on its own; `score_recording` gives all of them. Nothing that was not seen is counted, in the numerator or below it.
"""

from spasmograph.measure.scores.amounts import contraction_burden, contraction_time, eyes_closed_time, laterality_index
from spasmograph.measure.scores.rates import blink_rate, contraction_rate
from spasmograph.measure.scores.recording import score_recording
from spasmograph.measure.scores.single import (
    brow_up_during_closure,
    contraction_duration_longest,
    contraction_duration_median,
    contraction_peak_closure,
    contraction_peak_mouth,
)
from spasmograph.measure.scores.synchrony import bilateral_synchrony, eye_mouth_synchrony
from spasmograph.measure.scores.words import citation, norms

__all__ = [
    "bilateral_synchrony",
    "blink_rate",
    "brow_up_during_closure",
    "citation",
    "contraction_burden",
    "contraction_duration_longest",
    "contraction_duration_median",
    "contraction_peak_closure",
    "contraction_peak_mouth",
    "contraction_rate",
    "contraction_time",
    "eye_mouth_synchrony",
    "eyes_closed_time",
    "laterality_index",
    "norms",
    "score_recording",
]
