"""Which stimuli a recording holds: their times, the side and the nerve, as far as the recording or the caller says."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from spasmograph.errors import InputError
from spasmograph.measure.emg.evoked.triggers import find_stimulus_artefacts, read_triggers
from spasmograph.model import Annotation, Biosignal, Channel, Stimuli
from spasmograph.parameters import Parameters
from spasmograph.terms import ChannelKind, Side

SUPRAORBITAL = "supraorbital"
BRANCHES = ("facial", "temporal", "zygomatic", "buccal", "marginal_mandibular", "cervical")

_NERVES = {
    SUPRAORBITAL: r"supra[\s_-]?orbital|\bson?\b|blink|\bbr\b|trigemin",
    "marginal_mandibular": r"mandibul|\bmmb?\b|\bmm[bn]\b",
    "zygomatic": r"zygomatic(?!us)|\bzyg\b|\bzb\b",
    "temporal": r"temporal|\btb\b",
    "buccal": r"buccal|\bbb\b",
    "cervical": r"cervical",
    "facial": r"facial|\bfn\b|\bnvii\b",
}
_SIDES = {Side.LEFT: r"\b(left|l|lt|links|li)\b", Side.RIGHT: r"\b(right|r|rt|rechts|re)\b"}
_STIMULUS = re.compile(r"\b(stim|stimul\w*|trig|trigger|ttl|shock|pulse|elstim)\b")
_MARKER = re.compile(r"[str][\s_]{0,3}\d{1,3}")
_NO_STIMULUS = re.compile(r"\b(start|stop|end|begin|off|on|no|without|before|after|intensity|threshold|test|electrode)\b")
_WORDS_MOST = 6


def stimuli_of(
    biosignal: Biosignal, *, parameters: Parameters, stimulated: Side | None = None, texts: Sequence[str] = (), from_artefact: bool = False
) -> tuple[Stimuli, ...]:
    """Every train of stimuli in a recording, one for each side and nerve; empty where there is none.

    Remarks that tell side or nerve, or that were asked for, come first; then trigger channels, which are more exact; then other remarks; then, if
    asked for, the artefact in the muscles' channels. A trigger channel without a trigger gives a train without times and a note that says so.
    `stimulated` fills in where the recording does not say.
    """
    remarks = stimuli_from_annotations(biosignal.annotations, texts=texts)
    told = texts or any(train.stimulated or train.nerve for train in remarks)
    triggers = [channel for channel in biosignal.recording.channels if channel.kind is ChannelKind.TRIGGER]
    channels = () if told and remarks else tuple(_from_channel(biosignal, channel, parameters) for channel in triggers)
    trains = channels if any(len(train.times_s) for train in channels) else (*channels, *remarks)
    if from_artefact and not any(len(train.times_s) for train in trains):
        trains = (*trains, *_from_artefact(biosignal, parameters))
    return tuple(replace(train, stimulated=train.stimulated or stimulated) for train in trains)


def stimuli_from_annotations(annotations: Iterable[Annotation], *, texts: Sequence[str] = ()) -> tuple[Stimuli, ...]:
    """Trains of stimuli among remarks, one for each side and nerve that their words tell.

    `texts` are the remarks that mean a stimulus, whatever they say; without them "stim", "trigger", "S  1" and the like are recognised.
    """
    chosen = {text.strip().lower() for text in texts}
    trains: dict[tuple[Side | None, str, str], list[float]] = defaultdict(list)
    for note in annotations:
        words = note.text.strip().lower()
        if words in chosen if chosen else is_stimulus(words):
            trains[side_in(words), nerve_in(words), _kind(words)].append(note.onset_s)
    return tuple(
        Stimuli(source=f'remarks "{words}"', times_s=np.unique(times), stimulated=side, nerve=nerve)
        for (side, nerve, words), times in sorted(trains.items(), key=lambda train: (str(train[0][0]), train[0][1], train[0][2]))
    )


def is_stimulus(text: str) -> bool:
    """Whether a remark names a single stimulus rather than something about stimulation."""
    words = text.strip().lower().replace("_", " ")
    if _MARKER.fullmatch(words) and words.startswith("s"):
        return True
    return len(words.split()) <= _WORDS_MOST and bool(_STIMULUS.search(words)) and not _NO_STIMULUS.search(words)


def side_in(text: str) -> Side | None:
    """The side that words name, None where they name none or both; a marker with a number, such as "R  1" for a reply, names none."""
    if _MARKER.fullmatch(text.strip().lower()):
        return None
    words = re.sub(r"[_\-/.,:]", " ", text.lower())
    found = [side for side, pattern in _SIDES.items() if re.search(pattern, words)]
    return found[0] if len(found) == 1 else None


def nerve_in(text: str) -> str:
    """The nerve or branch that words name, empty where they name none."""
    words = re.sub(r"[_\-/.,:]", " ", text.lower())
    return next((nerve for nerve, pattern in _NERVES.items() if re.search(pattern, words)), "")


def _kind(words: str) -> str:
    """A remark without its running number, save for markers that are nothing but a number."""
    return words if _MARKER.fullmatch(words) else re.sub(r"[\s#]*\d+$", "", words)


def _from_channel(biosignal: Biosignal, channel: Channel, parameters: Parameters) -> Stimuli:
    side, nerve = channel.side or side_in(channel.name), nerve_in(channel.name)
    source = f"channel {channel.name}"
    try:
        times = read_triggers(
            lambda first, stop: biosignal.samples(channel, first, stop), channel.sample_count, rate_hz=channel.rate_hz, parameters=parameters
        )
    except InputError as error:
        return Stimuli(source=source, times_s=np.empty(0), stimulated=side, nerve=nerve, note=str(error))
    return Stimuli(source=source, times_s=times, stimulated=side, nerve=nerve)


def _from_artefact(biosignal: Biosignal, parameters: Parameters) -> tuple[Stimuli, ...]:
    muscles = [channel for channel in biosignal.recording.channels if channel.kind is ChannelKind.EMG]
    found = [
        (find_stimulus_artefacts(biosignal.samples(channel), rate_hz=channel.rate_hz, parameters=parameters), channel.label) for channel in muscles
    ]
    times, label = max(found, key=lambda pair: len(pair[0]), default=(np.empty(0), ""))
    if not len(times):
        return ()
    return (Stimuli(source=f"artefact in {label}", times_s=times, note="times are those of the artefact, not of a trigger"),)
