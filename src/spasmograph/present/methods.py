"""The Methods paragraph of a report, written from the parameters and the provenance that were really used."""

from functools import partial

from spasmograph.model import Measurement, Provenance
from spasmograph.parameters import load_parameters
from spasmograph.present import words
from spasmograph.present.numbers import SPACE, plain, seconds
from spasmograph.present.sentences import INTERVAL, analysed_part

# Resting levels at a moment rest on this many windows on either side of it.
WINDOWS_AROUND = 0.75
SOURCES = {"attention": "the attention mesh, which reads each eye and the lips from a region of its own"}


def methods_text(measurement: Measurement) -> str:
    """A paragraph that may go into a Methods section as it stands."""
    steps = (_recording, _landmarks, _observed, _signals, _events, _patterns, _scores, _version)
    return " ".join(step(measurement) for step in steps)


def _recording(measurement: Measurement) -> str:
    recording = measurement.recording
    rate = f"{plain(recording.frame_rate_hz)} pictures a second{' at the median, variable' if recording.variable_frame_rate else ''}"
    sides = "The picture was stated to be a mirror image" if recording.mirrored else "The picture was taken as not mirrored"
    return (
        f"A video of {seconds(recording.duration_s)} ({recording.width_px} × {recording.height_px} pixels, {rate}{analysed_part(recording)}; "
        f"task: {words.TASKS[recording.task]}) was analysed at its own time stamps. {sides}; sides are the person's own."
    )


def _landmarks(measurement: Measurement) -> str:
    provenance, of = measurement.provenance, partial(_used, measurement.provenance)
    source = SOURCES.get(provenance.landmark_source, f"the source “{provenance.landmark_source}”")
    return (
        f"Facial landmarks came from {source}, so that the movement of one side does not show in the other. Lengths in millimetres were scaled by "
        f"the visible iris, taken as {of('iris_diameter_mm')}{SPACE}mm wide "
        f"(± {100 * float(of('iris_diameter_spread')):.0f}{SPACE}% between adults)."
    )


def _observed(measurement: Measurement) -> str:
    quality, of = measurement.quality, partial(_used, measurement.provenance)
    return (
        f"Time was left out in which the face was not seen, was turned by more than {of('yaw_most_deg')}° to the side or "
        f"{of('pitch_most_deg')}° up or down, was narrower than {of('face_width_least_px')} pixels, too dark, too bright, "
        f"blurred or covered; {seconds(quality.observed_s)} of {seconds(quality.duration_s)} remained, and every rate divides by them."
    )


def _signals(measurement: Measurement) -> str:
    of = partial(_used, measurement.provenance)
    return (
        "Head movement was removed with points that facial muscles do not move. Eye closure is the narrowing of the palpebral fissure relative to "
        f"the person's own open eye (0 open, 1 closed), whose level may move over {of('baseline_window_s')}{SPACE}s.{_around(measurement)}"
    )


def _around(measurement: Measurement) -> str:
    """That the resting levels of a part of a recording rest on the time around it; empty where all was analysed."""
    reach_s = WINDOWS_AROUND * float(_used(measurement.provenance, "baseline_window_s"))
    part = analysed_part(measurement.recording)
    return f" Resting levels rest on the analysed part and up to {reach_s:g}{SPACE}s of the recording on either side of it." if part else ""


def _events(measurement: Measurement) -> str:
    of = partial(_used, measurement.provenance)
    return (
        f"A movement counted by itself from a closure of {of('eyelid_both_alone')} of both eyes, an excess closure of "
        f"{of('eyelid_alone')} of one eye, or an excess excursion of {of('mouth_alone')}{SPACE}mm of one mouth corner or "
        f"{of('brow_alone')}{SPACE}mm of one brow; smaller movements joined it from {of('eyelid_on')}, "
        f"{of('mouth_on')}{SPACE}mm and {of('brow_on')}{SPACE}mm. "
        f"It was over below {100 * float(of('off_share')):.0f}{SPACE}% of its height."
    )


def _patterns(measurement: Measurement) -> str:
    of = partial(_used, measurement.provenance)
    return (
        f"A closure of both eyes at once, shut for at most {of('blink_longest_closed_s')}{SPACE}s, is a blink; everything else that moved is "
        f"a contraction, tonic from {of('tonic_s')}{SPACE}s on, clonic as a train of at least {of('train_members')} "
        f"brief ones less than {of('train_gap_s')}{SPACE}s apart, and otherwise brief."
    )


def _scores(measurement: Measurement) -> str:
    of = partial(_used, measurement.provenance)
    return f"Rates carry an exact Poisson {INTERVAL}, shares of time one from a block bootstrap with blocks of {of('bootstrap_block_s')}{SPACE}s."


def _version(measurement: Measurement) -> str:
    provenance = measurement.provenance
    models = "; ".join(f"{name}, sha256 {digest[:12]}…" for name, digest in sorted(provenance.model_sha256.items()))
    used = f" with the models {models}" if models else ""
    return f"The analysis used Spasmograph {provenance.package_version}, rule set {provenance.rule_set_version}{used}."


def _used(provenance: Provenance, key: str) -> str:
    """A parameter's value as it was used; that of the rule set which ships with this version where the provenance does not hold it."""
    value = provenance.parameters[key] if key in provenance.parameters else load_parameters()[key]
    return f"{value:g}" if isinstance(value, float) else str(value)
