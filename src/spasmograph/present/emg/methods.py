"""The Methods paragraph of an EMG report, written from the parameters and the provenance that were really used."""

from spasmograph.model import EmgMeasurement
from spasmograph.parameters import load_emg_parameters
from spasmograph.present import words
from spasmograph.present.emg.words import counted
from spasmograph.present.numbers import SPACE, percent, plain, seconds
from spasmograph.present.sentences import INTERVAL, analysed_part
from spasmograph.terms import ChannelKind


def emg_methods_text(measurement: EmgMeasurement) -> str:
    """A paragraph that may go into a Methods section as it stands."""
    steps = (_recording, _conditioning, _bursts, _patterns, _synchrony, _evoked, _film, _scores, _version)
    return " ".join(text for text in (step(measurement) for step in steps) if text)


def _recording(measurement: EmgMeasurement) -> str:
    recording = measurement.recording
    muscles = [channel for channel in recording.channels if channel.kind is ChannelKind.EMG]
    rates = words.joined(list(dict.fromkeys(f"{plain(channel.rate_hz)}" for channel in muscles))) or "0"
    count = counted(len(muscles), "channel")
    return (
        f"A recording of {count} of surface EMG ({words.shown_name(recording.file_format)}, {rates} samples a second, "
        f"{seconds(recording.duration_s)}{analysed_part(recording)}; task: {words.TASKS[recording.task]}) was analysed. Sides are the person's own."
    )


def _conditioning(measurement: EmgMeasurement) -> str:
    high, low = _used(measurement, "high_pass_hz"), _used(measurement, "low_pass_hz")
    band = f"Samples were filtered to {high}–{low}{SPACE}Hz without a shift in time. " if high and low else ""
    quality = measurement.quality
    return (
        f"{band}Mains interference was sought at its own frequency and removed with its harmonics; stretches with a lost electrode, a flat or "
        "clipped signal, movement of the electrode or a gap were left out: "
        f"{seconds(quality.observed_s)} of {seconds(quality.duration_s)} remained in at least one channel, and every rate divides by the time "
        "measured in its own."
    )


def _bursts(_: EmgMeasurement) -> str:
    return "Bursts are stretches in which the envelope stands out of the channel's own noise; peaks are of the envelope, with the noise taken out."


def _patterns(measurement: EmgMeasurement) -> str:
    if not measurement.patterns:
        return ""
    low, high, chance, strength = (_used(measurement, f"rhythm_{key}") for key in ("low_hz", "high_hz", "probability", "strength"))
    if not (low and high and chance and strength):
        return ""
    return (
        f"A rhythm of {low}–{high}{SPACE}Hz was sought in the onsets of the bursts and told where bursts without one give as much with a probability "
        f"of at most {chance}, and where at least {percent(float(strength))} of the power at that frequency is not what random moments would give."
    )


def _synchrony(measurement: EmgMeasurement) -> str:
    if not measurement.synchrony:
        return ""
    return (
        "Bursts of two muscles that begin together were counted and compared with what chance gives; pairs with the same waveform "
        "at the same moment were taken for volume conduction."
    )


def _evoked(measurement: EmgMeasurement) -> str:
    if not measurement.evoked:
        return ""
    given = [stimuli for stimuli in measurement.stimuli if len(stimuli.times_s)]
    count, known = sum(len(stimuli.times_s) for stimuli in given), words.joined([words.shown_name(stimuli.source) for stimuli in given])
    stimuli = f"{count} stimuli, known from {known}," if count else "stimuli"
    return (
        f"The sweeps after {stimuli} were averaged; whether there was a response was tested, and the intervals of its numbers come from "
        "resampling the sweeps."
    )


def _film(measurement: EmgMeasurement) -> str:
    if measurement.alignment is None:
        return ""
    how = "by an offset that the user stated" if measurement.alignment.stated else f"by {measurement.alignment.pairs} events that both show"
    return f"A film of the same minutes was put on the recording's clock {how}."


def _scores(_: EmgMeasurement) -> str:
    return (
        f"Rates of bursts carry a Poisson {INTERVAL}, widened as far as bursts come in clusters; medians one from the order of the values; shares of "
        "time one from a block bootstrap."
    )


def _version(measurement: EmgMeasurement) -> str:
    provenance = measurement.provenance
    return f"The analysis used Spasmograph {provenance.package_version}, rule set {provenance.rule_set_version}."


def _used(measurement: EmgMeasurement, key: str) -> str:
    """A parameter's value as it was used, that of this version's rule set where the provenance does not hold it; empty where neither does."""
    known = load_emg_parameters().entries
    value = measurement.provenance.parameters.get(key, known[key].value if key in known else "")
    return f"{value:g}" if isinstance(value, float) else str(value)
