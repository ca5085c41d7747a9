"""The terms as people read them, in the language of the request."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from spasmograph.present.record.naming import SIDES, TREATMENT_KINDS
from spasmograph.present.record.naming import tag_name as tag
from spasmograph.terms import AnalysisState, Bothered, EventKind, MediaKind, Pattern, Rater, Reason, Region, Side, Task, Verdict
from spasmograph.web.language import text as _

# Templates know this module: its functions, and the kinds that they offer a choice of.
__all__ = ["Bothered", "Rater", "Side", "choices", "label", "tag"]


def label(term: StrEnum) -> str:
    """A term in the person's language."""
    return _LABELS[term]()


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Every member of a kind with its label, in order, for a list to choose from."""
    return [(str(one), label(one)) for one in kind]


_LABELS: Mapping[StrEnum, Callable[[], str]] = {
    Bothered.NOT_AT_ALL: lambda: _("not at all"),
    Bothered.MINUTES: lambda: _("some minutes"),
    Bothered.UP_TO_AN_HOUR: lambda: _("up to an hour"),
    Bothered.SOME_HOURS: lambda: _("some hours"),
    Bothered.HALF_THE_DAY: lambda: _("half the day"),
    Bothered.ALL_DAY: lambda: _("all day"),
    **SIDES,
    **TREATMENT_KINDS,
    Rater.SELF: lambda: _("myself"),
    Rater.CARER: lambda: _("somebody close to me"),
    Rater.CLINICIAN: lambda: _("clinician"),
    MediaKind.FILM: lambda: _("film"),
    MediaKind.EMG: lambda: _("EMG"),
    AnalysisState.WAITING: lambda: _("waiting"),
    AnalysisState.RUNNING: lambda: _("being measured"),
    AnalysisState.DONE: lambda: _("measured"),
    AnalysisState.FAILED: lambda: _("could not be measured"),
    EventKind.BLINK: lambda: _("blink"),
    EventKind.CONTRACTION: lambda: _("contraction"),
    EventKind.BURST: lambda: _("EMG burst"),
    Pattern.BRIEF: lambda: _("brief"),
    Pattern.TONIC: lambda: _("one second or longer"),
    Pattern.CLONIC: lambda: _("a train of brief ones"),
    Region.EYELID: lambda: _("eyelid"),
    Region.BROW: lambda: _("brow"),
    Region.CHEEK: lambda: _("cheek"),
    Region.MOUTH: lambda: _("mouth"),
    Task.NONE: lambda: _("not said"),
    Task.REST: lambda: _("at rest"),
    Task.GENTLE_CLOSURE: lambda: _("gentle eye closure"),
    Task.TIGHT_SQUEEZE: lambda: _("tight eye closure"),
    Task.BROW_RAISE: lambda: _("brow raise"),
    Task.SMILE: lambda: _("smile"),
    Task.PUCKER: lambda: _("pucker"),
    Task.READ_ALOUD: lambda: _("reading aloud"),
    Task.TALK: lambda: _("talking"),
    Verdict.GOOD: lambda: _("Good"),
    Verdict.LIMITED: lambda: _("Limited"),
    Verdict.COUNTS_ONLY: lambda: _("Counts only"),
    Verdict.REFUSED: lambda: _("Not measured"),
    Reason.NO_FACE: lambda: _("No face was seen"),
    Reason.FACE_TOO_SMALL: lambda: _("The face was too small"),
    Reason.OUT_OF_PICTURE: lambda: _("Part of the face was out of the picture"),
    Reason.TURNED_TOO_FAR: lambda: _("The head was turned too far"),
    Reason.TOO_DARK: lambda: _("Too dark"),
    Reason.TOO_BRIGHT: lambda: _("Too bright"),
    Reason.BLURRED: lambda: _("Blurred"),
    Reason.OCCLUDED: lambda: _("Something covered the face"),
    Reason.FEW_FRAMES: lambda: _("Too few pictures a second"),
    Reason.SEVERAL_FACES: lambda: _("Several faces"),
    Reason.NO_BASELINE: lambda: _("The open eyes were not seen long enough to compare with"),
    Reason.TIME_JUMP: lambda: _("The times in the file jump"),
    Reason.DAMAGED_END: lambda: _("The end of the file is damaged"),
    Reason.GAP: lambda: _("The recording was interrupted"),
    Reason.CLIPPED: lambda: _("The signal was cut off at the amplifier's limit"),
    Reason.FLAT: lambda: _("The channel was flat"),
    Reason.ELECTRODE_LOST: lambda: _("An electrode had no contact"),
    Reason.MOVEMENT_ARTEFACT: lambda: _("An electrode or its cable moved"),
    Reason.HEART_BEAT: lambda: _("Heart beats could not be taken out"),
    Reason.RATE_TOO_LOW: lambda: _("Too few samples a second"),
    Reason.STIMULATED: lambda: _("A stimulus was given"),
}
