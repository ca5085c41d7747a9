"""The Methods paragraph of a report, written from the parameters and the provenance that were really used."""

import math

from spasmograph.model import Measurement, Provenance, Recording
from spasmograph.present import words
from spasmograph.present.numbers import plain, seconds


def methods_text(measurement: Measurement) -> str:
    """A paragraph that may go into a Methods section as it stands."""
    return " ".join(methods(measurement))


def methods(measurement: Measurement) -> list[str]:
    """The same paragraph by its steps: recording, landmarks, observed time, signals, events, scores."""
    recording, provenance = measurement.recording, measurement.provenance
    return [
        _recording(recording),
        _landmarks(provenance),
        f"{seconds(measurement.quality.observed_s)} of {seconds(measurement.quality.duration_s)} met the quality criteria; "
        "all rates divide by this observed time.",
        _signals(provenance),
        "Contractions and blinks were found by a streaming detector with separate thresholds for start and end. "
        f"A blink is bilateral, synchronous and at most {_of(provenance, 'blink_max_closed_s', 0.5)} s closed; everything else that moved is a contraction, "
        "called tonic from 1 s on, clonic as a train of at least three brief ones less than 1 s apart, and otherwise brief.",
        "Rates carry exact Poisson 95 % intervals; fractions of time carry intervals from a block bootstrap "
        f"(blocks of {_of(provenance, 'bootstrap_block_s', 5.0)} s).",
        _version(provenance),
    ]


def _recording(recording: Recording) -> str:
    rate = f"{plain(recording.frame_rate_hz)} pictures a second{' at the median, variable' if recording.variable_frame_rate else ''}"
    end_s = recording.end_s if math.isfinite(recording.end_s) else recording.duration_s
    part = "" if recording.start_s <= 0 and end_s >= recording.duration_s else f", from {seconds(recording.start_s)} to {seconds(end_s)}"
    sides = "The picture was stated to be a mirror image and was turned back" if recording.mirrored else "The picture was taken as not mirrored"
    return (
        f"A video of {seconds(recording.duration_s)} ({recording.width_px} × {recording.height_px} pixels, {rate}{part}; "
        f"task: {words.TASKS[recording.task]}) was analysed at its own time stamps. {sides}; sides are the person's own."
    )


def _landmarks(provenance: Provenance) -> str:
    source = {"attention": "the attention mesh, which reads each eye and the lips from a region of its own"}.get(
        provenance.landmark_source, f"the source “{provenance.landmark_source}”"
    )
    ruler, spread = _of(provenance, "iris_diameter_mm", 11.7), float(_of(provenance, "iris_diameter_spread", 0.04))
    return (
        f"Facial landmarks came from {source}, so that the movement of one side does not show in the other. "
        f"Lengths in millimetres were scaled by the visible iris, taken as {ruler} mm wide (± {100 * spread:.0f} % between adults)."
    )


def _signals(provenance: Provenance) -> str:
    onset, offset = (provenance.parameters.get(key) for key in ("closure_onset", "closure_offset"))
    numbers = f" An eyelid movement starts at a closure of {onset} and ends at {offset}." if onset is not None and offset is not None else ""
    return (
        "Head movement was removed with points that facial muscles do not move. Eye closure is the narrowing of the palpebral fissure "
        f"relative to the person's own open eye, 0 open and 1 closed.{numbers}"
    )


def _version(provenance: Provenance) -> str:
    models = "; ".join(f"{name}, sha256 {digest[:12]}…" for name, digest in sorted(provenance.model_sha256.items()))
    used = f" with the models {models}" if models else ""
    return f"The analysis used Spasmograph {provenance.package_version}, rule set {provenance.rule_set_version}{used}."


def _of(provenance: Provenance, key: str, usual: float) -> str:
    """A parameter as it was used; its usual value where the provenance does not hold it."""
    value = provenance.parameters.get(key, usual)
    return f"{value:g}" if isinstance(value, float) else str(value)
